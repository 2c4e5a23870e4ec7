"""mtu-black-hole: long packets vanish on the way, and the message that would say so does too (RFC 2923, section 2.1).

Small exchanges pass, so that connections open and even a tunnel or TLS begins; RTMP's handshake is the first long message.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    at_server,
    handshake_outcome,
    other_fate,
    reached,
    stuck,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import method, told
from fmsdiag.model import Actor, Attempt, Confidence, Experiment, StepName, Transport

CAUSE = "mtu-black-hole"
_OVER_TCP = tuple(t for t in Transport if t.is_media and t is not Transport.RTMFP)


def judge(run: RunView) -> Answer:
    """Nothing long passes, by any transport, and RTMP in small segments does."""
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    over = (a for a in run.media if a.endpoint.transport in _OVER_TCP and a.endpoint.proxy is None)
    held = [a for a in over if stuck(a) or _unanswered(a, small)]
    over_tcp = [a for a in at_server(run) if _is_long(a)]
    if not held or any(reached(a) for a in over_tcp) or run.is_captive:
        return None
    plain = next((a for a in held if a.endpoint.transport is Transport.RTMP), held[0])
    endpoint = plain.endpoint
    if small is None:
        return ask_unless_answered(
            run.ask_server(Experiment.SMALL_SEGMENTS, endpoint.port, endpoint.transport), None
        )
    if not reached(small):
        return None
    other = other_fate(run, endpoint.port)
    if other in (ByteOutcome.ANSWERED, ByteOutcome.CLOSED) or (other is ByteOutcome.IGNORED and stuck(plain)):
        return None  # as long, and taken: the length is not what matters
    contents = {_content(a) for a in held} | (
        {"other bytes"} if other in (ByteOutcome.LOST, ByteOutcome.SILENT) else set()
    )
    return _match(held, small, sure=len(contents) > 1)


def _unanswered(attempt: Attempt, small: Attempt | None) -> bool:
    """Whether the server has taken RTMP's first message and no answer came, though one comes in small segments.

    A small segment size holds for both ways: then it is the long answer that was lost.
    """
    taken = handshake_outcome(attempt) is ByteOutcome.IGNORED
    return taken and small is not None and reached(small) and small.endpoint.host == attempt.endpoint.host


def _is_long(attempt: Attempt) -> bool:
    """Whether RTMP over TCP was tried in segments of the usual length."""
    small = attempt.experiment is Experiment.SMALL_SEGMENTS
    return attempt.endpoint.transport in _OVER_TCP and attempt.endpoint.proxy is None and not small


def _content(attempt: Attempt) -> str:
    transport = attempt.endpoint.transport
    return "TLS" if transport.uses_tls else "HTTP" if transport.is_tunnel else "RTMP"


def _match(held: list[Attempt], small: Attempt, sure: bool) -> Match:
    seen = [line(f"{told(a)}.", a.failed_step) for a in held[:2]]
    begun = next(
        (o for a in held for o in a.observations if o.ok and o.step in (StepName.TLS, StepName.TUNNEL)), None
    )
    if begun is not None:
        seen.append(line("Short messages on the same connection are answered.", begun))
    seen.append(
        line(f"{method(small.endpoint)} in small packets gets an answer.", small.step(StepName.HANDSHAKE))
    )
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "Long packets are lost on the way to the server."
        if sure
        else "Perhaps long packets are lost on the way.",
        "Connections open and short messages pass, but the first long one never arrives. Somewhere on the way is a link that "
        "carries only shorter packets, and the message that would tell this computer so is blocked. Web pages may load all "
        "the same, since requests are short.",
        (Actor.ADMINISTRATOR, Actor.USER),
        Advice(
            user="If a VPN is on, try without it. As a test, set the MTU of this computer's network card to 1280; if that "
            "helps, tell the people who look after the network.",
            administrator="Path MTU discovery is broken. Let ICMP “fragmentation needed” (type 3, code 4) and ICMPv6 “packet "
            "too big” (type 2) pass, or limit the MSS of TCP to the path's MTU (“MSS clamping”) on the router, VPN or PPPoE "
            "link.",
        ),
        "The same server answers as soon as packets are small, and nothing long passes whatever it carries."
        if sure
        else "Small packets pass; that other long content is lost as well could not be shown.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down", "the application's name"),
        decisive_test=""
        if sure
        else "Send 1,400 bytes that are not RTMP: if they are lost as well, it is the length.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "server-hung", "rtmp-blocked", "non-http-blocked", "tunnel-not-offered", "server-slow", "tls-blocked",
        "tls-intercepted", "wrong-service-on-port", "upload-cut", "throttled",
    ),
)  # fmt: skip
