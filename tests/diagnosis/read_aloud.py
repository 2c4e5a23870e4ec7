"""Prints what every situation tells its readers, to be read aloud: python -m tests.diagnosis.read_aloud [WORD...]

With words, only situations whose table, name or causes contain one of them.
"""

import sys
import textwrap

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles
from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import Finding
from tests.diagnosis.situations import Situation, asked_by, load_all

READERS = ("user", "administrator", "operator", "firewall_request")


def told(situation: Situation) -> str:
    """Everything that this situation says, as text."""
    run = situation.run
    diagnosis = evaluate_rules(run, RULES, asked_by(run.attempts))
    judged = verdict.judge(run, diagnosis.findings)
    lines = [f"=== {situation.name}", f"[{judged.status}] {judged.headline}"]
    for found in diagnosis.findings:
        lines += _finding(found)
    lines += [f"  note: {n.text}" for n in verdict.notes(run, diagnosis.findings)]
    recommended = recommend(run)
    if recommended is not None:
        lines.append(f"  recommended: {recommended.url} {', '.join(recommended.ports)}: {recommended.text}")
        lines.append(f"  server: {recommended.server}" if recommended.server else "")
    lines += [f"  {p.name}: {p.connects} {p.by} {p.after_s} {p.note}" for p in client_profiles(run)]
    return "\n".join(lines)


def _finding(found: Finding) -> list[str]:
    lines = [f"  * {found.cause} ({found.confidence}: {found.confidence_reason})", f"    {found.headline}"]
    lines += textwrap.wrap(found.explanation, 110, initial_indent="    ", subsequent_indent="    ")
    lines += [f"      saw: {e.text}" for e in found.evidence]
    lines.append(f"      rules out: {', '.join(found.rules_out)}")
    for reader in READERS:
        if text := getattr(found.advice, reader):
            lines.append(f"      {reader}: {text}")
    if found.decisive_test:
        lines.append(f"      would decide: {found.decisive_test}")
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
