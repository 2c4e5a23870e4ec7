from __future__ import annotations

import pytest

from fmsdiag.model import Violation
from fmsdiag.probe.transports.connect_facts import connect_facts, violation_of
from fmsdiag.protocol.errors import Breach, RemoteProtocolError
from fmsdiag.protocol.message import Command
from fmsdiag.protocol.netconnection import parse_connect_reply, success_reply


def test_without_an_answer_there_is_what_was_asked() -> None:
    facts = connect_facts("live", "rtmp://h/live", None, ("Ping request 1",))
    assert (facts.application, facts.command, facts.messages_before) == ("live", None, ("Ping request 1",))


def test_an_answer_is_kept_and_bounded() -> None:
    extra = {f"k{number}": "x" * 1000 for number in range(100)}
    command = success_reply(extra_properties=extra, extra_info={"secureToken": "#abc"})
    reply = parse_connect_reply(Command(command.name, command.transaction_id, command.values))
    facts = connect_facts("live", "rtmp://h/live", reply, ())
    assert facts.code == "NetConnection.Connect.Success"
    assert facts.capabilities == 255
    assert len(facts.properties) == 40
    assert max(map(len, facts.properties.values())) == 300


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (None, None),
        (RemoteProtocolError("no RTMP", 0, b"GET "), None),
        (
            RemoteProtocolError("x", 7, bytes(40), Breach.CHUNK_SIZE),
            Violation("chunk-size", 7, "00 " * 15 + "00"),
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_bytes(
    broken: RemoteProtocolError | None, seen: Violation | None
) -> None:
    assert violation_of(broken) == seen
