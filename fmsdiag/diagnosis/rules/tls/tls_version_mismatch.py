"""tls-version-mismatch: server and player have no version of TLS, or no cipher, in common."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import was_cut_off
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    VERSION_ALERTS,
    answers_in_clear,
    attempts_with_tls,
    is_for_host,
    tls_facts,
    was_asked_in_clear,
)
from fmsdiag.diagnosis.lines.attempts import Lines, attempt_line, evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut, no_certificate
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    StepName,
    TlsFacts,
)


class OldVersion(FindingTexts, of="tls-version-mismatch.old-version"):
    """The server chooses an old version when old ones are offered."""

    headline = text("The server's encryption is too old for current programs.")
    explanation = text(
        "Before a secure connection starts, both sides agree on a TLS version. The newest one that {server:host} "
        "supports is {version:name}, which current programs reject as insecure. Do not lower this computer's security "
        "settings; the server needs an update."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (step("Enable TLS 1.2 and 1.3 on port {port}."), Steps.SETTING)


class OldVersionAndName(FindingTexts, of="tls-version-mismatch.old-version-and-name"):
    """Likewise, and the certificate that it shows is for another name: with a new version players fail on that."""

    headline = OldVersion.headline
    explanation = text(
        "Before a secure connection starts, both sides agree on a TLS version. The newest one that {server:host} "
        "supports is {version:name}, which current programs reject as insecure. Do not lower this computer's security "
        "settings; the server needs an update. There is a second problem: its certificate is for another name."
    )
    acts = OldVersion.acts
    you = OldVersion.you
    operator = (
        OldVersion.operator[0],
        step("Install a certificate for {server:host} on port {port}: the one there is for another name."),
        Steps.SETTING,
    )


class OldVersionBeside(FindingTexts, of="tls-version-mismatch.old-version-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. The encryption of secure streaming (RTMPS) is too old.")
    says_it_works = True
    explanation = OldVersion.explanation
    acts = OldVersion.acts
    operator = OldVersion.operator


class OldCipher(FindingTexts, of="tls-version-mismatch.old-cipher"):
    """The version is a current one, the cipher is not."""

    headline = OldVersion.headline
    explanation = text(
        "Before a secure connection starts, both sides agree on a TLS version and a cipher. {server:host} accepts "
        "{version:name} only with the cipher {cipher:name}, which current programs reject as insecure. Do not lower this "
        "computer's security settings; the server needs an update."
    )
    acts = OldVersion.acts
    you = OldVersion.you
    operator = (
        step("Enable TLS 1.2 and 1.3 with current ciphers on port {port}."),
        Steps.SETTING,
    )


class OldCipherBeside(FindingTexts, of="tls-version-mismatch.old-cipher-beside"):
    """Likewise, while the plan connects."""

    headline = OldVersionBeside.headline
    says_it_works = True
    explanation = OldCipher.explanation
    acts = OldCipher.acts
    operator = OldCipher.operator


class NothingInCommon(FindingTexts, of="tls-version-mismatch.nothing-in-common"):
    """The server rejects the versions that are offered; what it supports is not known."""

    headline = text("The server and this computer have no TLS version in common.")
    explanation = text(
        "Before a secure connection starts, both sides agree on a TLS version. {server:host} rejects every version that "
        "this computer offers. Do not lower this computer's security settings; the server needs an update."
    )
    acts = OldVersion.acts
    you = OldVersion.you
    operator = OldVersion.operator


class NothingInCommonBeside(FindingTexts, of="tls-version-mismatch.nothing-in-common-beside"):
    """Likewise, while the plan connects."""

    headline = text("Streaming works. Secure streaming (RTMPS) fails: no TLS version in common.")
    says_it_works = True
    explanation = NothingInCommon.explanation
    acts = OldVersion.acts
    operator = OldVersion.operator


class Seen(Table, of="tls-version-mismatch.seen"):
    ALERT = text("The server's alert: {alert:quote}.")
    OFFERED = text("This computer offered {offered:name}.")
    CHOSE = text(
        "Offered every version from TLS 1.0 on, the server chose {version:name} with the cipher {cipher:name}."
    )

    OTHER_NAME = text("The server's certificate is for {names}, not for {host}.")


class Earned(Table, of="tls-version-mismatch.earned"):
    """What the confidence rests on."""

    ALERT = text("The server's own alert says so.")
    CHOICE = text("The server chose this itself when everything was offered.")


MOST_NAMES = 3
"""How many of a certificate's names a line shows."""
VERSION = VERSION_ALERTS[0]
_NAMES = {
    "SSLv3": "SSL 3.0",
    "TLSv1": "TLS 1.0",
    "TLSv1.1": "TLS 1.1",
    "TLSv1.2": "TLS 1.2",
    "TLSv1.3": "TLS 1.3",
}
_OLD = ("SSLv3", "TLSv1", "TLSv1.1")


def judge(run: RunView) -> Answer:
    """The handshake fails for its version, or in general, and one that offers old versions and every cipher passes."""
    for attempt in attempts_with_tls(run):
        ended = attempt.step(StepName.TLS)
        facts = tls_facts(ended)
        if ended is None or ended.failure is None or attempt.endpoint.proxy is not None:
            continue
        alert = facts.alert if facts is not None and ended.failure.kind is FailureKind.TLS_ALERT else None
        silent = (
            ended.failure.kind is FailureKind.TIMED_OUT
        )  # servers refuse a version, they do not ignore it
        cut = (
            was_cut_off(ended)
            and not silent
            and was_asked_in_clear(run, attempt)
            and not answers_in_clear(run, attempt)
        )
        if alert is None and (not cut or run.plan_connected):
            continue
        if alert is not None and alert not in VERSION_ALERTS:
            continue
        port, transport = attempt.endpoint.port, attempt.endpoint.transport
        questions = run.ask_server(Experiment.TLS_VERSIONS, port, transport)
        return ask_unless_answered(questions, _conclusion(run, attempt, ended, alert))
    return None


def _conclusion(run: RunView, attempt: Attempt, ended: Observation, alert: str | None) -> Found | None:
    asked = (a.step(StepName.TLS) for a in run.performed(Experiment.TLS_VERSIONS, attempt.endpoint.port))
    passed = next((s for s in asked if s is not None and s.ok), None)
    spoken = tls_facts(passed)
    if spoken is None and alert != VERSION:
        return None
    case, values = _case(run, spoken)
    port = attempt.endpoint.port
    shown = spoken.certificate if spoken is not None else None
    return Found(
        case,
        Confidence.CONFIRMED,
        Earned.ALERT.of() if spoken is None else Earned.CHOICE.of(),
        _seen(run, attempt, ended, passed),
        values={"port": port, "settings": settings(run, Topic.TLS_VERSIONS), **values},
        # a certificate that was shown in the end may be what fails next
        rules_out=(
            RuledOut.BLOCKED_PORT.of(ports=(port,)),
            *(no_certificate(run) if shown is None else ()),
        ),
    )


def _case(run: RunView, spoken: TlsFacts | None) -> tuple[type[FindingTexts], dict[str, object]]:
    beside = run.plan_connected
    if spoken is None:
        return (NothingInCommonBeside if beside else NothingInCommon), {}
    version = _name(spoken)
    if spoken.version in _OLD and not beside and _is_for_another(run, spoken):
        return OldVersionAndName, {"version": version}
    if spoken.version in _OLD:
        return (OldVersionBeside if beside else OldVersion), {"version": version}
    return (OldCipherBeside if beside else OldCipher), {"version": version, "cipher": spoken.cipher or ""}


def _is_for_another(run: RunView, spoken: TlsFacts) -> bool:
    """Whether the certificate that the server shows is for names, and none of them is the server's."""
    shown = spoken.certificate
    return shown is not None and bool(shown.names) and not is_for_host(shown, run.target.host)


def _seen(
    run: RunView, attempt: Attempt, ended: Observation, passed: Observation | None
) -> tuple[EvidenceLine, ...]:
    facts, spoken = tls_facts(ended), tls_facts(passed)
    refused = Lines.ROUTE.of(route=route_of(attempt.endpoint), outcome=outcome_of_step(ended))
    seen = [evidence_line(refused, ended)]
    if facts is not None and facts.alert:
        seen.append(evidence_line(Seen.ALERT.of(alert=facts.alert), ended))
    if facts is not None and facts.offered:
        seen.append(evidence_line(Seen.OFFERED.of(offered=facts.offered), ended))
    if spoken is not None:
        chose = Seen.CHOSE.of(version=_name(spoken), cipher=spoken.cipher or "")
        seen.append(evidence_line(chose, passed))
    if spoken is not None and spoken.certificate is not None and _is_for_another(run, spoken):
        names = spoken.certificate.names[:MOST_NAMES]
        seen.append(evidence_line(Seen.OTHER_NAME.of(names=names, host=run.target.host), passed))
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    if working is not None:
        seen.append(attempt_line(working))
    return tuple(seen)


def _name(spoken: TlsFacts) -> str:
    return _NAMES.get(spoken.version or "", spoken.version or "")


RULE = Rule(
    Cause.TLS_VERSION_MISMATCH,
    judge,
    explains=(Cause.TLS_BLOCKED, Cause.WRONG_SERVICE_ON_PORT, Cause.SERVER_CLOSES_CONNECTION),
)
