"""How other services than media servers are written in a sentence: "an SSH server", "a web server (HTTP 400 from nginx)"."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model.messages import Listed, Name


class ServiceNames(Table, of="service-names"):
    """Noun phrases; each stands inside a sentence such as "an SSH server answers there"."""

    SSH = text("an SSH server")
    RTSP = text("an RTSP server")
    VNC = text("a VNC server")
    POP3 = text("a POP3 mail server")
    IMAP = text("an IMAP mail server")
    FTP_OR_MAIL = text("an FTP or mail server")
    IRC = text("an IRC server")
    RDP = text("a remote desktop (RDP) server")
    HTTP_2 = text("an HTTP/2 server")
    MYSQL = text("a MySQL server")
    ECHO = text("an echo service")
    DNS = text("a DNS server")
    STUN = text("a STUN server")
    QUIC = text("a QUIC server")
    DTLS = text("a DTLS server")
    # translators: {answer} is a status and perhaps a product, such as "HTTP 400 from nginx"
    WEB = text("a web server ({answer:name})")
    # translators: {answer} is what its first bytes look like
    OTHER = text("another service ({answer:name})")


_BY_FIRST_WORD: Mapping[str, Text] = {
    "SSH": ServiceNames.SSH,
    "RTSP": ServiceNames.RTSP,
    "VNC": ServiceNames.VNC,
    "POP3": ServiceNames.POP3,
    "IMAP": ServiceNames.IMAP,
    "FTP": ServiceNames.FTP_OR_MAIL,
    "IRC": ServiceNames.IRC,
    "remote": ServiceNames.RDP,
    "HTTP/2": ServiceNames.HTTP_2,
    "MySQL": ServiceNames.MYSQL,
    "echo": ServiceNames.ECHO,
    "DNS": ServiceNames.DNS,
    "STUN": ServiceNames.STUN,
    "QUIC": ServiceNames.QUIC,
    "DTLS": ServiceNames.DTLS,
}
"""By the first word of what probe/fingerprint.py says that the first bytes look like."""


def service_of(looks_like: str) -> Listed:
    """What answered, for a place `{what:list}`."""
    first = looks_like.partition(" ")[0]
    known = _BY_FIRST_WORD.get(first)
    if known is not None:
        return Listed((known.of(),))
    said = ServiceNames.WEB if first == "HTTP" else ServiceNames.OTHER
    return Listed((said.of(answer=Name(looks_like)),))
