from __future__ import annotations

import pytest

from fmsdiag.model import EnhancedRtmp, Violation
from fmsdiag.probe.transports.connect_facts import MAX_CODECS, connect_facts, enhanced_rtmp, violation_of
from fmsdiag.protocol.errors import Breach, RemoteProtocolError
from fmsdiag.protocol.message import Command
from fmsdiag.protocol.netconnection import parse_connect_reply, success_reply
from fmsdiag.protocol.values import Value


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


def test_what_is_said_of_enhanced_rtmp_is_a_fact_of_its_own() -> None:
    extra: dict[str, Value] = {
        "fourCcList": ["hvc1", "av01"],
        "videoFourCcInfoMap": {"hvc1": 4.0, "vp09": 4.0},
        "capsEx": 3.0,
    }
    command = success_reply(extra_properties=extra)
    facts = connect_facts("live", "rtmp://h/live", parse_connect_reply(command), ())
    assert facts.enhanced == EnhancedRtmp(("hvc1", "av01", "vp09"), 3)
    assert facts.properties.keys() == {"mode", "objectEncoding"}


def test_a_server_that_says_nothing_of_it_has_no_such_fact() -> None:
    facts = connect_facts("live", "rtmp://h/live", parse_connect_reply(success_reply()), ())
    assert facts.enhanced is None


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        ({"fourCcList": "hvc1"}, None),
        ({"fourCcList": [1, None, {}], "capsEx": "1"}, None),
        ({"capsEx": -1.0}, None),
        ({"capsEx": 2.0**40}, None),
        ({"capsEx": float("nan")}, None),
        ({"capsEx": True}, None),
        ({"capsEx": 0.0}, EnhancedRtmp((), 0)),
        ({"videoFourCcInfoMap": ["hvc1"], "audioFourCcInfoMap": {"*": 1.0}}, EnhancedRtmp(("*",))),
        ({"fourCcList": ["x" * 1000] * 3}, EnhancedRtmp(("x" * 8,))),
    ],
)
def test_odd_answers_about_it(said: dict[str, object], fact: EnhancedRtmp | None) -> None:
    assert enhanced_rtmp(said) == fact


def test_many_codecs_are_cut() -> None:
    found = enhanced_rtmp({"fourCcList": [f"{number:04}" for number in range(1000)]})
    assert found is not None
    assert len(found.codecs) == MAX_CODECS
