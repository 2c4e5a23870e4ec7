from __future__ import annotations

from fmsdiag.diagnosis.rule import Ask, Match, Rule, ask_unless_answered, finding, line
from fmsdiag.model import Actor, Advice, Confidence, Endpoint, Experiment, Question, Transport
from tests.diagnosis.situations import run_view

QUESTION = Question(Experiment.HOPS, Endpoint(Transport.RTMP, "fms.example.com", 1935))
MATCH = Match(
    Confidence.LIKELY,
    "It is so.",
    "It is so, for a reason.",
    (Actor.USER,),
    Advice(user="Wait."),
    "Because.",
    (line("seen"),),
    counter_evidence=(line("but"),),
    rules_out=("that",),
    decisive_test="Look.",
)


def test_a_finding_says_what_its_match_says() -> None:
    found = finding(Rule("cause", lambda _: MATCH), MATCH, ("symptom",))
    assert (found.cause, found.explains) == ("cause", ("symptom",))
    for name in ("confidence", "headline", "explanation", "acts", "advice", "confidence_reason", "evidence",
                 "counter_evidence", "rules_out", "decisive_test"):  # fmt: skip
        assert getattr(found, name) == getattr(MATCH, name)


def test_a_line_is_linked_to_what_shows_it() -> None:
    tcp = run_view(["fallback rtmp 1935: tcp refused"]).tcp[0]
    assert line("refused", tcp).observation == "1.tcp"
    assert line("in general").observation == ""


def test_without_anything_to_ask_the_match_stands() -> None:
    assert ask_unless_answered((), MATCH) is MATCH
    assert ask_unless_answered((), None) is None
    assert ask_unless_answered((QUESTION,), MATCH) == Ask((QUESTION,), MATCH)
