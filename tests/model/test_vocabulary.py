from __future__ import annotations

import pytest

from fmsdiag.model import FailureKind, Transport


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


def test_what_verification_says_is_about_a_certificate() -> None:
    about = [kind for kind in FailureKind if kind.is_about_certificate]
    assert len(about) == 6
    assert FailureKind.TLS_ALERT not in about
