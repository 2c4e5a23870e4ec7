"""Cases of the rules about this computer that no situation of the tables shows."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules.local import gateway_unreachable, hosts_file_override, local_firewall
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Environment
from tests.diagnosis.situations import run_view

STUCK = "fallback rtmp 1935: tcp unreachable 3.1 icmp=3.1/192.168.1.20"
HOSTS_FILE = Environment(hosts_file_addresses=("198.51.100.80",))


@pytest.mark.parametrize(
    ("rule", "lines", "environment", "case", "words"),
    [
        (
            gateway_unreachable.RULE,
            [STUCK],
            Environment(gateway_answers=False),
            gateway_unreachable.UnknownRouter,
            "This network's router does not answer this computer.",
        ),
        (
            hosts_file_override.RULE,
            [
                "fallback rtmp 1935: resolver ok 203.0.113.10; dns ok 198.51.100.80; tcp timed-out @198.51.100.80"
            ],
            HOSTS_FILE,
            hosts_file_override.Override,
            "DNS gives 203.0.113.10. No media server answers at the address in the file.",
        ),
        (
            local_firewall.RULE,
            [f"fallback rtmp {port}: tcp not-permitted" for port in (1935, 80, 443, 8080)],
            Environment(),
            local_firewall.MostPorts,
            "Connections to ports 1935, 80, 443, and 8080 are blocked before they leave this computer.",
        ),
    ],
)
def test_a_case_says_what_it_is(
    rule: Rule, lines: list[str], environment: Environment, case: type[FindingTexts], words: str
) -> None:
    run = run_view(lines, environment=environment)
    answer = rule.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    assert found.case is case
    assert words in ENGLISH.render(finding(rule, found, (), run).explanation)
