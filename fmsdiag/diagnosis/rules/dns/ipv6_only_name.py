"""ipv6-only-name: the name has IPv6 addresses alone, and this network or this computer has no IPv6."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import by_configured, by_second, by_system, known
from fmsdiag.diagnosis.evidence.own_network import has_ipv6_switched_off
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, FailureKind, Observation


class OnlyIpv6(FindingTexts, of="ipv6-only-name.only-ipv6"):
    """The name has no IPv4 address, this network no IPv6."""

    headline = text("The server has only IPv6; this network has only IPv4.")
    explanation = plural(
        "{server:host} has only an IPv6 address ({addresses}). This network has only IPv4, and the two cannot connect.",
        "{server:host} has only IPv6 addresses ({addresses}). This network has only IPv4, and the two cannot connect.",
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Use a network with IPv6, such as a phone's hotspot.", premise=Premise.OTHER_NETWORK),
        step("Or ask the people who run the server to add an IPv4 address."),
    )
    administrator = (
        step("Provide IPv6 in this network (router advertisements or DHCPv6, and a default route)."),
    )
    operator = (step("Give {server:host} an IPv4 address (A record) as well. Many networks have no IPv6."),)


class SwitchedOff(FindingTexts, of="ipv6-only-name.switched-off"):
    """The name has no IPv4 address, and this computer does not speak IPv6 even to itself."""

    headline = text("This computer has IPv6 switched off, and the server needs it.")
    explanation = plural(
        "{server:host} has only an IPv6 address ({addresses}), and IPv6 is switched off on this computer. Whether this "
        "network has IPv6 shows once it is on.",
        "{server:host} has only IPv6 addresses ({addresses}), and IPv6 is switched off on this computer. Whether this "
        "network has IPv6 shows once it is on.",
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step("Switch on IPv6 in this computer's network settings, then test again.", Action.RUN_AGAIN),
        OnlyIpv6.you[1],
    )
    operator = OnlyIpv6.operator


class Seen(Table, of="ipv6-only-name.seen"):
    OFF = text(
        "This computer has no IPv6 address at all, not even the one by which a computer speaks to itself."
    )
    ADDRESSES = text("{host} has {addresses}, and no IPv4 address.")
    NO_ROUTE = text("Sending to {address} failed immediately: this computer has no route for IPv6.")
    LEFT_OUT = text("This computer's own lookup leaves out IPv6 addresses.")


class Earned(Table, of="ipv6-only-name.earned"):
    """What the confidence rests on."""

    NO_ROUTE = text(
        "DNS gives only IPv6 addresses, and the operating system reports that it has no route for them."
    )
    LEFT_OUT = text("DNS gives only IPv6 addresses, and the operating system does not use them.")
    OFF = text("DNS gives only IPv6 addresses, and no network card of this computer has one.")


def judge(run: RunView) -> Answer:
    """Every address is an IPv6 one, and the system has no route to any, while it has a way to IPv4 addresses."""
    lookup = next((o for o in (by_system(run), by_configured(run), by_second(run)) if known(o)), None)
    addresses = known(lookup)
    if lookup is None or run.target.is_literal or not all(":" in a for a in addresses):
        return None
    if not run.environment.default_gateways and not any(
        "." in a for a in run.own_addresses if a != "127.0.0.1"
    ):
        return None  # no network at all, rather than no IPv6
    tcp = run.tcp
    stuck = [o for o in tcp if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    hidden = run.name_failed and not tcp  # some systems hide addresses that they could not use
    if len(stuck) < len(tcp) or not (stuck or hidden):
        return None
    return _found(run, lookup, stuck)


def _found(run: RunView, lookup: Observation, stuck: list[Observation]) -> Found:
    addresses, host = known(lookup), run.target.host
    has = Seen.ADDRESSES.of(host=host, addresses=addresses[:MOST_ADDRESSES])
    seen = [evidence_line(has, lookup)]
    seen += [evidence_line(Seen.NO_ROUTE.of(address=o.address or ""), o) for o in stuck[:1]]
    if not stuck:
        seen.append(evidence_line(Seen.LEFT_OUT.of(), by_system(run)))
    is_off = has_ipv6_switched_off(run)
    if is_off:
        seen.append(evidence_line(Seen.OFF.of()))
    earned = Earned.OFF if is_off else Earned.NO_ROUTE if stuck else Earned.LEFT_OUT
    return Found(
        SwitchedOff if is_off else OnlyIpv6,
        Confidence.CONFIRMED,
        earned.of(),
        tuple(seen),
        values={"addresses": addresses[:2]},
        rules_out=(RuledOut.FIREWALL.of(), RuledOut.APPLICATION.of()),
    )


RULE = Rule(Cause.IPV6_ONLY_NAME, judge, explains=(Cause.DNS_NAME_NOT_FOUND, Cause.SERVER_DOWN))
