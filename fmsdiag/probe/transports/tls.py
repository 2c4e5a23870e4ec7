"""TLS over any stream, by memory buffers, so that the certificate's facts are known even when verification fails.

The system's certificate store decides (truststore), as it would for a native application.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import ssl
import warnings
from _ssl import ENCODING_DER
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import truststore

from fmsdiag.model import Certificate, TlsFacts
from fmsdiag.probe.failure import (
    X509_NOT_YET_VALID,
    PeerClosed,
    TlsAlert,
    UnexpectedReply,
    alert_name,
    is_about_dates,
)
from fmsdiag.probe.sockets.network import Capture, Stream, TcpState

OFFERED = "TLSv1.2 to TLSv1.3"
"""What players of today offer; a server that knows only older versions is told so by the facts."""
OFFERED_TO_OLD = "TLSv1 to TLSv1.2"
"""What a server of any age can choose from; without 1.3, whose greeting some old servers take amiss."""
CLOSE_NOTIFY = 0
_ALERT, _HANDSHAKE, _CERTIFICATE_REQUEST = 21, 22, 13  # RFC 8446, B.1 and B.3
LAST_WORD_S = 0.2
"""For what the server said before it hung up, which has come already if it comes at all."""
MAX_HANDSHAKE_BYTES = 512 * 1024
"""More than any honest certificate chain; a peer that sends more is cut off."""


class TlsStream:
    """A TLS connection inside `inner`; counts the bytes inside the encryption."""

    def __init__(
        self, inner: Stream, server_name: str | None, verify: bool = True, any_version: bool = False
    ) -> None:
        """`server_name` none: no name is sent, which takes `verify` off. `any_version`: older versions are offered, too."""
        self._inner = inner
        # a zone is not the server's business
        self._server_name = server_name = server_name.partition("%")[0] if server_name is not None else None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        context = _context_for_any_version() if any_version else _context(verify)
        self._offered = OFFERED_TO_OLD if any_version else OFFERED
        self._heard = _Heard()
        self._heard.listen(context)
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self._verify = verify
        self._verified = False
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = Capture(), Capture()

    async def handshake(self) -> None:
        """Shake hands and verify; `facts` are valid either way.

        Raises ssl.SSLError, TlsAlert, PeerClosed, UnexpectedReply or OSError.
        """
        try:
            await self._shake_hands()
        except (ssl.SSLError, PeerClosed, OSError) as error:
            if isinstance(error, ssl.SSLCertVerificationError):
                note_certificates_to_come(error, _chain(self._tls))
            # a warning comes as a fatal alert's only word where the connection ends behind it
            self._raise_alert(error)
            raise

    async def _shake_hands(self) -> None:
        taken = 0
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                data = await self._inner.receive()
                if not data:
                    raise PeerClosed from None
                taken += len(data)
                if taken > MAX_HANDSHAKE_BYTES:
                    raise UnexpectedReply("a TLS handshake that does not end", like="TLS") from None
                self._incoming.write(data)
            except ssl.SSLError:
                with suppress(OSError):  # the server may be gone, which is not what went wrong
                    await self._flush()  # the alert that tells it why
                raise
            else:
                await self._flush()
                self._verified = self._verify
                return

    async def send(self, data: bytes) -> None:
        self.sent.add(data)
        view = memoryview(data)
        while view:
            view = view[self._tls.write(view) :]
        try:
            await self._flush()
        except OSError as error:
            await self._hear_last_word(error)
            raise

    async def receive(self) -> bytes:
        while True:
            try:
                data = self._tls.read(65536)
            except ssl.SSLWantReadError:
                await self._flush()
                raw = await self._inner.receive()
                if raw:
                    self._incoming.write(raw)
                else:
                    self._incoming.write_eof()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError) as error:
                self._raise_alert(error, but=CLOSE_NOTIFY)
                return b""
            except ssl.SSLError as error:
                self._raise_alert(error)
                raise
            else:
                self.received.add(data)
                return data

    async def close(self) -> None:
        await self._inner.close()

    async def _hear_last_word(self, error: OSError) -> None:
        """What the server had said before it hung up on us: with TLS 1.3, what it thinks of the client comes late.

        Raises TlsAlert.
        """
        with suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(LAST_WORD_S):
                if raw := await self._inner.receive():
                    self._incoming.write(raw)
                    self._tls.read(65536)
        self._raise_alert(error, but=CLOSE_NOTIFY)

    def _raise_alert(self, error: Exception, but: int | None = None) -> None:
        """Raise TlsAlert if the server sent one, which says more than how the connection ended."""
        number = self._heard.alert
        if number is not None and number != but and not isinstance(error, ssl.SSLCertVerificationError):
            raise TlsAlert(number) from error

    def _alert(self, error: BaseException | None) -> str | None:
        """The server's alert, or the one that we sent where the versions do not fit, by its name."""
        if isinstance(error, TlsAlert):
            return str(error)
        return alert_name(error) if isinstance(error, ssl.SSLError) else None

    @property
    def tcp(self) -> TcpState:
        return self._inner.tcp

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._inner.send(data)

    def facts(self, error: BaseException | None = None) -> TlsFacts:
        """What is known of the connection and of the certificates that the server sent."""
        chain = tuple(_certificate(der) for der in _chain(self._tls))
        cipher = self._tls.cipher()
        return TlsFacts(
            server_name=self._server_name,
            version=self._tls.version(),
            cipher=cipher[0] if cipher else None,
            verified=self._verified,
            verify_message=getattr(error, "verify_message", None),
            verify_code=getattr(error, "verify_code", None),
            certificate=chain[0] if chain else None,
            chain_length=len(chain) or None,
            chain=chain[1:4],
            alert=self._alert(error),
            certificate_requested=self._heard.certificate_requested,
            offered=self._offered,
            verification_skipped=not self._verify,
        )


class _Heard:
    """What the server says while TLS goes on: its last alert, and whether it asks for a certificate.

    OpenSSL's errors lack the names of some alerts, and all of the warnings; that a certificate is asked for is said by no
    public method, and in TLS 1.3 not in clear. So OpenSSL tells of its messages by a hook that is the ssl module's own
    (_msg_callback); where a Python lacks it, the errors are what there is.
    """

    def __init__(self) -> None:
        self.alert: int | None = None
        self.certificate_requested = False

    def listen(self, context: ssl.SSLContext) -> None:
        inner: Any = getattr(context, "_ctx", context)  # truststore's context holds the real one
        if hasattr(type(inner), "_msg_callback"):
            inner._msg_callback = self._hear  # noqa: SLF001

    def _hear(self, _: object, direction: str, __: object, content: int, kind: int, data: bytes) -> None:
        if direction != "read":
            return
        if content == _ALERT and len(data) >= 2:
            self.alert = data[1]
        elif content == _HANDSHAKE and kind == _CERTIFICATE_REQUEST:
            self.certificate_requested = True


@functools.cache
def warm_up() -> None:
    """Load what the first handshake of a process would load (0.2 s, once), so that it spoils no measured time."""
    from cryptography import x509  # noqa: F401

    _context(True).wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")


def _context(verify: bool) -> ssl.SSLContext:
    context: ssl.SSLContext
    if verify:
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def knows_old_versions() -> bool:
    """Whether this computer's TLS library still has TLS 1.0 and 1.1."""
    return ssl.HAS_TLSv1 and ssl.HAS_TLSv1_1


def _context_for_any_version() -> ssl.SSLContext:
    """Offers TLS 1.0 to 1.2 with every cipher, and verifies nothing: only to learn what a server can do."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL 3 has the old versions at this level alone
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is why they are asked for
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _chain(tls: ssl.SSLObject) -> list[bytes]:
    """The certificates as sent (DER), also after a verification that failed: OpenSSL 3 keeps them.

    Public from Python 3.13 on; before, only the object behind SSLObject has the method.
    """
    source: Any = tls if hasattr(tls, "get_unverified_chain") else getattr(tls, "_sslobj", None)
    get: Any = getattr(source, "get_unverified_chain", None)
    found: Iterable[Any] = (get() if get is not None else None) or ()
    return [c if isinstance(c, bytes) else c.public_bytes(ENCODING_DER) for c in list(found)[:8]]


def note_certificates_to_come(error: ssl.SSLCertVerificationError, chain: Iterable[bytes]) -> None:
    """Tell a certificate of the future from one of the past, for which Windows has one code (CERT_E_EXPIRED)."""
    if not is_about_dates(error):
        return
    now = datetime.now(UTC).isoformat()
    if any(_certificate(der).not_before > now for der in chain):  # both in UTC, so that they compare as texts
        error.verify_code = X509_NOT_YET_VALID


def _certificate(der: bytes) -> Certificate:
    """Facts of one certificate, also of one that no parser likes; never raises.

    cryptography is imported late: it costs 0.2 s at start.
    """
    from cryptography import x509

    digest = hashlib.sha256(der).hexdigest()
    try:
        parsed = x509.load_der_x509_certificate(der)
        names: tuple[str, ...] = ()
        try:
            extension = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            names = (
                *extension.get_values_for_type(x509.DNSName),
                *(str(address) for address in extension.get_values_for_type(x509.IPAddress)),
            )
        except Exception:  # see below; without usable names the rest is worth showing
            pass
        return Certificate(
            subject=parsed.subject.rfc4514_string()[:300],
            issuer=parsed.issuer.rfc4514_string()[:300],
            names=names[:20],
            not_before=parsed.not_valid_before_utc.isoformat(),
            not_after=parsed.not_valid_after_utc.isoformat(),
            self_signed=parsed.subject == parsed.issuer,
            sha256=digest,
        )
    except (
        Exception
    ) as error:  # ValueError, TypeError, classes of its own: what the parser raises has no common base
        return Certificate(subject=f"unreadable: {error}"[:300], issuer="", sha256=digest)
