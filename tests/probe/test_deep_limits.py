from __future__ import annotations

from fmsdiag.messages.language import ENGLISH
from fmsdiag.probe.deep_limits import BURST, HELD, UPLOAD_BYTES
from fmsdiag.probe.disclosure import deep_label, deep_tests


def test_what_is_said_before_a_run_is_what_the_tests_do() -> None:
    said = ENGLISH.render(deep_tests(10.0))
    assert f"{BURST} in quick succession" in said
    assert f"up to {HELD} held open" in said
    assert f"{UPLOAD_BYTES >> 10} kB" in said
    assert f"{UPLOAD_BYTES >> 10} kB" in ENGLISH.render(deep_label())
