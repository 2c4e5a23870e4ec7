"""`fmsdiag pseudonyms`: names are listed, answers are read back, all can be deleted; what is wrong is said."""

import io
import sys
from pathlib import Path

import pytest

from fmsdiag.cli import pseudonyms_command
from fmsdiag.cli.main import main
from fmsdiag.pseudonyms.store import kept_pseudonyms, lent_book
from fmsdiag.report.pseudonyms import NameKind

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "pseudonyms"
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(path))
    with lent_book(path) as book:
        book.name(NameKind.ADDRESS, "10.66.0.1")
        book.name(NameKind.HOST, "proxy.corp.example")
    return path


def test_the_list_says_what_each_stands_for(capsys: Captured) -> None:
    assert main(["pseudonyms"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [["address-1", "10.66.0.1"], ["host-1", "proxy.corp.example"]]


def test_an_answer_is_read_back_from_standard_input_or_a_file(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = b"Open TCP 1935 in address-1,\r\nnot in host-1.\x1b[31m\n"
    said = "Open TCP 1935 in 10.66.0.1,\nnot in proxy.corp.example.\\x1b[31m\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(answer)))
    assert main(["pseudonyms", "read"]) == 0
    assert capsys.readouterr().out == said
    Path("answer.txt").write_bytes(answer)
    assert main(["pseudonyms", "read", "answer.txt"]) == 0
    assert capsys.readouterr().out == said


def test_all_are_deleted(kept: Path, capsys: Captured) -> None:
    assert main(["pseudonyms", "delete"]) == 0
    assert "Deleted: all pseudonyms (2)" in " ".join(capsys.readouterr().out.split())
    assert kept_pseudonyms(kept) == ()
    assert main(["pseudonyms"]) == 0
    assert "no pseudonym was given yet" in capsys.readouterr().out


def test_what_is_wrong_is_said(kept: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("missing.txt", "a\0b"):
        assert main(["pseudonyms", "read", path]) == 3
        assert capsys.readouterr().err
    monkeypatch.setattr(pseudonyms_command, "MOST_READ", 10)
    Path("long.txt").write_text("x" * 11, encoding="utf-8")
    assert main(["pseudonyms", "read", "long.txt"]) == 3
    assert "too long (over 10 bytes)" in " ".join(capsys.readouterr().err.split())
    kept.write_bytes(b"no database" * 100)
    assert main(["pseudonyms"]) == 0
    assert main(["pseudonyms"]) == 0
    assert "The pseudonyms were damaged" in " ".join(capsys.readouterr().err.split())
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(kept / "inside"))
    assert main(["pseudonyms", "delete"]) in (0, 3)
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", "none")
    assert main(["pseudonyms"]) == 3
    assert "FMSDIAG_PSEUDONYMS is none" in " ".join(capsys.readouterr().err.split())
