"""server-full: the server was reached and has no room, or no licence, for one more connection."""

from __future__ import annotations

import re

from fmsdiag.diagnosis.evidence.refusals import RULED_OUT, reached, refusal, said
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.server_software import AMS, NGINX, SRS, WOWZA
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule
from fmsdiag.diagnosis.wording import server_words, settings
from fmsdiag.model import Actor, Attempt, Confidence, ConnectFacts

CAUSE = "server-full"
# Adobe: "[ Resource.Limit.Exceeded ]", "[ License.Limit.Exceeded ]"; others say it in sentences
_LICENCE = re.compile(
    r"licen[cs]e\W{0,3}(limit|exceeded)|licen[cs]e limit|out of licen[cs]es|no licen[cs]es? left",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"resource\.limit\.exceeded|too many (connections|clients|users|viewers|sessions)|"
    r"(connection|client|session|viewer|user)s?\s+limit\b|max(imum)?( number of)? (connection|client|session|viewer|user)s|"
    r"\bserver (is |at )?(full|capacity|overloaded)\b|no (more )?(free )?(slots|capacity)",
    re.IGNORECASE,
)


def judge(run: RunView) -> Answer:
    """The server's own words: Resource.Limit.Exceeded, License.Limit.Exceeded, or a limit on connections in a sentence."""
    found = refusal(run, _is_full)
    return None if found is None else _match(run, *found)


def _words(facts: ConnectFacts) -> str:
    return f"{facts.code or ''} {facts.description or ''}"[:500]


def _is_full(facts: ConnectFacts) -> bool:
    return bool(_LICENCE.search(_words(facts)) or _FULL.search(_words(facts)))


def _match(run: RunView, attempt: Attempt, facts: ConnectFacts) -> Match:
    licence = bool(_LICENCE.search(_words(facts)))
    return Match(
        Confidence.CONFIRMED,
        "The server's licence allows no further connection." if licence else "The server is full.",
        f"{reached(run)} It takes no more connections at the moment: {server_words(facts)}",
        (Actor.OPERATOR,),
        Advice(
            user="Try again when fewer people are connected. If it stays so, send this report to those who run the server.",
            operator=(
                "The licence's number of connections is used up. "
                if licence
                else "A limit on connections is reached. "
            )
            + "Look at how many are open and whether dead ones among them are kept; then raise the limit. "
            + settings(
                run,
                {
                    AMS: "the licence, MaxConnections in ResourceLimits of Vhost.xml, and the limits of Server.xml",
                    WOWZA: "the licence, and the limits of VHost.xml and Application.xml",
                    NGINX: "max_connections of the “rtmp” block, and worker_connections",
                    SRS: "max_connections in srs.conf",
                },
            ),
        ),
        "The server says so in its own words.",
        said(attempt, facts),
        rules_out=RULED_OUT,
    )


RULE = Rule(CAUSE, judge, explains=("rejected-by-server",))
