"""What `--support`, `--to zip` and `--level` write: every format of one redacted report, and no planted secret in any."""

import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from fmsdiag.__main__ import main as program
from fmsdiag.cli.main import main
from fmsdiag.model import FilledField, Prepared, Redaction, Report
from fmsdiag.pseudonyms.store import kept_pseudonyms
from fmsdiag.report.json import encode
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.strict import STRICT
from tests.cli.replays import Replay
from tests.report import samples, transport_samples
from tests.report.test_redact import PLANTED

Install = Callable[[Report], Replay]
URL = f"rtmp://{samples.HOST}/live"
NAME = "fmsdiag_media.example.com_20260512T1202Z_ab12"
DEVICE = "192.168.1.1"
OF_NETWORK = (*PLANTED, "198.51.100.53", "proxy-1", "lan-1")
"""What a strict report has none of, not even under a name that holds in one report only."""


def entries(path: str) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(name: str, data: bytes) -> str:
    """What an entry says; of a PDF, what a reader finds in it, with its ligatures taken apart."""
    if not name.endswith(".pdf"):
        return data.decode()
    command = ["pdftotext", "-", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True, timeout=30)
    return unicodedata.normalize("NFKC", done.stdout.decode())


def test_a_run_writes_one_file_that_opens_again(
    replay: Install, qapp: QApplication, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(samples.port_blocked())
    assert program(["test", URL, "--support", "s.zip"]) == 1
    assert "Report written: s.zip" in capsys.readouterr().out
    assert list(entries("s.zip")) == [
        f"{NAME}.{ending}" for ending in ("html", "pdf", "txt", "fmsdiag-report")
    ]
    assert open_report("s.zip").report == redact(samples.port_blocked())
    for command in (
        ["show", "s.zip"],
        ["rejudge", "s.zip"],
        ["compare", "s.zip", "s.zip"],
        ["code", "s.zip"],
    ):
        assert main(command) == 0


def test_without_qt_the_pdf_is_missing_and_that_is_said(
    replay: Install, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replay(samples.port_blocked())
    monkeypatch.setitem(sys.modules, "fmsdiag.gui.paper_conversion", None)
    assert program(["test", URL, "--support", "s.zip"]) == 1
    err = " ".join(capsys.readouterr().err.split())
    assert "cannot draw the report" in err
    assert "the .zip has no PDF in it; page, text, and data are complete" in err
    assert len(entries("s.zip")) == 3


def test_a_saved_report_becomes_a_zip_and_is_redacted_on_the_way(qapp: QApplication) -> None:
    Path("r.json").write_bytes(encode(samples.port_blocked()))
    assert program(["convert", "r.json", "--output", "s.ZIP"]) == 0
    assert open_report("s.ZIP").report == redact(samples.port_blocked())
    private = redact(samples.port_blocked(), include_sensitive=True, identity=Identity())
    Path("r.json").write_bytes(encode(private))
    assert program(["convert", "r.json", "--to", "zip", "--output", "p.zip"]) == 0
    assert open_report("p.zip").report == private


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("level", ["standard", "strict"])
@pytest.mark.parametrize(
    "make", [samples.port_blocked, transport_samples.proxied, transport_samples.published]
)
def test_no_planted_secret_is_in_any_entry(
    make: Callable[[], Report], level: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(Path("p").absolute()))
    Path("r.json").write_bytes(encode(make()))
    assert program(["convert", "r.json", "--to", "zip", "--level", level, "--output", "s.zip"]) == 0
    found = entries("s.zip")
    assert len(found) == 4
    secrets = PLANTED if level == "standard" else OF_NETWORK
    for name, data in found.items():
        shown = text_of(name, data)
        assert [planted for planted in secrets if planted in shown] == [], name
    kept = Path("p").read_bytes() if level == "strict" else b""
    # names of the network are there to be read back, secrets are not
    assert [secret for secret in (samples.STREAM_KEY, "PLANTED") if secret.encode() in kept] == []


def test_a_strict_run_hides_its_network_and_keeps_the_pseudonyms(
    replay: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path("p").absolute()
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(path))
    for number in range(2):
        replay(samples.port_blocked())
        assert main(["test", URL, "--level", "strict", "--json", f"{number}.json", "--html", "r.html"]) == 1
    report = open_report("0.json").report
    assert report is not None
    assert STRICT in report.redaction
    assert Path("0.json").read_bytes() == Path("1.json").read_bytes()
    assert DEVICE not in Path("0.json").read_text(encoding="utf-8") + Path("r.html").read_text(
        encoding="utf-8"
    )
    assert DEVICE in {each.value for each in kept_pseudonyms(path)}
    assert all("key" not in each.value for each in kept_pseudonyms(path))


def test_a_strict_profile_decides(replay: Install) -> None:
    asked = Prepared("Example", "0123456789abcdef", (FilledField("Ticket", "4711"),), Redaction.STRICT)
    replay(msgspec.structs.replace(samples.port_blocked(), prepared=asked))
    assert main(["test", URL, "--level", "standard", "--json", "r.json"]) == 1
    assert DEVICE not in Path("r.json").read_text(encoding="utf-8")
    assert "address-1" in Path("r.json").read_text(encoding="utf-8")


def test_pseudonyms_that_cannot_be_kept_cost_no_report(
    replay: Install, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("file").touch()
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(Path("file/p").absolute()))
    replay(samples.port_blocked())
    assert main(["test", URL, "--level", "strict", "--json", "r.json"]) == 1
    assert "could not be kept on this computer" in " ".join(capsys.readouterr().err.split())
    assert DEVICE not in Path("r.json").read_text(encoding="utf-8")


def test_a_strict_report_and_packets_or_sensitive_data_exclude_each_other(
    replay: Install, capsys: pytest.CaptureFixture[str]
) -> None:
    replay(samples.port_blocked())
    assert main(["test", URL, "--level", "strict", "--pcapng", "p.pcapng"]) == 3
    assert "--pcapng cannot be used with --level strict" in " ".join(capsys.readouterr().err.split())
    assert main(["test", URL, "--level", "strict", "--include-sensitive"]) == 3
    assert not Path("p.pcapng").exists()


def test_converting_with_a_level_drops_what_this_version_does_not_know() -> None:
    document = encode(samples.healthy()).replace(b"fmsdiag-report/1.0", b"fmsdiag-report/1.9")
    Path("r.json").write_bytes(document.replace(b"{", b'{"new": "10.1.2.3",', 1))
    assert main(["convert", "r.json", "--to", "json", "--output", "same.json"]) == 0
    assert main(["convert", "r.json", "--to", "json", "--level", "strict", "--output", "strict.json"]) == 0
    assert b'"new"' in Path("same.json").read_bytes()
    assert b'"new"' not in Path("strict.json").read_bytes()
