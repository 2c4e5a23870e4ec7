"""Installs the .deb into bare systems, starts it there and removes it again: `make test-deb`. Not collected by `make test`.

Each supported Debian is a root folder with nothing but its essential packages and apt, made by mmdebstrap from the mirror
that this machine uses and kept packed in ~/.cache/fmsdiag/roots (FMSDIAG_ROOTS names another folder). apt resolves what
the package depends on. As root only: without, or without mmdebstrap or a mirror, everything is skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmsdiag.report import json
from tests.packaging.packaging_modules import load
from tests.report import samples

facts, build = load("package_facts"), load("build")

RELEASES = ("bookworm", "trixie")
"""Debian 12, on which packages are built, and 13: what was built with the older C library runs with the newer one."""
CACHES = {
    "desktop-file-utils": "usr/share/applications/mimeinfo.cache",
    "shared-mime-info": "usr/share/mime/globs2",
}
"""Package → the list that it keeps of what others bring, as its triggers tell it to."""
BELONGS_TO_NOBODY = ("proc", "sys", "dev", "tmp", "var/log", "var/cache", "var/lib/apt")
RUN_S, APT_S, MAKE_S, SHOWN_S = 60.0, 300.0, 600.0, 5


def mirror() -> str | None:
    """The mirror of Debian that apt uses here."""
    for place in (
        Path("/etc/apt/sources.list"),
        *sorted(Path("/etc/apt/sources.list.d").glob("*.sources")),
        *sorted(Path("/etc/apt/sources.list.d").glob("*.list")),
    ):
        text = place.read_text(encoding="utf-8") if place.is_file() else ""
        found = re.search(r"^(?:deb|URIs:)\s+(?:\[[^]]*\]\s+)?(https?://\S+)", text, re.MULTILINE)
        if found:
            return found[1]
    return None


def why_not() -> str:
    """What keeps these checks from running here; nothing where they can."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "needs root on Linux"
    if shutil.which("mmdebstrap") is None:
        return "mmdebstrap is not installed"
    return "" if mirror() else "apt has no mirror of Debian here"


pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(1200)]


class Root:
    """The root folder of an installed Debian."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(
        self, *command: str, timeout: float = RUN_S, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """A command in there, with processes and mounts of its own, but this machine's loopback interface."""
        inside = ("chroot", str(self.folder), *command)
        return subprocess.run(
            [
                *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
                f"--mount-proc={self.folder / 'proc'}",
                *inside,
            ],
            env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/tmp/home",
                "DEBIAN_FRONTEND": "noninteractive",
                "FMSDIAG_CONTROL": "none",
                "FMSDIAG_RESOLVER": "none",
                **environment,
            },
            cwd="/",
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=timeout,
        )

    def apt_get(self, *arguments: str) -> str:
        """What apt-get says; fails if it fails."""
        done = self.run("apt-get", "-q", "-y", *arguments, timeout=APT_S)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self) -> set[str]:
        """Every file and folder that belongs to the system."""
        return {
            path.relative_to(self.folder).as_posix()
            for place in self.folder.iterdir()
            if place.name not in BELONGS_TO_NOBODY
            for path in [place, *(place.rglob("*") if not place.is_symlink() else ())]
            if not path.relative_to(self.folder).as_posix().startswith(BELONGS_TO_NOBODY)
        }

    def traces(self) -> list[str]:
        """Files of the system that are named after fmsdiag."""
        return sorted(path for path in self.files() if "fmsdiag" in path)

    def cached(self) -> list[str]:
        """The packages of CACHES whose list knows the type of a report."""
        return [
            package
            for package, place in CACHES.items()
            if facts.REPORT_TYPE in (self.folder / place).read_text(encoding="utf-8")
        ]


def packed(release: str) -> Path:
    """The packed root of that release, made if there is none."""
    given = os.environ.get("FMSDIAG_ROOTS")
    folder = Path(given) if given else Path.home() / ".cache" / "fmsdiag" / "roots"
    target = folder / f"{release}.tar"
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        address = mirror() or ""
        trusted = ("--include=ca-certificates",) if address.startswith("https:") else ()
        made = folder / f"{release}.part.tar"
        subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", *trusted, release, str(made), address],
            check=True,
            timeout=MAKE_S,
        )
        made.replace(target)
    return target


@pytest.fixture(params=RELEASES)
def bare(request: pytest.FixtureRequest) -> Iterator[Root]:
    """A bare root with the .deb and a report in /tmp, and fresh lists of packages."""
    folder = Path(tempfile.mkdtemp(prefix=f"fmsdiag-{request.param}-"))
    try:
        subprocess.run(["tar", "-xf", str(packed(request.param)), "-C", str(folder)], check=True)
        shutil.copy("/etc/resolv.conf", folder / "etc" / "resolv.conf")
        shutil.copy("/etc/hosts", folder / "etc" / "hosts")
        shutil.copy(the_deb(), folder / "tmp" / "fmsdiag.deb")
        (folder / "tmp" / "home").mkdir()
        (folder / "tmp" / "a report.fmsdiag-report").write_bytes(json.encode(samples.rejected()))
        root = Root(folder)
        root.apt_get("update")
        yield root
    finally:
        shutil.rmtree(folder)


def the_deb() -> Path:
    """The package that was built, or that FMSDIAG_DEB names."""
    given = os.environ.get("FMSDIAG_DEB")
    if given:
        return Path(given)
    found = list(facts.DIST.glob(f"fmsdiag_{facts.version()}_*.deb"))
    if len(found) != 1:
        pytest.fail(f"there is not one .deb in {facts.DIST}: make package", pytrace=False)
    path: Path = found[0]
    return path


def refused_port() -> int:
    """A port of the loopback interface at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_it_installs_runs_and_leaves_nothing_behind(bare: Root) -> None:
    before = bare.files()
    bare.apt_get("install", "--no-install-recommends", "/tmp/fmsdiag.deb")
    libraries_are_there(bare)
    the_command_line_works(bare)
    the_window_opens_a_report(bare)
    added = bare.files() - before
    assert "usr/bin/fmsdiag" in added

    told = bare.apt_get("purge", "--autoremove", "fmsdiag")
    assert "not empty" not in told
    assert bare.traces() == []
    of_others = {
        place
        for place in bare.files() - before
        if bare.run("dpkg", "-S", f"/{place}").returncode != 0 and place.startswith(("usr", "opt", "srv"))
    }
    assert of_others & added == set(), "files below /usr that no package owns"


def test_the_desktop_learns_the_type_of_a_report_and_forgets_it(bare: Root) -> None:
    """With the packages of a desktop that keep such lists, installed before; those of a bare system do not matter."""
    bare.apt_get("install", "--no-install-recommends", *CACHES, "hicolor-icon-theme", "xdg-utils")
    before = bare.files()
    bare.apt_get("install", "--no-install-recommends", "/tmp/fmsdiag.deb")
    assert bare.cached() == list(CACHES)
    assert guessed(bare, "/tmp/a report.fmsdiag-report") == facts.REPORT_TYPE
    assert guessed(bare, "/tmp/customer.fmsdiag") == facts.PROFILE_TYPE
    assert guessed(bare, "/tmp/report.json") != facts.REPORT_TYPE
    for ours in (facts.REPORT_TYPE, facts.PROFILE_TYPE, f"x-scheme-handler/{facts.LINK_SCHEME}"):
        default = bare.run("xdg-mime", "query", "default", ours)
        assert default.stdout.strip() == "fmsdiag.desktop"
    for everybody in ("application/json", "text/html"):
        assert bare.run("xdg-mime", "query", "default", everybody).stdout.strip() == ""

    removed = bare.run("dpkg", "--remove", "fmsdiag", timeout=APT_S)
    assert removed.returncode == 0, removed.stderr
    assert bare.run("dpkg", "--purge", "fmsdiag", timeout=APT_S).returncode == 0
    assert "not empty" not in removed.stdout + removed.stderr
    assert bare.cached() == []
    assert bare.traces() == []
    assert {path for path in bare.files() - before if path.startswith("usr/share/mime")} == set()


def guessed(root: Root, path: str) -> str:
    """The type of a file by the list of patterns, heaviest and longest first, as the specification wants it."""
    best = (0, 0, "")
    for line in (root.folder / CACHES["shared-mime-info"]).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        weight, kind, pattern = line.split(":")[:3]
        if pattern.startswith("*") and path.lower().endswith(pattern[1:].lower()):
            best = max(best, (int(weight), len(pattern), kind))
    return best[2]


def libraries_are_there(root: Root) -> None:
    """Every library that a part of the package links to is found: also what only a window on X11 or Wayland loads."""
    home = "/usr/lib/fmsdiag/_internal"
    script = f"find {home} -name '*.so*' -type f ! -name '*cups*' -exec sh -c 'ldd \"$0\" | sed \"s|^|$0|\"' {{}} ';'"
    told = root.run("sh", "-c", script, LD_LIBRARY_PATH=f"{home}:{home}/PySide6/Qt/lib")
    assert "libQt6XcbQpa" in told.stdout
    lost = [line for line in told.stdout.splitlines() if "not found" in line]
    assert lost == []


def the_command_line_works(root: Root) -> None:
    told = root.run("fmsdiag-cli", "--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"fmsdiag {facts.version()}\n", "")
    done = root.run("fmsdiag-cli", "test", f"rtmp://127.0.0.1:{refused_port()}/live")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "refused" in done.stdout
    shown = root.run("fmsdiag-cli", "show", "/tmp/a report.fmsdiag-report")
    assert shown.returncode == 0, shown.stderr
    assert samples.rejected().report_id in shown.stdout


def the_window_opens_a_report(root: Root) -> None:
    """Offscreen. It runs until it is told to end, and says that it was there by the settings that it leaves."""
    since = time.monotonic()
    done = root.run(
        *("timeout", "--preserve-status", "--signal=TERM", str(SHOWN_S)),
        *("fmsdiag", "/tmp/a report.fmsdiag-report"),
        QT_QPA_PLATFORM="offscreen",
        LANG="C.UTF-8",
    )
    assert time.monotonic() - since >= SHOWN_S, done.stderr
    assert (done.returncode, done.stderr) == (0, "")
    assert list((root.folder / "tmp" / "home" / ".config").rglob("*fmsdiag*"))
