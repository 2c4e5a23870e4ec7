"""About this cause: the page of a cause as a text to read beside a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtWidgets import QWidget

from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.gui.help_dialogs import TextDialog
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Cause
from fmsdiag.report.cause_page import CausePage, CausePageTexts, cause_page


class CauseDialogTexts(Table, of="gui.about-cause"):
    """The dialog's own words; its text is that of the cause's page."""

    TITLE = text("About This Cause: {cause:name}")
    # translators: {name} is a cause or a word of confidence, {words} a sentence about it
    ENTRY = text("• {name:name}: {words:name}")
    ITEM = text("• {words:name}")


def about_cause(cause: Cause, parent: QWidget) -> TextDialog:
    """The dialog of this cause, not shown yet."""
    page = cause_page(cause_reference(cause))
    return TextDialog(say(CauseDialogTexts.TITLE, cause=page.name), words_of(page), parent)


def words_of(page: CausePage) -> str:
    """The page as plain text: a block for each part, as in the windows of the Help menu."""
    return "\n\n".join("\n".join((title, *lines)) for title, lines in _blocks(page) if lines)


def _blocks(page: CausePage) -> Iterator[tuple[str, list[str]]]:
    yield _title(CausePageTexts.WHAT_IT_IS), [page.what_it_is]
    yield _title(CausePageTexts.RECOGNIZED_BY), [page.recognized_by]
    yield (
        _title(CausePageTexts.LOOK_ALIKES),
        [_entry(each.name, each.told_apart) for each in page.look_alikes],
    )
    examples = [say(CausePageTexts.NOT_EVERY_STEP), say(CausePageTexts.EXAMPLE_VALUES)]
    yield _title(CausePageTexts.WHO_DOES_WHAT), examples
    for reader in page.readers:
        yield reader.name, _items([step.text for step in reader.steps] or [reader.nothing])
    yield _title(CausePageTexts.EXPLAINS), _items(page.explains)
    yield _title(CausePageTexts.CONFIDENCE), [_entry(word, meaning) for word, meaning in page.confidence]
    yield _title(CausePageTexts.WHEN_NOT_TO_WORRY), [page.when_not_to_worry]


def _title(said: Text) -> str:
    return say(said).upper()


def _items(lines: Iterable[str]) -> list[str]:
    return [say(CauseDialogTexts.ITEM, words=line) for line in lines]


def _entry(name: str, words: str) -> str:
    return say(CauseDialogTexts.ENTRY, name=name, words=words)
