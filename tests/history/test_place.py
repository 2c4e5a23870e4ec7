from pathlib import Path

import pytest

from fmsdiag.history.place import FILE_NAME, chosen_path, history_file, is_kept, keep, set_aside_files


@pytest.mark.parametrize("off", [{"FMSDIAG_HISTORY": "none"}, {"FMSDIAG_JOURNAL": "none"}])
def test_either_switch_turns_it_off(off: dict[str, str]) -> None:
    assert chosen_path(off) is None
    assert chosen_path({"FMSDIAG_HISTORY": "/x/h.db"} | off) is None


def test_another_file_can_be_named(tmp_path: Path) -> None:
    assert chosen_path({"FMSDIAG_HISTORY": str(tmp_path / "h")}) == tmp_path / "h"
    default = chosen_path({})
    assert default is not None
    assert default.name == FILE_NAME
    assert "fmsdiag" in default.parts


def test_what_was_set_aside_is_found(tmp_path: Path) -> None:
    assert set_aside_files(tmp_path / "no" / "h") == []
    for name in ("h.damaged-2", "h.damaged-1", "h.damaged-1-journal", "other"):
        (tmp_path / name).touch()
    assert [p.name for p in set_aside_files(tmp_path / "h")] == ["h.damaged-1", "h.damaged-2"]


def test_a_switch_beside_the_file_says_whether_runs_are_kept(tmp_path: Path) -> None:
    environment = {"FMSDIAG_HISTORY": str(tmp_path / "new" / "h")}
    path = history_file(environment)
    assert path == chosen_path(environment) == tmp_path / "new" / "h"
    for wanted in (False, False, True, True):
        keep(path, wanted)
        assert is_kept(path) is wanted
        assert chosen_path(environment) == (path if wanted else None)
        assert history_file(environment) == path
    assert set_aside_files(path) == []
