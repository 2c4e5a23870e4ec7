"""What errors of Windows mean: the codes that Python passes through in `winerror`, and those of certificate verifiers.

Sockets of asyncio's Proactor loop fail with the codes of the system itself (ERROR_CONNECTION_REFUSED, 1225) rather than with
those of Winsock (WSAECONNREFUSED, 10061). Source: System Error Codes and Windows Sockets Error Codes, learn.microsoft.com;
CERT_E_* and TRUST_E_*: winerror.h. SecBase.h has the codes of macOS.
"""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.model import FailureKind

SOCKET_KINDS: Mapping[int, FailureKind] = {
    # winsock2.h
    10013: FailureKind.NOT_PERMITTED,  # WSAEACCES
    10047: FailureKind.NO_ROUTE,  # WSAEAFNOSUPPORT
    10049: FailureKind.NO_ROUTE,  # WSAEADDRNOTAVAIL
    10050: FailureKind.NO_ROUTE,  # WSAENETDOWN
    10051: FailureKind.NO_ROUTE,  # WSAENETUNREACH
    10052: FailureKind.RESET,  # WSAENETRESET
    10053: FailureKind.RESET,  # WSAECONNABORTED
    10054: FailureKind.RESET,  # WSAECONNRESET
    10058: FailureKind.RESET,  # WSAESHUTDOWN
    10060: FailureKind.TIMED_OUT,  # WSAETIMEDOUT
    10061: FailureKind.REFUSED,  # WSAECONNREFUSED
    10064: FailureKind.UNREACHABLE,  # WSAEHOSTDOWN
    10065: FailureKind.UNREACHABLE,  # WSAEHOSTUNREACH
    # winerror.h
    5: FailureKind.NOT_PERMITTED,  # ERROR_ACCESS_DENIED
    64: FailureKind.RESET,  # ERROR_NETNAME_DELETED
    109: FailureKind.RESET,  # ERROR_BROKEN_PIPE
    121: FailureKind.TIMED_OUT,  # ERROR_SEM_TIMEOUT
    232: FailureKind.RESET,  # ERROR_NO_DATA
    1225: FailureKind.REFUSED,  # ERROR_CONNECTION_REFUSED
    1226: FailureKind.CLOSED,  # ERROR_GRACEFUL_DISCONNECT
    1231: FailureKind.NO_ROUTE,  # ERROR_NETWORK_UNREACHABLE
    1232: FailureKind.UNREACHABLE,  # ERROR_HOST_UNREACHABLE
    1234: FailureKind.REFUSED,  # ERROR_PORT_UNREACHABLE
    1235: FailureKind.RESET,  # ERROR_REQUEST_ABORTED
    1236: FailureKind.RESET,  # ERROR_CONNECTION_ABORTED
    1460: FailureKind.TIMED_OUT,  # ERROR_TIMEOUT
}
"""`winerror` → what it means."""

VERIFIER_KINDS: Mapping[int, FailureKind] = {
    0x800B0101: FailureKind.CERTIFICATE_EXPIRED,  # CERT_E_EXPIRED; also of one that is not yet valid
    0x800B0109: FailureKind.CERTIFICATE_UNTRUSTED,  # CERT_E_UNTRUSTEDROOT
    0x800B010A: FailureKind.CERTIFICATE_UNTRUSTED,  # CERT_E_CHAINING
    0x800B010F: FailureKind.CERTIFICATE_WRONG_HOST,  # CERT_E_CN_NO_MATCH
    0x800B0114: FailureKind.CERTIFICATE_WRONG_HOST,  # CERT_E_INVALID_NAME
    0x80096004: FailureKind.CERTIFICATE_UNTRUSTED,  # TRUST_E_CERT_SIGNATURE
    0x800B010C: FailureKind.CERTIFICATE_OTHER,  # CERT_E_REVOKED
    0x80092010: FailureKind.CERTIFICATE_OTHER,  # CRYPT_E_REVOKED
    0x800B0110: FailureKind.CERTIFICATE_OTHER,  # CERT_E_WRONG_USAGE
    # macOS, SecBase.h
    -67818: FailureKind.CERTIFICATE_EXPIRED,  # errSecCertificateExpired
    -67819: FailureKind.CERTIFICATE_NOT_YET_VALID,  # errSecCertificateNotValidYet
    -67602: FailureKind.CERTIFICATE_WRONG_HOST,  # errSecHostNameMismatch
    -67843: FailureKind.CERTIFICATE_UNTRUSTED,  # errSecNotTrusted
    -25318: FailureKind.CERTIFICATE_UNTRUSTED,  # errSecCreateChainFailed
    -67820: FailureKind.CERTIFICATE_OTHER,  # errSecCertificateRevoked
}
"""`verify_code` → what it means, on the systems whose verifier speaks the user's language."""


def code_of(error: OSError) -> int | None:
    """Windows' own number of an error, which its loops and sockets give beside errno; none elsewhere."""
    return getattr(error, "windows_code", None) or getattr(error, "winerror", None)


def verifier_kind(code: int) -> FailureKind | None:
    """What the code of a system's verifier means, signed or not; none for what is not in the table."""
    return VERIFIER_KINDS.get(code) or VERIFIER_KINDS.get(code & 0xFFFFFFFF if code < 0 else code - (1 << 32))
