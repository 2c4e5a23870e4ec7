"""Two reports compared, beside the window: the reading first, then what shows it; a box tells it as before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Report
from fmsdiag.report.comparison.compare import compare
from fmsdiag.report.comparison.result import Roles
from fmsdiag.report.comparison.view import ComparisonTexts, ComparisonView
from fmsdiag.report.redact import redact


class CompareDialogTexts(Table, of="gui.compare"):
    """The dialog's own words; the rest is the comparison's."""

    BEFORE_AFTER = text("One customer &before and after a change")
    # translators: {words} is a sentence
    ITEM = text("• {words:name}")
    # translators: {role} is "Customer", "Support", "Before" or "After"
    OF_ROLE = text("{role:name}. {words:name}")


class CompareDialog(TextDialog):
    """The comparison of two redacted reports as plain text, for text from outside is never read as markup."""

    def __init__(self, first: Report, second: Report, parent: QWidget | None = None) -> None:
        super().__init__(say(ComparisonTexts.TITLE), "", parent)
        self._reports = (redact(first), redact(second))
        self.before_after = QCheckBox(say(CompareDialogTexts.BEFORE_AFTER), self)
        self.before_after.toggled.connect(self._show)
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(0, self.before_after)
        self.resize(720, 560)
        self._show(False)
        self.page.setFocus()

    def _show(self, before_after: bool) -> None:
        roles = Roles.BEFORE_AND_AFTER if before_after else Roles.CUSTOMER_AND_SUPPORT
        self.page.setPlainText(words_of(ComparisonView(compare(*self._reports, roles))))


def words_of(view: ComparisonView) -> str:
    """The comparison as plain text: a block for each part."""
    return "\n\n".join("\n".join(block) for block in _blocks(view) if block)


def _blocks(view: ComparisonView) -> Iterator[list[str]]:
    yield [view.statement, *filter(None, [view.side])]
    yield [say(CompareDialogTexts.OF_ROLE, role=side.role, words=side.cause) for side in view.sides]
    yield _part(ComparisonTexts.EVIDENCE, view.evidence)
    yield _part(ComparisonTexts.CAUTIONS, view.cautions)
    rows = [row.line for row in view.rows]
    yield _part(ComparisonTexts.ROWS, [*rows, *filter(None, [view.left_out])])
    facts = [part for d in view.differences for part in (d.line, d.remark) if part]
    yield _part(ComparisonTexts.DIFFERENCES, facts)
    yield _part(ComparisonTexts.REPORTS, view.described_sides)


def _part(title: Text, lines: Iterable[str]) -> list[str]:
    items = [say(CompareDialogTexts.ITEM, words=line) for line in lines]
    return [say(title).upper(), *items] if items else []
