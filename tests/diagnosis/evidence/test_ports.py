from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence import ports as ports_seen
from fmsdiag.diagnosis.evidence.ports import says_forbidden, says_no_way
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import Environment, Experiment, Icmp, Interface
from tests.diagnosis.situations import run_view

HERE = Environment(interfaces=(Interface("eth0", ("192.168.1.20",)),), default_gateways=("192.168.1.1",))
PASSING = "follow-up hops 80: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 open"
REFUSED = ("fallback rtmp 1935: tcp refused", "fallback rtmp 80: tcp ok; handshake ok; connect ok")


def seen(*lines: str, deep: bool = False) -> RunView:
    return run_view(lines, control="ctl.example.net", environment=HERE, deep=deep)


def test_a_path_that_ends_at_home_and_one_that_leaves() -> None:
    told = seen(
        PASSING, "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 silent, 3 silent, 4 silent, 5 silent"
    )
    end = ports_seen.ends_at_home(told, 1935)
    assert end is not None
    assert end.ttl == 1
    assert ports_seen.left_home(told, 1935) is None
    far = ports_seen.left_home(told, 80)
    assert far is not None
    assert far.responder == "198.51.100.1"


@pytest.mark.parametrize(
    ("line", "by_server"),
    [
        ("control control-port 1935: tcp ok", True),
        ("control control-port 1935: tcp refused", False),
        ("follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 198.51.100.1, 3 refused", True),
        ("follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 refused", False),
        ("follow-up hops 1935: 1 refused", False),
    ],
)
def test_who_refuses(line: str, by_server: bool) -> None:
    assert (ports_seen.refused_by_server(seen(*REFUSED, PASSING, line), 1935) is not None) == by_server


def test_a_check_by_udp_that_was_given_up_counts_as_tried() -> None:
    told = seen(REFUSED[1], "check rtmfp 1935: cancelled", "check rtmfp 1936: not-applicable")
    assert [a.endpoint.port for a in ports_seen.udp_attempts(told)] == [1935]
    assert not ports_seen.wants_udp(told)
    assert ports_seen.wants_udp(seen(REFUSED[1], deep=True))


def test_the_connects_of_a_series() -> None:
    told = seen(REFUSED[1], "follow-up burst 80: 2 open, 1 timed-out; later open")
    found = ports_seen.series(told, Experiment.BURST)
    assert found is not None
    assert [t.outcome for t in found[0].tries] == ["open", "open", "timed-out"]
    assert ports_seen.series(told, Experiment.HOLD) is None


def test_an_icmp_error_forbids_or_breaks_or_neither() -> None:
    errors = [
        Icmp(3, 13, "192.0.2.1"),
        Icmp(1, 6, "192.0.2.1"),
        Icmp(3, 1, "192.0.2.1"),
        Icmp(3, 3, "192.0.2.1"),
        None,
    ]
    assert [says_forbidden(icmp) for icmp in errors] == [True, True, False, False, False]
    assert [says_no_way(icmp) for icmp in errors] == [False, False, True, False, False]


@pytest.mark.parametrize(
    ("line", "on_link", "by_server"),
    [
        ("tcp refused 0.002", True, True),
        ("tcp refused 0.002", False, False),
        ("tcp refused 0.002", None, False),
        ("tcp refused 0.3", True, False),
        ("tcp refused 0.002 icmp=3.3/192.168.1.1", True, False),
        ("tcp timed-out", True, False),
    ],
)
def test_a_refusal_on_the_own_link_is_the_servers(line: str, on_link: bool | None, by_server: bool) -> None:
    here = Environment(server_on_link=on_link)
    told = run_view([f"fallback rtmp 1935: {line}"], url="rtmp://192.168.1.50/live", environment=here)
    assert (ports_seen.refused_on_link(told, 1935) is not None) is by_server
    assert (ports_seen.refused_by_server(told, 1935) is not None) is by_server
