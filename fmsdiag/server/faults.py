"""Faults that the embedded server can show on purpose: their names, arguments and the parser of `--fault`.

A fault is written `NAME`, `NAME:ARGUMENT` or `LISTENERS=NAME:ARGUMENT`, where LISTENERS is one or more of
LISTENER_NAMES joined by commas, or `all`. Without LISTENERS it acts on those that carry RTMP, as far as they can show it.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import Table, Text, text

TLS_LISTENERS = ("rtmps", "rtmpts")
RTMP_LISTENERS = ("rtmp", "rtmps", "rtmpt", "rtmpts")
TCP_LISTENERS = (*RTMP_LISTENERS, "http", "admin")
LISTENER_NAMES = (*TCP_LISTENERS, "rtmfp")

REJECTED_CODE = "NetConnection.Connect.Rejected"
INVALID_APP_CODE = "NetConnection.Connect.InvalidApp"
REJECTED_TEXT = "[ Server.Reject ] : Connection failed: Application rejected connection."

_LISTENERS_PREFIX = re.compile(r"([a-z]+(?:,[a-z]+)*)=(.*)", re.DOTALL)
_MAX_SECONDS = 3600.0
_MAX_BYTES = 3073  # S0, S1 and S2 together
_MAX_TEXT = 4096
_MAX_REQUESTS = 1000


class FaultProblems(Table, of="fault-problems"):
    """What is wrong with a fault as it was typed."""

    UNKNOWN_FAULT = text("There is no fault {name:quote}. Faults: {known:names}.")
    UNKNOWN_DEMO = text("There is no demo {name:quote}. Demos: {known:names}.")
    UNKNOWN_LISTENER = text("There is no listener {name:quote}. Listeners: {known:names}.")
    FOREIGN = text("{fault:name} needs {protocol:name}, which is not on {listeners:names}.")
    NO_ARGUMENT = text("{fault:name} takes no argument; {argument:quote} was entered.")
    TOO_LONG = text("{fault:name}: the argument is longer than {most:count} characters.")
    NO_KEY = text("{fault:name}: {argument:quote} is not 0, 1, or p-1.")
    NO_LOGIN = text("{fault:name}: enter a user name and a password with a colon between them.")
    NO_SECONDS = text("{fault:name}: {argument:quote} is not a number of seconds from 0 to {most:count}.")
    NO_ADDRESS_AND_PORT = text(
        "{fault:name}: {argument:quote} is not an address and a port, such as 192.0.2.1:1935."
    )
    NO_REQUESTS = text("{fault:name}: {argument:quote} is not a number of requests from 0 to {most:count}.")
    NO_ADDRESS = text("{fault:name}: {argument:quote} is not an address.")
    NO_BYTES = text("{fault:name}: {argument:quote} is not a number of bytes from 0 to {most:count}.")


class FaultError(ValueError):
    """A fault that cannot be read: what is said of it, with its values. As a string it is English."""

    def __init__(self, said: Text, **values: object) -> None:
        super().__init__(said.id)
        self.said = said
        self.values = values

    def __str__(self) -> str:
        return ENGLISH.say(self.said, self.values)


class FaultKind(StrEnum):
    """What goes wrong. Those of CONNECTION_FAULTS happen before a byte of any protocol is understood."""

    REFUSE = "refuse"
    SILENCE = "silence"
    CLOSE_ON_ACCEPT = "close-on-accept"
    HTTP_REPLY = "http-reply"
    SLOW = "slow"
    DRIP = "drip"
    FLOOD = "flood"
    RESET_AFTER_C0 = "reset-after-c0"
    RESET_AFTER_C1 = "reset-after-c1"
    CUT_S2 = "cut-s2"
    CUT_S2_CLOSE = "cut-s2-close"
    NO_ANSWER = "no-answer"
    CLOSE_ON_CONNECT = "close-on-connect"
    REJECT = "reject"
    REJECT_AS_STATUS = "reject-as-status"
    REJECT_IN_RESULT = "reject-in-result"
    NEEDS_NAME = "needs-name"
    CLOSE_COMMAND = "close-command"
    ACCEPT_THEN_CLOSE = "accept-then-close"
    ACCEPT_THEN_REJECT = "accept-then-reject"
    SECURE_TOKEN = "secure-token"
    SECURE_TOKEN_AT_ONCE = "secure-token-at-once"
    BAD_CHUNK_SIZE = "bad-chunk-size"
    BAD_LENGTH = "bad-length"
    SWF_VERIFICATION = "swf-verification"
    OTHER_TRANSACTION = "other-transaction"
    REDIRECT = "redirect"
    REDIRECT_AS_STATUS = "redirect-as-status"
    AUTH_ADOBE = "auth-adobe"
    AUTH_LIMELIGHT = "auth-llnw"
    PUBLISH_START_THEN_CLOSE = "publish-start-then-close"
    PUBLISH_BAD_NAME = "publish-bad-name"
    PLAY_NOT_FOUND = "play-not-found"
    RTMPE_OFF = "rtmpe-off"
    RTMPE_PLAIN = "rtmpe-plain"
    RTMPE_BAD_KEY = "rtmpe-bad-key"
    RTMPE_TYPE_8 = "rtmpe-type-8"
    TUNNEL_CLOSE_EACH = "tunnel-close-each"
    TUNNEL_CHUNKED = "tunnel-chunked"
    TUNNEL_LOWER_CASE = "tunnel-lower-case"
    TUNNEL_HTTP10 = "tunnel-http10"
    TUNNEL_SESSION_LOST = "tunnel-session-lost"
    TUNNEL_ENDLESS = "tunnel-endless"
    TUNNEL_REPLAY = "tunnel-replay"
    TUNNEL_CATCH_ALL = "tunnel-catch-all"
    IDENT2 = "ident2"
    RHELLO_ONLY = "rhello-only"
    WRONG_TAG = "wrong-tag"
    BAD_CHECKSUM = "bad-checksum"
    COOKIE_CHANGE = "cookie-change"
    HMAC_REQUIRED = "hmac-required"
    FLOW_EXCEPTION = "flow-exception"
    SLOW_ACK = "slow-ack"


CONNECTION_FAULTS = frozenset(
    (FaultKind.REFUSE, FaultKind.SILENCE, FaultKind.CLOSE_ON_ACCEPT, FaultKind.HTTP_REPLY)
)
RTMPE_FAULTS = frozenset(
    (FaultKind.RTMPE_OFF, FaultKind.RTMPE_PLAIN, FaultKind.RTMPE_BAD_KEY, FaultKind.RTMPE_TYPE_8)
)
"""Those that only a client of RTMPE meets."""
TUNNEL_LISTENERS = ("rtmps", "rtmpt", "rtmpts")
TUNNEL_FAULTS = frozenset(
    (
        FaultKind.TUNNEL_CLOSE_EACH, FaultKind.TUNNEL_CHUNKED, FaultKind.TUNNEL_LOWER_CASE, FaultKind.TUNNEL_HTTP10,
        FaultKind.TUNNEL_SESSION_LOST, FaultKind.TUNNEL_ENDLESS, FaultKind.TUNNEL_REPLAY, FaultKind.TUNNEL_CATCH_ALL,
        FaultKind.IDENT2,
    )
)  # fmt: skip
"""Those that only a client of RTMPT or RTMPTS meets."""
_ANY_LISTENER = CONNECTION_FAULTS | {FaultKind.SLOW, FaultKind.DRIP, FaultKind.FLOOD}
RTMFP_FAULTS = frozenset(
    (
        FaultKind.RHELLO_ONLY, FaultKind.WRONG_TAG, FaultKind.BAD_CHECKSUM, FaultKind.COOKIE_CHANGE,
        FaultKind.HMAC_REQUIRED, FaultKind.FLOW_EXCEPTION, FaultKind.SLOW_ACK,
    )
)  # fmt: skip
"""Those that only a client of RTMFP meets."""
_ALSO_RTMFP = frozenset(
    (
        FaultKind.REFUSE, FaultKind.SILENCE, FaultKind.HTTP_REPLY, FaultKind.SLOW, FaultKind.NO_ANSWER,
        FaultKind.CLOSE_ON_CONNECT, FaultKind.REJECT, FaultKind.ACCEPT_THEN_CLOSE, FaultKind.ACCEPT_THEN_REJECT,
    )
)  # fmt: skip
"""Those that mean the same over UDP. REDIRECT is another thing there: a redirect of the first datagram."""


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """A fault, its argument as `--help` shows it, and the default for that."""

    kind: FaultKind
    argument: str = ""
    default: str = ""


FAULTS = (
    FaultEntry(FaultKind.REFUSE),
    FaultEntry(FaultKind.SILENCE),
    FaultEntry(FaultKind.CLOSE_ON_ACCEPT),
    FaultEntry(FaultKind.HTTP_REPLY),
    FaultEntry(FaultKind.SLOW, "SECONDS", "3"),
    FaultEntry(FaultKind.DRIP, "SECONDS", "1"),
    FaultEntry(FaultKind.FLOOD),
    FaultEntry(FaultKind.RESET_AFTER_C0),
    FaultEntry(FaultKind.RESET_AFTER_C1),
    FaultEntry(FaultKind.CUT_S2, "BYTES", "1460"),
    FaultEntry(FaultKind.CUT_S2_CLOSE, "BYTES", "1460"),
    FaultEntry(FaultKind.NO_ANSWER),
    FaultEntry(FaultKind.CLOSE_ON_CONNECT),
    FaultEntry(FaultKind.REJECT, "CODE:TEXT", f"{REJECTED_CODE}:{REJECTED_TEXT}"),
    FaultEntry(FaultKind.REJECT_AS_STATUS, "CODE:TEXT", f"{REJECTED_CODE}:{REJECTED_TEXT}"),
    FaultEntry(FaultKind.REJECT_IN_RESULT, "CODE:TEXT", f"{INVALID_APP_CODE}:"),
    FaultEntry(FaultKind.NEEDS_NAME),
    FaultEntry(FaultKind.CLOSE_COMMAND),
    FaultEntry(FaultKind.ACCEPT_THEN_CLOSE),
    FaultEntry(FaultKind.ACCEPT_THEN_REJECT, "CODE:TEXT", f"{REJECTED_CODE}:{REJECTED_TEXT}"),
    FaultEntry(FaultKind.SECURE_TOKEN),
    FaultEntry(FaultKind.SECURE_TOKEN_AT_ONCE),
    FaultEntry(FaultKind.BAD_CHUNK_SIZE),
    FaultEntry(FaultKind.BAD_LENGTH),
    FaultEntry(FaultKind.SWF_VERIFICATION),
    FaultEntry(FaultKind.OTHER_TRANSACTION),
    FaultEntry(FaultKind.REDIRECT, "URL", "rtmp://127.0.0.1/live"),
    FaultEntry(FaultKind.REDIRECT_AS_STATUS, "URL", "rtmp://127.0.0.1/live"),
    FaultEntry(FaultKind.AUTH_ADOBE, "USER:PASSWORD", "user:secret"),
    FaultEntry(FaultKind.AUTH_LIMELIGHT, "USER:PASSWORD", "user:secret"),
    FaultEntry(FaultKind.PUBLISH_START_THEN_CLOSE),
    FaultEntry(FaultKind.PUBLISH_BAD_NAME),
    FaultEntry(FaultKind.PLAY_NOT_FOUND),
    FaultEntry(FaultKind.RTMPE_OFF),
    FaultEntry(FaultKind.RTMPE_PLAIN),
    FaultEntry(FaultKind.RTMPE_BAD_KEY, "0|1|p-1", "0"),
    FaultEntry(FaultKind.RTMPE_TYPE_8),
    FaultEntry(FaultKind.TUNNEL_CLOSE_EACH),
    FaultEntry(FaultKind.TUNNEL_CHUNKED),
    FaultEntry(FaultKind.TUNNEL_LOWER_CASE),
    FaultEntry(FaultKind.TUNNEL_HTTP10),
    FaultEntry(FaultKind.TUNNEL_SESSION_LOST, "REQUESTS", "1"),
    FaultEntry(FaultKind.TUNNEL_ENDLESS),
    FaultEntry(FaultKind.TUNNEL_REPLAY),
    FaultEntry(FaultKind.TUNNEL_CATCH_ALL),
    FaultEntry(FaultKind.IDENT2, "ADDRESS", "10.0.0.5"),
    FaultEntry(FaultKind.RHELLO_ONLY),
    FaultEntry(FaultKind.WRONG_TAG),
    FaultEntry(FaultKind.BAD_CHECKSUM),
    FaultEntry(FaultKind.COOKIE_CHANGE),
    FaultEntry(FaultKind.HMAC_REQUIRED),
    FaultEntry(FaultKind.FLOW_EXCEPTION),
    FaultEntry(FaultKind.SLOW_ACK, "SECONDS", "1"),
)
_ENTRIES = {entry.kind: entry for entry in FAULTS}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the listeners it acts on. Only the argument that its kind takes is set."""

    kind: FaultKind
    listeners: tuple[str, ...] = RTMP_LISTENERS
    seconds: float = 0.0
    byte_count: int = 0
    code: str = ""
    text: str = ""
    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    key: str = ""  # one of the words that rtmpe-bad-key takes
    request_count: int = 0
    ident_address: str = ""
    address: tuple[str, int] | None = None  # RTMFP's redirect; None: to another port of the same server


def parse_fault(text: str) -> Fault:
    """Read one `--fault` value. Raises FaultError."""
    listeners: tuple[str, ...] = RTMP_LISTENERS
    prefixed = _LISTENERS_PREFIX.fullmatch(text.strip())
    if prefixed:
        listeners = _parse_listeners(prefixed[1])
    name, _, argument = (prefixed[2] if prefixed else text.strip()).partition(":")
    try:
        kind = FaultKind(name)
    except ValueError:
        known = tuple(entry.kind.value for entry in FAULTS)
        raise FaultError(FaultProblems.UNKNOWN_FAULT, name=name[:80], known=known) from None
    if not prefixed:
        listeners = _usual_listeners(kind)
    elif prefixed[1] == "all" and kind not in _ALSO_RTMFP:
        listeners = TCP_LISTENERS
    _check_listeners(kind, listeners)
    return _with_argument(kind, listeners, argument)


def fault_for(faults: Iterable[Fault], listener: str) -> Fault | None:
    """The first fault that acts on that listener, or None."""
    return next((fault for fault in faults if listener in fault.listeners), None)


def _usual_listeners(kind: FaultKind) -> tuple[str, ...]:
    """Where a fault acts when nobody says where."""
    if kind in RTMFP_FAULTS:
        return ("rtmfp",)
    if kind in TUNNEL_FAULTS:
        return TUNNEL_LISTENERS
    return (*RTMP_LISTENERS, "rtmfp") if kind in _ALSO_RTMFP else RTMP_LISTENERS


def _check_listeners(kind: FaultKind, listeners: tuple[str, ...]) -> None:
    """Raises FaultError when one of them cannot show that fault."""
    able: tuple[str, ...]
    if kind in RTMFP_FAULTS:
        able, needed = ("rtmfp",), "RTMFP"
    elif kind in TUNNEL_FAULTS:
        able, needed = TUNNEL_LISTENERS, "RTMPT"
    elif kind in _ANY_LISTENER:
        able, needed = TCP_LISTENERS, "TCP"
    else:
        able, needed = RTMP_LISTENERS, "RTMP"
    if kind in _ALSO_RTMFP or (kind is FaultKind.REDIRECT and listeners == ("rtmfp",)):
        able = (*able, "rtmfp")
    foreign = [listener for listener in listeners if listener not in able]
    if foreign:
        raise FaultError(FaultProblems.FOREIGN, fault=kind.value, protocol=needed, listeners=tuple(foreign))


def _parse_listeners(text: str) -> tuple[str, ...]:
    if text == "all":
        return LISTENER_NAMES
    listeners = tuple(dict.fromkeys(text.split(",")))
    unknown = [listener for listener in listeners if listener not in LISTENER_NAMES]
    if unknown:
        known = (*LISTENER_NAMES, "all")
        raise FaultError(FaultProblems.UNKNOWN_LISTENER, name=unknown[0][:80], known=known)
    return listeners


def _with_argument(kind: FaultKind, listeners: tuple[str, ...], argument: str) -> Fault:
    entry = _ENTRIES[kind]
    if argument and not entry.argument:
        raise FaultError(FaultProblems.NO_ARGUMENT, fault=kind.value, argument=argument[:80])
    if len(argument) > _MAX_TEXT:
        raise FaultError(FaultProblems.TOO_LONG, fault=kind.value, most=_MAX_TEXT)
    value = argument or entry.default
    if kind is FaultKind.REDIRECT and listeners == ("rtmfp",):
        return Fault(kind, listeners, address=_parse_address(kind, argument) if argument else None)
    if entry.argument == "SECONDS":
        return Fault(kind, listeners, seconds=_parse_seconds(kind, value))
    if entry.argument == "REQUESTS":
        return Fault(kind, listeners, request_count=_parse_requests(kind, value))
    if entry.argument == "ADDRESS":
        return Fault(kind, listeners, ident_address=_parse_ident(kind, value))
    if entry.argument == "BYTES":
        return Fault(kind, listeners, byte_count=_parse_bytes(kind, value))
    if entry.argument == "0|1|p-1":
        if value not in entry.argument.split("|"):
            raise FaultError(FaultProblems.NO_KEY, fault=kind.value, argument=value[:80])
        return Fault(kind, listeners, key=value)
    if entry.argument == "URL":
        return Fault(kind, listeners, url=value)
    if entry.argument == "CODE:TEXT":
        code, _, text = value.partition(":")
        return Fault(kind, listeners, code=_full_code(code), text=text or REJECTED_TEXT)
    if entry.argument == "USER:PASSWORD":
        user, colon, password = value.partition(":")
        if not user or not colon:
            raise FaultError(FaultProblems.NO_LOGIN, fault=kind.value)
        return Fault(kind, listeners, user=user, password=password)
    return Fault(kind, listeners)


def _parse_seconds(kind: FaultKind, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _MAX_SECONDS:  # NaN fails too
        raise FaultError(
            FaultProblems.NO_SECONDS, fault=kind.value, argument=text[:80], most=int(_MAX_SECONDS)
        )
    return seconds


def _parse_address(kind: FaultKind, text: str) -> tuple[str, int]:
    """ "192.0.2.1:1935" or "[2001:db8::1]:1935"."""
    host, _, port = text.rpartition(":")
    try:
        address = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        address = ""
    if not address or not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 1 << 16):
        raise FaultError(FaultProblems.NO_ADDRESS_AND_PORT, fault=kind.value, argument=text[:80])
    return address, int(port)


def _parse_requests(kind: FaultKind, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= _MAX_REQUESTS):
        raise FaultError(FaultProblems.NO_REQUESTS, fault=kind.value, argument=text[:80], most=_MAX_REQUESTS)
    return int(text)


def _parse_ident(kind: FaultKind, text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise FaultError(FaultProblems.NO_ADDRESS, fault=kind.value, argument=text[:80]) from None


def _parse_bytes(kind: FaultKind, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= _MAX_BYTES):
        raise FaultError(FaultProblems.NO_BYTES, fault=kind.value, argument=text[:80], most=_MAX_BYTES)
    return int(text)


def _full_code(code: str) -> str:
    """`InvalidApp` is short for NetConnection.Connect.InvalidApp; a code with a dot is taken as it stands."""
    if not code:
        return REJECTED_CODE
    return code if "." in code else f"NetConnection.Connect.{code}"
