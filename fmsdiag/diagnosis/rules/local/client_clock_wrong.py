"""client-clock-wrong: certificates look expired, or not yet valid, because this computer's date is wrong."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import (
    DATED,
    attempts_with_tls,
    certificate_of,
    clock_elsewhere,
    is_valid_at,
    own_clock,
)
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step, route_of
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Actor, Attempt, Cause, Certificate, Confidence, Observation, StepName
from fmsdiag.model.messages import Moment

SLACK_S = 60.0
"""Clocks that differ by less agree: an answer may be under way, or its date rounded."""
_LAST_DAY_S = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
"""The last day that a date can name; a clock that is further ahead is not less wrong."""


class Wrong(FindingTexts, of="client-clock-wrong.wrong"):
    """A certificate is valid by another computer's clock and not by this one's."""

    headline = text("This computer's clock is wrong.")
    explanation = text(
        "This computer's clock says {ours:moment}, but another computer's clock says {theirs:moment}. The certificate of "
        "{holder:host} is valid from {first:moment} to {last:moment}: valid now, but not by this computer's clock. That "
        "is why secure connections fail."
    )
    acts = (Actor.USER,)
    you = (
        step("Set this computer's date, time, and time zone, or turn on automatic time."),
        Steps.RUN_AGAIN,
        step("If the clock is wrong again after the computer has been off, have its clock battery replaced."),
    )
    administrator = (
        step("Check that computers in this network can reach a time server (NTP, UDP port 123)."),
    )


class Seen(Table, of="client-clock-wrong.seen"):
    REFUSED = text("{route}: {outcome}, by this computer's clock.")
    OURS = text("This computer's clock says {at:moment}.")
    THEIRS = text("Another computer's answer is dated {at:moment}.")


class Earned(Table, of="client-clock-wrong.earned"):
    """What the confidence rests on."""

    OTHER_CLOCK = text(
        "Another computer's clock shows another date, and on that date the certificate is valid."
    )


class Excluded(Table, of="client-clock-wrong.ruled-out"):
    CERTIFICATE = text("The server's certificate is not the cause: it is valid on the right date.")


def judge(run: RunView) -> Answer:
    """A certificate is refused for its dates, and by another computer's clock it is valid.

    That clock is asked for by the rule of the certificates, which cannot do without it either.
    """
    other = clock_elsewhere(run)
    if other is None:
        return None
    for attempt in attempts_with_tls(run):
        step = attempt.step(StepName.TLS)
        certificate = certificate_of(step)
        if step is None or step.failure is None or step.failure.kind not in DATED or certificate is None:
            continue
        ahead_s = own_clock(run, step) - (other[0] + step.ended_s - other[1].ended_s)
        if not math.isnan(ahead_s) and abs(ahead_s) > SLACK_S and is_valid_at(certificate, other[0]):
            return _found(run, attempt, step, certificate, other)
    return None


def _found(
    run: RunView,
    attempt: Attempt,
    step: Observation,
    certificate: Certificate,
    other: tuple[float, Observation],
) -> Found:
    ours, theirs = _moment(own_clock(run, step)), _moment(other[0])
    refused = Seen.REFUSED.of(route=route_of(attempt.endpoint), outcome=outcome_of_step(step))
    return Found(
        Wrong,
        Confidence.LIKELY,
        Earned.OTHER_CLOCK.of(),
        (
            evidence_line(refused, step),
            evidence_line(Seen.OURS.of(at=ours)),
            evidence_line(Seen.THEIRS.of(at=theirs), other[1]),
        ),
        values={
            "ours": ours,
            "theirs": theirs,
            "holder": attempt.endpoint.host,
            "first": certificate.not_before,
            "last": certificate.not_after,
        },
        rules_out=(Excluded.CERTIFICATE.of(), *network_cleared(run, certificate_explained=True)),
    )


def _moment(clock_s: float) -> Moment:
    """A clock as seconds since 1970, in the range that dates have."""
    return Moment(datetime.fromtimestamp(min(max(clock_s, 0.0), _LAST_DAY_S), UTC).isoformat())


RULE = Rule(
    Cause.CLIENT_CLOCK_WRONG,
    judge,
    explains=(
        Cause.CERTIFICATE_EXPIRED,
        Cause.CERTIFICATE_NOT_YET_VALID,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.CERTIFICATE_SELF_SIGNED,
    ),
)
