from collections.abc import Callable

import pytest

from fmsdiag.cli.main import main
from fmsdiag.diagnosis.cause_reference import cause_reference
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import use_language
from fmsdiag.model import Cause
from fmsdiag.report.cause_page import cause_page
from tests.cli.pseudo_locales import unmarked

Capture = pytest.CaptureFixture[str]
Set = Callable[[str, str], None]


def test_all_parts_of_a_cause_s_page_are_printed(capsys: Capture) -> None:
    assert main(["explain", "port-blocked"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    page = cause_page(cause_reference(Cause.PORT_BLOCKED))
    parts = [page.what_it_is, page.recognized_by, page.when_not_to_worry, *page.explains]
    parts += [part for each in page.look_alikes for part in (each.name, each.told_apart)]
    parts += [part for case in page.cases for part in (case.headline, case.explanation, case.decides)]
    parts += [step.text for reader in page.readers for step in reader.steps]
    parts += [meaning for _, meaning in page.confidence]
    assert text.startswith("port-blocked: port blocked What it is ")
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_explained_without_buttons(cause: Cause, capsys: Capture) -> None:
    assert main(["explain", cause]) == 0
    text = capsys.readouterr().out
    assert "Who does what" in text
    assert "Press " not in text
    assert max(map(len, text.splitlines())) <= 80


def test_without_a_cause_all_are_listed(capsys: Capture) -> None:
    assert main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(Cause)
    assert "port-blocked: port blocked" in lines


def test_a_cause_that_is_not_known(capsys: Capture) -> None:
    assert main(["explain", "gremlins"]) == 3
    assert "CAUSE: “gremlins” is not one of local-network-down, " in capsys.readouterr().err


def test_it_is_translated(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("FMSDIAG_LANGUAGE", "en-XA")
    monkeypatch.setenv("COLUMNS", "3000")
    try:
        assert main(["explain", "port-blocked"]) == 0
        assert unmarked(capsys.readouterr().out) == []
    finally:
        use_language(ENGLISH)
