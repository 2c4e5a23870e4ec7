"""What a deep test saw go wrong, where no finding explains it: one sentence each."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.shortfalls import Shortfall, is_not_accepted
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    ConnectFacts,
    EvidenceLine,
    FailureKind,
    FlowFacts,
    HandshakeFacts,
    IdleFacts,
    Message,
    SeriesFacts,
    TlsFacts,
    TryOutcome,
    UploadFacts,
    UploadOutcome,
)
from fmsdiag.model.messages import Outcome


class ShortfallLines(Table, of="shortfall-lines"):
    """How far each kind of deep test came."""

    FLOWS = text(
        "Port {port}: {failed:count} of {tries:count} identical connections failed. The first: {outcome}."
    )
    FLOWS_ALL_REFUSED = text("Port {port}: all {tries:count} identical connections were refused.")
    FLOWS_REFUSED = text(
        "Port {port}: {failed:count} of {tries:count} identical connections were refused. Some servers take one client at a "
        "time, and this test itself may have been that client."
    )
    BURST = text("Port {port}: {failed:count} of {tries:count} connections in quick succession did not open.")
    HELD = text(
        "Port {port}: {failed:count} of {tries:count} connections that were to be held open did not open."
    )
    IDLE = text(
        "Port {port}: a connection that was idle for {waited:duration} no longer works. Some servers end connections that "
        "neither publish nor play, so it may not affect streams."
    )
    REJECTED = text(
        "Port {port}: a later connection was not accepted for the same application. Servers behind one address may be set up "
        "differently, or the server limits connections."
    )
    # translators: {outcome} is one such as "no answer after 5.0 s"
    LATER = text("Port {port}: a later connection of this test failed: {outcome}.")
    SLOW = text("Port {port}: only {amount:size} of {wanted:size} uploaded in {elapsed:duration}.")
    STOPPED = text("Port {port}: nothing answered the upload test after {amount:size} of {wanted:size}.")
    ENDED = text(
        "Port {port}: the upload test was ended after {amount:size}. Some servers do that with data that they did not ask "
        "for, so it may not affect publishing."
    )
    BROKE_OFF = text("Port {port}: the upload test stopped after {amount:size} of {wanted:size}.")


def shortfall_line(shortfall: Shortfall) -> EvidenceLine:
    """How far a deep test came that did not wholly succeed."""
    return evidence_line(_said(shortfall), shortfall.step)


def _said(shortfall: Shortfall) -> Message:
    port, facts = shortfall.attempt.endpoint.port, shortfall.step.facts
    match facts:
        case FlowFacts():
            failed = sum(not one.works for one in facts.tries)
            refused = {one.outcome for one in facts.tries if not one.works} == {FailureKind.REFUSED}
            if refused and failed == len(facts.tries):
                return ShortfallLines.FLOWS_ALL_REFUSED.of(port=port, tries=len(facts.tries))
            if refused:
                return ShortfallLines.FLOWS_REFUSED.of(port=port, failed=failed, tries=len(facts.tries))
            first = next(one for one in facts.tries if not one.works)
            outcome = Outcome(round(first.elapsed_s, 4), FailureKind(first.outcome))
            return ShortfallLines.FLOWS.of(port=port, failed=failed, tries=len(facts.tries), outcome=outcome)
        case SeriesFacts():
            failed = sum(one.outcome != TryOutcome.OPEN for one in facts.tries)
            said = ShortfallLines.HELD if facts.held else ShortfallLines.BURST
            return said.of(port=port, failed=failed, tries=len(facts.tries))
        case ConnectFacts() if is_not_accepted(shortfall):
            return ShortfallLines.REJECTED.of(port=port)
        case ConnectFacts() | HandshakeFacts() | TlsFacts():
            return ShortfallLines.LATER.of(port=port, outcome=outcome_of_step(shortfall.step))
        case IdleFacts():
            return ShortfallLines.IDLE.of(port=port, waited=facts.waited_s)
    assert isinstance(facts, UploadFacts)
    if facts.outcome == UploadOutcome.TOO_SLOW:
        return ShortfallLines.SLOW.of(
            port=port, amount=facts.bytes_taken, wanted=facts.bytes_wanted, elapsed=facts.elapsed_s
        )
    if facts.outcome == UploadOutcome.STOPPED:
        return ShortfallLines.STOPPED.of(port=port, amount=facts.bytes_taken, wanted=facts.bytes_wanted)
    if shortfall.may_be_manner:
        return ShortfallLines.ENDED.of(port=port, amount=facts.bytes_taken)
    return ShortfallLines.BROKE_OFF.of(port=port, amount=facts.bytes_taken, wanted=facts.bytes_wanted)
