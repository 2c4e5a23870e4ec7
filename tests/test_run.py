from __future__ import annotations

import asyncio
import builtins
import io
import ipaddress
import json
import os
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import psutil
import pytest

from fmsdiag.model import (
    NO_PROXY,
    Assignment,
    Attempt,
    AttemptFinished,
    AttemptStarted,
    Confidence,
    ConnectFacts,
    EnhancedRtmp,
    Event,
    Experiment,
    FailureKind,
    FilledField,
    FindingsChanged,
    Observation,
    Options,
    PlanMade,
    Prepared,
    ProxySource,
    Purpose,
    Reference,
    ReferenceAttempt,
    Report,
    Status,
    StepFinished,
    StepName,
    StepStarted,
    TunnelFacts,
    VerdictStatus,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.disclosure import FOLLOW_UP_S
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.proxy.settings import settings_from
from fmsdiag.probe.sockets.network import Datagrams, Network, Stream, SystemNetwork
from fmsdiag.probe.sockets.tcp_options import NO_TCP_OPTIONS, TcpOptions
from fmsdiag.report import json as report_json
from fmsdiag.run import SILENT_S, diagnose
from fmsdiag.server.faults import FAULTS, RTMFP_FAULTS, RTMPE_FAULTS, TUNNEL_FAULTS, FaultKind, parse_fault
from fmsdiag.server.service import Server, ServerOptions
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.probe.fake_computer import ONLINE, ROUTER, FakeComputer
from tests.probe.fake_network import SILENCE, FakeNetwork, Peer, refused, rtmp_server
from tests.probe.virtual_time import now, virtual_time
from tests.server.listeners import options_for

CONTROL, RESOLVER = "192.0.2.80", "192.0.2.53"
THIRD_PARTIES = Options(control=CONTROL, control_http=CONTROL, resolver=RESOLVER)
ONE = Options(checks=())
NAME = "live.example.com"
CONTROL_AT = (CONTROL, 1935)


class Watched(SystemNetwork):
    """The real network, which refuses to go anywhere but to this computer."""

    def __init__(self) -> None:
        self.open: list[Stream | Datagrams] = []

    async def lookup(self, name: str) -> list[str]:
        assert name == "127.0.0.1", f"{name} was looked up"
        return await super().lookup(name)

    async def open_tcp(  # type: ignore[override]
        self, address: str, port: int, options: TcpOptions = NO_TCP_OPTIONS
    ) -> Stream:
        assert ipaddress.ip_address(address).is_loopback, f"{address} was contacted"
        return await super().open_tcp(address, port, options)

    async def open_udp(self, address: str, port: int) -> Datagrams:
        raise AssertionError(f"{address} was asked")


def _without_tunnels(observations: Iterable[Observation]) -> list[Observation]:
    """A tunnel's facts grow with its session: those of the finished attempt know all of its requests."""
    return [
        msgspec.structs.replace(o, facts=None) if isinstance(o.facts, TunnelFacts) else o
        for o in observations
    ]


def check(report: Report, events: list[Event]) -> None:
    """What holds for every run, however it ended."""
    assert isinstance(events[0], PlanMade)
    assert events[0].plan == report.plan
    finished = {e.attempt.id: e.attempt for e in events if isinstance(e, AttemptFinished)}
    assert tuple(finished[number] for number in sorted(finished)) == report.attempts
    assert sum(isinstance(e, AttemptFinished) for e in events) == len(finished)
    started = [e.attempt_id for e in events if isinstance(e, AttemptStarted)]
    assert sorted(started) == [a.id for a in report.attempts if a.started_s is not None]
    for attempt in report.attempts:
        mine = [e for e in events if getattr(e, "attempt_id", None) == attempt.id]
        begun = [e.step for e in mine if isinstance(e, StepStarted)]
        ended = [e.observation for e in mine if isinstance(e, StepFinished)]
        assert _without_tunnels(ended) == _without_tunnels(attempt.observations)
        if attempt.status is not Status.CANCELLED:
            assert sorted(begun) == sorted(o.step for o in ended)
        for seen in attempt.observations:
            assert 0 <= seen.started_s <= seen.ended_s <= report.duration_s
            assert seen.id.startswith(f"{attempt.id}.{seen.step.value}")
    shown = [e.findings for e in events if isinstance(e, FindingsChanged)]
    if report.verdict.status is not VerdictStatus.STOPPED:
        assert report.findings == (shown[-1] if shown else ())
    ids = {o.id for a in report.attempts for o in a.observations}
    for finding in report.findings:
        assert {e.observation for e in (*finding.evidence, *finding.counter_evidence)} <= ids | {""}
    assert report.rule_errors == ()
    assert report_json.decode(report_json.encode(report)) == report
    for event in events:
        msgspec.json.encode(event)


async def run(
    url: str,
    options: Options = ONE,
    net: Network | None = None,
    stop: asyncio.Event | None = None,
    computer: FakeComputer | None = None,
) -> tuple[Report, list[Event]]:
    events: list[Event] = []
    report = await diagnose(
        parse_target(url), options, events.append, stop, net or Watched(), computer=computer or FakeComputer()
    )
    check(report, events)
    return report, events


def asked(report: Report) -> list[Attempt]:
    return [a for a in report.attempts if a.purpose in (Purpose.FOLLOW_UP, Purpose.CONTROL)]


# ---- against the embedded server


@pytest.mark.parametrize("name", ["rtmp", "rtmpt"])
async def test_a_healthy_server_is_connected_to_without_a_finding_or_a_follow_up(name: str) -> None:
    async with Server(options_for(name)) as server:
        url = f"{name}://127.0.0.1:{server.ports[name]}/live/secret?key=1"
        report, _ = await run(url, THIRD_PARTIES)
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert (report.verdict.cause, report.findings) == ("none", ())
    assert asked(report) == []
    assert report.contacts == ()
    assert report.verdict.connected_by == 1
    assert report.options.control is None
    assert report.duration_s < 3


async def test_a_later_attempt_connects() -> None:
    async with Server(ServerOptions(rtmpt=0, rtmp=0, faults=(parse_fault("rtmp=refuse"),))) as server:
        ports = f"{server.ports['rtmp']}, rtmpt:{server.ports['rtmpt']}"
        report, _ = await run("127.0.0.1/live", Options(ports=parse_ports(ports), checks=(), interval_ms=1))
    assert report.verdict.status is VerdictStatus.CONNECTED_BY_FALLBACK
    assert report.verdict.connected_by == 2
    assert report.recommendation is not None
    assert report.recommendation.url.startswith("rtmpt://127.0.0.1:")


async def test_a_wrong_application() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        report, _ = await run(f"rtmp://127.0.0.1:{server.ports['rtmp']}/nothing")
    assert report.verdict.status is VerdictStatus.REJECTED
    assert report.findings[0].cause == "app-not-found"


async def test_a_path_that_was_cut_too_early_is_tried_longer() -> None:
    async with Server(ServerOptions(rtmp=0, applications=("vod/dir",))) as server:
        report, _ = await run(f"rtmp://127.0.0.1:{server.ports['rtmp']}/vod/dir?k=v")
        accepted, _ = await run(f"rtmp://127.0.0.1:{server.ports['rtmp']}/vod/dir/x")
    assert (report.findings[0].cause, report.findings[0].case) == ("app-not-found", "longer")
    assert [a.experiment for a in asked(report)] == [
        Experiment.LONGER_APPLICATION,
        Experiment.SAME_APPLICATION,
    ]
    assert "address-notes.cut" in [note.message.id for note in report.notes]
    assert accepted.verdict.status is VerdictStatus.CONNECTED


F, S, K, V = FaultKind, StepName, FailureKind, VerdictStatus
AS_EXPECTED: dict[FaultKind, tuple[str, StepName | None, set[FailureKind], set[VerdictStatus]]] = {
    F.REFUSE: ("refuse", S.TCP, {K.REFUSED}, {V.UNREACHABLE}),
    F.SILENCE: ("silence", S.HANDSHAKE, {K.TIMED_OUT}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.CLOSE_ON_ACCEPT: (
        "close-on-accept", S.HANDSHAKE, {K.CLOSED, K.RESET}, {V.UNREACHABLE, V.INCONCLUSIVE},
    ),
    F.HTTP_REPLY: ("http-reply", S.HANDSHAKE, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE}),
    F.SLOW: ("slow:0.1", None, set(), {V.CONNECTED}),
    F.DRIP: ("drip:0.3", S.HANDSHAKE, {K.STALLED}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.FLOOD: ("flood", S.CONNECT, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.RESET_AFTER_C0: ("reset-after-c0", S.HANDSHAKE, {K.RESET}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.RESET_AFTER_C1: ("reset-after-c1", S.HANDSHAKE, {K.RESET}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.CUT_S2: ("cut-s2:1460", S.HANDSHAKE, {K.STALLED}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.CUT_S2_CLOSE: ("cut-s2-close:1460", S.HANDSHAKE, {K.CLOSED, K.RESET}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.NO_ANSWER: ("no-answer", S.CONNECT, {K.TIMED_OUT}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.CLOSE_ON_CONNECT: ("close-on-connect", S.CONNECT, {K.CLOSED, K.RESET}, {V.REJECTED}),
    F.REJECT: ("reject:Rejected:no", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.REJECT_AS_STATUS: ("reject-as-status:Rejected:no", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.NEEDS_NAME: ("needs-name", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.REJECT_IN_RESULT: ("reject-in-result", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.CLOSE_COMMAND: ("close-command", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.ACCEPT_THEN_CLOSE: ("accept-then-close", S.AFTER_CONNECT, {K.CLOSED}, {V.REJECTED}),
    F.ACCEPT_THEN_REJECT: ("accept-then-reject", S.AFTER_CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.SECURE_TOKEN: ("secure-token", None, set(), {V.CONNECTED}),
    F.SECURE_TOKEN_AT_ONCE: ("secure-token-at-once", S.AFTER_CONNECT, {K.CLOSED}, {V.REJECTED}),
    F.BAD_CHUNK_SIZE: ("bad-chunk-size", S.CONNECT, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE}),
    F.BAD_LENGTH: ("bad-length", S.CONNECT, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE}),
    F.SWF_VERIFICATION: ("swf-verification", S.CONNECT, {K.STALLED}, {V.UNREACHABLE}),
    F.OTHER_TRANSACTION: ("other-transaction", None, set(), {V.CONNECTED}),
    F.REDIRECT: ("redirect:rtmp://127.0.0.1:9/x", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.REDIRECT_AS_STATUS: ("redirect-as-status:rtmp://127.0.0.1:9/x", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.AUTH_ADOBE: ("auth-adobe:bob:secret", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.AUTH_LIMELIGHT: ("auth-llnw:bob:secret", S.CONNECT, {K.REJECTED}, {V.REJECTED}),
    F.PUBLISH_START_THEN_CLOSE: ("publish-start-then-close", None, set(), {V.CONNECTED}),
    F.PUBLISH_BAD_NAME: ("publish-bad-name", None, set(), {V.CONNECTED}),
    F.PLAY_NOT_FOUND: ("play-not-found", None, set(), {V.CONNECTED}),
    F.RTMPE_OFF: ("rtmpe-off", S.HANDSHAKE, {K.CLOSED, K.RESET}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.RTMPE_PLAIN: ("rtmpe-plain", S.HANDSHAKE, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.RTMPE_BAD_KEY: ("rtmpe-bad-key:1", S.HANDSHAKE, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE, V.INCONCLUSIVE}),
    F.RTMPE_TYPE_8: ("rtmpe-type-8", S.HANDSHAKE, {K.UNEXPECTED_REPLY}, {V.UNREACHABLE, V.INCONCLUSIVE}),
}  # fmt: skip


@pytest.mark.parametrize(
    "fault", [entry.kind for entry in FAULTS if entry.kind not in TUNNEL_FAULTS | RTMFP_FAULTS]
)
async def test_every_fault_of_the_embedded_server_is_classified(
    fault: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "fmsdiag.probe.prober.limit_s", lambda *_: 0.3
    )  # for what a rule asks of a silent port
    written, step, kinds, verdicts = AS_EXPECTED[fault]
    async with Server(ServerOptions(rtmp=0, faults=(parse_fault(f"rtmp={written}"),))) as server:
        scheme = "rtmpe" if fault in RTMPE_FAULTS else "rtmp"
        url = f"{scheme}://127.0.0.1:{server.ports['rtmp']}/live"
        report, _ = await run(url, Options(checks=(), timeout_s=0.8))
    first = report.attempts[0]
    assert report.verdict.status in verdicts, report.verdict
    if step is None:
        assert first.status is Status.CONNECTED
        return
    assert first.failed_step is not None
    assert first.failed_step.failure is not None
    assert (first.failed_step.step, first.failed_step.failure.kind) in {(step, kind) for kind in kinds}
    if fault in (F.CUT_S2, F.CUT_S2_CLOSE) and first.failed_step.failure.kind is not K.RESET:
        assert first.failed_step.failure.bytes_received == 1460
    assert report.duration_s < FOLLOW_UP_S


async def test_nobody_else_is_contacted_about_a_loopback_address() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"rtmp://127.0.0.1:{taken.getsockname()[1]}/live"
        report, _ = await run(url, THIRD_PARTIES)  # Watched fails the run if it is
    assert report.contacts == ()
    assert all(a.purpose is not Purpose.CONTROL for a in report.attempts)


@pytest.mark.parametrize(
    "when", [AttemptStarted, StepStarted, StepFinished, AttemptFinished], ids=lambda kind: kind.__name__
)
async def test_a_run_that_is_stopped_still_reports(when: type[Event]) -> None:
    stop = asyncio.Event()
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, when):
            stop.set()

    async with Server(ServerOptions(rtmp=0, faults=(parse_fault("rtmp=no-answer"),))) as server:
        port = server.ports["rtmp"]
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            options = Options(
                ports=parse_ports(f"{closed.getsockname()[1]}, {port}"), checks=(), interval_ms=1
            )
            async with asyncio.timeout(5):
                report = await diagnose(
                    parse_target("127.0.0.1/live"), options, emit, stop, Watched(), computer=FakeComputer()
                )
    check(report, events)
    assert report.verdict.status is VerdictStatus.STOPPED
    assert len(report.attempts) == 2
    assert json.loads(report_json.encode(report))["verdict"]["status"] == "stopped"


async def test_stopping_before_the_start_reports_too() -> None:
    stop = asyncio.Event()
    stop.set()
    report = await diagnose(
        parse_target("127.0.0.1:9/live"), ONE, lambda _: None, stop, Watched(), computer=FakeComputer()
    )
    assert report.verdict.status is VerdictStatus.STOPPED
    report_json.encode(report)


async def test_a_run_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    async with Server(ServerOptions(rtmp=0)) as server:
        await run(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_plan_that_cannot_be_made_is_told_before_anything_is_sent() -> None:
    events: list[Event] = []
    with pytest.raises(TargetError):
        await diagnose(
            parse_target("h.example"),
            Options(interval_ms=0),
            events.append,
            None,
            Watched(),
            computer=FakeComputer(),
        )
    assert events == []


async def test_a_plan_that_was_shown_is_the_one_that_runs() -> None:
    async with Server(ServerOptions(rtmp=0)) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
        shown, events = make_plan(target, ONE), list[Event]()
        report = await diagnose(
            target, ONE, events.append, None, Watched(), plan=shown, computer=FakeComputer()
        )
    assert report.plan is shown
    assert isinstance(events[0], PlanMade)
    assert events[0].plan is shown


# ---- on scripted networks, where time costs nothing


@contextmanager
def out_of_reach() -> Iterator[list[str]]:
    """Files, threads, processes, sockets and settings of this computer cannot be had; what was tried is listed."""
    tried: list[str] = []

    def forbid(where: object, name: str) -> None:
        def refuse(*_: object, **__: object) -> None:
            tried.append(name)
            raise AssertionError(f"{name} is this computer's")

        patched.setattr(where, name, refuse)

    with pytest.MonkeyPatch.context() as patched:
        forbid(threading.Thread, "start")
        forbid(builtins, "open")
        forbid(io, "open")
        forbid(os, "open")
        forbid(subprocess, "Popen")
        forbid(socket.socket, "__init__")
        forbid(urllib.request, "getproxies_environment")
        for name in ("net_if_addrs", "net_if_stats", "net_io_counters"):
            forbid(psutil, name)
        yield tried


@pytest.mark.parametrize(
    "tcp",
    [
        {1935: rtmp_server()},
        {1935: refused(), 80: rtmp_server(), CONTROL_AT: SILENCE},
        {1935: SILENCE, 80: SILENCE, 443: SILENCE},
        {},
    ],
    ids=["healthy", "by fallback", "silent", "refused"],
)
@pytest.mark.parametrize("options", [THIRD_PARTIES, msgspec.structs.replace(THIRD_PARTIES, deep=True)])
@virtual_time
async def test_of_this_computer_a_run_needs_neither_file_nor_thread(
    tcp: dict[tuple[str, int] | int, Peer], options: Options
) -> None:
    settings = settings_from({"http": "http://192.0.2.7:3128"}, ProxySource.SYSTEM)
    computer = FakeComputer(
        replace(ONLINE, resolvers=(RESOLVER,), search_domains=("corp.example",), proxies=settings)
    )
    target, net = parse_target(f"{NAME}/live"), network(tcp)
    with out_of_reach() as tried:
        report = await diagnose(target, options, lambda _: None, net=net, computer=computer)
    assert tried == []
    assert report.rule_errors == ()
    assert report.environment.default_gateways == (ROUTER,)
    assert report.environment.gateway_answers is True
    assert report.environment.resolvers == (RESOLVER,)
    assert report.environment.proxies == {"http": "http://192.0.2.7:3128"}


@virtual_time
async def test_proxies_that_the_caller_knows_go_before_the_computers() -> None:
    known = settings_from({"https": "http://192.0.2.7:3128"}, ProxySource.SYSTEM)
    target, net = parse_target(f"{NAME}/live"), network({1935: rtmp_server()})
    report = await diagnose(target, ONE, lambda _: None, net=net, proxies=known, computer=FakeComputer())
    assert report.environment.proxies == known.shown


def network(tcp: dict[tuple[str, int] | int, Peer]) -> FakeNetwork:
    return FakeNetwork(tcp, {NAME: ["203.0.113.1"]})


@virtual_time
async def test_what_timed_out_while_the_computer_slept_is_no_evidence() -> None:
    class Sleeper(FakeComputer):
        def neighbours(self) -> str:
            self.slept = 3600.0  # while the plan waits
            return super().neighbours()

    awake, asleep = FakeComputer(), Sleeper()
    asleep.slept = 7.0
    dead: dict[tuple[str, int] | int, Peer] = dict.fromkeys((1935, 80, 443), SILENCE)
    sure, _ = await run(f"{NAME}/live", THIRD_PARTIES, network(dead), computer=awake)
    unsure, _ = await run(f"{NAME}/live", THIRD_PARTIES, network(dead), computer=asleep)
    assert (sure.environment.slept_s, unsure.environment.slept_s) == (None, 3593.0)
    assert sure.findings[0].cause == unsure.findings[0].cause
    assert {finding.confidence for finding in unsure.findings} == {Confidence.POSSIBLE}
    assert any("slept for" in note.message.text for note in unsure.notes)


@virtual_time
async def test_a_dead_network_is_judged_in_time() -> None:
    dead: dict[tuple[str, int] | int, Peer] = dict.fromkeys((1935, 80, 443, 8134, 1111), SILENCE)
    report, _ = await run(
        f"{NAME}/live", msgspec.structs.replace(THIRD_PARTIES, all_checks=True), network(dead)
    )
    assert now() - 1000 <= 12
    assert report.verdict.status in (VerdictStatus.UNREACHABLE, VerdictStatus.INCONCLUSIVE)


@virtual_time
async def test_third_parties_are_contacted_only_when_a_rule_asks_and_are_named() -> None:
    blocked: dict[tuple[str, int] | int, Peer] = {
        ("203.0.113.1", 1935): SILENCE,
        ("203.0.113.1", 80): rtmp_server(),
        (CONTROL, 1935): SILENCE,
    }
    net = network(blocked)
    report, _ = await run(f"{NAME}/live", THIRD_PARTIES, net)
    assert report.verdict.status is VerdictStatus.CONNECTED_BY_FALLBACK
    contacted = {address for _, address, _ in net.dialled} - {"203.0.113.1"}
    assert contacted <= {CONTROL}
    assert bool(report.contacts) is bool(contacted)
    assert all(contact.host == CONTROL.partition(":")[0] for contact in report.contacts)
    assert net.all_closed


@virtual_time
async def test_questions_are_asked_while_the_plan_waits_for_what_is_silent() -> None:
    net = network({1935: SILENCE, 80: SILENCE, 443: SILENCE})
    report, events = await run(f"{NAME}/live", THIRD_PARTIES, net)
    begun = min(a.started_s for a in asked(report) if a.started_s is not None)
    assert SILENT_S <= begun < 3
    plan_end = max(a.ended_s for a in report.attempts if a.ended_s is not None and a not in asked(report))
    told = [e.findings for e in events if isinstance(e, FindingsChanged)]
    last = next(
        i for i, e in enumerate(events) if isinstance(e, AttemptFinished) and e.attempt.ended_s == plan_end
    )
    assert told
    assert not any(
        isinstance(e, FindingsChanged) for e in events[:last]
    )  # not before the silence was complete
    assert report.duration_s < plan_end + FOLLOW_UP_S


@pytest.mark.parametrize("delay_s", [0.05, 1.9])
@virtual_time
async def test_a_slow_server_that_connects_is_asked_nothing_without_need(delay_s: float) -> None:
    net = network({("203.0.113.1", 1935): rtmp_server(delay_s=delay_s), 80: SILENCE, 443: SILENCE})
    report, _ = await run(f"{NAME}/live", THIRD_PARTIES, net)
    assert report.attempts[0].status is Status.CONNECTED
    begun = [a.started_s for a in asked(report) if a.started_s is not None]
    assert all(at >= (report.attempts[0].ended_s or 0.0) for at in begun)
    assert delay_s > 1 or begun == []


@virtual_time
async def test_an_answer_that_comes_late_counts_whatever_was_asked_meanwhile() -> None:
    net = network({("203.0.113.1", 1935): rtmp_server(delay_s=4), 80: SILENCE, 443: SILENCE})
    report, _ = await run(f"{NAME}/live", THIRD_PARTIES, net)
    assert report.verdict.status is VerdictStatus.CONNECTED
    assert {f.cause for f in report.findings} <= {"server-slow"}


@virtual_time
async def test_without_third_parties_nobody_is_contacted() -> None:
    net = network({("203.0.113.1", 1935): SILENCE, ("203.0.113.1", 80): SILENCE})
    report, _ = await run(f"{NAME}/live", Options(), net)
    assert {address for _, address, _ in net.dialled} == {"203.0.113.1"}
    assert report.contacts == ()


@virtual_time
async def test_follow_ups_keep_to_their_budget() -> None:
    net = network({1935: [SILENCE], 80: [SILENCE], 443: SILENCE})
    report, _ = await run(f"{NAME}/live", THIRD_PARTIES, net)
    plan_end = max(a.ended_s for a in report.attempts if a.ended_s is not None and a not in asked(report))
    assert report.duration_s <= plan_end + FOLLOW_UP_S + 0.1
    questions = [(a.experiment, a.endpoint) for a in asked(report)]
    assert len(questions) == len(set(questions))


@virtual_time
async def test_a_run_can_be_stopped_during_its_follow_ups() -> None:
    stop = asyncio.Event()
    events: list[Event] = []

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, StepStarted) and event.attempt_id > 5:
            stop.set()

    net = network(
        {("203.0.113.1", 1935): SILENCE, ("203.0.113.1", 80): refused(), 443: SILENCE, CONTROL_AT: SILENCE}
    )
    report = await diagnose(
        parse_target(f"{NAME}/live"), THIRD_PARTIES, emit, stop, net, computer=FakeComputer()
    )
    check(report, events)
    assert Status.CANCELLED in {a.status for a in asked(report)}
    assert report.verdict.status is VerdictStatus.STOPPED
    assert net.all_closed


@virtual_time
async def test_a_cancelled_run_leaves_nothing_open() -> None:
    net = network({1935: [SILENCE], 80: SILENCE})
    task = asyncio.create_task(
        diagnose(parse_target(f"{NAME}/live"), Options(), lambda _: None, None, net, computer=FakeComputer())
    )
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert net.all_closed


@virtual_time
async def test_where_nothing_connects_an_announced_proxy_is_looked_for() -> None:
    office = FakeComputer(replace(ONLINE, search_domains=("corp.example",)))
    script = b"HTTP/1.1 200 OK\r\n\r\nfunction FindProxyForURL(u, h) { return 'PROXY p.example:3128'; }"
    net = network({("192.0.2.9", 80): [script, b""], 1935: SILENCE, 80: SILENCE})
    net.names["wpad.corp.example"] = ["192.0.2.9"]
    report, _ = await run(NAME, Options(), net, computer=office)
    assert report.environment.wpad == "http://wpad.corp.example/wpad.dat"
    (looked,) = [a for a in report.attempts if a.experiment == "wpad"]
    assert looked.status is Status.CONNECTED
    off, _ = await run(NAME, Options(proxy=NO_PROXY), net, computer=office)
    assert off.environment.wpad is None
    net.tcp[1935] = rtmp_server()
    fine, _ = await run(NAME, Options(), net, computer=office)
    assert fine.environment.wpad is None


@virtual_time
async def test_the_options_of_a_report_hold_no_password() -> None:
    net = network({1935: rtmp_server()})
    report, _ = await run(NAME, Options(proxy=parse_proxy_choice("http://bob:secret@192.0.2.7:3128")[0]), net)
    assert report.options.proxy == parse_proxy_choice("http://192.0.2.7:3128")[0]
    assert b"secret" not in report_json.encode(report)
    assert {a.endpoint.proxy for a in report.attempts} >= {None, "http://192.0.2.7:3128"}


@pytest.mark.parametrize("enhanced", [False, True])
async def test_enhanced_rtmp_is_a_fact_and_its_absence_accuses_nobody(enhanced: bool) -> None:
    async with Server(ServerOptions(rtmp=0, enhanced=enhanced)) as server:
        report, _ = await run(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
    facts = report.attempts[0].observations[-1].facts
    assert isinstance(facts, ConnectFacts)
    assert facts.enhanced == (EnhancedRtmp(("av01", "vp09", "hvc1", "Opus"), 1) if enhanced else None)
    assert (report.verdict.status, report.findings) == (VerdictStatus.CONNECTED, ())


async def test_a_profiles_run_names_it_and_is_compared_with_its_reference_run() -> None:
    """From the first outline on, so that a run that is killed names it as well; with another run the notes are facts."""
    prepared = Prepared("Example", "0123456789abcdef", (FilledField("Ticket", "4711"),))
    async with Server(ServerOptions(rtmp=0)) as server:
        target = parse_target(f"rtmp://127.0.0.1:{server.ports['rtmp']}/live")
        key = f"tcp/{target.port}/rtmp"
        reference = Reference(
            "id",
            "2026-11-12T09:30:00Z",
            "127.0.0.1",
            versions=("FMS/1,2",),
            attempts=(ReferenceAttempt(key, False, 5.0),),
        )
        assignment = Assignment(prepared, reference)
        report = await diagnose(target, ONE, lambda _: None, computer=FakeComputer(), assignment=assignment)
        plain = await diagnose(target, ONE, lambda _: None, computer=FakeComputer())
    assert report.prepared == prepared
    assert plain.prepared is None
    ids = {note.message.id for note in report.notes} - {note.message.id for note in plain.notes}
    assert ids == {"reference-notes.only-here", "reference-notes.other-version"}
