from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.proxy.socks5 import (
    LONGEST_TEXT,
    REPLIES,
    NoAcceptableMethod,
    NotSocks,
    Phase,
    Refused,
    Socks5,
    password_message,
)

PAUL = ("paul", "geheim")
GRANTED = b"\x05\x00\x00\x01\x0a\x00\x00\x01\x04\x38"


def fed(socks: Socks5, *pieces: bytes) -> bytes:
    return b"".join(socks.receive(piece) for piece in pieces)


@pytest.mark.parametrize(
    ("host", "request_bytes"),
    [
        ("live.example", b"\x05\x01\x00\x03\x0clive.example\x07\x8f"),
        ("192.0.2.1", b"\x05\x01\x00\x01\xc0\x00\x02\x01\x07\x8f"),
        ("2001:db8::1", b"\x05\x01\x00\x04\x20\x01\x0d\xb8" + bytes(11) + b"\x01\x07\x8f"),
        ("fe80::1%eth0", b"\x05\x01\x00\x04\xfe\x80" + bytes(13) + b"\x01\x07\x8f"),
    ],
)
def test_names_are_left_to_the_proxy(host: str, request_bytes: bytes) -> None:
    socks = Socks5(host, 1935)
    assert socks.greeting() == b"\x05\x01\x00"
    assert socks.receive(b"\x05\x00") == request_bytes
    assert socks.receive(GRANTED + b"first") == b""
    assert (socks.phase, socks.left_over, socks.credentials_sent) == (Phase.OPEN, b"first", False)


@pytest.mark.parametrize(
    "granted",
    [GRANTED, b"\x05\x00\x00\x03\x03abc\x00\x01", b"\x05\x00\x00\x04" + bytes(18)],
)
@pytest.mark.parametrize("whole", [True, False])
def test_signing_in(granted: bytes, whole: bool) -> None:
    socks = Socks5("h", 1, PAUL)
    assert socks.greeting() == b"\x05\x02\x00\x02"
    answers = b"\x05\x02\x01\x00" + granted
    out = fed(socks, answers) if whole else fed(socks, *(bytes([b]) for b in answers))
    assert out == b"\x01\x04paul\x06geheim" + b"\x05\x01\x00\x03\x01h\x00\x01"
    assert socks.phase is Phase.OPEN
    assert (socks.method, socks.credentials_sent, socks.code) == (2, True, 0)


@pytest.mark.parametrize("code", [*REPLIES, 91])
def test_refusals_are_told_apart(code: int) -> None:
    socks = Socks5("h", 1)
    with pytest.raises(Refused) as caught:
        fed(socks, b"\x05\x00", bytes([5, code]))
    assert caught.value.code == socks.code == code
    assert str(caught.value)


@pytest.mark.parametrize(
    ("credentials", "answers", "sent"),
    [(None, b"\x05\xff", False), (PAUL, b"\x05\xff", False), (PAUL, b"\x05\x02\x01\x01", True)],
)
def test_those_who_want_to_know_more(credentials: tuple[str, str] | None, answers: bytes, sent: bool) -> None:
    socks = Socks5("h", 1, credentials)
    with pytest.raises(NoAcceptableMethod):
        socks.receive(answers)
    assert socks.credentials_sent is sent


@pytest.mark.parametrize(
    "answers",
    [b"HTTP/1.1 400", b"\x04\x5a", b"\x05\x02", b"\x05\x01", b"\x05\x00\x05\x00\x00\x07\x00", b"\x05\x00H"],
)
def test_other_answers_are_none(answers: bytes) -> None:
    with pytest.raises(NotSocks):
        Socks5("h", 1).receive(answers)


def test_what_does_not_fit_is_not_sent() -> None:
    assert len(password_message("n" * LONGEST_TEXT, "p" * LONGEST_TEXT)) == 3 + 2 * LONGEST_TEXT
    with pytest.raises(ValueError, match="255 bytes"):
        password_message("n", "ü" * 128)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=10))
def test_any_bytes_end_in_a_known_way(pieces: list[bytes]) -> None:
    socks = Socks5("h", 1, PAUL)
    try:
        fed(socks, *pieces)
    except (NotSocks, NoAcceptableMethod, Refused):
        return
    assert socks.phase is Phase.OPEN or sum(map(len, pieces)) < 300
