"""dns-no-answer: the name server that this computer is set to ask does not answer."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "dns-no-answer"
_NO_ANSWER = (FailureKind.RESOLVER_SILENT, FailureKind.RESOLVER_CLOSED)


def judge(run: RunView) -> Answer:
    """The configured resolver is silent or closed; another one that answers shows that the network itself works."""
    if not run.name_failed:
        return None
    mute = [o for o in run.lookups("dns") if o.failure is not None and o.failure.kind in _NO_ANSWER]
    if not mute:
        return None
    second = run.performed(Experiment.SECOND_RESOLVER)
    step = second[0].step(StepName.DNS) if second else None
    answer = step if step is not None and _answered(step) else None
    return ask_unless_answered(run.ask_second_resolver(), _match(run, mute[0], answer))


def _answered(step: Observation) -> bool:
    """A denial is an answer, too."""
    return step.ok or (
        step.failure is not None and step.failure.kind in (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)
    )


def _match(run: RunView, mute: Observation, second: Observation | None) -> Match:
    closed = mute.failure is not None and mute.failure.kind is FailureKind.RESOLVER_CLOSED
    how = "has its port closed" if closed else "does not answer"
    seen = [line(f"The name server {mute.address} {how} (after {mute.elapsed_s:.1f} s).", mute)]
    if second is not None:
        seen.append(line(f"A second name server ({second.address}) answers from here.", second))
    return Match(
        Confidence.CONFIRMED if second is not None or closed else Confidence.POSSIBLE,
        f"This computer's name server {how}.",
        f"Before a computer can reach {run.target.host} it must ask a name server for its address. The one that this "
        f"computer is set to ask, {mute.address}, {how}. The streaming server has not been contacted at all.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="See whether web pages open. If none does, restart the router, or ask whoever looks after this network.",
            administrator=f"The resolver {mute.address} {how} to this client (UDP port 53). Check that it runs, that the "
            "client may use it, and that DHCP hands out the right address.",
        ),
        "Another name server answers, so the network itself works."
        if second is not None
        else "The name server's port is closed."
        if closed
        else "No other name server answered, so the whole connection may be down.",
        tuple(seen),
        rules_out=("the streaming server", "its ports and application"),
        decisive_test=""
        if second is not None or closed
        else "Open any web page: if none opens, the whole connection is down.",
    )


RULE = Rule(CAUSE, judge)
