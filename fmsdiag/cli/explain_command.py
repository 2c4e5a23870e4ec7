"""`fmsdiag explain`: what a cause is, how it shows, and who does what; without a cause, all of them by name."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console

from fmsdiag.cli.console import make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.paragraphs import print_heading, print_list, print_paragraph, print_steps, print_wrapped
from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.messages.causes import CAUSE_NAMES
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Cause
from fmsdiag.report.cause_page import CausePage, CausePageTexts, cause_page


class ExplainTexts(Table, of="cli.explain"):
    """How the terminal lays out the page of a cause."""

    # translators: {cause} is the id of a cause, {name} what it is called
    TITLE = text("{cause:name}: {name:name}")
    # translators: {what} is a word or a name, {meaning} a sentence
    MEANING = text("{what:name}: {meaning:name}")


def run_explain(arguments: argparse.Namespace) -> int:
    """0; a cause that is not known is wrong usage."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    if arguments.cause is None:
        for cause in Cause:
            title = say(ExplainTexts.TITLE, cause=cause.value, name=say(CAUSE_NAMES[cause]))
            console.print(plain(title), soft_wrap=True)
    else:
        _print_page(cause_page(cause_reference(Cause(arguments.cause))), console)
    return ExitCode.CONNECTED


def _print_page(page: CausePage, console: Console) -> None:
    said = CausePageTexts
    title = say(ExplainTexts.TITLE, cause=page.cause.value, name=page.name)
    console.print(plain(title, "bold"))
    for heading, paragraph in (
        (said.WHAT_IT_IS, page.what_it_is),
        (said.RECOGNIZED_BY, page.recognized_by),
    ):
        print_heading(say(heading), console)
        print_wrapped(paragraph, console)
    look_alikes = [_meaning(each.name, each.told_apart) for each in page.look_alikes]
    print_list(say(said.LOOK_ALIKES), look_alikes, console)
    _print_cases(page, console)
    readers = [reader for reader in page.readers if reader.steps]
    if readers:
        print_heading(say(said.WHO_DOES_WHAT), console)
        print_wrapped(say(said.NOT_EVERY_STEP), console)
    for reader in readers:
        print_steps(reader.name, [step.text for step in reader.steps], console)
    print_list(say(said.EXPLAINS), page.explains, console)
    print_list(say(said.CONFIDENCE), [_meaning(word, meaning) for word, meaning in page.confidence], console)
    print_heading(say(said.WHEN_NOT_TO_WORRY), console)
    print_wrapped(page.when_not_to_worry, console)


def _print_cases(page: CausePage, console: Console) -> None:
    if page.cases:
        print_heading(say(CausePageTexts.CASES), console)
        print_wrapped(say(CausePageTexts.EXAMPLE_VALUES), console)
    for case in page.cases:
        print_paragraph(case.headline, console)
        print_wrapped(case.explanation, console)
        if case.decides:
            print_wrapped(case.decides, console)


def _meaning(what: str, meaning: str) -> str:
    return say(ExplainTexts.MEANING, what=what, meaning=meaning)
