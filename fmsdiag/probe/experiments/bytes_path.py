"""How far the first bytes on an open connection come, and who ends it.

A connection is opened as usual. Then what is sent next gets a small time-to-live: a router at which it ends says so, and
what is beyond a filter that swallows or resets these bytes does not. The hops are those at which a SYN to the same port ends,
so that a router that never says anything is not taken for a filter. Bytes that are to end on the way are one segment, as long
as the connection allows: the short rest of a message would pass a link that loses long packets.

Where the system tells no ICMP errors, silence says nothing of a hop; but bytes that are reset tell by themselves how far they
have to come to be.

Where a reset or an answer comes back, IP_MINTTL tells with how many hops left it arrives, compared with the SYN-ACK.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from fmsdiag.model import (
    BytesPathFacts,
    Experiment,
    FirstBytes,
    Hop,
    HopFacts,
    HopOutcome,
    NotApplicable,
    PathOutcome,
    PathProbe,
    ResetDistanceFacts,
    Status,
    StepName,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.experiments.first_bytes import said_first, say_first
from fmsdiag.probe.experiments.path import climb_by_tcp
from fmsdiag.probe.failure import PeerClosed
from fmsdiag.probe.sockets.network import Stream, TcpState, Traceable
from fmsdiag.probe.sockets.refusals import connect_bound_s
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.connection import resolve

AT_ONCE, AT_ONCE_THEN = 4, 2
"""Hops tried beside each other: at first, and in the gap that they leave."""
MAX_PROBES = 8
OPEN_S = 1.5
ALONE_S = 0.5
"""Within which a server hangs up by itself that does not want the client."""
SILENT_S = 0.9
"""Less than it takes most systems to send bytes again for the third time; a router answers within a round trip."""
INITIAL_TTLS = (64, 128, 255)
"""What systems send with."""
_ENDS = (PathOutcome.RESET, PathOutcome.CLOSED)
SAME_TIMES = 3
"""How often a SYN-ACK must arrive alike: behind a balancer it need not."""


async def bytes_path(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """The path of a SYN, then that of the bytes; then who ended the connection, if anybody did."""
    if context.way is not None or attempt.endpoint.proxy is not None:
        raise CannotBeTried(NotApplicable.PROXY_WOULD_ANSWER)
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    address, port = addresses[0], attempt.endpoint.port
    async with attempt.step(StepName.HOP, None, address, port) as step:
        step.facts = syn = await climb_by_tcp(context, address, port)
    distance = _distance(syn)
    if distance is None or distance == 1:
        return (
            Status.CONNECTED
        )  # this port did not open now, or no router is in between: there is no path of bytes
    test = _Test(context, attempt, address, _content(attempt), distance)
    async with attempt.step(StepName.BYTES_PATH, None, address, port) as step:
        step.facts = BytesPathFacts(test.content, distance)
        step.facts = facts = await _search(test, syn, distance)
    ended = _ended_by(facts)
    if ended is not None and not facts.ends_alone:
        async with attempt.step(StepName.RESET_DISTANCE, None, address, port) as step:
            step.facts = await _compare(test, distance, ended)
    return Status.CONNECTED


def _content(attempt: RunningAttempt) -> FirstBytes:
    match attempt.experiment:
        case Experiment.CONNECT_PATH:
            return FirstBytes.CONNECT
        case Experiment.OTHER_BYTES_PATH:
            return FirstBytes.OTHER
    return said_first(attempt.endpoint.transport)


def _distance(syn: HopFacts) -> int | None:
    return next((hop.ttl for hop in syn.hops if hop.outcome == HopOutcome.OPEN), None)


@dataclass(frozen=True)
class _Test:
    """One kind of bytes at one port of one address."""

    context: ProbeContext
    attempt: RunningAttempt
    address: str
    content: FirstBytes
    distance: int

    async def open(self, options: TcpOptions = NO_TCP_OPTIONS) -> Stream:
        async with asyncio.timeout(connect_bound_s(OPEN_S)):
            stream = await self.context.net.open_tcp(self.address, self.attempt.endpoint.port, options)
        if not isinstance(stream, Traceable):
            await stream.close()
            raise CannotBeTried(NotApplicable.PROXY_WOULD_ANSWER)
        return stream

    async def probe_all(self, ttls: Iterable[int]) -> list[PathProbe]:
        probes = await asyncio.gather(*map(self.probe, ttls))
        return [probe for probe in probes if probe is not None]

    async def probe(self, ttl: int) -> PathProbe | None:
        """The bytes on a connection of their own, whose time runs out at hop `ttl`; none where it did not open."""
        async with self.context.places:
            return await self._probe(ttl)

    async def ends_alone(self) -> bool:
        """Whether the peer ends a connection on which nothing is sent."""
        async with self.context.places:
            try:
                stream = await self.open()
            except (TimeoutError, OSError):
                return False
            try:
                async with asyncio.timeout(ALONE_S):
                    return not await stream.receive()
            except TimeoutError:
                return False
            except OSError:
                return True
            finally:
                _end(stream)

    async def _probe(self, ttl: int) -> PathProbe | None:
        try:
            stream = await self.open()
        except (TimeoutError, OSError):
            return None
        clock = asyncio.get_running_loop().time
        begun, local_port = clock(), stream.tcp.local_port
        try:
            said_on = (
                stream if ttl >= self.distance or self.content is FirstBytes.CONNECT else _OneSegment(stream)
            )
            outcome = await self.say(said_on, lambda: _limit(stream, ttl))
            left = stream.tcp.unacknowledged if outcome is PathOutcome.SILENT else None
        finally:
            _end(stream)
        return PathProbe(ttl, outcome, local_port, left, clock() - begun)

    async def say(self, stream: Stream, about_to: Callable[[], None]) -> PathOutcome:
        target, endpoint = self.context.target, self.attempt.endpoint
        try:
            async with asyncio.timeout(SILENT_S):
                await say_first(self.content, stream, endpoint, target, about_to)
        except TimeoutError:
            return PathOutcome.SILENT
        except PeerClosed:
            return PathOutcome.CLOSED
        except OSError as error:
            return PathOutcome.EXPIRED if error.errno == errno.EHOSTUNREACH else PathOutcome.RESET
        return PathOutcome.ANSWERED


class _OneSegment:
    """A stream that sends one segment, the longest that the connection allows, and drops what is behind it.

    Where the system does not tell how long that is, it does not tell either where a packet's time ran out: all is sent.
    """

    def __init__(self, inner: Stream) -> None:
        self._inner = inner
        self._left = inner.tcp.mss
        self.address, self.port = inner.address, inner.port
        self.sent, self.received = inner.sent, inner.received

    async def send(self, data: bytes) -> None:
        first = data[: self._left]
        if self._left is not None:
            self._left -= len(first)
        if first:
            await self._inner.send(first)

    async def receive(self) -> bytes:
        return await self._inner.receive()

    async def close(self) -> None:
        await self._inner.close()

    @property
    def tcp(self) -> TcpState:
        return self._inner.tcp


def _limit(stream: Stream, ttl: int) -> None:
    if isinstance(stream, Traceable):
        stream.limit_hops(ttl)


def _end(stream: Stream) -> None:
    if isinstance(stream, Traceable):
        stream.abort()


async def _search(test: _Test, syn: HopFacts, distance: int) -> BytesPathFacts:
    """Between this computer, which has the bytes, and the server: several hops at a time, then both ends once more."""
    # a router without an address is one of which this system tells no error: on an open connection not even that there was one
    named = {
        hop.ttl: hop
        for hop in syn.hops
        if hop.outcome == HopOutcome.TIME_EXCEEDED and hop.responder is not None and hop.ttl < distance
    }
    telling = list(named) if named else list(range(1, distance))
    alone, probes = await asyncio.gather(
        test.ends_alone(), test.probe_all((distance, *(_spread(telling, AT_ONCE) if named else ())))
    )
    if alone:
        return BytesPathFacts(test.content, distance, tuple(probes), ends_alone=True)
    whole = [probe for probe in probes if probe.ttl == distance]
    if not whole or whole[0].outcome == PathOutcome.ANSWERED or _is_taken(whole[0]):
        return BytesPathFacts(test.content, distance, tuple(probes), distance if whole else 0)
    if not named and whole[0].outcome not in _ENDS:
        return BytesPathFacts(test.content, distance, tuple(probes), stopped=distance, supported=False)
    gap_of = _gap if named else _gap_of_ends
    if not named:
        probes += await test.probe_all(_spread(telling, AT_ONCE))
    await _narrow(test, probes, telling, lambda: gap_of(probes, distance))
    low, high = gap_of(probes, distance)
    return BytesPathFacts(
        content=test.content,
        distance=distance,
        probes=tuple(sorted(probes, key=lambda probe: probe.ttl)),
        reached=low,
        stopped=high,
        after=_address(named.get(low)),
        before=test.address if high == distance else _address(named.get(high)),
        supported=bool(named) or _are_orderly(probes, high),
    )


async def _narrow(
    test: _Test, probes: list[PathProbe], telling: list[int], gap: Callable[[], tuple[int, int]]
) -> None:
    """Add probes at the hops in the gap that can tell, until none is left; then both its ends once more."""
    while len(probes) < MAX_PROBES:
        low, high = gap()
        between = [ttl for ttl in telling if low < ttl < high]
        if not between:
            break
        probes += await test.probe_all(_spread(between, min(AT_ONCE_THEN, MAX_PROBES - len(probes))))
    again = [ttl for ttl in gap() if ttl][: max(0, MAX_PROBES - len(probes))]
    probes += await test.probe_all(again)


def _is_taken(probe: PathProbe) -> bool:
    """Whether the server's TCP acknowledged what it did not answer: nothing stopped it on the way, so there is no gap."""
    return probe.outcome == PathOutcome.SILENT and probe.unacknowledged == 0


def _are_orderly(probes: Iterable[PathProbe], high: int) -> bool:
    """Whether all that came as far as hop `high` was ended, and nothing before it: silence in between is no such order."""
    return all((p.outcome in _ENDS) == (p.ttl >= high) for p in probes)


def _gap(probes: Iterable[PathProbe], distance: int) -> tuple[int, int]:
    """The last hop that had the bytes, and the first that had not although it would have said so."""
    low = max((p.ttl for p in probes if p.outcome == PathOutcome.EXPIRED), default=0)
    return low, min((p.ttl for p in probes if p.ttl > low), default=distance)


def _gap_of_ends(probes: Iterable[PathProbe], distance: int) -> tuple[int, int]:
    """The first hop that bytes have to come to for their connection to be ended, and the last at which it was not."""
    high = min((p.ttl for p in probes if p.outcome in _ENDS), default=distance)
    return max((p.ttl for p in probes if p.ttl < high), default=0), high


def _spread(ttls: list[int], count: int) -> list[int]:
    """At most `count` of them, evenly."""
    if len(ttls) <= count:
        return ttls
    step = len(ttls) / (count + 1)
    return sorted({ttls[min(len(ttls) - 1, int(step * (number + 1)))] for number in range(count)})


def _address(hop: Hop | None) -> str | None:
    return hop.responder if hop is not None else None


def _ended_by(facts: BytesPathFacts) -> PathOutcome | None:
    """How the bytes that went all the way were ended, each time alike; none where they were not."""
    ends = {p.outcome for p in facts.probes if p.ttl == facts.distance}
    end = ends.pop() if len(ends) == 1 else None
    return PathOutcome(end) if end in _ENDS else None


# ---- who ended it
async def _compare(test: _Test, distance: int, ended: PathOutcome) -> ResetDistanceFacts:
    """With how many hops left the SYN-ACK arrives, and whether the end does with one more, and with as many."""
    opened = await _opened_ttl(test, distance)
    if opened is None:
        return ResetDistanceFacts(None, ended)
    more, *same = await asyncio.gather(*(_arrives(test, ttl) for ttl in (opened + 1, opened, opened)))
    return ResetDistanceFacts(opened, ended, nearer=more == ended, farther=ended not in (more, *same))


async def _opened_ttl(test: _Test, distance: int) -> int | None:
    """The time-to-live left in a SYN-ACK; none where it is not the same each time, or the path back is another one."""
    likely = [ttl - distance + 1 for ttl in INITIAL_TTLS if ttl - distance + 1 > 0]
    with_least = await asyncio.gather(*(_opens(test, ttl) for ttl in likely))
    without = await asyncio.gather(*(_opens(test, ttl + 1) for ttl in likely))
    found = [
        ttl
        for ttl, comes, comes_with_more in zip(likely, with_least, without, strict=True)
        if comes and not comes_with_more
    ]
    if len(found) != 1:
        return None
    again = await asyncio.gather(
        *(_opens(test, found[0]) for _ in range(SAME_TIMES - 1)), _opens(test, found[0] + 1)
    )
    return found[0] if all(again[:-1]) and not again[-1] else None


async def _opens(test: _Test, least_ttl: int) -> bool:
    try:
        async with asyncio.timeout(SILENT_S / 2):
            stream = await test.open(TcpOptions(least_ttl=least_ttl))
    except (TimeoutError, OSError):
        return False
    _end(stream)
    return True


async def _arrives(test: _Test, least_ttl: int) -> PathOutcome:
    """How the bytes are answered, as far as it comes from near enough."""
    try:
        stream = await test.open()
    except (TimeoutError, OSError):
        return PathOutcome.SILENT
    try:
        with suppress(OSError):
            return await test.say(stream, lambda: _ignore(stream, least_ttl))
        return PathOutcome.SILENT
    finally:
        _end(stream)


def _ignore(stream: Stream, least_ttl: int) -> None:
    if isinstance(stream, Traceable):
        stream.ignore_below(least_ttl)
