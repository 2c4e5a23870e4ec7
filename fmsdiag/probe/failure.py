"""Exception -> Failure: the only classifier of what went wrong in a step.

Steps raise whatever happened; the vocabulary of FailureKind is applied here, once, and everything above works with it.
"""

from __future__ import annotations

import errno
import re
import socket
import ssl

from fmsdiag.model import Failure, FailureKind, Icmp
from fmsdiag.probe.fingerprint import looks_like
from fmsdiag.probe.sockets.icmp import ConnectError
from fmsdiag.probe.windows_codes import SOCKET_KINDS, code_of, verifier_kind
from fmsdiag.protocol.errors import RemoteProtocolError


class PeerClosed(Exception):
    """The peer ended the connection in an orderly way before its answer was complete."""


class UnexpectedReply(Exception):
    """The peer answered with something that is not what was asked for; `data` are its first bytes."""

    def __init__(self, what: str, data: bytes = b"", like: str | None = None) -> None:
        super().__init__(what)
        self.data = data
        self.like = like
        self.heard_at_s: float | None = None  # of the attempt's clock, where that was before it counted


class TlsAlert(Exception):
    """The peer ended TLS with an alert of its own, or said why before it ended the connection; the text names it."""

    def __init__(self, number: int) -> None:
        super().__init__(ALERTS.get(number, f"alert {number}"))


class RejectedByServer(Exception):
    """The server spoke RTMP and said no, in words (NetConnection.Connect.Rejected and its kin)."""


class ProxyRefused(Exception):
    """The proxy answered that it will not carry this connection; its words are in the facts."""


class ProxyAuthRequired(Exception):
    """The proxy wants to know who asks, or did not accept what it was told."""


class LookupFailed(Exception):
    """A name lookup that gave no address; `kind` says how."""

    def __init__(self, kind: FailureKind, detail: str, icmp: Icmp | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.icmp = icmp


ALERTS = {
    0: "close notify", 10: "unexpected message", 20: "bad record mac", 21: "decryption failed", 22: "record overflow",
    30: "decompression failure", 40: "handshake failure", 41: "no certificate", 42: "bad certificate",
    43: "unsupported certificate", 44: "certificate revoked", 45: "certificate expired", 46: "certificate unknown",
    47: "illegal parameter", 48: "unknown ca", 49: "access denied", 50: "decode error", 51: "decrypt error",
    52: "too many cids requested", 60: "export restriction", 70: "protocol version", 71: "insufficient security",
    80: "internal error", 86: "inappropriate fallback", 90: "user canceled", 100: "no renegotiation",
    109: "missing extension", 110: "unsupported extension", 111: "certificate unobtainable", 112: "unrecognized name",
    113: "bad certificate status response", 114: "bad certificate hash value", 115: "unknown psk identity",
    116: "certificate required", 117: "general error", 120: "no application protocol", 121: "ech required",
}  # fmt: skip
"""The alerts of TLS by number, in the words of the registry (IANA, TLS Alerts)."""

# openssl/x509_vfy.h
X509_NOT_YET_VALID = 9
_VERIFY_CODES = {
    X509_NOT_YET_VALID: FailureKind.CERTIFICATE_NOT_YET_VALID,
    10: FailureKind.CERTIFICATE_EXPIRED,
    18: FailureKind.CERTIFICATE_SELF_SIGNED,
    19: FailureKind.CERTIFICATE_UNTRUSTED,
    20: FailureKind.CERTIFICATE_UNTRUSTED,
    21: FailureKind.CERTIFICATE_UNTRUSTED,
    27: FailureKind.CERTIFICATE_UNTRUSTED,
    62: FailureKind.CERTIFICATE_WRONG_HOST,
    64: FailureKind.CERTIFICATE_WRONG_HOST,
}
_ALERT = re.compile(
    r"(?:SSLV3|TLSV1|TLSV13)_(?:ALERT_)?(.+)"
)  # openssl/sslerr.h: reasons 1000 + the alert's number
_VERSION_REFUSED = ("UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "VERSION_TOO_LOW")
_ERRNOS = {
    errno.ECONNREFUSED: FailureKind.REFUSED,
    errno.ECONNRESET: FailureKind.RESET,
    errno.ECONNABORTED: FailureKind.RESET,
    errno.EPIPE: FailureKind.RESET,
    errno.ETIMEDOUT: FailureKind.TIMED_OUT,
    errno.ENETUNREACH: FailureKind.NO_ROUTE,
    errno.ENETDOWN: FailureKind.NO_ROUTE,
    errno.EHOSTUNREACH: FailureKind.UNREACHABLE,
    errno.EHOSTDOWN: FailureKind.UNREACHABLE,
    errno.EADDRNOTAVAIL: FailureKind.NO_ROUTE,
    errno.EAFNOSUPPORT: FailureKind.NO_ROUTE,
    errno.EACCES: FailureKind.NOT_PERMITTED,
    errno.EPERM: FailureKind.NOT_PERMITTED,
}


_QUOTED_BYTES = re.compile(r"(?:\bbytearray\()?\bb(?P<quote>['\"]).*(?P=quote)\)?", re.DOTALL)


def words_of(error: BaseException) -> str:
    """What a library says of an error, without the peer's bytes that it quotes: an echo of a secret may be among them.

    What the peer sent is kept beside it, where masks find it as it was spelled.
    """
    return _QUOTED_BYTES.sub("…", str(error))[:300]


def classify(error: BaseException, bytes_received: int = 0, first_in: bytes = b"") -> Failure:
    """What `error` means; `bytes_received` and `first_in` are what the peer had sent in this step before it."""
    at = bytes_received or None
    match error:
        case TimeoutError() if not isinstance(error, ConnectError):
            kind = FailureKind.STALLED if bytes_received else FailureKind.TIMED_OUT
            return Failure(kind, "no further bytes" if bytes_received else "no answer", bytes_received=at)
        case PeerClosed():
            return Failure(FailureKind.CLOSED, "closed by the peer", bytes_received=at)
        case TlsAlert():
            return Failure(FailureKind.TLS_ALERT, str(error), bytes_received=at)
        case RejectedByServer():
            return Failure(FailureKind.REJECTED, str(error))
        case ProxyRefused():
            return Failure(FailureKind.PROXY_REFUSED, str(error), bytes_received=at)
        case ProxyAuthRequired():
            return Failure(FailureKind.PROXY_AUTH_REQUIRED, str(error), bytes_received=at)
        case LookupFailed():
            return Failure(error.kind, str(error), icmp=error.icmp)
        case UnexpectedReply():
            like = error.like or looks_like(error.data)
            return Failure(FailureKind.UNEXPECTED_REPLY, str(error), bytes_received=at, looks_like=like)
        case RemoteProtocolError():
            like = looks_like(first_in or error.data)
            return Failure(FailureKind.UNEXPECTED_REPLY, str(error), bytes_received=at, looks_like=like)
        case ssl.SSLError():
            return _tls(error, at, first_in)
        case socket.gaierror():
            return Failure(FailureKind.LOCAL_ERROR, str(error))
        case OSError():
            return _system(error, at)
    return Failure(
        FailureKind.LOCAL_ERROR, f"{type(error).__name__}: {words_of(error)}"[:300], bytes_received=at
    )


def _system(error: OSError, at: int | None) -> Failure:
    icmp: Icmp | None = getattr(error, "icmp", None)
    number = error.errno or 0
    kind = _ERRNOS.get(number) or SOCKET_KINDS.get(code_of(error) or number)
    if kind is FailureKind.REFUSED and icmp is not None and not icmp.is_port_unreachable:
        kind = FailureKind.UNREACHABLE  # ICMP protocol unreachable also arrives as ECONNREFUSED
    if kind is FailureKind.NO_ROUTE and icmp is not None:
        kind = FailureKind.UNREACHABLE  # a router said "net unreachable"; this computer had a route
    if getattr(error, "by_own_routes", False):
        kind = FailureKind.NO_ROUTE
    if kind is FailureKind.NOT_PERMITTED and icmp is not None:
        kind = FailureKind.UNREACHABLE  # "administratively prohibited" from someone on the path
    return Failure(
        kind or FailureKind.LOCAL_ERROR,
        error.strerror or str(error),
        errno=errno.errorcode.get(number, "").removeprefix("WSA") or None,
        icmp=icmp,
        bytes_received=at,
    )


def alert_name(error: ssl.SSLError) -> str | None:
    """The alert behind an error, in the words of RFC 8446, section 6: "protocol version"; none for anything else.

    OpenSSL names both "the peer sent an alert" and "I refuse, and sent one": only the version is told apart here.
    """
    reason = (getattr(error, "reason", "") or "").upper()
    if reason in _VERSION_REFUSED:
        return "protocol version"
    named = _ALERT.match(reason)
    return named[1].lower().replace("_", " ") if named else None


def is_about_dates(error: ssl.SSLCertVerificationError) -> bool:
    """Whether a system's verifier says that a certificate is not valid now, which may mean: no longer, or not yet."""
    return verifier_kind(getattr(error, "verify_code", 0)) is FailureKind.CERTIFICATE_EXPIRED


def _tls(error: ssl.SSLError, at: int | None, first_in: bytes) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        message = getattr(error, "verify_message", "") or str(error)
        code = getattr(error, "verify_code", 0)
        kind = _VERIFY_CODES.get(code) or verifier_kind(code) or FailureKind.CERTIFICATE_OTHER
        return Failure(kind, message)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Failure(FailureKind.CLOSED, "closed during the TLS handshake", bytes_received=at)
    reason = (getattr(error, "reason", "") or "").upper()
    if (alert := alert_name(error)) is not None:
        return Failure(FailureKind.TLS_ALERT, alert, bytes_received=at)
    like = looks_like(first_in)
    if like is not None and like.startswith("TLS"):
        return Failure(FailureKind.TLS_ALERT, reason.lower().replace("_", " "), bytes_received=at)
    return Failure(
        FailureKind.UNEXPECTED_REPLY,
        reason.lower().replace("_", " ") or str(error),
        bytes_received=at,
        looks_like=like,
    )
