"""Lines of evidence about RTMPT sessions that began and did not last."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.tunnel import Fault, fault_of
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, EvidenceLine, StepName


class TunnelLines(Table, of="tunnel-lines"):
    """What became of a session."""

    OPENED = text("{route}: a session was opened.")
    LOST = text("{route}: a later request found the session gone.")
    REPLAYED = text("{route}: an earlier answer came back instead of a new one.")
    ENDLESS = text("{route}: an answer continued past the point where a tunnel's answer ends.")


_LINES = {
    Fault.LOST: TunnelLines.LOST,
    Fault.REPLAYED: TunnelLines.REPLAYED,
    Fault.ENDLESS: TunnelLines.ENDLESS,
}


def spoilt_lines(attempt: Attempt) -> tuple[EvidenceLine, ...]:
    """That a session was opened, and how it was spoilt; nothing where it was not."""
    fault, route = fault_of(attempt), route_of(attempt.endpoint)
    if fault is None:
        return ()
    return (
        evidence_line(TunnelLines.OPENED.of(route=route), attempt.step(StepName.TUNNEL)),
        evidence_line(_LINES[fault].of(route=route), attempt.failed_step),
    )
