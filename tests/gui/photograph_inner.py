"""Photographs card, timeline and details in states that are hard to reach: `python tests/gui/photograph_inner.py OUT`.

Like photograph.py, whose looks and window it uses; the reports here are long, hostile or have many rows.
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
from fmsdiag.gui.details.details import Page  # noqa: E402
from fmsdiag.gui.main_window import MainWindow  # noqa: E402
from fmsdiag.gui.prober_thread import Diagnose, ProberThread  # noqa: E402
from tests.gui.photograph import SETTLE_S, run  # noqa: E402
from tests.gui.rich_reports import hostile, many, with_bytes, with_certificate  # noqa: E402
from tests.gui.scripted import hanging, telling  # noqa: E402
from tests.report import samples  # noqa: E402

LOOKS = (
    ("light", 1100, 720, 1),
    ("dark", 1100, 720, 1),
    ("light", 720, 520, 1),
    ("dark", 720, 520, 1),
    ("light", 1100, 720, 2),
)


def page(name: Page, row: str, find: str = "") -> Callable[[MainWindow], Awaitable[None]]:
    """Runs, goes to a row and to a page of the details."""

    async def prepare(window: MainWindow) -> None:
        await run(window)
        await asyncio.sleep(SETTLE_S)
        window.parts.details.show_report(window.parts.session.report)
        window.parts.timeline.reveal(row)
        window.parts.details.setVisible(True)
        narrow = name in (Page.EXPLANATION, Page.CERTIFICATE)
        window.parts.splitter.setSizes([660, 380] if narrow else [480, 560])
        window.parts.card.hide()
        window.parts.details.tabs.setCurrentIndex(list(Page).index(name))
        if find:
            window.parts.details.find()
            window.parts.details.bar.field.setText(find)

    return prepare


async def second_finding(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.card.show_finding(1)


async def open_rows(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.card.hide()
    window.parts.timeline.tree.expandAll()


STATES: dict[str, tuple[Diagnose, Callable[[MainWindow], Awaitable[None]]]] = {
    "several": (telling(samples.recorded("transparent-proxy")), run),
    "second": (telling(samples.recorded("transparent-proxy")), second_finding),
    "hostile": (telling(hostile()), run),
    "rows": (telling(samples.port_blocked()), open_rows),
    "waiting": (hanging(samples.port_blocked(), 0.15), run),
    "many": (telling(many()), open_rows),
    "explanation": (telling(samples.port_blocked()), page(Page.EXPLANATION, "1")),
    "transcript": (telling(samples.port_blocked()), page(Page.TRANSCRIPT, "2.connect")),
    "bytes": (telling(with_bytes()), page(Page.BYTES, "2.handshake")),
    "certificate": (telling(with_certificate()), page(Page.CERTIFICATE, "4.tls")),
    "environment": (telling(samples.port_blocked()), page(Page.ENVIRONMENT, "2")),
    "json": (telling(samples.port_blocked()), page(Page.JSON, "2", find="code")),
}


async def photograph(folder: Path, look: str, width: int, height: int, only: list[str]) -> None:
    for name, (diagnose, prepare) in STATES.items():
        if only and name not in only:
            continue
        with tempfile.TemporaryDirectory() as kept:
            engine = ProberThread(diagnose)
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
    if len(sys.argv) >= 6 and sys.argv[2] == "--look":
        app = make_application(["fmsdiag"])
        look, wide, high, *only = sys.argv[3:]
        with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            runner.run(photograph(folder, look, int(wide), int(high), only))
        return 0
    for theme, width, height, scale in LOOKS:
        look = f"{theme}-{width}x{height}" + (f"-{scale}x" if scale != 1 else "")
        surroundings = os.environ | {"FMSDIAG_THEME": theme, "QT_SCALE_FACTOR": str(scale)}
        command = [
            sys.executable,
            __file__,
            str(folder),
            "--look",
            look,
            str(width),
            str(height),
            *sys.argv[2:],
        ]
        subprocess.run(command, env=surroundings, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
