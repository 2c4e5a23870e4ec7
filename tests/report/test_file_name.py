import msgspec
import pytest

from fmsdiag.model import Report
from fmsdiag.report.file_name import file_name
from tests.report import samples


def named(host: str = "media.example.com", **more: object) -> Report:
    report = samples.healthy()
    return msgspec.structs.replace(report, target=msgspec.structs.replace(report.target, host=host), **more)


def test_host_minute_and_beginning_of_the_id() -> None:
    assert file_name(named(), "json") == "fmsdiag_media.example.com_20260512T1202Z_ab12.json"


@pytest.mark.parametrize(
    ("host", "part"),
    [
        ("2001:db8::1", "2001-db8-1"),
        ("../../etc/passwd", "etc-passwd"),
        ("a\x00b\\c", "a-b-c"),
        ("...", "server"),
        ("x" * 300, "x" * 60),
    ],
)
def test_hosts_of_opened_reports_are_made_safe(host: str, part: str) -> None:
    assert file_name(named(host), "md") == f"fmsdiag_{part}_20260512T1202Z_ab12.md"


def test_odd_dates_and_ids_still_give_a_name() -> None:
    assert (
        file_name(named(started_at="soon", report_id="/"), "json")
        == "fmsdiag_media.example.com_undated_0000.json"
    )
