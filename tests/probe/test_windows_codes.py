from __future__ import annotations

import pytest

from fmsdiag.model import FailureKind
from fmsdiag.probe.windows_codes import SOCKET_KINDS, VERIFIER_KINDS, verifier_kind


def test_codes_are_those_of_windows() -> None:
    assert all(0 < code < 12000 for code in SOCKET_KINDS)
    assert FailureKind.LOCAL_ERROR not in SOCKET_KINDS.values()


@pytest.mark.parametrize("code", [code for code in VERIFIER_KINDS if code > 0])
def test_a_code_means_the_same_whether_it_is_read_with_a_sign_or_without(code: int) -> None:
    assert verifier_kind(code) is verifier_kind(code - (1 << 32)) is VERIFIER_KINDS[code]


def test_other_codes_mean_nothing() -> None:
    assert verifier_kind(0) is None
    assert verifier_kind(1) is None
