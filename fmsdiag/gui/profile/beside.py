"""The profile that lies beside the program: support sends a folder with both, and a double-click on the program is enough."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fmsdiag.profile.profile_file import EXTENSION

MOST_FILES = 2000
"""That are looked at: a program may lie among all of a user's downloads."""


def folder_of_program(executable: str, variables: Mapping[str, str], *, is_packaged: bool) -> Path | None:
    """Where a person sees the program; none for one that runs from its sources, which has no folder of its own.

    An AppImage runs from elsewhere and says where it lies; on macOS the program is inside of what looks like one file.
    """
    if not is_packaged:
        return None
    path = Path(variables.get("APPIMAGE") or executable).resolve()
    bundle = next((parent for parent in path.parents if parent.suffix == ".app"), None)
    return (bundle or path).parent


def profile_beside(folder: Path | None) -> Path | None:
    """The one profile in that folder; none where there are several, for nobody can tell which of them is meant."""
    if folder is None:
        return None
    try:
        with_ours = (path for path, _ in zip(folder.iterdir(), range(MOST_FILES), strict=False))
        found = [path for path in with_ours if path.suffix.lower() == EXTENSION and path.is_file()]
    except OSError:
        return None
    return found[0] if len(found) == 1 else None
