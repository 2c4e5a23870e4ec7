from __future__ import annotations

import pytest

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.notes import notes as notes_of
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import (
    Actor,
    Advice,
    Confidence,
    EvidenceLine,
    Finding,
    Verdict,
    VerdictStatus,
)
from tests.diagnosis.situations import asked_by, run_view

OPEN = "tcp ok; handshake ok; connect ok"
PAGE = "tcp ok; http ok status=200"
NO = 'tcp ok; handshake ok; connect rejected text="no entry"'


def found(confidence: Confidence = Confidence.LIKELY, *seen: str) -> Finding:
    lines = tuple(EvidenceLine("seen", observation) for observation in seen)
    return Finding(
        "some-cause", confidence, "It is so.", "It is so.", (Actor.USER,), Advice(), evidence=lines
    )


def judged(*lines: str, findings: tuple[Finding, ...] = (), stopped: bool = False) -> Verdict:
    return verdict.judge(run_view(lines), findings, stopped)


def noted(*lines: str, findings: tuple[Finding, ...] = ()) -> list[str]:
    return [n.text for n in notes_of(run_view(lines), findings)]


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
    assert judged(dead, findings=(found(),)).status is VerdictStatus.UNREACHABLE
    assert judged(dead, findings=(found(Confidence.POSSIBLE),)).status is VerdictStatus.INCONCLUSIVE


def test_a_check_that_connects_is_no_connection_of_the_plan() -> None:
    said = judged("fallback rtmp 1935: tcp timed-out", f"check rtmps 443: {OPEN}", findings=(found(),))
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
    said = judged("fallback rtmp 1935: tcp timed-out", findings=(found(),))
    assert (said.cause, said.confidence, said.headline) == ("some-cause", Confidence.LIKELY, "It is so.")


def test_without_a_finding_the_cause_is_none() -> None:
    said = judged(f"fallback rtmp 1935: {OPEN}")
    assert (said.cause, said.confidence) == ("none", None)
    assert said.headline == "Everything works: connected by RTMP on port 1935."


def test_a_run_that_connected_says_so_before_what_is_wrong_beside_it() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmps 443: tcp ok; tls refused")
    beside = judged(*lines, findings=(found(Confidence.LIKELY, "2.tls"),))
    assert beside.status is VerdictStatus.CONNECTED
    assert beside.headline == "Connected by RTMP on port 1935. RTMPS on port 443: It is so."
    own = judged(f"fallback rtmp 1935: {OPEN}", findings=(found(Confidence.LIKELY, "1.tcp"),))
    assert own.headline == "Connected by RTMP on port 1935. It is so."


@pytest.mark.parametrize(
    ("lines", "headline"),
    [
        ((f"fallback http 80: {PAGE}",), "HTTP on port 80 answered; the plan had no way to a media server."),
        (
            ("fallback http 80: tcp timed-out",),
            "No web request was answered; the plan had no way to a media server.",
        ),
    ],
)
def test_a_plan_of_web_requests_alone_connects_no_player(lines: tuple[str, ...], headline: str) -> None:
    said = judged(*lines)
    assert (said.status, said.headline) == (VerdictStatus.INCONCLUSIVE, headline)


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
         "Connected by RTMP on port 80, after other ways failed."),
        ((f"fallback rtmp 1935: {NO}",), False, "The server was reached and refused the connection."),
        (("fallback rtmp 1935: tcp timed-out",), False, "The cause cannot be told from what was seen."),
        (("fallback rtmp 1935: cancelled",), True, "The test was stopped before it could tell."),
        ((), False, "Nothing could be tested."),
    ],
)  # fmt: skip
def test_headlines(lines: tuple[str, ...], stopped: bool, headline: str) -> None:
    said = judged(*lines, stopped=stopped)
    assert said.headline == headline
    assert len(headline.split()) <= 12


def test_when_nothing_applies_the_reason_is_told() -> None:
    assert (
        judged("fallback rtmfp 1935: not-applicable").headline == "Nothing could be tested: not-applicable."
    )


# ---- notes


def test_what_a_server_does_not_offer_is_a_note() -> None:
    assert noted(
        f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp timed-out", "check rtmps 443: tcp refused"
    ) == ["Not offered here, or not to this network: RTMP on port 80 and RTMPS on port 443."]


def test_who_answers_instead_is_named() -> None:
    assert noted(
        f"fallback rtmp 1935: {OPEN}",
        "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 server=nginx",
        "check admin 1111: tcp ok; http unexpected-reply http=200",
    ) == [
        "RTMP on port 80 is not offered: a web server (HTTP 400 from nginx) answers there.",
        "The administration service on port 1111 is not offered: a web server (HTTP 200) answers there.",
    ]


def test_a_bad_certificate_beside_another_way_is_noted_as_one() -> None:
    lines = (
        "fallback rtmp 1935: tcp refused",
        f"fallback rtmp 80: {OPEN}",
        "check rtmps 443: tcp ok; tls certificate-expired",
    )
    assert noted(*lines)[:1] == [
        "RTMPS on port 443 shows a certificate that this computer refuses (certificate expired)."
    ]


def test_a_rejection_is_noted_as_one() -> None:
    assert noted(f"fallback rtmp 1935: {NO}", f"fallback rtmp 80: {OPEN}") == [
        "RTMP on port 1935 was reached and refused the connection: “no entry”."
    ]
    assert noted("fallback rtmp 1935: tcp ok; handshake ok; connect closed", f"fallback rtmp 80: {OPEN}") == [
        "RTMP on port 1935 was reached and refused the connection."
    ]


def test_an_address_that_fails_is_noted_as_an_address() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmp 1935 @203.0.113.11: tcp timed-out")
    assert noted(*lines) == ["The server's address 203.0.113.11 did not let us in by RTMP on port 1935."]


def test_a_family_that_this_computer_has_no_way_to_is_no_fault_of_the_server() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "check rtmp 1935 @2001:db8::7: tcp no-route")
    assert noted(*lines) == ["This computer has no way to IPv6 addresses, so 2001:db8::7 could not be tried."]


def test_addresses_that_were_not_tried_are_named() -> None:
    seen = run_view(
        [f"fallback rtmp 1935: {OPEN}", f"check rtmp 1935 @203.0.113.11: {OPEN}"],
        addresses=("203.0.113.10", "203.0.113.11", "203.0.113.12", "2001:db8::7"),
    )
    assert [n.text for n in notes_of(seen, ())] == [
        "The server's name has 4 addresses; 2 were not tried: 203.0.113.12, 2001:db8::7."
    ]


def test_what_a_finding_tells_is_not_noted_again() -> None:
    lines = (f"fallback rtmp 1935: {OPEN}", "fallback rtmp 80: tcp timed-out")
    assert noted(*lines, findings=(found(Confidence.LIKELY, "2.tcp"),)) == []


def test_what_could_not_be_tried_is_told_once_for_each_reason() -> None:
    lines = (
        f"fallback rtmp 1935: {OPEN}",
        "fallback rtmp 443: not-applicable",
        "check rtmfp 1935: not-applicable",
    )
    assert noted(*lines) == ["Not tried: RTMP on port 443 and RTMFP on port 1935 (not-applicable)."]


def test_where_nothing_connects_there_is_nothing_to_note() -> None:
    assert noted("fallback rtmp 1935: tcp timed-out", "check rtmps 443: tcp refused") == []


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
    assert said.headline == "A firewall on your side blocks port 1935."
