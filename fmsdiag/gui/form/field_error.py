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
        self._hint = ""
        self.hide()

    def show_message(self, message: str) -> None:
        """Say `message`, or the hint, if there is one, and mark the field as right."""
        shown = message or self._hint
        set_style_property(self, "role", "error" if message else "muted")
        self.setText(shown)
        self.setVisible(bool(shown))
        self.field.setAccessibleDescription(shown)
        set_style_property(self.field, "invalid", bool(message))

    def show_hint(self, hint: str) -> None:
        """What is to be known of a field that is right; nothing takes it back."""
        if hint != self._hint:
            self._hint = hint
            self.show_message("")
