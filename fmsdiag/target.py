"""What a user typed -> a Target, a port list, a proxy. Pure, and the only place that parses such input.

URL forms follow the RTMP URI memo (rtmp-errata-addenda): `rtmp://host[:port]/app[/instance][?query]/stream`. Which part
of the path is the application is a convention of clients, not of the protocol; the one used here is librtmp's: the first
segment, or the first two when there are more than two.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec

from fmsdiag.model import (
    PlannedPort,
    ProxyAddress,
    ProxyChoice,
    ProxyMode,
    ProxyScheme,
    Target,
    Transport,
)

MEDIA_SCHEMES = ("rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts", "rtmfp")
MAX_PORTS = 32
"""More entries than this in a port list would be a port scan, not a fallback order."""
MAX_URL = 4096
_WEB_SCHEMES = ("http", "https", "ws", "wss")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_ZONE = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


class TargetError(ValueError):
    """Input that cannot be used; `field` names the form field ("server", "application" or "ports")."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def parse_target(server: str, application: str = "") -> Target:
    """Turn a server name or a whole URL, and an application, into a Target.

    Credentials and fragments in a URL are dropped. Raises TargetError with a message for the field that is wrong.
    """
    text = server.strip()
    if not text:
        raise TargetError("server", "Enter the name of the server, such as live.example.com")
    if len(text) > MAX_URL:
        raise TargetError("server", f"The address is too long; it may have {MAX_URL} characters")
    scheme, rest = _split_scheme(text)
    authority, _, path = rest.partition("#")[0].partition("/")
    if "?" in authority:
        raise TargetError(
            "server", "The address has a question mark before the application; check the address"
        )
    # a password with a / or # in it: what looks like the host is its beginning, which no message may quote
    cut_password = "@" not in authority and "@" in rest
    authority = authority.rpartition("@")[2]
    try:
        if not scheme:
            _check_slashes(authority)
        host_text, port = _split_port(authority)
        host = _host(host_text.replace("%25", "%") if scheme else host_text)  # a zone in a URL (RFC 6874)
    except TargetError:
        if not cut_password:
            raise
        wrong = "The address cannot be read; in a password, write / as %2F, # as %23 and ? as %3F"
        raise TargetError("server", wrong) from None
    url_application, stream, query = _split_path(path)
    if _has_invisible(stream) or _has_invisible(query):
        raise TargetError("server", "The address contains characters that cannot be seen; type it again")
    return Target(
        host=host,
        application=_application(application, url_application),
        transport=Transport(scheme) if scheme else None,
        port=port,
        stream=stream or None,
        query=query or None,
    )


def login_of_url(server: str) -> tuple[str, str] | None:
    """Name and password that stand before the @ of a URL, percent-decoded; the password may be "". None without a name.

    parse_target() drops them: a Target never holds them. Raises nothing; what is wrong with the URL is for parse_target().
    """
    match = _SCHEME.match(server.strip())
    rest = server.strip()[match.end() :] if match else server.strip()
    authority = rest.partition("#")[0].partition("/")[0]
    who, at, _ = authority.rpartition("@")
    name, _, password = who.partition(":")
    return (unquote(name), unquote(password)) if at and name else None


def with_stream(target: Target, name: str) -> Target:
    """`target` with the stream that is to be published or played. Raises TargetError("stream", …), which quotes nothing."""
    name = name.strip()
    if not name or len(name) > 1024 or _has_invisible(name):
        raise TargetError(
            "stream", "The stream's name is empty, too long, or has characters that cannot be seen"
        )
    if target.stream and target.stream != name:
        raise TargetError("stream", "The address already names another stream; name it once")
    return msgspec.structs.replace(target, stream=name)


def parse_ports(text: str) -> tuple[PlannedPort, ...]:
    """Parse "1935, 80, rtmpt:80, rtmps:443" in order, duplicates dropped; a bare number means RTMP.

    Raises TargetError("ports", …).
    """
    found: list[PlannedPort] = []
    for word in re.split(r"[,;\s]+", text.strip()):
        if not word:
            continue
        name, colon, number = word.rpartition(":")
        name = name.lower() if colon else "rtmp"
        if name not in (*MEDIA_SCHEMES, "http", "https", "admin"):
            known = ", ".join(MEDIA_SCHEMES)
            raise TargetError(
                "ports", f"“{_shown(name)}” is not a protocol that can be tested; use {known}, http or https"
            )
        entry = PlannedPort(Transport(name), _port_number(number, "ports"))
        if entry not in found:
            found.append(entry)
    if len(found) > MAX_PORTS:
        raise TargetError("ports", f"Enter at most {MAX_PORTS} ports; {len(found)} were given")
    return tuple(found)


def write_ports(ports: Sequence[PlannedPort]) -> str:
    """The text that parse_ports() reads as `ports`: "1935, 80, rtmpt:80"."""
    return ", ".join(
        str(entry.port) if entry.transport is Transport.RTMP else f"{entry.transport.value}:{entry.port}"
        for entry in ports
    )


@dataclass(frozen=True, repr=False)
class TypedProxy:
    """A proxy's address, and beside it the name and password that were typed with it; so without a representation."""

    address: ProxyAddress
    credentials: tuple[str, str] | None = None  # percent-decoded


_PROXY_SCHEMES = {"http": (ProxyScheme.HTTP, 80), "https": (ProxyScheme.HTTPS, 443)} | dict.fromkeys(
    ("socks", "socks5", "socks5h"), (ProxyScheme.SOCKS5, 1080)
)


def parse_proxy_choice(text: str) -> tuple[ProxyChoice, tuple[str, str] | None]:
    """What `fmsdiag test --proxy` takes, "system", "none" or a proxy's URL, and the name and password in that URL.

    Raises TargetError("proxy", …), which quotes nothing of the input.
    """
    if text in (ProxyMode.SYSTEM, ProxyMode.NONE):
        return ProxyChoice(ProxyMode(text)), None
    typed = parse_proxy(text)
    return ProxyChoice.given(typed.address), typed.credentials


def parse_proxy(text: str) -> TypedProxy:
    """A proxy's address: `[http|https|socks5://][user[:password]@]host[:port]`; a bare host means an HTTP proxy.

    What stands before the last @ are credentials, so that a password may hold any character. Raises TargetError("proxy", …)
    with a message that quotes nothing of the input, which may be a password in the wrong place.
    """
    wrong = TargetError(
        "proxy", "The proxy's address cannot be read; write it like http://proxy.example:3128 or socks5://…"
    )
    match = _SCHEME.match(text.strip())
    word, rest = (match[1].lower(), text.strip()[match.end() :]) if match else ("http", text.strip())
    if word in ("socks4", "socks4a"):
        raise TargetError("proxy", "SOCKS4 proxies cannot be used; those that speak SOCKS5 can")
    if word not in _PROXY_SCHEMES or len(text) > MAX_URL or _has_invisible(text):
        raise wrong
    scheme, default_port = _PROXY_SCHEMES[word]
    user_part, at, authority = rest.rpartition("@")
    name, _, password = user_part.partition(":")
    try:
        host_text, port = _split_port(authority.partition("/")[0])
        host = _host(host_text)
    except TargetError:
        raise wrong from None
    credentials = (unquote(name), unquote(password)) if at and name else None
    return TypedProxy(ProxyAddress(scheme, host, port or default_port), credentials)


def tc_url(target: Target, transport: Transport, port: int) -> str:
    """The tcUrl of a NetConnection to `target`: everything up to the application, with its query; no credentials.

    Without a zone, which means something on this computer only (RFC 6874, section 1).
    """
    host = target.host.partition("%")[0]
    host = f"[{host}]" if ":" in host else host
    where = host if port == transport.default_port else f"{host}:{port}"
    return f"{transport.value}://{where}/{connect_application(target)}"


def connect_application(target: Target) -> str:
    """The value of connect's `app`: the application with the query that the URL gave it."""
    return f"{target.application}?{target.query}" if target.query else target.application


def is_private_address(host: str) -> bool:
    """Whether `host` is an address of a loopback, RFC 1918, link-local or unique-local range (never true of a name).

    Documentation ranges do not count, unlike in `ipaddress.is_private`.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address.version == net.version and address in net for net in _PRIVATE)


_PRIVATE = tuple(
    ipaddress.ip_network(net)
    for net in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


def _split_scheme(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    if match is None:  # "://" further on belongs to a query
        return "", text
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in _WEB_SCHEMES:
        raise TargetError(
            "server", f"This is a web address ({scheme}://); enter the server's rtmp:// address or its name"
        )
    if scheme not in MEDIA_SCHEMES:
        raise TargetError("server", f"“{_shown(scheme)}://” cannot be tested; use {', '.join(MEDIA_SCHEMES)}")
    return scheme, rest


def _check_slashes(authority: str) -> None:
    """rtmp:/host would otherwise be a server called "rtmp"."""
    scheme, colon, rest = authority.partition(":")
    if colon and scheme.lower() in (*MEDIA_SCHEMES, *_WEB_SCHEMES) and not rest[:1].isdigit():
        raise TargetError("server", f"Write two slashes after “{scheme.lower()}:”")


def _split_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise TargetError(
                "server", "The IPv6 address in brackets is not complete; write it like [2001:db8::1]:1935"
            )
        return host, _port_number(rest[1:], "server") if rest else None
    if authority.count(":") > 1:  # an IPv6 address without brackets
        return authority, None
    host, colon, number = authority.partition(":")
    return host, _port_number(number, "server") if colon and number else None


def _port_number(text: str, field: str) -> int:
    # isdecimal() alone would let other scripts' digits and a thousand-digit number through
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= 65535:
        raise TargetError(field, f"“{_shown(text)}” is not a port; a port is a number from 1 to 65535")
    return int(text)


def _host(text: str) -> str:
    if not text:
        raise TargetError("server", "The address has no server name")
    if any(c.isspace() for c in text):
        raise TargetError("server", "Enter only the server name, without spaces")
    literal, percent, zone = text.partition("%")
    try:
        address = ipaddress.ip_address(literal)
    except ValueError:
        return _name(text)
    if percent and address.version == 4:
        return _name(text)
    if not percent:
        address = getattr(address, "ipv4_mapped", None) or address  # it is IPv4 on the wire
    elif not _ZONE.match(zone):
        raise TargetError("server", "Enter the name of a network interface after the % of the address")
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        raise TargetError("server", f"{address} is not the address of a server")
    return f"{address}%{zone}" if percent else str(address)


def _name(text: str) -> str:
    wrong = TargetError("server", f"“{_shown(text)}” is not a server name; check it for typing mistakes")
    try:
        name = text if text.isascii() else unicodedata.normalize("NFC", text).encode("idna").decode("ascii")
    except UnicodeError:
        raise wrong from None
    name = name.lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise wrong
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):  # 192.168.1 or 300.1.1.1: an address with a mistake
        raise TargetError(
            "server", f"“{_shown(text)}” is not a complete address; it needs four numbers from 0 to 255"
        )
    return name


def _split_path(path: str) -> tuple[str, str, str]:
    """Path of a URL -> application, stream, query; the stream keeps a query of its own."""
    path = path.partition("#")[0]
    before, mark, after = path.partition("?")
    if "/" in before.strip("/"):
        segments = [s for s in path.split("/") if s]
        query = ""
    else:  # rtmp://host/app?query/stream: the query belongs to the application
        query, _, stream = after.partition("/") if mark else ("", "", "")
        return before.strip("/"), stream, query
    plain = [s for s in before.split("/") if s]
    count = 1 if len(plain) <= 2 else 2
    return "/".join(segments[:count]), "/".join(segments[count:]), query


def _application(typed: str, from_url: str) -> str:
    typed = typed.strip().strip("/")
    for text in (typed, from_url):
        if _has_invisible(text):
            raise TargetError(
                "application", "The application contains characters that cannot be seen; type it again"
            )
        if len(text.encode("utf-8", "replace")) > 1024:
            raise TargetError("application", "The application's name is too long")
    if typed and from_url and typed != from_url:
        raise TargetError(
            "application",
            f"The address already names the application “{_shown(from_url)}”; clear one of them",
        )
    return typed or from_url


def _has_invisible(text: str) -> bool:
    """Whether `text` has control or format characters, line separators, or halves of surrogate pairs."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def _shown(text: str) -> str:
    """Untrusted text for a message: bounded, control characters visible."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:60]) + (
        "…" if len(text) > 60 else ""
    )
