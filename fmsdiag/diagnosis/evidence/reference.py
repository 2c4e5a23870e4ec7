"""What of a run a later run of the same server can be compared with: the server's addresses, certificates, versions, times.

The same is asked of the run beside the server and of the customer's, so that like is compared with like.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    DnsFacts,
    Observation,
    Purpose,
    Reference,
    ReferenceAttempt,
    Status,
    TlsFacts,
)

MOST = 16
"""Of addresses, certificates and versions each; a name with more addresses changes them all the time anyway."""
_ENDED = (Status.CONNECTED, Status.REJECTED, Status.FAILED)


def reference_of(report_id: str, made_at: str, host: str, attempts: Sequence[Attempt]) -> Reference:
    """The facts of the server itself: no follow-ups, no third parties, nothing of the computer that made the run."""
    own = [attempt for attempt in attempts if _is_own(attempt, host)]
    seen = [observation for attempt in own for observation in attempt.observations]
    by_key: dict[str, ReferenceAttempt] = {}
    for attempt in own:
        if attempt.status in _ENDED and attempt.endpoint.address is None:
            made = ReferenceAttempt(attempt.key, attempt.status is Status.CONNECTED, attempt.duration_s)
            by_key.setdefault(attempt.key, made)
    return Reference(
        report_id=report_id,
        made_at=made_at,
        host=host,
        addresses=_first(_addresses(seen)),
        certificates=_first(_certificates(seen)),
        versions=_first(_versions(seen)),
        attempts=tuple(by_key.values()),
    )


def _is_own(attempt: Attempt, host: str) -> bool:
    return (
        attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK)
        and attempt.endpoint.host == host
        and attempt.endpoint.proxy is None
    )


def _certificates(seen: Iterable[Observation]) -> list[str]:
    facts = (o.facts for o in seen if isinstance(o.facts, TlsFacts))
    return [f.certificate.sha256 for f in facts if f.certificate is not None and f.certificate.sha256]


def _versions(seen: Iterable[Observation]) -> list[str]:
    return [o.facts.fms_ver for o in seen if isinstance(o.facts, ConnectFacts) and o.facts.fms_ver]


def _addresses(seen: Iterable[Observation]) -> list[str]:
    """What its name led to, and what was connected to."""
    found: list[str] = []
    for each in seen:
        if isinstance(each.facts, DnsFacts):
            found += each.facts.addresses if each.ok else ()
        elif each.address:
            found.append(each.address)
    return found


def _first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:MOST]
