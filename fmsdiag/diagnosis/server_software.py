"""Which software a server seems to be: one table of marks, each with weights, over what a run has seen. Pure.

The marks are recorded from real servers or taken from their sources (docs/protocol-sources.md). Many servers imitate
others, so no mark decides alone: a weight is about the logarithm of how much more often this software shows the mark than
others do, and weights add up. A version string that hobby servers copy weighs little, an own product's name much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    AnswerCommand,
    Attempt,
    ConnectFacts,
    EvidenceLine,
    FailureKind,
    HandshakeFacts,
    HandshakeOffer,
    HttpFacts,
    Observation,
    ServerDigest,
    ServerIdentity,
    StepName,
    TunnelFacts,
)

AMS, WOWZA, RED5 = "Adobe Media Server", "Wowza Streaming Engine", "Red5"
NGINX, SRS, MEDIAMTX, NMS = "nginx-rtmp", "SRS", "MediaMTX", "Node-Media-Server"
CRTMP, MONA, TCSERVER = "crtmpserver", "MonaServer", "tcserver"
RTMPSRV, FFMPEG, RTMPLITE, RTMPY, PYRTMP = "rtmpsrv (librtmp)", "ffmpeg", "rtmplite", "RTMPy", "pyrtmp"

_UNKNOWN = 1.5
"""The weight of "something else": what the marks must outweigh together."""
_REFUSALS = (".invalidapp", ".rejected", ".failed")
_S1_PAYLOAD = slice(9, 209)  # of S0 S1: behind version, time and version


class MarkTexts(Table, of="marks"):
    """What a server may show of itself; each a sentence."""

    S1_SIGNED_VERSION_NGINX_RTMP = text("S1 is signed as version {seen:name}, nginx-rtmp's constant.")
    S1_SIGNED_VERSION_NODE_MEDIA = text("S1 is signed as version {seen:name}, Node-Media-Server's constant.")
    S1_SIGNED_VERSION_SRS_CONSTANT = text("S1 is signed as version {seen:name}, SRS's constant.")
    S1_SIGNED_VERSION_RED5_CONSTANT = text("S1 is signed as version {seen:name}, Red5's constant.")
    S1_SIGNED_EMPTY_VERSION = text("S1 is signed with an empty version.")
    S1_SIGNED_VERSION_LIBRTMP_CONSTANT = text("S1 is signed as version {seen:name}, librtmp's constant.")
    S1_SIGNED_VERSION_ADOBE_FORM = text("S1 is signed as version {seen:name}, in Adobe's form.")
    S1_NOT_SIGNED_VERSION_EMPTY = text("S1 is not signed, and its version is empty.")
    S1_COPY_C1 = text("S1 is a copy of C1.")
    S1_FILLED_LETTER = text("S1 is filled with the letter S.")
    S1_CARRIES_CRTMPSERVER_NAME = text("S1 contains crtmpserver's name.")
    RTMPE_ANSWERED_PLAIN_RTMP = text("RTMPE was answered with plain RTMP.")
    FMSVER_MANY_COPY = text("fmsVer is {seen:name}, which many servers copy.")
    FMSVER = text("fmsVer is {seen:name}.")
    FMSVER_WOWZA_OTHERS_COPY = text("fmsVer is {seen:name}, Wowza's, which others copy.")
    FMSVER_LIBRTMP_IMITATION = text("fmsVer is {seen:name}, librtmp's imitation of Adobe's.")
    FMSVER_CLIENT_STRING = text("fmsVer is {seen:name}, a client's string.")
    CAPABILITIES_255 = text("Capabilities are 255.")
    CAPABILITIES_127 = text("Capabilities are 127.")
    CAPABILITIES_33 = text("Capabilities are 33.")
    ANSWER_NAMES_SRS = text("The answer names SRS.")
    ANSWER_NAMES_RED5 = text("The answer names Red5.")
    ANSWER_CLIENTID = text("The answer has a clientid.")
    ANSWER_SECURETOKEN = text("The answer has a secureToken.")
    ANSWER_CONNECTIONID_SERVERFINGERPRINT = text("The answer has a connectionID and a serverFingerprint.")
    ANSWER_SAYS_NOTHING_SERVER = text("The answer does not describe the server.")
    SAYS_YOU_CONNECTED = text("The server says “you connected!”.")
    SAYS_CONNECTION_SUCCEEDED_WITHOUT_FULL = text(
        "The server says “Connection succeeded” without a full stop."
    )
    CHUNKS_65535_BYTES = text("The server announces chunks of 65535 bytes.")
    CHUNKS_65536_BYTES = text("The server announces chunks of 65536 bytes.")
    CHUNKS_2147483647_BYTES = text("The server announces chunks of 2147483647 bytes.")
    CHUNKS_128_BYTES_ANNOUNCED = text("The server announces chunks of 128 bytes.")
    ACKNOWLEDGEMENT_WINDOW_2800_BYTES = text("The server announces an acknowledgement window of 2800 bytes.")
    ACKNOWLEDGEMENT_WINDOW_5_000_000 = text(
        "The server announces an acknowledgement window of 5,000,000 bytes."
    )
    BANDWIDTH_LIMIT_2_500_000 = text("The server announces a bandwidth limit of 2,500,000 bytes.")
    ANSWER_COMES_WITHOUT_WINDOW_BANDWIDTH = text("The answer comes without a window and bandwidth before it.")
    REFUSES_ADOBE_WORDS = text("The server rejects connect in Adobe's words.")
    REFUSES_ACCESS_MANAGER = text("The server rejects connect through an access manager.")
    REFUSES_RED5_WORDS = text("The server rejects connect in Red5's words.")
    REDIRECTS_SRS_WORDS = text("The server redirects in SRS's words.")
    REFUSES_ONSTATUS = text("The server rejects connect with onStatus.")
    REFUSES_INSIDE_RESULT = text("The server rejects connect in a _result.")
    HANGS_UP_WITHOUT_WORD = text("The server closes the connection without an answer.")
    WEB_SERVER = text("Its web server identifies itself as {seen:quote}.")
    RTMPT_ANSWERED = text("RTMPT answers come from {seen:quote}.")
    WEB_SERVER_DRIVEN = text("Its web server runs on {seen:quote}.")
    WEB_SERVER_NAMES_RED5 = text("Its web server names Red5.")
    ADMINISTRATION_SERVICE_ANSWERS_ADOBE_FORM = text("Its administration service answers in Adobe's form.")


@dataclass(frozen=True, eq=False)
class Mark:
    """One thing that a server may show. `found` returns what was seen of it, or nothing."""

    text: Text  # with a place `seen` for what was seen, or none
    weights: Mapping[str, float]
    found: Callable[[Observation], object]


def is_of_media_server(seen: Observation) -> bool:
    """Whether what answered speaks RTMP, or is a media server's administration service."""
    facts = seen.facts
    if isinstance(facts, HandshakeFacts):
        return facts.s1_complete_s is not None
    if isinstance(facts, TunnelFacts):
        return facts.carries_rtmp
    return isinstance(facts, ConnectFacts) or bool(_ADMINISTRATION.found(seen))


def identify(
    attempts: Iterable[Attempt], addresses: Container[str | None] | None = None
) -> ServerIdentity | None:
    """The most probable software with the marks that speak for it, or None when no mark was seen.

    `attempts` are those at the server itself; only what these addresses showed counts, where they are given. Each mark
    counts once, wherever it was seen first.
    """
    seen: dict[Mark, EvidenceLine] = {}
    for attempt in attempts:
        for observation in attempt.as_player:
            if addresses is not None and observation.address not in addresses:
                continue
            for mark in MARKS:
                if mark not in seen and (what := mark.found(observation)):
                    values = {"seen": _shown(what)} if "seen" in mark.text.places else {}
                    seen[mark] = EvidenceLine(mark.text.of(**values), observation.id)
    scores = _scores(seen)
    if not scores:
        return None
    best = max(scores, key=lambda software: scores[software])
    total = math.exp(_UNKNOWN) + sum(math.exp(score) for score in scores.values())
    marks = sorted((m for m in seen if m.weights.get(best, 0) > 0), key=lambda m: -m.weights[best])
    return ServerIdentity(best, round(math.exp(scores[best]) / total, 3), tuple(seen[m] for m in marks))


def _scores(marks: Iterable[Mark]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for mark in marks:
        for software, weight in mark.weights.items():
            scores[software] = scores.get(software, 0.0) + weight
    return scores if any(score > 0 for score in scores.values()) else {}


def _shown(what: object) -> str:
    """What was seen, bounded and on one line, for it came from the server."""
    text = what if isinstance(what, str) else ""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:60])


# ---- what can be looked at --------------------------------------------------------------------------------------


def _handshake(test: Callable[[HandshakeFacts, bytes], object]) -> Callable[[Observation], object]:
    def found(seen: Observation) -> object:
        facts = seen.facts
        return (
            test(facts, seen.first_in)
            if isinstance(facts, HandshakeFacts) and facts.s1_version is not None
            else None
        )

    return found


def _connect(test: Callable[[ConnectFacts], object]) -> Callable[[Observation], object]:
    def found(seen: Observation) -> object:
        return test(seen.facts) if isinstance(seen.facts, ConnectFacts) and seen.facts.command else None

    return found


def _signed(version: str) -> Callable[[Observation], object]:
    """S1's version bytes, which are a version only where S1's digest is valid."""
    return _handshake(
        lambda facts, _: (
            facts.server_digest != ServerDigest.NONE
            and re.fullmatch(version, facts.s1_version or "")
            and facts.s1_version
        )
    )


def _unsigned(test: Callable[[HandshakeFacts, bytes], object]) -> Callable[[Observation], object]:
    """Something of a server that did not sign although it was offered a digest."""
    return _handshake(
        lambda facts, first: (
            facts.kind == HandshakeOffer.DIGEST
            and facts.server_digest == ServerDigest.NONE
            and test(facts, first)
        )
    )


def _fms_ver(pattern: str) -> Callable[[Observation], object]:
    return _connect(lambda facts: re.match(pattern, facts.fms_ver or "") and facts.fms_ver)


def _before(*texts: str) -> Callable[[Observation], object]:
    """Protocol messages that came before the answer to `connect`."""
    return _connect(lambda facts: all(any(m.startswith(t) for m in facts.messages_before) for t in texts))


def _said(pattern: str) -> Callable[[Observation], object]:
    wanted = re.compile(pattern, re.IGNORECASE)
    return _connect(lambda facts: wanted.search((facts.description or "")[:500]))


def _property(name: str, pattern: str = "") -> Callable[[Observation], object]:
    def found(facts: ConnectFacts) -> object:
        value = facts.properties.get(name)
        return value is not None and re.search(pattern, value[:2000])

    return _connect(found)


def _header(name: str, pattern: str) -> Callable[[Observation], object]:
    wanted = re.compile(pattern, re.IGNORECASE)

    def found(seen: Observation) -> object:
        if not isinstance(seen.facts, HttpFacts | TunnelFacts):
            return None
        values = (value for key, value in seen.facts.headers if key == name)
        return next((value for value in values if wanted.search(value[:300])), None)

    return found


def _body(pattern: str) -> Callable[[Observation], object]:
    wanted = re.compile(pattern, re.IGNORECASE)

    def found(seen: Observation) -> object:
        facts = seen.facts
        return isinstance(facts, HttpFacts | TunnelFacts) and wanted.search(facts.body_start[:600])

    return found


def _accepted(facts: ConnectFacts) -> bool:
    return facts.command == AnswerCommand.RESULT and (facts.level or "").lower() != "error"


def _closed_in_silence(seen: Observation) -> object:
    facts = seen.facts
    return (
        seen.step is StepName.CONNECT
        and seen.failure is not None
        and seen.failure.kind is FailureKind.CLOSED
        and isinstance(facts, ConnectFacts)
        and facts.command is None
        and not facts.messages_before
    )


# ---- the table --------------------------------------------------------------------------------------------------

_OWN_NAME = 10
"""A name that a server gives itself and nobody copies weighs more than any constant."""

_ADMINISTRATION = Mark(
    MarkTexts.ADMINISTRATION_SERVICE_ANSWERS_ADOBE_FORM, {AMS: 2.5}, _body(r"<result>\s*<level>")
)
MARKS: Sequence[Mark] = (
    # S1 after a digest handshake
    Mark(MarkTexts.S1_SIGNED_VERSION_NGINX_RTMP, {NGINX: 6}, _signed(r"13\.14\.10\.13")),
    Mark(MarkTexts.S1_SIGNED_VERSION_NODE_MEDIA, {NMS: 6}, _signed(r"1\.2\.3\.4")),
    Mark(MarkTexts.S1_SIGNED_VERSION_SRS_CONSTANT, {SRS: 5}, _signed(r"1\.0\.5\.4")),
    Mark(MarkTexts.S1_SIGNED_VERSION_RED5_CONSTANT, {RED5: 4}, _signed(r"4\.0\.0\.1")),
    Mark(MarkTexts.S1_SIGNED_EMPTY_VERSION, {CRTMP: 3, MONA: 2.5}, _signed(r"0\.0\.0\.0")),
    Mark(MarkTexts.S1_SIGNED_VERSION_LIBRTMP_CONSTANT, {RTMPSRV: 4}, _signed(r"3\.5\.1\.1")),
    Mark(MarkTexts.S1_SIGNED_VERSION_ADOBE_FORM, {AMS: 2.5}, _signed(r"[345]\.[0-9]\.[0-9]{1,2}\.1")),
    # S1 of those that do not sign
    Mark(
        MarkTexts.S1_NOT_SIGNED_VERSION_EMPTY,
        {FFMPEG: 1, TCSERVER: 1, RTMPLITE: 1, PYRTMP: 1, RTMPY: 1, NGINX: -3, NMS: -3, SRS: -3, CRTMP: -3, AMS: -2},
        _unsigned(lambda facts, _: facts.s1_version == "0.0.0.0"),
    ),
    Mark(MarkTexts.S1_COPY_C1, {NGINX: 3.5, NMS: 3.5}, _handshake(lambda facts, _: facts.s1_echoes_c1)),
    Mark(
        MarkTexts.S1_FILLED_LETTER,
        {TCSERVER: 6},
        _handshake(lambda _, first: len(first) > 209 and set(first[_S1_PAYLOAD]) == {ord("S")}),
    ),
    Mark(MarkTexts.S1_CARRIES_CRTMPSERVER_NAME, {CRTMP: 6}, _handshake(lambda _, first: b"crtmp" in first.lower())),
    Mark(
        MarkTexts.RTMPE_ANSWERED_PLAIN_RTMP,
        {NMS: 1.5, TCSERVER: 1.5, NGINX: -3},
        _handshake(lambda facts, _: facts.encryption is not None and facts.s0_version == 3),
    ),
    # fmsVer
    Mark(MarkTexts.FMSVER_MANY_COPY, {NGINX: 1.5, NMS: 1.2, FFMPEG: 1.2, CRTMP: 1.2}, _fms_ver(r"FMS/3,0,1,123\Z")),
    Mark(MarkTexts.FMSVER, {SRS: 2.5}, _fms_ver(r"FMS/3,5,3,888\Z")),
    Mark(MarkTexts.FMSVER_WOWZA_OTHERS_COPY, {WOWZA: 2}, _fms_ver(r"FMS/3,5,7,7009\Z")),
    Mark(MarkTexts.FMSVER_LIBRTMP_IMITATION, {RTMPSRV: 2.5, AMS: 0.5}, _fms_ver(r"FMS/3,5,1,525\Z")),
    Mark(MarkTexts.FMSVER, {AMS: 1.5}, _fms_ver(r"FMS/3,5,(?!3,888|7,7009|1,525)\d")),
    Mark(MarkTexts.FMSVER, {AMS: 2}, _fms_ver(r"FMS/[45],\d")),
    Mark(MarkTexts.FMSVER_CLIENT_STRING, {MEDIAMTX: 5}, _fms_ver(r"LNX 9,0,124,2\Z")),
    Mark(MarkTexts.FMSVER, {RED5: _OWN_NAME}, _fms_ver(r"RED5/")),
    Mark(MarkTexts.FMSVER, {RTMPLITE: _OWN_NAME}, _fms_ver(r"rtmplite/")),
    Mark(MarkTexts.CAPABILITIES_255, {AMS: 1.5}, _connect(lambda facts: facts.capabilities == 255)),
    Mark(MarkTexts.CAPABILITIES_127, {SRS: 1.5}, _connect(lambda facts: facts.capabilities == 127)),
    Mark(MarkTexts.CAPABILITIES_33, {RED5: 1.5}, _connect(lambda facts: facts.capabilities == 33)),
    # the other properties of the answer
    Mark(MarkTexts.ANSWER_NAMES_SRS, {SRS: 6}, _property("data", r"srs_(server|sig)")),
    Mark(MarkTexts.ANSWER_NAMES_RED5, {RED5: 4}, _property("data", r"red5")),
    Mark(MarkTexts.ANSWER_CLIENTID, {WOWZA: 1.5}, _property("clientid")),
    Mark(MarkTexts.ANSWER_SECURETOKEN, {WOWZA: 3, AMS: -8}, _property("secureToken")),
    Mark(MarkTexts.ANSWER_CONNECTIONID_SERVERFINGERPRINT, {TCSERVER: 4}, _property("serverFingerprint")),
    Mark(
        MarkTexts.ANSWER_SAYS_NOTHING_SERVER,
        {MONA: 1.5, TCSERVER: 1.5},
        _connect(lambda facts: _accepted(facts) and facts.fms_ver is None and facts.capabilities is None),
    ),
    Mark(MarkTexts.SAYS_YOU_CONNECTED, {TCSERVER: 5}, _said(r"\Ayou connected!")),
    Mark(MarkTexts.SAYS_CONNECTION_SUCCEEDED_WITHOUT_FULL, {MONA: 1}, _said(r"\AConnection succeeded\Z")),
    # what comes before the answer
    Mark(MarkTexts.CHUNKS_65535_BYTES, {NMS: 4}, _before("Set Chunk Size 65535")),
    Mark(MarkTexts.CHUNKS_65536_BYTES, {MEDIAMTX: 1.5}, _before("Set Chunk Size 65536")),
    Mark(MarkTexts.CHUNKS_2147483647_BYTES, {MONA: 5}, _before("Set Chunk Size 2147483647")),
    Mark(MarkTexts.CHUNKS_128_BYTES_ANNOUNCED, {FFMPEG: 2}, _before("Set Chunk Size 128")),
    Mark(MarkTexts.ACKNOWLEDGEMENT_WINDOW_2800_BYTES, {TCSERVER: 4}, _before("Window Ack Size 2800")),
    Mark(MarkTexts.ACKNOWLEDGEMENT_WINDOW_5_000_000, {NGINX: 1.5, NMS: 1.5}, _before("Window Ack Size 5000000")),
    Mark(
        MarkTexts.BANDWIDTH_LIMIT_2_500_000,
        {SRS: 0.5, MEDIAMTX: 0.5, FFMPEG: 0.5, AMS: 0.5, MONA: 0.5, WOWZA: 0.5, NGINX: -1, NMS: -1},
        _before("Set Peer Bandwidth 2500000"),
    ),
    Mark(
        MarkTexts.ANSWER_COMES_WITHOUT_WINDOW_BANDWIDTH,
        {RTMPSRV: 2, RTMPY: 0.5, NGINX: -3, NMS: -3, AMS: -2, WOWZA: -2, SRS: -3},
        _connect(lambda facts: _accepted(facts) and not facts.messages_before),
    ),
    # how it refuses
    Mark(MarkTexts.REFUSES_ADOBE_WORDS, {AMS: 2, WOWZA: 0.5}, _said(r"\[ Server\.Reject \]")),
    Mark(MarkTexts.REFUSES_ACCESS_MANAGER, {AMS: 1, WOWZA: 1}, _said(r"\[ AccessManager\.Reject \]")),
    Mark(MarkTexts.REFUSES_RED5_WORDS, {RED5: 4}, _said(r"\ANo scope\b")),
    Mark(MarkTexts.REDIRECTS_SRS_WORDS, {SRS: 2}, _said(r"RTMP 302 Redirect")),
    Mark(MarkTexts.REFUSES_ONSTATUS, {SRS: 2}, _connect(lambda facts: facts.command == AnswerCommand.STATUS)),
    Mark(
        MarkTexts.REFUSES_INSIDE_RESULT,
        {RTMPY: 4},
        _connect(lambda facts: facts.command == AnswerCommand.RESULT and (facts.code or "").lower().endswith(_REFUSALS)),
    ),
    Mark(MarkTexts.HANGS_UP_WITHOUT_WORD, {NGINX: 0.7, SRS: 0.5}, _closed_in_silence),
    # HTTP and RTMPT
    Mark(MarkTexts.WEB_SERVER, {WOWZA: 6}, _header("server", r"Wowza(StreamingEngine|MediaServer)")),
    Mark(MarkTexts.RTMPT_ANSWERED, {WOWZA: 2}, _header("server", r"\AFlashCom/3\.5\.7")),
    Mark(MarkTexts.RTMPT_ANSWERED, {AMS: 2, WOWZA: 1}, _header("server", r"\AFlashCom/(?!3\.5\.7)")),
    Mark(MarkTexts.WEB_SERVER, {SRS: 5}, _header("server", r"\ASRS/")),
    Mark(MarkTexts.WEB_SERVER, {MONA: 5}, _header("server", r"\AMona\b")),
    Mark(MarkTexts.WEB_SERVER, {MEDIAMTX: 5}, _header("server", r"\Amediamtx\b")),
    Mark(MarkTexts.WEB_SERVER, {NGINX: 0.5}, _header("server", r"\Anginx\b")),
    Mark(MarkTexts.WEB_SERVER_DRIVEN, {NMS: 3}, _header("x-powered-by", r"http2-express")),
    Mark(MarkTexts.WEB_SERVER_NAMES_RED5, {RED5: 5}, _body(r"<Company>\s*Red5")),
    _ADMINISTRATION,
)  # fmt: skip
