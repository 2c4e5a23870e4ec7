"""What is recommended: only what was seen working, the best of it, and what it saves."""

from dataclasses import replace

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.evidence.attempts import connect_facts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Cause, Experiment, Recommendation
from fmsdiag.model.messages import Proxy
from tests.diagnosis.findings import finding_of
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"
SECURE = "tcp ok; tls ok; handshake ok; connect ok"
TUNNEL = "tcp ok; tunnel ok; handshake ok; connect ok"
SLOW = "tcp ok; handshake ok 2.0; connect ok"
SILENT = "tcp timed-out"


def advised(*lines: str, url: str = "rtmp://fms.example.com/live") -> Recommendation:
    advice = recommend(run_view(lines, url))
    assert advice is not None
    return advice


def said(advice: Recommendation) -> str:
    assert advice.message is not None
    return ENGLISH.render(advice.message)


@pytest.mark.parametrize(
    ("lines", "url", "ports"),
    [
        ((f"fallback rtmp 1935: {OPEN}",), "rtmp://fms.example.com/live", "rtmp:1935"),
        ((f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}"), "rtmp://fms.example.com:80/live", "rtmp:80"),
        ((f"fallback rtmpt 80: {TUNNEL}", f"fallback rtmp 80: {OPEN}"), "rtmp://fms.example.com:80/live", "rtmp:80"),
        ((f"fallback rtmp 1935: {OPEN}", f"check rtmps 443: {SECURE}"),
         "rtmps://fms.example.com/live", "rtmps:443 rtmp:1935"),
        ((f"fallback rtmp 1935: {OPEN}", "check rtmps 443: tcp ok; tls ok 3.0; handshake ok; connect ok"),
         "rtmp://fms.example.com/live", "rtmp:1935"),
        ((f"fallback rtmp 1935: {SLOW}", f"fallback rtmpt 80: {TUNNEL}"), "rtmpt://fms.example.com/live", "rtmpt:80"),
        ((f"fallback rtmp 1935: {OPEN}", f"fallback rtmp 80: {OPEN}", f"fallback rtmp 443: {OPEN}"),
         "rtmp://fms.example.com/live", "rtmp:1935 rtmp:80"),
        ((f"fallback rtmp 1935: {SILENT}", f"follow-up server-port rtmp:8080: {OPEN}"),
         "rtmp://fms.example.com:8080/live", "rtmp:8080"),
        ((f"fallback rtmp 1935: {SILENT}", "check rtmfp 1935: udp ok; handshake ok; connect ok"),
         "rtmfp://fms.example.com/live", "rtmfp:1935"),
    ],
)  # fmt: skip
def test_what_is_best(lines: tuple[str, ...], url: str, ports: str) -> None:
    advice = advised(*lines)
    assert (advice.url, " ".join(advice.ports)) == (url, ports)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ((f"fallback rtmp 1935: {OPEN}",), "RTMP on port 1935 connects in 117 ms. The address does not need to change."),
        ((f"fallback rtmp 1935: {OPEN}", f"check rtmps 443: {SECURE}"),
         "RTMPS on port 443 is encrypted and connects about as fast as RTMP on port 1935, which works as well."),
        ((f"fallback rtmp 1935: {SLOW}", f"fallback rtmp 80: {OPEN}"),
         "RTMP on port 80 connects faster than RTMP on port 1935, which works as well."),
        ((f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}"),
         "RTMP on port 80 connects in 117 ms; trying the ports in order takes 5.1 s."),
        (("fallback rtmp 1935: tcp refused", f"fallback rtmp 80: {OPEN}"),
         "RTMP on port 80 connects in 117 ms. Skip the attempts before it, which fail."),
        (("fallback rtmp 1935: tcp refused", f"fallback rtmp 80: {OPEN}", f"check rtmps 443: {SECURE}"),
         "RTMPS on port 443 is encrypted and connects about as fast as RTMP on port 80, which works as well."),
        ((f"fallback rtmp 1935: {SILENT}", f"check rtmps 443: {SECURE}"),
         "RTMPS on port 443 connects in 177 ms. The attempts in the plan fail."),
    ],
)  # fmt: skip
def test_what_it_saves(lines: tuple[str, ...], text: str) -> None:
    assert said(advised(*lines)) == text


@pytest.mark.parametrize(
    "lines",
    [
        ("fallback rtmp 1935: tcp refused",),
        ("fallback rtmp 1935: tcp ok; handshake ok; connect rejected",),
        ("fallback rtmp 1935: tcp refused", f"check rtmp 1935 @203.0.113.11: {OPEN}"),
        ("fallback rtmp 1935: tcp refused", "check http 80: tcp ok; http ok"),
        (),
    ],
)
def test_what_was_not_seen_working_is_not_recommended(lines: tuple[str, ...]) -> None:
    assert recommend(run_view(lines)) is None


def through_a_proxy(*lines: str) -> RunView:
    """The last of the attempts went through a proxy."""
    seen = run_view(lines)
    *direct, last = seen.attempts
    endpoint = msgspec.structs.replace(last.endpoint, proxy="http://proxy.example:3128")
    through = msgspec.structs.replace(last, endpoint=endpoint, key=endpoint.key)
    return RunView(seen.target, seen.options, seen.environment, (*direct, through))


def test_directly_goes_before_through_a_proxy() -> None:
    both = recommend(through_a_proxy(f"fallback rtmp 1935: {SLOW}", f"fallback rtmps 443: {SECURE}"))
    assert both is not None
    assert (both.url, both.ports) == ("rtmp://fms.example.com/live", ("rtmp:1935",))
    only = recommend(through_a_proxy(f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 443: {OPEN}"))
    assert only is not None
    assert only.ports == ("rtmp:443",)
    assert only.proxy == Proxy("proxy.example", 3128)
    assert said(only).startswith("RTMP on port 443 through the proxy connects in ")


@pytest.mark.parametrize(
    "lines",
    [
        (f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}"),
        (f"fallback rtmp 1935: {SILENT}", f"check rtmps 443: {SECURE}"),
        (f"fallback rtmp 80: {SILENT}", f"fallback rtmpt 80: {TUNNEL}"),
    ],
)
def test_nobody_is_told_to_set_up_what_connects(lines: tuple[str, ...]) -> None:
    assert advised(*lines).settings == ()


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (Cause.PACKET_LOSS, "Packets may be lost, so another connection may fail."),
        (Cause.SOME_CONNECTIONS_FAIL,
         "Some other connections to this server fail; this port was not tested in the same way."),
        (Cause.CONNECTION_RATE_LIMITED, "New connections are limited in number, so wait a while between attempts."),
        (Cause.CONNECTION_COUNT_LIMITED,
         "Connections at the same time are limited in number, so close those that you do not need."),
    ],
)  # fmt: skip
def test_where_one_connection_shows_little_its_speed_and_an_order_of_ports_are_not_told(
    cause: Cause, text: str
) -> None:
    run = run_view(
        [f"fallback rtmp 1935: {SILENT}", f"fallback rtmp 80: {OPEN}", f"check rtmps 443: {SECURE}"]
    )
    advice = recommend(run, (finding_of(cause),))
    assert advice is not None
    assert said(advice) == f"RTMPS on port 443 connected in this test. {text}"
    assert advice.ports == ("rtmps:443",)


def test_where_the_server_sends_its_clients_is_recommended_if_it_connects() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://edge.example.net/live"
    ]
    followed = "follow-up redirect rtmp:1935: tcp ok; handshake ok; connect "
    advice = recommend(run_view([*lines, followed + "ok"]))
    assert advice is not None
    assert (advice.url, advice.ports) == ("rtmp://edge.example.net/live", ("rtmp:1935",))
    assert recommend(run_view([*lines, followed + "rejected"])) is None


def test_the_query_of_a_redirect_is_kept_without_its_values() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect rejected redirect=rtmp://edge.example.net/live?s=1&key=x",
        "follow-up redirect rtmp:1935: tcp ok; handshake ok; connect ok",
    ]
    run = run_view(lines)
    hop = run.performed(Experiment.REDIRECT)[0]
    facts = connect_facts(hop)
    assert facts is not None
    facts = msgspec.structs.replace(facts, tc_url="rtmp://edge.example.net/live?s=1&key=x")
    seen = tuple(
        msgspec.structs.replace(o, facts=facts) if o.step == "connect" else o for o in hop.observations
    )
    hop = msgspec.structs.replace(hop, observations=seen)
    run = replace(run, attempts=(*(a for a in run.attempts if a.id != hop.id), hop))
    advice = recommend(run)
    assert advice is not None
    assert advice.url == "rtmp://edge.example.net/live?s=***&key=***"


def test_a_recommendation_keeps_no_secret() -> None:
    advice = advised(f"fallback rtmp 1935: {OPEN}", url="rtmp://fms.example.com/live?token=x/key")
    assert advice.url == "rtmp://fms.example.com/live?token=***"


@pytest.mark.parametrize(
    ("flows", "text"),
    [
        ("12 answered, 4 timed-out; again 2 timed-out",
         "Some connections to this port fail, so it may take more than one attempt."),
        ("24 answered", "connects in"),
    ],
)  # fmt: skip
def test_a_port_is_judged_by_its_own_repeats(flows: str, text: str) -> None:
    run = run_view([f"fallback rtmp 1935: {OPEN}", f"follow-up flows 1935: {flows}"])
    advice = recommend(run, (finding_of(Cause.SOME_CONNECTIONS_FAIL),))
    assert advice is not None
    assert text in said(advice)


@pytest.mark.parametrize(
    ("other", "text"),
    [
        (
            "follow-up upload 80: tcp ok; upload ok taken=65536 end=complete",
            "RTMP on port 80 lets a whole upload through. RTMP on port 1935 connects as well, but uploads to it are cut "
            "off or slow.",
        ),
        (
            "",
            "RTMP on port 80 connects. RTMP on port 1935 connects as well, but uploads to it are cut off or slow; whether "
            "RTMP on port 80 does was not tested.",
        ),
    ],
)
def test_a_route_that_is_better_for_uploads_is_not_called_faster(other: str, text: str) -> None:
    lines = [f"fallback rtmp 1935: {OPEN}", f"check rtmp 80: {OPEN}"]
    cut = "follow-up upload 1935: tcp ok; upload ok taken=18000 end=reset"
    assert said(advised(*lines, cut, *([other] if other else []))) == text


@pytest.mark.parametrize(
    ("usual", "text"),
    [
        ("0.5", "RTMPS on port 443 is encrypted and connects faster than RTMP on port 1935, which works as well."),
        ("0.09", "RTMPS on port 443 is encrypted and connects about as fast as RTMP on port 1935, which works as well."),
        ("0.01", "RTMPS on port 443 is encrypted. RTMP on port 1935 is not; it works as well and connects a little faster."),
    ],
)  # fmt: skip
def test_about_as_fast_is_said_only_of_times_that_are(usual: str, text: str) -> None:
    plain = f"fallback rtmp 1935: tcp ok 0.001; handshake ok 0.001; connect ok {usual}"
    secure = "check rtmps 443: tcp ok 0.001; tls ok 0.05; handshake ok 0.001; connect ok 0.01"
    assert said(advised(plain, secure)) == text


def test_only_what_is_faster_is_called_so() -> None:
    tunnel, direct = f"fallback rtmpt 80: {TUNNEL}", f"fallback rtmp 80: {OPEN}"
    assert said(advised(tunnel, direct)) == (
        "RTMP on port 80 connects about as fast as RTMPT on port 80, which works as well."
    )
    assert "faster than" in said(advised(f"fallback rtmp 1935: {SLOW}", direct))
