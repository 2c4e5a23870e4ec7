"""server-slow: the server's machine answers at once, and the media server on it takes seconds to say its first word."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.attempts import handshake_facts
from fmsdiag.diagnosis.evidence.flows import Fate, flows_at
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of, web_reference_lines
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    Observation,
    Status,
    StepName,
    TcpFacts,
)


class FirstAnswer(FindingTexts, of="server-slow.first-answer"):
    """The media server's first answer takes long."""

    headline = text("The server takes {waited:duration} to answer.")
    explanation = text(
        "{server:host} opens connections quickly, so the network path is fast. Its media server is slow to send the "
        "first answer. Players may give up before it arrives."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step(
            "Save this report and send it to the people who run the server. Nothing is slow on your side.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        step("Check CPU and disk load, the number of connections, and full queues."),
        step("Check whether the server does a reverse DNS lookup for each client and waits for the answer."),
    )


class Decision(FindingTexts, of="server-slow.decision"):
    """The handshake is fast; the answer to `connect` is not."""

    headline = text("The server takes {waited:duration} to accept a connection.")
    explanation = text(
        "{server:host} opens connections quickly, so the network path is fast. Its media server is slow to accept or "
        "reject a connection. Players may give up first."
    )
    acts = FirstAnswer.acts
    you = FirstAnswer.you
    operator = (
        step("Check what handles connect requests: the application's script and services it depends on."),
        Steps.SETTING,
    )


class Handshake(FindingTexts, of="server-slow.handshake"):
    """The first bytes come soon, and the rest of the handshake does not."""

    headline = text("The server takes {waited:duration} to complete the handshake.")
    explanation = text(
        "{server:host} opens connections quickly and begins to answer, so the network path is fast. Its media server is "
        "slow to send the rest of the handshake (S1 or S2). Players may give up before it arrives."
    )
    acts = FirstAnswer.acts
    you = FirstAnswer.you
    operator = (FirstAnswer.operator[0],)


class HandshakeSuspected(FindingTexts, of="server-slow.handshake-suspected"):
    """Likewise, on one connection only, and nothing to compare it with."""

    headline = Handshake.headline
    explanation = text(
        "{server:host} opens connections quickly and begins to answer. Its media server may be slow to send the rest of "
        "the handshake (S1 or S2). Packets lost on the network path would look the same."
    )
    acts = FirstAnswer.acts
    you = (Steps.RUN_AGAIN, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = Handshake.operator
    decisive_test = text("Run the test again. A slow server is slow every time.")


class FirstAnswerSuspected(FindingTexts, of="server-slow.first-answer-suspected"):
    """One connection only, and nothing to compare it with."""

    headline = FirstAnswer.headline
    explanation = text(
        "{server:host} opens connections quickly. Its media server may be slow to send the first answer. Packets "
        "lost on the network path would look the same."
    )
    acts = FirstAnswer.acts
    you = (Steps.RUN_AGAIN, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = FirstAnswer.operator
    decisive_test = text("Run the test again. A slow server is slow every time.")


class DecisionSuspected(FindingTexts, of="server-slow.decision-suspected"):
    """Likewise, where it is the answer to `connect` that came late."""

    headline = Decision.headline
    explanation = text(
        "{server:host} opens connections quickly. Its media server may be slow to accept or reject a connection. "
        "Packets lost on the network path would look the same."
    )
    acts = FirstAnswer.acts
    you = FirstAnswerSuspected.you
    operator = Decision.operator
    decisive_test = FirstAnswerSuspected.decisive_test


class Undecided(FindingTexts, of="server-slow.undecided"):
    """The server neither accepts nor rejects, and closes the connection after a time."""

    headline = text("The server closes the connection after {waited:duration} without an answer.")
    explanation = text(
        "{server:host} opens connections quickly and completes the handshake. It does not answer the connect command, and "
        "closes the connection after {waited:duration}. Most likely a service that decides who may connect does not answer in "
        "time."
    )
    acts = FirstAnswer.acts
    you = FirstAnswer.you
    operator = Decision.operator


class Seen(Table, of="server-slow.seen"):
    UNDECIDED = text(
        "{route}: no answer to connect; the server closed the connection after {waited:duration}."
    )
    FIRST_ANSWER = text("{route}: the first answer came after {waited:duration}.")
    HANDSHAKE_REST = text("{route}: the rest of the handshake came after {waited:duration}.")
    TUNNEL_ANSWER = text("{route}: the tunnel was answered after {waited:duration}.")
    CONNECT_ANSWER = text("{route}: the answer to connect came after {waited:duration}.")
    OPENED = text("The same connection had opened within {opening:duration}.")
    STOPPED_WAITING = plural(
        "Port {port}: the repeated connections stopped waiting after {waited:duration}, before the server answers.",
        "Port {port}: all {tries:count} repeated connections stopped waiting after {waited:duration} or less, before the "
        "server answers.",
        by="tries",
    )


class Excluded(Table, of="server-slow.excluded"):
    DISTANCE = text("The distance to the server is not the cause: connections open quickly.")


class Earned(Table, of="server-slow.earned"):
    """What the confidence rests on."""

    SAME_CONNECTIONS = text(
        "On the same connections, opening is fast and the first answer is slow every time."
    )
    CLOSED = text("The server completes the handshake and then closes without an answer.")
    REFERENCE = text("Connections open fast, and a reference server answers fast.")
    ONE_CONNECTION = text("Only one connection got an answer, and no reference server was contacted.")


SLOW_S = 2.0
"""A first answer that takes so long is noticed by every user, and players begin to give up soon after."""
PROMPT_S = 1.0
"""What opening the connection may take at most; and a first answer that comes sooner than this is no slow one."""


MOST_LINES = 5


@dataclass(frozen=True)
class _Wait:
    """How long a connection that was open waited for an answer of the media server's own."""

    attempt: Attempt
    step: Observation
    seconds: float
    is_rest: bool = False  # of a handshake whose first bytes had come

    @property
    def is_undecided(self) -> bool:
        """Whether what came in the end was no answer to `connect`, but the end of the connection."""
        failure = self.step.failure
        ends = (FailureKind.CLOSED, FailureKind.RESET)
        return self.step.step is StepName.CONNECT and failure is not None and failure.kind in ends

    @property
    def is_slow(self) -> bool:
        opening = _opening_s(self.attempt)
        return opening is not None and self.seconds >= max(SLOW_S, 4 * opening)


def judge(run: RunView) -> Answer:
    """Connections open at once, and on none of them came the first answer, or that to `connect`, within two seconds.

    That none was quicker tells it from lost packets, which strike one connection and spare the next; one connection alone
    is compared with another server.
    """
    waits = [w for a in run.media if (w := _longest(a)) is not None]
    slow = [w for w in waits if w.is_slow]
    if not slow or len(slow) < len(waits):
        return None
    if not any(w.attempt in run.fallback for w in slow):
        return None  # what no player would wait for
    control = next((a for a in run.performed(Experiment.CONTROL_HTTP)), None)
    if len(slow) > 1:
        return _found(run, slow, None, sure=True)
    prompt = control is not None and control.status is Status.CONNECTED and _is_prompt(control)
    if control is not None and not prompt:
        return None  # another server is as slow from here
    return ask_unless_answered(run.ask_control_http(), _found(run, slow, control, sure=prompt))


def _opening_s(attempt: Attempt) -> float | None:
    """How long a round trip takes as far as opening the connection shows it, or none if it never opened."""
    tcp = attempt.step(StepName.TCP)
    if tcp is None or not tcp.ok:
        return None
    kernel = tcp.facts.kernel_rtt_s if isinstance(tcp.facts, TcpFacts) else None
    return max(tcp.elapsed_s, kernel or 0.0)


def _longest(attempt: Attempt) -> _Wait | None:
    """The longest of an attempt's waits for an answer that came; none where none came, or where others may have delayed it."""
    opening = _opening_s(attempt)
    if opening is None or opening >= PROMPT_S or attempt.endpoint.proxy is not None:
        return None
    waits = []
    for seen in attempt.as_player:
        seconds = _waited_s(attempt, seen)
        if seconds is not None:
            waits.append(_Wait(attempt, seen, seconds))
            if seen.ok and seen.step is StepName.HANDSHAKE:
                waits.append(_Wait(attempt, seen, seen.elapsed_s - seconds, is_rest=True))
    return max(waits, key=lambda w: w.seconds, default=None)


def _waited_s(attempt: Attempt, seen: Observation) -> float | None:
    if seen.step is StepName.HANDSHAKE:
        facts = handshake_facts(attempt)
        if facts is not None and facts.first_byte_s is not None:
            return facts.first_byte_s
        return seen.elapsed_s if seen.ok else None
    answered = seen.ok or attempt.status is Status.REJECTED
    if seen.step not in (StepName.TUNNEL, StepName.CONNECT) or not answered:
        return None
    # `connect` leaves with C2, and a server reads on when its own handshake is complete
    shaken = attempt.step(StepName.HANDSHAKE) if seen.step is StepName.CONNECT else None
    return seen.ended_s - max(seen.started_s, shaken.ended_s if shaken is not None else 0.0)


def _is_prompt(control: Attempt) -> bool:
    return all(o.elapsed_s < PROMPT_S for o in control.observations if o.step is not StepName.DNS)


def _found(run: RunView, slow: list[_Wait], control: Attempt | None, sure: bool) -> Found:
    worst = max(slow, key=lambda w: w.seconds)
    opening_s = max(_opening_s(w.attempt) or 0.0 for w in slow)
    opened = Seen.OPENED.of(opening=max(opening_s, 0.01))
    at_connect = all(w.step.step is StepName.CONNECT for w in slow)
    first: type[FindingTexts]
    decision: type[FindingTexts]
    first, decision = (FirstAnswer, Decision) if sure else (FirstAnswerSuspected, DecisionSuspected)
    if all(w.is_rest for w in slow):
        first = Handshake if sure else HandshakeSuspected
    values: dict[str, object] = {"waited": worst.seconds}
    if at_connect:
        values["settings"] = settings(run, Topic.CONNECT_HANDLER)
    undecided = at_connect and all(w.is_undecided for w in slow)
    if undecided:
        decision, sure = Undecided, True
    return Found(
        decision if at_connect else first,
        Confidence.LIKELY if undecided else Confidence.CONFIRMED if sure else Confidence.POSSIBLE,
        _earned(slow, sure),
        (
            *(_waited_line(w) for w in slow[:3]),
            evidence_line(opened, worst.attempt.step(StepName.TCP)),
            *(web_reference_lines(control) if sure else ()),
            *_impatient_lines(run, worst),
        )[:MOST_LINES],
        values=values,
        rules_out=(Excluded.DISTANCE.of(), *network_cleared(run)),
    )


def _earned(slow: list[_Wait], sure: bool) -> Message:
    if not sure:
        return Earned.ONE_CONNECTION.of()
    if all(w.is_undecided for w in slow):
        return Earned.CLOSED.of()
    return Earned.SAME_CONNECTIONS.of() if len(slow) > 1 else Earned.REFERENCE.of()


def _waited_line(wait: _Wait) -> EvidenceLine:
    if wait.is_undecided:
        ended = Seen.UNDECIDED.of(route=route_of(wait.attempt.endpoint), waited=wait.seconds)
        return evidence_line(ended, wait.step)
    said = Seen.HANDSHAKE_REST if wait.is_rest else _WAITED.get(wait.step.step, Seen.FIRST_ANSWER)
    return evidence_line(said.of(route=route_of(wait.attempt.endpoint), waited=wait.seconds), wait.step)


def _impatient_lines(run: RunView, worst: _Wait) -> tuple[EvidenceLine, ...]:
    """That repeats on the same port were not left the time that the server takes: they are no further fault."""
    flows = flows_at(run, worst.attempt.endpoint.port)
    if flows is None or flows.fate is not Fate.ALL_FAIL:
        return ()
    waited_s = max(one.elapsed_s for one in flows.dead)
    if waited_s >= worst.seconds or not all(one.opened for one in flows.dead):
        return ()
    said = Seen.STOPPED_WAITING.of(port=worst.attempt.endpoint.port, tries=len(flows.dead), waited=waited_s)
    return (evidence_line(said, flows.step),)


_WAITED = {StepName.CONNECT: Seen.CONNECT_ANSWER, StepName.TUNNEL: Seen.TUNNEL_ANSWER}
RULE = Rule(Cause.SERVER_SLOW, judge)
