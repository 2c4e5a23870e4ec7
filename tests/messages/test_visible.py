import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.messages.visible import Rendered, one_line, visible


def test_plain_text_stays_as_it_is() -> None:
    assert visible("Application “live2” is not defined – ünïcode 日本") == (
        "Application “live2” is not defined – ünïcode 日本"
    )


def test_escape_sequences_are_shown_not_obeyed() -> None:
    assert visible("\x1b[2J\x1b]0;title\x07") == "\\x1b[2J\\x1b]0;title\\x07"
    assert visible("\x9b31m") == "\\x9b31m"


def test_bidirectional_and_invisible_characters_are_shown() -> None:
    assert visible("a\u202eb\u2066c\u200bd\ufeff\U000e0041") == "a\\u202eb\\u2066c\\u200bd\\ufeff\\U000e0041"
    assert visible("\u3164\u2800") == "\\u3164\\u2800"
    assert visible("\u2028\ud800") == "\\u2028\\ud800"


def test_newlines_stay_only_when_asked() -> None:
    assert visible("a\nb") == "a\\x0ab"
    assert visible("a\r\nb", keep_newlines=True) == "a\\x0d\nb"


def test_one_line_joins_white_space_and_cuts() -> None:
    assert one_line(" a \n\t b ") == "a b"
    assert one_line("x" * 20, 10) == "x" * 9 + "…"
    assert one_line("aaaa bbbb", 6) == "aaaa…"


@given(st.text())
def test_nothing_unseen_passes(text: str) -> None:
    shown = visible(text)
    assert all(unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for c in shown)
    assert len(one_line(text, 40)) <= 40


@pytest.mark.parametrize("character", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\U0001ffff", "\U0010fffe"])
def test_noncharacters_are_escaped(character: str) -> None:
    assert visible(f"a{character}").startswith("a\\")


def test_what_this_program_has_rendered_stays_as_it_is() -> None:
    text = Rendered("\u2068" + "a b " * 10 + "\u2069")
    assert visible(text) is text
    assert one_line(text).startswith("\u2068a b")
    assert isinstance(one_line(text, 9), Rendered)
    assert not isinstance(one_line("a b"), Rendered)
