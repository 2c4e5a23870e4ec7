"""Texts are whole and stand in tables: no code puts one together, no table says what people do not say.

The checks are functions from source or text to complaints, tested themselves below.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.messages.catalog import known_texts
from fmsdiag.messages.text import Premise, Text
from tests.each import each_of

ROOT = Path(__file__).resolve().parent.parent
PURE = "fmsdiag/diagnosis/"
"""Where no text at all is put together."""
FACES = ("fmsdiag/report/", "fmsdiag/gui/", "fmsdiag/cli/")
"""Where only technical strings are: ids, keys, CSS, dumps of bytes."""
MAX_HEADLINE_WORDS = 12
MAX_STEPS = 3

BANNED = (
    "whoever", "somebody", "someone's", "in vain", "comes about", "come about", "vouch", "knows no way", "is told",
    "are told", "means nobody", "what was seen does not tell", "mend", "let the lab", "a server known to work",
    "text below", "shown below", "see below", "the text above", "as dead", "no way there", "swallow", "way in",
    "dislike", "nobody stands", "ways to the server", "colour", "licence", "recognise", "behaviour", "favour",
)  # fmt: skip
"""Turns that a native speaker does not use, and spellings that are not American."""

_PROSE = re.compile(r"[A-Za-z]{2,}[ ,;:]+[a-z]{2,}")
_MARKUP = re.compile(r"^\s*[<@.]|[{}]|</|\w=\"|\w-$")
"""A tag, a rule of a style sheet, an attribute, the name of a class."""
"""Two words in a row: a string that a person would read as a sentence."""


def assembled(path: str, source: str) -> list[str]:
    """Places at which code puts prose together."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    raised = {id(child) for node in ast.walk(tree) if isinstance(node, ast.Raise) for child in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in docstrings or id(node) in raised:
            continue
        if (why := _assembles(node)) is not None:
            found.append(f"{path}:{getattr(node, 'lineno', 0)}: {why}")
    return found


def _assembles(node: ast.AST) -> str | None:
    match node:
        case ast.JoinedStr():
            fixed = "".join(
                v.value for v in node.values if isinstance(v, ast.Constant) and isinstance(v.value, str)
            )
            return (
                f"an f-string holds words: {fixed!r}"
                if _PROSE.search(fixed) and not _MARKUP.search(fixed)
                else None
            )
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
            words = [
                c.value for c in (left, right) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            ]
            return f"words are added up: {words!r}" if any(map(_PROSE.search, words)) else None
        case ast.IfExp(body=body, orelse=orelse):
            words = [
                c.value for c in (body, orelse) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            ]
            return f"words are chosen: {words!r}" if any(map(_PROSE.search, words)) else None
        case ast.Call(func=ast.Attribute(attr="format", value=ast.Constant(value=str() as words))):
            return f"words are formatted: {words!r}" if _PROSE.search(words) else None
    return None


def loose(path: str, source: str) -> list[str]:
    """Sentences in plain strings, outside tables, docstrings and what is raised for programmers."""
    tree = ast.parse(source)
    allowed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or _is_text_call(node):
            allowed |= {id(child) for child in ast.walk(node)}
    return [
        f"{path}:{node.lineno}: {node.value[:60]!r} is in no table"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in allowed
        and re.match(r"[A-Z“]", node.value)
        and len(re.findall(r"[A-Za-z]{2,}", node.value)) >= 3
        and _PROSE.search(node.value)
    ]


def _is_text_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("text", "plural", "step", "look_alike")
    )


def banned(english: str) -> list[str]:
    """Words in a text that a native support engineer would not write."""
    lowered = english.lower()
    return [word for word in BANNED if re.search(rf"(?<![a-z]){re.escape(word)}", lowered)]


def sources(*places: str) -> list[str]:
    return sorted(
        path.relative_to(ROOT).as_posix() for place in places for path in (ROOT / place).rglob("*.py")
    )


def forms(said: Text) -> list[str]:
    return [said.english, *((said.plural,) if said.plural is not None else ())]


def cases() -> list[type[FindingTexts]]:
    known_texts()
    return [case for case in FindingTexts.__subclasses__() if case.__module__.startswith("fmsdiag.")]


@each_of((path, path) for path in sources(PURE))
def test_no_text_is_put_together_where_findings_are_made(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert assembled(path, source) + loose(path, source) == []


@each_of((path, path) for path in sources(*FACES))
def test_no_face_puts_a_text_together(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert assembled(path, source) + loose(path, source) == []


def test_no_text_has_a_banned_word() -> None:
    complaints = {
        said.id: words for said in known_texts().values() for form in forms(said) if (words := banned(form))
    }
    assert complaints == {}


@each_of((case.PREFIX, case) for case in cases())
def test_what_a_case_says_is_in_shape(case: type[FindingTexts]) -> None:
    for form in forms(case.headline):
        assert len(form.split()) <= MAX_HEADLINE_WORDS, form
        assert form.endswith(".")
    assert case.acts
    assert case.you or case.administrator or case.operator
    assert all(len(steps) <= MAX_STEPS for steps in (case.you, case.administrator, case.operator))
    for said in (case.explanation, *case.you, *case.administrator, *case.operator):
        assert all(form[-1] in ".)?”" or form.endswith(":quote}") for form in forms(said)), said.english


def test_every_place_of_a_text_is_in_both_of_its_forms_or_is_what_is_counted() -> None:
    for said in known_texts().values():
        if said.plural is not None:
            missing = set(said.places) - {p for p in said.places if f"{{{p}" in said.english} - {said.counted}
            assert not missing, said.english


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('x = f"Port {port} is blocked"', 1),
        ('x = f"{a}:{b}"', 0),
        ('x = f"{a} kB"', 0),
        ('x = "the port is " + port', 1),
        ('x = "a lot of words" if y else ""', 1),
        ('x = "the {} is blocked".format(port)', 1),
        ('"""A docstring with words."""', 0),
        ('raise ValueError(f"not a port: {port} is odd")', 0),
    ],
)
def test_assembling_is_seen(source: str, count: int) -> None:
    assert len(assembled("x.py", source)) == count


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('x = "The server did not answer."', 1),
        ('x = text("The server did not answer.")', 0),
        ('x = "NetConnection.Connect.Rejected"', 0),
        ('x = "color: red; margin: 0"', 0),
        ('"""The server did not answer."""', 0),
    ],
)
def test_loose_sentences_are_seen(source: str, count: int) -> None:
    assert len(loose("x.py", source)) == count


def test_banned_words_are_seen() -> None:
    assert banned("Whoever mends it waits in vain.") == ["whoever", "in vain", "mend"]
    assert banned("We recommend a fix.") == []


_ELSEWHERE = re.compile(r"another network\b|hotspot", re.IGNORECASE)
_OFFERS = re.compile(
    r"\boffer (the service|rtmpt?s?|rtmps)\b[^.]* (on (a )?port|there|instead)", re.IGNORECASE
)


def test_only_a_text_with_that_premise_sends_to_another_network() -> None:
    """So that no report advises it for an address that exists in this network only."""
    sends = [t for t in known_texts().values() if _ELSEWHERE.search(t.english) and _is_advice(t)]
    odd = [t.id for t in sends if t.premise is not Premise.OTHER_NETWORK]
    assert [each for each in odd if each not in NAME_TESTS] == []
    assert len(sends) > 30


def test_only_a_text_with_that_premise_asks_to_offer_what_may_work_already() -> None:
    asks = [
        t
        for t in known_texts().values()
        if _OFFERS.search(t.english) and ".operator." in t.id and t.id not in ASKED_FOR
    ]
    offers = (Premise.NOT_YET_OFFERED, Premise.SECURE_NOT_YET_OFFERED)
    assert [t.id for t in asks if t.premise not in offers] == []
    assert asks


def _is_advice(said: Text) -> bool:
    return bool(re.search(r"\.(you|administrator|operator)\.|decisive-test|deciding|^steps\.", said.id))


NAME_TESTS = frozenset(
    (
        "dns-name-not-found.no-name-says-one.decisive-test",
        "dns-private-address.private-here.decisive-test",
        "dns-server-failure.unclear.decisive-test",
        "private-address.internal.you.1",
        "server-not-listening.named-here.decisive-test",
    )
)
"""Those that ask what a name leads to elsewhere, which can be asked of every name; and one that sends to the server's own."""
ASKED_FOR = frozenset(
    ("tunnel-not-offered.web-server.operator.1", "tls-refused-by-server.other-protocol.operator.1")
)
"""Offers of what the address itself asks for, beside what works."""
