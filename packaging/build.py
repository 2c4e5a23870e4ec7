"""Builds the package of this system: `make package`, or `.venv/bin/python packaging/build.py`.

dist/fmsdiag/ is a folder that runs where it lies (`fmsdiag`, the window, and `fmsdiag-cli`), and beside it is that folder
as one file to hand out; on Debian also a .deb, on Windows also an installer if NSIS is there. Nothing is fetched. Times inside
the archives are those of the commit (SOURCE_DATE_EPOCH wins), so that the same commit on the same machine gives the same
archive.
"""

from __future__ import annotations

import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_facts import BUILD, DIST, PROFILE_TYPE, REPORT_TYPE, ROOT, SUMMARY, version, windows_version_info

PACKAGING = ROOT / "packaging"
FOLDER = DIST / "fmsdiag"
MUST_HAVE_ON_LINUX = (
    *(f"PySide6/Qt/plugins/platforms/libq{name}.so" for name in ("xcb", "wayland", "offscreen")),
    *("PySide6/Qt/plugins/iconengines/libqsvgicon.so", "PySide6/Qt/plugins/imageformats/libqsvg.so"),
    *("libxcb-cursor.so.0", "libxkbcommon-x11.so.0", "libxcb-icccm.so.4", "libxcb-keysyms.so.1"),
    *("fmsdiag/resources/icons/app.svg", "fmsdiag/resources/fonts/DejaVuSans.ttf"),
)
"""Of _internal. PyInstaller leaves out in silence what the build machine lacks."""

COMPLETIONS_BELOW_SHARE = {
    "bash": "bash-completion/completions/fmsdiag-cli",
    "zsh": "zsh/vendor-completions/_fmsdiag-cli",
    "fish": "fish/vendor_completions.d/fmsdiag-cli.fish",
}
"""Shell → where Debian's version of it looks. tcsh looks nowhere: there one sources a file."""

LINUX_FILES_BELOW_SHARE = {
    "fmsdiag.desktop": "applications",
    "fmsdiag.xml": "mime/packages",
    "org.fmsdiag.fmsdiag.metainfo.xml": "metainfo",
}
"""File of packaging/linux → folder. Debian's triggers update its caches of them; no script of ours runs."""

COMPRESSION = ("-Zxz", "-z9", "-Sextreme")
"""40.2 MB, where zstd makes 45.2 at its level 19 and 57.7 at 9: only xz looks back 64 MB, and so finds that both
executables carry the same modules. It takes two minutes of a build."""
MAX_DEB_BYTES = 45_000_000
HEAVIEST = 20
"""How many of the largest files a build lists, so that whatever made a package grow is seen at once."""

EARLIEST = 315532800
"""The beginning of 1980, before which a .zip knows no time."""

DEPENDS = "libgl1, libegl1, libxcb1, libwayland-client0, libwayland-cursor0, fontconfig-config"
"""Of the .deb, beside the C library: what PyInstaller leaves to the system, since it belongs to the graphics driver or to
the display server, and where the fonts are."""


def main() -> int:
    """Build everything that this system can build; 0 when the package is whole."""
    epoch = source_date_epoch()
    if sys.platform.startswith("linux"):
        import system_packages

        lacking = system_packages.missing(["window"])
        if lacking:
            print("the package would lack:", ", ".join(f"{one.name} ({one.package})" for one in lacking))
            return 1
    make_icons()
    run_pyinstaller(epoch)
    bundled = json.loads((BUILD / "bundled.json").read_text(encoding="utf-8"))
    licenses = license_folder()
    import licenses as license_texts

    license_texts.write_licenses(
        licenses, ROOT, bundled["modules"], [tuple(pair) for pair in bundled["binaries"]]
    )
    if sys.platform.startswith("linux"):
        lost = [name for name in MUST_HAVE_ON_LINUX if not (FOLDER / "_internal" / name).exists()]
        if lost:
            print("the package lacks:", ", ".join(lost))
            return 1
        add_desktop_files(FOLDER / "share", BUILD / "icons" / "hicolor")
        add_man_page_and_completions(FOLDER / "share")
    made = [FOLDER, archive(epoch)]
    if shutil.which("dpkg-deb"):
        made.append(debian_package(epoch))
    if sys.platform == "win32" and not windows_installer():
        return 1
    print("heaviest in the package, unpacked:")
    for path in heaviest(FOLDER):
        print(f"{size_of(path) / 1e6:8.1f} MB  {path.relative_to(FOLDER)}")
    print("built:")
    for path in made:
        print(f"{size_of(path) / 1e6:8.1f} MB  {path}")
    too_large = [path.name for path in made if is_too_large(path)]
    if too_large:
        print(f"over {MAX_DEB_BYTES / 1e6:.0f} MB:", ", ".join(too_large))
    return 1 if too_large else 0


def source_date_epoch() -> int:
    """Seconds since 1970 for every time inside the package: the environment's, else the last commit's, else 1980."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given:
        return int(given)
    try:
        told = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True)
    except OSError:  # there is no git
        return EARLIEST
    return int(told.stdout) if told.returncode == 0 and told.stdout.strip() else EARLIEST


def make_icons() -> None:
    """Draw the icon for this system, and on Windows write the version resources."""
    from icons import write_hicolor, write_icons

    write_icons(ROOT / "resources" / "icons" / "app.svg", BUILD / "icons", sys.platform)
    if sys.platform.startswith("linux"):
        for kind in (REPORT_TYPE, PROFILE_TYPE):
            name = kind.replace("/", "-")
            write_hicolor(PACKAGING / "linux" / "report.svg", BUILD / "icons" / "hicolor", "mimetypes", name)
    if sys.platform == "win32":
        for name in ("fmsdiag", "fmsdiag-cli"):
            text = windows_version_info(name, version())
            (BUILD / f"{name}.version.txt").write_text(text, encoding="utf-8")


def run_pyinstaller(epoch: int) -> None:
    """Build dist/fmsdiag; raises CalledProcessError."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    environment = {**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": str(epoch)}
    subprocess.run(
        [
            *(sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN"),
            *(
                "--distpath",
                str(DIST),
                "--workpath",
                str(BUILD / "pyinstaller"),
                str(PACKAGING / "fmsdiag.spec"),
            ),
        ],
        cwd=ROOT,
        env=environment,
        check=True,
    )


def license_folder() -> Path:
    """Where the notices go: beside the executables, on macOS inside the application."""
    if sys.platform == "darwin":
        return DIST / "fmsdiag.app" / "Contents" / "Resources" / "licenses"
    return FOLDER / "licenses"


def add_desktop_files(share: Path, icons: Path | None) -> None:
    """The menu entry, the type of a report's file, what software centers show, and the icons, as below /usr/share."""
    for name, place in LINUX_FILES_BELOW_SHARE.items():
        (share / place).mkdir(parents=True, exist_ok=True)
        shutil.copy(PACKAGING / "linux" / name, share / place)
    if icons is not None:
        shutil.copytree(icons, share / "icons" / "hicolor", dirs_exist_ok=True)


def add_man_page_and_completions(share: Path) -> None:
    """The man page under both programs' names, and completions for fmsdiag-cli, laid out as below /usr/share."""
    from command_line_reference import completion

    manual = share / "man" / "man1"
    manual.mkdir(parents=True, exist_ok=True)
    text = (ROOT / "resources" / "man" / "fmsdiag.1").read_bytes()
    (manual / "fmsdiag.1.gz").write_bytes(gzip.compress(text, 9, mtime=0))
    (manual / "fmsdiag-cli.1.gz").symlink_to("fmsdiag.1.gz")
    for shell, place in COMPLETIONS_BELOW_SHARE.items():
        target = share / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(completion(shell, "fmsdiag-cli"), encoding="utf-8")


def machine() -> str:
    """`linux-x86_64`, `windows-amd64`, `macos-arm64`: the end of the archive's name."""
    system = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
    return f"{system}-{platform.machine().lower()}"


def archive(epoch: int) -> Path:
    """The folder as one file: .zip on Windows, .tar.gz elsewhere."""
    name = f"fmsdiag-{version()}-{machine()}"
    if sys.platform == "win32":
        return zip_folder(FOLDER, DIST / f"{name}.zip", epoch)
    folder = DIST / "fmsdiag.app" if sys.platform == "darwin" else FOLDER
    return tar_folder(folder, DIST / f"{name}.tar.gz", epoch)


def tar_folder(folder: Path, target: Path, epoch: int) -> Path:
    """A .tar.gz with `folder` at its top: sorted, owned by root, one time for all, links kept."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = epoch
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    with (
        target.open("wb") as file,
        gzip.GzipFile("", "wb", 6, file, mtime=epoch) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        tar.add(folder, folder.name, recursive=False, filter=plain)
        for path in sorted(folder.rglob("*")):
            tar.add(
                path, f"{folder.name}/{path.relative_to(folder).as_posix()}", recursive=False, filter=plain
            )
    return target


def zip_folder(folder: Path, target: Path, epoch: int) -> Path:
    """A .zip of the files of `folder`, with it at the top: sorted, one time for all."""
    when = time.gmtime(max(epoch, EARLIEST))[:6]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", when)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive_file.writestr(entry, path.read_bytes())
    return target


def debian_package(epoch: int) -> Path:
    """A .deb with the folder in /usr/lib/fmsdiag, both commands on the PATH, and what belongs below /usr/share."""
    architecture = subprocess.run(
        ["dpkg-deb", "--print-architecture"], capture_output=True, text=True, check=False
    ).stdout.strip()
    architecture = architecture or {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "amd64")
    tree = BUILD / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    home = tree / "usr" / "lib" / "fmsdiag"
    shutil.copytree(FOLDER, home, symlinks=True, ignore=lambda at, _: ["share"] if Path(at) == FOLDER else [])
    shutil.copytree(FOLDER / "share", tree / "usr" / "share", symlinks=True)
    (tree / "usr" / "bin").mkdir()
    for name in ("fmsdiag", "fmsdiag-cli"):
        (tree / "usr" / "bin" / name).symlink_to(f"../lib/fmsdiag/{name}")
    documents = tree / "usr" / "share" / "doc" / "fmsdiag"
    documents.mkdir(parents=True)
    shutil.copy(ROOT / "LICENSE", documents / "copyright")
    (documents / "licenses").symlink_to("../../../lib/fmsdiag/licenses")
    (tree / "DEBIAN").mkdir()
    control = debian_control(version(), architecture, size_of(tree) // 1024, platform.libc_ver()[1])
    (tree / "DEBIAN" / "control").write_text(control, encoding="utf-8")
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    target = DIST / f"fmsdiag_{version()}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", *COMPRESSION, "--build", str(tree), str(target)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return target


def windows_installer() -> bool:
    """The installer where NSIS is, which says so itself; false where it fails."""
    sys.path.insert(0, str(PACKAGING / "windows"))
    import installer

    if installer.find_makensis(os.environ) is None:
        print("no installer: makensis of NSIS 3 is not installed")
        return True
    return installer.main() == 0


def debian_control(version_text: str, architecture: str, installed_kib: int, glibc: str) -> str:
    """The control file of the .deb; `glibc` is the version of the building machine."""
    return (
        f"Package: fmsdiag\nVersion: {version_text}\nArchitecture: {architecture}\n"
        "Maintainer: the fmsdiag authors\n"
        f"Section: net\nPriority: optional\nInstalled-Size: {installed_kib}\nDepends: libc6 (>= {glibc}), {DEPENDS}\n"
        f"Description: {SUMMARY}\n"
        " Tries a media server the way Flash Player did (RTMP, RTMPS, RTMPT and their fallback\n"
        " orders), shows every attempt, and names the cause. With a window and a command line.\n"
    )


def heaviest(folder: Path, count: int = HEAVIEST) -> list[Path]:
    """The largest files of a folder, largest first."""
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted(files, key=lambda path: (-path.stat().st_size, path))[:count]


def is_too_large(path: Path) -> bool:
    """Whether this is a .deb that outgrew its limit."""
    return path.suffix == ".deb" and path.stat().st_size > MAX_DEB_BYTES


def size_of(path: Path) -> int:
    """Bytes of a file, or of the files in a folder; a link counts nothing."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file() and not file.is_symlink())


if __name__ == "__main__":
    sys.exit(main())
