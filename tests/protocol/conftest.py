from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from fmsdiag.protocol.errors import RemoteProtocolError

settings.register_profile("protocol", max_examples=100, deadline=None)
settings.load_profile("protocol")

Cut = Callable[[bytes], Iterator[bytes]]


def _whole(data: bytes) -> Iterator[bytes]:
    yield data


def _bytewise(data: bytes) -> Iterator[bytes]:
    for index in range(len(data)):
        yield data[index : index + 1]


def fault_of(action: Callable[[], object]) -> RemoteProtocolError | None:
    """The peer's fault that the action raises, if any; whatever else it raises fails the test."""
    try:
        action()
    except RemoteProtocolError as error:
        return error
    return None


@pytest.fixture(params=[_whole, _bytewise], ids=["whole", "bytewise"])
def cut(request: pytest.FixtureRequest) -> Cut:
    """How a stream arrives: in one read, or one byte at a time."""
    chosen: Cut = request.param
    return chosen
