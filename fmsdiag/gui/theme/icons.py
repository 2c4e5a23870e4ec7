"""Bundled icons as Qt wants them."""

from __future__ import annotations

from functools import cache

# Importing QtSvg makes freezing tools bundle the plug-in that QIcon needs to read SVG files.
from PySide6 import QtSvg  # noqa: F401
from PySide6.QtGui import QIcon

from fmsdiag.bundled_files import bundled_file


@cache
def icon(name: str) -> QIcon:
    """The bundled icon of that name; QIcon renders its SVG at whatever size and pixel ratio it is painted."""
    return QIcon(str(bundled_file("icons", f"{name}.svg")))
