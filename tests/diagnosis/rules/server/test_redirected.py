"""What is said of a redirect that was not followed."""

from dataclasses import replace

import msgspec
import pytest

from fmsdiag.diagnosis.rule import FindingTexts, Found, finding
from fmsdiag.diagnosis.rules.server import redirected
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import NotApplicable
from tests.diagnosis.situations import run_view

_LINES = [
    "fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://10.0.0.5:1935/live",
    "follow-up redirect rtmp:1935: not-applicable",
]


@pytest.mark.parametrize(
    ("why", "case", "said"),
    [
        (NotApplicable.REDIRECT_PRIVATE, redirected.Private, "This test did not try it."),
        (NotApplicable.REDIRECT_TOO_FAR, redirected.Unusable, "did not follow: too many redirects."),
        (NotApplicable.REDIRECT_UNUSABLE, redirected.Unusable, "the address in the redirect is not valid."),
    ],
)
def test_what_was_not_tried_is_said_and_why(why: NotApplicable, case: type[FindingTexts], said: str) -> None:
    """The server's words tell where it sends its clients, not whether that works."""
    run = run_view(_LINES)
    redirect = msgspec.structs.replace(run.attempts[1], not_applicable=why)
    found = redirected.RULE.judge(replace(run, attempts=(run.attempts[0], redirect)))
    assert isinstance(found, Found)
    assert found.case is case
    assert said in ENGLISH.render(finding(redirected.RULE, found, (), run).explanation)
    assert "own words" not in ENGLISH.render(found.reason)
