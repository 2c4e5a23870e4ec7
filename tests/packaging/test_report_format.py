import re
import typing
from enum import Enum

import msgspec

from fmsdiag.model import Report, messages
from tests.packaging.packaging_modules import load

report_format = load("report_format")
PAGE = report_format.report_format_page()


class Sample(msgspec.Struct):
    """What a sample
    is."""

    first_s: float  # how long | it took
    second: str | None = None
    """Said after it."""
    third: tuple[int, ...] = ()  # in the middle


class Color(Enum):
    """Two."""

    RED = "red"  # like fire
    BLUE = "blue"


def test_every_struct_and_enumeration_of_the_schema_has_a_heading() -> None:
    kinds = {kind.__name__ for kind in typing.get_args(messages.Value)}
    named = msgspec.json.schema(Report)["$defs"].keys() - kinds
    assert named
    assert all(f"\n### {name}\n" in PAGE for name in named)


def test_every_kind_of_value_is_listed() -> None:
    assert all(f"| `{kind.__struct_config__.tag}` |" in PAGE for kind in typing.get_args(messages.Value))


def test_every_field_is_there_with_its_unit_and_comment() -> None:
    assert "| `duration_s` | number | seconds | required |" in PAGE
    assert "| `interval_ms` | integer | milliseconds | `200` |" in PAGE
    assert "| best first; empty: nothing is wrong |" in PAGE
    assert PAGE.count("| `elapsed_s` |") >= 3


def test_comments_are_found_wherever_the_formatter_puts_them() -> None:
    assert [(f.name, f.comment) for f in report_format.fields_of(Sample)] == [
        ("first_s", "how long | it took"),
        ("second", "Said after it."),
        ("third", "in the middle"),
    ]


def test_members_of_an_enumeration_have_their_comments() -> None:
    assert [(f.name, f.comment) for f in report_format.fields_of(Color)] == [
        ("RED", "like fire"),
        ("BLUE", ""),
    ]


def test_its_links_lead_to_its_headings() -> None:
    headings = {heading.lower() for heading in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings


def test_a_vocabulary_that_a_comment_names_is_linked_and_listed() -> None:
    assert "| a [LookupSource](#lookupsource) |" in PAGE
    assert "\n### LookupSource\n" in PAGE
    assert "[Cause](causes/README.md)" in PAGE
