"""rtmfp-not-offered: RTMFP alone was asked for, and the server has none on that UDP port, or one that cannot be used."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import speaks_rtmp
from fmsdiag.diagnosis.evidence.ports import open_path, udp_path
from fmsdiag.diagnosis.evidence.rtmfp import (
    only_way,
    refused_greeting,
    silent_greeting,
    speaks_rtmfp,
    strange_greeting,
    undecipherable,
)
from fmsdiag.diagnosis.evidence.run import RunView, arrived, last_router, path_end
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import hops_away, method, outcome
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    EvidenceLine,
    Experiment,
    Observation,
    Question,
    StepName,
    Transport,
)
from fmsdiag.target import tc_url

CAUSE = "rtmfp-not-offered"
MAX_PORTS = 2


def judge(run: RunView) -> Answer:
    """The server's system says that nobody is there; or silence though UDP gets as far as TCP; or RTMFP without sense.

    Silence whose place is not known is udp-blocked's: from here the two look alike.
    """
    tried = only_way(run)
    if tried is None or run.is_captive:
        return None
    refused = refused_greeting(tried)
    if refused is not None:
        if _nothing_at_all(run):
            return None
        return ask_unless_answered(_ask_tcp(run), _refused(run, tried, refused))
    strange = strange_greeting(tried)
    odd = strange if strange is not None and speaks_rtmfp(strange) else undecipherable(tried)
    if odd is not None:
        return ask_unless_answered(_ask_tcp(run), _unusable(run, tried, odd))
    if silent_greeting(tried) is None:
        return None
    arriving = _far_as_tcp(run, tried)
    if arriving is None and not run.is_loopback:
        return Ask(_ask_tcp(run))
    return ask_unless_answered(_ask_tcp(run), _silent(run, tried, arriving))


def _ask_tcp(run: RunView) -> tuple[Question, ...]:
    """Whether the server speaks RTMP where it usually does, which is both control and way out."""
    tried = (a.endpoint.port for a in run.fallback)
    wanted = dict.fromkeys((*tried, Transport.RTMP.default_port))
    return tuple(q for p in wanted for q in run.ask_server(Experiment.SERVER_PORT, p, Transport.RTMP))[
        :MAX_PORTS
    ]


def _over_tcp(run: RunView) -> Attempt | None:
    """An attempt over TCP that the server answered in RTMP."""
    asked = (*run.spoke_rtmp, *run.performed(Experiment.SERVER_PORT))
    return next((a for a in asked if a.endpoint.transport.carrier == "tcp" and speaks_rtmp(a)), None)


def _nothing_at_all(run: RunView) -> bool:
    """Whether the server refuses TCP as well, where RTMP usually is and everywhere else: that has a cause of its own."""
    asked = run.performed(Experiment.SERVER_PORT)
    refused = [a for a in asked if (tcp := a.step(StepName.TCP)) is not None and not tcp.ok]
    return bool(asked) and len(refused) == len(asked) and not run.open_ports and bool(run.sent)


def _far_as_tcp(run: RunView, tried: Attempt) -> Observation | None:
    """The path test that shows that UDP goes as far as TCP does; none if it does not, or nobody knows."""
    hops, test = udp_path(run, tried.endpoint.port)
    passing = open_path(run) or run.hops(80)
    end, router, distance = path_end(hops), last_router(passing), arrived(passing)
    if end is None or distance is None or (end.outcome == "unreachable" and run.on_local_side(end.responder)):
        return None
    known = router.ttl if router is not None else 0
    return test if end.ttl >= max(known, 1) and not run.on_local_side(end.responder) else None


# ---- words
def _advice(run: RunView, tried: Attempt, other: Attempt | None, operator: str) -> Advice:
    if other is not None:
        endpoint = other.endpoint
        url = tc_url(run.target, endpoint.transport, endpoint.port).partition("?")[0]
        user = f"Use {url} instead: {method(endpoint)} is answered."
    else:
        user = "Check the address and its port against what you were given, or ask for one that says rtmp instead of rtmfp."
    return Advice(user=user, operator=operator)


def _to_offer_it(port: int) -> str:
    return (
        f"To offer RTMFP: AMS (Extended or Professional) needs UDP port {port} in ADAPTOR.HOSTPORT with rtmfp=, and "
        "19350-65535 open for the servers behind it. Red5, nginx-rtmp and SRS have no RTMFP; give customers an rtmp address."
    )


def _beside(run: RunView, other: Attempt | None) -> list[EvidenceLine]:
    if other is not None:
        return [
            line(
                f"{method(other.endpoint)}, over TCP, is answered by the server.",
                other.step(StepName.HANDSHAKE),
            )
        ]
    alive = run.sign_of_life
    return [line(f"TCP port {alive.port} of the server opens.", alive)] if alive is not None else []


def _refused(run: RunView, tried: Attempt, step: Observation) -> Match:
    port, host, other = tried.endpoint.port, run.target.host, _over_tcp(run)
    named = (
        step.failure is not None and step.failure.icmp is not None and step.failure.icmp.sender is not None
    )
    return Match(
        Confidence.CONFIRMED if named else Confidence.LIKELY,
        f"The server offers no RTMFP on UDP port {port}.",
        f"The address asks for RTMFP, which uses UDP. {host} was reached and says itself that nothing listens on its UDP port "
        f"{port}."
        + (f" It does speak RTMP: {method(other.endpoint)} is answered." if other is not None else ""),
        (Actor.OPERATOR, Actor.USER),
        _advice(run, tried, other, _to_offer_it(port)),
        "The server's own system says so (ICMP port unreachable)."
        if named
        else "The refusal is what a machine sends on whose port nothing listens.",
        (line(f"RTMFP on UDP port {port}: {outcome(step)}.", step), *_beside(run, other)),
        rules_out=("a network that blocks UDP", "the server being down"),
    )


def _silent(run: RunView, tried: Attempt, arriving: Observation | None) -> Match:
    port, host, other = tried.endpoint.port, run.target.host, _over_tcp(run)
    step = silent_greeting(tried)
    seen = [line(f"RTMFP on UDP port {port}: no answer.", step)]
    if arriving is not None:
        end = path_end(udp_path(run, port)[0])
        away = hops_away(end.ttl) if end is not None else "beyond this network"
        seen.append(
            line(f"UDP to that port gets as far as TCP does: its last sign comes from {away}.", arriving)
        )
    return Match(
        Confidence.LIKELY,
        f"The server does not answer RTMFP on UDP port {port}.",
        f"The address asks for RTMFP, which uses UDP. What is sent to UDP port {port} of {host} "
        + ("leaves this network" if arriving is not None else "stays within this computer")
        + ", and no answer comes: the server offers no RTMFP there, its firewall drops UDP, or what listens there hangs."
        + (f" It does speak RTMP: {method(other.endpoint)} is answered." if other is not None else ""),
        (Actor.OPERATOR, Actor.USER),
        _advice(
            run,
            tried,
            other,
            f"Check that the media server listens on UDP port {port}, and that the firewall before it lets UDP in and out. "
            + _to_offer_it(port),
        ),
        "UDP gets as far as TCP to the same server."
        if arriving is not None
        else "Nothing lies between this computer and itself.",
        (*seen, *_beside(run, other)),
        rules_out=("a network here that blocks UDP",),
    )


def _unusable(run: RunView, tried: Attempt, step: Observation) -> Match:
    port, host, other = tried.endpoint.port, run.target.host, _over_tcp(run)
    what = step.failure.detail if step.failure is not None else ""
    loops = "redirect" in what
    sure = loops or run.is_loopback
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "The server's RTMFP redirects lead nowhere." if loops else "The server's RTMFP cannot be used.",
        f"{host} answers in RTMFP on UDP port {port}, but not in a way that a client can use: {what}."
        + (
            ""
            if sure
            else " The server is at fault there, or something on the way that changes or repeats packets."
        ),
        (Actor.OPERATOR,),
        _advice(
            run,
            tried,
            other,
            "Look at the log of the media server and at what forwards UDP to it: each client's datagrams have to reach the "
            "same server, unchanged."
            + (" A redirect has to name another address than its own." if loops else ""),
        ),
        "The server's own answers say so."
        if loops
        else "Nothing lies between this computer and itself."
        if sure
        else "Where the answer was spoilt is not known.",
        (line(f"RTMFP on UDP port {port}: {what}.", step), *_beside(run, other)),
        rules_out=("a network that blocks UDP", "the server being down"),
        decisive_test="" if sure else "Try the same address from another network.",
    )


RULE = Rule(CAUSE, judge, explains=("udp-blocked",))
