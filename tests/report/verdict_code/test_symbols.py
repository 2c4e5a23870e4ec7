"""Any wrong character, any two, and any exchange of two shows: tried for all of them, over many codes."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.report.verdict_code import symbols
from fmsdiag.report.verdict_code.symbols import ALPHABET, DATA, LENGTH, CodeError, read_symbols, with_checks

RANDOM = random.Random(14)
DATA_OF_CODES = [
    (0,) * DATA,
    (31,) * DATA,
    tuple(range(DATA)),
    *(tuple(RANDOM.randrange(32) for _ in range(DATA)) for _ in range(60)),
]


def is_valid(code: tuple[int, ...]) -> bool:
    return symbols._sums(code) == (0, 0)


def test_every_single_wrong_character_shows() -> None:
    for data in DATA_OF_CODES:
        code = with_checks(data)
        assert is_valid(code)
        for place in range(LENGTH):
            for wrong in set(range(32)) - {code[place]}:
                assert not is_valid((*code[:place], wrong, *code[place + 1 :]))


def test_every_exchange_of_two_characters_shows() -> None:
    for data in DATA_OF_CODES:
        code = with_checks(data)
        for one, other in combinations(range(LENGTH), 2):
            exchanged = list(code)
            exchanged[one], exchanged[other] = code[other], code[one]
            assert is_valid(tuple(exchanged)) == (code[one] == code[other])


def test_any_two_wrong_characters_show() -> None:
    """The code is linear, so that two errors in one code are two errors in all of them."""
    nothing = [0] * LENGTH
    for one, other in combinations(range(LENGTH), 2):
        for first in range(1, 32):
            for second in range(1, 32):
                wrong = nothing.copy()
                wrong[one], wrong[other] = first, second
                assert not is_valid(tuple(wrong))


@given(st.lists(st.integers(0, 31), min_size=DATA, max_size=DATA), st.sampled_from("- \u2011\u00a0\n"))
def test_a_code_is_read_however_it_is_typed(data: list[int], separator: str) -> None:
    code = symbols.written(with_checks(data))
    assert [len(group) for group in code.split("-")] == [4, 3, 3, 4]
    for typed in (code, code.lower(), code.replace("-", separator), separator.join(code.replace("-", ""))):
        assert read_symbols(typed) == tuple(data)
    alike = code.replace("1", "I").replace("0", "o")
    assert read_symbols(alike) == read_symbols(alike.replace("I", "l")) == tuple(data)


def test_the_alphabet_has_no_letters_that_sound_or_look_alike() -> None:
    assert len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_only_twelve_symbols_get_checks() -> None:
    with pytest.raises(ValueError, match="11"):
        with_checks([0] * 11)


def test_a_misheard_character_is_named_with_what_it_should_be() -> None:
    code = "44RB-R0R-H60-008C"
    for place, character in enumerate(code):
        if character != "-":
            wrong = "7" if character != "7" else "8"
            number = len(code[:place].replace("-", "")) + 1
            with pytest.raises(
                CodeError, match=rf"One of its characters was misheard.* character {number},.* be {character}"
            ):
                read_symbols(f"{code[:place]}{wrong}{code[place + 1 :]}")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "A code has 14 characters"),
        (" - ", "A code has 14 characters"),
        ("44RB-R0R", "too short: it has 7"),
        ("44RB-R0R-H60-008C-1", "too long"),
        ("44RB-R0R-H60-008U", "“U” cannot be in a code"),
        ("44RB-R0R-H60-008\x1b", r"“\\x1b” cannot be in a code"),
        ("44RB-R0R-H60-008\u0131", "cannot be in a code"),
        ("44RB-R0R-H60-0\uff108C", "cannot be in a code"),
        ("44RB-R0R-H06-008C", "One of its characters was misheard, or two were exchanged"),
        ("4" * 10_000_000, "too long"),
    ],
    ids=lambda value: value[:24],
)
def test_what_is_no_code_is_told_why(typed: str, reason: str) -> None:
    with pytest.raises(CodeError, match=reason):
        read_symbols(typed)
