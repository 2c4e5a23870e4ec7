import json as plain_json
import subprocess
import sys
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Report
from fmsdiag.report import json
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
KEPT_SCHEMA = ROOT / "resources" / "report" / "fmsdiag-report-1.0.schema.json"
ALL_SAMPLES = [
    samples.healthy,
    samples.port_blocked,
    samples.rejected,
    samples.unreachable,
    samples.stopped,
    samples.interrupted,
]


@pytest.mark.parametrize("make", ALL_SAMPLES)
def test_a_report_survives_writing_and_reading(make: object) -> None:
    report: Report = make()  # type: ignore[operator]
    assert json.decode(json.encode(report)) == report


@pytest.mark.parametrize("make", ALL_SAMPLES)
def test_every_report_fits_the_schema(make: object) -> None:
    report: Report = make()  # type: ignore[operator]
    validator = jsonschema.Draft202012Validator(json.schema())
    assert not list(validator.iter_errors(plain_json.loads(json.encode(report))))


def test_the_schema_refuses_what_is_no_report() -> None:
    document = plain_json.loads(json.encode(samples.healthy()))
    document["verdict"]["status"] = "splendid"
    del document["target"]
    validator = jsonschema.Draft202012Validator(json.schema())
    assert len(list(validator.iter_errors(document))) == 2


def test_the_kept_schema_is_the_generated_one() -> None:
    assert KEPT_SCHEMA.read_bytes() == json.encode_schema(), (
        f"run: python -m fmsdiag.report.json > {KEPT_SCHEMA.relative_to(ROOT)}"
    )


def test_the_documented_command_writes_the_schema() -> None:
    command = [sys.executable, "-m", "fmsdiag.report.json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=30)
    assert done.stdout == json.encode_schema()


def test_golden() -> None:
    hidden = redact(samples.port_blocked(), identity=Identity())
    assert json.encode(hidden).decode() == (GOLDEN / "port_blocked.json").read_text(encoding="utf-8")


def test_the_keys_that_scripts_read() -> None:
    document = plain_json.loads(json.encode(samples.port_blocked()))
    assert document["schema_version"] == "fmsdiag-report/1.0"
    assert document["verdict"]["status"] == "connected-by-fallback"
    assert document["findings"][0]["cause"] == "port-blocked"
    assert document["attempts"][0]["key"] == "tcp/1935/rtmp"
    assert document["attempts"][0]["purpose"] == "fallback"
    assert document["attempts"][0]["observations"][0]["step"] == "dns"


def changed(**more: object) -> bytes:
    document = plain_json.loads(json.encode(samples.healthy()))
    document.update(more)
    return plain_json.dumps(document).encode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b'{"a": ' * 100_000, "not JSON"),
        (b"[]", "not JSON"),
        (b"{}", "does not name the format fmsdiag-report"),
        (b'{"schema_version": "other/1.0"}', "does not name the format fmsdiag-report"),
        (b'{"schema_version": 5}', "not JSON"),
        (changed(schema_version="fmsdiag-report/2.0"), "this fmsdiag reads fmsdiag-report/1.0"),
        (changed(schema_version="fmsdiag-report/1.7", verdict={}), "written by a newer fmsdiag"),
        (changed(verdict={}), "damaged"),
        (changed(attempts="none"), "damaged.*attempts"),
        (changed(started_at="\ud800"), "damaged|not JSON"),
    ],
)
def test_files_that_are_no_report_are_told_apart(data: bytes, message: str) -> None:
    with pytest.raises(json.ReportError, match=message):
        json.decode(data)


def test_what_a_damaged_report_says_cannot_turn_the_message_round() -> None:
    attempts = plain_json.loads(json.encode(samples.healthy()))["attempts"]
    attempts[0]["observations"][0]["facts"]["type"] = "\u202etxt\0"
    with pytest.raises(json.ReportError, match=r"damaged: Invalid value '\\u202etxt\\x00'"):
        json.decode(changed(attempts=attempts))


def test_a_newer_minor_version_is_read_as_far_as_it_goes() -> None:
    report = json.decode(changed(schema_version="fmsdiag-report/1.7", weather="fine"))
    assert report.schema_version == "fmsdiag-report/1.7"


def test_a_file_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "MAX_BYTES", 10)
    with pytest.raises(json.ReportError, match="too large"):
        json.decode(b" " * 11)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise_anything_else(data: bytes) -> None:
    with pytest.raises(json.ReportError):
        json.decode(data)


@given(position=st.integers(0, 10_000), replacement=st.binary(max_size=3))
def test_a_damaged_report_is_read_or_refused(position: int, replacement: bytes) -> None:
    data = json.encode(samples.rejected())
    cut = position % len(data)
    try:
        report = json.decode(data[:cut] + replacement + data[cut + 1 :])
    except json.ReportError:
        return
    assert msgspec.json.encode(report)
