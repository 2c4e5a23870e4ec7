"""What was seen and accuses nobody: routes that the server does not offer, while another one works, and what was not tried."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fmsdiag.diagnosis.conclusions.address_notes import address_notes
from fmsdiag.diagnosis.conclusions.path_notes import path_notes
from fmsdiag.diagnosis.conclusions.stream_notes import stream_notes, upload_notes
from fmsdiag.diagnosis.conclusions.tunnel_notes import ident_notes
from fmsdiag.diagnosis.evidence.attempts import wants_token
from fmsdiag.diagnosis.evidence.limits import may_be_limited
from fmsdiag.diagnosis.evidence.proxy_errors import is_proxys_error
from fmsdiag.diagnosis.evidence.proxy_marks import is_marked
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.shortfalls import shortfalls
from fmsdiag.diagnosis.lines.attempts import outcome_of_step, route_of
from fmsdiag.diagnosis.lines.shortfalls import shortfall_line
from fmsdiag.messages.not_applicable import NOT_APPLICABLE, Reasons
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.model import (
    Attempt,
    Cause,
    DnsFacts,
    FailureKind,
    Family,
    Finding,
    HttpFacts,
    LookupSource,
    Message,
    Note,
    Observation,
    Purpose,
    Status,
    StepName,
    TunnelFacts,
)
from fmsdiag.model.messages import Addresses, Listed, Name, Quote, Route, Routes
from fmsdiag.private_addresses import is_nobodys_address

MOST_ADDRESSES = 8


class RouteNotes(Table, of="route-notes"):
    """Routes that failed beside one that works. A refusal is most often the server's own answer; a firewall may send it."""

    NOT_OFFERED = text("Refused, so most likely not offered by this server: {routes}.")
    NO_ANSWER = plural(
        "{routes} does not answer from here. The server may not offer it, or a firewall drops it.",
        "{routes} do not answer from here. The server may not offer them, or a firewall drops them.",
    )
    # beside a finding that says what blocks them
    BLOCKED = text("No answer from here: {routes}.")
    SOMETIMES = text("Failed in this test, although other connections to the same port open: {routes}.")
    LIMITED = text("Did not open in this test, perhaps because of the limit on connections: {routes}.")
    CLOSED = text("Closed without an answer: {routes}.")
    RESET = text("Reset before RTMP connected: {routes}.")
    OTHER_SERVICE = text("{route} is not offered: something else answers there ({what:name}).")
    PROXY_ANSWERS = text("{route} does not reach the media server: a proxy answers instead ({what:name}).")
    REJECTED = text("{route} was reached, and the server rejected the connection.")
    REJECTED_WITH_WORDS = text("{route} was reached, and the server rejected the connection: {words:quote}")
    FAILED = text("{route}: {outcome}.")
    NO_IPV4 = text("This computer has no route to IPv4 addresses, so {address} could not be tested.")
    NO_IPV6 = text("This computer has no route to IPv6 addresses, so {address} could not be tested.")
    ADDRESS = text("The server's address {address} did not connect with {route}.")
    NOT_TESTED = text("Not tested: {routes} ({reason:list}).")
    NOT_NEEDED = text("Not tested, because the plan had connected before: {routes}.")
    GIVEN_UP = text("Given up without an answer when the plan connected: {routes}.")
    ADDRESSES_LEFT_OUT = plural(
        "{left_out:count} of the server's {total:count} addresses was left out: {addresses}.",
        "{left_out:count} of the server's {total:count} addresses were left out, such as {addresses}.",
        by="left_out",
    )


class ComputerNotes(Table, of="computer-notes"):
    """What happened to this computer meanwhile."""

    SLEPT = text("This computer slept for {slept:duration} during the test. Run the test again.")


class AcceptanceNotes(Table, of="acceptance-notes"):
    """What an accepted connection still waits for."""

    TOKEN = text(
        "The server's answer contains a secureToken. Players must answer it with a shared secret; without that answer, the "
        "server may not let them play or publish."
    )


_ALIKE = {
    FailureKind.REFUSED: RouteNotes.NOT_OFFERED,
    FailureKind.TIMED_OUT: RouteNotes.NO_ANSWER,
    FailureKind.CLOSED: RouteNotes.CLOSED,
    FailureKind.RESET: RouteNotes.RESET,
}
"""Failures that are told once for all routes that share them."""
_CUT_SHORT = (Status.NOT_STARTED, Status.CANCELLED)
"""What had no turn, or not the time to end, when the plan's outcome was known."""
_BLOCKING = frozenset(
    (
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.ONLY_HTTPS_ALLOWED,
        Cause.EGRESS_BLOCKED,
        Cause.UDP_BLOCKED,
        Cause.NON_HTTP_BLOCKED,
        Cause.SERVER_FIREWALL,
        Cause.PROXY_REQUIRED,
    )
)
"""Causes that explain silence, so that a note need not guess."""
_LIMITING = frozenset((Cause.CONNECTION_RATE_LIMITED, Cause.CONNECTION_COUNT_LIMITED))
"""Causes that may explain any connect that failed behind others."""


def notes(run: RunView, findings: Sequence[Finding]) -> tuple[Note, ...]:
    """Everything worth knowing that accuses nobody."""
    return (
        *_slept(run),
        *stream_notes(run),
        *upload_notes(run),
        *_routes(run, findings),
        *_not_tried(run),
        *_addresses_left_out(run),
        *ident_notes(run),
        *_challenge(run, findings),
        *_shortfalls(run, findings),
        *address_notes(run, findings),
        *path_notes(run),
    )


def _slept(run: RunView) -> Iterator[Note]:
    if run.environment.slept_s is not None:
        yield Note(ComputerNotes.SLEPT.of(slept=run.environment.slept_s))


def _shortfalls(run: RunView, findings: Sequence[Finding]) -> Iterator[Note]:
    """Deep tests that did not wholly succeed; where nothing else is wrong, the verdict tells them (verdict.py)."""
    alone = run.plan_connected and not findings
    for each in shortfalls(run, findings) if run.connected else ():
        if not alone or each.may_be_manner:
            line = shortfall_line(each)
            yield Note(line.message, line.observation)


def _challenge(run: RunView, findings: Sequence[Finding]) -> Iterator[Note]:
    """An acceptance that asks for an answer which only players with a shared secret can give."""
    told = any(f.cause in (Cause.CLOSED_AFTER_ACCEPT, Cause.STREAM_REFUSED) for f in findings)
    for attempt in run.connected:
        step = attempt.step(StepName.CONNECT)
        if not told and step is not None and wants_token(attempt):
            yield Note(AcceptanceNotes.TOKEN.of(), step.id)
            return


def _routes(run: RunView, findings: Sequence[Finding]) -> Iterator[Note]:
    """Each route that failed beside one that works; those of which no more is known than that in one sentence."""
    if not run.connected:
        return
    shown = {line.observation.partition(".")[0] for f in findings for line in f.evidence}
    alike: dict[FailureKind, list[tuple[Route, str]]] = {}
    sometimes: list[tuple[Route, str]] = []
    limited: list[tuple[Route, str]] = []
    counted = any(finding.cause in _LIMITING for finding in findings)
    for attempt in run.own:
        ended = attempt.failed_step
        if str(attempt.id) in shown or ended is None or ended.failure is None:
            continue
        if ended.step is StepName.TCP and attempt.endpoint.proxy is None and _opens_elsewhere(run, attempt):
            sometimes.append((route_of(attempt.endpoint), ended.id))
        elif counted and attempt.endpoint.proxy is None and may_be_limited(run, attempt):
            limited.append((route_of(attempt.endpoint), ended.id))
        elif (
            ended.failure.kind in _ALIKE
            and not _has_words(attempt, ended)
            and not _fell_silent_later(attempt, ended)
        ):
            alike.setdefault(ended.failure.kind, []).append((route_of(attempt.endpoint), ended.id))
        elif (noted := _noted(attempt, ended)) is not None:
            yield Note(noted, ended.id)
    for said, alike_ones in ((RouteNotes.SOMETIMES, sometimes), (RouteNotes.LIMITED, limited)):
        if alike_ones:
            routes = tuple(dict.fromkeys(route for route, _ in alike_ones))
            yield Note(said.of(routes=Routes(routes)), alike_ones[0][1])
    explained = any(finding.cause in _BLOCKING for finding in findings)
    for kind, several in alike.items():
        routes = tuple(dict.fromkeys(route for route, _ in several))
        said = RouteNotes.BLOCKED if explained and kind is FailureKind.TIMED_OUT else _ALIKE[kind]
        yield Note(said.of(routes=Routes(routes)), several[0][1])


def _opens_elsewhere(run: RunView, attempt: Attempt) -> bool:
    """Whether a port that failed to open for an attempt opened for another, to whatever address was tried."""
    endpoint = attempt.endpoint
    return endpoint.address is None and run.ever_opened(endpoint.port)


def _fell_silent_later(attempt: Attempt, ended: Observation) -> bool:
    """Whether something answered there before the silence: TLS, a tunnel's web server, the handshake."""
    silent = ended.failure is not None and ended.failure.kind is FailureKind.TIMED_OUT
    first = (StepName.DNS, StepName.TCP, StepName.UDP)
    return silent and any(o.ok and o.step not in first for o in attempt.observations)


def _has_words(attempt: Attempt, ended: Observation) -> bool:
    """Whether more is known of the route than that it ended so."""
    return (
        attempt.status is Status.REJECTED
        or attempt.endpoint.address is not None
        or attempt.endpoint.proxy is not None
        or (ended.failure is not None and bool(ended.failure.looks_like))
        or ended.step is StepName.DNS
    )


def _noted(attempt: Attempt, ended: Observation) -> Message | None:
    """One route that failed, without blame."""
    failure, route = ended.failure, route_of(attempt.endpoint)
    if failure is None or ended.step is StepName.DNS:
        return None
    if attempt.status is Status.REJECTED:
        if failure.kind is FailureKind.REJECTED and failure.detail:
            return RouteNotes.REJECTED_WITH_WORDS.of(route=route, words=Quote(failure.detail))
        return RouteNotes.REJECTED.of(route=route)
    if failure.kind is FailureKind.NO_ROUTE and ended.address is not None:
        said = RouteNotes.NO_IPV6 if ":" in ended.address else RouteNotes.NO_IPV4
        return said.of(address=ended.address)
    if attempt.endpoint.address is not None:
        return RouteNotes.ADDRESS.of(address=attempt.endpoint.address, route=route)
    if failure.looks_like:
        said = RouteNotes.PROXY_ANSWERS if _is_proxys(attempt) else RouteNotes.OTHER_SERVICE
        return said.of(route=route, what=Name(failure.looks_like))
    return RouteNotes.FAILED.of(route=route, outcome=outcome_of_step(ended))


def _is_proxys(attempt: Attempt) -> bool:
    """Whether a web proxy wrote what came, on the way to a port that may well be RTMP's."""
    facts = (o.facts for o in attempt.observations)
    answers = (f for f in facts if isinstance(f, HttpFacts | TunnelFacts))
    return any(is_marked(answer) and is_proxys_error(answer.headers) for answer in answers)


def _not_tried(run: RunView) -> Iterator[Note]:
    """What was planned and cannot be tried here, by its reason; why a route could not be used is often the answer itself."""
    reasons: dict[Text, list[Route]] = {}
    for attempt in run.attempts:
        if attempt.status is Status.NOT_APPLICABLE and attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK):
            reason = attempt.not_applicable
            said = NOT_APPLICABLE[reason] if reason is not None else Reasons.UNKNOWN
            reasons.setdefault(said, []).append(route_of(attempt.endpoint))
    late: dict[Text, dict[Route, None]] = {}
    for attempt in run.attempts if run.plan_succeeded else ():
        is_cut = attempt.status in _CUT_SHORT and attempt.endpoint.address is None
        if is_cut and attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK):
            steps = [o.step for o in attempt.observations] + [begun.step for begun in attempt.unfinished]
            has_sent = any(step is not StepName.DNS for step in steps)
            said = RouteNotes.GIVEN_UP if has_sent else RouteNotes.NOT_NEEDED
            late.setdefault(said, {})[route_of(attempt.endpoint)] = None
    for said, given_up in late.items():
        yield Note(said.of(routes=Routes(tuple(given_up))))
    for said, routes in reasons.items():
        reason_given = Listed((said.of(),))
        yield Note(RouteNotes.NOT_TESTED.of(routes=Routes(tuple(routes)), reason=reason_given))


def _addresses_left_out(run: RunView) -> Iterator[Note]:
    """Names with very many addresses are not tried at all of them; which ones is said."""
    lookup = next((o for o in run.lookups(LookupSource.SYSTEM) if o.ok), None)
    if lookup is None or not isinstance(lookup.facts, DnsFacts) or not run.tcp:
        return
    machines = (a for a in lookup.facts.addresses if not is_nobodys_address(a))
    wanted = [a for a in machines if _is_of(a, run.options.family)]
    checked = {a.endpoint.address for a in run.attempts}
    missing = [a for a in wanted if a not in checked and a not in run.addresses]
    count = len(missing) + lookup.facts.omitted_addresses
    if not count or not checked & set(wanted):  # without any check of an address, none was wanted
        return
    total = len(lookup.facts.addresses) + lookup.facts.omitted_addresses
    shown = Addresses(tuple(missing[:MOST_ADDRESSES]))
    yield Note(RouteNotes.ADDRESSES_LEFT_OUT.of(left_out=count, total=total, addresses=shown), lookup.id)


def _is_of(address: str, family: Family) -> bool:
    return family is Family.ANY or (":" in address) == (family is Family.IPV6)
