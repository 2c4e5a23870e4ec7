"""Where a path ends: packets with a rising time-to-live, and who answers them.

Hop 0 is this computer itself: its own policy, an ICMP error from its own address, or a refusal that came back faster than
the first router answers and for which no packet left. Connects by TCP, or RTMFP's first datagram by UDP. Who sent an ICMP
error is known on Linux only. Elsewhere a connect whose packet expired fails like one whose target cannot be reached; what a
larger time-to-live reaches tells them apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from fmsdiag.model import Failure, FailureKind, Hop, HopFacts, HopOutcome, Status, StepName
from fmsdiag.probe.attempt_recorder import RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.failure import classify
from fmsdiag.probe.quoted_packet import compare_quoted_data, parse_quoted_segment
from fmsdiag.probe.sockets.icmp import FACILITIES
from fmsdiag.probe.sockets.refusals import connect_bound_s
from fmsdiag.probe.sockets.tcp_options import TcpOptions
from fmsdiag.probe.transports.connection import resolve
from fmsdiag.protocol.rtmfp.client import RtmfpClient

MAX_HOPS = 24
HOPS_AT_ONCE = 6
HOP_TIMEOUT_S = 0.9
SILENT_HOPS = 4
ROUNDS = 3
"""Of comparing a refusal with the first router's answer."""
KNOCKS = 5
"""In each round of counting what leaves this computer."""
OWN_STACK_S = 0.00025
"""In which this computer answers itself; cable and router take longer, unless they are very good ones."""
OTHER_PORT = 33434
"""Where nothing is meant to arrive: traceroute's first port. Its packets end at the first router."""
_ENDS = (HopOutcome.OPEN, HopOutcome.REFUSED, HopOutcome.UNREACHABLE)
_Knock = Callable[[int], Awaitable[Hop]]


async def hops(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """TCP connects with time-to-live 1, 2, 3 …: who sends "time exceeded", and what ends the path."""
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    address, port = addresses[0], attempt.endpoint.port
    async with attempt.step(StepName.HOP, None, address, port) as step:
        facts = await climb_by_tcp(context, address, port)
        first = facts.hops[0]
        if first.ttl == 1 and first.outcome == HopOutcome.REFUSED and await _is_ours(context, address, port):
            facts = HopFacts(port, (Hop(0, HopOutcome.REFUSED, None, first.elapsed_s),), facts.supported)
        step.facts = facts
    return Status.CONNECTED


async def climb_by_tcp(context: ProbeContext, address: str, port: int) -> HopFacts:
    """Where the path of a SYN to `port` ends, and who says so on the way."""
    # where refusals are waited for as long as that, the system itself has sent a lost SYN again
    again = connect_bound_s(HOP_TIMEOUT_S) == HOP_TIMEOUT_S
    return await _climb(port, lambda ttl: _connect(context, address, port, ttl), again=again)


async def udp_hops(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """RTMFP's IHello in the same way; an answer of any kind from the server's port is "open"."""
    addresses = await resolve(attempt, context.net, context.names, with_dns=False)
    address, port = addresses[0], attempt.endpoint.port
    async with attempt.step(StepName.HOP, None, address, port) as step:
        facts = await _climb(port, lambda ttl: _greet(context, address, port, ttl))
        if not FACILITIES.error_queue and all(hop.outcome == HopOutcome.SILENT for hop in facts.hops):
            # datagrams that expire raise nothing there: silence is no end of the path
            facts = msgspec.structs.replace(facts, supported=False)
        step.facts = facts
    return Status.CONNECTED


async def _climb(port: int, knock: _Knock, *, again: bool = False) -> HopFacts:
    """Groups of time-to-lives until something ends the path, or nothing is to be expected any more.

    `again`: knock a second time where one of the nearest hops is silent.
    """
    found: list[Hop] = []
    for first in range(1, MAX_HOPS + 1, HOPS_AT_ONCE):
        group = await asyncio.gather(*(knock(ttl) for ttl in range(first, first + HOPS_AT_ONCE)))
        if again and first == 1:  # a lost packet is no end of the path
            group = await asyncio.gather(*(_unless_silent(hop, knock) for hop in group))
        for hop in group:
            found.append(hop)
            if _is_end(hop):
                break
        if _is_end(found[-1]) or _fell_silent(found):
            break
    found = _told_apart(found)
    supported = (
        any(h.responder for h in found) or found[-1].outcome != HopOutcome.UNREACHABLE or found[-1].ttl == 0
    )
    return HopFacts(port, tuple(found), supported)


def _is_end(hop: Hop) -> bool:
    return hop.outcome in _ENDS and not _is_unnamed(hop)


def _is_unnamed(hop: Hop) -> bool:
    """Whether a packet expired, or something cannot be reached: without the ICMP error both look the same."""
    return hop.outcome == HopOutcome.UNREACHABLE and hop.responder is None and hop.ttl > 0


def _told_apart(found: list[Hop]) -> list[Hop]:
    """What lies before a hop that was reached expired. If nothing was, the first failure is all that is known."""
    last = found[-1]
    if _is_unnamed(last):
        return found[: next(n for n, hop in enumerate(found, 1) if _is_unnamed(hop))]
    return [
        msgspec.structs.replace(hop, outcome=HopOutcome.TIME_EXCEEDED) if _is_unnamed(hop) else hop
        for hop in found
    ]


async def _unless_silent(hop: Hop, knock: _Knock) -> Hop:
    """The hop as it was, or as it answers the second time."""
    return await knock(hop.ttl) if hop.outcome == HopOutcome.SILENT else hop


def _fell_silent(hops: list[Hop]) -> bool:
    """Whether nothing is to be expected behind: single hops are often silent, four in a row are an end."""
    return len(hops) >= SILENT_HOPS and all(h.outcome == HopOutcome.SILENT for h in hops[-SILENT_HOPS:])


async def _connect(context: ProbeContext, address: str, port: int, ttl: int) -> Hop:
    begun = asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(connect_bound_s(HOP_TIMEOUT_S)):
            stream = await context.net.open_tcp(address, port, TcpOptions(ttl=ttl))
        with suppress(OSError):
            await stream.close()
    except (TimeoutError, OSError) as error:
        elapsed_s = asyncio.get_running_loop().time() - begun
        hop = _failed(context, address, ttl, classify(error), elapsed_s)
        quoted = getattr(error, "quoted", b"") if hop.outcome == HopOutcome.TIME_EXCEEDED else b""
        return msgspec.structs.replace(hop, quoted=parse_quoted_segment(quoted))
    return Hop(ttl, HopOutcome.OPEN, address, asyncio.get_running_loop().time() - begun)


async def _greet(context: ProbeContext, address: str, port: int, ttl: int) -> Hop:
    """IHello twice: a router that answers only so often, or a lost datagram, is no end of the path."""
    host = f"[{address}]" if ":" in address else address
    client = RtmfpClient(f"rtmfp://{host}:{port}/", now_s=0.0)
    client.start()
    hello = client.take_datagrams()[0][0]
    begun = asyncio.get_running_loop().time()
    try:
        datagrams = await context.net.open_udp(address, port)
        try:
            datagrams.limit_hops(ttl)
            for _ in range(2):
                await datagrams.send(hello)
                with suppress(TimeoutError):
                    async with asyncio.timeout(HOP_TIMEOUT_S / 2):
                        await datagrams.receive()
                        return Hop(ttl, HopOutcome.OPEN, address, asyncio.get_running_loop().time() - begun)
            raise TimeoutError
        finally:
            datagrams.close()
    except (TimeoutError, OSError) as error:
        elapsed_s = asyncio.get_running_loop().time() - begun
        hop = _failed(context, address, ttl, classify(error), elapsed_s)
        quoted = getattr(error, "quoted", b"") if hop.outcome == HopOutcome.TIME_EXCEEDED else b""
        return msgspec.structs.replace(hop, quoted_data=compare_quoted_data(quoted, hello))


def _failed(context: ProbeContext, address: str, ttl: int, failure: Failure, elapsed_s: float) -> Hop:
    icmp = failure.icmp
    # this computer's own word that nobody on its link has the address is no router's answer
    responder = icmp.sender if icmp is not None and icmp.missing is None else None
    if failure.kind is FailureKind.NOT_PERMITTED:
        return Hop(0, HopOutcome.UNREACHABLE, None, elapsed_s)
    if (
        icmp is not None
        and (icmp.is_port_unreachable or icmp.is_prohibited)
        and responder == context.computer.own_address(address)
    ):
        return Hop(0, HopOutcome.REFUSED, responder, elapsed_s)
    if icmp is not None and icmp.type == (3 if ":" in address else 11):  # time exceeded, in ICMPv6 and ICMP
        return Hop(ttl, HopOutcome.TIME_EXCEEDED, responder, elapsed_s)
    if failure.kind in (FailureKind.REFUSED, FailureKind.RESET):
        return Hop(ttl, HopOutcome.REFUSED, responder, elapsed_s)
    if failure.kind is FailureKind.TIMED_OUT:
        return Hop(ttl, HopOutcome.SILENT, responder, elapsed_s)
    return Hop(ttl, HopOutcome.UNREACHABLE, responder, elapsed_s)


async def _is_ours(context: ProbeContext, address: str, port: int) -> bool:
    """Whether refusals come back before a router could have sent them: far sooner than it answers, or almost at once.

    Where a near router answers as fast as a busy computer refuses, what leaves by the network cards decides, if they count at
    once: they do where they count what is sent to expire at that router.
    """
    refusals: list[float] = []
    answers: list[float] = []
    for _ in range(ROUNDS):
        refused = await _connect(context, address, port, 1)
        answer = await _connect(context, address, OTHER_PORT, 1)
        expired = answer.outcome == HopOutcome.TIME_EXCEEDED or _is_unnamed(answer)
        if refused.outcome != HopOutcome.REFUSED or not expired:
            return False
        refusals.append(refused.elapsed_s or 0.0)
        answers.append(answer.elapsed_s or 0.0)
    if min(refusals) > 2 * max(answers):
        return False  # from farther away
    sent = context.computer.packets_sent
    if await left_by_card(lambda: _connect(context, address, port, 1), sent):
        return False
    if min(refusals) < max(min(answers) / 2, OWN_STACK_S):
        return True
    return await left_by_card(lambda: _connect(context, address, OTHER_PORT, 1), sent)


async def left_by_card(knock: Callable[[], Awaitable[object]], count: Callable[[], int | None]) -> bool:
    """Whether each knock sends a packet out, as far as the network cards count: a very near router refuses as fast as we do.

    What others send meanwhile counts as well, so it must be so every time; and cards that count late say no.
    """
    for _ in range(ROUNDS):
        before = count()
        for _ in range(KNOCKS):
            await knock()
        after = count()
        if before is None or after is None or after - before < KNOCKS:
            return False
    return True
