"""mtu-black-hole: long packets vanish on the way, and the message that would say so does too (RFC 2923, section 2.1).

Small exchanges pass, so that connections open and even a tunnel or TLS begins; RTMP's handshake is the first long message.
"""

from __future__ import annotations

from enum import Enum, auto

from fmsdiag.diagnosis.evidence.attempts import rtmp_shown
from fmsdiag.diagnosis.evidence.cut_bytes import bytes_place_of
from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    at_server,
    handshake_outcome,
    other_fate,
    stuck,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    Place,
    Side,
    StepName,
    Transport,
)


class Lost(FindingTexts, of="mtu-black-hole.lost"):
    """Nothing long passes, whatever it carries."""

    headline = text("Large packets are lost on the network path.")
    explanation = text(
        "Connections open and short messages get through, but the first long message gets no answer. A link on the "
        "network path allows only smaller packets, and the ICMP message that should report this is blocked. Short web "
        "pages may still load."
    )
    acts = (Actor.ADMINISTRATOR, Actor.USER)
    you = (
        step("If a VPN is on, turn it off and run the test again.", Action.RUN_AGAIN),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step("Allow ICMP “fragmentation needed” (type 3, code 4) and ICMPv6 “packet too big” (type 2)."),
        step("Or clamp the TCP MSS to what the path supports, on the router, VPN, or PPPoE link."),
        step(
            "To check, set the MTU of the affected computer to 1280, then to 576, and run the test again each time.",
            Action.RUN_AGAIN,
        ),
    )


class Somewhere(FindingTexts, of="mtu-black-hole.somewhere"):
    """Likewise, and the path test does not show where."""

    headline = Lost.headline
    explanation = Lost.explanation
    acts = Lost.acts
    you = Lost.you
    administrator = Lost.administrator
    operator = (
        step(
            "If customers elsewhere are affected as well, look on the server side for a link with a smaller MTU, or a filter "
            "for ICMP."
        ),
    )


class AtProvider(FindingTexts, of="mtu-black-hole.at-provider"):
    """The path test shows that it is lost between this network and the server's side."""

    headline = text("Large packets are lost at an internet provider.")
    explanation = text(
        "Connections open and short messages get through, but the first long message gets no answer: it leaves your network "
        "but never reaches the server. A link of an internet provider on the path allows only smaller packets, and the ICMP "
        "message that should report this is blocked. Short web pages may still load."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (Lost.you[0], Steps.SAVE_REPORT_FOR_PROVIDER)
    administrator = (
        Steps.PASS_ON_TO_PROVIDER,
        step("Until the provider has fixed it, clamp the TCP MSS on your router to what the path supports."),
        Lost.administrator[2],
    )


class AtServer(FindingTexts, of="mtu-black-hole.at-server"):
    """The path test shows that it gets as far as the last router before the server."""

    headline = text("Large packets are lost just before the server.")
    explanation = text(
        "Connections open and short messages get through, but the first long message is lost just before it reaches the "
        "server. Most likely, a link on the server side allows only smaller packets, and the ICMP message that should report "
        "this is blocked. Short web pages may still load."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Check the router, firewall, and tunnel in front of the server for a link with a smaller MTU, and clamp the TCP "
            "MSS there."
        ),
        Lost.administrator[0],
    )


class Downwards(FindingTexts, of="mtu-black-hole.downwards"):
    """The server's TCP has taken all that was sent: what is lost are its long answers."""

    headline = text("Large packets from the server are lost on their way back.")
    explanation = text(
        "Connections open, and everything that is sent reaches {server:host}, but its long answers arrive only in small "
        "packets. A link on the way back allows only smaller packets, and the ICMP message that should report this does not "
        "reach the server."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR, Actor.USER)
    you = (Lost.you[0], Steps.SAVE_REPORT)
    administrator = (
        step("Clamp the TCP MSS to what the path supports, on the router, VPN, or PPPoE link."),
        Lost.administrator[2],
        step(
            "Do not block outgoing ICMP “fragmentation needed” (type 3, code 4) and ICMPv6 “packet too big” (type 2)."
        ),
    )
    operator = (
        step(
            "Allow incoming ICMP “fragmentation needed” (type 3, code 4) and ICMPv6 “packet too big” (type 2) to the server, "
            "in its own firewall and in those in front of it."
        ),
        step("If such messages do not arrive, clamp the TCP MSS in front of the server, or lower its MTU."),
    )


class Suspected(FindingTexts, of="mtu-black-hole.suspected"):
    """Small packets pass, and nothing else long was compared."""

    headline = text("Large packets may be lost on the network path.")
    explanation = text(
        "Connections open, but RTMP's first long message gets no answer unless it is sent in small packets. Either a "
        "link on the network path loses large packets, or something reacts to RTMP itself. These results do not show "
        "whether other long messages are lost too."
    )
    acts = Lost.acts
    you = Lost.you
    administrator = Lost.administrator
    decisive_test = text(
        "Set the MTU of this computer's network adapter to 576 and run the test again. If it connects, large packets "
        "were lost."
    )


class Seen(Table, of="mtu-black-hole.seen"):
    SHORT = text("{route}: short messages are answered.")
    TAKEN = text("{route}: the server received all that was sent.")
    SMALL = text("{route} in small packets: the server answers.")


class Earned(Table, of="mtu-black-hole.earned"):
    """What the confidence rests on."""

    NOTHING_LONG = text(
        "Messages are answered when packets are small, and not when they are large, whatever they contain."
    )
    ANSWERS_LOST = text("The server receives everything, and its answers arrive only in small packets.")
    SMALL_ALONE = text("Small packets get through; whether other long messages are lost was not tested.")


class _Content(Enum):
    """What a long message carries, as far as a filter could tell."""

    TLS = auto()
    HTTP = auto()
    RTMP = auto()


_OVER_TCP = tuple(t for t in Transport if t.is_media and t is not Transport.RTMFP)


def judge(run: RunView) -> Answer:
    """Nothing long passes, by any transport, and RTMP in small segments does."""
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    over = (a for a in run.media if a.endpoint.transport in _OVER_TCP and a.endpoint.proxy is None)
    held = [a for a in over if stuck(a) or _unanswered(a, small)]
    over_tcp = [a for a in at_server(run) if _is_long(a)]
    if not held or any(rtmp_shown(a) for a in over_tcp) or run.is_captive:
        return None
    plain = next((a for a in held if a.endpoint.transport is Transport.RTMP), held[0])
    endpoint = plain.endpoint
    if small is None:
        return ask_unless_answered(
            run.ask_server(Experiment.SMALL_SEGMENTS, endpoint.port, endpoint.transport), None
        )
    if rtmp_shown(small) is None:
        return None
    other = other_fate(run, endpoint.port)
    # where the server's answers are lost, its end of a connection is a short one
    ended = other is ByteOutcome.CLOSED and not all(handshake_outcome(a) is ByteOutcome.IGNORED for a in held)
    if other is ByteOutcome.ANSWERED or ended or (other is ByteOutcome.IGNORED and stuck(plain)):
        return None  # as long, and taken: the length is not what matters
    contents = len({_content(a) for a in held}) + (other in (ByteOutcome.LOST, ByteOutcome.SILENT))
    return _found(run, held, small, sure=contents > 1)


def _unanswered(attempt: Attempt, small: Attempt | None) -> bool:
    """Whether the server has taken RTMP's first message and no answer came, though one comes in small segments, if that is
    known.

    A small segment size holds for both ways: then it is the long answer that was lost.
    """
    if handshake_outcome(attempt) is not ByteOutcome.IGNORED:
        return False
    return small is None or (rtmp_shown(small) is not None and small.endpoint.host == attempt.endpoint.host)


def _is_long(attempt: Attempt) -> bool:
    """Whether RTMP over TCP was tried in segments of the usual length."""
    small = attempt.experiment is Experiment.SMALL_SEGMENTS
    return attempt.endpoint.transport in _OVER_TCP and attempt.endpoint.proxy is None and not small


def _content(attempt: Attempt) -> _Content:
    transport = attempt.endpoint.transport
    if transport.uses_tls:
        return _Content.TLS
    return _Content.HTTP if transport.is_tunnel else _Content.RTMP


def _case(run: RunView, downwards: bool) -> type[FindingTexts]:
    """Who has to act: whose link it is, and to whom its message must get."""
    if downwards:
        return Downwards
    place = bytes_place_of(run)
    match place.side if place is not None else None:
        case Side.TRANSIT:
            return AtProvider
        case Side.REMOTE:
            return AtServer
        case Side.LOCAL:
            return Lost
    return Somewhere


def _found(run: RunView, held: list[Attempt], small: Attempt, sure: bool) -> Found:
    ports = tuple(sorted({a.endpoint.port for a in held}))
    downwards = all(handshake_outcome(a) is ByteOutcome.IGNORED for a in held)
    earned = Earned.ANSWERS_LOST if downwards else Earned.NOTHING_LONG
    return Found(
        _case(run, downwards) if sure else Suspected,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        (earned if sure else Earned.SMALL_ALONE).of(),
        _seen(held, small, downwards),
        rules_out=(
            RuledOut.BLOCKED_PORT.of(ports=ports),
            RuledOut.SERVER_DOWN.of(port=small.endpoint.port),
        ),
        # where bytes on their way to the server stop says nothing of those on their way back
        place=Place(Side.UNKNOWN) if downwards else None,
    )


def _seen(held: list[Attempt], small: Attempt, downwards: bool) -> tuple[EvidenceLine, ...]:
    seen = [attempt_line(a) for a in held[:2]]
    if downwards:
        taken = held[0].step(StepName.HANDSHAKE)
        seen.append(evidence_line(Seen.TAKEN.of(route=route_of(held[0].endpoint)), taken))
    begun = next(
        ((a, o) for a in held for o in a.observations if o.ok and o.step in (StepName.TLS, StepName.TUNNEL)),
        None,
    )
    if begun is not None:
        seen.append(evidence_line(Seen.SHORT.of(route=route_of(begun[0].endpoint)), begun[1]))
    answered = Seen.SMALL.of(route=route_of(small.endpoint))
    seen.append(evidence_line(answered, small.step(StepName.HANDSHAKE)))
    return tuple(seen)


RULE = Rule(
    Cause.MTU_BLACK_HOLE,
    judge,
    explains=(
        Cause.SERVER_HUNG, Cause.RTMP_BLOCKED, Cause.NON_HTTP_BLOCKED, Cause.TUNNEL_NOT_OFFERED, Cause.SERVER_SLOW,
        Cause.TLS_BLOCKED, Cause.TLS_INTERCEPTED, Cause.WRONG_SERVICE_ON_PORT, Cause.UPLOAD_CUT, Cause.THROTTLED,
    ),
)  # fmt: skip
