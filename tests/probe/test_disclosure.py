from __future__ import annotations

import msgspec
import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import NO_PROXY, Options, Plan, PlanName
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.disclosure import When, deep_label, disclose, in_general
from fmsdiag.probe.plan import make_plan
from fmsdiag.target import parse_target

QUIET = Options(proxy=NO_PROXY)
WITH_THIRD = msgspec.structs.replace(
    QUIET, control="ctl.example.net", control_http="web.example.net", resolver="9.9.9.9"
)


def said(options: Options = QUIET, url: str = "rtmp://media.example.com/live", *domains: str) -> list[str]:
    target = parse_target(url)
    return [ENGLISH.render(d.message) for d in disclose(target, options, make_plan(target, options), domains)]


def test_the_plan_comes_first_and_checks_follow() -> None:
    lines = said()
    assert lines[0] == (
        "Connects to media.example.com: RTMP on port 1935, RTMP on port 80, and RTMPT on port 80."
    )
    assert lines[1].startswith("Also checks RTMPS on port 443")
    assert "If something fails, runs more checks on media.example.com for up to 6 s" in lines[-1]


def test_third_parties_are_named_and_only_where_they_may_be_asked() -> None:
    lines = said(WITH_THIRD)
    assert lines[-2:] == [
        "If a comparison is needed, contacts the reference servers ctl.example.net and web.example.net.",
        "If a comparison is needed, asks the DNS server 9.9.9.9 for the server's address.",
    ]
    assert not any("comparison" in line for line in said(WITH_THIRD, "rtmp://192.168.1.9/live"))
    target = parse_target("rtmp://media.example.com/live")
    third = [d for d in disclose(target, WITH_THIRD, make_plan(target, WITH_THIRD)) if d.third_party]
    assert [d.when for d in third] == [When.IF_SOMETHING_FAILS] * 2


def test_one_reference_server_is_named_once() -> None:
    own = msgspec.structs.replace(WITH_THIRD, control_http="ctl.example.net", resolver=None)
    assert said(own)[-1] == "If a comparison is needed, contacts the reference server ctl.example.net."


def test_an_announced_proxy_is_looked_for_where_that_can_be() -> None:
    system = msgspec.structs.replace(QUIET, proxy=Options().proxy)
    lines = said(system, "rtmp://media.example.com/live", "corp.example")
    assert "Also through this computer's proxy, if one is set." in lines
    assert (
        "If nothing connects at first, asks this network whether it announces a proxy (wpad.corp.example), and if so, tries to "
        "connect through it." in lines
    )
    assert not any("wpad" in line for line in said(QUIET, "rtmp://media.example.com/live", "corp.example"))


def test_what_the_user_switched_on_is_said_with_its_numbers() -> None:
    deep = msgspec.structs.replace(QUIET, deep=True, idle_s=30.0, publish=True, play=True)
    text = " ".join(said(deep, "rtmp://media.example.com/live/my-stream"))
    assert (
        "24 connections from different local ports, 10 in quick succession, up to 12 held open, one left silent for 30 s"
        in text
    )
    assert "an upload of at most 64 kB" in text
    assert "Publishes an empty stream" in text
    assert "Plays your stream" in text
    assert "Deep tests" not in " ".join(said())


def test_encrypted_rtmp_carries_its_warning() -> None:
    asked = msgspec.structs.replace(QUIET, ports=parse_ports("rtmpe:1935"))
    assert any("RTMPE can crash fragile servers" in line for line in said(asked))


def test_a_plan_of_which_nothing_can_be_tried_says_so() -> None:
    target = parse_target("rtmp://media.example.com/live")
    nothing = disclose(target, QUIET, Plan(PlanName.CUSTOM, ()))
    assert [ENGLISH.render(d.message) for d in nothing] == ["None of this can be tested on this computer."]


def test_signing_in_is_said() -> None:
    target = parse_target("rtmp://media.example.com/live")
    lines = disclose(target, QUIET, make_plan(target, QUIET), signs_in=True)
    assert any(d.message.id == "disclosure.sign-in" for d in lines)


@pytest.mark.parametrize(
    "words", ["telemetry", "a.rtmp.youtube.com", "1.1.1.1", "private or loopback", "proxy"]
)
def test_in_general_everything_is_named(words: str) -> None:
    assert words in " ".join(map(ENGLISH.render, in_general()))


def test_the_label_of_the_deep_tests_is_true() -> None:
    assert ENGLISH.render(deep_label()) == "Deep tests: extra connections and a 64 kB &upload, about 20 s"
