"""Above the form while a profile is open: who asks, their words and logo, what will be tested, the fields to fill in.

What has to be read comes first and is short, then what has to be filled in; everything that the test may do stands below
that, whole. It is not folded away: a test is shown whole before it can be started.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
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
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line

LOGO_SIDE, FOLDED_SIDE = 48, 28
"""Pixels at most, on the screen; and while the profile is folded to one line."""
LEAST_LINES, LINES_SHOWN = 2, 6
"""Of everything that may be tested, where other things need the room: the rest is reached by scrolling, so that no text takes
the window."""
BRIEF_LINES = 9
"""Of the sender's words and the summary, which always have this much room."""
_SPARE = 6
"""Pixels, since a document is a little higher than its lines."""
LONGEST_ANSWER = 200
Titled = tuple[str, Sequence[str]]
"""Lines, and what they are about."""


class ProfileBarTexts(Table, of="gui.profile-bar"):
    """The bar. "&" marks the access key."""

    BRIEF = text("The sender's message, and what will be tested")
    WHAT = text("Everything that the test may do, and what the report contains")
    SERVER = text("Server to test")
    LOGO = text("Logo of {sender:name}")
    # translators: a field that must be filled in; {label} is the sender's own word
    REQUIRED = text("{label:name} (required)")
    CLOSE = text("&Close Profile")
    HIDE = text("Hide &What Is Tested")
    SHOW = text("Show &What Is Tested")


class _Text(TextPane):
    """As high as it may be, where there is room."""

    def __init__(self, said: Text) -> None:
        super().__init__(say(said), fixed=False, wrapped=True)
        self.setObjectName("profile")
        self.document().setDocumentMargin(0)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.maximumHeight())

    def fit(self, least: int, most: int | None) -> None:
        """As high as its lines are, but at least `least` of them where there are so many, and at most `most`."""
        line = self.fontMetrics().lineSpacing()
        room = max(80, self.viewport().width())
        needed = int(lay_out(self.toPlainText(), self.font(), room).boundingRect().height()) + _SPARE
        high = needed if most is None else min(needed, most * line + _SPARE)
        self.setMinimumHeight(min(high, least * line + _SPARE))
        self.setMaximumHeight(high)
        self.updateGeometry()


class ProfileBar(QFrame):
    """Shows one profile; decides nothing."""

    closed = Signal()
    server_chosen = Signal(int)
    """Which of the profile's servers, from 0."""
    run_wanted = Signal()
    """Enter was pressed in a field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.logo = QLabel()
        self.title = WrappedText(bold=True)
        self.brief = _Text(ProfileBarTexts.BRIEF)
        self._is_roomy = False
        self.servers = QComboBox()
        self.servers.setAccessibleName(say(ProfileBarTexts.SERVER))
        self.servers.activated.connect(self.server_chosen)
        self._servers_label = QLabel(say(ProfileBarTexts.SERVER), textFormat=Qt.TextFormat.PlainText)
        self._servers_label.setBuddy(self.servers)
        self.close_button = QPushButton(say(ProfileBarTexts.CLOSE))
        self.close_button.clicked.connect(self.closed)
        self._folded = False
        self._picture = QPixmap()
        self.fold_button = QPushButton()
        self.fold_button.clicked.connect(self._turn)
        self._required: list[QLineEdit] = []
        self._lines: dict[str, QLineEdit] = {}
        self._labels: dict[QLineEdit, QLabel] = {}
        self._ground = QWidget()
        self._fields = QGridLayout(self._ground)
        self._fields.setContentsMargins(0, 2, 0, 4)
        self._fields.setColumnStretch(1, 1)
        self._fields.addWidget(self._servers_label, 0, 0)
        self._fields.addWidget(self.servers, 0, 1)
        self.what = _Text(ProfileBarTexts.WHAT)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self.title, 1, Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self.fold_button)
        first.addWidget(self.close_button)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addLayout(first)
        for part in (self.brief, self._ground, self.what):
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
        fields: Sequence[tuple[str, bool]],
        servers: Sequence[str],
        logo: bytes = b"",
        sender: str = "",
    ) -> None:
        """All of it is plain text: `fields` are labels and whether they must be filled in; `logo` was checked."""
        self.title.setText(title)
        self.setAccessibleName(title)
        self.servers.clear()
        self.servers.addItems([one_line(server, 120) for server in servers])
        self._show_logo(logo, sender)
        self._show_fields(fields)
        self.set_folded(False)

    def show_words(self, message: str, brief: Titled, what: Sequence[Titled]) -> None:
        """The sender's message and the summary, and everything; each a list of lines with its title."""
        begin = [Span(f"{message}\n\n")] if message else []
        self.brief.show_spans(begin + _spans((brief,)))
        self.what.show_spans(_spans(what))
        self._fit()

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
        self.brief.setVisible(not folded)
        self._draw_logo()
        self.what.setVisible(not folded)
        self._fit()
        several = self.servers.count() > 1
        for part in (self._servers_label, self.servers):
            part.setVisible(several)
        self._ground.setVisible(not folded and (several or bool(self._lines)))
        self.fold_button.setText(say(ProfileBarTexts.SHOW if folded else ProfileBarTexts.HIDE))

    def set_roomy(self, roomy: bool) -> None:
        """Show all of the text, if the window can hold it, or the first lines only."""
        self._is_roomy = roomy
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as their lines are, within the bounds."""
        self.brief.fit(BRIEF_LINES, None if self._is_roomy else BRIEF_LINES)
        self.what.fit(LEAST_LINES, None if self._is_roomy else LINES_SHOWN)

    def _turn(self) -> None:
        self.set_folded(not self._folded)

    def focus_missing(self) -> bool:
        """To the first field that must be filled in and is empty; whether there is one."""
        self.set_folded(False)
        empty = [line for line in self._required if not line.text().strip()]
        for line in empty[:1]:
            line.setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(empty)

    def _show_logo(self, logo: bytes, sender: str) -> None:
        self._picture = QPixmap()
        known = bool(logo) and self._picture.loadFromData(logo, "PNG")
        if known:
            self.logo.setAccessibleName(say(ProfileBarTexts.LOGO, sender=sender))
        self.logo.setVisible(known)

    def _draw_logo(self) -> None:
        if not self._picture.isNull():
            side, mode = (
                FOLDED_SIDE if self._folded else LOGO_SIDE,
                Qt.TransformationMode.SmoothTransformation,
            )
            self.logo.setPixmap(self._picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode))

    def _show_fields(self, fields: Sequence[tuple[str, bool]]) -> None:
        for line in self._lines.values():
            for part in (self._labels.pop(line), line):
                self._fields.removeWidget(part)
                part.hide()
                part.setParent(None)
        self._lines.clear()
        self._required.clear()
        for row, (label, required) in enumerate(fields, 1):
            line = QLineEdit()
            line.setMaxLength(LONGEST_ANSWER)
            line.returnPressed.connect(self.run_wanted)
            shown = say(ProfileBarTexts.REQUIRED, label=label) if required else label
            line.setAccessibleName(shown)
            words = QLabel(shown, textFormat=Qt.TextFormat.PlainText)
            words.setBuddy(line)
            self._fields.addWidget(words, row, 0)
            self._fields.addWidget(line, row, 1)
            self._lines[label], self._labels[line] = line, words
            if required:
                self._required.append(line)


def _spans(parts: Sequence[Titled]) -> list[Span]:
    spans = []
    for number, (heading, lines) in enumerate(parts):
        spans.append(Span(f"{heading}\n", Style.HEAD))
        spans.append(Span("\n".join(lines) + ("\n\n" if number < len(parts) - 1 else "")))
    return spans
