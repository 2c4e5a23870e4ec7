"""A run that ends is in the history; what keeps it from that is in the log and nowhere else."""

from pathlib import Path

import msgspec
import pytest

from fmsdiag.history.place import chosen_path
from fmsdiag.history.record import record
from fmsdiag.history.store import History
from fmsdiag.journal.recorder import open_journal
from fmsdiag.log import LOGGER
from tests.report import samples


def test_the_journal_hands_over_what_has_ended_without_its_secrets(tmp_path: Path) -> None:
    environment = {"FMSDIAG_JOURNAL": str(tmp_path / "j"), "FMSDIAG_HISTORY": str(tmp_path / "h")}
    journal = open_journal(environment)
    assert journal is not None
    report = samples.port_blocked()
    target = msgspec.structs.replace(report.target, stream=samples.STREAM_KEY, query=samples.QUERY)
    report = msgspec.structs.replace(report, target=target)
    journal.began(msgspec.structs.replace(report, attempts=(), findings=()))
    journal.ended(report)
    journal.wait(10)
    path = chosen_path(environment)
    assert path is not None
    with History(path) as history:
        (entry,) = history.entries()
        kept = repr(history.report(entry.number))
    assert entry.report_id == report.report_id
    for secret in (samples.STREAM_KEY, "s3cr3tV4lue"):
        assert secret not in kept
        assert secret.encode() not in path.read_bytes()


def test_none_is_kept_where_none_is_wanted(tmp_path: Path) -> None:
    journal = open_journal({"FMSDIAG_JOURNAL": str(tmp_path / "j"), "FMSDIAG_HISTORY": "none"})
    assert journal is not None
    journal.began(samples.healthy())
    journal.ended(samples.healthy())
    journal.wait(10)
    assert [p.name for p in tmp_path.iterdir()] == ["j"]


@pytest.mark.parametrize("trouble", ["folder", "damaged", "foreign"])
def test_trouble_is_logged_and_raises_nothing(
    tmp_path: Path, trouble: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LOGGER, "propagate", True)
    path = tmp_path / "h"
    match trouble:
        case "folder":
            path.mkdir()
        case "damaged":
            path.write_bytes(b"x" * 5000)
        case _:
            with History(path) as history:
                history._connection.execute("PRAGMA user_version = 9")
    record(path, samples.healthy())
    said = {"folder": "is not in the history", "damaged": "set aside as", "foreign": "left alone"}
    assert said[trouble] in caplog.text
