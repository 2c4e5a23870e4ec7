from __future__ import annotations

from typing import get_args

import msgspec

from fmsdiag import model


def test_every_event_can_cross_threads_because_it_cannot_change() -> None:
    events = get_args(model.Event)
    assert len(events) == 6
    assert all(event.__struct_config__.frozen for event in events)


def test_an_event_carries_what_the_report_keeps() -> None:
    finished = {f.name: f.type for f in msgspec.structs.fields(model.AttemptFinished)}
    kept = {f.name: f.type for f in msgspec.structs.fields(model.Report)}
    assert finished["attempt"] in kept["attempts"].__args__
