"""dns-name-not-found: the server's name does not exist."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    by_configured,
    by_second,
    by_system,
    denies,
    is_server,
    known,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, StepName

CAUSE = "dns-name-not-found"
_NO_NAME = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)


def judge(run: RunView) -> Answer:
    """NXDOMAIN, or no address, from every resolver that was asked; one that knows the name speaks against it."""
    if run.environment.hosts_file_addresses:
        return None
    if not run.name_failed:
        return _completed(run)
    asked = run.lookups("dns")
    denied = [o for o in asked if o.failure is not None and o.failure.kind in _NO_NAME]
    if not denied and not asked:
        denied = [o for o in run.lookups("system") if o.failure is not None and o.failure.kind in _NO_NAME]
    if not denied:
        return None
    second = next(iter(run.performed(Experiment.SECOND_RESOLVER)), None)
    step = second.step(StepName.DNS) if second is not None else None
    if step is not None and step.ok:
        return None  # another resolver knows it: something denies the name here
    agreed = step is not None and step.failure is not None and step.failure.kind in _NO_NAME
    return ask_unless_answered(run.ask_second_resolver(), _match(run, denied[0], step if agreed else None))


def _completed(run: RunView) -> Answer:
    """DNS denies the name as it was written, and this computer's lookup has an address all the same: it added an ending.

    Short names are meant so, and those of .local are not in DNS; where RTMP is spoken, it was the right place.
    """
    name, own, system = run.target.host, by_configured(run), by_system(run)
    given = known(system)
    meant = "." not in name or name.endswith((".local", ".localhost", ".lan", ".home.arpa", ".internal"))
    if not given or meant or own is None or own.failure is None or own.failure.kind not in _NO_NAME:
        return None
    if any(is_server(a) for a in run.own):
        return None
    second = by_second(run)
    if second is not None and not denies(second):
        return None
    return ask_unless_answered(run.ask_second_resolver(), _completed_match(run, own, system, second))


def _completed_match(
    run: RunView, own: Observation, system: Observation | None, second: Observation | None
) -> Match:
    name, given = run.target.host, known(system)[0]
    seen = [
        line(f"The name server {own.address} says that {name} does not exist.", own),
        line(f"This computer's own lookup gives {given} for it.", system),
    ]
    if second is not None:
        seen.append(
            line(f"A second, independent name server ({second.address}) does not know it either.", second)
        )
    return Match(
        Confidence.LIKELY if second is not None else Confidence.POSSIBLE,
        "The server's name does not exist; this computer looked up another.",
        f"{name} does not exist in DNS. This computer still found an address, {given}, most likely by adding its own domain to "
        "the name (a search domain), and no media server answers there. A letter of the name may be wrong or missing, or the "
        "server's owner has removed it.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Check every letter of “{name}” against what you were given. If it is right, send this report to the "
            "people who run the server.",
            administrator="A wildcard entry in the search domain answers for every misspelled name. Remove it, or the search "
            "domain.",
            operator=f"Check the DNS zone of {name}: there is no A or AAAA record.",
        ),
        "DNS denies the name, and what stands at the address that was found is no media server."
        if second is not None
        else "Only one name server was asked.",
        tuple(seen),
        rules_out=("a firewall on the way",),
        decisive_test="" if second is not None else "Look the name up from another network.",
    )


def _match(run: RunView, denied: Observation, second: Observation | None) -> Match:
    name = run.target.host
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


RULE = Rule(CAUSE, judge, explains=OF_A_WRONG_ADDRESS)
