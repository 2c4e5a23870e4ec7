"""The picture's layout: every shape is inside, nothing lies over anything else, every ending has its words."""

from itertools import pairwise

import pytest

from fmsdiag.model import Side
from fmsdiag.report.path_map import Ending, Fate, PathMap, Station, path_map
from fmsdiag.report.path_map_shapes import ICON, Picture, picture
from fmsdiag.report.words import Tone
from tests.report.path_samples import RESET_AT_ROUTER, traced, two_places

WIDTHS = pytest.mark.parametrize("width", [640.0, 240.0])
IPV6 = "2001:db8:1234:5678:9abc:def0:1234:5678"
LONG = PathMap(
    (
        Station(0, "This computer", Side.COMPUTER),
        Station(1, IPV6, Side.LOCAL),
        Station(2, "3 more hops", Side.UNKNOWN, left_out=3),
        Station(5, "a-server-with-a-long-name.in-a-long-domain.example.com", Side.REMOTE),
    ),
    (
        Ending("RTMP's connect on port 19350", 1, Fate.RESET),
        Ending("TLS on port 443", 1, Fate.STOPS),
        Ending("TCP port 19350", 5, Fate.ARRIVES),
        Ending("TCP port 80", 5, Fate.REFUSED),
    ),
)


def width_of(text: str) -> float:
    return 7.0 * len(text)


def drawn(shown: PathMap | None, width: float = 640.0) -> Picture:
    assert shown is not None
    return picture(shown, width, width_of)


def kinds(made: Picture, kind: str) -> list[str]:
    return [words.text for words in made.words if words.kind == kind]


def test_sides_stations_and_endings_from_top_to_bottom() -> None:
    made = drawn(path_map(two_places()))
    assert [words.text for words in made.words] == [
        "Your network",
        "This computer",
        "10.66.0.1",
        "RTMP on port 1935 is reset here",
        "Internet provider",
        "192.0.2.1",
        "TCP port 80 stops here",
        "Server's side",
        "198.18.0.2",
        "fms.example.com",
        "TCP port 1935 reaches the server",
    ]
    assert [pill.number for pill in made.pills] == ["", "1", "2", "3", "4"]
    assert [words.tone for words in made.words if words.kind == "ending"] == [Tone.BAD, Tone.BAD, Tone.GOOD]
    assert [symbol.icon for symbol in made.symbols] == ["refused", "refused", "connected"]


def test_a_line_is_whole_as_far_as_it_came() -> None:
    made = drawn(path_map(traced(*RESET_AT_ROUTER)))
    (came, stopped), arrived = made.lanes[:2], made.lanes[2]
    assert (came.is_open, came.tone) == (False, Tone.GOOD)
    assert (stopped.is_open, stopped.tone) == (True, Tone.BAD)
    assert came.bottom == stopped.top == made.symbols[0].top + ICON / 2
    assert stopped.bottom == made.pills[-1].center[1] < arrived.bottom
    assert arrived.tone is Tone.GOOD


@WIDTHS
def test_nothing_is_drawn_outside_or_over_another(width: float) -> None:
    made = drawn(LONG, width)
    assert made.width == width
    for words in made.words:
        assert words.left + width_of(words.text) <= width
        assert 0 < words.baseline < made.height
    baselines = [words.baseline for words in made.words]
    assert all(below - above >= 13 for above, below in pairwise(baselines))
    assert all(above.top + above.height <= below.top for above, below in pairwise(made.zones))
    right = max(pill.left + pill.width for pill in made.pills)
    assert right <= min(words.left for words in made.words)
    assert all(made.pills[0].left < lane.x < right for lane in made.lanes)
    assert all(leader.left < leader.right <= made.words[0].left for leader in made.leaders)


def test_what_is_left_out_has_no_number_and_what_is_unknown_says_so() -> None:
    made = drawn(LONG)
    assert [pill.number for pill in made.pills] == ["", "1", "", "5"]
    assert kinds(made, "left-out") == ["3 more hops"]
    assert kinds(made, "side") == ["Your network", "Not known whose", "Server's side"]
    assert made.symbols[-1].icon == "skipped"
    assert kinds(made, "ending")[-1] == "TCP port 80 is refused at the server's side"


def test_a_text_of_many_lines_is_cut() -> None:
    shown = PathMap((LONG.stations[0], Station(1, "word " * 200, Side.REMOTE)), ())
    assert kinds(drawn(shown, 240), "station")[-1].endswith("…")
