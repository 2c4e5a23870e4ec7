"""The worker thread: events in order and in batches, stopping, closing, faults."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from fmsdiag.gui import prober_thread as engine_module
from fmsdiag.gui.form.form_input import FormInput, Request
from fmsdiag.gui.prober_thread import Diagnose, ProberThread
from fmsdiag.model import Credentials, Event, ProxySource, Report, StepName, StepStarted, VerdictStatus
from fmsdiag.probe.proxy.settings import ProxySettings, settings_from
from tests.gui.scripted import crashing, deaf, events_of, hanging, request_of, telling
from tests.report import samples

MakeProberThread = Callable[[Diagnose], ProberThread]
REQUEST = request_of(FormInput("media.example.com", "live"))


def begin(engine: ProberThread) -> asyncio.Task[Report]:
    return asyncio.get_running_loop().create_task(engine.start(REQUEST))


def test_all_events_come_in_order_before_the_report(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    report = samples.port_blocked()
    engine, seen = make_engine(telling(report)), list[Event]()
    engine.events.connect(seen.extend)
    task = begin(engine)
    qtbot.waitUntil(task.done)
    assert task.result().verdict == report.verdict
    assert seen == events_of(report)
    assert not engine.running


def test_many_events_cross_in_few_signals(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    async def flood(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        for number in range(5000):
            emit(StepStarted(1, StepName.TCP, number / 1000))
        return samples.healthy()

    engine, batches = make_engine(flood), list[int]()
    engine.events.connect(lambda batch: batches.append(len(batch)))
    task = begin(engine)
    qtbot.waitUntil(task.done)
    assert sum(batches) == 5000
    assert len(batches) < 50


def test_the_diagnosis_runs_in_another_thread(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    threads: list[threading.Thread] = []

    async def look(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        threads.append(threading.current_thread())
        return samples.healthy()

    task = begin(make_engine(look))
    qtbot.waitUntil(task.done)
    assert threads[0] is not threading.main_thread()
    assert threads[0].daemon


def test_ticks_tell_the_runs_own_time(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    engine = make_engine(hanging(samples.port_blocked(), 2.0))
    task = begin(engine)
    with qtbot.waitSignal(engine.tick) as blocker:
        pass
    assert 0.3 <= blocker.args[0] < 10  # the latest event of the first two seconds was told at once
    engine.stop()
    qtbot.waitUntil(task.done)
    assert task.result().verdict.status is VerdictStatus.STOPPED


def test_credentials_reach_the_diagnosis_and_stay_nowhere(
    qtbot: QtBot, make_engine: MakeProberThread
) -> None:
    given: list[Credentials] = []

    async def look(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        given.append(request.credentials)
        return samples.healthy()

    engine, secret = make_engine(look), Credentials(server=("PLANTED", "PLANTED"))
    task = asyncio.get_running_loop().create_task(engine.start(replace(REQUEST, credentials=secret)))
    assert "PLANTED" not in repr(task)
    qtbot.waitUntil(task.done)
    assert given.pop() is secret
    assert not [name for name, value in vars(engine).items() if value is secret]


def test_only_one_run_at_a_time(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    engine = make_engine(hanging(samples.healthy(), 0.1))
    first = begin(engine)
    with pytest.raises(RuntimeError, match="going on"):
        begin(engine)
    engine.stop()
    qtbot.waitUntil(first.done)


def test_a_fault_reaches_the_caller_and_the_engine_goes_on(
    qtbot: QtBot, make_engine: MakeProberThread
) -> None:
    engine = make_engine(crashing("by zero"))
    for _ in range(2):
        task = begin(engine)
        qtbot.waitUntil(task.done)
        assert isinstance(task.exception(), ZeroDivisionError)


def test_stop_without_a_run_does_nothing(make_engine: MakeProberThread) -> None:
    make_engine(telling(samples.healthy())).stop()


def test_closing_ends_a_run_and_the_thread(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    engine = make_engine(hanging(samples.healthy(), 0.1))
    run = begin(engine)
    qtbot.waitUntil(lambda: engine.running)
    closing = asyncio.get_running_loop().create_task(engine.close())
    qtbot.waitUntil(closing.done)
    assert run.done()
    assert not engine._thread.is_alive()


def test_closing_does_not_wait_for_a_diagnosis_that_does_not_stop(
    qtbot: QtBot, make_engine: MakeProberThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "STOP_PATIENCE_S", 0.05)
    engine = make_engine(deaf(samples.healthy()))
    run = begin(engine)
    qtbot.waitUntil(lambda: engine.running)
    closing = asyncio.get_running_loop().create_task(engine.close())
    qtbot.waitUntil(closing.done)
    qtbot.waitUntil(run.done)
    assert run.cancelled()
    assert not engine._thread.is_alive()


def test_a_blocking_lookup_runs_in_a_daemon_thread(qtbot: QtBot, make_engine: MakeProberThread) -> None:
    async def look(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        assert await asyncio.to_thread(lambda: threading.current_thread().daemon)
        with pytest.raises(OSError, match="no such name"):
            await asyncio.to_thread(fail)
        return samples.healthy()

    def fail() -> None:
        raise OSError("no such name")

    task = begin(make_engine(look))
    qtbot.waitUntil(task.done)
    assert task.exception() is None


def test_the_loop_of_the_window_is_qasyncs(qt_loop: QEventLoop) -> None:
    assert asyncio.get_running_loop() is qt_loop


def test_the_computers_proxies_are_read_beside_the_window(
    qtbot: QtBot, make_engine: MakeProberThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://cache.example:3128")
    engine = make_engine(telling(samples.healthy()))
    with qtbot.waitSignal(engine.proxies_read) as read:
        engine.warm_up()
    assert [proxy.url for proxy in read.args[0].proxies] == ["http://cache.example:3128"]


KNOWN = settings_from({"http": "http://cache.example:3128"}, ProxySource.ENVIRONMENT)


@pytest.mark.parametrize(
    ("proxies", "asked", "is_kept"),
    [
        (KNOWN, None, True),  # the system has no more to say than was read
        (None, None, False),  # they were not known when the plan was shown
        (KNOWN, {"http": "http://other.example:3128"}, False),
    ],
)
async def test_the_requested_plan_runs_unless_the_system_has_to_be_asked(
    monkeypatch: pytest.MonkeyPatch,
    proxies: ProxySettings | None,
    asked: dict[str, str] | None,
    is_kept: bool,
) -> None:
    performed: dict[str, object] = {}

    async def perform(*_: object, **named: object) -> Report:
        performed.update(named)
        return samples.healthy()

    monkeypatch.setattr("fmsdiag.run.diagnose", perform)
    monkeypatch.setattr("fmsdiag.gui.form.system_proxy.ask_system", lambda _: asked)
    request = replace(REQUEST, proxies=proxies)
    await engine_module.diagnose(request, lambda _: None, asyncio.Event())
    assert performed["plan"] is (request.plan if is_kept else None)
    found = performed["proxies"]
    if asked is None:
        assert found is proxies
    else:
        assert isinstance(found, ProxySettings)
        assert [proxy.url for proxy in found.proxies] == ["http://other.example:3128"]


def test_it_ends_in_its_own_thread_while_another_still_reads(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, may_end = threading.Event(), threading.Event()

    def read() -> ProxySettings:
        reads.set()
        may_end.wait(5)
        return ProxySettings()

    monkeypatch.setattr("fmsdiag.probe.proxy.system.read_system_proxies", read)
    engine = ProberThread(telling(samples.healthy()))
    engine.warm_up()
    qtbot.waitUntil(reads.is_set)
    gone = weakref.ref(engine)
    loop = engine._loop
    del engine
    gc.collect()
    assert gone() is None
    may_end.set()
    loop.call_soon_threadsafe(loop.stop)
