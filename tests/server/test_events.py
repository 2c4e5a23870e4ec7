from __future__ import annotations

from fmsdiag.server.events import one_line


def test_text_from_a_peer_is_one_printable_line() -> None:
    assert one_line("live\r\n\x1b[31m\x00é") == "live���[31m�é"


def test_text_from_a_peer_is_bounded() -> None:
    assert len(one_line("x" * 100_000)) == 200
