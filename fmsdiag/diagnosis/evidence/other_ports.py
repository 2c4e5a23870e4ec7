"""Where RTMP may be when it is not on its usual port, and what is known of the usual one."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlsplit

from fmsdiag.diagnosis.evidence.attempts import connect_facts, met_server, spoke_rtmp
from fmsdiag.diagnosis.evidence.own_network import is_sent_to_itself
from fmsdiag.diagnosis.evidence.routes import is_proxied, working_routes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_answer
from fmsdiag.model import (
    Attempt,
    Carrier,
    Endpoint,
    Experiment,
    FailureKind,
    HttpFacts,
    Observation,
    Question,
    ReplyProtocol,
    StepName,
    Transport,
)
from fmsdiag.players import OTHER_PORTS, SECURE_PORTS

MOST_NAMED = 4
"""Of the ways that a page names: it is not for a page to say how much is tried."""


def refused_attempts(run: RunView) -> tuple[Attempt, ...]:
    """The plan's RTMP attempts whose port was refused, up to the first that ended otherwise.

    A port that is refused behind one that is silent, or has another service, is not what keeps anybody out.
    """
    found: list[Attempt] = []
    for attempt in run.fallback:
        if met_server(attempt):
            break
        if attempt.endpoint.transport is not Transport.RTMP or attempt.endpoint.proxy is not None:
            continue
        step = attempt.step(StepName.TCP)
        refused = step is not None and step.failure is not None and step.failure.kind is FailureKind.REFUSED
        if not refused or _by_another(step):
            break
        found.append(attempt)
    return tuple(found)


def refuses_later(run: RunView) -> bool:
    """Whether the machine refuses one of the plan's RTMP ports, whatever became of those before it."""
    return any(
        a.endpoint.transport is Transport.RTMP
        and a.endpoint.proxy is None
        and (step := a.step(StepName.TCP)) is not None
        and step.failure is not None
        and step.failure.kind is FailureKind.REFUSED
        and not _by_another(step)
        for a in run.fallback
    )


def _by_another(step: Observation | None) -> bool:
    icmp = step.icmp if step is not None else None
    return icmp is not None and step is not None and icmp.sender not in (None, step.address)


def ask_other_ports(run: RunView) -> tuple[Question, ...]:
    """RTMP at each candidate that was not tried; nothing is asked of a port that is known to be shut."""
    if is_sent_to_itself(run):
        return ()
    tried = {a.endpoint.port for a in run.own if a.endpoint.transport is Transport.RTMP}
    dead = {o.port for o in run.tcp if not o.ok}
    host = run.target.host
    return tuple(
        Question(Experiment.SERVER_PORT, Endpoint(Transport.RTMP, host, port))
        for port in (Transport.RTMP.default_port, *OTHER_PORTS)
        if port not in tried and port not in dead
    )


def first_failure(run: RunView) -> Attempt | None:
    """The first attempt at the port or scheme that the URL itself names, where nothing of the server spoke RTMP.

    Only a URL with a port of its own, or one that wants RTMPS, can have missed the server by that; and one without, where
    another service has RTMP's usual port.
    """
    first = next(iter(run.fallback), None)
    if first is None or first.endpoint.proxy is not None or first.endpoint.transport is Transport.RTMFP:
        return None
    unusual = first.endpoint.port != Transport.RTMP.default_port and run.target.port is not None
    if run.spoke_rtmp or not (unusual or run.asked_for is Transport.RTMPS or _has_other_service(first)):
        return None
    return first if _may_be_no_media_server(first) else None


def _has_other_service(attempt: Attempt) -> bool:
    """Whether something answered that is no media server."""
    ended = attempt.failed_step
    if attempt.endpoint.transport is not Transport.RTMP or ended is None or ended.failure is None:
        return False
    known = ended.failure.kind is FailureKind.UNEXPECTED_REPLY and ended.failure.looks_like is not None
    return known or web_answer(attempt) is not None


def _may_be_no_media_server(attempt: Attempt) -> bool:
    """Whether what ended an attempt may be that no media server stands there: not a fault of TLS itself, nor of ours."""
    ended = attempt.failed_step
    failure = ended.failure if ended is not None else None
    if ended is None or failure is None or ended.step is StepName.DNS:
        return False
    if ended.step is StepName.TLS and web_answer(attempt) is None:
        return failure.kind is FailureKind.UNEXPECTED_REPLY and not failure.replied_in(ReplyProtocol.RTMP)
    ours = failure.kind in (FailureKind.NO_ROUTE, FailureKind.NOT_PERMITTED)
    return not ours and not failure.replied_in(ReplyProtocol.TLS)


def ask_ways_beside(run: RunView, first: Attempt) -> tuple[Question, ...]:
    """Where else the server may be than where the URL says: RTMP's usual port, RTMPS's ports, what its own page names."""
    if is_sent_to_itself(run):
        return ()
    shut = {o.port for o in run.tcp if not o.ok}
    tried = {(a.endpoint.transport, a.endpoint.port) for a in run.own}
    ways = [(Transport.RTMP, Transport.RTMP.default_port)]
    if first.endpoint.transport.uses_tls:
        ways = [*((Transport.RTMPS, port) for port in SECURE_PORTS), *ways]
    if first.endpoint.port == Transport.RTMP.default_port:
        ways += [(Transport.RTMP, port) for port in OTHER_PORTS]
    ways += [way for way in named_ways(run) if way[0].uses_tls or not first.endpoint.transport.uses_tls]
    wanted = dict.fromkeys(way for way in ways if way not in tried and way[1] not in shut)
    asked = tuple(q for t, p in wanted for q in run.ask_server(Experiment.SERVER_PORT, p, t))
    return (*asked, *_ask_page(run, first))


def _ask_page(run: RunView, first: Attempt) -> tuple[Question, ...]:
    """The start page of a website that stands on the URL's port."""
    if web_answer(first) is None:
        return ()
    transport = Transport.HTTPS if first.endpoint.transport.uses_tls else Transport.HTTP
    return run.ask_server(Experiment.WEB_PAGE, first.endpoint.port, transport)


def named_ways(run: RunView) -> list[tuple[Transport, int]]:
    """The transports and ports that pages of the server name for this very host, at most MOST_NAMED."""
    pages = [o.facts for a in run.seen if a.endpoint.host == run.target.host for o in a.observations]
    named = (urlsplit(url) for page in pages if isinstance(page, HttpFacts) for url in page.media_addresses)
    found: dict[tuple[Transport, int], None] = {}
    for url in named:
        with suppress(ValueError):
            transport = Transport(url.scheme)
            if url.hostname == run.target.host.lower():
                found[transport, url.port or transport.default_port] = None
    return list(found)[:MOST_NAMED]


def found_beside(run: RunView, first: Attempt) -> Attempt | None:
    """Another way than the URL's that the server answered in RTMP: encrypted where the URL wants that."""
    secure = first.endpoint.transport.uses_tls
    asked = [a for a in run.performed(Experiment.SERVER_PORT) if spoke_rtmp(a)]
    return next((a for a in asked if a.endpoint.transport.uses_tls or not secure), None)


def names_port(attempt: Attempt, host: str, port: int) -> bool:
    """Whether the server, reached by another way, redirects clients to this port of this host."""
    facts = connect_facts(attempt)
    if facts is None or not facts.redirect:
        return False
    try:
        where = urlsplit(facts.redirect)
        named = where.port or Transport.RTMP.default_port
    except ValueError:
        return False
    return (where.hostname, named) == (host, port)


def to_recommend(run: RunView, found: Attempt) -> Attempt:
    """The way to name: what the whole report recommends, where that leads to the server as directly as what was found."""
    best = next(iter(working_routes(run)), None)
    if best is None or is_proxied(best) or best.attempt.endpoint.transport.is_tunnel:
        return found
    return best.attempt if best.attempt.endpoint.transport.carrier is Carrier.TCP else found


def found_elsewhere(run: RunView) -> Attempt | None:
    """RTMP on another port than the refused ones: of the plan, or asked for."""
    refused = {a.endpoint.port for a in refused_attempts(run)}
    plain = [a for a in run.spoke_rtmp if a.endpoint.transport is Transport.RTMP and not a.endpoint.proxy]
    asked = [a for a in run.performed(Experiment.SERVER_PORT) if spoke_rtmp(a)]
    return next((a for a in (*plain, *asked) if a.endpoint.port not in refused), None)
