"""A whole diagnosis: plan, probe, rules, follow-up questions, report."""

from __future__ import annotations

import asyncio
import platform
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

import fmsdiag
from fmsdiag.journal.recorder import Journal
from fmsdiag.messages.experiments import EXPERIMENTS
from fmsdiag.model import (
    NO_CREDENTIALS,
    SCHEMA_VERSION,
    Assignment,
    Attempt,
    AttemptFinished,
    Cause,
    Contact,
    Credentials,
    Event,
    Experiment,
    Finding,
    FindingsChanged,
    Message,
    Options,
    Plan,
    Purpose,
    Question,
    Report,
    Status,
    Target,
    Tool,
    Verdict,
    VerdictStatus,
)
from fmsdiag.probe.attempt_recorder import Clock
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.computer import (
    Computer,
    Readings,
    SystemComputer,
    environment_of,
    interface_of,
    on_link,
    with_neighbours,
)
from fmsdiag.probe.contacts import allowed_for, contacted
from fmsdiag.probe.disclosure import DEEP_S, FOLLOW_UP_S
from fmsdiag.probe.experiments import TIMEOUT_S as EXPERIMENT_S
from fmsdiag.probe.loading import FOR_QUESTIONS, load_beside, load_now, wanting
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.prober import Prober
from fmsdiag.probe.proxy.settings import ProxySettings, chosen
from fmsdiag.probe.sleep_clock import slept_between
from fmsdiag.probe.sockets.network import Network, SystemNetwork
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.report.english import with_english
from fmsdiag.run_log import RunLog

if TYPE_CHECKING:
    from fmsdiag.diagnosis.engine import Diagnosis
    from fmsdiag.diagnosis.evidence.run import RunView
    from fmsdiag.probe.sockets.recording import TrafficRecorder

ROUNDS = 3
LOCATED = 2
"""Findings whose place on the path is looked for."""
_BESIDE = (Experiment.SERVER_PORT, Experiment.FLOWS, Experiment.APP_PATH, Experiment.CONNECT_PATH)
"""Questions that wait for no other: each at a listener of its own, or for its own places at the server."""
SILENT_S = 2.0
"""After so long without a sign from anybody, questions are asked while the plan still waits: no healthy server is so slow."""

_NOTHING_YET = Message("", {}, "")


def load_rules() -> None:
    """Load what judges a run (0.1 s, the first time)."""
    import fmsdiag.diagnosis.deep
    import fmsdiag.diagnosis.judgment  # noqa: F401


def load_everything() -> None:
    """Load all that any run needs, for a program that has time before its first one."""
    load_now((load_rules, *FOR_QUESTIONS))


async def diagnose(
    target: Target,
    options: Options,
    emit: Callable[[Event], None],
    stop: asyncio.Event | None = None,
    net: Network | None = None,
    credentials: Credentials = NO_CREDENTIALS,
    plan: Plan | None = None,
    proxies: ProxySettings | None = None,
    computer: Computer | None = None,
    journal: Journal | None = None,
    recorder: TrafficRecorder | None = None,
    assignment: Assignment | None = None,
) -> Report:
    """Try `target` as `options` say and return the report; `emit` hears of everything while it happens.

    `credentials` are used and forgotten: no part of the report holds them. Setting `stop` ends the run at once; what was
    done until then is still reported (verdict "stopped"). `net` and `computer` stand in for this computer and its network
    in tests. `plan` is the one that the user was shown; none: it is made from `options`. `proxies` are what this computer
    is set to, where the caller knows it: only a window can ask the system for the proxies to a target. `journal` hears of
    everything, too, so that a run that ends in the middle can be opened. `recorder` keeps what the connections carry, for a
    packet file. `assignment` is what a customer profile adds. Raises TargetError, before anything is sent, for a plan that
    cannot be made.
    """
    computer = computer or SystemComputer()
    readings = await computer.read(proxies)
    plan = plan or make_plan(target, options, readings.proxies)
    known = (credentials.server, credentials.proxy, *(p.credentials for p in readings.proxies.proxies))
    log = RunLog(target, known)
    load_now(wanting(target.host, [a.endpoint for a in plan.attempts if not a.not_applicable][:1]))
    if options.deep:  # asks while the plan goes on
        load_everything()
    heard = emit if journal is None else journal.beside(emit)
    network = net or SystemNetwork()
    run = _Run(
        target,
        options,
        plan,
        heard,
        network,
        credentials,
        computer,
        readings,
        log,
        recorder,
        assignment,
    )
    if journal is not None:
        journal.began(run.outline())
    work = asyncio.create_task(run.investigate())
    waiter = asyncio.create_task((stop or asyncio.Event()).wait())
    try:
        await asyncio.wait({work, waiter}, return_when=asyncio.FIRST_COMPLETED)
        stopped = not work.done()
        if stopped:
            work.cancel()
            await asyncio.wait({work})
        if not work.cancelled():
            work.result()
    finally:
        waiter.cancel()
        work.cancel()
        await asyncio.wait({work, waiter})  # whoever cancels a run finds its connections closed
        run.close()
    report = run.report(stopped)
    log.ended(report)
    if journal is not None:
        journal.ended(report)
    return report


class _Run:
    """What one run holds while it goes on."""

    def __init__(
        self,
        target: Target,
        options: Options,
        plan: Plan,
        emit: Callable[[Event], None],
        net: Network,
        credentials: Credentials,
        computer: Computer,
        readings: Readings,
        log: RunLog,
        recorder: TrafficRecorder | None = None,
        assignment: Assignment | None = None,
    ) -> None:
        self._log = log
        self._assignment = assignment
        self._target = target
        self._options = allowed_for(target, options)
        self._plan = plan
        self._emit = log.beside(emit)
        self._clock = Clock()
        self._started_at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._report_id = secrets.token_hex(8)
        self._computer = computer
        self._slept_before_s = computer.slept_s()
        if recorder is not None:
            net = recorder.over(net, self._clock)
        self._names = LookupCache(net, readings.resolvers, readings.search_domains)
        self._environment = environment_of(readings, target.host)
        self._networks = readings.networks
        proxies = chosen(options, readings.proxies, credentials).proxies
        context = ProbeContext(
            net,
            self._names,
            target,
            self._options,
            computer,
            credentials,
            proxies=proxies,
            offline=self._environment.is_offline,
            keep_secret=recorder.keep_secret if recorder is not None else None,
        )
        self._prober = Prober(context, self._clock, self._hear)
        self._connected = asyncio.Event()
        self._beside: list[asyncio.Task[None]] = []
        self._contacts: dict[Contact, None] = {}
        self._asked: set[Question] = set()
        self._later: dict[Question, str] = {}
        """Of those: what showed nothing while the plan held connections open, and which rule asked it."""
        self._shown: tuple[Finding, ...] = ()

    async def investigate(self) -> None:
        """The plan, then at most ROUNDS of the questions that rules ask; silence is not waited out idly."""
        try:
            if self._options.deep:
                self._beside.append(asyncio.create_task(self._wait_in_silence()))
            await self._try_plan()
            await self._prober.run_consequences()
            if self._options.deep:
                await self._go_deep()
            await self._ask_rules()
            if self._connected.is_set():
                await asyncio.wait(self._beside)
        finally:
            for task in self._beside:
                task.cancel()
            await asyncio.gather(*self._beside, return_exceptions=True)
        for task in self._beside:
            if not task.cancelled():
                task.result()  # a fault of this program must not pass unseen
        self._judge()

    async def _try_plan(self) -> None:
        """Make the plan's attempts; where only silence is left to wait for, rules may ask their questions meanwhile."""
        plan = asyncio.create_task(self._prober.run_plan(self._plan))
        silence = asyncio.create_task(self._prober.fallen_silent(SILENT_S))
        try:
            await asyncio.wait({plan, silence}, return_when=asyncio.FIRST_COMPLETED)
            if not plan.done():
                await self._ask_rules(plan)
            await plan
        finally:
            plan.cancel()
            silence.cancel()
            await asyncio.gather(plan, silence, return_exceptions=True)

    def _hear(self, event: Event) -> None:
        """Pass an event on, and note the first attempt that connected."""
        if (
            isinstance(event, AttemptFinished)
            and event.attempt.purpose is Purpose.FALLBACK
            and event.attempt.status is Status.CONNECTED
        ):
            self._connected.set()
        self._emit(event)

    async def _wait_in_silence(self) -> None:
        """The deep tests that mostly wait, from the moment at which a player would have connected."""
        from fmsdiag.diagnosis.deep import BESIDE, deep_questions

        await self._connected.wait()
        waiting = [q for q in deep_questions(self._evidence()) if q.experiment in BESIDE]
        self._asked.update(waiting)
        limit = DEEP_S + self._options.idle_s
        async with asyncio.TaskGroup() as together:
            for question in waiting:
                together.create_task(self._prober.run_experiment(question, "", limit))

    async def _ask_rules(self, plan: asyncio.Task[None] | None = None) -> None:
        """What the rules want to know, until they know enough or ROUNDS or the time for it are over.

        `plan` is still under way: what it waits for counts as silent, and no more is asked when it has ended.
        """
        await load_beside((load_rules,))
        end = self._clock() + FOLLOW_UP_S
        looking = asyncio.create_task(self._look_for_proxy())  # takes none of the rules' time
        self._beside.append(looking)
        for _ in range(ROUNDS):
            questions = self._open_questions(plan)
            if not questions and not looking.done():
                await asyncio.wait({looking})
                questions = self._open_questions(plan)
            if not questions:
                break
            await load_beside(FOR_QUESTIONS)
            # third parties are asked all at once, beside the server, which is asked one thing after the other
            elsewhere = [pair for pair in questions if EXPERIMENTS[pair[0].experiment].is_elsewhere]
            ports = [pair for pair in questions if pair[0].experiment in _BESIDE]
            here = [pair for pair in questions if pair not in elsewhere and pair not in ports]
            async with asyncio.TaskGroup() as together:
                for pair in ports:
                    together.create_task(self._ask_in_turn([pair], end, plan))
                together.create_task(self._ask_in_turn(here, end, plan))
                for pair in elsewhere:
                    together.create_task(self._ask_in_turn([pair], end, plan))
            await asyncio.wait({looking})

    def _open_questions(self, plan: asyncio.Task[None] | None) -> tuple[tuple[Question, str], ...]:
        """What the rules ask; their answers are shown only when the plan has ended, for silence may still be broken."""
        if plan is None:
            again = tuple(self._later.items())  # the plan's connections are closed by now
            self._later.clear()
            diagnosis = self._judge()
            return (*again, *diagnosis.questions, *self._place_questions(diagnosis, self._evidence()))
        if plan.done():
            return ()
        evidence = self._evidence(self._prober.attempts_if_silent)
        diagnosis = self._evaluate(evidence)
        return (*diagnosis.questions, *self._place_questions(diagnosis, evidence))

    def _place_questions(self, diagnosis: Diagnosis, evidence: RunView) -> list[tuple[Question, str]]:
        """The path tests that show where the first of what was found is."""
        from fmsdiag.diagnosis import location

        wanted = {
            question: finding.cause
            for finding in diagnosis.findings[:LOCATED]
            for question in location.questions(evidence, Cause(finding.cause))
        }
        asked = self._asked | {question for question, _ in diagnosis.questions}
        return [(question, cause) for question, cause in wanted.items() if question not in asked]

    async def _ask_in_turn(
        self, questions: Sequence[tuple[Question, str]], end: float, plan: asyncio.Task[None] | None = None
    ) -> None:
        for question, asked_by in questions:
            left = end - self._clock()
            if left <= 0 or (plan is not None and plan.done()):
                break
            self._asked.add(question)
            if EXPERIMENTS[question.experiment].is_third_party:
                self._contacts[Contact(question.endpoint.host, question.experiment)] = None
            if not await self._prober.run_experiment(question, asked_by, left):
                self._later[question] = asked_by

    async def _go_deep(self) -> None:
        """The deep tests at the port that opened, one after the other."""
        end = self._clock() + DEEP_S
        # what the first one shows decides whether others would show anything
        while in_turn := [(q, "") for q in self._deep_questions()]:
            await self._ask_in_turn(in_turn[:1], end)
            if self._clock() >= end:
                break

    def _deep_questions(self) -> list[Question]:
        from fmsdiag.diagnosis.deep import BESIDE, deep_questions

        open_ones = deep_questions(self._evidence())
        return [q for q in open_ones if q.experiment not in BESIDE and q not in self._asked]

    async def _look_for_proxy(self) -> None:
        """Ask the network for a proxy, where nothing connects directly and none is configured, or all is wanted."""
        from fmsdiag.probe.proxy.wpad import QUESTION as WPAD_QUESTION
        from fmsdiag.probe.proxy.wpad import asks_for_wpad

        attempts = self._prober.attempts_if_silent
        domains = self._names.search_domains
        if WPAD_QUESTION in self._asked or not asks_for_wpad(self._target, self._options, attempts, domains):
            return
        self._asked.add(WPAD_QUESTION)
        await self._prober.run_experiment(WPAD_QUESTION, "", EXPERIMENT_S)

    def _judge(self) -> Diagnosis:
        diagnosis = self._evaluate(self._evidence())
        if diagnosis.findings != self._shown:
            self._shown = diagnosis.findings
            self._emit(FindingsChanged(with_english(diagnosis.findings)))
        return diagnosis

    def _evaluate(self, evidence: RunView) -> Diagnosis:
        from fmsdiag.diagnosis.engine import evaluate_rules
        from fmsdiag.diagnosis.rules import RULES

        diagnosis = evaluate_rules(evidence, RULES, frozenset(self._asked))
        self._log.rule_faults(diagnosis.errors, diagnosis.exceptions)
        return diagnosis

    def _evidence(self, attempts: tuple[Attempt, ...] | None = None) -> RunView:
        """What is known now, or would be with other `attempts` than those that have ended."""
        from fmsdiag.diagnosis.evidence.run import RunView

        self._environment = with_neighbours(self._environment, self._computer.neighbours())
        view = RunView(
            self._target,
            self._options,
            self._environment,
            self._prober.attempts if attempts is None else attempts,
            self._started_at,
            self._report_id,
        )
        near, cards = on_link(self._networks, view.addresses), self._environment.interfaces
        leaves_from = self._computer.own_address(view.addresses[0]) if view.addresses else None
        self._environment = msgspec.structs.replace(
            self._environment,
            server_on_link=near,
            server_interface=interface_of(cards, leaves_from),
            slept_s=slept_between(self._slept_before_s, self._computer.slept_s()),
        )
        return replace(view, environment=self._environment)

    def outline(self) -> Report:
        """What is known of the report before anything was tried: what was asked, and this computer."""
        return Report(
            schema_version=SCHEMA_VERSION,
            report_id=self._report_id,
            tool=Tool("fmsdiag", fmsdiag.__version__, platform.python_version()),
            started_at=self._started_at,
            duration_s=self._clock(),
            target=self._target,
            options=self._options,
            plan=self._plan,
            environment=self._environment,
            verdict=Verdict(VerdictStatus.STOPPED, _NOTHING_YET, _NOTHING_YET),
            prepared=self._assignment.prepared if self._assignment is not None else None,
        )

    def report(self, stopped: bool) -> Report:
        """Everything so far as a report; a stopped run concludes nothing, since what it lacks could be what matters."""
        from fmsdiag.diagnosis.conclusions.reference_notes import reference_notes
        from fmsdiag.diagnosis.judgment import conclude
        from fmsdiag.probe.proxy.wpad import script_url

        run = self._evidence()
        environment = msgspec.structs.replace(self._environment, wpad=script_url(run.attempts))
        outline = msgspec.structs.replace(
            self.outline(), environment=environment, contacts=contacted(self._contacts, run.attempts)
        )
        reference = self._assignment.reference if self._assignment is not None else None
        compared = reference_notes(reference, run)
        return with_english(conclude(outline, run, self._evaluate(run), stopped, compared))

    def close(self) -> None:
        self._names.close()
