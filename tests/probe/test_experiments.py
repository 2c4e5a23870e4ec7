from __future__ import annotations

import asyncio
import errno

import dns.message
import dns.rcode
import pytest

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    DnsFacts,
    Endpoint,
    Event,
    Experiment,
    FailureKind,
    Family,
    HandshakeFacts,
    HopFacts,
    HttpFacts,
    Options,
    Purpose,
    Question,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempts import Surroundings
from fmsdiag.probe.connection import Names
from fmsdiag.probe.experiments import HOP_TIMEOUT_S, HOPS_AT_ONCE, MAX_HOPS, TIMEOUT_S, perform, purpose_of
from fmsdiag.probe.network import SystemNetwork
from fmsdiag.probe.step import Clock, RunningAttempt
from fmsdiag.server.service import Server, ServerOptions
from tests.probe.fake_network import (
    SILENCE,
    FakeNetwork,
    FakeStream,
    Item,
    icmp_error,
    refused,
    rtmp_server,
)
from tests.probe.tunnel_peer import tunnel_server
from tests.probe.virtual_time import now, virtual_time

E = Experiment
TARGET = Target("live.example.com", "live", stream="key", query="token=1")
CONTROL, RESOLVER = "192.0.2.80", "192.0.2.53"
PAGE = b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n"


async def ask(net: FakeNetwork, experiment: Experiment, endpoint: Endpoint) -> Attempt:
    names = Names(net, ())
    events: list[Event] = []
    question = Question(experiment, endpoint)
    running = RunningAttempt(
        9, endpoint, purpose_of(question), Clock(), events.append, TIMEOUT_S, experiment, "port-blocked"
    )
    try:
        attempt = await perform(question, running, Surroundings(net, names, TARGET, Options()))
    finally:
        names.close()
    assert (attempt.experiment, attempt.asked_by) == (experiment, "port-blocked")
    assert net.all_closed
    return attempt


@pytest.mark.parametrize(
    ("experiment", "purpose"),
    [
        (E.CONTROL_PORT, Purpose.CONTROL),
        (E.CONTROL_HTTP, Purpose.CONTROL),
        (E.SECOND_RESOLVER, Purpose.CONTROL),
        (E.HTTP_ON_PORT, Purpose.FOLLOW_UP),
        (E.PLAIN_ON_TLS_PORT, Purpose.FOLLOW_UP),
        (E.TLS_ON_PORT, Purpose.FOLLOW_UP),
        (E.MADE_UP_APPLICATION, Purpose.FOLLOW_UP),
        (E.HOPS, Purpose.FOLLOW_UP),
    ],
)
def test_third_parties_are_controls(experiment: Experiment, purpose: Purpose) -> None:
    assert purpose_of(Question(experiment, Endpoint(Transport.RTMP, "h", 1))) is purpose


@virtual_time
async def test_a_control_port_is_connected_to_and_nothing_is_sent() -> None:
    net = FakeNetwork({1935: []})
    attempt = await ask(net, E.CONTROL_PORT, Endpoint(Transport.RTMP, CONTROL, 1935))
    assert attempt.status is Status.CONNECTED
    assert [o.step for o in attempt.observations] == [StepName.TCP]
    assert net.streams[0].written == b""


@pytest.mark.parametrize(("experiment", "path"), [(E.CONTROL_HTTP, b"/generate_204"), (E.HTTP_ON_PORT, b"/")])
@virtual_time
async def test_a_web_request_is_made(experiment: Experiment, path: bytes) -> None:
    net = FakeNetwork({80: [PAGE]})
    attempt = await ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80))
    assert attempt.status is Status.CONNECTED
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HttpFacts)
    assert facts.status == 204
    assert net.streams[0].written.startswith(b"GET " + path + b" HTTP/1.1\r\n")


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.CONTROL_HTTP, E.HTTP_ON_PORT, E.HOPS])
@virtual_time
async def test_silence_ends_with_the_experiments_time(experiment: Experiment) -> None:
    net = FakeNetwork({80: SILENCE})
    attempt = await ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80))
    assert now() - 1000 <= TIMEOUT_S + 0.001
    assert attempt.status is (Status.CONNECTED if experiment is E.HOPS else Status.FAILED)


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.HTTP_ON_PORT, E.HOPS])
@virtual_time
async def test_a_name_that_has_no_address_of_the_family_does_not_apply(experiment: Experiment) -> None:
    net = FakeNetwork(names={"control.example": ["192.0.2.1"]})
    attempt = await ask(net, experiment, Endpoint(Transport.RTMP, "control.example", 1935, Family.IPV6))
    assert attempt.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("transport", [Transport.RTMP, Transport.RTMPT])
@virtual_time
async def test_a_knock_in_clear_proves_rtmp_and_tells_nothing(transport: Transport) -> None:
    net = FakeNetwork({443: rtmp_server() if transport is Transport.RTMP else tunnel_server()})
    attempt = await ask(net, E.PLAIN_ON_TLS_PORT, Endpoint(transport, "192.0.2.1", 443))
    assert attempt.status is Status.CONNECTED
    steps = [StepName.TCP, *((StepName.TUNNEL,) if transport.is_tunnel else ()), StepName.HANDSHAKE]
    assert [o.step for o in attempt.observations] == steps
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HandshakeFacts)
    assert facts.s0_version == 3
    written = b"".join(bytes(stream.written) for stream in net.streams)
    assert not any(word in written for word in (b"connect", b"tcUrl", b"token"))


@pytest.mark.parametrize(
    ("peer", "kind", "like"),
    [
        ([b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", b""], FailureKind.UNEXPECTED_REPLY, "HTTP 400 from nginx"),
        ([b"\x15\x03\x01\x00\x02\x02\x46", b""], FailureKind.UNEXPECTED_REPLY, "TLS alert"),
        ([b""], FailureKind.CLOSED, None),
        ([SILENCE], FailureKind.TIMED_OUT, None),
    ],
    ids=["http", "alert", "closed", "silence"],
)  # fmt: skip
@virtual_time
async def test_who_does_not_open_to_a_knock(peer: list[Item], kind: FailureKind, like: str | None) -> None:
    attempt = await ask(
        FakeNetwork({443: peer}), E.PLAIN_ON_TLS_PORT, Endpoint(Transport.RTMP, "192.0.2.1", 443)
    )
    assert attempt.status is Status.FAILED
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert (attempt.failed_step.failure.kind, attempt.failed_step.failure.looks_like) == (kind, like)
    assert now() - 1000 <= TIMEOUT_S + 0.001


async def test_tls_where_plain_rtmp_was_cut_off_shows_what_is_inside() -> None:
    async with Server(ServerOptions(rtmps=0)) as server:
        endpoint = Endpoint(Transport.RTMPS, "127.0.0.1", server.ports["rtmps"])
        running = RunningAttempt(
            9, endpoint, Purpose.FOLLOW_UP, Clock(), lambda _: None, TIMEOUT_S, E.TLS_ON_PORT, "rtmps-expected"
        )
        net = SystemNetwork()
        names = Names(net, ())
        attempt = await perform(
            Question(E.TLS_ON_PORT, endpoint), running, Surroundings(net, names, TARGET, Options())
        )
    assert attempt.status is Status.FAILED  # its certificate vouches for itself
    assert [o.step for o in attempt.inside] == [StepName.TLS, StepName.HANDSHAKE]
    assert all(o.ok for o in attempt.inside)


@virtual_time
async def test_a_made_up_application_is_nobodys_and_no_secret_goes_along() -> None:
    net = FakeNetwork({1935: rtmp_server()})
    made_up = []
    for _ in range(2):
        attempt = await ask(net, E.MADE_UP_APPLICATION, Endpoint(Transport.RTMP, "192.0.2.1", 1935))
        assert attempt.status is Status.REJECTED
        facts = attempt.observations[-1].facts
        assert isinstance(facts, ConnectFacts)
        made_up.append(facts.application)
    assert made_up[0] != made_up[1]
    assert all(name.startswith("fmsdiag-") for name in made_up)
    assert not any(b"token" in s.written or b"key" in s.written for s in net.streams)


@pytest.mark.parametrize(
    ("rcode", "status"), [(dns.rcode.NXDOMAIN, Status.FAILED), (dns.rcode.NOERROR, Status.CONNECTED)]
)
@virtual_time
async def test_a_second_resolver_is_asked_for_the_servers_name(
    rcode: dns.rcode.Rcode, status: Status
) -> None:
    def answer(wire: bytes) -> list[bytes]:
        question = dns.message.from_wire(wire)
        assert str(question.question[0].name) == "live.example.com."
        message = dns.message.make_response(question)
        message.set_rcode(rcode)
        if status is Status.CONNECTED and question.question[0].rdtype == dns.rdatatype.A:
            message.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "A", "192.0.2.1"))
        return [message.to_wire()]

    net = FakeNetwork(udp={(RESOLVER, 53): answer})
    attempt = await ask(net, E.SECOND_RESOLVER, Endpoint(Transport.HTTP, RESOLVER, 53))
    assert attempt.status is status
    (seen,) = attempt.observations
    assert isinstance(seen.facts, DnsFacts)
    assert (seen.facts.source, seen.facts.resolver, seen.facts.name) == ("dns", RESOLVER, "live.example.com")
    assert (seen.address, seen.port) == (RESOLVER, 53)


@virtual_time
async def test_a_second_resolver_that_is_silent() -> None:
    attempt = await ask(FakeNetwork(), E.SECOND_RESOLVER, Endpoint(Transport.HTTP, RESOLVER, 53))
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.kind in (FailureKind.RESOLVER_SILENT, FailureKind.TIMED_OUT)
    assert now() - 1000 <= TIMEOUT_S + 0.001


# ---- the path, hop by hop


class Path(FakeNetwork):
    """Routers that answer by time-to-live: a number is a hop that says "time exceeded", and then the end."""

    def __init__(
        self, hops: int, end: Exception | str, silent: tuple[int, ...] = (), v6: bool = False
    ) -> None:
        super().__init__()
        self._hops, self._end, self._silent, self._v6 = hops, end, silent, v6

    async def open_tcp(self, address: str, port: int, ttl: int | None = None) -> FakeStream:
        assert ttl is not None
        self.ttls.append(ttl)
        if ttl in self._silent or (ttl > self._hops and self._end == "silence"):
            await asyncio.Event().wait()
        if ttl <= self._hops:
            sender = f"2001:db8::{ttl:x}" if self._v6 else f"192.0.2.{ttl}"
            raise icmp_error(errno.EHOSTUNREACH, 3 if self._v6 else 11, 0, sender)
        if isinstance(self._end, Exception):
            raise self._end
        stream = FakeStream(address, port, [])
        self.streams.append(stream)
        return stream


async def hops(path: Path, address: str = "192.0.2.99") -> tuple[list[tuple[int, str, str | None]], HopFacts]:
    attempt = await ask(path, E.HOPS, Endpoint(Transport.RTMP, address, 1935))
    facts = attempt.observations[-1].facts
    assert isinstance(facts, HopFacts)
    return [(h.ttl, h.outcome, h.responder) for h in facts.hops], facts


@virtual_time
async def test_an_open_path() -> None:
    found, facts = await hops(Path(2, "open"))
    assert found == [
        (1, "time-exceeded", "192.0.2.1"),
        (2, "time-exceeded", "192.0.2.2"),
        (3, "open", "192.0.2.99"),
    ]
    assert facts.supported
    assert facts.port == 1935


@pytest.mark.parametrize(
    ("end", "last"),
    [
        (refused(), (3, "refused", None)),
        (ConnectionResetError(errno.ECONNRESET, "reset"), (3, "refused", None)),
        (icmp_error(errno.EHOSTUNREACH, 3, 13, "192.0.2.2"), (3, "unreachable", "192.0.2.2")),
    ],
)
@virtual_time
async def test_how_a_path_ends(end: Exception, last: tuple[int, str, str | None]) -> None:
    found, _ = await hops(Path(2, end))
    assert found[-1] == last
    assert len(found) == 3


@virtual_time
async def test_silent_routers_in_between_are_no_end() -> None:
    found, _ = await hops(Path(8, "open", silent=(2, 3, 6)))
    assert [outcome for _, outcome, _ in found].count("silent") == 3
    assert found[-1][:2] == (9, "open")


@virtual_time
async def test_four_silent_hops_are_an_end() -> None:
    path = Path(2, "silence")
    found, _ = await hops(path)
    assert [outcome for _, outcome, _ in found] == ["time-exceeded"] * 2 + ["silent"] * 4
    assert max(t for t in path.ttls if t) == HOPS_AT_ONCE
    assert now() - 1000 == pytest.approx(HOP_TIMEOUT_S)


@virtual_time
async def test_ipv6_says_time_exceeded_with_another_number() -> None:
    found, _ = await hops(Path(1, "open", v6=True), "2001:db8::99")
    assert found == [(1, "time-exceeded", "2001:db8::1"), (2, "open", "2001:db8::99")]


@virtual_time
async def test_a_system_that_does_not_tell_who_answered() -> None:
    anonymous = OSError(errno.EHOSTUNREACH, "No route to host")
    found, facts = await hops(Path(0, anonymous))
    assert found == [(1, "unreachable", None)]
    assert not facts.supported


@virtual_time
async def test_a_path_without_end_ends() -> None:
    path = Path(10_000, "open")
    found, _ = await hops(path)
    assert len(found) == MAX_HOPS


@pytest.mark.parametrize("experiment", [E.CONTROL_PORT, E.HTTP_ON_PORT, E.HOPS, E.SECOND_RESOLVER])
@virtual_time
async def test_an_experiment_can_be_stopped(experiment: Experiment) -> None:
    net = FakeNetwork({80: SILENCE})
    task = asyncio.create_task(ask(net, experiment, Endpoint(Transport.HTTP, CONTROL, 80)))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert net.all_closed
