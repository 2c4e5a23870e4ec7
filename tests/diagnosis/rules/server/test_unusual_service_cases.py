"""Cases of the rules about a server's services that no situation of the tables shows."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules.server import (
    rtmfp_not_offered,
    rtmp_service_stopped,
    tunnel_not_offered,
    wrong_service_on_port,
)
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

RTMPT = "rtmpt://fms.example.com/live"
RTMPTS = "rtmpts://fms.example.com/live"
LOST = 'connect unexpected-reply http=404 detail="the tunnel\'s session was lost after 2 requests: HTTP status 404"'
ENDLESS = 'handshake unexpected-reply detail="an HTTP body of more than 64 kB"'
STRANGE = 'udp unexpected-reply bytes=360 detail="an RTMFP answer to another question than ours"'
NOISE = 'udp unexpected-reply bytes=360 detail="a datagram that is not RTMFP, or was damaged on the way"'


@pytest.mark.parametrize(
    ("rule", "url", "lines", "case", "words"),
    [
        (
            tunnel_not_offered.RULE,
            RTMPT,
            ["fallback rtmpt 80: tcp ok; tunnel unexpected-reply http=404 via=gate"],
            tunnel_not_offered.Intercepted,
            "a web proxy or sign-in page in your network",
        ),
        (
            tunnel_not_offered.RULE,
            RTMPT,
            ["fallback rtmpt 80: tcp refused"],
            tunnel_not_offered.ClosedSuspected,
            "or a firewall rejects the connection",
        ),
        (
            tunnel_not_offered.RULE,
            RTMPTS,
            [f"fallback rtmpts 443: tcp ok; tls ok; tunnel ok; handshake ok; {LOST}"],
            tunnel_not_offered.Lost,
            "a later request found it gone",
        ),
        (
            tunnel_not_offered.RULE,
            "rtmpt://127.0.0.1/live",
            [f"fallback rtmpt 80: tcp ok; tunnel ok; {ENDLESS}"],
            tunnel_not_offered.Endless,
            "an answer did not end",
        ),
        (
            wrong_service_on_port.RULE,
            "rtmp://fms.example.com/live",
            [
                "fallback rtmp 1935: tcp ok; handshake closed",
                "follow-up tls-on-port rtmps:1935: tcp ok; tls ok; handshake unexpected-reply http=400 server=nginx",
            ],
            wrong_service_on_port.Website,
            "a website uses it",
        ),
        (
            wrong_service_on_port.RULE,
            "rtmfp://127.0.0.1/live",
            [f"fallback rtmfp 1935: {NOISE}"],
            wrong_service_on_port.NotRtmfp,
            "or the media server is at fault.",
        ),
        (
            rtmfp_not_offered.RULE,
            "rtmfp://127.0.0.1/live",
            [f"fallback rtmfp 1935: {STRANGE}", "check rtmp 1935: tcp ok; handshake ok; connect ok"],
            rtmfp_not_offered.UnusableHere,
            "The server runs on this computer",
        ),
        (
            rtmp_service_stopped.RULE,
            "rtmp://fms.example.com/live",
            [
                "fallback rtmp 1935: tcp refused",
                "fallback rtmp 80: tcp ok; handshake unexpected-reply http=400 server=nginx",
            ],
            rtmp_service_stopped.Suspected,
            "or a firewall rejects connections to it",
        ),
    ],
)
def test_a_case_says_what_it_is(
    rule: Rule, url: str, lines: list[str], case: type[FindingTexts], words: str
) -> None:
    run = run_view(lines, url=url)
    answer = rule.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    assert found.case is case
    assert words in ENGLISH.render(finding(rule, found, (), run).explanation)
