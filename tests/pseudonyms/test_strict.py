"""A strict report is made whatever becomes of its pseudonyms, and says where they are not kept."""

from pathlib import Path

from fmsdiag.pseudonyms.store import kept_pseudonyms
from fmsdiag.pseudonyms.strict import redact_strictly
from fmsdiag.report.json import encode
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.strict import STRICT
from tests.report import samples

NOBODY = Identity()


def test_its_pseudonyms_are_kept_and_are_the_same_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "p"
    first, problem = redact_strictly(samples.port_blocked(), path, NOBODY)
    assert problem == ""
    assert {each.value for each in kept_pseudonyms(path)} == {"192.168.1.1", "198.51.100.53"}
    assert redact_strictly(samples.port_blocked(), path, NOBODY).report == first
    assert len(kept_pseudonyms(path)) == 2


def test_without_a_file_they_hold_within_the_report() -> None:
    hidden, problem = redact_strictly(samples.port_blocked(), None, NOBODY)
    assert STRICT in hidden.redaction
    assert problem == ""


def test_where_they_cannot_be_kept_the_report_is_strict_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    hidden, problem = redact_strictly(samples.port_blocked(), tmp_path / "file" / "p", NOBODY)
    assert "192.168." not in encode(hidden).decode()
    assert "could not be kept on this computer" in problem
