"""The timeline of a report as SVG: the shapes of waterfall.py written down, with words for those who cannot see them.

A drawing has one of two layouts: wide, with what was tried at the left of its bar, or narrow, with it above. Colors
of text and surface are the page's (CSS custom properties), so that one drawing serves light, dark and paper. Every
text is escaped here, and shown by visible.py where it could deceive.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.messages.visible import Rendered, one_line, visible
from fmsdiag.model import Attempt, Purpose, Report, StepName
from fmsdiag.report.mark_icons import icon_name
from fmsdiag.report.outcomes import describe_outcome, describe_step
from fmsdiag.report.phases import PHASES, edge_of, letter_on
from fmsdiag.report.rows import method_names
from fmsdiag.report.sections import PLAN, Section, section_title, sectioned
from fmsdiag.report.waterfall import (
    GAP,
    ICON,
    MARGIN,
    Cell,
    EndMarker,
    PhaseBox,
    Scale,
    Segment,
    attempt_segments,
    boxes,
    end_marker,
    grid_lines,
    phase_box,
    phase_boxes,
    player_note,
    round_scale,
    tick_label,
    time_line,
)
from fmsdiag.report.words import mark_of, step_label

MAX_ROWS = 200
MAX_BOXES = 40
"""Of one row; a run makes a handful, but a file may hold anything."""
MAX_SECONDS = 86_400.0
KEY_SIDE = 16.0

_AXIS = 24.0
_LINE = 17.0
_LETTER_PX, _SMALL_PX, _TEXT_PX = 10.0, 12.0, 13.0
# Widths are estimated, since a page's fonts are not known: no common sans serif is wider on the whole.
_PER_CHARACTER = 0.56


class TimelineTexts(Table, of="timeline"):
    """The drawing in words."""

    TITLE = text("Timeline of the attempts")
    SUMMARY = plural(
        "{attempts:count} attempt, {planned:count} of the plan; the list of steps says the same in words.",
        "{attempts:count} attempts, {planned:count} of the plan; the list of steps says the same in words.",
        by="attempts",
    )
    SUMMARY_CUT = plural(
        "{attempts:count} attempt, {planned:count} of the plan; only the first {drawn:count} are drawn.",
        "{attempts:count} attempts, {planned:count} of the plan; only the first {drawn:count} are drawn.",
        by="attempts",
    )
    WAITING = text("Waiting: nothing came back")
    ATTEMPT = text("Attempt {number:name}, {method:name}: {outcome:name}")


@dataclass(frozen=True)
class Layout:
    """Where the parts of a row are, in pixels."""

    width: float
    number_right: float
    method_left: float
    method_width: float
    bar_left: float
    bar_below: bool
    most_words: float
    """Room for end markers right of the scale's end, where their words are that long."""


WIDE = Layout(920, 16, 28, 276, 308, bar_below=False, most_words=270)
NARROW = Layout(400, 16, 26, 372, 14, bar_below=True, most_words=220)


@dataclass(frozen=True)
class _Row:
    """An attempt and its place."""

    attempt: Attempt
    name: str
    name_lines: tuple[str, ...]
    top: float
    height: float
    cell: Cell


def timeline(report: Report, layout: Layout, prefix: str) -> Markup:
    """The whole timeline, "" without attempts; `prefix` keeps the ids of two drawings in one page apart.

    The page must have the icons (`symbol id="icon-…"`), the anchors `attempt-N` (N counts from 1) and the classes
    of report.css.
    """
    attempts = report.attempts[:MAX_ROWS]
    if not attempts:
        return Markup()
    words = ICON + GAP + max(_small_width(mark_of(attempt).word) for attempt in attempts) + GAP
    room = min(words, layout.most_words)
    scale = Scale.of_cell(round_scale(_span_s(attempts)), layout.width - layout.bar_left, room)
    names = {id(attempt): name for attempt, name in zip(attempts, method_names(attempts), strict=True)}
    anchors = {id(attempt): f"attempt-{n}" for n, attempt in enumerate(attempts, 1)}
    parts: list[Markup] = []
    top = _AXIS
    for section, group in sectioned(attempts):
        if title := section_title(section):
            parts.append(_text(layout.method_left, top + 22, title, "section"))
            top += 32
        rows = list(_rows(group, names, top, layout))
        bottom = rows[-1].top + rows[-1].height
        parts += _lines_behind(report, section, rows, scale)
        parts += [_drawn(row, scale, layout, report, anchors[id(row.attempt)], prefix) for row in rows]
        top = bottom
    waiting = {part.step for attempt in attempts for part in _segments(attempt) if part.waiting}
    return Markup(
        '<svg class="timeline" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" '
        'aria-labelledby="{prefix}-title {prefix}-desc"><title id="{prefix}-title">{title}</title>'
        '<desc id="{prefix}-desc">{summary}</desc><defs>{hatches}</defs>{axis}{body}</svg>'
    ).format(
        width=_n(layout.width),
        height=_n(top + 6),
        prefix=prefix,
        title=say(TimelineTexts.TITLE),
        summary=_summary(report, len(attempts)),
        hatches=_joined(_hatch(step, prefix) for step in StepName if step in waiting),
        axis=_axis(layout, scale),
        body=_joined(parts),
    )


def legend(report: Report) -> list[tuple[str, Markup]]:
    """The phases that this report's timeline shows, each with its box as a small drawing; waiting last."""
    parts = [part for attempt in report.attempts for part in _segments(attempt)]
    shown = dict.fromkeys(part.step for part in parts)
    steps = sorted(shown, key=list(StepName).index)
    entries = [(step_label(step), key(step)) for step in steps]
    if any(part.waiting for part in parts):
        entries.append((say(TimelineTexts.WAITING), key(StepName.TCP, waiting=True)))
    return entries


def key(step: StepName, *, waiting: bool = False) -> Markup:
    """A phase's box as a drawing of its own; a page may have one waiting key only, since its hatching has an id."""
    box = phase_box(Cell(0, 0, KEY_SIDE, KEY_SIDE), step, waiting, _letter_width, lettered=not waiting)
    hatch = _hatch(step, "key") if waiting else Markup()
    return Markup(
        '<svg class="key" viewBox="0 0 {0} {0}" width="{0}" height="{0}" aria-hidden="true">{1}{2}</svg>'
    ).format(_n(KEY_SIDE), hatch, _shape(box, "key"))


def phase_styles() -> Markup:
    """The CSS of the phases: fill, edge and letter, for light and dark."""
    light, dark = [], []
    for step, phase in PHASES.items():
        name, fill = step.value, phase.color
        light.append(
            f".fill-{name}{{fill:{fill}}}.hatch-{name}{{stroke:{fill}}}.letter.on-{name}{{fill:{letter_on(fill)}}}"
        )
        light.append(f".edge-{name}{{stroke:{edge_of(fill, dark=False)}}}")
        dark.append(f".edge-{name}{{stroke:{edge_of(fill, dark=True)}}}")
    return Markup("\n".join([*light, f"@media screen and (prefers-color-scheme:dark){{{''.join(dark)}}}"]))


# ---- rows -------------------------------------------------------------------------------------------------------


def _rows(attempts: list[Attempt], names: dict[int, str], top: float, layout: Layout) -> Iterator[_Row]:
    for attempt in attempts:
        name = names[id(attempt)]
        lines = _fitted(name, layout.method_width)
        text = len(lines) * _LINE
        if layout.bar_below:
            cell = Cell(layout.bar_left, top + 6 + text, layout.width - layout.bar_left, 24)
            height = 6 + text + cell.height + 4
        else:
            height = text + 11
            cell = Cell(layout.bar_left, top, layout.width - layout.bar_left, height)
        yield _Row(attempt, name, lines, top, height, cell)
        top += height


def _drawn(row: _Row, scale: Scale, layout: Layout, report: Report, anchor: str, prefix: str) -> Markup:
    """One attempt: a link to its steps, with a tooltip that says it all."""
    attempt = row.attempt
    parts = _segments(attempt)
    placed = boxes(parts, scale.seconds, scale.width)
    shapes = phase_boxes(row.cell, placed, 16, _letter_width)
    left = row.cell.left + MARGIN + (placed[-1].right + 5 if placed else 0)
    note = player_note() if attempt.id == report.verdict.connected_by else ""
    marker = end_marker(row.cell, left, mark_of(attempt), note, _small_width)
    baseline = row.top + 6 + 12.5
    words = [_text(layout.number_right, baseline, str(attempt.id), "number")]
    words += [
        _text(layout.method_left, baseline + n * _LINE, line, "method")
        for n, line in enumerate(row.name_lines)
    ]
    says = _said(row)
    steps = [describe_step(seen) for seen in attempt.observations[:MAX_BOXES]]
    return Markup(
        '<a href="#{anchor}" class="row" aria-label="{says}"><title>{tip}</title>'
        '<rect class="hit" x="0" y="{top}" width="{width}" height="{height}" rx="4"/>{words}{boxes}{marker}</a>'
    ).format(
        anchor=anchor,
        says=visible(says),
        tip="\n".join(map(visible, (says, *steps))),
        top=_n(row.top),
        width=_n(layout.width),
        height=_n(row.height),
        words=_joined(words),
        boxes=_joined(_shape(shape, prefix) for shape in shapes),
        marker=_marker(marker),
    )


def _lines_behind(report: Report, section: Section, rows: list[_Row], scale: Scale) -> Iterator[Markup]:
    """The grid, and among the plan's own attempts the time at which a player would have connected."""
    for row in rows:
        for line in grid_lines(row.cell, scale):
            yield _vertical(line.x, line.top, line.bottom, "grid")
    connected_s = _connected_s(report) if section is PLAN else None
    if connected_s is not None and 0 <= connected_s <= scale.seconds:
        for row in rows:
            line = time_line(row.cell, scale, connected_s)
            yield _vertical(line.x, line.top, line.bottom, "player")


def _connected_s(report: Report) -> float | None:
    """When a player would have connected by one of the plan's attempts."""
    for attempt in report.attempts:
        if attempt.id == report.verdict.connected_by and attempt.purpose is Purpose.FALLBACK:
            return attempt.ended_s
    return None


def _segments(attempt: Attempt) -> list[Segment]:
    """What a row shows, at times that can be drawn whatever a file says."""
    parts = []
    for part in attempt_segments(attempt)[:MAX_BOXES]:
        start_s = _bounded(part.start_s)
        parts.append(replace(part, start_s=start_s, end_s=max(start_s, _bounded(part.end_s))))
    return parts


def _span_s(attempts: Iterable[Attempt]) -> float:
    return max((part.end_s for attempt in attempts for part in _segments(attempt)), default=0.0) or 0.001


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_SECONDS)


# ---- shapes -> markup -------------------------------------------------------------------------------------------


def _shape(box: PhaseBox, prefix: str) -> Markup:
    name = box.step.value
    # Half a pixel in, so that the edge is as sharp as a filled pixel.
    place = Markup('x="{}" y="{}" width="{}" height="{}" rx="{}"').format(
        _n(box.left + 0.5), _n(box.top + 0.5), _n(max(box.width - 1, 0.5)), _n(box.height - 1), _n(box.radius)
    )
    if not box.waiting:
        drawn = Markup('<rect class="fill-{0} edge-{0}" {1}/>').format(name, place)
    else:
        drawn = Markup('<rect class="surface" {1}/><rect class="edge-{0}" fill="url(#{2}-{0})" {1}/>').format(
            name, place, prefix
        )
    if not box.letter:
        return drawn
    x, y = box.center
    if box.plate_width:
        drawn += Markup('<rect class="surface" x="{}" y="{}" width="{}" height="{}"/>').format(
            _n(x - box.plate_width / 2), _n(box.top + 1.5), _n(box.plate_width), _n(box.height - 3)
        )
    return drawn + _text(x, y + 3.6, box.letter, "letter" if box.waiting else _classes("letter", name))


def _classes(kind: str, phase: str) -> str:
    """The CSS classes of something that stands on a phase's color."""
    return f"{kind} on-{phase}"


def _marker(marker: EndMarker) -> Markup:
    icon = Markup('<use href="#icon-{0}" x="{1}" y="{2}" width="{3}" height="{3}"/>').format(
        icon_name(marker.mark), _n(marker.left), _n(marker.top), _n(ICON)
    )
    if not marker.words:
        return icon
    return icon + _text(
        marker.words_left, marker.top + ICON / 2 + 4.2, marker.words, f"marker {marker.mark.tone.value}"
    )


def _axis(layout: Layout, scale: Scale) -> Markup:
    labels = []
    for tick in scale.ticks():
        x = layout.bar_left + scale.x(tick)
        labels.append(_text(x, 14, tick_label(tick), "tick"))
    return Markup('<g aria-hidden="true">{}</g>').format(_joined(labels))


def _vertical(x: float, top: float, bottom: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{x}" y1="{}" x2="{x}" y2="{}"/>').format(
        kind, _n(top), _n(bottom), x=_n(x)
    )


def _hatch(step: StepName, prefix: str) -> Markup:
    return Markup(
        '<pattern id="{1}-{0}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<line class="hatch-{0}" x1="1" y1="0" x2="1" y2="5" stroke-width="1.6"/></pattern>'
    ).format(step.value, prefix)


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, _n(x), _n(y), one_line(text))


# ---- words ------------------------------------------------------------------------------------------------------


def _summary(report: Report, shown: int) -> str:
    planned = sum(a.purpose is Purpose.FALLBACK for a in report.attempts)
    counts = {"attempts": len(report.attempts), "planned": planned}
    if shown < len(report.attempts):
        return say(TimelineTexts.SUMMARY_CUT, **counts, drawn=shown)
    return say(TimelineTexts.SUMMARY, **counts)


def _said(row: _Row) -> str:
    """An attempt for those who cannot see it."""
    number, outcome = str(row.attempt.id), describe_outcome(row.attempt)
    return say(TimelineTexts.ATTEMPT, number=number, method=row.name, outcome=outcome)


def _fitted(text: str, width: float) -> tuple[str, ...]:
    """A name on at most two lines of about `width` pixels."""
    most = int(width / (_TEXT_PX * _PER_CHARACTER))
    lines = textwrap.wrap(one_line(text), most, max_lines=2, placeholder=" …")
    return tuple(map(Rendered, lines)) or ("",)


def _letter_width(text: str) -> float:
    return len(text) * _LETTER_PX * 0.7


def _small_width(text: str) -> float:
    return len(text) * _SMALL_PX * _PER_CHARACTER


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def _n(number: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0")
