"""Cases of the rules about the path that no situation of the tables shows: mostly, that no player connects."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules.path import high_latency, idle_timeout, mtu_black_hole, packet_loss
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Actor, Cause, Finding
from tests.diagnosis.situations import run_view

RULES = {
    rule.cause: rule for rule in (high_latency.RULE, idle_timeout.RULE, mtu_black_hole.RULE, packet_loss.RULE)
}
LATE = "fallback rtmp 1935: tcp ok 1.03 rtt=0.02; handshake closed"
FAR = "fallback rtmp 1935: tcp ok 1.4 rtt=1.4; handshake timed-out 5.0"
GAPS = (
    "follow-up burst 1935: 2 open, 1 timed-out, 2 open, 2 timed-out, 1 open, 1 timed-out, 1 open; later open"
)


FIRST_PACKETS = (
    "fallback rtmp 1935: tcp ok 3.1 rtt=0.02; handshake ok; connect ok",
    "check rtmps 443: tcp ok 1.05 rtt=0.02; tls ok; handshake ok; connect ok",
    "follow-up flows 1935: 6 answered, 1 silent, 4 answered, 2 silent, 3 answered, 4 silent, 4 answered; again 4 answered",
)
UPLOAD = "follow-up upload 1935: tcp ok; handshake ok; connect ok; upload ok taken=64000 in=0.01 end=complete"


def found(rule: Rule, lines: list[str]) -> tuple[str, Finding]:
    """The case that a rule finds, and what is told."""
    run = run_view(lines, control="ctl.example.net")
    answer = rule.judge(run)
    match = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(match, Found)
    return match.case.PREFIX, finding(rule, match, (), run)


@pytest.mark.parametrize(
    ("case", "lines", "words"),
    [
        ("high-latency.slow", [FAR], "takes at least 1.4 s"),
        ("packet-loss.connected-openings", [*FIRST_PACKETS, UPLOAD], "An open connection lost nothing"),
        (
            "packet-loss.connected-suspected",
            [*FIRST_PACKETS, UPLOAD.replace("end=", "again=3 end=")],
            "Only this server was tested often enough to tell",
        ),
        (  # another open connection waited for what was sent again
            "packet-loss.connected-suspected",
            [*FIRST_PACKETS, UPLOAD.replace("handshake ok", "handshake ok 0.4", 1)],
            "Only this server was tested often enough to tell",
        ),
        (
            "high-latency.slow-everywhere",
            [FAR, "control control-port 80: tcp ok 1.5 rtt=1.5"],
            "Other servers are just as slow from here",
        ),
        (
            "packet-loss.loss",
            [
                LATE,
                "fallback rtmp 80: tcp ok; handshake closed",
                "control control-port 80: tcp ok 3.05 rtt=0.02",
            ],
            "A reference server is affected too",
        ),
        (
            "packet-loss.suspected",
            [LATE, "fallback rtmp 80: tcp ok; handshake closed", GAPS],
            "Only this server was tested often enough to tell",
        ),
        (
            "packet-loss.suspected",
            [
                LATE,
                "fallback rtmp 80: tcp ok; handshake closed",
                GAPS,
                "control control-port 80: tcp ok",
                "control control-port 443: tcp ok",
                "control control-port 1935: tcp ok",
            ],
            "Only this server was tested often enough to tell",
        ),
        (
            "mtu-black-hole.suspected",
            [
                "fallback rtmp 1935: tcp ok; handshake timed-out 10.0 unacked=1537",
                "follow-up small-segments 1935: tcp ok; handshake ok; connect ok",
            ],
            "These results do not show whether other long messages are lost too.",
        ),
    ],
)
def test_where_nothing_connects_the_headline_does_not_say_that_it_does(
    case: str, lines: list[str], words: str
) -> None:
    told, what = found(RULES[Cause(case.partition(".")[0])], lines)
    assert told == case
    assert not ENGLISH.render(what.headline).startswith("Connected")
    assert words in ENGLISH.render(what.explanation)


@pytest.mark.parametrize("more", [[], ["fallback rtmp 80: tcp ok; handshake ok; connect ok"]])
def test_loss_recommends_no_port(more: list[str]) -> None:
    lines = [LATE, *more, "control control-port 80: tcp ok 3.05 rtt=0.02", "control control-port 443: tcp ok"]
    _, what = found(packet_loss.RULE, lines)
    steps = (*what.advice.user, *what.advice.administrator, *what.advice.operator)
    assert all("port" not in step.message.values and "url" not in step.message.values for step in steps)


def test_a_silent_connection_that_is_reset_was_forgotten() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "follow-up idle 1935: tcp ok; handshake ok; connect ok; idle ok quiet=reset busy=alive",
    ]
    told, what = found(idle_timeout.RULE, lines)
    assert told == "idle-timeout.forgotten"
    assert "using a connection again ends in a reset" in ENGLISH.render(what.evidence[0].message)


@pytest.mark.parametrize(
    ("reached", "case", "actor"),
    [
        (1, mtu_black_hole.Lost, Actor.ADMINISTRATOR),
        (2, mtu_black_hole.AtProvider, Actor.USER),
        (3, mtu_black_hole.AtServer, Actor.OPERATOR),
    ],
)
def test_who_has_to_act_on_lost_long_packets_follows_the_place(
    reached: int, case: type[FindingTexts], actor: Actor
) -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake timed-out 10.0 unacked=1537",
            "follow-up other-bytes 1935: tcp ok; exchange timed-out 2.5 unacked=1537",
            "follow-up small-segments 1935: tcp ok; handshake ok; connect ok",
            f"follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached={reached}",
        ]
    )
    found = mtu_black_hole.judge(run)
    assert isinstance(found, Found)
    assert found.case is case
    assert found.case.acts[0] is actor
    told = finding(mtu_black_hole.RULE, found, (), run).advice
    assert bool(told.operator) is (actor is Actor.OPERATOR)
