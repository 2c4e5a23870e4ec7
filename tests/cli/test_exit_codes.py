import msgspec
import pytest

from fmsdiag.cli.exit_codes import exit_code_of, exit_code_of_run
from fmsdiag.model import VerdictStatus
from tests.diagnosis.situations import run_view
from tests.report.samples import healthy

OPEN = "tcp ok; handshake ok; connect ok"


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


REFUSED = "publish rejected code=NetStream.Publish.BadName"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([f"follow-up publish rtmp:1935: {OPEN}; publish ok code=NetStream.Publish.Start held=3.0"], 0),
        ([f"follow-up publish rtmp:1935: {OPEN}; {REFUSED}"], 2),
        ([f"follow-up publish rtmp:1935: {OPEN}; publish timed-out"], 2),
        (["follow-up publish rtmp:1935: tcp refused"], 1),
        (["follow-up publish rtmp:1935: tcp ok; handshake ok; connect rejected"], 1),
        ([], 1),
    ],
)
def test_a_stream_that_was_asked_for_counts(told: list[str], code: int) -> None:
    run = run_view([f"fallback rtmp 1935: {OPEN}", *told])
    report = msgspec.structs.replace(healthy(), attempts=run.attempts)
    wanted = msgspec.structs.replace(report.options, publish=True)
    assert exit_code_of_run(msgspec.structs.replace(report, options=wanted)) == code
    assert exit_code_of_run(report) == 0


def test_a_stream_that_nobody_sends_is_a_caveat() -> None:
    silent = f"follow-up play rtmp:1935: {OPEN}; play stalled code=NetStream.Play.Start held=5.0"
    run = run_view([f"fallback rtmp 1935: {OPEN}", silent])
    options = msgspec.structs.replace(healthy().options, play=True)
    assert exit_code_of_run(msgspec.structs.replace(healthy(), options=options, attempts=run.attempts)) == 1


def test_a_stream_makes_no_verdict_better() -> None:
    run = run_view(["fallback rtmp 1935: tcp refused"])
    stopped = msgspec.structs.replace(healthy().verdict, status=VerdictStatus.STOPPED)
    options = msgspec.structs.replace(healthy().options, publish=True)
    report = msgspec.structs.replace(healthy(), verdict=stopped, options=options, attempts=run.attempts)
    assert exit_code_of_run(report) == 3
