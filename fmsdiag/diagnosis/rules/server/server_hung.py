"""server-hung: connections open and nothing ever answers, on any service of this server; or the answer never ends.

A server hangs at one of three places: before its first word, within its handshake, or when it has to decide on `connect`.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.payload import ByteOutcome, handshake_outcome
from fmsdiag.diagnosis.evidence.rtmfp import keys_sent, only_way, undecided, unkeyed
from fmsdiag.diagnosis.evidence.run import RunView, connect_facts, failed_with, handshake_facts
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.server_software import AMS, NGINX, RED5, SRS, WOWZA
from fmsdiag.diagnosis.wording import settings, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    Transport,
)

CAUSE = "server-hung"
_SILENT = (FailureKind.TIMED_OUT,)
MANY_CONTENTS = 3
_AFTER_TCP = (StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE, StepName.HTTP)


def judge(run: RunView) -> Answer:
    """TCP opens, every service stays silent to any content, and the control host answers a web request.

    That the control host opens a port would prove nothing: a box that completes every connection itself opens them all.
    """
    by_udp = only_way(run)
    if by_udp is not None:
        return _by_udp(run, by_udp)
    direct = (a for a in run.own if a.endpoint.proxy is None)  # a proxy's port would open for any server
    opened = [a for a in direct if (tcp := a.step(StepName.TCP)) is not None and tcp.ok]
    silent = [a for a in opened if any(failed_with(a, s, *_SILENT) for s in _AFTER_TCP) and not _spoke(a)]
    if not silent or len(silent) < len(opened):
        return _half_way(run, opened)
    first = next((a for a in silent if _taken(a)), None)
    if first is not None and len({_content(a) for a in silent}) < MANY_CONTENTS:
        # a web request would tell nothing, for media servers wait for more than that
        port = first.endpoint.port
        asked = (
            *run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP),
            *run.ask_server(Experiment.SMALL_SEGMENTS, port, Transport.RTMP),
        )
    else:
        asked = run.ask_http([a.endpoint.port for a in silent])
    return ask_unless_answered((*run.ask_control_http(), *asked), _conclusion(run, silent))


def _taken(attempt: Attempt) -> bool:
    """Whether the peer's TCP has taken C0 and C1: then they were neither lost nor swallowed on their way."""
    facts = handshake_facts(attempt)
    return attempt.endpoint.transport is Transport.RTMP and facts is not None and facts.unacknowledged == 0


def _conclusion(run: RunView, silent: list[Attempt]) -> Match | None:
    get = run.performed(Experiment.HTTP_ON_PORT)
    if any(a.status is Status.CONNECTED or _said_something(a) for a in get):
        return None  # something there does answer: it is the content that is swallowed
    controls = run.performed(Experiment.CONTROL_HTTP)
    passed = next((a for a in controls if a.status is Status.CONNECTED), None)
    if controls and passed is None:
        return None  # everybody is silent: something in between accepts and swallows
    other = next(iter(run.performed(Experiment.OTHER_BYTES)), None)
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    if any(a is not None and (a.status is not Status.FAILED or _said_something(a)) for a in (other, small)):
        return None  # something there does answer: it is content or length that is swallowed
    contents = len({_content(a) for a in (*silent, *get)})
    lost = any(handshake_outcome(a) is ByteOutcome.LOST for a in silent)
    arrived = other is not None and small is not None and any(_taken(a) for a in silent)
    return _match(run, silent, passed, not lost and (contents >= MANY_CONTENTS or arrived))


# ---- half-way
def _half_way(run: RunView, opened: list[Attempt]) -> Answer:
    """The answer begins and never ends, or `connect` never gets one, on every way in that came so far."""
    ways = [
        a for a in opened if a.endpoint.transport.is_media and a.endpoint.proxy is None and not _is_website(a)
    ]
    if not ways or run.plan_succeeded or run.is_captive or not any(a in run.fallback for a in ways):
        return None
    ends = {a.id: end for a in ways if (end := _end(a)) is not None}
    if len(ends) < len(ways):
        return None
    undecided = [a for a in ways if ends[a.id].step is StepName.CONNECT]
    if undecided:
        return ask_unless_answered(run.ask_control_http(), _at_connect(run, undecided, ends))
    if all(end.step is StepName.TLS for end in ends.values()):
        return None  # perhaps it is TLS that it does not come to terms with
    small = next(iter(run.performed(Experiment.SMALL_SEGMENTS)), None)
    if small is None:
        first = next((a for a in ways if a.endpoint.transport is Transport.RTMP), ways[0]).endpoint
        return Ask(run.ask_server(Experiment.SMALL_SEGMENTS, first.port, first.transport))
    end = _end(small)
    if end is None or end.step is StepName.CONNECT:
        return None  # short packets fare better: it is the path that loses long ones
    return ask_unless_answered(run.ask_control_http(), _within_handshake(run, ways, ends, end))


def _is_website(attempt: Attempt) -> bool:
    ended = _end_of_all(attempt)
    return (
        ended is not None
        and ended.failure is not None
        and (ended.failure.looks_like or "").startswith("HTTP")
    )


def _end_of_all(attempt: Attempt) -> Observation | None:
    """The last step that failed, behind a refused certificate as far as that was looked into."""
    return next((o for o in reversed(attempt.observations) if not o.ok), None)


def _end(attempt: Attempt) -> Observation | None:
    """Where an attempt fell silent, or `connect` got anything but an answer; none where it ended otherwise."""
    ended = _end_of_all(attempt)
    if ended is None or ended.failure is None or ended.step not in (*_AFTER_TCP, StepName.CONNECT):
        return None
    endless = ended.step is StepName.CONNECT and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
    return ended if endless or ended.failure.kind in (FailureKind.TIMED_OUT, FailureKind.STALLED) else None


def _control(run: RunView) -> tuple[Attempt | None, bool]:
    """The control host's answer to a web request, and whether it was asked in vain."""
    asked = run.performed(Experiment.CONTROL_HTTP)
    passed = next((a for a in asked if a.status is Status.CONNECTED), None)
    return passed, bool(asked) and passed is None


def _at_connect(run: RunView, undecided: list[Attempt], ends: dict[int, Observation]) -> Match | None:
    passed, in_vain = _control(run)
    if in_vain:
        return None
    arrived = next((a for a in undecided if _heard(a)), None)
    secured = next((a for a in undecided if a.endpoint.transport.uses_tls), None)
    sure = arrived is not None or secured is not None
    seen = [line(f"{told(a)}, after a complete handshake.", ends[a.id]) for a in undecided[:3]]
    if passed is not None:
        seen.append(line("Another server answers a web request from here.", passed.observations[-1]))
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "The server answers, but never decides on the connection.",
        f"The handshake with {run.target.host} works, so the network carries RTMP. The request for the application "
        f"“{run.target.application}” then gets no answer, neither yes nor no. "
        + (
            "The media server hangs there, or waits for something else that does not answer."
            if sure
            else "Perhaps the media server hangs there; a filter that swallows the request on its way would look the same."
        ),
        (Actor.OPERATOR,),
        Advice(
            user="Try again later. If it stays so, send this report to the people who run the server.",
            operator="Look at what decides on connections: the application's script, its threads, and services that it asks "
            "(a database, an authentication service). "
            + settings(
                run,
                {
                    AMS: "onConnect of main.asc without acceptConnection or rejectConnection leaves clients pending",
                    WOWZA: "onConnect of the application's modules, AutoAccept in Application.xml",
                    RED5: "appConnect of the application",
                    NGINX: "the address behind on_connect",
                    SRS: "the address behind http_hooks, on_connect",
                },
            ),
        ),
        "The server has answered in part, so that the request had arrived."
        if arrived is not None and (facts := connect_facts(arrived)) is not None and facts.messages_before
        else "The server's system confirmed that the request had arrived."
        if arrived is not None
        else "The request goes unanswered inside TLS too, where nobody on the way can read it."
        if secured is not None
        else "Whether the request arrived is not known.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down"),
        decisive_test="" if sure else "Try the same address from another network.",
    )


def _heard(attempt: Attempt) -> bool:
    """Whether `connect` is known to have arrived: something came after it, or the peer's TCP has taken it."""
    facts = connect_facts(attempt)
    taken = facts is not None and facts.unacknowledged == 0 and not attempt.endpoint.transport.is_tunnel
    return taken or (facts is not None and bool(facts.messages_before))


def _within_handshake(
    run: RunView, ways: list[Attempt], ends: dict[int, Observation], small: Observation
) -> Match | None:
    """`small` is where the same in short packets fell silent."""
    passed, in_vain = _control(run)
    if in_vain:
        return None
    lost = any((facts := handshake_facts(a)) is not None and facts.unacknowledged for a in ways)
    stalled = any(ends[a.id].failure is not None and _received(ends[a.id]) for a in ways)
    seen = [line(f"{told(a)}.", ends[a.id]) for a in ways[:2]]
    begun = next(
        (o for a in ways for o in a.as_player if o.ok and o.step in (StepName.TLS, StepName.TUNNEL)), None
    )
    if begun is not None:
        seen.append(line("What stands in front of the media server does answer.", begun))
    seen.append(line("RTMP in short packets fares no better.", small))
    if passed is not None:
        seen.append(line("Another server answers a web request from here.", passed.observations[-1]))
    return Match(
        Confidence.LIKELY if (passed is not None or run.is_loopback) and not lost else Confidence.POSSIBLE,
        "The server begins its answer and never ends it."
        if stalled
        else "The server opens connections, but its media server never answers.",
        f"{run.target.host} opens connections"
        + (
            " and begins to answer; then nothing more comes, on any way in. "
            if stalled
            else f" and answers {'TLS' if begun is not None and begun.step is StepName.TLS else 'web requests'}; to RTMP "
            "behind that it says nothing. "
        )
        + "The media server hangs or is overloaded.",
        (Actor.OPERATOR,),
        Advice(
            user="Try again later. If it stays so, send this report to the people who run the server.",
            operator="Look at the media server's processes, its log and its load, and restart it"
            + ("." if begun is None else "; then at how the front-end before it reaches it."),
        ),
        "Long packets are not what is lost, and another server answers from here."
        if passed is not None
        else "Long packets are not what is lost.",
        tuple(seen),
        rules_out=("a blocked port", "the application's name"),
        decisive_test="" if passed is not None else "Try this server from another network.",
    )


def _received(step: Observation) -> int:
    return (step.failure.bytes_received or 0) if step.failure is not None else 0


# ---- RTMFP
TRIES = 2
"""So often our key must have gone unanswered before it is held for more than a datagram that was lost."""


def _by_udp(run: RunView, tried: Attempt) -> Match | None:
    """The greeting was answered, so UDP passes both ways, and what follows it never was."""
    step, key = undecided(tried), unkeyed(tried)
    ended = step or key
    if ended is None or (key is not None and keys_sent(key) < TRIES):
        return None
    host, port, app = run.target.host, tried.endpoint.port, run.target.application
    greeted = tried.step(StepName.HANDSHAKE if step is not None else StepName.UDP)
    return Match(
        Confidence.LIKELY,
        "The server answers, but never decides on the connection."
        if step is not None
        else "The server greets by RTMFP, then answers no more.",
        f"{host} answers on UDP port {port}, so the network carries RTMFP in both directions. "
        + (
            f"The request for the application “{app}” arrived there and gets no answer, neither yes nor no. "
            if step is not None
            else "The exchange of keys that follows the greeting is never answered. "
        )
        + "The media server hangs there, or waits for something else that does not answer.",
        (Actor.OPERATOR,),
        Advice(
            user="Try again later. If it stays so, send this report to the people who run the server.",
            operator="Look at what decides on connections: the application's script, its threads, and services that it asks. "
            "In AMS, onConnect of main.asc without acceptConnection or rejectConnection leaves clients pending."
            if step is not None
            else "Look at the media server's log and load, and restart it. If a load balancer forwards UDP to several servers, "
            "all datagrams of a client have to reach the one that greeted it.",
        ),
        "Its keys were exchanged, and the request was acknowledged."
        if step is not None and step.failure is not None and step.failure.kind is FailureKind.STALLED
        else "The datagrams before it were answered at once."
        if step is not None
        else f"The greeting was answered at once; our key, sent {keys_sent(ended)} times, never.",
        (
            line(f"RTMFP on UDP port {port} is answered.", greeted),
            line(f"{told(tried)}.", ended),
        ),
        rules_out=("a network that blocks UDP", "a server without RTMFP"),
    )


# ---- not a word
def _content(attempt: Attempt) -> str:
    """What kind of bytes an attempt sends first."""
    transport = attempt.endpoint.transport
    return (
        "TLS" if transport.uses_tls else "HTTP" if transport.is_tunnel or not transport.is_media else "RTMP"
    )


def _spoke(attempt: Attempt) -> bool:
    """Whether TLS or the tunnel came about before the silence: then something there answers."""
    return any(o.ok for o in attempt.observations if o.step in _AFTER_TCP)


def _said_something(attempt: Attempt) -> bool:
    return any(o.bytes_in for o in attempt.observations)


def _match(run: RunView, silent: list[Attempt], control: Attempt | None, every_kind: bool) -> Match:
    """`every_kind`: RTMP, HTTP and TLS got no answer; or RTMP and other bytes, long and short, and they had arrived. Only that
    speaks for the server and against something that swallows RTMP, for media servers wait for more than a web request. What the
    peer's TCP has not even taken speaks for no server at all."""
    sure = run.is_loopback or (control is not None and every_kind)
    seen = [line(f"{told(a)}.", a.failed_step) for a in silent[:3]]
    if control is not None:
        seen.append(line("Another server answers a web request from here.", control.observations[-1]))
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "The server accepts connections, but never answers.",
        f"{run.target.host} opens the connection and then says nothing, whatever it is sent. "
        + (
            "Its system runs, but the media server behind it hangs or is overloaded."
            if sure
            else "Perhaps the media server hangs or is overloaded; something on the way that swallows the stream's first "
            "bytes would look the same."
        ),
        (Actor.OPERATOR,),
        Advice(
            user="Try again later. If it stays so, send this report to the people who run the server.",
            operator=("The" if sure else "If others are not answered either, the")
            + " system accepts connections and no program answers them. Look at the media server's processes, its log and "
            "its load, and restart it.",
        ),
        "Nothing lies between this computer and itself."
        if run.is_loopback
        else "Another server answers from here, and this one is silent to every kind of request."
        if sure
        else "Too few kinds of requests could be tried on this server to tell it from its look-alikes."
        if control is not None
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("a closed port", "the application's name"),
        decisive_test=""
        if sure
        else "Try this server from another network: if it is silent there too, it hangs.",
    )


RULE = Rule(CAUSE, judge)
