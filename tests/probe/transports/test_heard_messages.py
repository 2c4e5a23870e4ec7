from __future__ import annotations

from fmsdiag.model import Endpoint, Purpose, Status, Transport
from fmsdiag.probe.attempt_recorder import MAX_TRANSCRIPT, Clock, RunningAttempt
from fmsdiag.probe.transports.heard_messages import MAX_BEFORE, HeardMessages
from fmsdiag.protocol.events import ConnectAnswered, Event, MessageReceived
from fmsdiag.protocol.message import Command, ControlEvent, Message, UserControl
from fmsdiag.protocol.netconnection import ConnectReply, success_reply


def heard(*messages: Message, answered_by: int | None = None) -> tuple[HeardMessages, list[str]]:
    endpoint = Endpoint(Transport.RTMP, "h.example", 1935)
    attempt = RunningAttempt(1, endpoint, Purpose.FALLBACK, Clock(), lambda _: None, 10.0)
    attempt.start()
    notes = HeardMessages(attempt, ("s3cret",))
    events: list[Event] = []
    for number, message in enumerate(messages):
        events.append(MessageReceived(message, 0, 2, 0, 10))
        if number == answered_by:
            events.append(ConnectAnswered(ConnectReply("_result", accepted=True)))
    notes.note(events)
    return notes, [line.text for line in attempt.finish(Status.CONNECTED).transcript]


PING = UserControl(ControlEvent.PING_REQUEST, (7,))


def test_what_came_before_the_answer_is_kept_apart() -> None:
    notes, said = heard(PING, success_reply(), PING, answered_by=1)
    assert notes.before == ["Ping request 7"]
    assert len(said) == 3
    assert (notes.count, notes.echoed, notes.wants_swf) == (3, False, False)


def test_secrets_are_masked() -> None:
    notes, said = heard(Command("onStatus", 0.0, (None, {"description": "no s3cret here"})))
    assert "s3cret" not in str((said, notes.before))


def test_what_matters_is_noticed() -> None:
    assert heard(UserControl(ControlEvent.SWF_VERIFICATION_REQUEST))[0].wants_swf
    assert heard(Command("connect", 1.0, ({},)))[0].echoed


def test_a_flood_is_counted_and_not_kept() -> None:
    notes, said = heard(*[PING] * (MAX_TRANSCRIPT + 50))
    assert notes.count == MAX_TRANSCRIPT + 50
    assert (len(said), len(notes.before)) == (MAX_TRANSCRIPT, MAX_BEFORE)
