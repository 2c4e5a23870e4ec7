"""one-address-dead: one of the name's addresses does not serve, another one does."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.addresses import addresses_tried
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence
from fmsdiag.target import is_loopback_address


class Dead(FindingTexts, of="one-address-dead.dead"):
    """Some addresses fail in every attempt at a port where another one works."""

    headline = plural(
        "One of the server's addresses does not work.",
        "{count} of the server's addresses do not work.",
    )
    explanation = plural(
        "{server:host} has several addresses. The address {dead:addresses} does not accept connections; {alive:address} "
        "does. Players pick one of the addresses, some only the first. So some connections fail or are slow, seemingly "
        "at random.",
        "{server:host} has several addresses. The addresses {dead:addresses} do not accept connections; {alive:address} "
        "does. Players pick one of the addresses, some only the first. So some connections fail or are slow, seemingly "
        "at random.",
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Try again. The next attempt may use an address that works.", Action.RUN_AGAIN),
        Steps.SAVE_REPORT,
    )
    operator = (
        plural(
            "Check the machine or load balancer behind {dead:addresses}, or remove the address from the DNS zone until it is "
            "repaired.",
            "Check the machines or load balancers behind {dead:addresses}, or remove these addresses from the DNS zone until "
            "they are repaired.",
        ),
    )
    decisive_test = text(
        "Run the test from another network. If the same address fails there, the cause is on the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class DeadHere(FindingTexts, of="one-address-dead.dead-here"):
    """Likewise of this computer's own addresses: localhost, or a name that stands for it."""

    headline = Dead.headline
    explanation = plural(
        "{server:host} stands for this computer and has several addresses. The address {dead:addresses} does not accept "
        "connections; {alive:address} does. Players that try {dead:addresses} first fail or are slow.",
        "{server:host} stands for this computer and has several addresses. The addresses {dead:addresses} do not accept "
        "connections; {alive:address} does. Players that try one of them first fail or are slow.",
    )
    acts = (Actor.USER,)
    you = (
        step("Use {alive:address} as the server's name.", Action.EDIT_SERVER),
        step("Or make the server on this computer listen on {dead:addresses} too."),
    )


class Earned(Table, of="one-address-dead.earned"):
    """What the confidence rests on."""

    OTHER = text("Another address of the same name works on the same port from here.")


class Excluded(Table, of="one-address-dead.ruled-out"):
    PORT = text("A blocked port is not the cause: port {port} of another address opens.")


def judge(run: RunView) -> Answer:
    """An address fails in every attempt at a port where another address of the name works.

    Silence of all IPv6 addresses alike is a matter of IPv6, not of the one address.
    """
    tried = addresses_tried(run)
    has_six = any(":" in a for a in (*tried.working, *tried.answering))
    dead = [a for a in tried.dead if ":" not in a or has_six or a in tried.answering]
    if not dead or not tried.working:
        return None
    works = tried.working[0]
    alive = tried.shown[works]
    return Found(
        DeadHere if all(map(is_loopback_address, (*dead, works))) else Dead,
        Confidence.LIKELY,
        Earned.OTHER.of(),
        (*(address_port_line(tried.shown[a]) for a in dead[:3]), address_port_line(alive)),
        values={"dead": dead[:MOST_ADDRESSES], "count": len(dead), "alive": works},
        rules_out=(Excluded.PORT.of(port=alive.port or 0),),
    )


RULE = Rule(Cause.ONE_ADDRESS_DEAD, judge)
