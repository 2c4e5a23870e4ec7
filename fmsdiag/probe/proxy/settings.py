"""Which proxy stands between this computer and a server: data and choice, without any reading of the system.

Light on purpose: the plan needs it, and the window makes plans before anything else of the prober is loaded.
"""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fmsdiag.model import (
    NO_CREDENTIALS,
    Carrier,
    Credentials,
    NotApplicable,
    Options,
    ProxyAddress,
    ProxyMode,
    ProxyScheme,
    ProxySource,
    Transport,
)
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy

WEB = (Transport.RTMPT, Transport.RTMPTE, Transport.HTTP)
"""What a proxy for web requests can pass on request by request; everything else needs a tunnel through it."""


@dataclass(frozen=True, repr=False)
class Proxy:
    """A proxy and where this computer knows it from; without a representation, since it may hold a password."""

    address: ProxyAddress
    source: ProxySource
    credentials: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """Without credentials."""
        return self.address.url

    @property
    def is_http(self) -> bool:
        """Whether it takes absolute URLs and CONNECT."""
        return self.address.scheme is not ProxyScheme.SOCKS5


def proxy_at(url: str) -> Proxy:
    """The proxy that an Endpoint names, where no setting does: one that the network was seen to have. Raises TargetError."""
    return Proxy(parse_proxy(url).address, ProxySource.GIVEN)


@dataclass(frozen=True, repr=False)
class ProxySettings:
    """The proxies of this computer, or the one that the user names; without a representation, like Proxy."""

    web: Proxy | None = None  # for WEB
    tunnel: Proxy | None = None  # for everything else
    exceptions: tuple[str, ...] = ()  # hosts that are reached directly, as no_proxy writes them
    is_given: bool = False  # the user named the proxy: then there are no exceptions
    absence: NotApplicable = NotApplicable.NO_PROXY  # why there is none
    shown: Mapping[str, str] = field(
        default_factory=dict
    )  # for the report: scheme -> URL without credentials
    pac_url: str | None = None

    @property
    def proxies(self) -> tuple[Proxy, ...]:
        """Each one once."""
        both = [proxy for proxy in (self.tunnel, self.web) if proxy is not None]
        return tuple({proxy.url: proxy for proxy in both}.values())

    def proxy_for(self, host: str, port: int, transport: Transport) -> Proxy | None:
        """The proxy that carries `transport` to `host`, or none; nothing that uses UDP goes through one."""
        if transport.carrier is Carrier.UDP or self.excepts(host, port):
            return None
        return self.web if transport in WEB else self.tunnel

    def excepts(self, host: str, port: int) -> bool:
        """Whether `host` is reached directly in spite of the settings: loopback always is."""
        if self.is_given:
            return False
        return _is_loopback(host) or any(_matches(host, port, rule) for rule in self.exceptions)

    def why_not(self, host: str, port: int, transport: Transport) -> NotApplicable:
        """Why `proxy_for` gives none."""
        if transport.carrier is Carrier.UDP:
            return NotApplicable.UDP_THROUGH_PROXY
        if self.proxies and self.excepts(host, port):
            return NotApplicable.PROXY_EXCEPTION
        return self.absence


NO_PROXIES = ProxySettings()


def chosen(
    options: Options, found: ProxySettings = NO_PROXIES, credentials: Credentials = NO_CREDENTIALS
) -> ProxySettings:
    """The proxies that `options.proxy` means; `found` are those that this computer is set to.

    The proxy's name and password in `credentials` go before those of the system's settings; with an empty name they are
    the password alone.
    """
    if options.proxy.mode is ProxyMode.NONE:
        return replace(NO_PROXIES, absence=NotApplicable.PROXIES_OFF)
    if options.proxy.address is not None:
        given = Proxy(options.proxy.address, ProxySource.GIVEN)
        found = ProxySettings(given, given, is_given=True, shown=found.shown, pac_url=found.pac_url)
    return replace(
        found, web=_signed(found.web, credentials.proxy), tunnel=_signed(found.tunnel, credentials.proxy)
    )


def _signed(proxy: Proxy | None, pair: tuple[str, str] | None) -> Proxy | None:
    if proxy is None or pair is None:
        return proxy
    name = pair[0] or (proxy.credentials[0] if proxy.credentials is not None else "")
    return replace(proxy, credentials=(name, pair[1]) if name else None)


def settings_from(
    proxies: Mapping[str, str],
    source: ProxySource,
    exceptions: tuple[str, ...] = (),
    pac_url: str | None = None,
) -> ProxySettings:
    """Settings as `urllib.request.getproxies` gives them: scheme ("http", "https", "all", "socks") -> URL.

    What cannot be read is shown, and not used.
    """
    usable = {scheme: _read(scheme, url, source) for scheme, url in proxies.items()}
    web = usable.get("http") or usable.get("all") or usable.get("socks")
    return ProxySettings(
        web=web,
        tunnel=usable.get("https") or usable.get("all") or usable.get("socks") or web,
        exceptions=exceptions,
        shown={scheme: without_credentials(url)[:300] for scheme, url in proxies.items()},
        pac_url=without_credentials(pac_url) if pac_url else None,
    )


def _read(scheme: str, url: str, source: ProxySource) -> Proxy | None:
    if scheme == "socks":  # macOS calls it http://, Windows socks4://; nearly all of them speak SOCKS5
        url = "socks5://" + url.partition("://")[2] if "://" in url else f"socks5://{url}"
    try:
        typed = parse_proxy(url)
    except TargetError:
        return None
    return Proxy(typed.address, source, typed.credentials)


def without_credentials(url: str) -> str:
    """`url`, well-formed or not, with or without scheme, less everything before its last @ (a password may hold a /)."""
    scheme, separator, rest = url.partition("://") if "://" in url else ("", "", url)
    return scheme + separator + rest.rpartition("@")[2]


def split_exceptions(text: str) -> tuple[str, ...]:
    """The entries of no_proxy: divided by commas, semicolons (Windows) or spaces."""
    return tuple(text.replace(",", " ").replace(";", " ").split())[:500]


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or host.endswith(".localhost") or (address is not None and address.is_loopback)


def _matches(host: str, port: int, rule: str) -> bool:
    """Whether an entry of no_proxy means this host: *, a name and all below it, an address, a network; each with a port.

    Names are not looked up, so an entry for an address means those who typed the address.
    """
    rule = rule.lower()
    if rule == "*":
        return True
    if rule == "<local>":  # Windows: names without a dot
        return "." not in host and ":" not in host
    address = _address(host)
    if address is not None and (network := _network(rule)) is not None:
        return address.version == network.version and address in network
    name, wanted_port = _split(rule)
    if wanted_port is not None and wanted_port != port:
        return False
    if address is not None and (other := _address(name)) is not None:
        return address == other
    if "*" in name.removeprefix("*."):
        return fnmatch.fnmatchcase(host, name)
    if address is not None:
        return False
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _split(rule: str) -> tuple[str, int | None]:
    """A name or address and its port, if it has one."""
    if rule.startswith("["):
        name, _, rest = rule[1:].partition("]")
        return name, _port(rest.removeprefix(":"))
    if rule.count(":") == 1:
        name, _, number = rule.partition(":")
        return name, _port(number)
    return rule, None


def _port(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "/" not in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
