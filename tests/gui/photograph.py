"""Photographs the real window in its states, from sample reports: `python tests/gui/photograph.py OUT_DIR`.

Needs a display (Xvfb is enough). Each look has a process of its own, since Qt reads the scale at its start.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QSettings  # noqa: E402
from qasync import QEventLoop  # noqa: E402

from fmsdiag.gui.app import make_application  # noqa: E402
from fmsdiag.gui.engine import Diagnose, Engine  # noqa: E402
from fmsdiag.gui.main_window import MainWindow  # noqa: E402
from tests.gui.scripted import crashing, hanging, telling  # noqa: E402
from tests.report import samples  # noqa: E402

LOOKS = (
    ("light", 1100, 720, 1),
    ("dark", 1100, 720, 1),
    ("light", 720, 520, 1),
    ("dark", 720, 520, 1),
    ("light", 1100, 720, 2),
)

SETTLE_S = 0.4
"""What layouts, timers and the engine's thread need before a picture is worth taking."""


async def idle(window: MainWindow) -> None:
    window.form.server.setFocus()


async def typed(window: MainWindow) -> None:
    window.form._server_text.setText("media.example.com")
    window.form.application.setText("live")


async def mistaken(window: MainWindow) -> None:
    window.form._server_text.setText("media example.com")
    window.form.application.setText("live")
    window.form.ports.setText("1935, 70000")
    window.form.advanced_toggle.setChecked(True)
    window.form.run()


async def run(window: MainWindow) -> None:
    await typed(window)
    window.form.run()


async def details(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.timeline.reveal("2.connect")


STATES: dict[str, tuple[Diagnose, Callable[[MainWindow], Awaitable[None]]]] = {
    "idle": (telling(samples.healthy()), idle),
    "typed": (telling(samples.healthy()), typed),
    "error": (telling(samples.healthy()), mistaken),
    "running": (hanging(samples.port_blocked(), 2.1), run),
    "blocked": (telling(samples.port_blocked()), run),
    "details": (telling(samples.port_blocked()), details),
    "healthy": (telling(samples.healthy()), run),
    "rejected": (telling(samples.rejected()), run),
    "unreachable": (telling(samples.unreachable()), run),
    "stopped": (telling(samples.stopped()), run),
    "fault": (crashing("division by zero"), run),
}


async def photograph(folder: Path, look: str, width: int, height: int) -> None:
    for name, (diagnose, prepare) in STATES.items():
        with tempfile.TemporaryDirectory() as kept:
            engine = Engine(diagnose)
            window = MainWindow(engine, QSettings(f"{kept}/settings.ini", QSettings.Format.IniFormat))
            window.resize(width, height)
            window.show()
            window.activateWindow()
            await asyncio.sleep(SETTLE_S)
            await prepare(window)
            await asyncio.sleep(SETTLE_S)
            window.grab().save(str(folder / f"{name}-{look}.png"))
            await engine.close()
            window.close_now()
            window.deleteLater()


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) == 5:
        app = make_application(["fmsdiag"])
        with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            runner.run(photograph(folder, sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
        return 0
    for theme, width, height, scale in LOOKS:
        look = f"{theme}-{width}x{height}" + (f"-{scale}x" if scale != 1 else "")
        surroundings = os.environ | {"FMSDIAG_THEME": theme, "QT_SCALE_FACTOR": str(scale)}
        surroundings |= {
            "FMSDIAG_CONTROL": "",
            "FMSDIAG_RESOLVER": "",
        }  # shown as users see it, contacted by nobody
        command = [sys.executable, __file__, str(folder), look, str(width), str(height)]
        subprocess.run(command, env=surroundings, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
