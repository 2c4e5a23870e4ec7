"""Text that wraps wherever it must."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QPalette, QTextOption, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fmsdiag.gui.theme.palette import apply_theme
from fmsdiag.gui.theme.theme import DARK, LIGHT
from fmsdiag.gui.verdict.wrapped_text import LONGEST_WORD, WrappedText, lay_out, wrap_mode
from tests.gui.rich_reports import LONG_WORD


@pytest.fixture
def text(qtbot: QtBot) -> WrappedText:
    text = WrappedText()
    qtbot.addWidget(text)
    return text


def test_markup_is_shown_and_copied_as_it_is(text: WrappedText) -> None:
    text.setText("<b>bold</b> &amp; more")
    assert text.text() == "<b>bold</b> &amp; more"
    text.selectAll()
    assert text.textCursor().selectedText() == "<b>bold</b> &amp; more"


def test_a_long_word_needs_lines_and_no_width(text: WrappedText) -> None:
    text.setText(LONG_WORD)
    assert text.minimumSizeHint().width() <= 80
    assert text.heightForWidth(150) >= 3 * text.fontMetrics().height()
    text.setText("short")
    assert text.heightForWidth(150) < 2 * text.fontMetrics().height()


def test_a_word_of_many_lines_is_broken_anywhere(text: WrappedText) -> None:
    """Qt looks for its end from each of its lines otherwise: 80,000 characters took seconds to paint."""
    many = "\\x1b" * LONGEST_WORD
    assert wrap_mode(many) is QTextOption.WrapMode.WrapAnywhere
    assert lay_out(many, text.font(), 200).lineCount() > 10
    text.setText(many)
    assert text.wordWrapMode() is QTextOption.WrapMode.WrapAnywhere
    text.setText("words " * LONGEST_WORD)
    assert text.wordWrapMode() is QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


def test_what_is_measured_is_what_is_shown(qtbot: QtBot, text: WrappedText) -> None:
    text.setText("words and more words " * 20 + LONG_WORD)
    text.resize(240, text.heightForWidth(240))
    with qtbot.waitExposed(text):
        text.show()
    assert text.document().size().height() == pytest.approx(text.heightForWidth(240), abs=1.5)
    assert text.verticalScrollBar().maximum() == 0


def test_colors_follow_the_theme(qtbot: QtBot, qapp: QApplication) -> None:
    muted = WrappedText(muted=True)
    qtbot.addWidget(muted)
    assert muted.palette().color(QPalette.ColorRole.Text).name() == LIGHT.muted
    apply_theme(qapp, DARK)
    assert muted.palette().color(QPalette.ColorRole.Text).name() == DARK.muted
    apply_theme(qapp, LIGHT)
    assert muted.palette().color(QPalette.ColorRole.Text).name() == LIGHT.muted


def test_tab_passes_it_and_the_wheel_too(text: WrappedText) -> None:
    assert not text.focusPolicy() & Qt.FocusPolicy.TabFocus
    wheel = QWheelEvent(
        QPointF(1, 1), QPointF(1, 1), QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    text.wheelEvent(wheel)
    assert not wheel.isAccepted()


def test_lines_are_no_wider_than_asked() -> None:
    layout = lay_out(f"{LONG_WORD} and\nmore", QFont(), 120)
    widths = [layout.lineAt(n).naturalTextWidth() for n in range(layout.lineCount())]
    assert len(widths) >= 4
    assert max(widths) <= 121


def test_it_can_be_shortened_to_some_lines(qtbot: QtBot) -> None:
    text = WrappedText()
    qtbot.addWidget(text)
    text.resize(200, 400)
    text.setText("\U0001f41f fish & <b>chips</b> " * 40)
    whole = text.heightForWidth(200)
    text.set_most_lines(2)
    assert text.is_cut
    assert text.toPlainText().endswith("…")
    assert text.heightForWidth(200) < whole / 4
    assert text.text() == "\U0001f41f fish & <b>chips</b> " * 40
    assert "&lt;b>" in text.toolTip()
    text.set_most_lines(0)
    assert text.toPlainText() == text.text()
    assert text.toolTip() == ""
    assert text.heightForWidth(200) == whole


def test_what_fits_is_not_shortened(qtbot: QtBot) -> None:
    text = WrappedText()
    qtbot.addWidget(text)
    text.resize(400, 400)
    text.show()
    text.set_most_lines(1)
    text.setText("Short.")
    assert text.toPlainText() == text.text()
    text.setText("word " * 100)
    assert text.is_cut
    text.resize(20_000, 400)
    assert text.toPlainText() == text.text()
