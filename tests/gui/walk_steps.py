"""One window of a support case, driven by clicks and keys: `python -m tests.gui.walk_steps PART URL PICTURES`.

walk.py starts it in its person's network, with that person's home folder. Nothing here calls what a click or a key does.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)
from qasync import QEventLoop

from fmsdiag.gui.app import make_application, use_language_of
from fmsdiag.gui.compare_dialog import CompareDialog
from fmsdiag.gui.handover.preview_dialog import PreviewDialog
from fmsdiag.gui.history.dialog import HistoryDialog
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import ProberThread
from fmsdiag.gui.profile.create_dialog import CreateProfileDialog
from fmsdiag.profile.draft import DraftPart
from tests.gui.children import child

SETTLE_S = 0.5
"""What layouts and timers need before a picture is worth taking."""
LIMIT_S = 45.0
LEFT = Qt.MouseButton.LeftButton
Kind = TypeVar("Kind", bound=QDialog)


class Walker:
    """A person's hands and eyes at the window."""

    def __init__(self, window: MainWindow, pictures: Path) -> None:
        self.window, self.parts, self._pictures = window, window.parts, pictures

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait. Raises TimeoutError when it never holds."""
        async with asyncio.timeout(LIMIT_S):
            while not holds():  # noqa: ASYNC110 - what a window shows has no event to wait for
                await asyncio.sleep(0.05)

    async def look(self, name: str) -> None:
        """A picture of all windows, as the screen shows them; numbered over the whole case."""
        await asyncio.sleep(SETTLE_S)
        area = QRect()
        for each in QApplication.topLevelWidgets():
            if each.isVisible():
                area = area.united(each.frameGeometry())
        number = len(list(self._pictures.glob("*.png"))) + 1
        shown = self.window.screen().grabWindow(0, area.x(), area.y(), area.width(), area.height())
        shown.save(str(self._pictures / f"{number:02}-{name}.png"))

    def click(self, widget: QWidget) -> None:
        assert widget.isEnabled(), widget
        assert widget.isVisible(), widget
        QTest.mouseClick(widget, LEFT)

    def write(self, widget: QWidget, words: str) -> None:
        widget.setFocus()
        for number, line in enumerate(words.split("\n")):
            if number:
                QTest.keyClick(widget, Qt.Key.Key_Return)
            QTest.keyClicks(widget, line)

    async def choose(self, action: QAction, picture: str = "") -> None:
        """A command of the menus."""
        menu = action.parent() if isinstance(action.parent(), QMenu) else None
        menu = menu or next(m for m in self.window.findChildren(QMenu) if action in m.actions())
        assert isinstance(menu, QMenu)
        bar = self.window.menuBar()
        QTest.mouseClick(bar, LEFT, pos=bar.actionGeometry(menu.menuAction()).center())
        await self.until(menu.isVisible)
        if picture:
            await self.look(picture)
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())

    async def choose_first(self, name: str, picture: str) -> None:
        """The first entry of the menu of that name, which has opened by itself."""
        found: list[QMenu] = []

        def is_open() -> bool:
            found.extend(m for m in self.window.findChildren(QMenu, name) if m.isVisible())
            return bool(found)

        await self.until(is_open)
        await self.look(picture)
        menu = found[0]
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[0]).center())

    async def name_file(self, path: Path) -> None:
        """In the file dialog that is open."""
        await self.until(lambda: any(d.isVisible() for d in self._file_dialogs()))
        dialog = next(d for d in self._file_dialogs() if d.isVisible())
        which = QDialogButtonBox.StandardButton
        if dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave:
            line, button = child(dialog, QLineEdit, "fileNameEdit"), which.Save
            line.clear()
            self.write(line, str(path))
        else:
            button = which.Open
            # as a click on the file does; the dialog is Qt's here, and the system's elsewhere
            dialog.selectFile(str(path))
            await asyncio.sleep(SETTLE_S)
        self.click(child(dialog, QDialogButtonBox).button(button))
        await self.until(lambda: not any(d.isVisible() for d in self._file_dialogs()))

    async def dialog(self, kind: type[Kind]) -> Kind:
        """The dialog of that kind, once it is open."""
        found: list[Kind] = []

        def is_open() -> bool:
            found.extend(w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible())
            return bool(found)

        await self.until(is_open)
        return found[0]

    async def finished(self) -> None:
        """The run that goes on has its report."""
        await self.until(lambda: not self.parts.session.running and self.parts.session.report is not None)

    def _file_dialogs(self) -> list[QFileDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog)]


def profile_of(pictures: Path) -> Path:
    """Where support's profile goes: to the customer, and among the pictures."""
    return pictures / "help.fmsdiag"


def sent_to(pictures: Path) -> Path:
    """The file that the customer saved, under whatever name the window gave it."""
    return next(pictures.glob("*.zip"))


def send(folder: Path, pictures: Path) -> None:
    """The customer sends what was saved."""
    saved = next(folder.glob("*.zip"))
    (pictures / saved.name).write_bytes(saved.read_bytes())


async def prepare(hand: Walker, url: str, pictures: Path) -> None:
    """Support runs the test from a healthy network, and makes a profile of it."""
    await hand.look("support-starts")
    hand.write(hand.parts.form.server_line, url)
    QTest.keyClick(hand.parts.form.server_line, Qt.Key.Key_Return)
    await hand.finished()
    await hand.look("support-reference-run")
    await hand.choose(hand.window.tools.create_profile, "support-tools-menu")
    dialog = await hand.dialog(CreateProfileDialog)
    await hand.look("support-create-profile")
    lines, texts = dialog.fields.lines, dialog.fields.texts
    hand.write(lines[DraftPart.SENDER], "Example Streaming")
    hand.write(texts[DraftPart.MESSAGE], "Please run this test and send us the file that it saves.")
    hand.write(texts[DraftPart.FIELDS], "Ticket number!\nYour name")
    hand.write(lines[DraftPart.SEND_TO], "help@example.net")
    hand.click(dialog.fields.from_window)
    await hand.look("support-profile-filled")
    hand.click(dialog.save)
    await hand.look("support-names-profile")
    await hand.name_file(profile_of(pictures))
    await hand.until(lambda: profile_of(pictures).exists())
    await hand.look("support-profile-saved")


async def ask(hand: Walker, url: str, pictures: Path) -> None:
    """The customer's window opens with the profile, runs it, and saves the report for support."""
    hand.window.view.open_file(profile_of(pictures))  # as a double-click on the file does
    await hand.until(hand.parts.profile.isVisible)
    await hand.look("customer-opens")
    hand.click(hand.parts.form.button)
    await hand.look("customer-forgets-ticket")
    hand.write(hand.parts.profile.findChildren(QLineEdit)[0], "4711")
    hand.click(hand.parts.form.button)
    await hand.until(lambda: hand.parts.session.running)
    await hand.look("customer-runs")
    await hand.finished()
    await hand.look("customer-result")
    hand.click(_button_of_last_step(hand))
    preview = await hand.dialog(PreviewDialog)
    await hand.until(lambda: preview.prepared is not None)
    await hand.look("customer-preview")
    preview.tabs.setCurrentIndex(1)
    await hand.look("customer-preview-hidden")
    hand.click(preview.save)
    await hand.until(hand.parts.handover.bar.isVisible)
    await hand.look("customer-saved")
    send(Path(os.environ["HOME"], "Desktop"), pictures)


def _button_of_last_step(hand: Walker) -> QPushButton:
    """With a profile open, saving for whoever asked is the last step of the result, and its button stands beside it."""
    words = hand.parts.card.buttons.support.text()
    shown = [b for b in hand.parts.card.findChildren(QPushButton) if b.isVisible() and b.text() == words]
    assert len(shown) == 1, shown
    return shown[0]


async def compare(hand: Walker, url: str, pictures: Path) -> None:
    """Support opens the customer's file, tests the server from here, and compares."""
    await hand.choose(hand.parts.actions.open)
    await hand.name_file(sent_to(pictures))
    await hand.until(hand.parts.banner.isVisible)
    await hand.look("support-opens-report")
    hand.click(hand.parts.banner.test_button)
    await hand.look("support-tests-from-here")
    hand.click(hand.parts.form.button)
    await hand.until(lambda: hand.parts.session.running)
    await hand.finished()
    await hand.look("support-own-run")
    await hand.choose(hand.parts.actions.compare)
    await hand.choose_first("compare-with", "support-compares-with")
    await hand.dialog(CompareDialog)
    await hand.look("support-comparison")


async def repeat(hand: Walker, url: str, pictures: Path) -> None:
    """After the fix, the customer runs the profile again, and looks into the history."""
    hand.window.view.open_file(profile_of(pictures))
    await hand.until(hand.parts.profile.isVisible)
    hand.write(hand.parts.profile.findChildren(QLineEdit)[0], "4711")
    hand.click(hand.parts.form.button)
    await hand.until(lambda: hand.parts.session.running)
    await hand.finished()
    await hand.until(hand.parts.messages.isVisible)
    await hand.look("customer-fixed")
    await hand.choose(hand.window.tools.history)
    dialog = await hand.dialog(HistoryDialog)
    await hand.look("customer-history")
    dialog.close()


PARTS: dict[str, Callable[[Walker, str, Path], Awaitable[None]]] = {
    "prepare": prepare,
    "ask": ask,
    "compare": compare,
    "repeat": repeat,
}


async def live(part: str, url: str, pictures: Path) -> None:
    """The window from its start to its end."""
    settings = QSettings(str(Path(os.environ["HOME"], "settings.ini")), QSettings.Format.IniFormat)
    engine = ProberThread()
    window = MainWindow(engine, settings)
    window.move(QPoint(40, 40))
    window.show()
    window.activateWindow()
    hand = Walker(window, pictures)
    try:
        await PARTS[part](hand, url, pictures)
    except BaseException:
        await hand.look(f"{part}-stopped-here")
        raise
    finally:
        await engine.close()
        await window.parts.session.settled()
        window.close_now()


def main() -> int:
    part, url, pictures = sys.argv[1:]
    app = make_application(["fmsdiag"])
    app.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    use_language_of(app, os.environ)
    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        runner.run(live(part, url, Path(pictures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
