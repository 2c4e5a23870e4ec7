"""server-slow: the server's machine answers at once, and the media server on it takes seconds to say its first word."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.diagnosis.evidence.run import RunView, handshake_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.server_software import AMS, NGINX, RED5, SRS, WOWZA
from fmsdiag.diagnosis.wording import method, settings
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    Observation,
    Status,
    StepName,
    TcpFacts,
)

CAUSE = "server-slow"
SLOW_S = 2.0
"""A first answer that takes so long is noticed by every user, and players begin to give up soon after."""
PROMPT_S = 1.0
"""What opening the connection may take at most; and a first answer that comes sooner than this is no slow one."""


@dataclass(frozen=True)
class _Wait:
    """How long a connection that was open waited for an answer of the media server's own."""

    attempt: Attempt
    step: Observation
    seconds: float

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
        return _match(run, slow, None, sure=True)
    prompt = control is not None and control.status is Status.CONNECTED and _is_prompt(control)
    if control is not None and not prompt:
        return None  # another server is as slow from here
    return ask_unless_answered(run.ask_control_http(), _match(run, slow, control, sure=prompt))


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
    for step in attempt.as_player:
        seconds = _waited_s(attempt, step)
        if seconds is not None:
            waits.append(_Wait(attempt, step, seconds))
    return max(waits, key=lambda w: w.seconds, default=None)


def _waited_s(attempt: Attempt, step: Observation) -> float | None:
    if step.step is StepName.HANDSHAKE:
        facts = handshake_facts(attempt)
        if facts is not None and facts.first_byte_s is not None:
            return facts.first_byte_s
        return step.elapsed_s if step.ok else None
    answered = step.ok or attempt.status is Status.REJECTED
    return step.elapsed_s if step.step in (StepName.TUNNEL, StepName.CONNECT) and answered else None


def _is_prompt(control: Attempt) -> bool:
    return all(o.elapsed_s < PROMPT_S for o in control.observations if o.step is not StepName.DNS)


def _match(run: RunView, slow: list[_Wait], control: Attempt | None, sure: bool) -> Match:
    worst = max(slow, key=lambda w: w.seconds)
    opening = max(_opening_s(w.attempt) or 0.0 for w in slow)
    at_connect = all(w.step.step is StepName.CONNECT for w in slow)
    what = "accept a stream's connection" if at_connect else "say its first word"
    seen = [
        line(f"{method(w.attempt.endpoint)}: {_waited(w)} after {w.seconds:.1f} s.", w.step) for w in slow[:3]
    ]
    tcp = worst.attempt.step(StepName.TCP)
    seen.append(line(f"The same connection had opened within {max(opening, 0.01):.2f} s.", tcp))
    if control is not None and sure:
        seen.append(line("Another server answers at once from here.", control.observations[-1]))
    hooks = settings(
        run,
        {
            AMS: "onConnect of the application's main.asc, and the access plug-in",
            WOWZA: "onConnect of the application's modules",
            RED5: "appConnect of the application",
            NGINX: "the address behind on_connect",
            SRS: "the address behind http_hooks, on_connect",
        },
    )
    return Match(
        Confidence.CONFIRMED if sure else Confidence.POSSIBLE,
        f"The server takes {worst.seconds:.0f} seconds to answer.",
        f"The machine of {run.target.host} opens connections at once, so the way to it is quick. The media server on it "
        f"then takes {worst.seconds:.1f} s to {what}."
        + (" The connection comes about nevertheless." if run.plan_succeeded else "")
        + ("" if sure else " Packets that were lost on the way would look the same."),
        (Actor.OPERATOR,),
        Advice(
            user="Nothing on your side is slow. "
            + (
                "Send this report to the people who run the server."
                if not run.plan_succeeded
                else "Players may give up before the answer comes; send this report to the people who run the server."
            ),
            operator=(
                f"The handshake is quick, and the decision on connect is not. Look at what decides it. {hooks}"
                if at_connect
                else "The media server is overloaded, or waits for something before it answers: look at the load of processor "
                "and disk, the number of connections, full queues, and name lookups of clients' addresses that time out."
            ),
        ),
        "Opening a connection and the first answer on it were timed on the same connections."
        if sure and len(slow) > 1
        else "Opening the connection was quick, and so is another server's answer."
        if sure
        else "Only one connection got an answer, and no other server was asked.",
        tuple(seen),
        rules_out=("a long way to the server", "a firewall", "a blocked port"),
        decisive_test="" if sure else "Run the test again: a slow server is slow each time.",
    )


def _waited(wait: _Wait) -> str:
    if wait.step.step is StepName.CONNECT:
        return "the answer to connect came"
    return "the tunnel's answer came" if wait.step.step is StepName.TUNNEL else "the first answer came"


RULE = Rule(CAUSE, judge)
