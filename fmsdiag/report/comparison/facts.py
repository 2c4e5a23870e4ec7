"""Facts that are not the same in two reports, and what makes the two hard to compare. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from fmsdiag.messages.text import Text
from fmsdiag.model import (
    NO_CAUSE,
    Attempt,
    Certificate,
    ConnectFacts,
    DnsFacts,
    LookupSource,
    Message,
    Report,
    Status,
    TlsFacts,
    VerdictStatus,
)
from fmsdiag.report.comparison.result import Difference, Roles
from fmsdiag.report.comparison.rows import by_key, route_of, tried_ways
from fmsdiag.report.comparison.texts import CautionTexts, DifferenceTexts
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.sensitive import Kind
from fmsdiag.report.visible import one_line

TIMES_MORE = 3.0
"""Times are told only where one is so many times the other …"""
LEAST_APART_S = 0.05
"""… and they are at least so many seconds apart: less is noise."""
A_DAY_S = 24 * 3600.0
_FINGERPRINT = 16
"""Characters of a fingerprint: enough to tell two certificates apart by eye."""
_MOST_TEXTS = 8
_LONGEST = 120
_Fact = TypeVar("_Fact")


def differences(first: Report, second: Report, *, same_server: bool) -> tuple[Difference, ...]:
    """The facts that differ, told of both; what was seen in one report alone is no difference."""
    found = [_cause(first, second), *_server(first, second)]
    if same_server:
        found += [*_certificates(first, second), *_times(first, second)]
    return tuple(each for each in found if each is not None)


def cautions(first: Report, second: Report, roles: Roles) -> tuple[Message, ...]:
    """What makes the two hard to compare, each a sentence."""
    return (
        *_of_what_was_asked(first, second),
        *_of_how_it_was_made(first, second),
        *_of_time(first, second, roles),
    )


def seems_the_same_computer(first: Report, second: Report) -> bool:
    """Whether both were made on the same computer in the same network, as far as that shows.

    Pseudonyms of addresses count from 1 in every report, so equal ones prove nothing: what is compared are the system,
    the names of the network cards and the time zone, and addresses only where neither report hides them. That is why
    this is a hint for the reader, and decides nothing.
    """
    here, there = first.environment, second.environment
    if not here.system or not here.interfaces:
        return False
    cards = [(card.name, card.medium, card.tunnel) for card in here.interfaces]
    other = [(card.name, card.medium, card.tunnel) for card in there.interfaces]
    alike = (here.system, here.utc_offset, cards) == (there.system, there.utc_offset, other)
    hides = any(_hides_addresses(report) for report in (first, second))
    return alike and (hides or here.usable_addresses == there.usable_addresses)


def _hides_addresses(report: Report) -> bool:
    return Kind.LOCAL_ADDRESS.value in report.redaction and INCLUDED not in report.redaction


# ---- differences
def _cause(first: Report, second: Report) -> Difference | None:
    return _texts(DifferenceTexts.CAUSE, (first.verdict.cause,), (second.verdict.cause,))


def _server(first: Report, second: Report) -> Iterator[Difference | None]:
    versions = _server_versions(first), _server_versions(second)
    software = _software(first), _software(second)
    yield _texts(DifferenceTexts.SERVER_VERSION, *versions) if all(versions) else None
    yield _texts(DifferenceTexts.SOFTWARE, *software) if all(software) else None
    here, there = addresses_of(first), addresses_of(second)
    if here and there and set(here) != set(there):
        yield _texts(DifferenceTexts.ADDRESSES, here, there, DifferenceTexts.OTHER_SERVERS.of())


def _texts(
    label: Text, here: tuple[str, ...], there: tuple[str, ...], remark: Message | None = None
) -> Difference | None:
    if here == there:
        return None
    return Difference(label.of(), _values(here), _values(there), remark)


def _values(texts: tuple[str, ...]) -> Message:
    shown = tuple(one_line(each, _LONGEST) for each in texts[:_MOST_TEXTS])
    return (
        DifferenceTexts.VALUES.of(values=shown)
        if len(shown) != 1
        else DifferenceTexts.VALUE.of(value=shown[0])
    )


def _software(report: Report) -> tuple[str, ...]:
    return (report.identity.software,) if report.identity is not None else ()


def _server_versions(report: Report) -> tuple[str, ...]:
    """What the server calls itself in its answers, each once."""
    own = (a for tried in tried_ways(report).values() for a in tried.attempts)
    said = (o.facts.fms_ver for a in own for o in a.observations if isinstance(o.facts, ConnectFacts))
    return tuple(sorted({version for version in said if version}))


def addresses_of(report: Report) -> tuple[str, ...]:
    """What the system's own lookups gave for the server's name, in order."""
    seen = (o.facts for tried in tried_ways(report).values() for a in tried.attempts for o in a.observations)
    lookups = (f for f in seen if isinstance(f, DnsFacts) and f.source == LookupSource.SYSTEM)
    return tuple(sorted({address for facts in lookups for address in facts.addresses}))


def _certificates(first: Report, second: Report) -> Iterator[Difference]:
    for attempt, here, there in _pairs(first, second, _certificate):
        if here.sha256 and there.sha256 and here.sha256 != there.sha256:
            same_issuer = here.issuer == there.issuer
            remark = DifferenceTexts.RENEWED if same_issuer else DifferenceTexts.INTERCEPTED
            label = DifferenceTexts.CERTIFICATE.of(route=route_of(attempt))
            yield Difference(label, _issued(here), _issued(there), remark.of())


def _certificate(attempt: Attempt) -> Certificate | None:
    shown = [
        o.facts.certificate
        for o in attempt.observations
        if isinstance(o.facts, TlsFacts) and o.facts.certificate is not None
    ]
    return shown[0] if shown else None


def _issued(certificate: Certificate) -> Message:
    fingerprint = one_line(certificate.sha256[:_FINGERPRINT], _FINGERPRINT + 1)
    return DifferenceTexts.ISSUED.of(issuer=one_line(certificate.issuer, _LONGEST), fingerprint=fingerprint)


def _times(first: Report, second: Report) -> Iterator[Difference]:
    for attempt, here, there in _pairs(first, second, _connected_after):
        slow, fast = max(here, there), min(here, there)
        if slow > TIMES_MORE * fast and slow - fast > LEAST_APART_S:
            label = DifferenceTexts.TIME.of(route=route_of(attempt))
            took = DifferenceTexts.TOOK
            yield Difference(label, took.of(took=here), took.of(took=there))


def _connected_after(attempt: Attempt) -> float | None:
    return attempt.duration_s if attempt.status is Status.CONNECTED else None


def _pairs(
    first: Report, second: Report, fact: Callable[[Attempt], _Fact | None]
) -> Iterator[tuple[Attempt, _Fact, _Fact]]:
    """What both reports have of the same way."""
    here, there = (by_key(a for t in tried_ways(r).values() for a in t.attempts) for r in (first, second))
    for key, attempt in here.items():
        if key in there and (one := fact(attempt)) is not None and (other := fact(there[key])) is not None:
            yield attempt, one, other


# ---- cautions
def _of_what_was_asked(first: Report, second: Report) -> Iterator[Message]:
    said = CautionTexts
    here, there = addresses_of(first), addresses_of(second)
    if first.target.host == second.target.host and here and there and set(here) != set(there):
        yield said.ADDRESSES.of()
    applications = [one_line(r.target.application, _LONGEST) for r in (first, second)]
    if applications[0] != applications[1]:
        if all(applications):
            yield said.APPLICATION.of(first=applications[0], second=applications[1])
        else:
            yield said.NO_APPLICATION.of(application="".join(applications))
    if first.plan.name is not second.plan.name:
        yield said.PLAN.of(first=first.plan.name.value, second=second.plan.name.value)
    elif tried_ways(first).keys() != tried_ways(second).keys():
        yield said.PORTS.of()


def _of_how_it_was_made(first: Report, second: Report) -> Iterator[Message]:
    said, here, there = CautionTexts, first.options, second.options
    if first.tool.version != second.tool.version:
        versions = [one_line(r.tool.version, 40) for r in (first, second)]
        yield said.VERSION.of(first=versions[0], second=versions[1])
    if here.deep != there.deep:
        yield said.DEEP.of()
    if (here.proxy, here.proxy_type) != (there.proxy, there.proxy_type):
        yield said.PROXY.of()
    if here.family is not there.family:
        yield said.FAMILY.of()
    if (here.timeout_s, here.tcp_timeout_s) != (there.timeout_s, there.tcp_timeout_s):
        yield said.TIMEOUT.of(first=here.timeout_s, second=there.timeout_s)
    if first.verdict.status is VerdictStatus.STOPPED:
        yield said.FIRST_STOPPED.of()
    if second.verdict.status is VerdictStatus.STOPPED:
        yield said.SECOND_STOPPED.of()
    if first.rejudged is not None or second.rejudged is not None:
        yield said.REJUDGED.of()


def _of_time(first: Report, second: Report, roles: Roles) -> Iterator[Message]:
    apart_s = seconds_between(first.started_at, second.started_at)
    if apart_s is not None and abs(apart_s) > A_DAY_S and roles is Roles.CUSTOMER_AND_SUPPORT:
        yield CautionTexts.DAY.of(apart=abs(apart_s))
    if apart_s is not None and apart_s < 0 and roles is Roles.BEFORE_AND_AFTER:
        yield CautionTexts.SWAPPED.of()
    if roles is Roles.CUSTOMER_AND_SUPPORT and seems_the_same_computer(first, second):
        yield CautionTexts.SAME_COMPUTER.of()


def seconds_between(earlier: str, later: str) -> float | None:
    """Seconds from one RFC 3339 moment to the other; none where one is not such a moment, as a file may have it."""
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
    except (ValueError, TypeError, OverflowError):  # TypeError: only one of them has a time zone
        return None


def has_cause(report: Report) -> bool:
    """Whether anything was found."""
    return report.verdict.cause != NO_CAUSE
