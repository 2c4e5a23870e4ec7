import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.cli.serve_command import url_of
from fmsdiag.server.service import ServerOptions
from tests.systems import needs_signals

ROOT = Path(__file__).resolve().parents[2]


def serve(*argv: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "fmsdiag", "serve", *argv]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_addresses_and_serves_until_a_signal(number: signal.Signals) -> None:
    with serve("--http", "0", "--rtmp", "0", "--app", "vod", "--fault", "slow:1") as process:
        assert process.stdout
        lines = [process.stdout.readline().split() for _ in range(3)]
        assert lines[0][0] == "rtmp"
        assert lines[0][1].startswith("rtmp://127.0.0.1:")
        assert lines[0][1].endswith("/vod")
        assert lines[2][:2] == ["fault", "slow"]
        with urllib.request.urlopen(lines[1][1], timeout=10) as answer:
            assert answer.status == 200
        process.send_signal(number)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "http 127.0.0.1:" in log


@needs_signals
def test_everything_on_free_ports_when_nothing_is_said() -> None:
    with serve("--quiet") as process:
        assert process.stdout
        names = [process.stdout.readline().split()[0] for _ in range(7)]
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
    assert names == ["rtmp", "rtmps", "rtmpt", "rtmpts", "http", "admin", "rtmfp"]


def test_a_fault_that_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--fault", "earthquake"]) == 3
    assert "--fault: There is no fault “earthquake”. Faults: " in capsys.readouterr().err


def test_an_address_that_is_not_ours(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--rtmp", "0", "--listen", "192.0.2.1"]) == 3
    assert "cannot listen on 192.0.2.1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("listener", "listen", "url"),
    [
        ("rtmpt", "127.0.0.1", "rtmpt://127.0.0.1:5/live"),
        ("rtmp", "::1", "rtmp://[::1]:5/live"),
        ("http", "127.0.0.1", "http://127.0.0.1:5/"),
        ("admin", "127.0.0.1", "http://127.0.0.1:5/admin/ping?auser=&apswd="),
    ],
)
def test_addresses(listener: str, listen: str, url: str) -> None:
    assert url_of(listener, ServerOptions(listen=listen), 5) == url
