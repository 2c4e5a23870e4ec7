from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest

from fmsdiag.model import (
    Attempt,
    Endpoint,
    Experiment,
    Failure,
    FailureKind,
    Options,
    Purpose,
    Status,
    StepName,
    StreamFacts,
    Transport,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.prober import Prober
from fmsdiag.probe.streams import (
    ANSWER_TIMEOUT_S,
    PLAY_DATA_TIMEOUT_S,
    PUBLISH_HOLD_S,
    STREAM_TIMEOUT_S,
    playing,
    publishing,
)
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.probe.transports.conversation import ConnectOptions
from fmsdiag.protocol.events import CommandReceived, ConnectRequested
from fmsdiag.protocol.message import Audio, Data, SetChunkSize
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.protocol.values import Value
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import Answer, FakeNetwork, Item, refused, rtmp_server
from tests.probe.virtual_time import now, virtual_time

SERVER = "203.0.113.10"
NAME = "key-7"
Says = Callable[[ServerSession, CommandReceived], Iterable[Item] | None]


def status(session: ServerSession, code: str, level: str = "status", stream_id: int = 1) -> None:
    session.send_command(
        "onStatus", 0.0, None, {"level": level, "code": code, "description": code}, stream_id=stream_id
    )


def server(says: Says, heard: list[str] | None = None) -> Callable[[], Answer]:
    """Accepts connect and createStream; `says` answers publish and play, and returns what follows."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            after: list[Item] = []
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    session.accept()
                elif isinstance(event, CommandReceived):
                    if heard is not None:
                        heard.append(event.name)
                    if event.name == "createStream":
                        session.send_command("_result", event.transaction_id, None, 1.0)
                    elif event.name in ("releaseStream", "FCPublish"):
                        info: Value = {"level": "error", "code": "NetConnection.Call.Failed"}
                        session.send_command("_error", event.transaction_id, None, info)
                    elif event.name in ("publish", "play"):
                        after += says(session, event) or ()
            output = session.take_output()
            return [*((output,) if output else ()), *after]

        return answer

    return begin


async def use(says: Says, step: StepName, heard: list[str] | None = None) -> Attempt:
    net = FakeNetwork({1935: server(says, heard)})
    names = LookupCache(net, ())
    running = RunningAttempt(
        2,
        Endpoint(Transport.RTMP, SERVER, 1935),
        Purpose.FOLLOW_UP,
        Clock(),
        lambda _: None,
        STREAM_TIMEOUT_S,
        Experiment.PUBLISH,
    )
    then = publishing(NAME) if step is StepName.PUBLISH else playing(NAME)
    context = ProbeContext(
        net,
        names,
        parse_target(f"rtmp://{SERVER}/live/{NAME}"),
        Options(),
        FakeComputer(),
        connect=ConnectOptions(then=then),
    )
    attempt = await run_attempt(running, context)
    names.close()
    assert net.all_closed
    return attempt


def outcome(attempt: Attempt, step: StepName) -> tuple[StreamFacts, Failure | None]:
    seen = attempt.step(step)
    assert seen is not None
    assert isinstance(seen.facts, StreamFacts)
    return seen.facts, seen.failure


@virtual_time
async def test_publishing_holds_on_and_cleans_up() -> None:
    heard: list[str] = []
    begun = now()
    attempt = await use(
        lambda session, _: status(session, "NetStream.Publish.Start"), StepName.PUBLISH, heard
    )
    facts, failure = outcome(attempt, StepName.PUBLISH)
    assert (attempt.status, failure) == (Status.CONNECTED, None)
    assert facts.codes == ("NetStream.Publish.Start",)
    assert now() - begun == pytest.approx(PUBLISH_HOLD_S)
    assert heard == ["FCPublish", "createStream", "publish", "FCUnpublish", "deleteStream"]


def bad_name(session: ServerSession, _: CommandReceived) -> None:
    status(session, "NetStream.Publish.BadName", "error")


def denied_mildly(session: ServerSession, _: CommandReceived) -> None:
    status(session, "NetStream.Publish.Denied")


def start_then_close(session: ServerSession, _: CommandReceived) -> list[Item]:
    status(session, "NetStream.Publish.Start")
    return [0.2, b""]


def start_then_unpublish(session: ServerSession, _: CommandReceived) -> list[Item]:
    status(session, "NetStream.Publish.Start")
    later = session.take_output()
    status(session, "NetStream.Unpublish.Success")
    return [later, 0.2, session.take_output()]


def close_at_once(session: ServerSession, _: CommandReceived) -> list[Item]:
    return [b""]


def error_to_the_call(session: ServerSession, command: CommandReceived) -> None:
    info: Value = {"level": "error", "code": "NetConnection.Call.Failed", "description": "no"}
    session.send_command("_error", command.transaction_id, None, info)


def close_command(session: ServerSession, _: CommandReceived) -> None:
    session.send_command("close", 0.0, None)


@pytest.mark.parametrize(
    ("says", "kind", "has_started"),
    [
        (bad_name, FailureKind.REJECTED, False),
        (denied_mildly, FailureKind.REJECTED, False),
        (start_then_close, FailureKind.CLOSED, True),
        (start_then_unpublish, FailureKind.REJECTED, True),
        (close_at_once, FailureKind.CLOSED, False),
        (error_to_the_call, FailureKind.REJECTED, False),
        (close_command, FailureKind.REJECTED, False),
    ],
)
@virtual_time
async def test_how_publishing_is_refused(says: Says, kind: FailureKind, has_started: bool) -> None:
    attempt = await use(says, StepName.PUBLISH)
    facts, failure = outcome(attempt, StepName.PUBLISH)
    assert attempt.status is Status.REJECTED
    assert failure is not None
    assert failure.kind is kind
    assert (facts.held_s is not None) is has_started


@virtual_time
async def test_a_server_that_says_nothing_of_publish() -> None:
    begun = now()
    attempt = await use(lambda *_: None, StepName.PUBLISH)
    _, failure = outcome(attempt, StepName.PUBLISH)
    assert attempt.status is Status.FAILED
    assert failure is not None
    assert failure.kind is FailureKind.STALLED  # createStream was answered
    assert now() - begun == pytest.approx(ANSWER_TIMEOUT_S)


def start_with_sound(session: ServerSession, _: CommandReceived) -> list[Item]:
    for code in ("NetStream.Play.Reset", "NetStream.Play.Start"):
        status(session, code, stream_id=0x01000000)  # in the wrong byte order, as one server sends it
    session.send_message(Data(("|RtmpSampleAccess", True, True)), 1)
    started = session.take_output()
    session.send_message(Audio(bytes(100)), 1)
    return [started, 1.0, session.take_output()]


@virtual_time
async def test_playing_waits_for_the_first_sound_or_picture() -> None:
    heard: list[str] = []
    attempt = await use(start_with_sound, StepName.PLAY, heard)
    facts, failure = outcome(attempt, StepName.PLAY)
    assert (attempt.status, failure) == (Status.CONNECTED, None)
    assert facts.bytes_in == 100
    assert facts.code == "NetStream.Play.Start"
    assert facts.codes == ("NetStream.Play.Reset", "NetStream.Play.Start")
    assert heard == ["createStream", "play", "deleteStream"]


@virtual_time
async def test_start_alone_does_not_prove_that_a_stream_is_on_air() -> None:
    begun = now()
    attempt = await use(lambda session, _: status(session, "NetStream.Play.Start"), StepName.PLAY)
    facts, failure = outcome(attempt, StepName.PLAY)
    assert attempt.status is Status.FAILED
    assert failure is not None
    assert failure.kind is FailureKind.STALLED
    assert (facts.code, facts.bytes_in) == ("NetStream.Play.Start", 0)
    assert now() - begun == pytest.approx(PLAY_DATA_TIMEOUT_S)


@virtual_time
async def test_a_stream_that_is_not_there() -> None:
    attempt = await use(
        lambda session, _: status(session, "NetStream.Play.StreamNotFound", "status"), StepName.PLAY
    )
    assert attempt.status is Status.REJECTED
    facts, _ = outcome(attempt, StepName.PLAY)
    assert facts.code == "NetStream.Play.StreamNotFound"


@virtual_time
async def test_a_flood_without_an_answer_ends() -> None:
    def flood(session: ServerSession, _: CommandReceived) -> list[Item]:
        session.send_message(SetChunkSize(4096))
        piece = session.take_output()
        return [piece * 1000] * 50

    attempt = await use(flood, StepName.PUBLISH)
    _, failure = outcome(attempt, StepName.PUBLISH)
    assert failure is not None
    assert failure.kind is FailureKind.UNEXPECTED_REPLY


@pytest.mark.parametrize("step", [StepName.PUBLISH, StepName.PLAY])
@virtual_time
async def test_stop_works_in_each_state_and_cleans_up(step: StepName) -> None:
    for moment in (0.5, ANSWER_TIMEOUT_S - 0.5):
        heard: list[str] = []
        says = (
            (lambda *_: None) if moment > 1 else (lambda s, _: status(s, f"NetStream.{step.title()}.Start"))
        )
        work = asyncio.create_task(use(says, step, heard))
        await asyncio.sleep(moment)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert heard[-1] == "deleteStream"


@virtual_time
async def test_only_the_first_connection_that_was_accepted_is_used_and_only_when_asked() -> None:
    heard: list[str] = []

    async def run(options: Options, path: str = f"live/{NAME}") -> list[Attempt]:
        net = FakeNetwork(
            {1935: refused(), 80: server(lambda s, _: status(s, "NetStream.Publish.Start"), heard), 443: rtmp_server()}
        )  # fmt: skip
        names = LookupCache(net, ())
        target = parse_target(f"{SERVER}/{path}")
        prober = Prober(
            ProbeContext(net, names, target, options, FakeComputer()),
            Clock(),
            lambda _: None,
        )
        await prober.run_plan(make_plan(target, options))
        await prober.run_consequences()
        names.close()
        assert net.all_closed
        return [a for a in prober.attempts if a.purpose is Purpose.FOLLOW_UP]

    ports = "1935, 80, 443"
    assert await run(Options(ports=parse_ports(ports), checks=())) == []
    with pytest.raises(TargetError):
        await run(Options(ports=parse_ports(ports), checks=(), publish=True), path="live")
    (attempt,) = await run(Options(ports=parse_ports(ports), checks=(), publish=True))
    assert (attempt.endpoint.port, attempt.experiment) == (80, Experiment.PUBLISH)
    assert attempt.status is Status.CONNECTED
    assert heard.count("publish") == 1
    both = await run(Options(ports=parse_ports(ports), checks=(), publish=True, play=True))
    assert [a.experiment for a in both] == [Experiment.PUBLISH, Experiment.PLAY]
