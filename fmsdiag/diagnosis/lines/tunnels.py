"""Lines of evidence about RTMPT sessions that began and did not last."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.tunnel import Fault, RefusedRequest, fault_of, refused_request
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Attempt, EvidenceLine, StepName
from fmsdiag.model.messages import Message, Name


class TunnelLines(Table, of="tunnel-lines"):
    """What became of a session."""

    OPENED = text("{route}: a session was opened.")
    LOST = text("{route}: a later request found the session gone.")
    REPLAYED = text("{route}: an earlier answer came back instead of a new one.")
    # translators: {status} is a number of HTTP such as 413, {request} a word such as send
    REFUSED = text("{route}: the request /{request:name} was answered with status {status:name}.")
    ENDLESS = text("{route}: an answer continued past the point where a tunnel's answer ends.")


_LINES = {
    Fault.LOST: TunnelLines.LOST,
    Fault.REPLAYED: TunnelLines.REPLAYED,
    Fault.ENDLESS: TunnelLines.ENDLESS,
}


def spoilt_lines(attempt: Attempt) -> tuple[EvidenceLine, ...]:
    """That a session was opened, and how it was spoilt; nothing where it was not."""
    fault, refused, route = fault_of(attempt), refused_request(attempt), route_of(attempt.endpoint)
    if fault is not None:
        said = _LINES[fault].of(route=route)
    elif refused is not None:
        said = refused_line(attempt, refused)
    else:
        return ()
    opened = evidence_line(TunnelLines.OPENED.of(route=route), attempt.step(StepName.TUNNEL))
    return (opened, evidence_line(said, attempt.failed_step))


def refused_line(attempt: Attempt, refused: RefusedRequest) -> Message:
    """Which request of a session was refused, and how."""
    request, status = Name(refused.request), Name(str(refused.status))
    return TunnelLines.REFUSED.of(route=route_of(attempt.endpoint), request=request, status=status)
