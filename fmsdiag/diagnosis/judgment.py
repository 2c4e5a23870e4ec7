"""From what a run saw to what its report says: verdict, findings, notes, players, recommendation. Pure.

A run that has just ended and a report that was saved long ago are judged by the same code, so that today's rules can
judge an old report again.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles
from fmsdiag.diagnosis.conclusions.notes import notes
from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.conclusions.reference_notes import notes_on_reference
from fmsdiag.diagnosis.engine import Diagnosis, evaluate_rules
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import Finding, Note, Question, Rejudged, Report, Tool, Verdict, VerdictStatus


@dataclass(frozen=True)
class Rejudgment:
    """An old report as today's rules see it."""

    report: Report  # with today's conclusions; what it said itself is in `rejudged`
    missing: tuple[tuple[Question, str], ...]
    """Tests that today's rules would have made and that the run did not, each with the cause that asks."""
    differs: bool  # from what the report said before


def run_of(report: Report) -> RunView:
    """What a rule may look at, from a report that was saved."""
    return RunView(
        report.target,
        report.options,
        report.environment,
        report.attempts,
        report.started_at,
        report.report_id,
    )


def answered(report: Report) -> frozenset[Question]:
    """The questions that the attempts of a report answered."""
    return frozenset(Question(a.experiment, a.endpoint) for a in report.attempts if a.experiment is not None)


def conclude(
    outline: Report, run: RunView, diagnosis: Diagnosis, stopped: bool, compared: tuple[Note, ...] = ()
) -> Report:
    """`outline` with what is concluded of `run`, whose rules gave `diagnosis`.

    `compared` are the notes on a reference run, which come first. A stopped run concludes nothing, since what it lacks
    could be what matters.
    """
    findings: tuple[Finding, ...] = diagnosis.findings
    conclusion = verdict.judge(run, findings, stopped)
    if conclusion.status is VerdictStatus.STOPPED:
        findings = ()
        conclusion = verdict.judge(run, findings, stopped)
    return msgspec.structs.replace(
        outline,
        verdict=conclusion,
        attempts=run.attempts,
        findings=findings,
        notes=(*compared, *notes(run, findings)),
        identity=run.server_software,
        client_profiles=() if conclusion.status is VerdictStatus.STOPPED else client_profiles(run),
        recommendation=recommend(run, findings),
        rule_errors=diagnosis.errors,
    )


def rejudge(report: Report, tool: Tool) -> Rejudgment:
    """`report` judged by the rules of this program, which is `tool`.

    What a report said first stays in it, however often it is judged again. So do its notes on a reference run, which only
    the profile had.
    """
    run = run_of(report)
    diagnosis = evaluate_rules(run, RULES, answered(report))
    said = report.rejudged or Rejudged(tool, report.verdict, tuple(f.cause for f in report.findings))
    kept = msgspec.structs.replace(said, tool=tool)
    outline = msgspec.structs.replace(report, rejudged=kept)
    stopped = report.verdict.status is VerdictStatus.STOPPED
    judged = conclude(outline, run, diagnosis, stopped, notes_on_reference(report.notes))
    judged = msgspec.structs.replace(judged, findings=_with_known_requests(judged, report))
    differs = _result(judged.verdict, tuple(f.cause for f in judged.findings)) != _result(
        kept.verdict, kept.causes
    )
    return Rejudgment(judged, _missing(judged, diagnosis), differs)


def _with_known_requests(judged: Report, before: Report) -> tuple[Finding, ...]:
    """The findings, each with the request that it had in a report that hides things.

    A request keeps the addresses of this network's routers and proxies, which are hidden everywhere else: it cannot be made
    again.
    """
    if not before.redaction:
        return judged.findings
    known = {f.cause: f.request for f in before.findings if f.request is not None}
    return tuple(
        msgspec.structs.replace(found, request=old)
        if found.request is not None
        and (old := known.get(found.cause)) is not None
        and old.kind is found.request.kind
        else found
        for found in judged.findings
    )


def _result(said: Verdict, causes: tuple[str, ...]) -> tuple[object, ...]:
    """What two judgments agree in, or do not: their words may differ, for texts are improved, too."""
    return said.status, said.cause, said.confidence, causes


def _missing(judged: Report, diagnosis: Diagnosis) -> tuple[tuple[Question, str], ...]:
    """Nothing where the plan's first attempt connected and no rule found anything."""
    sound = judged.verdict.status is VerdictStatus.CONNECTED and not judged.findings
    return () if sound else diagnosis.questions
