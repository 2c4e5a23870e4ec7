"""What the repository says of itself outside the code: addresses, links, citations, workflows, the change log."""

import io
import re
import subprocess
import tokenize
import tomllib
from pathlib import Path

import pytest

from tests.systems import needs_git

ROOT = Path(__file__).resolve().parents[1]
OURS = re.compile(r"https?://[\w.-]+/[\w.-]+/fmsdiag(?![\w.-])")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CITED = re.compile(r"(?<![\w/.*{])((?:[\w-]+/)*[\w-]+\.md)\b")
PRIVATE_NOTES = re.compile(r"\w+ notes, section")
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def texts() -> dict[str, str]:
    """Path → text of every file that is ours to write, as committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if listed.returncode:
        pytest.skip("this is no checkout")
    found = {}
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.stat().st_size < 400_000:
            try:
                found[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return found


@needs_git
def test_the_project_has_one_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    homepage = project["urls"]["Homepage"]
    assert {"Homepage", "Documentation", "Issues", "Changelog"} <= project["urls"].keys()
    assert all(url.startswith(homepage) for url in project["urls"].values())
    named = {url: path for path, text in texts().items() for url in OURS.findall(text)}
    assert named.keys() == {homepage}, named


@needs_git
def test_every_link_of_a_document_leads_to_a_file_and_a_heading() -> None:
    documents = {path: text for path, text in texts().items() if path.endswith(".md")}
    lost = []
    for path, text in documents.items():
        for link in LINK.findall(text):
            place, _, heading = link.partition("#")
            if ":" in place:
                continue
            target = (ROOT / path).parent / place if place else ROOT / path
            if not target.exists() or (heading and heading not in headings(target)):
                lost.append(f"{path}: {link}")
    assert not lost


def headings(document: Path) -> set[str]:
    """The anchors of its headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


def missing_documents(source: str) -> list[str]:
    """Documents that comments and docstrings cite and that a reader of this repository does not have."""
    prose = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
        or (token.type == tokenize.STRING and token.string.startswith('"""'))
    ]
    cited = {document for text in prose for document in CITED.findall(text)}
    private = {notes for text in prose for notes in PRIVATE_NOTES.findall(text)}
    return sorted(private | {document for document in cited if not (ROOT / document).is_file()})


@needs_git
def test_comments_cite_what_a_reader_has() -> None:
    sources = {path: text for path, text in texts().items() if path.endswith(".py")}
    lost = {path: missing for path, text in sources.items() if (missing := missing_documents(text))}
    assert not lost


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("# as docs/peers.md shows", []),
        ('"""See private.md 2.1."""', ["private.md"]),
        ("x = 1  # see a/b.md", ["a/b.md"]),
        ("# the rule of the wire notes, section 3", ["wire notes, section"]),
        ('name = "report.md"; digest = hashlib.md5', []),
    ],
)
def test_a_missing_document_is_seen(source: str, missing: list[str]) -> None:
    assert missing_documents(source) == missing


def test_the_change_log_keeps_its_form() -> None:
    """Keep a Changelog 1.1.0; the release workflow takes a version's section out of it by its heading."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", version) for version in versions[1:])
    assert set(re.findall(r"^### (.*)$", text, re.MULTILINE)) <= set(KINDS)
    for version in versions:
        name = version.partition("]")[0] + "]"
        assert f"\n{name}: https://" in text


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read(workflow: Path) -> None:
    """Every job but the one that publishes a release."""
    text = workflow.read_text(encoding="utf-8")
    assert "\npermissions:\n  contents: read\n\n" in text
    granted = re.findall(r"^ +([\w-]+: (?:write|write-all))\b", text, re.MULTILINE)
    assert granted == (["contents: write"] if workflow.name == "release.yml" else [])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_uses_actions_of_a_version_and_no_text_of_others_in_scripts(workflow: Path) -> None:
    text = workflow.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+|\./\.github/workflows/\w+\.yml", action) for action in used)
    assert all((ROOT / action).is_file() for action in used if action.startswith("./"))
    assert not re.search(r"run:.*\$\{\{", text)


def test_a_release_carries_packages_checksums_and_a_bill_of_materials() -> None:
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
    assert "uses: ./.github/workflows/package.yml" in text
    assert "sha256sum -- * > SHA256SUMS" in text
    assert ".cdx.json" in text
    assert re.search(r"gh release create .* dist/\*", text)
    for package in ("*-linux-*.tar.gz", "*.deb", "*-windows-*.zip", "*-setup.exe", "*-macos-*.tar.gz"):
        assert package in text, "a release without it must fail"


def test_only_a_release_hands_in_certificates_and_only_signing_sees_them() -> None:
    """What a pull request changes must never run with a secret in its reach."""
    text = {path.name: path.read_text(encoding="utf-8") for path in WORKFLOWS}
    assert "secrets." not in text["ci.yml"]
    assert "secrets: inherit" not in "".join(text.values())
    steps = re.split(r"^      - ", text["package.yml"], flags=re.MULTILINE)
    holding = [step for step in steps if "secrets." in step]
    assert len(holding) == 2
    assert all("packaging/signing.py" in step for step in holding)
    declared = set(re.findall(r"^      ([A-Z_]+):", text["package.yml"], re.MULTILINE))
    assert set(re.findall(r"secrets\.([A-Z_]+)", text["release.yml"])) == declared
    assert {name for step in holding for name in re.findall(r"secrets\.([A-Z_]+)", step)} == declared
