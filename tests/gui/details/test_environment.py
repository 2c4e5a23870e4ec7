"""Where and how a report was made."""

import msgspec

from fmsdiag.gui.details.environment import NO_REPORT, environment_spans
from fmsdiag.gui.details.pane import plain
from fmsdiag.model import Environment, Interface
from tests.gui.rich_reports import several
from tests.report import samples


def test_everything_is_named() -> None:
    text = plain(environment_spans(several()))
    for line in (
        "System: Windows 11 (10.0.26100)",
        "Its clock: UTC+02:00",
        "Interfaces: Ethernet: 192.168.1.23, fe80::a1b2:c3ff:fed4:e5f6",
        "Default gateways: 192.168.1.1",
        "    198.51.100.53",
        "Server's name in the hosts file: not there",
        "Proxies set: none",
        "Began: 2026-05-12 12:02:33 UTC",
        "Plan: ams: RTMP 1935, RTMP 80, RTMPT 80",
        "Made by: fmsdiag 0.1.0, Python 3.13.5",
        "Number: ab12cd34ef56",
    ):
        assert line in text.splitlines()
    assert "control.example.net" in text
    assert "ZeroDivisionError" in text


def test_what_is_not_known_is_not_left_out() -> None:
    report = msgspec.structs.replace(samples.healthy(), environment=Environment())
    text = plain(environment_spans(report))
    assert "System: not known" in text
    assert "Interfaces: none found" in text
    assert "Also contacted: nobody" in text


def test_hostile_names_are_made_visible_and_states_are_words() -> None:
    where = Environment(
        interfaces=(Interface("eth\u202e0", (), up=False),), proxies={"http": "http://p\x1b:1"}
    )
    text = plain(environment_spans(msgspec.structs.replace(samples.healthy(), environment=where)))
    assert "Interfaces: eth\\u202e0 (down): no address" in text
    assert "Proxies set: http: http://p\\x1b:1" in text


def test_before_the_end_it_says_when() -> None:
    assert plain(environment_spans(None)) == NO_REPORT


def test_what_players_would_have_done() -> None:
    lines = plain(environment_spans(samples.port_blocked())).splitlines()
    assert "AkamaiConnection: connects by RTMP 80 after 500 ms" in lines
    assert "Flash Player (1935, 80, 443): cannot be told; not tested: RTMP 443" in lines
    assert "What players would have done" not in plain(environment_spans(samples.stopped()))
