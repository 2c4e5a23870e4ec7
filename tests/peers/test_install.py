"""What happens where the servers that no Debian package has cannot be installed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.peers import install


def test_the_last_complaint_of_a_command_is_told() -> None:
    assert install._run(sys.executable, "-c", "pass") == ""
    assert install._run(sys.executable, "-c", "import sys; sys.exit('first\\n\\nlast')") == "last"
    assert install._run(sys.executable, "-c", "raise SystemExit(7)") == "exit code 7"


def test_what_is_older_than_its_source_is_installed_anew(tmp_path: Path) -> None:
    source, result = tmp_path / "source", tmp_path / "result"
    source.touch()
    assert not install.is_newer(result, source)
    result.touch()
    os.utime(source, (1, 1))
    assert install.is_newer(result, source)
    os.utime(result, (0, 0))
    assert not install.is_newer(result, source)


def test_what_cannot_be_installed_is_said_and_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "build" / "good"
    parts = (
        ("one", tmp_path / "bad", Path(__file__), lambda: "no network"),
        ("two", good, Path(__file__), lambda: ""),
    )
    monkeypatch.setattr(install, "INSTALLATIONS", parts)
    assert install.main() == 0
    assert capsys.readouterr().out == "one: not installed, its tests are skipped: no network\n"
    assert good.exists()
    assert not (tmp_path / "bad").exists()


def test_without_npm_there_is_no_node_media_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert install.install_node_media_server() == "npm is not installed"
