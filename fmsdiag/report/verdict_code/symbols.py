"""Fourteen characters that survive the telephone: twelve of Crockford's base 32, and two by which a mishearing shows.

The two are the check symbols of a Reed-Solomon code over GF(32), whose words differ in at least three places: one wrong
character, two, or two that were exchanged never make another valid code. Characters: https://www.crockford.com/base32.html,
which leaves out I, L, O and U, and reads I and L as 1 and O as 0.
"""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DATA, LENGTH = 12, 14
"""Symbols of data, and all of them."""
GROUPS = (4, 3, 3, 4)
"""How a code is written: people remember and repeat three or four characters at a time."""
MOST_TYPED = 200
"""Characters, separators included: whatever is longer is no code."""

_READ_AS = {"I": "1", "L": "1", "O": "0"}
_VALUES = {
    written: ALPHABET.index(read)
    for letter, read in ({c: c for c in ALPHABET} | _READ_AS).items()
    for written in (letter, letter.lower())
}
_SEPARATORS = frozenset(" -\t\r\n\u00a0\u2010\u2011\u2012\u2013\u2014\u202f")
"""Programs for mail and chat write other spaces and hyphens than were typed."""

_POLYNOMIAL = 0b100101
"""x^5 + x^2 + 1, which is primitive: the powers of x are all 31 symbols but 0."""


class SymbolTexts(Table, of="verdict-code.symbols"):
    """Why what was typed is no code. One sentence or two, without a full stop at the end."""

    EMPTY = text("A code has 14 characters")
    TOO_SHORT = text("A code has 14 characters; this one is too short: it has {count}")
    TOO_LONG = text("A code has 14 characters; this one is too long")
    NOT_A_CHARACTER = text(
        "{character:quote} cannot be in a code: it has the digits 0 to 9 and letters, but no U"
    )
    MISHEARD = text(
        "This code is not valid. One of its characters was misheard, or two were exchanged. Ask for the code again"
    )
    # translators: {place} counts the characters of the code from 1, {character} is a letter or digit
    MISHEARD_AT = text(
        "This code is not valid. One of its characters was misheard, or two were exchanged. Ask for the code again; if "
        "only one is wrong, it is character {place:count}, which should be {character:name}"
    )


class CodeError(ValueError):
    """What was typed is no code; the message says why, for people."""


def _powers() -> tuple[int, ...]:
    powers, power = [], 1
    for _ in range(31):
        powers.append(power)
        power <<= 1
        power = power ^ _POLYNOMIAL if power & 32 else power
    return tuple(powers)


_POWER = _powers()
_LOGARITHM = {power: exponent for exponent, power in enumerate(_POWER)}


def _times(value: int, exponent: int) -> int:
    """A symbol times x to the `exponent`, in GF(32)."""
    return _POWER[(_LOGARITHM[value] + exponent) % 31] if value else 0


def _sums(symbols: Sequence[int]) -> tuple[int, int]:
    """The sum of the symbols, and that of each times x to its place; both are 0 for a valid code."""
    plain = weighted = 0
    for place, symbol in enumerate(symbols):
        plain ^= symbol
        weighted ^= _times(symbol, place)
    return plain, weighted


def with_checks(data: Sequence[int]) -> tuple[int, ...]:
    """The twelve symbols and their two check symbols. Raises ValueError for any other count."""
    if len(data) != DATA:
        raise ValueError(f"{len(data)} symbols of data")
    plain, weighted = _sums(data)
    # c12 + c13 = plain, and x^12 (c12 + x c13) = weighted; so (1 + x) c13 = plain + weighted / x^12
    last = _times(plain ^ _times(weighted, -DATA), -_LOGARITHM[1 ^ _POWER[1]])
    return (*data, plain ^ last, last)


def written(symbols: Sequence[int]) -> str:
    """Symbols as people read them aloud: "44RB-R0R-H60-008C"."""
    characters = "".join(ALPHABET[symbol] for symbol in symbols)
    groups, start = [], 0
    for size in GROUPS:
        groups.append(characters[start : start + size])
        start += size
    return "-".join(groups)


def read_symbols(typed: str) -> tuple[int, ...]:
    """The twelve symbols of data in what was typed; the case does not matter. Raises CodeError."""
    symbols = _symbols_in(typed)
    plain, weighted = _sums(symbols)
    if plain or weighted:
        raise CodeError(_misheard(symbols, plain, weighted))
    return symbols[:DATA]


def _symbols_in(typed: str) -> tuple[int, ...]:
    if len(typed) > MOST_TYPED:
        raise CodeError(say(SymbolTexts.TOO_LONG))
    characters = [c for c in typed if c not in _SEPARATORS]
    if not characters:
        raise CodeError(say(SymbolTexts.EMPTY))
    strange = next((c for c in characters if c not in _VALUES), None)
    if strange is not None:
        raise CodeError(say(SymbolTexts.NOT_A_CHARACTER, character=strange))
    if len(characters) > LENGTH:
        raise CodeError(say(SymbolTexts.TOO_LONG))
    if len(characters) < LENGTH:
        raise CodeError(say(SymbolTexts.TOO_SHORT, count=len(characters)))
    return tuple(_VALUES[c] for c in characters)


def _misheard(symbols: Sequence[int], plain: int, weighted: int) -> str:
    """If one symbol is wrong by e at place i, the sums are e and x^i e: what it should be follows, if that is the case."""
    if plain and weighted:
        place = (_LOGARITHM[weighted] - _LOGARITHM[plain]) % 31
        if place < LENGTH:
            right = ALPHABET[symbols[place] ^ plain]
            return say(SymbolTexts.MISHEARD_AT, place=place + 1, character=right)
    return say(SymbolTexts.MISHEARD)
