from __future__ import annotations

import errno
import os
import socket
import ssl

import h11
import pytest

from fmsdiag.model import FailureKind as K
from fmsdiag.model import Icmp
from fmsdiag.probe.failure import (
    LookupFailed,
    PeerClosed,
    ProxyAuthRequired,
    ProxyRefused,
    RejectedByServer,
    TlsAlert,
    UnexpectedReply,
    classify,
    words_of,
)
from fmsdiag.probe.sockets.icmp import ConnectError
from fmsdiag.protocol.errors import RemoteProtocolError


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def connecting(number: int, icmp: tuple[int, int] | None = None) -> ConnectError:
    return ConnectError(system(number), Icmp(*icmp, "192.0.2.254") if icmp else None)


def verification(code: int, message: str = "") -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, message)
    error.verify_code, error.verify_message = code, message
    return error


def tls(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


def windows(number: int) -> OSError:
    error = OSError(number, "words of Windows")
    error.winerror = number  # type: ignore[attr-defined]
    return error


def proactor(number: int) -> OSError:
    """As ConnectEx and WSARecv fail in asyncio's loop of Windows: EINVAL, and the code in `winerror`."""
    error = OSError(errno.EINVAL, "words of Windows")
    error.winerror = number  # type: ignore[attr-defined]
    return error


CLASSES: list[tuple[Exception, K]] = [
    (system(errno.ECONNREFUSED), K.REFUSED),
    (system(errno.ECONNRESET), K.RESET),
    (system(errno.EPIPE), K.RESET),
    (system(errno.ENETUNREACH), K.NO_ROUTE),
    (system(errno.EADDRNOTAVAIL), K.NO_ROUTE),
    (system(errno.EAFNOSUPPORT), K.NO_ROUTE),
    (system(errno.EHOSTUNREACH), K.UNREACHABLE),
    (system(errno.EACCES), K.NOT_PERMITTED),
    (system(errno.EPERM), K.NOT_PERMITTED),
    (system(errno.EMFILE), K.LOCAL_ERROR),
    (OSError("no number"), K.LOCAL_ERROR),
    (TimeoutError(), K.TIMED_OUT),
    (system(errno.ETIMEDOUT), K.TIMED_OUT),
    (connecting(errno.ETIMEDOUT), K.TIMED_OUT),
    (connecting(errno.ECONNREFUSED), K.REFUSED),
    (connecting(errno.ECONNREFUSED, (3, 3)), K.REFUSED),
    (connecting(errno.ECONNREFUSED, (1, 4)), K.REFUSED),
    (connecting(errno.ENOPROTOOPT, (3, 2)), K.LOCAL_ERROR),
    (connecting(errno.ECONNREFUSED, (3, 2)), K.UNREACHABLE),
    (connecting(errno.EHOSTUNREACH, (3, 1)), K.UNREACHABLE),
    (connecting(errno.EHOSTUNREACH, (3, 13)), K.UNREACHABLE),
    (connecting(errno.EHOSTUNREACH, (11, 0)), K.UNREACHABLE),
    (connecting(errno.ENETUNREACH), K.NO_ROUTE),
    (connecting(errno.ENETUNREACH, (3, 0)), K.UNREACHABLE),
    (connecting(errno.EACCES, (1, 1)), K.UNREACHABLE),
    (windows(10061), K.REFUSED),
    (windows(10060), K.TIMED_OUT),
    (windows(1231), K.NO_ROUTE),
    (windows(10013), K.NOT_PERMITTED),
    (socket.gaierror(socket.EAI_NONAME, "words"), K.LOCAL_ERROR),
    (PeerClosed(), K.CLOSED),
    (RejectedByServer("no"), K.REJECTED),
    (LookupFailed(K.RESOLVER_SILENT, "words"), K.RESOLVER_SILENT),
    (UnexpectedReply("what", b"SSH-2.0-x"), K.UNEXPECTED_REPLY),
    (RemoteProtocolError("what", 0, b"SSH-2.0-x"), K.UNEXPECTED_REPLY),
    (verification(10), K.CERTIFICATE_EXPIRED),
    (verification(9), K.CERTIFICATE_NOT_YET_VALID),
    (verification(18), K.CERTIFICATE_SELF_SIGNED),
    (verification(19), K.CERTIFICATE_UNTRUSTED),
    (verification(20), K.CERTIFICATE_UNTRUSTED),
    (verification(62), K.CERTIFICATE_WRONG_HOST),
    (verification(64), K.CERTIFICATE_WRONG_HOST),
    (verification(23, "certificate revoked"), K.CERTIFICATE_OTHER),
    # verifiers that speak the user's language: their codes alone say what they mean
    (verification(0x800B010F, "Der CN-Name des Zertifikats stimmt nicht überein"), K.CERTIFICATE_WRONG_HOST),
    (verification(0x800B0101, "Ein erforderliches Zertifikat ist abgelaufen"), K.CERTIFICATE_EXPIRED),
    (verification(0x800B0109 - (1 << 32), "words"), K.CERTIFICATE_UNTRUSTED),
    (verification(-67843, "“x” certificate is not trusted"), K.CERTIFICATE_UNTRUSTED),
    (verification(-67818, "words"), K.CERTIFICATE_EXPIRED),
    (verification(0, "The certificate is expired"), K.CERTIFICATE_OTHER),
    # Windows' loop: the system's own code beside EINVAL, which a connect keeps
    (ConnectError(proactor(1225), None), K.REFUSED),
    (ConnectError(proactor(1231), None), K.NO_ROUTE),
    (ConnectError(proactor(1232), None), K.UNREACHABLE),
    (ConnectError(proactor(121), None), K.TIMED_OUT),
    (proactor(64), K.RESET),
    (proactor(1236), K.RESET),
    (proactor(1234), K.REFUSED),
    (ssl.SSLEOFError(8, "EOF occurred"), K.CLOSED),
    (ssl.SSLZeroReturnError(6, "closed"), K.CLOSED),
    (tls("SSLV3_ALERT_HANDSHAKE_FAILURE"), K.TLS_ALERT),
    (tls("TLSV1_ALERT_INTERNAL_ERROR"), K.TLS_ALERT),
    (tls("UNSUPPORTED_PROTOCOL"), K.TLS_ALERT),
    (tls("WRONG_VERSION_NUMBER"), K.UNEXPECTED_REPLY),
    (RuntimeError("bug"), K.LOCAL_ERROR),
    (ProxyRefused("HTTP 403 Forbidden"), K.PROXY_REFUSED),
    (ProxyAuthRequired("HTTP 407"), K.PROXY_AUTH_REQUIRED),
]  # fmt: skip


@pytest.mark.parametrize(("error", "kind"), CLASSES)
def test_classes(error: Exception, kind: K) -> None:
    failure = classify(error)
    assert failure.kind is kind
    assert failure.bytes_received is None
    if kind not in (K.CERTIFICATE_EXPIRED, K.CERTIFICATE_SELF_SIGNED) and not failure.kind.startswith("cert"):
        assert failure.detail


def test_every_kind_can_be_reached_or_is_a_lookups() -> None:
    tested = {kind for _, kind in CLASSES}
    by_name = {K.NAME_NOT_FOUND, K.NO_DATA, K.SERVER_FAILURE, K.RESOLVER_CLOSED, K.RESOLVER_TRUNCATED}
    told = {K.PROXY_UNREACHED}  # what a proxy's refusal comes to, by its status
    assert set(K) - tested - by_name - told == {K.STALLED}  # needs bytes, below


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), K.STALLED),
        (PeerClosed(), K.CLOSED),
        (system(errno.ECONNRESET), K.RESET),
        (ssl.SSLEOFError(8, "EOF"), K.CLOSED),
        (RemoteProtocolError("bad chunk", 3100), K.UNEXPECTED_REPLY),
        (RuntimeError("bug"), K.LOCAL_ERROR),
    ],
)
def test_how_many_bytes_had_come_is_kept(error: Exception, kind: K) -> None:
    failure = classify(error, 1460, b"\3")
    assert (failure.kind, failure.bytes_received) == (kind, 1460)


def test_the_icmp_message_and_the_error_number_are_kept() -> None:
    failure = classify(connecting(errno.EHOSTUNREACH, (3, 13)))
    assert failure.icmp == Icmp(3, 13, "192.0.2.254")
    assert failure.errno == "EHOSTUNREACH"
    assert classify(LookupFailed(K.RESOLVER_CLOSED, "x", Icmp(3, 3, "a"))).icmp == Icmp(3, 3, "a")


@pytest.mark.parametrize(
    ("error", "first_in", "like"),
    [
        (UnexpectedReply("what", b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"), b"", "HTTP 400 from nginx"),
        (UnexpectedReply("what", b"SSH-2.0", "given name"), b"", "given name"),
        (UnexpectedReply("what"), b"", None),
        (RemoteProtocolError("bad S0", 0, b"S"), b"SSH-2.0-OpenSSH", "SSH server"),
        (RemoteProtocolError("bad S0", 0, b"\x15\3\1\0\2\2\x28"), b"", "TLS alert"),
        (tls("WRONG_VERSION_NUMBER"), b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP 400"),
        (tls("WRONG_VERSION_NUMBER"), b"\3" + bytes(3072), "RTMP"),
    ],
)  # fmt: skip
def test_what_a_reply_looks_like(error: Exception, first_in: bytes, like: str | None) -> None:
    failure = classify(error, len(first_in), first_in)
    assert (failure.kind, failure.looks_like) == (K.UNEXPECTED_REPLY, like)


def test_our_own_refusal_of_old_tls_counts_as_tls() -> None:
    assert classify(tls("DH_KEY_TOO_SMALL"), 900, b"\x16\3\3\0\x7a").kind is K.TLS_ALERT


def test_details_are_bounded() -> None:
    assert len(classify(RuntimeError("x" * 10_000)).detail) <= 300


@pytest.mark.parametrize(
    ("number", "name"), [(116, "certificate required"), (0, "close notify"), (200, "alert 200")]
)
def test_an_alert_is_called_by_its_name(number: int, name: str) -> None:
    failure = classify(TlsAlert(number), 7)
    assert (failure.kind, failure.detail, failure.bytes_received) == (K.TLS_ALERT, name, 7)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("illegal status line: bytearray(b'echo K3y-0f-Str3am')", "illegal status line: …"),
        ('illegal header line: bytearray(b"x: \'K3y")', "illegal header line: …"),
        ("bad b'K3y' and b'other'.", "bad …."),
        ("Receive buffer too long", "Receive buffer too long"),
    ],
)
def test_a_library_is_not_let_quote_the_peer(said: str, shown: str) -> None:
    assert words_of(ValueError(said)) == shown


def test_what_h11_quotes_is_no_part_of_a_failure() -> None:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(b"echo K3y-0f-Str3am\r\n\r\n")
    with pytest.raises(h11.RemoteProtocolError) as raised:
        connection.next_event()
    assert "K3y" in str(raised.value)
    assert "K3y" not in words_of(raised.value)
    assert "K3y" not in classify(raised.value).detail
