"""Little networks on loopback to be diagnosed: what `fmsdiag demo [NAME]` puts before a healthy server.

async with demo_network("http-only") as demo:
    ...  # test demo.url with the ports demo.ports_text
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fmsdiag.server.demo_names import DEFAULT_DEMO, DEMOS, OWN_DEMOS
from fmsdiag.server.events import EventSink, ignore
from fmsdiag.server.faults import RTMFP_FAULTS, Fault, FaultError, FaultKind, FaultProblems, parse_fault
from fmsdiag.server.http_only_filter import HttpOnlyFilter
from fmsdiag.server.service import Server, ServerOptions

_ADDRESS = "127.0.0.1"
_APPLICATION = "live"
_MISTYPED = "lvie"

_FAULT_OF_DEMO = {"server-hung": FaultKind.SILENCE, "rejected": FaultKind.REJECT}


@dataclass(frozen=True, slots=True)
class Demo:
    """What to test while the network stands. The ports stand for 1935, 80 and RTMPT on 80, in this order, or for RTMFP's."""

    name: str
    url: str  # without port
    ports_text: str  # as `fmsdiag test --ports` reads it


@asynccontextmanager
async def demo_network(name: str = DEFAULT_DEMO, on_event: EventSink = ignore) -> AsyncIterator[Demo]:
    """Build that network (one of DEMOS, or a fault with its argument), take it down at the end.

    Raises FaultError that names the demos when it is none of them, and OSError when no port can be had.
    """
    fault = _fault_of(name)
    by_udp = fault is not None and fault.kind in RTMFP_FAULTS
    options = ServerOptions(
        rtmp=0,
        rtmpt=0,
        rtmfp=0 if by_udp else None,
        listen=_ADDRESS,
        applications=(_APPLICATION,),
        faults=(fault,) if fault else (),
    )
    application = _MISTYPED if name == "wrong-application" else _APPLICATION
    url = f"rtmp://{_ADDRESS}/{application}"
    async with Server(options, on_event) as server:
        if by_udp:
            yield Demo(name, f"rtmfp://{_ADDRESS}/{application}", f"rtmfp:{server.ports['rtmfp']}")
            return
        direct, web = server.ports["rtmp"], server.ports["rtmpt"]
        if name != DEFAULT_DEMO:
            yield Demo(name, url, _ports_text(direct, web))
            return
        async with HttpOnlyFilter((_ADDRESS, web), listen=_ADDRESS, on_event=on_event) as wall:
            yield Demo(name, url, _ports_text(wall.blocked_port, wall.web_port))


def _ports_text(direct: int, web: int) -> str:
    return f"rtmp:{direct}, rtmp:{web}, rtmpt:{web}"


def _fault_of(name: str) -> Fault | None:
    if name in _FAULT_OF_DEMO:
        return parse_fault(_FAULT_OF_DEMO[name])
    if name in OWN_DEMOS:
        return None
    kind = name.partition(":")[0]
    if kind not in DEMOS or kind in OWN_DEMOS:
        raise FaultError(FaultProblems.UNKNOWN_DEMO, name=name[:80], known=DEMOS)
    return parse_fault(name)
