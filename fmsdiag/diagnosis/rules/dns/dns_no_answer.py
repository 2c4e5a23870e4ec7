"""dns-no-answer: the name server that this computer is set to ask does not answer, or not in full."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import NO_ANSWER, is_cut_short
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    LookupSource,
    Observation,
    StepName,
)
from fmsdiag.private_addresses import is_loopback_address


class Silent(FindingTexts, of="dns-no-answer.silent"):
    """It is silent, another name server answers."""

    headline = text("This computer's DNS server does not answer.")
    explanation = text(
        "To connect to {server:host}, this computer first asks its DNS server, {resolver:address}, for the address. That "
        "DNS server does not answer, but another one does. The media server was not reached."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("Restart the router."),
        Steps.RUN_AGAIN,
        step(
            "If that does not help, save this report and send it to the person who runs this network.",
            Action.SAVE_REPORT,
        ),
    )
    administrator = (
        step(
            "Check that the DNS server {resolver:address} is running and answers this computer on UDP port 53.",
            hidden=text(
                "Check that this network's DNS server is running and answers this computer on UDP port 53."
            ),
        ),
        step("Check that DHCP hands out the correct DNS server address."),
    )


class AllSilent(FindingTexts, of="dns-no-answer.all-silent"):
    """It is silent, and no other name server answered."""

    headline = Silent.headline
    explanation = text(
        "To connect to {server:host}, this computer first asks its DNS server, {resolver:address}, for the address. That "
        "DNS server does not answer. No other DNS server answered either, so the whole internet connection may be down. "
        "The media server was not reached."
    )
    acts = Silent.acts
    you = (
        step("Check whether any web page opens."),
        step("If none opens, restart the router."),
        Steps.RUN_AGAIN,
    )
    administrator = Silent.administrator
    decisive_test = text("Open any web page. If none opens, the whole connection is down.")


class Closed(FindingTexts, of="dns-no-answer.closed"):
    """It refuses every question: nothing listens at its port."""

    headline = text("No DNS server is running at the address this computer uses.")
    explanation = text(
        "To connect to {server:host}, this computer first asks its DNS server, {resolver:address}, for the address. The "
        "DNS port of that machine is closed. The media server was not reached."
    )
    acts = Silent.acts
    you = Silent.you
    administrator = Silent.administrator


class ClosedHere(FindingTexts, of="dns-no-answer.closed-here"):
    """Likewise, and the address is this computer's own: its own DNS service is not running."""

    headline = text("The DNS service of this computer is not running.")
    explanation = text(
        "To connect to {server:host}, this computer first asks its own DNS service, at {resolver:address}, for the address. "
        "Nothing is running there. The media server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step("Restart this computer, or its DNS service (on Linux most often systemd-resolved or dnsmasq)."),
        Steps.RUN_AGAIN,
        step("If that does not help, ask the person who manages this computer."),
    )


class Truncated(FindingTexts, of="dns-no-answer.truncated"):
    """It answers by UDP that its answer is too long for that, and over TCP it gives none."""

    headline = text("The DNS answer needs TCP port 53, which does not work.")
    explanation = text(
        "To connect to {server:host}, this computer first asks its DNS server, {resolver:address}, for the address. The "
        "answer is too long for one UDP packet, so it must be asked for over TCP, and that fails. The media server was not "
        "reached."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Steps.SAVE_REPORT_FOR_ADMINISTRATOR,)
    administrator = (
        step(
            "Allow TCP port 53, not only UDP, from this computer to the DNS server {resolver:address}, and check that it "
            "answers there.",
            hidden=text(
                "Allow TCP port 53, not only UDP, from this computer to this network's DNS server, and check that it answers "
                "there."
            ),
        ),
    )
    operator = (
        step(
            "Give {server:host} fewer addresses or aliases in DNS, so that the answer fits into one UDP packet."
        ),
    )


class Earned(Table, of="dns-no-answer.earned"):
    """What the confidence rests on."""

    SECOND = text("Another DNS server answers, so the network itself works.")
    TRUNCATED = text("The DNS server answers by UDP, and says that its answer must be asked for over TCP.")
    CLOSED = text("The machine reports that its DNS port is closed.")
    ALONE = text("No other DNS server answered, so nothing shows whether the network itself works.")


def judge(run: RunView) -> Answer:
    """The configured resolver is silent or closed; another one that answers shows that the network itself works."""
    if not run.name_failed:
        return None
    own = run.lookups(LookupSource.DNS)
    mute = [o for o in own if o.failure is not None and (o.failure.kind in NO_ANSWER or is_cut_short(o))]
    if not mute:
        return None
    second = run.performed(Experiment.SECOND_RESOLVER)
    step = second[0].step(StepName.DNS) if second else None
    answer = step if step is not None and _answered(step) else None
    return ask_unless_answered(run.ask_second_resolver(), _found(run, mute[0], answer))


def _answered(step: Observation) -> bool:
    """A denial is an answer, too."""
    return step.ok or (
        step.failure is not None and step.failure.kind in (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)
    )


def _found(run: RunView, mute: Observation, second: Observation | None) -> Found:
    case: type[FindingTexts] = AllSilent
    earned, confidence = Earned.ALONE, Confidence.POSSIBLE
    if is_cut_short(mute):
        case, earned, confidence = Truncated, Earned.TRUNCATED, Confidence.CONFIRMED
    elif mute.failure is not None and mute.failure.kind is FailureKind.RESOLVER_CLOSED:
        here = mute.address is not None and is_loopback_address(mute.address)
        case, earned, confidence = ClosedHere if here else Closed, Earned.CLOSED, Confidence.CONFIRMED
    elif second is not None:
        case, earned, confidence = Silent, Earned.SECOND, Confidence.CONFIRMED
    return Found(
        case,
        confidence,
        earned.of(),
        tuple(lookup_line(run, o) for o in (mute, second) if o is not None),
        values={"resolver": mute.address or ""},
        rules_out=(*server_not_reached(run), RuledOut.APPLICATION.of()),
    )


RULE = Rule(Cause.DNS_NO_ANSWER, judge)
