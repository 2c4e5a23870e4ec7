"""Writes the folder `licenses` of a package: our texts, and those of whatever PyInstaller put beside us.

What was bundled is read from the list that fmsdiag.spec leaves; Python packages tell their license in their metadata,
libraries of a Debian system in /usr/share/doc.
"""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, packages_distributions
from pathlib import Path

_LICENSE_FILE = re.compile(r"(?:^|/)(?:licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_DOC = Path("/usr/share/doc")


def bundled_distributions(modules: Iterable[str], binaries: Iterable[str]) -> list[Distribution]:
    """The installed Python packages from which the modules, or binaries by their paths in the bundle, came."""
    tops = {name.partition(".")[0] for name in modules} | {re.split(r"[./\\]", path)[0] for path in binaries}
    owners = packages_distributions()
    names = {name for top in tops for name in owners.get(top, [])} - {"fmsdiag"}
    return sorted((Distribution.from_name(name) for name in names), key=lambda d: d.name.lower())


def license_of(distribution: Distribution) -> str:
    """The license in a few words: the SPDX expression, else the classifiers, else the free text's first line."""
    metadata = distribution.metadata
    classifiers = [
        line.rpartition("::")[2].strip()
        for line in metadata.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    free_text = "".join(metadata.get_all("License") or []).strip().splitlines()
    expression = "".join(metadata.get_all("License-Expression") or [])
    return expression or ", ".join(classifiers) or (free_text[0] if free_text else "see its texts")


def license_texts(distribution: Distribution) -> list[Path]:
    """The files of an installed package that hold its license."""
    found = [
        path
        for path in distribution.files or []
        if ".dist-info" in str(path) and _LICENSE_FILE.search(str(path))
    ]
    return [Path(str(path.locate())) for path in found]


def python_packages_table(distributions: Iterable[Distribution]) -> str:
    """One line for each Python package: name, version, license."""
    rows = [(d.name, d.version, license_of(d)) for d in distributions]
    rows.insert(0, ("Python", platform.python_version(), "PSF-2.0"))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(
        f"{name:{widths[0]}}  {version:{widths[1]}}  {license}\n" for name, version, license in rows
    )


def debian_packages(sources: Iterable[str]) -> dict[str, list[str]]:
    """Debian package → the libraries taken from it. Empty where there is no dpkg."""
    if shutil.which("dpkg") is None:
        return {}
    owners: dict[str, list[str]] = {}
    for source in sorted(set(sources)):
        # A path through /lib may be registered as /usr/lib, or the other way round.
        real = str(Path(source).resolve())
        for path in (source, real, real.removeprefix("/usr"), "/usr" + source):
            told = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True)
            if told.returncode == 0:
                package = told.stdout.partition(":")[0].strip()
                owners.setdefault(package, []).append(Path(source).name)
                break
    return owners


def write_licenses(folder: Path, root: Path, modules: list[str], binaries: list[tuple[str, str]]) -> None:
    """Fill `folder` (it is made anew) with every text; raises FileNotFoundError when one of ours is missing."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "resources" / "licenses", folder)
    shutil.copy(root / "LICENSE", folder / "LICENSE")
    shutil.copy(root / "resources" / "fonts" / "DejaVuSans-LICENSE.txt", folder)
    distributions = bundled_distributions(modules, [destination for destination, _ in binaries])
    (folder / "python-packages.txt").write_text(python_packages_table(distributions), encoding="utf-8")
    for distribution in distributions:
        for text in license_texts(distribution):
            place = folder / "python" / f"{distribution.name}-{distribution.version}"
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy(text, place / text.name)
    _copy_python_license(folder / "python")
    _write_system_libraries(folder, [source for _, source in binaries])


def _copy_python_license(folder: Path) -> None:
    places = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt")
    folder.mkdir(parents=True, exist_ok=True)
    for place in places:
        if place.exists():
            shutil.copy(place, folder / "LICENSE.txt")
            return
    raise FileNotFoundError(f"Python's license is at none of: {', '.join(map(str, places))}")


def _write_system_libraries(folder: Path, sources: list[str]) -> None:
    owners = debian_packages(source for source in sources if source.startswith(("/lib", "/usr/lib")))
    if not owners:
        return
    rows = [f"{package}: {', '.join(sorted(set(names)))}\n" for package, names in sorted(owners.items())]
    (folder / "system-libraries.txt").write_text("".join(rows), encoding="utf-8")
    (folder / "system").mkdir()
    for package in owners:
        text = _DOC / package / "copyright"
        if text.exists():
            shutil.copy(text, folder / "system" / f"{package}.txt")
