"""server-hung: connections open and nothing ever answers, on any service of this server; or the answer never ends.

A server hangs at one of three places: before its first word, within its handshake, or when it has to decide on `connect`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fmsdiag.diagnosis.evidence import silence
from fmsdiag.diagnosis.evidence.attempts import ENDED, connect_facts, last_word, opened, received_bytes
from fmsdiag.diagnosis.evidence.limits import shut_after_first
from fmsdiag.diagnosis.evidence.payload import ByteOutcome, handshake_outcome
from fmsdiag.diagnosis.evidence.rtmfp import keys_sent, only_way, undecided, unkeyed
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import is_website
from fmsdiag.diagnosis.lines.attempts import (
    attempt_line,
    ended_line,
    evidence_line,
    outcome_of_step,
    route_of,
    web_reference_lines,
)
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut, ports_open
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
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
    Status,
    StepName,
    Transport,
)

MANY_CONTENTS = 3
TRIES = 2
"""So often our key must have gone unanswered before it is held for more than a datagram that was lost."""


class Silent(FindingTexts, of="server-hung.silent"):
    """Nothing answers, whatever is sent."""

    headline = text("The server accepts connections but does not answer.")
    explanation = text(
        "{server:host} accepts each connection but does not answer, whatever is sent. Either the media server hangs or is "
        "overloaded, or a device in front of it, such as a load balancer, accepts connections and passes nothing on."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.TRY_LATER, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    operator = (
        step("Check the media server's processes, log, and load, and restart it."),
        step(
            "If a load balancer or a protection service is in front of it, check whether it passes connections on."
        ),
    )


class SilentSuspected(FindingTexts, of="server-hung.silent-suspected"):
    """Likewise, and something on the network path is not excluded."""

    headline = Silent.headline
    explanation = text(
        "{server:host} accepts each connection but does not answer. Either the media server hangs or is overloaded, or a "
        "device on the network path drops the first data of a stream. From here, they look the same."
    )
    acts = Silent.acts
    you = (
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
    )
    operator = (
        step("Check whether other clients get an answer."),
        step("If they do not, check the media server's log and load, and restart it."),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the server does not answer there either, it "
        "hangs.",
        premise=Premise.OTHER_NETWORK,
    )


class Stalled(FindingTexts, of="server-hung.stalled"):
    """The answer begins and stops."""

    headline = text("The server starts to answer but does not finish.")
    explanation = text(
        "{server:host} accepts connections and starts to answer. Then nothing more arrives, on any route. The media "
        "server hangs or is overloaded."
    )
    acts = Silent.acts
    you = Silent.you
    operator = (
        *Silent.operator,
        step("If a proxy or load balancer is in front of it, check that it reaches the media server."),
    )


class NoRtmp(FindingTexts, of="server-hung.no-rtmp"):
    """What stands in front of the media server answers; the media server does not."""

    headline = text("The server accepts connections, but its media server does not answer.")
    explanation = text(
        "{server:host} accepts connections, and something in front of the media server answers. RTMP itself gets no answer. "
        "The media server hangs, is overloaded, or cannot be reached by what is in front of it."
    )
    acts = Silent.acts
    you = Silent.you
    operator = Stalled.operator


class NoAnswerSuspected(FindingTexts, of="server-hung.no-answer-suspected"):
    """RTMP gets no whole answer, and something on the network path is not excluded."""

    headline = text("The server accepts connections, but RTMP gets no complete answer.")
    explanation = text(
        "{server:host} accepts connections, but its answer to RTMP stops or does not come, on any route. Most likely the "
        "media server hangs or is overloaded. A fault on the network path would look the same."
    )
    acts = Silent.acts
    you = SilentSuspected.you
    operator = Stalled.operator
    decisive_test = SilentSuspected.decisive_test


class Undecided(FindingTexts, of="server-hung.undecided"):
    """The handshake is complete, the request to connect arrived, and it got no answer as long as was waited."""

    headline = text("The server answers, but does not accept or reject the connection.")
    explanation = text(
        "The handshake with {server:host} works. The request to connect to the application then gets no answer. Most "
        "likely, the media server hangs at that point, or waits for another service that does not answer."
    )
    acts = Silent.acts
    you = Silent.you
    operator = (
        step(
            "Check what handles connect requests: the application's script, its threads, and services it depends on, such as "
            "a database."
        ),
        Steps.SETTING,
    )


class UndecidedSuspected(FindingTexts, of="server-hung.undecided-suspected"):
    """Likewise, and whether the request arrived is not known."""

    headline = Undecided.headline
    explanation = text(
        "The handshake with {server:host} works. The request to connect to the application then gets no answer. Either "
        "the media server hangs at that point, or a filter on the network path drops the request. From here, they look "
        "the same."
    )
    acts = Silent.acts
    you = SilentSuspected.you
    operator = Undecided.operator
    decisive_test = SilentSuspected.decisive_test


class Endless(FindingTexts, of="server-hung.endless"):
    """The handshake is complete, and the answer to connect is RTMP data that neither accepts nor rejects, without end."""

    headline = text("The server sends data without end, but no answer to connect.")
    explanation = text(
        "The handshake with {server:host} works. After the request to connect to the application, the server keeps sending "
        "RTMP data that neither accepts nor rejects it. Most likely, the media server has a fault and repeats itself."
    )
    acts = Silent.acts
    you = Silent.you
    operator = (
        step("Find out in the media server's log what it sends after a request to connect, and restart it."),
        step("If a proxy or relay is in front of the media server, check what it sends itself."),
    )


class Unkeyed(FindingTexts, of="server-hung.unkeyed"):
    """RTMFP's greeting is answered and the key exchange is not."""

    headline = text("The server answers the first RTMFP packet, then goes silent.")
    explanation = text(
        "{server:host} answers on UDP port {port}, so RTMFP gets through in both directions. The key exchange that "
        "follows the greeting is never answered. The media server hangs at that point, or a load balancer sends the "
        "packets of one client to different servers."
    )
    acts = Silent.acts
    you = Silent.you
    operator = (
        *Silent.operator,
        step("If a load balancer forwards UDP, make it send all packets of one client to the same server."),
    )


class Seen(Table, of="server-hung.seen"):
    AFTER_HANDSHAKE = text("{route}: the handshake works; {outcome}.")
    ENDLESS = text(
        "{route}: the handshake works; then the server sent {amount:size} of data within {elapsed:duration}, and no answer to "
        "connect."
    )
    PINGED = text(
        "{route}: the server sent a ping, and fmsdiag answered it. The answer to connect still did not come."
    )
    # translators: {message} is the program's own description of a message of RTMP, in English
    LAST_SAID = text("{route}: the server's last message was “{message:name}”.")
    TLS_SET_UP = text("Port {port}: the secure connection (TLS) is set up.")
    TUNNEL_OPEN = text("Port {port}: the tunnel is opened.")
    SHORT_PACKETS = text("RTMP in short packets gets no further.")
    GREETED = text("RTMFP on UDP port {port}: the first packet is answered.")


class Excluded(Table, of="server-hung.excluded"):
    UDP_BLOCKED = text("UDP is not blocked: the server answered over it.")
    NO_RTMFP = text("A server without RTMFP is not the cause: this one answered by RTMFP.")


class Earned(Table, of="server-hung.earned"):
    """What the confidence rests on."""

    ALL_CONTENTS = text("A reference server answers from here, but this one answers no kind of request.")
    FEW_CONTENTS = text("A fault on the network path is not ruled out by the requests that could be made.")
    LONG_PACKETS = text("Long packets are not the problem, and a reference server answers from here.")
    LONG_PACKETS_ALONE = text("Long packets are not the problem, but no reference server was contacted.")
    SEGMENTS_UNTOLD = text(
        "This system cannot ask the server for short packets, so a path that loses long ones is not ruled out."
    )
    OTHER_MESSAGES = text("After the handshake the server sent messages that follow a request to connect.")
    ACKNOWLEDGED = text("The server's system confirmed that the request had arrived.")
    INSIDE_TLS = text("The request gets no answer inside TLS either, where a filter cannot read it.")
    DATA_ARRIVES = text(
        "After the handshake the server keeps sending RTMP data, and none of it answers connect."
    )
    ARRIVAL_UNKNOWN = text("Nothing shows whether the request arrived.")
    KEYS_EXCHANGED = text("The keys were exchanged, and the server acknowledged the request.")
    ANSWERED_BEFORE = text("The packets before it were answered.")
    KEYS_UNANSWERED = plural(
        "The greeting was answered; the key, sent {tries:count} time, never was.",
        "The greeting was answered; the key, sent {tries:count} times, never was.",
    )


def judge(run: RunView) -> Answer:
    """TCP opens, every service stays silent to any content, and the control host answers a web request.

    That the control host opens a port would prove nothing: a box that completes every connection itself opens them all.
    """
    by_udp = only_way(run)
    if by_udp is not None:
        return _by_udp(run, by_udp)
    direct = (a for a in run.own if a.endpoint.proxy is None)  # a proxy's port would open for any server
    open_here = [a for a in direct if opened(a)]
    silent = [a for a in open_here if silence.is_silent(a)]
    if not silent or len(silent) < len(open_here):
        return _half_way(run, open_here)
    first = next((a for a in silent if silence.is_taken(a)), None)
    if first is not None and len({silence.content_of(a) for a in silent}) < MANY_CONTENTS:
        # a web request would tell nothing, for media servers wait for more than that
        port = first.endpoint.port
        asked = (
            *run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP),
            *run.ask_server(Experiment.SMALL_SEGMENTS, port, Transport.RTMP),
        )
    else:
        asked = run.ask_http([a.endpoint.port for a in silent])
    return ask_unless_answered((*run.ask_control_http(), *asked), _conclusion(run, silent))


# ---- not a word
def _conclusion(run: RunView, silent: list[Attempt]) -> Found | None:
    get = run.performed(Experiment.HTTP_ON_PORT)
    if any(a.status is Status.CONNECTED or silence.said_something(a) for a in get):
        return None  # something there does answer: it is the content that is dropped
    if shut_after_first(run) is not None:
        return None  # later connections do not even open: something blocks this computer
    passed, all_silent = silence.reference(run)
    if all_silent:
        return None  # everybody is silent: something in between accepts and drops
    other = next(iter(run.performed(Experiment.OTHER_BYTES)), None)
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    asked = [a for a in (other, small) if a is not None]
    if any(a.status is not Status.FAILED or silence.said_something(a) for a in asked):
        return None  # something there does answer: it is content or length that is dropped
    contents = len({silence.content_of(a) for a in (*silent, *get)})
    lost = any(handshake_outcome(a) is ByteOutcome.LOST for a in silent)
    short = small is not None and run.chooses_segments
    arrived = other is not None and short and any(silence.is_taken(a) for a in silent)
    reacts = any(
        o.failure is not None and o.failure.kind in ENDED
        for a in run.performed(Experiment.OTHER_BYTES)
        for o in a.observations
        if o.step is not StepName.TCP
    )  # what hangs does not close a connection either: RTMP alone gets no answer
    every_kind = not lost and not reacts and (contents >= MANY_CONTENTS or arrived)
    return _silent(run, silent, passed, every_kind)


def _silent(run: RunView, silent: list[Attempt], control: Attempt | None, every_kind: bool) -> Found:
    """`every_kind`: RTMP, HTTP and TLS got no answer; or RTMP and other bytes, long and short, and they had arrived. Only that
    speaks for the server and against something that drops RTMP, for media servers wait for more than a web request. What the
    peer's TCP has not even taken speaks for no server at all."""
    sure = run.is_loopback or (control is not None and every_kind)
    return Found(
        Silent if sure else SilentSuspected,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        _earned_by_silence(run, control, sure),
        (*(attempt_line(a) for a in silent[:3]), *web_reference_lines(control)),
        rules_out=(ports_open(silent), RuledOut.APPLICATION.of()),
    )


def _earned_by_silence(run: RunView, control: Attempt | None, sure: bool) -> Message:
    if run.is_loopback:
        return Grounds.THIS_COMPUTER.of()
    if sure:
        return Earned.ALL_CONTENTS.of()
    return Grounds.NO_REFERENCE.of() if control is None else Earned.FEW_CONTENTS.of()


# ---- half-way
def _half_way(run: RunView, opened: list[Attempt]) -> Answer:
    """The answer begins and never ends, or `connect` never gets one, on every route that came so far."""
    media = (a for a in opened if a.endpoint.transport.is_media)
    routes = [a for a in media if not is_website(last_word(a))]
    if not routes or run.plan_succeeded or run.is_captive or not any(a in run.fallback for a in routes):
        return None
    ends = {a.id: end for a in routes if (end := silence.silent_step(a)) is not None}
    if len(ends) < len(routes):
        return None
    pending = [a for a in routes if ends[a.id].step is StepName.CONNECT]
    if pending:
        return ask_unless_answered(run.ask_control_http(), _at_connect(run, pending, ends))
    if all(end.step is StepName.TLS for end in ends.values()):
        return None  # perhaps it is TLS that it does not come to terms with
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    if small is None:
        first = next((a for a in routes if a.endpoint.transport is Transport.RTMP), routes[0]).endpoint
        return Ask(run.ask_server(Experiment.SMALL_SEGMENTS, first.port, first.transport))
    end = silence.silent_step(small)
    if end is None or end.step is StepName.CONNECT:
        return None  # short packets fare better: it is the path that loses long ones
    return ask_unless_answered(run.ask_control_http(), _within_handshake(run, routes, ends, end))


def _at_connect(run: RunView, pending: list[Attempt], ends: dict[int, Observation]) -> Found | None:
    passed, all_silent = silence.reference(run)
    if all_silent:
        return None
    lines = (
        *(line for a in pending[:3] for line in _pending_lines(a, ends[a.id])),
        *web_reference_lines(passed),
    )
    rules_out = (ports_open(pending), RuledOut.SERVER_DOWN.of(port=pending[0].endpoint.port))
    if all(_is_endless(ends[a.id]) for a in pending):
        return Found(Endless, Confidence.LIKELY, Earned.DATA_ARRIVES.of(), lines, rules_out=rules_out)
    earned = _earned_at_connect(pending)
    return Found(
        Undecided if earned is not None else UndecidedSuspected,
        Confidence.LIKELY if earned is not None else Confidence.POSSIBLE,
        earned if earned is not None else Earned.ARRIVAL_UNKNOWN.of(),
        lines,
        values={"settings": settings(run, Topic.CONNECT_HANDLER)},
        rules_out=rules_out,
    )


def _is_endless(ended: Observation) -> bool:
    """Whether RTMP data came until the test gave up: the server is not silent at all."""
    unexpected = ended.failure is not None and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
    return unexpected and ended.step is StepName.CONNECT and received_bytes(ended) > 0


def _earned_at_connect(pending: list[Attempt]) -> Message | None:
    """What shows that the request arrived, none if nothing does."""
    arrived = next((a for a in pending if silence.is_heard(a)), None)
    if arrived is not None:
        facts = connect_facts(arrived)
        taken = facts is not None and facts.unacknowledged == 0 and not arrived.endpoint.transport.is_tunnel
        return Earned.ACKNOWLEDGED.of() if taken else Earned.OTHER_MESSAGES.of()
    return Earned.INSIDE_TLS.of() if any(a.endpoint.transport.uses_tls for a in pending) else None


def _pending_lines(attempt: Attempt, ended: Observation) -> Iterator[EvidenceLine]:
    """Where it ended, and what the server had said by then: it may wait for something."""
    route = route_of(attempt.endpoint)
    if _is_endless(ended):
        size = received_bytes(ended)
        yield evidence_line(Seen.ENDLESS.of(route=route, amount=size, elapsed=ended.elapsed_s), ended)
    else:
        yield evidence_line(Seen.AFTER_HANDSHAKE.of(route=route, outcome=outcome_of_step(ended)), ended)
    facts = connect_facts(attempt)
    if facts is None or not facts.messages_before:
        return
    pinged = any(message.startswith(silence.PING) for message in facts.messages_before)
    last = Seen.LAST_SAID.of(route=route, message=facts.messages_before[-1])
    yield evidence_line(Seen.PINGED.of(route=route) if pinged else last, ended)


def _within_handshake(
    run: RunView, routes: list[Attempt], ends: dict[int, Observation], small: Observation
) -> Found | None:
    """`small` is where the same in short packets fell silent."""
    passed, all_silent = silence.reference(run)
    if all_silent:
        return None
    lost = any(silence.is_untaken(a) for a in routes)
    sure = (passed is not None or run.is_loopback) and not lost and run.chooses_segments
    likely = Stalled if any(received_bytes(ends[a.id]) for a in routes) else NoRtmp
    return Found(
        likely if sure else NoAnswerSuspected,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        _earned_within_handshake(run, passed),
        (
            *(ended_line(a, ends[a.id]) for a in routes[:2]),
            *_front_end_lines(routes),
            *((evidence_line(Seen.SHORT_PACKETS.of(), small),) if run.chooses_segments else ()),
            *web_reference_lines(passed),
        ),
        rules_out=(ports_open(routes), RuledOut.APPLICATION.of()),
    )


def _earned_within_handshake(run: RunView, passed: Attempt | None) -> Message:
    if not run.chooses_segments:
        return Earned.SEGMENTS_UNTOLD.of()
    if passed is not None:
        return Earned.LONG_PACKETS.of()
    return Grounds.THIS_COMPUTER.of() if run.is_loopback else Earned.LONG_PACKETS_ALONE.of()


def _front_end_lines(routes: list[Attempt]) -> tuple[EvidenceLine, ...]:
    found = silence.front_end_step(routes)
    if found is None:
        return ()
    said = Seen.TLS_SET_UP if found.step is StepName.TLS else Seen.TUNNEL_OPEN
    return (evidence_line(said.of(port=found.port or 0), found),)


# ---- RTMFP
def _by_udp(run: RunView, tried: Attempt) -> Found | None:
    """The greeting was answered, so UDP passes both ways, and what follows it never was."""
    decision, key = undecided(tried), unkeyed(tried)
    ended = decision or key
    if ended is None or (key is not None and keys_sent(key) < TRIES):
        return None
    port = tried.endpoint.port
    greeted = tried.step(StepName.UDP if decision is None else StepName.HANDSHAKE)
    handler = settings(run, Topic.RTMFP_CONNECT_HANDLER)
    return Found(
        Unkeyed if decision is None else Undecided,
        Confidence.LIKELY,
        _earned_by_udp(decision, ended),
        (evidence_line(Seen.GREETED.of(port=port), greeted), ended_line(tried, ended)),
        values={"port": port} if decision is None else {"settings": handler},
        rules_out=(Excluded.UDP_BLOCKED.of(), Excluded.NO_RTMFP.of()),
    )


def _earned_by_udp(decision: Observation | None, ended: Observation) -> Message:
    if decision is None:
        return Earned.KEYS_UNANSWERED.of(tries=keys_sent(ended))
    acknowledged = decision.failure is not None and decision.failure.kind is FailureKind.STALLED
    return Earned.KEYS_EXCHANGED.of() if acknowledged else Earned.ANSWERED_BEFORE.of()


RULE = Rule(Cause.SERVER_HUNG, judge)
