"""Above the form while a profile is open: who asks, their words and logo, what will be tested, the fields to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.verdict.wrapped_text import WrappedText
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line

LOGO_SIDE = 48
"""Pixels at most, on the screen."""
LEAST_LINES, LINES_SHOWN = 2, 6
"""Of the sender's words and of what will be tested: the rest is reached by scrolling, so that no text takes the window."""
LONGEST_ANSWER = 200


class ProfileBarTexts(Table, of="gui.profile-bar"):
    """The bar. "&" marks the access key."""

    WHAT = text("The sender's message, what will be tested, and what the report will hold")
    SERVER = text("Server to test")
    LOGO = text("Logo of {sender:name}")
    # translators: a field that must be filled in; {label} is the sender's own word
    REQUIRED = text("{label:name} (required)")
    CLOSE = text("&Close Profile")
    HIDE = text("&Hide Details")
    SHOW = text("&Show Details")


class ProfileBar(QFrame):
    """Shows one profile; decides nothing."""

    closed = Signal()
    server_chosen = Signal(int)
    """Which of the profile's servers, from 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.logo = QLabel()
        self.title = WrappedText(bold=True)
        self.what = QPlainTextEdit(readOnly=True)
        self.what.setObjectName("profile")
        self.what.setAccessibleName(say(ProfileBarTexts.WHAT))
        self.what.setTabChangesFocus(True)
        line = self.fontMetrics().lineSpacing()
        self.what.setMinimumHeight(LEAST_LINES * line + 12)
        self.what.setMaximumHeight(LINES_SHOWN * line + 12)
        self.servers = QComboBox()
        self.servers.setAccessibleName(say(ProfileBarTexts.SERVER))
        self.servers.activated.connect(self.server_chosen)
        self.close_button = QPushButton(say(ProfileBarTexts.CLOSE))
        self.close_button.clicked.connect(self.closed)
        self._folded = False
        self.fold_button = QPushButton()
        self.fold_button.clicked.connect(self._turn)
        self._lines: dict[str, QLineEdit] = {}
        self._ground = QWidget()
        self._fields = QFormLayout(self._ground)
        self._fields.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(4)
        for part in (self.title, self.servers, self.what):
            words.addWidget(part)
        words.addWidget(self._ground)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.logo, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        buttons = QVBoxLayout()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.fold_button)
        buttons.addStretch(1)
        row.addLayout(buttons)
        self.set_folded(False)

    def show_profile(
        self,
        title: str,
        message: str,
        what: Sequence[str],
        fields: Sequence[tuple[str, bool]],
        servers: Sequence[str],
        logo: bytes = b"",
        sender: str = "",
    ) -> None:
        """All of it is plain text; `fields` are labels and whether they must be filled in; `logo` was checked."""
        self.title.setText(title)
        self.setAccessibleName(title)
        words = (message, "", *what) if message else what
        self.what.setPlainText("\n".join(words))
        self.servers.clear()
        self.servers.addItems([one_line(server, 120) for server in servers])
        self._show_logo(logo, sender)
        self._show_fields(fields)
        self.set_folded(False)

    def answers(self) -> dict[str, str]:
        """What was filled in, by the profile's labels."""
        return {label: line.text() for label, line in self._lines.items()}

    def set_running(self, running: bool) -> None:
        """Nothing of the profile changes while it runs."""
        for part in (self.servers, self.close_button, *self._lines.values()):
            part.setEnabled(not running)

    def set_folded(self, folded: bool) -> None:
        """Only who asks; once it runs, the room is the result's."""
        self._folded = folded
        self.what.setVisible(not folded)
        self.servers.setVisible(not folded and self.servers.count() > 1)
        self._ground.setVisible(not folded and bool(self._lines))
        self.fold_button.setText(say(ProfileBarTexts.SHOW if folded else ProfileBarTexts.HIDE))

    def _turn(self) -> None:
        self.set_folded(not self._folded)

    def focus_missing(self) -> None:
        """To the first field that is empty."""
        self.set_folded(False)
        empty = [line for line in self._lines.values() if not line.text().strip()]
        if empty:
            empty[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_logo(self, logo: bytes, sender: str) -> None:
        picture = QPixmap()
        known = bool(logo) and picture.loadFromData(logo, "PNG")
        if known:
            mode = Qt.TransformationMode.SmoothTransformation
            picture = picture.scaled(LOGO_SIDE, LOGO_SIDE, Qt.AspectRatioMode.KeepAspectRatio, mode)
            self.logo.setPixmap(picture)
            self.logo.setAccessibleName(say(ProfileBarTexts.LOGO, sender=sender))
        self.logo.setVisible(known)

    def _show_fields(self, fields: Sequence[tuple[str, bool]]) -> None:
        while self._fields.rowCount():
            self._fields.removeRow(0)
        self._lines.clear()
        for label, required in fields:
            line = QLineEdit()
            line.setMaxLength(LONGEST_ANSWER)
            shown = say(ProfileBarTexts.REQUIRED, label=label) if required else label
            line.setAccessibleName(shown)
            words = QLabel(shown, textFormat=Qt.TextFormat.PlainText)
            words.setBuddy(line)
            self._fields.addRow(words, line)
            self._lines[label] = line
