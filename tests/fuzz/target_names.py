"""Datagrams and streams that pretend to be the answer of a name server."""

from __future__ import annotations

import dns.message
import dns.rdatatype
import dns.rrset

from fmsdiag.probe.failure import LookupFailed, UnexpectedReply
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.probe.transports.names import query
from fmsdiag.probe.transports.system_lookup import MAX_ADDRESSES
from tests.fuzz.inputs import Input, block
from tests.fuzz.loop import result
from tests.fuzz.target_http import Replay

NAME = "media.example.com"
QUESTION_AT = 12  # behind the header (RFC 1035, section 4.1.1)


def seeds() -> list[bytes]:
    """For A and AAAA each a block: header without id and counts of questions, then what follows the question."""
    answered = []
    for kind, value in (("A", "192.0.2.7"), ("AAAA", "2001:db8::7")):
        question = dns.message.make_query(NAME, kind)
        answer = dns.message.make_response(question)
        answer.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", kind, value))
        answered.append(answer.to_wire())
    cname = dns.message.make_response(dns.message.make_query(NAME, "A"))
    cname.answer.append(dns.rrset.from_text(f"{NAME}.", 60, "IN", "CNAME", "other.example.com."))
    return [block(answered[0]) + block(answered[1]), block(cname.to_wire()), block(b"")]


class Pretender:
    """A network whose name server answers with the input; where it can be, the id and the question are put right."""

    def __init__(self, data: bytes) -> None:
        self._given = Input(data)
        self._asked: list[bytes] = []

    async def open_udp(self, address: str, port: int) -> Pretender:
        return Pretender(self._given.block())

    async def open_tcp(self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS) -> Replay:
        return Replay(self._given.pieces())

    async def send(self, data: bytes) -> None:
        self._asked.append(data)

    async def receive(self) -> bytes:
        if not self._asked:
            raise TimeoutError
        question = dns.message.from_wire(self._asked.pop())
        wire = question.to_wire()
        header, rest = self._given.take(QUESTION_AT), self._given.rest()
        size = len(dns.message.make_query(question.question[0].name, question.question[0].rdtype).to_wire())
        return wire[:2] + header[2:] + wire[QUESTION_AT:size] + rest[size - QUESTION_AT :]

    def close(self) -> None:
        pass


def check(data: bytes) -> None:
    """Addresses, at most so many; or one of the errors that are documented."""
    try:
        facts = result(query(Pretender(data), "192.0.2.53", NAME))  # type: ignore[arg-type]
    except (LookupFailed, UnexpectedReply, OSError) as error:
        str(error)
    else:
        assert len(facts.addresses) <= MAX_ADDRESSES
