import pytest

from fmsdiag.cli.exit_codes import exit_code_of
from fmsdiag.model import VerdictStatus


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (VerdictStatus.CONNECTED, 0),
        (VerdictStatus.CONNECTED_BY_FALLBACK, 1),
        (VerdictStatus.REJECTED, 2),
        (VerdictStatus.UNREACHABLE, 2),
        (VerdictStatus.INCONCLUSIVE, 3),
        (VerdictStatus.STOPPED, 3),
    ],
)
def test_those_of_monitoring_plug_ins(status: VerdictStatus, code: int) -> None:
    assert exit_code_of(status) == code


def test_every_verdict_has_one() -> None:
    assert all(exit_code_of(status) in range(4) for status in VerdictStatus)
