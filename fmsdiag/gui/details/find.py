"""The find bar of the details: looks through the page in front, and says where else there is something.

Which other pages there are is not its business: it asks `elsewhere`, and says with `beyond` when it comes to an end.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QTextEdit, QToolButton, QWidget

from fmsdiag.gui.details.pane import TextPane
from fmsdiag.gui.theme.palette import theme_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, plural, text

MOST = 1000
"""How many matches are counted and marked; no one steps through more."""


class FindTexts(Table, of="gui.find"):
    """The find bar."""

    FIND = text("Find in the details")
    NOT_FOUND = text("Not found")
    ELSEWHERE = plural("On {count} other page", "On {count} other pages")
    # translators: {number} is the match that is shown, {total} how many there are
    MATCH = text("{number:name} of {total:name}")
    MATCH_OF_MANY = text("{number:name} of more than {total:name}")
    PREVIOUS = text("Previous match")
    NEXT = text("Next match")
    CLOSE = text("Close")
    # translators: {command} is one of the three above, {key} the key that does the same
    WITH_KEY = text("{command:name} ({key:name})")


class FindBar(QFrame):
    """A field, a count, next and previous. Hidden until `open`; Esc closes it again."""

    closed = Signal()
    beyond = Signal(int)
    """The last match was left by going on (1), or the first by going back (-1): other pages may have more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("find")
        self.elsewhere: Callable[[str], int] = lambda _words: 0
        """How many other pages have these words."""
        self._pane: TextPane | None = None
        self._heard: list[TextPane] = []
        self._matches: list[QTextCursor] = []
        self._current = -1
        self.field = _Field()
        self.field.setPlaceholderText(say(FindTexts.FIND))
        self.field.setAccessibleName(say(FindTexts.FIND))
        self.field.setClearButtonEnabled(False)
        self.count = QLabel(textFormat=Qt.TextFormat.PlainText)
        self.count.setProperty("role", "muted")
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(say(FindTexts.NOT_FOUND)))
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 8, 8)
        row.setSpacing(4)
        row.addWidget(self.field, 1)
        row.addSpacing(4)
        row.addWidget(self.count)
        self.previous = self._button(row, "↑", FindTexts.PREVIOUS, "Shift+F3", lambda: self.step(-1))
        self.next = self._button(row, "↓", FindTexts.NEXT, "F3", lambda: self.step(1))
        self.close_button = self._button(row, "✕", FindTexts.CLOSE, "Esc", self.close_bar)
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._search)
        self.field.textChanged.connect(lambda _text: self._search(from_place=True))
        self.field.stepped.connect(self.step)
        self.field.left.connect(self.close_bar)
        self.hide()

    def open(self) -> None:
        """Show the bar and let the user type; what is marked in the page is what is looked for."""
        marked = self._pane.textCursor().selectedText() if self._pane is not None else ""
        self.show()
        if marked and "\u2029" not in marked:
            self.field.setText(marked)
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._search(from_place=True)

    def close_bar(self) -> None:
        if not self.isHidden():
            self.hide()
            self._mark([])
            self.closed.emit()

    def look_in(self, pane: TextPane | None) -> None:
        """Search another page from now on."""
        if pane is self._pane:
            return
        if self._pane is not None:
            self._mark([])
        self._pane = pane
        if pane is not None and pane not in self._heard:
            # once: PySide keeps a piece of each connection, also of one that is undone
            self._heard.append(pane)
            pane.textChanged.connect(lambda: self._changed(pane))
        self._search()

    def _changed(self, pane: TextPane) -> None:
        if pane is self._pane:
            self._again.start()

    def step(self, by: int) -> None:
        """To the next match or the one before; behind the last comes the first, if no other page has one."""
        going_to = self._current + by
        if self._matches:
            self._current = going_to % len(self._matches)
            self._show_current()
        if self.field.text() and not 0 <= going_to < len(self._matches):
            self.beyond.emit(by)

    def enter(self, by: int) -> None:
        """To the first match of a page that was come to by going on, or the last of one by going back."""
        self._search()
        if self._matches:
            self._current = 0 if by > 0 else len(self._matches) - 1
            self._show_current()

    def _search(self, from_place: bool = False) -> None:
        self._matches, wanted = [], self.field.text()
        if self._pane is None or self.isHidden():
            return
        document, start = self._pane.document(), self._pane.textCursor().selectionStart()
        found = document.find(wanted) if wanted else QTextCursor()
        while not found.isNull() and len(self._matches) < MOST:
            self._matches.append(found)
            found = document.find(wanted, found, QTextDocument.FindFlag(0))
        behind = (n for n, match in enumerate(self._matches) if match.selectionStart() >= start)
        self._current = next(behind, 0) if self._matches else -1
        if from_place and self._matches:
            self._show_current()
        else:
            self._mark(self._matches)
        self._tell()

    def _show_current(self) -> None:
        if self._pane is not None:
            self._pane.setTextCursor(self._matches[self._current])
            self._pane.ensureCursorVisible()
        self._mark(self._matches)
        self._tell()

    def _tell(self) -> None:
        elsewhere = 0
        if not self.field.text():
            words = ""
        elif not self._matches:
            elsewhere = self.elsewhere(self.field.text())
            words = say(FindTexts.ELSEWHERE, count=elsewhere) if elsewhere else say(FindTexts.NOT_FOUND)
        else:
            many = len(self._matches) == MOST
            said = FindTexts.MATCH_OF_MANY if many else FindTexts.MATCH
            words = say(said, number=str(self._current + 1), total=str(len(self._matches)))
        self.count.setText(words)
        self.count.setAccessibleName(words)
        for button in (self.previous, self.next):
            button.setEnabled(bool(self._matches) or elsewhere > 0)

    def _mark(self, matches: list[QTextCursor]) -> None:
        """Lay a ground under all matches; the current one is selected, which shows it without color, too."""
        if self._pane is None:
            return
        marks = []
        for match in matches:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = match
            mark.format.setBackground(QColor(theme_of(self.palette()).selection))
            marks.append(mark)
        self._pane.setExtraSelections(marks)

    @staticmethod
    def _button(row: QHBoxLayout, sign: str, said: Text, key: str, act: object) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setToolTip(say(FindTexts.WITH_KEY, command=say(said), key=key))
        button.setFixedSize(28, 28)
        button.setAccessibleName(say(said))
        button.clicked.connect(act)
        row.addWidget(button)
        return button


class _Field(QLineEdit):
    """Enter and F3 go on, with Shift back; Esc leaves, even while the window has its own use for it."""

    stepped = Signal(int)
    left = Signal()

    def event(self, event: QEvent) -> bool:
        ours = (Qt.Key.Key_Escape, Qt.Key.Key_F3)
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in ours
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3):
            self.stepped.emit(-1 if back else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
