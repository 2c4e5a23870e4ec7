"""The side of the page where paragraphs begin."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit


def run_with_the_language(page: QPlainTextEdit) -> None:
    """Let each paragraph begin where this language begins, whatever letter it begins with."""
    option = page.document().defaultTextOption()
    option.setTextDirection(page.layoutDirection())
    if page.isRightToLeft():  # a plain text's layout mirrors no alignment by itself
        option.setAlignment(Qt.AlignmentFlag.AlignRight)
    page.document().setDefaultTextOption(option)
