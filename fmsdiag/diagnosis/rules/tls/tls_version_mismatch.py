"""tls-version-mismatch: server and player have no version of TLS, or no cipher, in common."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    answers_in_clear,
    attempts_with_tls,
    tls_facts,
    was_asked_in_clear,
    was_cut,
)
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    StepName,
    TlsFacts,
)

CAUSE = "tls-version-mismatch"
VERSION, CIPHER = "protocol version", "handshake failure"
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
        step = attempt.step(StepName.TLS)
        facts = tls_facts(step)
        if step is None or step.failure is None or attempt.endpoint.proxy is not None:
            continue
        alert = facts.alert if facts is not None and step.failure.kind is FailureKind.TLS_ALERT else None
        silent = step.failure.kind is FailureKind.TIMED_OUT  # servers refuse a version, they do not ignore it
        cut = (
            was_cut(step)
            and not silent
            and was_asked_in_clear(run, attempt)
            and not answers_in_clear(run, attempt)
        )
        if alert is None and (not cut or run.plan_connected):
            continue
        if alert is not None and alert not in (VERSION, CIPHER):
            continue
        port, transport = attempt.endpoint.port, attempt.endpoint.transport
        questions = run.ask_server(Experiment.TLS_VERSIONS, port, transport)
        return ask_unless_answered(questions, _conclusion(run, attempt, step, alert))
    return None


def _conclusion(run: RunView, attempt: Attempt, step: Observation, alert: str | None) -> Match | None:
    asked = (a.step(StepName.TLS) for a in run.performed(Experiment.TLS_VERSIONS, attempt.endpoint.port))
    passed = next((s for s in asked if s is not None and s.ok), None)
    spoken = tls_facts(passed)
    if spoken is None and alert != VERSION:
        return None
    return _match(run, attempt, step, passed, spoken)


def _match(
    run: RunView,
    attempt: Attempt,
    step: Observation,
    passed: Observation | None,
    spoken: TlsFacts | None,
) -> Match:
    endpoint = attempt.endpoint
    version = (spoken.version or "") if spoken is not None else ""
    is_old = version in _OLD
    name = _NAMES.get(version, version)
    facts = tls_facts(step)
    offered = facts.offered if facts is not None and facts.offered else "current versions"
    working = next((a for a in run.connected if not a.endpoint.transport.uses_tls), None)
    said = step.failure.detail if step.failure is not None else ""
    seen = [
        line(f"{method(endpoint)}: the secure connection was refused ({said}); offered were {offered}.", step)
    ]
    if passed is not None and spoken is not None:
        seen.append(
            line(
                f"Asked with every version from TLS 1.0 on, the server chose {name}, {spoken.cipher}.", passed
            )
        )
    if working is not None:
        seen.append(
            line(f"{method(working.endpoint)}, without encryption, connects.", working.observations[-1])
        )
    what = (
        f"{run.target.host} knows nothing newer than {name}, which programs of today refuse because it is not safe."
        if is_old
        else f"{run.target.host} agrees to {name} only with a cipher that programs of today refuse ({spoken.cipher})."
        if spoken is not None
        else f"{run.target.host} refuses every version of TLS that programs of today offer."
    )
    return Match(
        Confidence.CONFIRMED,
        "The server's encryption is too old for today's programs."
        if spoken is not None
        else "The server and this computer have no version of TLS in common.",
        f"Before anything is encrypted, both sides agree on a version and a cipher of TLS. {what} No secure connection can "
        "come about.",
        (Actor.OPERATOR,),
        Advice(
            user="Send this report to the people who run the server: nothing on your side is wrong, and lowering this "
            "computer's security is no remedy."
            + (
                f" Meanwhile {method(working.endpoint)} works, without encryption."
                if working is not None
                else ""
            ),
            operator=f"Enable TLS 1.2 and 1.3 on port {endpoint.port}: a newer release of the media server or its Java (Wowza, "
            "Red5), “ssl_protocols TLSv1.2 TLSv1.3” (nginx), or stunnel or nginx in front of an old AMS, whose OpenSSL ends "
            "at TLS 1.0.",
        ),
        "The server says so itself, by its alert or its choice.",
        tuple(seen),
        rules_out=("a blocked port", "a bad certificate", "the server being down"),
    )


RULE = Rule(CAUSE, judge, explains=("tls-blocked", "wrong-service-on-port", "server-closes-connection"))
