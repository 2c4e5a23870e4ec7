"""The timeline as a picture for paper."""

import msgspec
from PySide6.QtWidgets import QApplication

from fmsdiag.gui.report_file.printed_timeline import MOST_ROWS, timeline_picture
from tests.gui.rich_reports import many
from tests.report import samples


def test_without_attempts_there_is_no_picture(qapp: QApplication) -> None:
    assert timeline_picture(msgspec.structs.replace(samples.healthy(), attempts=())) is None


def test_every_attempt_has_its_row(qapp: QApplication) -> None:
    report = samples.port_blocked()
    whole = timeline_picture(report)
    less = timeline_picture(msgspec.structs.replace(report, attempts=report.attempts[:3]))
    assert whole is not None
    assert less is not None
    assert whole.height > less.height
    assert whole.left_out == less.left_out == 0
    assert whole.image.width() >= 2 * whole.width  # sharp on paper


def test_what_is_more_than_a_sheet_holds_is_counted(qapp: QApplication) -> None:
    report = many()
    picture = timeline_picture(report)
    assert picture is not None
    assert picture.left_out == len(report.attempts) - MOST_ROWS > 0
    assert picture.height < 960
