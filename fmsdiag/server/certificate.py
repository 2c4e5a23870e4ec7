"""The TLS side of the RTMPS listener: a certificate of one's own, made at start, or one from files.

The key never leaves memory but for the moment in which `ssl` reads it from a private temporary directory:
load_cert_chain() takes paths only.
"""

from __future__ import annotations

import ipaddress
import ssl
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

_VALID_DAYS = 30
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def tls_context(
    names: Sequence[str] = (), certificate_file: Path | None = None, key_file: Path | None = None
) -> ssl.SSLContext:
    """A server context. Without files it presents a self-signed certificate for loopback and `names`.

    Raises OSError when a file cannot be read, and ssl.SSLError (an OSError) when it holds no such thing.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # rtmpdump takes TLS 1.3's session tickets, which come unasked after the handshake, for a failed read.
    context.num_tickets = 0
    if certificate_file is not None:
        context.load_cert_chain(certificate_file, key_file)
        return context
    with tempfile.TemporaryDirectory(prefix="fmsdiag-tls-") as folder:
        path = Path(folder) / "server.pem"
        path.write_bytes(self_signed_pem((*_LOOPBACK_NAMES, *names)))
        context.load_cert_chain(path)
    return context


def self_signed_pem(names: Sequence[str]) -> bytes:
    """Key and certificate, PEM, for those host names and addresses; the first one is the subject."""
    # Imported here: the library takes 0.2 s to load, and most runs of this program make no certificate.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # clocks of test machines differ
        .not_valid_after(now + timedelta(days=_VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _general_name(name: str) -> x509.GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
