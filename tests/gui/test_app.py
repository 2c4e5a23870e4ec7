"""The application as a process of its own: it starts, shows, survives faults and ends in an orderly way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fmsdiag.profile.link import make_link
from fmsdiag.profile.profile_file import encode as encode_profile
from fmsdiag.report import json
from tests.profile.samples import profile
from tests.report import samples
from tests.systems import needs_signals

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
from fmsdiag.gui import app
from tests.gui import scripted
from tests.report import samples

def window():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, app.MainWindow))

def say(*words):
    print(*words, flush=True)

def later(step):
    QTimer.singleShot(0, step)

{steps}
sys.exit(app.main({arguments!r}, {diagnose}))
"""
STARTED = """
from fmsdiag.gui.main_window import MainWindow
class Watched(MainWindow):
    def fill(self, engine):
        super().fill(engine)
        later(begin)
app.MainWindow = Watched
"""


def start(
    tmp_path: Path, steps: str, diagnose: str = "scripted.telling(samples.healthy())", *arguments: str
) -> subprocess.Popen[str]:
    script = SCRIPT.format(
        root=str(ROOT), steps=STARTED + steps, diagnose=diagnose, arguments=list(arguments)
    )
    surroundings = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    return subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-c", script],
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it printed; one that doesn't end must not outlive its test, and one that crashes says where."""
    try:
        out, err = process.communicate(timeout=90 if sys.platform == "win32" else 30)
    finally:
        process.kill()
    assert process.returncode >= 0 or "Fatal Python error" not in err, err
    return out, err


def test_it_runs_a_test_and_closes(tmp_path: Path) -> None:
    steps = """
def begin():
    window().parts.session.finished.connect(lambda r: (say(r.verdict.status.value), window().close()))
    window().parts.form.server.setEditText("media.example.com")
    window().parts.form.run()
"""
    process = start(tmp_path, steps)
    out, err = finish(process)
    assert (process.returncode, out) == (0, "connected\n")
    assert "Traceback" not in err


def test_it_closes_during_a_run(tmp_path: Path) -> None:
    steps = """
def begin():
    window().parts.session.progressed.connect(closing)
    window().parts.session.finished.connect(lambda r: say(r.verdict.status.value))
    window().parts.form.server.setEditText("media.example.com")
    window().parts.form.run()

def closing(progress):
    if progress.sentence.startswith("Attempt"):
        window().close()
"""
    process = start(tmp_path, steps, "scripted.hanging(samples.port_blocked(), 1.0)")
    out, err = finish(process)
    assert (process.returncode, out) == (0, "stopped\n")
    assert "Traceback" not in err


@needs_signals
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_close_it(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "def begin(): say('shown')")
    assert process.stdout is not None
    assert process.stdout.readline() == "shown\n"
    process.send_signal(number)
    _, err = finish(process)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_a_fault_in_a_slot_is_shown_and_survived(tmp_path: Path) -> None:
    steps = """
def begin():
    later(shown)
    raise ZeroDivisionError("in a slot")

def shown():
    say(window().parts.card.headline.text())
    window().close()
"""
    process = start(tmp_path, steps)
    out, err = finish(process)
    assert (process.returncode, out) == (0, "fmsdiag itself failed\n")
    assert "ZeroDivisionError: in a slot" in err


def test_a_fault_is_in_the_log_that_the_window_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "logs" / "x.log"
    monkeypatch.setenv("FMSDIAG_LOG", str(log))
    steps = """
def begin():
    later(shown)
    raise ZeroDivisionError("in a slot")

def shown():
    say(window().parts.card.paragraph.text())
    window().close()
"""
    process = start(tmp_path, steps)
    out, _ = finish(process)
    assert out.endswith(f"The log has the details: {log}\n")
    assert "Traceback (most recent call last):" in log.read_text(encoding="utf-8")


FIRST_PAINTED = """
wait = app.FirstPaint.wait
def wait_and_act(self):
    wait(self)
    painted(self._window)
app.FirstPaint.wait = wait_and_act
"""


def test_what_is_typed_at_the_first_paint_is_in_the_form(tmp_path: Path) -> None:
    steps = f"""{FIRST_PAINTED}
from PySide6.QtTest import QTest
def painted(first):
    QTest.keyClicks(QApplication.focusWidget(), "media.example.com")

def begin():
    say(window().parts.form.fields().server, window().focusWidget() is window().parts.form.server)
    window().close()
"""
    process = start(tmp_path, steps)
    out, err = finish(process)
    assert out == "media.example.com True\n"
    assert "Traceback" not in err


def test_a_window_that_is_closed_before_it_is_filled_ends_the_program(tmp_path: Path) -> None:
    steps = f"""{FIRST_PAINTED}
def painted(first):
    first.close()

def begin():
    pass
"""
    process = start(tmp_path, steps)
    _, err = finish(process)
    assert process.returncode == 0
    assert "Traceback" not in err


def test_the_first_frame_loads_neither_texts_nor_the_model(tmp_path: Path) -> None:
    code = """
import sys
from fmsdiag.gui import app
def painted(self):
    late = ("fmsdiag.messages", "fmsdiag.model", "msgspec", "qasync", "asyncio", "ssl", "dataclasses")
    print(*[name for name in late if name in sys.modules], flush=True)
    import os; os._exit(0)
app.FirstPaint.wait = painted
app.main([])
"""
    surroundings = os.environ | {"XDG_CONFIG_HOME": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=surroundings, cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "\n", done.stdout + done.stderr


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_can_be_chosen(tmp_path: Path, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FMSDIAG_THEME", theme)
    steps = """
def begin():
    from fmsdiag.gui.theme.palette import theme_of
    from fmsdiag.gui.theme.theme import DARK
    say("dark" if theme_of(window().palette()) is DARK else "light")
    window().close()
"""
    process = start(tmp_path, steps)
    out, _ = finish(process)
    assert out == f"{theme}\n"


@pytest.mark.parametrize("exists", [True, False])
def test_it_opens_the_report_that_is_named(tmp_path: Path, exists: bool) -> None:
    path = tmp_path / "a report.fmsdiag-report"
    if exists:
        path.write_bytes(json.encode(samples.rejected()))
    steps = """
def begin():
    told = window().parts.card.word.text() or window().parts.messages.text.text()
    if not told:  # it is still being read
        return later(begin)
    say(told)
    window().close()
"""
    process = start(tmp_path, steps, "scripted.telling(samples.healthy())", str(path))
    out, err = finish(process)
    assert process.returncode == 0
    assert "Traceback" not in err
    told = (
        "Rejected by server"
        if exists
        else "a report.fmsdiag-report: This file cannot be opened: No such file or directory"
    )
    assert out == f"{told}\n"


def test_it_opens_every_report_that_is_named(tmp_path: Path) -> None:
    paths = [tmp_path / "one.fmsdiag-report", tmp_path / "two.fmsdiag-report"]
    for path in paths:
        path.write_bytes(json.encode(samples.rejected()))
    steps = """
def begin():
    if len(window().parts.tabs.reports) < 2:  # they are still being read
        return later(begin)
    say(*(report.name for report in window().parts.tabs.reports))
    window().close()
"""
    process = start(tmp_path, steps, "scripted.telling(samples.healthy())", *map(str, paths))
    out, err = finish(process)
    assert "Traceback" not in err
    assert out == "one.fmsdiag-report two.fmsdiag-report\n"


@pytest.mark.parametrize("as_link", [True, False])
def test_it_opens_the_profile_that_is_named_and_tests_nothing(tmp_path: Path, as_link: bool) -> None:
    path = tmp_path / "a profile.fmsdiag"
    path.write_bytes(encode_profile(profile()))
    steps = """
def begin():
    if window().parts.profile.isHidden():
        return later(begin)
    say(window().parts.profile.title.text())
    say(window().parts.form.server.currentText(), window().parts.session.running)
    window().close()
"""
    named = make_link(profile()) if as_link else str(path)
    process = start(tmp_path, steps, "scripted.telling(samples.healthy())", named)
    out, err = finish(process)
    assert process.returncode == 0, err
    said = "Prepared by Example Streaming"
    assert out == f"{said}\n{samples.HOST} False\n"


def test_it_opens_the_report_that_the_system_asks_for_before_there_is_a_window(tmp_path: Path) -> None:
    path = tmp_path / "a report.json"
    path.write_bytes(json.encode(samples.rejected()))
    steps = f"""
from PySide6.QtGui import QFileOpenEvent
openings_for = app.openings_for
app.openings_for = lambda application, _: openings_for(application, "darwin")
class Asked(Watched):
    def __init__(self, *given):
        QApplication.sendEvent(QApplication.instance(), QFileOpenEvent({str(path)!r}))
        super().__init__(*given)
app.MainWindow = Asked
def begin():
    if not window().parts.card.word.text():
        return later(begin)
    say(window().parts.card.word.text())
    window().close()
"""
    process = start(tmp_path, steps)
    out, err = finish(process)
    assert (process.returncode, out) == (0, "Rejected by server\n"), err


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "False False"), ("en-XA", "True False"), ("ar-XB", "False True")],
)
def test_it_speaks_the_language_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("FMSDIAG_LANGUAGE", language)
    steps = """
def begin():
    marked = window().parts.card.headline.text().startswith("[!! ")
    say(marked, QApplication.isRightToLeft())
    window().close()
"""
    process = start(tmp_path, steps)
    out, err = finish(process)
    assert out == f"{told}\n"
    assert "Traceback" not in err


def test_a_window_needs_no_babel_no_diagnosis_and_no_probes_to_be_whole(tmp_path: Path) -> None:
    """They cost it half as long again; the worker thread loads them while people type."""
    script = f"""
import sys
from PySide6.QtCore import QSettings
from fmsdiag.gui.app import make_application
from fmsdiag.gui.main_window import MainWindow
from fmsdiag.gui.prober_thread import ProberThread
application = make_application(["fmsdiag"])
settings = QSettings({str(tmp_path / "settings.ini")!r}, QSettings.Format.IniFormat)
window = MainWindow(ProberThread(lambda *_: None), settings)
window.show()
application.processEvents()
late = ("babel", "dns", "h11", "psutil", "jinja2", "fmsdiag.diagnosis.rules", "fmsdiag.run")
print(*[name for name in late if name in sys.modules], flush=True)
import os; os._exit(0)
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, encoding="utf-8", timeout=60
    )
    assert done.stdout == "\n", done.stdout + done.stderr
