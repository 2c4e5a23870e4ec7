"""One file holds the report in every format, and opens again; an archive without one report says what is missing."""

import io
import json as plain_json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fmsdiag.model import Report
from fmsdiag.report import html
from fmsdiag.report.json import ReportError, encode
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.support.archive import pack
from fmsdiag.report.support.contents import report_in, support_file
from tests.report import samples, transport_samples
from tests.report.test_redact import PLANTED

NAME = "fmsdiag_media.example.com_20260512T1202Z_ab12"


@pytest.fixture
def report() -> Report:
    return redact(samples.port_blocked(), identity=Identity())


def refusal(data: bytes) -> str:
    with pytest.raises(ReportError) as caught:
        open_report(data)
    return str(caught.value)


def zipped(*files: tuple[str, bytes]) -> bytes:
    return pack(files, "2026-05-12T12:02:33Z")


def test_it_holds_page_pdf_text_and_data_under_one_name(report: Report) -> None:
    data = support_file(report, pdf=b"%PDF-")
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert names == [f"{NAME}.{ending}" for ending in ("html", "pdf", "txt", "fmsdiag-report")]
    assert support_file(report, pdf=b"%PDF-") == data
    assert open_report(data).report == report
    assert len(zipfile.ZipFile(io.BytesIO(support_file(report))).namelist()) == 3


def test_what_a_newer_version_added_is_in_it(report: Report) -> None:
    document = plain_json.loads(encode(report)) | {"schema_version": "fmsdiag-report/1.9", "new": 1}
    opened = open_report(support_file(report, plain_json.dumps(document).encode()))
    assert opened.raw["new"] == 1
    assert opened.notice


def test_a_file_of_support_opens_by_its_path(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "r.zip"
    path.write_bytes(support_file(report))
    assert open_report(path).report == report


def test_the_page_is_opened_where_the_data_is_gone(report: Report) -> None:
    assert (
        open_report(zipped(("page.HTML", html.render(report).encode()), ("a.pdf", b"%PDF-"))).report == report
    )
    assert open_report(zipped(("r.json", encode(report)), ("screenshot.png", b"\x89PNG"))).report == report


def test_an_archive_without_a_report_says_what_is_missing() -> None:
    assert "no report in it: a file that ends in .fmsdiag-report" in refusal(zipped(("a.pdf", b"%PDF-")))
    assert "no report in it" in refusal(zipped())


def test_of_two_reports_none_is_guessed(report: Report) -> None:
    data = encode(report)
    said = refusal(zipped(("a.fmsdiag-report", data), ("b.fmsdiag-report", data)))
    assert "more than one report in it (“a.fmsdiag-report” and “b.fmsdiag-report”)" in said


def test_what_is_no_report_inside_is_said_as_of_any_file() -> None:
    assert "it is not JSON" in refusal(zipped(("a.json", b"PK")))
    assert "This archive is damaged" in refusal(b"PK\x03\x04 and nothing else")


@pytest.mark.parametrize("make", [transport_samples.proxied, transport_samples.published])
def test_no_planted_secret_is_in_any_entry(make: Callable[[], Report]) -> None:
    data = support_file(redact(make(), identity=Identity()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            shown = archive.read(name).decode()
            assert [secret for secret in PLANTED if secret in shown] == [], name


def test_the_report_inside_is_found_without_its_other_files(report: Report) -> None:
    assert report_in(support_file(report)) == encode(report)
