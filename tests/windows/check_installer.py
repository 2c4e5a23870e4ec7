"""Checks the installer for Windows as its user meets it, under Wine: `make test-installer`. Not collected by `make test`.

It takes the package and the *-setup.exe of dist/windows (FMSDIAG_DIST names another folder), and works in a private copy of
Wine's files. An invented older version is installed first, into a folder of the user's choice; then the real one over it, run
there, and removed again. The tests build on each other, in their order.
"""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import pytest

import fmsdiag
from fmsdiag.report.open_file import OWN_EXTENSION
from tests.benchmarks.x_display import Watcher, has_x_server, x_server
from tests.packaging.packaging_modules import PACKAGING, load
from tests.probe.certificates import Certificates
from tests.windows import environment
from tests.windows.environment import windows_path
from tests.windows.test_smoke import closed_port, listening

facts, bundle_contents = load("package_facts"), load("bundle_contents")
DIST = Path(os.environ.get("FMSDIAG_DIST") or environment.ROOT / "dist" / "windows")
SETUP = DIST / f"fmsdiag-{fmsdiag.__version__}-windows-amd64-setup.exe"
UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\fmsdiag"
CLASSES = r"HKCU\Software\Classes"
PROGID = "fmsdiag.report.1"
TRUSTING = """
import subprocess, sys
from pathlib import Path
sys.path.append(sys.argv[1])
from tests.windows.inside_windows import trusted
with trusted(Path(sys.argv[2])):
    sys.exit(subprocess.run(sys.argv[3:]).returncode)
"""
OLDER = "0.0.1"
RUNNING = 32
CONNECTED, NOT_CONNECTED = 0, 2
RUN_S, APPEARS_S, ENDS_S = 180.0, 120.0, 60.0
MAX_SETUP_BYTES = 45_000_000

reason = environment.unavailable()
pytestmark = [
    pytest.mark.skipif(reason is not None, reason=reason or ""),
    pytest.mark.skipif(shutil.which("makensis") is None, reason="makensis (nsis) is not installed"),
    pytest.mark.timeout(600),
]


class Computer:
    """A private copy of Wine's files: a Windows of its own, for one user."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.drive = work / "prefix" / "drive_c"
        shutil.copytree(environment.TARGET / "prefix", work / "prefix", symlinks=True)
        (self.user,) = (path for path in (self.drive / "users").iterdir() if path.name != "Public")
        self.local = self.user / "AppData" / "Local"
        self.desktop = self.user / "Desktop"
        self.start_menu = self.user / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs"
        for path in [path for path in self.user.iterdir() if path.is_symlink()]:
            path.unlink()  # to the home of whoever runs this
            path.mkdir()

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "FMSDIAG_", "QT_"))
        }
        ours = {"WINEPREFIX": str(self.work / "prefix"), "LC_ALL": "C.UTF-8"}
        quiet = {"FMSDIAG_CONTROL": "none", "FMSDIAG_RESOLVER": "none"}
        return kept | ours | quiet | more

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [str(environment.TARGET / "winrun"), *command],
            cwd=self.user,
            env=self.environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )

    def run(self, *command: str, timeout_s: float = RUN_S, **more: str) -> subprocess.CompletedProcess[str]:
        """A program of Windows, to its end."""
        process = self.start(*command, **more)
        try:
            out, errors = process.communicate(timeout=timeout_s)
        finally:
            process.kill()
        return subprocess.CompletedProcess(command, process.returncode, out, errors)

    def path(self, windows: str) -> Path:
        """The file of this machine that a path on C: names."""
        assert windows.startswith("C:\\"), windows
        return self.drive / windows.removeprefix("C:\\").replace("\\", "/")

    def name(self, path: Path) -> str:
        """The other way round."""
        return "C:\\" + str(path.relative_to(self.drive)).replace("/", "\\")

    def registry(self, key: str) -> dict[str, str]:
        """The values of a key; that without a name is under ''. Empty where there is no such key."""
        _, _, rest = self._exported(key).partition(f"\n[{key.replace('HKCU', 'HKEY_CURRENT_USER')}]\n")
        found = re.findall(r'^(?:@|"(.*?)")=(?:"(.*)"|dword:(\w+))$', rest.partition("\n[")[0], re.MULTILINE)
        return {name: re.sub(r"\\(.)", r"\1", text) or number for name, text, number in found}

    def ours_in_the_registry(self) -> list[str]:
        """The lines with our name in all that is kept for this user."""
        lines = self._exported("HKCU").splitlines()
        assert len(lines) > 100
        return [line for line in lines if "fmsdiag" in line.lower()]

    def _exported(self, key: str) -> str:
        file = self.work / "exported.reg"
        file.unlink(missing_ok=True)
        self.run("reg", "export", key, windows_path(file), "/y")
        return file.read_text(encoding="utf-16") if file.exists() else ""

    def files(self) -> set[str]:
        """What lies where a program of this user may write."""
        return {
            path.relative_to(self.drive).as_posix()
            for top in (self.user, self.drive / "users" / "Public", self.drive / "ProgramData")
            for path in top.rglob("*")
            if "Temp" not in path.parts
        }


class Installed:
    """The program where it was installed."""

    def __init__(self, computer: Computer, before: set[str]) -> None:
        self.computer, self.before = computer, before
        self.folder = computer.drive / "Meine Programme äöü" / "fmsdiag"

    def program(self, name: str) -> str:
        return self.computer.name(self.folder / f"{name}.exe")

    def cli(self, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return self.computer.run(*before, self.program("fmsdiag-cli"), *arguments)

    def causes(self, *arguments: str, before: tuple[str, ...] = ()) -> list[str]:
        done = self.cli("test", *arguments, "--json", "-", before=before)
        assert done.stdout.startswith("{"), done.stdout + done.stderr
        return [finding["cause"] for finding in json.loads(done.stdout)["findings"]]


@pytest.fixture(scope="module")
def computer() -> Iterator[Computer]:
    work = Path(tempfile.mkdtemp(prefix="fmsdiag-installer-"))
    made = Computer(work)
    try:
        yield made
    finally:
        made.run("wineboot", "--kill")
        shutil.rmtree(work, ignore_errors=True)


@pytest.fixture(scope="module")
def installed(computer: Computer) -> Installed:
    computer.run("wineboot", "--update")
    return Installed(computer, computer.files())


@pytest.fixture(scope="module")
def older(computer: Computer) -> Path:
    """The installer of an invented older version: other files, and programs that only wait."""
    dist = computer.work / "older"
    (dist / "fmsdiag" / "_internal" / "gone").mkdir(parents=True)
    (dist / "fmsdiag" / "_internal" / "gone" / "old.dll").write_bytes(b"old")
    program = dist / "fmsdiag" / "fmsdiag.exe"
    source = "#include <windows.h>\nint main(void) { Sleep(120000); return 0; }\n"
    subprocess.run(
        ["x86_64-w64-mingw32-gcc", "-x", "c", "-s", "-o", str(program), "-"],
        input=source,
        text=True,
        check=True,
    )
    shutil.copy(program, dist / "fmsdiag" / "fmsdiag-cli.exe")
    subprocess.run(
        [sys.executable, str(PACKAGING / "windows" / "installer.py")],
        env={
            **os.environ,
            "FMSDIAG_DIST": str(dist),
            "FMSDIAG_SETUP_VERSION": OLDER,
            "QT_QPA_PLATFORM": "offscreen",
        },
        check=True,
    )
    return dist / f"fmsdiag-{OLDER}-windows-amd64-setup.exe"


def wait_until_gone(path: Path) -> None:
    """An uninstaller goes on as a copy of itself after it has ended."""
    deadline = perf_counter() + ENDS_S
    while path.exists() and perf_counter() < deadline:
        select.select([], [], [], 0.2)
    assert not path.exists()


def test_it_has_a_size_for_downloads() -> None:
    assert 10_000_000 < SETUP.stat().st_size < MAX_SETUP_BYTES


def test_without_options_it_goes_to_the_users_programs(installed: Installed, older: Path) -> None:
    computer = installed.computer
    done = computer.run(windows_path(older), "/S")
    assert done.returncode == 0, done.stderr
    folder = computer.local / "Programs" / "fmsdiag"
    assert (folder / "_internal" / "gone" / "old.dll").read_bytes() == b"old"
    assert (computer.start_menu / "fmsdiag.lnk").exists()
    assert not (computer.desktop / "fmsdiag.lnk").exists()
    assert computer.registry(UNINSTALL)["InstallLocation"] == computer.name(folder)


def test_it_can_be_told_a_folder_and_to_put_an_icon_on_the_desktop(installed: Installed, older: Path) -> None:
    computer = installed.computer
    words = f"/D={computer.name(installed.folder)}".split()  # without quotation marks, as NSIS wants it
    done = computer.run(windows_path(older), "/S", "/DESKTOP=1", *words)
    assert done.returncode == 0, done.stderr
    assert (installed.folder / "fmsdiag.exe").exists()
    assert (computer.desktop / "fmsdiag.lnk").exists()
    assert not (computer.local / "Programs" / "fmsdiag").exists(), "it moved"
    assert computer.registry(UNINSTALL)["DisplayVersion"] == OLDER


def test_a_program_that_runs_is_not_replaced(installed: Installed) -> None:
    computer = installed.computer
    process = computer.start(installed.program("fmsdiag-cli"))
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=5.0)
        assert computer.run(windows_path(SETUP), "/S").returncode == RUNNING
    finally:
        computer.run("taskkill", "/F", "/IM", "fmsdiag-cli.exe")
        process.communicate(timeout=ENDS_S)
    assert computer.registry(UNINSTALL)["DisplayVersion"] == OLDER
    assert (installed.folder / "_internal" / "gone" / "old.dll").exists()


def test_a_newer_version_takes_the_olders_place(installed: Installed) -> None:
    """In the same folder, without the older one's files; the icon and a report that lies there stay."""
    computer = installed.computer
    (installed.folder / "Prüfung.json").write_text("{}", encoding="utf-8")
    done = computer.run(windows_path(SETUP), "/S")
    assert done.returncode == 0, done.stderr
    built = {
        path.relative_to(DIST / "fmsdiag").as_posix(): path.stat().st_size
        for path in (DIST / "fmsdiag").rglob("*")
        if path.is_file()
    }
    there = {
        path.relative_to(installed.folder).as_posix(): path.stat().st_size
        for path in installed.folder.rglob("*")
        if path.is_file()
    }
    assert there.keys() - built.keys() == {"uninstall.exe", "Prüfung.json"}
    assert {name: there.get(name) for name in built} == built
    assert not (installed.folder / "_internal" / "gone").exists()
    assert (computer.desktop / "fmsdiag.lnk").exists()
    assert (computer.start_menu / "fmsdiag.lnk").exists()


def test_windows_lists_it_among_the_installed_apps(installed: Installed) -> None:
    entry = installed.computer.registry(UNINSTALL)
    remover = f'"{installed.computer.name(installed.folder)}\\uninstall.exe"'
    assert (entry["DisplayName"], entry["DisplayVersion"]) == ("fmsdiag", fmsdiag.__version__)
    assert entry["DisplayIcon"] == installed.program("fmsdiag")
    assert (entry["UninstallString"], entry["QuietUninstallString"]) == (remover, f"{remover} /S")
    size = sum(path.stat().st_size for path in installed.folder.rglob("*") if path.is_file())
    assert int(entry["EstimatedSize"], 16) == pytest.approx(size / 1024, rel=0.02)


def test_only_the_own_ending_opens_in_the_window(installed: Installed) -> None:
    registry = installed.computer.registry
    kind = registry(rf"{CLASSES}\{OWN_EXTENSION}")
    assert kind[""] == PROGID
    assert kind["Content Type"] == facts.REPORT_TYPE
    command = registry(rf"{CLASSES}\{PROGID}\shell\open\command")[""]
    assert command == f'"{installed.program("fmsdiag")}" "%1"'
    assert registry(rf"{CLASSES}\.fmsdiag")["Content Type"] == facts.PROFILE_TYPE
    assert registry(rf"{CLASSES}\fmsdiag\shell\open\command")[""] == command
    assert not registry(rf"{CLASSES}\.json")
    assert not registry(rf"{CLASSES}\.html")


def test_both_programs_tell_windows_what_they_are(installed: Installed) -> None:
    for name in ("fmsdiag", "fmsdiag-cli"):
        data = (installed.folder / f"{name}.exe").read_bytes()
        assert b"PerMonitorV2" in data
        assert b"<activeCodePage" in data
        assert b"<longPathAware" in data
        assert f"{name}.exe".encode("utf-16-le") in data, "the version resource"


def test_it_leaves_out_what_it_never_uses_and_what_belongs_to_windows(installed: Installed) -> None:
    inside = {path.name.lower() for path in installed.folder.rglob("*") if path.is_file()}
    unused = ("qt6qml", "qt6quick", "qt6pdf", "qt6opengl", "opengl32sw", "qt6virtualkeyboard")
    of_windows = ("api-ms-", "ucrtbase", "icuuc", "bcryptprimitives", "kernel32", "ws2_32")
    assert not [name for name in inside if name.startswith((*unused, *of_windows)) or name.endswith(".qm")]
    assert {"qwindows.dll", "qmodernwindowsstyle.dll", "qsvgicon.dll"} <= inside


def test_it_tells_its_version(installed: Installed) -> None:
    done = installed.cli("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"fmsdiag {fmsdiag.__version__}"), done.stderr


def test_it_names_a_stopped_server(installed: Installed) -> None:
    stopped = {
        "rtmp-service-stopped",
        "server-not-listening",
    }  # where another port of this machine answers, or none
    assert installed.causes(f"rtmp://127.0.0.1:{closed_port()}/live")[0] in stopped


def test_a_reset_is_no_fault_of_the_program(installed: Installed) -> None:
    with listening(reset=True) as port:
        causes = installed.causes(f"rtmp://127.0.0.1:{port}/live")
    assert causes
    assert "client-fault" not in causes


def test_it_knows_an_expired_certificate(installed: Installed, tmp_path: Path) -> None:
    certificates = Certificates(tmp_path)
    python = windows_path(environment.TARGET / "python" / "python.exe")
    before = (python, "-c", TRUSTING, windows_path(environment.ROOT), windows_path(certificates.authority))
    with listening(certificates.context("expired")) as port:
        causes = installed.causes(f"rtmps://127.0.0.1:{port}/live", before=before)
    assert "certificate-expired" in causes


def test_it_connects_to_its_own_server(installed: Installed) -> None:
    server = installed.computer.start(installed.program("fmsdiag-cli"), "serve", "--rtmp", "0", "--quiet")
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[1]
        done = installed.cli("test", address, "--quiet")
        assert done.returncode == CONNECTED, done.stdout + done.stderr
    finally:
        installed.computer.run("taskkill", "/F", "/IM", "fmsdiag-cli.exe")
        server.communicate(timeout=ENDS_S)


@contextmanager
def display() -> Iterator[tuple[str, Watcher]]:
    with x_server() as name, Watcher(name) as watcher:
        yield name, watcher


@pytest.mark.skipif(not has_x_server(), reason="Xvfb is not installed")
def test_a_double_click_on_a_report_opens_it_in_the_window(installed: Installed) -> None:
    """By the command that the registry has for it: Wine itself looks only at the machine's, not at the user's."""
    computer = installed.computer
    report = computer.user / "Documents" / f"Prüfung 1{OWN_EXTENSION}"
    report.parent.mkdir(exist_ok=True)
    address = f"rtmp://127.0.0.1:{closed_port()}/live"
    done = installed.cli("test", address, "--json", computer.name(report))
    assert done.returncode == NOT_CONNECTED, done.stdout + done.stderr
    command = computer.registry(rf"{CLASSES}\{PROGID}\shell\open\command")[""]
    program, argument = re.findall(r'"(.+?)"', command)
    with display() as (name, watcher):
        process = computer.start(program, argument.replace("%1", computer.name(report)), DISPLAY=name)
        try:
            seen = watcher.wait_for("fmsdiag", APPEARS_S)
        finally:
            computer.run("taskkill", "/IM", "fmsdiag.exe", DISPLAY=name)  # as its close button does
            _, errors = process.communicate(timeout=ENDS_S)
    assert seen.title.startswith("fmsdiag") or report.name in seen.title
    assert process.returncode == 0, errors
    kept = "".join(computer.ours_in_the_registry())
    assert r"[HKEY_CURRENT_USER\Software\fmsdiag\fmsdiag" in kept, "the window keeps its settings"


def test_nothing_but_reports_is_left(installed: Installed) -> None:
    computer = installed.computer
    assert (computer.local / "fmsdiag" / "Logs" / "fmsdiag.log").exists()
    quiet = computer.registry(UNINSTALL)["QuietUninstallString"]
    program, option = re.fullmatch(r'"(.+)" (/S)', quiet).groups()  # type: ignore[union-attr]
    done = computer.run(program, option)
    assert done.returncode == 0, done.stderr
    wait_until_gone(installed.folder / "uninstall.exe")
    wait_until_gone(computer.local / "fmsdiag")
    assert [path.name for path in installed.folder.iterdir()] == ["Prüfung.json"]
    assert computer.ours_in_the_registry() == []
    left = computer.files() - installed.before
    reports = {f"users/{computer.user.name}/Documents/Prüfung 1{OWN_EXTENSION}"}
    standard = {f"users/{computer.user.name}/{name}" for name in ("Documents", "AppData/Local/Programs")}
    assert left - standard == reports
