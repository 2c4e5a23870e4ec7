"""idle-timeout: a router or firewall forgets connections that are silent for a while, and what is sent then vanishes."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, IdleFacts, Observation, StepName

CAUSE = "idle-timeout"
_DEAD = (FailureKind.TIMED_OUT, FailureKind.STALLED, FailureKind.RESET, FailureKind.CLOSED)


def judge(run: RunView) -> Answer:
    """The connection that said nothing is dead, and the one beside it that did is alive."""
    for attempt in run.performed(Experiment.IDLE):
        step = attempt.step(StepName.IDLE)
        if step is None or not isinstance(step.facts, IdleFacts) or step.facts.busy_outcome != "alive":
            continue
        if step.facts.idle_outcome in _DEAD:
            return _match(step, step.facts)
    return None


def _match(step: Observation, facts: IdleFacts) -> Match:
    # a server that ends a silent client takes leave in good order; what a router has forgotten nobody takes leave of
    by_server = facts.idle_outcome == FailureKind.CLOSED
    seconds = f"{facts.waited_s:g} s"
    after = {
        FailureKind.RESET: "is reset when something is sent again",
        FailureKind.CLOSED: "has been closed",
    }.get(FailureKind(facts.idle_outcome), "gives no answer any more")
    return Match(
        Confidence.POSSIBLE if by_server else Confidence.LIKELY,
        "Connections that are silent for a while are cut.",
        f"A connection on which nothing was said for {seconds} {after}; one on which something was said each second lives. "
        + (
            "The server, or something in front of it, ends clients that are silent."
            if by_server
            else "A router or firewall on the way forgets connections that are silent, so that a player "
            "that pauses loses its connection."
        ),
        (Actor.OPERATOR, Actor.ADMINISTRATOR) if by_server else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Until this is mended, reconnect after a pause.",
            administrator=f"Raise the idle timeout of established TCP connections well above {seconds}: RFC 5382 asks "
            "for at least "
            "2 h 4 min. It is in the settings of the firewall, the router's NAT or the load balancer.",
            operator="Let the server say something often: AMS ping in Server.xml and AutoCloseIdleClients in Vhost.xml, Wowza "
            "PingTimeout, nginx-rtmp “ping” and “so_keepalive”, Red5 ghostConnsCleanupPeriod and pingInterval.",
        ),
        "The two connections differ in nothing but the silence.",
        (
            line(f"After {seconds} of silence a connection {after}.", step),
            line("A connection beside it that was in use answers.", step),
        ),
        rules_out=("a blocked port", "the application's name"),
        decisive_test="The server's log tells whether it ended the silent client itself."
        if by_server
        else "",
    )


RULE = Rule(CAUSE, judge)
