"""What leaves the window is redacted and in the format that was chosen."""

from pathlib import Path

import msgspec
import pytest

from fmsdiag.gui.report_file.saving import (
    FILTERS,
    path_with_suffix,
    request_of,
    suggested_name,
    summary,
    write_report,
)  # fmt: skip
from fmsdiag.messages.reader import say
from fmsdiag.model import Report
from fmsdiag.report import json
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from tests.report import samples

HTML, OWN, JSON, MARKDOWN = map(say, FILTERS.values())


def with_secrets() -> Report:
    report = samples.port_blocked()
    target = msgspec.structs.replace(report.target, stream=samples.STREAM_KEY, query=samples.QUERY)
    return msgspec.structs.replace(report, target=target)


@pytest.mark.parametrize(
    ("typed", "chosen", "written"),
    [
        ("a/b", JSON, "a/b.json"),
        ("a/b", MARKDOWN, "a/b.md"),
        ("a/b.json", JSON, "a/b.json"),
        ("a/b", OWN, "a/b.fmsdiag-report"),
        ("a/b.html", OWN, "a/b.fmsdiag-report"),
        ("a/b.json", OWN, "a/b.json"),
        ("a/b.FMSDIAG-REPORT", HTML, "a/b.FMSDIAG-REPORT"),
        ("a/b", HTML, "a/b.html"),
        ("a/b.html", MARKDOWN, "a/b.md"),
        ("a/b.html", JSON, "a/b.json"),
        ("a/b.json", HTML, "a/b.json"),
        ("a/b.md", JSON, "a/b.md"),
        ("a/media.example.com_1", JSON, "a/media.example.com_1.json"),
    ],
)
def test_the_format_follows_the_choice(typed: str, chosen: str, written: str) -> None:
    assert path_with_suffix(typed, chosen) == Path(written)


def test_a_suggested_suffix_gives_way_to_the_format_that_was_chosen() -> None:
    assert path_with_suffix("b.json", OWN, ".json") == Path("b.fmsdiag-report")
    assert path_with_suffix("b.fmsdiag-report", JSON, ".fmsdiag-report") == Path("b.json")
    assert path_with_suffix("b.html", OWN, ".fmsdiag-report") == Path("b.html")


def test_the_name_tells_server_and_time() -> None:
    assert suggested_name(samples.port_blocked()) == "fmsdiag_media.example.com_20260512T1202Z_ab12.html"


@pytest.mark.parametrize("name", ["report.json", "report.fmsdiag-report"])
def test_json_reads_back_without_secrets(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_report(with_secrets(), path)
    data = path.read_bytes()
    assert samples.STREAM_KEY.encode() not in data
    read, made = json.decode(data).verdict, samples.port_blocked().verdict
    assert (read.status, read.cause, read.headline.id) == (made.status, made.cause, made.headline.id)


def test_a_page_opens_again_without_secrets(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(with_secrets(), path)
    assert samples.STREAM_KEY not in path.read_text(encoding="utf-8")
    opened = open_report(path)
    assert opened.report is not None
    assert opened.report.attempts == redact(samples.port_blocked()).attempts


def test_markdown_is_a_ticket(tmp_path: Path) -> None:
    path = tmp_path / "report.md"
    write_report(with_secrets(), path)
    text = path.read_text(encoding="utf-8")
    assert "Port 1935 is blocked" in text
    assert samples.STREAM_KEY not in text


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_report(samples.healthy(), tmp_path / "missing" / "report.json")


def test_the_clipboard_gets_redacted_texts() -> None:
    assert samples.STREAM_KEY not in summary(with_secrets())
    assert request_of(with_secrets()).startswith("Please allow this outgoing connection.")
    assert request_of(samples.healthy()) == ""
