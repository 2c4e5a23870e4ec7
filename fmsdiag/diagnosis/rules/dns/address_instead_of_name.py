"""address-instead-of-name: addressed by number, the server refuses or shows a certificate for its name; the name fixes it."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with, met_server
from fmsdiag.diagnosis.evidence.refusals import code_is
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.server_names import ask_reverse_name, ask_under_names, names_of_server
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, Experiment, FailureKind, Status, StepName
from fmsdiag.model.messages import Host
from fmsdiag.target_url import shown_url

_ENDED = (FailureKind.CLOSED, FailureKind.RESET)
_TLS_REFUSALS = (FailureKind.CERTIFICATE_WRONG_HOST, FailureKind.TLS_ALERT, *_ENDED)


class ByName(FindingTexts, of="address-instead-of-name.by-name"):
    """The same address accepts under its name what it refuses by number."""

    headline = text("The server wants its name, not its address: {name:host}.")
    explanation = text(
        "By its address, {server:host}, the server cannot be used. By its name, {name:host}, the same server at the same "
        "address accepts the connection. Servers that serve several names, and certificates, go by the name that they are "
        "called."
    )
    acts = (Actor.USER,)
    you = (step("Use {url} in your player or encoder.", Action.USE_ADDRESS),)


class NameNeeded(FindingTexts, of="address-instead-of-name.name-needed"):
    """The certificate is for a name, which was not tried or did not work either."""

    headline = text("The server's certificate is for its name, not for its address.")
    explanation = text(
        "The address in the URL is a number, {server:host}, and the server's certificate is for {name:host}. A secure "
        "connection needs an address with that name. Whether the name leads to this server was not seen."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Use the server's name, {name:host}, instead of its address, if it is the right server.",
            Action.EDIT_SERVER,
        ),
    )
    operator = (step("Give out the server's name rather than its address."),)
    decisive_test = text("Run the test again with {name:host} in place of {server:host}.")


class Seen(Table, of="address-instead-of-name.seen"):
    ACCEPTED = text("By the name {name:host}, the same address accepts the connection.")
    CERTIFICATE = text("The server's certificate is for {name:host}.")


class Earned(Table, of="address-instead-of-name.earned"):
    """What the confidence rests on."""

    TRIED = text("The same address was tried by number and by name, and only the name works.")
    CERTIFICATE = text(
        "The certificate names another host than the address, and the name was not seen to work."
    )


class Excluded(Table, of="address-instead-of-name.ruled-out"):
    SERVER = text("Nothing has to change at the server: it accepts the connection by its name.")


def judge(run: RunView) -> Answer:
    """A bare address, a refusal that a name could cause, and a name of the server that was tried at the same address."""
    if not run.target.is_literal or run.is_loopback or run.plan_succeeded:
        return None
    refused = next((a for a in run.media if _is_refused(run, a)), None)
    if refused is None:
        return None
    names = names_of_server(run)
    if not names:
        return ask_unless_answered(ask_reverse_name(run), None)
    tried = run.performed(Experiment.UNDER_NAME)
    works = next((a for a in tried if a.status is Status.CONNECTED), None)
    if works is not None:
        return _by_name(run, refused, works)
    questions = (*ask_reverse_name(run), *ask_under_names(run, refused))
    wrong_name = failed_with(refused, StepName.TLS, FailureKind.CERTIFICATE_WRONG_HOST)
    return ask_unless_answered(questions, _needed(run, refused, names[0]) if wrong_name else None)


def _is_refused(run: RunView, attempt: Attempt) -> bool:
    """Whether an attempt ended as it does where a name is missing: in TLS that was asked for, or by a no to `connect`."""
    if attempt.endpoint.proxy is not None:
        return False
    if failed_with(attempt, StepName.TLS, *_TLS_REFUSALS):
        return run.asked_for is attempt.endpoint.transport
    if not met_server(attempt):
        return False
    if failed_with(attempt, StepName.CONNECT, *_ENDED):
        return True
    facts = connect_facts(attempt)
    refused = facts is not None and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
    if not refused or facts is None or facts.authentication is not None or facts.redirect is not None:
        return False
    return code_is(facts, "InvalidApp", "Rejected", "Failed")


def _by_name(run: RunView, refused: Attempt, works: Attempt) -> Found:
    name = Host(works.endpoint.host)
    url = shown_url(run.target, works.endpoint.transport, works.endpoint.port, host=works.endpoint.host)
    accepted = evidence_line(Seen.ACCEPTED.of(name=name), works.observations[-1])
    return Found(
        ByName,
        Confidence.LIKELY,
        Earned.TRIED.of(),
        (attempt_line(refused), accepted),
        values={"name": name, "url": url},
        rules_out=(*network_cleared(run, certificate_explained=True), Excluded.SERVER.of()),
    )


def _needed(run: RunView, refused: Attempt, name: str) -> Found:
    shown = evidence_line(Seen.CERTIFICATE.of(name=Host(name)), refused.step(StepName.TLS))
    return Found(
        NameNeeded,
        Confidence.POSSIBLE,
        Earned.CERTIFICATE.of(),
        (attempt_line(refused), shown),
        values={"name": Host(name)},
        rules_out=network_cleared(run, certificate_explained=True),
    )


RULE = Rule(
    Cause.ADDRESS_INSTEAD_OF_NAME,
    judge,
    explains=(
        Cause.APP_NOT_FOUND,
        Cause.REJECTED_BY_SERVER,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.RTMP_BLOCKED,
        Cause.TLS_BLOCKED,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.CERTIFICATE_SELF_SIGNED,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.SERVER_ON_OTHER_PORT,
    ),
)
