"""`fmsdiag rejudge`: a saved report, judged again by the rules of this program; nothing is sent anywhere."""

from __future__ import annotations

import argparse
import os
import platform
import sys

from rich.console import Console

import fmsdiag
from fmsdiag.cli.console import CliError, make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.outputs import STANDARD_OUTPUT, deliver
from fmsdiag.cli.paragraphs import print_list, print_paragraph, print_wrapped
from fmsdiag.cli.show_command import print_origin, read_report
from fmsdiag.cli.verdict_card import CardTexts, print_verdict
from fmsdiag.diagnosis.judgment import Rejudgment, rejudge
from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import Attempt, Purpose, Question, Report, Status, Tool, Verdict
from fmsdiag.report.english import with_english
from fmsdiag.report.open_file import OpenedReport
from fmsdiag.report.redact import INCLUDED, mask_secrets, redact
from fmsdiag.report.sensitive import Kind
from fmsdiag.report.strict import STRICT
from fmsdiag.report.view import ViewTexts
from fmsdiag.report.words import confidence_word, describe_method, describe_verdict

MOST_MISSING = 8
"""Of the tests that a report lacks; how many more there are is said."""


class RejudgeTexts(Table, of="cli.rejudge"):
    """What stands above the two verdicts, and what the old run lacks."""

    # translators: {tool} is a program with its version
    SAID = text("The report said ({tool:name}):")
    SAYS_NOW = text("Today's rules say ({tool:name}):")
    AGREE = text("Today's rules ({tool:name}) come to the same result as the report:")
    CAUSE_ALONE = text("Cause: {cause:name}")
    MISSING = text("Tests that today's rules would also make")
    # translators: {test} is the name of a test; {cause} is an id such as port-blocked; {why} is a sentence
    TEST = text("{test:name} (for {cause:name}). {why:name}")
    HIDDEN = text(
        "This report hides local addresses. Rules that depend on them may judge it differently than they would judge the run "
        "itself."
    )
    LEFT_OUT = text(
        "This report hides local addresses, this computer's network settings, and the contents of connections. Rules that "
        "depend on them may judge it differently than they would judge the run itself."
    )
    # translators: {notice} is a sentence without its full stop
    NEWER = text("{path:name}: {notice:name}. It cannot be judged by this version.")


def run_rejudge(arguments: argparse.Namespace) -> int:
    """0 when the report was judged, whatever the verdict is. Raises CliError."""
    opened = read_report(arguments.file)
    if opened.report is None:
        raise CliError(say(RejudgeTexts.NEWER, path=arguments.file, notice=opened.notice))
    tool = Tool("fmsdiag", fmsdiag.__version__, platform.python_version())
    judged = rejudge(opened.report, tool)
    # what today's rules say of hidden addresses and proxies must look hidden as well
    shown = redact(judged.report, include_sensitive=INCLUDED in judged.report.redaction)
    report = with_english(shown)
    to_stdout = arguments.json == STANDARD_OUTPUT
    stream = sys.stderr if to_stdout else sys.stdout
    console = make_console(stream, color=wants_color(arguments.no_color, os.environ))
    if opened.notice:
        console.print(plain(opened.notice))
        console.print()
    show_rejudged(report, judged, opened.report.tool, console)
    if arguments.json is not None:
        deliver("--json", arguments.json, OpenedReport(report, opened.raw).encode())
    return ExitCode.CONNECTED


def show_rejudged(report: Report, judged: Rejudgment, tested_by: Tool, console: Console) -> None:
    """Both verdicts where they differ, else that they agree; then what is missing, and the new judgment whole."""
    shown = mask_secrets(report)
    before = shown.rejudged
    assert before is not None  # it was judged again
    print_origin(shown, console)
    if judged.differs:
        _print_verdict(say(RejudgeTexts.SAID, tool=_named(tested_by)), before.verdict, console)
        _print_verdict(say(RejudgeTexts.SAYS_NOW, tool=_named(before.tool)), shown.verdict, console)
    else:
        _print_verdict(say(RejudgeTexts.AGREE, tool=_named(before.tool)), shown.verdict, console)
    lines = [_describe(question, cause) for question, cause in judged.missing[:MOST_MISSING]]
    if len(judged.missing) > MOST_MISSING:
        lines.append(say(ViewTexts.LEFT_OUT, count=len(judged.missing) - MOST_MISSING))
    print_list(say(RejudgeTexts.MISSING), lines, console)
    if judged.differs:
        if STRICT in shown.redaction:
            print_paragraph(say(RejudgeTexts.LEFT_OUT), console)
        elif Kind.LOCAL_ADDRESS.value in shown.redaction:
            print_paragraph(say(RejudgeTexts.HIDDEN), console)
        print_verdict(shown, console)


def _print_verdict(heading: str, verdict: Verdict, console: Console) -> None:
    console.print(plain(heading, "bold"))
    print_wrapped(describe_verdict(verdict), console)
    cause = one_line(verdict.cause, 60)
    if verdict.confidence is None:
        print_wrapped(say(RejudgeTexts.CAUSE_ALONE, cause=cause), console)
    else:
        print_wrapped(
            say(CardTexts.CAUSE, cause=cause, confidence=confidence_word(verdict.confidence)), console
        )
    console.print()


def _named(tool: Tool) -> str:
    return one_line(f"{tool.name} {tool.version}", 60)


def _describe(question: Question, cause: str) -> str:
    """A test as the report's row would be called, and what it would show."""
    attempt = Attempt(
        0, question.endpoint, Purpose.FOLLOW_UP, Status.NOT_STARTED, experiment=question.experiment
    )
    spec = EXPERIMENTS[question.experiment]
    return say(RejudgeTexts.TEST, test=describe_method(attempt), cause=cause, why=say(spec.why))
