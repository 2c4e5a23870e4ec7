from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import dns.message
import dns.rcode
import h11
import pytest

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    DnsFacts,
    Endpoint,
    Event,
    FailureKind,
    Family,
    HttpFacts,
    NotApplicable,
    Options,
    Purpose,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    Target,
    Transport,
)
from fmsdiag.probe import attempts
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.sockets.network import Network, SystemNetwork
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.server.service import Server, ServerOptions
from tests.probe.certificates import HOST, Certificates, needs_openssl_store, serving
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import (
    SILENCE,
    Answer,
    FakeNetwork,
    FakeStream,
    Item,
    Peer,
    Silence,
    refused,
    reset,
    rtmp_server,
    s0s1s2,
)
from tests.probe.tunnel_peer import TunnelPeer, closing
from tests.probe.virtual_time import now, virtual_time

NAME = "live.example.com"


@dataclass
class Trial:
    """One attempt and everything that was told of it."""

    net: Network
    endpoint: Endpoint
    target: Target = field(default_factory=lambda: Target(NAME, "live"))
    options: Options = field(default_factory=Options)
    timeout_s: float = 10.0
    events: list[Event] = field(default_factory=list)

    async def run(self, with_dns: bool = False, resolvers: tuple[str, ...] = ()) -> Attempt:
        names = LookupCache(self.net, resolvers)
        running = RunningAttempt(
            1, self.endpoint, Purpose.FALLBACK, Clock(), self.events.append, self.timeout_s
        )
        try:
            return await run_attempt(
                running, ProbeContext(self.net, names, self.target, self.options, FakeComputer()), with_dns
            )
        finally:
            names.close()

    @property
    def finished(self) -> Attempt:
        last = self.events[-1]
        assert isinstance(last, AttemptFinished)
        return last.attempt


def rtmp(host: str = "192.0.2.1", port: int = 1935) -> Endpoint:
    return Endpoint(Transport.RTMP, host, port)


@virtual_time
async def test_the_steps_of_rtmp() -> None:
    net = FakeNetwork({1935: rtmp_server()}, {NAME: ["192.0.2.1"]})
    trial = Trial(net, rtmp(NAME))
    attempt = await trial.run()
    assert attempt.status is Status.CONNECTED
    assert [o.id for o in attempt.observations] == ["1.dns", "1.tcp", "1.handshake", "1.connect"]
    assert trial.finished == attempt
    assert net.all_closed


@pytest.mark.parametrize(
    ("peer", "status", "step", "kind"),
    [
        (refused(), Status.FAILED, StepName.TCP, FailureKind.REFUSED),
        (SILENCE, Status.FAILED, StepName.TCP, FailureKind.TIMED_OUT),
        ([SILENCE], Status.FAILED, StepName.HANDSHAKE, FailureKind.TIMED_OUT),
        ([reset()], Status.FAILED, StepName.HANDSHAKE, FailureKind.RESET),
        ([s0s1s2(), b""], Status.REJECTED, StepName.CONNECT, FailureKind.CLOSED),
        (rtmp_server(("other",)), Status.REJECTED, StepName.CONNECT, FailureKind.REJECTED),
    ],
)
@virtual_time
async def test_how_rtmp_ends(
    peer: list[Item] | Callable[[], Answer] | Exception, status: Status, step: StepName, kind: FailureKind
) -> None:
    net = FakeNetwork({1935: peer})
    attempt = await Trial(net, rtmp()).run()
    assert attempt.status is status
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert (attempt.failed_step.step, attempt.failed_step.failure.kind) == (step, kind)
    assert attempt.ended_s is not None
    assert attempt.ended_s <= 10.001
    assert net.all_closed


@virtual_time
async def test_what_does_not_apply_says_why() -> None:
    net = FakeNetwork(names={NAME: ["192.0.2.1"]})
    attempt = await Trial(net, Endpoint(Transport.RTMP, NAME, 1935, Family.IPV6)).run()
    assert (attempt.status, attempt.not_applicable) == (Status.NOT_APPLICABLE, NotApplicable.NO_IPV6)


# ---- cancelled at each stage


def stalled_at(stage: StepName) -> FakeNetwork:
    names: dict[str, list[str] | Silence] = {NAME: SILENCE if stage is StepName.DNS else ["192.0.2.1"]}
    peers: dict[StepName, Peer] = {
        StepName.DNS: SILENCE,
        StepName.TCP: SILENCE,
        StepName.TLS: [SILENCE],
        StepName.HTTP: [b"HTTP/1.1 200 OK\r\n", SILENCE],
        StepName.TUNNEL: [SILENCE],
        StepName.HANDSHAKE: [s0s1s2()[:1500], SILENCE],
        StepName.CONNECT: [s0s1s2(), SILENCE],
    }
    return FakeNetwork({1935: peers[stage]}, names)


STAGES = {
    StepName.DNS: Transport.RTMP,
    StepName.TCP: Transport.RTMP,
    StepName.TLS: Transport.RTMPS,
    StepName.HTTP: Transport.HTTP,
    StepName.TUNNEL: Transport.RTMPT,
    StepName.HANDSHAKE: Transport.RTMP,
    StepName.CONNECT: Transport.RTMP,
}


@pytest.mark.parametrize("stage", STAGES)
@virtual_time
async def test_an_attempt_can_be_stopped_at_each_stage(stage: StepName) -> None:
    net = stalled_at(stage)
    trial = Trial(net, Endpoint(STAGES[stage], NAME, 1935))
    task = asyncio.create_task(trial.run())
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == 1001
    assert trial.finished.status is Status.CANCELLED
    assert trial.finished.not_applicable is NotApplicable.STOPPED
    begun = [e.step for e in trial.events if isinstance(e, StepStarted)]
    ended = [e.observation.step for e in trial.events if isinstance(e, StepFinished)]
    assert begun[-1] is stage
    assert ended == begun[:-1]  # what had ended is kept
    assert [step.step for step in trial.finished.unfinished] == [stage]  # and what was waited for
    assert [o.step for o in trial.finished.observations] == ended
    assert net.all_closed


class Broken(FakeNetwork):
    """A fault of this program where no step is."""

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> FakeStream:
        stream = await super().open_tcp(address, port, options)

        async def close() -> None:
            stream.closed += 1
            raise RuntimeError("bug")

        stream.close = close  # type: ignore[method-assign]
        return stream


@virtual_time
async def test_a_fault_of_this_program_ends_one_attempt_and_is_not_lost() -> None:
    trial = Trial(
        Broken({80: [b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]}),
        Endpoint(Transport.HTTP, "192.0.2.1", 80),
    )
    attempt = await trial.run()
    assert attempt.status is Status.CANCELLED
    assert (attempt.not_applicable, attempt.reason) == (NotApplicable.FAULT, "RuntimeError: bug")


# ---- HTTP and the administration port


def answering(answer: bytes) -> tuple[Callable[[], Answer], list[bytes]]:
    asked: list[bytes] = []

    def begin() -> Answer:
        def reply(data: bytes) -> Iterable[Item]:
            asked.append(data)
            return [answer]

        return reply

    return begin, asked


PAGE = b"HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 4\r\n\r\ngone"
ADMIN = b"HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n<result><level>error</level></re"


@pytest.mark.parametrize("port", [80, 8134])
@virtual_time
async def test_any_http_answer_is_one(port: int) -> None:
    peer, asked = answering(PAGE)
    attempt = await Trial(FakeNetwork({port: peer}), Endpoint(Transport.HTTP, "192.0.2.1", port)).run()
    assert attempt.status is Status.CONNECTED
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HttpFacts)
    assert (facts.status, facts.looks_like, facts.body_start) == (404, "nginx", "gone")
    assert asked[0].startswith(b"GET / HTTP/1.1\r\n")
    assert (b"192.0.2.1:8134" in asked[0]) is (port == 8134)


@pytest.mark.parametrize(("answer", "status"), [(ADMIN, Status.CONNECTED), (PAGE, Status.FAILED)])
@virtual_time
async def test_the_administration_port_gets_one_well_formed_ping(answer: bytes, status: Status) -> None:
    peer, asked = answering(answer)
    net = FakeNetwork({1111: peer})
    attempt = await Trial(net, Endpoint(Transport.ADMIN, "192.0.2.1", 1111)).run()
    assert attempt.status is status
    assert len(asked) == 1
    assert asked[0].startswith(b"GET /admin/ping?auser=&apswd= HTTP/1.1\r\n")
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HttpFacts)
    assert facts.path == "/admin/ping"
    if status is Status.FAILED:
        assert attempt.failed_step is not None
        assert attempt.failed_step.failure is not None
        assert attempt.failed_step.failure.looks_like == "HTTP 404"


# ---- over real sockets, with TLS


@pytest.fixture
def certificates(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    made = Certificates(tmp_path_factory.mktemp("certificates"))
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    return made


class Resolving(SystemNetwork):
    async def lookup(self, name: str) -> list[str]:
        assert name == HOST
        return ["127.0.0.1"]


@needs_openssl_store
@pytest.mark.parametrize("transport", [Transport.RTMPS, Transport.RTMPTS, Transport.HTTPS])
async def test_everything_inside_tls(certificates: Certificates, transport: Transport) -> None:
    options = ServerOptions(rtmps=0, certificate_file=certificates.files["good"])
    async with Server(options) as server:
        endpoint = Endpoint(transport, HOST, server.ports["rtmps"])
        attempt = await Trial(Resolving(), endpoint).run()
    assert attempt.status is Status.CONNECTED, attempt.failed_step and attempt.failed_step.failure
    tls = attempt.step(StepName.TLS)
    assert tls is not None
    assert tls.ok


@needs_openssl_store
@pytest.mark.parametrize("last", [StepName.TLS, StepName.HANDSHAKE, StepName.CONNECT])
async def test_a_refused_certificate_has_failed_wherever_the_look_behind_it_is_cut_short(
    certificates: Certificates, last: StepName
) -> None:
    seen = asyncio.Event()
    options = ServerOptions(rtmps=0, certificate_file=certificates.files["self-signed"])
    async with Server(options) as server:
        trial = Trial(Resolving(), Endpoint(Transport.RTMPS, HOST, server.ports["rtmps"]))

        def hear(event: Event) -> None:
            trial.events.append(event)
            told = [e.observation for e in trial.events if isinstance(e, StepFinished)]
            refused_before = any(o.step is StepName.TLS and not o.ok for o in told[:-1])
            if told and (refused_before or last is StepName.TLS) and told[-1].step is last:
                seen.set()

        running = RunningAttempt(1, trial.endpoint, Purpose.FALLBACK, Clock(), hear, 10.0)
        names = LookupCache(trial.net, ())
        context = ProbeContext(trial.net, names, trial.target, trial.options, FakeComputer())
        task = asyncio.create_task(run_attempt(running, context))
        await seen.wait()
        await asyncio.sleep(0)  # on to what follows the step
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        names.close()
    assert trial.finished.status is Status.FAILED
    assert not running.settled.is_set()
    tls = trial.finished.step(StepName.TLS)
    assert tls is not None
    assert tls.failure is not None
    assert tls.failure.kind is FailureKind.CERTIFICATE_SELF_SIGNED


@needs_openssl_store
async def test_a_secure_tunnel_dials_again_when_each_answer_closes(certificates: Certificates) -> None:
    peer = TunnelPeer(closing)
    async with serving(peer.serve, certificates.context("good")) as port:
        attempt = await Trial(Resolving(), Endpoint(Transport.RTMPTS, HOST, port)).run()
    assert attempt.status is Status.CONNECTED, attempt.failed_step and attempt.failed_step.failure
    assert peer.connections > 3


def test_the_ping_is_well_formed() -> None:
    h11.Request(method="GET", target=attempts.ADMIN_PING, headers=[("Host", "h.example")])


@pytest.mark.parametrize(("delay_s", "heard"), [(0.2, True), (2.0, False)])
@virtual_time
async def test_an_attempt_that_fails_at_once_hears_the_name_server_out(delay_s: float, heard: bool) -> None:
    def late(wire: bytes) -> Iterable[Item]:
        answer = dns.message.make_response(dns.message.from_wire(wire))
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return [delay_s, answer.to_wire()]

    net = FakeNetwork(names={NAME: ["192.0.2.1"]}, udp={53: late})
    begun = now()
    attempt = await Trial(net, rtmp(NAME)).run(with_dns=True, resolvers=("192.0.2.53",))
    assert attempt.status is Status.FAILED
    assert now() - begun <= attempts.PATIENCE_S + 0.001
    sources = [o.facts.source for o in attempt.observations if isinstance(o.facts, DnsFacts)]
    assert sorted(sources) == (["dns", "system"] if heard else ["system"])
    assert net.all_closed
