"""Photographs the real window in its states, from sample reports: `python tests/gui/photograph.py OUT_DIR [STATE …]`.

FMSDIAG_LANGUAGE chooses the language, the pseudo-locales en-XA and ar-XB among them.

Where there is no display it starts an X server of its own (Xvfb). Each look has a process of its own, since Qt reads
the scale at its start.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402
from PySide6.QtCore import QSettings  # noqa: E402
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget  # noqa: E402
from qasync import QEventLoop  # noqa: E402

from fmsdiag.gui.app import make_application, use_language_of  # noqa: E402
from fmsdiag.gui.details.details import Page  # noqa: E402
from fmsdiag.gui.form.consent_dialog import ConsentDialog  # noqa: E402
from fmsdiag.gui.handover.preview_dialog import PreviewDialog  # noqa: E402
from fmsdiag.gui.history.dialog import HistoryDialog  # noqa: E402
from fmsdiag.gui.history.runs import Listing  # noqa: E402
from fmsdiag.gui.main_window import MainWindow  # noqa: E402
from fmsdiag.gui.obs.import_dialog import ImportDialog  # noqa: E402
from fmsdiag.gui.prober_thread import Diagnose, ProberThread  # noqa: E402
from fmsdiag.gui.profile.create_dialog import CreateProfileDialog  # noqa: E402
from fmsdiag.history.store import Entry, shown_target  # noqa: E402
from fmsdiag.model import (  # noqa: E402
    Actor,
    Confidence,
    FilledField,
    Prepared,
    Redaction,
    Report,
    Tool,
)
from fmsdiag.obs.installation import read_obs  # noqa: E402
from fmsdiag.profile.draft import DraftPart  # noqa: E402
from fmsdiag.profile.profile_file import encode  # noqa: E402
from fmsdiag.report import json  # noqa: E402
from fmsdiag.report.redact import redact  # noqa: E402
from tests.gui.children import child  # noqa: E402
from tests.gui.scripted import crashing, hanging, telling  # noqa: E402
from tests.obs.obs_files import attempt, make_log, make_profile  # noqa: E402
from tests.profile.samples import whole_profile  # noqa: E402
from tests.report import samples, transport_samples  # noqa: E402

LOOKS = (
    ("light", 1100, 720, 1),
    ("dark", 1100, 720, 1),
    ("light", 720, 520, 1),
    ("dark", 720, 520, 1),
    ("light", 1100, 720, 2),
)

DETAILS = {
    Page.EXPLANATION: "1.tcp",
    Page.TRANSCRIPT: "2",
    Page.BYTES: "2.handshake",
    Page.CERTIFICATE: "4",
    Page.ENVIRONMENT: "1",
    Page.JSON: "2.connect",
}
"""Pages of the details pane, each with the row that shows it best."""

SETTLE_S = 0.4
"""What layouts, timers and the engine's thread need before a picture is worth taking."""


async def idle(window: MainWindow) -> None:
    window.parts.form.server.setFocus()


async def typed(window: MainWindow) -> None:
    window.parts.form.server_line.setText("media.example.com")
    window.parts.form.application.setText("live")


async def mistaken(window: MainWindow) -> None:
    window.parts.form.server_line.setText("media example.com")
    window.parts.form.application.setText("live")
    window.parts.form.ports.setText("1935, 70000")
    window.parts.form.advanced_toggle.setChecked(True)
    window.parts.form.run()


async def run(window: MainWindow) -> None:
    await typed(window)
    window.parts.form.run()


async def run_mistyped(window: MainWindow) -> None:
    """With the wrong application that the sample was rejected for."""
    await typed(window)
    window.parts.form.application.setText(samples.rejected().target.application)
    window.parts.form.run()


async def edited_since(window: MainWindow) -> None:
    """And the application was corrected afterwards."""
    await run_mistyped(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.form.application.setText("live")


def asked_for(report: Report) -> Report:
    """The report as the profile's customer would make it."""
    profile = whole_profile()
    prepared = Prepared(profile.sender, profile.profile_id, (FilledField("Ticket number", "4711"),))
    return msgspec.structs.replace(report, prepared=prepared)


async def unfolded(window: MainWindow) -> None:
    await typed(window)
    window.parts.form.folding.unfold()
    window.parts.form.advanced_toggle.setChecked(True)
    window.parts.form.checks.pills["http:8134"].setChecked(True)


async def unfolded_proxy(window: MainWindow) -> None:
    await typed(window)
    window.parts.form.folding.unfold()
    window.parts.form.advanced_toggle.setChecked(True)
    page = window.parts.form.advanced.proxies
    page.choice.setCurrentIndex(2)
    page.address.setText("proxy.example:3128")
    page.server_name.setText("alice")
    page.server_password.setText("wonderland")
    window.parts.form.advanced.reveal(page.address)


async def unfolded_risks(window: MainWindow) -> None:
    await typed(window)
    window.parts.form.folding.unfold()
    window.parts.form.advanced_toggle.setChecked(True)
    further = window.parts.form.advanced.further
    further.encrypted.choose(("rtmpe:1935",))
    window.parts.form.advanced.reveal(further.button)


async def consenting(window: MainWindow) -> None:
    await unfolded_risks(window)
    window.parts.form.advanced.further.button.click()
    dialog = child(window, ConsentDialog)
    dialog.publish.setChecked(True)
    dialog.stream.setText("wonderland")


async def consented(window: MainWindow) -> None:
    await consenting(window)
    dialog = child(window, ConsentDialog)
    dialog.play.setChecked(True)
    dialog.mine.setChecked(True)
    dialog.allow.click()


async def after_unfolding(window: MainWindow) -> None:
    await unfolded(window)
    window.parts.form.run()


def details(page: Page, row: str) -> Callable[[MainWindow], Awaitable[None]]:
    async def show(window: MainWindow) -> None:
        await run(window)
        await asyncio.sleep(SETTLE_S)
        if not window.parts.actions.details.isChecked():  # a wide window shows them by itself
            window.parts.actions.details.trigger()
        window.parts.timeline.reveal(row)
        window.parts.details.tabs.setCurrentIndex(list(Page).index(page))

    return show


def written(folder: str, report: Report | None) -> Path:
    path = Path(folder, "fmsdiag_media.example.com_20260512T1202Z_ab12.json")
    data = json.encode(redact(report or samples.healthy()))
    path.write_bytes(data if report else data.replace(b"report/1.0", b"report/2.0"))
    return path


def opening(report: Report | None) -> Callable[[MainWindow], Awaitable[None]]:
    """Open `report`, or one of a format that does not exist yet."""

    async def show(window: MainWindow) -> None:
        with tempfile.TemporaryDirectory() as folder:
            window.view.open_file(written(folder, report))
            if window.view.reader.task is not None:
                await window.view.reader.task  # before the file is gone

    return show


def tickets() -> list[Report]:
    """What a support engineer has on the desk: the last one was judged by an older version, which said something else."""
    asked = Prepared("Example Streaming", "0123456789abcdef", (FilledField("Ticket number", "4711"),))
    old = samples.port_blocked()
    wrong = msgspec.structs.replace(old.verdict, cause="server-down", confidence=Confidence.POSSIBLE)
    return [
        samples.rejected(),
        msgspec.structs.replace(samples.healthy(), prepared=asked),
        samples.recorded("hotel"),
        msgspec.structs.replace(old, tool=Tool("fmsdiag", "0.0.9"), verdict=wrong, prepared=asked),
    ]


async def opened_several(window: MainWindow) -> None:
    """Several reports at once, the last one in front."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, report in enumerate(tickets()):
            paths.append(Path(folder, f"fmsdiag_{number}.json"))
            paths[-1].write_bytes(json.encode(redact(report)))
        window.view.open_files(paths)
        if window.view.reader.task is not None:
            await window.view.reader.task
    window.parts.tabs.step(-2)


async def beside_a_run(window: MainWindow) -> None:
    """The same while this computer's test goes on."""
    await opened_several(window)
    window.parts.tabs.bring_to_front(None)
    await run(window)


async def comparing(window: MainWindow) -> None:
    """What the report in front can be compared with."""
    await beside_a_run(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.tabs.step(1)
    window.parts.actions.compare.trigger()


async def asked(window: MainWindow) -> None:
    """A customer opened the profile that support prepared, and has not pressed Run Test."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "help.fmsdiag"
        path.write_bytes(encode(whole_profile()))
        window.view.open_file(path)


async def previewed(window: MainWindow) -> None:
    """What leaves the computer, before it is saved."""
    await customer_runs(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.actions.save_for_support.trigger()
    await window.parts.handover.settled()


async def previewed_strictly(window: MainWindow) -> None:
    await previewed(window)
    dialog = child(window, PreviewDialog)
    dialog.levels[Redaction.STRICT].click()
    await window.parts.handover.settled()
    dialog.tabs.setCurrentIndex(1)


async def handed_over(window: MainWindow) -> None:
    """Saved for support, with what comes next."""
    with tempfile.TemporaryDirectory() as folder:
        window.parts.handover.settings.setValue("support/folder", folder)
        await previewed(window)
        child(window, PreviewDialog).save.click()
        await window.parts.handover.settled()


async def customer_runs(window: MainWindow) -> None:
    """The same customer has pressed Run Test."""
    await asked(window)
    for line in window.parts.profile.findChildren(QLineEdit):
        line.setText("4711")
    window.parts.form.run()


async def customer_looks(window: MainWindow) -> None:
    """And wants to see more of the result."""
    await customer_runs(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.box.toggle.click()


async def alone(window: MainWindow) -> None:
    """A customer without a profile."""
    window.parts.actions.support_view.trigger()
    await typed(window)


async def folded(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.card.fold_button.click()


async def administrator(window: MainWindow) -> None:
    """The steps of another reader, by a click on the card."""
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.parts.card.more.readers[Actor.ADMINISTRATOR].click()


async def options(window: MainWindow) -> None:
    await typed(window)
    window.parts.form.folding.toggle.click()


async def misopened(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.view.open_file(Path("/tmp/holiday.json"))


async def creating(window: MainWindow) -> None:
    """Support has begun to make a profile, with a mistake in it."""
    await run(window)
    await asyncio.sleep(SETTLE_S)
    window.tools.create_profile.trigger()
    dialog = child(window, CreateProfileDialog)
    dialog.fields.lines[DraftPart.SENDER].setText("Example Streaming")
    dialog.fields.lines[DraftPart.PORTS].setText("70000")


async def looking_back(window: MainWindow) -> None:
    """The history, with one test of each kind."""
    kept = (samples.healthy(), samples.port_blocked(), samples.rejected(), samples.stopped())
    entries = (
        Entry(
            number,
            str(number),
            f"2026-05-{10 + number}T09:00:00Z",
            shown_target(report.target),
            report.verdict.status,
            report.verdict.impaired,
            report.verdict.cause,
        )
        for number, report in enumerate(kept)
    )
    dialog = HistoryDialog({}, window)
    dialog.show()
    dialog.show_listing(Listing(tuple(entries), True, ()))


async def importing(window: MainWindow) -> None:
    """Two profiles of OBS, and a failed connection in its log."""
    with tempfile.TemporaryDirectory() as folder:
        place, server = Path(folder), "rtmp://media.example.com/live"
        make_profile(place, "Sunday service", {"server": f"{server}/a-key"})
        make_profile(place, "Twitch", {"service": "Twitch", "server": "auto"}, "rtmp_common")
        lines = attempt("10:00:01", server, -2, "media.example.com is offline. (ECONNREFUSED).")
        make_log(place, "2026-05-12 10-00-00", *lines)
        found = read_obs({"FMSDIAG_OBS": folder})
    assert found is not None
    ImportDialog(found, window).show()


def helping(command: str) -> Callable[[MainWindow], Awaitable[None]]:
    async def show(window: MainWindow) -> None:
        getattr(window.parts.actions, command).trigger()

    return show


async def enlarged(window: MainWindow) -> None:
    await run(window)
    window.parts.actions.zoom_in.trigger()
    window.parts.actions.zoom_in.trigger()


async def file_menu(window: MainWindow) -> None:
    await run(window)
    await asyncio.sleep(SETTLE_S)
    menu = window.parts.actions.recent.parent()
    assert isinstance(menu, QMenu)
    menu.popup(window.mapToGlobal(window.menuBar().geometry().bottomLeft()))


State = tuple[Diagnose, Callable[[MainWindow], Awaitable[None]]]
STATES: dict[str, State] = {
    "idle": (telling(samples.healthy()), idle),
    "typed": (telling(samples.healthy()), typed),
    "error": (telling(samples.healthy()), mistaken),
    "advanced": (telling(samples.healthy()), unfolded),
    "advanced-proxy": (telling(samples.healthy()), unfolded_proxy),
    "advanced-risks": (telling(samples.healthy()), unfolded_risks),
    "consent": (telling(samples.healthy()), consenting),
    "consented": (telling(samples.healthy()), consented),
    "advanced-blocked": (telling(samples.port_blocked()), after_unfolding),
    "running": (hanging(samples.port_blocked(), 2.1), run),
    "blocked": (telling(samples.port_blocked()), run),
    "healthy": (telling(samples.healthy()), run),
    "rejected": (telling(samples.rejected()), run_mistyped),
    "edited-since": (telling(samples.rejected()), edited_since),
    "unreachable": (telling(samples.unreachable()), run),
    "stopped": (telling(samples.interrupted()), run),
    "fault": (crashing("division by zero"), run),
    "opened": (telling(samples.healthy()), opening(asked_for(samples.port_blocked()))),
    "tabs": (telling(samples.healthy()), opened_several),
    "tabs-running": (hanging(samples.port_blocked(), 1.0), beside_a_run),
    "tabs-live": (telling(samples.port_blocked()), beside_a_run),
    "tabs-compare": (telling(samples.port_blocked()), comparing),
    "opened-newer": (telling(samples.healthy()), opening(None)),
    "profile": (telling(samples.healthy()), asked),
    "support": (telling(asked_for(samples.port_blocked())), previewed),
    "support-strict": (telling(asked_for(samples.port_blocked())), previewed_strictly),
    "support-saved": (telling(asked_for(samples.port_blocked())), handed_over),
    "create-profile": (telling(samples.healthy()), creating),
    "history": (telling(samples.healthy()), looking_back),
    "import-from-obs": (telling(samples.healthy()), importing),
    "customer-alone": (telling(samples.healthy()), alone),
    "customer-running": (hanging(asked_for(samples.port_blocked()), 2.1), customer_runs),
    "customer-blocked": (telling(asked_for(samples.port_blocked())), customer_runs),
    "customer-hotel": (telling(asked_for(samples.recorded("hotel"))), customer_runs),
    "customer-details": (telling(asked_for(samples.port_blocked())), customer_looks),
    "options": (telling(samples.healthy()), options),
    "hotel": (telling(samples.recorded("hotel")), run),
    "folded": (telling(samples.port_blocked()), folded),
    "administrator": (telling(samples.port_blocked()), administrator),
    "open-error": (telling(samples.healthy()), misopened),
    "what-is-sent": (telling(samples.healthy()), helping("what_is_sent")),
    "licenses": (telling(samples.healthy()), helping("licenses")),
    "about": (telling(samples.healthy()), helping("about")),
    "enlarged": (telling(samples.port_blocked()), enlarged),
    "proxied": (telling(transport_samples.proxied()), run),
    "rtmfp": (telling(transport_samples.rtmfp()), run),
    "details-rtmfp": (telling(transport_samples.rtmfp()), details(Page.EXPLANATION, "1.udp")),
    "details-keys": (telling(transport_samples.rtmfp()), details(Page.EXPLANATION, "2.handshake")),
    "details-proxy": (telling(transport_samples.proxied()), details(Page.EXPLANATION, "2.proxy")),
    "details-published": (telling(transport_samples.published()), details(Page.EXPLANATION, "2.connect")),
    "file-menu": (telling(samples.port_blocked()), file_menu),
} | {
    f"details-{page.value}": (telling(samples.port_blocked()), details(page, row))
    for page, row in DETAILS.items()
}  # fmt: skip


def in_front(window: MainWindow) -> QWidget:
    """The window, or what it has opened over itself."""
    dialogs = [w for w in QApplication.topLevelWidgets() if w.isVisible() and w is not window]
    return dialogs[-1] if dialogs else window


async def photograph(folder: Path, look: str, width: int, height: int, states: list[str]) -> None:
    for name, (diagnose, prepare) in ((name, STATES[name]) for name in states):
        with tempfile.TemporaryDirectory() as kept:
            engine = ProberThread(diagnose)
            window = MainWindow(engine, QSettings(f"{kept}/settings.ini", QSettings.Format.IniFormat))
            window.resize(width, height)
            window.show()
            window.activateWindow()
            await asyncio.sleep(SETTLE_S)
            await prepare(window)
            await asyncio.sleep(SETTLE_S)
            in_front(window).grab().save(str(folder / f"{name}-{look}.png"))
            await engine.close()
            window.close_now()
            window.deleteLater()


def main() -> int:
    folder, *states = sys.argv[1:]
    look = os.environ.get("PHOTOGRAPH_LOOK")
    if look:
        name, wide, high = look.split()
        app = make_application(["fmsdiag"])
        use_language_of(app, os.environ)
        with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
            runner.run(photograph(Path(folder), name, int(wide), int(high), states or list(STATES)))
        return 0
    Path(folder).mkdir(parents=True, exist_ok=True)
    for theme, width, height, scale in LOOKS:
        surroundings = os.environ | {
            "FMSDIAG_THEME": theme,
            "QT_SCALE_FACTOR": str(scale),
            "PHOTOGRAPH_LOOK": f"{theme}-{width}x{height}{f'-{scale}x' if scale != 1 else ''} {width} {height}",
            "FMSDIAG_CONTROL": "",  # shown as users see it, contacted by nobody
            "FMSDIAG_RESOLVER": "",
        }
        command = [*display(), sys.executable, __file__, folder, *states]
        subprocess.run(command, env=surroundings, check=True)
    return 0


def display() -> list[str]:
    """What goes before a command that needs a display: nothing where there is one."""
    known = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if any(map(os.environ.get, known)) or sys.platform in ("win32", "darwin"):
        return []
    started = shutil.which("xvfb-run")
    if started is None:
        raise SystemExit("There is no display, and no xvfb-run to start one (Debian: apt install xvfb).")
    return [started, "-a", "-s", "-screen 0 2400x1600x24"]


if __name__ == "__main__":
    sys.exit(main())
