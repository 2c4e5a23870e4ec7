"""Repeats from other local ports and the paths of first bytes, in words: outcomes and rows of details."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from fmsdiag.hops import ended_at_full_distance, taken_unanswered
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import (
    BytesPathFacts,
    FirstBytes,
    FlowFacts,
    FlowOutcome,
    FlowTry,
    PathOutcome,
    ResetDistanceFacts,
)
from fmsdiag.report.path_texts import PathLabels, PathOutcomes, PathValues

PathRow: TypeAlias = tuple[Text, str | Iterable[str] | None]

OUTCOME_CODES: Mapping[str, Text] = {
    FlowOutcome.OPENED: PathOutcomes.OPENED,
    FlowOutcome.ANSWERED: PathOutcomes.ANSWERED,
    PathOutcome.EXPIRED: PathOutcomes.EXPIRED,
    PathOutcome.CLOSED: PathOutcomes.CLOSED,
}
"""The codes of these steps that no other step has."""
_CONTENTS: Mapping[str, Text] = {
    FirstBytes.NOTHING: PathValues.NOTHING,
    FirstBytes.RTMP: PathValues.RTMP,
    FirstBytes.CONNECT: PathValues.CONNECT,
    FirstBytes.TLS: PathValues.TLS,
    FirstBytes.RTMPT: PathValues.RTMPT,
    FirstBytes.OTHER: PathValues.OTHER,
}


def describe_flows(facts: FlowFacts) -> str:
    """ "5 of 8 got an answer to the first RTMP message"; where the others were only waited for, how long that was.

    A slow server may need more.
    """
    tried, works, limit = len(facts.tries), sum(one.works for one in facts.tries), facts.waited_s
    if limit is not None:
        if not works:
            return say(PathOutcomes.NO_FLOW_IN_TIME, tried=tried, limit=limit)
        return say(PathOutcomes.FLOWS_IN_TIME, works=works, tried=tried, limit=limit)
    if tried and not any(one.opened or one.works for one in facts.tries):
        return say(PathOutcomes.NONE_OPENED, tried=tried)
    if facts.content == FirstBytes.NOTHING:
        return say(PathOutcomes.FLOWS_OPENED, works=works, tried=tried)
    return say(PathOutcomes.FLOWS, works=works, tried=tried, sent=_content(facts.content))


def describe_bytes_path(facts: BytesPathFacts) -> str:
    """ "reached hop 1 (192.0.2.1), but not hop 2 (198.51.100.1)"."""
    if facts.ends_alone:
        return say(PathOutcomes.ENDS_ALONE)
    if taken_unanswered(facts):
        return say(PathOutcomes.UNANSWERED)
    if facts.stopped is None:
        return say(PathOutcomes.ALL_THE_WAY)
    if not facts.supported:
        return say(PathOutcomes.UNSUPPORTED)
    if ended_at_full_distance(facts):
        return say(PathOutcomes.ENDED, after=_hop(facts.reached, facts.after))
    return say(
        PathOutcomes.STOPPED,
        after=_hop(facts.reached, facts.after),
        before=_hop(facts.stopped, facts.before),
    )


def describe_distance(facts: ResetDistanceFacts) -> str:
    """ "the connection was ended from closer than the server"."""
    if facts.opened_ttl is None:
        return say(PathOutcomes.DISTANCE_UNKNOWN)
    if facts.nearer:
        return say(PathOutcomes.NEARER)
    return say(PathOutcomes.FARTHER if facts.farther else PathOutcomes.SAME_DISTANCE)


def flow_rows(facts: FlowFacts, word: Callable[[str], str]) -> list[PathRow]:
    """The ports that worked and those that did not; `word` says how a try ended, by its code."""
    return [
        (PathLabels.SENT_FIRST, _content(facts.content)),
        (PathLabels.WORKED, _ports(one for one in facts.tries if one.works)),
        (PathLabels.FAILED, [_tried(one, word) for one in facts.tries if not one.works]),
        (PathLabels.AGAIN, [_tried(one, word) for one in facts.again]),
    ]


def bytes_path_rows(facts: BytesPathFacts, word: Callable[[str], str]) -> list[PathRow]:
    """How far the bytes came, and each try."""
    stopped = facts.stopped if not taken_unanswered(facts) else None
    return [
        (PathLabels.SENT_FIRST, _content(facts.content)),
        (PathLabels.DISTANCE, say(PathValues.HOPS, count=facts.distance)),
        (PathLabels.LAST_REACHED, _hop(facts.reached, facts.after) if stopped is not None else None),
        (
            PathLabels.FIRST_MISSED,
            _hop(stopped, facts.before)
            if stopped is not None and not ended_at_full_distance(facts)
            else None,
        ),
        (
            PathLabels.PROBES,
            [say(PathValues.PROBE, number=p.ttl, outcome=word(p.outcome)) for p in facts.probes],
        ),
    ]


def distance_rows(facts: ResetDistanceFacts, word: Callable[[str], str]) -> list[PathRow]:
    """With how many hops left what came arrived."""
    left = str(facts.opened_ttl) if facts.opened_ttl is not None else None
    return [(PathLabels.TTL_OF_SYN_ACK, left), (PathLabels.ENDED_BY, word(facts.end))]


def _ports(tries: Iterable[FlowTry]) -> str:
    return ", ".join(str(one.local_port) for one in tries)


def _tried(one: FlowTry, word: Callable[[str], str]) -> str:
    return say(PathValues.PORT_TRIED, port=one.local_port, outcome=word(one.outcome), elapsed=one.elapsed_s)


def _content(code: str) -> str:
    known = _CONTENTS.get(code)
    return say(known) if known is not None else one_line(code, 40)


def _hop(number: int, address: str | None) -> str:
    if not number:
        return say(PathValues.THIS_COMPUTER)
    if not address:
        return say(PathValues.HOP, number=number)
    return say(PathValues.HOP_AT, number=number, address=one_line(address, 60))
