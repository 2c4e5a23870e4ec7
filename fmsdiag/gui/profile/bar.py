"""Above the form while a profile is open: who asks, their words and logo, what will be tested, the fields to fill in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fmsdiag.gui.details.pane import Span, Style, TextPane
from fmsdiag.gui.verdict.wrapped_text import WrappedText, lay_out
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line

LOGO_SIDE = 48
"""Pixels at most, on the screen."""
LEAST_LINES, LINES_SHOWN = 2, 6
"""Of the sender's words and of what will be tested, where other things need the room: the rest is reached by scrolling, so
that no text takes the window."""
_MARGIN = 4
LONGEST_ANSWER = 200


class ProfileBarTexts(Table, of="gui.profile-bar"):
    """The bar. "&" marks the access key."""

    WHAT = text("The sender's message, what will be tested, and what the report will hold")
    SERVER = text("Server to test")
    LOGO = text("Logo of {sender:name}")
    # translators: a field that must be filled in; {label} is the sender's own word
    REQUIRED = text("{label:name} (required)")
    CLOSE = text("&Close Profile")
    HIDE = text("&Hide What Is Tested")
    SHOW = text("&Show What Is Tested")


class _Text(TextPane):
    """As high as it may be, where there is room."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())


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
        self.what = _Text(say(ProfileBarTexts.WHAT), fixed=False, wrapped=True)
        self.what.setObjectName("profile")
        self.what.document().setDocumentMargin(_MARGIN)
        self._is_roomy = False
        self.servers = QComboBox()
        self.servers.setAccessibleName(say(ProfileBarTexts.SERVER))
        self.servers.activated.connect(self.server_chosen)
        self.close_button = QPushButton(say(ProfileBarTexts.CLOSE))
        self.close_button.clicked.connect(self.closed)
        self._folded = False
        self.fold_button = QPushButton()
        self.fold_button.clicked.connect(self._turn)
        self._lines: dict[str, QLineEdit] = {}
        self._required: list[QLineEdit] = []
        self._ground = QWidget()
        self._fields = QFormLayout(self._ground)
        self._fields.setContentsMargins(0, 0, 0, 0)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self.fold_button)
        first.addWidget(self.close_button)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addLayout(first)
        for part in (self.servers, self.what, self._ground):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(self.logo, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.set_folded(False)

    def show_profile(
        self,
        title: str,
        message: str,
        what: Sequence[tuple[str, Sequence[str]]],
        fields: Sequence[tuple[str, bool]],
        servers: Sequence[str],
        logo: bytes = b"",
        sender: str = "",
    ) -> None:
        """All of it is plain text.

        `what` are lists of lines with their titles, `fields` labels and whether they must be filled in; `logo` was checked.
        """
        self.title.setText(title)
        self.setAccessibleName(title)
        spans = [Span(f"{message}\n\n")] if message else []
        for number, (heading, lines) in enumerate(what):
            spans.append(Span(f"{heading}\n", Style.HEAD))
            spans.append(Span("\n".join(lines) + ("\n\n" if number < len(what) - 1 else "")))
        self.what.show_spans(spans)
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
        self._fit()
        self.servers.setVisible(not folded and self.servers.count() > 1)
        self._ground.setVisible(not folded and bool(self._lines))
        self.fold_button.setText(say(ProfileBarTexts.SHOW if folded else ProfileBarTexts.HIDE))

    def set_roomy(self, roomy: bool) -> None:
        """Show all of the text, if the window can hold it, or the first lines only."""
        self._is_roomy = roomy
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as its lines are, within the bounds."""
        line, text = self.fontMetrics().lineSpacing(), self.what.toPlainText()
        room = self.what.viewport().width() - 2 * _MARGIN
        needed = int(lay_out(text, self.what.font(), max(80, room)).boundingRect().height()) + 2 * _MARGIN + 4
        most = needed if self._is_roomy else min(needed, LINES_SHOWN * line + 12)
        self.what.setMinimumHeight(min(most, LEAST_LINES * line + 12))
        self.what.setMaximumHeight(most)
        self.what.updateGeometry()

    def _turn(self) -> None:
        self.set_folded(not self._folded)

    def focus_missing(self) -> None:
        """To the first field that is empty."""
        self.set_folded(False)
        empty = [line for line in self._lines.values() if not line.text().strip()]
        if empty:
            empty[0].setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def required(self) -> QLineEdit | None:
        """The first field that must be filled in and is empty."""
        return next((line for line in self._required if not line.text().strip()), None)

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
        self._required.clear()
        for label, required in fields:
            line = QLineEdit()
            line.setMaxLength(LONGEST_ANSWER)
            shown = say(ProfileBarTexts.REQUIRED, label=label) if required else label
            line.setAccessibleName(shown)
            words = QLabel(shown, textFormat=Qt.TextFormat.PlainText)
            words.setBuddy(line)
            self._fields.addRow(words, line)
            self._lines[label] = line
            if required:
                self._required.append(line)
