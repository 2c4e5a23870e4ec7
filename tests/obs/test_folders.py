"""OBS is found where each system and package has it, where a variable says, or not at all."""

from pathlib import Path

import pytest

from fmsdiag.obs.folders import obs_folders

PLACES = (
    ".config/obs-studio",
    "Library/Application Support/obs-studio",
    ".var/app/com.obsproject.Studio/config/obs-studio",
    "snap/obs-studio/current/.config/obs-studio",
)


@pytest.mark.parametrize("place", PLACES)
def test_each_place_of_a_home_folder_is_looked_at(tmp_path: Path, place: str) -> None:
    assert obs_folders({}, tmp_path) == ()
    (tmp_path / place / "basic" / "profiles").mkdir(parents=True)
    assert obs_folders({}, tmp_path) == (tmp_path / place,)


def test_several_installations_are_found(tmp_path: Path) -> None:
    for place in PLACES[::2]:
        (tmp_path / place / "basic" / "profiles").mkdir(parents=True)
    assert len(obs_folders({}, tmp_path)) == 2


def test_a_variable_names_the_folder_or_none(tmp_path: Path) -> None:
    (tmp_path / "basic" / "profiles").mkdir(parents=True)
    assert obs_folders({"FMSDIAG_OBS": str(tmp_path)}) == (tmp_path,)
    assert obs_folders({"FMSDIAG_OBS": str(tmp_path / "elsewhere")}) == ()
    assert obs_folders({"FMSDIAG_OBS": "a\0b"}) == ()
    assert obs_folders({"FMSDIAG_OBS": "none"}, tmp_path) == ()


def test_the_systems_own_place_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "fmsdiag.obs.folders.platformdirs.user_config_path", lambda *_, **__: tmp_path / "roaming"
    )
    (tmp_path / "roaming" / "basic" / "profiles").mkdir(parents=True)
    assert obs_folders({})[0] == tmp_path / "roaming"
