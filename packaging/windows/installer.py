"""Makes the installer for Windows of dist/fmsdiag, which packaging/build.py has built: dist/fmsdiag-VERSION-…-setup.exe.

    python packaging/windows/installer.py

Runs on Windows and on Linux with NSIS 3 (makensis: on the PATH, on Windows also in Program Files). FMSDIAG_DIST names another
folder than dist, FMSDIAG_SETUP_VERSION another version than the source's, to try an upgrade.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from package_facts import BUILD, COPYRIGHT, DIST, HOMEPAGE, ROOT, SUMMARY, version

SCRIPT = Path(__file__).resolve().parent / "fmsdiag.nsi"
PROGRAMS = ("fmsdiag.exe", "fmsdiag-cli.exe")
TARGETS = ("amd64-unicode", "x86-unicode")
"""Kinds of installer, the best one first. NSIS' own distribution has only the second, which runs on every Windows, too."""


def main() -> int:
    """Make the installer; 0 when it is there."""
    from build import size_of, source_date_epoch

    folder = DIST / "fmsdiag"
    lacking = [name for name in PROGRAMS if not (folder / name).is_file()]
    if lacking:
        print(f"{folder} lacks {', '.join(lacking)}: run packaging/build.py on Windows, or under Wine")
        return 1
    makensis = find_makensis(os.environ)
    if makensis is None:
        print("makensis of NSIS 3 is not installed")
        return 1
    number = os.environ.get("FMSDIAG_SETUP_VERSION") or version()
    output = DIST / f"fmsdiag-{number}-windows-amd64-setup.exe"
    values = {
        "VERSION": number,
        "NUMBERS": ".".join([*re.findall(r"\d+", number)[:4], "0", "0", "0", "0"][:4]),
        "ICON": str(draw_icon(BUILD / "installer")),
        "FILES": str(write_lists(folder, BUILD / "installer")),
        "OUTPUT": str(output),
        "SIZE_KIB": str(size_of(folder) // 1024),
        "SUMMARY": SUMMARY,
        "COPYRIGHT": COPYRIGHT,
        "HOMEPAGE": HOMEPAGE,
        "TARGET": target(makensis),
    }
    done = subprocess.run(
        [
            makensis,
            "-V2",
            "-WX",
            "-INPUTCHARSET",
            "UTF8",
            *(f"-D{k}={v}" for k, v in values.items()),
            str(SCRIPT),
        ],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date_epoch())},
    )
    if done.returncode == 0:
        print(f"{size_of(output) / 1e6:8.1f} MB  {output}")
    return done.returncode


def find_makensis(environment: Mapping[str, str]) -> str | None:
    """NSIS' compiler: on the PATH, else where its setup for Windows puts it."""
    homes = [environment[name] for name in ("PROGRAMFILES(X86)", "PROGRAMFILES") if name in environment]
    return shutil.which("makensis", path=environment.get("PATH")) or next(
        (str(path) for home in homes if (path := Path(home) / "NSIS" / "makensis.exe").is_file()), None
    )


def target(makensis: str) -> str:
    """The best kind of installer that this NSIS makes."""
    for name in TARGETS[:-1]:
        script = f"Target {name}\nOutFile nothing.exe\nSection\nSectionEnd\n"
        with tempfile.TemporaryDirectory() as folder:
            tried = subprocess.run(
                [makensis, "-V1", "-"], cwd=folder, input=script, text=True, capture_output=True
            )
        if tried.returncode == 0:
            return name
    return TARGETS[-1]


def draw_icon(folder: Path) -> Path:
    """The icon of the installer."""
    from icons import write_icons

    write_icons(ROOT / "resources" / "icons" / "app.svg", folder, "win32")
    return folder / "fmsdiag.ico"


def write_lists(package: Path, folder: Path) -> Path:
    """Write install.nsh and remove.nsh for what is in the package; the folder with them."""
    files = [path.relative_to(package).as_posix() for path in sorted(package.rglob("*")) if path.is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("install.nsh", install_lines(package, files)), ("remove.nsh", remove_lines(files))):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def install_lines(package: Path, files: Iterable[str]) -> list[str]:
    """What puts the files (paths below the package) into $INSTDIR; those of one folder together."""
    lines: list[str] = []
    current = None
    for name in sorted(files, key=lambda name: (PurePosixPath(name).parts[:-1], name)):
        parent = PurePosixPath(name).parent.as_posix()
        if parent != current:
            lines.append(f'SetOutPath "{_installed(parent)}"')
            current = parent
        lines.append(f'File "{package / name}"')
    return lines


def remove_lines(files: Iterable[str]) -> list[str]:
    """What removes the files again, and then the folders that are empty, the inner ones first."""
    names = sorted(files)
    folders = {parent.as_posix() for name in names for parent in PurePosixPath(name).parents} - {"."}
    inner_first = sorted(folders, key=lambda name: (-name.count("/"), name))
    return [f'Delete "{_installed(name)}"' for name in names] + [
        f'RMDir "{_installed(name)}"' for name in inner_first
    ]


def _installed(name: str) -> str:
    """A file's place, inside quotation marks of a script; Windows' names have neither those nor line ends."""
    return "$INSTDIR" if name == "." else "$INSTDIR\\" + name.replace("$", "$$").replace("/", "\\")


if __name__ == "__main__":
    sys.exit(main())
