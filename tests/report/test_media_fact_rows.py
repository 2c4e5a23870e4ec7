from __future__ import annotations

import pytest

from fmsdiag.model import ConnectFacts, ProtocolRule, StepName, Violation
from fmsdiag.report.fact_rows import facts_of
from fmsdiag.report.media_fact_rows import connect_rows
from tests.report import samples


def told(facts: ConnectFacts) -> dict[str, tuple[str, ...]]:
    return dict(facts_of(samples.observed(1, StepName.CONNECT, 0, 1, facts)))


@pytest.mark.parametrize("rule", list(ProtocolRule))
def test_a_broken_rule_is_told_with_its_bytes(rule: ProtocolRule) -> None:
    facts = ConnectFacts("live", "rtmp://h/live", violation=Violation(rule.value, 3212, "02 00 00"))
    said, where = told(facts)["Rule of RTMP broken"]
    assert said.endswith(".")
    assert where == "at byte 3,212 of what the server sent: 02 00 00"


def test_a_rule_of_a_later_program_is_told_by_its_name() -> None:
    facts = ConnectFacts("live", "rtmp://h/live", violation=Violation("rule-of-2031"))
    assert told(facts)["Rule of RTMP broken"] == ("rule-of-2031",)


def test_a_request_for_swf_verification_is_told() -> None:
    assert told(ConnectFacts("live", "rtmp://h/live", swf_verification=True))[
        "SWF verification requested"
    ] == ("yes",)
    rows = told(ConnectFacts("live", "rtmp://h/live"))
    assert not {"SWF verification requested", "Rule of RTMP broken"} & rows.keys()
    assert len(connect_rows(ConnectFacts("live", "rtmp://h/live"))) > len(rows)
