from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import (
    Attempt,
    AttemptFinished,
    ConnectFacts,
    Credentials,
    Endpoint,
    Event,
    Experiment,
    FailureKind,
    NotApplicable,
    Observation,
    Options,
    PlanName,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import Clock
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.prober import Prober
from fmsdiag.probe.redirects import MAX_HOPS, addresses_of_server, read_redirect
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.protocol.events import ConnectRequested
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, Answer, FakeNetwork, Item, Peer, rtmp_server
from tests.probe.virtual_time import now, virtual_time

SERVER, OTHER, THIRD = "203.0.113.10", "203.0.113.20", "203.0.113.30"


def sends_to(url: str, as_status: bool = False, asked: list[str] | None = None) -> Callable[[], Answer]:
    """A server that redirects everybody; `asked` hears which application they wanted."""

    def begin() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    if asked is not None:
                        asked.append(event.request.app)
                    session.redirect(url, as_status=as_status)
            return [session.take_output()]

        return answer

    return begin


async def run(
    tcp: dict[tuple[str, int] | int, Peer],
    url: str = f"rtmp://{SERVER}/live",
    names: dict[str, list[str]] | None = None,
    credentials: Credentials | None = None,
) -> tuple[Attempt, ...]:
    """The attempts after the first: where the redirect led."""
    net = FakeNetwork(tcp, dict(names or {}))
    lookups = LookupCache(net, ())
    options = Options(checks=(), plan=PlanName.ENCODER)
    target = parse_target(url)
    events: list[Event] = []
    context = ProbeContext(net, lookups, target, options, FakeComputer(), credentials or Credentials())
    prober = Prober(context, Clock(), events.append)
    await prober.run_plan(make_plan(target, options))
    await prober.run_consequences()
    lookups.close()
    first, *rest = prober.attempts
    assert first.status is Status.REJECTED
    assert [e.attempt for e in events if isinstance(e, AttemptFinished)] == list(prober.attempts)
    assert all((a.purpose, a.experiment) == (Purpose.FOLLOW_UP, Experiment.REDIRECT) for a in rest)
    assert net.all_closed
    return tuple(rest)


def connect_facts(attempt: Attempt) -> ConnectFacts:
    step = attempt.step(StepName.CONNECT)
    assert step is not None
    assert isinstance(step.facts, ConnectFacts)
    return step.facts


@pytest.mark.parametrize("as_status", [False, True])
@virtual_time
async def test_a_redirect_is_followed_in_either_form(as_status: bool) -> None:
    there = f"rtmp://{OTHER}:1936/vod/instance?token=1"
    (hop,) = await run(
        {(SERVER, 1935): sends_to(there, as_status), (OTHER, 1936): rtmp_server(("vod/instance",))}
    )
    assert hop.status is Status.CONNECTED
    assert (hop.endpoint.host, hop.endpoint.port) == (OTHER, 1936)
    facts = connect_facts(hop)
    assert facts.redirected_from == (f"rtmp://{SERVER}/live",)
    assert facts.application == "vod/instance?token=1"


@virtual_time
async def test_each_hop_is_an_attempt_and_there_are_only_so_many() -> None:
    hosts = [SERVER, *(f"203.0.113.{n}" for n in range(21, 30))]
    chain: dict[tuple[str, int] | int, Peer] = {
        (host, 1935): sends_to(f"rtmp://{following}/live") for host, following in pairwise(hosts)
    }  # fmt: skip
    hops = await run(chain)
    assert [h.endpoint.host for h in hops] == hosts[1 : MAX_HOPS + 2]
    assert [h.status for h in hops] == [Status.REJECTED] * MAX_HOPS + [Status.NOT_APPLICABLE]
    assert connect_facts(hops[2]).redirected_from == tuple(f"rtmp://{h}/live" for h in hosts[:3])
    assert hops[3].not_applicable is NotApplicable.REDIRECT_TOO_FAR


@virtual_time
async def test_a_circle_is_seen() -> None:
    hops = await run(
        {
            (SERVER, 1935): sends_to(f"rtmp://{OTHER}/live"),
            (OTHER, 1935): sends_to(f"rtmp://{SERVER}:1935/live"),
        }
    )
    assert [h.status for h in hops] == [Status.REJECTED, Status.NOT_APPLICABLE]
    assert hops[1].not_applicable is NotApplicable.REDIRECT_CIRCLE


@virtual_time
async def test_a_server_that_sends_to_itself_is_a_circle_of_one() -> None:
    (hop,) = await run({(SERVER, 1935): sends_to(f"rtmp://{SERVER}/live")})
    assert hop.not_applicable is NotApplicable.REDIRECT_CIRCLE


@pytest.mark.parametrize(
    "url",
    [
        "rtmp://127.0.0.1/live",
        "rtmp://[fe80::1]/live",
        "rtmp://[::ffff:192.168.1.9]/live",
        "rtmp://[64:ff9b::c0a8:109]/live",
        "rtmp://[2002:c0a8:109::1]/live",
        "rtmp://inside.example/live",
    ],
)
@virtual_time
async def test_a_public_server_may_not_send_into_the_private_network(url: str) -> None:
    (hop,) = await run(
        {(SERVER, 1935): sends_to(url)}, names={"inside.example": ["192.168.1.9"]}
    )  # any other connection is refused by the scripted network, and would be an observation
    assert (hop.status, hop.observations) == (Status.NOT_APPLICABLE, ())
    assert hop.not_applicable is NotApplicable.REDIRECT_PRIVATE


@pytest.mark.parametrize("port", [22, 25, 3306, 6379, 9200])
@virtual_time
async def test_no_server_may_send_to_the_port_of_another_service(port: int) -> None:
    (hop,) = await run({(SERVER, 1935): sends_to(f"rtmp://{OTHER}:{port}/live")})
    assert (hop.status, hop.observations) == (Status.NOT_APPLICABLE, ())
    assert hop.not_applicable is NotApplicable.REDIRECT_OTHER_SERVICE


@pytest.mark.parametrize("url", ["rtmp://0.0.0.0/live", "rtmp://[::]/live", "rtmp://255.255.255.255/live"])
@virtual_time
async def test_no_server_may_send_to_any_address(url: str) -> None:
    (hop,) = await run({(SERVER, 1935): sends_to(url)})
    assert (hop.status, hop.observations) == (Status.NOT_APPLICABLE, ())


@virtual_time
async def test_behind_a_proxy_in_here_the_server_is_still_outside() -> None:
    net = FakeNetwork({}, {})
    lookups = LookupCache(net, ())
    target = parse_target(f"rtmp://{SERVER}/live")
    context = ProbeContext(net, lookups, target, Options(), FakeComputer())
    proxied = Endpoint(Transport.RTMP, SERVER, 1935, proxy="http://192.168.1.1:3128")
    step = Observation("1.connect", StepName.CONNECT, 0.0, 1.0, address="192.168.1.1", port=3128)
    attempt = Attempt(1, proxied, Purpose.FALLBACK, Status.REJECTED, observations=(step,))
    assert await addresses_of_server(attempt, context) == (SERVER,)
    direct = Attempt(
        1, Endpoint(Transport.RTMP, SERVER, 1935), Purpose.FALLBACK, Status.REJECTED, observations=(step,)
    )
    assert await addresses_of_server(direct, context) == ("192.168.1.1",)
    lookups.close()


@virtual_time
async def test_a_private_server_may_not_send_to_this_computer() -> None:
    (hop,) = await run({("192.168.1.5", 1935): sends_to("rtmp://127.0.0.1/live")}, "rtmp://192.168.1.5/live")
    assert (hop.status, hop.observations) == (Status.NOT_APPLICABLE, ())


@virtual_time
async def test_a_private_server_may() -> None:
    (hop,) = await run(
        {("192.168.1.5", 1935): sends_to("rtmp://192.168.1.6/live"), ("192.168.1.6", 1935): rtmp_server()},
        "rtmp://192.168.1.5/live",
    )
    assert hop.status is Status.CONNECTED


@pytest.mark.parametrize(
    "url",
    [
        "http://h.example/live",
        "h.example/live",
        "rtmp://",
        "rtmp://h:99999/a",
        "x",
        "rtmp://a b/live",
        "?" * 900,
    ],
)
@virtual_time
async def test_what_is_no_address_is_said_and_not_followed(url: str) -> None:
    (hop,) = await run({(SERVER, 1935): sends_to(url)})
    assert (hop.status, hop.observations) == (Status.NOT_APPLICABLE, ())
    assert hop.not_applicable is NotApplicable.REDIRECT_UNUSABLE


@virtual_time
async def test_a_hop_that_is_silent_ends_in_bounded_time() -> None:
    begun = now()
    (hop,) = await run({(SERVER, 1935): sends_to(f"rtmp://{OTHER}/live"), (OTHER, 1935): SILENCE})
    assert hop.status is Status.FAILED
    assert hop.failed_step is not None
    assert hop.failed_step.failure is not None
    assert hop.failed_step.failure.kind is FailureKind.TIMED_OUT
    assert now() - begun <= 5.1


@virtual_time
async def test_credentials_stay_with_the_server_that_they_were_given_for() -> None:
    asked: list[str] = []
    demand = "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "

    def needs_password() -> Answer:
        session = ServerSession()

        def answer(data: bytes) -> Iterable[Item]:
            for event in session.receive(data):
                if isinstance(event, ConnectRequested):
                    asked.append(event.request.app)
                    session.reject(description=demand)
            return [session.take_output()]

        return answer

    (hop,) = await run(
        {(SERVER, 1935): sends_to(f"rtmp://{OTHER}/live"), (OTHER, 1935): needs_password},
        credentials=Credentials(server=("bob", "secret")),
    )
    assert hop.status is Status.REJECTED
    assert connect_facts(hop).authentication == "adobe"
    assert asked == ["live"]


def test_the_whole_path_of_a_redirect_is_the_application_and_the_stream_stays() -> None:
    original = Target("h.example", "live", stream="key", query="a=b")
    read = read_redirect("rtmps://x.example:444/app/instance?c=d", original)
    assert (read.host, read.port, read.application) == ("x.example", 444, "app/instance?c=d")
    assert read.stream == "key"
    assert read_redirect("rtmp://x.example", original).application == "live"
    with pytest.raises(TargetError):
        read_redirect("x.example/live", original)


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda text: f"rtmp://{text}"))
def test_no_address_that_a_server_names_is_more_than_a_target_or_a_known_error(url: str) -> None:
    original = parse_target(f"rtmp://{SERVER}/live/stream")
    try:
        target = read_redirect(url, original)
    except TargetError:
        return
    assert target.host
    assert target.stream == original.stream
