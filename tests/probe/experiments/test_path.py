from __future__ import annotations

import asyncio
import errno
import itertools

import pytest

from fmsdiag.model import (
    Endpoint,
    HopFacts,
    Transport,
)
from fmsdiag.probe.experiments.path import HOP_TIMEOUT_S, HOPS_AT_ONCE, MAX_HOPS, left_by_card
from fmsdiag.probe.sockets.refusals import REFUSALS
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_computer import FakeComputer
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
        self,
        hops: int,
        end: Exception | str,
        silent: tuple[int, ...] = (),
        v6: bool = False,
        named: bool = True,
    ) -> None:
        super().__init__()
        self._named = named  # or the system tells the error's number alone
        self._hops, self._end, self._silent, self._v6 = hops, end, silent, v6

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        ttl = options.ttl
        assert ttl is not None
        self.ttls.append(ttl)
        if ttl in self._silent or (ttl > self._hops and self._end == "silence"):
            await asyncio.Event().wait()
        if ttl <= self._hops:
            if not self._named:
                raise OSError(errno.EHOSTUNREACH, "No route to host")
            sender = f"2001:db8::{ttl:x}" if self._v6 else f"192.0.2.{ttl}"
            raise icmp_error(errno.EHOSTUNREACH, 3 if self._v6 else 11, 0, sender)
        if isinstance(self._end, Exception):
            raise self._end
        stream = FakeStream(address, port, [])
        self.streams.append(stream)
        return stream


async def hops(
    path: Path, address: str = "198.51.100.99", computer: FakeComputer | None = None
) -> tuple[list[tuple[int, str, str | None]], HopFacts]:
    attempt = await ask(path, E.HOPS, Endpoint(Transport.RTMP, address, 1935), computer)
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HopFacts)
    return [(h.ttl, h.outcome, h.responder) for h in facts.hops], facts


@virtual_time
async def test_an_open_path() -> None:
    found, facts = await hops(Path(2, "open"))
    assert found == [
        (1, "time-exceeded", "192.0.2.1"),
        (2, "time-exceeded", "192.0.2.2"),
        (3, "open", "198.51.100.99"),
    ]
    assert facts.supported
    assert facts.port == 1935


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (refused(), (3, "refused", None)),
        (ConnectionResetError(errno.ECONNRESET, "reset"), (3, "refused", None)),
        (icmp_error(errno.EHOSTUNREACH, 3, 13, "198.51.100.2"), (3, "unreachable", "198.51.100.2")),
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
    assert now() - 1000 == pytest.approx(2 * HOP_TIMEOUT_S)  # each silent one twice


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


@pytest.mark.parametrize(
    ("end", "last"), [("open", (4, "open", "198.51.100.99")), (refused(), (4, "refused", None))]
)
@virtual_time
async def test_what_a_larger_time_to_live_reaches_shows_that_the_smaller_ones_expired(
    end: Exception | str, last: tuple[int, str, str | None]
) -> None:
    found, facts = await hops(Path(3, end, named=False))
    assert found == [(1, "time-exceeded", None), (2, "time-exceeded", None), (3, "time-exceeded", None), last]
    assert facts.supported
    found, _ = await hops(Path(2, "silence", named=False))
    assert [outcome for _, outcome, _ in found] == ["time-exceeded"] * 2 + ["silent"] * 4


@virtual_time
async def test_a_path_without_end_ends() -> None:
    path = Path(10_000, "open")
    found, _ = await hops(path)
    assert len(found) == MAX_HOPS


# ---- hop 0: this computer itself
@virtual_time
async def test_what_this_computer_does_not_permit_ends_before_the_first_hop() -> None:
    found, facts = await hops(Path(0, PermissionError(errno.EPERM, "Operation not permitted")))
    assert found == [(0, "unreachable", None)]
    assert facts.supported


@virtual_time
async def test_an_icmp_error_from_our_own_address_ends_before_the_first_hop() -> None:
    found, _ = await hops(Path(0, icmp_error(errno.ECONNREFUSED, 3, 3, "127.0.0.1")), "127.0.0.1")
    assert found == [(0, "refused", "127.0.0.1")]


class Refusing(Path):
    """Port 1935 is refused after `refusal_s`, the first router answers for all others after `router_s`."""

    def __init__(
        self,
        refusal_s: float,
        router_s: float,
        computer: FakeComputer | None = None,
        named: bool = True,
        leaves: bool = True,
    ) -> None:
        super().__init__(0, refused(), named=named)
        self._leaves = leaves  # what is refused, by a card
        self._refusal_s, self._router_s, self._computer = refusal_s, router_s, computer

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        await asyncio.sleep(self._refusal_s if port == 1935 else self._router_s)
        leaves = self._leaves or port != 1935
        if self._computer is not None and self._computer.sent is not None and leaves:
            self._computer.sent += 1
        if port == 1935:
            raise refused()
        if not self._named:
            raise OSError(errno.EHOSTUNREACH, "No route to host")
        raise icmp_error(errno.EHOSTUNREACH, 11, 0, "192.0.2.1")


@pytest.mark.parametrize(
    ("refusal_s", "router_s", "hop"),
    [(0.0001, 0.003, 0), (0.0001, 0.0001, 0), (0.001, 0.003, 0), (0.002, 0.002, 1), (0.02, 0.002, 1)],
)
@virtual_time
async def test_a_refusal_is_ours_when_no_router_could_have_sent_it(
    refusal_s: float, router_s: float, hop: int
) -> None:
    for named in (True, False):
        found, _ = await hops(Refusing(refusal_s, router_s, named=named))
        assert found == [(hop, "refused", None)]


@virtual_time
async def test_a_refusal_for_which_packets_left_is_not_ours() -> None:
    computer = FakeComputer()
    computer.sent = 100
    found, _ = await hops(Refusing(0.0001, 0.003, computer), computer=computer)
    assert found == [(1, "refused", None)]


@pytest.mark.parametrize(("leaves", "hop"), [(True, 1), (False, 0)])
@virtual_time
async def test_the_cards_decide_where_a_router_answers_as_fast_as_we_refuse(leaves: bool, hop: int) -> None:
    """A busy computer takes as long to refuse a connection itself as a router in the same room to answer."""
    computer = FakeComputer()
    computer.sent = 100
    found, _ = await hops(Refusing(0.0003, 0.0003, computer, leaves=leaves), computer=computer)
    assert found == [(hop, "refused", None)]


@pytest.mark.parametrize(
    ("sent_by_each", "left"), [((1,), True), ((0,), False), ((1, 1, 1, 1, 1, 0), False), ((None,), False)]
)
async def test_what_leaves_by_a_card_was_refused_by_somebody_else(
    sent_by_each: tuple[int | None, ...], left: bool
) -> None:
    handshake_only = itertools.cycle(sent_by_each)
    counted: list[int | None] = [100]

    async def knock() -> None:
        sent = next(handshake_only)
        counted[0] = None if sent is None or counted[0] is None else counted[0] + sent

    assert await left_by_card(knock, lambda: counted[0]) is left


# ---- UDP
class Datagrams:
    """A UDP path with `hops` routers, and a server that answers, is silent, or whose port is closed."""

    def __init__(self, hops: int, end: str) -> None:
        self._hops, self._end, self._ttl = hops, end, 64
        self.closed = 0
        self.sent: list[bytes] = []

    def limit_hops(self, ttl: int) -> None:
        self._ttl = ttl

    async def send(self, data: bytes) -> None:
        self.sent.append(data)

    async def receive(self) -> bytes:
        if self._ttl <= self._hops:
            error = icmp_error(errno.EHOSTUNREACH, 11, 0, f"192.0.2.{self._ttl}")
            error.quoted = (self.sent[-1], self.sent[-1][:-1] + b"!")[self._ttl - 1]
            raise error
        if self._end == "closed":
            raise icmp_error(errno.ECONNREFUSED, 3, 3, "198.51.100.99")
        if self._end == "silence":
            await asyncio.Event().wait()
        return b"anything"

    def close(self) -> None:
        self.closed += 1


class UdpPath(FakeNetwork):
    def __init__(self, hops: int, end: str) -> None:
        super().__init__()
        self._hops, self._end = hops, end

    async def open_udp(self, address: str, port: int) -> Datagrams:  # type: ignore[override]
        datagrams = Datagrams(self._hops, self._end)
        self.datagrams.append(datagrams)  # type: ignore[arg-type]
        return datagrams


@pytest.mark.parametrize(
    ("end", "last"),
    [
        ("answer", (3, "open", "198.51.100.99")),
        ("closed", (3, "refused", "198.51.100.99")),
    ],
)
@virtual_time
async def test_the_path_of_udp(end: str, last: tuple[int, str, str | None]) -> None:
    net = UdpPath(2, end)
    attempt = await ask(net, E.UDP_HOPS, Endpoint(Transport.RTMFP, "198.51.100.99", 1935))
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HopFacts)
    assert [h.outcome for h in facts.hops[:-1]] == ["time-exceeded"] * 2
    quotes = [h.quoted_data for h in facts.hops[:-1]]
    assert all(quote is not None and quote.size > 20 for quote in quotes)
    assert [quote and quote.differs_at for quote in quotes] == [None, quotes[1] and quotes[1].size - 1]
    assert facts.hops[-1].quoted_data is None
    assert (facts.hops[-1].ttl, facts.hops[-1].outcome, facts.hops[-1].responder) == last


@virtual_time
async def test_udp_into_silence_is_said_twice_and_ends() -> None:
    net = UdpPath(1, "silence")
    attempt = await ask(net, E.UDP_HOPS, Endpoint(Transport.RTMFP, "198.51.100.99", 1935))
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HopFacts)
    assert [h.outcome for h in facts.hops] == ["time-exceeded"] + ["silent"] * 5
    assert {len(d.sent) for d in net.datagrams[1:]} == {2}  # type: ignore[union-attr]
    assert now() - 1000 == pytest.approx(HOP_TIMEOUT_S)


@virtual_time
async def test_silence_of_datagrams_shows_nothing_where_the_system_tells_no_errors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fmsdiag.probe.sockets.icmp.FACILITIES.error_queue", False)
    for end, supported in (("silence", False), ("open", True)):
        attempt = await ask(UdpPath(0, end), E.UDP_HOPS, Endpoint(Transport.RTMFP, "198.51.100.99", 1935))
        facts = attempt.observations[-1].facts
        assert isinstance(facts, HopFacts)
        assert facts.supported is supported


class Lossy(Path):
    """The first knock at a hop is lost."""

    def __init__(self, hops: int, end: Exception | str, lost: int) -> None:
        super().__init__(hops, end)
        self._lost, self._knocked = lost, False

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        if options.ttl == self._lost and not self._knocked:
            self._knocked = True
            await asyncio.Event().wait()
        return await super().open_tcp(address, port, options)


@virtual_time
async def test_one_lost_packet_is_no_silent_hop() -> None:
    found, _ = await hops(Lossy(2, "open", lost=2))
    assert [outcome for _, outcome, _ in found] == ["time-exceeded", "time-exceeded", "open"]


class Slow(Path):
    """A system that tells of a refusal after two seconds, as Windows does."""

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        try:
            return await super().open_tcp(address, port, options)
        except ConnectionRefusedError:
            await asyncio.sleep(2.0)
            raise
        except OSError as error:
            if error.errno == errno.ECONNREFUSED:
                await asyncio.sleep(2.0)
            raise


@virtual_time
async def test_a_refusal_that_is_told_late_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(REFUSALS, "repeated", True)
    found, _ = await hops(Slow(2, refused()))
    assert found[-1][:2] == (3, "refused")


@virtual_time
async def test_where_refusals_come_late_a_silent_port_still_has_its_path(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The system itself repeats a lost SYN meanwhile, so a second knock would only exceed the time there is."""
    monkeypatch.setattr(REFUSALS, "repeated", True)
    found, _ = await hops(Path(2, "silence"))
    assert [outcome for _, outcome, _ in found] == ["time-exceeded"] * 2 + ["silent"] * 4
