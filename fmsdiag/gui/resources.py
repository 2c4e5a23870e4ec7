"""Where the bundled icons and fonts are: the one place that knows, whichever way fmsdiag was installed."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

# Importing QtSvg makes freezing tools bundle the plug-in that QIcon needs to read SVG files.
from PySide6 import QtSvg  # noqa: F401
from PySide6.QtGui import QIcon

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_path(*parts: str) -> Path:
    """Path of a bundled file, such as `resource_path("icons", "app.svg")`.

    Looks where PyInstaller unpacks, where a wheel puts it and where a checkout has it; raises FileNotFoundError.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    roots = [Path(bundle) / "fmsdiag" / "resources", Path(bundle) / "resources"] if bundle else []
    for root in (*roots, _PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {'/'.join(parts)} is not installed")


@cache
def icon(name: str) -> QIcon:
    """The bundled icon of that name; QIcon renders its SVG at whatever size and pixel ratio it is painted."""
    return QIcon(str(resource_path("icons", f"{name}.svg")))
