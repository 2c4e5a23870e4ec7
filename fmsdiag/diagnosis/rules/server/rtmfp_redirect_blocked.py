"""rtmfp-redirect-blocked: the server answers by UDP and sends us on to where nobody answers."""

from __future__ import annotations

from itertools import pairwise

from fmsdiag.diagnosis.evidence.ports import udp_attempts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import joined, outcome
from fmsdiag.model import Actor, Confidence, FailureKind, Observation, Status, StepName, UdpFacts
from fmsdiag.target import is_private_address

CAUSE = "rtmfp-redirect-blocked"
_DEAD = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.REFUSED, FailureKind.NO_ROUTE)


def judge(run: RunView) -> Answer:
    """An RTMFP step that was redirected ends without any answer of the address that it was redirected to."""
    for attempt in udp_attempts(run):
        if attempt.status not in (Status.FAILED, Status.CANCELLED):
            continue
        steps = [o for o in attempt.observations if o.step is StepName.UDP and isinstance(o.facts, UdpFacts)]
        for by, end in pairwise(steps):
            facts = end.facts
            dead = end.failure is not None and end.failure.kind in _DEAD
            if isinstance(facts, UdpFacts) and facts.redirected_by and dead:
                return _match(run, by, end)
    return None


def _match(run: RunView, by: Observation, end: Observation) -> Match:
    named = by.facts.redirects if isinstance(by.facts, UdpFacts) else ()
    who = by.address or run.target.host
    private = [a for a in named if is_private_address(a.rpartition(":")[0].strip("[]"))]
    hidden = bool(named) and len(private) == len(named)
    target = joined(list(named[:3])) or f"{end.address}:{end.port}"
    return Match(
        Confidence.CONFIRMED if hidden and run.path_matters else Confidence.LIKELY,
        "RTMFP is redirected to an address that does not answer.",
        f"The server answers on UDP port {by.port} and sends its clients on to {target}. From there comes no answer. "
        + (
            "That is an address of a private network, which nobody outside of it can reach: the server does not know its "
            "public "
            "address."
            if hidden
            else "Either this network lets only some UDP ports out, or a firewall before the server does not let them in. From "
            "here, the two look alike."
        ),
        (Actor.OPERATOR,) if hidden else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Use RTMP instead of RTMFP until this is mended.",
            administrator=""
            if hidden
            else f"Allow outbound UDP to {target}, and to ports 19350-65535 of the server in general, with replies.",
            operator=(
                "Set the public address to which RTMFP clients are redirected"
                if hidden
                else "Open the UDP ports to which RTMFP clients are redirected"
            )
            + " (AMS: ADAPTOR.HOSTPORT with rtmfp=, and the public address in Adaptor.xml; by default 19350-65535).",
            firewall_request=None,
        ),
        "The server's own redirect names a private address."
        if hidden
        else "UDP to the server passes in both directions, and only the address that it names is silent.",
        (
            line(f"The server answers by UDP and redirects to {target}.", by),
            line(f"{end.address} port {end.port}: {outcome(end)}, asked because {who} said so.", end),
        ),
        rules_out=("UDP being blocked altogether", "the server being down"),
        decisive_test="" if hidden else "Try the same server from another network.",
    )


RULE = Rule(CAUSE, judge, explains=("udp-blocked",))
