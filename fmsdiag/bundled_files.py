"""Where the files of resources/ are: the one place that knows, whichever way fmsdiag was installed."""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def bundled_file(*parts: str) -> Path:
    """Path of a bundled file or folder, such as `bundled_file("icons", "app.svg")`.

    Looks where PyInstaller unpacks, where a wheel puts it and where a checkout has it, which keeps `docs` beside
    resources/; raises FileNotFoundError.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    roots = [Path(bundle) / "fmsdiag" / "resources", Path(bundle) / "resources"] if bundle else []
    for root in (*roots, _PACKAGE / "resources", _PACKAGE.parent / "resources", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"resource {'/'.join(parts)} is not installed")
