"""What is kept of a server's answer to `connect`, and of how it broke the protocol. Bounded, whatever a server says."""

from __future__ import annotations

from fmsdiag.model import ConnectFacts, Violation
from fmsdiag.protocol.errors import RemoteProtocolError
from fmsdiag.protocol.netconnection import ConnectReply

KEPT_OF_VIOLATION = 16


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
    extra = {str(k)[:64]: _short(v) for k, v in {**reply.properties, **reply.info}.items() if k not in known}
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
    )


def _number(value: object) -> float | None:
    """A number as it is kept, whole or not; None for anything else, and for what only looks like one."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: object) -> str:
    return str(value)[:300]
