"""What this network's administrator is asked to change: only what was seen to fail and is needed."""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.steps import outcome_of_step
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    Endpoint,
    Hop,
    Message,
    Observation,
    PortRange,
    Request,
    RequestKind,
    Status,
    Transport,
)

RTMFP_PORTS = PortRange("udp", 19350, 65535)
"""To which a server of RTMFP may send its clients (Adobe Media Server, Adaptor.xml)."""


class RequestLines(Table, of="request-lines"):
    """What was seen, for the one who changes it."""

    PORT = text("TCP {port} to {host}: {outcome}.")
    UDP_PORT = text("UDP {port} to {host}: {outcome}.")
    PASSES = text("TCP {port} to {host} passes.")
    REFERENCE = text("TCP {port} to a reference server: {outcome}.")


def request(
    run: RunView,
    endpoints: Sequence[Endpoint],
    kind: RequestKind = RequestKind.OPEN_PORTS,
    reference: Observation | None = None,
    stops_after: Hop | None = None,
    proxy: str | None = None,
) -> Request | None:
    """A request for these endpoints, which failed and are needed; none where there are none.

    `reference` is the same port of a reference server, `stops_after` the last router that still got what was sent.
    UDP is asked for only where it is RTMFP that is wanted.
    """
    wanted = [e for e in dict.fromkeys(endpoints) if e.transport.carrier == "tcp" or wants_rtmfp(run)]
    if not wanted:
        return None
    tcp = sorted({e.port for e in wanted if e.transport.carrier == "tcp"})
    udp = sorted({e.port for e in wanted if e.transport.carrier == "udp"})
    ports = [PortRange("tcp", port) for port in tcp] + [PortRange("udp", port) for port in udp]
    return Request(
        kind=kind,
        host=run.target.host,
        addresses=tuple(a for a in run.addresses if a != run.target.host),
        ports=(*ports, *((RTMFP_PORTS,) if udp else ())),
        transports=tuple(dict.fromkeys(e.transport for e in wanted)),
        seen=_seen(run, tcp, udp, reference),
        stops_after=stops_after.responder if stops_after is not None else None,
        stops_after_hops=stops_after.ttl if stops_after is not None and stops_after.responder else None,
        proxy=proxy,
        tested_at=run.started_at,
        report_id=run.report_id,
    )


def wants_rtmfp(run: RunView) -> bool:
    """Whether RTMFP is needed: by the address or the plan, or because the server was seen to speak it."""
    media = [a for a in run.attempts if a.endpoint.transport is Transport.RTMFP]
    return run.target.transport is Transport.RTMFP or any(
        a.purpose.value == "fallback" or a.status is Status.CONNECTED for a in media
    )


def _seen(
    run: RunView, tcp: Sequence[int], udp: Sequence[int], reference: Observation | None
) -> tuple[Message, ...]:
    host, found = run.target.host, []
    for port in tcp:
        dead = next((o for o in run.sent if o.port == port and o.failure is not None), None)
        if dead is not None:
            found.append(RequestLines.PORT.of(port=port, host=host, outcome=outcome_of_step(dead)))
    for port in udp:
        failed = (
            a.failed_step
            for a in run.media
            if a.endpoint.port == port and a.endpoint.transport.carrier == "udp"
        )
        silent = next((o for o in failed if o is not None), None)
        if silent is not None:
            found.append(RequestLines.UDP_PORT.of(port=port, host=host, outcome=outcome_of_step(silent)))
    if reference is not None:
        found.append(RequestLines.REFERENCE.of(port=reference.port or 0, outcome=outcome_of_step(reference)))
    alive = run.sign_of_life
    if alive is not None and alive.port not in tcp:
        found.append(RequestLines.PASSES.of(port=alive.port or 0, host=host))
    return tuple(found)
