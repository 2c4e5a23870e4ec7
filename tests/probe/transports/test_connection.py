from __future__ import annotations

import asyncio
import errno
import socket

import dns.message
import pytest

from fmsdiag.model import (
    Attempt,
    DnsFacts,
    Endpoint,
    Experiment,
    FailureKind,
    Family,
    Options,
    Purpose,
    Question,
    Status,
    StepName,
    Target,
    TcpFacts,
    Transport,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, Clock, RunningAttempt, StepFailed
from fmsdiag.probe.attempts import ProbeContext, run_attempt
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.transports.connection import (
    DNS_TIMEOUT_S,
    MAX_TRIED_ADDRESSES,
    LookupCache,
    connect_tcp,
    resolve,
)
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, FakeNetwork, Item, icmp_error, refused, rtmp_server
from tests.probe.virtual_time import now, virtual_time

NAME = "live.example.com"
RESOLVER = "192.0.2.53"
MIXED = ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"]


def running(endpoint: Endpoint | None = None, timeout_s: float = 10.0) -> RunningAttempt:
    attempt = RunningAttempt(
        1,
        endpoint or Endpoint(Transport.RTMP, NAME, 1935),
        Purpose.FALLBACK,
        Clock(),
        lambda _: None,
        timeout_s,
    )
    attempt.start()
    return attempt


def ended(attempt: RunningAttempt) -> Attempt:
    return attempt.finish(Status.FAILED)


# ---- names


@pytest.mark.parametrize(
    ("family", "addresses"),
    [
        (Family.ANY, tuple(MIXED)),
        (Family.IPV4, ("192.0.2.1", "192.0.2.2")),
        (Family.IPV6, ("2001:db8::1", "2001:db8::2")),
    ],
)
@virtual_time
async def test_addresses_of_a_family(family: Family, addresses: tuple[str, ...]) -> None:
    net = FakeNetwork(names={NAME: MIXED})
    attempt = running(Endpoint(Transport.RTMP, NAME, 1935, family))
    assert await resolve(attempt, net, LookupCache(net, ()), with_dns=False) == addresses
    (seen,) = ended(attempt).observations
    assert seen.facts == DnsFacts(NAME, "system", tuple(MIXED))


@pytest.mark.parametrize("found", [["0.0.0.0"], ["0.0.0.0", "::"]])
@virtual_time
async def test_nobody_is_contacted_where_a_name_leads_to_no_machine(found: list[str]) -> None:
    net = FakeNetwork(names={NAME: found})
    attempt = running(Endpoint(Transport.RTMP, NAME, 1935))
    with pytest.raises(StepFailed, match="no machine"):
        await resolve(attempt, net, LookupCache(net, ()), with_dns=False)
    (seen,) = ended(attempt).observations
    assert seen.facts == DnsFacts(NAME, "system", tuple(found))


@virtual_time
async def test_the_address_of_nobody_is_left_out() -> None:
    net = FakeNetwork(names={NAME: ["0.0.0.0", "192.0.2.9"]})
    attempt = running(Endpoint(Transport.RTMP, NAME, 1935))
    assert await resolve(attempt, net, LookupCache(net, ()), with_dns=False) == ("192.0.2.9",)


@pytest.mark.parametrize("family", [Family.IPV4, Family.IPV6])
@virtual_time
async def test_a_name_without_an_address_of_the_family_is_not_applicable(family: Family) -> None:
    net = FakeNetwork(names={NAME: ["2001:db8::1" if family is Family.IPV4 else "192.0.2.1"]})
    attempt = running(Endpoint(Transport.RTMP, NAME, 1935, family))
    with pytest.raises(CannotBeTried, match="no-ipv"):
        await resolve(attempt, net, LookupCache(net, ()), with_dns=False)


@pytest.mark.parametrize(
    ("host", "family", "applies"),
    [
        ("192.0.2.1", Family.ANY, True),
        ("192.0.2.1", Family.IPV4, True),
        ("192.0.2.1", Family.IPV6, False),
        ("2001:db8::1", Family.ANY, True),
        ("2001:db8::1", Family.IPV4, False),
    ],
)
@virtual_time
async def test_addresses_are_not_looked_up(host: str, family: Family, applies: bool) -> None:
    net = FakeNetwork()
    attempt = running(Endpoint(Transport.RTMP, host, 1935, family))
    if applies:
        assert await resolve(attempt, net, LookupCache(net, (RESOLVER,)), with_dns=True) == (host,)
    else:
        with pytest.raises(CannotBeTried):
            await resolve(attempt, net, LookupCache(net, (RESOLVER,)), with_dns=True)
    assert ended(attempt).observations == ()
    assert net.lookups == []


@virtual_time
async def test_an_attempt_about_one_address_uses_that() -> None:
    net = FakeNetwork(names={NAME: MIXED})
    attempt = running(Endpoint(Transport.RTMP, NAME, 1935, address="192.0.2.9"))
    assert await resolve(attempt, net, LookupCache(net, ()), with_dns=True) == ("192.0.2.9",)
    assert net.lookups == []


@virtual_time
async def test_a_name_with_200_addresses() -> None:
    many = [f"198.51.100.{n}" for n in range(200)]
    net = FakeNetwork({1935: refused()}, names={NAME: many})
    attempt = running()
    addresses = await resolve(attempt, net, LookupCache(net, ()), with_dns=False)
    assert addresses == tuple(many[:MAX_TRIED_ADDRESSES])
    with pytest.raises(StepFailed):
        await connect_tcp(attempt, net, addresses, 5)
    dns, *tries = ended(attempt).observations
    assert len(tries) == MAX_TRIED_ADDRESSES
    assert isinstance(dns.facts, DnsFacts)
    assert len(dns.facts.addresses) + dns.facts.omitted_addresses == 200


@virtual_time
async def test_a_run_asks_for_a_name_once() -> None:
    net = FakeNetwork(names={NAME: MIXED})
    names = LookupCache(net, ())
    attempts = [running() for _ in range(5)]
    found = await asyncio.gather(*(resolve(a, net, names, with_dns=False) for a in attempts))
    assert set(found) == {tuple(MIXED)}
    assert net.lookups == [NAME]
    assert all(len(ended(a).observations) == 1 for a in attempts)


@virtual_time
async def test_whoever_is_cancelled_leaves_the_lookup_to_the_others() -> None:
    net = FakeNetwork(names={NAME: SILENCE})
    names = LookupCache(net, ())
    impatient = asyncio.create_task(resolve(running(), net, names, with_dns=False))
    patient = running()
    waiting = asyncio.create_task(resolve(patient, net, names, with_dns=False))
    await asyncio.sleep(1)
    impatient.cancel()
    with pytest.raises(StepFailed):
        await waiting
    (seen,) = ended(patient).observations
    assert seen.failure is not None
    assert seen.failure.kind is FailureKind.TIMED_OUT
    assert seen.ended_s == pytest.approx(DNS_TIMEOUT_S)
    assert seen.facts == DnsFacts(NAME, "system")
    names.close()


@virtual_time
async def test_a_lookup_that_fails_ends_the_attempt_with_both_answers() -> None:
    def nxdomain(wire: bytes) -> list[bytes]:
        answer = dns.message.make_response(dns.message.from_wire(wire))
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return [answer.to_wire()]

    net = FakeNetwork(names={NAME: socket.gaierror(socket.EAI_NONAME, "unknown")}, udp={53: nxdomain})
    attempt = running()
    with pytest.raises(StepFailed) as caught:
        await resolve(attempt, net, LookupCache(net, (RESOLVER,)), with_dns=True)
    assert caught.value.failure.kind is FailureKind.NAME_NOT_FOUND
    seen = {o.facts.source: o for o in ended(attempt).observations if isinstance(o.facts, DnsFacts)}
    assert set(seen) == {"system", "dns"}
    assert seen["dns"].address == RESOLVER
    assert seen["dns"].failure is not None
    assert seen["dns"].failure.kind is FailureKind.NAME_NOT_FOUND
    assert {o.id for o in seen.values()} == {"1.dns", "1.dns-2"}
    assert net.all_closed


@virtual_time
async def test_dns_beside_the_system_does_not_decide() -> None:
    net = FakeNetwork(names={NAME: ["192.0.2.1"]}, udp={53: SILENCE})
    attempt = running()
    assert await resolve(attempt, net, LookupCache(net, (RESOLVER,)), with_dns=True) == ("192.0.2.1",)
    assert attempt.clock() == 0  # nor does its silence delay anything
    await attempt.cancel_background()
    assert [o.id for o in ended(attempt).observations] == ["1.dns"]
    assert net.all_closed


@virtual_time
async def test_dns_beside_the_system_is_kept_when_it_answers_in_time() -> None:
    def nxdomain(wire: bytes) -> list[bytes]:
        answer = dns.message.make_response(dns.message.from_wire(wire))
        answer.set_rcode(dns.rcode.NXDOMAIN)
        return [answer.to_wire()]

    net = FakeNetwork(names={NAME: ["192.0.2.1"]}, udp={53: nxdomain})
    attempt = running()
    await resolve(attempt, net, LookupCache(net, (RESOLVER,)), with_dns=True)
    await asyncio.sleep(0.1)
    await attempt.cancel_background()
    assert {o.facts.source for o in ended(attempt).observations if isinstance(o.facts, DnsFacts)} == {
        "system",
        "dns",
    }


class SlowNames(FakeNetwork):
    """The system's lookup takes so long; DNS, asked beside it, says at once that the name has an address, or nothing."""

    def __init__(self, takes_s: float, exists: bool) -> None:
        def answer(wire: bytes) -> list[Item]:
            query = dns.message.from_wire(wire)
            reply = dns.message.make_response(query)
            if query.question[0].rdtype == dns.rdatatype.A:
                reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", "192.0.2.1"))
            return [reply.to_wire()] if exists else [SILENCE]

        super().__init__(udp={53: answer})
        self._takes_s = takes_s

    async def lookup(self, name: str) -> list[str]:
        await asyncio.sleep(self._takes_s)
        return ["192.0.2.1"]


@virtual_time
async def test_a_name_that_dns_has_is_waited_for_longer() -> None:
    """A resolver that drops the question for IPv6 addresses makes the system wait 10 s for a name that exists."""
    net = SlowNames(10.0, exists=True)
    names = LookupCache(net, (RESOLVER,))
    first, other = running(), running()
    found = await asyncio.gather(
        resolve(first, net, names, with_dns=True), resolve(other, net, names, with_dns=False)
    )
    assert set(found) == {("192.0.2.1",)}
    assert first.clock() == pytest.approx(10.0)
    assert 3 < first.remaining_s < 5  # what is left for the connection, as after any other lookup
    names.close()


@pytest.mark.parametrize(("takes_s", "exists", "ends_s"), [(10.0, False, 6.0), (60.0, True, 15.0)])
@virtual_time
async def test_no_lookup_is_waited_for_forever(takes_s: float, exists: bool, ends_s: float) -> None:
    net = SlowNames(takes_s, exists)
    names = LookupCache(net, (RESOLVER,))
    attempt = running()
    with pytest.raises(StepFailed) as caught:
        await resolve(attempt, net, names, with_dns=True)
    assert caught.value.failure.kind is FailureKind.TIMED_OUT
    assert attempt.clock() == pytest.approx(ends_s)
    names.close()


@pytest.mark.parametrize("after_s", [0.0, 0.5, 2.0])
@virtual_time
async def test_stopping_a_lookup_leaves_nothing(after_s: float) -> None:
    net = FakeNetwork(names={NAME: SILENCE}, udp={53: SILENCE})
    names = LookupCache(net, (RESOLVER,))
    attempt = running()
    task = asyncio.create_task(resolve(attempt, net, names, with_dns=True))
    await asyncio.sleep(after_s)
    task.cancel()
    await asyncio.wait({task})
    await attempt.cancel_background()
    names.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert net.all_closed


def test_the_first_resolver_is_asked() -> None:
    assert LookupCache(FakeNetwork(), ("a", "b")).resolver == "a"
    assert LookupCache(FakeNetwork(), ()).resolver is None


# ---- TCP


@virtual_time
async def test_the_first_address_that_answers_is_used_and_each_try_recorded() -> None:
    net = FakeNetwork({("192.0.2.3", 1935): []}, connect_s=0.1)
    attempt = running()
    stream = await connect_tcp(attempt, net, ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"), 5)
    assert stream.address == "192.0.2.3"
    first, second, third = ended(attempt).observations
    assert first.failure is not None
    assert first.failure.kind is FailureKind.REFUSED
    assert (first.id, second.id, third.id) == ("1.tcp", "1.tcp-2", "1.tcp-3")
    assert (third.ok, third.address, third.port) == (True, "192.0.2.3", 1935)
    assert third.facts == TcpFacts("192.0.2.99", 51234, 0.01, 1460)
    await stream.close()


@pytest.mark.parametrize("count", [1, 2, 4])
@virtual_time
async def test_silent_addresses_share_the_attempts_time(count: int) -> None:
    addresses = tuple(f"192.0.2.{n}" for n in range(1, count + 1))
    net = FakeNetwork({1935: SILENCE})
    attempt = running()
    with pytest.raises(StepFailed) as caught:
        await connect_tcp(attempt, net, addresses, 5)
    assert caught.value.failure.kind is FailureKind.TIMED_OUT
    seen = ended(attempt).observations
    assert len(seen) == count  # none is left out for want of time
    assert min(o.elapsed_s for o in seen) >= 1
    assert now() <= 1010.001
    assert net.all_closed


@virtual_time
async def test_one_silent_address_leaves_time_for_the_next() -> None:
    net = FakeNetwork({("192.0.2.1", 1935): SILENCE, ("192.0.2.2", 1935): []})
    attempt = running()
    stream = await connect_tcp(attempt, net, ("192.0.2.1", "192.0.2.2"), 5)
    assert attempt.remaining_s >= 5
    await stream.close()


@virtual_time
async def test_no_address_at_all() -> None:
    with pytest.raises(StepFailed) as caught:
        await connect_tcp(running(), FakeNetwork(), (), 5)
    assert caught.value.failure.kind is FailureKind.NO_DATA


@virtual_time
async def test_what_a_router_said_is_kept() -> None:
    net = FakeNetwork({1935: icmp_error(errno.EHOSTUNREACH, 3, 13, "192.0.2.254")})
    attempt = running()
    with pytest.raises(StepFailed):
        await connect_tcp(attempt, net, ("192.0.2.1",), 5)
    (seen,) = ended(attempt).observations
    assert seen.failure is not None
    assert seen.failure.icmp is not None
    assert (seen.failure.kind, seen.failure.icmp.sender) == (FailureKind.UNREACHABLE, "192.0.2.254")


@virtual_time
async def test_what_is_asked_afterwards_goes_to_the_address_that_opened() -> None:
    net = FakeNetwork({("192.0.2.1", 1935): rtmp_server()}, names={NAME: MIXED[:2]})
    names = LookupCache(net, ())
    context = ProbeContext(net, names, Target(NAME, "live"), Options(), FakeComputer())
    plan = await run_attempt(running_as(None), context)
    assert [o.address for o in plan.observations if o.step is StepName.TCP] == MIXED[:2]
    again = await perform(Question(Experiment.FLOWS, plan.endpoint), running_as(Experiment.FLOWS), context)
    assert {o.address for o in again.observations if o.step is StepName.FLOWS} == {"192.0.2.1"}
    # players try the addresses in the system's order each time; another port may open elsewhere
    player = running_as(None)
    player.start()
    assert await resolve(player, net, names, with_dns=False) == tuple(MIXED[:2])
    elsewhere = running_as(Experiment.SERVER_PORT, Endpoint(Transport.RTMP, NAME, 80))
    elsewhere.start()
    assert await resolve(elsewhere, net, names, with_dns=False) == tuple(MIXED[:2])


def running_as(experiment: Experiment | None, endpoint: Endpoint | None = None) -> RunningAttempt:
    purpose = Purpose.FALLBACK if experiment is None else Purpose.FOLLOW_UP
    where = endpoint or Endpoint(Transport.RTMP, NAME, 1935)
    return RunningAttempt(1, where, purpose, Clock(), lambda _: None, 10.0, experiment)
