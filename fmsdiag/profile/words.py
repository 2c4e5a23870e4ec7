"""A profile in words, before anything runs: who asks, what will be tested, whom that contacts, what the report contains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.levels import LEVEL_MEANS, LEVEL_NAMES
from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Profile, Redaction, Reference
from fmsdiag.private_addresses import is_private_address
from fmsdiag.probe.contacts import third_parties
from fmsdiag.probe.disclosure import disclose
from fmsdiag.probe.plan import make_plan
from fmsdiag.profile.runs import ProfileRun, runs_of


class ProfileWords(Table, of="profile-words"):
    """What a profile asks for, in sentences."""

    PREPARED_BY = text("Prepared by {sender:name}")
    TESTS = text("What will be tested")
    IN_FULL = text("Everything that the test may do")
    # ---- the same in short
    CONNECTS = text("The test connects to {host} the way a player does, and closes the connections again.")
    # translators: {others} is a list of servers, such as "control.example.net and 1.1.1.1"
    CONNECTS_AND_COMPARES = text(
        "The test connects to {host} the way a player does, and closes the connections again. Only if that fails, it may also "
        "contact {others:names}, to compare."
    )
    TAKES = text("It usually takes less than half a minute.")
    CHANGES_NOTHING = text(
        "It changes no settings on this computer, and publishes and plays nothing. You see the result here first."
    )
    # ---- in full
    PRIVATE = text("{host} is in your own network or on this computer.")
    REPORT_HOLDS = text("What the report contains")
    FIELDS = text("What you fill in")
    REQUIRED = text("{label:name} (required)")
    OPTIONAL = text("{label:name}")
    SEND_TO = text("Where to send the report: {place:name}. fmsdiag does not send it.")
    KEEPS = text(
        "The report lists the server, each attempt with its times and answers, and this computer's system and network."
    )
    LISTS_SERVER = text("The report lists the server and each attempt with its times and answers.")
    # translators: {level} is "Standard" or "Strict", {means} is sentences
    LEVEL = text("{level:name}: {means:name}")
    NAMES_PROFILE = text("It includes this profile's ID ({id:name}) and what you fill in.")
    COMPARED = text(
        "The result is compared with a reference run that was made beside {host} on {at:moment}, instead of with third parties."
    )
    ALSO_COMPARED = text(
        "The result is also compared with a reference run that was made beside {host} on {at:moment}."
    )


@dataclass(frozen=True)
class ProfileView:
    """The parts of a profile in the reader's words."""

    prepared_by: str
    message: tuple[str, ...]
    """The sender's own words, line by line."""
    brief: tuple[str, ...]
    """What will be tested, in two or three plain sentences."""
    tests: tuple[str, ...]
    """The same in full: everything that is contacted, or may be."""
    fields: tuple[str, ...]
    report: tuple[str, ...]


def profile_view(profile: Profile, environment: Mapping[str, str], server: int | None = None) -> ProfileView:
    """`profile` in words, for this computer's settings. Raises ProfileError for one that is not allowed.

    `server`, from 0, tells of the test of that server alone, where only that one is run.
    """
    runs = runs_of(profile, (), environment)
    runs = runs if server is None else runs[server : server + 1]
    return ProfileView(
        say(ProfileWords.PREPARED_BY, sender=profile.sender),
        tuple(visible(line) for line in profile.message.splitlines()),
        tuple(_brief(runs)),
        tuple(_tests(runs)),
        tuple(
            say(ProfileWords.REQUIRED if field.required else ProfileWords.OPTIONAL, label=field.label)
            for field in profile.fields
        ),
        tuple(_report(profile)),
    )


def private_hosts(runs: Iterable[ProfileRun]) -> tuple[str, ...]:
    """Servers of this computer's own network among them: they may be tested only by someone who was shown that."""
    hosts = dict.fromkeys(run.target.host for run in runs)
    return tuple(host for host in hosts if is_private_address(host) or _is_this_computer(host))


def _is_this_computer(host: str) -> bool:
    return host.rpartition(".")[2] == "localhost"


def _brief(runs: Sequence[ProfileRun]) -> Iterator[str]:
    near = private_hosts(runs)
    for run in runs:
        host, others = run.target.host, third_parties(run.target, run.options)
        if others:
            yield say(ProfileWords.CONNECTS_AND_COMPARES, host=host, others=others)
        else:
            yield say(ProfileWords.CONNECTS, host=host)
        if host in near:
            yield say(ProfileWords.PRIVATE, host=host)
    yield say(ProfileWords.TAKES)
    yield say(ProfileWords.CHANGES_NOTHING)


def _tests(runs: Sequence[ProfileRun]) -> Iterator[str]:
    near = private_hosts(runs)
    said: set[str] = set()
    for run in runs:
        for disclosure in disclose(run.target, run.options, make_plan(run.target, run.options)):
            line = render(disclosure.message)
            if line not in said:
                yield line
            said.add(line)
        if run.target.host in near:
            yield say(ProfileWords.PRIVATE, host=run.target.host)
        reference = run.assignment.reference
        if reference is not None:
            yield _compared(reference, bool(third_parties(run.target, run.options)))


def _compared(reference: Reference, has_others: bool) -> str:
    said = ProfileWords.ALSO_COMPARED if has_others else ProfileWords.COMPARED
    return say(said, host=as_typed(reference.host), at=one_line(reference.made_at, 40))


def _report(profile: Profile) -> Iterator[str]:
    level = profile.redaction
    yield say(ProfileWords.KEEPS if level is Redaction.STANDARD else ProfileWords.LISTS_SERVER)
    yield say(ProfileWords.LEVEL, level=say(LEVEL_NAMES[level]), means=say(LEVEL_MEANS[level]))
    yield say(ProfileWords.NAMES_PROFILE, id=profile.profile_id)
    if profile.send_to:
        yield say(ProfileWords.SEND_TO, place=profile.send_to)
