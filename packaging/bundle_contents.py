"""What goes into a frozen build and what stays out: read by fmsdiag.spec and by the bare window of the benchmark.

PyInstaller's hooks collect every Qt plug-in and whatever those link to. This app paints widgets with the raster
engine and does its networking without Qt, so a short list of plug-ins is enough; libraries that only a dropped
plug-in wanted go with it.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

Entry = tuple[str, str, str]
"""PyInstaller's (destination, source, kind)."""

REFERENCE = (
    "exit-codes.md",
    "experiments.md",
    "platforms.md",
    "profile-format.md",
    "report-format.md",
    "verdict-code.md",
)
"""Documents in docs/ that go with the program, beside the pages of the causes; the wheel has them by pyproject.toml."""

KEPT_PLUGINS: dict[str, set[str]] = {
    "platforms": {"qxcb", "qwayland", "qoffscreen", "qwindows", "qcocoa"},
    "platformthemes": {"qxdgdesktopportal"},
    "platforminputcontexts": {"composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"},
    "printsupport": {"cupsprintersupport", "windowsprintersupport", "cocoaprintersupport"},
    "iconengines": {"qsvgicon"},
    "imageformats": {"qsvg"},
    "styles": {"qmacstyle", "qmodernwindowsstyle"},
    "wayland-shell-integration": {"xdg-shell"},
    "wayland-decoration-client": {"adwaita", "bradient"},
}
"""Folder of Qt's plug-ins → names without prefix and suffix. A folder that is not named stays out."""

LEFT_TO_THE_SYSTEM = ("libcups.",)
"""Libraries that belong to a service of the system, which has the one that fits; there is no printing without it."""

UNWANTED_QT = {
    *(
        "Concurrent",
        "Designer",
        "EglFSDeviceIntegration",
        "EglFsKmsSupport",
        "Help",
        "OpenGLWidgets",
    ),
    *(
        () if sys.platform in ("win32", "darwin") else ("Network",)
    ),  # there gui/system_proxy.py asks it for the proxy
    *(
        "Pdf",
        "PdfWidgets",
        "Qml",
        "QmlMeta",
        "QmlModels",
        "QmlWorkerScript",
        "Quick",
        "QuickWidgets",
        "QuickControls2",
    ),
    *("Sql", "Test", "UiTools", "VirtualKeyboard", "WaylandCompositor", "Xml"),
}
"""Parts of Qt that nothing of ours links to, wherever they come from."""

UNWANTED_MODULES = [
    *(f"PySide6.Qt{part}" for part in sorted(UNWANTED_QT)),
    # qasync looks for other bindings of Qt, rich for notebooks and colorful source code.
    *("PyQt5", "PyQt6", "PySide2", "IPython", "ipywidgets", "pygments", "markdown_it"),
    # dnspython can use these; it is asked for plain DNS only.
    *("trio", "anyio", "httpx", "httpcore", "h2", "aioquic", "wmi"),
    *(
        "tkinter",
        "unittest",
        "doctest",
        "pydoc",
        "pdb",
        "lib2to3",
        "distutils",
        "setuptools",
        "pkg_resources",
        "pip",
    ),
    *("curses", "readline", "xmlrpc", "numpy", "pytest", "attr", "attrs"),
    # Nothing of ours starts a process of Python. Where it is bundled, PyInstaller imports it at every start, and most of the
    # standard library with it: a third of the time until the window shows.
    "multiprocessing",
]

UNWANTED_AT_START = ("pyi_rth_pkgutil",)
"""PyInstaller's scripts that run before ours and load what the start does not need: nothing of ours lists modules."""

LOCALE_DATA = ("root", "en")
"""Babel's data that is always needed; beside it a finished language's own, by the folders of resources/locale."""
LOCALE = Path(__file__).resolve().parent.parent / "resources" / "locale"
_LOCALE_FILE = re.compile(r"(?:^|/)babel/locale-data/(\w+)\.dat$")
_FOR_TRANSLATORS = re.compile(r"/resources/locale/.*\.pot?$")
_PLUGIN = re.compile(r"(?:^|/)plugins/([^/]+)/(?:lib)?([^/]+?)(?:\.abi3)?\.(?:so|dylib|dll)$")
_QT_LIBRARY = re.compile(r"(?:^|/)(?:libQt6|Qt6|Qt)(\w+?)(?:\.framework|\.so|\.dll|\.abi3|\.pyd)")
_LIBRARY = re.compile(r"^lib[^/]+\.so(?:\.[\w.]+)?$")
_NEEDED = re.compile(r"^\s*NEEDED\s+(\S+)", re.MULTILINE)


def is_wanted(destination: str) -> bool:
    """Whether a file that PyInstaller collected shall be shipped, by its path inside the bundle."""
    path = destination.replace("\\", "/")
    if found := _LOCALE_FILE.search(path):
        return found[1] in LOCALE_DATA or found[1].partition("_")[0] in finished_languages()
    if _FOR_TRANSLATORS.search(path):
        return False
    plugin = _PLUGIN.search(path)
    if plugin:
        return plugin[2] in KEPT_PLUGINS.get(plugin[1], ())
    if "PySide6" not in path:
        return not path.rpartition("/")[2].startswith(LEFT_TO_THE_SYSTEM)
    if "/translations/" in path or "/qml/" in path or path.endswith(("/opengl32sw.dll", ".pyi")):
        return False
    library = _QT_LIBRARY.search(path)
    return not (library and library[1] in UNWANTED_QT)


def start_scripts(entries: Iterable[Entry]) -> list[Entry]:
    """The scripts that a program runs, PyInstaller's own first, without those that only take time."""
    return [entry for entry in entries if entry[0] not in UNWANTED_AT_START]


def finished_languages(folder: Path = LOCALE) -> set[str]:
    """The languages, without their regions, for which there is a compiled catalog."""
    return {path.parent.parent.name.partition("_")[0] for path in folder.glob("*/LC_MESSAGES/*.mo")}


def wanted(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that shall be shipped, in their order."""
    return [entry for entry in entries if is_wanted(entry[0])]


def shipped_binaries(entries: Iterable[Entry]) -> list[Entry]:
    """The shared libraries, extension modules and plug-ins that shall be shipped from this system."""
    kept = wanted(entries)
    if not sys.platform.startswith("linux"):
        return kept
    return without_orphans(
        kept, roots=(PurePosixPath(e[0]).name for e in kept if e[0].startswith("libpython"))
    )


def without_dangling(datas: Iterable[Entry], binaries: Iterable[Entry]) -> list[Entry]:
    """The data files without the links to libraries that are not shipped (Qt's are linked from the top folder, too)."""
    names = {PurePosixPath(destination).name for destination, _, _ in binaries}
    return [entry for entry in datas if entry[2] != "SYMLINK" or PurePosixPath(entry[1]).name in names]


def needed_names(source: str) -> set[str]:
    """Names of the shared libraries that an ELF file asks for (binutils' objdump tells)."""
    told = subprocess.run(["objdump", "-p", source], capture_output=True, text=True, check=True)
    return set(_NEEDED.findall(told.stdout))


def without_orphans(
    entries: Iterable[Entry],
    roots: Iterable[str] = (),
    needs: Callable[[str], set[str]] = needed_names,
) -> list[Entry]:
    """The entries without the shared libraries that no other entry links to any longer (Linux).

    Extension modules and plug-ins are loaded by their own name and stay; so do the libraries named in `roots`.
    Symbolic links stay as long as the file they lead to.
    """
    kept = list(entries)
    by_name = set(roots)
    asked = {source: needs(source) for _, source, kind in kept if kind in ("BINARY", "EXTENSION")}
    while True:
        names = by_name.union(*(asked.get(source, set()) for _, source, _ in kept))
        orphans = [
            entry for entry in kept if _may_be_orphan(entry) and PurePosixPath(entry[0]).name not in names
        ]
        if not orphans:
            return kept
        kept = [entry for entry in kept if entry not in orphans]


def _may_be_orphan(entry: Entry) -> bool:
    destination, _, kind = entry
    path = PurePosixPath(destination)
    return kind in ("BINARY", "SYMLINK") and bool(_LIBRARY.match(path.name)) and "plugins" not in path.parts
