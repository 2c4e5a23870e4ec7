"""Where OBS Studio keeps its profiles and logs: as installed, from a Flatpak, from a Snap, or where a variable says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

VARIABLE = "FMSDIAG_OBS"
NO_OBS = "none"
_FOLDER = "obs-studio"


def obs_folders(environment: Mapping[str, str], home: Path | None = None) -> tuple[Path, ...]:
    """The folders that are there, the usual one first. FMSDIAG_OBS names another one, such as that of a portable OBS, or none.

    `home` is the user's home folder.
    """
    chosen = environment.get(VARIABLE)
    if chosen == NO_OBS:
        return ()
    if chosen:
        return tuple(each for each in (Path(chosen).absolute(),) if _holds_profiles(each))
    try:
        own = Path.home() if home is None else home
    except RuntimeError:  # a user without a home folder
        return ()
    places = (
        *(() if home is not None else (platformdirs.user_config_path(_FOLDER, False, roaming=True),)),
        own / ".config" / _FOLDER,
        own / "Library" / "Application Support" / _FOLDER,
        own / ".var" / "app" / "com.obsproject.Studio" / "config" / _FOLDER,
        own / "snap" / _FOLDER / "current" / ".config" / _FOLDER,
    )
    return tuple(dict.fromkeys(place for place in places if _holds_profiles(place)))


def _holds_profiles(folder: Path) -> bool:
    try:
        return (folder / "basic" / "profiles").is_dir()
    except (OSError, ValueError):  # ValueError: a null character in the path
        return False
