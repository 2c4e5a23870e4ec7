"""Loads what a run will need while nothing is being measured: a library that loads beside an attempt spoils its times.

What every attempt needs is imported where it is used, as usual. Apart from that are the libraries of single transports, of
names, and of follow-up questions. A run's first packet waits only for what the ways need that a player would try.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from fmsdiag.model import Endpoint, Transport
from fmsdiag.probe.sockets.network import in_daemon_thread
from fmsdiag.probe.transports.connection import is_literal

Load: TypeAlias = Callable[[], None]
_loaded: set[Load] = set()


def load_now(loads: Iterable[Load]) -> None:
    """Load what was not loaded before in this process."""
    for load in loads:
        if load not in _loaded:
            load()
            _loaded.add(load)


async def load_beside(loads: Iterable[Load]) -> None:
    """The same off the loop's thread, so that attempts that only wait are served meanwhile."""
    left = [load for load in loads if load not in _loaded]
    if left:
        await in_daemon_thread(lambda: load_now(left))


def wanting(host: str, endpoints: Iterable[Endpoint]) -> list[Load]:
    """What attempts at these endpoints of `host` need that is not loaded yet."""
    needed: dict[Load, None] = {} if is_literal(host) else {_load_names: None}
    for endpoint in endpoints:
        transport = endpoint.transport
        if endpoint.proxy is not None:
            needed[_load_proxies] = None
        if transport.is_tunnel or not transport.is_media:
            needed[_load_http] = None
        if transport is Transport.RTMFP:
            needed[_load_rtmfp] = None
        if transport.uses_tls:
            needed[_load_tls] = None
    return [load for load in needed if load not in _loaded]


def _load_names() -> None:
    import fmsdiag.probe.transports.names  # noqa: F401


def _load_proxies() -> None:
    import fmsdiag.probe.proxy.network  # noqa: F401


def _load_http() -> None:
    import fmsdiag.probe.transports.rtmpt  # noqa: F401


def _load_rtmfp() -> None:
    import fmsdiag.probe.transports.rtmfp  # noqa: F401


def _load_tls() -> None:
    from fmsdiag.probe.transports.tls import warm_up

    warm_up()


def _load_experiments() -> None:
    import fmsdiag.probe.experiments.perform
    import fmsdiag.probe.streams  # noqa: F401


FOR_QUESTIONS: tuple[Load, ...] = (
    _load_names,
    _load_proxies,
    _load_http,
    _load_rtmfp,
    _load_tls,
    _load_experiments,
)
"""What any question of the rules may need: 0.2 s, the first time."""
