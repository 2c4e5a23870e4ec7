"""A run with a name and a password against the embedded server's two gates: what is let in, and what is kept of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import (
    NO_CREDENTIALS,
    ConnectFacts,
    Credentials,
    Event,
    Options,
    PlanName,
    Report,
    Status,
    StepName,
    StepStarted,
    VerdictStatus,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.protocol.events import ConnectRequested
from fmsdiag.protocol.netconnection import DEFAULT_FLASH_VER, ENCODER_FLASH_VER
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.report import json as report_json
from fmsdiag.run import diagnose
from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import Answer, FakeNetwork, Item
from tests.probe.virtual_time import now, virtual_time
from tests.server.clients import EventLog
from tests.server.listeners import options_for

NAME, PASSWORD = "bobby", "hunter22"
SCHEMES = ["adobe", "llnw"]
ONE = Options(checks=())


def last_answer(report: Report) -> ConnectFacts:
    step = report.attempts[0].step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


@pytest.mark.parametrize("transport", ["rtmp", "rtmpt", "rtmps"])
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_the_right_password_connects_and_nothing_of_it_is_kept(scheme: str, transport: str) -> None:
    log = EventLog()
    options = options_for(transport, faults=(f"auth-{scheme}:{NAME}:{PASSWORD}",))
    events: list[Event] = []
    async with Server(options, log) as server:
        target = parse_target(f"{transport}://127.0.0.1:{server.ports[transport]}/live/instance?q=1")
        login = Credentials(server=(NAME, PASSWORD))
        report = await diagnose(target, ONE, events.append, credentials=login, computer=FakeComputer())
    if transport == "rtmps":  # its certificate is nobody's, so that a player would not even ask
        assert log.of(EventKind.ACCEPTED) == []
        return
    assert report.verdict.status is VerdictStatus.CONNECTED
    facts = last_answer(report)
    assert (facts.authentication, facts.authenticated) == (scheme, True)
    connects = [o for o in report.attempts[0].observations if o.step is StepName.CONNECT]
    assert [o.ok for o in connects] == [False, False, True]
    assert connects[0].facts.authentication == scheme  # type: ignore[union-attr]
    kept = report_json.encode(report).decode() + repr(report) + repr(events)
    for secret in (NAME, PASSWORD, "response=", "cnonce="):
        assert secret not in kept


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("credentials", "rounds", "taken", "headline"),
    [
        (NO_CREDENTIALS, 1, None, "The server asks for a user name and password."),
        (Credentials(server=(NAME, "wrong-one")), 3, False, "The server does not accept this user name and password."),
        (Credentials(server=("somebody", PASSWORD)), 2, False, "The server does not accept this user name."),
    ],
)  # fmt: skip
async def test_what_is_not_let_in(
    scheme: str, credentials: Credentials, rounds: int, taken: bool | None, headline: str
) -> None:
    faults = (parse_fault(f"auth-{scheme}:{NAME}:{PASSWORD}"),)
    async with Server(ServerOptions(rtmp=0, faults=faults)) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
        report = await diagnose(target, ONE, lambda _: None, credentials=credentials, computer=FakeComputer())
    attempt = report.attempts[0]
    assert attempt.status is Status.REJECTED
    assert sum(o.step is StepName.CONNECT for o in attempt.observations) == rounds
    facts = last_answer(report)
    assert (facts.authentication, facts.authenticated) == (scheme, taken)
    assert report.findings[0].cause == "auth-required"
    assert ENGLISH.render(report.verdict.headline) == headline
    for word in credentials.server or ():
        assert word not in report_json.encode(report).decode()


async def test_credentials_that_nobody_asks_for_are_not_sent() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
        login = Credentials(server=(NAME, PASSWORD))
        report = await diagnose(target, ONE, lambda _: None, credentials=login, computer=FakeComputer())
    assert report.verdict.status is VerdictStatus.CONNECTED
    facts = last_answer(report)
    assert (facts.authentication, facts.authenticated) == (None, None)


def demanding(said: list[str]) -> Callable[[], Answer]:
    """A server that says the next of these on each connection, and at last nothing for ever."""

    def begin() -> Answer:
        session = ServerSession()
        description = said.pop(0) if said else None

        def answer(data: bytes) -> Iterable[Item]:
            for event in session.receive(data):
                if isinstance(event, ConnectRequested) and description is not None:
                    session.reject(description=description)
            output = session.take_output()
            return [output] if output else []

        return answer

    return begin


NEED = "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "
CHALLENGE = "[ authmod=adobe ] : ?reason=needauth&user=bobby&salt=a&challenge=b"


async def demanded(said: list[str], stop_at: int | None = None) -> Report:
    net = FakeNetwork({1935: demanding(said)})
    stop, connects = asyncio.Event(), 0

    def emit(event: Event) -> None:
        nonlocal connects
        connects += isinstance(event, StepStarted) and event.step is StepName.CONNECT
        if stop_at is not None and connects == stop_at:
            stop.set()

    report = await diagnose(
        parse_target("rtmp://192.0.2.1/live"),
        Options(checks=(), plan=PlanName.ENCODER),
        emit,
        stop,
        net,
        Credentials(server=(NAME, PASSWORD)),
        computer=FakeComputer(),
    )
    assert net.all_closed
    return report


@pytest.mark.parametrize(
    ("said", "rounds"),
    [
        ([NEED] * 9, 2),
        ([CHALLENGE] * 9, 2),
        ([NEED, CHALLENGE] * 5, 3),
        ([NEED.replace("adobe", "kerberos")] * 9, 1),
        ([NEED, "[ authmod=llnw ] : ?reason=needauth"] * 5, 2),
    ],
)
@virtual_time
async def test_a_server_that_asks_for_ever_is_not_answered_for_ever(said: list[str], rounds: int) -> None:
    report = await demanded(said)
    attempt = report.attempts[0]
    assert sum(o.step is StepName.CONNECT for o in attempt.observations) == rounds
    assert attempt.status is Status.REJECTED
    assert NAME not in report_json.encode(report).decode()


@virtual_time
async def test_silence_in_a_later_round_ends_with_the_attempts_time() -> None:
    begun = now()
    report = await demanded([NEED, CHALLENGE])
    assert report.attempts[0].status is Status.FAILED
    assert now() - begun <= 10.1


@pytest.mark.parametrize("round_number", [1, 2, 3])
@virtual_time
async def test_stop_works_in_each_round(round_number: int) -> None:
    report = await demanded([NEED, CHALLENGE], stop_at=round_number)
    assert report.verdict.status is VerdictStatus.STOPPED
    assert now() < 1001


@pytest.mark.parametrize(("password", "answers"), [("wrong-one", 1), (PASSWORD, 2)])
@pytest.mark.parametrize("scheme", SCHEMES)
async def test_a_wrong_password_is_said_once_and_a_right_one_by_every_attempt(
    scheme: str, password: str, answers: int
) -> None:
    faults = (parse_fault(f"auth-{scheme}:{NAME}:{PASSWORD}"),)
    async with Server(ServerOptions(rtmp=0, rtmpt=0, faults=faults)) as server:
        ports = ", ".join(f"{name}:{port}" for name, port in server.ports.items())
        options = Options(checks=(), ports=parse_ports(ports), interval_ms=1)
        target = parse_target("rtmp://127.0.0.1/live")
        report = await diagnose(
            target,
            options,
            lambda _: None,
            credentials=Credentials(server=(NAME, password)),
            computer=FakeComputer(),
        )
    whole = [a for a in report.attempts if sum(o.step is StepName.CONNECT for o in a.observations) == 3]
    assert len(whole) == answers
    if answers == 1:
        assert (
            ENGLISH.render(report.verdict.headline)
            == "The server does not accept this user name and password."
        )
        assert all(a.status is Status.REJECTED for a in report.attempts)
        (other,) = (a for a in report.attempts if a not in whole)
        assert any("did not take" in line.text for line in other.transcript)


@virtual_time
async def test_a_password_that_is_met_by_silence_is_not_said_again() -> None:
    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            for event in session.receive(data):
                if isinstance(event, ConnectRequested) and "response=" not in event.request.app:
                    session.reject(description=CHALLENGE if "user=" in event.request.app else NEED)
            output = session.take_output()
            return [output] if output else []

        return answer

    net = FakeNetwork(dict.fromkeys((1935, 80, 443, 8080), begin))
    login = Credentials(server=(NAME, PASSWORD))
    options = Options(checks=(), ports=parse_ports("1935, 80, 443, 8080"), interval_ms=1)
    target = parse_target("rtmp://192.0.2.1/live")
    report = await diagnose(
        target, options, lambda _: None, asyncio.Event(), net, login, computer=FakeComputer()
    )
    rounds = [sum(o.step is StepName.CONNECT for o in a.observations) for a in report.attempts]
    assert sorted(rounds) == [1, 1, 1, 3]


@pytest.mark.parametrize("said", [[NEED] * 9, [NEED, CHALLENGE] * 5, [NEED, CHALLENGE, NEED, NEED]])
@virtual_time
async def test_a_name_and_password_that_are_demanded_again_are_not_told_as_missing(said: list[str]) -> None:
    report = await demanded(said)
    assert last_answer(report).authenticated is False
    assert ENGLISH.render(report.verdict.headline) == "The server asks for the user name and password again."


def introductions(heard: list[str | None]) -> Callable[[], Answer]:
    """A server that keeps what its clients call themselves."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    heard.append(event.request.flash_ver)
                    session.accept()
            output = session.take_output()
            return [output] if output else []

        return answer

    return begin


@pytest.mark.parametrize(
    ("options", "credentials", "called"),
    [
        (Options(checks=()), NO_CREDENTIALS, DEFAULT_FLASH_VER),
        (Options(checks=(), play=True), NO_CREDENTIALS, DEFAULT_FLASH_VER),
        (Options(checks=(), plan=PlanName.ENCODER), NO_CREDENTIALS, ENCODER_FLASH_VER),
        (Options(checks=(), publish=True), NO_CREDENTIALS, ENCODER_FLASH_VER),
        (Options(checks=()), Credentials(server=(NAME, PASSWORD)), ENCODER_FLASH_VER),
    ],
    ids=["player", "play", "plan", "publish", "user"],
)
@virtual_time
async def test_encoders_and_players_introduce_themselves_as_such(
    options: Options, credentials: Credentials, called: str
) -> None:
    heard: list[str | None] = []
    net = FakeNetwork({1935: introductions(heard)})
    await diagnose(
        parse_target("rtmp://192.0.2.1:1935/live/cam"),
        options,
        lambda _: None,
        asyncio.Event(),
        net,
        credentials,
        computer=FakeComputer(),
    )
    assert set(heard) == {called}
