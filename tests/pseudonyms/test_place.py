"""Where the pseudonyms are kept, and where they are not."""

from pathlib import Path

import platformdirs

from fmsdiag.pseudonyms.place import FILE_NAME, chosen_path, set_aside_files


def test_a_file_is_named_or_the_systems_or_none(tmp_path: Path) -> None:
    assert chosen_path({"FMSDIAG_PSEUDONYMS": "none"}) is None
    assert chosen_path({"FMSDIAG_PSEUDONYMS": str(tmp_path / "p")}) == tmp_path / "p"
    assert chosen_path({}) == platformdirs.user_data_path("fmsdiag", False) / FILE_NAME


def test_what_was_set_aside_is_found(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "p"
    assert set_aside_files(path) == []
    path.parent.mkdir()
    for name in ("p", "p.damaged-1", "p.damaged-1-journal", "q.damaged-2"):
        (path.parent / name).touch()
    assert [each.name for each in set_aside_files(path)] == ["p.damaged-1"]
