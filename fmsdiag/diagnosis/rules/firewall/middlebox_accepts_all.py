"""middlebox-accepts-all: something on the way completes every connection itself, and nothing is behind it.

A transparent proxy or a firewall's SYN proxy that cannot reach anything, or security software that answers for everybody.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, arrived, failed_with
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
)

CAUSE = "middlebox-accepts-all"
CLOSED_PORT = 47
"""Reserved by IANA: no server of anybody listens there."""
_AFTER_TCP = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.HTTP)
_MUTE = (FailureKind.TIMED_OUT,)


def judge(run: RunView) -> Answer:
    """Connects succeed where none can: one hop away, or at a port that nobody has; and nothing speaks behind them."""
    direct = [a for a in run.own if a.endpoint.proxy is None]
    opened = [a for a in direct if (tcp := a.step(StepName.TCP)) is not None and tcp.ok]
    if not opened or any(not _is_mute(a) for a in opened) or run.is_loopback:
        return None
    web = run.performed(Experiment.CONTROL_HTTP)
    if any(a.status is Status.CONNECTED for a in web):
        return None  # whatever accepts here, it lets somebody speak
    port = opened[0].endpoint.port
    questions = (
        *run.ask_control_http(),
        *run.ask_control_port(CLOSED_PORT),
        *run.ask_hops(port),
    )
    impossible = run.control_tcp(CLOSED_PORT)
    near = run.hop_step(port)
    too_near = near if arrived(run.hops(port)) == 1 and _accepted(run, port) else None
    taken = impossible if impossible is not None and impossible.ok else None
    mute = next((a for a in web if _is_mute(a)), None)
    if taken is None and (too_near is None or mute is None):
        return ask_unless_answered(questions, None)
    return ask_unless_answered(questions, _match(opened, taken, too_near, mute))


def _accepted(run: RunView, port: int) -> bool:
    return any(h.outcome == "open" and h.ttl == 1 for h in run.hops(port))


def _is_mute(attempt: Attempt) -> bool:
    """Whether the connection opened and not a byte ever came over it."""
    tcp = attempt.step(StepName.TCP)
    silent = any(failed_with(attempt, step, *_MUTE) for step in _AFTER_TCP)
    after = [o for o in attempt.observations if o.step in _AFTER_TCP]
    return tcp is not None and tcp.ok and silent and not any(o.ok or o.bytes_in for o in after)


def _match(
    opened: list[Attempt], taken: Observation | None, too_near: Observation | None, mute: Attempt | None
) -> Match:
    seen = [line(f"{told(a)}.", a.failed_step) for a in opened[:2]]
    if too_near is not None:
        seen.append(line("A connect that could not get beyond the first router was accepted.", too_near))
    if taken is not None:
        seen.append(
            line(f"Port {CLOSED_PORT} of another host, which nobody uses, accepts a connection.", taken)
        )
    if mute is not None:
        seen.append(
            line("Another host's web server accepts a connection, and is as silent.", mute.failed_step)
        )
    return Match(
        Confidence.LIKELY,
        "Something in your network answers every connection, and leads nowhere.",
        "Connections seem to open at once, even to where nobody listens, and then nothing ever comes back. They are completed "
        "by a device on the way, not by the servers: it takes every connection and does not pass it on.",
        (Actor.ADMINISTRATOR, Actor.USER),
        Advice(
            user="If this network has a sign-in page, open a web page first. Otherwise tell the people who look after it; as a "
            "test, switch security software that inspects traffic off for a moment, or use another network.",
            administrator="A transparent proxy, a SYN proxy or an inspection gateway accepts connections for every address and "
            "does not forward them. Look at its upstream connection and its load, or exempt this traffic.",
        ),
        "It opens what cannot be open, and nobody speaks behind it."
        if taken is not None
        else "The connection ends one hop away, and other hosts are as silent.",
        tuple(seen[:5]),
        rules_out=("the server being down", "a closed port"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "server-hung", "rtmp-blocked", "non-http-blocked", "tls-blocked", "egress-blocked", "no-internet", "server-slow",
        "server-closes-connection", "udp-blocked", "dns-no-answer", "mtu-black-hole",
    ),
)  # fmt: skip
