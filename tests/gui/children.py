"""Finds a widget that must be there, by its class."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

Child = TypeVar("Child", bound=QObject)


def child(parent: QObject, kind: type[Child], name: str | None = None) -> Child:
    """The first of that kind, of that object name if one is given. AssertionError: there is none."""
    found = parent.findChild(kind) if name is None else parent.findChild(kind, name)
    assert isinstance(found, kind)
    return found
