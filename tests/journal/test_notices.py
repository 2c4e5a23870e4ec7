from fmsdiag.journal.last_run import LastRun
from fmsdiag.journal.notices import notice_of
from tests.report import samples

REPORT = samples.healthy()


def test_a_whole_run_needs_no_notice() -> None:
    assert notice_of(LastRun(REPORT)) == ""


def test_what_is_missing_is_said() -> None:
    interrupted, lost = notice_of(LastRun(REPORT, interrupted=True)), notice_of(LastRun(REPORT, lines_lost=1))
    assert interrupted.startswith("This test was interrupted before it ended.")
    assert lost == "1 entry of its record is damaged and was left out."
    assert notice_of(LastRun(REPORT, True, 2)) == (
        f"{interrupted} 2 entries of its record are damaged and were left out."
    )
