"""Where journals are, and how many."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from fmsdiag.journal.folder import MOST_KEPT, chosen_folder, journals, make_room, new_path


def test_where_they_are() -> None:
    assert chosen_folder({"FMSDIAG_JOURNAL": "none"}) is None
    assert chosen_folder({"FMSDIAG_JOURNAL": "x"}) == Path("x").absolute()
    assert chosen_folder({}) == platformdirs.user_state_path("fmsdiag", False) / "journal"


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert journals(tmp_path / "missing") == []


def test_the_oldest_make_room(tmp_path: Path) -> None:
    paths = [new_path(tmp_path, f"{number:x}") for number in range(MOST_KEPT + 3)]
    for path in paths:
        path.touch()
    paths[0].rename(paths[0].with_suffix(".damaged"))
    other = tmp_path / "notes.txt"
    other.touch()
    make_room(tmp_path)
    assert journals(tmp_path) == list(reversed(paths[-MOST_KEPT:]))
    assert sorted(tmp_path.iterdir()) == sorted([other, *paths[-MOST_KEPT:]])
