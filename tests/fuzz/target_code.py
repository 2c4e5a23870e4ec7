"""What support types or pastes: a code that was read to it, or the text of a QR code."""

from __future__ import annotations

from fmsdiag.messages.visible import visible
from fmsdiag.report.verdict_code.code import read_code
from fmsdiag.report.verdict_code.packed import PackedError, packed_text, read_packed
from fmsdiag.report.verdict_code.symbols import CodeError
from fmsdiag.report.verdict_code.words import told_code, told_outcome
from tests.report import samples


def seeds() -> list[bytes]:
    texts = (
        "44RB-R0R-H60-008C",
        "44rb ror h6o oo8c",
        packed_text(samples.port_blocked()),
        "FMSDIAG:AAAA",
        "44RB\u05ec",
    )
    return [text.encode() for text in texts]


def _is_shown(said: str) -> bool:
    """Whether nothing in it is hidden from the eye; what Unicode has not assigned yet is drawn as a box."""
    return visible("".join(said)) == said


def check(data: bytes) -> None:
    """Only errors with a reason for people; what is told can be printed."""
    typed = data.decode("utf-8", "surrogateescape")
    try:
        assert all(map(_is_shown, told_code(read_code(typed))))
    except CodeError as error:
        assert _is_shown(str(error))
    try:
        assert all(map(_is_shown, told_outcome(read_packed(typed))))
    except PackedError as error:
        assert _is_shown(str(error))
