"""Any HTTP responses to the client of a tunnel."""

from __future__ import annotations

from fmsdiag.protocol.rtmpt import TunnelClient, TunnelError, TunnelFault, TunnelPhase, TunnelResponse
from tests.fuzz.inputs import Input, block

STATUSES = (200, 200, 200, 204, 301, 400, 403, 404, 405, 407, 500, 503)
TYPES = ((("content-type", "application/x-fcs"),), (("content-type", "text/html"),), ())


def seeds() -> list[bytes]:
    """Whether ident is asked, then status, headers and body of each response."""
    opened = b"\0\0" + block(b"2-tmaQJe98nOkYd2\n")
    data = b"\0\0" + block(b"\1\3" + bytes(40))
    ident = b"\0\2" + block(b"192.0.2.7\n")
    return [
        b"\0" + opened + data + data + b"\0\0" + block(b"\0"),
        b"\1" + ident + opened + b"\0\0" + block(b"\x21") + data,
        b"\0" + b"\0\1" + block(b"<html>"),
        b"\0" + opened + b"\7\0" + block(b""),
    ]


def is_closed(client: TunnelClient) -> bool:
    return client.phase is TunnelPhase.CLOSED


def check(data: bytes) -> None:
    """Only TunnelError; afterwards it is closed, or was told that the session may still live."""
    given = Input(data)
    client = TunnelClient("media.example.com", ident=bool(given.byte() & 1))
    sent = 0
    while given and not is_closed(client):
        request = client.next_request(b"\3" if client.phase is TunnelPhase.OPEN and sent % 2 else b"")
        assert int(dict(request.headers)["Content-Length"]) == len(request.body)
        sent += 1
        status, headers = STATUSES[given.byte() % len(STATUSES)], TYPES[given.byte() % len(TYPES)]
        try:
            client.receive(TunnelResponse(status, headers, given.block()))
        except TunnelError as error:
            str(error)
            assert error.fault is TunnelFault.HTTP_STATUS or is_closed(client)
            client.close()
            if client.phase is TunnelPhase.CLOSING:
                client.next_request()
            return
        assert 0 <= client.delay_ms <= 500
