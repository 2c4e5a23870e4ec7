"""NetConnection over RTMP: the `connect` command and every shape of its answer (RTMP 1.0, section 7.2.1).

ConnectRequest <-> Command, Command -> ConnectReply, and the commands a server answers with. Servers disagree
about `_result`, `_error` and `onStatus`; what decides here is the status code, in any case of letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fmsdiag.protocol.message import Command
from fmsdiag.protocol.values import MAX_PLAIN_TEXT, PlainValue, TypedObject, Value, plain_properties

SUCCESS = "NetConnection.Connect.Success"
REJECTED = "NetConnection.Connect.Rejected"
FAILED = "NetConnection.Connect.Failed"
INVALID_APP = "NetConnection.Connect.InvalidApp"
APP_SHUTDOWN = "NetConnection.Connect.AppShutdown"
CLOSED = "NetConnection.Connect.Closed"

CONNECT_TRANSACTION = 1.0
DEFAULT_FLASH_VER = "LNX 9,0,124,2"
ENCODER_FLASH_VER = "FMLE/3.0 (compatible; FMSc/1.0)"
"""What ffmpeg, OBS and other encoders call themselves: several servers ask only encoders for a password or a key."""
DEFAULT_FMS_VER = "FMS/5,0,15,5004"

_CONNECT_PREFIX = "netconnection.connect."
# Codes that are no acceptance, though some of them come with level "status", or (RTMPy) inside `_result`.
_REFUSING = frozenset(
    _CONNECT_PREFIX + name
    for name in (
        "rejected",
        "failed",
        "invalidapp",
        "appshutdown",
        "closed",
        "idletimeout",
        "reconnectrequest",
    )
)


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """What a client says about itself and where it wants to go. None leaves the property out."""

    app: str
    tc_url: str
    flash_ver: str | None = DEFAULT_FLASH_VER
    swf_url: str | None = None
    page_url: str | None = None
    fpad: bool | None = False  # True: through a proxy
    capabilities: float | None = 15
    audio_codecs: float | None = 3575
    video_codecs: float | None = 252
    video_function: float | None = 1
    object_encoding: float | None = 0  # 0 keeps the answers in AMF0, message type 20
    connection_type: str | None = None  # property `type`; encoders send "nonprivate"
    arguments: tuple[
        Value, ...
    ] = ()  # after the object; some applications take a user name and password here
    # Enhanced RTMP: off unless given
    four_cc_list: tuple[str, ...] = ()
    video_four_cc_info: Mapping[str, float] = field(default_factory=dict)
    audio_four_cc_info: Mapping[str, float] = field(default_factory=dict)
    caps_ex: float | None = None


@dataclass(frozen=True, slots=True)
class ConnectReply:
    """The server's answer to `connect`, whichever command brought it. Texts are as sent; None: not sent."""

    command: str  # "_result", "_error", "onStatus" or "close"
    accepted: bool
    level: str | None = None
    code: str | None = None
    description: str | None = None
    fms_ver: str | None = None
    capabilities: PlainValue = None
    mode: PlainValue = None
    redirect_url: str | None = None  # info.ex.redirect, when info.ex.code is 302
    properties: dict[str, PlainValue] = field(default_factory=dict)
    info: dict[str, PlainValue] = field(default_factory=dict)


def encoder_request(app: str, tc_url: str) -> ConnectRequest:
    """What an encoder says of itself: it plays nothing, so it names no codecs (ffmpeg, rtmpproto.c; librtmp, rtmp.c)."""
    return ConnectRequest(
        app,
        tc_url,
        flash_ver=ENCODER_FLASH_VER,
        connection_type="nonprivate",
        fpad=None,
        capabilities=None,
        audio_codecs=None,
        video_codecs=None,
        video_function=None,
        object_encoding=None,
    )


def connect_command(request: ConnectRequest) -> Command:
    """The `connect` command of a request, transaction 1."""
    properties: dict[str, Value] = {
        name: value
        for name, value in (
            ("app", request.app),
            ("type", request.connection_type),
            ("flashVer", request.flash_ver),
            ("swfUrl", request.swf_url),
            ("tcUrl", request.tc_url),
            ("fpad", request.fpad),
            ("capabilities", request.capabilities),
            ("audioCodecs", request.audio_codecs),
            ("videoCodecs", request.video_codecs),
            ("videoFunction", request.video_function),
            ("pageUrl", request.page_url),
            ("objectEncoding", request.object_encoding),
            ("capsEx", request.caps_ex),
        )
        if value is not None
    }
    if request.four_cc_list:
        properties["fourCcList"] = list(request.four_cc_list)
    if request.video_four_cc_info:
        properties["videoFourCcInfoMap"] = dict(request.video_four_cc_info)
    if request.audio_four_cc_info:
        properties["audioFourCcInfoMap"] = dict(request.audio_four_cc_info)
    return Command("connect", CONNECT_TRANSACTION, (properties, *request.arguments))


def parse_connect_request(command: Command) -> ConnectRequest:
    """The request in a `connect` command (server role). Missing or oddly typed ones become None or ""."""
    properties = _properties(command.values[0]) if command.values else {}
    listed = properties.get("fourCcList")
    codes = listed if isinstance(listed, list) else []
    return ConnectRequest(
        app=_text(properties.get("app")) or "",
        tc_url=_text(properties.get("tcUrl")) or "",
        flash_ver=_text(properties.get("flashVer")),
        swf_url=_text(properties.get("swfUrl")),
        page_url=_text(properties.get("pageUrl")),
        fpad=fpad if isinstance(fpad := properties.get("fpad"), bool) else None,
        capabilities=_number(properties.get("capabilities")),
        audio_codecs=_number(properties.get("audioCodecs")),
        video_codecs=_number(properties.get("videoCodecs")),
        video_function=_number(properties.get("videoFunction")),
        object_encoding=_number(properties.get("objectEncoding")),
        connection_type=_text(properties.get("type")),
        arguments=command.values[1:],
        four_cc_list=tuple(code for code in codes if isinstance(code, str)),
        video_four_cc_info=_numbers(properties.get("videoFourCcInfoMap")),
        audio_four_cc_info=_numbers(properties.get("audioFourCcInfoMap")),
        caps_ex=_number(properties.get("capsEx")),
    )


def parse_connect_reply(command: Command, *, is_only_call: bool = False) -> ConnectReply | None:
    """What a server's command says about the connection, or None if it is about something else.

    `_result` and `_error` must bear connect's transaction, unless `connect` `is_only_call` that can be meant: some servers
    count otherwise; `onStatus` a code NetConnection.Connect.*; `close`
    is always about the connection. Acceptance is judged by command, code and level together.
    """
    properties, info = _reply_objects(command)
    code, level = _short(info.get("code")), _short(info.get("level"))
    folded = (code or "").casefold()
    if not _is_about_connect(command, folded, is_only_call):
        return None
    refused = folded in _REFUSING or (level or "").casefold() == "error"
    plain, plain_info = plain_properties(properties), plain_properties(info)
    return ConnectReply(
        command=command.name,
        accepted=command.name in ("_result", "onStatus") and not refused,
        level=level,
        code=code,
        description=_short(info.get("description")),
        fms_ver=_short(properties.get("fmsVer")) or _short(info.get("fmsVer")),
        capabilities=plain.get("capabilities"),
        mode=plain.get("mode"),
        redirect_url=_redirect_url(info),
        properties=plain,
        info=plain_info,
    )


def _reply_objects(command: Command) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
    """(properties, information). Red5 sends one object for both; Mona, and every onStatus, no properties."""
    objects = [_properties(value) for value in command.values]
    coded = [item for item in objects if _text(item.get("code"))]
    information = (coded or objects[1:] or [{}])[-1]
    return (objects or [{}])[0], information


def _is_about_connect(command: Command, folded_code: str, is_only_call: bool) -> bool:
    if command.name in ("_result", "_error"):
        return is_only_call or command.transaction_id == CONNECT_TRANSACTION
    return command.name == "close" or (command.name == "onStatus" and folded_code.startswith(_CONNECT_PREFIX))


def success_reply(
    fms_ver: str = DEFAULT_FMS_VER,
    capabilities: float = 255,
    description: str = "Connection succeeded.",
    extra_properties: Mapping[str, Value] | None = None,
    extra_info: Mapping[str, Value] | None = None,
) -> Command:
    """The `_result` of connect, in AMS's shape."""
    properties: dict[str, Value] = {"fmsVer": fms_ver, "capabilities": capabilities, "mode": 1.0}
    info = _information(SUCCESS, "status", description, {"objectEncoding": 0.0})
    return Command(
        "_result",
        CONNECT_TRANSACTION,
        (properties | dict(extra_properties or {}), info | dict(extra_info or {})),
    )


def rejection(
    code: str,
    description: str,
    level: str = "error",
    extra_info: Mapping[str, Value] | None = None,
    as_status: bool = False,
) -> Command:
    """The `_error` of connect, or (SRS) an `onStatus` that means the same."""
    info = _information(code, level, description, extra_info)
    if as_status:
        return Command("onStatus", 0.0, (None, info))
    return Command("_error", CONNECT_TRANSACTION, (None, info))


def redirection(url: str, as_status: bool = False) -> Command:
    """A rejection that names another tcUrl; AMS sends it as `_error`, SRS as `onStatus`."""
    redirect: Mapping[str, Value] = {"ex": {"code": 302.0, "redirect": url}}
    description = "RTMP 302 Redirect" if as_status else "Connection failed"
    return rejection(REJECTED, description, extra_info=redirect, as_status=as_status)


def close_command() -> Command:
    """What AMS sends after `_error`, before it ends the connection."""
    return Command("close", 0.0, (None,))


def _information(
    code: str, level: str, description: str, extra: Mapping[str, Value] | None
) -> dict[str, Value]:
    info: dict[str, Value] = {"level": level, "code": code, "description": description}
    return info | dict(extra or {})


def _redirect_url(info: Mapping[str, Value]) -> str | None:
    ex = _properties(info.get("ex"))
    return _short(ex.get("redirect")) if ex.get("code") in (302.0, "302") else None


def _properties(value: Value) -> dict[str, Value]:
    """An object's properties, whichever of the three object types it is; {} for anything else."""
    if isinstance(value, TypedObject):
        return value.properties
    return value if isinstance(value, dict) else {}


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None


def _short(value: Value) -> str | None:
    """A text, cut to what a report has room for; None for any other type."""
    return value[:MAX_PLAIN_TEXT] if isinstance(value, str) else None


def _number(value: Value) -> float | None:
    return value if isinstance(value, float) else None


def _numbers(value: Value) -> dict[str, float]:
    return {key: item for key, item in _properties(value).items() if isinstance(item, float)}
