"""Evidence that leads to rows, and what else was noticed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QLabel
from pytestqt.qtbot import QtBot

from fmsdiag.gui.verdict.body import VerdictBody
from fmsdiag.gui.verdict.card_text import card_text
from fmsdiag.gui.verdict.link_line import LinkLine
from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.model import Report
from tests.gui.rich_reports import hostile, several
from tests.report import samples


def body_of(qtbot: QtBot, report: Report) -> VerdictBody:
    body = VerdictBody()
    qtbot.addWidget(body)
    body.show_text(card_text(report))
    return body


def labels(body: VerdictBody) -> list[str]:
    shown: list[QLabel | WrappedText | LinkLine] = [
        *body.findChildren(QLabel),
        *body.findChildren(WrappedText),
        *body.findChildren(LinkLine),
    ]
    return [label.text() for label in shown if not label.isHidden()]


def test_evidence_leads_to_its_row(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    links = body.findChildren(LinkLine)
    assert next(link.text() for link in links) == "Port 1935 gave no answer for 5.0 s."
    with qtbot.waitSignal(body.evidence_activated) as where:
        qtbot.keyClick(links[2], Qt.Key.Key_Return)
    assert where.args == ["5.tcp"]


def test_what_is_ruled_out_and_noticed_is_said(qtbot: QtBot) -> None:
    assert "a wrong name: it was found" in labels(body_of(qtbot, samples.port_blocked()))
    assert "This server does not offer RTMPS on port 443." in labels(body_of(qtbot, samples.healthy()))


def test_a_new_report_replaces_the_old_lines(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    body.show_text(card_text(samples.healthy()))
    qtbot.waitUntil(lambda: len(body.findChildren(LinkLine)) == 4)
    assert "a wrong name: it was found" not in labels(body)
    assert body.confidence.isHidden()


def test_no_tabs_where_nobody_has_to_act(qtbot: QtBot) -> None:
    assert body_of(qtbot, samples.healthy()).tabs.isHidden()
    assert not body_of(qtbot, samples.port_blocked()).tabs.isHidden()


def test_columns_turn_into_rows(qtbot: QtBot) -> None:
    body = body_of(qtbot, samples.port_blocked())
    layout = body.layout()
    assert isinstance(layout, QBoxLayout)
    body.set_side_by_side(False)
    assert layout.direction() is QBoxLayout.Direction.TopToBottom
    body.set_side_by_side(True)
    assert layout.direction() is QBoxLayout.Direction.LeftToRight


def test_every_part_of_a_finding_is_shown(qtbot: QtBot) -> None:
    shown = labels(body_of(qtbot, several()))
    for title in (
        "What we saw",
        "What speaks against it",
        "What this rules out",
        "This also explains",
        "This test would decide",
        "What connects from here",
        "Also noticed",
        "Good to know",
    ):
        assert title in shown
    assert "rtmp://media.example.com:80/live" in shown


def test_another_finding_can_be_chosen_by_keyboard(qtbot: QtBot) -> None:
    body = body_of(qtbot, several())
    link = next(link for link in body.findChildren(LinkLine) if link.text().startswith("Secure traffic"))
    with qtbot.waitSignal(body.finding_chosen) as chosen:
        qtbot.keyClick(link, Qt.Key.Key_Space)
    assert chosen.args == [1]


def test_long_words_widen_nothing(qtbot: QtBot) -> None:
    body = body_of(qtbot, hostile())
    body.set_side_by_side(False)
    assert body.minimumSizeHint().width() < 420
