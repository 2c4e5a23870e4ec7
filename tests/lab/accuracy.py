"""docs/accuracy.md: for each cause and confidence, how often what fmsdiag said first was right in the lab.

`make lab` writes it when it has diagnosed every scenario. The page is about networks and servers that were made for this: it
says how far a confidence can be trusted there, and which causes were taken for which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.run_scenario import Outcome

PAGE = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"
CONFIDENCES = ("confirmed", "likely", "possible")
LEAST = {"confirmed": 0.99, "likely": 0.95}
"""How often what is said with that confidence must be right."""
ENOUGH = 20
"""Cases from which on a share says anything."""
HEAD = """# Accuracy

*Written by `make lab`; do not edit.*

How often the first finding of a report was right, by what it said and how sure it was, in {scenarios} scenarios of the lab, of
which {healthy} are healthy. The lab is made of real firewalls, proxies, DNS and media servers in network namespaces
(`tests/lab/`). It is not the internet: take a share for what it is, and a number under {enough} for no share at all.

Healthy worlds in which something was found: {accused}. Faults in which nothing was found: {missed}.
"""


@dataclass(frozen=True)
class Said:
    """What a report said first, and what was true."""

    cause: str
    confidence: str
    truth: str
    right: bool


def said_in(outcomes: Iterable[Outcome]) -> list[Said]:
    """The first findings; reports without one are left out."""
    found = []
    for outcome in outcomes:
        scenario, findings = outcome.scenario, outcome.report.get("findings", ())
        if findings:
            first = findings[0]
            right = first["cause"] in (scenario.cause, *scenario.also)
            found.append(Said(first["cause"], first["confidence"], scenario.cause, right))
    return found


def page(outcomes: Sequence[Outcome]) -> str:
    """The page as Markdown."""
    said = said_in(outcomes)
    accused = sum(o.scenario.cause == "none" and not o.is_right for o in outcomes)
    missed = [o for o in outcomes if o.scenario.cause != "none" and o.causes == ["none"]]
    lines = [
        HEAD.format(
            scenarios=len(outcomes),
            healthy=sum(o.scenario.cause == "none" for o in outcomes),
            enough=ENOUGH,
            accused=accused or "none",
            missed=len([o for o in missed if "none" not in o.scenario.also]) or "none",
        ),
        "| said first | confirmed | likely | possible |",
        "|---|---|---|---|",
        _row("**any cause**", said),
        *(
            _row(f"[{cause}](causes/{cause}.md)", _of(said, cause))
            for cause in sorted({s.cause for s in said})
        ),
        "",
        "## Taken for something else",
        "",
        *(_confusions(said) or ["Nothing."]),
        "",
    ]
    return "\n".join(lines)


def failures(outcomes: Sequence[Outcome]) -> list[str]:
    """Confidences that are right less often than they promise; too few cases promise nothing."""
    said = said_in(outcomes)
    found = []
    for cause in ("any cause", *sorted({s.cause for s in said})):
        for confidence, least in LEAST.items():
            cases = [
                s for s in said if s.confidence == confidence and (cause == "any cause" or s.cause == cause)
            ]
            right = sum(s.right for s in cases)
            if len(cases) >= ENOUGH and right < least * len(cases):
                found.append(f"{cause}, {confidence}: {right} of {len(cases)}")
    return found


def _of(said: Iterable[Said], cause: str) -> list[Said]:
    return [s for s in said if s.cause == cause]


def _row(name: str, said: Sequence[Said]) -> str:
    cells = (_share([s for s in said if s.confidence == confidence]) for confidence in CONFIDENCES)
    return f"| {name} | {' | '.join(cells)} |"


def _share(cases: Sequence[Said]) -> str:
    if not cases:
        return ""
    right = sum(s.right for s in cases)
    counted = f"{right} of {len(cases)}"
    return f"{right / len(cases):.1%} ({counted})" if len(cases) >= ENOUGH else f"{counted}, too few to tell"


def _confusions(said: Iterable[Said]) -> list[str]:
    wrong = Counter((s.truth, s.cause, s.confidence) for s in said if not s.right)
    return [
        f"* {truth} was called {cause}, {confidence}" + (f" ({count} times)" if count > 1 else "")
        for (truth, cause, confidence), count in sorted(wrong.items())
    ]
