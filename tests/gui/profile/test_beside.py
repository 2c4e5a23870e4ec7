"""A profile beside the program is found, if it is the only one."""

from pathlib import Path

import pytest

from fmsdiag.gui.profile.beside import folder_of_program, profile_beside


def test_a_program_from_its_sources_has_no_folder(tmp_path: Path) -> None:
    assert folder_of_program(str(tmp_path / "python"), {}, is_packaged=False) is None
    assert profile_beside(None) is None


@pytest.mark.parametrize(
    ("executable", "appimage", "folder"),
    [
        ("fmsdiag/fmsdiag", "", "fmsdiag"),
        ("fmsdiag.app/Contents/MacOS/fmsdiag", "", ""),
        ("mounted/usr/bin/fmsdiag", "downloads/fmsdiag.AppImage", "downloads"),
    ],
)
def test_it_lies_where_a_person_sees_the_program(
    tmp_path: Path, executable: str, appimage: str, folder: str
) -> None:
    variables = {"APPIMAGE": str(tmp_path / appimage)} if appimage else {}
    found = folder_of_program(str(tmp_path / executable), variables, is_packaged=True)
    assert found == (tmp_path / folder).resolve()


def test_the_only_one_is_found(tmp_path: Path) -> None:
    assert profile_beside(tmp_path) is None
    (tmp_path / "folder.fmsdiag").mkdir()
    (tmp_path / "readme.txt").write_bytes(b"Hello")
    (tmp_path / "Help.FMSDIAG").write_bytes(b"{}")
    assert profile_beside(tmp_path) == tmp_path / "Help.FMSDIAG"
    (tmp_path / "other.fmsdiag").write_bytes(b"{}")
    assert profile_beside(tmp_path) is None


def test_a_folder_that_cannot_be_read_has_none(tmp_path: Path) -> None:
    assert profile_beside(tmp_path / "missing") is None
