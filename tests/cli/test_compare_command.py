from __future__ import annotations

import json as plain_json
from pathlib import Path

import msgspec
import pytest

from fmsdiag.cli.main import main
from fmsdiag.messages.language import Language
from fmsdiag.messages.pseudo import accented
from fmsdiag.messages.reader import use_language
from fmsdiag.model import Report
from fmsdiag.report import html, json
from fmsdiag.report.json import encode
from tests.report import samples, transport_samples
from tests.report.comparison.pairs import sent
from tests.report.hostile import SEEN, hostile, hostile_values
from tests.report.test_redact import PLANTED

WANTED = {"--json": "c.json", "--markdown": "c.md", "--html": "c.html"}


def save(first: Report, second: Report) -> None:
    Path("a.json").write_bytes(encode(first))
    Path("b.html").write_text(html.render(second), encoding="utf-8")


@pytest.fixture
def saved() -> None:
    """A customer's report as JSON and support's as a page."""
    save(sent("port-dropped"), sent("healthy"))


@pytest.mark.usefixtures("saved")
def test_the_reading_comes_first_and_both_causes_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a.json", "b.html"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "RTMP on port 1935 fails for the customer, but connects for support."
    assert lines[1] == "This points to the customer's computer or network."
    assert "Customer. Cause: port-blocked. Confirmed" in lines
    assert "Support. Cause: none" in lines


@pytest.mark.usefixtures("saved")
def test_a_narrow_terminal_has_lists_instead_of_tables(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["compare", "a.json", "b.html"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 40
    assert "(Customer: No answer, 5.0 s; Support: Connected, 22 ms)" in " ".join(out.split())


@pytest.mark.usefixtures("saved")
def test_before_and_after(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a.json", "b.html", "--before-after"]) == 0
    assert capsys.readouterr().out.startswith("Since last time: RTMP on port 1935 now connects.")


@pytest.mark.usefixtures("saved")
def test_the_formats_are_written_beside_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [word for pair in WANTED.items() for word in pair]
    assert main(["compare", "a.json", "b.html", *arguments]) == 0
    assert capsys.readouterr().err.count("Report written: c.") == 3
    assert plain_json.loads(Path("c.json").read_bytes())["side"] == "first"
    assert "| RTMP on port 1935 |" in Path("c.md").read_text(encoding="utf-8")
    assert "<h1" in Path("c.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("saved")
def test_json_on_standard_output_is_alone(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["compare", "a.json", "b.html", "--json", "-"]) == 0
    out, err = capfdbinary.readouterr()
    assert plain_json.loads(out)["schema_version"] == "fmsdiag-comparison/1.0"
    assert b"fails for the customer" in err


@pytest.mark.usefixtures("saved")
def test_the_same_file_twice_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a.json", "a.json"]) == 0
    assert capsys.readouterr().out.startswith("Both files contain the same report.")


@pytest.mark.parametrize("broken", ["a.json", "b.html"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "This file cannot be opened: No such file or directory"),
        (
            encode(samples.healthy())[:700],
            "This file is not an fmsdiag report: it is not JSON, or not complete",
        ),
        (b"<p>A page</p>", "This page contains no fmsdiag report"),
        (
            b'{"schema_version": "fmsdiag-report/2.0"}',
            "This report has the format fmsdiag-report/2.0; this fmsdiag reads fmsdiag-report/1.0.",
        ),
    ],
)
@pytest.mark.usefixtures("saved")
def test_the_file_that_cannot_be_compared_is_named(
    broken: str, content: bytes | None, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is None:
        Path(broken).unlink()
    else:
        Path(broken).write_bytes(content)
    assert main(["compare", "a.json", "b.html", "--json", "c.json"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert f"{broken}: {message}" in err
    assert not Path("c.json").exists()


@pytest.mark.usefixtures("saved")
def test_a_file_of_200_mb_is_not_read_whole(capsys: pytest.CaptureFixture[str]) -> None:
    with Path("b.html").open("wb") as file:
        file.truncate(200_000_000)  # sparse: nothing is written
    assert main(["compare", "a.json", "b.html"]) == 3
    assert "b.html: This file is too large for a report (over 50 MB)" in capsys.readouterr().err
    assert json.MAX_BYTES < 200_000_000


@pytest.mark.parametrize("make", [hostile, hostile_values])
def test_hostile_reports_cannot_reach_the_terminal(make: object, capsys: pytest.CaptureFixture[str]) -> None:
    first: Report = make()  # type: ignore[operator]
    Path("a.json").write_bytes(encode(first))
    Path("b.json").write_bytes(encode(msgspec.structs.replace(first, report_id="another")))
    assert main(["compare", "a.json", "b.json", "--markdown", "c.md", "--html", "c.html"]) == 0
    out = capsys.readouterr().out
    for shown in (out, Path("c.md").read_text("utf-8"), Path("c.html").read_text("utf-8")):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert SEEN.split("\\u202e", maxsplit=1)[0] in "".join(out.split())


@pytest.mark.parametrize(
    "make", [transport_samples.proxied, transport_samples.published, samples.port_blocked]
)
def test_no_planted_secret_is_in_any_format(make: object, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Even where the reports themselves were saved with everything in them."""
    first: Report = make()  # type: ignore[operator]
    Path("a.json").write_bytes(encode(first))
    Path("b.json").write_bytes(encode(msgspec.structs.replace(first, report_id="another")))
    arguments = [word for pair in WANTED.items() for word in pair]
    assert main(["compare", "a.json", "b.json", *arguments]) == 0
    out, err = capfdbinary.readouterr()
    shown = b"".join((out, err, *(Path(path).read_bytes() for path in WANTED.values()))).decode()
    assert [secret for secret in PLANTED if secret in shown] == []


@pytest.mark.usefixtures("saved")
def test_every_word_is_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    use_language(Language("en", rewrite=accented))
    try:
        from fmsdiag.cli.compare_command import _read, print_comparison
        from fmsdiag.report.comparison.compare import compare
        from tests.cli.replays import console_on_paper

        console, paper = console_on_paper(1000)
        print_comparison(compare(_read("a.json"), _read("b.html")), console)
    finally:
        use_language(Language())
    assert "fails for the customer" not in paper.getvalue()
    assert "Customer" not in paper.getvalue()
