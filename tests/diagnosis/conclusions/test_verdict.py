from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Cause, Confidence, Environment, Finding, Undecided, Verdict, VerdictStatus
from tests.diagnosis.findings import finding_of
from tests.diagnosis.situations import asked_by, run_view

OPEN = "tcp ok; handshake ok; connect ok"
PAGE = "tcp ok; http ok status=200"
NO = 'tcp ok; handshake ok; connect rejected text="no entry"'


def judged(*lines: str, findings: tuple[Finding, ...] = (), stopped: bool = False) -> Verdict:
    return verdict.judge(run_view(lines), findings, stopped)


# ---- status


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp timed-out"), VerdictStatus.CONNECTED),
        (("fallback rtmfp 1935: not-applicable", f"fallback rtmp 1935: {OPEN}"), VerdictStatus.CONNECTED),
        (
            ("fallback rtmp 1935: tcp timed-out", f"fallback rtmp 80: {OPEN}"),
            VerdictStatus.CONNECTED_BY_FALLBACK,
        ),
        (("fallback rtmp 1935: cancelled", f"fallback rtmp 80: {OPEN}"), VerdictStatus.CONNECTED_BY_FALLBACK),
        (("fallback rtmp 1935: tcp timed-out", f"fallback http 80: {PAGE}"), VerdictStatus.INCONCLUSIVE),
        ((f"fallback http 80: {PAGE}", f"fallback rtmp 1935: {OPEN}"), VerdictStatus.CONNECTED),
        ((f"fallback rtmp 1935: {NO}", f"fallback rtmp 80: {OPEN}"), VerdictStatus.CONNECTED_BY_FALLBACK),
        (("fallback rtmp 1935: tcp timed-out", f"fallback rtmp 80: {NO}"), VerdictStatus.REJECTED),
        (("fallback rtmp 1935: tcp ok; handshake ok; connect closed",), VerdictStatus.REJECTED),
        (("fallback rtmp 1935: tcp timed-out", f"check rtmps 443: {NO}"), VerdictStatus.REJECTED),
        (("fallback rtmp 1935: tcp ok; handshake ok; connect reset",), VerdictStatus.INCONCLUSIVE),
        (("fallback rtmp 1935: tcp timed-out",), VerdictStatus.INCONCLUSIVE),
        (("fallback rtmfp 1935: not-applicable",), VerdictStatus.INCONCLUSIVE),
        ((), VerdictStatus.INCONCLUSIVE),
    ],
)
def test_status_without_findings(lines: tuple[str, ...], status: VerdictStatus) -> None:
    assert judged(*lines).status is status


def test_unreachable_needs_a_culprit_that_is_more_than_possible() -> None:
    dead = "fallback rtmp 1935: tcp timed-out"
    assert judged(dead, findings=(finding_of("some-cause"),)).status is VerdictStatus.UNREACHABLE
    assert (
        judged(dead, findings=(finding_of("some-cause", Confidence.POSSIBLE),)).status
        is VerdictStatus.INCONCLUSIVE
    )


def test_a_check_that_connects_is_no_connection_of_the_plan() -> None:
    said = judged(
        "fallback rtmp 1935: tcp timed-out", f"check rtmps 443: {OPEN}", findings=(finding_of("some-cause"),)
    )
    assert said.status is VerdictStatus.UNREACHABLE
    assert said.connected_by is None


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("fallback rtmp 1935: cancelled",), VerdictStatus.STOPPED),
        (("fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: cancelled"), VerdictStatus.STOPPED),
        (("fallback rtmp 1935: cancelled", f"fallback rtmp 80: {OPEN}"), VerdictStatus.STOPPED),
        ((f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: cancelled"), VerdictStatus.CONNECTED),
        (
            ("fallback rtmp 1935: tcp refused", f"fallback rtmp 80: {OPEN}"),
            VerdictStatus.CONNECTED_BY_FALLBACK,
        ),
    ],
)
def test_a_stopped_run_concludes_nothing_from_what_did_not_end(
    lines: tuple[str, ...], status: VerdictStatus
) -> None:
    assert judged(*lines, stopped=True).status is status


# ---- what it says


def test_the_cause_is_the_first_findings() -> None:
    said = judged("fallback rtmp 1935: tcp timed-out", findings=(finding_of("some-cause"),))
    assert (said.cause, said.confidence, ENGLISH.render(said.headline)) == (
        "some-cause",
        Confidence.LIKELY,
        "It is so.",
    )


def test_without_a_finding_the_cause_is_none() -> None:
    said = judged(f"fallback rtmp 1935: {OPEN}")
    assert (said.cause, said.confidence) == ("none", None)
    assert ENGLISH.render(said.headline) == "Streaming works: RTMP on port 1935 connects."


def test_a_run_that_connected_says_so_before_what_is_wrong_beside_it() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmps 443: tcp ok; tls refused")
    beside = judged(*lines, findings=(finding_of("some-cause", Confidence.LIKELY, "2.tls"),))
    assert beside.status is VerdictStatus.CONNECTED
    assert ENGLISH.render(beside.headline) == "Streaming works. It is so."
    own = judged(
        f"fallback rtmp 1935: {OPEN}", findings=(finding_of("some-cause", Confidence.LIKELY, "1.tcp"),)
    )
    assert ENGLISH.render(own.headline) == "Streaming works. It is so."


@pytest.mark.parametrize("cause", sorted(verdict.UNRELIABLE))
def test_streaming_does_not_work_where_other_connections_or_streams_fail(cause: Cause) -> None:
    """The first attempt connected, and a finding says that others do not: whichever comes first, it stands alone."""
    line = f"fallback rtmp 1935: {OPEN}"
    for findings in ((finding_of(cause),), (finding_of("server-slow"), finding_of(cause))):
        said = judged(line, findings=findings)
        assert said.status is VerdictStatus.CONNECTED
        assert ENGLISH.render(said.headline) == "It is so."


@pytest.mark.parametrize(
    ("lines", "explanation"),
    [
        (
            (f"fallback http 80: {PAGE}",),
            "HTTP on port 80 answered. The plan had no route to a media server, so this says nothing about streaming.",
        ),
        (
            ("fallback http 80: tcp timed-out",),
            "No web request was answered. The plan had no route to a media server, so this says nothing about streaming.",
        ),
    ],
)
def test_a_plan_of_web_requests_alone_connects_no_player(lines: tuple[str, ...], explanation: str) -> None:
    said = judged(*lines)
    assert (said.status, ENGLISH.render(said.explanation)) == (VerdictStatus.INCONCLUSIVE, explanation)


def undecided(*lines: str, stopped: bool = False) -> Undecided:
    left = judged(*lines, stopped=stopped).undecided
    assert left is not None
    return left


@pytest.mark.parametrize(
    "lines",
    [
        ("fallback rtmp 1935: tcp timed-out",),
        ("fallback rtmp 1935: tcp timed-out", f"fallback rtmp 80: {OPEN}"),
        (f"fallback rtmp 1935: {NO}",),
        (f"fallback http 80: {PAGE}",),
    ],
)
@pytest.mark.parametrize("stopped", [False, True])
def test_a_verdict_without_a_finding_says_what_stays_open(lines: tuple[str, ...], stopped: bool) -> None:
    left = undecided(*lines, stopped=stopped)
    assert left.evidence
    assert all(line.observation for line in left.evidence)
    assert ENGLISH.render(left.decisive_test).endswith(".")
    assert left.advice.user


def test_a_run_that_works_leaves_nothing_open() -> None:
    assert judged(f"fallback rtmp 1935: {OPEN}").undecided is None
    assert judged("fallback rtmp 1935: tcp timed-out", findings=(finding_of("some-cause"),)).undecided is None


def test_what_connects_badly_is_marked() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}",)
    assert judged(*lines, findings=(finding_of(Cause.PACKET_LOSS),)).impaired
    assert judged(*lines, findings=(finding_of(Cause.IPV6_BROKEN),)).impaired
    assert not judged(*lines, findings=(finding_of(Cause.CERTIFICATE_EXPIRED),)).impaired
    assert not judged("fallback rtmp 1935: tcp timed-out", findings=(finding_of(Cause.PACKET_LOSS),)).impaired


def test_what_works_through_a_proxy_alone_says_so() -> None:
    through = f"fallback rtmp 1935 through=http://10.0.0.1:3128: tcp ok; proxy ok method=CONNECT status=200; {OPEN[8:]}"
    said = judged("fallback rtmp 1935: tcp timed-out", through)
    assert said.status is VerdictStatus.CONNECTED_THROUGH_PROXY
    assert ENGLISH.render(said.headline) == "Streaming works only through this network's proxy."


def test_by_what_and_when_a_player_would_have_connected() -> None:
    said = judged(
        "fallback rtmp 1935: tcp refused",
        f"fallback rtmp 80: {OPEN}",
        f"fallback rtmpt 80: tunnel ok; {OPEN}",
    )
    assert said.connected_by == 2
    assert said.connected_after_s is not None
    assert said.connected_after_s > 0.2


@pytest.mark.parametrize(
    ("lines", "stopped", "headline"),
    [
        (("fallback rtmp 1935: tcp refused", f"fallback rtmp 80: {OPEN}"), False,
         "RTMP on port 80 connects; earlier attempts fail."),
        ((f"fallback rtmp 1935: {NO}",), False, "The server was reached and rejected the connection."),
        (("fallback rtmp 1935: tcp timed-out",), False, "The results do not point to a single cause."),
        (("fallback rtmp 1935: cancelled",), True, "The test was stopped before it was complete."),
        ((), False, "Nothing could be tested."),
    ],
)  # fmt: skip
def test_headlines(lines: tuple[str, ...], stopped: bool, headline: str) -> None:
    said = judged(*lines, stopped=stopped)
    assert ENGLISH.render(said.headline) == headline
    assert len(headline.split()) <= 12


def test_when_nothing_applies_the_reason_is_told() -> None:
    assert judged("fallback rtmfp 1935: not-applicable").headline.id == "verdict.nothing-tested"


# ---- the whole way


def test_a_run_judged_by_all_rules() -> None:
    """The whole way, once: a firewall drops 1935 for everybody, 80 connects."""
    seen: RunView = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            f"fallback rtmp 80: {OPEN}",
            "control control-port 1935: tcp timed-out",
            "control control-port 80: tcp ok",
        ],
        control="ctl.example.net",
    )
    told = evaluate_rules(seen, RULES, asked_by(seen.attempts))
    said = verdict.judge(seen, told.findings)
    assert (said.status, said.cause) == (VerdictStatus.CONNECTED_BY_FALLBACK, "port-blocked")
    assert ENGLISH.render(said.headline) == "Port 1935 is blocked by a firewall in your network."


@pytest.mark.parametrize(
    ("url", "ipv6", "explanation"),
    [
        ("rtmp://[fe80::1%1]/live", False,
         "Nothing was sent: this computer is in no network that leads to fe80::1%1. The server was not reached."),
        ("rtmp://[2001:db8::1]/live", False,
         "Nothing was sent: 2001:db8::1 is an IPv6 address, and this computer has no route for IPv6. The server was not "
         "reached."),
        ("rtmp://203.0.113.10/live", True,
         "Nothing was sent: this computer is in no network that leads to 203.0.113.10. The server was not reached."),
    ],
)  # fmt: skip
def test_what_was_not_sent_shows_neither_a_firewall_nor_a_server(
    url: str, ipv6: bool, explanation: str
) -> None:
    run = run_view(["fallback rtmp 1935: tcp no-route"], url, environment=Environment(ipv6=ipv6))
    judged = verdict.judge(run, ())
    assert judged.status is VerdictStatus.INCONCLUSIVE
    assert ENGLISH.render(judged.headline) == "This computer has no route to the server's address."
    assert ENGLISH.render(judged.explanation) == explanation
    assert judged.undecided is not None
    assert "another network" not in ENGLISH.render(judged.undecided.decisive_test)


# ---- a challenge


TOKEN = "fallback rtmp 1935: tcp ok; handshake ok; connect ok info.secureToken=x"


def test_a_challenge_without_an_answer_proves_no_streaming() -> None:
    said = judged(TOKEN)
    assert said.status is VerdictStatus.CONNECTED
    assert ENGLISH.render(said.headline) == (
        "The server's secureToken was not answered, so streaming is not proven."
    )
    assert "does not show whether streams work" in ENGLISH.render(said.explanation)
    impaired = finding_of("connection-rate-limited")
    assert judged(TOKEN, findings=(impaired,)).headline == impaired.headline


def test_a_stream_that_plays_needs_no_answer_to_the_challenge() -> None:
    streamed = "follow-up play rtmp:1935: tcp ok; handshake ok; connect ok info.secureToken=x; play ok"
    assert "Streaming works" in ENGLISH.render(judged(TOKEN, streamed).headline)


# ---- what deep tests saw, and what answered later


def test_a_deep_test_that_fails_is_never_left_without_a_word() -> None:
    slow = judged(
        f"fallback rtmp 1935: {OPEN}", 'follow-up upload 1935: upload ok taken=13312 in=4.0 end="too slow"'
    )
    assert ENGLISH.render(slow.headline) == "RTMP on port 1935 connects, but uploads reach only 3 kB/s."
    some = judged(f"fallback rtmp 1935: {OPEN}", "follow-up flows 1935: 21 answered, 3 timed-out")
    assert ENGLISH.render(some.headline) == "RTMP on port 1935 connects, but a later test failed."
    for found in (slow, some):
        assert found.status is VerdictStatus.CONNECTED
        assert found.impaired
        assert "No problems" not in ENGLISH.render(found.explanation)
        assert found.undecided is not None
        assert found.undecided.evidence
        assert found.undecided.advice.user


@pytest.mark.parametrize(
    ("deep", "headline"),
    [
        (True, "RTMP on port 1935 connects, but not every deep test succeeded."),
        (False, "RTMP on port 1935 connects, but a later test failed."),
    ],
)
def test_deep_tests_are_spoken_of_where_they_were_made(deep: bool, headline: str) -> None:
    run = run_view([f"fallback rtmp 1935: {OPEN}", "follow-up flows 1935: 1 answered, 23 refused"], deep=deep)
    said = verdict.judge(run, (), False)
    assert ENGLISH.render(said.headline) == headline
    assert said.undecided is not None
    spoken = [
        said.explanation,
        said.undecided.decisive_test,
        *(line.message for line in said.undecided.evidence),
    ]
    told = " ".join(map(ENGLISH.render, spoken))
    assert ("deep" in told) is deep
    assert "23 of 24 identical connections were refused" in told


def test_a_later_connection_that_is_not_accepted_is_no_streaming_that_works() -> None:
    idle = "follow-up idle 1935: tcp ok; handshake ok; connect rejected; tcp ok; handshake ok; connect ok"
    said = judged(f"fallback rtmp 1935: {OPEN}", idle)
    assert ENGLISH.render(said.headline) == "RTMP on port 1935 connects; a later connection was not accepted."
    assert "set up differently" in ENGLISH.render(said.explanation)


def test_a_server_that_ends_the_upload_test_is_no_problem() -> None:
    found = judged(
        f"fallback rtmp 1935: {OPEN}", "follow-up upload 1935: upload ok taken=4096 in=0.1 end=closed"
    )
    assert not found.impaired
    assert found.undecided is None


def test_a_server_that_answers_later_in_the_run_is_to_be_tried_again() -> None:
    found = judged("fallback rtmp 1935: tcp refused", "follow-up flows 1935: 8 answered")
    assert found.status is VerdictStatus.INCONCLUSIVE
    assert ENGLISH.render(found.headline) == "The server answered only later in this test."
    assert found.undecided is not None
    assert found.undecided.advice.user[0].message.id == "steps.run-again"
    assert any(line.observation == "2.flows" for line in found.undecided.evidence)
    assert "another network" not in ENGLISH.render(found.undecided.decisive_test)


def test_where_a_website_has_the_first_ports_the_reason_is_known_and_no_other_network_is_needed() -> None:
    website = "tcp ok; handshake unexpected-reply http=400 server=nginx"
    result = judged(
        f"fallback rtmp 443: {website}", f"fallback rtmp 80: {website}", f"fallback rtmp 1935: {OPEN}"
    )
    assert "such as a website" in ENGLISH.render(result.explanation)
    assert result.undecided is not None
    said = [ENGLISH.render(step.message) for step in result.undecided.advice.user]
    assert len(said) == 1
    assert "rtmp://fms.example.com/live" in said[0]
    assert "another network" not in ENGLISH.render(result.undecided.decisive_test)


def test_where_one_of_the_first_ports_is_silent_the_reason_stays_open() -> None:
    website = "tcp ok; handshake unexpected-reply http=400 server=nginx"
    result = judged(
        f"fallback rtmp 443: {website}", "fallback rtmp 80: tcp timed-out", f"fallback rtmp 1935: {OPEN}"
    )
    assert "do not show why" in ENGLISH.render(result.explanation)


def test_connections_of_which_some_work_are_shown_where_nothing_says_why() -> None:
    lines = ["fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp timed-out"]
    mixed = "follow-up flows 1935: 4 answered, 4 silent, 4 answered, 4 silent"
    found = judged(*lines, mixed)
    assert found.undecided is not None
    said = [ENGLISH.render(line.message) for line in found.undecided.evidence]
    assert said[0].startswith("Port 1935: 8 of 16 identical connections failed.")
