"""Which software a server seems to be: one table of marks, each with weights, over what a run has seen. Pure.

The marks are recorded from real servers or taken from their sources (docs/protocol-sources.md). Many servers imitate
others, so no mark decides alone: a weight is about the logarithm of how much more often this software shows the mark than
others do, and weights add up. A version string that hobby servers copy weighs little, an own product's name much.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from fmsdiag.messages.text import unconverted
from fmsdiag.model import (
    Attempt,
    ConnectFacts,
    EvidenceLine,
    HandshakeFacts,
    HttpFacts,
    Note,
    Observation,
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


@dataclass(frozen=True, eq=False)
class Mark:
    """One thing that a server may show. `found` returns what was seen of it, or nothing."""

    text: str  # with {} for what was seen
    weights: Mapping[str, float]
    found: Callable[[Observation], object]


def identify(attempts: Iterable[Attempt]) -> ServerIdentity | None:
    """The most probable software with the marks that speak for it, or None when no mark was seen.

    `attempts` are those at the server itself. Each mark counts once, wherever it was seen first.
    """
    seen: dict[Mark, EvidenceLine] = {}
    for attempt in attempts:
        for observation in attempt.as_player:
            for mark in MARKS:
                if mark not in seen and (what := mark.found(observation)):
                    text = mark.text.format(_shown(what))
                    seen[mark] = EvidenceLine(unconverted(text), observation.id)
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


def likelihood(identity: ServerIdentity) -> str:
    """The probability as a word: "almost certainly", "likely", "possibly"; "" below one half."""
    steps = ((0.9, "almost certainly"), (0.6, "likely"), (0.5, "possibly"))
    return next((word for bound, word in steps if identity.probability >= bound), "")


def software_notes(identity: ServerIdentity | None) -> tuple[Note, ...]:
    """What the server seems to be with its best marks, where that is more likely than not."""
    if identity is None or not (word := likelihood(identity)):
        return ()
    marks = "; ".join(mark.message.text for mark in identity.marks[:3])
    return (_note(f"This looks like {identity.software} ({word}): {marks}.", identity.marks[0].observation),)


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
        lambda facts, _: facts.server_digest != "none" and re.fullmatch(version, facts.s1_version or "") and facts.s1_version
    )  # fmt: skip


def _unsigned(test: Callable[[HandshakeFacts, bytes], object]) -> Callable[[Observation], object]:
    """Something of a server that did not sign although it was offered a digest."""
    return _handshake(
        lambda facts, first: facts.kind == "digest" and facts.server_digest == "none" and test(facts, first)
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
    return facts.command == "_result" and (facts.level or "").lower() != "error"


def _closed_in_silence(seen: Observation) -> object:
    facts = seen.facts
    return (
        seen.step is StepName.CONNECT
        and seen.failure is not None
        and seen.failure.kind.value == "closed"
        and isinstance(facts, ConnectFacts)
        and facts.command is None
        and not facts.messages_before
    )


# ---- the table --------------------------------------------------------------------------------------------------

MARKS: Sequence[Mark] = (
    # S1 after a digest handshake
    Mark("S1 is signed as version {}, nginx-rtmp's constant", {NGINX: 6}, _signed(r"13\.14\.10\.13")),
    Mark("S1 is signed as version {}, Node-Media-Server's constant", {NMS: 6}, _signed(r"1\.2\.3\.4")),
    Mark("S1 is signed as version {}, SRS's constant", {SRS: 5}, _signed(r"1\.0\.5\.4")),
    Mark("S1 is signed as version {}, Red5's constant", {RED5: 4}, _signed(r"4\.0\.0\.1")),
    Mark("S1 is signed with an empty version", {CRTMP: 3, MONA: 2.5}, _signed(r"0\.0\.0\.0")),
    Mark("S1 is signed as version {}, librtmp's constant", {RTMPSRV: 4}, _signed(r"3\.5\.1\.1")),
    Mark("S1 is signed as version {}, in Adobe's form", {AMS: 2.5}, _signed(r"[345]\.[0-9]\.[0-9]{1,2}\.1")),
    # S1 of those that do not sign
    Mark(
        "S1 is not signed, and its version is empty",
        {FFMPEG: 1, TCSERVER: 1, RTMPLITE: 1, PYRTMP: 1, RTMPY: 1, NGINX: -3, NMS: -3, SRS: -3, CRTMP: -3, AMS: -2},
        _unsigned(lambda facts, _: facts.s1_version == "0.0.0.0"),
    ),
    Mark("S1 is a copy of C1", {NGINX: 3.5, NMS: 3.5}, _handshake(lambda facts, _: facts.s1_echoes_c1)),
    Mark(
        "S1 is filled with the letter S",
        {TCSERVER: 6},
        _handshake(lambda _, first: len(first) > 209 and set(first[_S1_PAYLOAD]) == {ord("S")}),
    ),
    Mark("S1 carries crtmpserver's name", {CRTMP: 6}, _handshake(lambda _, first: b"crtmp" in first.lower())),
    Mark(
        "RTMPE was answered with plain RTMP",
        {NMS: 1.5, TCSERVER: 1.5, NGINX: -3},
        _handshake(lambda facts, _: facts.encryption is not None and facts.s0_version == 3),
    ),
    # fmsVer
    Mark("fmsVer is {}, which many copy", {NGINX: 1.5, NMS: 1.2, FFMPEG: 1.2, CRTMP: 1.2}, _fms_ver(r"FMS/3,0,1,123\Z")),
    Mark("fmsVer is {}", {SRS: 2.5}, _fms_ver(r"FMS/3,5,3,888\Z")),
    Mark("fmsVer is {}, Wowza's, which others copy", {WOWZA: 2}, _fms_ver(r"FMS/3,5,7,7009\Z")),
    Mark("fmsVer is {}, librtmp's imitation", {RTMPSRV: 2.5, AMS: 0.5}, _fms_ver(r"FMS/3,5,1,525\Z")),
    Mark("fmsVer is {}", {AMS: 1.5}, _fms_ver(r"FMS/3,5,(?!3,888|7,7009|1,525)\d")),
    Mark("fmsVer is {}", {AMS: 2}, _fms_ver(r"FMS/[45],\d")),
    Mark("fmsVer is {}, a client's string", {MEDIAMTX: 5}, _fms_ver(r"LNX 9,0,124,2\Z")),
    Mark("fmsVer is {}", {RED5: 6}, _fms_ver(r"RED5/")),
    Mark("fmsVer is {}", {RTMPLITE: 6}, _fms_ver(r"rtmplite/")),
    Mark("capabilities are 255", {AMS: 1.5}, _connect(lambda facts: facts.capabilities == 255)),
    Mark("capabilities are 127", {SRS: 1.5}, _connect(lambda facts: facts.capabilities == 127)),
    Mark("capabilities are 33", {RED5: 1.5}, _connect(lambda facts: facts.capabilities == 33)),
    # the other properties of the answer
    Mark("the answer names SRS", {SRS: 6}, _property("data", r"srs_(server|sig)")),
    Mark("the answer names Red5", {RED5: 4}, _property("data", r"red5")),
    Mark("the answer has a clientid", {WOWZA: 1.5}, _property("clientid")),
    Mark("the answer has a secureToken", {WOWZA: 3}, _property("secureToken")),
    Mark("the answer has a connectionID and a serverFingerprint", {TCSERVER: 4}, _property("serverFingerprint")),
    Mark(
        "the answer says nothing of the server",
        {MONA: 1.5, TCSERVER: 1.5},
        _connect(lambda facts: _accepted(facts) and facts.fms_ver is None and facts.capabilities is None),
    ),
    Mark("it says “you connected!”", {TCSERVER: 5}, _said(r"\Ayou connected!")),
    Mark("it says “Connection succeeded” without a full stop", {MONA: 1}, _said(r"\AConnection succeeded\Z")),
    # what comes before the answer
    Mark("chunks of 65535 bytes", {NMS: 4}, _before("Set Chunk Size 65535")),
    Mark("chunks of 65536 bytes", {MEDIAMTX: 1.5}, _before("Set Chunk Size 65536")),
    Mark("chunks of 2147483647 bytes", {MONA: 5}, _before("Set Chunk Size 2147483647")),
    Mark("chunks of 128 bytes, announced", {FFMPEG: 2}, _before("Set Chunk Size 128")),
    Mark("an acknowledgement window of 2800 bytes", {TCSERVER: 4}, _before("Window Ack Size 2800")),
    Mark("an acknowledgement window of 5,000,000 bytes", {NGINX: 1.5, NMS: 1.5}, _before("Window Ack Size 5000000")),
    Mark(
        "a bandwidth limit of 2,500,000 bytes",
        {SRS: 0.5, MEDIAMTX: 0.5, FFMPEG: 0.5, AMS: 0.5, MONA: 0.5, WOWZA: 0.5, NGINX: -1, NMS: -1},
        _before("Set Peer Bandwidth 2500000"),
    ),
    Mark(
        "the answer comes without window and bandwidth before it",
        {RTMPSRV: 2, RTMPY: 0.5, NGINX: -3, NMS: -3, AMS: -2, WOWZA: -2, SRS: -3},
        _connect(lambda facts: _accepted(facts) and not facts.messages_before),
    ),
    # how it refuses
    Mark("it refuses in Adobe's words", {AMS: 2, WOWZA: 0.5}, _said(r"\[ Server\.Reject \]")),
    Mark("it refuses by an access manager", {AMS: 1, WOWZA: 1}, _said(r"\[ AccessManager\.Reject \]")),
    Mark("it refuses in Red5's words", {RED5: 4}, _said(r"\ANo scope\b")),
    Mark("it redirects in SRS's words", {SRS: 2}, _said(r"RTMP 302 Redirect")),
    Mark("it refuses by onStatus", {SRS: 2}, _connect(lambda facts: facts.command == "onStatus")),
    Mark(
        "it refuses inside of _result",
        {RTMPY: 4},
        _connect(lambda facts: facts.command == "_result" and (facts.code or "").lower().endswith(_REFUSALS)),
    ),
    Mark("it hangs up without a word", {NGINX: 0.7, SRS: 0.5}, _closed_in_silence),
    # HTTP and RTMPT
    Mark("its web server is “{}”", {WOWZA: 6}, _header("server", r"Wowza(StreamingEngine|MediaServer)")),
    Mark("RTMPT is answered by “{}”", {WOWZA: 2}, _header("server", r"\AFlashCom/3\.5\.7")),
    Mark("RTMPT is answered by “{}”", {AMS: 2, WOWZA: 1}, _header("server", r"\AFlashCom/(?!3\.5\.7)")),
    Mark("its web server is “{}”", {SRS: 5}, _header("server", r"\ASRS/")),
    Mark("its web server is “{}”", {MONA: 5}, _header("server", r"\AMona\b")),
    Mark("its web server is “{}”", {MEDIAMTX: 5}, _header("server", r"\Amediamtx\b")),
    Mark("its web server is “{}”", {NGINX: 0.5}, _header("server", r"\Anginx\b")),
    Mark("its web server is driven by “{}”", {NMS: 3}, _header("x-powered-by", r"http2-express")),
    Mark("its web server names Red5", {RED5: 5}, _body(r"<Company>\s*Red5")),
    Mark("its administration service answers in Adobe's form", {AMS: 2.5}, _body(r"<result>\s*<level>")),
)  # fmt: skip


def _note(text: str, observation: str = "") -> Note:
    return Note(unconverted(text), observation)
