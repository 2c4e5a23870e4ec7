"""What a run saw of TLS: whose certificates, at whose clock, and where a greeting was cut off."""

from __future__ import annotations

import math
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from fmsdiag.diagnosis.evidence.attempts import last_word
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Certificate,
    Endpoint,
    Experiment,
    FailureKind,
    HttpFacts,
    Observation,
    Question,
    StepName,
    TlsFacts,
    Transport,
    TunnelFacts,
)

DATED = (FailureKind.CERTIFICATE_EXPIRED, FailureKind.CERTIFICATE_NOT_YET_VALID)
PUBLIC_AUTHORITIES = (
    "let's encrypt", "digicert", "sectigo", "globalsign", "godaddy", "amazon", "google trust services", "entrust",
    "zerossl", "geotrust", "rapidssl", "thawte", "comodo", "buypass", "actalis", "certum", "gandi", "ssl.com",
    "microsoft", "apple", "identrust", "quovadis", "swisssign", "telekom", "starfield", "usertrust", "isrg",
)  # fmt: skip
INSPECTING_PRODUCTS = (
    "fortinet", "fortigate", "zscaler", "palo alto", "sophos", "kaspersky", "blue coat", "bluecoat", "symantec web", "netskope",
    "forcepoint", "websense", "check point", "sonicwall", "barracuda", "watchguard", "untangle", "smoothwall", "lightspeed",
    "iboss", "netsweeper", "securly", "cisco umbrella", "contentkeeper", "mcafee web", "skyhigh", "avast", "avg technologies",
    "eset ssl", "bitdefender", "adguard", "mitmproxy", "charles proxy", "fiddler", "squid", "endian", "stormshield",
)  # fmt: skip
"""Products that open TLS and say so in the names of their authorities."""
_INSPECTING_WORDS = (
    "inspection",
    "interception",
    "ssl proxy",
    "web filter",
    "webfilter",
    "content filter",
    "decrypt",
)


# ---- certificates
def attempts_with_tls(run: RunView) -> tuple[Attempt, ...]:
    """Where a flaw of TLS is worth a finding: what the plan did not try is not why it failed, and beside a plan that
    connected it is worth a word. Where the server itself sends its clients to is part of what they try.
    """
    host = run.target.host.casefold()
    followed = (a for a in run.performed(Experiment.REDIRECT) if a.endpoint.host.casefold() == host)
    tried = run.own if run.plan_connected else (*run.fallback, *followed)
    return tuple(a for a in tried if a.endpoint.transport.uses_tls)


def tls_facts(observation: Observation | None) -> TlsFacts | None:
    facts = observation.facts if observation is not None else None
    return facts if isinstance(facts, TlsFacts) else None


def certificate_of(observation: Observation | None) -> Certificate | None:
    facts = tls_facts(observation)
    return facts.certificate if facts is not None else None


class DistinguishedName(NamedTuple):
    """The parts of a distinguished name (RFC 4514) that people know it by; either may be ""."""

    common: str
    organization: str


def distinguished(name: str) -> DistinguishedName:
    """ "CN=R3,O=Let's Encrypt" in parts; what has neither a common name nor an organization is its own common name."""
    parts: dict[str, str] = {}
    for part in re.split(r"(?<!\\),", name):
        kind, _, value = part.strip().partition("=")
        parts.setdefault(kind.upper(), value.replace("\\", ""))
    common, organization = parts.get("CN", ""), parts.get("O", "")
    return DistinguishedName(common if common or organization else name, organization)


def issuer_inspects(certificate: Certificate) -> bool:
    """Whether the issuer's own name says that it belongs to something that opens TLS."""
    issuer = certificate.issuer.lower()
    return any(word in issuer for word in (*INSPECTING_PRODUCTS, *_INSPECTING_WORDS))


def issuer_is_public(certificate: Certificate) -> bool:
    issuer = certificate.issuer.lower()
    return any(word in issuer for word in PUBLIC_AUTHORITIES)


# ---- the control host
def control_tls(run: RunView) -> Observation | None:
    """The TLS handshake with the control host, or none if it was not reached."""
    asked = (a.step(StepName.TLS) for a in run.performed(Experiment.CONTROL_TLS))
    return next((step for step in asked if step is not None), None)


def one_certificate(run: RunView) -> bool:
    """Whether the control host shows the very certificate that the server shows, and it is wrong for both."""
    shown = {
        certificate.sha256 for a in attempts_with_tls(run) if (certificate := _refused(a.step(StepName.TLS)))
    }
    theirs = _refused(control_tls(run))
    return theirs is not None and bool(theirs.sha256) and theirs.sha256 in shown


def _refused(observation: Observation | None) -> Certificate | None:
    """The certificate of a TLS handshake that verification ended."""
    return (
        certificate_of(observation) if observation is not None and observation.failure is not None else None
    )


def ask_control_tls(run: RunView) -> tuple[Question, ...]:
    host = run.options.control_http
    if host is None:
        return ()
    return (Question(Experiment.CONTROL_TLS, Endpoint(Transport.HTTPS, host, 443)),)


def was_answered(observation: Observation | None) -> bool:
    """Whether TLS's first message was answered in TLS, if only by a refusal."""
    if observation is None:
        return False
    failure = observation.failure
    return failure is None or failure.kind is FailureKind.TLS_ALERT or failure.kind.is_about_certificate


def was_asked_in_clear(run: RunView, cut: Attempt) -> bool:
    """Whether it is known what the port of an attempt over TLS says without: the likeliest reason is asked after first."""
    return bool(run.performed(Experiment.PLAIN_ON_TLS_PORT, cut.endpoint.port))


def answers_in_clear(run: RunView, cut: Attempt) -> bool:
    """Whether RTMP or a web server answers without TLS on the same port."""
    at = (a for a in run.seen if a.endpoint.port == cut.endpoint.port and a.endpoint.proxy is None)
    return any(
        o.ok and o.step in (StepName.HANDSHAKE, StepName.HTTP)
        for a in at
        for o in a.observations
        if a.endpoint.host == run.target.host and not a.endpoint.transport.uses_tls
    )


# ---- refusals
ASKS_FOR_CERTIFICATE = "certificate required"
"""The alert of TLS 1.3 that says so (RFC 8446, section 6.2)."""
VERSION_ALERTS = ("protocol version", "handshake failure", "insufficient security")
"""Those behind which there may be a version or a cipher that is too old."""
_OF_TLS = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE)
"""The steps at which TLS may end: in TLS 1.3, what a server thinks of the client comes after the client's greeting."""


class Ended(NamedTuple):
    """Where an attempt with TLS ended, as far as certificates let one look."""

    attempt: Attempt
    step: Observation


class Refused(NamedTuple):
    """TLS that the server ended by an alert."""

    attempt: Attempt
    step: Observation
    alert: str

    @property
    def at_once(self) -> bool:
        """Whether the greeting itself was refused, before the server showed anything."""
        return self.step.step is StepName.TLS and certificate_of(self.step) is None

    @property
    def asked_for_certificate(self) -> bool:
        return asked_for_certificate(self.attempt) is not None


def ends_of_tls(run: RunView) -> tuple[Ended, ...]:
    """How attempts with TLS that go straight to the server ended, at TLS or right behind it."""
    found = []
    for attempt in attempts_with_tls(run):
        step = last_word(attempt)
        if step is not None and step.step in _OF_TLS and attempt.endpoint.proxy is None:
            found.append(Ended(attempt, step))
    return tuple(found)


def refused_by_alert(run: RunView) -> Refused | None:
    """The first TLS that the server ended by an alert, none where a player connects."""
    if run.plan_succeeded:
        return None
    for attempt, step in ends_of_tls(run):
        if step.failure is not None and step.failure.kind is FailureKind.TLS_ALERT:
            return Refused(attempt, step, step.failure.detail)
    return None


def asked_for_certificate(attempt: Attempt) -> Observation | None:
    """The TLS step in which the server asked for a certificate of the client."""
    return next(
        (o for o in attempt.observations if (facts := tls_facts(o)) and facts.certificate_requested), None
    )


def tls_was_wanted(run: RunView) -> bool:
    """Whether the user asked for a connection with TLS, by the address or by a plan that begins so."""
    first = next(iter(run.fallback), None)
    asked = run.asked_for is not None and run.asked_for.uses_tls
    return asked or (first is not None and first.endpoint.transport.uses_tls)


# ---- clocks
def clock_elsewhere(run: RunView) -> tuple[float, Observation] | None:
    """What another computer's clock says, as seconds since 1970: the control host's, else the server's own."""
    controls = (a for a in run.performed(Experiment.CONTROL_HTTP) if a.endpoint.proxy is None)
    for attempt in (*controls, *run.performed(Experiment.HTTP_ON_PORT), *run.own):
        for seen in attempt.observations:
            if isinstance(seen.facts, HttpFacts | TunnelFacts):
                found = next((t for n, v in seen.facts.headers if n == "date" and (t := _http_date(v))), None)
                if found is not None:
                    return found, seen
    return None


def own_clock(run: RunView, observation: Observation) -> float:
    """What this computer's clock said at the end of an observation; not a number if that is not known."""
    return instant(run.started_at) + observation.ended_s


def is_for_host(certificate: Certificate, host: str) -> bool:
    """Whether one of a certificate's names is the host's; a star stands for one whole label, the first (RFC 6125, 6.4.3)."""
    wanted = host.lower().rstrip(".")
    beyond = wanted.partition(".")[2]
    return any(name.lower() in (wanted, f"*.{beyond}") for name in certificate.names)


def is_valid_at(certificate: Certificate, clock: float) -> bool:
    return instant(certificate.not_before) < clock < instant(certificate.not_after)


def _http_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def instant(stamp: str) -> float:
    """Seconds since 1970 of an RFC 3339 date; not a number, which compares as false, when there is none."""
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
    except (ValueError, OverflowError, OSError):
        return math.nan
