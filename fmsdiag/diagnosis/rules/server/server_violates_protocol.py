"""server-violates-protocol: what the server sends after the handshake breaks a rule of RTMP, so that no client can read on."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.refusals import reached_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    ConnectFacts,
    EvidenceLine,
    ProtocolRule,
    Violation,
)


class Broken(FindingTexts, of="server-violates-protocol.broken"):
    """A rule of the chunk stream or of messages is broken at a byte that is known."""

    headline = text("The server sends data that is not valid RTMP.")
    explanation = text(
        "{server:host} completes the handshake, so the network path carries RTMP. What it sends next breaks a rule of the RTMP "
        "protocol, and players end the connection there. The media server is faulty, or a proxy in front changes the data."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step("Update the media server, and remove modules or scripts that send messages of their own."),
        step("If a proxy or relay is in front of it, connect to the media server directly and compare."),
    )


class Seen(Table, of="server-violates-protocol.seen"):
    """Which rule, and where; bytes are counted from the first one that the server sent."""

    # translators: {found} is a series of bytes in hexadecimal, such as 02 00 00
    CHUNK_SIZE = text(
        "{route}: before byte {offset:count}, the server sets a chunk size that RTMP does not allow. Next bytes: {found:name}."
    )
    MESSAGE_LENGTH = text(
        "{route}: at byte {offset:count}, the server announces a message too long for any answer. Bytes there: {found:name}."
    )
    MESSAGE_INSIDE = text(
        "{route}: at byte {offset:count}, a message begins before the one under way is complete. Bytes there: {found:name}."
    )
    HEADER_FORMAT = text(
        "{route}: at byte {offset:count}, a chunk stream begins with a header that only later chunks may have. "
        "Bytes there: {found:name}."
    )
    CONTROL_LENGTH = text(
        "{route}: before byte {offset:count}, a control message is shorter than its type requires. Bytes in it: {found:name}."
    )
    CONTENT = text(
        "{route}: before byte {offset:count}, the content of a message is not valid AMF. Bytes there: {found:name}."
    )
    UNFINISHED = text(
        "{route}: at byte {offset:count}, the server has begun more messages than a client can hold. Bytes there: {found:name}."
    )


class Earned(Table, of="server-violates-protocol.earned"):
    """What the confidence rests on."""

    BYTES = text("The server's own bytes show it.")


_LINES: Mapping[str, Text] = {rule.value: getattr(Seen, rule.name) for rule in ProtocolRule}


def judge(run: RunView) -> Answer:
    """After a complete handshake, the plan's attempt met bytes that break a rule that is known."""
    if run.plan_connected:
        return None
    broken = [(a, v) for a in run.fallback if (v := _violation(a)) is not None]
    if not broken:
        return None
    first = broken[0][0]
    return Found(
        Broken,
        Confidence.CONFIRMED,
        Earned.BYTES.of(),
        (reached_line(first), *(_line(a, v) for a, v in broken[:3])),
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(first.endpoint.port,)), RuledOut.APPLICATION.of()),
    )


def _violation(attempt: Attempt) -> Violation | None:
    ended = attempt.failed_step
    facts = ended.facts if ended is not None and isinstance(ended.facts, ConnectFacts) else None
    known = facts is not None and facts.violation is not None and facts.violation.rule in _LINES
    return facts.violation if known and facts is not None else None


def _line(attempt: Attempt, seen: Violation) -> EvidenceLine:
    said = _LINES[seen.rule].of(
        route=route_of(attempt.endpoint), offset=seen.offset or 0, found=seen.found or "-"
    )
    return evidence_line(said, attempt.failed_step)


RULE = Rule(
    Cause.SERVER_VIOLATES_PROTOCOL,
    judge,
    explains=(Cause.SERVER_HUNG, Cause.WRONG_SERVICE_ON_PORT, Cause.APP_NOT_FOUND, Cause.RTMP_BLOCKED),
)
