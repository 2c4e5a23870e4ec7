"""The Server field: an address, typed, pasted or chosen among those that were tested last.

A module of its own, with few imports, since it is on the screen and can be typed into before the rest is loaded.
"""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit


def make_server_field() -> tuple[QComboBox, QLineEdit]:
    """The field, and the line in it."""
    field, line = QComboBox(), QLineEdit()
    field.setLineEdit(line)
    field.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    line.setCompleter(None)  # type: ignore[arg-type]  # it would finish names by itself
    return field, line
