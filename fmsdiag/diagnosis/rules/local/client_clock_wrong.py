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
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method
from fmsdiag.model import Actor, Attempt, Certificate, Confidence, Observation, StepName

CAUSE = "client-clock-wrong"
SLACK_S = 60.0
"""Clocks that differ by less agree: an answer may be under way, or its date rounded."""


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
            return _match(run, attempt, step, certificate, other, ahead_s)
    return None


def _match(
    run: RunView,
    attempt: Attempt,
    step: Observation,
    certificate: Certificate,
    other: tuple[float, Observation],
    ahead_s: float,
) -> Match:
    how_far = _span(abs(ahead_s))
    direction = "ahead" if ahead_s > 0 else "behind"
    ours, theirs = _day(own_clock(run, step)), _day(other[0])
    return Match(
        Confidence.LIKELY,
        f"This computer's clock is wrong: it is {how_far} {direction}.",
        f"This computer believes that it is {ours}; by another computer's clock it is {theirs}. Certificates are valid for a "
        "time, "
        f"and the one of {attempt.endpoint.host} (from {certificate.not_before[:10]} to {certificate.not_after[:10]}) is "
        f"valid today, only not on the date that this computer goes by. So it refuses secure connections, to this server and "
        "to others.",
        (Actor.USER,),
        Advice(
            user="Set this computer's date, time and time zone, best by letting it take them from the internet, and try again. "
            "If the date is lost whenever the computer is switched off, its battery is empty.",
            administrator="Let the computers of this network set their clocks by NTP (UDP port 123).",
        ),
        "The date in another computer's answer differs, and by that date the certificate is valid.",
        (
            line(
                f"{method(attempt.endpoint)}: the certificate was refused for its dates"
                + (f" ({step.failure.detail})." if step.failure is not None and step.failure.detail else "."),
                step,
            ),
            line(f"This computer's clock says {ours}.", None),
            line(f"Another computer's answer is dated {theirs}.", other[1]),
        ),
        rules_out=("the server's certificate", "a blocked port"),
    )


def _day(clock: float) -> str:
    try:
        return datetime.fromtimestamp(clock, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "a date that no calendar has"


def _span(seconds: float) -> str:
    """ "3 years", "5 days", "2 hours": the largest unit of which there are two, or one of the smallest."""
    for unit, length in (("year", 31_557_600), ("day", 86_400), ("hour", 3600), ("minute", 60)):
        count = round(seconds / length)
        if count >= (1 if unit == "minute" else 2):
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "a minute"


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "certificate-expired",
        "certificate-not-yet-valid",
        "certificate-untrusted",
        "certificate-self-signed",
    ),
)
