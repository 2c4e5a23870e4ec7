"""Peak memory of a run in the terminal and of the window, beside a bare Python and a bare PySide6 window.

python -m tests.benchmarks.memory
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from tests.benchmarks.table import Row, show

PATIENCE_S = 30.0
_BARE_WINDOW = """\
from PySide6.QtWidgets import QApplication, QMainWindow
from PySide6.QtCore import QTimer
app = QApplication([]); window = QMainWindow(); window.show()
QTimer.singleShot(500, app.quit); app.exec()
"""
_WINDOW = """\
import sys
from PySide6.QtCore import QTimer
from fmsdiag.gui import app as gui
made = gui.bare_application
def and_close(arguments):
    app = made(arguments)
    QTimer.singleShot(1500, lambda: [w.close() for w in app.topLevelWidgets() if w.inherits("QMainWindow")])
    return app
gui.bare_application = and_close
sys.exit(gui.main([]))
"""
_PROGRAMS = {
    "bare Python": ["-c", "pass"],
    "terminal, demo": ["-m", "fmsdiag", "demo", "--output", "{folder}"],
    "bare window": ["-c", _BARE_WINDOW],
    "window": ["-c", _WINDOW],
}


def measure() -> list[Row]:
    """The largest resident set of each process, as the kernel counts it (ru_maxrss)."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        columns = {
            name: _peak([word.replace("{folder}", folder) for word in words])
            for name, words in _PROGRAMS.items()
        }
    return [Row("peak memory", columns)]


def _peak(arguments: list[str]) -> str:
    quiet = subprocess.DEVNULL
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen", "FMSDIAG_CONTROL": "none", "FMSDIAG_RESOLVER": "none",
        "FMSDIAG_LOG": "none",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, *arguments], stdin=quiet, stdout=quiet, stderr=quiet, env=environment
    )
    killer = threading.Timer(PATIENCE_S, process.kill)
    killer.start()
    _, status, usage = os.wait4(process.pid, 0)
    killer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        return f"failed ({process.returncode})"
    kilobytes = usage.ru_maxrss if sys.platform == "linux" else usage.ru_maxrss / 1024
    return f"{kilobytes / 1024:.0f} MB"


if __name__ == "__main__":
    show(measure())
