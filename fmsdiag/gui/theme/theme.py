"""The two themes: named colors, nothing else."""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """Colors by what they are for. Text colors keep at least 4.5:1 against every ground, `disabled` 3:1."""

    window: str
    surface: str  # cards, fields, lists
    raised: str  # buttons, headers
    hover: str
    border: str
    field_border: str  # of what can be typed into: 3:1 against the surface
    text: str
    muted: str
    placeholder: str
    disabled: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    grid: str
    good: str
    warn: str
    bad: str


LIGHT = Theme(
    window="#f3f4f6",
    surface="#ffffff",
    raised="#f9fafb",
    hover="#eef1f4",
    border="#d8dde3",
    field_border="#8c959f",
    text="#1c2128",
    muted="#59636e",
    placeholder="#666f79",
    disabled="#808891",
    accent="#0b5cad",
    accent_hover="#0a4f96",
    on_accent="#ffffff",
    selection="#d6e8fa",
    grid="#e8ebef",
    good="#1a7f37",
    warn="#8a5a00",
    bad="#c21c28",
)

DARK = Theme(
    window="#15181c",
    surface="#1d2126",
    raised="#262b31",
    hover="#2d333a",
    border="#343b43",
    field_border="#6e7781",
    text="#e6eaee",
    muted="#a3acb6",
    placeholder="#929ba5",
    disabled="#78818a",
    accent="#62adff",
    accent_hover="#83bfff",
    on_accent="#0c1a2b",
    selection="#21405f",
    grid="#2b3138",
    good="#56d364",
    warn="#e3b341",
    bad="#ff7b72",
)
