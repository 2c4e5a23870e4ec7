"""What a strict report leaves out beyond what every report hides: the computer, its network, contents. Pure."""

from __future__ import annotations

import msgspec

from fmsdiag.model import (
    Attempt,
    Environment,
    HttpFacts,
    Observation,
    ProxyFacts,
    Report,
    TcpFacts,
    TunnelFacts,
)

STRICT = "strict"
"""The entry of the redaction log that tells so."""


def leave_out(report: Report) -> Report:
    """`report` without what its verdict and its rows do not need. Doing it twice changes nothing."""
    return msgspec.structs.replace(
        report,
        environment=Environment(
            system=report.environment.system.partition(" ")[0],
            ipv6=report.environment.ipv6,
            utc_offset=report.environment.utc_offset,
        ),
        attempts=tuple(map(_attempt, report.attempts)),
    )


def _attempt(attempt: Attempt) -> Attempt:
    observations = tuple(map(_observation, attempt.observations))
    return msgspec.structs.replace(attempt, observations=observations, transcript=())


def _observation(seen: Observation) -> Observation:
    facts = seen.facts
    match facts:
        case HttpFacts() | TunnelFacts() | ProxyFacts():
            facts = msgspec.structs.replace(facts, headers=(), body_start="")
        case TcpFacts():
            facts = msgspec.structs.replace(facts, local_address=None, local_port=None)
    return msgspec.structs.replace(seen, facts=facts, first_out=b"", first_in=b"")
