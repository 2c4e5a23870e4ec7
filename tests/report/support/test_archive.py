"""A .zip is written the same each time, and read with distrust: each hostile one is refused by its own message."""

import io
import random
import stat
import struct
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.messages.visible import visible
from fmsdiag.report.support import archive
from fmsdiag.report.support.archive import Archive, ArchiveError, looks_like_archive, pack

MOMENT = "2026-05-12T12:02:33.5Z"


def made(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A .zip by the library, which writes what we would not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in files:
            target.writestr(name, data)
    return out.getvalue()


def refusal(data: bytes) -> str:
    """Why it is not read, from its directory or when each entry is inflated."""
    with pytest.raises(ArchiveError) as caught:
        read_all(data)
    return str(caught.value)


def read_all(data: bytes) -> list[bytes]:
    opened = Archive(data)
    return [opened.read(name) for name in opened.names]


def test_what_was_packed_is_read_again_and_is_the_same_each_time() -> None:
    files = [("a.html", b"<p>" * 1000), ("b.txt", b""), ("ä.json", b"{}")]
    packed = pack(files, MOMENT)
    assert pack(files, MOMENT) == packed
    assert looks_like_archive(packed)
    opened = Archive(packed)
    assert [(name, opened.read(name)) for name in opened.names] == files
    infos = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert {info.date_time for info in infos} == {(2026, 5, 12, 12, 2, 32)}  # two seconds are its unit
    assert {stat.filemode(info.external_attr >> 16) for info in infos} == {"-rw-r--r--"}


@pytest.mark.parametrize(
    "moment", ["", "soon", "1969-01-01T00:00:00Z", "2026-13-41T99:99:99Z", "9999-01-01T00:00:00Z"]
)
def test_a_moment_that_a_zip_cannot_hold_does_no_harm(moment: str) -> None:
    info = zipfile.ZipFile(io.BytesIO(pack([("a", b"")], moment))).infolist()[0]
    assert info.date_time == (1980, 1, 1, 0, 0, 0)


def test_what_is_too_dense_to_be_read_is_stored_as_it_is() -> None:
    data = b"*" * 1_000_000
    assert read_all(pack([("a.txt", data)], MOMENT)) == [data]


@pytest.mark.parametrize(
    "name",
    ["../a.json", "/a.json", "a/b.json", "a\\b.json", "..\\a.json", "C:a.json", "a.json:stream", "..", "a\x1b.json", "d/"],
)  # fmt: skip
def test_paths_are_refused(name: str) -> None:
    assert "folders or paths" in refusal(made((name, b"{}")))


def test_a_name_with_a_null_character_is_refused_as_it_was_written() -> None:
    assert "folders or paths" in refusal(made(("aXb.json", b"{}")).replace(b"aXb", b"a\0b"))


@pytest.mark.parametrize("second", ["a.json", "A.JSON", "\uff41.json"])
def test_two_files_of_one_name_are_refused(second: str) -> None:
    data = made(("a.json", b"1"), (second.replace("a", "b", 1) if second == "a.json" else second, b"2"))
    assert "two files" in refusal(data.replace(b"b.json", b"a.json"))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(kind: int) -> None:
    info = zipfile.ZipInfo("a.json")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    assert "not a plain file" in refusal(made((info, b"/etc/passwd")))


def test_encrypted_ones_are_refused() -> None:
    data = bytearray(made(("a.json", b"{}")))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    assert "password" in refusal(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int) -> None:
    assert "in a way that fmsdiag does not read" in refusal(made(("a.json", b"{}"), method=method))


def test_an_archive_in_an_archive_is_refused_by_its_name_or_by_its_beginning() -> None:
    inner = made(("r.json", b"{}"))
    assert "another archive" in refusal(made(("r.zip", inner)))
    assert "another archive" in refusal(made(("r.json", inner)))


def test_many_entries_are_refused_before_they_are_looked_at() -> None:
    assert "more than 16 files" in refusal(made(*((f"{n}.json", b"") for n in range(17))))
    assert "more than 16 files" in refusal(made(*((f"{n}.json", b"") for n in range(5000))))


def test_a_count_that_is_too_small_hides_no_entry() -> None:
    """The library reads the whole directory, whatever its end says of the number."""
    data = bytearray(made(*((f"{n}.json", b"") for n in range(40))))
    data[-14:-10] = struct.pack("<2H", 1, 1)
    assert "more than 16 files" in refusal(bytes(data))


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    assert "compressed more than a report can be" in refusal(made(("a.json", bytes(20_000_000))))


def test_a_bomb_that_declares_little_is_inflated_no_further_than_that() -> None:
    data = bytearray(made(("a.json", bytes(40_000_000))))
    central = data.index(b"PK\x01\x02")
    for at in (22, central + 24):
        data[at : at + 4] = struct.pack("<L", 1000)
    tracemalloc.start()
    try:
        assert "damaged" in refusal(bytes(data))
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 3000)
    monkeypatch.setattr(archive, "MOST_INFLATED", 4000)
    noise = random.Random(1).randbytes(2500)
    assert "more than 3,000 bytes" in refusal(made(("a.json", noise), ("b.json", noise)))
    assert "a.json” would have more than 3,000 bytes" in refusal(made(("a.json", bytes(100) * 35)))
    plain = b"0123456789" * 250
    assert "its files would have more than 4,000 bytes" in refusal(made(("a.json", plain), ("b.json", plain)))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data[: len(data) // 2],
        lambda data: data + b"x",
        lambda data: b"MZ" + data,
        lambda data: data[:-2] + b"\x03\x00abc",
        lambda data: b"PK\x05\x06",
        lambda data: data.replace(b"a.json", b"b.json", 1),
        lambda data: data[:-22] + b"PK\x06\x07" + bytes(16) + data[-22:],
    ],
)
def test_what_is_cut_or_changed_is_refused(change: object) -> None:
    assert callable(change)
    assert "damaged or not complete" in refusal(change(made(("a.json", b'{"a": 1}'))))


def test_a_wrong_checksum_is_noticed() -> None:
    data = made(("a.json", b'{"a": 1}'), method=zipfile.ZIP_STORED)
    assert "damaged" in refusal(data.replace(b'"a": 1', b'"a": 2'))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8))
def test_a_changed_archive_is_read_or_refused_in_one_printable_line(changes: list[tuple[int, int]]) -> None:
    data = bytearray(pack([("a.json", b'{"a": 1}'), ("b.html", b"<p>")], MOMENT))
    for at, value in changes:
        data[at % len(data)] = value
    said = ""
    try:
        read_all(bytes(data))
    except ArchiveError as error:
        said = str(error)
    assert visible(said) == said
