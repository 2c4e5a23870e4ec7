"""Lines of evidence about where on the path something stops, and who ended a connection."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.cut_bytes import CutBytes
from fmsdiag.diagnosis.evidence.places import bytes_step
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.hops import ended_as_far, ended_early, taken_unanswered
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    EvidenceLine,
    Experiment,
    FirstBytes,
    ResetDistanceFacts,
    StepName,
)


class PlaceLines(Table, of="place-lines"):
    """Each a sentence; the addresses are those of hops on the path."""

    RTMP = text("The first RTMP message to port {port} reaches {after:address}, but not {before:address}.")
    CONNECT = text(
        "The RTMP connect message to port {port} reaches {after:address}, but not {before:address}."
    )
    TLS = text("The first TLS message to port {port} reaches {after:address}, but not {before:address}.")
    RTMPT = text("The first RTMPT request to port {port} reaches {after:address}, but not {before:address}.")
    LAST_ROUTER = text(
        "What is sent first on port {port} gets as far as {after:address}, the last router before the server."
    )
    CONNECT_LAST_ROUTER = text(
        "The RTMP connect message to port {port} gets as far as {after:address}, the last router before the server."
    )
    NOT_EVEN = text("Data sent on the connection to port {port} does not even reach {before:address}.")
    OTHER_FURTHER = text("Bytes that are not RTMP get farther on port {port}.")
    OTHER_SAME = text("Bytes that are not RTMP stop at the same place on port {port}.")
    TAKEN = text("What is sent first on port {port} reaches the server; no answer comes back.")
    EARLY = text("A reset comes back although the data that was sent cannot have reached the server.")
    NEARER = text("The packet that ends the connection was sent from closer than the server.")
    AS_FAR = text("The packet that ends the connection was sent from as far away as the server.")
    FARTHER = text("The packet that ends the connection was sent from farther away than the server.")


_REACHES = {
    FirstBytes.RTMP: PlaceLines.RTMP,
    FirstBytes.CONNECT: PlaceLines.CONNECT,
    FirstBytes.TLS: PlaceLines.TLS,
    FirstBytes.RTMPT: PlaceLines.RTMPT,
}


def _may_be_the_servers_end(attempt: Attempt, facts: BytesPathFacts) -> bool:
    """Whether what came as far as the last router was ended from as far as the server: then it may have got there."""
    by = attempt.step(StepName.RESET_DISTANCE)
    other = (
        isinstance(by.facts, ResetDistanceFacts) and (by.facts.nearer or by.facts.farther) if by else False
    )
    return facts.stopped == facts.distance and by is not None and not other


def _others(run: RunView, port: int, facts: BytesPathFacts) -> list[EvidenceLine]:
    """How bytes of no protocol fared on the same path."""
    found = bytes_step(run, Experiment.OTHER_BYTES_PATH, port)
    if found is None or not isinstance(found[1].facts, BytesPathFacts) or not facts.supported:
        return []
    other = found[1].facts
    further = other.stopped is None or taken_unanswered(other) or other.reached > facts.reached
    if not further and _may_be_the_servers_end(found[0], other):
        return []  # these may have reached the server, which ended them itself
    same = not further and other.reached == facts.reached
    said = PlaceLines.OTHER_FURTHER if further else PlaceLines.OTHER_SAME if same else None
    return [evidence_line(said.of(port=port), found[1])] if said is not None else []


def place_lines(run: RunView, cut: CutBytes | None) -> tuple[EvidenceLine, ...]:
    """Where the first bytes stop, and what shows that something other than the server ended the connection."""
    found = bytes_step(run, cut.experiment, cut.attempt.endpoint.port) if cut is not None else None
    if found is None:
        return ()
    attempt, step = found
    facts = step.facts
    assert isinstance(facts, BytesPathFacts)
    if facts.ends_alone:
        return ()
    if taken_unanswered(facts):
        return (evidence_line(PlaceLines.TAKEN.of(port=attempt.endpoint.port), step),)
    lines: list[EvidenceLine] = []
    reaches = _REACHES.get(FirstBytes(facts.content))
    if facts.supported and facts.before is not None:
        where = {"port": attempt.endpoint.port, "before": facts.before}
        # NAT writes the server's address on the errors of others
        after = facts.after if facts.after != step.address else None
        if after is not None and _may_be_the_servers_end(attempt, facts):
            connect = (
                facts.content == FirstBytes.CONNECT
            )  # what is sent first, the handshake, went all the way
            last = PlaceLines.CONNECT_LAST_ROUTER if connect else PlaceLines.LAST_ROUTER
            lines.append(evidence_line(last.of(port=attempt.endpoint.port, after=after), step))
        elif after is not None and reaches is not None:
            lines.append(evidence_line(reaches.of(after=after, **where), step))
        elif not facts.reached:
            lines.append(evidence_line(PlaceLines.NOT_EVEN.of(**where), step))
    lines += _others(run, attempt.endpoint.port, facts)
    if ended_early(facts):
        lines.append(evidence_line(PlaceLines.EARLY.of(), step))
    by = attempt.step(StepName.RESET_DISTANCE)
    if by is not None and isinstance(by.facts, ResetDistanceFacts):
        if by.facts.nearer:
            lines.append(evidence_line(PlaceLines.NEARER.of(), by))
        elif by.facts.farther:
            lines.append(evidence_line(PlaceLines.FARTHER.of(), by))
        elif ended_as_far(attempt, facts) is not None:
            lines.append(evidence_line(PlaceLines.AS_FAR.of(), by))
    return tuple(lines)
