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
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import lookup_line, reference_name_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, Observation
from fmsdiag.model.messages import Name


class AtThisName(FindingTexts, of="dns-server-failure.at-this-name"):
    """Another name server knows the name: the fault is this one's."""

    headline = text("The name server fails to look up the server's name.")
    # translators: {code} is an error of DNS, such as SERVFAIL
    explanation = text(
        "This computer's name server, {resolver:address}, answers with the error {code:name} instead of an address. Another "
        "name server knows {server:host}, so this one is the cause. Its check of signatures (DNSSEC) may have failed. The "
        "streaming server was not contacted."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("Wait a few minutes, and run the test again.", Action.RUN_AGAIN),
        step("If that does not help, restart the router."),
        step(
            "If it still fails, save this report and send it to the person who runs this network.",
            Action.SAVE_REPORT,
        ),
    )
    administrator = (
        step(
            "Check that the name server {resolver:address} may serve this computer and reaches its own upstream servers."
        ),
        step("Look in its log for DNSSEC validation errors at {server:host}."),
    )


class AtEveryName(FindingTexts, of="dns-server-failure.at-every-name"):
    """It fails at another name as well."""

    headline = text("This computer's name server fails to look up names.")
    explanation = text(
        "This computer's name server, {resolver:address}, answers with the error {code:name} instead of an address, for a "
        "reference server's name as well. Another name server knows {server:host}. The streaming server was not contacted."
    )
    acts = AtThisName.acts
    you = AtThisName.you
    administrator = AtThisName.administrator[:1]


class Zone(FindingTexts, of="dns-server-failure.zone"):
    """Another name server fails at the name, too."""

    headline = AtThisName.headline
    explanation = text(
        "This computer's name server, {resolver:address}, answers with the error {code:name} instead of an address. Another "
        "name server fails as well, so the fault is in the DNS zone of {server:host}. The streaming server was not contacted."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        step("Check that the name servers of the zone of {server:host} answer."),
        step("Check that the zone's DNSSEC signatures and its DS record are valid."),
    )


class Unclear(FindingTexts, of="dns-server-failure.unclear"):
    """No other name server could be compared."""

    headline = AtThisName.headline
    explanation = text(
        "This computer's name server, {resolver:address}, answers with the error {code:name} instead of an address. The fault "
        "may be its own, in the DNS zone of {server:host}, or in this network's line to the internet. The streaming server was "
        "not contacted."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = AtThisName.you
    administrator = AtThisName.administrator
    operator = Zone.operator
    decisive_test = text(
        "Run this test from another network, such as a phone's hotspot. If it finds the name there, this network's name server "
        "is the cause."
    )


class Earned(Table, of="dns-server-failure.earned"):
    """What the confidence rests on."""

    SECOND_KNOWS = text("The name server itself reports the error, and another one knows the name.")
    BOTH_FAIL = text("Two independent name servers report an error.")
    ALONE = text(
        "The name server itself reports the error, but no other name server gave an answer to compare it with."
    )


def judge(run: RunView) -> Answer:
    """SERVFAIL or REFUSED from the configured resolver; the second resolver and another name show whose fault it is."""
    own = by_configured(run)
    if not run.name_failed or own is None or not fails(own):
        return None
    questions = (*run.ask_second_resolver(), *ask_control_name(run))
    return ask_unless_answered(questions, _found(run, own))


def _found(run: RunView, own: Observation) -> Found:
    second, control = by_second(run), of_control(run)
    case: type[FindingTexts] = Unclear
    earned = Earned.ALONE
    if known(second):
        every = control is not None and control.failure is not None
        case, earned = AtEveryName if every else AtThisName, Earned.SECOND_KNOWS
    elif fails(second):
        case, earned = Zone, Earned.BOTH_FAIL
    compared = case is not Unclear
    seen = [lookup_line(run, o) for o in (own, second) if o is not None]
    if control is not None:
        seen.append(reference_name_line(run, control))
    return Found(
        case,
        Confidence.CONFIRMED if compared else Confidence.LIKELY,
        earned.of(),
        tuple(seen),
        values={"resolver": own.address or "", "code": Name(rcode(own))},
        rules_out=(RuledOut.SERVER.of(), *((RuledOut.NAME.of(),) if known(second) else ())),
    )


RULE = Rule(Cause.DNS_SERVER_FAILURE, judge)
