"""What the window asks of the history: lists, reports, deleting, the switch; what is wrong is said in words."""

from pathlib import Path

import msgspec
import pytest

from fmsdiag.gui.history.runs import (
    HistoryProblem,
    changed_since,
    delete,
    last_set_aside,
    listing,
    run_of,
    switch,
)
from fmsdiag.history.store import History
from fmsdiag.model import Report
from fmsdiag.report.redact import redact
from tests.report import samples

AT = "2020-01-02T03:04:05Z"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"FMSDIAG_HISTORY": str(tmp_path / "h"), "FMSDIAG_JOURNAL": str(tmp_path / "j")}


def earlier(report: Report) -> Report:
    return redact(msgspec.structs.replace(report, report_id="e" * 16, started_at=AT))


def kept(environment: dict[str, str], *reports: Report) -> None:
    with History(Path(environment["FMSDIAG_HISTORY"])) as history:
        for report in reports:
            history.add(report)


def test_a_run_is_listed_opened_and_deleted(environment: dict[str, str]) -> None:
    kept(environment, earlier(samples.port_blocked()), redact(samples.healthy()))
    found = listing(environment)
    assert [entry.cause for entry in found.entries] == ["none", "port-blocked"]
    assert (found.is_kept, found.set_aside) == (True, ())
    number = found.entries[1].number
    assert run_of(environment, number) == earlier(samples.port_blocked())
    delete(environment, number)
    with pytest.raises(HistoryProblem, match="no longer in the history"):
        run_of(environment, number)
    delete(environment, None)
    assert listing(environment).entries == ()


def test_the_switch_is_the_command_lines(environment: dict[str, str]) -> None:
    switch(environment, False)
    assert not listing(environment).is_kept
    assert changed_since(environment, samples.healthy()) == ""
    switch(environment, True)
    assert listing(environment).is_kept


def test_what_is_wrong_with_the_file_is_said(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(HistoryProblem, match="FMSDIAG_HISTORY or FMSDIAG_JOURNAL is none"):
        listing({"FMSDIAG_HISTORY": "none"})
    with History(tmp_path / "h") as history:
        history._connection.execute("PRAGMA user_version = 9")
    with pytest.raises(HistoryProblem, match="newer fmsdiag or by another program"):
        listing(environment)
    assert changed_since(environment, samples.healthy()) == ""
    (tmp_path / "f").touch()
    for act in (listing, lambda env: switch(env, False)):
        with pytest.raises(HistoryProblem, match="The history cannot be opened"):
            act({"FMSDIAG_HISTORY": str(tmp_path / "f" / "h")})


def test_a_damaged_file_is_set_aside_and_told(environment: dict[str, str], tmp_path: Path) -> None:
    assert last_set_aside(environment) is None
    (tmp_path / "h").write_bytes(b"x" * 5000)
    (aside,) = listing(environment).set_aside
    assert last_set_aside(environment) == aside
    assert aside.read_bytes() == b"x" * 5000
    assert last_set_aside({"FMSDIAG_HISTORY": "none"}) is None


def test_a_damaged_run_costs_no_other(environment: dict[str, str], tmp_path: Path) -> None:
    kept(environment, earlier(samples.port_blocked()), redact(samples.healthy()))
    with History(tmp_path / "h") as history:
        history._connection.execute("UPDATE runs SET report = x'00' WHERE report_id = ?", ("e" * 16,))
    good, bad = listing(environment).entries
    with pytest.raises(HistoryProblem, match="This test is damaged"):
        run_of(environment, bad.number)
    assert run_of(environment, good.number).findings == ()
    assert changed_since(environment, samples.port_blocked()) == ""


def test_only_a_difference_is_told(environment: dict[str, str]) -> None:
    blocked = samples.port_blocked()
    assert changed_since(environment, blocked) == ""
    kept(environment, earlier(blocked))
    assert changed_since(environment, blocked) == ""
    told = changed_since(environment, msgspec.structs.replace(blocked, findings=()))
    assert told == "Since 2 Jan 2020 03:04 UTC: the cause port-blocked is gone."
