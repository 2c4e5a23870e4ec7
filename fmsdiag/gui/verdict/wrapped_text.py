"""Text that wraps wherever it must and can be marked and copied as it is.

QLabel never breaks a word: a server's description without spaces would widen the whole card beyond its window. And what
QLabel guesses to be HTML it shows as such; this is plain text always.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPalette,
    QResizeEvent,
    QTextDocument,
    QTextLayout,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QSizePolicy, QTextEdit

from fmsdiag.gui.theme.letters import ZOOMED, letter_scale
from fmsdiag.gui.theme.palette import theme_of

LONGEST_WORD = 500
"""Characters."""
LONGEST_LINE = 1000
"""Characters that are looked at to fill one line."""


class WrappedText(QTextEdit):
    """A label for words of any length: as high as they need at its width."""

    def __init__(self, pixels: int = 0, bold: bool = False, muted: bool = False, indent: int = 0) -> None:
        """`pixels` is the size of the letters, if not the usual one, while nothing is zoomed."""
        super().__init__()
        self._pixels, self._bold, self._muted = pixels, bold, muted
        self._heights: dict[int, int] = {}
        self._text, self._most_lines = "", 0
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)
        self.setWordWrapMode(wrap_mode(""))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(
            Qt.FocusPolicy.ClickFocus
        )  # by Tab one goes from link to link, not from text to text
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.document().setDocumentMargin(0)
        before, behind = (0, indent) if self.isRightToLeft() else (indent, 0)
        self.setViewportMargins(before, 0, behind, 0)
        self._indent = indent
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._dress()

    def setText(self, text: str) -> None:
        """Plain text, whatever it looks like."""
        if text != self._text:
            self._text = text
            self.setWordWrapMode(wrap_mode(text))
            self.setPlainText(text)
            self.setAccessibleName(text)
            self._measure_again()
            self._show_cut()

    def text(self) -> str:
        """The whole text, also where only its beginning is shown."""
        return self._text

    def set_most_lines(self, lines: int) -> None:
        """Show so many lines at most, with an ellipsis at the end of the last one; 0 for all of them."""
        if lines != self._most_lines:
            self._most_lines = lines
            self._measure_again()
            self._show_cut()

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is shown."""
        return self.toPlainText() != self._text

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            twin = QTextDocument()  # measured apart: the widget's own document is laid out for its own width
            twin.setDocumentMargin(0)
            twin.setDefaultFont(self.font())
            twin.setDefaultTextOption(QTextOption(self.document().defaultTextOption()))
            twin.setPlainText(self._cut_to(max(40, width - self._indent)))
            twin.setTextWidth(max(40, width - self._indent))
            self._heights[width] = int(twin.size().height() + 0.999)
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it is what is around it that scrolls

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._show_cut()

    def _show_cut(self) -> None:
        shown = self._cut_to(max(40, self.width() - self._indent))
        if shown != self.toPlainText():
            self.setPlainText(shown)
        self.setToolTip(as_tooltip(self._text) if self.is_cut else "")

    def _cut_to(self, width: int) -> str:
        """What of the text is shown in lines of that width."""
        if not self._most_lines:
            return self._text
        lines = lay_out(self._text, self.font(), width)
        if lines.lineCount() <= self._most_lines:
            return self._text
        units = self._text.encode("utf-16-le", "surrogatepass")  # Qt's positions are those of UTF-16
        start = 2 * lines.lineAt(self._most_lines - 1).textStart()
        before, rest = (part.decode("utf-16-le", "surrogatepass") for part in (units[:start], units[start:]))
        last = " ".join(rest[:LONGEST_LINE].split()) + "…"  # it goes on behind what fits, whatever its length
        return before + QFontMetricsF(self.font()).elidedText(last, Qt.TextElideMode.ElideRight, width - 2)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, *ZOOMED):
            self._dress()

    def _dress(self) -> None:
        """Font and color; each only when it differs, since setting them comes back here as a change."""
        font = QFont(self.font())
        if self._pixels:
            font.setPixelSize(round(self._pixels * letter_scale(QApplication.font())))
        font.setWeight(QFont.Weight.DemiBold if self._bold else QFont.Weight.Normal)
        if font != self.font():
            self.setFont(font)
            self._measure_again()
            self._show_cut()
        theme = theme_of(self.palette())
        color, palette = QColor(theme.muted if self._muted else theme.text), self.palette()
        if palette.color(QPalette.ColorRole.Text) != color:
            palette.setColor(QPalette.ColorRole.Text, color)
            self.setPalette(palette)

    def _measure_again(self) -> None:
        self._heights.clear()
        self.updateGeometry()


def as_tooltip(text: str) -> str:
    """`text` as it is: Qt takes a tooltip for HTML where it looks like some, and wraps only that."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    return f"<span>{escaped}</span>"


def wrap_mode(text: str) -> QTextOption.WrapMode:
    """Between words, and within one that is too long for a line.

    Qt needs quadratic time to look for the end of a word from each line of it, so text with a word of many lines is
    broken anywhere.
    """
    if max(map(len, text.split()), default=0) > LONGEST_WORD:
        return QTextOption.WrapMode.WrapAnywhere
    return QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere


def lay_out(text: str, font: QFont, width: float, *, from_right: bool = False) -> QTextLayout:
    """`text` broken into lines of at most `width` pixels, words too long for one of them as well."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(wrap_mode(text))
    option.setAlignment(Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft)
    layout.setTextOption(option)
    layout.beginLayout()
    down = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, down))
        down += line.height()
    layout.endLayout()
    return layout
