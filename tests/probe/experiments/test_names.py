from __future__ import annotations

import socket
from collections.abc import Callable

import dns.message
import dns.rcode
import pytest

from fmsdiag.model import ConnectFacts, DnsFacts, Endpoint, FailureKind, Status, StepName, Transport
from fmsdiag.probe.experiments.names import TRIES_S
from fmsdiag.probe.transports.names import NoAddress, query_name
from tests.probe.experiments.asking import RESOLVER, E, ask
from tests.probe.fake_network import SILENCE, FakeNetwork, rtmp_server
from tests.probe.virtual_time import now, virtual_time

NAME = Endpoint(Transport.HTTP, "control.example.net", 53)


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
    assert attempt.key == "udp/53/dns"


@virtual_time
async def test_a_second_resolver_that_is_silent() -> None:
    attempt = await ask(FakeNetwork(), E.SECOND_RESOLVER, Endpoint(Transport.HTTP, RESOLVER, 53))
    assert attempt.failed_step is not None
    assert attempt.failed_step.failure is not None
    assert attempt.failed_step.failure.kind is FailureKind.RESOLVER_SILENT
    assert now() - 1000 <= sum(TRIES_S) + 0.001


@virtual_time
async def test_the_control_hosts_name_is_asked_of_the_system_and_the_host_is_left_alone() -> None:
    net = FakeNetwork(names={"control.example.net": ["192.0.2.80"]})
    attempt = await ask(net, E.CONTROL_NAME, NAME)
    assert attempt.status is Status.CONNECTED
    (seen,) = attempt.observations
    assert isinstance(seen.facts, DnsFacts)
    assert (seen.facts.source, seen.facts.addresses) == ("system", ("192.0.2.80",))
    assert net.dialled == []
    assert net.datagrams == []


@pytest.mark.parametrize("answer", [SILENCE, socket.gaierror(socket.EAI_AGAIN, "try again")])
@virtual_time
async def test_a_control_host_that_cannot_be_found(answer: Exception) -> None:
    attempt = await ask(FakeNetwork(names={"control.example.net": answer}), E.CONTROL_NAME, NAME)
    assert attempt.status is Status.FAILED
    assert now() - 1000 <= 3.001


@virtual_time
async def test_another_address_is_tried_in_place_of_the_names_own() -> None:
    net = FakeNetwork(tcp={("192.0.2.7", 1935): rtmp_server()})
    attempt = await ask(
        net, E.OTHER_ADDRESS, Endpoint(Transport.RTMP, "live.example.com", 1935, address="192.0.2.7")
    )
    assert attempt.status is Status.CONNECTED
    assert net.lookups == []
    assert attempt.step(StepName.TCP).address == "192.0.2.7"  # type: ignore[union-attr]


def _pointer(name: str) -> Callable[[bytes], list[bytes]]:
    def answer(wire: bytes) -> list[bytes]:
        question = dns.message.from_wire(wire)
        assert str(question.question[0].name) == "7.2.0.192.in-addr.arpa."
        message = dns.message.make_response(question)
        if name:
            message.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", "PTR", name))
        else:
            message.set_rcode(dns.rcode.NXDOMAIN)
        return [message.to_wire()]

    return answer


@virtual_time
async def test_an_address_is_asked_for_its_name() -> None:
    net = FakeNetwork(udp={(RESOLVER, 53): _pointer("Live.Example.com.")})
    facts = await query_name(net, RESOLVER, "192.0.2.7", TRIES_S)
    assert (facts.canonical_name, facts.resolver) == ("live.example.com", RESOLVER)


@virtual_time
async def test_an_address_without_a_name() -> None:
    net = FakeNetwork(udp={(RESOLVER, 53): _pointer("")})
    with pytest.raises(NoAddress) as raised:
        await query_name(net, RESOLVER, "192.0.2.7", TRIES_S)
    assert raised.value.facts.rcode == "NXDOMAIN"


@virtual_time
async def test_without_a_name_server_no_address_has_a_name() -> None:
    attempt = await ask(FakeNetwork(), E.REVERSE_NAME, Endpoint(Transport.HTTP, "192.0.2.7", 53))
    assert attempt.status is Status.NOT_APPLICABLE


@virtual_time
async def test_the_same_address_is_addressed_by_its_name() -> None:
    net = FakeNetwork(names={"other.example.com": ["192.0.2.7"]}, tcp={("192.0.2.7", 1935): rtmp_server()})
    endpoint = Endpoint(Transport.RTMP, "other.example.com", 1935, address="192.0.2.7")
    attempt = await ask(net, E.UNDER_NAME, endpoint)
    assert attempt.status is Status.CONNECTED
    connect = attempt.step(StepName.CONNECT)
    assert connect is not None
    assert isinstance(connect.facts, ConnectFacts)
    assert connect.facts.tc_url.startswith("rtmp://other.example.com/live")


@virtual_time
async def test_a_name_that_leads_elsewhere_is_not_followed() -> None:
    net = FakeNetwork(names={"other.example.com": ["192.0.2.99"]})
    endpoint = Endpoint(Transport.RTMP, "other.example.com", 1935, address="192.0.2.7")
    attempt = await ask(net, E.UNDER_NAME, endpoint)
    assert attempt.status is Status.NOT_APPLICABLE
    assert attempt.step(StepName.TCP) is None
