from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.packaging.packaging_modules import load

licenses = load("licenses")
ROOT = Path(__file__).resolve().parents[2]


def test_modules_and_libraries_tell_their_packages() -> None:
    found = licenses.bundled_distributions(
        ["dns.resolver", "json.decoder", "fmsdiag.run", "rich.console"],
        ["cryptography/hazmat/bindings/_rust.abi3.so"],
    )
    assert [one.name for one in found] == ["cryptography", "dnspython", "rich"]


@pytest.mark.parametrize(
    ("name", "words"), [("dnspython", "ISC"), ("h11", "MIT"), ("PySide6_Essentials", "LGPL")]
)
def test_a_package_tells_its_license(name: str, words: str) -> None:
    assert words in licenses.license_of(distribution(name))


def test_the_table_begins_with_python() -> None:
    first, second = licenses.python_packages_table([distribution("h11")]).splitlines()
    assert first.split()[0] == "Python"
    assert second.split()[0] == "h11"


def test_the_folder_has_our_texts_and_theirs(tmp_path: Path) -> None:
    licenses.write_licenses(tmp_path / "licenses", ROOT, ["h11", "fmsdiag.run"], [])
    names = {
        path.relative_to(tmp_path / "licenses").as_posix() for path in (tmp_path / "licenses").rglob("*")
    }
    ours = {"README.txt", "LICENSE", "LGPL-3.0.txt", "GPL-3.0.txt", "qt/qtbase.txt", "DejaVuSans-LICENSE.txt"}
    assert ours <= names
    version = distribution("h11").version
    assert any(name.startswith(f"python/h11-{version}/LICENSE") for name in names)
    assert "system-libraries.txt" not in names


def test_the_readme_of_the_licenses_names_each_text() -> None:
    folder = ROOT / "resources" / "licenses"
    text = (folder / "README.txt").read_text(encoding="utf-8")
    names = [
        path.relative_to(folder).as_posix() for path in folder.rglob("*.txt") if path.name != "README.txt"
    ]
    assert names
    assert not [name for name in names if name not in text]
