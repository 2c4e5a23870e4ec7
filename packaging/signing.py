"""Signs what was built on Windows or macOS, and packs it again: `python packaging/signing.py`, behind packaging/build.py.

Certificates come from environment variables, which the release workflow fills from its secrets. Without one nothing is signed
and nothing fails: a notice says so. On Windows the programs are signed before they are packed, and the installer after it was
made; on macOS the application is signed from the inside out, notarized and stapled.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_facts import DIST, ROOT

import build

TIMESTAMPS = "http://timestamp.digicert.com"
"""RFC 3161: a signature stays valid after its certificate has expired."""
INSTALLER = ROOT / "packaging" / "windows" / "installer.py"
ENTITLEMENTS = ROOT / "packaging" / "macos" / "entitlements.plist"
KEYCHAIN = "fmsdiag-signing.keychain"
WINDOWS_NEEDS = ("WINDOWS_CERTIFICATE", "WINDOWS_CERTIFICATE_PASSWORD")
"""A PKCS #12 file in base64, and its password."""
MACOS_NEEDS = ("MACOS_CERTIFICATE", "MACOS_CERTIFICATE_PASSWORD", "MACOS_IDENTITY")
"""The same, and "Developer ID Application: …"."""
NOTARY_NEEDS = ("APPLE_ID", "APPLE_TEAM_ID", "APPLE_APP_PASSWORD")
_MACH_O = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
"""mach-o/loader.h, mach-o/fat.h: 64 bits, and several architectures in one file."""

Run = Callable[[Sequence[str]], None]


def main(
    platform: str = sys.platform, environment: Mapping[str, str] = os.environ, run: Run | None = None
) -> int:
    """Sign and pack what this system has built; 0 also where there is no certificate."""
    run = run or _run
    if platform == "win32":
        sign_windows(environment, run)
    elif platform == "darwin":
        sign_macos(environment, run)
    else:
        notice("Packages of this system are not signed; SHA256SUMS lists them.")
    return 0


# ---- Windows
def sign_windows(environment: Mapping[str, str], run: Run) -> None:
    """The programs, then the archive and the installer that carry them, then the installer."""
    lacking = missing(WINDOWS_NEEDS, environment)
    if lacking:
        notice(f"The Windows programs are not signed: {', '.join(lacking)} not set.")
        make_installer(run)
        return
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "certificate.pfx"
        certificate.write_bytes(base64.b64decode(environment["WINDOWS_CERTIFICATE"]))
        password = environment["WINDOWS_CERTIFICATE_PASSWORD"]
        run(
            signtool(
                certificate, password, [DIST / "fmsdiag" / f"{n}.exe" for n in ("fmsdiag", "fmsdiag-cli")]
            )
        )
        build.archive(build.source_date_epoch())
        if setups := make_installer(run):
            run(signtool(certificate, password, setups))


def signtool(certificate: Path, password: str, files: Sequence[Path]) -> list[str]:
    """The command that signs these files; signtool.exe is part of the Windows SDK."""
    return [
        *("signtool", "sign", "/fd", "SHA256", "/tr", TIMESTAMPS, "/td", "SHA256"),
        *("/f", str(certificate), "/p", password, *map(str, files)),
    ]


def make_installer(run: Run) -> list[Path]:
    """Make the installer of the folder as it is now, where the repository has one; its files."""
    if INSTALLER.is_file():
        run([sys.executable, str(INSTALLER)])
    return sorted(DIST.glob("*-setup.exe"))


# ---- macOS
def sign_macos(environment: Mapping[str, str], run: Run) -> None:
    """The application and all code in it, then Apple's ticket, then the archive."""
    lacking = missing(MACOS_NEEDS, environment)
    if lacking:
        notice(f"The macOS application is not signed: {', '.join(lacking)} not set.")
        return
    application = DIST / "fmsdiag.app"
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "certificate.p12"
        certificate.write_bytes(base64.b64decode(environment["MACOS_CERTIFICATE"]))
        run(["security", "create-keychain", "-p", "", KEYCHAIN])
        try:
            for command in unlocked(certificate, environment["MACOS_CERTIFICATE_PASSWORD"]):
                run(command)
            for path in (*code_in(application), application):
                run(codesign(environment["MACOS_IDENTITY"], path))
        finally:
            run(["security", "delete-keychain", KEYCHAIN])
        run(["codesign", "--verify", "--strict", "--deep", str(application)])
        unset = missing(NOTARY_NEEDS, environment)
        if unset:
            notice(f"The macOS application is signed, but not notarized: {', '.join(unset)} not set.")
        else:
            for command in notarized(application, Path(folder) / "application.zip", environment):
                run(command)
    build.archive(build.source_date_epoch())


def unlocked(certificate: Path, password: str) -> Iterator[list[str]]:
    """The commands that let codesign use the certificate without asking anybody."""
    yield ["security", "unlock-keychain", "-p", "", KEYCHAIN]
    yield [
        *("security", "import", str(certificate), "-k", KEYCHAIN, "-P", password),
        *("-T", "/usr/bin/codesign"),
    ]
    yield ["security", "set-key-partition-list", "-S", "apple-tool:,apple:", "-s", "-k", "", KEYCHAIN]
    yield ["security", "list-keychains", "-d", "user", "-s", KEYCHAIN, "login.keychain"]


def code_in(application: Path) -> list[Path]:
    """The programs and libraries in an application, those deepest inside first."""
    found = [path for path in application.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(filter(_is_code, found), key=lambda path: (-len(path.parts), str(path)))


def _is_code(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in _MACH_O


def codesign(identity: str, path: Path) -> list[str]:
    """The command that signs one file or the application, for the hardened runtime."""
    return [
        *("codesign", "--force", "--timestamp", "--options", "runtime"),
        *("--entitlements", str(ENTITLEMENTS), "--sign", identity, str(path)),
    ]


def notarized(application: Path, archive: Path, environment: Mapping[str, str]) -> Iterator[list[str]]:
    """The commands that have Apple check the application, and fasten its ticket to it."""
    yield ["ditto", "-c", "-k", "--keepParent", str(application), str(archive)]
    yield [
        *("xcrun", "notarytool", "submit", str(archive), "--wait", "--apple-id", environment["APPLE_ID"]),
        *("--team-id", environment["APPLE_TEAM_ID"], "--password", environment["APPLE_APP_PASSWORD"]),
    ]
    yield ["xcrun", "stapler", "staple", str(application)]


# ---- both
def missing(names: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Which of these are not set, or empty, as a secret is that the repository does not have."""
    return [name for name in names if not environment.get(name)]


def notice(said: str) -> None:
    """Say it where a run of the workflow shows it."""
    print(f"::notice::{said}")


def _run(command: Sequence[str]) -> None:
    """Raises SystemExit where it fails; the command is not shown, for it may hold a password."""
    if subprocess.run(command).returncode:
        raise SystemExit(f"{command[0]} {command[1]} failed")


if __name__ == "__main__":
    sys.exit(main())
