"""Cases of the rules about proxies that no situation of the tables shows."""

from __future__ import annotations

import pytest

from fmsdiag.diagnosis.rule import Ask, FindingTexts, Found, Rule, finding
from fmsdiag.diagnosis.rules.proxy import (
    proxy_auth_required,
    proxy_blocks_tunnel,
    proxy_denies_server,
    proxy_required,
    proxy_unreachable,
)
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import RequestKind
from tests.diagnosis.situations import run_view

PROXY = "through=http://10.0.0.1:3128"
SILENT = "fallback rtmp 1935: tcp timed-out"
OPEN_ELSEWHERE = "control control-port 1935: tcp ok"
ASKED = f"fallback rtmp 1935 {PROXY}: tcp ok; proxy proxy-auth-required status=407 asks=Basic,NTLM"
WRONG = f"{ASKED} signed=yes"
DENIED = f"fallback rtmp 1935 {PROXY}: tcp ok; proxy proxy-refused status=403"
DENIED_BY_SOCKS = (
    "fallback rtmp 1935 through=socks5://10.0.0.1:1080: tcp ok; proxy proxy-refused method=SOCKS5 status=2"
)
PAGE = f"follow-up http-on-port 80 {PROXY}: tcp ok; proxy ok method=HTTP status=200; http ok"
TUNNEL_DENIED = f"fallback rtmpt 80 {PROXY}: tcp ok; proxy proxy-refused method=HTTP status=403"
REJECTED_THROUGH = f"fallback rtmp 1935 {PROXY}: tcp ok; proxy ok; handshake ok; connect rejected"
CONNECTED_THROUGH = f"fallback rtmp 1935 {PROXY}: tcp ok; proxy ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("rule", "lines", "case", "words"),
    [
        (proxy_auth_required.RULE, [SILENT, WRONG], proxy_auth_required.Rejected, "rejected the user name"),
        (
            proxy_auth_required.RULE,
            [SILENT, ASKED, OPEN_ELSEWHERE],
            proxy_auth_required.SignInBeside,
            "it may not be",
        ),
        (
            proxy_auth_required.RULE,
            [SILENT, WRONG, OPEN_ELSEWHERE],
            proxy_auth_required.RejectedBeside,
            "it may not be",
        ),
        (
            proxy_denies_server.RULE,
            [SILENT, DENIED_BY_SOCKS],
            proxy_denies_server.Suspected,
            "does not show whether the proxy lets other servers through",
        ),
        (
            proxy_denies_server.RULE,
            [
                SILENT,
                DENIED,
                PAGE,
                f"follow-up through-proxy rtmpt:80 {PROXY}: tcp ok; proxy ok",
                OPEN_ELSEWHERE,
            ],
            proxy_denies_server.PortsBeside,
            "refuses port 1935",
        ),
        (
            proxy_denies_server.RULE,
            [SILENT, DENIED, OPEN_ELSEWHERE],
            proxy_denies_server.ServerBeside,
            "it may not be",
        ),
        (
            proxy_required.RULE,
            [SILENT, REJECTED_THROUGH],
            proxy_required.Reached,
            "through the proxy, the server answers",
        ),
        (
            proxy_required.RULE,
            [SILENT, CONNECTED_THROUGH, OPEN_ELSEWHERE],
            proxy_required.Beside,
            "blocks the direct route",
        ),
        (
            proxy_unreachable.RULE,
            [SILENT, f"fallback rtmp 1935 {PROXY}: tcp refused"],
            proxy_unreachable.Needed,
            "seems to require a working proxy",
        ),
        (
            proxy_blocks_tunnel.RULE,
            [SILENT, TUNNEL_DENIED, PAGE, "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok"],
            proxy_blocks_tunnel.Beside,
            "Another route to fms.example.com connects",
        ),
    ],
)
def test_a_case_says_what_it_is(rule: Rule, lines: list[str], case: type[FindingTexts], words: str) -> None:
    run = run_view(lines)
    answer = rule.judge(run)
    found = answer.provisional if isinstance(answer, Ask) else answer
    assert isinstance(found, Found)
    assert found.case is case
    assert words in ENGLISH.render(finding(rule, found, (), run).explanation)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("dns name-not-found", "Looking up the name of 10.0.0.1, port 3128: the name does not exist"),
        ("tcp ok; proxy reset", "Sending a proxy request to 10.0.0.1, port 3128"),
        ("tcp refused", "Connecting to 10.0.0.1, port 3128: refused"),
    ],
)
def test_where_the_way_to_a_proxy_ended_is_said(end: str, said: str) -> None:
    found = proxy_unreachable.judge(run_view([SILENT, f"fallback rtmp 1935 {PROXY}: {end}"]))
    assert isinstance(found, Found)
    assert ENGLISH.render(found.seen[0].message).startswith(said)


def test_a_proxy_is_asked_only_where_nothing_passes_without_it() -> None:
    needed = proxy_auth_required.judge(run_view([SILENT, ASKED]))
    beside = proxy_auth_required.judge(run_view([SILENT, ASKED, OPEN_ELSEWHERE]))
    assert isinstance(needed, Found)
    assert isinstance(beside, Found)
    assert needed.request is not None
    assert (needed.request.kind, needed.request.proxy) == (RequestKind.PROXY, "10.0.0.1:3128")
    assert beside.request is None
