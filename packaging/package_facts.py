"""Names, version and places that several parts of the packaging need; the spec reads them, too."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "package"
DIST = ROOT / "dist"
HOMEPAGE = "https://github.com/fmsdiag/fmsdiag"
BUNDLE_IDENTIFIER = "org.fmsdiag.fmsdiag"
SUMMARY = "Finds out why an RTMP player cannot connect"
COPYRIGHT = "Copyright (c) the fmsdiag authors. MIT license."


def version() -> str:
    """The version, read from the source without importing it."""
    text = (ROOT / "fmsdiag" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("fmsdiag/__init__.py names no version")
    return found[1]


INFO_PLIST = {
    "CFBundleDisplayName": "fmsdiag",
    "CFBundleShortVersionString": version(),
    "CFBundleVersion": version(),
    "LSMinimumSystemVersion": "13.0",
    "LSApplicationCategoryType": "public.app-category.utilities",
    "NSRequiresAquaSystemAppearance": False,
    "NSHighResolutionCapable": True,
    "NSHumanReadableCopyright": COPYRIGHT,
    "NSLocalNetworkUsageDescription": "fmsdiag connects to the media server that you name, also inside your network.",
}


def windows_version_info(name: str, version_text: str) -> str:
    """The version resource of a Windows executable, in the notation that PyInstaller reads."""
    numbers = [int(part) for part in re.findall(r"\d+", version_text)[:4]]
    quadruple = tuple([*numbers, 0, 0, 0, 0][:4])
    strings = {
        "CompanyName": "the fmsdiag authors",
        "FileDescription": SUMMARY,
        "FileVersion": version_text,
        "InternalName": name,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": f"{name}.exe",
        "ProductName": "fmsdiag",
        "ProductVersion": version_text,
    }
    table = ", ".join(f"StringStruct({key!r}, {value!r})" for key, value in strings.items())
    return (
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={quadruple}, prodvers={quadruple}, mask=0x3f, flags=0x0, "
        "OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)), kids=["
        f"StringFileInfo([StringTable('040904B0', [{table}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )
