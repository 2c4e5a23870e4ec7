"""Cases of the rules about servers that no situation of the tables shows, and lines that only they have."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.diagnosis.rules.server import (
    app_not_found,
    app_not_found_cases,
    redirected,
    rejected_by_server,
    server_closes_connection,
    server_down,
    server_firewall,
    server_hung,
    server_shutting_down,
    server_slow,
    stream_refused,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Actor, Finding, NotApplicable
from tests.diagnosis.situations import asked_by, run_view

CLOSED = "fallback rtmp 1935: tcp ok; handshake ok; connect closed"
NAMELESS = "rtmp://fms.example.com"


def found_by(rule: Rule, lines: list[str], url: str, control: str = "none") -> tuple[Found, Finding]:
    run = run_view(lines, url=url, control=control)
    answer = rule.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    return found, finding(rule, found, (), run)


@pytest.mark.parametrize(
    ("rule", "lines", "url", "case", "words"),
    [
        (
            app_not_found.RULE,
            [CLOSED],
            NAMELESS,
            app_not_found_cases.HangsUpWithoutName,
            "most likely because the address does not say which application to use.",
        ),
        (
            app_not_found.RULE,
            [
                CLOSED,
                'follow-up made-up-application rtmp:1935: tcp ok; handshake ok; connect rejected text="No"',
            ],
            NAMELESS,
            app_not_found_cases.HangsUpWithoutName,
            "most likely because the address does not say which application to use.",
        ),
        (
            app_not_found.RULE,
            [CLOSED],
            "rtmp://fms.example.com/S3cretKey-1234",
            app_not_found_cases.HangsUpOnKey,
            "looks like a stream key and is hidden here.",
        ),
        (
            app_not_found.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake ok; connect rejected code=NetConnection.Connect.InvalidApp"
            ],
            "rtmp://fms.example.com/S3cretKey-1234/live",
            app_not_found_cases.LooksLikeKey,
            "looks like a stream key and is hidden here.",
        ),
        (
            redirected.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://edge.example.net/live?key=1"
            ],
            "",
            redirected.NotFollowed,
            "It tells clients to connect to rtmp://edge.example.net/live?key=*** instead.",
        ),
        (
            redirected.RULE,
            ["fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=?"],
            "",
            redirected.Unusable,
            "This test did not follow: the address in the redirect is not valid.",
        ),
        (
            server_shutting_down.RULE,
            [
                "fallback rtmp 1935: tcp ok; handshake ok; connect rejected code=NetConnection.Connect.ReconnectRequest"
            ],
            "",
            server_shutting_down.Reconnect,
            "It is about to stop and asks clients to reconnect.",
        ),
        (
            server_closes_connection.RULE,
            ["fallback rtmp 1935: tcp ok; handshake closed 4.0 bytes=1000"],
            "",
            server_closes_connection.Later,
            "fms.example.com accepts connections and closes them before RTMP begins.",
        ),
        (
            server_hung.RULE,
            ["fallback rtmp 1935: tcp ok; handshake ok; connect timed-out 10.0"],
            "",
            server_hung.UndecidedSuspected,
            "or a filter on the network path drops the request.",
        ),
        (
            server_slow.RULE,
            ["fallback rtmp 1935: tcp ok; handshake ok; connect ok 3.0"],
            "",
            server_slow.DecisionSuspected,
            "Its media server may be slow to accept or reject a connection.",
        ),
    ],
)
def test_a_case_says_what_it_is(
    rule: Rule, lines: list[str], url: str, case: type[FindingTexts], words: str
) -> None:
    found, said = found_by(rule, lines, url or "rtmp://fms.example.com/live")
    assert found.case is case
    assert words in ENGLISH.render(said.explanation)


def test_a_path_that_does_not_leave_this_network_leaves_a_firewall_here_open() -> None:
    found, said = found_by(
        server_firewall.RULE,
        [
            "fallback rtmp 1935: tcp timed-out",
            "fallback rtmp 80: tcp refused",
            "control control-port 1935: tcp ok",
            "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent",
        ],
        "rtmp://fms.example.com/live",
        "ctl.example.net",
    )
    assert found.case is server_firewall.DroppedSuspected
    assert "so a filter in this network is not ruled out." in ENGLISH.render(said.explanation)


def test_a_close_after_some_seconds_is_told_with_its_time() -> None:
    _, said = found_by(
        server_closes_connection.RULE,
        ["fallback rtmp 1935: tcp ok; handshake closed 4.0 bytes=1000"],
        "rtmp://fms.example.com/live",
    )
    assert ENGLISH.render(said.headline) == "The server closes connections after 4.0 s."
    assert ENGLISH.render(said.evidence[0].message) == (
        "RTMP on port 1935: the server starts to answer, then closes the connection after 4.0 s."
    )


def test_a_rejection_behind_a_dead_port_does_not_clear_the_network() -> None:
    _, said = found_by(
        rejected_by_server.RULE,
        [
            "fallback rtmp 1935: tcp timed-out",
            'fallback rtmp 80: tcp ok; handshake ok; connect rejected text="Access denied"',
        ],
        "rtmp://fms.example.com/live",
    )
    assert [ENGLISH.render(m) for m in said.rules_out] == ["The server is not down: it answers on port 80."]


@pytest.mark.parametrize(
    ("ended", "lines"),
    [
        ("rejected held=1.5", ["The server started the stream and ended it after 1.5 s."]),
        ("rejected code=", ["The server rejected the stream and gave no reason."]),
        ("closed", ["The connection was closed when the client asked for the stream."]),
        ("reset", ["The connection was reset when the client asked for the stream."]),
        ("reset held=0.5", ["The server started the stream, and the connection was reset after 500 ms."]),
    ],
)
def test_how_a_stream_ended_is_told(ended: str, lines: list[str]) -> None:
    _, said = found_by(
        stream_refused.RULE,
        [
            "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
            f"follow-up publish rtmp:1935: tcp ok; handshake ok; connect ok; publish {ended}",
        ],
        "rtmp://fms.example.com/live",
    )
    assert [ENGLISH.render(e.message) for e in said.evidence] == lines


@pytest.mark.parametrize(
    ("before", "line"),
    [
        ("Window Ack Size 2500000,Ping request 7", "RTMP on port 1935: the server sent a ping, and fmsdiag answered it. "
         "The answer to connect still did not come."),
        ("Window Ack Size 2500000,SWF verification request",
         "RTMP on port 1935: the server's last message was “SWF verification request”."),
    ],
)  # fmt: skip
def test_what_a_server_says_before_it_decides_is_told(before: str, line: str) -> None:
    _, said = found_by(
        server_hung.RULE,
        [
            f'fallback rtmp 1935: tcp ok; handshake ok; connect stalled before="{before}"',
            "control control-http 80: tcp ok; http ok http=204",
        ],
        "rtmp://fms.example.com/live",
        "ctl.example.net",
    )
    assert ENGLISH.render(said.evidence[1].message) == line


def test_an_address_that_cannot_be_shown_is_none() -> None:
    assert (
        redirected.place("rtmp://edge.example.net/live?token=secret&x=1")
        == "rtmp://edge.example.net/live?token=***&x=***"
    )
    assert redirected.place(f"rtmp://e.example/live?{'k=v&' * 99}") == "rtmp://e.example/live"
    assert redirected.place("rtmp://edge\x1b[31m.example.net/live") == ""
    assert redirected.place("?token=secret") == ""
    assert len(redirected.place("rtmp://" + "e" * 1000)) == redirected.MOST_OF_ADDRESS


def test_a_server_that_is_down_is_silent_on_every_port_that_was_tried() -> None:
    lines = [
        "fallback rtmps 443: tcp timed-out",
        "control control-port 443: tcp ok",
        "follow-up http-on-port 80: tcp timed-out",
        "follow-up server-port rtmp:1935: tcp timed-out",
    ]
    _, told = found_by(server_down.RULE, lines, "rtmps://fms.example.com/live", control="ctl.example.net")
    assert "on any of the ports 443, 80, and 1935." in ENGLISH.render(told.explanation)
    steps = [ENGLISH.render(step.message) for step in told.advice.user]
    assert [step.partition(",")[0] for step in steps[1:]] == ["If it fails there too", "If it works there"]


@pytest.mark.parametrize(
    ("hops", "case", "headline"),
    [
        ([], redirected.ToItself, "The server redirects to itself."),
        (
            [
                "follow-up redirect rtmp:1935: tcp ok; handshake ok; connect rejected redirect=rtmp://x.example/y"
            ],
            redirected.Circle,
            "The server redirects in a circle.",
        ),
    ],
)
def test_a_redirect_that_leads_back_is_a_circle(
    hops: list[str], case: type[FindingTexts], headline: str
) -> None:
    sent = 'fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://fms.example.com/live text="No"'
    run = run_view([sent, *hops, "follow-up redirect rtmp:1935: not-applicable"])
    *before, last = run.attempts
    last = msgspec.structs.replace(last, not_applicable=NotApplicable.REDIRECT_CIRCLE)
    run = replace(run, attempts=(*before, last))
    found = redirected.RULE.judge(run)
    assert isinstance(found, Found)
    assert found.case is case
    told = finding(redirected.RULE, found, (), run)
    assert ENGLISH.render(told.headline) == headline
    assert "Nobody can connect" in ENGLISH.render(told.explanation)
    assert told.acts == (Actor.OPERATOR,)


def test_a_close_at_the_name_leads_to_the_callback_of_nginx_rtmp_and_tells_its_time() -> None:
    """on_connect that refuses or times out closes like a missing application: the operator is told of both."""
    hung = "tcp ok; handshake ok signed=13.14.10.13; connect closed 1.01"
    lines = [f"fallback rtmp 1935: {hung}", f"follow-up made-up-application 1935: {hung}"]
    run = run_view(lines)
    said = evaluate_rules(run, RULES, asked_by(run.attempts)).findings[0]
    assert said.cause == "app-not-found"
    operator = " ".join(ENGLISH.render(each.message) for each in said.advice.operator)
    assert "a callback such as on_connect" in operator
    assert "the on_connect URL, which must answer with a 2xx status (nginx-rtmp)" in operator
    evidence = [ENGLISH.render(line.message) for line in said.evidence]
    assert "The server closed the connection 1.0 s after the application name was sent." in evidence


def test_repeats_that_stop_before_a_slow_server_answers_are_told_so() -> None:
    slow = "fallback rtmp 1935: tcp ok; handshake ok 6.1 first=6.05; connect ok"
    url = "rtmp://fms.example.com/live"
    said = [
        ENGLISH.render(line.message) for line in found_by(server_slow.RULE, [slow, _SILENT], url)[1].evidence
    ]
    assert any("stopped waiting" in line and "before the server answers" in line for line in said)
    refused = slow, "follow-up flows 1935: 8 refused"
    others = [
        ENGLISH.render(line.message) for line in found_by(server_slow.RULE, [*refused], url)[1].evidence
    ]
    assert not any("stopped waiting" in line for line in others)


_SILENT = "follow-up flows 1935: 8 silent"
