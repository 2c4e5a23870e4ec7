"""The comment of a finding is at the packet that shows its observation, and at no other connection's."""

import msgspec
import pytest

from fmsdiag.model import (
    Carrier,
    Endpoint,
    Failure,
    FailureKind,
    Observation,
    RecordedConversation,
    Report,
    Status,
    StepName,
    TcpFacts,
    TrafficEvent,
    TrafficRecord,
    Transport,
)
from fmsdiag.report.packets.evidence import Written, comment_evidence
from fmsdiag.report.packets.packets import packets_of
from tests.report import samples
from tests.report.packets.test_frames import FAR, NEAR

E, S, K = TrafficEvent, StepName, FailureKind
OPEN = (TrafficRecord(1.0, E.OPENING), TrafficRecord(1.1, E.OPENED))
TALKED = (*OPEN, TrafficRecord(1.2, E.SENT, b"c1"), TrafficRecord(1.3, E.RECEIVED, b"s1"))


def written(*records: TrafficRecord, port: int = 5) -> Written:
    conversation = RecordedConversation(Carrier.TCP, samples.SERVER, 1935, "192.0.2.1", port, None, records)
    return Written(conversation, packets_of(conversation, NEAR, FAR, {}))


def seen(step: StepName, start: float, end: float, kind: FailureKind | None, port: int | None = 5) -> Report:
    """A report with one finding, which rests on one observation."""
    facts = TcpFacts("192.0.2.1", port, None, None) if step is S.TCP and kind is None else None
    failure = Failure(kind) if kind is not None else None
    shown = Observation("1.x", step, start, end, samples.SERVER, 1935, failure=failure, facts=facts)
    tcp = Observation(
        "1.tcp", S.TCP, 1.0, 1.1, samples.SERVER, 1935, facts=TcpFacts("192.0.2.1", port, None, None)
    )
    report = samples.port_blocked()
    attempt = msgspec.structs.replace(
        report.attempts[0],
        endpoint=Endpoint(Transport.RTMP, samples.HOST, 1935),
        status=Status.FAILED,
        observations=(tcp, shown) if step is not S.TCP else (shown,),
    )
    line = msgspec.structs.replace(report.findings[0].evidence[0], observation="1.x")
    lost = msgspec.structs.replace(line, observation="99.tcp")
    finding = msgspec.structs.replace(report.findings[0], evidence=(line, line, lost), counter_evidence=())
    return msgspec.structs.replace(report, attempts=(attempt,), findings=(finding,))


def comments(report: Report, *all_written: Written) -> list[tuple[int, int, str]]:
    """(conversation, packet, comment) of each."""
    comment_evidence(report, all_written)
    cause = str(report.findings[0].cause)
    return [
        (c, p, comment.removeprefix(f"{cause}: "))
        for c, each in enumerate(all_written)
        for p, packet in enumerate(each.packets)
        for comment in packet.comments
        if comment.startswith(cause)
    ]


@pytest.mark.parametrize(
    ("report", "records", "at", "comment"),
    [
        (seen(S.TCP, 0.99, 6.0, K.TIMED_OUT), OPEN[:1], 0, "no answer to this SYN within 5.0 s"),
        (
            seen(S.TCP, 0.99, 1.2, K.REFUSED),
            (OPEN[0], TrafficRecord(1.1, E.PEER_RESET)),
            1,
            "the connection is refused here",
        ),
        (seen(S.TCP, 0.99, 1.15, None), TALKED, 1, "for comparison, this worked"),
        (seen(S.HANDSHAKE, 1.0, 9.0, K.TIMED_OUT), TALKED[:3], 3, "no answer to this within 8 s"),
        (
            seen(S.HANDSHAKE, 1.15, 1.5, K.RESET),
            (*TALKED[:3], TrafficRecord(1.4, E.PEER_RESET), TrafficRecord(1.4, E.ENDED)),
            4,
            "the connection is reset here",
        ),
        (
            seen(S.HANDSHAKE, 1.15, 1.5, K.CLOSED),
            (*TALKED[:3], TrafficRecord(1.4, E.PEER_ENDED), TrafficRecord(1.4, E.ENDED)),
            4,
            "the connection is closed here, without an answer",
        ),
        (seen(S.HANDSHAKE, 1.15, 1.5, K.STALLED), TALKED, 4, "the answer stopped after this"),
        (seen(S.HANDSHAKE, 1.15, 1.5, K.UNEXPECTED_REPLY), TALKED, 4, "this is not the reply that was expected"),
        (seen(S.CONNECT, 1.15, 1.5, K.REJECTED), TALKED, 4, "the server's rejection"),
        (seen(S.TLS, 1.15, 1.5, K.TLS_ALERT), TALKED, 4, "what the finding rests on failed here"),
    ],
)  # fmt: skip
def test_where_the_comment_is(
    report: Report, records: tuple[TrafficRecord, ...], at: int, comment: str
) -> None:
    assert comments(report, written(*records)) == [(0, at, comment)]


def test_of_two_connections_at_once_the_attempts_own_has_it() -> None:
    report = seen(S.HANDSHAKE, 1.15, 1.5, K.STALLED)
    assert comments(report, written(*TALKED, port=6), written(*TALKED))[0][0] == 1


def test_a_connection_that_begins_as_the_step_ends_has_it_not() -> None:
    """A rule's next attempt follows within milliseconds; the attempt's own connection is known by its local port."""
    report = seen(S.HANDSHAKE, 1.15, 1.35, K.RESET)
    following = tuple(msgspec.structs.replace(record, at_s=record.at_s + 0.27) for record in TALKED)
    assert [found[0] for found in comments(report, written(*TALKED), written(*following, port=6))] == [0]


@pytest.mark.parametrize("step", [S.FLOWS, S.SERIES, S.HOP, S.BYTES_PATH, S.UPLOAD, S.IDLE])
def test_a_measurement_is_not_said_to_have_worked(step: StepName) -> None:
    """None of eight connections may have worked: its facts say so, and no failure of the step."""
    ((_, _, comment),) = comments(seen(step, 1.15, 1.5, None), written(*TALKED))
    assert comment == "part of the measurement that the finding rests on"


def test_a_connection_that_was_over_has_it_not() -> None:
    report = seen(S.HANDSHAKE, 5.0, 6.0, K.STALLED)
    assert comments(report, written(*TALKED)) == []


def test_another_server_has_it_not() -> None:
    report = seen(S.HANDSHAKE, 1.15, 1.5, K.STALLED)
    other = msgspec.structs.replace(written(*TALKED).conversation, peer_port=80)
    assert comments(report, Written(other, written(*TALKED).packets)) == []
