from __future__ import annotations

import asyncio

import pytest

from fmsdiag.model import Attempt, Endpoint, SeriesFacts, Status, Transport
from fmsdiag.probe.deep_limits import BURST, HELD
from fmsdiag.probe.experiments.load import PAUSES_S, SPACING_S, TRY_S
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import FakeNetwork, FakeStream, refused
from tests.probe.virtual_time import now, virtual_time

HERE = Endpoint(Transport.RTMP, "192.0.2.99", 1935)


class Limited(FakeNetwork):
    """So many new connections, one more each `refill_s`; and so many at once. What is above gets no answer."""

    def __init__(self, new: int = 1000, refill_s: float = 1e9, at_once: int = 1000) -> None:
        super().__init__()
        self._left, self._refill_s, self._at_once = float(new), refill_s, at_once
        self._seen_s: float | None = None

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        clock_s = asyncio.get_running_loop().time()
        self._left += (clock_s - (self._seen_s or clock_s)) / self._refill_s
        self._seen_s = clock_s
        if self._left < 1:
            await asyncio.Event().wait()
        if self.open_streams >= self._at_once:
            raise refused()
        self._left -= 1
        stream = FakeStream(address, port, [])
        self.streams.append(stream)
        self.most_at_once = max(self.most_at_once, self.open_streams)
        return stream


def facts(attempt: Attempt) -> SeriesFacts:
    assert attempt.status is Status.CONNECTED
    told = attempt.observations[-1].facts
    assert isinstance(told, SeriesFacts)
    return told


def outcomes(told: SeriesFacts) -> list[str]:
    return [tried.outcome for tried in told.tries]


@virtual_time
async def test_a_burst_without_a_limit_is_over_at_once_and_holds_one_connection() -> None:
    net = Limited()
    told = facts(await ask(net, E.BURST, HERE))
    assert outcomes(told) == ["open"] * BURST
    assert told.later is None
    assert net.most_at_once == 1
    assert now() - 1000 == pytest.approx((BURST - 1) * SPACING_S)


@virtual_time
async def test_a_burst_above_the_limit_fails_and_passes_later() -> None:
    net = Limited(new=3, refill_s=3.0)
    told = facts(await ask(net, E.BURST, HERE))
    assert outcomes(told) == ["open"] * 3 + ["timed-out"] * (BURST - 3)
    assert told.later is not None
    assert told.later.outcome == "open"


@virtual_time
async def test_a_burst_into_silence_is_bounded() -> None:
    told = facts(await ask(Limited(new=0), E.BURST, HERE))
    assert outcomes(told) == ["timed-out"] * BURST
    assert told.later is not None
    assert told.later.outcome == "timed-out"
    assert now() - 1000 < sum(PAUSES_S) + (len(PAUSES_S) + 2.5) * TRY_S


@virtual_time
async def test_connections_are_held_up_to_a_number() -> None:
    net = Limited()
    told = facts(await ask(net, E.HOLD, HERE))
    assert told.held
    assert outcomes(told) == ["open"] * HELD
    assert told.later is None
    assert net.most_at_once == HELD


@virtual_time
async def test_above_the_limit_closing_one_lets_one_more_in() -> None:
    told = facts(await ask(Limited(at_once=4), E.HOLD, HERE))
    assert outcomes(told) == ["open"] * 4 + ["refused"] * 2
    assert told.later is not None
    assert told.later.outcome == "open"


@virtual_time
async def test_a_limit_in_time_is_not_ended_by_closing_one() -> None:
    told = facts(await ask(Limited(new=2), E.HOLD, HERE))
    assert outcomes(told) == ["open"] * 2 + ["timed-out"] * 2
    assert told.later is not None
    assert told.later.outcome == "timed-out"


@virtual_time
async def test_where_nothing_opens_nothing_is_held() -> None:
    told = facts(await ask(Limited(at_once=0), E.HOLD, HERE))
    assert outcomes(told) == ["refused"]
    assert told.later is None
