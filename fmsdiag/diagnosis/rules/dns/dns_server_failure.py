"""dns-server-failure: a name server answers, and says that it could not find out."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    ask_control_name,
    by_configured,
    by_second,
    extended_error,
    fails,
    known,
    of_control,
    rcode,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import lookup_line, reference_name_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, Observation
from fmsdiag.model.messages import Name, Quote


class AtThisName(FindingTexts, of="dns-server-failure.at-this-name"):
    """Another name server knows the name: the fault is this one's."""

    headline = text("This computer's DNS server cannot look up the server name.")
    # translators: {code} is an error of DNS, such as SERVFAIL
    explanation = text(
        "This computer's DNS server, {resolver:address}, answers with the error {code:name} instead of an address. "
        "Another DNS server knows {server:host}, so this one is the cause. Its DNSSEC validation may have failed. The "
        "media server was not reached."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("Wait a few minutes and run the test again.", Action.RUN_AGAIN),
        step("If that does not help, restart the router."),
        step(
            "If it still fails, save this report and send it to the person who runs this network.",
            Action.SAVE_REPORT,
        ),
    )
    administrator = (
        step(
            "Check that the DNS server {resolver:address} is allowed to answer this computer and reaches its upstream "
            "servers.",
            hidden=text(
                "Check that this network's DNS server is allowed to answer this computer and reaches its upstream servers."
            ),
        ),
        step("Look in its log for DNSSEC validation errors for {server:host}."),
    )


class AtEveryName(FindingTexts, of="dns-server-failure.at-every-name"):
    """It fails at another name as well."""

    headline = text("This computer's DNS server cannot look up names.")
    explanation = text(
        "This computer's DNS server, {resolver:address}, answers with the error {code:name} instead of an address, also "
        "for a reference server's name. Another DNS server knows {server:host}. The media server was not reached."
    )
    acts = AtThisName.acts
    you = AtThisName.you
    administrator = AtThisName.administrator


class Bogus(FindingTexts, of="dns-server-failure.bogus"):
    """The name server says itself that the name's signatures do not hold; another one gives an address."""

    headline = text("This computer's DNS server rejects the server name's signature.")
    explanation = text(
        "This computer's DNS server, {resolver:address}, answers with the error {code:name}, and says why: its DNSSEC check of "
        "{server:host} failed. Another DNS server gives an address; it may not check. Either that zone's signatures are "
        "broken, or this DNS server's clock or trust anchor is wrong. The media server was not reached."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.SAVE_REPORT,)
    administrator = (
        step(
            "Check the clock and the DNSSEC trust anchor of the DNS server {resolver:address}.",
            hidden=text("Check the clock and the DNSSEC trust anchor of this network's DNS server."),
        ),
    )
    operator = (
        step("Check that the DNSSEC signatures and the DS record of the zone of {server:host} are valid."),
    )
    decisive_test = text(
        "Look up {server:host} with a DNSSEC debugger. If it finds no error, this network's DNS server is the cause."
    )


class BogusEverywhere(FindingTexts, of="dns-server-failure.bogus-everywhere"):
    """Likewise, also for a reference server's name."""

    headline = text("This computer's DNS server rejects the signatures of names.")
    explanation = text(
        "This computer's DNS server, {resolver:address}, answers with the error {code:name}, and says why: its DNSSEC check "
        "failed. A reference server's name fails as well, and another DNS server knows {server:host}. Most likely, this DNS "
        "server's clock or trust anchor is wrong, or a device in front of it changes DNS answers. The media server was not "
        "reached."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = AtThisName.you
    administrator = (
        *Bogus.administrator,
        step(
            "Check whether a device between that DNS server and the internet changes or strips DNS answers."
        ),
    )


class Zone(FindingTexts, of="dns-server-failure.zone"):
    """Another name server fails at the name, too."""

    headline = AtThisName.headline
    explanation = text(
        "This computer's DNS server, {resolver:address}, answers with the error {code:name} instead of an address. "
        "Another DNS server fails as well, so the fault is in the DNS zone of {server:host}. The media server was not "
        "reached."
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
        "This computer's DNS server, {resolver:address}, answers with the error {code:name} instead of an address. The "
        "fault may be in that server, in the DNS zone of {server:host}, or on the internet line. The media server was "
        "not reached."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = AtThisName.you
    administrator = AtThisName.administrator
    operator = Zone.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the name is found there, this network's DNS "
        "server is the cause.",
    )


class Seen(Table, of="dns-server-failure.seen"):
    REASON = text("The DNS server gives a reason with its error: {reason:quote}")


class Earned(Table, of="dns-server-failure.earned"):
    """What the confidence rests on."""

    SECOND_KNOWS = text("The DNS server reports the error, and another one knows the name.")
    BOTH_FAIL = text("Two DNS servers report an error.")
    ALONE = text("The DNS server reports the error, but no other DNS server gave an answer to compare.")


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
        if _is_bogus(own):
            case = BogusEverywhere if every else Bogus
    elif fails(second):
        case, earned = Zone, Earned.BOTH_FAIL
    compared = case is not Unclear
    seen = [lookup_line(run, o) for o in (own, second) if o is not None]
    if (reason := extended_error(own)) is not None:
        seen.append(evidence_line(Seen.REASON.of(reason=Quote(reason)), own))
    if control is not None:
        seen.append(reference_name_line(run, control))
    return Found(
        case,
        Confidence.CONFIRMED if compared and case is not Bogus else Confidence.LIKELY,
        earned.of(),
        tuple(seen),
        values={"resolver": own.address or "", "code": Name(rcode(own))},
        rules_out=(*server_not_reached(run), *((RuledOut.NAME.of(),) if known(second) else ())),
    )


def _is_bogus(lookup: Observation) -> bool:
    """Whether the name server says that DNSSEC is why (RFC 8914, sections 4.2, 4.3, 4.6 to 4.13)."""
    reason = (extended_error(lookup) or "").lower()
    return any(
        word in reason for word in ("dnssec", "signature", "dnskey", "rrsig", "nsec", "ds digest", "zone key")
    )


RULE = Rule(Cause.DNS_SERVER_FAILURE, judge)
