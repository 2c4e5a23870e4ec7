"""A device that opens connections in the place of every server."""

import pytest

from fmsdiag.diagnosis.evidence.answered_for_all import impossible_open, relay
from fmsdiag.players import UNUSED_PORT
from tests.diagnosis.situations import run_view

_CUT = "fallback rtmp 1935: tcp ok; handshake closed"
_MUTE = "follow-up no-bytes 1935: tcp ok; exchange closed"
_WEB = "control control-http 80: tcp ok; http ok http=204"
_TAKEN = f"control control-port {UNUSED_PORT}: tcp ok"


@pytest.mark.parametrize(
    ("lines", "speaks_for_server"),
    [
        ([_CUT, _MUTE, _WEB, _TAKEN], True),
        ([_CUT, _MUTE, _WEB, f"control control-port {UNUSED_PORT}: tcp refused"], False),
        ([_CUT, _MUTE, _WEB], False),
        ([_CUT, "follow-up no-bytes 1935: tcp ok; exchange ok", _WEB, _TAKEN], False),
        (["fallback rtmp 1935: tcp ok; handshake closed bytes=1000", _MUTE, _WEB, _TAKEN], False),
        ([_CUT, _MUTE, "control control-http 80: tcp ok; http timed-out 3.0", _TAKEN], False),
        ([_CUT, "fallback rtmp 80: tcp ok; handshake ok; connect ok", _MUTE, _WEB, _TAKEN], False),
    ],
)
def test_it_speaks_for_the_server_where_the_server_is_not_heard(
    lines: list[str], speaks_for_server: bool
) -> None:
    assert (relay(run_view(lines)) is not None) is speaks_for_server


def test_a_port_that_nobody_has_is_open_by_another_hand() -> None:
    assert impossible_open(run_view([_CUT, _TAKEN])) is not None
    assert impossible_open(run_view([_CUT, f"control control-port {UNUSED_PORT}: tcp refused"])) is None
