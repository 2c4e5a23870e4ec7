"""Reports with an arbitrary secret, texts and bytes in them: redacting ends, hides the secret, and changes nothing twice."""

from __future__ import annotations

import functools
import time

import msgspec

from fmsdiag.model import Report
from fmsdiag.report.redact import mask_secrets, redact
from fmsdiag.report.sensitive import Identity
from tests.fuzz.inputs import Input, block
from tests.report import samples

NOBODY = Identity()
SLOWEST_S_PER_BYTE = 0.0002
"""Of processor time, hundreds of times what it takes: only growth beyond proportion gets there with 64 kB."""
STARTED_S = 1.0


def seeds() -> list[bytes]:
    """A stream name behind its length, then a text."""
    texts = (
        b"/a?b=c",
        b"rtmp://h/live?key=1",
        b"token=",
        b"a@b.example",
        b"10.0.0.1 fe80::1",
        b"/./././?",
        b"\x16\x03\x01?a=b",
    )
    return [
        *(block(b"secret12") + text for text in texts),
        *(block(b"k3y0fMine9") + text + b"/k3y0fMine9 xK3Y0FMINE9x k3y0fMi" for text in texts),
    ]


def check(data: bytes) -> None:
    given = Input(data)
    secret = given.block().decode("utf-8", "replace")
    report = _with(secret, given.rest())
    started = time.process_time()
    hidden = redact(report, identity=NOBODY)
    mask_secrets(report)
    took = time.process_time() - started
    assert took < STARTED_S + len(data) * SLOWEST_S_PER_BYTE, f"{took:.1f} s for {len(data)} bytes"
    assert redact(hidden, identity=NOBODY) == hidden
    before, after = (r.attempts[0].observations[0].first_in for r in (report, hidden))
    assert len(before) == len(after)
    if is_no_word(secret):
        attempt = hidden.attempts[0]
        shown = (attempt.reason, attempt.observations[0].address or "", after.decode("latin-1"))
        assert not any(secret.lower() in text.lower() for text in shown)


def is_no_word(secret: str) -> bool:
    """Whether a stream name is hidden wherever it stands, also inside another word."""
    return len(secret) > 8 and secret.isascii() and secret.isalnum() and not secret.isdigit()


def _with(secret: str, data: bytes) -> Report:
    report = _sample()
    attempt = report.attempts[0]
    text = data.decode("utf-8", "replace")
    step = msgspec.structs.replace(attempt.observations[0], first_in=data[:1024], address=text)
    target = msgspec.structs.replace(report.target, stream=secret)
    attempts = (msgspec.structs.replace(attempt, observations=(step,), reason=text),)
    return msgspec.structs.replace(report, target=target, attempts=attempts)


@functools.cache
def _sample() -> Report:
    return samples.healthy()
