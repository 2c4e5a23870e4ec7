"""The address and the ports to use from here, and how servers offer them: the words of the best route. Pure.

Only what was seen to connect is recommended (see evidence/routes.py). Where a line loses packets, one connection shows
nothing about a port, and nothing is said of its speed.
"""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.addresses import answers_differ, certificates_differ
from fmsdiag.diagnosis.evidence.attempts import connect_facts
from fmsdiag.diagnosis.evidence.flows import Fate, flows_at
from fmsdiag.diagnosis.evidence.ports import series
from fmsdiag.diagnosis.evidence.routes import (
    EQUAL_S,
    BestRoute,
    Seen,
    about_as_fast,
    best_route,
    is_proxied,
    outcome_of,
    takes_more,
    takes_whole_upload,
    ways_seen,
    when_players_connect,
    working_routes,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import route_of
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Cause,
    Endpoint,
    Experiment,
    Finding,
    Message,
    Recommendation,
    Status,
)
from fmsdiag.target_url import shown_address

WORTH_TELLING_S = 0.2
MAX_PORTS = 2


class Recommended(Table, of="recommendation"):
    """Why this address."""

    FIRST = text("{route} connects in {took:duration}. The address does not need to change.")
    LOSSY = text("{route} connected in this test. Packets may be lost, so another connection may fail.")
    IN_PART = text(
        "{route} connected in this test. Some connections to this port fail, so it may take more than one attempt."
    )
    BY_ADDRESS = text(
        "{route} connected in this test. It fails at another of the server's addresses, so it may take more than one attempt."
    )
    ELSEWHERE_IN_PART = text(
        "{route} connected in this test. Some other connections to this server fail; this port was not tested in the same "
        "way."
    )
    RATE_LIMITED = text(
        "{route} connected in this test. New connections are limited in number, so wait a while between attempts."
    )
    COUNT_LIMITED = text(
        "{route} connected in this test. Connections at the same time are limited in number, so close those that you do not "
        "need."
    )
    LATE = text(
        "{route} connected in this test. Some connections opened late, so another one may take a second or more."
    )
    RATE_LIMITED_ELSEWHERE = text(
        "{route} connected in this test. The rate of new connections to another port of this server is limited; this port was "
        "not tested in the same way."
    )
    COUNT_LIMITED_ELSEWHERE = text(
        "{route} connected in this test. The number of open connections to another port of this server is limited; this port "
        "was not tested in the same way."
    )
    ENCRYPTED_TOO = text(
        "{route} is encrypted and connects about as fast as {usual:route}, which works as well."
    )
    ENCRYPTED_FASTER = text(
        "{route} is encrypted and connects faster than {usual:route}, which works as well."
    )
    ENCRYPTED_SLOWER = text(
        "{route} is encrypted. {usual:route} is not; it works as well and connects a little faster."
    )
    WHOLE_UPLOADS = text(
        "{route} lets a whole upload through. {usual:route} connects as well, but uploads to it are cut off or slow."
    )
    UPLOADS_UNTESTED = text(
        "{route} connects. {usual:route} connects as well, but uploads to it are cut off or slow; whether {route} does was not "
        "tested."
    )
    AS_FAST = text("{route} connects about as fast as {usual:route}, which works as well.")
    SIMPLER = text(
        "{route} needs neither HTTP tunneling nor UDP. {usual:route} works as well and connects a little faster."
    )
    FASTER_TOO = text("{route} connects faster than {usual:route}, which works as well.")
    ONLY_ONE = text("{route} connects in {took:duration}. The attempts in the plan fail.")
    ONLY_PROXIED = text("{route} connects in {took:duration}. Without a proxy, no attempt in the plan does.")
    SKIP_THE_REST = text("{route} connects in {took:duration}. Skip the attempts before it, which fail.")
    FASTER = text("{route} connects in {took:duration}; trying the ports in order takes {usual:duration}.")
    ELSEWHERE = text("{host}, to which the server redirects clients, connects from here.")


_UNSTEADY = {
    Cause.PACKET_LOSS: Recommended.LOSSY,
    Cause.SOME_CONNECTIONS_FAIL: Recommended.IN_PART,
    Cause.CONNECTION_RATE_LIMITED: Recommended.RATE_LIMITED,
    Cause.CONNECTION_COUNT_LIMITED: Recommended.COUNT_LIMITED,
}
"""Causes with which the success of one connection shows little about the next: neither its speed nor an order of ports."""
_LIMITS = {
    Recommended.RATE_LIMITED: (Experiment.BURST, Recommended.RATE_LIMITED_ELSEWHERE),
    Recommended.COUNT_LIMITED: (Experiment.HOLD, Recommended.COUNT_LIMITED_ELSEWHERE),
}
"""Which test finds a limit, at one port alone, and what is said of another port."""


_LATE = ("late", "connected-late", "every-first", "connected-every-first")
"""Cases of connection-count-limited and packet-loss in which connections open late, and all of them open."""


class RecommendedSetting(Table, of="recommended-setting"):
    """What goes with the address."""

    SIGN_IN = text(
        "The server accepts it only with the user name and password. Enter them in the player or encoder, too."
    )


def recommend(run: RunView, findings: Sequence[Finding] = ()) -> Recommendation | None:
    """What to enter in the player, or none if nothing connected."""
    best = best_route(run)
    if best is None:
        return _elsewhere(run)
    unsteady = _unsteady(run, findings, best.endpoint.port) or _by_address(run, best.endpoint)
    working = working_routes(run)
    ports = _ports(working)
    return Recommendation(
        url=best.url,
        ports=ports if unsteady is None else ports[:1],
        message=unsteady.of(route=route_of(best.endpoint)) if unsteady is not None else _why(best, run),
        settings=_sign_in(working[0]),
        proxy=best.proxy,
    )


def _sign_in(best: Seen) -> tuple[Message, ...]:
    """That the address alone does not connect, where the server took a user name and password first."""
    facts = connect_facts(best.attempt)
    taken = facts is not None and facts.authenticated is True
    return (RecommendedSetting.SIGN_IN.of(),) if taken else ()


def _unsteady(run: RunView, findings: Sequence[Finding], port: int) -> Text | None:
    """What limits the success at that port, if anything does."""
    named = next((f for f in findings if Cause(f.cause) in _UNSTEADY), None)
    said = _UNSTEADY[Cause(named.cause)] if named is not None else None
    if named is not None and named.case in _LATE:
        return Recommended.LATE
    if said in _LIMITS:
        experiment, elsewhere = _LIMITS[said]
        found = series(run, experiment) or series(run, Experiment.BURST)
        return said if found is None or found[1].port == port else elsewhere
    if said is not Recommended.IN_PART:
        return said
    flows = flows_at(run, port)
    if flows is None:
        return Recommended.ELSEWHERE_IN_PART
    return None if flows.fate is Fate.ALL_WORK else said


def _by_address(run: RunView, best: Endpoint) -> Text | None:
    """What is said where the same way fails at another address of the name; a proxy chooses the address itself."""
    differing = answers_differ(run) | certificates_differ(run)
    fails = best.proxy is None and (best.transport, best.port) in differing
    return Recommended.BY_ADDRESS if fails else None


def _ports(working: Sequence[Seen]) -> tuple[str, ...]:
    """The best, and one more at another port in case that one is closed elsewhere: as few as possible, as all are tried."""
    best = working[0]
    found: dict[int, str] = {}
    for seen in working:
        endpoint = seen.attempt.endpoint
        if is_proxied(seen) is is_proxied(best) and seen.took_s <= best.took_s + EQUAL_S:
            found.setdefault(endpoint.port, f"{endpoint.transport.value}:{endpoint.port}")
    return tuple(found.values())[:MAX_PORTS]


def _why(best: BestRoute, run: RunView) -> Message:
    route, plan = route_of(best.endpoint), [a.endpoint for a in run.fallback]
    if best.is_first:
        return Recommended.FIRST.of(route=route, took=best.alone_s)
    if run.plan_connected:
        return _beside(best, plan[0], run).of(route=route, usual=route_of(plan[0]))
    usual_s = when_players_connect(run)
    direct = any(not is_proxied(seen) for seen in working_routes(run))
    if usual_s is None or (best.proxy is not None and not direct):
        said = Recommended.ONLY_ONE if best.proxy is None else Recommended.ONLY_PROXIED
        return said.of(route=route, took=best.alone_s)
    if usual_s - best.alone_s < WORTH_TELLING_S:
        usual = _first_that_connects(run)
        if usual is not None and usual.key != best.endpoint.key:
            return _beside(best, usual, run).of(route=route, usual=route_of(usual))
        return Recommended.SKIP_THE_REST.of(route=route, took=best.alone_s)
    return Recommended.FASTER.of(route=route, took=best.alone_s, usual=usual_s)


def _first_that_connects(run: RunView) -> Endpoint | None:
    """Where a player that tries the plan in turn ends up."""
    ways = ways_seen(run)
    seen = ((a.endpoint, outcome_of(a.endpoint, ways)) for a in run.fallback)
    return next((endpoint for endpoint, came in seen if came is not None and came.connected), None)


def _beside(best: BestRoute, usual: Endpoint, run: RunView) -> Text:
    """Why not the plan's attempt that connected first."""
    if takes_more(run, best.endpoint.port, usual.port):
        whole = takes_whole_upload(run, best.endpoint.port)
        return Recommended.WHOLE_UPLOADS if whole else Recommended.UPLOADS_UNTESTED
    encrypted = best.endpoint.transport.uses_tls and not usual.transport.uses_tls
    first = outcome_of(usual, ways_seen(run))
    if first is None or about_as_fast(best.took_s, first.took_s):
        return Recommended.ENCRYPTED_TOO if encrypted else Recommended.AS_FAST
    if best.took_s < first.took_s:
        return Recommended.ENCRYPTED_FASTER if encrypted else Recommended.FASTER_TOO
    return Recommended.ENCRYPTED_SLOWER if encrypted else Recommended.SIMPLER


def _elsewhere(run: RunView) -> Recommendation | None:
    """Where the server sent its clients, if it was accepted there."""
    for hop in run.performed(Experiment.REDIRECT):
        facts = connect_facts(hop)
        if hop.status is Status.CONNECTED and facts is not None:
            port = f"{hop.endpoint.transport.value}:{hop.endpoint.port}"
            message = Recommended.ELSEWHERE.of(host=hop.endpoint.host)
            return Recommendation(url=shown_address(facts.tc_url), ports=(port,), message=message)
    return None
