"""redirected: the server was reached and sends its clients to another address (ex.code 302)."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, connect_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, line
from fmsdiag.diagnosis.wording import method, server_words, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    ConnectFacts,
    EvidenceLine,
    Experiment,
    Status,
    StepName,
)

CAUSE = "redirected"


def judge(run: RunView) -> Answer:
    """The server's own words; what became of following them is told beside it."""
    if run.plan_succeeded:
        return None
    for attempt in run.media:
        facts = connect_facts(attempt)
        if attempt.status is Status.REJECTED and facts is not None and facts.redirect:
            hops = tuple(a for a in run.attempts if a.experiment is Experiment.REDIRECT)
            return _match(run, attempt, facts, hops)
    return None


def _match(run: RunView, attempt: Attempt, facts: ConnectFacts, hops: tuple[Attempt, ...]) -> Match:
    where = place(facts.redirect or "")
    end = hops[-1] if hops else None
    connected = end is not None and end.status is Status.CONNECTED
    skipped = end is not None and end.status is Status.NOT_APPLICABLE
    became, operator = "", "Nothing needs mending if this redirect is meant."
    if end is not None and connected:
        became = f" The connection was accepted there ({end.endpoint.host}, port {end.endpoint.port})."
    elif end is not None and skipped:
        became = f" It was not followed: {end.reason}."
        operator = f"Correct the redirect: {end.reason}."
    elif end is not None:
        became = f" There the connection was not accepted: {told(end)}."
        operator = f"The server named in the redirect, {end.endpoint.host}, does not let this client in."
    fine = "Your network is fine: the" if run.network_is_fine else "The"
    return Match(
        Confidence.CONFIRMED,
        "The server sends its clients to another address.",
        f"{fine} server was reached and answered. It told the client to connect to {where} instead. Players follow only if "
        f"they are made for it.{became}",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Enter {where} in the player or encoder, or use one that follows redirects."
            if not skipped
            else "Send this report to the people who run the server; the address that it names cannot be used.",
            operator=operator,
        ),
        "The server says so in its own words.",
        (
            line(f"{method(attempt.endpoint)}: {server_words(facts)}", attempt.step(StepName.CONNECT)),
            *_followed(hops),
        ),
        rules_out=("a firewall", "a blocked port", "the server being down"),
    )


def _followed(hops: tuple[Attempt, ...]) -> tuple[EvidenceLine, ...]:
    """A line for each hop, as far as there is room."""
    return tuple(
        line(
            f"Followed to {hop.endpoint.host}: {hop.reason or told(hop)}.",
            hop.observations[-1] if hop.observations else None,
        )
        for hop in hops[:4]
    )


def place(url: str) -> str:
    """A redirect's address as it may be shown: without query, bounded, on one line."""
    shown = url.partition("?")[0][:100]
    return (
        "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
        or "an address that is empty"
    )


RULE = Rule(CAUSE, judge, explains=("rejected-by-server", "app-not-found"))
