import json as plain_json
from typing import Any

import msgspec
import pytest
from hypothesis import given

from fmsdiag.model import Report
from fmsdiag.report import json
from fmsdiag.report.unknown_keys import has_unknown, with_unknown
from tests.report import samples
from tests.report.any_report import reports


def newer() -> dict[str, Any]:
    """A report's JSON with something new everywhere."""
    document: dict[str, Any] = plain_json.loads(json.encode(samples.port_blocked()))
    document["weather"] = {"sun": [1, 2]}
    document["verdict"]["mood"] = "calm"
    document["attempts"][1]["observations"][0]["facts"]["dnssec"] = True
    document["attempts"][0]["observations"][1]["failure"]["os"] = "x"
    document["findings"][0]["advice"]["neighbour"] = "none"
    return document


def read(document: dict[str, Any]) -> Report:
    return json.decode(plain_json.dumps(document).encode())


def test_what_is_not_known_is_kept_where_it_was() -> None:
    document = newer()
    report = read(document)
    assert has_unknown(report, document)
    assert plain_json.loads(json.pretty(with_unknown(report, document))) == document


def test_known_things_are_the_reports_own() -> None:
    document = newer()
    report = msgspec.structs.replace(read(document), report_id="new", attempts=read(document).attempts[:2])
    saved = with_unknown(report, document)
    assert saved["report_id"] == "new"
    assert saved["weather"] == {"sun": [1, 2]}
    assert saved["verdict"]["mood"] == "calm"
    assert len(saved["attempts"]) == 2  # the list has changed: which was which is not known any more
    assert "dnssec" not in str(saved["attempts"])


@given(reports())
def test_a_report_of_this_version_has_nothing_unknown(report: Report) -> None:
    document = plain_json.loads(json.encode(report))
    assert not has_unknown(report, document)
    assert json.pretty(with_unknown(report, document)) == json.encode(report)


@pytest.mark.parametrize("raw", [None, [], "text", 5, {"verdict": []}])
def test_a_document_of_another_shape_adds_nothing(raw: object) -> None:
    report = samples.healthy()
    assert json.pretty(with_unknown(report, raw)) == json.encode(report)
