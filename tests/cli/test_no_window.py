import pytest

from fmsdiag.cli.no_window import (
    cannot_draw,
    explain_missing_display,
    explain_missing_parts,
    how_to_fix,
    instead,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from tests.cli.pseudo_locales import unmarked


def test_what_to_install() -> None:
    assert "pip install fmsdiag" in how_to_fix(ModuleNotFoundError("PySide6"), "linux")
    assert "apt install libgl1" in how_to_fix(ImportError("libGL.so.1"), "linux")
    assert "Install fmsdiag again" in how_to_fix(ImportError("DLL load failed"), "win32")


def test_what_works_instead() -> None:
    assert instead([]) == "In the terminal, try: fmsdiag test rtmp://HOST/APPLICATION, or: fmsdiag demo"
    assert instead(["r.json"]) == "In the terminal, try: fmsdiag show r.json"
    profile = "In the terminal, try: fmsdiag profile show {0}, then: fmsdiag test --profile {0}"
    assert instead(["a.fmsdiag"]) == profile.format("a.fmsdiag")
    assert instead(["fmsdiag://profile/abc"]) == profile.format("'LINK'")


def test_it_is_said_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FMSDIAG_LANGUAGE", "en-XA")
    try:
        explain_missing_display(["r.json"])
        explain_missing_parts(ImportError("libEGL.so.1"), "linux", [])
    finally:
        use_language(ENGLISH)
    err = capsys.readouterr().err
    assert err.count("\n") == 5
    assert unmarked(err) == []


def test_why_a_report_cannot_be_drawn_and_what_helps() -> None:
    message = cannot_draw(ModuleNotFoundError("No module named 'PySide6'"), "linux").message
    assert message.startswith(
        "cannot draw the report: No module named 'PySide6'. Install what is missing with: "
    )
    assert "apt install" in cannot_draw(ImportError("libEGL.so.1"), "linux").message
