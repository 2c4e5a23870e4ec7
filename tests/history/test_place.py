from pathlib import Path

import pytest

from fmsdiag.history.place import FILE_NAME, chosen_path, set_aside_files


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
