"""What a run saw of names: who knows the server's, with which addresses, and who was asked for comparison.

The system's lookup is what players use; the configured resolver is this computer's own, asked by DNS; the second resolver
is someone else's.
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_answer
from fmsdiag.model import (
    Attempt,
    Cause,
    DnsFacts,
    Endpoint,
    Experiment,
    FailureKind,
    LookupSource,
    Observation,
    Purpose,
    Question,
    Status,
    StepName,
    Transport,
)
from fmsdiag.private_addresses import is_loopback_address, is_nobodys_address, is_private_address

_STRANGERS = (
    FailureKind.CERTIFICATE_WRONG_HOST,
    FailureKind.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_UNTRUSTED,
)
NO_ANSWER = (FailureKind.RESOLVER_SILENT, FailureKind.RESOLVER_CLOSED)
"""A resolver said nothing, or has no name server."""
_DENIED = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)
_CONTROLS = (
    Experiment.CONTROL_NAME,
    Experiment.CONTROL_PORT,
    Experiment.CONTROL_HTTP,
    Experiment.CONTROL_TLS,
)

_OF_THIS_COMPUTER = (".localhost", ".local", ".test", ".internal", ".localdomain")
"""Endings of names that a computer may have for itself (RFC 6761, RFC 6762)."""
OF_A_WRONG_ADDRESS = (
    Cause.CERTIFICATE_WRONG_HOST,
    Cause.CERTIFICATE_SELF_SIGNED,
    Cause.CERTIFICATE_UNTRUSTED,
    Cause.CERTIFICATE_EXPIRED,
    Cause.WRONG_SERVICE_ON_PORT,
    Cause.TRANSPARENT_PROXY,
    Cause.NON_HTTP_BLOCKED,
    Cause.PORT_BLOCKED,
    Cause.SERVER_FIREWALL,
    Cause.SERVER_NOT_LISTENING,
    Cause.RTMP_SERVICE_STOPPED,
    Cause.SERVER_DOWN,
    Cause.SERVER_HUNG,
    Cause.TUNNEL_NOT_OFFERED,
    Cause.DNS_PRIVATE_ADDRESS,
    Cause.DNS_STALE_ADDRESS,
    Cause.SERVER_ON_OTHER_PORT,
    Cause.LOCAL_FIREWALL,
    Cause.EGRESS_BLOCKED,
    Cause.TLS_INTERCEPTED,
    Cause.TLS_BLOCKED,
    Cause.SERVER_CLOSES_CONNECTION,
    Cause.RTMP_BLOCKED,
    Cause.PROXY_BLOCKS_TUNNEL,
    Cause.RTMPS_NOT_OFFERED,
)
"""What it looks like to have come to another machine than the server: none of it says anything about the server."""


# ---- lookups
def by_system(run: RunView) -> Observation | None:
    """The system's own lookup: one that ended by itself before one that was given up.

    Attempts share one lookup, so what each waited for is the rest of it: the longest wait is the whole.
    """
    asked = run.lookups(LookupSource.SYSTEM)
    # a proxy's name is looked up as well
    lookups = tuple(o for o in asked if _is_of_server(o, run)) or asked
    ended = [o for o in lookups if o.failure is None or o.failure.kind is not FailureKind.TIMED_OUT]
    return max(ended, key=lambda o: o.elapsed_s, default=next(iter(lookups), None))


def _is_of_server(lookup: Observation, run: RunView) -> bool:
    return isinstance(lookup.facts, DnsFacts) and lookup.facts.name == run.target.host


def by_configured(run: RunView) -> Observation | None:
    """DNS proper, asked of the resolver that this computer is set to ask."""
    return next(iter(run.lookups(LookupSource.DNS)), None)


def by_second(run: RunView) -> Observation | None:
    """The second resolver's answer, if it was asked."""
    asked = run.performed(Experiment.SECOND_RESOLVER)
    return asked[0].step(StepName.DNS) if asked else None


def of_control(run: RunView) -> Observation | None:
    """The system's lookup of the control host's name: the first, for later ones share its answer."""
    attempts = sorted((a for e in _CONTROLS for a in run.performed(e)), key=lambda a: a.id)
    steps = (o for a in attempts for o in a.observations if o.step is StepName.DNS)
    return next(iter(steps), None)


def known(lookup: Observation | None) -> tuple[str, ...]:
    """The addresses that a lookup gave; those that mean nobody (0.0.0.0 and ::) do not count."""
    if lookup is None or not lookup.ok or not isinstance(lookup.facts, DnsFacts):
        return ()
    return tuple(a for a in lookup.facts.addresses if not is_nobodys_address(a))


def has_ipv6_alone(run: RunView) -> bool:
    """Whether the server's name has IPv6 addresses and no other, whoever is asked."""
    lookups = (by_system(run), by_configured(run), by_second(run))
    addresses = [a for lookup in lookups for a in known(lookup)]
    return not run.target.is_literal and bool(addresses) and all(":" in a for a in addresses)


def denies(lookup: Observation | None) -> bool:
    """Whether the resolver says that there is no such name, no address for it, or gives the address of nobody."""
    if lookup is None:
        return False
    if lookup.failure is not None:
        return lookup.failure.kind in _DENIED
    return isinstance(lookup.facts, DnsFacts) and bool(lookup.facts.addresses) and not known(lookup)


def leads_to_this_computer(run: RunView) -> bool:
    """Whether DNS gives this computer's own address for a name of the internet: no server of others can be there."""
    name, given = run.target.host, known(by_system(run))
    is_own = (
        "." not in name or name.endswith(_OF_THIS_COMPUTER) or run.target.is_literal or is_hosts_file(run)
    )
    return bool(given) and all(map(is_loopback_address, given)) and not is_own


def answers(lookup: Observation | None) -> bool:
    """Whether a resolver gave its own answer, a denial or the beginning of one included: its network works."""
    return lookup is not None and (lookup.ok or denies(lookup) or is_cut_short(lookup))


def is_cut_short(lookup: Observation) -> bool:
    """Whether it answered by UDP that the answer is too long for that, and gave none over TCP."""
    return lookup.failure is not None and lookup.failure.kind is FailureKind.RESOLVER_TRUNCATED


def fails(lookup: Observation | None) -> bool:
    """Whether a resolver answered that it could not find out (SERVFAIL, REFUSED)."""
    return (
        lookup is not None
        and lookup.failure is not None
        and lookup.failure.kind is FailureKind.SERVER_FAILURE
        and isinstance(lookup.facts, DnsFacts)
        and lookup.facts.rcode is not None
    )


def extended_error(lookup: Observation) -> str | None:
    """The reason that the name server gave with its error, in the words of RFC 8914."""
    return lookup.facts.extended_error if isinstance(lookup.facts, DnsFacts) else None


def rcode(lookup: Observation) -> str:
    """The name server's own code, such as "SERVFAIL"; "" where it gave none."""
    return (lookup.facts.rcode if isinstance(lookup.facts, DnsFacts) else None) or ""


def elsewhere(run: RunView) -> tuple[str, ...]:
    """Addresses that the second resolver, else the configured one, gives and the system does not; IPv4 first.

    Empty where the two agree on any address: then they speak of the same server.
    """
    ours = set(known(by_system(run)))
    for lookup in (by_second(run), by_configured(run)):
        theirs = known(lookup)
        if theirs:
            return () if ours.intersection(theirs) else tuple(sorted(theirs, key=lambda a: ":" in a))
    return ()


# ---- what stood at the addresses
def other_address(run: RunView) -> Attempt | None:
    """The attempt at an address that only another resolver gives, if it was made."""
    return next(iter(run.performed(Experiment.OTHER_ADDRESS)), None)


def at_real_address(run: RunView) -> RunView:
    """The run as it would have gone on at the address that another resolver gives, where the server rejects what it is
    asked there; otherwise itself.
    """
    other = other_address(run)
    if other is None or other.status is not Status.REJECTED:
        return run
    beside = (a for a in run.attempts if a.purpose not in (Purpose.FALLBACK, Purpose.CHECK))
    tried = msgspec.structs.replace(other, purpose=Purpose.FALLBACK)
    return replace(run, attempts=(tried, *beside), is_supposed=True)


def is_hosts_file(run: RunView) -> bool:
    """Whether the system's addresses are those of the hosts file."""
    given = known(by_system(run))
    return bool(given) and set(given) <= set(run.environment.hosts_file_addresses)


def reports_missing(run: RunView) -> Observation | None:
    """An ICMP "host unreachable" from a router that is not on our side: the one on the machine's own link."""
    for seen in run.sent:
        icmp = seen.icmp
        if icmp is None or seen.icmp_sender is None or run.on_local_side(icmp.sender):
            continue
        if icmp.is_host_unreachable:
            return seen
    return None


def is_internal(run: RunView, given: tuple[str, ...]) -> bool:
    """Whether `given` are addresses of some network's inside, and no stranger answers there: a view that leaked.

    A page in the server's place is a block page, and so is this computer's own address.
    """
    if not given or not all(is_private_address(a) and not is_loopback_address(a) for a in given):
        return False
    strangers = (o.failure.kind for o in run.steps(StepName.TLS) if o.failure is not None)
    direct = (a for a in run.media if not a.endpoint.transport.is_tunnel)
    return not any(k in _STRANGERS for k in strangers) and not any(web_answer(a) for a in direct)


# ---- how far anything got
def anything_passed(run: RunView) -> bool:
    """Whether anybody beyond this network answered anything, or seemed to."""
    controls = [o for e in _CONTROLS for o in run.steps(StepName.TCP, run.performed(e))]
    tried = [*run.tcp, *controls]
    if any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in tried):
        return True
    if answers(by_second(run)) or fails(by_second(run)):
        return True
    own = by_configured(run)
    return own is not None and (answers(own) or fails(own)) and not run.on_local_side(own.address)


def sent_beyond(run: RunView) -> tuple[Observation, ...]:
    """What was sent to someone beyond this network's link: connects and questions to resolvers."""
    controls = [o for e in _CONTROLS for o in run.steps(StepName.TCP, run.performed(e))]
    lookups = [o for o in (by_configured(run), by_second(run)) if o is not None]
    return tuple(
        o for o in (*run.sent, *controls, *lookups) if o.address and not is_private_address(o.address)
    )


def stopped_by_own_router(run: RunView, observation: Observation) -> bool:
    """Whether a router on our side, not this computer, says that it knows no way further; not that it forbids it."""
    icmp = observation.icmp
    if icmp is None or icmp.sender in run.own_addresses or not run.on_local_side(icmp.sender):
        return False
    return icmp.is_net_unreachable or icmp.is_host_unreachable


def stopped_on_link(run: RunView, observation: Observation) -> bool:
    """Whether this computer itself says that it could not find the next machine on its link (EHOSTUNREACH)."""
    failure = observation.failure
    if failure is None or failure.kind is not FailureKind.UNREACHABLE:
        return False
    icmp = failure.icmp
    return icmp is None or (icmp.sender in run.own_addresses and icmp.is_host_unreachable)


# ---- questions
def ask_control_name(run: RunView) -> tuple[Question, ...]:
    """The control host's name by the system; empty when there is no control, or it is given by address."""
    host = run.options.control
    if host is None or ":" in host or host.replace(".", "").isdigit():
        return ()
    return (Question(Experiment.CONTROL_NAME, Endpoint(Transport.HTTP, host, 53)),)


def ask_other_address(run: RunView, address: str) -> tuple[Question, ...]:
    """The plan's first direct attempt once more, at another address."""
    endpoints = [a.endpoint for a in run.attempts if a.experiment is None and a.endpoint.proxy is None]
    first = next((e for e in endpoints if e.transport.is_media), None)
    transport, port = (first.transport, first.port) if first is not None else (Transport.RTMP, 1935)
    return (Question(Experiment.OTHER_ADDRESS, Endpoint(transport, run.target.host, port, address=address)),)
