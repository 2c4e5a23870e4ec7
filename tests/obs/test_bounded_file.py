"""Files are read up to a bound, from their begin or their end; what is no file is an error, not a wait."""

import os
import sys
from pathlib import Path

import pytest

from fmsdiag.obs.bounded_file import UnreadableFile, read_end, read_whole


def test_a_file_within_the_bound_is_read(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"0123456789")
    assert read_whole(path, 10) == b"0123456789"
    assert read_end(path, 4) == b"6789"
    assert read_end(path, 100) == b"0123456789"
    with pytest.raises(UnreadableFile):
        read_whole(path, 9)


def test_what_is_no_file_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path("a\0b")):
        with pytest.raises(UnreadableFile):
            read_whole(path, 10)
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(UnreadableFile):
            read_end(tmp_path / "pipe", 10)
