"""What came of connections that opened: which fell silent, where, and whether what was sent had arrived. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.diagnosis.evidence.attempts import (
    FELL_SILENT,
    connect_facts,
    failed_with,
    handshake_facts,
    last_word,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Attempt, Experiment, FailureKind, Observation, Status, StepName, Transport

PING = "Ping request"
"""How the program's own description of that message begins."""
AFTER_TCP = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.HTTP)


def content_of(attempt: Attempt) -> str:
    """What kind of bytes an attempt sends first."""
    transport = attempt.endpoint.transport
    if transport.uses_tls:
        return "TLS"
    return "HTTP" if transport.is_tunnel or not transport.is_media else "RTMP"


def spoke(attempt: Attempt) -> bool:
    """Whether TLS or the tunnel was set up before the silence: then something there answers."""
    return any(o.ok for o in attempt.observations if o.step in AFTER_TCP)


def is_silent(attempt: Attempt) -> bool:
    """Whether a connection that opened got no answer at all, to whatever was sent first."""
    timed_out = any(failed_with(attempt, name, FailureKind.TIMED_OUT) for name in AFTER_TCP)
    return timed_out and not spoke(attempt)


def reference(run: RunView) -> tuple[Attempt | None, bool]:
    """The reference server's answer to a web request, and whether it was asked and gave none."""
    asked = run.performed(Experiment.CONTROL_HTTP)
    passed = next((a for a in asked if a.status is Status.CONNECTED), None)
    return passed, bool(asked) and passed is None


def said_something(attempt: Attempt) -> bool:
    """Whether any byte came back."""
    return any(o.bytes_in for o in attempt.observations)


def is_taken(attempt: Attempt) -> bool:
    """Whether the peer's TCP has taken C0 and C1: then they were neither lost nor dropped on their way."""
    facts = handshake_facts(attempt)
    return attempt.endpoint.transport is Transport.RTMP and facts is not None and facts.unacknowledged == 0


def is_untaken(attempt: Attempt) -> bool:
    """Whether the peer's TCP is known not to have taken all of the handshake: it may have been lost on its way."""
    facts = handshake_facts(attempt)
    return facts is not None and bool(facts.unacknowledged)


def is_heard(attempt: Attempt) -> bool:
    """Whether `connect` is known to have arrived: what servers send in reply came, or the peer's TCP has taken it.

    A server pings whoever is connected, also where `connect` was lost.
    """
    facts = connect_facts(attempt)
    taken = facts is not None and facts.unacknowledged == 0 and not attempt.endpoint.transport.is_tunnel
    return taken or (facts is not None and any(not m.startswith(PING) for m in facts.messages_before))


def silent_step(attempt: Attempt) -> Observation | None:
    """Where an attempt fell silent, or `connect` got anything but an answer; none where it ended otherwise.

    A server that breaks the protocol, or asks which SWF file is playing, is not silent.
    """
    ended = last_word(attempt)
    if ended is None or ended.failure is None or ended.step not in (*AFTER_TCP, StepName.CONNECT):
        return None
    facts = connect_facts(attempt)
    if facts is not None and (facts.violation is not None or facts.swf_verification):
        return None
    endless = ended.step is StepName.CONNECT and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
    return ended if endless or ended.failure.kind in FELL_SILENT else None


def front_end_step(attempts: Iterable[Attempt]) -> Observation | None:
    """The first step that shows something in front of the media server: TLS that was set up, or a tunnel."""
    steps = (o for a in attempts for o in a.as_player)
    return next((o for o in steps if o.ok and o.step in (StepName.TLS, StepName.TUNNEL)), None)
