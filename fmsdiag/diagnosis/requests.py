"""What this network's administrator is asked to change: only what was seen to fail and is needed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT, failed_with, met_server
from fmsdiag.diagnosis.evidence.dns import by_system, elsewhere, is_hosts_file
from fmsdiag.diagnosis.evidence.proxy_marks import answered_by_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import outcome_of_step, route_of
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    Attempt,
    Carrier,
    Endpoint,
    FailureKind,
    FlowFacts,
    Hop,
    HopOutcome,
    Message,
    Observation,
    PortRange,
    Purpose,
    Request,
    RequestKind,
    SeriesFacts,
    Status,
    StepName,
    Transport,
)

RTMFP_PORTS = PortRange(Carrier.UDP, 19350, 65535)
"""To which a server of RTMFP may send its clients (Adobe Media Server, Adaptor.xml)."""


class RequestLines(Table, of="request-lines"):
    """What was seen, for the one who changes it."""

    PORT = text("TCP {port} to {host}: {outcome}.")
    UDP_PORT = text("UDP {port} to {host}: {outcome}.")
    # translators: {outcome} is one such as "the name does not exist"
    NAME = text("Looking up {host} in this network: {outcome}.")
    # translators: {outcome} is one such as "no answer after 5.0 s"
    CUT = text("{route} to {host}: the connection opens; {outcome}.")
    # translators: {outcome} is one such as "no answer after 5.0 s"
    CUT_AT_CONNECT = text(
        "{route} to {host}: the RTMP handshake works, the message “connect” does not: {outcome}."
    )
    PROXIED = text("{route} to {host}: {outcome}.")
    PASSES = text("TCP {port} to {host} works.")
    OPENS = text("TCP {port} to {host}: the connection opens.")
    ROUTE_PASSES = text("{route} to {host} works.")
    REFERENCE = text("TCP {port} to a reference server: {outcome}.")
    INSPECTED = text(
        "{route} to {host}: TLS is intercepted; the certificate presented is from {issuer:list}."
    )


def request(
    run: RunView,
    endpoints: Sequence[Endpoint],
    kind: RequestKind = RequestKind.OPEN_PORTS,
    reference: Observation | None = None,
    stops_after: Hop | None = None,
    proxy: str | None = None,
    seen: Sequence[Message] = (),
    about: tuple[str, ...] = (),
) -> Request | None:
    """A request for these endpoints, which failed and are needed; none where there are none.

    `reference` is the same port of a reference server, `stops_after` the last router that still got what was sent,
    `proxy` the URL of the proxy that is to let them pass, `seen` what was seen beside how the attempts ended, `about` the
    server's addresses that it is about, where that is not all.
    UDP is asked for only where it is RTMFP that is wanted.
    """
    wanted = [e for e in dict.fromkeys(endpoints) if e.transport.carrier is Carrier.TCP or wants_rtmfp(run)]
    if not wanted:
        return None
    tcp = sorted({e.port for e in wanted if e.transport.carrier is Carrier.TCP})
    udp = sorted({e.port for e in wanted if e.transport.carrier is Carrier.UDP})
    ports = [PortRange(Carrier.TCP, port) for port in tcp] + [PortRange(Carrier.UDP, port) for port in udp]
    shut = any(port in run.dead_ports(*FailureKind) for port in tcp)
    return Request(
        kind=RequestKind.OPEN_AND_EXEMPT if kind is RequestKind.EXEMPT and shut else kind,
        host=run.target.host,
        addresses=about or tuple(a for a in _addresses(run) if a != run.target.host),
        ports=(*ports, *((RTMFP_PORTS,) if udp else ())),
        transports=tuple(dict.fromkeys(e.transport for e in wanted)),
        seen=_each_once((*seen, *_seen(run, wanted, reference, kind, about))),
        stops_after=stops_after.responder if stops_after is not None else None,
        stops_after_hops=stops_after.ttl if stops_after is not None and stops_after.responder else None,
        rejected=stops_after is not None and stops_after.outcome == HopOutcome.UNREACHABLE,
        proxy=urlsplit(proxy).netloc if proxy is not None else None,
        tested_at=run.started_at,
        report_id=run.report_id,
    )


def _each_once(seen: Sequence[Message]) -> tuple[Message, ...]:
    """What happened twice is told once."""
    return tuple(message for place, message in enumerate(seen) if message not in seen[:place])


def _addresses(run: RunView) -> tuple[str, ...]:
    """The server's addresses; DNS's where a line of the hosts file led elsewhere and no media server is there."""
    misled = is_hosts_file(run) and not any(met_server(a) for a in run.own)
    return (elsewhere(run) if misled else ()) or run.addresses


def needed(attempts: Sequence[Attempt]) -> list[Endpoint]:
    """The endpoints of failed attempts that are worth a request: the plan's before those of checks, and no tunnels
    where what they stand in for is among them.
    """
    plan = [a for a in attempts if a.purpose is Purpose.FALLBACK] or attempts
    plain = [a for a in plan if not a.endpoint.transport.is_tunnel] or plan
    return [a.endpoint for a in plain]


def wants_rtmfp(run: RunView) -> bool:
    """Whether RTMFP is needed: by the address or the plan, or because the server was seen to speak it."""
    media = [a for a in run.attempts if a.endpoint.transport is Transport.RTMFP]
    return run.target.transport is Transport.RTMFP or any(
        a.purpose is Purpose.FALLBACK or a.status is Status.CONNECTED for a in media
    )


def _seen(
    run: RunView,
    wanted: Sequence[Endpoint],
    reference: Observation | None,
    kind: RequestKind,
    about: tuple[str, ...],
) -> tuple[Message, ...]:
    found: list[Message] = []
    for endpoint in wanted:
        found += (
            line for line in _failure(run, endpoint, about) if line not in found
        )  # a port may be there twice
    if reference is not None:
        found.append(RequestLines.REFERENCE.of(port=reference.port or 0, outcome=outcome_of_step(reference)))
    return (*found, *_passing(run, wanted, kind))


def _failure(run: RunView, endpoint: Endpoint, about: tuple[str, ...]) -> tuple[Message, ...]:
    """How the connect to an endpoint failed, at these addresses of the server or at any, or what came after it."""
    host, port = run.target.host, endpoint.port
    # a series of connections has no time of its own
    failed = (
        step
        for a in run.seen
        if a.endpoint == endpoint
        and (step := a.failed_step) is not None
        and not isinstance(step.facts, FlowFacts | SeriesFacts)
    )
    ended = next(failed, None)
    if endpoint.proxy is not None:
        said, route = RequestLines.PROXIED, route_of(endpoint)
        return (said.of(route=route, host=host, outcome=outcome_of_step(ended)),) if ended is not None else ()
    if endpoint.transport.carrier is Carrier.UDP:
        said = RequestLines.UDP_PORT
        return (said.of(port=port, host=host, outcome=outcome_of_step(ended)),) if ended is not None else ()
    tried = (o for o in run.sent if not about or o.address in about)
    dead = next((o for o in tried if o.port == port and o.failure is not None), None)
    if dead is not None:
        return (RequestLines.PORT.of(port=port, host=host, outcome=outcome_of_step(dead)),)
    if ended is None:
        return ()
    if ended.step is StepName.DNS:
        return (RequestLines.NAME.of(host=host, outcome=outcome_of_step(by_system(run) or ended)),)
    said = RequestLines.CUT_AT_CONNECT if ended.step is StepName.CONNECT else RequestLines.CUT
    return (said.of(route=route_of(endpoint), host=host, outcome=outcome_of_step(ended)),)


def _passing(run: RunView, wanted: Sequence[Endpoint], kind: RequestKind) -> tuple[Message, ...]:
    """The contrast: another port that passes, else another protocol on one of these; none where these connect.

    Only what the server itself has let in or rejected works; a port where the connection ended before does not.
    """
    if any(a.endpoint in wanted for a in run.connected):
        return ()
    host, ports = run.target.host, {e.port for e in wanted if e.transport.carrier is Carrier.TCP}
    through = [
        a.endpoint for a in sorted(run.media, key=lambda a: a.status is not Status.CONNECTED) if a.was_decided
    ]
    beside = next((e for e in through if _is_direct_tcp(e) and e.port not in ports), None)
    by_content = kind is RequestKind.EXEMPT
    if beside is not None and not by_content and not _is_cut(run, beside.port):
        return (RequestLines.PASSES.of(port=beside.port, host=host),)
    spoken = next((e for e in through if e not in wanted), None)
    if spoken is not None:
        return (RequestLines.ROUTE_PASSES.of(route=route_of(spoken), host=host),)
    direct = (a for a in run.own if not answered_by_proxy(a))
    opened = [o.port for o in run.steps(StepName.TCP, direct) if o.ok and o.port is not None]
    alive = next((port for port in opened if port not in ports), None)
    if alive is None:
        return ()
    cut = next((a for a in run.media if a.endpoint.port == alive and _is_ended_early(a)), None)
    if cut is not None and cut.failed_step is not None:
        outcome = outcome_of_step(cut.failed_step)
        return (RequestLines.CUT.of(route=route_of(cut.endpoint), host=host, outcome=outcome),)
    return (RequestLines.OPENS.of(port=alive, host=host),)


def _is_ended_early(attempt: Attempt) -> bool:
    """Whether the connection opened, and ended or fell silent before anything was said on it."""
    early = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE)
    return any(failed_with(attempt, step, *ENDED, *FELL_SILENT) for step in early)


def _is_direct_tcp(endpoint: Endpoint) -> bool:
    return endpoint.transport.carrier is Carrier.TCP and endpoint.proxy is None


def _is_cut(run: RunView, port: int) -> bool:
    """Whether one of the transports tried on a port failed there: then the port as a whole is not what works."""
    return any(a.endpoint.port == port and a.status is Status.FAILED for a in run.media)
