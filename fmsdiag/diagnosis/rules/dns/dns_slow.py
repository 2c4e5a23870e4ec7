"""dns-slow: the name lookup takes longer than everything else together."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    ask_control_name,
    by_configured,
    by_second,
    by_system,
    known,
    of_control,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.model import Actor, Confidence, FailureKind, Observation

CAUSE = "dns-slow"
SLOW_S = 1.0
QUICK_S = 0.5


def judge(run: RunView) -> Answer:
    """The system's lookup took over a second, connections and another lookup did not.

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
    return ask_unless_answered(questions, _match(run, system, quick))


def _match(run: RunView, system: Observation, quick: Observation | None) -> Match:
    name, own, control = run.target.host, by_configured(run), of_control(run)
    silent = own is not None and own.failure is not None and own.failure.kind in (
        FailureKind.RESOLVER_SILENT, FailureKind.RESOLVER_CLOSED)  # fmt: skip
    only_this = quick is not None and quick is control
    opened = next((o for o in run.tcp if o.ok), None)
    seen = [line(f"The lookup of {name} took {system.elapsed_s:.1f} s.", system)]
    if silent and own is not None:
        seen.append(line(f"The name server {own.address} did not answer within {own.elapsed_s:.1f} s.", own))
    if quick is not None:
        who = "of another server's name" if only_this else f"by another name server ({quick.address})"
        seen.append(line(f"A lookup {who} took {quick.elapsed_s:.2f} s.", quick))
    if opened is not None:
        seen.append(line(f"A connection to the server opened in {opened.elapsed_s * 1000:.0f} ms.", opened))
    contrast = quick is not None or silent
    # a slow lookup delays a connection and does not prevent it
    alone = run.plan_connected
    return Match(
        Confidence.POSSIBLE if not alone else Confidence.CONFIRMED if contrast else Confidence.LIKELY,
        "Looking up the server's name is slow.",
        f"It took {system.elapsed_s:.1f} s to learn the address of {name}; a name lookup usually takes a "
        "few hundredths of a second. "
        "Each connection begins with it, so players seem to hang before anything happens, and some give up."
        + (
            " The first name server that this computer is set to ask does not answer; another one does after the wait."
            if silent
            else ""
        ),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Tell whoever looks after this network. Restarting the router often helps.",
            administrator="The configured resolvers answer late"
            + (f" ({own.address} not at all)" if silent and own is not None else "")
            + ". Check their load, their upstream servers, and that the first one in the list answers.",
            operator=f"If other names are looked up quickly, check that every name server of {name} answers.",
        ),
        "The lookup was timed; compared with it, the rest is quick."
        if alone and contrast
        else "Connections are quick; no other lookup could be compared."
        if alone
        else "The lookup was slow, but that alone does not prevent a connection.",
        tuple(seen),
        rules_out=("a slow path to the server",),
    )


RULE = Rule(CAUSE, judge)
