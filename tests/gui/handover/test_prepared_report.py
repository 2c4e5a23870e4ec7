"""A report as it leaves the computer: text and list of what is hidden are those of the level."""

import json as plain_json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from fmsdiag.gui.handover.prepared_report import is_fixed, prepare
from fmsdiag.model import Prepared, Redaction, Report
from fmsdiag.pseudonyms.store import kept_pseudonyms
from fmsdiag.report.json import encode
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from tests.report import samples, transport_samples
from tests.report.test_redact import PLANTED

NONE_KEPT = {"FMSDIAG_PSEUDONYMS": "none"}


def test_a_standard_one_is_the_redacted_report() -> None:
    prepared = prepare(samples.port_blocked(), None, Redaction.STANDARD, NONE_KEPT)
    assert prepared.report == redact(samples.port_blocked())
    assert "lan-3" in prepared.text
    assert any("lan-1" in line for line in prepared.hidden)
    assert prepared.data == encode(prepared.report)
    assert prepared.problem == ""


def test_a_strict_one_has_pseudonyms_that_are_kept(tmp_path: Path) -> None:
    kept = {"FMSDIAG_PSEUDONYMS": str(tmp_path / "p")}
    prepared = prepare(samples.port_blocked(), None, Redaction.STRICT, kept)
    assert "address-1" in prepared.text
    assert not any("lan-1" in line for line in prepared.hidden)
    assert any("fmsdiag pseudonyms" in line for line in prepared.hidden)
    assert len(kept_pseudonyms(tmp_path / "p")) == 2


def test_a_strict_profile_fixes_the_level() -> None:
    asked = Prepared("Example", "0123456789abcdef", redaction=Redaction.STRICT)
    report = msgspec.structs.replace(samples.port_blocked(), prepared=asked)
    assert is_fixed(report)
    assert not is_fixed(samples.port_blocked())
    assert "address-1" in prepare(report, None, Redaction.STANDARD, NONE_KEPT).text


def test_what_a_newer_version_added_goes_along_only_at_the_standard_level() -> None:
    document = plain_json.loads(encode(samples.healthy())) | {
        "schema_version": "fmsdiag-report/1.9",
        "new": "10.1.2.3",
    }
    opened = open_report(plain_json.dumps(document).encode())
    assert opened.report is not None
    standard = prepare(opened.report, opened, Redaction.STANDARD, NONE_KEPT)
    assert b"10.1.2.3" in standard.data
    assert b"10.1.2.3" not in prepare(opened.report, opened, Redaction.STRICT, NONE_KEPT).data


@pytest.mark.parametrize("level", Redaction)
@pytest.mark.parametrize("make", transport_samples.ALL, ids=lambda make: make.__name__)
def test_no_planted_secret_is_in_the_preview(make: Callable[[], Report], level: Redaction) -> None:
    prepared = prepare(make(), None, level, NONE_KEPT)
    shown = "\n".join((prepared.text, *prepared.hidden, prepared.data.decode()))
    assert [planted for planted in PLANTED if planted in shown] == []
