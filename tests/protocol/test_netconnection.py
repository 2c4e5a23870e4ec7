from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.message import Command, decode_message, encode_message
from fmsdiag.protocol.netconnection import (
    INVALID_APP,
    REJECTED,
    SUCCESS,
    ConnectReply,
    ConnectRequest,
    close_command,
    connect_command,
    encoder_request,
    parse_connect_reply,
    parse_connect_request,
    redirection,
    rejection,
    success_reply,
)
from fmsdiag.protocol.values import UNDEFINED, EcmaArray, TypedObject, Value
from tests.protocol.test_amf0 import VALUES

FULL = ConnectRequest(
    "live/a?x=1",
    "rtmp://h/live/a?x=1",
    swf_url="http://h/p.swf",
    page_url="http://h/",
    fpad=True,
    connection_type="nonprivate",
    arguments=("user", "secret", None),
    four_cc_list=("av01", "*"),
    video_four_cc_info={"*": 4.0},
    audio_four_cc_info={"Opus": 1.0},
    caps_ex=1.0,
)


@pytest.mark.parametrize("request_", [ConnectRequest("live", "rtmp://h/live"), FULL], ids=["plain", "full"])
def test_a_request_survives_the_command(request_: ConnectRequest) -> None:
    sent = decode_message(*encode_message(connect_command(request_)))
    assert isinstance(sent, Command)
    assert parse_connect_request(sent) == request_


def test_what_a_plain_request_says() -> None:
    command = connect_command(ConnectRequest("live", "rtmp://h/live"))
    assert (command.name, command.transaction_id) == ("connect", 1.0)
    assert command.values == (
        {
            "app": "live",
            "flashVer": "LNX 9,0,124,2",
            "tcUrl": "rtmp://h/live",
            "fpad": False,
            "capabilities": 15,
            "audioCodecs": 3575,
            "videoCodecs": 252,
            "videoFunction": 1,
            "objectEncoding": 0,
        },
    )


@pytest.mark.parametrize("values", [(), (None,), ({"app": 5.0, "fourCcList": "x", "fpad": 1.0},)])
def test_a_strange_request_does_not_break_a_server(values: tuple[Value, ...]) -> None:
    request = parse_connect_request(Command("connect", 1.0, values))
    assert (request.app, request.tc_url, request.fpad, request.four_cc_list) == ("", "", None, ())


def _reply(command: Command) -> ConnectReply:
    reply = parse_connect_reply(command)
    assert reply is not None
    return reply


INFO: dict[str, Value] = {"level": "status", "code": SUCCESS, "description": "Connection succeeded."}
NO_APP: dict[str, Value] = {"level": "error", "code": REJECTED, "description": "[ Server.Reject ] : no"}

# as the servers send it, and whether that is an acceptance
SHAPES: dict[str, tuple[Command, bool]] = {
    "nginx-rtmp": (Command("_result", 1.0, ({"fmsVer": "FMS/3,0,1,123", "capabilities": 31.0}, INFO)), True),
    "SRS": (
        Command(
            "_result", 1.0, ({"fmsVer": "FMS/3,5,3,888"}, INFO | {"data": EcmaArray({"srs_sig": "SRS"})})
        ),
        True,
    ),
    "Red5, one object": (Command("_result", 1.0, (INFO | {"fmsVer": "RED5/2,0,40,0", "mode": 1.0},)), True),
    "Mona, null properties": (Command("_result", 1.0, (None, INFO)), True),
    "no information at all": (Command("_result", 1.0, ({"fmsVer": "x"},)), True),
    "typed objects": (Command("_result", 1.0, (TypedObject("P", {}), TypedObject("I", INFO))), True),
    "code in small letters": (Command("onStatus", 0.0, (None, INFO | {"code": SUCCESS.lower()})), True),
    "AMS": (Command("_error", 1.0, (None, NO_APP)), False),
    "AMS, properties too": (Command("_error", 1.0, ({"fmsVer": "FMS/5,0,15,5004"}, NO_APP)), False),
    "SRS onStatus": (Command("onStatus", 0.0, (None, NO_APP)), False),
    "RTMPy, InvalidApp in _result": (
        Command("_result", 1.0, (None, {"level": "status", "code": INVALID_APP.upper()})),
        False,
    ),
    "unknown code of level error": (
        Command("_result", 1.0, (None, {"level": "Error", "code": "NetConnection.Connect.Odd"})),
        False,
    ),
    "success inside _error": (Command("_error", 1.0, (None, INFO)), False),
    "closed with level status": (
        Command("onStatus", 0.0, (None, {"level": "status", "code": "NetConnection.Connect.Closed"})),
        False,
    ),
    "reconnect request": (
        Command(
            "onStatus", 0.0, (None, {"level": "status", "code": "NetConnection.Connect.ReconnectRequest"})
        ),
        False,
    ),
    "nothing but _error": (Command("_error", 1.0), False),
    "close": (Command("close", 0.0, (None,)), False),
}


@pytest.mark.parametrize("name", SHAPES)
def test_each_shape_of_answer(name: str) -> None:
    command, accepted = SHAPES[name]
    reply = _reply(command)
    assert reply.command == command.name
    assert reply.accepted is accepted


@pytest.mark.parametrize(
    "command",
    [
        Command("_result", 2.0, (None, 1.0)),
        Command("_error", 2.0, (None, NO_APP)),
        Command("onStatus", 0.0, (None, {"level": "status", "code": "NetStream.Play.Start"})),
        Command("onStatus", 0.0, (None, {"level": "error"})),
        Command("onBWDone", 0.0, (None,)),
    ],
)
def test_commands_about_something_else(command: Command) -> None:
    assert parse_connect_reply(command) is None


def test_what_is_read_from_an_answer() -> None:
    reply = _reply(SHAPES["nginx-rtmp"][0])
    assert (reply.level, reply.code, reply.description) == ("status", SUCCESS, "Connection succeeded.")
    assert (reply.fms_ver, reply.capabilities, reply.mode) == ("FMS/3,0,1,123", 31, None)
    assert reply.properties == {"fmsVer": "FMS/3,0,1,123", "capabilities": 31}
    assert reply.info["code"] == SUCCESS


def test_red5s_one_object_is_both() -> None:
    reply = _reply(SHAPES["Red5, one object"][0])
    assert (reply.fms_ver, reply.mode, reply.code) == ("RED5/2,0,40,0", 1, SUCCESS)


def test_null_properties_stay_empty() -> None:
    reply = _reply(SHAPES["Mona, null properties"][0])
    assert (reply.properties, reply.capabilities) == ({}, None)


def test_rtmplites_version_is_in_the_information() -> None:
    assert _reply(Command("_result", 1.0, ({}, INFO | {"fmsVer": "rtmplite/8,2"}))).fms_ver == "rtmplite/8,2"


@pytest.mark.parametrize("as_status", [False, True])
def test_redirection(as_status: bool) -> None:
    reply = _reply(redirection("rtmp://new/app", as_status))
    assert (reply.accepted, reply.code, reply.redirect_url) == (False, REJECTED, "rtmp://new/app")
    assert reply.command == ("onStatus" if as_status else "_error")


@pytest.mark.parametrize(
    "ex", [None, "x", {"code": 301.0, "redirect": "rtmp://n"}, {"code": 302.0, "redirect": 5.0}]
)
def test_what_is_no_redirection(ex: Value) -> None:
    assert _reply(Command("_error", 1.0, (None, NO_APP | {"ex": ex}))).redirect_url is None


def test_what_a_server_says() -> None:
    extra: dict[str, Value] = {"clientid": 5.0}
    reply = _reply(success_reply(fms_ver="X/1", extra_properties={"mode": 2.0}, extra_info=extra))
    assert (reply.accepted, reply.fms_ver, reply.mode, reply.info["clientid"]) == (True, "X/1", 2, 5)
    refusal = _reply(rejection(INVALID_APP, "gone", "status", extra))
    assert (refusal.accepted, refusal.level, refusal.description) == (False, "status", "gone")
    assert refusal.info["clientid"] == 5
    assert _reply(close_command()).accepted is False


def test_endless_texts_are_cut() -> None:
    reply = _reply(Command("_error", 1.0, (None, NO_APP | {"description": "x" * 1_000_000})))
    assert len(reply.description or "") <= 1024
    assert len(json.dumps(reply.info)) < 5000


NAMES = st.sampled_from(["_result", "_error", "onStatus", "close", "connect"])
INFOS = st.fixed_dictionaries(
    {}, optional={"code": VALUES | st.just(SUCCESS), "level": VALUES, "ex": VALUES, "fmsVer": VALUES}
)


@given(NAMES, st.lists(VALUES | INFOS | st.just(UNDEFINED), max_size=3))
def test_any_answer_can_be_written_as_json(name: str, values: list[Value]) -> None:
    command = Command(name, 1.0, tuple(values))
    parse_connect_request(command)
    reply = parse_connect_reply(command)
    if reply is not None:
        json.dumps([reply.properties, reply.info, reply.capabilities, reply.mode], allow_nan=False)


def test_an_encoder_introduces_itself_as_one() -> None:
    request = parse_connect_request(connect_command(encoder_request("live", "rtmp://h/live")))
    assert request.flash_ver == "FMLE/3.0 (compatible; FMSc/1.0)"
    assert request.connection_type == "nonprivate"
    assert (request.audio_codecs, request.video_codecs, request.fpad) == (None, None, None)


@pytest.mark.parametrize("name", ["_result", "_error"])
def test_an_answer_under_another_number_is_one_where_only_connect_can_be_meant(name: str) -> None:
    said = Command(name, 5.0, success_reply().values)
    assert parse_connect_reply(said) is None
    reply = parse_connect_reply(said, is_only_call=True)
    assert reply is not None
    assert reply.accepted is (name == "_result")
