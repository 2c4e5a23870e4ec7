"""The few lines for a chat: what the view says, and what they leave out."""

import msgspec
import pytest

from fmsdiag.gui.report_file.summary import SummaryTexts, summary_text
from fmsdiag.messages.reader import say
from fmsdiag.model import Recommendation
from fmsdiag.report.view import ReportView, ViewTexts
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.hostile import hostile


@pytest.mark.parametrize("name", samples.RECORDED)
def test_it_says_what_the_view_says(name: str) -> None:
    report = samples.recorded(name)
    view, text = ReportView(report), summary_text(report)
    lines = text.splitlines()
    assert lines[0].startswith(view.mark.word)
    assert view.headline in lines[0]
    for reader in view.readers:
        assert all(f"{n}. {step.text}" in lines for n, step in enumerate(reader.steps, 1))
    if view.finding is not None:
        earned = {"cause": view.finding.cause, "confidence": view.finding.confidence_line}
        assert say(SummaryTexts.CAUSE, **earned) in lines
        assert all(line in lines for line in view.finding.request)
    assert (say(ViewTexts.REQUEST) in lines) is (view.finding is not None and bool(view.finding.request))
    assert say(SummaryTexts.LEFT_OUT) in lines
    assert report.report_id in lines[-1]
    assert not {"below", "above"} & set(text.lower().split())


def test_the_address_goes_with_its_proxy() -> None:
    text = summary_text(samples.recorded("proxy-required"))
    assert "This connects: rtmps://media.example.net/live" in text
    assert "172.19.8.1:3128" in text


def test_the_times_of_attempts_are_said_once() -> None:
    lines = summary_text(samples.port_blocked()).splitlines()
    assert sum("1935" in line and line.startswith("- ") for line in lines) == 1
    assert all(line.count(" s") <= 1 for line in lines if line.startswith("- "))


def test_nothing_from_outside_is_obeyed() -> None:
    evil = "\x1b[31m\u202e"
    report = msgspec.structs.replace(hostile(), recommendation=Recommendation(evil, (evil,), plain(evil)))
    assert not {"\x1b", "\u202e"} & set(summary_text(report))
