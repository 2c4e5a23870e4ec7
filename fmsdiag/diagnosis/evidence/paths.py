"""Where path tests end, and whether that is on our side of the internet. Pure functions over hops."""

from __future__ import annotations

from collections.abc import Callable

from fmsdiag.hops import arrived, at_its_distance
from fmsdiag.model import Hop, HopOutcome


def path_end(hops: tuple[Hop, ...]) -> Hop | None:
    """The last hop of a path test that gave any sign, at its own distance."""
    end = next((h for h in reversed(hops) if h.outcome != HopOutcome.SILENT), None)
    return at_its_distance(end, hops) if end is not None else None


def loop_of(hops: tuple[Hop, ...]) -> tuple[str, str] | None:
    """Two routers that send what they get to each other, by their addresses; none where no path shows that.

    Each answers at several distances, with the other between them, and more than once: a path that has just changed may
    show a router twice.
    """
    answers = [hop for hop in hops if hop.outcome == HopOutcome.TIME_EXCEEDED and hop.responder is not None]
    for before, first, second, third in zip(answers, answers[1:], answers[2:], answers[3:], strict=False):
        pair = (before.responder, first.responder)
        consecutive = third.ttl - before.ttl == 3
        if consecutive and pair[0] != pair[1] and pair == (second.responder, third.responder):
            return str(pair[0]), str(pair[1])
    return None


def nearer_to_us(last: Hop | None, distance: int, on_local_side: Callable[[str | None], bool]) -> bool:
    """Whether the last router that passed something on stands nearer to us than to what is `distance` hops away.

    Of routers without an address of our side only the first is ours for sure: a provider's may be the next one already,
    behind one that does not answer. It is none that stands next to what is that far away.
    """
    if last is None or last.ttl == 0 or on_local_side(last.responder):
        return True
    return last.ttl == 1 < distance


def last_router(hops: tuple[Hop, ...]) -> Hop | None:
    """The last router of a path test that answered for itself, before someone else ended the path."""
    return next((h for h in reversed(hops) if h.outcome == HopOutcome.TIME_EXCEEDED), None)


def parts_locally(
    dead: tuple[Hop, ...], other: tuple[Hop, ...], on_local_side: Callable[[str | None], bool]
) -> Hop | None:
    """The last router on our side that lets nothing through to the server, though the next one answers to another host.

    `dead` is the path to the server, `other` that to a host which is reached. Behind our own router the ways of two hosts
    may part, but the next router would answer for both.
    """
    end = path_end(dead)
    if (
        end is None
        or end.outcome != HopOutcome.TIME_EXCEEDED
        or not on_local_side(end.responder)
        or arrived(other) is None
    ):
        return None
    beyond = [h for h in other if h.ttl == end.ttl + 1 and h.outcome == HopOutcome.TIME_EXCEEDED]
    silent = [h for h in dead if h.ttl > end.ttl]
    return end if beyond and len(silent) > 1 else None


def ends_locally(
    dead: tuple[Hop, ...], passing: tuple[Hop, ...], on_local_side: Callable[[str | None], bool]
) -> Hop | None:
    """The last sign on the path to a dead port, if that path ends on our side of the internet; else none.

    `passing` is the path to a port of the same address that opens. Silence at a hop means something only where the
    passing path got an answer from that hop, for many routers never answer. What ends nearer to the server than to us
    is the server's side's own doing. Hop 0 stands for a path that ends before its first router.
    """
    distance = arrived(passing)
    end = path_end(dead) or Hop(0, HopOutcome.SILENT)
    if not dead or distance is None or end.outcome == HopOutcome.OPEN or end.ttl >= distance:
        return None
    if end.outcome == HopOutcome.TIME_EXCEEDED or end.ttl == 0:
        answering = {h.ttl for h in passing if h.outcome == HopOutcome.TIME_EXCEEDED}
        if not any(h.ttl in answering for h in dead if h.ttl > end.ttl):
            return None
        last: Hop | None = end
    elif end.responder is not None:
        last = end  # an ICMP error: its sender is who stops the path
    else:  # a reset bears the server's address; who sent it stands behind the last router that answered
        last = last_router(dead)
    return end if nearer_to_us(last, distance, on_local_side) else None
