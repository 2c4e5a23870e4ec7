from __future__ import annotations

import pytest

from fmsdiag.model import (
    Target,
)


@pytest.mark.parametrize(
    ("host", "literal"),
    [
        ("192.0.2.1", True),
        ("2001:db8::1", True),
        ("fe80::1%eth0", True),
        ("h.example", False),
        ("1.2.3.example", False),
    ],
)
def test_literals_are_not_looked_up(host: str, literal: bool) -> None:
    assert Target(host, "live").is_literal is literal
