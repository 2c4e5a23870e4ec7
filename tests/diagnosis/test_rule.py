from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import (
    Ask,
    FindingTexts,
    Found,
    Rule,
    ask_unless_answered,
    case_of,
    finding,
    unused_values,
)
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import all_texts, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    Endpoint,
    Environment,
    Experiment,
    Interface,
    Question,
    Request,
    RequestKind,
    Transport,
)
from tests.diagnosis.findings import plain
from tests.diagnosis.situations import run_view

QUESTION = Question(Experiment.HOPS, Endpoint(Transport.RTMP, "fms.example.com", 1935))
RUN = run_view(["fallback rtmp 1935: tcp refused", "fallback rtmp 80: tcp ok; handshake ok; connect ok"])


class Case(FindingTexts, of="test-rule.test-case"):
    headline = text("Port {port} is blocked.")
    explanation = text("Port {port} of {server:host} is blocked.")
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (step("Allow port {port}."),)
    decisive_test = text("Try port {port} elsewhere.")


FOUND = Found(
    Case,
    Confidence.LIKELY,
    plain("Because."),
    (evidence_line(plain("Seen."), RUN.tcp[0]),),
    values={"port": 1935},
    rules_out=(RuledOut.SERVER.of(),),
)
RULE = Rule(cast(Cause, "test-rule"), lambda _: FOUND)


def test_a_finding_says_what_its_case_says() -> None:
    found = finding(RULE, FOUND, ("symptom",), RUN)
    assert (found.cause, found.case, found.explains) == ("test-rule", "test-case", ("symptom",))
    assert found.headline.id == "test-rule.test-case.headline"
    assert ENGLISH.render(found.explanation, all_texts()) == "Port 1935 of fms.example.com is blocked."
    assert [ENGLISH.render(s.message, all_texts()) for s in found.advice.administrator] == [
        "Allow port 1935."
    ]
    assert found.decisive_test is not None
    assert found.acts == (Actor.ADMINISTRATOR,)
    assert found.evidence[0].observation == "1.tcp"


def test_the_best_route_stands_where_a_case_names_it() -> None:
    you = finding(RULE, FOUND, (), RUN).advice.user
    assert [s.message.id for s in you] == ["steps.copy-request", "best-route.now"]
    blocked = run_view(["fallback rtmp 1935: tcp refused"])
    assert [s.message.id for s in finding(RULE, FOUND, (), blocked).advice.user] == ["steps.copy-request"]


def test_a_text_without_its_value_is_a_fault() -> None:
    with pytest.raises(TypeError, match=r"test-rule\.test-case\.headline"):
        finding(RULE, Found(Case, Confidence.LIKELY, plain("Because."), ()), (), RUN)


def test_a_value_that_no_text_uses_is_seen() -> None:
    odd = Found(Case, Confidence.LIKELY, plain("Because."), (), values={"port": 1, "host": "h"})
    assert unused_values(odd) == {"host"}
    assert unused_values(FOUND) == set()


def test_the_case_of_a_finding_is_found_again() -> None:
    assert case_of(finding(RULE, FOUND, (), RUN)) is Case


def test_without_anything_to_ask_the_finding_stands() -> None:
    assert ask_unless_answered((), FOUND) is FOUND
    assert ask_unless_answered((), None) is None
    assert ask_unless_answered((QUESTION,), FOUND) == Ask((QUESTION,), FOUND)


@pytest.mark.parametrize("vpn", [True, False])
def test_where_a_vpn_is_in_the_way_this_networks_administrator_is_not_asked(vpn: bool) -> None:
    cards = (Interface("eth0", ("192.168.1.20",)), Interface("tun0", ("10.8.0.2",), True, True))
    here = Environment(interfaces=cards, server_interface="tun0" if vpn else "eth0")
    asked = Request(RequestKind.OPEN_PORTS, host="fms.example.com")
    told = finding(RULE, replace(FOUND, request=asked), (), replace(RUN, environment=here))
    steps = [ENGLISH.render(each.message) for each in told.advice.user]
    assert (told.request is None) is vpn
    assert told.acts == ((Actor.USER,) if vpn else (Actor.ADMINISTRATOR,))
    assert bool(told.advice.administrator) is not vpn
    assert steps[0].startswith("Disconnect this computer's VPN" if vpn else "Press Copy Request")
    assert "Until then, use" in steps[1]
