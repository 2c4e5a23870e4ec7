"""The path's map, without a way to draw it: the stations from top to bottom, and what is sent as lines through them.

The window paints these shapes with Qt (gui/details/path_map.py), the page writes them as SVG (path_map_svg.py).
Pixels count from the left and the top.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import Rendered
from fmsdiag.model import Side
from fmsdiag.report.path_map import Ending, Fate, PathMap, Station
from fmsdiag.report.words import Tone

Measure: TypeAlias = Callable[[str], float]
"""The width of a text of TEXT_PX pixels, in pixels."""

TEXT_PX, SMALL_PX = 13.0, 11.0
ICON = 14.0

_EDGE = 12.0
"""Between the picture's edge and the first line."""
_LANE = 20.0
"""From one line to the next."""
_PILL = 18.0
_STATION, _TITLE, _LINE, _PAD = 32.0, 24.0, 17.0, 6.0
_BELOW_MIDDLE = 4.5
"""From the middle of a line of text to its baseline."""
_MOST_LINES = 3


class PathMapWords(Table, of="path-map.picture"):
    """What stands in the picture only."""

    LOCAL = text("Your network")
    TRANSIT = text("Internet provider")
    REMOTE = text("Server's side")
    UNKNOWN = text("Not known whose")
    STOPS = text("{what:name} stops here")
    SILENT = text("{what:name} gets no answer beyond here")
    RESET = text("{what:name} is reset here")
    REJECTED = text("{what:name} is rejected here")
    REFUSED = text("{what:name} is refused at the server's side")
    UNANSWERED = text("{what:name} arrives; no answer comes back")
    ARRIVES = text("{what:name} reaches the server")


_SIDES: Mapping[Side, Text] = {
    Side.COMPUTER: PathMapWords.LOCAL,
    Side.LOCAL: PathMapWords.LOCAL,
    Side.TRANSIT: PathMapWords.TRANSIT,
    Side.REMOTE: PathMapWords.REMOTE,
    Side.UNKNOWN: PathMapWords.UNKNOWN,
}
_SAID: Mapping[Fate, Text] = {fate: getattr(PathMapWords, fate.name) for fate in Fate}
_TONES: Mapping[Fate, Tone] = {
    Fate.ARRIVES: Tone.GOOD,
    Fate.REFUSED: Tone.NEUTRAL,
    Fate.UNANSWERED: Tone.NEUTRAL,
}
_ICONS: Mapping[Tone, str] = {Tone.GOOD: "connected", Tone.NEUTRAL: "skipped", Tone.BAD: "refused"}


@dataclass(frozen=True)
class Zone:
    """The ground of one side's stations."""

    top: float
    height: float
    width: float


@dataclass(frozen=True)
class Lane:
    """A stretch of the line of what is sent; `is_open` where it did not come."""

    x: float
    top: float
    bottom: float
    tone: Tone
    is_open: bool


@dataclass(frozen=True)
class Leader:
    """From an ending to its words."""

    left: float
    right: float
    y: float
    tone: Tone


@dataclass(frozen=True)
class Pill:
    """A station across all lines, with its hop's number; that is empty where it stands for several hops."""

    left: float
    top: float
    width: float
    height: float
    number: str

    @property
    def center(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


@dataclass(frozen=True)
class Words:
    """One line of text from its left end on, on its baseline; `kind` is "side", "station", "left-out" or "ending"."""

    left: float
    baseline: float
    text: str
    kind: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True)
class Symbol:
    """The bundled icon at the end of a line, ICON pixels wide."""

    left: float
    top: float
    icon: str


@dataclass(frozen=True)
class Picture:
    """All shapes, in the order in which they are drawn."""

    width: float
    height: float
    zones: tuple[Zone, ...]
    lanes: tuple[Lane, ...]
    leaders: tuple[Leader, ...]
    pills: tuple[Pill, ...]
    words: tuple[Words, ...]
    symbols: tuple[Symbol, ...]


def picture(shown: PathMap, width: float, measure: Measure) -> Picture:
    """The map in `width` pixels; texts too long for that are broken into lines."""
    return _Drawing(shown, width, measure).finished()


class _Drawing:
    """Shapes as they are laid out, from top to bottom."""

    def __init__(self, shown: PathMap, width: float, measure: Measure) -> None:
        self._map, self._width, self._measure = shown, width, measure
        self._zones: list[Zone] = []
        self._leaders: list[Leader] = []
        self._pills: list[Pill] = []
        self._words: list[Words] = []
        self._symbols: list[Symbol] = []
        self._ends: dict[Ending, float] = {}
        self._y = 0.0

    @property
    def _text_left(self) -> float:
        return _EDGE + len(self._map.endings) * _LANE + 10

    def _lane_x(self, ending: Ending) -> float:
        return _EDGE + (self._map.endings.index(ending) + 0.5) * _LANE

    def finished(self) -> Picture:
        """Lay out everything."""
        for title, stations in groupby(self._map.stations, key=lambda station: say(_SIDES[station.side])):
            self._zone(title, list(stations))
        return Picture(
            self._width,
            self._y,
            tuple(self._zones),
            tuple(self._lanes()),
            tuple(self._leaders),
            tuple(self._pills),
            tuple(self._words),
            tuple(self._symbols),
        )

    def _zone(self, title: str, stations: list[Station]) -> None:
        top = self._y
        self._write(title, "side", self._y + _TITLE / 2 + 2, self._width - self._text_left)
        self._y += _TITLE
        for station in stations:
            self._station(station)
            for ending in self._map.endings:
                if self._ends_behind(ending, station):
                    self._ending(ending)
        self._y += _PAD
        self._zones.append(Zone(top, self._y - top, self._width))
        self._y += 2

    def _ends_behind(self, ending: Ending, station: Station) -> bool:
        if not ending.fate.is_cut:
            return station is self._map.server
        return station.hop == ending.reached

    def _station(self, station: Station) -> None:
        lines = self._broken(station.label)
        height = max(_STATION, len(lines) * _LINE + 10)
        middle = self._y + height / 2
        number = str(station.hop) if station.hop and not station.left_out else ""
        lanes = len(self._map.endings) * _LANE
        self._pills.append(Pill(_EDGE, middle - _PILL / 2, lanes, _PILL, number))
        kind = "left-out" if station.left_out else "station"
        self._write_lines(lines, kind, middle)
        self._y += height

    def _ending(self, ending: Ending) -> None:
        tone = _TONES.get(ending.fate, Tone.BAD)
        lines = self._broken(say(_SAID[ending.fate], what=ending.what))
        height = len(lines) * _LINE + 9
        x, middle = self._lane_x(ending), self._y + height / 2
        self._ends[ending] = middle
        self._symbols.append(Symbol(x - ICON / 2, middle - ICON / 2, _ICONS[tone]))
        self._leaders.append(Leader(x + ICON / 2, self._text_left - 5, middle, tone))
        self._write_lines(lines, "ending", middle, tone)
        self._y += height

    def _lanes(self) -> Iterator[Lane]:
        """What came is drawn through, what did not come is open as far as the server."""
        first, last = self._pills[0], self._pills[-1]
        for ending in self._map.endings:
            x, end, tone = self._lane_x(ending), self._ends[ending], _TONES.get(ending.fate, Tone.BAD)
            # up to the ending all is well, whatever it ends with
            yield Lane(x, first.center[1], end, Tone.GOOD if tone is Tone.BAD else tone, is_open=False)
            if ending.fate.is_cut:
                yield Lane(x, end, last.center[1], tone, is_open=True)

    def _write_lines(
        self, lines: tuple[str, ...], kind: str, middle: float, tone: Tone = Tone.NEUTRAL
    ) -> None:
        top = middle - (len(lines) - 1) * _LINE / 2
        for number, line in enumerate(lines):
            self._words.append(Words(self._text_left, top + number * _LINE + _BELOW_MIDDLE, line, kind, tone))

    def _write(self, line: str, kind: str, middle: float, width: float) -> None:
        fitted = _broken(line, width, self._measure)[0]
        self._words.append(Words(self._text_left, middle + _BELOW_MIDDLE, fitted, kind))

    def _broken(self, line: str) -> tuple[str, ...]:
        return _broken(line, self._width - self._text_left - 8, self._measure)


def _broken(line: str, width: float, measure: Measure) -> tuple[str, ...]:
    """A text on lines of at most `width` pixels; what would need too many of them is cut."""
    whole = measure(line)
    if whole <= width:
        return (line,)
    most = max(4, int(len(line) * width / whole * 0.95))
    lines = textwrap.wrap(line, most, max_lines=_MOST_LINES, placeholder=" …")
    return tuple(map(Rendered, lines)) or ("",)
