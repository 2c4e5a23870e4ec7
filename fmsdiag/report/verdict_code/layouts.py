"""The attempts in a code: 33 bits, laid out in the way that holds most of a run.

    PLAN     what the plan tries and then the usual checks: 8 outcomes
    PROXIED  what the plan tries, the same through the proxy, then the checks: 8 outcomes
    ADDRESS  one address with its port (transport 4 bits, port 16), then the checks: 3 outcomes
    SET      of nine usual ways to a server those that were tried (9 bits): 6 outcomes
    LIST     three attempts at any (endpoint 7 bits, outcome 4)

An outcome has four bits; fields stand one behind the other, the first in the highest bits. What does not fit is left
out, the checks before the plan's own attempts, and the code says that there were more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from fmsdiag.model import Attempt, FailureKind, Purpose, Report, Status, StepName, Transport
from fmsdiag.report.verdict_code.numbers import (
    CHECKS,
    ENDPOINTS,
    PLAN_ORDERS,
    SET_SIZE,
    TRANSPORTS,
    CodedOutcome,
    Where,
)

BITS = 33
MOST = 8
"""Attempts in a code."""
_OUTCOME_BITS, _TRANSPORT_BITS, _PORT_BITS, _ENDPOINT_BITS = 4, 4, 16, 7
_IN_ADDRESS, _IN_SET, _IN_LIST = 3, 6, 3


class Layout(IntEnum):
    """How the attempts are laid out; numbers that are missing here are of a newer version."""

    PLAN = 0
    PROXIED = 1
    ADDRESS = 2
    SET = 3
    LIST = 4


class Way(NamedTuple):
    """Where an attempt goes. No port: one that the code does not tell."""

    transport: Transport
    port: int | None
    proxied: bool = False


@dataclass(frozen=True)
class CodedAttempt:
    """One attempt as a code tells it. No way: one that only a newer version knows."""

    way: Way | None
    outcome: CodedOutcome


@dataclass(frozen=True)
class _Tried:
    """An attempt of the plan, as far as a code can hold it. No way: one at an address of its own."""

    way: Way | None
    outcome: CodedOutcome
    is_fallback: bool


@dataclass(frozen=True)
class _Packed:
    layout: Layout
    bits: int
    held: frozenset[int]
    """Which of the attempts are in it, by their places."""


class PackedAttempts(NamedTuple):
    """The attempts of a report in 33 bits."""

    layout: Layout
    bits: int
    has_more: bool
    """Whether something was tried that is not in them."""


_SILENT_PORT = (StepName.ROUTE, StepName.UDP, StepName.TCP)
_OUTCOMES = {
    FailureKind.TIMED_OUT: CodedOutcome.SILENT,
    FailureKind.REFUSED: CodedOutcome.REFUSED,
    FailureKind.RESET: CodedOutcome.RESET,
    FailureKind.CLOSED: CodedOutcome.CLOSED,
    FailureKind.UNREACHABLE: CodedOutcome.UNREACHABLE,
    FailureKind.NO_ROUTE: CodedOutcome.UNREACHABLE,
    FailureKind.NOT_PERMITTED: CodedOutcome.NOT_PERMITTED,
    FailureKind.NAME_NOT_FOUND: CodedOutcome.NO_NAME,
    FailureKind.NO_DATA: CodedOutcome.NO_NAME,
    FailureKind.SERVER_FAILURE: CodedOutcome.NO_NAME,
    FailureKind.RESOLVER_SILENT: CodedOutcome.NO_NAME,
    FailureKind.RESOLVER_TRUNCATED: CodedOutcome.NO_NAME,
    FailureKind.RESOLVER_CLOSED: CodedOutcome.NO_NAME,
    FailureKind.TLS_ALERT: CodedOutcome.NO_TLS,
    FailureKind.UNEXPECTED_REPLY: CodedOutcome.UNEXPECTED,
    FailureKind.REJECTED: CodedOutcome.REJECTED,
    FailureKind.PROXY_UNREACHED: CodedOutcome.UNREACHABLE,
    FailureKind.PROXY_REFUSED: CodedOutcome.PROXY,
    FailureKind.PROXY_AUTH_REQUIRED: CodedOutcome.PROXY,
    FailureKind.STALLED: CodedOutcome.SILENT,
}
_BY_STATUS = {Status.CONNECTED: CodedOutcome.CONNECTED, Status.REJECTED: CodedOutcome.REJECTED}


def outcome_of(attempt: Attempt) -> CodedOutcome:
    """How an attempt ended; never NONE."""
    if attempt.status is not Status.FAILED:
        return _BY_STATUS.get(attempt.status, CodedOutcome.NOT_MADE)
    ended = attempt.failed_step
    failure = ended.told_failure if ended is not None else None
    if ended is None or failure is None:
        return CodedOutcome.OTHER
    if failure.kind.is_about_certificate:
        return CodedOutcome.NO_TLS
    if failure.kind is FailureKind.TIMED_OUT and ended.step in _SILENT_PORT:
        return CodedOutcome.NO_ANSWER
    return _OUTCOMES.get(failure.kind, CodedOutcome.OTHER)


# ---- from a report
def pack_attempts(report: Report, plan: int) -> PackedAttempts:
    """The attempts of the plan and its checks in the layout that holds most; of two, the one that is simpler."""
    tried = _tried(report)
    packed = [
        each
        for pack in (_pack_plan, _pack_proxied, _pack_address, _pack_set, _pack_list)
        if (each := pack(tried, plan)) is not None
    ]

    def worth(each: _Packed) -> tuple[int, int]:
        made = [n for n in each.held if tried[n].outcome is not CodedOutcome.NOT_MADE]
        return sum(tried[n].is_fallback for n in made), len(made)

    best = max(packed, key=worth)
    left_out = (t for n, t in enumerate(tried) if n not in best.held)
    has_more = any(t.outcome is not CodedOutcome.NOT_MADE for t in left_out)
    return PackedAttempts(best.layout, best.bits, has_more)


def _tried(report: Report) -> list[_Tried]:
    """What a player would have tried and what was checked beside it, in the order of the run."""
    purposes = (Purpose.FALLBACK, Purpose.CHECK)
    made = sorted((a for a in report.attempts if a.purpose in purposes), key=lambda a: a.id)
    return [_tried_in(attempt) for attempt in made]


def _tried_in(attempt: Attempt) -> _Tried:
    endpoint, is_fallback = attempt.endpoint, attempt.purpose is Purpose.FALLBACK
    way = Way(endpoint.transport, endpoint.port, endpoint.proxy is not None)
    is_told = endpoint.address is None and 0 <= endpoint.port < 1 << _PORT_BITS
    return _Tried(way if is_told else None, outcome_of(attempt), is_fallback)


def _in_slots(tried: Sequence[_Tried], slots: Sequence[Way]) -> tuple[int, frozenset[int]]:
    """An outcome for each slot, and the attempts that are held so. Of two attempts at one place the first counts."""
    bits, held = 0, set()
    for slot in slots:
        place = next((n for n, each in enumerate(tried) if each.way == slot), None)
        if place is not None:
            held.add(place)
        bits = bits << _OUTCOME_BITS | (CodedOutcome.NONE if place is None else tried[place].outcome)
    return bits, frozenset(held)


def _pack_plan(tried: Sequence[_Tried], plan: int) -> _Packed:
    bits, held = _in_slots(tried, slots := _plan_slots(plan))
    return _Packed(Layout.PLAN, bits << _OUTCOME_BITS * (MOST - len(slots)), held)


def _pack_proxied(tried: Sequence[_Tried], plan: int) -> _Packed:
    bits, held = _in_slots(tried, slots := _proxied_slots(plan))
    return _Packed(Layout.PROXIED, bits << _OUTCOME_BITS * (MOST - len(slots)), held)


def _pack_address(tried: Sequence[_Tried], plan: int) -> _Packed | None:
    first = next((t.way for t in tried if t.is_fallback and t.way is not None and not t.way.proxied), None)
    number = next((n for n, transport in TRANSPORTS.items() if first and transport is first.transport), None)
    if first is None or first.port is None or number is None:
        return None
    bits, held = _in_slots(tried, slots := _address_slots(first))
    outcomes = bits << _OUTCOME_BITS * (_IN_ADDRESS - len(slots))
    start = number << _PORT_BITS | first.port
    return _Packed(Layout.ADDRESS, start << _OUTCOME_BITS * _IN_ADDRESS | outcomes, held)


def _pack_set(tried: Sequence[_Tried], plan: int) -> _Packed:
    usual = [Way(*ENDPOINTS[number]) for number in range(1, SET_SIZE + 1)]
    places = {way: n for n, each in reversed(list(enumerate(tried))) if (way := each.way) in usual}
    kept = set(sorted(places.values())[:_IN_SET])
    slots = [way for way in usual if way in places and places[way] in kept]
    mask = sum(1 << SET_SIZE - 1 - n for n, way in enumerate(usual) if way in slots)
    bits, held = _in_slots(tried, slots)
    outcomes = bits << _OUTCOME_BITS * (_IN_SET - len(slots))
    return _Packed(Layout.SET, mask << _OUTCOME_BITS * _IN_SET | outcomes, held)


def _pack_list(tried: Sequence[_Tried], plan: int) -> _Packed:
    direct = [n for n, each in enumerate(tried) if each.way is not None and not each.way.proxied]
    bits, size = 0, _ENDPOINT_BITS + _OUTCOME_BITS
    for n in direct[:_IN_LIST]:
        bits = bits << size | _endpoint_number(tried[n].way) << _OUTCOME_BITS | tried[n].outcome
    kept = direct[:_IN_LIST]
    return _Packed(Layout.LIST, bits << size * (_IN_LIST - len(kept)), frozenset(kept))


def _endpoint_number(way: Way | None) -> int:
    """That of the transport and port, else that of the transport with a port that is not told."""
    if way is None:
        return 0
    numbers = {where: number for number, where in ENDPOINTS.items()}
    return numbers.get((way.transport, way.port), numbers.get((way.transport, None), 0))


# ---- into attempts again
def unpack_attempts(layout: int, bits: int, plan: int) -> tuple[CodedAttempt, ...] | None:
    """What the 33 bits tell; none where that takes a newer version."""
    unpack = _UNPACK.get(layout)
    return tuple(unpack(bits, plan)) if unpack is not None else None


def _fields(bits: int, sizes: Sequence[int]) -> list[int]:
    """The fields of those sizes, the first from the highest bits."""
    found, left = [], sum(sizes)
    for size in sizes:
        left -= size
        found.append(bits >> left & (1 << size) - 1)
    return found


def _of_slots(outcomes: Sequence[int], slots: Sequence[Way]) -> Iterator[CodedAttempt]:
    """Outcomes behind the last slot that this version knows are told without their ways."""
    for n, outcome in enumerate(outcomes):
        if outcome != CodedOutcome.NONE:
            yield CodedAttempt(slots[n] if n < len(slots) else None, CodedOutcome(outcome))


def _unpack_plan(bits: int, plan: int) -> Iterator[CodedAttempt]:
    return _of_slots(_fields(bits, (_OUTCOME_BITS,) * MOST), _plan_slots(plan))


def _unpack_proxied(bits: int, plan: int) -> Iterator[CodedAttempt]:
    return _of_slots(_fields(bits, (_OUTCOME_BITS,) * MOST), _proxied_slots(plan))


def _unpack_address(bits: int, plan: int) -> Iterator[CodedAttempt]:
    sizes = (_TRANSPORT_BITS, _PORT_BITS, *(_OUTCOME_BITS,) * _IN_ADDRESS)
    number, port, *outcomes = _fields(bits, sizes)
    transport = TRANSPORTS.get(number)
    return _of_slots(outcomes, _address_slots(Way(transport, port)) if transport is not None else [])


def _unpack_set(bits: int, plan: int) -> Iterator[CodedAttempt]:
    mask, *outcomes = _fields(bits, (SET_SIZE, *(_OUTCOME_BITS,) * _IN_SET))
    tried = [n for n in range(1, SET_SIZE + 1) if mask >> SET_SIZE - n & 1]
    return _of_slots(outcomes, [Way(*ENDPOINTS[n]) for n in tried])


def _unpack_list(bits: int, plan: int) -> Iterator[CodedAttempt]:
    fields = _fields(bits, (_ENDPOINT_BITS, _OUTCOME_BITS) * _IN_LIST)
    for number, outcome in zip(fields[::2], fields[1::2], strict=True):
        where = ENDPOINTS.get(number)
        if outcome != CodedOutcome.NONE:
            yield CodedAttempt(Way(*where) if where is not None else None, CodedOutcome(outcome))


_UNPACK: dict[int, Callable[[int, int], Iterator[CodedAttempt]]] = {
    Layout.PLAN: _unpack_plan,
    Layout.PROXIED: _unpack_proxied,
    Layout.ADDRESS: _unpack_address,
    Layout.SET: _unpack_set,
    Layout.LIST: _unpack_list,
}


# ---- which attempts the slots stand for
def _ways(*orders: Sequence[Where]) -> list[Way]:
    return [Way(*where) for where in dict.fromkeys(where for order in orders for where in order)]


def _plan_slots(plan: int) -> list[Way]:
    order = PLAN_ORDERS.get(plan)
    return _ways(order, CHECKS)[:MOST] if order is not None else []


def _proxied_slots(plan: int) -> list[Way]:
    order = PLAN_ORDERS.get(plan)
    if order is None:
        return []
    through = [way._replace(proxied=True) for way in _ways(order)]
    checks = [way for way in _ways(CHECKS) if (way.transport, way.port) not in order]
    return [*_ways(order), *through, *checks][:MOST]


def _address_slots(first: Way) -> list[Way]:
    return [first, *(way for way in _ways(CHECKS) if way != first)][:_IN_ADDRESS]
