"""dns-name-not-found: the server's name does not exist."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
from fmsdiag.model import Actor, Advice, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "dns-name-not-found"
_NO_NAME = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)


def judge(evidence: Evidence) -> Answer:
    """NXDOMAIN, or no address, from every resolver that was asked; one that knows the name speaks against it."""
    if not evidence.name_failed or evidence.environment.hosts_file_addresses:
        return None
    asked = evidence.lookups("dns")
    denied = [o for o in asked if o.failure is not None and o.failure.kind in _NO_NAME]
    if not denied and not asked:
        denied = [
            o for o in evidence.lookups("system") if o.failure is not None and o.failure.kind in _NO_NAME
        ]
    if not denied:
        return None
    second = next(iter(evidence.performed(Experiment.SECOND_RESOLVER)), None)
    step = second.step(StepName.DNS) if second is not None else None
    if step is not None and step.ok:
        return None  # another resolver knows it: something denies the name here
    agreed = step is not None and step.failure is not None and step.failure.kind in _NO_NAME
    return ask_or(evidence.ask_second_resolver(), _match(evidence, denied[0], step if agreed else None))


def _match(evidence: Evidence, denied: Observation, second: Observation | None) -> Match:
    name = evidence.target.host
    empty = denied.failure is not None and denied.failure.kind is FailureKind.NO_DATA
    what = "has no address" if empty else "does not exist"
    who = f"The name server {denied.address}" if denied.address else "This computer's name lookup"
    seen = [line(f"{who} says that {name} {what}.", denied)]
    if second is not None:
        seen.append(line(f"A second, independent name server ({second.address}) says the same.", second))
    return Match(
        Confidence.CONFIRMED if second is not None else Confidence.LIKELY,
        f"The server name {name} {what}." if len(name) < 40 else f"The server's name {what}.",
        f"{'Two name servers say' if second is not None else 'The name server says'} that {name} {what}. A letter may be "
        "wrong or missing, or the server's owner has removed it."
        + ("" if second is not None else " A network that hides some names would look the same."),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check every letter of “{name}” against what you were given. If it is right, send this report to the "
            "people who run the server.",
            operator=f"Check the DNS zone of {name}: there is no A or AAAA record.",
        ),
        "Two independent name servers agree."
        if second is not None
        else "One name server says so; no second one could be asked.",
        tuple(seen),
        rules_out=("a firewall on the way", "the media server's ports"),
        decisive_test="" if second is not None else "Look the name up from another network.",
    )


RULE = Rule(CAUSE, judge)
