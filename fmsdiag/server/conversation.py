"""One client's RTMP, from C0 to the end, whichever way its bytes travel.

rtmp_service.py gives it a TCP or TLS connection, tunnel_service.py HTTP requests. It decides which
applications exist, answers as Adobe Media Server does, and shows the faults that are a matter of RTMP: what
is said, what is left out, and where it breaks off. The protocol itself is ServerSession's.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Collection
from contextlib import suppress
from enum import Enum
from urllib.parse import urlsplit

from fmsdiag.protocol.authentication import Gate
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.events import ConnectRequested, Event, HandshakeCompleted, MessageReceived
from fmsdiag.protocol.handshake import PLAIN_VERSION, HandshakeFacts
from fmsdiag.protocol.message import Acknowledgement, Command, ControlEvent, MessageType, Unknown, UserControl
from fmsdiag.protocol.netconnection import (
    CONNECT_TRANSACTION,
    ConnectRequest,
    close_command,
    rejection,
    success_reply,
)
from fmsdiag.protocol.rtmpe import KEY_SIZE, PRIME, RtmpeOffer
from fmsdiag.protocol.rtmpe import VERSION as RTMPE_VERSION
from fmsdiag.protocol.server_session import ServerSession
from fmsdiag.protocol.values import Value
from fmsdiag.server.events import EventKind, one_line
from fmsdiag.server.faults import REJECTED_CODE, RTMPE_FAULTS, Fault, FaultKind
from fmsdiag.server.limits import Limits
from fmsdiag.server.live_streams import LiveStreams
from fmsdiag.server.net_streams import NetStreams

_ENDLESS_MESSAGE = bytes.fromhex("03 000000 ffffff 14 00000000")
"""The header of a command of the greatest length that the field can hold."""
_CHALLENGE = {"secureToken": "#ed%XN0Dc9uGMc2S"}
"""Where Wowza's older SecureToken module puts its challenge (librtmp answers it by secureTokenResponse)."""
_C0_BYTES = 1
_C0C1_BYTES = 1537
_RTMPE_OFFERS = {
    FaultKind.RTMPE_OFF: RtmpeOffer.REFUSED,
    FaultKind.RTMPE_PLAIN: RtmpeOffer.IGNORED,
    FaultKind.RTMPE_TYPE_8: RtmpeOffer.TYPE_8,
}
_BAD_KEYS = {"0": 0, "1": 1, "p-1": PRIME - 1}


class Ending(Enum):
    """What is to become of the connection when the output has been sent."""

    OPEN = "open"  # go on
    HOLD = "hold"  # say nothing more, stay
    CLOSE = "close"  # FIN
    RESET = "reset"  # RST
    FLOOD = "flood"  # flood_piece, again and again


# It stores what publishers send and hands it on, and can ask for a new connection (Enhanced RTMP v2, "connect Command").
_ENHANCED: dict[str, Value] = {
    "fourCcList": ["av01", "vp09", "hvc1"],
    "videoFourCcInfoMap": {"av01": 4.0, "vp09": 4.0, "hvc1": 4.0},
    "audioFourCcInfoMap": {"Opus": 4.0},
    "capsEx": 1.0,
}


class Conversation:
    """Feed receive(), send take_output(), then look at `ending`. close() frees what it held, in any state."""

    def __init__(
        self,
        *,
        applications: Collection[str],
        live: LiveStreams,
        limits: Limits,
        now_ms: int,
        fault: Fault | None = None,
        gate: Gate | None = None,
        enhanced: bool = False,
        tell: Callable[[EventKind, str], None],
        wake: Callable[[], None],
    ) -> None:
        self.ending = Ending.OPEN
        self.flood_piece = b""
        self.connected = False  # `connect` was accepted
        self._applications = applications
        self._live = live
        self._fault = fault.kind if fault else None
        self._fault_details = fault
        self._gate = gate
        self._enhanced = enhanced
        self._tell = tell
        self._wake = wake
        self._session = ServerSession(
            now_ms=now_ms,
            max_message_bytes=limits.message_bytes,
            rtmpe_offer=_RTMPE_OFFERS.get(fault.kind, RtmpeOffer.ACCEPTED) if fault else RtmpeOffer.ACCEPTED,
            public_key=_BAD_KEYS[fault.key].to_bytes(KEY_SIZE, "big") if fault and fault.key else None,
        )
        self._rtmpe_fault_shown = False
        self._streams: NetStreams | None = None
        self._received = 0
        self._output = bytearray()

    def receive(self, data: bytes) -> None:
        """Take bytes from the client, and answer. Never raises: who breaks the protocol is closed."""
        if self.ending is not Ending.OPEN:
            return
        self._received += len(data)
        if self._breaks_off_early():
            return
        try:
            events = self._session.receive(data)
        except RemoteProtocolError as error:
            events = self._session.undelivered_events()
            if not self._shows_rtmpe_fault(refusing=True):
                self._tell(EventKind.PROTOCOL_ERROR, one_line(str(error)))
            self.ending = Ending.CLOSE
        self._shows_rtmpe_fault()
        for event in events:
            self._handle(event)
        self._output += self._cut(self._session.take_output())

    @property
    def buffered_bytes(self) -> int:
        """Bytes that are kept for this client, unfinished messages of it included."""
        return self._session.buffered_bytes + len(self._output)

    def take_output(self) -> bytes:
        """What is to be sent now, in one write: answers, and what a publisher has added."""
        if self._streams is not None:
            self._output += self._session.take_output()
        output = bytes(self._output)
        self._output.clear()
        return output

    def close(self) -> None:
        """The client is gone, or to be let go of."""
        if self._streams is not None:
            self._streams.close()
            self._streams = None

    def _handle(self, event: Event) -> None:
        if isinstance(event, HandshakeCompleted):
            self._tell(EventKind.HANDSHAKE, _handshake_name(event.facts))
        elif isinstance(event, ConnectRequested):
            self._connect(event.request)
        elif isinstance(event, MessageReceived) and self._streams is not None:
            if isinstance(event.message, Command) and event.message.name == "connect":
                return  # its own event comes next
            self._streams.receive(event.message, event.stream_id, event.timestamp_ms)
            if self._streams.hung_up:
                self.ending = Ending.CLOSE

    def _connect(self, request: ConnectRequest) -> None:
        application = request.app.partition("?")[0].strip("/")
        if self._shows_connect_fault(application):
            return
        if self._fault is FaultKind.NEEDS_NAME and _is_number(request.tc_url):
            self._tell(EventKind.FAULT, str(self._fault))
            self._reject(application, REJECTED_CODE, no_such_application(application))
            return
        if not any(
            application == known or application.startswith(f"{known}/") for known in self._applications
        ):
            self._reject(application, REJECTED_CODE, no_such_application(application))
            return
        if self._gate is not None and (refusal := self._gate.check(request.app)) is not None:
            self._reject(application, REJECTED_CODE, refusal)
            return
        self._session.accept(
            extra_properties=_ENHANCED if self._enhanced else None,
            extra_info=_CHALLENGE if self._fault is FaultKind.SECURE_TOKEN else None,
        )
        self.connected = True
        self._streams = NetStreams(
            self._session, application, self._live, self._tell, self._wake, self._fault
        )
        self._tell(EventKind.ACCEPTED, one_line(application))

    def _shows_connect_fault(self, application: str) -> bool:
        """Whether a fault has dealt with `connect`."""
        details = self._fault_details
        match self._fault:
            case FaultKind.NO_ANSWER:
                self.ending = Ending.HOLD
            case FaultKind.CLOSE_ON_CONNECT:
                self.ending = Ending.CLOSE
            case FaultKind.FLOOD:
                self._session.send_message(Acknowledgement(self._received))
                self.flood_piece = self._session.take_output()
                self.ending = Ending.FLOOD
            case FaultKind.REJECT if details is not None:
                self._reject(application, details.code, details.text)
                return True
            case FaultKind.REJECT_AS_STATUS if details is not None:
                self._session.reject(details.code, details.text, as_status=True, send_close=False)
            case FaultKind.REJECT_IN_RESULT if details is not None:
                _, info = rejection(details.code, details.text, level="status").values
                self._session.send_command("_result", CONNECT_TRANSACTION, None, info)
            case FaultKind.CLOSE_COMMAND:
                self._session.send_message(close_command())
                self.ending = Ending.CLOSE
            case FaultKind.ACCEPT_THEN_CLOSE:
                self._session.accept()
                self.ending = Ending.CLOSE
            case FaultKind.SECURE_TOKEN_AT_ONCE:
                self._session.accept(extra_info=_CHALLENGE)
                self.ending = Ending.CLOSE
            case FaultKind.ACCEPT_THEN_REJECT if details is not None:
                self._session.accept()
                self._session.reject(details.code, details.text, as_status=True, send_close=False)
                self.ending = Ending.HOLD
            case FaultKind.BAD_CHUNK_SIZE:
                self._session.send_message(Unknown(MessageType.SET_CHUNK_SIZE, bytes(4)))
                self.ending = Ending.HOLD
            case FaultKind.BAD_LENGTH:
                self._output += _ENDLESS_MESSAGE
                self.ending = Ending.HOLD
            case FaultKind.SWF_VERIFICATION:
                self._session.send_message(UserControl(ControlEvent.SWF_VERIFICATION_REQUEST))
                self.ending = Ending.HOLD
            case FaultKind.OTHER_TRANSACTION:
                self._session.send_command("_result", CONNECT_TRANSACTION + 1, *success_reply().values)
            case FaultKind.REDIRECT | FaultKind.REDIRECT_AS_STATUS if details is not None:
                as_status = self._fault is FaultKind.REDIRECT_AS_STATUS
                self._session.redirect(details.url, as_status=as_status)
                self._tell(EventKind.REJECTED, one_line(f"{application}: redirected to {details.url}"))
                self.ending = Ending.HOLD if as_status else Ending.CLOSE
                return True
            case _:
                return False
        self._tell(EventKind.FAULT, str(self._fault))
        return True

    def _reject(self, application: str, code: str, description: str) -> None:
        self._session.reject(code, description)
        self._tell(EventKind.REJECTED, one_line(f"{application}: {code} {description}"))
        self.ending = Ending.CLOSE

    def _shows_rtmpe_fault(self, refusing: bool = False) -> bool:
        """Tell once that a fault of RTMPE strikes; whether it does, and by refusing if that is asked."""
        if self._fault not in RTMPE_FAULTS or self._session.facts.c0_version != RTMPE_VERSION:
            return False
        if not self._rtmpe_fault_shown:
            self._rtmpe_fault_shown = True
            self._tell(EventKind.FAULT, str(self._fault))
        return not refusing or self._fault is FaultKind.RTMPE_OFF

    def _breaks_off_early(self) -> bool:
        after_c0 = self._fault is FaultKind.RESET_AFTER_C0 and self._received >= _C0_BYTES
        after_c1 = self._fault is FaultKind.RESET_AFTER_C1 and self._received >= _C0C1_BYTES
        if not after_c0 and not after_c1:
            return False
        self._tell(EventKind.FAULT, str(self._fault))
        self.ending = Ending.RESET
        return True

    def _cut(self, output: bytes) -> bytes:
        """The first output is S0S1S2; the faults that cut it let nothing follow."""
        if not output or self._fault not in (FaultKind.CUT_S2, FaultKind.CUT_S2_CLOSE):
            return output
        assert self._fault_details is not None
        self._tell(EventKind.FAULT, f"{self._fault} at {self._fault_details.byte_count}")
        self.ending = Ending.CLOSE if self._fault is FaultKind.CUT_S2_CLOSE else Ending.HOLD
        return output[: self._fault_details.byte_count]


def _handshake_name(facts: HandshakeFacts) -> str:
    if facts.s0_version != PLAIN_VERSION:
        return "rtmpe"
    return "digest" if facts.c1_signed else "simple"


def no_such_application(application: str) -> str:
    """The words of Adobe Media Server (as quoted in the logs of several of its users)."""
    if not application:
        return "[ Server.Reject ] : (_defaultRoot_, ) : Invalid application name(/)."
    name = one_line(application.partition("/")[0])
    return f"[ Server.Reject ] : (_defaultRoot_, _defaultVHost_) : Application ({name}) is not defined."


def _is_number(tc_url: str) -> bool:
    """Whether a tcUrl names its host by address."""
    with suppress(ValueError):
        ipaddress.ip_address(urlsplit(tc_url).hostname or "")
        return True
    return False
