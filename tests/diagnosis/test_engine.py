from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.notes import notes as notes_of
from fmsdiag.diagnosis.conclusions.recommendation import recommend
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.ports import wants_udp
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import text
from fmsdiag.model import Actor, Cause, Confidence, Endpoint, Experiment, Question, StepName, Transport
from tests.diagnosis.findings import plain
from tests.diagnosis.situations import asked_by, run_view

NOTHING = run_view([])
QUESTION = Question(Experiment.HOPS, Endpoint(Transport.RTMP, "fms.example.com", 1935))
OTHER = Question(Experiment.CONTROL_PORT, Endpoint(Transport.RTMP, "ctl.example.net", 1935))

LIKELY, POSSIBLE, CONFIRMED = Confidence.LIKELY, Confidence.POSSIBLE, Confidence.CONFIRMED


class Case(FindingTexts, of="test-engine.case"):
    headline = text("It is so.")
    explanation = text("It is so, for a reason.")


def match(confidence: Confidence = LIKELY) -> Found:
    return Found(Case, confidence, plain("Because."), ())


def made_up(cause: str) -> Cause:
    """A cause that no rule has."""
    return cast(Cause, cause)


def rule(cause: str, answer: Answer, *explains: str) -> Rule:
    return Rule(made_up(cause), lambda _: answer, tuple(map(made_up, explains)))


def causes(*rules: Rule) -> list[str]:
    return [f.cause for f in evaluate_rules(NOTHING, rules).findings]


# ---- crashes


def crash(_: RunView) -> Answer:
    raise KeyError("port")


def test_a_crash_is_told_and_the_other_rules_still_speak() -> None:
    told = evaluate_rules(NOTHING, (rule("a", match()), Rule(made_up("broken"), crash), rule("z", match())))
    assert [f.cause for f in told.findings] == ["a", "z"]
    assert [(e.cause, e.error) for e in told.errors] == [("broken", "KeyError: 'port'")]


def test_a_crash_is_told_with_its_place_and_its_exception_is_kept() -> None:
    told = evaluate_rules(NOTHING, (Rule(made_up("broken"), crash), Rule(made_up("deeper"), crash_deeper)))
    assert [type(error) for error in told.exceptions] == [KeyError, AttributeError]
    assert told.exceptions[0].__traceback__ is not None
    # this file is no part of fmsdiag: the innermost frame there is the engine's own
    assert re.fullmatch(r"diagnosis/engine\.py:\d+", told.errors[0].where)
    assert re.fullmatch(r"diagnosis/evidence/\w+\.py:\d+", told.errors[1].where)


def crash_deeper(_: RunView) -> Answer:
    wants_udp(None)  # type: ignore[arg-type]
    return None


def test_the_text_of_a_crash_is_bounded() -> None:
    def wordy(_: RunView) -> Answer:
        raise ValueError("x" * 10_000)

    assert len(evaluate_rules(NOTHING, (Rule(made_up("wordy"), wordy),)).errors[0].error) <= 300


# ---- ranking


def test_confidence_comes_before_order_and_order_breaks_ties() -> None:
    assert causes(
        rule("p", match(POSSIBLE)), rule("l1", match()), rule("c", match(CONFIRMED)), rule("l2", match())
    ) == ["c", "l1", "l2", "p"]


def test_a_rule_that_says_no_is_silent() -> None:
    assert causes(rule("a", None)) == []


# ---- folding


def test_a_symptom_is_folded_into_its_cause() -> None:
    told = evaluate_rules(NOTHING, (rule("root", match(), "symptom"), rule("symptom", match(CONFIRMED))))
    assert [(f.cause, f.explains) for f in told.findings] == [("root", ("symptom",))]


def test_what_is_merely_possible_swallows_nothing_better_proved() -> None:
    assert causes(rule("root", match(POSSIBLE), "symptom"), rule("symptom", match())) == ["symptom", "root"]


def test_what_is_merely_possible_swallows_what_is_no_better() -> None:
    assert causes(rule("root", match(POSSIBLE), "symptom"), rule("symptom", match(POSSIBLE))) == ["root"]


def test_a_symptom_of_a_symptom_is_named_by_the_root() -> None:
    told = evaluate_rules(
        NOTHING, (rule("root", match(), "middle"), rule("middle", match(), "leaf"), rule("leaf", match()))
    )
    assert [(f.cause, f.explains) for f in told.findings] == [("root", ("middle", "leaf"))]


def test_a_symptom_that_is_absent_is_not_named() -> None:
    told = evaluate_rules(NOTHING, (rule("root", match(), "symptom"), rule("symptom", None)))
    assert told.findings[0].explains == ()


def test_no_two_rules_explain_each_other() -> None:
    explains = {r.cause: set(r.explains) for r in RULES}
    for one, other in itertools.combinations(explains, 2):
        assert not (other in explains[one] and one in explains[other])


def test_rules_explain_only_what_there_is() -> None:
    known = {r.cause for r in RULES}
    assert len(known) == len(RULES)
    for r in RULES:
        assert set(r.explains) <= known - {r.cause}


# ---- questions


def test_a_question_is_returned_with_the_cause_that_asks_first() -> None:
    told = evaluate_rules(NOTHING, (rule("a", Ask((QUESTION,))), rule("b", Ask((QUESTION, OTHER)))))
    assert told.questions == ((QUESTION, "a"), (OTHER, "b"))


def test_a_question_that_was_asked_is_not_returned_again() -> None:
    told = evaluate_rules(NOTHING, (rule("a", Ask((QUESTION, OTHER))),), frozenset({QUESTION}))
    assert [q for q, _ in told.questions] == [OTHER]


def test_what_a_rule_says_meanwhile_is_a_finding() -> None:
    assert causes(rule("a", Ask((QUESTION,), match(POSSIBLE)))) == ["a"]


# ---- any run at all

TCP = ("ok", "timed-out", "refused", "reset", "unreachable", "no-route", "not-permitted", "local-error",
       "unreachable icmp=3.1/198.51.100.9", "unreachable icmp=3.13/192.168.1.1", "refused icmp=3.3/192.168.1.1")  # fmt: skip
TLS = ("ok", "timed-out", "reset", "tls-alert", 'unexpected-reply like="SSH server"',
       *(f'certificate-{why} issuer="CN=X"' for why in ("expired", "self-signed", "untrusted", "wrong-host", "other")),
       "certificate-expired", "certificate-not-yet-valid")  # fmt: skip
BYTES = ("ok", "timed-out", "stalled bytes=1400", "reset", "closed", "unexpected-reply bytes=9",
         'unexpected-reply like="SSH server"', "unexpected-reply http=400", "unexpected-reply http=302",
         'unexpected-reply http=400 via="1.1 a (squid)"', "local-error")  # fmt: skip
CONNECT = ("ok", "closed", "reset", "timed-out", "rejected code=NetConnection.Connect.InvalidApp",
           'rejected text="no; not you"', "unexpected-reply bytes=3", "rejected command=close")  # fmt: skip
DNS = ("ok", "name-not-found", "no-data", "server-failure", "resolver-silent", "resolver-closed", "no-route")
HOPS = ("silent", "time-exceeded 192.168.1.1", "time-exceeded 198.51.100.9", "open", "refused", "unreachable")


@st.composite
def steps(draw: st.DrawFn, *names: tuple[str, tuple[str, ...]]) -> str:
    told = []
    for name, outcomes in names:
        outcome = draw(st.sampled_from(outcomes))
        told.append(f"{name} {outcome}")
        if outcome != "ok":
            break
    return "; ".join(told)


RTMP = (("dns", DNS), ("tcp", TCP), ("handshake", BYTES), ("connect", CONNECT))
RTMPT = (("tcp", TCP), ("tunnel", BYTES), ("handshake", BYTES), ("connect", CONNECT))
RTMPS = (("tcp", TCP), ("tls", TLS), ("handshake", BYTES), ("connect", CONNECT))
FATES = st.sampled_from(("cancelled", "not-started", "not-applicable it is not built"))


@st.composite
def attempts(draw: st.DrawFn) -> list[str]:
    rtmp, rtmpt, rtmps = (st.one_of(steps(*names), FATES) for names in (RTMP, RTMPT, RTMPS))
    lines = [f"fallback rtmp 1935: resolver {draw(st.sampled_from(DNS))}; {draw(steps(*RTMP))}"]
    lines += [f"fallback rtmp 80: {draw(rtmp)}", f"fallback rtmpt 80: {draw(rtmpt)}"]
    if draw(st.booleans()):
        lines = [f"fallback {draw(st.sampled_from(('rtmps 443', 'rtmpts 443')))}: {draw(rtmps)}"]
    lines.append(f"check rtmps 443: {draw(rtmps)}")
    follow_ups = [
        f"control control-port 1935: {draw(steps(RTMP[0], RTMP[1]))}",
        f"control control-port 80: {draw(steps(RTMP[0], RTMP[1]))}",
        f"control control-http 80: {draw(steps(('tcp', TCP), ('http', BYTES)))}",
        f"control second-resolver 53: dns {draw(st.sampled_from(DNS))}",
        f"follow-up http-on-port 80: {draw(steps(('tcp', TCP), ('http', BYTES)))}",
        f"follow-up made-up-application 1935: {draw(steps(*RTMP))}",
        *(f"follow-up hops {port}: {draw(paths())}" for port in (1935, 80, 443)),
    ]
    return lines + draw(st.lists(st.sampled_from(follow_ups), unique=True))


@st.composite
def paths(draw: st.DrawFn) -> str:
    rungs = draw(st.lists(st.sampled_from(HOPS), min_size=1, max_size=9))
    return ", ".join(f"{ttl} {rung}" for ttl, rung in enumerate(rungs, 1))


URLS = ("rtmp://fms.example.com/live", "rtmp://203.0.113.10/live", "rtmp://127.0.0.1/live", "rtmps://fms.example.com/live",
        "rtmpt://fms.example.com/live", "rtmp://[2001:db8::10]:1935/live", "rtmp://10.1.2.3", "rtmp://a.b/l?q=1/s")  # fmt: skip
CONTROLS = st.sampled_from(("none", "ctl.example.net"))
# Interference and defective services; a run that connected at once accuses nobody of what is merely not offered.
WHILE_CONNECTED = {
    "transparent-proxy", "certificate-expired", "certificate-self-signed", "certificate-untrusted",
    "certificate-wrong-host", "certificate-chain-incomplete",
}  # fmt: skip


@given(attempts(), st.sampled_from(URLS), CONTROLS, st.sampled_from(("none", "9.9.9.9")))
def test_no_run_makes_a_rule_crash_or_a_finding_unreadable(
    lines: list[str], url: str, control: str, resolver: str
) -> None:
    seen = run_view(lines, url, control, resolver)
    asked = asked_by(seen.attempts)
    told = evaluate_rules(seen, RULES, asked)
    assert told.errors == ()
    ids = {o.id for a in seen.attempts for o in a.observations}
    for found in told.findings:
        assert len(ENGLISH.render(found.headline).split()) <= 12
        assert ENGLISH.render(found.explanation)
        assert found.acts
        assert {e.observation for e in found.evidence} <= ids | {""}
        for actor, words in (
            (Actor.USER, found.advice.user),
            (Actor.ADMINISTRATOR, found.advice.administrator),
            (Actor.OPERATOR, found.advice.operator),
        ):
            assert words or actor not in found.acts
        assert found.decisive_test is not None or found.confidence is not POSSIBLE
    for question, _ in told.questions:
        assert question not in asked
        if control == "none":
            assert question.experiment not in (Experiment.CONTROL_PORT, Experiment.CONTROL_HTTP)
        if resolver == "none":
            assert question.experiment is not Experiment.SECOND_RESOLVER
    if seen.plan_connected:
        assert {f.cause for f in told.findings} <= WHILE_CONNECTED
    judged = verdict.judge(seen, told.findings)
    assert judged.cause == (told.findings[0].cause if told.findings else "none")
    notes_of(seen, told.findings)
    recommend(seen)


@given(st.lists(st.sampled_from(("rtmp 1935", "rtmp 80", "rtmpt 80", "rtmps 443")), min_size=1, unique=True))
def test_a_run_in_which_all_connect_finds_nothing_and_asks_nothing(ways: list[str]) -> None:
    middle = {"rtmpt 80": "tunnel ok; ", "rtmps 443": 'tls ok issuer="CN=X"; '}
    lines = [f"fallback {way}: tcp ok; {middle.get(way, '')}handshake ok; connect ok" for way in ways]
    told = evaluate_rules(run_view(lines, control="ctl.example.net", resolver="9.9.9.9"), RULES)
    assert told.findings == ()
    assert told.questions == ()


@pytest.mark.parametrize("silent", ["tcp timed-out", "tcp refused", "cancelled", "not-started"])
def test_a_server_that_offers_one_port_is_healthy(silent: str) -> None:
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        f"fallback rtmp 80: {silent}",
        f"fallback rtmpt 80: {silent}",
        f"check rtmps 443: {silent}",
    ]
    told = evaluate_rules(run_view(lines, control="ctl.example.net", resolver="9.9.9.9"), RULES)
    assert told.findings == ()
    assert told.questions == ()


# ---- what yields
def test_a_finding_that_yields_comes_after_all_others_however_sure() -> None:
    yielding = replace(match(CONFIRMED), yields=True)
    assert causes(rule("a", yielding), rule("b", match(POSSIBLE))) == ["b", "a"]
    assert causes(rule("a", yielding)) == ["a"]


def test_behind_a_certificate_that_yields_the_run_is_judged_as_if_it_had_been_accepted() -> None:
    line = "fallback rtmps 443: tcp ok; tls certificate-expired; tls ok skipped=yes; handshake timed-out"
    run = run_view([line], url="rtmps://fms.example.com/live")

    def hangs(view: RunView) -> Answer:
        ended = view.fallback[0].failed_step
        return match(LIKELY) if ended is not None and ended.step is StepName.HANDSHAKE else None

    yielding = rule("certificate", replace(match(CONFIRMED), yields=True))
    sure = rule("certificate", match(CONFIRMED))
    behind = Rule(made_up("hangs"), hangs)
    assert [f.cause for f in evaluate_rules(run, (yielding, behind)).findings] == ["hangs", "certificate"]
    assert [f.cause for f in evaluate_rules(run, (sure, behind)).findings] == ["certificate"]
