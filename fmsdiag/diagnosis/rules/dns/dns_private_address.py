"""dns-private-address: public DNS gives an address that exists only inside one network."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.dns import (
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    denies,
    elsewhere,
    is_hosts_file,
    is_internal,
    known,
    other_address,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line, attempt_at_line, lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, Observation
from fmsdiag.private_addresses import is_loopback_address, is_private_address


class Private(FindingTexts, of="dns-private-address.private"):
    """A name server outside this network gives a private address as well."""

    headline = text("The server name points to a private address.")
    explanation = plural(
        "{server:host} has the address {addresses}. Such an address works only inside the server's own network, not over the "
        "internet. Most likely the server's internal address was published instead of its public one. If the server is meant "
        "for its own network only, this computer is not in it, or its VPN is not connected.",
        "{server:host} has the addresses {addresses}. Such addresses work only inside the server's own network, not over the "
        "internet. Most likely the server's internal addresses were published instead of its public ones. If the server is "
        "meant for its own network only, this computer is not in it, or its VPN is not connected.",
    )
    acts = (Actor.OPERATOR,)
    you = (
        step(
            "If the server belongs to a company or school, connect to its network or VPN, and run the test again."
        ),
        step("Otherwise, save this report and send it to the people who run the server.", Action.SAVE_REPORT),
    )
    operator = (
        step("Publish the server's public address in the A or AAAA record of {server:host}."),
        step("If the server is behind NAT, publish the router's public address, and forward the ports."),
    )


class PrivateHere(FindingTexts, of="dns-private-address.private-here"):
    """No name server outside this network was asked."""

    headline = Private.headline
    explanation = plural(
        "{server:host} has the address {addresses} here. Such an address works only inside one network, not over the "
        "internet. Either the server's internal address was published instead of its public one, or this is the server's "
        "own network and the server is turned off.",
        "{server:host} has the addresses {addresses} here. Such addresses work only inside one network, not over the "
        "internet. Either the server's internal addresses were published instead of its public ones, or this is the "
        "server's own network and the server is turned off.",
    )
    acts = Private.acts
    you = Private.you
    operator = Private.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the name points to the same address there, "
        "that address was published.",
    )


class Internal(FindingTexts, of="dns-private-address.internal"):
    """This network's name server gives a private address, another one the public address, and the server answers there."""

    headline = text("This network's DNS server gives an internal address for the server.")
    explanation = text(
        "This network's DNS server gives {inside:address} for {server:host}. Such an address works only inside one "
        "network, and no media server answers there from here. A DNS server outside this network gives the public "
        "address {outside:address}, and the media server answers there. Most likely this network has a local entry for "
        "the server, or its DNS server forwards to the server's internal one."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step(
            "If you are connected to the VPN of the server's network, check or disconnect it, and run the test again.",
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Have the DNS server return {outside:address} for {server:host} in this network, or provide a route to "
            "{inside:address}."
        ),
    )


class InternalToo(FindingTexts, of="dns-private-address.internal-too"):
    """Likewise, and the server does not answer at its public address either."""

    headline = Internal.headline
    explanation = text(
        "This network's DNS server gives {inside:address} for {server:host}. Such an address works only inside one "
        "network, and no media server answers there from here. A DNS server outside this network gives the public "
        "address {outside:address}, but the media server does not answer there either. Either the server is turned off, "
        "or it is meant to be reached at its internal address and this network has no route to it."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step(
            "If the server belongs to a company or school, connect to its network or VPN, and run the test again."
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "If this network should reach {inside:address}, check the route or VPN to it. Otherwise, have the DNS server "
            "return {outside:address} for {server:host}."
        ),
    )
    operator = (
        step("Check that the media server is running and answers at {inside:address} and {outside:address}."),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it connects there, this network is the cause.",
        premise=Premise.OTHER_NETWORK,
    )


class Loopback(FindingTexts, of="dns-private-address.loopback"):
    """The address of the asking computer itself; a name server outside this network gives a private one as well."""

    headline = text("The server name points to this computer itself.")
    explanation = plural(
        "{server:host} has the address {addresses}. On every computer, that address means the computer itself. Most likely it "
        "was published by mistake instead of the server's public address.",
        "{server:host} has the addresses {addresses}. On every computer, these addresses mean the computer itself. Most likely "
        "they were published by mistake instead of the server's public address.",
    )
    acts = Private.acts
    you = (Steps.SAVE_REPORT,)
    operator = (step("Publish the server's public address in the A or AAAA record of {server:host}."),)


class LoopbackHere(FindingTexts, of="dns-private-address.loopback-here"):
    """Likewise, and no name server outside this network was asked."""

    headline = Loopback.headline
    explanation = plural(
        "{server:host} has the address {addresses} here. On every computer, that address means the computer itself. "
        "Either it was published by mistake instead of the server's public address, or this network blocks the name this "
        "way.",
        "{server:host} has the addresses {addresses} here. On every computer, these addresses mean the computer itself. "
        "Either they were published by mistake instead of the server's public address, or this network blocks the name "
        "this way.",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.SAVE_REPORT, Steps.OTHER_NETWORK)
    administrator = (step("Check whether a DNS filter of this network blocks {server:host}."),)
    operator = Loopback.operator
    decisive_test = PrivateHere.decisive_test


class Earned(Table, of="dns-private-address.earned"):
    """What the confidence rests on."""

    SECOND = text("A second DNS server gives a private address as well, and nothing answers there.")
    OUTSIDE = text("A second DNS server gives a public address, and the media server answers there.")
    NEITHER = text(
        "The media server answers at neither address, so it is not known which of the two is right."
    )
    ALONE = text("Nothing answers there, and no DNS server outside this network confirmed the address.")


def judge(run: RunView) -> Answer:
    """Only private addresses, nothing opens at any of them, and a resolver outside this network gives the same.

    A name that only this network's resolver knows is a name of this network, and its server may just be off.
    """
    system = by_system(run)
    given = known(system)
    if system is None or not given or not all(is_private_address(a) for a in given) or is_hosts_file(run):
        return None
    if run.target.is_literal or not run.tcp or any(met_server(a) for a in run.own):
        return None
    second = by_second(run)
    theirs = known(second)
    if denies(second):
        return None
    if theirs and not all(is_private_address(a) for a in theirs):
        return _leaked(run, system, second) if second is not None else None
    if any(o.ok for o in run.tcp):
        return None  # a machine of this network
    return ask_unless_answered(
        run.ask_second_resolver(), _found(run, system, given, second if theirs else None)
    )


def _leaked(run: RunView, system: Observation, second: Observation) -> Answer:
    """The address of the server's inside here, that of its outside elsewhere: two views of one name, nobody's forgery."""
    given, others, other = known(system), elsewhere(run), other_address(run)
    if not others or not is_internal(run, given):
        return None
    if other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), None)
    works = met_server(other)
    own = by_configured(run)
    seen = [lookup_line(run, own if own is not None and own.ok else system), lookup_line(run, second)]
    seen += [attempt_at_line(a, given[0]) for a in [a for a in run.own if a.failed_step is not None][:1]]
    outside = other.endpoint.address or others[0]
    return Found(
        Internal if works else InternalToo,
        Confidence.LIKELY if works else Confidence.POSSIBLE,
        Earned.OUTSIDE.of() if works else Earned.NEITHER.of(),
        (*seen, attempt_at_line(other, outside)),
        values={"inside": given[0], "outside": outside},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _found(run: RunView, system: Observation, given: tuple[str, ...], second: Observation | None) -> Found:
    case: type[FindingTexts]
    if all(map(is_loopback_address, given)):
        case = Loopback if second is not None else LoopbackHere
    else:
        case = Private if second is not None else PrivateHere
    seen = [lookup_line(run, o) for o in (system, second) if o is not None]
    seen += [address_port_line(o) for o in [o for o in run.tcp if not o.ok][:1]]
    return Found(
        case,
        Confidence.LIKELY if second is not None else Confidence.POSSIBLE,
        Earned.SECOND.of() if second is not None else Earned.ALONE.of(),
        tuple(seen),
        values={"addresses": given[:MOST_ADDRESSES]},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


RULE = Rule(
    Cause.DNS_PRIVATE_ADDRESS,
    judge,
    explains=(
        Cause.SERVER_DOWN,
        Cause.SERVER_NOT_LISTENING,
        Cause.PORT_BLOCKED,
        Cause.DNS_STALE_ADDRESS,
        Cause.SERVER_FIREWALL,
        Cause.RTMP_SERVICE_STOPPED,
    ),
)
