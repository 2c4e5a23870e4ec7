from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from fmsdiag.protocol import events


def test_every_event_is_frozen_and_slotted() -> None:
    for kind in get_args(events.Event):
        assert "__slots__" in vars(kind)
        event = kind(*[0] * len(dataclasses.fields(kind)))
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(event, dataclasses.fields(kind)[0].name, 1)


def test_every_dataclass_of_the_module_is_an_event() -> None:
    here = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == events.__name__
    }
    assert here == set(get_args(events.Event))
