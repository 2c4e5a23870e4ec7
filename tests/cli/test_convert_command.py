import json as plain_json
from pathlib import Path

import pytest

from fmsdiag.cli.main import main
from fmsdiag.model import Report
from fmsdiag.report import html
from fmsdiag.report.json import encode
from fmsdiag.report.markdown_file import render_file
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples


@pytest.fixture
def saved() -> Report:
    """The report in r.json."""
    report = redact(samples.port_blocked(), identity=Identity())
    Path("r.json").write_bytes(encode(report))
    return report


def test_there_and_back_again(saved: Report, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "r.json", "--to", "html", "--output", "r.html"]) == 0
    assert main(["convert", "r.html", "--to", "json", "--output", "again.json"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == ["Report written: r.html", "Report written: again.json"]
    assert Path("again.json").read_bytes() == Path("r.json").read_bytes()
    assert open_report("r.html").report == saved


def test_standard_output_is_the_report_alone(
    saved: Report, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    for wanted, expected in (
        ("html", html.render(saved)),
        ("md", render_file(saved)),
        ("json", encode(saved).decode()),
    ):
        assert main(["convert", "r.json", "--to", wanted]) == 0
        out, err = capfdbinary.readouterr()
        assert out.decode() == expected
        assert err == b""


def test_what_a_newer_version_added_survives(capsys: pytest.CaptureFixture[str]) -> None:
    document = plain_json.loads(encode(samples.healthy())) | {
        "schema_version": "fmsdiag-report/1.9",
        "new": 1,
    }
    Path("r.json").write_text(plain_json.dumps(document), encoding="utf-8")
    assert main(["convert", "r.json", "--to", "html", "--output", "r.html"]) == 0
    assert main(["convert", "r.html", "--to", "json"]) == 0
    assert plain_json.loads(capsys.readouterr().out) == document


def test_a_newer_format_converts_to_json_only(capsys: pytest.CaptureFixture[str]) -> None:
    Path("r.json").write_text('{"schema_version": "fmsdiag-report/2.0", "new": 1}', encoding="utf-8")
    assert main(["convert", "r.json", "--to", "json"]) == 0
    assert plain_json.loads(capsys.readouterr().out)["new"] == 1
    assert main(["convert", "r.json", "--to", "md"]) == 3
    assert "It can be converted only to JSON." in capsys.readouterr().err


@pytest.mark.parametrize("path", ["missing/r.html", ".", "a\0b"])
def test_a_path_that_cannot_be_written(saved: Report, path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "r.json", "--to", "html", "--output", path]) == 3
    assert "--output: cannot write" in capsys.readouterr().err


def test_no_report_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", "missing.json", "--to", "html", "--output", "r.html"]) == 3
    assert "missing.json: This file cannot be opened" in capsys.readouterr().err
    assert not Path("r.html").exists()
