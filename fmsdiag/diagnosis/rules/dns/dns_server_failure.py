"""dns-server-failure: a name server answers, and says that it could not find out."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    ask_control_name,
    by_configured,
    by_second,
    fails,
    known,
    of_control,
    rcode,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.model import Actor, Confidence, Observation

CAUSE = "dns-server-failure"


def judge(run: RunView) -> Answer:
    """SERVFAIL or REFUSED from the configured resolver; the second resolver and another name tell whose fault it is."""
    own = by_configured(run)
    if not run.name_failed or own is None or not fails(own):
        return None
    questions = (*run.ask_second_resolver(), *ask_control_name(run))
    return ask_unless_answered(questions, _match(run, own))


def _match(run: RunView, own: Observation) -> Match:
    name, said = run.target.host, rcode(own)
    second, control = by_second(run), of_control(run)
    knows, both = bool(known(second)), fails(second)
    every = control is not None and control.failure is not None
    seen = [line(f"The name server {own.address} answers {said} for {name}.", own)]
    if second is not None and knows:
        seen.append(line(f"Another name server ({second.address}) knows the name.", second))
    elif second is not None and both:
        seen.append(
            line(f"Another name server ({second.address}) fails at it, too: {rcode(second)}.", second)
        )
    if control is not None:
        which = "cannot be looked up either" if every else "is looked up without trouble"
        seen.append(line(f"The name of another server {which}.", control))
    if knows and every:
        whose = "It fails at another name as well, so the name server itself is at fault."
    elif knows:
        whose = "Another name server knows the name, so this one is at fault; its check of signatures (DNSSEC) may have failed."
    elif both:
        whose = "Another name server fails at it as well, so the fault is at the name's own zone."
    else:
        whose = "Whether the fault is its own, the name's zone or this network's line to the internet could not be told."
    certain = knows or both
    return Match(
        Confidence.CONFIRMED if certain else Confidence.LIKELY,
        "The name server fails to look up the server's name.",
        f"The name server {own.address}, which this computer is set to ask, answers with the error {said} instead of an "
        f"address. {whose} The streaming server has not been contacted.",
        (Actor.OPERATOR,)
        if both
        else (Actor.ADMINISTRATOR,)
        if knows
        else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Send this report to the people who run the server."
            if both
            else "Try again in a few minutes; then restart the router, or ask whoever looks after this network.",
            administrator=""
            if both
            else f"The resolver {own.address} answers {said} for {name}. Check that it may serve this "
            "client, that it reaches its own upstream servers, and what its log says of DNSSEC validation for the name.",
            operator=""
            if knows
            else f"Check the zone of {name}: that its name servers answer, and that its DNSSEC signatures and "
            "the DS record above it are valid.",
        ),
        "The name server itself says so, and another one knows the name."
        if knows
        else "Two independent name servers say so."
        if both
        else "The name server itself says so; no second one could be asked.",
        tuple(seen),
        rules_out=("a typing error in the name", "a firewall between here and the server")
        if certain
        else ("the server's ports",),
        decisive_test="" if certain else "Look the name up from another network.",
    )


RULE = Rule(CAUSE, judge)
