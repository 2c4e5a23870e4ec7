"""Error of the reported TCP connect time against the kernel's own round trip, on a 20 ms path, while the window paints.

python -m tests.benchmarks.connect_error
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from fmsdiag.model import Options, Report, StepName, TcpFacts
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.plan import make_plan
from fmsdiag.run import diagnose
from fmsdiag.target import parse_target
from tests.benchmarks.long_path import SERVER, long_path, unavailable
from tests.benchmarks.round_trips import running
from tests.benchmarks.table import Row, show

ROUND_TRIP_S = 0.02
FIRST_PORT, PORTS, RUNS = 21000, 12, 5
_ACCEPT = """\
import socket, selectors
waiting = selectors.DefaultSelector()
for port in range({first}, {first} + {count}):
    waiting.register(socket.create_server(("{host}", port)), selectors.EVENT_READ)
while True:
    for key, _ in waiting.select():
        key.fileobj.accept()[0].close()
"""


def measure() -> list[Row]:
    """Median and 95th percentile of the error, in ms: with the command line's loop, and behind a painting window."""
    title = f"error of the connect time, {PORTS} at once on a {ROUND_TRIP_S * 1000:.0f} ms path"
    if reason := unavailable():
        return [Row(title, {"skipped": reason})]
    listeners = [sys.executable, "-c", _ACCEPT.format(first=FIRST_PORT, count=PORTS, host=SERVER)]
    with long_path(ROUND_TRIP_S) as path, running([*path.server, *listeners]):
        columns = {}
        for mode in ("terminal", "window"):
            command = [*path.client, sys.executable, "-m", "tests.benchmarks.connect_error", mode]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            columns[mode] = _figures(json.loads(done.stdout)) if done.returncode == 0 else done.stderr[-200:]
    return [Row(title, columns)]


def _figures(errors_ms: list[float]) -> str:
    return (
        f"p50 {statistics.median(errors_ms):.2f} ms, p95 {statistics.quantiles(errors_ms, n=20)[-1]:.2f} ms"
    )


def errors_of(report: Report) -> list[float]:
    """Reported minus the kernel's, in ms, for every connect that worked."""
    return [
        abs(step.elapsed_s - step.facts.kernel_rtt_s) * 1000
        for attempt in report.attempts
        if (step := attempt.step(StepName.TCP)) is not None
        and step.ok
        and isinstance(step.facts, TcpFacts)
        and step.facts.kernel_rtt_s is not None
    ]


def _options() -> Options:
    ports = ",".join(str(port) for port in range(FIRST_PORT, FIRST_PORT + PORTS))
    return Options(ports=parse_ports(ports), interval_ms=1, checks=())


async def _in_terminal() -> list[float]:
    found: list[float] = []
    for _ in range(RUNS):
        found += errors_of(await diagnose(parse_target(SERVER, "live"), _options(), lambda _: None))
    return found


def _in_window() -> list[float]:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSettings
    from qasync import QEventLoop

    from fmsdiag.gui.app import make_application
    from fmsdiag.gui.form.form_input import Request
    from fmsdiag.gui.main_window import MainWindow
    from fmsdiag.gui.prober_thread import ProberThread

    app = make_application(["bench"])

    async def work() -> list[float]:
        engine = ProberThread()
        with tempfile.TemporaryDirectory() as folder:
            window = MainWindow(
                engine, QSettings(str(Path(folder, "settings.ini")), QSettings.Format.IniFormat)
            )
            window.show()
            found: list[float] = []
            target, options = parse_target(SERVER, "live"), _options()
            for _ in range(RUNS):
                ended: asyncio.Future[Report] = asyncio.get_running_loop().create_future()
                connection = window.parts.session.finished.connect(ended.set_result)
                window.parts.session.start(Request(target, options, make_plan(target, options)))
                found += errors_of(await ended)
                window.parts.session.finished.disconnect(connection)
                await window.parts.session.settled()
            await engine.close()
        return found

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(work())


_MODES: dict[str, Callable[[], list[float]]] = {
    "terminal": lambda: asyncio.run(_in_terminal()),
    "window": _in_window,
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(_MODES[sys.argv[1]]()))
    else:
        show(measure())
