"""rtmp-blocked: a filter that recognizes RTMP and cuts it on every port, while everything else passes.

It recognizes RTMP by one of two things: the handshake's first byte and length, or the words of the connect command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fmsdiag.diagnosis.evidence.attempts import failed_with, has_whole_greeting
from fmsdiag.diagnosis.evidence.cut_bytes import bytes_place_of, cut_bytes, ended_as_far_as_server
from fmsdiag.diagnosis.evidence.interceptor import ask_interceptor, interceptor
from fmsdiag.diagnosis.evidence.payload import (
    CUT,
    ByteOutcome,
    direct_rtmp,
    exchange_step,
    got_further,
    handshake_outcome,
    http_passes,
    in_disguise,
    is_cut,
    other_fate,
    watched_as_long,
)
from fmsdiag.diagnosis.evidence.places import not_by_server, other_bytes_get_further
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.places import place_lines
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.firewall.rtmp_blocked_cases import (
    BY_SIDE,
    ByInterceptor,
    Connect,
    ConnectSuspected,
    FirstPackets,
    Handshake,
    HandshakeSuspected,
)
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    Observation,
    Place,
    RequestKind,
    ResetBy,
    Status,
    StepName,
    Transport,
)


class Seen(Table, of="rtmp-blocked.seen"):
    OTHER_ANSWERED = text("Other data of the same size on port {port}: the server answers it.")
    OTHER_CLOSED = text(
        "Other data of the same size on port {port}: the server receives it and closes the connection."
    )
    OTHER_RECEIVED = text("Other data of the same size on port {port}: the server receives it.")
    OTHER_RESET = text(
        "Other data of the same size on port {port}: the server receives it and resets the connection."
    )
    OTHER_CUT = text("Other data of the same size on port {port} is cut off as well.")
    THEN_RESET = text("{route}: the handshake works, then the connection is reset.")
    THEN_SILENCE = text("{route}: the handshake works, then nothing more arrives.")
    ENCRYPTED = text("{route}: the same message, encrypted, is answered.")
    ENCRYPTED_CLOSED = text(
        "{route}: the same message, encrypted, reaches the server, which closes the connection."
    )
    NEARER = text("Port {port} answers at hop {near:count}, and the server is at hop {far:count}.")
    PASSES = text("{route} works.")


class Earned(Table, of="rtmp-blocked.earned"):
    """What the confidence rests on."""

    OTHER_PASSES = text("RTMP is cut off, while other content to the same server gets through.")
    NO_CONTRAST = text("Only plain RTMP could be tried, and nothing shows which side ends the connection.")
    AS_FAR = text(
        "Only plain RTMP could be tried. The server or a device right before it ends the connection: the end comes from as far "
        "away as the server."
    )
    NEARER = text("What answers and closes the connection is not the server: it is closer.")
    STOPS_BEFORE_SERVER = text("The path test shows that RTMP stops before it reaches the server.")
    RESET_BY_OTHER = text("The server did not send the reset: it came from a different distance.")


def judge(run: RunView) -> Answer:
    """RTMP's handshake is cut on every port and other bytes pass; or `connect` is, and passes inside TLS."""
    tried = direct_rtmp(run)
    if not tried or run.plan_connected or run.is_captive or any(_passed(a) for a in tried):
        return None
    at_handshake = [a for a in tried if is_cut(a)]
    if (shown := _by_place(run, tried)) is not None:
        return shown
    if at_handshake:
        return _by_handshake(run, at_handshake) if len(at_handshake) == len(tried) else None
    if all(_is_dismissed(a) for a in tried):
        return _by_dismissal(run, list(tried))
    at_connect = [a for a in tried if _cut_at_connect(a)]
    return _by_connect(run, at_connect) if len(at_connect) == len(tried) else None


def _by_place(run: RunView, tried: Sequence[Attempt]) -> Answer:
    """Every attempt is cut, and the path test shows that the server is not who cuts it.

    Content is what it goes by only where something else as long passes, or RTMP in small packets does not.
    """
    place, cut = bytes_place_of(run), cut_bytes(run)
    if cut is None or cut.attempt.endpoint.transport is not Transport.RTMP or not not_by_server(place):
        return None
    if not all(is_cut(a) or _cut_at_connect(a) for a in tried) or _only_web_passes(run, tried):
        return None
    seen, passed = [attempt_line(a) for a in tried[:2]], in_disguise(run)
    if any(_cut_at_connect(a) for a in tried) or any(_goes_by_content(run, a) for a in tried):
        return _found(run, Handshake, list(tried), seen, passed)
    port = cut.attempt.endpoint.port
    if run.performed(Experiment.OTHER_BYTES, port):
        if other_fate(run, port) in CUT:
            seen.append(evidence_line(Seen.OTHER_CUT.of(port=port), exchange_step(run, port)))
        return _found(run, FirstPackets, list(tried), seen, passed)
    neutral = _found(run, FirstPackets, list(tried), seen, passed)
    return Ask(run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP), neutral)


def _goes_by_content(run: RunView, cut: Attempt) -> bool:
    """Whether at the port of an attempt that was cut as many other bytes came further, or RTMP in small packets did not."""
    port, mine = cut.endpoint.port, handshake_outcome(cut)
    other = other_fate(run, port)
    if mine is not None and other is not None and got_further(other, mine):
        return True
    if any(is_cut(a) for a in run.performed(Experiment.SMALL_SEGMENTS, port)):
        return True
    return other_bytes_get_further(run, port)


def _only_web_passes(run: RunView, tried: Sequence[Attempt]) -> bool:
    """Whether web requests pass where RTMP is cut, and other bytes do not: then it is not RTMP that is recognized."""
    if not any(http_passes(run, a.endpoint.port) for a in tried):
        return False
    fates = [(handshake_outcome(a), other_fate(run, a.endpoint.port)) for a in tried]
    known = [(mine, other) for mine, other in fates if mine is not None and other is not None]
    return not any(got_further(other, mine) for mine, other in known)


def _passed(attempt: Attempt) -> bool:
    """Whether the server answered `connect`, with whatever."""
    return attempt.status is Status.CONNECTED or failed_with(
        attempt, StepName.CONNECT, FailureKind.REJECTED, FailureKind.CLOSED, FailureKind.STALLED
    )


def _cut_at_connect(attempt: Attempt) -> bool:
    return _reset_at_connect(attempt) or failed_with(attempt, StepName.CONNECT, FailureKind.TIMED_OUT)


def _reset_at_connect(attempt: Attempt) -> bool:
    """Whether a reset answered `connect`, which leaves with C2 when S1 is complete: the reset may come before S2 is read."""
    if failed_with(attempt, StepName.CONNECT, FailureKind.RESET):
        return True
    reset = failed_with(attempt, StepName.HANDSHAKE, FailureKind.RESET)
    return reset and has_whole_greeting(attempt.failed_step)


# ---- the handshake
def _by_handshake(run: RunView, cut: list[Attempt]) -> Answer:
    asked = next((a for a in cut if other_fate(run, a.endpoint.port) is not None), None)
    if asked is None:
        # what the server has taken and does not answer was not cut on its way, unless something else works there
        if all(handshake_outcome(a) is ByteOutcome.IGNORED for a in cut) and in_disguise(run) is None:
            return None
        return Ask(run.ask_server(Experiment.OTHER_BYTES, cut[0].endpoint.port, Transport.RTMP))
    mine, other = handshake_outcome(asked), other_fate(run, asked.endpoint.port)
    if mine is None or other is None or not got_further(other, mine):
        return None
    if other is ByteOutcome.IGNORED and not watched_as_long(run, asked):
        return None  # RTMP, too, was only ignored until then
    disguised = in_disguise(run)
    sure = disguised is not None or mine is ByteOutcome.LOST
    if mine is ByteOutcome.IGNORED and disguised is None:
        return None
    step = exchange_step(run, asked.endpoint.port)
    seen = [*map(attempt_line, cut[:2]), _other_line(other, asked.endpoint.port, step)]
    return _found(run, Handshake if sure else HandshakeSuspected, cut, seen, disguised)


# ---- the handshake, and an end in good order or a page that says no
def _is_dismissed(attempt: Attempt) -> bool:
    """Whether RTMP's first message was answered by an orderly end, or by a web page that says no."""
    ended = attempt.failed_step
    if ended is None or ended.step is not StepName.HANDSHAKE or ended.failure is None:
        return False
    page = http_answer(ended)
    refused = page is not None and 400 <= (page.status or 0) < 500
    return refused or (handshake_outcome(attempt) is ByteOutcome.CLOSED and not ended.failure.bytes_received)


def _by_dismissal(run: RunView, cut: list[Attempt]) -> Answer:
    """The same on two ports, while the same server speaks RTMP where it is hidden, and leaves other bytes alone.

    On one port it would be the server's manner there.
    """
    passed = in_disguise(run)
    if passed is None or len({a.endpoint.port for a in cut}) < 2:
        return None
    pages = {(page.status, page.body_start) for a in cut if (page := http_answer(a.failed_step)) is not None}
    same_page = len(pages) == 1 and all(http_answer(a.failed_step) is not None for a in cut)
    first = next((a for a in cut if a.endpoint.port == 1935), cut[0])
    other = other_fate(run, first.endpoint.port)
    seen = [attempt_line(a) for a in cut[:2]]
    if other in (ByteOutcome.ANSWERED, ByteOutcome.IGNORED):
        step = exchange_step(run, first.endpoint.port)
        seen.append(_other_line(other, first.endpoint.port, step))
    if same_page or other in (ByteOutcome.ANSWERED, ByteOutcome.IGNORED):
        return _found(run, Handshake, cut, seen, passed)
    # a server that ends whatever is not for it, RTMP too, is no filter, unless it is not the server that answers
    if (box := interceptor(run, first.endpoint.port)) is not None:
        nearer = Seen.NEARER.of(port=first.endpoint.port, near=box.near, far=box.far)
        return _found(run, ByInterceptor, cut, [*seen, evidence_line(nearer, box.step)], passed)
    bytes_of_no_protocol = run.ask_server(Experiment.OTHER_BYTES, first.endpoint.port, Transport.RTMP)
    return Ask(bytes_of_no_protocol if other is None else ask_interceptor(run, first.endpoint.port))


_FATES: Mapping[ByteOutcome, Text] = {
    ByteOutcome.ANSWERED: Seen.OTHER_ANSWERED,
    ByteOutcome.CLOSED: Seen.OTHER_CLOSED,
    ByteOutcome.IGNORED: Seen.OTHER_RECEIVED,
    ByteOutcome.RESET: Seen.OTHER_RESET,
}


def _other_line(fate: ByteOutcome, port: int, step: Observation | None) -> EvidenceLine:
    return evidence_line(_FATES[fate].of(port=port), step)


# ---- connect
def _by_connect(run: RunView, cut: list[Attempt]) -> Answer:
    secured = _connected_inside_tls(run)
    resets = [a for a in cut if _reset_at_connect(a)]
    seen = [_end_line(a) for a in cut[:2]]
    if secured is not None:
        attempt, step = secured
        seen.append(evidence_line(Seen.ENCRYPTED.of(route=route_of(attempt.endpoint)), step))
        return _found(run, Connect, cut, seen, attempt)
    closed = _rejected_inside_tls(run)
    if closed is not None and len(resets) == len(cut):
        # a server that hangs up may reset in the clear and close inside TLS: the path test tells
        said = Seen.ENCRYPTED_CLOSED.of(route=route_of(closed.endpoint))
        seen.append(evidence_line(said, closed.step(StepName.CONNECT)))
        return _found(run, ConnectSuspected, cut, seen, None)
    if not resets or in_disguise(run) is not None:
        return None  # without the contrast of TLS a server that hangs up would be accused
    first = resets[0].endpoint
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION, first.port)), None)
    suspicion = _found(run, ConnectSuspected, cut, seen, None)
    if made_up is None:
        return ask_unless_answered(
            run.ask_server(Experiment.MADE_UP_APPLICATION, first.port, first.transport), suspicion
        )
    return suspicion if _reset_at_connect(made_up) else None


def _connected_inside_tls(run: RunView) -> tuple[Attempt, Observation] | None:
    """An attempt inside TLS whose `connect` was answered, behind a refused certificate or not."""
    for attempt in run.media:
        for seen in attempt.observations if attempt.endpoint.transport.uses_tls else ():
            rejected = seen.failure is not None and seen.failure.kind is FailureKind.REJECTED
            if seen.step is StepName.CONNECT and (seen.ok or rejected):
                return attempt, seen
    return None


def _rejected_inside_tls(run: RunView) -> Attempt | None:
    """An attempt inside TLS that ended by the server's own no to `connect`: what is behind the filter fails as well."""
    inside = (a for a in run.media if a.endpoint.transport.uses_tls)
    return next((a for a in inside if a.status is Status.REJECTED), None)


def _end_line(attempt: Attempt) -> EvidenceLine:
    said = Seen.THEN_RESET if _reset_at_connect(attempt) else Seen.THEN_SILENCE
    return evidence_line(said.of(route=route_of(attempt.endpoint)), attempt.failed_step)


# ---- what was found
def _found(
    run: RunView,
    case: type[FindingTexts],
    cut: list[Attempt],
    seen: list[EvidenceLine],
    passed: Attempt | None,
) -> Found:
    numbers = tuple(sorted({a.endpoint.port for a in cut}))
    sure = case in (Handshake, Connect)
    place = bytes_place_of(run)
    proved = not_by_server(place)
    by_content = case not in (FirstPackets, ByInterceptor)
    if case is not Connect and passed is not None and passed.status is Status.CONNECTED:
        said = Seen.PASSES.of(route=route_of(passed.endpoint))
        seen = [*seen, evidence_line(said, passed.step(StepName.HANDSHAKE))]
    if place is not None and (sure or proved):
        case = BY_SIDE.get(case, {}).get(place.side, case)
    seen += place_lines(run, cut_bytes(run))
    return Found(
        case,
        Confidence.CONFIRMED
        if proved and by_content
        else Confidence.LIKELY
        if sure or proved
        else Confidence.POSSIBLE,
        _earned(run, place, sure),
        tuple(seen),
        values={"ports": numbers, "settings": settings(run, Topic.SECURE_PORT)},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=numbers), RuledOut.SERVER_DOWN.of(port=numbers[0])),
        request=request(run, needed(cut), kind=RequestKind.EXEMPT)
        if Actor.ADMINISTRATOR in case.acts
        else None,
        beside=(Cause.APP_NOT_FOUND,) if _rejected_inside_tls(run) is not None else (),
    )


def _earned(run: RunView, place: Place | None, sure: bool) -> Message:
    if place is not None and place.reset_by is ResetBy.OTHER:
        return Earned.RESET_BY_OTHER.of()
    if not_by_server(place) and cut_bytes(run) is None:
        return Earned.NEARER.of()
    if not_by_server(place):
        return Earned.STOPS_BEFORE_SERVER.of()
    if sure:
        return Earned.OTHER_PASSES.of()
    return (Earned.NO_CONTRAST if ended_as_far_as_server(run) is None else Earned.AS_FAR).of()


RULE = Rule(
    Cause.RTMP_BLOCKED,
    judge,
    explains=(
        Cause.NON_HTTP_BLOCKED,
        Cause.PORT_BLOCKED,
        Cause.SERVER_HUNG,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.SERVER_SLOW,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.RTMPS_EXPECTED,
        Cause.APP_NOT_FOUND,
        Cause.ONLY_HTTPS_ALLOWED,
        Cause.SERVER_FIREWALL,
    ),
)
