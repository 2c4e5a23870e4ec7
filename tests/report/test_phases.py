"""Phases by color and letter."""

import pytest

from fmsdiag.model import StepName
from fmsdiag.report.phases import LEGEND, PHASES, RARE, Phase, contrast, edge_of, letter_on, luminance


def test_every_step_has_a_color_and_a_letter() -> None:
    assert set(PHASES) == set(StepName)
    assert all(len(phase.letter) == 1 and len(phase.color) == 7 for phase in PHASES.values())


def test_legend_entries_differ_in_both() -> None:
    phases = [PHASES[step] for step in LEGEND]
    assert set(LEGEND) | set(RARE) == set(StepName)
    assert len({phase.letter for phase in phases}) == len({phase.color for phase in phases}) == len(LEGEND)


def test_no_letter_stands_for_two_steps() -> None:
    assert len({phase.letter for phase in PHASES.values()}) == len(StepName)


@pytest.mark.parametrize("phase", PHASES.values(), ids=lambda phase: phase.letter)
def test_letters_can_be_read_on_their_boxes(phase: Phase) -> None:
    assert contrast(phase.color, letter_on(phase.color)) >= 4.5


@pytest.mark.parametrize("phase", PHASES.values(), ids=lambda phase: phase.letter)
def test_edges_are_darker_on_light_and_lighter_on_dark(phase: Phase) -> None:
    light, dark = edge_of(phase.color, dark=False), edge_of(phase.color, dark=True)
    assert luminance(light) < luminance(phase.color) < luminance(dark)


def test_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)
