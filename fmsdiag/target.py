"""What a user typed -> a Target, a port list, a proxy. Pure, and the only place that parses such input.

URL forms follow the RTMP URI memo (rtmp-errata-addenda): `rtmp://host[:port]/app[/instance][?query]/stream`. What
is taken from a pasted text is pasted.py's, and where a path is cut into application and stream is stream_path.py's.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

import msgspec

from fmsdiag.address_mistakes import (
    has_backslash_before_at,
    has_colon_behind_port,
    has_two_ports,
    imitates_latin,
    ipv6_without_brackets,
    number_for_port,
    placeholder_in,
    port_in_path,
    scheme_imitates_latin,
)
from fmsdiag.found_address import Doubt, Pasted, cleaned
from fmsdiag.markup import without_references
from fmsdiag.model import (
    LeftOut,
    PlannedPort,
    ProxyAddress,
    ProxyChoice,
    ProxyMode,
    ProxyScheme,
    Target,
    Transport,
)
from fmsdiag.model.messages import Listed
from fmsdiag.pasted import take_address
from fmsdiag.stream_path import (
    Cut,
    cut_as_typed,
    cut_before,
    cut_path,
    cut_typed,
    has_key_behind_colon,
    is_key_not_host,
    is_key_of_service,
    is_made_at_random,
    longer_cut,
    looks_like_key,
    shorter_cut,
    without_quotes,
)
from fmsdiag.target_texts import TargetError, TargetTexts

MEDIA_SCHEMES = ("rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts", "rtmfp")
MAX_PORTS = 32
"""More entries than this in a port list would be a port scan, not a fallback order."""
MAX_URL = 4096
_WEB_SCHEMES = ("http", "https", "ws", "wss")
_WEB_CHECKS = ("http", "https")
_NEVER_SERVERS = frozenset(
    (*MEDIA_SCHEMES, *_WEB_SCHEMES, "rtsp", "rtsps", "srt", "ftp", "file", "tcp", "udp")
)
"""Names of protocols: as a server's name, each is a mistake in the beginning of a URL."""
_HIDDEN = "***"
MOST_SHOWN = 4

_STREAM_AT_NUMBER = re.compile(r"/[^@#]*/[^@/?#]+@[0-9]+(?:\?[^@#]*)?")
"""A CDN's stream name with the number of its entry point: /EntryPoint/name@12345."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PORT_WITH_ONE_ERROR = re.compile(r"[0-9]{1,4}[A-Za-z.,;_][0-9]{0,2}")
"""Too short for a secret, so that a message may show which character is wrong."""
_ZONE = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")


def parse_target(server: str, application: str = "") -> Target:
    """Turn a server name or a whole URL, pasted with whatever stands around it, and an application, into a Target.

    An application with a space in its name is typed in quotation marks. Credentials and fragments in a URL are dropped. An
    application that a URL's path begins with decides where that path is cut. Raises TargetError with a message for the
    field that is wrong.
    """
    if len(server.strip()) > MAX_URL:
        raise TargetError("server", TargetTexts.TOO_LONG, most=MAX_URL)
    _check_placeholders("server", without_references(server))
    _check_placeholders("application", application)
    pasted = take_address(server)
    if pasted.others:
        raise _several((pasted.address, *pasted.others))
    if not pasted.address:
        raise TargetError("server", TargetTexts.NO_SERVER)
    if pasted.doubt is Doubt.END and _is_told(pasted.address, application):
        pasted = Pasted(pasted.address)
    if pasted.doubt is not None:
        raise TargetError("server", _DOUBTS[pasted.doubt])
    if scheme_imitates_latin(pasted.address):
        raise TargetError("server", TargetTexts.SCHEME_LOOKALIKES)
    target = _target(pasted, application)
    if is_made_at_random(_host_as_typed(pasted.address)):
        raise TargetError("server", TargetTexts.KEY_AS_SERVER)
    _check_number_in_path(target, pasted, application)
    _check_parts(target, "application" if application.strip() else "server")
    return target


def parse_url(url: str) -> Target:
    """Like parse_target(), of a URL that no person typed: nothing stands around it, and spaces in its path are its own."""
    if len(url) > MAX_URL:
        raise TargetError("server", TargetTexts.TOO_LONG, most=MAX_URL)
    return _target(Pasted(url), "")


def _is_told(address: str, application: str) -> bool:
    """Whether an address alone names the application that was typed, up to its end or a slash."""
    match = _SCHEME.match(address)
    path = address[match.end() :].partition("/")[2] if match and not re.search(r"\s", address) else ""
    return cut_as_typed(path, cleaned(application)) is not None


_DOUBTS = {
    Doubt.OTHER_STREAM: TargetTexts.TWO_STREAMS,
    Doubt.KEY_IN_ADDRESS: TargetTexts.KEY_AS_APPLICATION,
    Doubt.PORT: TargetTexts.OTHER_PORT,
    Doubt.PORT_BESIDE: TargetTexts.PORT_BESIDE,
    Doubt.OTHER_PORT_BESIDE: TargetTexts.OTHER_PORT_BESIDE,
    Doubt.PROTOCOL: TargetTexts.OTHER_PROTOCOL,
    Doubt.SWAPPED: TargetTexts.SWAPPED,
    Doubt.LINE_BREAK: TargetTexts.LINE_BREAK,
    Doubt.SPACES: TargetTexts.SPACES,
    Doubt.SPACE: TargetTexts.SPACE_IN_PATH,
    Doubt.END: TargetTexts.UNCLEAR_END,
    Doubt.KEY_BEHIND_MARK: TargetTexts.SLASH_BEFORE_KEY,
    Doubt.NO_ADDRESS: TargetTexts.NO_RTMP_ADDRESS,
}


def _check_placeholders(field: str, typed: str) -> None:
    placeholder = placeholder_in(typed[:MAX_URL])
    if placeholder:
        raise TargetError(field, TargetTexts.PLACEHOLDER, placeholder=placeholder)
    if placeholder is not None:
        raise TargetError(field, TargetTexts.BRACKETS)


def _check_parts(target: Target, field: str) -> None:
    """A port or a key where the application or the stream should be, and a name that imitates another. Raises TargetError.

    Its message quotes no key.
    """
    if _is_key(target.host):
        raise TargetError("server", TargetTexts.KEY_AS_SERVER)
    if imitates_latin(target.host):
        raise TargetError("server", TargetTexts.LOOKALIKES)
    segments = [*target.application.split("/"), *(target.stream or "").partition("?")[0].split("/")]
    segments = [segment for segment in segments if segment]
    if target.port is None and (found := port_in_path(segments)) is not None:
        index, port = found
        first = segments[0].rpartition(":")[0] if index == 0 else segments[0]
        where = _place(target.transport, target.host, str(port), "live" if looks_like_key(first) else first)
        raise TargetError(field if index == 0 else "server", TargetTexts.PORT_PLACE, example=where)
    named = target.application or (target.query or "").removeprefix("/").partition("?")[0]
    if re.match(r"[^&=;/]+&[^&=;/]+=", named):
        raise TargetError(field, TargetTexts.QUESTION_MARK_BEFORE_PARAMETERS)
    if any(looks_like_key(part) for part in re.split("[|,&]", named)[1:]) or any(
        has_key_behind_colon(segment) for segment in named.split("/")
    ):
        raise TargetError(field, TargetTexts.SLASH_BEFORE_KEY)
    if any(is_key_of_service(segment) for segment in target.application.split("/")):
        raise TargetError(field, TargetTexts.KEY_AS_APPLICATION)


def _host_as_typed(address: str) -> str:
    """A server's name of one label in the letters that were typed; "" for others, and for one that IDNA has spelled."""
    place = address.partition("://")[2] if "://" in address else address
    host = re.split("[/?#]", place, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return "" if "." in host or "[" in host or host.lower().startswith("xn--") else host


def _check_number_in_path(target: Target, pasted: Pasted, application: str) -> None:
    """A number that may be the port, behind a slash instead of a colon; not where the port or the application is told."""
    place = pasted.address.partition("://")[2] if "://" in pasted.address else pasted.address
    path = place.partition("/")[2].partition("?")[0]
    segments = [segment for segment in path.split("/") if segment]
    number = number_for_port(segments)
    if number is None or target.port is not None or application.strip() or pasted.application:
        return
    default = (target.transport or Transport.RTMP).default_port
    behind = segments[1] if len(segments) > 2 and not looks_like_key(segments[1]) else ""
    raise TargetError(
        "server",
        TargetTexts.NUMBER_IN_PATH,
        number=str(number),
        as_port=_place(target.transport, target.host, str(number), _shown(behind)).rstrip("/"),
        as_application=_place(target.transport, target.host, str(default), str(number)),
    )


def _is_key(host: str) -> bool:
    """Whether it is no name that a person would type, but a key; a server that redirects may name such a host."""
    return "." not in host and ":" not in host and is_key_not_host(host)


def _place(transport: Transport | None, host: str, port: str, application: str) -> str:
    host = f"[{host}]" if ":" in host else host
    colon = ":" if port else ""
    return f"{(transport or Transport.RTMP).value}://{host}{colon}{port}/{application}"


def _target(pasted: Pasted, application: str) -> Target:
    scheme, rest = _split_scheme(pasted.address)
    host, port, path = _split_place(rest, bool(scheme))
    cut = _cut(path, application, pasted)
    if _has_invisible(cut.stream) or _has_invisible(cut.query):
        raise TargetError("server", TargetTexts.INVISIBLE)
    if cut.stream == _HIDDEN or f"={_HIDDEN}" in cut.query:
        raise TargetError("server", TargetTexts.HIDDEN_PARTS)
    return Target(
        host=host,
        application=cut.application,
        transport=Transport(scheme) if scheme else None,
        port=port,
        stream=cut.stream or None,
        query=cut.query or None,
        stream_apart=bool(pasted.stream)
        and pasted.stream not in (cut_path(path).stream, cut_typed(application).stream),
        left_out=_left_out(pasted, cut.stream),
    )


def _left_out(pasted: Pasted, stream: str) -> tuple[LeftOut, ...]:
    """What was pasted and is in no field of the target; a key that is its stream after all is none."""
    unused = tuple(kind for kind in pasted.unused if kind is not LeftOut.KEY or not stream)
    login = _login_in(pasted)
    return (LeftOut.SIGN_IN if login[1] else LeftOut.USER, *unused) if login else unused


def login_of_url(server: str) -> tuple[str, str] | None:
    """Name and password before the @ of a URL, percent-decoded, or told beside it; the password may be "".

    None without a name. parse_target() drops them: a Target never holds them. Raises nothing; what is wrong with the URL
    is for parse_target().
    """
    return _login_in(take_address(server))


def _login_in(pasted: Pasted) -> tuple[str, str] | None:
    """Name and password in the address, or beside it."""
    match = _SCHEME.match(pasted.address)
    rest = pasted.address[match.end() :] if match else pasted.address
    authority = rest.partition("#")[0].partition("/")[0]
    who, at, _ = authority.rpartition("@")
    name, _, password = who.partition(":")
    return (unquote(name), unquote(password)) if at and name else pasted.login


def with_stream(target: Target, name: str) -> Target:
    """`target` with the stream that is to be published or played. Raises TargetError("stream", …), which quotes nothing."""
    name = name.strip()
    if not name or len(name) > 1024 or _has_invisible(name):
        raise TargetError("stream", TargetTexts.STREAM_UNUSABLE)
    if target.stream and target.stream != name:
        raise TargetError("stream", TargetTexts.TWO_STREAMS)
    return msgspec.structs.replace(target, stream=name, stream_apart=target.stream_apart or not target.stream)


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
        if name not in (*MEDIA_SCHEMES, *_WEB_CHECKS, "admin"):
            raise TargetError(
                "ports",
                TargetTexts.UNKNOWN_PROTOCOL,
                typed=_shown(name),
                known=_protocols(*MEDIA_SCHEMES, *_WEB_CHECKS),
            )
        entry = PlannedPort(Transport(name), _port_number(number, "ports"))
        if entry not in found:
            found.append(entry)
    if len(found) > MAX_PORTS:
        raise TargetError("ports", TargetTexts.TOO_MANY_PORTS, most=MAX_PORTS, given=len(found))
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

    Everything before the last @ is credentials, so a password may contain any character. Raises TargetError("proxy", …)
    with a message that quotes nothing of the input, which may be a password in the wrong place.
    """
    wrong = TargetError("proxy", TargetTexts.PROXY_UNREADABLE)
    match = _SCHEME.match(text.strip())
    word, rest = (match[1].lower(), text.strip()[match.end() :]) if match else ("http", text.strip())
    if word in ("socks4", "socks4a"):
        raise TargetError("proxy", TargetTexts.SOCKS4)
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


def tc_url(target: Target, transport: Transport, port: int, host: str | None = None) -> str:
    """The tcUrl of a NetConnection to `target`: everything up to the application, with its query; no credentials.

    Without a zone, which means something on this computer only (RFC 6874, section 1).
    """
    host = (host or target.host).partition("%")[0]
    host = f"[{host}]" if ":" in host else host
    where = host if port == transport.default_port else f"{host}:{port}"
    return f"{transport.value}://{where}/{connect_application(target)}"


def connect_application(target: Target) -> str:
    """The value of connect's `app`: the application with the query that the URL gave it."""
    if not target.query:
        return target.application
    if not target.application and target.query.startswith("/"):  # in place of the application, and hidden
        return target.query[1:]
    mark = "" if target.query.startswith((";", "/")) else "?"
    return f"{target.application}{mark}{target.query}"


def other_cut(target: Target, *, longer: bool) -> Target | None:
    """The same path with one segment more, or only the first, as its application; none where that makes no sense."""
    if (target.query or "").startswith("/"):
        return None  # a part of the path is hidden there
    cut = (longer_cut if longer else shorter_cut)(target.application, target.stream)
    if cut is None:
        return None
    query = (cut.query or None) if longer else target.query
    return msgspec.structs.replace(
        target, application=cut.application, stream=cut.stream or None, query=query or target.query
    )


def shown_url(target: Target, transport: Transport, port: int, host: str | None = None) -> str:
    """tc_url() for readers: the names in the query stay, their values are hidden."""
    if not target.query:
        return tc_url(target, transport, port, host)
    return tc_url(msgspec.structs.replace(target, query=_without_values(target.query)), transport, port, host)


def shown_address(url: str) -> str:
    """A URL that another party named, for readers: the names in its query stay, their values are hidden."""
    before, mark, query = url.partition("?")
    return before + mark + _without_values(query)


def query_names(query: str) -> tuple[str, ...]:
    """The names in a query, hidden or not: what tells two of them apart without their values."""
    return tuple(part.partition("=")[0] for part in re.split(r"[?&;]", query) if "=" in part)


def _without_values(query: str) -> str:
    if query.startswith("/"):  # segments of the application that may be a key
        _, mark, rest = query.partition("?")
        return f"/{_HIDDEN}{mark}{_without_values(rest)}"
    return "".join(
        part if part in "?&;" else f"{part.partition('=')[0]}={_HIDDEN}" if "=" in part else _HIDDEN
        for part in re.split(r"([?&;])", query)
        if part
    )


def is_loopback_address(host: str) -> bool:
    """Whether `host` is an address by which a computer speaks to itself (never true of a name)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


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


def _protocols(*names: str) -> Listed:
    return Listed(tuple(TargetTexts.PROTOCOL.of(protocol=name) for name in names), either=True)


def _several(addresses: Sequence[str]) -> TargetError:
    """Names only the servers, each once, with their ports where only these differ: the rest may be secret."""
    places: list[tuple[str, int | None]] = []
    for address in addresses:
        with suppress(TargetError):
            scheme, rest = _split_scheme(address)
            host, port, _ = _split_place(rest, bool(scheme))
            if not (_is_key(host) or is_made_at_random(_host_as_typed(address))):
                places.append((host, port))
    if not places:
        return TargetError("server", TargetTexts.UNREADABLE)
    hosts = [host for host, _ in places]
    shown = dict.fromkeys(
        host
        if port is None
        or {host_and_port for host_and_port in places if host_and_port[0] == host} == {(host, port)}
        else _with_its_port(host, port)
        for host, port in places
    )
    if len(shown) == 1 and len(places) == len(addresses):
        return TargetError("server", TargetTexts.SEVERAL_PATHS, host=hosts[0])
    return TargetError("server", TargetTexts.SEVERAL_ADDRESSES, hosts=tuple(shown)[:MOST_SHOWN])


def _with_its_port(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _split_scheme(text: str) -> tuple[str, str]:
    match = _SCHEME.match(text)
    if match is None:  # "://" further on belongs to a query
        return "", text
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in _WEB_SCHEMES:
        raise TargetError("server", TargetTexts.WEB_ADDRESS, scheme=scheme)
    if scheme not in MEDIA_SCHEMES:
        raise TargetError(
            "server",
            TargetTexts.UNKNOWN_SCHEME,
            scheme=_shown(scheme) + "://",
            known=_protocols(*MEDIA_SCHEMES),
        )
    again = _SCHEME.match(rest)
    while again is not None and again[1].lower() == scheme:  # rtmp://rtmp://host
        rest = rest[again.end() :]
        again = _SCHEME.match(rest)
    if again is not None:
        raise TargetError("server", TargetTexts.TWO_SCHEMES, first=scheme, second=_shown(again[1].lower()))
    return scheme, rest


def _split_place(rest: str, in_url: bool) -> tuple[str, int | None, str]:
    """What stands behind the scheme -> host, port, path. Raises TargetError before anything of a password is quoted."""
    authority, _, path = rest.partition("#")[0].partition("/")
    if "?" in authority:
        raise TargetError("server", TargetTexts.EARLY_QUESTION_MARK)
    # a password with a / or # in it: what looks like the host is its beginning, which no message may quote
    after = rest[len(authority) :]
    cut_password = "@" in after and not (":" not in authority and _STREAM_AT_NUMBER.fullmatch(after))
    who, _, authority = authority.rpartition("@")
    if ("\\" in authority or has_backslash_before_at(who)) and not cut_password:
        raise TargetError("server", TargetTexts.BACKSLASHES)
    try:
        if not in_url:
            _check_slashes(authority)
        if re.search(r"\s", authority.strip()):
            raise TargetError("server", TargetTexts.SPACES)
        if (bare := ipv6_without_brackets(authority, in_url)) is not None:
            example = _shown(_place(None, bare[0], bare[1], "live"))
            raise TargetError("server", TargetTexts.IPV6_NO_BRACKETS, example=example)
        host_text, port = _split_port(authority)
        host = _host(host_text.replace("%25", "%") if in_url else host_text)  # a zone in a URL (RFC 6874)
    except TargetError:
        if not cut_password:
            raise
        raise TargetError("server", TargetTexts.UNREADABLE) from None
    if cut_password:
        raise TargetError("server", TargetTexts.AT_SIGN)
    return host, port, path


def _check_slashes(authority: str) -> None:
    """rtmp:/host would otherwise be a server called "rtmp"."""
    scheme, colon, rest = authority.partition(":")
    if colon and scheme.lower() in (*MEDIA_SCHEMES, *_WEB_SCHEMES) and not rest[:1].isdigit():
        raise TargetError("server", TargetTexts.TWO_SLASHES, scheme=scheme.lower())


def _split_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            is_ipv6 = host.count(":") > 1  # a label, or a name, has fewer
            said = TargetTexts.IPV6_BRACKETS if is_ipv6 else TargetTexts.NO_IPV6_IN_BRACKETS
            raise TargetError("server", said)
        return host, _port_number(rest[1:], "server") if rest else None
    if has_two_ports(authority):
        raise TargetError("server", TargetTexts.TWO_PORTS)
    if has_colon_behind_port(authority):
        raise TargetError("server", TargetTexts.SLASH_BEHIND_PORT)
    if authority.count(":") > 1:  # an IPv6 address without brackets
        return authority, None
    host, colon, number = authority.partition(":")
    return host, _port_number(number, "server") if colon and number else None


def _port_number(text: str, field: str) -> int:
    # isdecimal() alone would let other scripts' digits and a thousand-digit number through
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= 65535:
        if field == "ports":
            raise TargetError(field, TargetTexts.NO_PORT, typed=_shown(text))
        if not re.match(r"[0-9]", text):
            raise TargetError(field, TargetTexts.PORT_UNREADABLE)
        shown = text if _PORT_WITH_ONE_ERROR.fullmatch(text) else _beginning(text, r"[0-9]{1,6}")
        raise TargetError(field, TargetTexts.NO_PORT, typed=shown)
    return int(text)


def _host(text: str) -> str:
    if not text:
        raise TargetError("server", TargetTexts.NO_NAME)
    if any(c.isspace() for c in text):
        raise TargetError("server", TargetTexts.SPACES)
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
        raise TargetError("server", TargetTexts.NO_ZONE)
    if address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255":
        raise TargetError("server", TargetTexts.NO_SERVER_ADDRESS, address=str(address))
    return f"{address}%{zone}" if percent else str(address)


def _name(text: str) -> str:
    if re.fullmatch(r"[^,;]+[,;][0-9]{1,5}", text):
        raise TargetError("server", TargetTexts.COLON_BEFORE_PORT)
    if any(unicodedata.category(c) == "Cf" for c in text):
        raise TargetError("server", TargetTexts.INVISIBLE)
    wrong = TargetError("server", TargetTexts.NO_SERVER_NAME, typed=_beginning(text, r"[^\W_][\w.-]{0,59}"))
    try:
        name = text if text.isascii() else unicodedata.normalize("NFC", text).encode("idna").decode("ascii")
    except UnicodeError:
        raise wrong from None
    name = name.lower().removesuffix(".")
    if (word := name.strip(".;:")) in _NEVER_SERVERS:  # rtmp//host, rtmp;//host
        raise TargetError("server", TargetTexts.SCHEME_AS_SERVER, scheme=word)
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.match(label) for label in labels):
        raise wrong
    if re.fullmatch(r"[0-9]{1,20}|0x[0-9a-f]{0,16}", name):
        raise TargetError("server", TargetTexts.NUMBER_AS_ADDRESS)
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):  # 192.168.1 or 300.1.1.1: an address with a mistake
        raise TargetError("server", TargetTexts.INCOMPLETE_ADDRESS, typed=_beginning(text, r"[\w.-]{1,60}"))
    return name


def _cut(path: str, typed: str, pasted: Pasted) -> Cut:
    """Application, stream and query of all that was given: the URL's path, the field, and what was pasted beside the URL."""
    typed = cleaned(typed)
    if re.search(r"[\r\n]", typed) and not looks_like_key(typed.split()[-1]):
        raise TargetError("application", TargetTexts.APPLICATION_LINE_BREAK)
    plain = without_quotes(typed)
    is_bare, typed = plain == typed, plain
    if _SCHEME.match(typed):
        raise TargetError("application", TargetTexts.ADDRESS_AS_APPLICATION)
    typed = typed or pasted.application
    of_url = cut_path(path)
    chosen = cut_as_typed(path, typed)
    if chosen is None and pasted.stream and not typed:
        chosen = cut_before(path, pasted.stream)
        if chosen is None:
            raise TargetError("server", TargetTexts.TWO_STREAMS)
    if chosen is not None:
        of_url, named = chosen, Cut("")
    else:
        named = cut_typed(typed)
        _check_spaces(named.application, is_bare=is_bare and typed != pasted.application)
    for name in (named.application, of_url.application):
        _check_application(name)
    if named.application and of_url.application and named.application != of_url.application:
        if looks_like_key(of_url.application):  # no message may quote it
            raise TargetError("server", TargetTexts.KEY_AS_APPLICATION)
        raise TargetError("application", TargetTexts.TWO_APPLICATIONS, application=_shown(of_url.application))
    streams = dict.fromkeys(name for name in (of_url.stream, named.stream, pasted.stream) if name)
    if len(streams) > 1:
        raise TargetError("server", TargetTexts.TWO_STREAMS)
    application = named.application or of_url.application
    return _with_hidden_key(Cut(application, next(iter(streams), ""), named.query or of_url.query))


def _with_hidden_key(cut: Cut) -> Cut:
    """What stands where the application belongs, as a part of the query, which is sent and never shown, where it is a key."""
    first = cut.application.partition("/")[0]
    if not is_made_at_random(first) or is_key_of_service(first):
        return cut
    mark = "?" if cut.query and not cut.query.startswith((";", "/")) else ""
    return Cut("", cut.stream, f"/{cut.application}{mark}{cut.query}")


def _check_spaces(application: str, *, is_bare: bool) -> None:
    """A space in an application that was given apart. Raises TargetError, which quotes nothing."""
    others = application.split(" ")[1:]
    if any(looks_like_key(word) for word in others):
        raise TargetError("application", TargetTexts.SLASH_BEFORE_KEY)
    if others and is_bare:
        raise TargetError("application", TargetTexts.SPACE_IN_APPLICATION)


def _check_application(name: str) -> None:
    if _has_invisible(name):
        raise TargetError("application", TargetTexts.APPLICATION_INVISIBLE)
    if len(name.encode("utf-8", "replace")) > 1024:
        raise TargetError("application", TargetTexts.APPLICATION_TOO_LONG)


def _has_invisible(text: str) -> bool:
    """Whether `text` has control or format characters, line separators, or halves of surrogate pairs."""
    return any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


def _beginning(text: str, wanted: str) -> str:
    """What a message may quote of a part that is wrong: up to its first odd character, behind which a key may stand."""
    found = re.match(wanted, text)
    shown = found[0] if found else ""
    if "." not in shown and looks_like_key(shown):
        shown = ""
    return shown if shown == text else f"{shown}…"


def _shown(text: str) -> str:
    """Untrusted text for a message: bounded, control characters visible."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[:60]) + (
        "…" if len(text) > 60 else ""
    )
