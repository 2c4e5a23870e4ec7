"""What each fault of the test server does, and what each demo shows: lines of `--help`, and the introduction of a demo."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.server.demo_names import DEFAULT_DEMO
from fmsdiag.server.faults import FaultKind


class FaultTexts(Table, of="fault"):
    """What goes wrong, without a full stop."""

    REFUSE = text("nothing listens on the port: connections are refused")
    SILENCE = text("connections are accepted and never answered")
    CLOSE_ON_ACCEPT = text("connections are accepted and closed immediately")
    HTTP_REPLY = text("everything is answered with an HTTP 400 page")
    # translators: SECONDS, BYTES, CODE, TEXT and URL are arguments that the user types; they stay
    SLOW = text("the first answer is SECONDS late")
    DRIP = text("answers are sent one byte at a time, SECONDS apart")
    FLOOD = text("connect is answered with endless data")
    RESET_AFTER_C0 = text("the connection is reset after the first byte")
    RESET_AFTER_C1 = text("the connection is reset when C1 is complete")
    CUT_S2 = text("S0, S1, and S2 stop after BYTES, and the connection stays open")
    CUT_S2_CLOSE = text("S0, S1, and S2 stop after BYTES, and the connection is closed")
    NO_ANSWER = text("the handshake works, connect is never answered")
    CLOSE_ON_CONNECT = text("the connection is closed when connect arrives")
    REJECT = text("connect is rejected with CODE and TEXT")
    REJECT_AS_STATUS = text("connect is rejected with CODE and TEXT as onStatus, like SRS does")
    NEEDS_NAME = text(
        "connect is rejected if the client addresses the server by number, like servers with virtual hosts do"
    )
    REJECT_IN_RESULT = text("connect is rejected with CODE and TEXT inside _result, like RTMPy does")
    CLOSE_COMMAND = text("connect is answered only with the command close")
    ACCEPT_THEN_CLOSE = text("connect is accepted, then the connection is closed")
    ACCEPT_THEN_REJECT = text("connect is accepted, then rejected with CODE and TEXT as onStatus")
    SECURE_TOKEN = text(
        "connect is accepted with a secureToken; a client that asks for a stream without answering it is disconnected, like "
        "Wowza does"
    )
    SECURE_TOKEN_AT_ONCE = text("connect is accepted with a secureToken, then the connection is closed")
    BAD_CHUNK_SIZE = text("connect is answered with a chunk size of 0, which RTMP does not allow")
    BAD_LENGTH = text("connect is answered with the header of a 16 MB message that never arrives")
    SWF_VERIFICATION = text("connect is answered with a request for SWF verification and nothing else")
    OTHER_TRANSACTION = text("connect is accepted under another transaction number")
    REDIRECT = text("connect is redirected to URL (code 302)")
    REDIRECT_AS_STATUS = text("connect is redirected to URL as onStatus, without closing, like SRS does")
    AUTH_ADOBE = text("connect needs a user name and password (authmod=adobe)")
    AUTH_LIMELIGHT = text("connect needs a user name and password (authmod=llnw)")
    PUBLISH_START_THEN_CLOSE = text("publish is accepted, then the connection is closed")
    PUBLISH_BAD_NAME = text("publish is rejected with NetStream.Publish.BadName")
    PLAY_NOT_FOUND = text("play is rejected with NetStream.Play.StreamNotFound")
    RTMPE_OFF = text("the connection is closed when the client asks for RTMPE, like nginx-rtmp does")
    RTMPE_PLAIN = text("plain RTMP answers when the client asks for RTMPE")
    RTMPE_BAD_KEY = text("the server's Diffie-Hellman key for RTMPE is this number")
    RTMPE_TYPE_8 = text("RTMPE is answered with signatures of type 8 (S0 is 8)")
    TUNNEL_CLOSE_EACH = text("RTMPT: every answer closes its connection, like behind some proxies")
    TUNNEL_CHUNKED = text("RTMPT: answers are chunked, without a length")
    TUNNEL_LOWER_CASE = text("RTMPT: header names are in lower case")
    TUNNEL_HTTP10 = text("RTMPT: answers are HTTP/1.0, and each closes its connection")
    TUNNEL_SESSION_LOST = text("RTMPT: the session is unknown after REQUESTS")
    TUNNEL_ENDLESS = text("RTMPT: the answer to the first bytes never ends")
    TUNNEL_REPLAY = text("RTMPT: the first answer with bytes is repeated, like from a cache")
    TUNNEL_CATCH_ALL = text("RTMPT: every request gets the same small page")
    IDENT2 = text("RTMPT: ident2 answers with ADDRESS instead of 404")
    RHELLO_ONLY = text("RTMFP: IHello is answered, IIKeying is not")
    WRONG_TAG = text("RTMFP: RHello repeats a different tag than the client sent")
    BAD_CHECKSUM = text("RTMFP: every answer is damaged")
    COOKIE_CHANGE = text("RTMFP: the first cookie is not accepted, like behind a changing NAT")
    HMAC_REQUIRED = text("RTMFP: HMAC and sequence numbers are required")
    FLOW_EXCEPTION = text("RTMFP: the flow of connect is rejected")
    SLOW_ACK = text("RTMFP: acknowledgements are SECONDS late")


class DemoTexts(Table, of="demo"):
    """Those that are not a single fault."""

    HTTP_ONLY = text("a firewall allows only HTTP, so RTMP fails on every port and RTMPT works")
    HEALTHY = text("everything works")
    WRONG_APPLICATION = text("the application name has a typing mistake")
    SERVER_HUNG = text("the server accepts connections and never answers")
    REJECTED = text("the server's application rejects the client")


FAULT_TEXTS: Mapping[FaultKind, Text] = {kind: getattr(FaultTexts, kind.name) for kind in FaultKind}
DEMO_TEXTS: Mapping[str, Text] = {
    DEFAULT_DEMO: DemoTexts.HTTP_ONLY,
    "healthy": DemoTexts.HEALTHY,
    "wrong-application": DemoTexts.WRONG_APPLICATION,
    "server-hung": DemoTexts.SERVER_HUNG,
    "rejected": DemoTexts.REJECTED,
    **{kind.value: said for kind, said in FAULT_TEXTS.items()},
}


def demo_text(name: str) -> Text:
    """What the demo shows; its name may have an argument: "cut-s2:100"."""
    return DEMO_TEXTS[name] if name in DEMO_TEXTS else DEMO_TEXTS[name.partition(":")[0]]
