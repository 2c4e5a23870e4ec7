import dataclasses
import typing

import pytest

from fmsdiag.protocol import events as rtmp_events
from fmsdiag.protocol.rtmfp import events


@pytest.mark.parametrize("event", typing.get_args(events.Event) + typing.get_args(events.ServerEvent))
def test_every_event_is_a_frozen_value(event: type) -> None:
    assert dataclasses.is_dataclass(event)
    assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]


def test_the_answer_to_connect_is_the_same_event_over_every_transport() -> None:
    assert events.ConnectAnswered is rtmp_events.ConnectAnswered
