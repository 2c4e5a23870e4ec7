"""server-closes-connection: the server accepts connections and closes them at once, before RTMP has come about.

An access list, a limit, or a load balancer without a server behind it does so.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView, failed_with
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.server_software import AMS, NGINX, SRS, WOWZA
from fmsdiag.diagnosis.wording import method, settings, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    Transport,
)

CAUSE = "server-closes-connection"
_ENDED = (FailureKind.CLOSED, FailureKind.RESET)
_DIRECT = (Transport.RTMP, Transport.RTMPS)
"""Not RTMPE, which servers that do not offer it end in the same way."""
_EARLY = (StepName.TCP, StepName.TLS, StepName.TUNNEL, StepName.HANDSHAKE)
_TUNNELS = (Transport.RTMPT, Transport.RTMPTS)
"""Where the plan has nothing else: a media server without a tunnel ends them, too, but not before it has read something."""
S0_S1 = 1 + 1536
_OTHER_KINDS = (
    (Experiment.TLS_ON_PORT, StepName.TLS),
    (Experiment.HTTP_ON_PORT, StepName.HTTP),
    (Experiment.OTHER_BYTES, StepName.EXCHANGE),
)
KINDS = 3
"""Of content that must be ended alike before it is held for the server's own doing: a filter lets some pass."""


def judge(run: RunView) -> Answer:
    """Whatever opened ended before RTMP had come about, and nothing of this server speaks RTMP.

    Who ended it is told by a connection on which nothing is sent: what looks for content waits for some. Inside TLS
    nobody on the way can look.
    """
    opened = [a for a in run.own if _opened(a) and a.endpoint.transport.is_media]
    tunnels_alone = all(a.endpoint.transport.is_tunnel for a in run.fallback)
    wanted = (*_DIRECT, *_TUNNELS) if tunnels_alone else _DIRECT
    direct = [a for a in opened if a.endpoint.transport in wanted and not _is_website(a)]
    cut = [a for a in direct if _is_cut(a)]
    plain = [a for a in cut if not a.endpoint.transport.uses_tls]
    if not cut or len(cut) < len(direct) or not any(_is_planned(run, a) for a in cut):
        return None
    if run.is_captive or any(_speaks(a) for a in run.seen if a.experiment is not Experiment.REDIRECT):
        return None
    if any(not _fits(a) for a in opened if a not in cut) or any(_is_tls_port(run, a) for a in plain):
        return None
    if all(_ended_at_tls(a) for a in cut):  # perhaps it is TLS that it does not come to terms with
        cut += [a for a in run.performed(Experiment.PLAIN_ON_TLS_PORT) if _is_cut(a)]
        if all(_ended_at_tls(a) for a in cut):
            return None
    first = (plain or cut)[0]
    questions = (
        *run.ask_server(Experiment.NO_BYTES, first.endpoint.port, Transport.RTMP),
        *run.ask_control_http(),
    )
    return ask_unless_answered(questions, _conclusion(run, cut))


def _is_planned(run: RunView, attempt: Attempt) -> bool:
    """Whether it is the plan's, or the same without RTMPE, where that was cut alike."""
    encrypted = (a for a in run.fallback if a.endpoint.transport.is_encrypted and _opened(a) and _is_cut(a))
    return attempt in run.fallback or any(a.endpoint.port == attempt.endpoint.port for a in encrypted)


def _is_tls_port(run: RunView, attempt: Attempt) -> bool:
    """Whether TLS comes about where plain RTMP was ended, and something else than that end comes after it."""
    asked = run.performed(Experiment.TLS_ON_PORT, attempt.endpoint.port)
    begun = [a for a in asked if any(o.step is StepName.TLS and o.ok for o in a.observations)]
    return any(not _is_cut(a) for a in begun)


def _opened(attempt: Attempt) -> bool:
    """Whether the connection was accepted, if only for as long as it takes to reset it."""
    tcp = attempt.step(StepName.TCP)
    accepted = tcp is not None and (tcp.failure is None or tcp.failure.kind is FailureKind.RESET)
    return accepted and attempt.endpoint.proxy is None


def _is_cut(attempt: Attempt) -> bool:
    """Whether it ended by FIN or RST before the handshake was complete; behind a refused certificate, the inside counts."""
    ended = _end(attempt)
    if ended is None or ended.step not in _EARLY or ended.failure is None:
        return False
    if ended.failure.kind is FailureKind.TLS_ALERT and ended.step is not StepName.TLS:
        return True  # TLS had come about, and the server ends it by a word that nobody else can say there
    if ended.failure.kind not in _ENDED:
        return False
    # with S1 complete, C2 and `connect` are on their way: what resets the connection then may have read them
    late = ended.step is StepName.HANDSHAKE and (ended.failure.bytes_received or 0) >= S0_S1
    return not late or ended.failure.kind is FailureKind.CLOSED


def _end(attempt: Attempt) -> Observation | None:
    """The step at which the server's last word was said, as far as certificates let one look."""
    behind_certificate = [o for o in attempt.behind_certificate if not o.ok]
    return behind_certificate[-1] if behind_certificate else attempt.failed_step


def _is_website(attempt: Attempt) -> bool:
    """A web server's answer, which is ordinary on ports 80 and 443 beside a media server's own."""
    ended = _end(attempt)
    return (
        ended is not None
        and ended.failure is not None
        and (ended.failure.looks_like or "").startswith("HTTP")
    )


def _fits(attempt: Attempt) -> bool:
    """A tunnel whose far end is cut: nothing more comes, or its session is gone; or a web server in its place."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None or attempt.endpoint.transport is Transport.RTMFP:
        return attempt.endpoint.transport is Transport.RTMFP
    encrypted = attempt.endpoint.transport.is_encrypted and _is_cut(attempt)
    return encrypted or attempt.endpoint.transport.is_tunnel or _is_website(attempt)


def _speaks(attempt: Attempt) -> bool:
    """Whether RTMP came about, outside of TLS or inside of it."""
    spoken = any(o.step is StepName.HANDSHAKE and o.ok for o in attempt.observations)
    return spoken or (
        attempt.status is Status.CONNECTED
        and attempt.endpoint.transport.is_media
        and attempt.experiment is None
    )


def _conclusion(run: RunView, cut: list[Attempt]) -> Match | None:
    control = next(iter(run.performed(Experiment.CONTROL_HTTP)), None)
    if control is not None and control.status is not Status.CONNECTED:
        return None  # connections end everywhere: it is not this server
    mute = next(
        (
            a
            for a in run.performed(Experiment.NO_BYTES)
            if any(failed_with(a, step, *_ENDED) for step in (StepName.TCP, StepName.EXCHANGE))
            and a.endpoint.port in {c.endpoint.port for c in cut}
        ),
        None,
    )
    if mute is None and all(a.endpoint.transport.is_tunnel for a in cut):
        return None  # a web request may be all that it does not take
    return _match(run, cut, mute, control)


def _ended_at_tls(attempt: Attempt) -> bool:
    ended = _end(attempt)
    return ended is not None and ended.step is StepName.TLS


def _kinds(run: RunView, cut: list[Attempt]) -> int:
    """How many kinds of first bytes were ended: RTMP, and TLS, a web request and others as far as rules asked for them."""
    ports = {a.endpoint.port for a in cut}
    return 1 + sum(
        any(
            failed_with(a, step, *_ENDED) or failed_with(a, StepName.TCP, FailureKind.RESET)
            for a in run.performed(experiment)
            if a.endpoint.port in ports
        )
        for experiment, step in _OTHER_KINDS
    )


def _inside_tls(cut: list[Attempt]) -> Observation | None:
    """The end of a connection inside TLS, which nobody on the way can have chosen by its content."""
    for attempt in cut:
        ended = _end(attempt)
        if attempt.endpoint.transport.uses_tls and ended is not None and ended.step is StepName.HANDSHAKE:
            return ended
    return None


def _begun(cut: list[Attempt]) -> bool:
    """Whether each answer had begun and then ended in good order: no filter lets the beginning of an answer pass."""
    return all(failed_with(a, StepName.HANDSHAKE, FailureKind.CLOSED) and _received(a) > 0 for a in cut)


def _received(attempt: Attempt) -> int:
    ended = attempt.failed_step
    return (ended.failure.bytes_received or 0) if ended is not None and ended.failure is not None else 0


def _match(run: RunView, cut: list[Attempt], mute: Attempt | None, control: Attempt | None) -> Match:
    secured = _inside_tls(cut)
    all_kinds = _kinds(run, cut) >= KINDS and control is not None
    sure = mute is not None or secured is not None or _begun(cut) or all_kinds or run.is_loopback
    waited = max(o.elapsed_s for a in cut if (o := _end(a)) is not None)
    when = "at once" if waited < 1 else f"after {waited:.0f} seconds"
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        f"The server accepts connections and closes them {when}."
        if sure
        else f"Connections to the server open and are closed {when}.",
        f"{run.target.host} opens every connection and ends it {when}, before RTMP has come about"
        + (
            ", even when nothing is sent"
            if mute is not None
            else ", inside TLS as well"
            if secured is not None
            else ""
        )
        + ". "
        + (
            "Servers do so that do not admit this computer's address, that have reached a limit, or whose load balancer has "
            "no media server behind it."
            if sure
            else "The server may not admit this computer, or have reached a limit; a filter on the way that recognises RTMP "
            "would look the same."
        ),
        (Actor.OPERATOR,) if sure else (Actor.OPERATOR, Actor.ADMINISTRATOR),
        Advice(
            user="Send this report to the people who run the server, with the public address of your network: it may have to "
            "be admitted.",
            administrator="" if sure else "Check whether a firewall here recognises RTMP and resets it.",
            operator="Look for what ends connections before a word is said: access lists, bans, limits per address, a load "
            "balancer without a healthy server behind it, a media server that crashes on each connection. "
            + settings(
                run,
                {
                    AMS: "Allow and Deny in Adaptor.xml and Vhost.xml",
                    WOWZA: "the limits of VHost.xml, and the licence",
                    NGINX: "max_connections, and “deny” in a “stream” block in front",
                    SRS: "max_connections in srs.conf",
                },
            )
            + (
                " haproxy and nginx “stream”: the state of the servers behind."
                if run.server_software is None
                else ""
            ),
        ),
        "The connection ends although nothing was sent on it, so that what is sent does not matter."
        if mute is not None
        else "It ends inside TLS too, where nobody on the way can read."
        if secured is not None
        else "The answer had begun and ended in good order."
        if _begun(cut)
        else "Whatever is sent ends the connection: RTMP and at least two other kinds of content."
        if all_kinds
        else "Nothing lies between this computer and itself."
        if sure
        else "Who ended the connections is not known.",
        _seen(cut, mute, secured, control),
        rules_out=("a blocked port", "the application's name"),
        decisive_test=""
        if sure
        else "Try the same address from another network: if it is closed there too, it is the server.",
    )


def _seen(
    cut: list[Attempt], mute: Attempt | None, secured: Observation | None, control: Attempt | None
) -> tuple[EvidenceLine, ...]:
    seen = [line(f"{told(a)}.", _end(a)) for a in cut[:2] if _end(a) is not secured]
    if secured is not None:
        alert = secured.failure is not None and secured.failure.kind is FailureKind.TLS_ALERT
        seen.append(
            line(f"Inside TLS, the server ends it by the alert “{secured.failure.detail}”.", secured)
            if alert and secured.failure is not None
            else line("Inside TLS, RTMP is ended in the same way.", secured)
        )
    if mute is not None:
        where = method(mute.endpoint).removeprefix("RTMP on ")
        seen.append(
            line(f"A connection to {where} on which nothing was sent was ended too.", mute.failed_step)
        )
    if control is not None:
        seen.append(line("Another server answers a web request from here.", control.observations[-1]))
    return tuple(seen)


RULE = Rule(CAUSE, judge, explains=("tunnel-not-offered",))
