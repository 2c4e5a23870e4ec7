from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import Failure, FailureKind, Observation, ProxyFacts, StepName
from fmsdiag.probe.masking import mask_bytes, mask_text, masked
from fmsdiag.protocol.chunk import ChunkWriter, RawMessage


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("?reason=needauth&user=bob&salt=x", ("user=bob",), "?reason=needauth&user=***&salt=x"),
        ("live?authmod=adobe&user=bob", ("authmod=adobe&user=bob", "user=bob"), "live?***"),
        ("stream key", ("key", ""), "stream ***"),
        ("nothing", (), "nothing"),
        ("Basic Ym9iOmh1bnRlcg== sent", ("Ym9iOmh1bnRlcg==",), "Basic *** sent"),
        ("hunter=22", ("hunter=22",), "***"),
    ],
)
def test_texts(text: str, secrets: tuple[str, ...], shown: str) -> None:
    assert mask_text(text, secrets) == shown


@given(st.integers(0, 300), st.from_regex(r"[a-z0-9=&+/]{3,200}", fullmatch=True))
def test_a_secret_is_starred_out_wherever_chunks_divide_it(before: int, secret: str) -> None:
    payload = b"." * before + secret.encode() + b"."
    data = ChunkWriter().write(RawMessage(3, 0, 20, 0, payload))
    masked = mask_bytes(data, (secret,))
    assert len(masked) == len(data)
    assert masked.count(b"*") >= len(secret)
    assert secret.encode() not in bytes(b for b in masked if b < 0xC0)


def test_values_are_masked_however_deep() -> None:
    facts = ProxyFacts(
        "http://p:1", "CONNECT", headers=(("x", "a cHc9 b"),), body_start="geheim and gehe", status=407
    )
    failure = Failure(FailureKind.PROXY_REFUSED, "geheim")
    seen = Observation("1.proxy", StepName.PROXY, 0.0, 1.0, failure=failure, facts=facts, first_in=b"geheim!")
    hidden = masked(seen, ("cHc9", "geheim"))
    assert hidden.failure == Failure(FailureKind.PROXY_REFUSED, "***")
    assert isinstance(hidden.facts, ProxyFacts)
    assert hidden.facts.headers == (("x", "a *** b"),)
    assert hidden.facts.body_start == "*** and ***"  # the end may be where it was cut off
    assert hidden.facts.status == 407
    assert hidden.first_in == b"******!"
    assert masked(seen, ()) is seen
    assert masked(None, ("x",)) is None


def test_case_does_not_hide_a_secret() -> None:
    secrets = ("hunter22",)
    assert masked("HUNTER22 Hunter22", secrets) == "*** ***"
    assert mask_text("said HUNTER22", secrets) == "said ***"
    assert mask_bytes(b"HUNTER22", secrets) == b"********"
