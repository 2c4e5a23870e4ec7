"""The request to this network's administrator as a text to copy: what to change, why, how to check it."""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import Carrier, PortRange, Request, RequestKind, Transport
from fmsdiag.model.messages import Name, Names


class RequestTexts(Table, of="request"):
    """Line by line, in this order."""

    OPEN_PORTS = text("Please allow this outgoing connection.")
    EXEMPT = text("Please exempt this connection from traffic inspection.")
    OPEN_AND_EXEMPT = text("Please allow this outgoing connection and exempt it from traffic inspection.")
    LIMIT = text("Please exempt this connection from bandwidth limits.")
    PROXY = text("Please allow this connection through the proxy.")
    FROM = text("From: this network")
    TO = text("To: {host}")
    TO_ADDRESSES = text("To: {host} (now {addresses}; preferably by host name)")
    ALLOW = text("Allow: {ports:names}, outgoing, with replies")
    THROUGH_PROXY = text("Proxy: {proxy:name}")
    PROTOCOL = plural("Protocol: {protocols:names}", "Protocols: {protocols:names}")
    SEEN = text("Seen: {what:list}")
    STOPS = plural(
        "Stops after: {router:address}, {hops:count} hop from the computer",
        "Stops after: {router:address}, {hops:count} hops from the computer",
        by="hops",
    )
    REJECTED = plural(
        "Rejected by: {router:address}, {hops:count} hop from the computer",
        "Rejected by: {router:address}, {hops:count} hops from the computer",
        by="hops",
    )
    CHECK = text("To check: Windows `{windows:name}`, others `{others:name}`")
    CHECK_BY_TEST = text("To check: run fmsdiag again from this network, with the same options")
    TESTED = text("Tested: {at:moment}, report {report:name}")
    REQUESTED_BY = text("Requested by: ______________________")
    TUNNEL_NEEDS = text(
        "Web requests to allow: POST with content type application/x-fcs, paths /fcs, /open, /send, /idle, and /close, "
        "without caching or buffering"
    )
    RTMPS = text("RTMP over TLS (RTMPS)")
    RTMPT = text("RTMP inside HTTP (RTMPT)")
    RTMPTE = text("RTMP inside HTTP (RTMPTE)")
    RTMPTS = text("RTMP inside HTTPS (RTMPTS)")
    PORT = text("{protocol:name} {port}")
    PORT_RANGE = text("{protocol:name} {first:port}-{last:port}")


_FIRST = {
    RequestKind.OPEN_PORTS: RequestTexts.OPEN_PORTS,
    RequestKind.EXEMPT: RequestTexts.EXEMPT,
    RequestKind.OPEN_AND_EXEMPT: RequestTexts.OPEN_AND_EXEMPT,
    RequestKind.LIMIT: RequestTexts.LIMIT,
    RequestKind.PROXY: RequestTexts.PROXY,
}
_TOLD_BY_TEST = (RequestKind.EXEMPT, RequestKind.OPEN_AND_EXEMPT, RequestKind.LIMIT, RequestKind.PROXY)
"""Here a plain connect shows nothing: the port opens before anything is changed, or only the proxy opens it."""
_WEB_REQUESTS = {Transport.RTMPT, Transport.RTMPTE}
"""What a proxy sees as web requests; inside TLS it sees nothing."""
_PROTOCOLS = {
    Transport.RTMPS: RequestTexts.RTMPS,
    Transport.RTMPT: RequestTexts.RTMPT,
    Transport.RTMPTE: RequestTexts.RTMPTE,
    Transport.RTMPTS: RequestTexts.RTMPTS,
}


def request_lines(request: Request | None) -> list[str]:
    """The request, line by line, in the reader's language; nothing where nothing is asked for."""
    return list(_lines(request)) if request is not None else []


def request_text(request: Request | None) -> str:
    """The request as one text, "" where nothing is asked for."""
    return "\n".join(request_lines(request))


def _lines(request: Request) -> Iterator[str]:
    yield say(_FIRST[request.kind])
    yield ""
    yield say(RequestTexts.FROM)
    if request.addresses:
        yield say(RequestTexts.TO_ADDRESSES, host=request.host, addresses=request.addresses)
    else:
        yield say(RequestTexts.TO, host=request.host)
    if request.proxy:
        yield say(RequestTexts.THROUGH_PROXY, proxy=request.proxy)
    if request.ports:
        yield say(RequestTexts.ALLOW, ports=Names(tuple(_port(port) for port in request.ports)))
    if request.transports:
        names = tuple(map(_protocol, request.transports))
        yield say(RequestTexts.PROTOCOL, protocols=Names(names))
    if request.kind is RequestKind.PROXY and request.transports and set(request.transports) <= _WEB_REQUESTS:
        yield say(RequestTexts.TUNNEL_NEEDS)
    for seen in request.seen:
        yield render(seen)
    if request.stops_after and request.stops_after_hops:
        said = RequestTexts.REJECTED if request.rejected else RequestTexts.STOPS
        yield say(said, router=request.stops_after, hops=request.stops_after_hops)
    tcp = _port_to_check(request)
    if request.kind in _TOLD_BY_TEST or tcp is None:
        yield say(RequestTexts.CHECK_BY_TEST)
    else:
        windows = Name(f"Test-NetConnection {request.host} -Port {tcp}")
        yield say(RequestTexts.CHECK, windows=windows, others=Name(f"nc -vz {request.host} {tcp}"))
    if request.tested_at:
        yield say(RequestTexts.TESTED, at=request.tested_at, report=request.report_id)
    yield say(RequestTexts.REQUESTED_BY)


def _protocol(transport: Transport) -> str:
    said = _PROTOCOLS.get(transport)
    return say(said) if said is not None else transport.value.upper()


def _port_to_check(request: Request) -> int | None:
    """The port that shows best whether the change works: RTMP's own where it is among them; none where only UDP is."""
    ports = [port.first for port in request.ports if port.protocol == Carrier.TCP]
    usual = Transport.RTMP.default_port
    return usual if usual in ports else next(iter(ports), None)


def _port(port: PortRange) -> str:
    protocol = port.protocol.upper()
    if port.last is None:
        return say(RequestTexts.PORT, protocol=protocol, port=port.first)
    return say(RequestTexts.PORT_RANGE, protocol=protocol, first=port.first, last=port.last)
