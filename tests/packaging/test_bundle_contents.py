import sys
from pathlib import Path

import pytest

from tests.packaging.packaging_modules import load

contents = load("bundle_contents")
PLUGINS = "PySide6/Qt/plugins"


@pytest.mark.parametrize(
    ("destination", "shipped"),
    [
        (f"{PLUGINS}/platforms/libqxcb.so", True),
        (f"{PLUGINS}/platforms/libqwayland.so", True),
        (f"{PLUGINS}/platforms/libqoffscreen.so", True),
        (f"{PLUGINS}/platforms/libqeglfs.so", False),
        (f"{PLUGINS}/platformthemes/libqgtk3.so", False),
        (f"{PLUGINS}/iconengines/libqsvgicon.so", True),
        (f"{PLUGINS}/tls/libqopensslbackend.so", False),
        (f"{PLUGINS}/networkinformation/libqglib.so", False),
        (r"PySide6\plugins\platforms\qwindows.dll", True),
        (r"PySide6\plugins\platforms\qdirect2d.dll", False),
        (r"PySide6\plugins\styles\qmodernwindowsstyle.dll", True),
        (f"{PLUGINS}/platforms/libqcocoa.dylib", True),
        ("PySide6/Qt/translations/qtbase_de.qm", False),
        ("PySide6/Qt/lib/libQt6Qml.so.6", False),
        ("PySide6/Qt/lib/libQt6Gui.so.6", True),
        ("PySide6/Qt/lib/libQt6WaylandClient.so.6", True),
        ("PySide6/Qt/lib/QtPdf.framework/Versions/A/QtPdf", False),
        (r"PySide6\Qt6Network.dll", False),
        (r"PySide6\opengl32sw.dll", False),
        ("PySide6/QtNetwork.abi3.so", False),
        ("PySide6/QtWidgets.abi3.so", True),
        ("cryptography/hazmat/bindings/_rust.abi3.so", True),
        (f"{PLUGINS}/printsupport/libcupsprintersupport.so", True),
        ("libcups.so.2", False),
        ("fmsdiag/resources/icons/app.svg", True),
        ("babel/global.dat", True),
        ("babel/locale-data/root.dat", True),
        ("babel/locale-data/en.dat", True),
        ("babel/locale-data/en_GB.dat", False),
        ("babel/locale-data/tlh.dat", False),
        (r"babel\locale-data\zu.dat", False),
        ("fmsdiag/resources/locale/fmsdiag.pot", False),
        ("fmsdiag/resources/locale/de/LC_MESSAGES/fmsdiag.po", False),
        ("fmsdiag/resources/locale/de/LC_MESSAGES/fmsdiag.mo", True),
    ],
)
def test_what_is_shipped(destination: str, shipped: bool) -> None:
    if "Network" in destination and sys.platform in ("win32", "darwin"):
        shipped = True  # which asks the system for its proxies there
    assert contents.is_wanted(destination) is shipped


def test_a_finished_language_brings_its_numbers_and_dates(tmp_path: Path) -> None:
    for code in ("de", "pt_BR"):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "fmsdiag.mo").touch()
    begun = tmp_path / "fr" / "LC_MESSAGES"
    begun.mkdir(parents=True)
    (begun / "fmsdiag.po").touch()
    assert contents.finished_languages(tmp_path) == {"de", "pt"}


def test_a_library_goes_with_the_last_that_linked_to_it() -> None:
    entries = [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/qxcb", "BINARY"),
        ("libxcb.so.1", "/xcb", "BINARY"),
        ("libgtk-3.so.0", "/gtk", "BINARY"),
        ("libpango.so.0", "/pango", "BINARY"),
        ("libpython3.11.so.1.0", "/python", "BINARY"),
        ("zlib.cpython-311.so", "/zlib", "EXTENSION"),
        ("libz.so.1", "/z", "BINARY"),
    ]
    links = {"/qxcb": {"libxcb.so.1"}, "/gtk": {"libpango.so.0"}, "/zlib": {"libz.so.1"}}
    # A generator, since the names are looked at in every round.
    roots = (name for name in ["libpython3.11.so.1.0"])
    kept = contents.without_orphans(entries, roots, lambda source: links.get(source, set()))
    assert [entry[0] for entry in entries if entry not in kept] == ["libgtk-3.so.0", "libpango.so.0"]


def test_links_to_what_is_not_shipped_go() -> None:
    binaries = [("PySide6/Qt/lib/libQt6Core.so.6", "/core", "BINARY")]
    datas = [
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "SYMLINK"),
        ("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", "SYMLINK"),
        ("fmsdiag/resources/icons/app.svg", "/app.svg", "DATA"),
    ]
    assert contents.without_dangling(datas, binaries) == [datas[0], datas[2]]


def test_a_start_runs_no_script_that_only_takes_time() -> None:
    scripts = [
        ("pyi_rth_pkgutil", "/a", "PYSOURCE"),
        ("pyi_rth_pyside6", "/b", "PYSOURCE"),
        ("window_entry", "/c", "PYSOURCE"),
    ]
    assert [name for name, _, _ in contents.start_scripts(scripts)] == ["pyi_rth_pyside6", "window_entry"]
    assert "multiprocessing" in contents.UNWANTED_MODULES
