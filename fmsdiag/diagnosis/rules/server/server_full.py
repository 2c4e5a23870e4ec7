"""server-full: the server was reached and has no room, or no license, for one more connection."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence.refusals import refusal
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.lines.refusals import RefusalLines, reached_line, refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, ConnectFacts


class Full(FindingTexts, of="server-full.full"):
    """A limit on connections is reached."""

    headline = text("The server is full.")
    explanation = text(
        "The server was reached and answered. It accepts no more connections at the moment, because a limit "
        "is reached."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Try again when fewer people are connected.", Action.RUN_AGAIN),
        Steps.SAVE_REPORT_IF_IT_PERSISTS,
    )
    operator = (
        step("Check how many connections are open, and whether the server keeps dead ones open."),
        step("If all of them are needed, raise the limit on connections."),
        Steps.SETTING,
    )


class LicenseUsedUp(FindingTexts, of="server-full.license-used-up"):
    """The license allows no further connection."""

    headline = text("The server's license allows no more connections.")
    explanation = text(
        "The server was reached and answered. It accepts no more connections at the moment, because its "
        "license limits their number."
    )
    acts = Full.acts
    you = Full.you
    operator = (
        Full.operator[0],
        step("If all of them are needed, get a license for more connections."),
        Steps.SETTING,
    )


# Adobe: "[ Resource.Limit.Exceeded ]", "[ License.Limit.Exceeded ]"; others say it in sentences
_LICENSE = re.compile(
    r"licen[cs]e\W{0,3}(limit|exceeded)|licen[cs]e limit|out of licen[cs]es|no licen[cs]es? left",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"resource\.limit\.exceeded|too many (connections|clients|users|viewers|sessions)|"
    r"(connection|client|session|viewer|user)s?\s+limit\b|max(imum)?( number of)? (connection|client|session|viewer|user)s|"
    r"\bserver (is |at )?(full|capacity|overloaded)\b|no (more )?(free )?(slots|capacity)",
    re.IGNORECASE,
)
MOST_READ = 500
"""Characters of a code or a description."""


def judge(run: RunView) -> Answer:
    """The server's own words: Resource.Limit.Exceeded, License.Limit.Exceeded, or a limit on connections in a sentence."""
    found = refusal(run, _is_full)
    return None if found is None else _found(run, *found)


def _is_full(facts: ConnectFacts) -> bool:
    return _says(_LICENSE, facts) or _says(_FULL, facts)


def _says(pattern: re.Pattern[str], facts: ConnectFacts) -> bool:
    """Whether the first characters of code or description match."""
    said = (facts.code, facts.description)
    return any(pattern.search((words or "")[:MOST_READ]) for words in said)


def _found(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Found:
    return Found(
        LicenseUsedUp if _says(_LICENSE, facts) else Full,
        Confidence.CONFIRMED,
        RefusalLines.SAID_SO.of(),
        (reached_line(attempt), refusal_line(attempt, facts)),
        values={"settings": settings(run, Topic.LIMIT)},
        rules_out=network_cleared(run),
    )


RULE = Rule(Cause.SERVER_FULL, judge, explains=(Cause.REJECTED_BY_SERVER,))
