"""Where an opened report comes from, in words."""

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.opened_banner import OpenedBanner, origin
from fmsdiag.model import Environment, FilledField, Prepared
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import INCLUDED
from fmsdiag.report.strict import STRICT
from tests.report import samples


@pytest.mark.parametrize(
    ("changes", "here", "words"),
    [
        ({"redaction": ("local addresses",)}, False,
         "Standard report from another computer, 12 May 2026 14:02 (UTC+02:00)"),
        ({"redaction": (STRICT,)}, True, "Strict report from this computer, 12 May 2026 14:02 (UTC+02:00)"),
        ({"environment": Environment()}, True, "Report from this computer, 12 May 2026 12:02 UTC, not redacted"),
        ({"environment": Environment(utc_offset="-09:30"), "redaction": (INCLUDED,)}, False,
         "Report from another computer, 12 May 2026 02:32 (UTC-09:30), with sensitive data"),
        ({"environment": Environment(utc_offset="+99:99")}, False,
         "Report from another computer, 12 May 2026 12:02 UTC, not redacted"),
        ({"started_at": "yester\u202eday"}, False, "Report from another computer, yester\\u202eday, not redacted"),
    ],
)  # fmt: skip
def test_origin(changes: dict[str, object], here: bool, words: str) -> None:
    assert origin(msgspec.structs.replace(samples.healthy(), **changes), here) == words


def test_buttons_and_notice(qtbot: QtBot) -> None:
    banner = OpenedBanner()
    qtbot.addWidget(banner)
    banner.show_opened(OpenedReport(samples.healthy(), {}), "a.json", here=False)
    assert banner.about.text() == "media.example.com, application live · a.json"
    assert banner.notice.isHidden()
    with qtbot.waitSignal(banner.test_here):
        banner.test_button.click()
    banner.show_opened(OpenedReport(None, {}, "Too new"), "b.json", here=False)
    assert banner.test_button.isHidden()
    assert (banner.title.text(), banner.notice.text()) == ("Report of a newer fmsdiag", "Too new")
    with qtbot.waitSignal(banner.closed):
        banner.close_button.click()


def test_who_prepared_the_test_and_what_was_filled_in(qtbot: QtBot) -> None:
    banner = OpenedBanner()
    qtbot.addWidget(banner)
    asked = Prepared("Example Streaming", "0123456789abcdef", (FilledField("Ticket number", "4711"),))
    report = msgspec.structs.replace(samples.healthy(), prepared=asked)
    banner.show_opened(OpenedReport(report, {}), "a.json", here=False)
    assert banner.prepared.text() == "Prepared by Example Streaming (Ticket number: 4711)"
    banner.show_opened(OpenedReport(samples.healthy(), {}), "a.json", here=False)
    assert banner.prepared.isHidden()
