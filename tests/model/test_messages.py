from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import FailureKind, Transport, messages
from fmsdiag.model.messages import Duration, Listed, Message, Outcome, Ports, Route

VALUES = [
    messages.Port(80),
    Ports((1935, 80)),
    messages.Host("a.example"),
    Route(Transport.RTMPT, 80, proxied=True),
    Duration(5.0),
    Outcome(5.0, FailureKind.TIMED_OUT),
    Listed((Message("a", {"port": messages.Port(1)}, "a"),), either=True),
]


@pytest.mark.parametrize("value", VALUES)
def test_values_survive_the_report(value: messages.Value) -> None:
    said = Message("some.id", {"place": value}, "English.")
    assert msgspec.json.decode(msgspec.json.encode(said), type=Message) == said


@pytest.mark.parametrize(
    "value",
    [
        {"type": "hologram", "depth": 3},
        {"type": "ports", "numbers": "x"},
        {"no": "type"},
        "bare",
        5,
        None,
        [1],
    ],
)
def test_what_a_newer_program_wrote_stays_as_it_was_read(value: object) -> None:
    document = msgspec.json.encode({"id": "some.id", "values": {"place": value}, "text": "English."})
    said = msgspec.json.decode(document, type=Message)
    assert said.values == {"place": value}
    assert msgspec.json.decode(msgspec.json.encode(said)) == msgspec.json.decode(document)
