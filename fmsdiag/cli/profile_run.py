"""`fmsdiag test --profile`: exactly what a profile asks for, server by server, after saying so."""

from __future__ import annotations

import argparse
import copy
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from fmsdiag.cli.console import CliError, complain
from fmsdiag.cli.options import PlannedRun, base_options, planned_run
from fmsdiag.cli.outputs import STANDARD_OUTPUT
from fmsdiag.cli.profile_source import read_profile
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Profile, Redaction
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.runs import ProfileRun, filled_fields, runs_of
from fmsdiag.profile.words import private_hosts

_OUTPUTS = ("json", "markdown", "html", "support", "pcapng")
_DECIDED = {
    "app": "--app",
    "plan": "--plan",
    "ports": "--ports",
    "sequential": "--sequential",
    "deep": "--deep",
    "all": "--all",
    "user": "--user",
    "publish": "--publish",
    "play": "--play",
}
"""Arguments by which a test would be another one than the profile's, and their options."""


class ProfileRunTexts(Table, of="cli.profile-run"):
    """What is wrong with `fmsdiag test --profile`."""

    DECIDED = text("{option:name} cannot be used with --profile: the profile says what is tested")
    FIELD_FORM = text("--field: write it as “{label:name}=…”")
    SEVERAL = text(
        "The profile tests several servers, so their reports cannot all go to standard output; name a file"
    )
    STRICT = text(
        "--pcapng cannot be used with this profile: its report leaves out what the connections carry"
    )
    PRIVATE_QUIET = text(
        "The profile tests {host}, which is in your own network or on this computer. Without --quiet you see what it tests."
    )


def profile_runs(arguments: argparse.Namespace, environment: Mapping[str, str]) -> list[PlannedRun]:
    """The runs of the profile that --profile names. Raises CliError."""
    for name, option in _DECIDED.items():
        if getattr(arguments, name):
            raise CliError(say(ProfileRunTexts.DECIDED, option=option))
    opened = read_profile(arguments.profile)
    if opened.notice:
        complain(opened.notice)
    if arguments.pcapng and opened.profile.redaction is Redaction.STRICT:
        raise CliError(say(ProfileRunTexts.STRICT))
    runs = _runs(opened.profile, arguments, environment)
    near = private_hosts(runs)
    if arguments.quiet and near:
        raise CliError(say(ProfileRunTexts.PRIVATE_QUIET, host=near[0]))
    return [planned_run(r.target, r.options, arguments, environment, r.assignment) for r in runs]


def _runs(
    profile: Profile, arguments: argparse.Namespace, environment: Mapping[str, str]
) -> tuple[ProfileRun, ...]:
    try:
        fields = filled_fields(profile, dict(_answers(arguments.field, profile)))
        base = base_options(arguments)
        return runs_of(profile, fields, environment, base, arguments.control, arguments.resolver)
    except ProfileError as error:
        raise CliError(str(error)) from None


def _answers(typed: Iterable[str], profile: Profile) -> Iterable[tuple[str, str]]:
    """ "Ticket number=4711": a label may have an equals sign in it, so the profile's own labels go first."""
    for each in typed:
        label = next((f.label for f in profile.fields if each.startswith(f"{f.label}=")), None)
        label = each.partition("=")[0] if label is None else label
        if "=" not in each:
            example = profile.fields[0].label if profile.fields else label[:60]
            raise CliError(say(ProfileRunTexts.FIELD_FORM, label=example))
        yield label, each[len(label) + 1 :]


def with_own_outputs(arguments: argparse.Namespace, number: int, count: int) -> argparse.Namespace:
    """The arguments for the report of one server: with several, report.json becomes report-2.json for the second.

    Raises CliError where several would go to standard output.
    """
    if count == 1:
        return arguments
    own = copy.copy(arguments)
    for name in _OUTPUTS:
        path = getattr(arguments, name)
        if path == STANDARD_OUTPUT:
            raise CliError(say(ProfileRunTexts.SEVERAL))
        if path is not None:
            setattr(own, name, _numbered(path, number))
    return own


def _numbered(path: str, number: int) -> str:
    whole = Path(path)
    return os.fspath(whole.with_name(f"{whole.stem}-{number}{whole.suffix}")) if whole.name else path
