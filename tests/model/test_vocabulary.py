from __future__ import annotations

import pytest

from fmsdiag.model import (
    Transport,
)


@pytest.mark.parametrize(
    ("transport", "carrier", "port", "tls", "tunnel", "media"),
    [
        (Transport.RTMP, "tcp", 1935, False, False, True),
        (Transport.RTMPE, "tcp", 1935, False, False, True),
        (Transport.RTMPS, "tcp", 443, True, False, True),
        (Transport.RTMPT, "tcp", 80, False, True, True),
        (Transport.RTMPTE, "tcp", 80, False, True, True),
        (Transport.RTMPTS, "tcp", 443, True, True, True),
        (Transport.RTMFP, "udp", 1935, False, False, True),
        (Transport.HTTP, "tcp", 80, False, False, False),
        (Transport.HTTPS, "tcp", 443, True, False, False),
        (Transport.ADMIN, "tcp", 1111, False, False, False),
    ],
)
def test_transports(
    transport: Transport, carrier: str, port: int, tls: bool, tunnel: bool, media: bool
) -> None:
    assert (transport.carrier, transport.default_port) == (carrier, port)
    assert (transport.uses_tls, transport.is_tunnel, transport.is_media) == (tls, tunnel, media)
    assert transport.is_encrypted is (transport in (Transport.RTMPE, Transport.RTMPTE))
