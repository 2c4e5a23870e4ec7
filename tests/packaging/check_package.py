"""Checks the built package as its user meets it: `make test-package`. Not collected by `make test`.

The archive is unpacked below "Mein Ordner äöü" and run from there with an empty environment: no Python, no checkout, no
locale, a new home. FMSDIAG_PACKAGE names another archive. What needs Linux, X or root says so and is skipped elsewhere.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.benchmarks.x_display import Watcher, has_x_server, x_server
from tests.packaging.packaging_modules import load
from tests.peers.nginx import Nginx, needs_nginx_rtmp, nginx_rtmp

facts = load("package_facts")
REFERENCE = load("bundle_contents").REFERENCE
ON_LINUX = sys.platform.startswith("linux")
SUFFIX = ".exe" if sys.platform == "win32" else ""
NOBODY = 65534
needs_linux = pytest.mark.skipif(not ON_LINUX, reason="written for Linux")
needs_x = pytest.mark.skipif(not (ON_LINUX and has_x_server()), reason="Xvfb is not installed")

CONNECTED, NOT_CONNECTED = 0, 2
RUN_S, APPEARS_S, ENDS_S = 30.0, 20.0, 10.0


class Package:
    """The unpacked package, and how its programs are run."""

    def __init__(self, folder: Path, work: Path) -> None:
        self.folder = folder
        self.home = work / "home"
        self.home.mkdir()

    def program(self, name: str) -> str:
        inside = self.folder / "Contents" / "MacOS" if self.folder.suffix == ".app" else self.folder
        return str(inside / (name + SUFFIX))

    def environment(self, **more: str) -> dict[str, str]:
        """Nothing but what every system gives."""
        given = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "FMSDIAG_CONTROL": "none",
            "FMSDIAG_RESOLVER": "none",
        }
        if sys.platform == "win32":
            given |= {
                name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "USERPROFILE") if name in os.environ
            }
        return given | more

    def run(
        self, *arguments: str, prefix: tuple[str, ...] = (), cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`fmsdiag-cli` with these arguments, to its end."""
        return subprocess.run(
            [*prefix, self.program("fmsdiag-cli"), *arguments],
            env=self.environment(),
            cwd=cwd or self.home,
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=RUN_S,
        )

    def start(
        self, name: str, *arguments: str, prefix: tuple[str, ...] = (), **more: str
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*prefix, self.program(name), *arguments],
            env=self.environment(**more),
            cwd="/" if ON_LINUX else self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def listing(self) -> dict[str, tuple[int, int]]:
        """Size and time of change of each file inside."""
        return {
            path.relative_to(self.folder).as_posix(): (path.lstat().st_size, path.lstat().st_mtime_ns)
            for path in self.folder.rglob("*")
        }


@pytest.fixture(scope="module")
def package() -> Iterator[Package]:
    """Unpacked where others may read it, too: pytest's own folders are closed to the user nobody."""
    work = Path(tempfile.mkdtemp(prefix="fmsdiag-package-"))
    work.chmod(0o755)
    place = work / "Mein Ordner äöü"
    place.mkdir()
    archive = _archive()
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(place)
    else:
        with tarfile.open(archive) as tar:
            tar.extractall(place, filter="tar")
    (folder,) = place.iterdir()
    built = Package(folder, work)
    before = built.listing()
    yield built
    after = built.listing()
    shutil.rmtree(work)
    assert after == before, "a program wrote into its own folder"


def _archive() -> Path:
    given = os.environ.get("FMSDIAG_PACKAGE")
    if given:
        return Path(given)
    name = f"fmsdiag-{facts.version()}-*"
    found: list[Path] = [*facts.DIST.glob(f"{name}.tar.gz"), *facts.DIST.glob(f"{name}.zip")]
    if len(found) != 1:
        pytest.fail(f"there is not one {name} archive in {facts.DIST}: make package", pytrace=False)
    return found[0]


@pytest.fixture
async def nginx(tmp_path: Path) -> AsyncIterator[Nginx]:
    async with nginx_rtmp(tmp_path) as running:
        yield running


def end(process: subprocess.Popen[str], how: signal.Signals) -> tuple[int, str]:
    """Send a signal; the exit code and what was said on standard error."""
    process.send_signal(how)
    try:
        _, errors = process.communicate(timeout=ENDS_S)
    finally:
        process.kill()
    return process.returncode, errors


def without_locale_advice(errors: str) -> str:
    """Qt says at length that the C locale is not UTF-8, and helps itself."""
    return re.sub(r"Detected locale.*?for more information\.\n", "", errors, flags=re.DOTALL)


def test_it_tells_its_version(package: Package) -> None:
    told = package.run("--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"fmsdiag {facts.version()}\n", "")


def test_without_arguments_it_says_what_it_can_do(package: Package) -> None:
    told = package.run()
    assert told.returncode == 0
    assert "fmsdiag demo" in told.stdout or "demo" in told.stdout


def test_the_demo_finds_its_fault_and_writes_reports(package: Package) -> None:
    done = package.run("demo", "--output", "Meine Berichte")
    assert done.returncode == 0, done.stderr
    assert "non-http-blocked" in done.stdout
    written = list((package.home / "Meine Berichte").iterdir())
    assert {path.suffix for path in written} >= {".json", ".md"}
    (report,) = [path for path in written if path.suffix == ".json"]
    assert json.loads(report.read_bytes())["findings"][0]["cause"] == "non-http-blocked"
    shown = package.run("show", str(report))
    assert "non-http-blocked" in shown.stdout


def test_numbers_are_written_as_english_writes_them(package: Package) -> None:
    """By Babel, of whose data only the finished languages are in the package."""
    server = package.start("fmsdiag-cli", "serve", "--rtmp", "0", "--quiet")
    try:
        assert server.stdout is not None
        address = server.stdout.readline().split()[1]
        done = package.run("test", address, "--deep", "--idle", "1")
        assert done.returncode == CONNECTED, done.stdout + done.stderr
        assert re.search(r"\b\d+(\.\d)? ms\b", done.stdout), done.stdout
        assert "10 in quick succession" in " ".join(done.stdout.split())
    finally:
        server.terminate()
        server.communicate(timeout=ENDS_S)


def test_it_carries_the_data_of_finished_languages_only(package: Package) -> None:
    found = {path.name: path.stat().st_size for path in package.folder.rglob("babel/locale-data/*.dat")}
    finished = load("bundle_contents").finished_languages()
    assert {"root.dat", "en.dat"} <= found.keys()
    assert {name.partition(".")[0].partition("_")[0] for name in found} == {"root", "en", *finished}
    assert sum(found.values()) < 500_000 * (1 + len(finished))
    assert not [*package.folder.rglob("*.pot"), *package.folder.rglob("resources/locale/**/*.po")]


@needs_nginx_rtmp
async def test_it_connects_to_a_real_server(package: Package, nginx: Nginx) -> None:
    done = package.run("test", f"rtmp://127.0.0.1:{nginx.port}/live", "--json", "-")
    assert done.returncode == CONNECTED, done.stdout + done.stderr
    assert json.loads(done.stdout)["verdict"]["status"] == "connected"


def test_it_serves_and_reads_certificates(package: Package) -> None:
    server = package.start("fmsdiag-cli", "serve", "--rtmps", "0", "--rtmpt", "0", "--quiet")
    try:
        assert server.stdout is not None
        addresses = dict(line.split() for line in (server.stdout.readline(), server.stdout.readline()))
        tunnel = package.run("test", addresses["rtmpt"], "--quiet")
        assert tunnel.returncode == CONNECTED, tunnel.stdout + tunnel.stderr
        secure = package.run("test", addresses["rtmps"], "--quiet")
        assert secure.returncode == NOT_CONNECTED, secure.stdout + secure.stderr
        assert "certificate" in secure.stdout.lower()
    finally:
        server.terminate()
        server.communicate(timeout=ENDS_S)


@needs_x
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_window_appears_on_x11(package: Package, how: signal.Signals) -> None:
    with x_server() as display, Watcher(display) as watcher:
        process = package.start("fmsdiag", DISPLAY=display)
        try:
            seen = watcher.wait_for("fmsdiag", APPEARS_S)
        except Exception:
            process.kill()
            pytest.fail(f"no window: {process.communicate()[1]}")
        code, errors = end(process, how)
    assert seen.title.startswith("fmsdiag")
    assert seen.strays == 0, "other windows flash before it"
    assert code in (0, -how), errors
    assert without_locale_advice(errors) == ""


@needs_linux
def test_the_window_runs_without_a_display_server(package: Package) -> None:
    """Offscreen nothing tells when the window is there, but its settings: they are written when it closes."""
    process = package.start("fmsdiag", QT_QPA_PLATFORM="offscreen")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=3.0)
    code, errors = end(process, signal.SIGTERM)
    assert code in (0, -signal.SIGTERM), errors
    assert without_locale_advice(errors) == ""


@needs_linux
def test_without_a_display_it_says_what_works(package: Package) -> None:
    process = package.start("fmsdiag")
    _, errors = process.communicate(timeout=RUN_S)
    assert process.returncode == 3
    assert "no display" in errors


@needs_x
def test_it_runs_where_it_may_not_write(package: Package) -> None:
    """As someone who owns nothing, in a home and a folder that belong to root."""
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    locked = package.home / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    package.home.chmod(0o555)
    try:
        done = package.run("demo", prefix=prefix, cwd=locked)
        assert done.returncode == 0, done.stderr
        reports = [Path(path) for path in re.findall(r"Report written: (.+)", done.stdout)]
        assert reports
        assert all(path.exists() and path.is_relative_to(tempfile.gettempdir()) for path in reports)
        shutil.rmtree(reports[0].parent)
        with x_server() as display, Watcher(display) as watcher:
            process = package.start("fmsdiag", prefix=prefix, DISPLAY=display)
            try:
                watcher.wait_for("fmsdiag", APPEARS_S)
            finally:
                code, errors = end(process, signal.SIGINT)
        assert code == 0, errors
        assert "Traceback" not in errors
    finally:
        package.home.chmod(0o755)
        locked.chmod(0o755)
        locked.rmdir()


def test_it_carries_every_license(package: Package) -> None:
    base = package.folder / "Contents" / "Resources" if package.folder.suffix == ".app" else package.folder
    texts = {path.relative_to(base / "licenses").as_posix(): path for path in (base / "licenses").rglob("*")}
    ours = {
        "LICENSE",
        "LGPL-3.0.txt",
        "GPL-3.0.txt",
        "DejaVuSans-LICENSE.txt",
        "qt/qtbase.txt",
        "python/LICENSE.txt",
    }
    assert ours <= texts.keys()
    listed = texts["python-packages.txt"].read_text(encoding="utf-8")
    assert {"PySide6_Essentials", "shiboken6", "cryptography", "dnspython", "rich"} <= set(
        re.findall(r"^\S+", listed, re.M)
    )
    assert "see its texts" not in listed


def test_it_carries_the_reference(package: Package) -> None:
    pages = {path.name for path in package.folder.rglob("docs/causes/*.md")}
    assert {"README.md", "port-blocked.md", "stream-refused.md"} <= pages
    assert all(any(package.folder.rglob(f"docs/{page}")) for page in REFERENCE)


@needs_linux
def test_it_carries_the_man_page_and_completions(package: Package) -> None:
    share = package.folder / "share"
    page = gzip.decompress((share / "man" / "man1" / "fmsdiag-cli.1.gz").read_bytes()).decode("utf-8")
    assert f"fmsdiag {facts.version()}" in page.splitlines()[0]
    completions = {
        "bash-completion/completions/fmsdiag-cli",
        "zsh/vendor-completions/_fmsdiag-cli",
        "fish/vendor_completions.d/fmsdiag-cli.fish",
    }
    assert all("fmsdiag-cli" in (share / path).read_text(encoding="utf-8") for path in completions)


@needs_linux
@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_the_debian_package_installs_them_where_man_and_the_shells_look() -> None:
    (package,) = facts.DIST.glob(f"fmsdiag_{facts.version()}_*.deb")
    told = subprocess.run(["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True)
    files = {line.split()[5] for line in told.stdout.splitlines()}
    assert {
        "./usr/bin/fmsdiag",
        "./usr/bin/fmsdiag-cli",
        "./usr/share/applications/fmsdiag.desktop",
        "./usr/share/man/man1/fmsdiag.1.gz",
        "./usr/share/man/man1/fmsdiag-cli.1.gz",
        "./usr/share/bash-completion/completions/fmsdiag-cli",
        "./usr/share/zsh/vendor-completions/_fmsdiag-cli",
        "./usr/share/fish/vendor_completions.d/fmsdiag-cli.fish",
        "./usr/share/mime/packages/fmsdiag.xml",
        f"./usr/share/metainfo/{facts.BUNDLE_IDENTIFIER}.metainfo.xml",
        "./usr/share/icons/hicolor/48x48/apps/fmsdiag.png",
        f"./usr/share/icons/hicolor/48x48/mimetypes/{facts.REPORT_TYPE.replace('/', '-')}.png",
        f"./usr/share/icons/hicolor/48x48/mimetypes/{facts.PROFILE_TYPE.replace('/', '-')}.png",
    } <= files
    assert package.stat().st_size <= load("build").MAX_DEB_BYTES


@needs_linux
def test_it_leaves_out_what_it_never_uses(package: Package) -> None:
    inside = {path.name for path in package.folder.rglob("*.so*")}
    unused = (
        "libQt6Qml",
        "libQt6Quick",
        "libQt6Pdf",
        "libQt6Network",
        "libqgtk3",
        "libqeglfs",
        "libgtk",
        "libqopenssl",
    )
    assert not [name for name in inside if name.startswith(unused)]
    assert not list(package.folder.rglob("*.qm"))
    assert not [path for path in package.folder.rglob("*") if path.is_symlink() and not path.exists()]
