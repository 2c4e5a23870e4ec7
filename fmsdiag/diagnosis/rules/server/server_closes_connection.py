"""server-closes-connection: the server accepts connections and closes them at once, before RTMP begins.

An access list, a limit, or a load balancer without a server behind it does so.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.answered_for_all import ask_impossible
from fmsdiag.diagnosis.evidence.attempts import (
    ENDED,
    failed_with,
    has_whole_greeting,
    last_word,
    received_bytes,
    rtmp_shown,
)
from fmsdiag.diagnosis.evidence.cut_bytes import ended_as_far_as_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import is_website
from fmsdiag.diagnosis.lines.attempts import ended_line, evidence_line, route_of, web_reference_lines
from fmsdiag.diagnosis.lines.grounds import Grounds, RuledOut, ports_open
from fmsdiag.diagnosis.lines.places import PlaceLines
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
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


class AtOnce(FindingTexts, of="server-closes-connection.at-once"):
    """The server closes each connection before anybody notices a wait."""

    headline = text("The server closes connections immediately.")
    explanation = text(
        "{server:host} accepts connections and closes them before RTMP begins. Typical reasons: your IP address is not "
        "allowed, a connection limit is reached, or the load balancer has no healthy server behind it."
    )
    acts = (Actor.OPERATOR,)
    you = (
        Steps.SAVE_REPORT,
        step(
            "Also tell them your public IP address (search the web for “what is my IP”). They may need to allow it."
        ),
    )
    operator = (
        step(
            "Check access lists, bans, and per-address limits, and whether the media server crashes on each connection."
        ),
        step("If a load balancer is in front of it, check that it has a healthy server behind it."),
        Steps.SETTING,
    )


class Here(FindingTexts, of="server-closes-connection.here"):
    """The address is this computer's own; what listens there may be a tunnel or a relay."""

    headline = text("A program on this computer closes connections to that port.")
    explanation = text(
        "{server:host} is this computer. The program that listens there accepts connections and closes them before RTMP "
        "begins. If it forwards them to another server, as a tunnel or a relay does, it may not reach that server."
    )
    acts = (Actor.USER,)
    you = (
        step("Check which program listens on that port, and what its log says."),
        step("If it forwards connections, run the test with the address to which it forwards them."),
    )


class AtFirstData(FindingTexts, of="server-closes-connection.at-first-data"):
    """It closes each connection when something is sent, and keeps those open on which nothing is."""

    headline = text("The server closes connections at their first data.")
    explanation = text(
        "{server:host} accepts connections and closes them at the first data that arrives, before RTMP begins. A connection "
        "on which nothing is sent stays open. Typical reasons: a load balancer or proxy in front of the media server has no "
        "healthy server behind it, or the media server fails as soon as it is used."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        step("If a load balancer or proxy is in front of it, check that it has a healthy server behind it."),
        step("Check whether the media server crashes on each connection."),
    )


class Later(FindingTexts, of="server-closes-connection.later"):
    """Likewise, after a time that is told."""

    headline = text("The server closes connections after {waited:duration}.")
    explanation = AtOnce.explanation
    acts = AtOnce.acts
    you = AtOnce.you
    operator = AtOnce.operator


class Suspected(FindingTexts, of="server-closes-connection.suspected"):
    """Whether the server or a filter ends the connections is not known."""

    headline = text("Connections to the server open and end before RTMP begins.")
    explanation = text(
        "The connection to {server:host} opens and is closed before RTMP begins. Either the server does not allow your IP "
        "address, has reached a limit, or lacks a media server behind it, or a filter on the network path blocks RTMP. From "
        "here, these look the same."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
    )
    administrator = (
        step("Check whether a firewall in this network detects RTMP and closes the connection."),
    )
    operator = AtOnce.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If connections are closed there too, most likely the "
        "server closes them.",
        premise=Premise.OTHER_NETWORK,
    )


class SuspectedAsFar(FindingTexts, of="server-closes-connection.suspected-as-far"):
    """Likewise, and the end comes from as far away as the server: no filter of this network is it."""

    headline = Suspected.headline
    explanation = text(
        "The connection to {server:host} opens and is closed before RTMP begins. The end comes from as far away as the "
        "server, so it is the server or a device right before it. Typical reasons: your IP address is not allowed, a limit "
        "is reached, a load balancer has no media server behind it, or a filter in front of the server cuts RTMP off."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        AtOnce.operator[0],
        AtOnce.operator[1],
        step("Check whether a firewall in front of the server cuts off RTMP."),
    )
    decisive_test = Suspected.decisive_test


class SuspectedAtFirstData(FindingTexts, of="server-closes-connection.suspected-at-first-data"):
    """Likewise, and a connection on which nothing is sent stays open."""

    headline = text("Connections to the server are closed at the first data.")
    explanation = text(
        "The connection to {server:host} opens and is closed when the first data is sent. A connection on which nothing is "
        "sent stays open. Either the media server fails or is set up wrongly behind a load balancer or proxy, or a filter on "
        "the network path blocks RTMP. From here, these look the same."
    )
    acts = Suspected.acts
    you = Suspected.you
    administrator = Suspected.administrator
    operator = (
        *AtFirstData.operator,
        step(
            "Check that the PROXY protocol is on in both the load balancer and the media server, or in neither."
        ),
    )
    decisive_test = Suspected.decisive_test


class SuspectedAtFirstDataAsFar(FindingTexts, of="server-closes-connection.suspected-at-first-data-as-far"):
    """Likewise, and the end comes from as far away as the server."""

    headline = SuspectedAtFirstData.headline
    explanation = text(
        "The connection to {server:host} opens and is closed when the first data is sent. A connection on which nothing is "
        "sent stays open. The end comes from as far away as the server. So the media server fails or is set up wrongly behind "
        "a load balancer or proxy, or a filter in front of it cuts RTMP off."
    )
    acts = SuspectedAsFar.acts
    you = SuspectedAsFar.you
    operator = SuspectedAtFirstData.operator
    decisive_test = Suspected.decisive_test


class SuspectedLater(FindingTexts, of="server-closes-connection.suspected-later"):
    """Likewise, after a time that is told."""

    headline = text("Connections to the server open and are closed after {waited:duration}.")
    explanation = Suspected.explanation
    acts = Suspected.acts
    you = Suspected.you
    administrator = Suspected.administrator
    operator = Suspected.operator
    decisive_test = Suspected.decisive_test


class Seen(Table, of="server-closes-connection.seen"):
    BEGUN = text("{route}: the server starts to answer, then closes the connection after {elapsed:duration}.")
    INSIDE_TLS = text("{route}: inside TLS, RTMP is ended in the same way.")
    KEPT_OPEN = text("Port {port}: a connection on which nothing was sent stayed open for {waited:duration}.")
    NOTHING_SENT = text("Port {port}: a connection on which nothing was sent is closed too.")


class Earned(Table, of="server-closes-connection.earned"):
    """What the confidence rests on."""

    NOTHING_SENT = text("The connection is closed even when nothing is sent, so content is not the reason.")
    INSIDE_TLS = text("The connection is closed inside TLS too, where a filter cannot read it.")
    BEGUN = text("The server had started to answer; a filter would have cut it off sooner.")
    ALL_KINDS = text("RTMP and at least two other kinds of content are closed alike.")
    AS_FAR = text(
        "The server or a device right before it closes the connections: the end comes from as far away as the server."
    )
    UNKNOWN = text("Nothing shows who closes the connections.")


_DIRECT = (Transport.RTMP, Transport.RTMPS)
"""Not RTMPE, which servers that do not offer it end in the same way."""
_EARLY = (StepName.TCP, StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE)
_TUNNELS = (Transport.RTMPT, Transport.RTMPTS)
"""Where the plan has nothing else: a media server without a tunnel ends them, too, but not before it has read something."""
_OTHER_KINDS = (
    (Experiment.TLS_ON_PORT, StepName.TLS),
    (Experiment.HTTP_ON_PORT, StepName.HTTP),
    (Experiment.OTHER_BYTES, StepName.EXCHANGE),
)
NOTICED_S = 0.25
"""After which a close is told with its time, beyond the time that opening the connection took."""
KINDS = 3
"""Of content that must be ended alike before it is held for the server's own doing: a filter lets some pass."""


def judge(run: RunView) -> Answer:
    """Whatever opened ended before RTMP began, and nothing of this server speaks RTMP.

    Who ended it is told by a connection on which nothing is sent: what looks for content waits for some. Inside TLS
    nobody on the way can look.
    """
    opened = [a for a in run.own if _opened(a) and a.endpoint.transport.is_media]
    tunnels_alone = all(a.endpoint.transport.is_tunnel for a in run.fallback)
    wanted = (*_DIRECT, *_TUNNELS) if tunnels_alone else _DIRECT
    direct = [a for a in opened if a.endpoint.transport in wanted and not is_website(last_word(a))]
    cut = [a for a in direct if _is_ended(a)]
    plain = [a for a in cut if not a.endpoint.transport.uses_tls]
    if not cut or len(cut) < len(direct) or not any(_is_planned(run, a) for a in cut):
        return None
    if run.is_captive or any(rtmp_shown(a) for a in run.seen if a.experiment is not Experiment.REDIRECT):
        return None
    if any(not _fits(a) for a in opened if a not in cut) or any(_is_tls_port(run, a) for a in plain):
        return None
    if all(_ended_at_tls(a) for a in cut):  # perhaps it is TLS that it does not come to terms with
        cut += [a for a in run.performed(Experiment.PLAIN_ON_TLS_PORT) if _is_ended(a)]
        if all(_ended_at_tls(a) for a in cut):
            return None
    first = (plain or cut)[0]
    ended_mutely = _ended_without_bytes(run, cut) is not None
    questions = (
        *run.ask_server(Experiment.NO_BYTES, first.endpoint.port, Transport.RTMP),
        *run.ask_control_http(),
        # what closes them without a byte may stand before the server, and open connections in its place
        *(ask_impossible(run) if ended_mutely and not run.is_loopback else ()),
    )
    return ask_unless_answered(questions, _conclusion(run, cut))


def _is_planned(run: RunView, attempt: Attempt) -> bool:
    """Whether it is the plan's, or the same without RTMPE, where that was cut alike."""
    encrypted = (a for a in run.fallback if a.endpoint.transport.is_encrypted and _opened(a) and _is_ended(a))
    return attempt in run.fallback or any(a.endpoint.port == attempt.endpoint.port for a in encrypted)


def _is_tls_port(run: RunView, attempt: Attempt) -> bool:
    """Whether TLS works where plain RTMP was ended, and what follows it ends otherwise."""
    asked = run.performed(Experiment.TLS_ON_PORT, attempt.endpoint.port)
    begun = [a for a in asked if any(o.step is StepName.TLS and o.ok for o in a.observations)]
    return any(not _is_ended(a) for a in begun)


def _opened(attempt: Attempt) -> bool:
    """Whether the connection was accepted, if only for as long as it takes to reset it."""
    tcp = attempt.step(StepName.TCP)
    accepted = tcp is not None and (tcp.failure is None or tcp.failure.kind is FailureKind.RESET)
    return accepted and attempt.endpoint.proxy is None


def _is_ended(attempt: Attempt) -> bool:
    """Whether it was ended by FIN or RST before the handshake was complete; behind a refused certificate, the inside counts."""
    ended = last_word(attempt)
    if ended is None or ended.step not in _EARLY or ended.failure is None:
        return False
    if ended.failure.kind not in ENDED:
        return False
    # with S1 complete, C2 and `connect` are on their way: what resets the connection then may have read them
    late = ended.step is StepName.HANDSHAKE and has_whole_greeting(ended)
    return not late or ended.failure.kind is FailureKind.CLOSED


def _fits(attempt: Attempt) -> bool:
    """A tunnel whose far end is cut: nothing more comes, or its session is gone; or a web server in its place."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None or attempt.endpoint.transport is Transport.RTMFP:
        return attempt.endpoint.transport is Transport.RTMFP
    encrypted = attempt.endpoint.transport.is_encrypted and _is_ended(attempt)
    return encrypted or attempt.endpoint.transport.is_tunnel or is_website(last_word(attempt))


def _conclusion(run: RunView, cut: list[Attempt]) -> Found | None:
    control = next(iter(run.performed(Experiment.CONTROL_HTTP)), None)
    if control is not None and control.status is not Status.CONNECTED:
        return None  # connections end everywhere: it is not this server
    mute = _ended_without_bytes(run, cut)
    if mute is None and all(a.endpoint.transport.is_tunnel for a in cut):
        return None  # a web request may be all that it does not take
    return _found(run, cut, mute, control)


def _ended_without_bytes(run: RunView, cut: list[Attempt]) -> Attempt | None:
    """A connection to one of these ports on which nothing was sent, and which was ended all the same."""
    ports = {a.endpoint.port for a in cut}
    for attempt in run.performed(Experiment.NO_BYTES):
        ended = any(failed_with(attempt, step, *ENDED) for step in (StepName.TCP, StepName.EXCHANGE))
        if ended and attempt.endpoint.port in ports:
            return attempt
    return None


def _kept_open(run: RunView, cut: list[Attempt]) -> Observation | None:
    """A connection to one of these ports on which nothing was sent, and which stayed open."""
    ports = {a.endpoint.port for a in cut}
    asked = (
        a.step(StepName.EXCHANGE) for a in run.performed(Experiment.NO_BYTES) if a.endpoint.port in ports
    )
    return next((step for step in asked if step is not None and step.ok and not step.bytes_in), None)


def _ended_at_tls(attempt: Attempt) -> bool:
    ended = last_word(attempt)
    return ended is not None and ended.step is StepName.TLS


def _kinds(run: RunView, cut: list[Attempt]) -> int:
    """How many kinds of first bytes were ended: RTMP, and TLS, a web request and others as far as rules asked for them."""
    ports = {a.endpoint.port for a in cut}
    return 1 + sum(
        any(
            failed_with(a, step, *ENDED) or failed_with(a, StepName.TCP, FailureKind.RESET)
            for a in run.performed(experiment)
            if a.endpoint.port in ports
        )
        for experiment, step in _OTHER_KINDS
    )


def _inside_tls(cut: list[Attempt]) -> Observation | None:
    """The end of a connection inside TLS, which nobody on the way can have chosen by its content."""
    for attempt in cut:
        ended = last_word(attempt)
        if attempt.endpoint.transport.uses_tls and ended is not None and ended.step is StepName.HANDSHAKE:
            return ended
    return None


def _begun(cut: list[Attempt]) -> bool:
    """Whether each answer had begun and then ended in good order: no filter lets the beginning of an answer pass."""
    return all(
        failed_with(a, StepName.HANDSHAKE, FailureKind.CLOSED) and received_bytes(a.failed_step) > 0
        for a in cut
    )


def _found(run: RunView, cut: list[Attempt], mute: Attempt | None, control: Attempt | None) -> Found:
    secured = _inside_tls(cut)
    earned = _earned(run, cut, mute, secured, control)
    as_far = ended_as_far_as_server(run)
    lines = (evidence_line(PlaceLines.AS_FAR.of(), as_far),) if as_far is not None else ()
    ends = [(a, o) for a in cut if (o := last_word(a)) is not None]
    waited = max(o.elapsed_s for _, o in ends)
    later = any(o.elapsed_s - _opening_s(a) >= NOTICED_S for a, o in ends)
    kept = _kept_open(run, cut)
    sure, unsure = _cases(later, kept is not None and mute is None)
    if kept is not None and kept.port is not None:
        said = Seen.KEPT_OPEN.of(port=kept.port, waited=kept.elapsed_s)
        lines = (evidence_line(said, kept), *lines)
    values: dict[str, object] = {"settings": settings(run, Topic.ACCESS)}
    case = sure if earned is not None else unsure
    if as_far is not None and case in _AS_FAR:
        case, later = _AS_FAR[case], False
    if run.is_loopback and case in (AtOnce, Later):
        case, later = Here, False
    if case in _WITHOUT_SETTINGS:
        values = {}
    return Found(
        case,
        Confidence.LIKELY if earned is not None else Confidence.POSSIBLE,
        earned if earned is not None else (Earned.UNKNOWN if as_far is None else Earned.AS_FAR).of(),
        (*_seen(cut, mute, secured, control), *lines),
        values=values | {"waited": waited} if later else values,
        rules_out=(ports_open(cut), RuledOut.APPLICATION.of()),
    )


_AS_FAR: dict[type[FindingTexts], type[FindingTexts]] = {
    Suspected: SuspectedAsFar,
    SuspectedLater: SuspectedAsFar,
    SuspectedAtFirstData: SuspectedAtFirstDataAsFar,
}
"""What is said where the end comes from as far away as the server: no filter of this network is suspected then."""
_WITHOUT_SETTINGS = (
    AtFirstData, SuspectedAtFirstData, SuspectedAsFar, SuspectedAtFirstDataAsFar, Here,
)  # fmt: skip


def _cases(later: bool, at_data: bool) -> tuple[type[FindingTexts], type[FindingTexts]]:
    """What is said where it is known that the server ends the connections, and where it is not."""
    if later:
        return Later, SuspectedLater
    return (AtFirstData, SuspectedAtFirstData) if at_data else (AtOnce, Suspected)


def _opening_s(attempt: Attempt) -> float:
    """How long the connection took to open: a close that comes as soon after its first bytes comes at once."""
    tcp = attempt.step(StepName.TCP)
    return tcp.elapsed_s if tcp is not None and tcp.ok else 0.0


def _earned(
    run: RunView,
    cut: list[Attempt],
    mute: Attempt | None,
    secured: Observation | None,
    control: Attempt | None,
) -> Message | None:
    """What shows that the server itself ends the connections, none if nothing does."""
    if mute is not None:
        return Earned.NOTHING_SENT.of()
    if secured is not None:
        return Earned.INSIDE_TLS.of()
    if _begun(cut):
        return Earned.BEGUN.of()
    if control is not None and _kinds(run, cut) >= KINDS:
        return Earned.ALL_KINDS.of()
    return Grounds.THIS_COMPUTER.of() if run.is_loopback else None


def _seen(
    cut: list[Attempt], mute: Attempt | None, secured: Observation | None, control: Attempt | None
) -> tuple[EvidenceLine, ...]:
    ends = [(a, o) for a in cut if (o := last_word(a)) is not None]
    seen = [_cut_line(a, o) for a, o in ends[:2] if o is not secured]
    seen += [_secured_line(a, o) for a, o in ends if o is secured]
    if mute is not None:
        seen.append(evidence_line(Seen.NOTHING_SENT.of(port=mute.endpoint.port), mute.failed_step))
    return (*seen, *web_reference_lines(control))


def _cut_line(attempt: Attempt, ended: Observation) -> EvidenceLine:
    failure = ended.failure
    if failure is not None and failure.kind is FailureKind.CLOSED and failure.bytes_received:
        said = Seen.BEGUN.of(route=route_of(attempt.endpoint), elapsed=ended.elapsed_s)
        return evidence_line(said, ended)
    return ended_line(attempt, ended)


def _secured_line(attempt: Attempt, ended: Observation) -> EvidenceLine:
    return evidence_line(Seen.INSIDE_TLS.of(route=route_of(attempt.endpoint)), ended)


RULE = Rule(Cause.SERVER_CLOSES_CONNECTION, judge, explains=(Cause.TUNNEL_NOT_OFFERED,))
