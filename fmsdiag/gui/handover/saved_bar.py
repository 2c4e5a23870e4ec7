"""After a report was saved for support: where it is, and what comes next."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from fmsdiag.gui.handover.mail import is_mail_address, mail_link
from fmsdiag.gui.handover.show_in_folder import show_in_folder
from fmsdiag.gui.notice import Notice
from fmsdiag.gui.theme.stylesheet import set_style_property
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report
from fmsdiag.report.words import Tone

_GNOME_FILES = "x-special/gnome-copied-files"
"""What file managers of GNOME and its relatives paste; others take the list of URLs."""


class SavedBarTexts(Table, of="gui.handover.saved"):
    """The bar. Its buttons have no access keys: the form below it needs all letters, and the first button has the focus."""

    SAVED = text("Saved. Now send it to the people who asked for it. The file is {path:name}")
    # translators: {destination} is an email address or a web page
    SAVED_FOR = text("Saved. Now send it to {destination:name}. The file is {path:name}")
    FOLDER = text("Show in Folder")
    COPY = text("Copy File")
    MAIL = text("Email…")
    PAGE = text("Open Web Page")
    DISMISS = text("Dismiss")
    COPIED = text("The file was copied. Paste it into an email, a chat, or a ticket.")
    ATTACH = text("Attach this file to the email: {path:name}")
    NO_FOLDER = text("The folder could not be opened: {path:name}")
    NO_MAIL = text("No email program could be opened. Attach this file to an email: {path:name}")
    NO_PAGE = text("The page could not be opened: {url}")
    GONE = text("The file is no longer there: {path:name}")


class SavedBar(QFrame):
    """Hidden until something was saved, and again when another report is shown."""

    appeared = Signal(bool)
    """Whether it says what comes next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self.notice = Notice()
        self.folder = self._button(SavedBarTexts.FOLDER, self._show_folder)
        self.copy = self._button(SavedBarTexts.COPY, self.copy_file)
        self.mail = self._button(SavedBarTexts.MAIL, self._mail)
        self.page = self._button(SavedBarTexts.PAGE, self._open_page)
        self.dismiss = QToolButton()
        self.dismiss.setText(say(SavedBarTexts.DISMISS))
        self.dismiss.clicked.connect(self.clear)
        self._path, self._send_to = Path(), ""
        self._report: Report | None = None
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.folder, self.copy, self.mail, self.page):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.dismiss)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 6)
        column.setSpacing(6)
        column.addWidget(self.notice)
        column.addLayout(buttons)
        self.hide()

    def show_saved(self, path: Path, report: Report, send_to: str) -> None:
        """`report` is what was saved; `send_to` is where its profile wants it, or nothing."""
        self._path, self._report, self._send_to = path, report, send_to
        is_page = bool(send_to) and not is_mail_address(send_to)
        self.page.setVisible(is_page)
        self.mail.setVisible(not is_page)
        self.show()
        if send_to:
            self._say(say(SavedBarTexts.SAVED_FOR, path=str(path), destination=send_to))
        else:
            self._say(say(SavedBarTexts.SAVED, path=str(path)))
        first = self.page if is_page else self.mail if send_to else self.copy
        for button in (self.folder, self.copy, self.mail, self.page):
            set_style_property(button, "role", "primary" if button is first else "")
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.appeared.emit(True)

    def clear(self) -> None:
        self.hide()
        self.appeared.emit(False)
        self.notice.clear()
        self._report = None

    def copy_file(self) -> None:
        """The file itself, as a file manager copies one."""
        if not self._is_there():
            return
        url = QUrl.fromLocalFile(str(self._path))
        data = QMimeData()
        data.setUrls([url])
        data.setData(_GNOME_FILES, b"copy\n" + bytes(url.toEncoded().data()))
        QGuiApplication.clipboard().setMimeData(data)
        self._say(say(SavedBarTexts.COPIED))

    def _show_folder(self) -> None:
        if not show_in_folder(self._path):
            self._say(say(SavedBarTexts.NO_FOLDER, path=str(self._path.parent)), Tone.BAD)

    def _mail(self) -> None:
        if self._report is None or not self._is_there():
            return
        link = QUrl(mail_link(self._report, self._path.name, self._send_to), QUrl.ParsingMode.StrictMode)
        if QDesktopServices.openUrl(link):
            self._say(say(SavedBarTexts.ATTACH, path=str(self._path)))
        else:
            self._say(say(SavedBarTexts.NO_MAIL, path=str(self._path)), Tone.BAD)

    def _open_page(self) -> None:
        """The profile's own page; it was shown before the run, and a profile's rules let only https:// pass."""
        url = QUrl(self._send_to, QUrl.ParsingMode.StrictMode)
        if url.scheme() != "https" or not url.host() or not QDesktopServices.openUrl(url):
            self._say(say(SavedBarTexts.NO_PAGE, url=self._send_to), Tone.BAD)

    def _is_there(self) -> bool:
        there = self._path.is_file()
        if not there:
            self._say(say(SavedBarTexts.GONE, path=str(self._path)), Tone.BAD)
        return there

    def _say(self, words: str, tone: Tone = Tone.GOOD) -> None:
        set_style_property(self, "tone", tone.value)
        self.setAccessibleName(words)
        self.notice.say(words, tone)

    @staticmethod
    def _button(said: Text, act: object) -> QPushButton:
        button = QPushButton(say(said))
        button.setAutoDefault(False)
        button.clicked.connect(act)
        return button
