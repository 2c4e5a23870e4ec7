"""Comments at the packets on which findings rest: "port-blocked: no answer to this SYN"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Attempt,
    FailureKind,
    Observation,
    RecordedConversation,
    Report,
    StepName,
    TcpFacts,
    TrafficEvent,
)
from fmsdiag.report.packets.packets import Packet


class EvidenceTexts(Table, of="packets.evidence"):
    """At the packets of a finding's evidence. {cause} is a cause as reports name it, such as port-blocked."""

    NO_ANSWER_TO_SYN = text("{cause:name}: no answer to this SYN within {elapsed:duration}")
    REFUSED = text("{cause:name}: the connection is refused here")
    RESET = text("{cause:name}: the connection is reset here")
    CLOSED = text("{cause:name}: the connection is closed here, without an answer")
    UNREACHABLE = text("{cause:name}: reported unreachable here")
    NOTHING_FOLLOWED = text("{cause:name}: no answer to this within {elapsed:duration}")
    STALLED = text("{cause:name}: the answer stopped after this")
    UNEXPECTED = text("{cause:name}: this is not the reply that was expected")
    REJECTED = text("{cause:name}: the server's rejection")
    FAILED = text("{cause:name}: what the finding rests on failed here")
    WORKED = text("{cause:name}: for comparison, this worked")
    MEASURED = text("{cause:name}: part of the measurement that the finding rests on")


SLACK_S = 0.05
"""A step's times are read a little before and after those of its packets."""
_TEXTS: Mapping[FailureKind, Text] = {
    FailureKind.REFUSED: EvidenceTexts.REFUSED,
    FailureKind.RESET: EvidenceTexts.RESET,
    FailureKind.CLOSED: EvidenceTexts.CLOSED,
    FailureKind.UNREACHABLE: EvidenceTexts.UNREACHABLE,
    FailureKind.TIMED_OUT: EvidenceTexts.NOTHING_FOLLOWED,
    FailureKind.STALLED: EvidenceTexts.STALLED,
    FailureKind.UNEXPECTED_REPLY: EvidenceTexts.UNEXPECTED,
    FailureKind.REJECTED: EvidenceTexts.REJECTED,
}
_MEASURING = frozenset(
    {
        StepName.SERIES,
        StepName.IDLE,
        StepName.UPLOAD,
        StepName.HOP,
        StepName.FLOWS,
        StepName.BYTES_PATH,
        StepName.RESET_DISTANCE,
    }
)
"""Without a failure of their own, these say only that they were made; what they found is in their facts."""
_BY_PEER = frozenset({TrafficEvent.RECEIVED, TrafficEvent.PEER_ENDED, TrafficEvent.PEER_RESET})
_SHOWN_BY_PEER = frozenset(
    {
        FailureKind.RESET,
        FailureKind.CLOSED,
        FailureKind.STALLED,
        FailureKind.UNEXPECTED_REPLY,
        FailureKind.REJECTED,
    }
)


class Written(NamedTuple):
    """A conversation and its packets, in the order of their times."""

    conversation: RecordedConversation
    packets: Sequence[Packet]


def comment_evidence(report: Report, written: Sequence[Written]) -> None:
    """Add a comment to the packet that shows each observation on which a finding of `report` rests."""
    attempts = {o.id: (attempt, o) for attempt in report.attempts for o in attempt.observations}
    for cause, observation_id in _evidence(report):
        if observation_id not in attempts:
            continue
        attempt, observation = attempts[observation_id]
        packet = _packet_of(attempt, observation, written)
        if packet is not None:
            comment = _comment(cause, observation)
            if comment not in packet.comments:
                packet.comments.append(comment)


def _evidence(report: Report) -> Iterator[tuple[str, str]]:
    """(cause, id of an observation), each pair once."""
    pairs = (
        (str(finding.cause), line.observation)
        for finding in report.findings
        for line in (*finding.evidence, *finding.counter_evidence)
        if line.observation
    )
    yield from dict.fromkeys(pairs)


def _packet_of(attempt: Attempt, seen: Observation, written: Sequence[Written]) -> Packet | None:
    """The last packet of the step; of a failed connect without an answer that is its SYN."""
    ports = {o.facts.local_port for o in attempt.observations if isinstance(o.facts, TcpFacts)}
    found: list[tuple[bool, bool, float, Packet]] = []
    for conversation, packets in written:
        if (conversation.peer_address, conversation.peer_port) != (seen.address, seen.port):
            continue
        until = [p for p in packets if p.at_s <= seen.ended_s + SLACK_S]
        if not until or until[-1].at_s < seen.started_s - SLACK_S:
            continue
        packet = _telling(seen, until)
        # attempts at one port overlap in time; a connection that is made within a step has no observation of its own
        is_own = conversation.port in ports and packets[0].at_s <= seen.started_s + SLACK_S
        begins_in_it = seen.started_s - SLACK_S <= packets[0].at_s
        if seen.step is not StepName.TCP or begins_in_it:
            # the attempt's own first: the next attempt may begin while the slack lasts
            found.append((is_own, begins_in_it, packet.at_s, packet))
    best = max(found, key=lambda each: each[:3], default=None)
    return best[-1] if best is not None else None


def _telling(seen: Observation, packets: Sequence[Packet]) -> Packet:
    failure = seen.failure
    if failure is None and seen.step is StepName.TCP:
        return next((p for p in packets if p.event is TrafficEvent.OPENED), packets[-1])
    if failure is not None and failure.kind in _SHOWN_BY_PEER:
        return next((p for p in reversed(packets) if p.event in _BY_PEER), packets[-1])
    own_end = (TrafficEvent.ENDED, TrafficEvent.RESET)
    return next((p for p in reversed(packets) if p.event not in own_end), packets[-1])


def _comment(cause: str, seen: Observation) -> str:
    failure = seen.failure
    if failure is None:
        measured = seen.step in _MEASURING
        return say(EvidenceTexts.MEASURED if measured else EvidenceTexts.WORKED, cause=cause)
    if failure.kind is FailureKind.TIMED_OUT and seen.step is StepName.TCP:
        return say(EvidenceTexts.NO_ANSWER_TO_SYN, cause=cause, elapsed=seen.elapsed_s)
    said = _TEXTS.get(failure.kind, EvidenceTexts.FAILED)
    if said is EvidenceTexts.NOTHING_FOLLOWED:
        return say(said, cause=cause, elapsed=seen.elapsed_s)
    return say(said, cause=cause)
