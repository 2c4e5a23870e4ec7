"""Evidence that leads to rows, what else was found, and everything that the view has."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLabel
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.body import MOST_LINES, BodyTexts, VerdictBody
from fmsdiag.gui.verdict.link_line import LinkLine
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.model import EvidenceLine, Report
from fmsdiag.report.view import ReportView, ViewTexts
from tests.diagnosis.findings import plain
from tests.gui.rich_reports import hostile
from tests.report import samples


def body_of(qtbot: QtBot, report: Report) -> VerdictBody:
    body = VerdictBody()
    qtbot.addWidget(body)
    body.show_view(ReportView(report, has_buttons=True))
    return body


def labels(body: VerdictBody) -> list[str]:
    shown: list[QLabel | WrappedText | LinkLine] = [
        *body.findChildren(QLabel),
        *body.findChildren(WrappedText),
        *body.findChildren(LinkLine),
    ]
    return [label.text() for label in shown if not label.isHidden()]


def test_evidence_leads_to_its_row(qtbot: QtBot) -> None:
    report = samples.port_blocked()
    body = body_of(qtbot, report)
    links = body.findChildren(LinkLine)
    with qtbot.waitSignal(body.evidence_activated) as where:
        qtbot.keyClick(links[0], Qt.Key.Key_Return)
    assert where.args == [report.findings[0].evidence[0].observation]


def test_a_finding_leads_to_what_there_is_to_know_of_its_cause(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    words = say(BodyTexts.ABOUT_CAUSE, cause="port-blocked")
    link = next(link for link in body.findChildren(LinkLine) if link.text() == words)
    with qtbot.waitSignal(body.cause_activated) as cause:
        qtbot.keyClick(link, Qt.Key.Key_Return)
    assert cause.args == ["port-blocked"]


def test_a_cause_of_a_newer_program_leads_nowhere(qtbot: QtBot) -> None:
    report = samples.port_blocked()
    finding = msgspec.structs.replace(report.findings[0], cause="new-cause")
    body = body_of(qtbot, msgspec.structs.replace(report, findings=(finding,)))
    assert say(BodyTexts.ABOUT_CAUSE, cause="new-cause") not in labels(body)


@pytest.mark.parametrize("name", samples.RECORDED)
def test_every_part_of_a_report_is_shown(qtbot: QtBot, name: str) -> None:
    report = samples.recorded(name)
    view, shown = ReportView(report, has_buttons=True), labels(body_of(qtbot, report))
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
        ViewTexts.NOTES: [line.text for line in view.notes] + ([view.identity] if view.identity else []),
        ViewTexts.PLAYERS: [row.line for row in view.players],
        ViewTexts.CONTACTS: list(view.contacts),
    }
    for title, lines in parts.items():
        assert (say(title) in shown) is bool(lines), title.english
        assert set(lines) <= set(shown)
    if finding is not None:
        assert finding.confidence_line in shown


def test_folded_causes_are_told(qtbot: QtBot) -> None:
    assert "port blocked" in labels(body_of(qtbot, samples.recorded("school")))


def test_a_run_without_a_finding_says_what_stays_open(qtbot: QtBot) -> None:
    report = samples.stopped()
    undecided = report.verdict.undecided
    assert undecided is not None
    body = body_of(qtbot, report)
    assert say(ViewTexts.DECIDES) in labels(body)
    assert not body.tabs.isHidden()


def test_a_new_report_replaces_the_old_lines(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    before = labels(body)
    body.show_view(ReportView(samples.healthy(), has_buttons=True))
    assert not body.confidence.isVisible()
    assert ReportView(samples.port_blocked()).seen[0].text in before
    assert ReportView(samples.port_blocked()).seen[0].text not in labels(body)


def test_no_tabs_where_nobody_has_to_act(qtbot: QtBot) -> None:
    assert body_of(qtbot, samples.healthy()).tabs.isHidden()
    assert not body_of(qtbot, samples.port_blocked()).tabs.isHidden()


def test_what_does_not_fit_is_said_to_be_left_out(qtbot: QtBot) -> None:
    report = samples.port_blocked()
    lines = tuple(EvidenceLine(plain(f"Line {n}"), "1.tcp") for n in range(MOST_LINES + 3))
    finding = msgspec.structs.replace(report.findings[0], evidence=lines)
    body = body_of(qtbot, msgspec.structs.replace(report, findings=(finding,)))
    assert say(ViewTexts.LEFT_OUT, count=3) in labels(body)


def test_columns_turn_into_rows(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    layout = body.layout()
    assert isinstance(layout, QBoxLayout)
    body.set_side_by_side(False)
    assert layout.direction() is QBoxLayout.Direction.TopToBottom
    body.set_side_by_side(True)
    assert layout.direction() is QBoxLayout.Direction.LeftToRight


def test_another_finding_can_be_chosen_by_keyboard(qtbot: QtBot) -> None:
    report = samples.recorded("transparent-proxy")
    body = body_of(qtbot, report)
    other = ReportView(report).findings[1].headline
    link = next(link for link in body.findChildren(LinkLine) if link.text() == other)
    with qtbot.waitSignal(body.finding_chosen) as chosen:
        qtbot.keyClick(link, Qt.Key.Key_Space)
    assert chosen.args == [1]


def test_long_words_widen_nothing(qtbot: QtBot) -> None:
    body = body_of(qtbot, hostile())
    body.set_side_by_side(False)
    assert body.minimumSizeHint().width() < 420
