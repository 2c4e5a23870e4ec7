"""Name lookups by DNS proper, beside the operating system's (system_lookup.py).

The two differ when a hosts file, a search list or a cache is at work, and only DNS says *why* a name has no address.
A run asks each question once; its attempts share the answer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.reversename

from fmsdiag.model import DnsFacts, FailureKind, LookupSource, Rcode
from fmsdiag.probe.failure import LookupFailed, UnexpectedReply, classify
from fmsdiag.probe.sockets.icmp import ConnectError
from fmsdiag.probe.sockets.network import Network
from fmsdiag.probe.transports.system_lookup import MAX_ADDRESSES, bounded

MAX_NAME = 253
QUERY_TRIES_S = (1.0, 2.0)
"""Waiting time after each try of a query."""


async def query(
    net: Network, resolver: str, name: str, tries_s: tuple[float, ...] = QUERY_TRIES_S
) -> DnsFacts:
    """Ask one resolver for the A and AAAA records of `name`, waiting so long after each try.

    Raises LookupFailed with the resolver's own reason, its silence, or that its answer was too long for UDP (RFC 7766) and did
    not come over TCP; ConnectError if the system or a router says that
    it cannot be reached.
    """
    four, six = await asyncio.gather(
        _exchange(net, resolver, name, dns.rdatatype.A, tries_s),
        _exchange(net, resolver, name, dns.rdatatype.AAAA, tries_s),
        return_exceptions=True,
    )
    answers = [r for r in (four, six) if isinstance(r, dns.message.Message)]
    if not answers:
        raise unanswered(resolver, four)
    addresses = [a for answer in answers for a in _addresses(answer)]
    worst = max(answers, key=lambda m: m.rcode() != dns.rcode.NOERROR)
    facts = DnsFacts(
        name,
        LookupSource.DNS,
        bounded(addresses),
        omitted_addresses=max(0, len(addresses) - MAX_ADDRESSES),
        resolver=resolver,
        rcode=dns.rcode.to_text(dns.rcode.NOERROR if addresses else worst.rcode()),
        alias=None if addresses else _alias(answers),
        extended_error=None if addresses else _extended_error(answers),
        unanswered=_unanswered_kind(four, six),
    )
    if addresses:
        return facts
    unheard = next((r for r in (four, six) if isinstance(r, BaseException)), None)
    if (
        unheard is not None and facts.rcode == Rcode.NOERROR
    ):  # nothing of one kind, and no word about the other
        raise unanswered(resolver, unheard)
    raise NoAddress(facts)


def _alias(answers: Sequence[dns.message.Message]) -> str | None:
    """The last name of a chain of aliases: a denial is about that one (RFC 6604, section 3)."""
    names = [
        str(item.target).rstrip(".").lower()
        for answer in answers
        for record in answer.answer
        if record.rdtype == dns.rdatatype.CNAME
        for item in record
    ]
    return names[-1][:MAX_NAME] if names else None


def _extended_error(answers: Sequence[dns.message.Message]) -> str | None:
    """The first reason that an answer gives (RFC 8914, section 4), in words; none where there is none."""
    codes = (error.code for answer in answers for error in answer.extended_errors())
    return next((_REASONS.get(int(code), f"code {int(code)}") for code in codes), None)


_REASONS = {
    code.value: code.name.replace("_", " ").lower().replace("dnssec", "DNSSEC") for code in dns.edns.EDECode
}


def _unanswered_kind(four: object, six: object) -> str | None:
    """The record type of the one question that got no answer."""
    if isinstance(four, TimeoutError):
        return "A"
    return "AAAA" if isinstance(six, TimeoutError) else None


async def query_name(
    net: Network, resolver: str, address: str, tries_s: tuple[float, ...] = QUERY_TRIES_S
) -> DnsFacts:
    """Ask one resolver for the name of an address (PTR, RFC 1035, section 3.5); raises as `query` does."""
    wanted = dns.reversename.from_address(address.partition("%")[0])
    try:
        answer = await _exchange(net, resolver, str(wanted), dns.rdatatype.PTR, tries_s)
    except Exception as error:
        raise unanswered(resolver, error) from error
    found = [item for record in answer.answer if record.rdtype == dns.rdatatype.PTR for item in record]
    rcode = dns.rcode.to_text(answer.rcode())
    if not found:
        raise NoAddress(DnsFacts(address, LookupSource.DNS, resolver=resolver, rcode=rcode))
    name = str(found[0].target).rstrip(".").lower()[:MAX_NAME]
    return DnsFacts(address, LookupSource.DNS, resolver=resolver, rcode=rcode, canonical_name=name)


def unanswered(resolver: str, error: object) -> Exception:
    """Why a resolver gave no answer at all, in the words of names rather than of sockets."""
    if isinstance(error, ConnectionError | ConnectError) and classify(error).kind is FailureKind.REFUSED:
        icmp = getattr(error, "icmp", None)
        return LookupFailed(FailureKind.RESOLVER_CLOSED, f"{resolver} has no name server", icmp)
    if isinstance(error, TimeoutError):
        return LookupFailed(FailureKind.RESOLVER_SILENT, f"no answer from the name server {resolver}")
    return error if isinstance(error, Exception) else LookupFailed(FailureKind.LOCAL_ERROR, str(error))


_KINDS: Mapping[str, FailureKind] = {
    Rcode.NXDOMAIN: FailureKind.NAME_NOT_FOUND,
    Rcode.NOERROR: FailureKind.NO_DATA,
}


class NoAddress(LookupFailed):
    """The resolver answered, but not with an address; `facts` keep what it said."""

    def __init__(self, facts: DnsFacts) -> None:
        super().__init__(
            _KINDS.get(facts.rcode or "", FailureKind.SERVER_FAILURE),
            f"the resolver {facts.resolver} says {facts.rcode}",
        )
        self.facts = facts


async def _exchange(
    net: Network, resolver: str, name: str, kind: dns.rdatatype.RdataType, tries_s: tuple[float, ...]
) -> dns.message.Message:
    question = dns.message.make_query(name, kind, use_edns=0)
    question.id = random.getrandbits(16)
    wire = question.to_wire()
    last: BaseException = TimeoutError()
    udp = await net.open_udp(resolver, 53)  # one for all tries: a late answer to the first is an answer
    try:
        for wait_s in tries_s:
            try:
                async with asyncio.timeout(wait_s):
                    await udp.send(wire)
                    answer = await _matching(udp.receive, question)
                if not answer.flags & dns.flags.TC:
                    return answer
                try:
                    async with asyncio.timeout(wait_s):
                        return await _over_tcp(net, resolver, question)
                except (OSError, UnexpectedReply) as error:  # TimeoutError is an OSError
                    if _addresses(answer):
                        return answer  # cut short, but an answer
                    last = LookupFailed(
                        FailureKind.RESOLVER_TRUNCATED,
                        f"{resolver} answers by UDP to ask over TCP, where none comes",
                    )
                    if not isinstance(error, TimeoutError):
                        raise last from error
            except TimeoutError as error:
                if not isinstance(last, LookupFailed):  # it did answer, if not in full
                    last = error
    finally:
        udp.close()
    raise last


async def _matching(
    receive: Callable[[], Awaitable[bytes]], question: dns.message.Message
) -> dns.message.Message:
    """The first datagram that answers the question; others are someone else's, or forged."""
    while True:
        data = await receive()
        try:
            answer = dns.message.from_wire(data, ignore_trailing=True)
        except (dns.exception.DNSException, ValueError):
            continue
        if question.is_response(answer):
            return answer


async def _over_tcp(net: Network, resolver: str, question: dns.message.Message) -> dns.message.Message:
    stream = await net.open_tcp(resolver, 53)
    try:
        wire = question.to_wire()
        await stream.send(len(wire).to_bytes(2, "big") + wire)
        data = b""
        while len(data) < 2 or len(data) < 2 + int.from_bytes(data[:2], "big"):
            part = await stream.receive()
            if not part:
                raise TimeoutError
            data += part
        return dns.message.from_wire(data[2:], ignore_trailing=True)
    except dns.exception.DNSException as error:
        raise UnexpectedReply(f"not a DNS answer: {error}", data) from error
    finally:
        await stream.close()


def _addresses(answer: dns.message.Message) -> list[str]:
    return [
        str(item.address)
        for record in answer.answer
        if record.rdclass == dns.rdataclass.IN and record.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)
        for item in record
    ]
