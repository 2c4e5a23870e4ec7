"""What a rule is and what it may answer.

A rule looks at a run and answers one of: no (None); Found, its cause with what shows it; or an Ask, "this experiment
would tell me from my look-alike". Confidence is earned by contrast with something that passed, never by adding weights.

A rule decides, a table speaks: each way in which a cause can show is a class of FindingTexts at the top of the rule's
file. The rule answers with the class and its values; nothing is worded in a function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from fmsdiag.diagnosis.evidence.own_network import vpn_to_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.server_settings import NOWHERE
from fmsdiag.diagnosis.steps import (
    Beyond,
    Steps,
    beside_vpn,
    best_route_steps,
    beyond_this_network,
    fitting,
    fitting_test,
    is_best_route,
    what_works,
    with_best_route,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import Table, Text
from fmsdiag.model import (
    Actor,
    Advice,
    Cause,
    Confidence,
    EvidenceLine,
    Finding,
    Place,
    Question,
    Request,
    RequestKind,
    Side,
    Step,
)
from fmsdiag.model.messages import Host, Message


class FindingTexts(Table, of="finding"):
    """What is said of a cause where it shows in one way: `class Ports(FindingTexts, of="port-blocked.ports")`.

    Every part may use the values that the rule gives, and `server`, the host that the user named. Steps are in the
    order in which they should be done, at most three for each reader; `Steps.USE_BEST_ROUTE` and its like are shared.
    """

    headline: ClassVar[Text]
    """At most 12 words, with a full stop."""
    says_it_works: ClassVar[bool] = False
    """Whether the headline itself says that streaming works, so that the verdict of a run that connected need not."""
    explanation: ClassVar[Text]
    acts: ClassVar[tuple[Actor, ...]] = ()
    """Who can fix it, first the one who should begin."""
    you: ClassVar[tuple[Text, ...]] = ()
    administrator: ClassVar[tuple[Text, ...]] = ()
    operator: ClassVar[tuple[Text, ...]] = ()
    decisive_test: ClassVar[Text | None] = None
    """Where two causes stay open: the one test that would decide."""


@dataclass(frozen=True)
class Found:
    """The rule's cause explains what was seen."""

    case: type[FindingTexts]
    confidence: Confidence
    reason: Message
    """What earned the confidence: one sentence."""
    seen: tuple[EvidenceLine, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    """For the places of the case's texts; what no text of the case uses is a mistake."""
    against: tuple[EvidenceLine, ...] = ()
    rules_out: tuple[Message, ...] = ()
    request: Request | None = None
    place: Place | None = None
    """Where on the path, where the rule says; otherwise the path tests say it (evidence/places.py)."""
    beside: tuple[Cause, ...] = ()
    """Of what the rule explains, causes that this time are a fault of their own."""
    yields: bool = False
    """Whether other findings come first, however sure: it was not asked for, or something else fails behind it."""
    alternative: bool = False
    """Whether what the cause explains elsewhere stays beside it here: either may be the cause."""


@dataclass(frozen=True)
class Ask:
    """Questions whose answers would decide; `provisional` is what the rule says when nobody can answer them."""

    questions: tuple[Question, ...]
    provisional: Found | None = None


Answer = Found | Ask | None
Judge = Callable[[RunView], Answer]


@dataclass(frozen=True)
class Rule:
    """One cause. `explains` are the causes that are only its symptoms: where it matches, they are folded into it.

    `outranks` are causes that are true beside it, and of no use to a reader once it is known: they are left out.
    """

    cause: Cause
    judge: Judge
    explains: tuple[Cause, ...] = ()
    outranks: tuple[Cause, ...] = ()


def finding(rule: Rule, found: Found, folded: tuple[str, ...], run: RunView, leads: bool = False) -> Finding:
    """What a rule found, as it stands in the report; `leads` where it is the first one there.

    Raises TypeError where a text lacks a value.
    """
    case = found.case
    values = {"server": Host(run.target.host), **found.values}
    by_vpn = _goes_by_vpn(found, run)
    said = _told(found)
    decisive = fitting_test(said.decisive_test, run) if said.decisive_test is not None else None
    user = _steps(beside_vpn(case.you) if by_vpn else said.you, values, run)
    return Finding(
        cause=rule.cause,
        case=case.PREFIX.partition(".")[2],
        confidence=found.confidence,
        headline=_message(case.headline, values),
        explanation=_message(case.explanation, values),
        confidence_reason=found.reason,
        acts=_acts(case) if by_vpn else said.acts,
        advice=Advice(
            with_best_route(user, run) if leads else user,
            () if by_vpn else _steps(said.administrator, values, run),
            _steps(said.operator, values, run),
        ),
        evidence=_once(found.seen),
        counter_evidence=found.against,
        rules_out=found.rules_out,
        explains=folded,
        decisive_test=_message(decisive, values) if decisive is not None else None,
        request=None if by_vpn or said is not case else found.request,
        place=found.place,
    )


def _told(found: Found) -> type[FindingTexts] | Beyond:
    """Who acts and how: what the case says, but of this network's administrator nothing is asked that happens elsewhere."""
    case, side = found.case, found.place.side if found.place is not None else None
    if side not in (Side.TRANSIT, Side.REMOTE) or case.acts[:1] != (Actor.ADMINISTRATOR,):
        return case
    operator = case.operator if Actor.OPERATOR in case.acts else ()
    suspected = found.confidence is Confidence.POSSIBLE
    beyond = beyond_this_network(side, case.you, operator, suspected=suspected)
    return beyond if case.decisive_test is not None else beyond._replace(decisive_test=None)


def _goes_by_vpn(found: Found, run: RunView) -> bool:
    """Whether this network's administrator would be asked for what a VPN may have stopped: first it must be tested without."""
    asks = found.request is not None and found.request.kind is not RequestKind.PROXY
    return asks and vpn_to_server(run) is not None


def _acts(case: type[FindingTexts]) -> tuple[Actor, ...]:
    """Who acts where a VPN is in the way: the user, and whom else it concerns but this network's administrator."""
    return (Actor.USER, *(actor for actor in case.acts if actor is Actor.OPERATOR))


def case_of(found: Finding) -> type[FindingTexts] | None:
    """The texts of a finding that this program made."""
    wanted = f"{found.cause}.{found.case}"
    return next((case for case in FindingTexts.__subclasses__() if wanted == case.PREFIX), None)


def unused_values(found: Found) -> set[str]:
    """Values that no text of the case has a place for."""
    case = found.case
    used = [case.headline, case.explanation, *case.you, *case.administrator, *case.operator]
    used += [case.decisive_test] if case.decisive_test is not None else []
    return set(found.values) - {place for each in used for place in each.places}


def ask_unless_answered(questions: tuple[Question, ...], found: Found | None) -> Answer:
    """Ask if there is anything to ask, else say what can be said without."""
    return Ask(questions, found) if questions else found


def _once(lines: tuple[EvidenceLine, ...]) -> tuple[EvidenceLine, ...]:
    """Lines that say different things: a second attempt with the same result shows nothing new."""
    kept: list[EvidenceLine] = []
    said: set[str] = set()
    for line in lines:
        words = ENGLISH.render(line.message)
        if words not in said:
            said.add(words)
            kept.append(line)
    return tuple(kept)


def _steps(texts: tuple[Text, ...], values: Mapping[str, object], run: RunView) -> tuple[Step, ...]:
    steps: list[Step] = []
    for each, works in fitting(texts, run):
        if each is Steps.SETTING and values.get("settings") == NOWHERE:
            continue  # the server's product has no such setting
        if is_best_route(each):
            steps += best_route_steps(run, alone=not steps)
        elif works:
            steps.append(Step(_message(each, what_works(run)), each.action))
        else:
            steps.append(Step(_message(each, values), each.action))
    return tuple(steps)


def _message(said: Text, values: Mapping[str, object]) -> Message:
    return said.of(**{place: values[place] for place in said.places if place in values})
