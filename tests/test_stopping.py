"""Stop and deadlines: whatever a run waits for, it ends at once when it is told to, and no attempt outlives its time.

Each state is a real one: the embedded server with a fault, a port that swallows SYNs, sockets that accept and stay silent,
name lookups that hang in the system. The run is stopped at the moment when it begins to wait there.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from types import CoroutineType, MappingProxyType
from typing import Any

import msgspec
import psutil
import pytest

from fmsdiag.model import (
    AttemptStarted,
    Event,
    Experiment,
    Options,
    Purpose,
    Report,
    Status,
    StepName,
    StepStarted,
    Transport,
    VerdictStatus,
)
from fmsdiag.probe.sockets.network import Datagrams, SystemNetwork, TcpStream, in_daemon_thread
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.run import diagnose
from fmsdiag.server.events import EventKind, ServerEvent
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.server.silent_port import open_silent_port
from fmsdiag.target import parse_target
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.probe.certificates import HOST as NAME
from tests.probe.certificates import Certificates, needs_openssl_store, serving
from tests.probe.fake_computer import ONLINE, FakeComputer
from tests.probe.tunnel_peer import TunnelPeer, kept_alive
from tests.server.listeners import options_for

STOPS_WITHIN_S = 0.3
OVERTIME_S = 0.25
TIMEOUT_S = 1.0
TICK_S = 0.01  # a tunnel's shortest pause is five times as long
HERE, ELSEWHERE = "127.0.0.1", "198.51.100.7"
CONTROL, RESOLVER = "192.0.2.80", "192.0.2.53"
ONE = Options(checks=())
COMPUTER = FakeComputer(replace(ONLINE, resolvers=(RESOLVER,)))
"""Its resolver's place is taken by a silent port."""
HASTY = Options(
    checks=(), timeout_s=0.1, interval_ms=1, control=CONTROL, control_http=CONTROL, resolver=RESOLVER
)

S, T = StepName, Transport
OVER_TCP = [t for t in T if t.is_media and t.carrier == "tcp"]
OVER_UDP = [t for t in T if t.is_media and t.carrier == "udp"]
_LISTENERS = {
    T.RTMP: "rtmp", T.RTMPE: "rtmp", T.RTMPS: "rtmps", T.RTMPTS: "rtmps", T.RTMPT: "rtmpt", T.RTMPTE: "rtmpt",
    T.RTMFP: "rtmfp",
}  # fmt: skip


class Mapped(SystemNetwork):
    """The real network, but every address is this computer: TCP goes to one port but for those in `others`, UDP to another.

    Names have an address, or hang in their lookup, or do not exist.
    """

    def __init__(
        self,
        tcp: int = 0,
        udp: int = 0,
        others: Mapping[int, int] = MappingProxyType({}),
        hanging: threading.Event | None = None,
        known: bool = True,
    ) -> None:
        self._tcp, self._udp, self._others, self._hanging, self._known = tcp, udp, others, hanging, known

    async def lookup(self, name: str) -> list[str]:
        if self._hanging is not None:
            await in_daemon_thread(self._hanging.wait)
        if not self._known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [ELSEWHERE]

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> TcpStream:
        return await super().open_tcp(HERE, self._others.get(port, self._tcp), options)

    async def open_udp(self, address: str, port: int) -> Datagrams:
        return await super().open_udp(HERE, self._udp)


@dataclass(frozen=True)
class State:
    """What a run waits for: where it is sent, and which event says that it is there."""

    url: str
    options: Options = ONE
    net: SystemNetwork | None = None
    step: StepName | None = (
        None  # begun by an attempt of `experiment`, or of the plan; none: the server's fault says it
    )
    experiment: Experiment | None = None
    told: Callable[[Callable[[], None]], None] = lambda _: None  # whom the server tells of its fault


Place = Callable[["Around"], Any]


@dataclass(frozen=True)
class Around:
    """What a state is made with."""

    transport: Transport
    certificate: Path
    swallowing_port: int


# ---- the states


@asynccontextmanager
async def silent_listener() -> AsyncIterator[int]:
    """A port that the kernel answers for, and nobody reads."""
    with socket.create_server((HERE, 0)) as listener:
        yield listener.getsockname()[1]


@contextmanager
def silent_datagrams() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((HERE, 0))
        yield sock.getsockname()[1]


@asynccontextmanager
async def lookup_hangs(context: Around) -> AsyncIterator[State]:
    answer = threading.Event()
    try:
        yield State(f"{context.transport}://{NAME}/live", net=Mapped(hanging=answer), step=S.DNS)
    finally:
        answer.set()


@asynccontextmanager
async def resolver_is_silent(context: Around) -> AsyncIterator[State]:
    answer = threading.Event()
    with silent_datagrams() as port:
        net = Mapped(udp=port, hanging=answer)
        try:
            yield State(f"{context.transport}://{NAME}/live", net=net, step=S.DNS)
        finally:
            answer.set()


@asynccontextmanager
async def syn_is_unanswered(context: Around) -> AsyncIterator[State]:
    yield State(f"{context.transport}://{HERE}:{context.swallowing_port}/live", step=S.TCP)


def first_answered_step(transport: Transport) -> StepName:
    """The first one for which the server itself has to say something."""
    return S.TLS if transport.uses_tls else S.TUNNEL if transport.is_tunnel else S.HANDSHAKE


@asynccontextmanager
async def accepted_and_silent(context: Around) -> AsyncIterator[State]:
    """Without TLS or a tunnel it is the handshake that waits, else what comes first."""
    async with silent_listener() as port:
        yield State(f"{context.transport}://{HERE}:{port}/live", step=first_answered_step(context.transport))


@asynccontextmanager
async def faulty(context: Around, fault: str) -> AsyncIterator[State]:
    """The embedded server shows a fault; that it has done so is the moment."""
    hearers: list[Callable[[], None]] = []

    def hear(event: ServerEvent) -> None:
        if event.kind is EventKind.FAULT:
            for each in hearers:
                each()

    listener = _LISTENERS[context.transport]
    options = options_for(listener, faults=(f"{listener}={fault}",), certificate_file=context.certificate)
    async with Server(options, hear) as server:
        url = f"{context.transport}://{HERE}:{server.ports[listener]}/live"
        yield State(url, told=hearers.append)


@asynccontextmanager
async def drips(context: Around) -> AsyncIterator[State]:
    """A server that sends a byte at a time, and is never done by the deadline."""
    async with faulty(context, fault="drip:0.2") as state:
        yield replace(state, step=first_answered_step(context.transport), told=lambda _: None)


@asynccontextmanager
async def datagrams_are_unanswered(context: Around) -> AsyncIterator[State]:
    with silent_datagrams() as port:
        yield State(f"{context.transport}://{HERE}:{port}/live", step=S.UDP)


@asynccontextmanager
async def proxy_is_silent(context: Around) -> AsyncIterator[State]:
    async with silent_listener() as port:
        options = Options(checks=(), proxy=parse_proxy_choice(f"http://{HERE}:{port}")[0])
        yield State(f"{context.transport}://{NAME}:1935/live", options, step=S.PROXY)


half_a_handshake = partial(faulty, fault="cut-s2:1460")
no_keys = partial(faulty, fault="rhello-only")
connect_is_unanswered = partial(faulty, fault="no-answer")
floods = partial(faulty, fault="flood")

STATES: list[tuple[str, Place, Transport]] = [
    *(("the name lookup hangs", lookup_hangs, t) for t in (*OVER_TCP, *OVER_UDP)),
    *(("the resolver is silent", resolver_is_silent, t) for t in (T.RTMP,)),
    *(("the SYN is unanswered", syn_is_unanswered, t) for t in OVER_TCP),
    *(("accepted and silent", accepted_and_silent, t) for t in OVER_TCP),
    *(("half a handshake", half_a_handshake, t) for t in OVER_TCP),
    *(("connect is unanswered", connect_is_unanswered, t) for t in OVER_TCP),
    *(("a byte at a time", drips, t) for t in OVER_TCP),
    *(("endless data", floods, t) for t in (T.RTMP, T.RTMPS)),
    *(("the proxy is silent", proxy_is_silent, t) for t in (T.RTMP, T.RTMPS, T.RTMPT)),
    *(("datagrams are unanswered", datagrams_are_unanswered, t) for t in OVER_UDP),
    *(("half a handshake", no_keys, t) for t in OVER_UDP),
    *(("connect is unanswered", connect_is_unanswered, t) for t in OVER_UDP),
]
states = pytest.mark.parametrize(
    ("place", "transport"),
    [
        pytest.param(
            place, transport, id=f"{transport}: {name}",
            marks=[needs_openssl_store] if transport.uses_tls else [],
        )
        for name, place, transport in STATES
    ],
)  # fmt: skip


@pytest.fixture(scope="module")
def swallowing_port() -> Iterator[int]:
    """A port whose SYNs are dropped."""
    port = asyncio.run(open_silent_port())
    try:
        if not port.silent:
            pytest.skip("this system answers SYNs for a full queue")
        yield port.port
    finally:
        port.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, certificates: Certificates) -> None:
    """An authority that is trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


# ---- stopping


def own_time() -> float:
    """Seconds, without those in which other programs had the processor that this thread was waiting for (Linux tells)."""
    waited = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    return perf_counter() - (
        int(waited.read_text(encoding="utf-8").split()[1]) / 1e9 if waited.exists() else 0.0
    )


def sockets() -> set[tuple[int, object]]:
    """This process's internet sockets but for those that a listening port of its own has accepted."""
    # Windows also names sockets that have no address yet
    mine = [c for c in psutil.Process().net_connections(kind="inet") if hasattr(c.laddr, "port")]
    listening = {c.laddr.port for c in mine if c.status == psutil.CONN_LISTEN}
    return {(c.fd, c.laddr) for c in mine if c.status == psutil.CONN_LISTEN or c.laddr.port not in listening}


async def stopped(state: State) -> tuple[Report, float]:
    """The report of a run that was stopped in that state, and how long it took to end, in seconds."""
    stop = asyncio.Event()
    asked: dict[int, Experiment | None] = {}
    at: list[float] = []

    def arrive() -> None:
        if not at:
            at.append(own_time())
            stop.set()

    def emit(event: Event) -> None:
        if isinstance(event, AttemptStarted):
            asked[event.attempt_id] = event.experiment
        elif isinstance(event, StepStarted) and (event.step, asked[event.attempt_id]) == (
            state.step,
            state.experiment,
        ):
            arrive()

    state.told(arrive)
    report = await diagnose(parse_target(state.url), state.options, emit, stop, state.net, computer=COMPUTER)
    assert at, f"the run never came to {state.step}: {report.verdict.headline}"
    return report, own_time() - at[0]


def of_the_run(task: asyncio.Task[Any]) -> bool:
    """Whether a task is none of the embedded server's."""
    coroutine = task.get_coro()
    assert isinstance(coroutine, CoroutineType)
    # Windows' loop accepts by a task of its own
    where = Path(coroutine.cr_code.co_filename)
    return "server" not in where.parts and where.name != "windows_events.py"


async def check_that_it_stops(state: State) -> Report:
    tasks, before = asyncio.all_tasks(), sockets()
    report, took_s = await stopped(state)
    assert took_s < STOPS_WITHIN_S
    # once a player would have been connected, stopping the questions about it takes nothing back
    connected = any(a.status is Status.CONNECTED for a in report.attempts if a.purpose is Purpose.FALLBACK)
    expected = VerdictStatus.CONNECTED_BY_FALLBACK if connected else VerdictStatus.STOPPED
    assert report.verdict.status is expected
    assert report.rule_errors == ()
    assert connected or report.findings == ()
    await asyncio.sleep(0)  # a name lookup that was cancelled gets to notice
    assert [t for t in asyncio.all_tasks() - tasks if of_the_run(t)] == []
    assert sockets() - before == set()
    return report


@pytest.fixture
def context(certificates: Certificates, swallowing_port: int) -> Callable[[Transport], Around]:
    return lambda transport: Around(transport, certificates.files["good"], swallowing_port)


@states
async def test_a_run_stops_at_once(
    place: Place, transport: Transport, context: Callable[[Transport], Around]
) -> None:
    async with place(context(transport)) as state:
        await check_that_it_stops(state)


# ---- while a rule's question is answered


@asynccontextmanager
async def nothing_answers(context: Around) -> AsyncIterator[State]:
    yield State(f"rtmp://{NAME}/live", HASTY, Mapped(context.swallowing_port))


@asynccontextmanager
async def one_port_answers(context: Around) -> AsyncIterator[State]:
    async with Server(ServerOptions(rtmp=0)) as server:
        net = Mapped(context.swallowing_port, others={80: server.ports["rtmp"]})
        yield State(f"rtmp://{NAME}/live", HASTY, net)


@asynccontextmanager
async def all_are_silent(context: Around) -> AsyncIterator[State]:
    async with silent_listener() as port:
        yield State(f"rtmp://{NAME}/live", HASTY, Mapped(port))


@asynccontextmanager
async def connect_closes(context: Around) -> AsyncIterator[State]:
    async with Server(ServerOptions(rtmp=0, faults=(parse_fault("rtmp=close-on-connect"),))) as server:
        yield State(f"rtmp://{NAME}:1935/live", HASTY, Mapped(server.ports["rtmp"]))


@asynccontextmanager
async def the_name_is_unknown(context: Around) -> AsyncIterator[State]:
    # the system's resolver is a closed port, the second one is silent
    with silent_datagrams() as port:
        yield State(f"rtmp://{NAME}/live", HASTY, Mapped(udp=port, known=False))


E = Experiment
QUESTIONS = [
    (E.CONTROL_PORT, nothing_answers, S.TCP),
    (E.HOPS, one_port_answers, S.HOP),
    (E.CONTROL_HTTP, all_are_silent, S.HTTP),
    (E.HTTP_ON_PORT, all_are_silent, S.HTTP),
    (E.MADE_UP_APPLICATION, connect_closes, S.CONNECT),
]


@pytest.mark.parametrize(("experiment", "place", "step"), QUESTIONS, ids=[q[0].value for q in QUESTIONS])
async def test_a_question_stops_at_once(
    experiment: Experiment,
    place: Place,
    step: StepName,
    context: Callable[[Transport], Around],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fmsdiag.probe.prober.limit_s", lambda *_: 0.2)  # for the questions that come before
    async with place(context(T.RTMP)) as state:
        report = await check_that_it_stops(replace(state, step=step, experiment=experiment))
    assert experiment in [a.experiment for a in report.attempts if a.status is Status.CANCELLED]


async def test_a_question_that_is_asked_while_the_plan_waits_stops_at_once(
    context: Callable[[Transport], Around], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fmsdiag.run.SILENT_S", 0.1)
    patient = msgspec.structs.replace(HASTY, timeout_s=10.0)
    async with nothing_answers(context(T.RTMP)) as state:
        report = await check_that_it_stops(
            replace(state, options=patient, step=S.TCP, experiment=E.CONTROL_PORT)
        )
    cancelled = {a.experiment for a in report.attempts if a.status is Status.CANCELLED}
    assert cancelled >= {None, E.CONTROL_PORT}


# ---- the end of a tunnel


class NoGoodbye(TunnelPeer):
    """Never answers connect, nor /close: the client waits between its polls, not in one."""

    def __init__(self, polled: Callable[[], None]) -> None:
        super().__init__(kept_alive, accepts=False)
        self._polled = polled

    def respond(self, method: str, path: str, body: bytes) -> bytes:
        if path.startswith("/close"):
            return b""
        answer = super().respond(method, path, body)
        if self.actions.count("idle") == 2:
            # the client reads this answer, and only then begins to wait for its next poll
            asyncio.get_running_loop().call_later(TICK_S, self._polled)
        return answer


async def test_a_tunnel_that_is_polled_stops_without_waiting_for_its_goodbye() -> None:
    hearers: list[Callable[[], None]] = []

    def polled() -> None:
        for each in hearers:
            each()

    peer = NoGoodbye(polled)
    async with serving(peer.serve) as port:
        state = State(f"rtmpt://{HERE}:{port}/live", told=hearers.append)
        await check_that_it_stops(state)
    assert "idle" in peer.actions


# ---- deadlines


async def overtime(place: Place, context: Around, options: Options) -> float:
    """By how many seconds the plan's slowest attempt outlived its deadline; what rules ask has a time of its own."""
    async with place(context) as state:
        options = msgspec.structs.replace(options, proxy=state.options.proxy)
        report = await diagnose(
            parse_target(state.url), options, lambda _: None, None, state.net, computer=COMPUTER
        )
    own = [a for a in report.attempts if a.experiment is None]
    assert not any(a.status is Status.CONNECTED for a in own)
    times = ((a.started_s, a.ended_s) for a in own)
    return max(
        end - start - options.timeout_s for start, end in times if start is not None and end is not None
    )


async def test_no_attempt_outlives_its_deadline(
    context: Callable[[Transport], Around], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All states at once, since each takes as long as the deadline; the questions of rules have a time of their own."""
    monkeypatch.setattr("fmsdiag.run.FOLLOW_UP_S", 0.0)
    monkeypatch.setattr("fmsdiag.probe.prober.limit_s", lambda *_: 0.1)
    options = Options(checks=(), timeout_s=TIMEOUT_S)
    waiting = [(f"{t}: {name}", place, t) for name, place, t in STATES if place is not floods]
    begun, begun_alone = perf_counter(), own_time()
    over = await asyncio.gather(*(overtime(place, context(t), options) for _, place, t in waiting))
    elsewhere_s = (perf_counter() - begun) - (own_time() - begun_alone)
    latest = {name: late - elsewhere_s for (name, _, _), late in zip(waiting, over, strict=True)}
    assert {name: late for name, late in latest.items() if late > OVERTIME_S} == {}


@pytest.mark.parametrize(
    "transport",
    [pytest.param(t, marks=[needs_openssl_store] if t.uses_tls else []) for t in OVER_TCP],
)
async def test_no_attempt_outlives_its_deadline_while_data_comes_without_end(
    transport: Transport, context: Callable[[Transport], Around], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each alone, since the flood takes all of the processor."""
    monkeypatch.setattr("fmsdiag.run.FOLLOW_UP_S", 0.0)
    monkeypatch.setattr("fmsdiag.probe.prober.limit_s", lambda *_: 0.1)
    begun, begun_alone = perf_counter(), own_time()
    late = await overtime(floods, context(transport), Options(checks=(), timeout_s=TIMEOUT_S))
    elsewhere_s = (perf_counter() - begun) - (own_time() - begun_alone)
    assert late - elsewhere_s < OVERTIME_S
