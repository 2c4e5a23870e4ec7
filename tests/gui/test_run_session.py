"""A run as the window sees it."""

import asyncio
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from fmsdiag.gui.form.form_input import Entrusted, FormInput, Request
from fmsdiag.gui.prober_thread import Diagnose, ProberThread
from fmsdiag.gui.run_session import RunSession
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.progress import Progress
from fmsdiag.model import Credentials, Event, Report, Status, VerdictStatus
from tests.gui.scripted import crashing, events_until, hanging, request_of, telling
from tests.report import samples

REQUEST = request_of(FormInput("media.example.com", "live"))
MakeSession = Callable[[Diagnose], RunSession]


@pytest.fixture
def make_session(make_engine: Callable[[Diagnose], ProberThread]) -> MakeSession:
    return lambda diagnose: RunSession(make_engine(diagnose), TimelineModel())


def test_a_run_is_told_from_start_to_report(qtbot: QtBot, make_session: MakeSession) -> None:
    session, told = make_session(telling(samples.port_blocked())), list[str]()
    session.started.connect(lambda: told.append("started"))
    session.progressed.connect(lambda _: told.append("progressed"))
    session.finished.connect(lambda _: told.append("finished"))
    with qtbot.waitSignal(session.finished):
        session.start(REQUEST)
    assert told[:2] == ["started", "progressed"]
    assert told[-1] == "finished"
    assert session.report is not None
    assert session.report.verdict.cause == "port-blocked"
    assert not session.running
    assert session._model.rowCount() == 5


def test_credentials_of_the_request_are_used_and_forgotten(
    qtbot: QtBot, make_engine: Callable[[Diagnose], ProberThread]
) -> None:
    given: list[Credentials] = []

    async def look(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        given.append(request.credentials)
        return samples.healthy()

    session = RunSession(make_engine(look), TimelineModel())
    typed = Entrusted(server_name="alice", server_password="PLANTED")
    with qtbot.waitSignal(session.finished):
        session.start(request_of(FormInput("media.example.com", "live", entrusted=typed)))
    assert given[0].server == ("alice", "PLANTED")
    assert "PLANTED" not in repr(vars(session))


def test_stop_is_answered_at_once(qtbot: QtBot, make_session: MakeSession) -> None:
    session, said = make_session(hanging(samples.port_blocked(), 1.0)), list[Progress]()
    session.progressed.connect(said.append)
    session.start(REQUEST)
    qtbot.waitUntil(lambda: said[-1].sentence.startswith("Attempt 1 of 3"))
    session.stop()
    assert said[-1].sentence == "Stopping…"
    with qtbot.waitSignal(session.finished) as finished:
        pass
    assert finished.args[0].verdict.status is VerdictStatus.STOPPED


def test_a_fault_is_no_verdict(
    qtbot: QtBot, make_session: MakeSession, capsys: pytest.CaptureFixture[str]
) -> None:
    session = make_session(crashing("by zero"))
    with qtbot.waitSignal(session.failed) as failed, qtbot.assertNotEmitted(session.finished):
        session.start(REQUEST)
    assert failed.args[0].summary.startswith("ZeroDivisionError: by zero")
    assert session.report is None
    assert not session.running
    assert "Traceback" in capsys.readouterr().err


def test_a_second_start_is_ignored(qtbot: QtBot, make_session: MakeSession) -> None:
    session = make_session(hanging(samples.healthy(), 0.1))
    session.start(REQUEST)
    with qtbot.assertNotEmitted(session.started):
        session.start(REQUEST)
    session.stop()
    qtbot.waitUntil(lambda: not session.running)


def test_settled_waits_for_the_last_word(qtbot: QtBot, make_session: MakeSession) -> None:
    session = make_session(hanging(samples.healthy(), 0.1))
    session.start(REQUEST)
    waiting = asyncio.get_running_loop().create_task(session.settled())
    session.stop()
    qtbot.waitUntil(waiting.done)
    assert session.report is not None


def test_forget_goes_back_to_the_beginning(qtbot: QtBot, make_session: MakeSession) -> None:
    session = make_session(telling(samples.healthy()))
    with qtbot.waitSignal(session.finished):
        session.start(REQUEST)
    session.forget()
    assert session.report is None
    assert session._model.rowCount() == 0


def test_an_abandoned_timeline_waits_no_longer(qtbot: QtBot, make_session: MakeSession) -> None:
    session = make_session(crashing("late"))
    with qtbot.waitSignal(session.failed):
        session.start(REQUEST)
    assert all(node.status is not None for node in session._model.attempts())
    assert Status.NOT_STARTED not in {node.status for node in session._model.attempts()}


def test_a_run_goes_on_while_its_timeline_shows_something_else(
    qtbot: QtBot, make_session: MakeSession
) -> None:
    session, said = make_session(hanging(samples.port_blocked(), 1.0)), list[Progress]()
    session.start(REQUEST)
    qtbot.waitUntil(lambda: session._model.rowCount() == 4)
    attempts = [(node.id, node.status, len(node.steps)) for node in session._model.attempts()]
    session.progressed.connect(said.append)
    session.look_away()
    session._model.clear()
    with qtbot.waitSignal(session._engine.tick):
        pass
    assert session._model.rowCount() == 0
    assert said == []
    with qtbot.waitSignal(session.shown_again):
        session.look_again()
    assert [(node.id, node.status, len(node.steps)) for node in session._model.attempts()] == attempts
    assert session._model.live
    assert said[-1].sentence.startswith("Attempt 1 of 3")
    session.look_away()
    with qtbot.waitSignal(session.finished):
        session.stop()
    session.look_again()
    assert session._model.rowCount() == 0, "its report is the window's to show"


def test_the_timeline_of_a_fault_is_there_again(
    qtbot: QtBot, make_engine: Callable[[Diagnose], ProberThread]
) -> None:
    async def fail(request: Request, emit: Callable[[Event], None], stop: asyncio.Event) -> Report:
        for event in events_until(samples.port_blocked(), 1.0):
            emit(event)
        await stop.wait()
        raise ZeroDivisionError

    session = RunSession(make_engine(fail), TimelineModel())
    session.start(REQUEST)
    qtbot.waitUntil(lambda: session._model.rowCount() == 4)
    session.look_away()
    session._model.clear()
    with qtbot.waitSignal(session.failed):
        session.stop()
    session.look_again()
    assert session._model.rowCount() == 4
    assert not session._model.live
    assert not any(node.running for node in session._model.attempts())
