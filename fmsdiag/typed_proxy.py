"""The proxy that a user typed, with a name and a password or without. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from fmsdiag.model import ProxyAddress, ProxyChoice, ProxyMode, ProxyScheme
from fmsdiag.server_place import MAX_URL, SCHEME, has_invisible, read_host, split_port
from fmsdiag.target_texts import TargetError, TargetTexts


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
    match = SCHEME.match(text.strip())
    word, rest = (match[1].lower(), text.strip()[match.end() :]) if match else ("http", text.strip())
    if word in ("socks4", "socks4a"):
        raise TargetError("proxy", TargetTexts.SOCKS4)
    if word not in _PROXY_SCHEMES or len(text) > MAX_URL or has_invisible(text):
        raise wrong
    scheme, default_port = _PROXY_SCHEMES[word]
    user_part, at, authority = rest.rpartition("@")
    name, _, password = user_part.partition(":")
    try:
        host_text, port = split_port(authority.partition("/")[0])
        host = read_host(host_text)
    except TargetError:
        raise wrong from None
    credentials = (unquote(name), unquote(password)) if at and name else None
    return TypedProxy(ProxyAddress(scheme, host, port or default_port), credentials)
