from __future__ import annotations

from fmsdiag.diagnosis.requests import RTMFP_PORTS, needed, request
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import text
from fmsdiag.model import Endpoint, Environment, PortRange, Request, RequestKind, Status, Transport
from tests.diagnosis.situations import run_view

SEEN = run_view(["fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake ok; connect ok"])


def at(transport: Transport, port: int) -> Endpoint:
    return Endpoint(transport, "fms.example.com", port)


def told(asked: Request | None) -> list[str]:
    assert asked is not None
    return [ENGLISH.render(message) for message in asked.seen]


def test_a_request_names_what_failed_once_and_what_passes() -> None:
    asked = request(SEEN, [at(Transport.RTMP, 1935), at(Transport.RTMPT, 1935)])
    assert asked is not None
    assert asked.kind is RequestKind.OPEN_PORTS
    assert asked.ports == (PortRange("tcp", 1935),)
    assert asked.addresses == ("203.0.113.10",)
    assert told(asked) == [
        "TCP 1935 to fms.example.com: no answer after 5.0 s.",
        "TCP 80 to fms.example.com works.",
    ]


def test_what_does_not_open_has_to_be_opened_before_it_is_exempt() -> None:
    shut = request(SEEN, [at(Transport.RTMP, 1935)], kind=RequestKind.EXEMPT)
    cut = request(
        run_view(["fallback rtmp 1935: tcp ok; handshake reset"]),
        [at(Transport.RTMP, 1935)],
        kind=RequestKind.EXEMPT,
    )
    assert shut is not None
    assert cut is not None
    assert (shut.kind, cut.kind) == (RequestKind.OPEN_AND_EXEMPT, RequestKind.EXEMPT)


def test_a_request_for_nothing_is_none() -> None:
    assert request(SEEN, []) is None


def test_an_address_is_not_repeated() -> None:
    literal = run_view(["fallback rtmp 1935: tcp timed-out"], "rtmp://203.0.113.10/l")
    asked = request(literal, [Endpoint(Transport.RTMP, "203.0.113.10", 1935)])
    assert asked is not None
    assert (asked.host, asked.addresses) == ("203.0.113.10", ())


def test_udp_is_asked_for_only_where_rtmfp_is_wanted() -> None:
    assert request(SEEN, [at(Transport.RTMFP, 1935)]) is None
    planned = run_view(["fallback rtmfp 1935: udp timed-out"], "rtmfp://fms.example.com/live")
    asked = request(planned, [at(Transport.RTMFP, 1935)])
    assert asked is not None
    assert asked.ports == (PortRange("udp", 1935), RTMFP_PORTS)
    assert told(asked) == ["UDP 1935 to fms.example.com: no answer after 5.0 s."]


def test_what_is_cut_after_the_connection_opened_is_told_with_another_protocol_on_the_same_port() -> None:
    run = run_view(
        [
            "fallback rtmp 80: tcp ok; handshake reset",
            "fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect ok",
        ]
    )
    asked = request(run, [at(Transport.RTMP, 80)], kind=RequestKind.EXEMPT)
    assert told(asked) == [
        "RTMP on port 80 to fms.example.com: the connection opens; reset after 50 ms.",
        "RTMPT on port 80 to fms.example.com works.",
    ]


def test_a_way_that_is_cut_after_the_handshake_does_not_work() -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect reset",
        "fallback rtmpt 80: tcp ok; tunnel ok; handshake ok; connect reset",
    ]
    rtmp = [at(Transport.RTMP, 1935)]
    assert told(request(run_view(lines), rtmp))[1:] == ["TCP 80 to fms.example.com: the connection opens."]
    secure = "check rtmps 443: tcp ok; tls ok; handshake ok; connect ok"
    run = run_view([*lines, secure])
    assert told(request(run, rtmp))[1:] == ["TCP 443 to fms.example.com works."]
    by_content = request(run, rtmp, kind=RequestKind.EXEMPT)
    assert told(by_content)[1:] == ["RTMPS on port 443 to fms.example.com works."]


def test_what_is_asked_for_is_not_said_to_pass() -> None:
    run = run_view(["fallback rtmp 1935: tcp ok; handshake ok; connect reset"])
    assert told(request(run, [at(Transport.RTMP, 1935)])) == [
        "RTMP on port 1935 to fms.example.com: the RTMP handshake works, the message “connect” does not: reset immediately.",
    ]


def test_the_plan_is_needed_before_checks_and_what_a_tunnel_stands_in_for_before_the_tunnel() -> None:
    lines = [
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmpt 80: tcp timed-out",
        "check rtmps 443: tcp timed-out",
    ]
    failed = [a for a in run_view(lines).attempts if a.status is Status.FAILED]
    assert needed(failed) == [at(Transport.RTMP, 1935)]
    assert needed(failed[1:]) == [at(Transport.RTMPT, 80)]
    assert needed(failed[2:]) == [at(Transport.RTMPS, 443)]


def test_what_a_proxy_is_to_let_pass_names_it_and_what_it_said() -> None:
    proxy = "http://10.0.0.1:3128"
    run = run_view(
        [
            "fallback rtmp 1935: tcp timed-out",
            f"fallback rtmp 1935 through={proxy}: tcp ok; proxy proxy-refused status=403",
        ]
    )
    asked = request(run, [run.attempts[1].endpoint], kind=RequestKind.PROXY, proxy=proxy)
    assert asked is not None
    assert asked.proxy == "10.0.0.1:3128"
    assert told(asked) == [
        "RTMP on port 1935 through the proxy to fms.example.com: refused by the proxy after 30 ms."
    ]


def test_where_what_is_asked_for_connects_only_what_the_rule_saw_is_told() -> None:
    seen = [text("Cut after {amount:size} of upload.").of(amount=18_000)]
    asked = request(SEEN, [at(Transport.RTMP, 80)], kind=RequestKind.EXEMPT, seen=seen)
    assert asked is not None
    assert asked.seen == tuple(seen)


def test_what_a_rule_saw_comes_before_how_the_attempts_ended() -> None:
    seen = [text("The certificate is the firewall's.").of()]
    asked = request(SEEN, [at(Transport.RTMP, 1935)], kind=RequestKind.EXEMPT, seen=seen)
    assert asked is not None
    assert len(asked.seen) == 3
    assert asked.seen[0] == seen[0]


def test_a_request_names_no_address_of_a_wrong_line_of_the_hosts_file() -> None:
    misled = run_view(
        ["fallback rtmp 1935: resolver ok 203.0.113.10; dns ok; tcp timed-out"],
        addresses=("198.51.100.80",),
        environment=Environment(hosts_file_addresses=("198.51.100.80",)),
    )
    asked = request(misled, [at(Transport.RTMP, 1935)])
    assert asked is not None
    assert asked.addresses == ("203.0.113.10",)
