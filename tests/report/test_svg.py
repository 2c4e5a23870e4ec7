"""The drawing: well-formed whatever is in the report, the same shapes as the window's, in words too."""

import re
import xml.etree.ElementTree as ElementTree

import msgspec
import pytest
from hypothesis import given

from fmsdiag.model import Report, StepName
from fmsdiag.report import svg
from fmsdiag.report.phases import LEGEND, PHASES
from fmsdiag.report.svg import NARROW, WIDE, Layout
from tests.report import samples
from tests.report.any_report import reports
from tests.report.hostile import SEEN, hostile

LAYOUTS = pytest.mark.parametrize("layout", [WIDE, NARROW], ids=("wide", "narrow"))


def drawn(report: Report, layout: Layout = WIDE) -> ElementTree.Element:
    return ElementTree.fromstring(svg.timeline(report, layout, "w"))


def texts(drawing: ElementTree.Element, kind: str) -> list[str]:
    return [e.text or "" for e in drawing.iter("text") if kind in (e.get("class") or "").split()]


@LAYOUTS
def test_a_row_for_each_attempt_with_its_outcome(layout: Layout) -> None:
    drawing = drawn(samples.port_blocked(), layout)
    rows = drawing.findall("a")
    assert [row.get("href") for row in rows] == [f"#attempt-{n}" for n in range(1, 8)]
    assert rows[0].get("aria-label") == "Attempt 1, RTMP on port 1935: No answer"
    assert "TCP connection: No answer" in (rows[0].findtext("title") or "")
    assert texts(drawing, "section") == ["Also checked", "Follow-up tests"]
    assert texts(drawing, "marker")[:2] == ["No answer", "Connected: a player would have stopped here"]


@LAYOUTS
def test_nothing_is_drawn_outside(layout: Layout) -> None:
    for report in (samples.port_blocked(), samples.unreachable(), samples.healthy(), samples.stopped()):
        drawing = drawn(report, layout)
        height = float(drawing.get("height") or 0)
        for rect in drawing.findall(".//a/rect"):
            assert float(rect.get("x") or -1) >= 0
            assert float(rect.get("x") or 0) + float(rect.get("width") or 0) <= layout.width
            assert float(rect.get("y") or 0) + float(rect.get("height") or 0) <= height


@LAYOUTS
def test_the_row_of_the_player_has_its_line(layout: Layout) -> None:
    lines = [e for e in drawn(samples.port_blocked(), layout).iter("line") if e.get("class") == "player"]
    assert len(lines) == 3  # through the plan's own rows
    assert not [e for e in drawn(samples.unreachable(), layout).iter("line") if e.get("class") == "player"]


def test_waiting_is_hatched_and_every_hatching_is_there() -> None:
    drawing = drawn(samples.unreachable())
    used = {e.get("fill") for e in drawing.iter("rect") if e.get("fill")}
    kept = {f"url(#{e.get('id')})" for e in drawing.iter("pattern")}
    assert used == kept == {"url(#w-handshake)", "url(#w-tunnel)"}


def test_boxes_have_their_phases_letters() -> None:
    letters = texts(drawn(samples.healthy()), "letter")
    assert letters[:3] == [
        PHASES[step].letter for step in (StepName.TCP, StepName.HANDSHAKE, StepName.CONNECT)
    ]


def test_the_legend_names_what_is_drawn_in_the_usual_order() -> None:
    labels = [label for label, _ in svg.legend(samples.port_blocked())]
    assert labels == [
        "Name lookup",
        "TCP connection",
        "RTMP handshake",
        "NetConnection",
        "Network path",
        "Waiting: nothing came back",
    ]
    assert "Waiting: nothing came back" not in [label for label, _ in svg.legend(samples.healthy())]
    for _, key in svg.legend(samples.port_blocked()):
        ElementTree.fromstring(key)


def test_the_styles_name_every_phase_in_both_schemes() -> None:
    light, dark = svg.phase_styles().split("@media screen and (prefers-color-scheme:dark)")
    for step in StepName:
        assert f".fill-{step.value}{{fill:{PHASES[step].color}}}" in light
        assert f".edge-{step.value}{{stroke:" in dark
    assert set(LEGEND) <= set(StepName)


def test_it_says_what_it_is() -> None:
    drawing = drawn(samples.port_blocked())
    assert drawing.get("aria-labelledby") == "w-title w-desc"
    assert drawing.findtext("title") == "Timeline of the attempts"
    assert (drawing.findtext("desc") or "").startswith("7 attempts, 3 of the plan;")


def test_no_attempts_no_drawing() -> None:
    assert svg.timeline(samples.report(()), WIDE, "w") == ""
    assert svg.legend(samples.report(())) == []


def test_a_file_with_very_many_attempts_is_drawn_in_part() -> None:
    one = samples.healthy().attempts[0]
    many = msgspec.structs.replace(samples.healthy(), attempts=(one,) * (svg.MAX_ROWS + 50))
    drawing = drawn(many)
    assert len(drawing.findall("a")) == svg.MAX_ROWS
    assert f"only the first {svg.MAX_ROWS} are drawn." in (drawing.findtext("desc") or "")


@LAYOUTS
def test_hostile_text_is_shown_and_does_nothing(layout: Layout) -> None:
    text = svg.timeline(hostile(), layout, "w")
    assert SEEN in text
    assert not re.search(r"<(script|img|!--)", text)
    assert {e.tag for e in ElementTree.fromstring(text).iter()} <= {
        *("svg", "title", "desc", "defs", "pattern", "line", "g", "text", "a", "rect", "use")
    }


@given(reports())
def test_any_report_is_drawn(report: Report) -> None:
    for layout in (WIDE, NARROW):
        text = svg.timeline(report, layout, "w")
        assert bool(text) == bool(report.attempts)
        if text:
            numbers = re.findall(r' (?:x|y|width|height)="([^"]*)"', text)
            assert all(abs(float(number)) < 100_000 for number in numbers)
            ElementTree.fromstring(text)
