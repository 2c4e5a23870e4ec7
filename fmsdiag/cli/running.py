"""One diagnosis in the terminal, from the first event to the verdict; what `test` and `demo` share."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.console import Console

from fmsdiag.cli.interrupts import Interrupts, stop_on_signals
from fmsdiag.cli.timeline import LiveTimeline, make_timeline, print_timeline
from fmsdiag.journal.recorder import Journal
from fmsdiag.model import NO_CREDENTIALS, Assignment, Credentials, Options, Plan, Report, Target
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.run import diagnose

if TYPE_CHECKING:
    from fmsdiag.probe.sockets.recording import TrafficRecorder


async def run_diagnosis(
    target: Target,
    options: Options,
    console: Console | None,
    credentials: Credentials = NO_CREDENTIALS,
    plan: Plan | None = None,
    proxies: ProxySettings | None = None,
    journal: Journal | None = None,
    interrupts: Interrupts | None = None,
    recorder: TrafficRecorder | None = None,
    assignment: Assignment | None = None,
) -> Report:
    """Diagnose as `plan` says while the console shows it (none: silently); without a plan, one is made from `options`.

    Ctrl-C stops the run, which still reports; `interrupts` has one that came before. `recorder` keeps the traffic.
    """
    stop = asyncio.Event()
    timeline = make_timeline(console)

    def stop_now() -> None:
        timeline.stopping()
        stop.set()

    with stop_on_signals(stop_now, timeline.leave_terminal):
        if interrupts is not None and interrupts.asked:
            stop.set()
        async with timeline:
            return await diagnose(
                target,
                options,
                timeline.emit,
                stop,
                credentials=credentials,
                plan=plan,
                proxies=proxies,
                journal=journal,
                recorder=recorder,
                assignment=assignment,
            )


def show_result(report: Report, console: Console, *, with_timeline: bool) -> None:
    """The verdict, below the finished timeline if that does not stand there already."""
    from fmsdiag.cli.verdict_card import print_verdict
    from fmsdiag.report.redact import mask_secrets

    shown = mask_secrets(report)
    if with_timeline:
        print_timeline(shown, console)
    print_verdict(shown, console)


def redraws(console: Console) -> bool:
    """Whether the console's live timeline is gone when the run has ended, so that it must be printed again."""
    return isinstance(make_timeline(console), LiveTimeline)
