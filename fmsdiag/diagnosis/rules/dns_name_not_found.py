"""dns-name-not-found: the server's name does not exist."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
from fmsdiag.model import Actor, Advice, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "dns-name-not-found"
_NO_NAME = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)


def judge(evidence: Evidence) -> Answer:
    """NXDOMAIN from every resolver that was asked; one that knows the name speaks against it."""
    if not evidence.name_failed or evidence.environment.hosts_file_addresses:
        return None
    denied = [o for o in evidence.lookups("dns") if o.failure is not None and o.failure.kind in _NO_NAME]
    system = [o for o in evidence.lookups("system") if o.failure is not None and o.failure.kind in _NO_NAME]
    if not denied and (not system or evidence.lookups("dns")):
        return None
    second = evidence.performed(Experiment.SECOND_RESOLVER)
    step = second[0].step(StepName.DNS) if second else None
    if step is not None and step.ok:
        return None  # another resolver knows it: something denies the name here
    agreed = step is not None and step.failure is not None and step.failure.kind in _NO_NAME
    match = _match(evidence, denied or system, step if agreed else None)
    return match if second else ask_or(evidence.ask_second_resolver(), match)


def _match(evidence: Evidence, denied: list[Observation], second: Observation | None) -> Match:
    name = evidence.target.host
    seen = [
        line(
            f"The name server {denied[0].address or 'of this computer'} says that {name} does not exist.",
            denied[0],
        )
    ]
    if second is not None:
        seen.append(line(f"A second, independent name server ({second.address}) says the same.", second))
    return Match(
        Confidence.CONFIRMED if second is not None or denied[0].address else Confidence.LIKELY,
        f"The server name {name} does not exist." if len(name) < 40 else "The server's name does not exist.",
        f"The name servers that were asked say that {name} does not exist. A letter may be wrong or missing, or the "
        "server's owner has removed the name.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check every letter of “{name}” against what you were given. If it is right, send this report to the "
            "people who run the server.",
            operator=f"Check the DNS zone of {name}: there is no A or AAAA record.",
        ),
        "Two independent name servers agree." if second is not None else "The name server says so itself.",
        tuple(seen),
        rules_out=("a firewall on the way", "the media server's ports"),
    )


RULE = Rule(CAUSE, judge)
