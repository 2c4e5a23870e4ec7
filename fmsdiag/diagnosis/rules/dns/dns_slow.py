"""dns-slow: the name lookup takes longer than everything else together."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    NO_ANSWER,
    ask_control_name,
    by_configured,
    by_second,
    by_system,
    known,
    of_control,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.names import address_port_line, lookup_line, reference_name_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Actor, Cause, Confidence, DnsFacts, EvidenceLine, Observation
from fmsdiag.model.messages import Name

SLOW_S = 1.5
"""More than a search for a neighbor that is repeated once (1 s, RFC 4861, section 10), which any first packet may meet."""
QUICK_S = 0.5


class Slow(FindingTexts, of="dns-slow.slow"):
    """It connected, after a long lookup."""

    headline = text("Looking up the server name is slow.")
    explanation = text(
        "Looking up {server:host} took {took:duration}; usually that takes less than 0.1 s. Every connection starts with "
        "a lookup, so players seem to hang at first, and some give up."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("Restart the router and run the test again."),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step("Check the load of this network's DNS servers and how fast their upstream servers answer."),
    )
    operator = (step("Check that every name server of the zone of {server:host} answers quickly."),)


class FirstSilent(FindingTexts, of="dns-slow.first-silent"):
    """The first name server of this computer does not answer; the wait for it is the delay."""

    headline = Slow.headline
    explanation = text(
        "Looking up {server:host} took {took:duration}; usually that takes less than 0.1 s. This computer's first DNS "
        "server, {resolver:address}, does not answer, and the next one is asked only after a wait. Every connection "
        "starts with a lookup, so players seem to hang at first, and some give up."
    )
    acts = Slow.acts
    you = Slow.you
    administrator = (
        step(
            "Check that the DNS server {resolver:address} is running, or remove it from the list of DNS servers.",
            hidden=text(
                "Check that the first DNS server that this computer uses is running, or remove it from the list of DNS servers."
            ),
        ),
    )


class HalfSilent(FindingTexts, of="dns-slow.half-silent"):
    """The resolver answers questions for one kind of addresses and leaves those for the other kind unanswered."""

    headline = Slow.headline
    explanation = text(
        "Looking up {server:host} took {took:duration}; usually that takes less than 0.1 s. This network's DNS server, "
        "{resolver:address}, answers some questions and leaves others unanswered: those for {record:name} records. Computers "
        "ask for both kinds of addresses and wait for both answers, so players seem to hang at first, and some give up."
    )
    acts = Slow.acts
    you = Slow.you
    administrator = (
        step(
            "Find out why the DNS server {resolver:address} does not answer queries for {record:name} records. A firewall or "
            "an old router may drop them.",
            hidden=text(
                "Find out why this network's DNS server does not answer queries for {record:name} records. A firewall or an "
                "old router may drop them."
            ),
        ),
    )


class Suspected(FindingTexts, of="dns-slow.suspected"):
    """Nothing connected, which a slow lookup alone does not explain."""

    headline = Slow.headline
    explanation = text(
        "Looking up {server:host} took {took:duration}; usually that takes less than 0.1 s. Some players give up during "
        "such a wait. A slow lookup alone does not prevent a connection, so there may be another cause."
    )
    acts = Slow.acts
    you = Slow.you
    administrator = Slow.administrator
    operator = Slow.operator
    decisive_test = text(
        "Run the test again. If the lookup is fast but nothing connects, the lookup is not the cause."
    )


class Seen(Table, of="dns-slow.seen"):
    SLOW = text("Name lookup for {host} took {elapsed:duration}.")
    HALF = text("DNS server {resolver:address} answers, but not to the query for {record:name} records.")
    SECOND = text("A second DNS server ({resolver:address}) answered in {elapsed:duration}.")


class Earned(Table, of="dns-slow.earned"):
    """What the confidence rests on."""

    COMPARED = text("The lookup is slow, but another lookup is fast.")
    FIRST_SILENT = text("The first DNS server did not answer.")
    HALF_SILENT = text("The DNS server answered one question and not the other.")
    CONNECTIONS = text("Connections are fast, but no other lookup could be compared.")
    NOT_ENOUGH = text("The lookup was slow, but that alone does not prevent a connection.")


class Excluded(Table, of="dns-slow.ruled-out"):
    PATH = text("A slow network path is not the cause: connections open quickly.")


def judge(run: RunView) -> Answer:
    """The system's lookup took over SLOW_S, connections and another lookup did not.

    Slow connections mean a slow or lossy network, of which slow lookups are only a part.
    """
    system = by_system(run)
    if system is None or not known(system) or system.elapsed_s <= SLOW_S:
        return None
    opened = [o.elapsed_s for o in run.tcp if o.ok]
    if any(seconds > QUICK_S for seconds in opened):
        return None
    second, control = by_second(run), of_control(run)
    quick = next((o for o in (second, control) if o is not None and o.ok and o.elapsed_s < QUICK_S), None)
    compared = second is not None or control is not None
    if not opened and quick is None and compared:
        return None
    questions = (*run.ask_second_resolver(), *ask_control_name(run))
    return ask_unless_answered(questions, _found(run, system, quick))


def _found(run: RunView, system: Observation, quick: Observation | None) -> Found:
    own, opened = by_configured(run), any(o.ok for o in run.tcp)
    # with a single one there is no next one, and it has answered after all
    several = len(run.environment.resolvers) > 1
    silent = own if own is not None and _is_silent(own) and several else None
    values: dict[str, object] = {"took": system.elapsed_s}
    record = own.facts.unanswered if own is not None and isinstance(own.facts, DnsFacts) else None
    case: type[FindingTexts]
    # a slow lookup delays a connection and does not prevent it
    if record is not None and own is not None and run.plan_connected:
        case, confidence, earned = HalfSilent, Confidence.CONFIRMED, Earned.HALF_SILENT
        values |= {"resolver": own.address or "", "record": Name(record)}
    elif not run.plan_connected:
        case, confidence, earned = Suspected, Confidence.POSSIBLE, Earned.NOT_ENOUGH
    elif silent is not None:
        case, confidence, earned = FirstSilent, Confidence.CONFIRMED, Earned.FIRST_SILENT
        values["resolver"] = silent.address or ""
    elif quick is not None:
        case, confidence, earned = Slow, Confidence.CONFIRMED, Earned.COMPARED
    else:
        case, confidence, earned = Slow, Confidence.LIKELY, Earned.CONNECTIONS
    return Found(
        case,
        confidence,
        earned.of(),
        _seen(run, system, silent, quick),
        values=values,
        rules_out=(Excluded.PATH.of(),) if opened else (),
    )


def _is_silent(lookup: Observation) -> bool:
    failure = lookup.failure
    return failure is not None and failure.kind in NO_ANSWER


def _seen(
    run: RunView, system: Observation, silent: Observation | None, quick: Observation | None
) -> tuple[EvidenceLine, ...]:
    slow = Seen.SLOW.of(host=run.target.host, elapsed=system.elapsed_s)
    seen = [evidence_line(slow, system)]
    if silent is not None:
        seen.append(lookup_line(run, silent))
    own = by_configured(run)
    if own is not None and isinstance(own.facts, DnsFacts) and own.facts.unanswered is not None:
        half = Seen.HALF.of(resolver=own.address or "", record=Name(own.facts.unanswered))
        seen.append(evidence_line(half, own))
    if quick is not None and quick is of_control(run):
        seen.append(reference_name_line(run, quick))
    elif quick is not None:
        answered = Seen.SECOND.of(resolver=quick.address or "", elapsed=quick.elapsed_s)
        seen.append(evidence_line(answered, quick))
    seen += [address_port_line(o) for o in [o for o in run.tcp if o.ok][:1]]
    return tuple(seen)


RULE = Rule(Cause.DNS_SLOW, judge)
