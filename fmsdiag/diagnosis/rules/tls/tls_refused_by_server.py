"""tls-refused-by-server: the server ends TLS with an alert of its own that no other cause covers."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    ASKS_FOR_CERTIFICATE,
    VERSION_ALERTS,
    Refused,
    refused_by_alert,
    tls_was_wanted,
    was_answered,
)
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
)


class UnknownName(FindingTexts, of="tls-refused-by-server.unknown-name"):
    """The server does not know the name that was asked for."""

    headline = text("The server has no secure service under this name.")
    explanation = text(
        "The server on port {port} ends secure connections (TLS) that ask for the name {server:host}. No certificate is "
        "configured there for that name."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (Steps.CHECK_NAME, Steps.SAVE_REPORT_IF_RIGHT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Configure a certificate for {server:host} on port {port}, or give customers a name that is configured there."
        ),
    )


class NameNeeded(FindingTexts, of="tls-refused-by-server.name-needed"):
    """The server was addressed by number, so that no name was sent, and it wants one."""

    headline = text("The server needs its name in the address, not a number.")
    explanation = text(
        "The server on port {port} chooses its certificate by the name in the address. The address {server:host} is a number, "
        "so no name is sent, and the server ends the secure connection (TLS)."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step("Enter the server's name instead of the number {server:host}.", Steps.CHECK_ADDRESS.action),
        step("If you were given the number only, ask the people who run the server for the name."),
        Steps.USE_BEST_ROUTE,
    )
    operator = (step("Give customers a name, or configure a default certificate on port {port}."),)


class NothingToOffer(FindingTexts, of="tls-refused-by-server.nothing-to-offer"):
    """The server finds no certificate or cipher to use: handshake_failure, whatever is offered."""

    headline = text("The server cannot start a secure connection.")
    explanation = text(
        "The server on port {port} of {server:host} ends each secure connection (TLS) with the alert {alert:quote}, before "
        "it shows a certificate. Servers do this when no certificate is configured, when its private key does not fit, or "
        "when no cipher is left that both sides know."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Check that port {port} has a certificate with its private key, and that {server:host} uses it."
        ),
        step("Check the list of ciphers: it must contain one that fits the kind of key, RSA or ECDSA."),
        Steps.SETTING,
    )


class NotAdmitted(FindingTexts, of="tls-refused-by-server.not-admitted"):
    """The server does not admit this client: access_denied."""

    headline = text("The server does not allow secure connections from this client.")
    explanation = text(
        "The server on port {port} of {server:host} ends each secure connection (TLS) with the alert {alert:quote}: an "
        "access rule of the server rejects this client."
    )
    acts = (Actor.OPERATOR,)
    you = (
        Steps.SAVE_REPORT,
        step("Send them the public address of your network, too. They may have to allow it."),
        Steps.USE_BEST_ROUTE,
    )
    operator = (step("Check the access rules of the TLS service on port {port}."),)


class OtherProtocol(FindingTexts, of="tls-refused-by-server.other-protocol"):
    """The server wants a protocol to be announced (ALPN), as web servers and load balancers for the web do."""

    headline = text("Port {port} accepts secure connections for other protocols only.")
    explanation = text(
        "The service on port {port} of {server:host} ends the secure connection with the alert {alert:quote}: it expects a "
        "protocol to be named (ALPN), such as HTTP. RTMPS names none, so this port is not set up for RTMPS."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (Steps.CHECK_ADDRESS, Steps.SAVE_REPORT_IF_BOTH_RIGHT, Steps.USE_BEST_ROUTE)
    operator = (
        step("Offer RTMPS on a port of its own, or let port {port} accept connections without ALPN."),
        Steps.SETTING,
    )


class ServerFault(FindingTexts, of="tls-refused-by-server.server-fault"):
    """The server reports a fault of its own: internal_error."""

    headline = text("The server reports an internal error in its TLS service.")
    explanation = text(
        "The server on port {port} of {server:host} ends each secure connection (TLS) with the alert {alert:quote}. That is "
        "a fault of the server, such as a certificate or key that it cannot read."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step("Look for the reason in the log of the TLS service on port {port}, at the time of this test."),
        Steps.SETTING,
    )


class NotUnderstood(FindingTexts, of="tls-refused-by-server.not-understood"):
    """The server says that it does not understand what it got."""

    headline = text("The server does not accept this computer's TLS messages.")
    explanation = text(
        "The server on port {port} of {server:host} ends each secure connection (TLS) with the alert {alert:quote}: it "
        "considers the messages that it receives damaged or not allowed. Its TLS software is outdated or faulty, or a device "
        "in front of it changes the messages."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step("Update the TLS software on port {port}, and check what stands in front of it."),
        step("Look for the reason in its log, at the time of this test."),
    )


class Other(FindingTexts, of="tls-refused-by-server.other"):
    """Any other alert."""

    headline = text("The server rejects the secure connection.")
    explanation = text(
        "The server on port {port} of {server:host} ends each secure connection (TLS) with the alert {alert:quote}. Its log "
        "says why."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step("Look for the reason in the log of the TLS service on port {port}, at the time of this test."),
        Steps.SETTING,
    )


class Seen(Table, of="tls-refused-by-server.seen"):
    # translators: {alert} is the server's word for it in the TLS protocol, such as handshake failure
    ALERT = text("{route}: the server ended TLS with the alert {alert:quote}.")
    OTHER_NAME_TOO = text("With another name in it, the first message of TLS is rejected as well.")
    OLDER_TOO = text("With older versions and every cipher offered, the server rejects TLS as well.")


class Earned(Table, of="tls-refused-by-server.earned"):
    """What the confidence rests on."""

    ALERT = text("The server's own alert says so.")


_NAME = ("unrecognized name", "missing extension")
_NOT_UNDERSTOOD = (
    "unexpected message", "bad record mac", "decryption failed", "record overflow", "decompression failure",
    "illegal parameter", "decode error", "decrypt error", "unsupported extension",
)  # fmt: skip
_CASES: Mapping[str, type[FindingTexts]] = {
    "handshake failure": NothingToOffer,
    "insufficient security": NothingToOffer,
    "access denied": NotAdmitted,
    "no application protocol": OtherProtocol,
    "internal error": ServerFault,
    **dict.fromkeys(_NOT_UNDERSTOOD, NotUnderstood),
}
_SILENT_ON_NAME = (UnknownName, NameNeeded)
_WITH_SETTINGS = (NothingToOffer, OtherProtocol, ServerFault, Other)


def judge(run: RunView) -> Answer:
    """TLS was ended by the server's alert; older versions do not help, and under another name it is no better.

    A filter that reads the name may send an alert as well: then another name passes, which is tls-blocked.
    """
    refused = refused_by_alert(run)
    if refused is None or refused.alert == ASKS_FOR_CERTIFICATE or refused.asked_for_certificate:
        return None
    port, transport = refused.attempt.endpoint.port, refused.attempt.endpoint.transport
    if _passes(_probes(run, Experiment.TLS_VERSIONS, port)) or refused.alert == VERSION_ALERTS[0]:
        return None  # tls-version-mismatch
    named = _probes(run, Experiment.TLS_OTHER_NAME, port)
    if _passes(named) or any(was_answered(s) and not _by_alert(s) for s in named):
        return None  # tls-blocked
    questions: tuple[Question, ...] = ()
    if refused.at_once and not run.is_loopback and not run.target.is_literal:
        questions = run.ask_server(Experiment.TLS_OTHER_NAME, port, transport)
    return ask_unless_answered(questions, _found(run, refused))


def _probes(run: RunView, experiment: Experiment, port: int) -> list[Observation]:
    asked = run.performed(experiment, port)
    return [s for a in asked if (s := a.step(StepName.TLS)) is not None]


def _passes(steps: list[Observation]) -> bool:
    return any(s.ok for s in steps)


def _by_alert(step: Observation) -> bool:
    return step.failure is not None and step.failure.kind is FailureKind.TLS_ALERT


def _case(run: RunView, alert: str) -> type[FindingTexts]:
    if alert in _NAME:
        return NameNeeded if run.target.is_literal else UnknownName
    return _CASES.get(alert, Other)


def _found(run: RunView, refused: Refused) -> Found:
    endpoint = refused.attempt.endpoint
    case = _case(run, refused.alert)
    values: dict[str, object] = {"port": endpoint.port}
    if case not in _SILENT_ON_NAME:
        values["alert"] = refused.alert
    if case in _WITH_SETTINGS:
        values["settings"] = settings(run, Topic.SECURE_PORT)
    seen = [evidence_line(Seen.ALERT.of(route=route_of(endpoint), alert=refused.alert), refused.step)]
    for experiment, said in (
        (Experiment.TLS_VERSIONS, Seen.OLDER_TOO),
        (Experiment.TLS_OTHER_NAME, Seen.OTHER_NAME_TOO),
    ):
        asked = next(iter(_probes(run, experiment, endpoint.port)), None)
        if asked is not None and _by_alert(asked):
            seen.append(evidence_line(said.of(), asked))
    return Found(
        case,
        Confidence.CONFIRMED,
        Earned.ALERT.of(),
        tuple(seen),
        values=values,
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(endpoint.port,)),),
        yields=not tls_was_wanted(run),
    )


RULE = Rule(
    Cause.TLS_REFUSED_BY_SERVER,
    judge,
    explains=(Cause.SERVER_CLOSES_CONNECTION, Cause.WRONG_SERVICE_ON_PORT, Cause.SERVER_HUNG),
)
