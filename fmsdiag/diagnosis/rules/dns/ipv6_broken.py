"""ipv6-broken: the name's IPv6 addresses go nowhere from here, its IPv4 addresses work."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.addresses import Addresses, addresses_tried
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import are, joined, outcome
from fmsdiag.model import Actor, Confidence

CAUSE = "ipv6-broken"


def judge(run: RunView) -> Answer:
    """No IPv6 address of the name answers at all on a port where an IPv4 address of it does.

    A refusal is an answer: it shows that IPv6 arrives.
    """
    tried = addresses_tried(run)
    six = [a for a in tried.silent if ":" in a]
    if (
        not six
        or any(":" in a for a in (*tried.working, *tried.answering))
        or not any("." in a for a in tried.working)
    ):
        return None
    return _match(run, tried, six)


def _match(run: RunView, tried: Addresses, six: list[str]) -> Match:
    four = next(a for a in tried.working if "." in a)
    dead, alive = tried.shown[six[0]], tried.shown[four]
    return Match(
        Confidence.LIKELY,
        "IPv6 to this server does not work; IPv4 does.",
        f"{run.target.host} has addresses of both internet protocols. What is sent to "
        f"{joined(six[:2])} (IPv6) gets no answer, "
        f"while {four} (IPv4) answers on the same port. Players that try IPv6 first wait before they "
        "connect, or do not connect "
        "at all. The fault is in this network's IPv6, on the way, or at the server's IPv6.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="If connecting takes long or fails, give this report to whoever looks after this "
            "network; players that can be set "
            "to IPv4 connect at once.",
            administrator=f"This computer has a route for IPv6, but TCP to {joined(six[:2])} port "
            f"{dead.port} is not answered. Check "
            "the IPv6 uplink, the firewall's rules for IPv6 and that ICMPv6 passes; or stop announcing IPv6 until it works.",
            operator=f"Check that {joined(six[:2])} {are(six)} reachable from outside, and that the "
            "server's firewall has the same rules "
            "for IPv6.",
        ),
        "The same server's IPv4 address answers on the same port.",
        (
            line(f"{six[0]}, port {dead.port}: {outcome(dead)}.", dead),
            line(f"{four}, port {alive.port}: answers in {alive.elapsed_s * 1000:.0f} ms.", alive),
        ),
        rules_out=("the server being down", "a firewall against the port", "the application's name"),
        decisive_test="Open any web page by IPv6 from here: if that works, the fault is at the server's side.",
    )


RULE = Rule(CAUSE, judge)
