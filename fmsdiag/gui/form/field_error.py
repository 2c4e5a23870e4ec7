"""What is wrong with a field, said under it and to screen readers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from fmsdiag.gui.theme.stylesheet import set_style_property


class FieldError(QLabel):
    """Hidden while its field is right."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(textFormat=Qt.TextFormat.PlainText, wordWrap=True)
        self.setProperty("role", "error")
        self.field = field
        self.hide()

    def show_message(self, message: str) -> None:
        """Say `message`, or nothing and mark the field as right."""
        self.setText(message)
        self.setVisible(bool(message))
        self.field.setAccessibleDescription(message)
        set_style_property(self.field, "invalid", bool(message))
