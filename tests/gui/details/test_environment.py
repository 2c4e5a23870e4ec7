"""Where and how a report was made."""

import msgspec
import pytest

from fmsdiag.gui.details.environment import EnvironmentTexts, environment_spans
from fmsdiag.gui.details.pane import plain
from fmsdiag.messages.reader import say
from fmsdiag.model import Environment, Interface, RuleError
from fmsdiag.report.environment_section import environment_facts, target_facts
from fmsdiag.report.view import ReportView, ViewTexts
from tests.report import samples


@pytest.mark.parametrize("name", samples.RECORDED)
def test_it_says_what_every_face_says(name: str) -> None:
    report = samples.recorded(name)
    view, text = ReportView(report), plain(environment_spans(report))
    lines = {line.strip() for line in text.splitlines()}
    for label, values in (*environment_facts(report), *target_facts(report)):
        wanted = {f"{label}: {values[0]}"} if len(values) == 1 else {f"{label}:", *values}
        assert wanted <= lines
    assert {row.line for row in view.players} <= lines
    assert view.identity in text
    assert (say(ViewTexts.PLAYERS) in lines) is bool(view.players)


def test_faults_of_this_program_are_told() -> None:
    fault = RuleError("server-hung", "ZeroDivisionError: division by zero", "diagnosis/engine.py:41")
    report = msgspec.structs.replace(samples.healthy(), rule_errors=(fault,))
    assert "server-hung: ZeroDivisionError: division by zero (diagnosis/engine.py:41)" in plain(
        environment_spans(report)
    )


def test_hostile_names_are_made_visible_and_states_are_words() -> None:
    where = Environment(
        interfaces=(Interface("eth\u202e0", (), up=False),), proxies={"http": "http://p\x1b:1"}
    )
    text = plain(environment_spans(msgspec.structs.replace(samples.healthy(), environment=where)))
    assert "eth\\u202e0 (down): no address" in text
    assert "http: http://p\\x1b:1" in text


def test_before_the_end_it_says_when() -> None:
    assert plain(environment_spans(None)) == say(EnvironmentTexts.NO_REPORT)
