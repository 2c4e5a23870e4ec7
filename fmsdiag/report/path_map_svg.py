"""The path's map as SVG: the shapes of path_map_shapes.py written down, with the same in words for those who cannot see them.

Colors are the page's (CSS custom properties), so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from markupsafe import Markup

from fmsdiag.messages.visible import visible
from fmsdiag.report.path_map import PathMap
from fmsdiag.report.path_map_shapes import (
    ICON,
    TEXT_PX,
    Lane,
    Leader,
    Picture,
    Pill,
    Symbol,
    Words,
    Zone,
    picture,
)

WIDE, NARROW = 640.0, 400.0
"""Pixels."""
_PER_CHARACTER = 0.56
"""Of a text's height; estimated, since a page's fonts are not known: no common sans serif is wider on the whole."""


def path_drawing(shown: PathMap, width: float, title: str, prefix: str) -> Markup:
    """The map in `width` pixels; `prefix` keeps the ids of two drawings in one page apart.

    The page must have the icons (`symbol id="icon-…"`) and the classes of report.css.
    """
    drawn = picture(shown, width, _text_width)
    return Markup(
        '<svg class="path-map" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-labelledby="{prefix}-title {prefix}-desc"><title id="{prefix}-title">{title}</title>'
        '<desc id="{prefix}-desc">{words}</desc>{shapes}</svg>'
    ).format(
        width=_n(drawn.width),
        height=_n(drawn.height),
        prefix=prefix,
        title=visible(title),
        words="\n".join(map(visible, shown.lines)),
        shapes=_shapes(drawn),
    )


def _shapes(drawn: Picture) -> Markup:
    parts = [
        *map(_zone, drawn.zones),
        *map(_lane, drawn.lanes),
        *map(_leader, drawn.leaders),
        *map(_pill, drawn.pills),
        *map(_words, drawn.words),
        *map(_symbol, drawn.symbols),
    ]
    return Markup("").join(parts)


def _zone(zone: Zone) -> Markup:
    return Markup('<rect class="zone" x="0" y="{}" width="{}" height="{}" rx="8"/>').format(
        _n(zone.top), _n(zone.width), _n(zone.height)
    )


def _lane(lane: Lane) -> Markup:
    return Markup('<line class="{} {}" x1="{x}" y1="{}" x2="{x}" y2="{}"/>').format(
        "open-lane" if lane.is_open else "lane", lane.tone.value, _n(lane.top), _n(lane.bottom), x=_n(lane.x)
    )


def _leader(leader: Leader) -> Markup:
    return Markup('<line class="leader {}" x1="{}" y1="{y}" x2="{}" y2="{y}"/>').format(
        leader.tone.value, _n(leader.left), _n(leader.right), y=_n(leader.y)
    )


def _pill(pill: Pill) -> Markup:
    x, y = pill.center
    drawn = Markup('<rect class="pill" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        _n(pill.left), _n(pill.top), _n(pill.width), _n(pill.height), _n(pill.height / 2)
    )
    if not pill.number:
        return drawn
    return drawn + Markup('<text class="number" x="{}" y="{}">{}</text>').format(
        _n(x), _n(y + 4), pill.number
    )


def _words(words: Words) -> Markup:
    return Markup('<text class="{} {}" x="{}" y="{}">{}</text>').format(
        words.kind, words.tone.value, _n(words.left), _n(words.baseline), visible(words.text)
    )


def _symbol(symbol: Symbol) -> Markup:
    return Markup(
        '<rect class="under" x="{1}" y="{2}" width="{3}" height="{3}" rx="{4}"/>'
        '<use href="#icon-{0}" x="{1}" y="{2}" width="{3}" height="{3}"/>'
    ).format(symbol.icon, _n(symbol.left), _n(symbol.top), _n(ICON), _n(ICON / 2))


def _text_width(text: str) -> float:
    return len(text) * TEXT_PX * _PER_CHARACTER


def _n(number: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0")
