"""Prints what every situation tells its readers, to be read aloud: python -m tests.diagnosis.read_aloud [WORD...]

With words, only situations whose table, name or causes contain one of them.
"""

import sys
import textwrap

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles
from fmsdiag.diagnosis.conclusions.notes import notes as notes_of
from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Finding
from fmsdiag.report.request_text import request_lines
from tests.diagnosis.situations import Situation, asked_by, load_all

READERS = ("user", "administrator", "operator")


def told(situation: Situation) -> str:
    """Everything that this situation says, as text."""
    run = situation.run
    diagnosis = evaluate_rules(run, RULES, asked_by(run.attempts))
    judged = verdict.judge(run, diagnosis.findings)
    lines = [f"=== {situation.name}", f"[{judged.status}] {ENGLISH.render(judged.headline)}"]
    for found in diagnosis.findings:
        lines += _finding(found)
    lines += [f"  note: {ENGLISH.render(n.message)}" for n in notes_of(run, diagnosis.findings)]
    recommended = recommend(run)
    if recommended is not None:
        lines.append(f"  recommended: {recommended.url} {', '.join(recommended.ports)}")
        said = (*((recommended.message,) if recommended.message else ()), *recommended.settings)
        lines += [f"    {ENGLISH.render(message)}" for message in said]
    lines += [
        f"  {p.name}: {p.connects} {p.by} {p.after_s} {' '.join(map(ENGLISH.render, p.notes))}"
        for p in client_profiles(run)
    ]
    return "\n".join(lines)


def _finding(found: Finding) -> list[str]:
    reason = ENGLISH.render(found.confidence_reason)
    lines = [
        f"  * {found.cause}.{found.case} ({found.confidence}: {reason})",
        f"    {ENGLISH.render(found.headline)}",
    ]
    explanation = ENGLISH.render(found.explanation)
    lines += textwrap.wrap(explanation, 110, initial_indent="    ", subsequent_indent="    ")
    lines += [f"      saw: {ENGLISH.render(e.message)}" for e in found.evidence]
    lines += [f"      against: {ENGLISH.render(e.message)}" for e in found.counter_evidence]
    lines += [f"      rules out: {ENGLISH.render(message)}" for message in found.rules_out]
    for reader in READERS:
        for number, step in enumerate(getattr(found.advice, reader), 1):
            action = f" [{step.action}]" if step.action else ""
            lines.append(f"      {reader} {number}. {ENGLISH.render(step.message)}{action}")
    lines += [f"      request: {line}" for line in request_lines(found.request)]
    if found.decisive_test is not None:
        lines.append(f"      would decide: {ENGLISH.render(found.decisive_test)}")
    if found.explains:
        lines.append(f"      explains: {', '.join(found.explains)}")
    return lines


def main(words: list[str]) -> None:
    for table, situation in load_all():
        text = told(situation)
        if not words or any(word in f"{table} {text}" for word in words):
            sys.stdout.write(f"\n{table} {text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
