from __future__ import annotations

import pytest

from fmsdiag.diagnosis.evidence.cut_bytes import bytes_place_of, cut_bytes, ended_as_far_as_server
from fmsdiag.model import Experiment, Side
from tests.diagnosis.situations import run_view


@pytest.mark.parametrize(
    ("lines", "experiment", "port"),
    [
        (["fallback rtmp 1935: tcp ok; handshake reset"], Experiment.APP_PATH, 1935),
        (["fallback rtmp 1935: tcp ok; handshake timed-out"], Experiment.APP_PATH, 1935),
        (["fallback rtmp 1935: tcp ok; handshake ok; connect timed-out"], Experiment.CONNECT_PATH, 1935),
        (["fallback rtmp 1935: tcp ok; handshake ok; connect reset"], Experiment.CONNECT_PATH, 1935),
        (["fallback rtmps 443: tcp ok; tls timed-out"], Experiment.APP_PATH, 443),
        (
            ["fallback rtmps 443: tcp ok; tls reset", "fallback rtmp 1935: tcp ok; handshake reset"],
            Experiment.APP_PATH,
            1935,
        ),
    ],
)
def test_what_was_cut_first(lines: list[str], experiment: Experiment, port: int) -> None:
    cut = cut_bytes(run_view(lines))
    assert cut is not None
    assert (cut.experiment, cut.attempt.endpoint.port) == (experiment, port)


@pytest.mark.parametrize(
    "line",
    [
        "fallback rtmp 1935: tcp timed-out",
        "fallback rtmp 1935: tcp ok; handshake ok; connect ok",
        "fallback rtmp 1935: tcp ok; handshake ok; connect rejected",
        "fallback rtmp 1935: tcp ok; handshake closed bytes=100",
        "fallback rtmp 1935 through=http://192.168.1.5:3128: tcp ok; proxy ok; handshake reset",
    ],
)
def test_what_was_not_cut_has_no_bytes_to_trace(line: str) -> None:
    assert cut_bytes(run_view([line])) is None
    assert bytes_place_of(run_view([line])) is None


def test_tls_alone_can_be_asked_for() -> None:
    run = run_view(
        [
            "fallback rtmp 1935: tcp ok; handshake reset",
            "fallback rtmps 443: tcp ok; tls timed-out",
            "follow-up app-path rtmps:443: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=2",
        ]
    )
    place = bytes_place_of(run, only_tls=True)
    assert place is not None
    assert place.side is Side.TRANSIT
    assert bytes_place_of(run) is None


@pytest.mark.parametrize(
    ("trace", "told"),
    [
        ("reached=3 end=reset sender=same", True),
        ("reached=3 end=reset sender=nearer", False),
        ("reached=3 end=reset", False),
        ("reached=3", False),
        ("reached=2 end=reset sender=same", False),  # what is cut before the last router is not the server's
    ],
)
def test_an_end_from_as_far_as_the_server_is_told(trace: str, told: bool) -> None:
    """It needs both: bytes that come as far as the last router, and an end that travels as far as the server's answers."""
    lines = [
        "fallback rtmp 1935: tcp ok; handshake ok; connect reset",
        f"follow-up connect-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 {trace}",
    ]
    assert (ended_as_far_as_server(run_view(lines)) is not None) is told
