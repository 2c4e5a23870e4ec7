from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from fmsdiag.model import (
    Attempt,
    Direction,
    Endpoint,
    IdleFacts,
    Options,
    Purpose,
    Question,
    Status,
    StepName,
    Transport,
    UploadFacts,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.deep_limits import UPLOAD_BYTES
from fmsdiag.probe.experiments import limit_s
from fmsdiag.probe.experiments.lasting import UPLOAD_S
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.sockets.network import Network, SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.protocol.events import CommandReceived, ConnectRequested, MessageReceived
from fmsdiag.protocol.message import Acknowledgement, ControlEvent, UserControl
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.server.service import Server
from tests.probe.experiments.asking import TARGET, E, ask
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, FakeStream, Item, reset
from tests.probe.tunnel_peer import TunnelPeer, kept_alive
from tests.probe.virtual_time import now, virtual_time
from tests.server.listeners import options_for

HERE = Endpoint(Transport.RTMP, "192.0.2.1", 1935)


def server(
    quiet_dies: Item | None = None, up_to: int | None = None, end: Item = SILENCE
) -> Callable[[], Answer]:
    """Answers connect and every call; `quiet_dies` meets a call on a connection that acknowledged nothing before it,
    `end` whatever comes behind `up_to` bytes."""

    def begin() -> Answer:
        session = ServerSession()
        taken = 0
        chatted = False

        def answer(data: bytes) -> Iterable[Item]:
            nonlocal taken, chatted
            taken += len(data)
            if up_to is not None and taken > up_to:
                return (end,)
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    session.accept()
                elif isinstance(event, MessageReceived) and isinstance(event.message, Acknowledgement):
                    chatted = True
                elif isinstance(event, CommandReceived) and event.name == "createStream":
                    if quiet_dies is not None and not chatted:
                        return (quiet_dies,)
                    session.send_command("_result", event.transaction_id, None, 1.0)
            out = session.take_output()
            return (out,) if out else ()

        return answer

    return begin


async def wait_for(net: FakeNetwork, endpoint: Endpoint = HERE) -> Attempt:
    """IDLE with the time that a run gives it, for the usual silence."""
    return await _perform(net, E.IDLE, endpoint, Options())


async def _perform(net: Network, experiment: E, endpoint: Endpoint, options: Options) -> Attempt:
    names = LookupCache(net, ())
    limit = limit_s(experiment, options.idle_s)
    running = RunningAttempt(9, endpoint, Purpose.FOLLOW_UP, Clock(), lambda _: None, limit, experiment)
    try:
        return await perform(
            Question(experiment, endpoint), running, ProbeContext(net, names, TARGET, options, FakeComputer())
        )
    finally:
        names.close()


@pytest.mark.parametrize(
    ("dies", "quiet"), [(None, "alive"), (SILENCE, "timed-out"), (reset(), "reset"), (b"", "closed")]
)
@virtual_time
async def test_a_silent_connection_beside_a_busy_one(dies: Item | None, quiet: str) -> None:
    net = FakeNetwork({1935: server(quiet_dies=dies)})
    attempt = await wait_for(net)
    assert attempt.status is Status.CONNECTED
    step = attempt.step(StepName.IDLE)
    assert step is not None
    assert step.facts == IdleFacts(10.0, quiet, "alive")
    assert len(net.streams) == 2
    assert net.all_closed
    assert 10 <= now() - 1000 <= limit_s(E.IDLE, 10.0)


def pinging() -> Answer:
    """Pings 2 s after it accepted, and lets nobody stay who has not answered that when a call comes."""
    session = ServerSession()
    answered = False

    def answer(data: bytes) -> Iterable[Item]:
        nonlocal answered
        items: list[Item] = []
        for event in session.receive(data):
            if isinstance(event, ConnectRequested):
                session.accept()
                items = [session.take_output(), 2.0]
                session.send_message(UserControl(ControlEvent.PING_REQUEST, (1,)))
            elif isinstance(event, MessageReceived) and isinstance(event.message, UserControl):
                answered = answered or event.message.event == ControlEvent.PING_RESPONSE
            elif isinstance(event, CommandReceived) and event.name == "createStream":
                if not answered:
                    return (b"",)
                session.send_command("_result", event.transaction_id, None, 1.0)
        out = session.take_output()
        return (*items, out) if out else tuple(items)

    return answer


@virtual_time
async def test_pings_are_answered_meanwhile_as_players_do() -> None:
    attempt = await wait_for(FakeNetwork({1935: pinging}))
    step = attempt.step(StepName.IDLE)
    assert step is not None
    assert step.facts == IdleFacts(10.0, "alive", "alive")


@virtual_time
async def test_a_server_that_refuses_has_nothing_to_be_silent_on() -> None:
    attempt = await wait_for(FakeNetwork({1935: [SILENCE]}))
    assert attempt.status is Status.FAILED
    assert attempt.step(StepName.IDLE) is None


@pytest.mark.parametrize("experiment", [E.IDLE, E.UPLOAD])
@virtual_time
async def test_what_lasts_is_for_tcp(experiment: E) -> None:
    attempt = await ask(FakeNetwork(), experiment, Endpoint(Transport.RTMFP, "192.0.2.1", 1935))
    assert attempt.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("up_to", "end", "outcome"),
    [
        (None, SILENCE, "complete"),
        (20000, reset(), "reset"),
        (20000, b"", "closed"),
        (20000, SILENCE, "too slow"),
    ],
)
@virtual_time
async def test_how_far_an_upload_comes(up_to: int | None, end: Item, outcome: str) -> None:
    net = FakeNetwork({1935: server(up_to=up_to, end=end)})
    attempt = await _perform(net, E.UPLOAD, HERE, Options())
    step = attempt.step(StepName.UPLOAD)
    assert step is not None
    assert isinstance(step.facts, UploadFacts)
    assert (step.facts.outcome, step.facts.bytes_wanted) == (outcome, UPLOAD_BYTES)
    assert 0 < step.facts.bytes_taken <= UPLOAD_BYTES + 1024
    assert len(net.streams[0].written) < UPLOAD_BYTES + 8192
    assert net.all_closed
    assert now() - 1000 <= UPLOAD_S + 1


@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPT])
async def test_the_embedded_server_takes_all_of_it(transport: Transport) -> None:
    async with Server(options_for(transport.value)) as running:
        endpoint = Endpoint(transport, "127.0.0.1", running.ports[transport.value])
        attempt = await _perform(SystemNetwork(), E.UPLOAD, endpoint, Options())
    step = attempt.step(StepName.UPLOAD)
    assert step is not None, attempt
    assert isinstance(step.facts, UploadFacts)
    assert step.facts.outcome == "complete"
    assert step.facts.bytes_taken > UPLOAD_BYTES - 2048
    sent = [line.text for line in attempt.transcript if line.direction is Direction.OUT]
    assert sent[-1] == f"data messages and createStream, {step.facts.bytes_taken} bytes"
    received = [line.text for line in attempt.transcript if line.direction is Direction.IN]
    assert received.index("S0, S1") < received.index("S2")  # though one read brings both
    assert [line.at_s for line in attempt.transcript] == sorted(line.at_s for line in attempt.transcript)


@pytest.mark.parametrize("idle_s", [5.0, 5.1, 5.2, 5.3, 5.4])
@virtual_time
async def test_a_tunnel_lives_though_the_wait_ends_within_a_request(idle_s: float) -> None:
    """Each answer takes a while, and the session goes on with the one that was under way."""
    peer = TunnelPeer(kept_alive)
    net = FakeNetwork({80: lambda: lambda data: [0.3, peer.respond_to(data)]})
    endpoint = Endpoint(Transport.RTMPT, "192.0.2.1", 80)
    attempt = await _perform(net, E.IDLE, endpoint, Options(idle_s=idle_s))
    step = attempt.step(StepName.IDLE)
    assert step is not None, attempt
    assert isinstance(step.facts, IdleFacts)
    assert (step.facts.idle_outcome, step.facts.busy_outcome) == ("alive", "alive")
    assert not peer.tunnels.sessions
    assert net.all_closed


@pytest.mark.parametrize(("unacknowledged", "all_taken"), [(0, True), (30_000, False)])
@virtual_time
async def test_an_upload_of_which_nothing_more_is_taken_has_stopped(
    monkeypatch: pytest.MonkeyPatch, unacknowledged: int, all_taken: bool
) -> None:
    """The system tells what the other side has taken: no rate is measured while that stands still."""
    monkeypatch.setattr(FakeStream, "unacknowledged", unacknowledged)
    attempt = await _perform(FakeNetwork({1935: server(up_to=20000, end=SILENCE)}), E.UPLOAD, HERE, Options())
    step = attempt.step(StepName.UPLOAD)
    assert step is not None
    assert isinstance(step.facts, UploadFacts)
    assert step.facts.outcome == "stopped"
    assert (step.facts.bytes_taken > UPLOAD_BYTES - 3072) is all_taken
