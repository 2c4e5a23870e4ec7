"""`fmsdiag profile`: make a test for a customer, as a file or a link, and show one whole before anything runs."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from fmsdiag.cli.console import CliError, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import cannot_write, reason_of
from fmsdiag.cli.paragraphs import print_list, print_wrapped
from fmsdiag.cli.profile_source import read_profile
from fmsdiag.cli.show_command import read_report
from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import PROFILE_VERSION, PlanName, PlannedPort, Profile, ProfileField, Redaction, Reference
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import make_link
from fmsdiag.profile.png import MAX_LOGO_BYTES, bare_logo
from fmsdiag.profile.profile_file import EXTENSION, encode
from fmsdiag.profile.rules import NO_CONTROL
from fmsdiag.profile.words import ProfileWords, profile_view
from fmsdiag.target import parse_ports, parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.whole_file import write_whole

_MOST_READ = 16 * MAX_LOGO_BYTES
"""Bytes of a picture's file: what it does not need is left out, and only the rest is bounded."""
REQUIRED_MARK = "!"


class ProfileCommandTexts(Table, of="cli.profile"):
    """What is said when a profile was made, or cannot be."""

    WRITTEN = text("Profile written: {path:name}")
    OPTION = text("{option:name}: {problem:name}")
    CANNOT_READ = text("{option:name}: cannot read {path:name}: {reason:name}")
    REFERENCE_NEWER = text("--reference: {path:name}: this fmsdiag cannot read the report")
    TO_RUN = text("Nothing has been tested. To run this test: fmsdiag test --profile {source:name}")
    THIS_LINK = text("'LINK'")


def run_profile_command(arguments: argparse.Namespace) -> int:
    """0 when the profile was made or shown. Raises CliError."""
    return _show(arguments) if arguments.action == "show" else _create(arguments)


def _show(arguments: argparse.Namespace) -> int:
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    opened = read_profile(arguments.source)
    if opened.notice:
        console.print(plain(opened.notice))
        console.print()
    try:
        _print_profile(opened.profile, console)
    except ProfileError as error:
        raise CliError(str(error)) from None
    console.print()
    source = arguments.source if os.path.isfile(arguments.source) else say(ProfileCommandTexts.THIS_LINK)
    print_wrapped(say(ProfileCommandTexts.TO_RUN, source=source), console)
    return ExitCode.CONNECTED


def _print_profile(profile: Profile, console: Console) -> None:
    view = profile_view(profile, os.environ)
    console.print(plain(view.prepared_by, "bold"))
    if view.message:
        console.print()
    for line in view.message:
        print_wrapped(line, console)
    print_list(say(ProfileWords.TESTS), view.tests, console)
    print_list(say(ProfileWords.FIELDS), view.fields, console)
    print_list(say(ProfileWords.REPORT_HOLDS), view.report, console)


def _create(arguments: argparse.Namespace) -> int:
    try:
        profile = _profile(arguments)
        if arguments.link:
            print(make_link(profile))
            return ExitCode.CONNECTED
        data = encode(profile)
    except ProfileError as error:
        raise CliError(str(error)) from None
    path = _with_extension(arguments.output)
    try:
        write_whole(path, data)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise cannot_write("--output", path, error) from None
    print(say(ProfileCommandTexts.WRITTEN, path=str(path)), file=sys.stderr)
    return ExitCode.CONNECTED


def _with_extension(path: str) -> Path:
    """Without our ending, no system would open the file with fmsdiag."""
    return Path(path if path.lower().endswith(EXTENSION) else f"{path}{EXTENSION}")


def _profile(arguments: argparse.Namespace) -> Profile:
    """Raises CliError for an option that cannot be read, ProfileError for what is not allowed in a profile."""
    checks = [_ports("--check", each) for each in arguments.check or () if each != NO_CONTROL]
    return Profile(
        format=PROFILE_VERSION,
        profile_id=secrets.token_hex(8),
        sender=arguments.sender,
        targets=tuple(dict.fromkeys(arguments.server)),
        message=arguments.message.replace("\\n", "\n"),
        logo=_logo(arguments.logo) if arguments.logo is not None else b"",
        plan=PlanName(arguments.plan) if arguments.plan else None,
        ports=_ports("--ports", arguments.ports or ""),
        checks=tuple(port for ports in checks for port in ports) if arguments.check else None,
        control=_control(arguments.control),
        references=tuple(_references(arguments.reference)),
        fields=tuple(map(_field, arguments.field)),
        send_to=arguments.send_to,
        redaction=Redaction(arguments.redaction),
    )


def _field(typed: str) -> ProfileField:
    """ "Ticket number!" is required."""
    return ProfileField(typed.rstrip(REQUIRED_MARK).strip(), typed.endswith(REQUIRED_MARK))


def _ports(option: str, typed: str) -> tuple[PlannedPort, ...]:
    try:
        return parse_ports(typed)
    except TargetError as error:
        raise _wrong(option, error) from None


def _control(typed: str | None) -> str | None:
    if typed is None or typed.lower() == NO_CONTROL:
        return typed and typed.lower()
    try:
        return parse_target(typed).host
    except TargetError as error:
        raise _wrong("--control", error) from None


def _references(paths: Iterable[str]) -> Iterable[Reference]:
    for path in paths:
        report = read_report(path).report
        if report is None:
            raise CliError(say(ProfileCommandTexts.REFERENCE_NEWER, path=path))
        yield reference_of(report.report_id, report.started_at, report.target.host, report.attempts)


def _logo(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST_READ)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        values = {"path": path, "reason": reason_of(error)}
        raise CliError(say(ProfileCommandTexts.CANNOT_READ, option="--logo", **values)) from None
    return bare_logo(data)


def _wrong(option: str, error: TargetError) -> CliError:
    problem = say(error.said, **error.values)
    return CliError(say(ProfileCommandTexts.OPTION, option=option, problem=problem))
