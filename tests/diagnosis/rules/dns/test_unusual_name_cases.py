"""Cases of the rules about names that no situation of the tables shows: only one name server was asked."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, finding
from fmsdiag.diagnosis.rules.dns.dns_name_not_found import RULE, NoAddressSaysOne, OtherNameSaysOne
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("line", "case", "words"),
    [
        (
            "fallback rtmp 1935: resolver no-data; dns name-not-found",
            NoAddressSaysOne,
            "The DNS server says that fms.example.com has no address.",
        ),
        (
            "fallback rtmp 1935: resolver name-not-found; dns ok 192.168.1.1; tcp refused @192.168.1.1",
            OtherNameSaysOne,
            "This computer still found an address, 192.168.1.1,",
        ),
    ],
)
def test_what_one_name_server_says_stays_open(line: str, case: type[FindingTexts], words: str) -> None:
    run = run_view([line])
    answer = RULE.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    assert found.case is case
    told = finding(RULE, found, (), run)
    assert words in ENGLISH.render(told.explanation)
    assert told.decisive_test is not None
