"""A profile in words, before anything runs: who asks, what will be tested, whom that contacts, what the report will hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import Profile, Redaction, Reference
from fmsdiag.probe.disclosure import disclose
from fmsdiag.probe.plan import make_plan
from fmsdiag.profile.runs import ProfileRun, runs_of
from fmsdiag.target import is_private_address


class ProfileWords(Table, of="profile-words"):
    """What a profile asks for, in sentences."""

    PREPARED_BY = text("Prepared by {sender:name} (profile {id:name})")
    TESTS = text("What will be tested")
    PRIVATE = text("{host} is in your own network or on this computer.")
    REPORT_HOLDS = text("What the report will hold")
    FIELDS = text("What you fill in")
    REQUIRED = text("{label:name} (required)")
    OPTIONAL = text("{label:name}")
    SEND_TO = text("Where to send the report: {place:name}. fmsdiag does not send it.")
    KEEPS = text(
        "The report names the server, each attempt with its times and answers, this computer's system and network."
    )
    NAMES_SERVER = text("The report names the server and each attempt with its times and answers.")
    STANDARD = text(
        "It leaves out stream keys, passwords, query strings, user and computer names, and local addresses; for these, only "
        "pseudonyms are given."
    )
    STRICT = text(
        "It leaves out stream keys, passwords, query strings, user and computer names, local addresses, this computer's "
        "network settings and programs, and the contents of connections."
    )
    NAMES_PROFILE = text("It names this profile and what you fill in.")
    COMPARED = text(
        "The result is compared with a run that was made beside {host} on {at:moment}, in place of third parties."
    )


@dataclass(frozen=True)
class ProfileView:
    """The parts of a profile in the reader's words."""

    prepared_by: str
    message: tuple[str, ...]
    """The sender's own words, line by line."""
    tests: tuple[str, ...]
    fields: tuple[str, ...]
    report: tuple[str, ...]


def profile_view(profile: Profile, environment: Mapping[str, str]) -> ProfileView:
    """`profile` in words, for this computer's settings. Raises ProfileError for one that is not allowed."""
    runs = runs_of(profile, (), environment)
    return ProfileView(
        say(ProfileWords.PREPARED_BY, sender=profile.sender, id=profile.profile_id),
        tuple(visible(line) for line in profile.message.splitlines()),
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
            yield _compared(reference)


def _compared(reference: Reference) -> str:
    return say(ProfileWords.COMPARED, host=as_typed(reference.host), at=one_line(reference.made_at, 40))


def _report(profile: Profile) -> Iterator[str]:
    kinds: dict[Redaction, Text] = {
        Redaction.STANDARD: ProfileWords.STANDARD,
        Redaction.STRICT: ProfileWords.STRICT,
    }
    yield say(ProfileWords.KEEPS if profile.redaction is Redaction.STANDARD else ProfileWords.NAMES_SERVER)
    yield say(kinds[profile.redaction])
    yield say(ProfileWords.NAMES_PROFILE)
    if profile.send_to:
        yield say(ProfileWords.SEND_TO, place=profile.send_to)
