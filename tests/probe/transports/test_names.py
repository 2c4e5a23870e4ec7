from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Callable, Iterable

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import DnsFacts, FailureKind, Icmp
from fmsdiag.probe.failure import LookupFailed, classify
from fmsdiag.probe.sockets.network import Datagrams, Stream, SystemNetwork
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.names import (
    QUERY_TRIES_S,
    NoAddress,
    query,
)
from fmsdiag.probe.transports.system_lookup import MAX_ADDRESSES
from tests.fuzz import target_names
from tests.fuzz.inputs import block
from tests.probe.fake_network import SILENCE, Answer, FakeDatagrams, FakeNetwork, Item, icmp_error, refused
from tests.probe.virtual_time import now, virtual_time

NAME = "live.example.com"
RESOLVER = "192.0.2.53"
A, AAAA = dns.rdatatype.A, dns.rdatatype.AAAA


def reply(wire: bytes, records: Iterable[str] = (), rcode: int = 0, truncated: bool = False) -> bytes:
    """An answer to the query `wire` with those of `records` ("A 192.0.2.1") that it asks for."""
    question = dns.message.from_wire(wire)
    answer = dns.message.make_response(question)
    answer.set_rcode(dns.rcode.Rcode(rcode))
    if truncated:
        answer.flags |= dns.flags.TC
    for record in records:
        kind, _, data = record.partition(" ")
        if kind in ("CNAME", dns.rdatatype.to_text(question.question[0].rdtype)):
            answer.answer.append(dns.rrset.from_text(question.question[0].name, 60, "IN", kind, data))
    return answer.to_wire(max_size=65535)


def asked(wire: bytes) -> dns.rdatatype.RdataType:
    return dns.message.from_wire(wire).question[0].rdtype


def resolver(*records: str, rcode: int = 0) -> FakeNetwork:
    return FakeNetwork(udp={(RESOLVER, 53): lambda wire: [reply(wire, records, rcode)]})


# ---- DNS proper


@virtual_time
async def test_both_kinds_of_address_are_asked_for_at_once() -> None:
    net = resolver("A 192.0.2.1", "AAAA 2001:db8::1", "CNAME edge.example.net.")
    assert await query(net, RESOLVER, NAME) == DnsFacts(
        NAME, "dns", ("192.0.2.1", "2001:db8::1"), resolver=RESOLVER, rcode="NOERROR"
    )
    assert len(net.datagrams) == 2
    assert net.all_closed


@pytest.mark.parametrize(
    ("rcode", "kind", "word"),
    [
        (dns.rcode.NXDOMAIN, FailureKind.NAME_NOT_FOUND, "NXDOMAIN"),
        (dns.rcode.NOERROR, FailureKind.NO_DATA, "NOERROR"),
        (dns.rcode.SERVFAIL, FailureKind.SERVER_FAILURE, "SERVFAIL"),
        (dns.rcode.REFUSED, FailureKind.SERVER_FAILURE, "REFUSED"),
        (dns.rcode.NOTIMP, FailureKind.SERVER_FAILURE, "NOTIMP"),
    ],
)
@virtual_time
async def test_answers_without_an_address(rcode: int, kind: FailureKind, word: str) -> None:
    net = resolver(rcode=rcode)
    with pytest.raises(NoAddress) as caught:
        await query(net, RESOLVER, NAME)
    assert caught.value.facts == DnsFacts(NAME, "dns", resolver=RESOLVER, rcode=word)
    assert classify(caught.value).kind is kind
    assert net.all_closed


@pytest.mark.parametrize(("code", "reason"), [(6, "DNSSEC bogus"), (17, "filtered"), (4711, "code 4711")])
@virtual_time
async def test_a_resolvers_reason_is_kept(code: int, reason: str) -> None:
    def answer(wire: bytes) -> list[Item]:
        made = dns.message.make_response(dns.message.from_wire(wire))
        made.set_rcode(dns.rcode.SERVFAIL)
        made.use_edns(
            options=[dns.edns.GenericOption(dns.edns.OptionType.EDE, code.to_bytes(2, "big") + b"why")]
        )
        return [made.to_wire()]

    with pytest.raises(NoAddress) as caught:
        await query(FakeNetwork(udp={(RESOLVER, 53): answer}), RESOLVER, NAME)
    assert caught.value.facts.extended_error == reason


@virtual_time
async def test_a_denial_behind_an_alias_is_about_where_that_leads() -> None:
    with pytest.raises(NoAddress) as caught:
        await query(resolver("CNAME edge.old.example.", rcode=dns.rcode.NXDOMAIN), RESOLVER, NAME)
    assert (caught.value.facts.rcode, caught.value.facts.alias) == ("NXDOMAIN", "edge.old.example")
    assert (await query(resolver("CNAME edge.old.example.", "A 192.0.2.1"), RESOLVER, NAME)).alias is None


@virtual_time
async def test_records_of_another_class_than_the_internet_are_no_addresses() -> None:
    def answer(wire: bytes) -> list[Item]:
        good = reply(wire, ("A 192.0.2.1",))
        csnet = good.replace(b"\0\1\0\1\0\0\0\x3c", b"\0\1\0\2\0\0\0\x3c")
        assert (csnet == good) is (asked(wire) == AAAA)
        return [csnet]

    with pytest.raises(NoAddress):
        await query(FakeNetwork(udp={53: answer}), RESOLVER, NAME)


@pytest.mark.parametrize("broken", [A, AAAA])
@virtual_time
async def test_one_kind_of_address_is_enough(broken: dns.rdatatype.RdataType) -> None:
    records = ("A 192.0.2.1", "AAAA 2001:db8::1")

    def answer(wire: bytes) -> list[Item]:
        rcode = dns.rcode.SERVFAIL if asked(wire) == broken else 0
        return [reply(wire, () if rcode else records, rcode)]

    facts = await query(FakeNetwork(udp={53: answer}), RESOLVER, NAME)
    assert facts.rcode == "NOERROR"
    assert facts.addresses == (("2001:db8::1",) if broken == A else ("192.0.2.1",))


@pytest.mark.parametrize(("silent", "word"), [(A, "A"), (AAAA, "AAAA")])
@virtual_time
async def test_the_kind_that_is_not_answered_is_named(silent: dns.rdatatype.RdataType, word: str) -> None:
    records = ("A 192.0.2.1", "AAAA 2001:db8::1")
    net = FakeNetwork(udp={53: lambda wire: [SILENCE] if asked(wire) == silent else [reply(wire, records)]})
    assert (await query(net, RESOLVER, NAME)).unanswered == word
    assert (await query(resolver(*records), RESOLVER, NAME)).unanswered is None


@virtual_time
async def test_silence_about_one_kind_is_no_answer_about_the_other() -> None:
    """An empty answer for IPv6 does not say that there is no IPv4 address."""
    net = FakeNetwork(udp={53: lambda wire: [reply(wire)] if asked(wire) == AAAA else [SILENCE]})
    with pytest.raises(LookupFailed) as caught:
        await query(net, RESOLVER, NAME)
    assert caught.value.kind is FailureKind.RESOLVER_SILENT


@virtual_time
async def test_a_silent_resolver_is_asked_again_and_then_given_up() -> None:
    net, begun = FakeNetwork(udp={53: SILENCE}), now()
    with pytest.raises(LookupFailed, match=RESOLVER) as caught:
        await query(net, RESOLVER, NAME)
    assert classify(caught.value).kind is FailureKind.RESOLVER_SILENT
    assert now() - begun == pytest.approx(sum(QUERY_TRIES_S))
    assert [each.sends for each in net.datagrams if isinstance(each, FakeDatagrams)] == [
        len(QUERY_TRIES_S)
    ] * 2
    assert net.all_closed


@virtual_time
async def test_a_lost_datagram_is_made_up_for() -> None:
    seen: list[bytes] = []

    def answer(wire: bytes) -> list[Item]:
        lost = wire not in seen
        seen.append(wire)
        return [SILENCE] if lost else [reply(wire, ["A 192.0.2.1"])]

    assert (await query(FakeNetwork(udp={53: answer}), RESOLVER, NAME)).addresses == ("192.0.2.1",)


@pytest.mark.parametrize("error", [refused(), icmp_error(errno.ECONNREFUSED, 3, 3, RESOLVER)])
@virtual_time
async def test_a_closed_resolver(error: OSError) -> None:
    net, begun = FakeNetwork(udp={53: lambda _: [error]}), now()
    with pytest.raises(LookupFailed) as caught:
        await query(net, RESOLVER, NAME)
    failure = classify(caught.value)
    assert failure.kind is FailureKind.RESOLVER_CLOSED
    assert failure.icmp == getattr(error, "icmp", None)
    assert now() == begun  # no second try
    assert net.all_closed


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (icmp_error(errno.EHOSTUNREACH, 3, 1, "192.0.2.254"), FailureKind.UNREACHABLE),
        (OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH)), FailureKind.NO_ROUTE),
    ],
)
@virtual_time
async def test_a_resolver_that_cannot_be_reached(error: OSError, kind: FailureKind) -> None:
    net = FakeNetwork(udp={53: error})
    with pytest.raises(OSError) as caught:
        await query(net, RESOLVER, NAME)
    assert classify(caught.value).kind is kind


@pytest.mark.parametrize("forged", ["other id", "other name", "other type", "a query", "garbage", "empty"])
@virtual_time
async def test_forged_answers_are_ignored(forged: str) -> None:
    def answer(wire: bytes) -> list[Item]:
        message = dns.message.from_wire(reply(wire, ["A 6.6.6.6", "AAAA 2001:db8:bad::"]))
        match forged:
            case "other id":
                message.id ^= 1
            case "other name":
                message.question[0].name = dns.name.from_text("bank.example.")
            case "other type":
                message.question[0].rdtype = dns.rdatatype.MX
            case "a query":
                message.flags &= ~dns.flags.QR
        bad = {"garbage": os.urandom(40), "empty": b"\0"}.get(forged) or message.to_wire()
        return [bad, reply(wire, ["A 192.0.2.1"])]

    facts = await query(FakeNetwork(udp={53: answer}), RESOLVER, NAME)
    assert facts.addresses == ("192.0.2.1",)


@virtual_time
async def test_a_flood_of_forged_answers_ends_with_the_time() -> None:
    def answer(wire: bytes) -> Iterable[Item]:
        return [item for _ in range(1000) for item in (b"forged", 0.1)]

    begun = now()
    with pytest.raises(LookupFailed):
        await query(FakeNetwork(udp={53: answer}), RESOLVER, NAME)
    assert now() - begun == pytest.approx(sum(QUERY_TRIES_S))


# ---- truncated answers


def over_tcp(*pieces_of: Callable[[bytes], list[Item]]) -> FakeNetwork:
    def begin() -> Answer:
        return lambda data: pieces_of[0](data[2:])

    return FakeNetwork({53: begin}, udp={53: lambda wire: [reply(wire, truncated=True)]})


def framed(message: bytes) -> bytes:
    return len(message).to_bytes(2, "big") + message


MANY = [f"A 198.51.100.{n}" for n in range(200)]


@pytest.mark.parametrize("bytewise", [False, True])
@virtual_time
async def test_what_was_cut_is_asked_for_by_tcp(bytewise: bool) -> None:
    def answer(wire: bytes) -> list[Item]:
        data = framed(reply(wire, ["A 192.0.2.7"]))
        return [bytes((b,)) for b in data] if bytewise else [data]

    net = over_tcp(answer)
    assert (await query(net, RESOLVER, NAME)).addresses == ("192.0.2.7",)
    assert net.all_closed


@virtual_time
async def test_of_200_addresses_some_are_kept_and_the_rest_counted() -> None:
    net = over_tcp(lambda wire: [framed(reply(wire, MANY))])
    facts = await query(net, RESOLVER, NAME)
    assert len(facts.addresses) == MAX_ADDRESSES
    assert facts.omitted_addresses == 200 - MAX_ADDRESSES


@pytest.mark.parametrize(
    "items",
    [[b""], [b"\0"], [b"\0\x05ab", b""], [SILENCE], [framed(b"garbage!")], [ConnectionResetError(errno.ECONNRESET, "")]],
    ids=["close", "stall", "short", "silence", "garbage", "reset"],
)  # fmt: skip
@virtual_time
async def test_a_resolver_that_answers_by_udp_alone(items: list[Item]) -> None:
    net = over_tcp(lambda wire: list(items))
    with pytest.raises(Exception) as caught:
        await query(net, RESOLVER, NAME)
    assert classify(caught.value).kind is FailureKind.RESOLVER_TRUNCATED
    assert net.all_closed


@virtual_time
async def test_one_that_asks_for_tcp_and_then_falls_silent_has_answered() -> None:
    asked = 0

    def answer(wire: bytes) -> list[bytes]:
        nonlocal asked
        asked += 1
        return [reply(wire, truncated=True)] if asked <= 2 else []  # one for A, one for AAAA

    def begin() -> Answer:
        return lambda data: [SILENCE]

    with pytest.raises(LookupFailed) as caught:
        await query(FakeNetwork({53: begin}, udp={53: answer}), RESOLVER, NAME)
    assert caught.value.kind is FailureKind.RESOLVER_TRUNCATED


@virtual_time
async def test_a_cut_answer_without_addresses_and_a_closed_tcp_port_is_no_closed_resolver() -> None:
    net = FakeNetwork({53: refused()}, udp={53: lambda wire: [reply(wire, truncated=True)]})
    with pytest.raises(LookupFailed) as caught:
        await query(net, RESOLVER, NAME)
    assert caught.value.kind is FailureKind.RESOLVER_TRUNCATED


@virtual_time
async def test_a_resolver_whose_tcp_port_is_closed_is_not_closed() -> None:
    net = FakeNetwork({53: refused()}, udp={53: lambda wire: [reply(wire, ["A 192.0.2.1"], truncated=True)]})
    facts = await query(net, RESOLVER, NAME)
    assert facts.addresses == ("192.0.2.1",)  # what came by UDP is still an answer


# ---- once over real sockets


class OtherPort(SystemNetwork):
    """The real network, with port 53 moved to where an ordinary user may listen."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def open_udp(self, address: str, port: int) -> Datagrams:
        return await super().open_udp(address, self._port if port == 53 else port)

    async def open_tcp(  # type: ignore[override]
        self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS
    ) -> Stream:
        return await super().open_tcp(address, self._port if port == 53 else port, options)


class Resolver(asyncio.DatagramProtocol):
    def __init__(self, answer: Callable[[bytes], list[bytes]]) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        for out in self._answer(data):
            self._transport.sendto(out, address)  # type: ignore[attr-defined]


async def test_a_resolver_on_loopback() -> None:
    loop = asyncio.get_running_loop()

    async def by_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        writer.write(framed(reply(wire, MANY)))
        writer.close()

    server = await asyncio.start_server(by_tcp, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    def by_udp(wire: bytes) -> list[bytes]:
        return [b"forged", reply(wire, truncated=asked(wire) == A)]

    transport, _ = await loop.create_datagram_endpoint(lambda: Resolver(by_udp), ("127.0.0.1", port))
    try:
        facts = await query(OtherPort(port), "127.0.0.1", NAME)
    finally:
        transport.close()
        server.close()
        await server.wait_closed()
    assert len(facts.addresses) + facts.omitted_addresses == 200


async def test_a_closed_port_53_on_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(LookupFailed) as caught:
        await query(OtherPort(port), "127.0.0.1", NAME)
    assert caught.value.kind is FailureKind.RESOLVER_CLOSED
    assert caught.value.icmp in (Icmp(3, 3, "127.0.0.1"), None)


@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=60))
def test_no_datagrams_are_more_than_addresses_or_a_known_error(
    four: bytes, six: bytes, over_tcp: bytes
) -> None:
    target_names.check(block(four) + block(six) + over_tcp)
