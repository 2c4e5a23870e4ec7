from __future__ import annotations

import dataclasses
from typing import get_args

from fmsdiag.protocol import events


def test_every_event_is_frozen_and_slotted() -> None:
    kinds = get_args(events.Event)
    assert len(kinds) == 9
    for kind in kinds:
        assert dataclasses.is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__slots__" in vars(kind)


def test_every_dataclass_of_the_module_is_an_event() -> None:
    here = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == events.__name__
    }
    assert here == set(get_args(events.Event))
