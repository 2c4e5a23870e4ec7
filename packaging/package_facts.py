"""Names, version and places that several parts of the packaging need; the spec reads them, too."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / ("package-windows" if sys.platform == "win32" else "package")
"""Its own on Windows, since there a checkout can be one that another system builds in, too."""
DIST = Path(os.environ.get("FMSDIAG_DIST") or ROOT / "dist").absolute()
HOMEPAGE = "https://github.com/fmsdiag/fmsdiag"
BUNDLE_IDENTIFIER = "org.fmsdiag.fmsdiag"
SUMMARY = "Finds out why an RTMP player cannot connect"
REPORT_TYPE = "application/x-fmsdiag-report+json"
"""The MIME type of a report's JSON under its own ending, `.fmsdiag-report`."""
PROFILE_TYPE = "application/x-fmsdiag-profile+json"
"""The MIME type of a customer profile, `.fmsdiag`."""
COPYRIGHT = "Copyright (c) the fmsdiag authors. MIT license."


def version() -> str:
    """The version, read from the source without importing it."""
    text = (ROOT / "fmsdiag" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("fmsdiag/__init__.py names no version")
    return found[1]


UNIFORM_REPORT_TYPE = f"{BUNDLE_IDENTIFIER}.report"
"""The uniform type identifier of a report's file on macOS."""
REPORT_EXTENSION = "fmsdiag-report"
UNIFORM_PROFILE_TYPE = f"{BUNDLE_IDENTIFIER}.profile"
"""The same of a customer profile."""
PROFILE_EXTENSION = "fmsdiag"
LINK_SCHEME = "fmsdiag"
"""Of the links that hold a profile."""

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
    "UTExportedTypeDeclarations": [
        {
            "UTTypeIdentifier": UNIFORM_REPORT_TYPE,
            "UTTypeDescription": "fmsdiag report",
            "UTTypeConformsTo": ["public.json"],
            "UTTypeTagSpecification": {
                "public.filename-extension": [REPORT_EXTENSION],
                "public.mime-type": [REPORT_TYPE],
            },
        },
        {
            "UTTypeIdentifier": UNIFORM_PROFILE_TYPE,
            "UTTypeDescription": "fmsdiag profile",
            "UTTypeConformsTo": ["public.json"],
            "UTTypeTagSpecification": {
                "public.filename-extension": [PROFILE_EXTENSION],
                "public.mime-type": [PROFILE_TYPE],
            },
        },
    ],
    "CFBundleURLTypes": [
        {
            "CFBundleURLName": UNIFORM_PROFILE_TYPE,
            "CFBundleTypeRole": "Viewer",
            "CFBundleURLSchemes": [LINK_SCHEME],
        }
    ],
    "CFBundleDocumentTypes": [
        {
            "CFBundleTypeName": "fmsdiag report",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [UNIFORM_REPORT_TYPE],
        },
        {
            "CFBundleTypeName": "fmsdiag profile",
            "CFBundleTypeRole": "Viewer",
            "LSHandlerRank": "Owner",
            "LSItemContentTypes": [UNIFORM_PROFILE_TYPE],
        },
    ],
}
"""Of the macOS application. Reports, profiles and links come with a QFileOpenEvent, which gui/file_openings.py takes."""


WINDOWS_MANIFEST = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <dpiAware xmlns="http://schemas.microsoft.com/SMI/2005/WindowsSettings">true/pm</dpiAware>
      <dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2, PerMonitor</dpiAwareness>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
      <activeCodePage xmlns="http://schemas.microsoft.com/SMI/2019/WindowsSettings">UTF-8</activeCodePage>
    </windowsSettings>
  </application>
  <dependency>
    <dependentAssembly>
      <assemblyIdentity type="win32" name="Microsoft.Windows.Common-Controls" version="6.0.0.0"
        processorArchitecture="*" publicKeyToken="6595b64144ccf1df" language="*"/>
    </dependentAssembly>
  </dependency>
</assembly>
"""
"""Of both Windows executables: each monitor's own scale, UTF-8, long paths, and no administrator."""


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
