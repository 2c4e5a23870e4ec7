from __future__ import annotations

import asyncio
import errno

import pytest

from fmsdiag.model import (
    Endpoint,
    HopFacts,
    Transport,
)
from fmsdiag.probe.experiments.path import HOP_TIMEOUT_S, HOPS_AT_ONCE, MAX_HOPS
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import (
    FakeNetwork,
    FakeStream,
    icmp_error,
    refused,
)
from tests.probe.virtual_time import now, virtual_time


class Path(FakeNetwork):
    """Routers that answer by time-to-live: a number is a hop that says "time exceeded", and then the end."""

    def __init__(
        self, hops: int, end: Exception | str, silent: tuple[int, ...] = (), v6: bool = False
    ) -> None:
        super().__init__()
        self._hops, self._end, self._silent, self._v6 = hops, end, silent, v6

    async def open_tcp(self, address: str, port: int, ttl: int | None = None) -> FakeStream:
        assert ttl is not None
        self.ttls.append(ttl)
        if ttl in self._silent or (ttl > self._hops and self._end == "silence"):
            await asyncio.Event().wait()
        if ttl <= self._hops:
            sender = f"2001:db8::{ttl:x}" if self._v6 else f"192.0.2.{ttl}"
            raise icmp_error(errno.EHOSTUNREACH, 3 if self._v6 else 11, 0, sender)
        if isinstance(self._end, Exception):
            raise self._end
        stream = FakeStream(address, port, [])
        self.streams.append(stream)
        return stream


async def hops(path: Path, address: str = "192.0.2.99") -> tuple[list[tuple[int, str, str | None]], HopFacts]:
    attempt = await ask(path, E.HOPS, Endpoint(Transport.RTMP, address, 1935))
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HopFacts)
    return [(h.ttl, h.outcome, h.responder) for h in facts.hops], facts


@virtual_time
async def test_an_open_path() -> None:
    found, facts = await hops(Path(2, "open"))
    assert found == [
        (1, "time-exceeded", "192.0.2.1"),
        (2, "time-exceeded", "192.0.2.2"),
        (3, "open", "192.0.2.99"),
    ]
    assert facts.supported
    assert facts.port == 1935


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (refused(), (3, "refused", None)),
        (ConnectionResetError(errno.ECONNRESET, "reset"), (3, "refused", None)),
        (icmp_error(errno.EHOSTUNREACH, 3, 13, "192.0.2.2"), (3, "unreachable", "192.0.2.2")),
    ],
)
@virtual_time
async def test_how_a_path_ends(end: Exception, last: tuple[int, str, str | None]) -> None:
    found, _ = await hops(Path(2, end))
    assert found[-1] == last
    assert len(found) == 3


@virtual_time
async def test_silent_routers_in_between_are_no_end() -> None:
    found, _ = await hops(Path(8, "open", silent=(2, 3, 6)))
    assert [outcome for _, outcome, _ in found].count("silent") == 3
    assert found[-1][:2] == (9, "open")


@virtual_time
async def test_four_silent_hops_are_an_end() -> None:
    path = Path(2, "silence")
    found, _ = await hops(path)
    assert [outcome for _, outcome, _ in found] == ["time-exceeded"] * 2 + ["silent"] * 4
    assert max(t for t in path.ttls if t) == HOPS_AT_ONCE
    assert now() - 1000 == pytest.approx(HOP_TIMEOUT_S)


@virtual_time
async def test_ipv6_says_time_exceeded_with_another_number() -> None:
    found, _ = await hops(Path(1, "open", v6=True), "2001:db8::99")
    assert found == [(1, "time-exceeded", "2001:db8::1"), (2, "open", "2001:db8::99")]


@virtual_time
async def test_a_system_that_does_not_tell_who_answered() -> None:
    anonymous = OSError(errno.EHOSTUNREACH, "No route to host")
    found, facts = await hops(Path(0, anonymous))
    assert found == [(1, "unreachable", None)]
    assert not facts.supported


@virtual_time
async def test_a_path_without_end_ends() -> None:
    path = Path(10_000, "open")
    found, _ = await hops(path)
    assert len(found) == MAX_HOPS
