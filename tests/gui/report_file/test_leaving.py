"""What leaves the window is redacted; with a strict profile it names nothing of the network, in every format."""

from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.report_file.leaving import as_it_leaves
from fmsdiag.gui.report_file.printing import printed
from fmsdiag.gui.report_file.saving import request_of, summary, ticket, write_report
from fmsdiag.model import Prepared, Redaction, Report
from fmsdiag.pseudonyms.store import kept_pseudonyms
from fmsdiag.report.json import encode
from fmsdiag.report.redact import redact
from tests.report import samples

ROUTER = "172.19.8.1"


@pytest.fixture
def strict() -> Report:
    asked = Prepared("Example", "0123456789abcdef", redaction=Redaction.STRICT)
    return msgspec.structs.replace(samples.recorded("port-dropped"), prepared=asked)


def test_without_a_profile_it_is_the_redacted_report() -> None:
    assert as_it_leaves(samples.port_blocked()) == redact(samples.port_blocked())


def test_a_strict_one_has_the_same_pseudonyms_everywhere(
    strict: Report, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(tmp_path / "p"))
    for suffix in (".html", ".json", ".md"):
        write_report(strict, tmp_path / f"r{suffix}")
    written = [(tmp_path / f"r{suffix}").read_text(encoding="utf-8") for suffix in (".html", ".json", ".md")]
    for shown in (*written, summary(strict), ticket(strict), printed(strict).toPlainText()):
        assert ROUTER not in shown
        assert "lan-1" not in shown
        assert "address-1" in shown
    assert (tmp_path / "r.json").read_bytes() == encode(as_it_leaves(strict))
    assert ROUTER in {each.value for each in kept_pseudonyms(tmp_path / "p")}


def test_the_request_names_the_networks_own_router_to_its_owner(strict: Report) -> None:
    assert ROUTER in request_of(strict)


def test_pseudonyms_that_cannot_be_kept_are_in_the_log(
    strict: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FMSDIAG_PSEUDONYMS", str(tmp_path / "file" / "p"))
    assert ROUTER not in encode(as_it_leaves(strict)).decode()
    assert "could not be kept" in caplog.text
