"""server-shutting-down: the server was reached while it, or the application, is being stopped, and sends its clients away."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence.refusals import RULED_OUT, code_is, reached, refusal, said
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule
from fmsdiag.diagnosis.rules.server.redirected import place
from fmsdiag.diagnosis.wording import server_words
from fmsdiag.model import Actor, Attempt, Confidence, ConnectFacts

CAUSE = "server-shutting-down"
_STOPPING = re.compile(
    r"\b(shut(ting)?[ -]?down|is (being )?(stopp(ed|ing)|restart(ed|ing)|shut down)|under maintenance|"
    r"application (is )?(unload(ed|ing)|stopping))\b",
    re.IGNORECASE,
)


def judge(run: RunView) -> Answer:
    """AppShutdown, Enhanced RTMP's ReconnectRequest, or a sentence that says as much."""
    found = refusal(run, _is_ending)
    return None if found is None else _match(run, *found)


def _is_ending(facts: ConnectFacts) -> bool:
    if code_is(facts, "AppShutdown", "ReconnectRequest"):
        return True
    return bool(_STOPPING.search((facts.description or "")[:500]))


def _elsewhere(facts: ConnectFacts) -> str:
    """The address that a ReconnectRequest names (Enhanced RTMP, section "Reconnect Request"), or nothing."""
    named = next((text for key, text in facts.properties.items() if key.rpartition(".")[2] == "tcUrl"), "")
    return place(named) if named else ""


def _match(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Match:
    moves = code_is(facts, "ReconnectRequest")
    where = _elsewhere(facts) if moves else ""
    return Match(
        Confidence.CONFIRMED,
        "The server asks its clients to connect again." if moves else "The server is shutting down.",
        f"{reached(run)} "
        + (
            f"It is about to stop, and asks its clients to connect {f'to {where}' if where else 'anew'}: "
            if moves
            else "It, or the application, is being stopped at the moment: "
        )
        + server_words(facts),
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=(
                f"Connect to {where}, or try again in a minute. "
                if where
                else "Try again in a minute or two. "
            )
            + "If it stays so, send this report to the people who run the server.",
            operator="The server said that it, or this application, is going out of service. If nobody means to stop it, look "
            "for a crash loop, a failing reload or a load balancer that still sends clients to a server that is being emptied.",
        ),
        "The server says so in its own words.",
        said(attempt, facts),
        rules_out=RULED_OUT,
    )


RULE = Rule(CAUSE, judge, explains=("rejected-by-server", "app-not-found"))
