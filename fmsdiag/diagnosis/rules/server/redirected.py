"""redirected: the server was reached and sends its clients to another address (ex.code 302)."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.ports import SILENT
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import RefusalLines, refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.not_applicable import NOT_APPLICABLE
from fmsdiag.messages.text import Premise, Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    NotApplicable,
    Status,
    StepName,
)
from fmsdiag.model.messages import Listed
from fmsdiag.target_url import shown_address

MOST_OF_ADDRESS = 100


class Followed(FindingTexts, of="redirected.followed"):
    """The redirect leads to a server that accepts the connection."""

    headline = text("The server redirects clients to another address.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead, where the "
        "connection is accepted. Not every player follows redirects."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step(
            "Use {url} in your player or encoder, or use a player that follows redirects.", Action.USE_ADDRESS
        ),
    )
    operator = (step("If this redirect is intended, nothing needs to change."),)


class NotFollowed(FindingTexts, of="redirected.not-followed"):
    """Where it leads was not tested."""

    headline = Followed.headline
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. Not every "
        "player follows redirects."
    )
    acts = Followed.acts
    you = Followed.you
    operator = Followed.operator


class Fails(FindingTexts, of="redirected.fails"):
    """The server that it names does not accept the connection."""

    headline = text("The server redirects to an address that does not work.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. The connection "
        "was not accepted there."
    )
    acts = Followed.acts
    you = (Steps.SAVE_REPORT,)
    operator = (
        step(
            "Check the server {end:host}, to which clients are redirected. It does not accept the connection."
        ),
        step("If clients should not be sent there, correct the redirect."),
    )


class Unreached(FindingTexts, of="redirected.unreached"):
    """Nothing came back from the server that it names: it may be the network that lets nothing through to there."""

    headline = text("The server redirects to an address that does not answer.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. Nothing answers there: that "
        "server may be down, or a firewall on the network path may block the connection."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.SAVE_REPORT, Steps.OTHER_NETWORK)
    administrator = (step("Check that no firewall here blocks TCP port {port} to {end:host}."),)
    operator = (
        step(
            "Check that the server {end:host}, to which clients are redirected, runs and can be reached from outside on port "
            "{port}."
        ),
        Fails.operator[1],
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If port {port} of {end:host} answers there, something "
        "on this network's path blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class NameUnknown(FindingTexts, of="redirected.name-unknown"):
    """The name that it gives cannot be looked up from here: nothing was contacted there."""

    headline = text("The server redirects to a name that cannot be looked up.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. This computer's name lookup gives "
        "no address for {end:host}, so nothing was contacted there. Either the name is wrong, or this network's DNS server "
        "does not answer for it."
    )
    acts = Unreached.acts
    you = Unreached.you
    administrator = (step("Check that this network's DNS server gives an address for {end:host}."),)
    operator = (
        step("Check that {end:host}, to which clients are redirected, is a name in public DNS."),
        Fails.operator[1],
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If {end:host} is found there, this network's DNS "
        "server is the cause.",
        premise=Premise.OTHER_NETWORK,
    )


class Refuses(FindingTexts, of="redirected.refuses"):
    """The port that it names is refused: by nobody who listens there, or by a firewall."""

    headline = text("The server redirects to a port that is refused.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. Port {port} of {end:host} is "
        "refused from here: either nothing listens there, or a firewall on the network path refuses the connection."
    )
    acts = Unreached.acts
    you = Unreached.you
    administrator = Unreached.administrator
    operator = Unreached.operator
    decisive_test = Unreached.decisive_test


class BadCertificate(FindingTexts, of="redirected.bad-certificate"):
    """The server that it names would accept the connection, but shows a certificate that players do not accept."""

    headline = text("The server redirects to an address whose certificate players reject.")
    # translators: {outcome} is one such as "the certificate has expired"
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url} instead. There {outcome}, so players do "
        "not connect."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        step("Install a valid certificate on {end:host} for port {port}, to which clients are redirected."),
        Fails.operator[1],
    )


class Unusable(FindingTexts, of="redirected.unusable"):
    """The address cannot be used, so it was not followed."""

    headline = text("The server redirects to an address that cannot be used.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to another address. This test did not follow: "
        "{why:list}."
    )
    acts = Followed.acts
    you = (Steps.SAVE_REPORT,)
    operator = (
        step(
            "Correct the address in the redirect. It must be a public RTMP address that does not redirect again."
        ),
    )


class Private(FindingTexts, of="redirected.private"):
    """A public server names a private address, which no client on the internet reaches; it was not tried."""

    headline = text("The server redirects to a private address.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to a private address instead. That address works "
        "only inside the server's own network, so clients on the internet do not connect. This test did not try it."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        step(
            "In the server's settings, look up where it redirects clients, and enter a public address. Shared reports hide the "
            "private one."
        ),
    )


class Circle(FindingTexts, of="redirected.circle"):
    """It leads back to where the run has been."""

    headline = text("The server redirects in a circle.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url}, and that redirect leads back to an "
        "address that redirects. Nobody can connect this way."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (step("Correct the redirect. It must lead to a server that accepts the connection itself."),)


class ToItself(FindingTexts, of="redirected.to-itself"):
    """A circle of one: it names the address that was tested."""

    headline = text("The server redirects to itself.")
    explanation = text(
        "The server was reached and answered. It tells clients to connect to {url}, which is the address that was tested. "
        "Nobody can connect this way."
    )
    acts = Circle.acts
    you = Circle.you
    operator = Circle.operator


class Seen(Table, of="redirected.seen"):
    ADDRESS = text("{route}: the server redirects to {url}.")
    CONNECTED = text("Followed to {host}: {route} connected in {elapsed:duration}.")
    BEHIND = text("Behind this certificate, the connection is accepted.")
    FAILED = text("Followed to {host}, {route}: {outcome}.")
    # translators: {why} is why: "the redirects form a loop"
    SKIPPED = text("Not followed to {host}, port {port}: {why:list}.")
    UNUSABLE = text("Not followed: {why:list}.")
    SKIPPED_SILENTLY = text("Not followed to {host}.")


class Earned(Table, of="redirected.earned"):
    """What the confidence rests on."""

    NAMED = text("The server itself named the address; this test did not try it.")
    FOLLOWED = text("The server itself named the address, and this test tried it.")
    NOT_FOUND = text(
        "The server itself named the address. Only this computer's name lookup was asked for it."
    )


def judge(run: RunView) -> Answer:
    """The server's own words; what became of following them is told beside it."""
    if run.plan_succeeded:
        return None
    for attempt in run.media:
        facts = connect_facts(attempt)
        if attempt.status is Status.REJECTED and facts is not None and facts.redirect:
            hops = tuple(a for a in run.attempts if a.experiment is Experiment.REDIRECT)
            return _found(run, attempt, facts, hops)
    return None


def _found(run: RunView, attempt: Attempt, facts: ConnectFacts, hops: tuple[Attempt, ...]) -> Found:
    where, end = place(facts.redirect or ""), hops[-1] if hops else None
    case = _case(run, where, hops)
    untried = case in (Unusable, Private)
    values: dict[str, object] = {} if untried else {"url": where}
    if case is Unusable:
        values["why"] = Listed((NOT_APPLICABLE[_why(end)].of(),))
    if case in (Fails, Unreached, NameUnknown, Refuses, BadCertificate) and end is not None:
        values["end"] = end.endpoint.host
    if case in (Unreached, Refuses, BadCertificate) and end is not None:
        values["port"] = end.endpoint.port
    if case is BadCertificate and end is not None and end.failed_step is not None:
        values["outcome"] = outcome_of_step(end.failed_step)
    return Found(
        case,
        Confidence.LIKELY if case is NameUnknown else Confidence.CONFIRMED,
        _earned(untried, end).of(),
        (_address_line(attempt, facts, where), *(_hop_line(hop) for hop in hops[:4]), *_behind_lines(end)),
        values=values,
        rules_out=network_cleared(run),
    )


def _earned(untried: bool, end: Attempt | None) -> Text:
    """What shows it: the server's own words, and what became of following them."""
    if untried:
        return Earned.NAMED
    if end is not None and end.failed_step is not None and end.failed_step.step is StepName.DNS:
        return Earned.NOT_FOUND
    return Earned.FOLLOWED if end is not None and end.observations else RefusalLines.SAID_SO


def _case(run: RunView, where: str, hops: tuple[Attempt, ...]) -> type[FindingTexts]:
    end = hops[-1] if hops else None
    if where and end is not None and end.not_applicable is NotApplicable.REDIRECT_CIRCLE:
        return ToItself if len(hops) == 1 else Circle
    if where and end is not None and end.not_applicable is NotApplicable.REDIRECT_PRIVATE:
        return Private
    if not where or (end is not None and end.status is Status.NOT_APPLICABLE):
        return Unusable
    if end is None:
        return NotFollowed
    if end.status is Status.CONNECTED:
        return Followed
    if end.failed_step is not None and end.failed_step.step is StepName.DNS:
        return NameUnknown
    if _fails_by_certificate_alone(end):
        return BadCertificate
    if failed_with(end, StepName.TCP, FailureKind.REFUSED) and not run.is_loopback:
        return Refuses
    return Unreached if failed_with(end, StepName.TCP, *SILENT) else Fails


def _why(end: Attempt | None) -> NotApplicable:
    """Why the redirect was not followed; an address that cannot be shown is none."""
    given = end.not_applicable if end is not None else None
    return given or NotApplicable.REDIRECT_UNUSABLE


def _fails_by_certificate_alone(end: Attempt) -> bool:
    """Whether a certificate was refused where the redirect leads, and nothing behind it is known to fail."""
    ended, behind = end.failed_step, end.behind_certificate
    if ended is None or ended.failure is None:
        return False
    return ended.failure.kind.is_about_certificate and (not behind or behind[-1].ok)


def _behind_lines(end: Attempt | None) -> tuple[EvidenceLine, ...]:
    accepted = end.behind_certificate[-1:] if end is not None and end.failed_step is not None else ()
    return tuple(evidence_line(Seen.BEHIND.of(), o) for o in accepted if o.ok and o.step is StepName.CONNECT)


def _address_line(attempt: Attempt, facts: ConnectFacts, where: str) -> EvidenceLine:
    if not where:
        return refusal_line(attempt, facts)
    said = Seen.ADDRESS.of(route=route_of(attempt.endpoint), url=where)
    return evidence_line(said, attempt.step(StepName.CONNECT))


def _hop_line(hop: Attempt) -> EvidenceLine:
    return evidence_line(_hop_message(hop), hop.observations[-1] if hop.observations else None)


def _hop_message(hop: Attempt) -> Message:
    host, route, ended = hop.endpoint.host, route_of(hop.endpoint), hop.failed_step
    if hop.not_applicable is not None:
        why = Listed((NOT_APPLICABLE[hop.not_applicable].of(),))
        if hop.not_applicable is NotApplicable.REDIRECT_UNUSABLE:
            return Seen.UNUSABLE.of(why=why)
        return Seen.SKIPPED.of(host=host, port=hop.endpoint.port, why=why)
    if ended is not None:
        return Seen.FAILED.of(host=host, route=route, outcome=outcome_of_step(ended))
    if hop.status is not Status.CONNECTED:
        return Seen.SKIPPED_SILENTLY.of(host=host)
    return Seen.CONNECTED.of(host=host, route=route, elapsed=hop.duration_s or 0.0)


def place(url: str) -> str:
    """A redirect's address as it may be shown: of its query the names, bounded; empty where it cannot be."""
    before, shown = url.partition("?")[0], shown_address(url)
    if len(shown) > MOST_OF_ADDRESS:
        shown = before[:MOST_OF_ADDRESS]
    return shown if before and shown.isprintable() else ""


RULE = Rule(Cause.REDIRECTED, judge, explains=(Cause.REJECTED_BY_SERVER, Cause.APP_NOT_FOUND))
