import json as plain_json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    DnsFacts,
    Endpoint,
    Facts,
    HandshakeFacts,
    Hop,
    HopFacts,
    IdleFacts,
    Observation,
    ProxyFacts,
    Purpose,
    SeriesFacts,
    Status,
    StepName,
    Transport,
    Try,
    UploadFacts,
)
from fmsdiag.report import json
from fmsdiag.report.embedded import escape_json
from fmsdiag.report.json import ReportError
from fmsdiag.report.open_file import OWN_EXTENSION, open_report
from tests.report import samples


def page(data: bytes) -> bytes:
    return f'<!doctype html><script id="fmsdiag-report">{escape_json(data)}</script>'.encode()


def changed(**more: object) -> bytes:
    document = plain_json.loads(json.encode(samples.healthy()))
    document.update(more)
    return plain_json.dumps(document).encode()


def test_json_and_page_open_to_the_same_report(tmp_path: Path) -> None:
    data = json.encode(samples.port_blocked())
    (tmp_path / "r.json").write_bytes(data)
    (tmp_path / "r.html").write_bytes(page(data))
    (tmp_path / f"r{OWN_EXTENSION}").write_bytes(data)
    opened = [
        open_report(tmp_path / f"r{OWN_EXTENSION}"),
        open_report(tmp_path / "r.json"),
        open_report(str(tmp_path / "r.html")),
        open_report(page(data)),
    ]
    assert [one.report for one in opened] == [samples.port_blocked()] * 4
    assert [one.encode() for one in opened] == [data] * 4
    assert [one.notice for one in opened] == [""] * 4


def test_a_byte_order_mark_does_no_harm() -> None:
    data = json.encode(samples.healthy())
    assert open_report(b"\xef\xbb\xbf" + data).report == open_report(b"\xef\xbb\xbf" + page(data)).report


@pytest.mark.parametrize("wrap", [bytes, page])
def test_a_newer_minor_version_is_kept_whole(wrap: object) -> None:
    data = changed(schema_version="fmsdiag-report/1.7", weather="fine")
    opened = open_report(wrap(data))  # type: ignore[operator]
    assert opened.report is not None
    assert opened.report.verdict == samples.healthy().verdict
    assert plain_json.loads(opened.encode()) == plain_json.loads(data)
    assert "Written by a newer fmsdiag (fmsdiag-report/1.7)" in opened.notice


def test_a_newer_major_version_is_raw_data_with_a_notice() -> None:
    data = b'{"schema_version": "fmsdiag-report/2.0", "all": ["new"]}'
    opened = open_report(page(data))
    assert opened.report is None
    assert opened.raw == {"schema_version": "fmsdiag-report/2.0", "all": ["new"]}
    assert "fmsdiag-report/2.0; this fmsdiag reads fmsdiag-report/1.0" in opened.notice
    assert plain_json.loads(opened.encode()) == opened.raw


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"<html>Hello</html>", "This page contains no fmsdiag report"),
        (page(b"[]"), "not JSON"),
        (page(b'{"schema_version": "fmsdiag-report/1.0"}'), "damaged"),
        (changed(schema_version="fmsdiag-report/0.9"), "this fmsdiag reads"),
        (changed(schema_version="fmsdiag-report/next"), "this fmsdiag reads"),
        (
            b'{"schema_version": "fmsdiag-report/2.0", "a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
            "not JSON",
        ),
    ],
)
def test_what_is_no_report_says_so(data: bytes, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        open_report(data)


@pytest.mark.parametrize("path", ["missing.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read(path: str, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="This file cannot be opened: "):
        open_report(os.path.join(tmp_path, path))


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "MAX_BYTES", 10)
    (tmp_path / "r.json").write_bytes(b" " * 1000)
    with pytest.raises(ReportError, match="too large"):
        open_report(tmp_path / "r.json")


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<", b'<script id="fmsdiag-report">', b'{"schema_version":']),
)
def test_arbitrary_bytes_never_raise_anything_else(data: bytes, start: bytes) -> None:
    with pytest.raises(ReportError):
        open_report(start + data)


def test_a_newer_programs_words_in_facts_do_no_harm() -> None:
    """Fields whose vocabulary may grow are read as they are: the rest of the report is worth more than one word."""
    facts: tuple[Facts, ...] = (
        DnsFacts("fms.example.com", "doh", rcode="BADCOOKIE"),
        ProxyFacts("http://10.0.0.1:3128", "MASQUE", source="dhcp"),
        HandshakeFacts(kind="quantum", server_digest="scheme 2"),
        ConnectFacts("live", "rtmp://fms.example.com/live", command="_maybe", authentication="passkey"),
        SeriesFacts((Try("paused", 0.0, 1.0),)),
        IdleFacts(5.0, "dreaming", "busy"),
        UploadFacts(1000, 10, 1.0, "shaped"),
        HopFacts(1935, (Hop(1, "tunnelled"),)),
    )
    observations = tuple(Observation(f"1.{n}", StepName.TCP, 0.0, 1.0, facts=f) for n, f in enumerate(facts))
    endpoint = Endpoint(Transport.RTMP, "fms.example.com", 1935)
    attempt = Attempt(1, endpoint, Purpose.FALLBACK, Status.FAILED, observations=observations)
    data = json.encode(msgspec.structs.replace(samples.healthy(), attempts=(attempt,)))
    opened = open_report(data)
    assert opened.report is not None
    assert [o.facts for o in opened.report.attempts[0].observations] == list(facts)
