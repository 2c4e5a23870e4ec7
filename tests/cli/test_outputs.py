import errno
import os
import stat
import tempfile
from pathlib import Path

import pytest

from fmsdiag.cli.console import CliError
from fmsdiag.cli.outputs import Output, wanted_outputs, write_outputs
from fmsdiag.report.json import decode
from fmsdiag.report.open_file import open_report
from tests.report import samples
from tests.systems import ON_WINE, needs_devices

REPORT = samples.healthy()


def test_nothing_asked_nothing_written() -> None:
    assert wanted_outputs(None, None, None) == []
    assert write_outputs([], REPORT, print)


def test_all_formats(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = wanted_outputs("r.json", "r.md", "r.html")
    assert not list(tmp_path.iterdir())  # trying out leaves nothing
    assert write_outputs(wanted, REPORT, said.append)
    assert decode(Path("r.json").read_bytes()) == REPORT
    assert Path("r.md").read_text(encoding="utf-8").startswith("## fmsdiag: ")
    assert open_report("r.html").report == REPORT
    assert said == [f"Report written: r.{ending}" for ending in ("json", "md", "html")]


def test_an_older_file_is_kept_until_there_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text("old", encoding="utf-8")
    wanted = wanted_outputs(str(path), None, None)
    assert path.read_text(encoding="utf-8") == "old"
    write_outputs(wanted, REPORT, lambda _: None)
    assert decode(path.read_bytes()) == REPORT


def test_only_one_can_have_standard_output() -> None:
    with pytest.raises(CliError, match="Only one of --json, --markdown, --html, --support, and --pcapng"):
        wanted_outputs("-", None, "-")


@pytest.mark.parametrize("second", ["r.json", "./r.json", "sub/../r.json", "link.json", "hard.json"])
@pytest.mark.parametrize("there", [True, False])
def test_two_outputs_do_not_name_one_file(tmp_path: Path, second: str, there: bool) -> None:
    if second in ("link.json", "hard.json") and ON_WINE:
        pytest.skip("Wine gives two names of one file different numbers, and does not follow links in names")
    (tmp_path / "sub").mkdir()
    Path("link.json").symlink_to("r.json")
    if there or second == "hard.json":
        Path("r.json").write_text("old", encoding="utf-8")
        Path("hard.json").hardlink_to("r.json")
    with pytest.raises(CliError, match=r"--json and --html name the same file: "):
        wanted_outputs("r.json", None, second)


@needs_devices
def test_two_outputs_may_go_to_one_device() -> None:
    assert len(wanted_outputs("/dev/null", "/dev/null", None)) == 2


@pytest.mark.parametrize("path", ["missing/r.json", ".", "x" * 300, "a\0b"])
def test_a_path_that_cannot_be_written_is_said_before(path: str) -> None:
    with pytest.raises(CliError, match="--json: cannot write"):
        wanted_outputs(path, None, None)


@needs_devices
def test_a_device_is_no_file_to_be_removed() -> None:
    wanted = wanted_outputs("/dev/null", None, None)
    assert write_outputs(wanted, REPORT, lambda _: None)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_standard_output_is_bytes_and_nothing_else(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert write_outputs([Output("json", "-")], REPORT, print)
    out, err = capfdbinary.readouterr()
    assert decode(out) == REPORT
    assert err == b""


def test_a_report_that_cannot_be_written_is_kept_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert not write_outputs([Output("json", "gone/r.json")], REPORT, print)
    [kept] = tmp_path.glob("fmsdiag-*/*.json")
    assert decode(kept.read_bytes()) == REPORT
    out, err = capsys.readouterr()
    assert out == ""
    assert "cannot write gone/r.json: No such file or directory" in err
    assert f"the report is in {kept} instead" in err


def test_with_no_place_at_all_it_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    assert not write_outputs([Output("markdown", "gone/r.md")], REPORT, print)
    out, err = capsys.readouterr()
    assert out.startswith("## fmsdiag: ")
    assert "follows on standard output" in err


def test_packets_are_written_last_and_said_apart() -> None:
    said: list[str] = []
    wanted = wanted_outputs("r.json", None, None, "p.pcapng")
    assert [output.format for output in wanted] == ["json", "pcapng"]
    assert write_outputs(wanted, REPORT, said.append, lambda: b"packets")
    assert Path("p.pcapng").read_bytes() == b"packets"
    assert said == ["Report written: r.json", "Packets written: p.pcapng"]


def test_packets_that_have_no_place_are_put_elsewhere_and_the_report_is_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wanted = [Output("json", "r.json"), Output("pcapng", "missing/p.pcapng")]
    assert not write_outputs(wanted, REPORT, lambda _: None, lambda: b"packets")
    assert decode(Path("r.json").read_bytes()) == REPORT
    said = capsys.readouterr().err
    assert "cannot write missing/p.pcapng: " in said
    place = Path(said.split("the packets are in ")[1].removesuffix(" instead\n").strip())
    assert place.read_bytes() == b"packets"
    place.unlink()
    place.parent.rmdir()


def test_packets_that_fit_nowhere_do_not_take_standard_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(prefix: str) -> str:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert not write_outputs([Output("pcapng", "missing/p")], REPORT, lambda _: None, lambda: b"packets")
    out, err = capsys.readouterr()
    assert out == ""
    assert "there is no room for the packets" in err


def test_packets_need_what_was_recorded() -> None:
    with pytest.raises(ValueError, match="nothing was recorded"):
        write_outputs([Output("pcapng", "p.pcapng")], REPORT, lambda _: None)
