"""A field for secrets: it shows dots, and nothing remembers what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

_HINTS = (
    Qt.InputMethodHint.ImhHiddenText
    | Qt.InputMethodHint.ImhSensitiveData
    | Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class SecretField(QLineEdit):
    """Shows dots; Qt does not allow copying from such a field."""

    def __init__(self, name: str, tip: str = "") -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_HINTS)
        self.setAccessibleName(name)
        self.setToolTip(tip)

    def show_text(self, shown: bool) -> None:
        """Shows letters instead of dots while the user wants to see them."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.setInputMethodHints(_HINTS)
