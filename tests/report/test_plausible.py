import json as plain_json
from typing import Any, TypeAlias

import msgspec
import pytest

from fmsdiag.model import Message, Report
from fmsdiag.model.messages import Duration, Listed, Name
from fmsdiag.model.vocabulary import KEPT_BYTES
from fmsdiag.report import json
from fmsdiag.report.plausible import (
    LARGEST,
    LONGEST_S,
    LONGEST_TEXT,
    MOST_ITEMS,
    ImplausibleReport,
    bounded,
)
from tests.report import samples

Path: TypeAlias = tuple[str | int, ...]
REPLACE = msgspec.structs.replace


def numbers(value: Any, path: Path = ()) -> list[Path]:
    """The paths of all numbers in plain data."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int | float):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in numbers(item, (*path, key))]


def with_number(document: Any, path: Path, text: str) -> bytes:
    changed = plain_json.loads(plain_json.dumps(document))
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = "HERE"
    return plain_json.dumps(changed).replace('"HERE"', text).encode()


def test_a_run_is_left_as_it_is() -> None:
    report = samples.port_blocked()
    assert bounded(report) == report


@pytest.mark.parametrize("number", ["1e308", "-1e308", "1e999", "99999999999999999999", "NaN", "-Infinity"])
def test_no_number_of_a_file_is_beyond_what_a_run_can_have(number: str) -> None:
    document = plain_json.loads(json.encode(samples.port_blocked()))
    places = numbers(document)
    assert len(places) > 100
    for path in places[::7]:
        if "values" in path or "properties" in path:  # kept as read; see the test of messages
            continue
        with pytest.raises(json.ReportError):
            json.decode(with_number(document, path, number))


def test_the_field_is_named() -> None:
    document = plain_json.loads(json.encode(samples.port_blocked()))
    with pytest.raises(json.ReportError, match=r"damaged: Report\.duration_s is 1e\+308"):
        json.decode(with_number(document, ("duration_s",), "1e308"))


@pytest.mark.parametrize("seconds", [LONGEST_S * 1.01, -LONGEST_S * 1.01, float("nan"), float("inf")])
def test_values_of_messages_are_bounded_too(seconds: float) -> None:
    inner = Message("a", {"after": Duration(seconds)}, "x")
    with pytest.raises(ImplausibleReport, match=r"Duration\.seconds"):
        bounded(Message("b", {"list": Listed((inner,))}, "y"))


def test_a_step_does_not_end_before_it_starts() -> None:
    report = samples.port_blocked()
    attempt = next(a for a in report.attempts if a.observations)
    backwards = REPLACE(attempt.observations[0], started_s=3.0, ended_s=1.0)
    assert bounded(REPLACE(attempt, observations=(backwards,))).observations[0].elapsed_s == 0.0


def test_long_texts_are_cut_and_stay_cut() -> None:
    once = bounded(Message("a", {"name": Name("x" * (LONGEST_TEXT + 1))}, "y" * LONGEST_TEXT))
    assert len(once.values["name"].text) == LONGEST_TEXT
    assert once.values["name"].text.endswith("x…")
    assert once.text == "y" * LONGEST_TEXT
    assert bounded(once) == once


def test_bytes_are_cut() -> None:
    report = samples.port_blocked()
    seen = next(o for a in report.attempts for o in a.observations)
    assert len(bounded(REPLACE(seen, first_in=b"x" * 10**6)).first_in) == KEPT_BYTES


def test_too_many_items_are_no_report() -> None:
    report: Report = samples.port_blocked()
    with pytest.raises(ImplausibleReport, match=r"Report\.redaction has 5001 items"):
        bounded(REPLACE(report, redaction=("x",) * (MOST_ITEMS + 1)))


def test_whole_numbers_are_bounded() -> None:
    seen = samples.port_blocked().attempts[0].observations[0]
    assert bounded(REPLACE(seen, bytes_in=int(LARGEST))).bytes_in == LARGEST
    with pytest.raises(ImplausibleReport, match=r"Observation\.bytes_in"):
        bounded(REPLACE(seen, bytes_in=2**60))


def test_messages_within_messages_have_an_end() -> None:
    message = Message("a", {}, "x")
    for _ in range(60):
        message = Message("a", {"list": Listed((message,))}, "x")
    with pytest.raises(ImplausibleReport, match="nested too deep"):
        bounded(message)
