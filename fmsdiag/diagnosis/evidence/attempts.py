"""What one attempt shows: each fact is decided here, once.

What came of RTMP has four readings, and rules mean one of them. `spoke_rtmp`: a player would have completed the handshake.
`rtmp_shown`: what answers has shown that it speaks RTMP, behind a certificate that no player accepts included.
`Attempt.was_decided`: the server itself let us in or said no. `met_server`: the first or the last, where a web request
that was answered counts as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    FailureKind,
    HandshakeFacts,
    Observation,
    StepName,
)

TO_THE_PROXY = (StepName.DNS, StepName.TCP)
"""The steps that an attempt through a proxy makes with the proxy alone."""
ENDED = (FailureKind.CLOSED, FailureKind.RESET)
"""An open connection was ended by the other side, or by something that speaks for it: FIN or RST."""
FELL_SILENT = (FailureKind.TIMED_OUT, FailureKind.STALLED)
"""Nothing came, or nothing more."""
S0_S1_BYTES = 1 + 1536
"""With so much of the server's greeting, C2 and `connect` are on their way."""


# ---- where it ended
def opened(attempt: Attempt) -> bool:
    """Whether the TCP connection was opened, by the server or by the proxy."""
    tcp = attempt.step(StepName.TCP)
    return tcp is not None and tcp.ok


def failed_with(attempt: Attempt, step: StepName, *kinds: FailureKind) -> bool:
    """Whether the attempt ended at that step in one of these ways; a proxy's own name and port do not count."""
    ended = attempt.failed_step
    if attempt.endpoint.proxy is not None and step in TO_THE_PROXY:
        return False
    return (
        ended is not None and ended.step is step and ended.failure is not None and ended.failure.kind in kinds
    )


def last_word(attempt: Attempt) -> Observation | None:
    """The failed step at which the server's last word was said, as far as a refused certificate let one look."""
    behind_certificate = [o for o in attempt.behind_certificate if not o.ok]
    return behind_certificate[-1] if behind_certificate else attempt.failed_step


def received_bytes(step: Observation | None) -> int:
    """How many bytes had come when a step failed; 0 where that is not known."""
    return (step.failure.bytes_received or 0) if step is not None and step.failure is not None else 0


def has_whole_greeting(step: Observation | None) -> bool:
    """Whether S0 and S1 were complete when a step failed: what ended it then may have read `connect`."""
    return received_bytes(step) >= S0_S1_BYTES


def was_cut_off(step: Observation | None) -> bool:
    """Whether a step's first message was answered by nothing: silence, a reset, an end, and not one byte.

    For C0 and C1, where an end in good order is a server's manner and no filter's, see payload.is_cut.
    """
    if step is None or step.failure is None or step.failure.bytes_received:
        return False
    return step.failure.kind in (FailureKind.TIMED_OUT, *ENDED)


# ---- what answered
def spoke_rtmp(attempt: Attempt) -> bool:
    """Whether the handshake was completed, as a player would have done it: the network carries RTMP there."""
    step = attempt.step(StepName.HANDSHAKE)
    return step is not None and step.ok


def rtmp_shown(attempt: Attempt) -> Observation | None:
    """The handshake by which what answers has shown that it speaks RTMP, behind a refused certificate or not."""
    return _completed_handshake(attempt.observations)


def rtmp_behind_certificate(attempt: Attempt) -> Observation | None:
    """The same, only where a certificate was refused before."""
    return _completed_handshake(attempt.behind_certificate)


def _completed_handshake(observations: Iterable[Observation]) -> Observation | None:
    return next((o for o in observations if o.step is StepName.HANDSHAKE and o.ok), None)


def met_server(attempt: Attempt) -> bool:
    """Whether an attempt met the server that it looked for: it was decided, or RTMP was spoken, whatever came of it."""
    return attempt.was_decided or spoke_rtmp(attempt)


# ---- facts
def handshake_facts(attempt: Attempt) -> HandshakeFacts | None:
    step = attempt.step(StepName.HANDSHAKE)
    return step.facts if step is not None and isinstance(step.facts, HandshakeFacts) else None


def connect_facts(attempt: Attempt) -> ConnectFacts | None:
    step = attempt.step(StepName.CONNECT)
    return step.facts if step is not None and isinstance(step.facts, ConnectFacts) else None


def wants_token(attempt: Attempt) -> bool:
    """Whether `connect` was accepted with Wowza's challenge, which a player answers by secureTokenResponse (librtmp)."""
    facts = connect_facts(attempt)
    return facts is not None and "secureToken" in facts.properties


def asks_for_swf(attempt: Attempt) -> bool:
    """Whether the server asked which SWF file is playing, and did not answer `connect` without it."""
    facts = connect_facts(attempt)
    unanswered = failed_with(attempt, StepName.CONNECT, *FELL_SILENT, *ENDED)
    return facts is not None and facts.swf_verification and unanswered
