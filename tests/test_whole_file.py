import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fmsdiag.whole_file import write_whole

POSIX = pytest.mark.skipif(os.name != "posix", reason="a matter of POSIX")
_AS_ON_A_FULL_DISK = """
import pathlib, resource, sys
from fmsdiag.whole_file import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
try:
    write_whole(pathlib.Path(sys.argv[1]), b"n" * 5000)
except OSError as error:
    print(error.errno)
"""


def test_a_file_is_made_and_replaced_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


@POSIX
def test_a_disk_without_room_keeps_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(b"o" * 2000)
    told = subprocess.run(
        [sys.executable, "-c", _AS_ON_A_FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip().isdigit()
    assert path.read_bytes() == b"o" * 2000
    assert list(tmp_path.iterdir()) == [path]


@POSIX
def test_a_reader_of_the_old_file_sees_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(b"old")
    with path.open("rb") as reading:
        write_whole(path, b"new and longer")
        assert reading.read() == b"old"


@POSIX
def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "r.json", tmp_path / "link.json"
    path.write_bytes(b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@POSIX
def test_a_new_file_has_the_permissions_that_any_has(tmp_path: Path) -> None:
    write_whole(tmp_path / "r.json", b"x")
    (tmp_path / "other").write_bytes(b"x")
    assert (tmp_path / "r.json").stat().st_mode == (tmp_path / "other").stat().st_mode


@POSIX
def test_what_is_no_file_is_written_to(tmp_path: Path) -> None:
    write_whole(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_whole(pipe, b"through")
    reader.join(10)
    assert read == [b"through"]


@pytest.mark.parametrize("name", ["missing/r.json", "x" * 300, "a\0b"])
def test_what_cannot_be_written_is_raised(tmp_path: Path, name: str) -> None:
    with pytest.raises((OSError, ValueError)):
        write_whole(tmp_path / name, b"x")
    assert list(tmp_path.iterdir()) == []
