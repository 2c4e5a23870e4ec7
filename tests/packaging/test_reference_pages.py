import tomllib

import pytest

from fmsdiag.model import Cause
from tests.packaging.packaging_modules import PACKAGING, load

reference = load("reference_pages")
ROOT = PACKAGING.parent
DOCS = ROOT / "docs"
PAGES = reference.reference_pages()


@pytest.mark.parametrize("path", PAGES)
def test_it_is_what_the_code_says(path: str) -> None:
    written = (DOCS / path).read_text(encoding="utf-8")
    assert written == PAGES[path], "it is out of date: make reference"


def test_there_is_a_page_for_each_cause_and_no_other() -> None:
    written = {path.stem for path in (DOCS / "causes").glob("*.md")}
    assert written == {"README", *Cause}


def test_the_index_leads_to_every_page() -> None:
    assert all(f"]({cause}.md)" in PAGES["causes/README.md"] for cause in Cause)


def test_a_page_has_all_parts() -> None:
    page = PAGES["causes/port-blocked.md"]
    assert [line for line in page.splitlines() if line.startswith("#")] == [
        "# Port blocked",
        "## What it is",
        "## How fmsdiag recognizes it",
        "## What looks like it",
        "## What a report says",
        "## Who does what",
        "### You",
        "### Your network administrator",
        "### Server operator",
        "## When not to worry",
    ]


def test_markdown_shows_text_as_it_is() -> None:
    assert reference.escaped("a*b <c> | `d`") == r"a\*b \<c> \| \`d\`"


def test_packages_carry_every_page() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    in_wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    in_bundle = load("bundle_contents").REFERENCE
    single = {path for path in PAGES if "/" not in path}
    assert single == set(in_bundle)
    assert {"docs/causes", *(f"docs/{path}" for path in single)} <= set(in_wheel)
