"""Installs the Debian packages that fmsdiag needs, or lists which are missing and how to install them.

    python3 packaging/system_packages.py window          libraries that the window needs
    python3 packaging/system_packages.py window peers    and the programs that the tests talk to
    python3 packaging/system_packages.py window package  and what building a package needs

It checks by loading the library or finding the program, not by asking the package manager, so the
result is right on any Linux. As root on Debian (or a derivative), it installs the missing packages without
starting their services, so no web server starts on the machine. Otherwise it prints the command that
installs them. The exit code is 0 either way: the terminal works without the window's libraries, and a
test that lacks its peer is skipped with the reason.

Runs before there is an environment: standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple


class Requirement(NamedTuple):
    """One thing that must be there, and the Debian package that provides it."""

    package: str
    name: str
    is_there: Callable[[], bool]


def library(package: str, soname: str) -> Requirement:
    """A shared library that the dynamic linker must find."""

    def is_there() -> bool:
        try:
            ctypes.CDLL(soname)
        except OSError:
            return False
        return True

    return Requirement(package, soname, is_there)


def program(package: str, name: str) -> Requirement:
    """A program on the PATH or among the administrator's programs."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return Requirement(package, name, lambda: shutil.which(name, path=path) is not None)


def file(package: str, path: str) -> Requirement:
    """A file at a place that is fixed on Debian."""
    return Requirement(package, path, lambda: Path(path).exists())


GROUPS: dict[str, list[Requirement]] = {
    # Qt itself, then what its xcb plug-in loads for a window on X11.
    "window": [
        Requirement("python3-venv", "ensurepip", lambda: importlib.util.find_spec("ensurepip") is not None),
        library("libgl1", "libGL.so.1"),
        library("libegl1", "libEGL.so.1"),
        library("libxkbcommon0", "libxkbcommon.so.0"),
        library("libfontconfig1", "libfontconfig.so.1"),
        library("libglib2.0-0", "libglib-2.0.so.0"),
        library("libdbus-1-3", "libdbus-1.so.3"),
        library("libxcb-cursor0", "libxcb-cursor.so.0"),
        library("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
        library("libxcb-icccm4", "libxcb-icccm.so.4"),
        library("libxcb-keysyms1", "libxcb-keysyms.so.1"),
        library("libxcb-shape0", "libxcb-shape.so.0"),
    ],
    # Real servers and clients that the tests start on loopback, an X server for the window's test, a browser and
    # a PDF reader for the report's, and what checks the files that a package gives to the desktop.
    "peers": [
        program("nginx-light", "nginx"),
        file("libnginx-mod-rtmp", "/usr/lib/nginx/modules/ngx_rtmp_module.so"),
        file("libnginx-mod-stream", "/usr/lib/nginx/modules/ngx_stream_module.so"),
        program("rtmpdump", "rtmpdump"),
        program("ffmpeg", "ffmpeg"),
        program("openssl", "openssl"),
        program("haproxy", "haproxy"),
        program("caddy", "caddy"),
        program("squid", "squid"),
        program("tinyproxy-bin", "tinyproxy"),
        program("dante-server", "danted"),
        Requirement(
            "libfaketime", "libfaketime", lambda: any(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        ),
        program("iproute2", "ip"),
        program("nftables", "nft"),
        program("iptables", "iptables"),
        program("procps", "sysctl"),
        program("tshark", "tshark"),
        program("dnsmasq-base", "dnsmasq"),
        program("xvfb", "Xvfb"),
        program("chromium", "chromium"),
        program("poppler-utils", "pdftotext"),
        program("zbar-tools", "zbarimg"),
        program("appstream", "appstreamcli"),
        program("desktop-file-utils", "desktop-file-validate"),
        program("shared-mime-info", "update-mime-database"),
    ],
    # PyInstaller uses objdump to find what a library links to, and strip to make it smaller.
    "package": [
        program("binutils", "objdump"),
        program("binutils", "strip"),
    ],
    # Windows' Python under Wine (tests/windows/setup.sh), the installer for Windows, and a display for what it installs.
    "windows": [
        program("gcc-mingw-w64-x86-64-win32", "x86_64-w64-mingw32-gcc"),
        program("nsis", "makensis"),
        program("unzip", "unzip"),
        program("mmdebstrap", "mmdebstrap"),
        program("xvfb", "Xvfb"),
        program("openbox", "openbox"),
    ],
    # Bare systems into which the .deb is installed.
    "roots": [
        program("mmdebstrap", "mmdebstrap"),
    ],
}

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# written by fmsdiag's make setup while it installs packages\nexit 101\n"


@contextlib.contextmanager
def services_denied() -> Iterator[None]:
    """Keeps packages from starting services; an administrator's own policy stays as it is."""
    with open("/run/fmsdiag-setup.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ours = not POLICY.exists() or POLICY.read_text(encoding="utf-8", errors="replace") == POLICY_TEXT
        if ours:
            POLICY.write_text(POLICY_TEXT, encoding="utf-8")
            POLICY.chmod(0o755)
        try:
            yield
        finally:
            if ours:
                POLICY.unlink(missing_ok=True)


def apt_get(*arguments: str) -> bool:
    """Runs apt-get without prompts; returns whether it succeeded."""
    command = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600", *arguments]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode == 0


def install(packages: list[str]) -> None:
    """Installs the packages; if this release lacks one, the others are still installed."""
    print("installing:", *packages, flush=True)
    options = ("install", "-y", "--no-install-recommends")
    with services_denied():
        apt_get("update")
        if not apt_get(*options, *packages) and len(packages) > 1:
            for package in packages:
                apt_get(*options, package)


def missing(groups: list[str]) -> list[Requirement]:
    """What the groups need and this machine lacks."""
    return [requirement for group in groups for requirement in GROUPS[group] if not requirement.is_there()]


def main(groups: list[str]) -> int:
    """Installs or lists what is missing. Returns 0, or 2 for a group that does not exist."""
    unknown = [group for group in groups if group not in GROUPS]
    if unknown or not groups:
        print(f"usage: system_packages.py {'|'.join(GROUPS)} ...", file=sys.stderr)
        return 2
    if not sys.platform.startswith("linux"):
        return 0
    on_debian = shutil.which("apt-get") is not None
    lacking = missing(groups)
    if lacking and on_debian and os.geteuid() == 0:
        install(sorted({requirement.package for requirement in lacking}))
        # A fresh interpreter, since this one's linker has cached which libraries do not exist.
        names = subprocess.run([sys.executable, __file__, "--list", *groups], capture_output=True, text=True)
        lacking = [r for group in groups for r in GROUPS[group] if r.name in names.stdout.splitlines()]
    if lacking:
        print("missing on this machine:", ", ".join(requirement.name for requirement in lacking))
        packages = " ".join(sorted({requirement.package for requirement in lacking}))
        if on_debian:
            print(f"install with:  sudo apt-get install --no-install-recommends {packages}")
        else:
            print(f"they are in these Debian packages: {packages}")
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--list"]:
        print(*(requirement.name for requirement in missing(sys.argv[2:])), sep="\n")
        sys.exit(0)
    sys.exit(main(sys.argv[1:]))
