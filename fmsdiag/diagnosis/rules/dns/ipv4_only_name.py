"""ipv4-only-name: the server has IPv4 addresses alone, and this network has IPv6 alone."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.families import is_unreachable_ipv4, stuck_on_ipv4
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence


class OnlyIpv4(FindingTexts, of="ipv4-only-name.only-ipv4"):
    """The server has no IPv6 address, this computer no IPv4 address."""

    headline = text("The server has only IPv4; this network has only IPv6.")
    explanation = text(
        "This computer has only IPv6 addresses, and {server:host} has only IPv4 addresses. The two cannot connect unless "
        "this network translates between them. The media server was not reached."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Use a network with IPv4, such as a phone's hotspot.", premise=Premise.OTHER_NETWORK),
        step("Or ask the person who runs this network for access to IPv4 servers."),
    )
    administrator = (step("Give this network access to IPv4 servers, for example with NAT64 and DNS64."),)
    operator = (
        step("Give {server:host} an IPv6 address (AAAA record) as well. Some networks have no IPv4."),
    )


class Literal(FindingTexts, of="ipv4-only-name.literal"):
    """An IPv4 address was entered: what the server's name has is not known."""

    headline = text("You entered an IPv4 address; this network has only IPv6.")
    explanation = text(
        "This computer has only IPv6 addresses, and {server:host} is an IPv4 address. The two cannot connect. Networks that "
        "have only IPv6 often reach IPv4 servers by their names, which this network's DNS server translates. The media server "
        "was not reached."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step("Enter the server's name instead of its address.", Action.EDIT_SERVER),
        step(
            "If it has no name, use a network with IPv4, such as a phone's hotspot.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (
        step(
            "If people here need servers by their IPv4 addresses, provide 464XLAT (CLAT) or IPv4 beside NAT64."
        ),
    )
    operator = (step("Give customers the server's name rather than its address."),)


class Seen(Table, of="ipv4-only-name.seen"):
    NO_ROUTE = text("Sending to {address} failed immediately: this computer has no route for IPv4.")
    ADAPTERS = text("This computer's network adapters have only IPv6 addresses.")


class Earned(Table, of="ipv4-only-name.earned"):
    """What the confidence rests on."""

    SYSTEM = text(
        "The operating system reports that it has no route for IPv4, and this computer has no IPv4 address."
    )


def judge(run: RunView) -> Answer:
    """Every connect went to an IPv4 address and failed at once with "no route", while there are IPv6 addresses alone."""
    if not is_unreachable_ipv4(run):
        return None
    seen = [evidence_line(Seen.NO_ROUTE.of(address=o.address), o) for o in stuck_on_ipv4(run) if o.address]
    return Found(
        Literal if run.target.is_literal else OnlyIpv4,
        Confidence.CONFIRMED,
        Earned.SYSTEM.of(),
        (*seen[:1], evidence_line(Seen.ADAPTERS.of())),
        rules_out=(RuledOut.FIREWALL.of(), RuledOut.APPLICATION.of()),
    )


RULE = Rule(
    Cause.IPV4_ONLY_NAME,
    judge,
    explains=(
        Cause.NO_INTERNET,
        Cause.DNS_NO_ANSWER,
        Cause.SERVER_DOWN,
        Cause.PORT_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.DNS_PRIVATE_ADDRESS,
    ),
)
