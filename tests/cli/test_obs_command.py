"""`fmsdiag obs` and `fmsdiag test --obs`: servers and failures of OBS's, never a key."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag.cli.console import CliError
from fmsdiag.cli.main import main
from fmsdiag.cli.obs_command import server_from_obs
from fmsdiag.model import Report
from tests.cli.replays import Replay
from tests.obs.obs_files import KEY, PASSWORD, attempt, choose_profile, make_log, make_profile
from tests.report import samples

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def obs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "obs-studio"
    make_profile(folder, "Sunday", {"server": f"rtmp://{samples.HOST}/live/{KEY}"})
    make_profile(folder, "Twitch", {"service": "Twitch", "server": "auto"}, "rtmp_common")
    make_profile(folder, "SRT", {"server": "srt://a.example:9000"})
    choose_profile(folder, "Sunday")
    lines = attempt("10:00:01", f"rtmp://{samples.HOST}/live/{KEY}", -2, "x is offline. (ECONNREFUSED).")
    make_log(folder, "2026-05-12 10-00-00", *lines)
    monkeypatch.setenv("FMSDIAG_OBS", str(folder))
    return folder


@pytest.mark.usefixtures("obs")
def test_profiles_servers_and_failures_are_listed_without_keys(capsys: Captured) -> None:
    assert main(["obs"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[:3] == [
        "Sunday (current)",
        f"  rtmp://{samples.HOST}/live",
        "  The last part of this address was left out: it may be a stream key.",
    ]
    assert "Twitch, Twitch\n  rtmps://ingest.global-contribute.live-video.net:443/app\n" in out
    assert "SRT\n  It does not stream by RTMP.\n" in out
    assert "The server refused the connection (ECONNREFUSED). Server:" in " ".join(out.split())
    assert 'fmsdiag test --obs "Sunday"' in " ".join(out.split())
    assert KEY not in out
    assert PASSWORD not in out


def test_without_an_obs_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    assert main(["obs"]) == 3
    assert "OBS Studio was not found on this computer" in capsys.readouterr().err
    (tmp_path / "basic" / "profiles").mkdir(parents=True)
    monkeypatch.setenv("FMSDIAG_OBS", str(tmp_path))
    assert main(["obs"]) == 0
    out = capsys.readouterr().out
    assert "OBS Studio has no profiles" in out
    assert "The logs of OBS have no failed connection." in out
    with pytest.raises(CliError, match="has no profiles"):
        server_from_obs("", {"FMSDIAG_OBS": str(tmp_path)})


def test_the_server_of_a_profile_is_tested(
    obs: Path, replay: Callable[[Report], Replay], capsys: Captured
) -> None:
    made = replay(samples.healthy())
    assert main(["test", "--obs", "--quiet"]) == 0
    assert made.target is not None
    assert (made.target.host, made.target.application, made.target.stream) == (samples.HOST, "live", None)
    capsys.readouterr()
    environment = {"FMSDIAG_OBS": str(obs)}
    assert server_from_obs("", environment) == f"rtmp://{samples.HOST}/live"
    assert server_from_obs("twitch", environment).startswith("rtmps://ingest.")
    assert "Server of the OBS profile “Sunday”: rtmp://" in capsys.readouterr().err
    with pytest.raises(CliError, match="no profile “Monday”; its profiles are Sunday, SRT, and Twitch"):
        server_from_obs("Monday", environment)
    with pytest.raises(CliError, match=r"“SRT” has no server that can be tested. It does not stream by RTMP"):
        server_from_obs("SRT", environment)
