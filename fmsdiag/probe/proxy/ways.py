"""Which of a plan's attempts go through a proxy, and when: ours, or as Flash's NetConnection.proxyType says. Pure.

    none          directly only
    http          directly, then as an HTTP tunnel
    connect       directly, then through the proxy by CONNECT
    connect-only  through the proxy by CONNECT only
    best          TLS directly, then by CONNECT, then as an HTTPS tunnel

When nothing is chosen, everything is tried directly first and then through the proxy, if there is one.
"""

from __future__ import annotations

from typing import NamedTuple

from fmsdiag.model import ProxyType, Target, Transport
from fmsdiag.probe.proxy.settings import ProxySettings

ANY_PROXY = "connect"
"""Stands for the proxy in an endpoint that would need one, where there is none."""
Steps = tuple[tuple[Transport, int], ...]
_TUNNELS = {
    Transport.RTMP: Transport.RTMPT,
    Transport.RTMPE: Transport.RTMPTE,
    Transport.RTMPS: Transport.RTMPTS,
}


class Way(NamedTuple):
    """One way to the server."""

    transport: Transport
    port: int
    proxied: bool = False


def arranged(
    target: Target, steps: Steps, through_proxy: Steps, proxy_type: ProxyType | None, proxies: ProxySettings
) -> tuple[Way, ...]:
    """The plan's ways in order; `through_proxy` are those that the plan itself wants to go through a proxy."""
    direct = [Way(*step) for step in steps]
    proxied = [Way(*step, True) for step in dict.fromkeys((*through_proxy, *steps))]
    match proxy_type:
        case None:
            own = [Way(*step, True) for step in through_proxy]
            also = [way for way in proxied if _is_carried(target, way, proxies)]
            ways = [*direct, *own, *also]
        case ProxyType.NONE:
            ways = direct
        case ProxyType.HTTP:
            ways = [*direct, *(_tunnel(target, way, proxies) for way in direct)]
        case ProxyType.CONNECT:
            ways = [*direct, *proxied]
        case ProxyType.CONNECT_ONLY:
            ways = proxied
        case ProxyType.BEST:
            ways = _best(target, steps, proxies)
    return tuple(dict.fromkeys(ways))


def checked(
    target: Target, steps: Steps, proxy_type: ProxyType | None, proxies: ProxySettings
) -> tuple[Way, ...]:
    """The checks, and through the proxy those that a NetConnection could use: which ports it lets through is a fact."""
    direct = [Way(*step) for step in steps]
    if proxy_type is not None:
        return tuple(direct)
    proxied = (way._replace(proxied=True) for way in direct if way.transport.is_media)
    return (*direct, *(way for way in proxied if _is_carried(target, way, proxies)))


def _is_carried(target: Target, way: Way, proxies: ProxySettings) -> bool:
    return way.transport.is_media and proxies.proxy_for(target.host, way.port, way.transport) is not None


def _tunnel(target: Target, way: Way, proxies: ProxySettings) -> Way:
    """The HTTP tunnel that takes the place of a way, through the proxy where there is one."""
    transport = _TUNNELS.get(way.transport)
    tunnel = way if transport is None else Way(transport, target.port or transport.default_port)
    return tunnel._replace(proxied=_is_carried(target, tunnel, proxies))


def _best(target: Target, steps: Steps, proxies: ProxySettings) -> list[Way]:
    secure = [Way(t, port) for t, port in steps if t is Transport.RTMPS]
    secure = secure or [Way(Transport.RTMPS, target.port or Transport.RTMPS.default_port)]
    return [
        *secure,
        *(way._replace(proxied=True) for way in secure),
        *(_tunnel(target, way, proxies) for way in secure),
    ]
