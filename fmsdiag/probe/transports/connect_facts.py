"""What is kept of a server's answer to `connect`, and of how it broke the protocol. Bounded, whatever a server says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fmsdiag.model import ConnectFacts, EnhancedRtmp, Violation
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.netconnection import ConnectReply

KEPT_OF_VIOLATION = 16
MAX_CODECS, MAX_CODEC_NAME = 32, 8
_LIST, _MAPS, _CAPABILITIES = "fourCcList", ("videoFourCcInfoMap", "audioFourCcInfoMap"), "capsEx"
_ENHANCED = {_LIST, *_MAPS, _CAPABILITIES}


def violation_of(broken: RemoteProtocolError | None) -> Violation | None:
    """The rule of RTMP that was broken; none where what came was no RTMP at all, or could not be decrypted."""
    if broken is None or broken.breach is None:
        return None
    return Violation(broken.breach.value, broken.place, broken.data[:KEPT_OF_VIOLATION].hex(" "))


def connect_facts(
    application: str, url: str, reply: ConnectReply | None, messages_before: tuple[str, ...]
) -> ConnectFacts:
    """What is kept of a server's answer to `connect`, and of what it said before; bounded."""
    if reply is None:
        return ConnectFacts(application, url, messages_before=messages_before)
    known = {"level", "code", "description", "fmsVer", "capabilities"}
    said = {**reply.properties, **reply.info}
    enhanced = enhanced_rtmp(said)
    if enhanced is not None:
        known |= _ENHANCED
    extra = {str(k)[:64]: _short(v) for k, v in said.items() if k not in known}
    return ConnectFacts(
        application=application,
        tc_url=url,
        command=reply.command,
        level=reply.level,
        code=reply.code,
        description=reply.description,
        fms_ver=reply.fms_ver,
        capabilities=_number(reply.capabilities),
        redirect=reply.redirect_url,
        properties=dict(list(extra.items())[:40]),
        messages_before=messages_before,
        enhanced=enhanced,
    )


def enhanced_rtmp(said: Mapping[str, object]) -> EnhancedRtmp | None:
    """What an answer says of Enhanced RTMP; none where it says nothing that can be read (v2, "connect Command")."""
    codecs = dict.fromkeys(code[:MAX_CODEC_NAME] for code in _codecs(said))
    caps = _number(said.get(_CAPABILITIES))
    caps_ex = int(caps) if caps is not None and 0 <= caps < 2**32 else None
    if not codecs and caps_ex is None:
        return None
    return EnhancedRtmp(tuple(codecs)[:MAX_CODECS], caps_ex)


def _codecs(said: Mapping[str, object]) -> Iterator[str]:
    listed = said.get(_LIST)
    if isinstance(listed, list):
        yield from (code for code in listed if isinstance(code, str))
    for name in _MAPS:
        named = said.get(name)
        if isinstance(named, dict):
            yield from (code for code in named if isinstance(code, str))


def _number(value: object) -> float | None:
    """A number as it is kept, whole or not; None for anything else, and for what only looks like one."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: object) -> str:
    return str(value)[:300]
