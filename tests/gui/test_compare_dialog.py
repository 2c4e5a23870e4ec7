"""Two reports compared in a dialog of plain text, and how the window gets there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from fmsdiag.gui.compare_dialog import CompareDialog, words_of
from fmsdiag.report.comparison.compare import compare
from fmsdiag.report.comparison.view import ComparisonView
from fmsdiag.report.json import encode
from tests.gui.children import child
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.gui.window_steps import open_file, opened_file, run_to_verdict
from tests.report import samples
from tests.report.comparison.pairs import sent
from tests.report.hostile import hostile


def test_every_part_is_in_the_words() -> None:
    view = ComparisonView(compare(sent("port-dropped"), sent("healthy")))
    words = words_of(view)
    assert words.startswith(f"{view.statement}\n{view.side}\n")
    assert all(row.tried in words and row.reading in words for row in view.rows)
    assert all(line in words for line in (*view.evidence, *view.cautions))
    assert all(d.first in words and d.remark in words for d in view.differences)


def test_the_box_tells_it_as_before_and_after(qtbot: QtBot) -> None:
    dialog = CompareDialog(sent("port-dropped"), sent("healthy"))
    qtbot.addWidget(dialog)
    assert "for the customer" in dialog.page.toPlainText()
    dialog.before_after.click()
    assert dialog.page.toPlainText().startswith("Since last time: RTMP on port 1935 now connects.")


def test_hostile_text_stays_text(qtbot: QtBot) -> None:
    dialog = CompareDialog(hostile(), sent("healthy"))
    qtbot.addWidget(dialog)
    assert "<script>" in dialog.page.toPlainText()
    assert "\u202e" not in dialog.page.toPlainText()


def compared(qtbot: QtBot, window: object) -> str:
    qtbot.waitUntil(lambda: window.findChild(CompareDialog) is not None)  # type: ignore[attr-defined]
    return child(window, CompareDialog).page.toPlainText()  # type: ignore[arg-type]


def test_a_run_of_this_window_is_supports(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    assert not window.parts.actions.compare.isEnabled()
    run_to_verdict(qtbot, window)
    window.parts.actions.compare.trigger()
    dialog = child(window, QFileDialog, "compare")
    dialog.fileSelected.emit(str(opened_file(tmp_path, samples.rejected())))
    assert "Customer. Cause: app-not-found" in compared(qtbot, window)
    dialog.close()


def test_a_report_from_a_file_is_the_customers(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(telling(samples.healthy()))
    open_file(qtbot, window, opened_file(tmp_path, samples.rejected()))
    other = tmp_path / "mine.json"
    other.write_bytes(encode(samples.healthy()))
    window.view.compare.with_file(other)
    assert "Customer. Cause: app-not-found" in compared(qtbot, window)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}", "it does not name the format"),
        (b'{"schema_version": "fmsdiag-report/2.0"}', "fmsdiag-report/2.0"),
    ],
)
def test_what_cannot_be_compared_is_said(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, content: bytes, said: str
) -> None:
    window = make_window(telling(samples.healthy()))
    run_to_verdict(qtbot, window)
    (tmp_path / "odd.json").write_bytes(content)
    window.view.compare.with_file(tmp_path / "odd.json")
    qtbot.waitUntil(lambda: said in window.parts.messages.text.text())
    assert window.findChild(CompareDialog) is None
