"""The window answers while a run of 100 attempts goes on. Loose bounds: the figures are those of `make bench`.

They are those of a machine that adds up a million numbers in USUAL_S; on a slower one, or one that is busy with other tests, a
window takes as much longer as such a loop does.
"""

from time import perf_counter

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from fmsdiag.report.open_file import OpenedReport
from tests.benchmarks.gui_stalls import measure_run, measure_scrolling
from tests.gui.conftest import MakeWindow
from tests.gui.scripted import telling
from tests.report import samples

USUAL_S = 0.05
TRIES = 4
"""The best counts: other tests take the processor for as long as a stall would last."""


def slowness() -> float:
    """How many times as long as usual this machine takes for the same work just now; 1 where it is faster."""
    begun = perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number
    assert total
    return max(1.0, (perf_counter() - begun) / USUAL_S)


def test_a_run_of_many_attempts_holds_nobody_up(qapp: QApplication, qt_loop: QEventLoop) -> None:
    for _ in range(TRIES):
        times = slowness()
        measured = qt_loop.run_until_complete(measure_run(attempts=100, apart_s=0.01))
        if measured.beats > 20 / times and measured.p99_ms < 150 * times:
            break
    assert measured.attempts == 100
    assert measured.beats > 20 / times
    assert measured.p99_ms < 150 * times
    assert measured.repaints_per_s < 36
    assert measured.stop_ms < 100


def test_a_long_timeline_scrolls(qapp: QApplication, qt_loop: QEventLoop) -> None:
    for _ in range(TRIES):
        times = slowness()
        taken = sorted(measure_scrolling(500, steps=20))
        if taken[len(taken) // 2] < 60 * times:
            break
    assert len(taken) == 20
    assert 0 < taken[len(taken) // 2] < 60 * times


def test_tabs_are_changed_at_once(make_window: MakeWindow) -> None:
    """Twenty reports are one card, one timeline and one pane of details."""
    window = make_window(telling(samples.healthy()))
    for number in range(20):
        report = samples.recorded(samples.RECORDED[number])
        window.view.show_opened(OpenedReport(report, {}), f"{number}.json", report)
    taken = []
    for _ in range(21):
        begun = perf_counter()
        window.parts.tabs.step(1)
        taken.append(perf_counter() - begun)
    assert sorted(taken)[10] < 0.25
