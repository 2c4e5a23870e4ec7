from __future__ import annotations

from collections.abc import Iterable

import pytest

from fmsdiag.model import Endpoint, FailureKind, Status, StepName, Transport
from fmsdiag.probe.experiments.proxy_header import header
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import Answer, FakeNetwork, Item, rtmp_server
from tests.probe.virtual_time import virtual_time

HERE = Endpoint(Transport.RTMP, "192.0.2.1", 1935)
LINE = b"PROXY TCP4 192.0.2.99 192.0.2.1 50000 1935\r\n"


def behind_a_balancer() -> Answer:
    """A server that takes the header off, and closes on whatever begins otherwise."""
    inner, begun = rtmp_server()(), False

    def answer(data: bytes) -> Iterable[Item]:
        nonlocal begun
        if not begun:
            begun = True
            if not data.startswith(LINE):
                return [b""]
            data = data.removeprefix(LINE)
        return inner(data) if data else []

    return answer


@virtual_time
async def test_a_server_that_expects_the_header_answers_behind_it() -> None:
    net = FakeNetwork({1935: behind_a_balancer})
    attempt = await ask(net, E.PROXY_HEADER, HERE)
    handshake = attempt.step(StepName.HANDSHAKE)
    assert attempt.status is Status.CONNECTED
    assert handshake is not None
    assert handshake.ok
    (stream,) = net.streams
    assert bytes(stream.written).startswith(LINE + b"\x03")
    assert b"live" not in stream.written  # nothing of the target is told


@virtual_time
async def test_a_server_that_does_not_closes() -> None:
    attempt = await ask(FakeNetwork({1935: [b""]}), E.PROXY_HEADER, HERE)
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.kind is FailureKind.CLOSED


@pytest.mark.parametrize(
    ("source", "destination", "line"),
    [
        ("192.0.2.99", "192.0.2.1", LINE),
        ("fe80::1%eth0", "fe80::2%eth0", b"PROXY TCP6 fe80::1 fe80::2 50000 1935\r\n"),
    ],
)
def test_the_header_is_one_line_of_text(source: str, destination: str, line: bytes) -> None:
    assert header(source, destination, 1935) == line
