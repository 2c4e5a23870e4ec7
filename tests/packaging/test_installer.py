"""How the installer for Windows comes about. tests/windows/check_installer.py runs it; this makes one of an invented folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fmsdiag import log
from fmsdiag.history.place import FILE_NAME
from fmsdiag.journal import folder as journal
from fmsdiag.profile.link import SCHEME
from fmsdiag.profile.profile_file import EXTENSION as PROFILE_EXTENSION
from fmsdiag.report.open_file import OWN_EXTENSION
from tests.packaging.packaging_modules import PACKAGING, load

installer, facts = load("windows/installer"), load("package_facts")
SCRIPT = (PACKAGING / "windows" / "fmsdiag.nsi").read_text(encoding="utf-8")


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of four files."""
    package = tmp_path / "fmsdiag"
    (package / "_internal" / "a b").mkdir(parents=True)
    for name in (*installer.PROGRAMS, "_internal/price$.txt", "_internal/a b/ü.txt"):
        (package / name).write_bytes(b"data")
    monkeypatch.setattr(installer, "DIST", tmp_path)
    monkeypatch.setattr(installer, "BUILD", tmp_path / "build")
    return tmp_path


def test_files_go_into_their_folders(tmp_path: Path) -> None:
    names = ["b.exe", "in/side/c", "a.exe", "in/$d"]
    assert installer.install_lines(tmp_path, names) == [
        'SetOutPath "$INSTDIR"',
        f'File "{tmp_path / "a.exe"}"',
        f'File "{tmp_path / "b.exe"}"',
        'SetOutPath "$INSTDIR\\in"',
        f'File "{tmp_path / "in" / "$d"}"',
        'SetOutPath "$INSTDIR\\in\\side"',
        f'File "{tmp_path / "in" / "side" / "c"}"',
    ]


def test_only_what_was_installed_is_removed_and_inner_folders_first() -> None:
    assert installer.remove_lines(["in/side/c", "a.exe", "in/$d"]) == [
        'Delete "$INSTDIR\\a.exe"',
        'Delete "$INSTDIR\\in\\$$d"',
        'Delete "$INSTDIR\\in\\side\\c"',
        'RMDir "$INSTDIR\\in\\side"',
        'RMDir "$INSTDIR\\in"',
    ]
    assert "RMDir /r" not in SCRIPT, "a folder can hold a user's reports"


def test_the_script_agrees_with_the_program() -> None:
    assert f'!define EXTENSION "{OWN_EXTENSION}"' in SCRIPT
    assert f'!define MIME_TYPE "{facts.REPORT_TYPE}"' in SCRIPT
    assert f'!define PROFILE_EXTENSION "{PROFILE_EXTENSION}"' in SCRIPT
    assert f'!define PROFILE_MIME_TYPE "{facts.PROFILE_TYPE}"' in SCRIPT
    assert f'!define LINK_SCHEME "{SCHEME.removesuffix("://")}"' in SCRIPT
    assert f'Delete "$LOCALAPPDATA\\fmsdiag\\Logs\\{log.FILE_NAME}*"' in SCRIPT
    assert f'Delete "$LOCALAPPDATA\\fmsdiag\\{FILE_NAME}*"' in SCRIPT
    for suffix in (journal.SUFFIX, journal.SET_ASIDE):
        assert f'Delete "$LOCALAPPDATA\\fmsdiag\\journal\\*{suffix}"' in SCRIPT


def test_makensis_is_found_where_windows_puts_it(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "PROGRAMFILES(X86)": str(tmp_path)}
    assert installer.find_makensis(environment) is None
    program = tmp_path / "NSIS" / "makensis.exe"
    program.parent.mkdir()
    program.write_bytes(b"MZ")
    assert installer.find_makensis(environment) == str(program)


def test_without_a_package_there_is_no_installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(installer, "DIST", tmp_path)
    assert installer.main() == 1
    assert "lacks fmsdiag.exe, fmsdiag-cli.exe" in capsys.readouterr().out


@pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis (nsis) is not installed")
def test_the_same_package_gives_the_same_installer(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.setenv("FMSDIAG_SETUP_VERSION", "2.3")
    made = dist / "fmsdiag-2.3-windows-amd64-setup.exe"
    assert installer.main() == 0
    first = made.read_bytes()
    assert first[:2] == b"MZ"
    assert "2.3.0.0".encode("utf-16-le") in first or "2.3".encode("utf-16-le") in first
    made.unlink()
    (dist / "fmsdiag" / "fmsdiag.exe").touch()
    assert installer.main() == 0
    assert made.read_bytes() == first
