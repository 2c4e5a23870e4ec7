"""What a user typed -> a Target. Pure; such input is parsed here, in port_list.py and in typed_proxy.py only.

URL forms follow the RTMP URI memo (rtmp-errata-addenda): `rtmp://host[:port]/app[/instance][?query]/stream`. What
is taken from a pasted text is pasted.py's, and where a path is cut into application and stream is stream_path.py's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import unquote

import msgspec

from fmsdiag.address_mistakes import (
    imitates_latin,
    number_for_port,
    placeholder_in,
    port_in_path,
    scheme_imitates_latin,
)
from fmsdiag.found_address import Doubt, Pasted, cleaned
from fmsdiag.markup import without_references
from fmsdiag.model import LeftOut, Target, Transport
from fmsdiag.pasted import take_address
from fmsdiag.server_place import (
    MAX_URL,
    SCHEME,
    has_invisible,
    shown_text,
    split_place,
    split_scheme,
    written_place,
)
from fmsdiag.shell_variables import with_values
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
    looks_like_key,
    without_quotes,
)
from fmsdiag.target_texts import TargetError, TargetTexts
from fmsdiag.target_url import HIDDEN

MOST_SHOWN = 4


def parse_target(server: str, application: str = "") -> Target:
    """Turn a server name or a whole URL, pasted with whatever stands around it, and an application, into a Target.

    An application with a space in its name is typed in quotation marks. Credentials and fragments in a URL are dropped. An
    application that a URL's path begins with decides where that path is cut. Raises TargetError with a message for the
    field that is wrong.
    """
    if len(server.strip()) > MAX_URL:
        raise TargetError("server", TargetTexts.TOO_LONG, most=MAX_URL)
    pasted = take_address(server)
    if pasted.doubt is not Doubt.SERVER_SETTINGS:  # these have variables of their own
        _check_placeholders("server", with_values(without_references(server)))
    _check_placeholders("application", application)
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
    match = SCHEME.match(address)
    path = address[match.end() :].partition("/")[2] if match and not re.search(r"\s", address) else ""
    return cut_as_typed(path, cleaned(application)) is not None


_DOUBTS = {
    Doubt.OTHER_STREAM: TargetTexts.TWO_STREAMS,
    Doubt.SEVERAL_STREAMS: TargetTexts.SEVERAL_STREAMS,
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
    Doubt.SERVER_SETTINGS: TargetTexts.SERVER_SETTINGS,
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
        where = written_place(
            target.transport, target.host, str(port), "live" if looks_like_key(first) else first
        )
        raise TargetError(field if index == 0 else "server", TargetTexts.PORT_PLACE, example=where)
    named = target.application or (target.query or "").removeprefix("/").partition("?")[0]
    if re.match(r"[^&=;/]+&[^&=;/]+=", named):
        raise TargetError(field, TargetTexts.QUESTION_MARK_BEFORE_PARAMETERS)
    if (
        "|" in named
        or any(looks_like_key(part) for part in re.split("[,&]", named)[1:])
        or any(has_key_behind_colon(segment) for segment in named.split("/"))
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
        as_port=written_place(target.transport, target.host, str(number), shown_text(behind)).rstrip("/"),
        as_application=written_place(target.transport, target.host, str(default), str(number)),
    )


def _is_key(host: str) -> bool:
    """Whether it is no name that a person would type, but a key; a server that redirects may name such a host."""
    return "." not in host and ":" not in host and is_key_not_host(host)


def _target(pasted: Pasted, application: str) -> Target:
    scheme, rest = split_scheme(pasted.address)
    host, port, path = split_place(rest, bool(scheme))
    cut = _cut(path, application, pasted)
    if has_invisible(cut.stream) or has_invisible(cut.query):
        raise TargetError("server", TargetTexts.INVISIBLE)
    if cut.stream == HIDDEN or f"={HIDDEN}" in cut.query:
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
    match = SCHEME.match(pasted.address)
    rest = pasted.address[match.end() :] if match else pasted.address
    authority = rest.partition("#")[0].partition("/")[0]
    who, at, _ = authority.rpartition("@")
    name, _, password = who.partition(":")
    return (unquote(name), unquote(password)) if at and name else pasted.login


def with_stream(target: Target, name: str) -> Target:
    """`target` with the stream that is to be published or played. Raises TargetError("stream", …), which quotes nothing."""
    name = name.strip()
    if not name or len(name) > 1024 or has_invisible(name):
        raise TargetError("stream", TargetTexts.STREAM_UNUSABLE)
    if target.stream and target.stream != name:
        raise TargetError("stream", TargetTexts.TWO_STREAMS)
    return msgspec.structs.replace(target, stream=name, stream_apart=target.stream_apart or not target.stream)


def _several(addresses: Sequence[str]) -> TargetError:
    """Names only the servers, each once, with their ports where only these differ: the rest may be secret."""
    places: list[tuple[str, int | None]] = []
    for address in addresses:
        with suppress(TargetError):
            scheme, rest = split_scheme(address)
            host, port, _ = split_place(rest, bool(scheme))
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


def _cut(path: str, typed: str, pasted: Pasted) -> Cut:
    """Application, stream and query of all that was given: the URL's path, the field, and what was pasted beside the URL."""
    typed = cleaned(typed)
    if re.search(r"[\r\n]", typed) and not looks_like_key(typed.split()[-1]):
        raise TargetError("application", TargetTexts.APPLICATION_LINE_BREAK)
    plain = without_quotes(typed)
    is_bare, typed = plain == typed, plain
    if SCHEME.match(typed):
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
        raise TargetError(
            "application", TargetTexts.TWO_APPLICATIONS, application=shown_text(of_url.application)
        )
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
    if has_invisible(name):
        raise TargetError("application", TargetTexts.APPLICATION_INVISIBLE)
    if len(name.encode("utf-8", "replace")) > 1024:
        raise TargetError("application", TargetTexts.APPLICATION_TOO_LONG)
