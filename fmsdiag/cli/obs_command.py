"""`fmsdiag obs`: the servers in OBS Studio's profiles, without keys, and the last failed connections in its log."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from rich.console import Console

from fmsdiag.cli.console import CliError, complain, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.paragraphs import print_heading, print_indented, print_list, print_wrapped
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.obs.failures import ObsFailure
from fmsdiag.obs.installation import ObsOnThisComputer, read_obs
from fmsdiag.obs.lines import describe_failure
from fmsdiag.obs.profiles import ObsProfile, profile_named


class ObsCommandTexts(Table, of="cli.obs"):
    """The list, and why there is none."""

    NOT_FOUND = text("OBS Studio was not found on this computer; FMSDIAG_OBS can name its folder")
    NO_PROFILES = text("OBS Studio has no profiles")
    NO_SUCH = text("OBS Studio has no profile {name:quote}; its profiles are {known:names}")
    # translators: {problem} is a sentence without its full stop
    NO_ADDRESS = text("The OBS profile {name:quote} has no server that can be tested. {problem:name}")
    USED = text("Server of the OBS profile {name:quote}: {address:name}")
    # translators: the profile that is chosen in OBS
    CURRENT = text("{name:name} (current)")
    # translators: {service} is the name of a streaming service
    OF_SERVICE = text("{name:name}, {service:name}")
    # translators: {remark} is a sentence without its full stop
    REMARK = text("{remark:name}.")
    FAILURES = text("Last failed connections in the log of OBS")
    NO_FAILURES = text("The logs of OBS have no failed connection.")
    TO_TEST = text('Nothing has been tested. To test a profile\'s server: fmsdiag test --obs "{name:name}"')


def run_obs(arguments: argparse.Namespace) -> int:
    """0 when there is an OBS. Raises CliError."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    found = _found(os.environ)
    _print_profiles(found.profiles, console)
    _print_failures(found.failures, console)
    offered = profile_named([p for p in found.profiles if p.address], "")
    if offered is not None:
        console.print()
        console.print(plain(say(ObsCommandTexts.TO_TEST, name=offered.name)), soft_wrap=True)
    return ExitCode.CONNECTED


def server_from_obs(name: str, environment: Mapping[str, str]) -> str:
    """The address in the profile of that name, or for "" in the one chosen in OBS. Raises CliError that says why not."""
    profiles = _found(environment).profiles
    profile = profile_named(profiles, name)
    if profile is None:
        if not profiles:
            raise CliError(say(ObsCommandTexts.NO_PROFILES))
        known = tuple(each.name for each in profiles[:10])
        raise CliError(say(ObsCommandTexts.NO_SUCH, name=name[:80], known=known))
    if not profile.address:
        raise CliError(say(ObsCommandTexts.NO_ADDRESS, name=profile.name, problem=profile.remark))
    complain(say(ObsCommandTexts.USED, name=profile.name, address=profile.address))
    return profile.address


def _found(environment: Mapping[str, str]) -> ObsOnThisComputer:
    found = read_obs(environment)
    if found is None:
        raise CliError(say(ObsCommandTexts.NOT_FOUND))
    return found


def _print_profiles(profiles: tuple[ObsProfile, ...], console: Console) -> None:
    said = ObsCommandTexts
    if not profiles:
        console.print(plain(say(said.NO_PROFILES)))
        return
    for profile in profiles:
        console.print(plain(_title(profile), "bold"))
        lines = [profile.address] if profile.address else []
        if profile.remark:
            lines.append(say(said.REMARK, remark=profile.remark))
        print_indented(lines, console)


def _title(profile: ObsProfile) -> str:
    said = ObsCommandTexts
    name = say(said.CURRENT, name=profile.name) if profile.is_current else profile.name
    return say(said.OF_SERVICE, name=name, service=profile.service) if profile.service else name


def _print_failures(failures: tuple[ObsFailure, ...], console: Console) -> None:
    said = ObsCommandTexts
    if failures:
        print_list(say(said.FAILURES), [describe_failure(each) for each in failures], console)
        return
    print_heading(say(said.FAILURES), console)
    print_wrapped(say(said.NO_FAILURES), console)
