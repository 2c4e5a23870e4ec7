"""The whole window in the pseudo-locales: every text is one of a table, and the layout runs in its direction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTabWidget,
    QTextEdit,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from fmsdiag.gui import help_dialogs
from fmsdiag.gui.app import use_language_of
from fmsdiag.gui.details.details import Page
from fmsdiag.gui.details.pane import TextPane
from fmsdiag.gui.form.consent_dialog import ConsentDialog
from fmsdiag.gui.form.form_input import AdvancedInput, FormInput, ProxyKind
from fmsdiag.gui.history.dialog import HistoryDialog
from fmsdiag.gui.history.runs import Listing
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.obs.import_dialog import ImportDialog
from fmsdiag.gui.profile.create_dialog import CreateProfileDialog
from fmsdiag.history.store import History
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.pseudo import RIGHT_TO_LEFT
from fmsdiag.messages.reader import language_of, use_language
from fmsdiag.model import Report
from fmsdiag.obs.installation import read_obs
from fmsdiag.report.redact import redact
from tests.gui.conftest import MakeWindow
from tests.gui.rich_reports import with_certificate
from tests.gui.scripted import hanging, telling
from tests.gui.window_steps import open_file, opened_file
from tests.obs.obs_files import attempt, make_log, make_profile
from tests.report import samples

_WORD = re.compile(r"[A-Za-z]{3,}")
_MARKED = re.compile(r"\[!! (?:(?!\[!! | !!\]).)*? !!\]", re.S)
"""A text without another one in it."""
_URL = re.compile(r"\w+://\S*")
_OF_QT = ("ScrollLeftButton", "ScrollRightButton", "qt_spinbox_lineedit")


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    use_language(ENGLISH)
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def accented() -> None:
    use_language(language_of({"FMSDIAG_LANGUAGE": "en-XA"}))


def texts_of(widget: QWidget) -> Iterator[str]:
    """What a widget shows or tells, but for its children's."""
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    match widget:
        case QLabel() | QAbstractButton() | QAbstractSpinBox():
            yield widget.text()
        case QLineEdit():
            yield widget.placeholderText()
        case QComboBox():
            yield from (widget.itemText(row) for row in range(widget.count()))
        case QTabBar():
            yield from (widget.tabText(tab) for tab in range(widget.count()))
            yield from (widget.tabToolTip(tab) for tab in range(widget.count()))
            yield from (widget.accessibleTabName(tab) for tab in range(widget.count()))
        case QTabWidget():
            yield from (widget.tabText(page) for page in range(widget.count()))
            yield from (widget.tabToolTip(page) for page in range(widget.count()))
        case TextPane():
            pass  # looked at line by line below
        case QPlainTextEdit() | QTextEdit():
            yield widget.toPlainText()
        case QMenu():
            yield widget.title()
        case QTreeView():
            yield from cells_of(widget.model())


def cells_of(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[str]:
    parent = parent or QModelIndex()
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
    )
    for column in range(model.columnCount(parent)):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(model.rowCount(parent)):
            index = model.index(row, column, parent)
            yield from (str(index.data(role) or "") for role in roles)
            if column == 0:
                yield from cells_of(model, index)


def everything(window: QWidget) -> Iterator[tuple[str, str]]:
    """Where, and what is said there."""
    for widget in (window, *window.findChildren(QWidget)):
        if widget.objectName() in _OF_QT:
            continue
        name = f"{type(widget).__name__} {widget.objectName()}"
        yield from ((name, words) for words in texts_of(widget))
    for action in window.findChildren(QAction):
        yield "QAction", action.text()
        yield "QAction", action.toolTip()


def unmarked(words: str, values: frozenset[str]) -> bool:
    """Whether something in a text is neither in the marks of a table's text nor a value."""
    rest = words.removeprefix("<span>").removesuffix("</span>").partition("<br>")[0]
    while (shorter := _MARKED.sub("", rest)) != rest:
        rest = shorter
    rest = _URL.sub("", rest)
    for value in sorted(values, key=len, reverse=True):
        rest = rest.replace(value, "")
    return bool(_WORD.search(rest))


def values_of(report: Report) -> frozenset[str]:
    """What a report has that no language changes: its hosts, addresses, codes."""
    hosts = {report.target.host, report.target.application, *report.environment.resolvers}
    found = {str(attempt.endpoint.host) for attempt in report.attempts}
    if report.recommendation is not None:
        found.add(report.recommendation.url)
    return frozenset(filter(None, hosts | found))


NAMES = frozenset({"fmsdiag", "live.example.com", "media.example.com", "none", "Ctrl", "Shift"})


def complaints(window: QWidget, values: frozenset[str]) -> str:
    """What is said in no text of a table, one line each; "" where all is well."""
    found = {f"{where}: {words!r}" for where, words in everything(window) if unmarked(words, values | NAMES)}
    return "\n".join(sorted(found))


def run(qtbot: QtBot, window: MainWindow, report: Report) -> None:
    window.parts.form.server_line.setText(report.target.host)
    with qtbot.waitSignal(window.parts.session.finished):
        window.parts.form.run()


def test_an_empty_window(accented: None, make_window: MakeWindow) -> None:
    assert not complaints(make_window(telling(samples.healthy())), frozenset())


def test_fields_that_are_wrong(accented: None, make_window: MakeWindow) -> None:
    window = make_window(telling(samples.healthy()))
    window.parts.form.fill(
        FormInput(
            "two words",
            "live",
            "1935, 70000",
            advanced=AdvancedInput(
                control="a b", resolver="x", proxy=ProxyKind.HTTP, encrypted=("rtmpe:1935",), sequential=True
            ),
        )
    )
    window.parts.form.run()
    assert not complaints(window, frozenset({"two words"}))


def test_a_run(qtbot: QtBot, accented: None, make_window: MakeWindow) -> None:
    report = samples.recorded("port-dropped")
    window = make_window(hanging(report, 2.1))
    window.parts.form.server_line.setText(report.target.host)
    window.parts.form.run()
    qtbot.waitUntil(lambda: "1935" in window.parts.card.headline.text())
    assert not complaints(window, values_of(report))
    window.view.stop()
    qtbot.waitUntil(lambda: not window.parts.session.running)


@pytest.mark.parametrize("name", samples.RECORDED)
def test_a_result(qtbot: QtBot, accented: None, make_window: MakeWindow, name: str) -> None:
    report = samples.recorded(name)
    window = make_window(telling(report))
    run(qtbot, window, report)
    window.parts.actions.details.trigger()
    assert not complaints(window, values_of(report))


@pytest.mark.parametrize("page", list(Page))
def test_the_details(qtbot: QtBot, accented: None, make_window: MakeWindow, page: Page) -> None:
    report = with_certificate()
    window = make_window(telling(report))
    run(qtbot, window, report)
    window.parts.actions.details.trigger()
    window.parts.timeline.reveal("4.tls")
    window.parts.details.tabs.setCurrentIndex(list(Page).index(page))
    lines = window.parts.details.page.toPlainText().splitlines()
    if page in (Page.EXPLANATION, Page.CERTIFICATE, Page.ENVIRONMENT):
        assert not [
            line for line in lines if line.strip(" …") and not line.startswith("    ") and "[!! " not in line
        ]
    elif page is Page.BYTES:
        assert all("[!! " in line or line[:4].isalnum() for line in lines if line)


def test_a_report_from_a_file(qtbot: QtBot, accented: None, make_window: MakeWindow, tmp_path: Path) -> None:
    report = redact(samples.recorded("proxy-required"))
    window = make_window(telling(samples.healthy()))
    open_file(qtbot, window, opened_file(tmp_path, report))
    assert not complaints(window, values_of(report) | {"report.json"})


def test_the_dialogs(qtbot: QtBot, accented: None) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for dialog in (
        help_dialogs.what_is_sent(parent),
        help_dialogs.about(parent),
        ConsentDialog("media.example.com", "live", None, parent),
    ):
        assert not complaints(dialog, frozenset({"live"}))
    assert not unmarked(help_dialogs.licenses(parent).windowTitle(), NAMES)


def test_the_dialogs_of_tools_and_history(
    qtbot: QtBot, accented: None, settings: QSettings, tmp_path: Path
) -> None:
    """Files and addresses of others stand in them as they are."""
    make_profile(tmp_path, "Sunday", {"server": "rtmp://media.example.com/live/a-key"})
    make_profile(tmp_path, "Whip", {"server": "https://media.example.com"})
    make_log(tmp_path, "2026-05-12 10-00-00", *attempt("10:00:01", "rtmp://media.example.com/live", -2))
    found = read_obs({"FMSDIAG_OBS": str(tmp_path)})
    assert found is not None
    creating = CreateProfileDialog(samples.healthy(), settings)
    creating.prefill(("rtmp://media.example.com/live/a-key",), None, "x")
    creating.fields.from_window.click()
    creating.save.click()
    with History(tmp_path / "h") as history:
        history.add(redact(samples.port_blocked()))
        kept = Listing(tuple(history.entries()), False, ())
    listed = HistoryDialog({})
    listed.show_listing(kept)
    for dialog in (creating, listed, ImportDialog(found)):
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        dialog.show()
        assert not complaints(dialog, frozenset({"Sunday", "Whip", "port-blocked", "UTC", "May", "…"}))


def test_what_runs_from_right_to_left(qtbot: QtBot, qapp: QApplication, make_window: MakeWindow) -> None:
    use_language_of(qapp, {"FMSDIAG_LANGUAGE": "ar-XB"})
    report = samples.recorded("port-dropped")
    window = make_window(telling(report))
    run(qtbot, window, report)
    window.parts.form.advanced_toggle.setChecked(True)
    shown = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    assert all(widget.isRightToLeft() for widget in shown)
    form = window.parts.form
    assert form.button.x() < form.server.x()  # what is at the right end otherwise
    words = window.parts.card.headline.text()
    assert RIGHT_TO_LEFT in words
    assert not [said for _, said in everything(window) if "\\u202e" in said]
