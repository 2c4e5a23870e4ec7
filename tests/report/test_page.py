import msgspec
import pytest

from fmsdiag.model import EvidenceLine, VerdictStatus
from fmsdiag.report.page import SHOWN_BYTES, Page
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples


def test_evidence_leads_to_the_step_that_shows_it() -> None:
    page = Page(samples.port_blocked())
    assert [(line.anchor, line.where) for line in page.findings[0].seen] == [
        ("step-1-2", "attempt 1, TCP connection"),
        ("step-2-2", "attempt 2, TCP connection"),
        ("step-5-2", "follow-up 5, TCP connection"),
    ]
    anchors = {step.anchor for attempt in page.attempts for step in attempt.steps}
    assert {line.anchor for line in page.findings[0].seen} <= anchors
    assert [attempt.is_open for attempt in page.attempts] == [True, True, False, False, True, False]


def test_evidence_may_point_at_an_attempt_or_at_nothing() -> None:
    report = samples.port_blocked()
    seen = (EvidenceLine("all of it", "2"), EvidenceLine("gone", "99.tcp"), EvidenceLine("nowhere"))
    finding = msgspec.structs.replace(report.findings[0], evidence=seen)
    page = Page(msgspec.structs.replace(report, findings=(finding,)))
    assert [line.anchor for line in page.findings[0].seen] == ["attempt-2", "", ""]
    assert [attempt.is_open for attempt in page.attempts] == [False, True, False, False, False, False]


def test_who_can_mend_it() -> None:
    readers = Page(samples.port_blocked()).readers
    assert [(reader.name, reader.can_mend) for reader in readers] == [
        ("You", False),
        ("Your network administrator", True),
        ("Server operator", False),
    ]
    assert Page(samples.healthy()).readers == []


def test_the_request_is_kept_line_by_line() -> None:
    assert len(Page(samples.port_blocked()).request) == 3
    assert Page(samples.rejected()).request == []


@pytest.mark.parametrize("status", list(VerdictStatus))
def test_there_is_a_paragraph_without_a_finding(status: VerdictStatus) -> None:
    report = samples.unreachable()
    verdict = msgspec.structs.replace(report.verdict, status=status)
    assert Page(msgspec.structs.replace(report, verdict=verdict)).paragraph.endswith(".")


def test_what_a_player_would_have_done() -> None:
    told = "would have connected by RTMP, port 80, after 303 ms, starting an attempt every 200 ms"
    assert Page(samples.port_blocked()).player == told
    assert Page(samples.healthy()).player == "would have connected by RTMP, port 1935, after 103 ms"
    assert Page(samples.rejected()).player == ""


def test_bytes_are_shown_up_to_a_limit_and_counted() -> None:
    report = samples.rejected()
    first = report.attempts[0]
    seen = msgspec.structs.replace(
        first.observations[2], first_in=bytes(200), bytes_in=3073, first_out=b"", bytes_out=0
    )
    attempt = msgspec.structs.replace(first, observations=(seen,))
    [step] = Page(msgspec.structs.replace(report, attempts=(attempt,))).attempts[0].steps
    assert [(title, len(lines)) for title, lines in step.dumps] == [
        (f"First {SHOWN_BYTES} of 3,073 bytes received", SHOWN_BYTES // 16)
    ]


def test_a_private_report_is_marked_and_its_log_has_no_doubled_line() -> None:
    page = Page(redact(samples.healthy(), include_sensitive=True, identity=Identity()))
    assert page.is_private
    assert page.hidden == []
    assert not Page(samples.healthy()).is_private


def test_players_and_what_goes_with_the_address() -> None:
    page = Page(samples.healthy())
    assert [(row.players, row.outcome) for row in page.players] == [
        ("Flash Player, NCManager", "connects by RTMP 1935 after 103 ms"),
        ("RTMPS only", "does not connect"),
    ]
    assert Page(samples.port_blocked()).recommended == ["Enter this address in the player."]
