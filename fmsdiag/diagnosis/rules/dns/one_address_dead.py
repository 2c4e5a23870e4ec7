"""one-address-dead: one of the name's addresses does not serve, another one does."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.addresses import addresses_tried
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import joined, outcome
from fmsdiag.model import Actor, Confidence

CAUSE = "one-address-dead"


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
    what = f"{joined(dead[:3])} {'does' if len(dead) == 1 else 'do'} not let clients in"
    count = len(tried.dead) + len(tried.working)
    return Match(
        Confidence.LIKELY,
        "One of the server's addresses does not work."
        if len(dead) == 1
        else f"{len(dead)} of the server's addresses do not work.",
        f"{run.target.host} has several addresses; {count} were tried. {what}, {works} does. Players pick one of them, "
        "some only the first, so some connections fail or take long, seemingly at random.",
        (Actor.OPERATOR,),
        Advice(
            user="Try again: the next attempt may be sent to an address that works. Send this report to the people who run the "
            "server.",
            operator=f"Check the machine or load balancer behind {joined(dead[:3])}, or take the address "
            "out of the DNS zone until "
            "it is repaired.",
        ),
        "Another address of the same name works on the same port from here.",
        (
            *(
                line(f"{a}: {outcome(tried.shown[a])} (port {tried.shown[a].port}).", tried.shown[a])
                for a in dead[:3]
            ),
            line(f"{works}: answers in {alive.elapsed_s * 1000:.0f} ms (port {alive.port}).", alive),
        ),
        rules_out=("a firewall against the port", "the application's name"),
        decisive_test="Ask somebody on another network to try the same address.",
    )


RULE = Rule(CAUSE, judge)
