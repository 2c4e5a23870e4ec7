"""server-shutting-down: the server was reached while it, or the application, is being stopped, and sends its clients away."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence.refusals import code_is, refusal
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.rules.server.redirected import place
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, ConnectFacts


class Stopping(FindingTexts, of="server-shutting-down.stopping"):
    """The server or the application is being stopped."""

    headline = text("The server is shutting down.")
    explanation = text(
        "The server was reached and answered. It says that it, or the application, is being stopped."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (Steps.TRY_LATER, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (
        step("If the server is not being stopped on purpose, look for a crash loop or a failing reload."),
        step("Check that no load balancer sends clients to a server that is being drained."),
    )


class Reconnect(FindingTexts, of="server-shutting-down.reconnect"):
    """It asks its clients to connect again, wherever they find it."""

    headline = text("The server asks clients to reconnect.")
    explanation = text(
        "The server was reached and answered. It is about to stop and asks clients to reconnect."
    )
    acts = Stopping.acts
    you = Stopping.you
    operator = Stopping.operator


class ReconnectElsewhere(FindingTexts, of="server-shutting-down.reconnect-elsewhere"):
    """It asks them to connect to another address."""

    headline = text("The server asks clients to connect to another address.")
    explanation = text(
        "The server was reached and answered. It is about to stop and asks clients to connect to {url}."
    )
    acts = Stopping.acts
    you = (
        step("Use {url} in your player or encoder.", Action.USE_ADDRESS),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = Stopping.operator


_STOPPING = re.compile(
    r"\b(shut(ting)?[ -]?down|is (being )?(stopp(ed|ing)|restart(ed|ing)|shut down)|under maintenance|"
    r"application (is )?(unload(ed|ing)|stopping))\b",
    re.IGNORECASE,
)


def judge(run: RunView) -> Answer:
    """AppShutdown, Enhanced RTMP's ReconnectRequest, or a sentence that says as much."""
    found = refusal(run, _is_ending)
    return None if found is None else _found(run, *found)


def _is_ending(facts: ConnectFacts) -> bool:
    if code_is(facts, "AppShutdown", "ReconnectRequest"):
        return True
    return bool(_STOPPING.search((facts.description or "")[:500]))


def _elsewhere(facts: ConnectFacts) -> str:
    """The address that a ReconnectRequest names (Enhanced RTMP, section "Reconnect Request"), or nothing."""
    return place(
        next((value for key, value in facts.properties.items() if key.rpartition(".")[2] == "tcUrl"), "")
    )


def _found(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Found:
    moves = code_is(facts, "ReconnectRequest")
    where = _elsewhere(facts) if moves else ""
    return Found(
        ReconnectElsewhere if where else Reconnect if moves else Stopping,
        Confidence.CONFIRMED,
        RefusalLines.SAID_SO.of(),
        (reached_line(attempt), refusal_line(attempt, facts)),
        values={"url": where} if where else {},
        rules_out=network_cleared(run),
    )


RULE = Rule(Cause.SERVER_SHUTTING_DOWN, judge, explains=(Cause.REJECTED_BY_SERVER, Cause.APP_NOT_FOUND))
