"""rtmfp-redirect-blocked: the server answers by UDP and sends us on to where nobody answers, or nobody may be asked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from fmsdiag.diagnosis.evidence.ports import udp_attempts
from fmsdiag.diagnosis.evidence.rtmfp import not_followed
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.not_applicable import text_of
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    FailureKind,
    NotApplicable,
    Observation,
    Status,
    StepName,
    UdpFacts,
)
from fmsdiag.model.messages import Listed
from fmsdiag.private_addresses import is_private_address

MOST_TARGETS = 3


class Private(FindingTexts, of="rtmfp-redirect-blocked.private"):
    """The server names an address of a private network."""

    headline = text("RTMFP is redirected to a private address that does not answer.")
    explanation = plural(
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}, which does not answer. "
        "That address belongs to a private network and cannot be reached from outside. The server is not configured with "
        "its public address.",
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}, which do not answer. "
        "These addresses belong to a private network and cannot be reached from outside. The server is not configured "
        "with its public address.",
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Until this is fixed, use an address that starts with rtmp instead of rtmfp."),
        Steps.SAVE_REPORT,
    )
    operator = (step("Have the server redirect RTMFP clients to its public address."), Steps.SETTING)


class Silent(FindingTexts, of="rtmfp-redirect-blocked.silent"):
    """The server names a public address; who drops the packets is not known."""

    headline = text("RTMFP is redirected to an address that does not answer.")
    explanation = plural(
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}, which does not answer. "
        "Either this network allows only some UDP ports, or a firewall on the server side blocks them. From here, the "
        "two look the same.",
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}, which do not answer. "
        "Either this network allows only some UDP ports, or a firewall on the server side blocks them. From here, the "
        "two look the same.",
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Private.you[0], Steps.OTHER_NETWORK, Steps.SAVE_REPORT_FOR_ADMINISTRATOR)
    administrator = (
        step(
            "Allow outgoing UDP to {targets:addresses}, with replies. RTMFP servers redirect to ports from 19350 to 65535."
        ),
    )
    operator = (
        step("Open the UDP ports to which RTMFP clients are redirected, by default 19350 to 65535."),
        Steps.SETTING,
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If RTMFP connects there, this network blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class PrivateNotFollowed(FindingTexts, of="rtmfp-redirect-blocked.private-not-followed"):
    """A public server names an address in here: what stands in this network is not contacted for it."""

    headline = text("RTMFP is redirected to a private address.")
    explanation = plural(
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}. That address belongs to a "
        "private network, so clients on the internet cannot reach the server there. The test did not contact it.",
        "{server:host} answers on UDP port {port} and redirects clients to {targets:addresses}. These addresses belong to "
        "a private network, so clients on the internet cannot reach the server there. The test did not contact them.",
    )
    acts = Private.acts
    you = Private.you
    operator = Private.operator


class ServiceNotFollowed(FindingTexts, of="rtmfp-redirect-blocked.service-not-followed"):
    """The server names a port at which another kind of service is at home."""

    headline = text("RTMFP is redirected to a port of another kind of service.")
    explanation = text(
        "{server:host} answers on UDP port {port} and redirects clients to a port that media servers do not use. The test "
        "did not contact it."
    )
    acts = Private.acts
    you = Private.you
    operator = (
        step("Have the server redirect RTMFP clients to the port of its own RTMFP service."),
        Steps.SETTING,
    )


class Seen(Table, of="rtmfp-redirect-blocked.seen"):
    REDIRECT = text("UDP port {port} answers with a redirect to {targets:addresses}.")
    SILENT = text("UDP port {port} of {address}: {outcome}.")
    # translators: {target} is an address with its port, {why} is why: "a public server redirects to a private address"
    NOT_FOLLOWED = text("Not followed to {target:name}: {why:list}.")


class Earned(Table, of="rtmfp-redirect-blocked.earned"):
    """What the confidence rests on."""

    PRIVATE = text("The server's own redirect names a private address.")
    SERVICE = text("The server's own redirect names that port.")
    SILENT = text("UDP to the server works in both directions, and only the redirect's address is silent.")


class Excluded(Table, of="rtmfp-redirect-blocked.ruled-out"):
    UDP = text("UDP is not blocked altogether: the server answers by UDP.")


_DEAD = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.REFUSED, FailureKind.NO_ROUTE)


def judge(run: RunView) -> Answer:
    """An RTMFP step was redirected to an address that does not answer, or that this program does not ask."""
    for attempt in udp_attempts(run):
        if attempt.status not in (Status.FAILED, Status.CANCELLED):
            continue
        if (kept := not_followed(attempt)) is not None:
            return _not_followed(run, kept)
        steps = [o for o in attempt.observations if o.step is StepName.UDP and isinstance(o.facts, UdpFacts)]
        for by, end in pairwise(steps):
            facts = end.facts
            dead = end.failure is not None and end.failure.kind in _DEAD
            if isinstance(facts, UdpFacts) and facts.redirected_by and dead:
                return _found(run, by, end)
    return None


def _found(run: RunView, by: Observation, end: Observation) -> Found:
    named = by.facts.redirects if isinstance(by.facts, UdpFacts) else ()
    named_addresses = _addresses(named)
    private = bool(named) and all(is_private_address(address) for address in named_addresses)
    targets, port = named_addresses[:MOST_TARGETS] or (end.address or "",), by.port or 0
    silent = Seen.SILENT.of(port=end.port or 0, address=end.address or "", outcome=outcome_of_step(end))
    return Found(
        Private if private else Silent,
        Confidence.CONFIRMED if private and run.path_matters else Confidence.LIKELY,
        Earned.PRIVATE.of() if private else Earned.SILENT.of(),
        (
            evidence_line(Seen.REDIRECT.of(port=port, targets=targets), by),
            evidence_line(silent, end),
        ),
        values={"port": port, "targets": targets, "settings": settings(run, Topic.REDIRECT)},
        rules_out=(Excluded.UDP.of(),),
    )


def _not_followed(run: RunView, kept: Observation) -> Found:
    """A redirect that this program did not follow, in the server's own words."""
    reasons = kept.facts.not_followed if isinstance(kept.facts, UdpFacts) else {}
    targets = _addresses(reasons)[:MOST_TARGETS]
    private = all(reason == NotApplicable.REDIRECT_PRIVATE for reason in reasons.values())
    lines = [
        evidence_line(Seen.NOT_FOLLOWED.of(target=target, why=Listed((text_of(reason).of(),))), kept)
        for target, reason in list(reasons.items())[:MOST_TARGETS]
    ]
    values: dict[str, object] = {"port": kept.port or 0, "settings": settings(run, Topic.REDIRECT)}
    if private:
        values["targets"] = targets
    return Found(
        PrivateNotFollowed if private else ServiceNotFollowed,
        Confidence.CONFIRMED if run.path_matters else Confidence.LIKELY,
        Earned.PRIVATE.of() if private else Earned.SERVICE.of(),
        (evidence_line(Seen.REDIRECT.of(port=kept.port or 0, targets=targets), kept), *lines),
        values=values,
        rules_out=(Excluded.UDP.of(),),
    )


def _addresses(places: Iterable[str]) -> tuple[str, ...]:
    """The addresses of "192.0.2.1:1935" and "[2001:db8::1]:1935", each once."""
    return tuple(dict.fromkeys(place.rpartition(":")[0].strip("[]") for place in places))


RULE = Rule(Cause.RTMFP_REDIRECT_BLOCKED, judge, explains=(Cause.UDP_BLOCKED,))
