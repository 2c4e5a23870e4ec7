"""How the kinds of steps look in a timeline: a color and a letter each, the same in window and report."""

from __future__ import annotations

from typing import NamedTuple

from fmsdiag.model import StepName

DARK_LETTER = "#10151b"
LIGHT_LETTER = "#ffffff"


class Phase(NamedTuple):
    """How a kind of step looks: never by color alone, so each has a letter too."""

    letter: str
    color: str  # "#rrggbb"


# Okabe and Ito's palette, and where that ends Paul Tol's muted one: told apart with every common form of color blindness.
PHASES = {
    StepName.DNS: Phase("N", "#56B4E9"),
    StepName.ROUTE: Phase("O", "#999999"),
    StepName.UDP: Phase("U", "#999933"),
    StepName.TCP: Phase("T", "#E69F00"),
    StepName.PROXY: Phase("P", "#D55E00"),
    StepName.TLS: Phase("S", "#CC79A7"),
    StepName.HTTP: Phase("W", "#F0E442"),
    StepName.TUNNEL: Phase("H", "#F0E442"),
    StepName.HANDSHAKE: Phase("R", "#009E73"),
    StepName.CONNECT: Phase("C", "#0072B2"),
    StepName.AFTER_CONNECT: Phase("A", "#44AA99"),
    StepName.PUBLISH: Phase("B", "#882255"),
    StepName.PLAY: Phase("V", "#332288"),
    StepName.EXCHANGE: Phase("X", "#DDCC77"),
    StepName.SERIES: Phase("M", "#E69F00"),
    StepName.IDLE: Phase("I", "#999999"),
    StepName.UPLOAD: Phase("D", "#117733"),
    StepName.HOP: Phase("L", "#999999"),
    StepName.FLOWS: Phase("F", "#E69F00"),
    StepName.BYTES_PATH: Phase("Y", "#999999"),
    StepName.RESET_DISTANCE: Phase("E", "#999999"),
}

LEGEND = (
    StepName.DNS, StepName.TCP, StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.CONNECT,
)  # fmt: skip
"""The phases of ordinary attempts, in the order in which they come."""

RARE = tuple(step for step in StepName if step not in LEGEND)
"""Phases that a legend names only where they are drawn."""


def letter_on(fill: str) -> str:
    """The color, dark or light, in which a letter is easier to read on `fill`."""
    return DARK_LETTER if luminance(fill) > 0.19 else LIGHT_LETTER


def edge_of(fill: str, *, dark: bool) -> str:
    """The color of a box's outline: a shade of `fill` that stands out from the surface of either theme."""
    return _mixed(fill, 255, 0.2) if dark else _mixed(fill, 0, 0.26)


def luminance(color: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1 (WCAG 2)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, 1 to 21 (WCAG 2); text wants 4.5."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _mixed(color: str, towards: int, share: float) -> str:
    return "#" + "".join(f"{round(c + (towards - c) * share):02x}" for c in _channels(color))
