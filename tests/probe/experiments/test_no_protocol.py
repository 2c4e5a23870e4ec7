from __future__ import annotations

import pytest

from fmsdiag.model import (
    Endpoint,
    ExchangeFacts,
    FailureKind,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments.first_bytes import OTHER_BYTES, OTHER_FIRST_BYTE
from fmsdiag.probe.experiments.no_protocol import WAIT_S
from fmsdiag.probe.fingerprint import looks_like
from tests.probe.experiments.asking import E, ask
from tests.probe.fake_network import SILENCE, FakeNetwork, Item, reset
from tests.probe.virtual_time import now, virtual_time

HERE = Endpoint(Transport.RTMP, "192.0.2.1", 1935)


@pytest.mark.parametrize(
    ("peer", "kind", "came"),
    [
        ([b"\x03what"], None, 5),
        ([b""], FailureKind.CLOSED, 0),
        ([reset()], FailureKind.RESET, 0),
        ([SILENCE], FailureKind.TIMED_OUT, 0),
    ],
    ids=["an answer", "a close", "a reset", "silence"],
)
@virtual_time
async def test_what_comes_of_bytes_that_are_no_protocol(
    peer: list[Item], kind: FailureKind | None, came: int
) -> None:
    net = FakeNetwork({1935: peer})
    attempt = await ask(net, E.OTHER_BYTES, HERE)
    step = attempt.step(StepName.EXCHANGE)
    assert step is not None
    assert (step.failure.kind if step.failure else None, step.bytes_in, step.bytes_out) == (
        kind,
        came,
        OTHER_BYTES,
    )
    assert step.facts == ExchangeFacts(OTHER_BYTES)
    assert attempt.status is (Status.FAILED if kind else Status.CONNECTED)
    (stream,) = net.streams
    assert (stream.written[0], len(stream.written), stream.closed) == (OTHER_FIRST_BYTE, OTHER_BYTES, 1)
    assert looks_like(bytes(stream.written)) is None
    assert now() - 1000 <= 3.001


@pytest.mark.parametrize(
    ("peer", "kind", "waited_s"),
    [
        ([SILENCE], None, WAIT_S),
        ([b"SSH-2.0-x"], None, 0.0),
        ([b""], FailureKind.CLOSED, 0.0),
        ([reset()], FailureKind.RESET, 0.0),
    ],
    ids=["it stays open", "a greeting", "a close", "a reset"],
)
@virtual_time
async def test_what_comes_of_a_connection_that_says_nothing(
    peer: list[Item], kind: FailureKind | None, waited_s: float
) -> None:
    net = FakeNetwork({1935: peer})
    attempt = await ask(net, E.NO_BYTES, HERE)
    step = attempt.step(StepName.EXCHANGE)
    assert step is not None
    assert (step.failure.kind if step.failure else None) == kind
    assert step.facts == ExchangeFacts(0)
    assert step.elapsed_s == pytest.approx(waited_s, abs=0.01)
    (stream,) = net.streams
    assert (len(stream.written), stream.closed) == (0, 1)


@virtual_time
async def test_bytes_of_no_protocol_do_not_go_through_a_proxy() -> None:
    through = Endpoint(Transport.RTMP, "192.0.2.1", 1935, proxy="http://192.0.2.9:3128")
    net = FakeNetwork()
    attempt = await ask(net, E.OTHER_BYTES, through)
    assert attempt.status is Status.NOT_APPLICABLE
    assert net.streams == []
