"""Everything that a report has is on its page, with links that lead on."""

import msgspec
import pytest

from fmsdiag.gui.details.pane import Span, Style, plain
from fmsdiag.gui.details.verdict_page import (
    CauseLink,
    FindingLink,
    RowLink,
    StepLink,
    VerdictPageTexts,
    reader_anchor,
    verdict_spans,
)
from fmsdiag.gui.verdict.steps import StepTexts
from fmsdiag.messages.reader import say
from fmsdiag.model import Actor, Cause, Report
from fmsdiag.report.view import ReportView, ViewTexts
from tests.report import samples


def page_of(report: Report, number: int = 0, opened: bool = False) -> list[Span]:
    return verdict_spans(ReportView(report, has_buttons=True), number, opened)


def links_of(spans: list[Span]) -> list[object]:
    return [span.link for span in spans if span.link is not None]


def test_nothing_without_a_report() -> None:
    assert verdict_spans(None) == []


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_part_of_a_report_is_shown(name: str) -> None:
    report = samples.recorded(name)
    view, said = ReportView(report, has_buttons=True), plain(page_of(report))
    lines = [line.removeprefix("• ") for line in said.splitlines()]
    finding = view.finding
    parts = {
        ViewTexts.WHAT_WE_SAW: [line.text for line in view.seen],
        ViewTexts.AGAINST: [line.text for line in finding.against] if finding is not None else [],
        ViewTexts.RULES_OUT: list(finding.rules_out) if finding is not None else [],
        ViewTexts.EXPLAINS: list(finding.explains) if finding is not None else [],
        ViewTexts.DECIDES: [view.decides] if view.decides else [],
        ViewTexts.RECOMMENDED: [view.recommendation.url, *view.recommendation.lines]
        if view.recommendation is not None
        else [],
        ViewTexts.ALSO_FOUND: [other.headline for other in view.findings[1:]],
        ViewTexts.NOTES: [line.text for line in view.notes] + ([view.identity_line] if view.identity else []),
        ViewTexts.PLAYERS: [row.line for row in view.players],
        ViewTexts.CONTACTS: list(view.contacts),
        ViewTexts.REQUEST: list(view.request),
    }
    for title, wanted in parts.items():
        assert (say(title) in lines) is bool(wanted), title.english
        assert set(wanted) <= set(lines)
    for reader in view.readers:
        assert (reader.name in lines) is bool(reader.steps)
        assert all(f"{n}. {step.text}" in lines for n, step in enumerate(reader.steps, 1))
    assert said.startswith(view.headline)
    if finding is not None:
        assert finding.explanation in said
        assert finding.confidence_line in lines


def test_links_lead_to_rows_steps_and_the_cause() -> None:
    links = links_of(page_of(samples.port_blocked()))
    view = ReportView(samples.port_blocked(), has_buttons=True)
    assert RowLink(view.seen[0].observation) in links
    assert CauseLink(Cause.PORT_BLOCKED) in links
    steps = [step for reader in view.readers for step in reader.steps if step.action is not None]
    assert [link.step for link in links if isinstance(link, StepLink)] == steps


def test_a_cause_of_a_newer_program_leads_nowhere() -> None:
    report = samples.port_blocked()
    finding = msgspec.structs.replace(report.findings[0], cause="new-cause")
    spans = page_of(msgspec.structs.replace(report, findings=(finding,)))
    assert say(VerdictPageTexts.ABOUT_CAUSE, cause="new-cause") not in plain(spans)


def test_findings_lead_to_each_other() -> None:
    report = samples.recorded("transparent-proxy")
    assert FindingLink(1) in links_of(page_of(report))
    other = page_of(report, 1)
    assert FindingLink(0) in links_of(other)
    assert plain(other).startswith(ReportView(report).findings[1].headline)


def test_a_report_from_a_file_offers_only_what_makes_sense() -> None:
    spans = page_of(samples.recorded("proxy-required"), opened=True)
    kept = [link for link in links_of(spans) if isinstance(link, StepLink)]
    every = [
        link for link in links_of(page_of(samples.recorded("proxy-required"))) if isinstance(link, StepLink)
    ]
    assert len(kept) < len(every)
    assert say(StepTexts.OPENED) in plain(spans)


def test_a_reader_can_be_gone_to() -> None:
    anchors = {span.anchor: span.text.strip() for span in page_of(samples.port_blocked()) if span.anchor}
    assert anchors[reader_anchor(Actor.ADMINISTRATOR)] == "Your network administrator"


def test_links_look_like_links() -> None:
    spans = page_of(samples.port_blocked())
    assert all(span.style is Style.LINK for span in spans if span.link is not None)
