"""The pseudonyms outlive the program, are its user's alone, and are never given to two things."""

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from fmsdiag.pseudonyms import store
from fmsdiag.pseudonyms.place import set_aside_files
from fmsdiag.pseudonyms.store import PseudonymError, forget_pseudonyms, kept_pseudonyms, lent_book
from fmsdiag.report.pseudonyms import NameKind


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "pseudonyms.sqlite3"


def named(path: Path, value: str, kind: NameKind = NameKind.HOST) -> str:
    with lent_book(path) as book:
        return book.name(kind, value)


def test_a_name_is_kept_and_given_again(path: Path) -> None:
    assert kept_pseudonyms(path) == ()
    assert not path.exists()
    assert [named(path, value) for value in ("a.example", "b.example", "a.example")] == [
        "host-1",
        "host-2",
        "host-1",
    ]
    assert named(path, "10.0.0.1", NameKind.ADDRESS) == "address-1"
    assert [(each.name, each.value) for each in kept_pseudonyms(path)] == [
        ("address-1", "10.0.0.1"),
        ("host-1", "a.example"),
        ("host-2", "b.example"),
    ]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_it_is_its_owners_alone(path: Path) -> None:
    named(path, "a.example")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_fails_keeps_nothing(path: Path) -> None:
    def fail() -> None:
        with lent_book(path) as book:
            book.name(NameKind.HOST, "a.example")
            raise RuntimeError("no report")

    with pytest.raises(RuntimeError, match="no report"):
        fail()
    assert kept_pseudonyms(path) == ()


def test_a_number_is_not_used_again(path: Path) -> None:
    named(path, "a.example")
    assert forget_pseudonyms(path) == 1
    assert kept_pseudonyms(path) == ()
    assert named(path, "b.example") == "host-2"
    assert b"a.example" not in path.read_bytes()


def test_the_oldest_make_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_KEPT", 2)
    assert [named(path, f"{n}.example") for n in range(3)] == ["host-1", "host-2", "host-3"]
    assert [each.name for each in kept_pseudonyms(path)] == ["host-2", "host-3"]


def test_programs_at_the_same_time_give_different_names(path: Path) -> None:
    names: list[str] = []

    def name_some(first: int) -> None:
        names.extend(named(path, f"{n}.example") for n in range(first, first + 5))

    threads = [threading.Thread(target=name_some, args=(10 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 20
    assert len(kept_pseudonyms(path)) == 20


def test_a_damaged_file_is_set_aside_and_its_numbers_are_not_given_again(path: Path) -> None:
    named(path, "a.example")
    path.write_bytes(b"not a database" * 100)
    assert named(path, "a.example") == "host-10001"
    assert [each.read_bytes()[:14] for each in set_aside_files(path)] == [b"not a database"]


def test_a_table_that_somebody_changed_is_damage(path: Path) -> None:
    named(path, "a.example")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON names BEGIN DELETE FROM names; END")
    connection.close()
    assert named(path, "b.example") == "host-10001"


def test_a_newer_file_is_left_alone(path: Path) -> None:
    named(path, "a.example")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(PseudonymError, match="newer"):
        named(path, "b.example")
    assert path.read_bytes() == before


def test_rows_that_fit_no_pseudonym_are_passed_over(path: Path) -> None:
    named(path, "a.example")
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO names VALUES ('host', 'x', 'b'), ('person', 1, 'c'), ('host', 9, ?)", ("d" * 400,)
        )
        connection.execute("INSERT INTO numbers VALUES ('person', 3)")
    connection.close()
    assert [each.name for each in kept_pseudonyms(path)] == ["host-1"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PseudonymError):
        named(tmp_path / "file" / "p", "a.example")
