"""Both verdicts are known where today's rules see a report differently, and only there."""

from __future__ import annotations

import logging

import msgspec
import pytest

from fmsdiag import __version__
from fmsdiag.diagnosis import judgment
from fmsdiag.gui.report_file.today import may_differ, todays_verdict, todays_words
from fmsdiag.model import Confidence, Rejudged, Report, Tool, Verdict
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.strict import STRICT
from tests.gui.rich_reports import many
from tests.report import samples

OLDER = Tool("fmsdiag", "0.0.9")


def misjudged(report: Report | None = None, tool: Tool = OLDER) -> Report:
    """A report of another version, whose rules saw another cause in the same run."""
    report = report or samples.port_blocked()
    wrong = msgspec.structs.replace(report.verdict, cause="server-down", confidence=Confidence.POSSIBLE)
    return msgspec.structs.replace(report, tool=tool, verdict=wrong)


def test_an_older_versions_report_is_judged_again() -> None:
    today = todays_verdict(misjudged())
    assert today is not None
    assert (today.cause, today.confidence) == ("port-blocked", samples.port_blocked().verdict.confidence)


@pytest.mark.parametrize("name", samples.RECORDED[:6])
def test_nothing_is_said_where_both_agree(name: str) -> None:
    assert todays_verdict(msgspec.structs.replace(samples.recorded(name), tool=OLDER)) is None


def test_rules_are_asked_where_they_may_differ() -> None:
    ours = Tool("fmsdiag", __version__)
    assert may_differ(misjudged())
    assert not may_differ(misjudged(tool=ours))
    again = msgspec.structs.replace(misjudged(), rejudged=Rejudged(ours, samples.port_blocked().verdict))
    assert not may_differ(again)
    assert not may_differ(msgspec.structs.replace(many(), tool=OLDER)), "the rules would take too long"


def test_a_fault_of_the_rules_is_in_the_log_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(report: Report, tool: Tool) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judgment, "rejudge", fail)
    with caplog.at_level(logging.ERROR, logger="fmsdiag"):
        assert todays_verdict(misjudged()) is None
    assert "ZeroDivisionError" in caplog.text


def test_a_report_that_an_older_version_judged_again_is_compared_with_what_it_says_now() -> None:
    """Not with what it said first, which is in its notes."""
    before = samples.port_blocked().verdict
    again = msgspec.structs.replace(misjudged(), rejudged=Rejudged(OLDER, before, ("port-blocked",)))
    today = todays_verdict(again)
    assert today is not None
    assert today.cause == "port-blocked"


def test_the_second_verdict_in_words() -> None:
    report = samples.port_blocked()
    assert todays_words(report, None) == ""
    said = todays_words(report, report.verdict)
    assert said.startswith(
        f"Today's rules (fmsdiag {__version__}) say: Connected using a fallback. Port 1935 is "
    )
    assert said.endswith("Cause: port-blocked, confidence: Likely.")
    unsure = msgspec.structs.replace(report.verdict, confidence=None, cause="none")
    assert todays_words(report, unsure).endswith("Cause: none.")


@pytest.mark.parametrize(
    ("codes", "may_differ"),
    [
        ((), False),
        (("query",), False),
        (("local-address",), True),
        ((STRICT,), True),
        ((INCLUDED, "local-address"), False),
    ],
)
@pytest.mark.parametrize("confidence", [Confidence.LIKELY, None])
def test_a_report_that_hides_what_rules_look_at_says_so(
    codes: tuple[str, ...], may_differ: bool, confidence: Confidence | None
) -> None:
    report = msgspec.structs.replace(samples.port_blocked(), redaction=codes)
    verdict = msgspec.structs.replace(report.verdict, confidence=confidence)
    assert ("Addresses are hidden" in todays_words(report, verdict)) is may_differ


def test_a_hostile_cause_stays_on_its_line() -> None:
    verdict: Verdict = msgspec.structs.replace(samples.healthy().verdict, cause="a\n\u202eb" + "x" * 200)
    said = todays_words(samples.healthy(), verdict)
    assert "\n" not in said
    assert "\u202e" not in said
