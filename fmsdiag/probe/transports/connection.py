"""The first steps of every attempt, in reading order: name, TCP to each address, TLS."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fmsdiag.model import (
    DnsFacts,
    Endpoint,
    Failure,
    FailureKind,
    Family,
    LookupSource,
    NotApplicable,
    StepName,
    TcpFacts,
    TlsFacts,
)
from fmsdiag.private_addresses import is_nobodys_address
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt, Step, StepFailed
from fmsdiag.probe.sockets.network import Network, Stream
from fmsdiag.probe.transports.system_lookup import lookup_by_system

if TYPE_CHECKING:  # loading.py has loaded what a run needs of names.py and tls.py
    from fmsdiag.probe.transports.tls import TlsStream

DNS_TIMEOUT_S = 6.0
KNOWN_NAME_S = 9.0
"""What a system's lookup gets beyond that for a name that DNS is known to have: a resolver that leaves some questions without
an answer is waited for twice, 5 s each (resolv.conf(5), timeout and attempts), and so it is by players."""
TLS_TIMEOUT_S = 6.0
_BEFORE_S = 0.05
"""So long before a lookup would be given up, it is decided whether it gets more."""
MAX_TRIED_ADDRESSES = 4


class LookupCache:
    """The lookups of one run, made once and shared by its attempts.

    `resolvers` and `search_domains` are those of the computer that the run is on.
    """

    def __init__(
        self, net: Network, resolvers: tuple[str, ...], search_domains: tuple[str, ...] = ()
    ) -> None:
        self._net = net
        self._resolvers = resolvers
        self.search_domains = search_domains
        self._system: dict[str, asyncio.Task[DnsFacts]] = {}
        self.known: set[str] = set()
        """Names that DNS, asked beside the system, has addresses for."""
        self._opened: dict[tuple[str, int], str] = {}

    @property
    def resolver(self) -> str | None:
        """The resolver that DNS proper is asked of: the first that is configured."""
        return self._resolvers[0] if self._resolvers else None

    async def by_system(self, name: str) -> DnsFacts:
        """The system's answer; every caller gets the same one."""
        task = self._system.get(name)
        if task is None:
            task = self._system[name] = asyncio.create_task(lookup_by_system(self._net, name))
        return await asyncio.shield(task)

    def note_opened(self, endpoint: Endpoint, address: str) -> None:
        """Remember which of a name's addresses let a player's attempt in."""
        if endpoint.address is None and endpoint.proxy is None:
            self._opened[endpoint.host, endpoint.port] = address

    def opened_first(self, endpoint: Endpoint, addresses: tuple[str, ...]) -> tuple[str, ...]:
        """`addresses` with the one in front that let an attempt in: what is asked afterwards is asked there."""
        opened = self._opened.get((endpoint.host, endpoint.port))
        return (
            (opened, *(a for a in addresses if a != opened)) if opened in addresses and opened else addresses
        )

    def close(self) -> None:
        for task in self._system.values():
            task.cancel()


async def resolve_proxy(attempt: RunningAttempt, names: LookupCache, host: str) -> tuple[str, ...]:
    """The addresses of a proxy, at most MAX_TRIED_ADDRESSES; the server's name is the proxy's to look up."""
    if is_literal(host):
        return (host,)
    async with attempt.step(StepName.DNS, DNS_TIMEOUT_S) as step:
        step.facts = DnsFacts(host, LookupSource.SYSTEM)
        step.facts = facts = await names.by_system(host)
    return facts.addresses[:MAX_TRIED_ADDRESSES]


async def resolve(
    attempt: RunningAttempt, net: Network, names: LookupCache, with_dns: bool
) -> tuple[str, ...]:
    """The addresses to try, at most MAX_TRIED_ADDRESSES; records the lookups.

    `with_dns` asks DNS proper beside the system and records that, too; a run needs it once.
    """
    endpoint = attempt.endpoint
    if endpoint.address is not None:
        return (endpoint.address,)
    if is_literal(endpoint.host):
        return _of_family((endpoint.host,), endpoint.family)
    beside: list[asyncio.Task[None]] = []
    if with_dns and names.resolver:
        beside.append(attempt.run_beside(_query(attempt, net, names, names.resolver)))
    try:
        async with attempt.step(StepName.DNS, DNS_TIMEOUT_S) as step:
            step.facts = DnsFacts(endpoint.host, LookupSource.SYSTEM)
            facts = await _looked_up(attempt, step, names)
            step.facts = facts
    except StepFailed:
        if beside:
            await asyncio.wait(beside)  # without an address there is nothing to do but learn why
        raise
    machines = tuple(a for a in facts.addresses if not is_nobodys_address(a))
    if facts.addresses and not machines:
        if beside:
            await asyncio.wait(beside)
        raise StepFailed(Failure(FailureKind.NO_DATA, "the name leads to no machine"))
    usable = _of_family(machines, endpoint.family)[:MAX_TRIED_ADDRESSES]
    return usable if attempt.experiment is None else names.opened_first(endpoint, usable)


async def _looked_up(attempt: RunningAttempt, step: Step, names: LookupCache) -> DnsFacts:
    """The system's answer, waited for longer than DNS_TIMEOUT_S where the name is known to exist."""
    host = attempt.endpoint.host
    lookup = asyncio.create_task(names.by_system(host))
    try:
        await asyncio.wait({lookup}, timeout=DNS_TIMEOUT_S - _BEFORE_S)
        if lookup.done() or host not in names.known:
            return await lookup
        left_s = attempt.remaining_s
        attempt.lengthen(step, KNOWN_NAME_S)
        facts = await lookup
        attempt.shorten(left_s)
        return facts
    finally:
        lookup.cancel()


def is_literal(host: str) -> bool:
    """Whether this is an address, so that nothing has to be looked up."""
    return ":" in host or host.replace(".", "").isdigit()


def _of_family(addresses: tuple[str, ...], family: Family) -> tuple[str, ...]:
    if family is Family.ANY:
        return addresses
    found = tuple(a for a in addresses if (":" in a) == (family is Family.IPV6))
    if not found:
        raise CannotBeTried(NotApplicable.NO_IPV6 if family is Family.IPV6 else NotApplicable.NO_IPV4)
    return found


async def _query(attempt: RunningAttempt, net: Network, names: LookupCache, resolver: str) -> None:
    from fmsdiag.probe.transports.names import NoAddress, query, unanswered

    try:
        async with attempt.step(StepName.DNS, DNS_TIMEOUT_S, address=resolver, port=53) as step:
            step.facts = DnsFacts(attempt.endpoint.host, LookupSource.DNS, resolver=resolver)
            step.silence = unanswered(resolver, TimeoutError())
            try:
                step.facts = await query(net, resolver, attempt.endpoint.host)
                names.known.add(attempt.endpoint.host)
            except NoAddress as error:
                step.facts = error.facts
                raise
    except StepFailed:
        pass  # it is recorded; the system's own lookup decides what the attempt does


async def connect_tcp(
    attempt: RunningAttempt,
    net: Network,
    addresses: tuple[str, ...],
    timeout_s: float,
    port: int | None = None,
) -> Stream:
    """Connect to the first address that lets us; each try is an observation of its own. Raises StepFailed.

    `port` is another one than the endpoint's: a proxy's.
    """
    if not addresses:
        raise StepFailed(Failure(FailureKind.NO_DATA, "the name has no address"))
    port = attempt.endpoint.port if port is None else port
    for number, address in enumerate(addresses):
        last = number == len(addresses) - 1
        # what remains is shared out, so that one silent address leaves time for the next and for the handshake
        bound = (
            min(timeout_s, max(1.0, attempt.remaining_s / (len(addresses) - number + 1)))
            if not last
            else timeout_s
        )
        try:
            async with attempt.step(StepName.TCP, bound, address=address, port=port) as step:
                stream = await net.open_tcp(address, port)
                step.facts = TcpFacts(
                    stream.tcp.local_address, stream.tcp.local_port, stream.tcp.kernel_rtt_s, stream.tcp.mss
                )
            return stream
        except StepFailed:
            if last or attempt.remaining_s <= 0:
                raise
    raise AssertionError("unreachable: the last address raises or returns")


async def start_tls(attempt: RunningAttempt, stream: Stream) -> TlsStream:
    """TLS inside `stream`, with the endpoint's host as server name; records the certificate's facts either way."""
    async with attempt.step(StepName.TLS, TLS_TIMEOUT_S, address=stream.address, port=stream.port) as step:
        return await _handshake(step, stream, attempt.endpoint.host, verify=True)


async def start_tls_unverified(attempt: RunningAttempt, net: Network, address: str, port: int) -> TlsStream:
    """A second connection to where the certificate was refused, one step with TLS that takes any. Raises StepFailed."""
    from fmsdiag.probe.transports.tls import OFFERED

    host = attempt.endpoint.host
    async with attempt.step(StepName.TLS, TLS_TIMEOUT_S, address=address, port=port) as step:
        step.facts = TlsFacts(host, offered=OFFERED, verification_skipped=True)
        stream = await net.open_tcp(address, port)
        try:
            return await _handshake(step, stream, host, verify=False)
        except BaseException:
            await stream.close()
            raise


async def _handshake(step: Step, stream: Stream, host: str, verify: bool) -> TlsStream:
    from fmsdiag.probe.transports.tls import TlsStream

    step.watch(stream)
    tls = TlsStream(stream, host, verify)
    step.facts_so_far = tls.facts
    try:
        await tls.handshake()
    except BaseException as error:  # also when time is up: what is known until then counts
        step.facts = tls.facts(error)
        raise
    step.facts = tls.facts()
    return tls
