"""rtmfp-redirect-blocked: the server answers by UDP and sends us on to where nobody answers."""

from __future__ import annotations

from itertools import pairwise

from fmsdiag.diagnosis.evidence.ports import udp_attempts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import Actor, Cause, Confidence, FailureKind, Observation, Status, StepName, UdpFacts
from fmsdiag.target import is_private_address

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
        "Run the test from another network, such as a phone's hotspot. If RTMFP connects there, this network blocks it."
    )


class Seen(Table, of="rtmfp-redirect-blocked.seen"):
    REDIRECT = text("UDP port {port} answers with a redirect to {targets:addresses}.")
    SILENT = text("UDP port {port} of {address}: {outcome}.")


class Earned(Table, of="rtmfp-redirect-blocked.earned"):
    """What the confidence rests on."""

    PRIVATE = text("The server's own redirect names a private address.")
    SILENT = text("UDP to the server works in both directions, and only the redirect's address is silent.")


class Excluded(Table, of="rtmfp-redirect-blocked.ruled-out"):
    UDP = text("UDP is not blocked altogether: the server answers by UDP.")


_DEAD = (FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.REFUSED, FailureKind.NO_ROUTE)


def judge(run: RunView) -> Answer:
    """An RTMFP step that was redirected ends without any answer of the address that it was redirected to."""
    for attempt in udp_attempts(run):
        if attempt.status not in (Status.FAILED, Status.CANCELLED):
            continue
        steps = [o for o in attempt.observations if o.step is StepName.UDP and isinstance(o.facts, UdpFacts)]
        for by, end in pairwise(steps):
            facts = end.facts
            dead = end.failure is not None and end.failure.kind in _DEAD
            if isinstance(facts, UdpFacts) and facts.redirected_by and dead:
                return _found(run, by, end)
    return None


def _found(run: RunView, by: Observation, end: Observation) -> Found:
    named = by.facts.redirects if isinstance(by.facts, UdpFacts) else ()
    named_addresses = tuple(dict.fromkeys(a.rpartition(":")[0].strip("[]") for a in named))
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


RULE = Rule(Cause.RTMFP_REDIRECT_BLOCKED, judge, explains=(Cause.UDP_BLOCKED,))
