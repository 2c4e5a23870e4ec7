"""What do these first bytes look like? Names for the replies of servers that do not speak what was asked.

The marks are first bytes recorded from real programs (docs/protocol-sources.md names them). A name here is evidence,
never a verdict.
"""

from __future__ import annotations

import re

from fmsdiag.model import HttpFacts

BODY_START = 512
MAX_HEADERS = 40
MAX_MEDIA_ADDRESSES = 8
_MEDIA_ADDRESS = re.compile(
    r"\brtmp(?:s|t|ts)?://(?:[a-z0-9][a-z0-9.-]{0,252}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?(?![a-z0-9.:@-])"
)
_BANNERS = (
    (b"SSH-", "SSH server"),
    (b"RTSP/", "RTSP server"),
    (b"RFB ", "VNC server"),
    (b"+OK", "POP3 server"),
    (b"* OK", "IMAP server"),
    (b"220 ", "FTP or mail server"),
    (b"220-", "FTP or mail server"),
    (b"NOTICE ", "IRC server"),
    (b"<?xml", "XML without an HTTP header"),
)
# A tag and more text: one "<" alone also begins every 256th encrypted datagram.
_WEB_PAGE = re.compile(rb"<[!A-Za-z](?:[\t\r\n\x20-\x7e]{14}|[\t\r\n\x20-\x7e]{0,13}\Z)")


def looks_like(data: bytes) -> str | None:
    """A short name for what `data` starts with, or none for nothing or nothing known."""
    if not data:
        return None
    if data[:2] in (b"\x15\x03", b"\x16\x03", b"\x14\x03", b"\x17\x03"):
        return "TLS alert" if data[0] == 0x15 else "TLS"
    if (
        data[0] == 3
        and data[:2] == b"\x03\x00"
        and 7 <= len(data) < 300
        and int.from_bytes(data[2:4], "big") == len(data)
    ):
        return "remote desktop (RDP) server"
    if data[0] == 3 and len(data) > 300:
        return "RTMP"
    if len(data) >= 9 and data[3] == 4 and data[:2] == b"\x00\x00":
        return "HTTP/2 server"
    if len(data) > 5 and data[3] == 0 and data[4] == 10:
        return "MySQL server"
    return _looks_like_text(data)


def _looks_like_text(data: bytes) -> str | None:
    """What greets in words. Every name needs bytes that encrypted data does not have by chance."""
    if data.startswith(b"HTTP/"):
        facts = parse_http(data, "", "")
        by = f" from {facts.looks_like}" if facts.looks_like else ""
        return f"HTTP {facts.status or 'answer'}{by}"
    if _WEB_PAGE.match(data):
        return "web page without an HTTP header"
    return next((name for mark, name in _BANNERS if data.startswith(mark)), None)


def looks_like_datagram(data: bytes, sent: bytes) -> str | None:
    """A short name for what answers `sent` by UDP with `data`, or none for nothing known."""
    if data and data == sent:
        return "echo service"
    if len(data) >= 12 and data[:2] == sent[:2] and data[2] & 0x80:
        return "DNS server"  # the header of RFC 1035: our first bytes taken as id, and the bit of an answer
    if data[4:8] == b"\x21\x12\xa4\x42" and data[0] < 0x40:
        return "STUN server"  # the magic cookie of RFC 8489
    if len(data) >= 7 and data[0] & 0x80 and data[1:5] == bytes(4):
        return "QUIC server"  # version negotiation, RFC 9000
    if len(data) >= 13 and data[0] in (0x15, 0x16) and data[1] == 0xFE:
        return "DTLS server"
    return _looks_like_text(
        data
    )  # the marks of TCP's protocols are a byte or two: encrypted datagrams have them too


def media_addresses(page: bytes) -> tuple[str, ...]:
    """The media servers that a web page names, as "rtmps://host:1936": neither applications nor stream names are kept."""
    found = dict.fromkeys(_MEDIA_ADDRESS.findall(page.decode("latin-1").lower()))
    return tuple(found)[:MAX_MEDIA_ADDRESSES]


def parse_http(data: bytes, method: str, path: str) -> HttpFacts:
    """The head of an HTTP reply that came where none was asked for; tolerant, bounded, never raises."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\n")
    match = re.match(rb"HTTP/\d(?:\.\d)?\s+(\d{3})\s*(.*)", lines[0].strip())
    headers = []
    for line in lines[1 : MAX_HEADERS + 1]:
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            headers.append((name.strip().lower()[:64], value.strip()[:300]))
    text = body[:BODY_START].decode("utf-8", "replace")
    return HttpFacts(
        method=method,
        path=path,
        status=int(match[1]) if match else None,
        reason=match[2].decode("latin-1")[:100] if match else "",
        headers=tuple(headers),
        body_start=text,
        looks_like=http_software(headers, text, int(match[1]) if match else None),
    )


def http_software(
    headers: list[tuple[str, str]] | tuple[tuple[str, str], ...], body: str, status: int | None = None
) -> str | None:
    """The program that wrote an HTTP reply, as far as its marks tell, and that squid passed it on where it did."""
    named = dict(headers)
    server = named.get("server", "")
    passed_on = "(squid" in named.get("via", "").lower()
    if "x-squid-error" in named or server.lower().startswith("squid") or (passed_on and status == 407):
        return "squid proxy"
    if passed_on:
        return f"{server.split('(')[0].strip()[:60] or 'a server'} behind squid proxy"
    if server:
        return server.split("(")[0].strip()[:60] or None
    if "<h1>400 Bad request</h1>" in body and "400" in body:
        return "haproxy"
    return None
