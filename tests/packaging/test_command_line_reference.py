import re
import shutil
import subprocess
from pathlib import Path

import pytest

from fmsdiag.cli.main import COMMANDS
from fmsdiag.probe.plan import PRESETS
from tests.packaging.packaging_modules import PACKAGING, load

reference = load("command_line_reference")
RESOURCES = PACKAGING.parent / "resources"
SOURCES = PACKAGING.parent / "fmsdiag"

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
needs_groff = pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")


@pytest.mark.parametrize("path", [reference.MAN_PAGE, *reference.COMPLETIONS.values()])
def test_it_is_what_the_parser_says(path: str) -> None:
    written = (RESOURCES / path).read_text(encoding="utf-8")
    assert written == reference.reference_files()[path], "it is out of date: make reference"


def test_the_terminal_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    page = reference.man_page()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert reference.man_page() == page


def test_the_man_page_names_every_command_plan_and_variable() -> None:
    page = reference.man_page().replace(r"\-", "-")
    assert all(f"'fmsdiag {command}'" in page for command in COMMANDS)
    assert all(f"\\fB{plan}\\fR" in page for plan in PRESETS)
    sources = "".join(path.read_text(encoding="utf-8") for path in (SOURCES / "cli").rglob("*.py"))
    variables = set(re.findall(r"FMSDIAG_[A-Z_]+", sources))
    assert variables
    assert all(f"\\fB{variable}\\fR" in page for variable in variables)


@needs_groff
def test_groff_has_no_complaint_about_the_man_page() -> None:
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", str(RESOURCES / reference.MAN_PAGE)],
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")


def offered(line: str, script: Path, cwd: Path) -> set[str]:
    """What bash offers at the end of this command line."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    program = (
        f"source '{script.as_posix()}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
        f"complete -p {words[0]} >/dev/null || exit 1; "
        f"_shtab_{words[0].replace('-', '_')}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", program], cwd=cwd, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return {word.strip() for word in done.stdout.splitlines()} - {""}


@needs_bash
@pytest.mark.parametrize("program", ["fmsdiag", "fmsdiag-cli"])
def test_bash_offers_commands_options_values_and_files(program: str, tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(reference.completion("bash", program), encoding="utf-8")
    (tmp_path / "report.json").touch()
    (tmp_path / "reports").mkdir()

    assert offered(f"{program} ", script, tmp_path) == set(COMMANDS)
    assert offered(f"{program} test --pla", script, tmp_path) == {"--plan", "--play"}
    assert offered(f"{program} test --plan ", script, tmp_path) == set(PRESETS)
    assert offered(f"{program} convert --to ", script, tmp_path) == {
        "html",
        "md",
        "txt",
        "pdf",
        "png",
        "json",
        "zip",
    }
    assert "http-reply" in offered(f"{program} demo ht", script, tmp_path)
    assert "report.json" in offered(f"{program} show rep", script, tmp_path)
    assert offered(f"{program} demo --output rep", script, tmp_path) == {"reports"}
