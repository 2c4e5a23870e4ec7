"""udp-blocked: RTMFP's datagrams end on our side of the internet, while TCP to the same server goes on."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.ports import (
    FILTERED,
    ask_udp_hops,
    icmp_of,
    last_sign,
    open_path,
    own_addresses,
    udp_attempts,
    udp_path,
    wants_udp,
)
from fmsdiag.diagnosis.evidence.rtmfp import only_way, silent_greeting, strange_greeting
from fmsdiag.diagnosis.evidence.run import RunView, ends_locally, path_end
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, hops_away, outcome
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Endpoint,
    Hop,
    Observation,
    Status,
    StepName,
    Transport,
)

CAUSE = "udp-blocked"


def judge(run: RunView) -> Answer:
    """A router near us prohibits it, or UDP's path ends there and TCP's does not; silence alone says nothing."""
    tried = [a for a in udp_attempts(run) if a.status in (Status.FAILED, Status.CANCELLED)]
    if not tried or run.is_loopback or run.is_captive:
        return None
    if not run.path_matters:
        return _suspicion(run)
    if any(o.ok for o in run.steps(StepName.UDP, udp_attempts(run))):
        return None  # something answered by UDP
    if any(strange_greeting(a) is not None for a in tried):
        return None  # likewise, if nothing of use
    for step in run.steps(StepName.UDP, tried):
        if _prohibited(step, run):
            return _match(run, tried[0], step)
    if not wants_udp(run) or any(_answered(o) for o in run.steps(StepName.UDP, tried)):
        return None
    port = tried[0].endpoint.port
    questions = ask_udp_hops(run, port)
    if run.open_ports:
        questions += run.ask_hops(run.open_ports[0])
    else:
        questions += run.ask_hops(80)
    hops, test = udp_path(run, port)
    end = ends_locally(hops, _tcp_path(run), run.on_local_side)
    if end is not None and end.outcome in ("time-exceeded", "silent", "unreachable"):
        return ask_unless_answered(questions, _match(run, tried[0], test))
    return ask_unless_answered(questions, _suspicion(run))


def _suspicion(run: RunView) -> Match | None:
    """Silence where RTMFP alone was asked for, and nothing tells where what was sent ends."""
    tried = only_way(run)
    step = silent_greeting(tried) if tried is not None else None
    if tried is None or step is None:
        return None
    port, alive = tried.endpoint.port, run.sign_of_life
    seen = [line(f"RTMFP on UDP port {port}: {outcome(step)}.", step)]
    if alive is not None:
        seen.append(line(f"TCP port {alive.port} of the server opens.", alive))
    return Match(
        Confidence.POSSIBLE,
        "Perhaps this network blocks UDP, which RTMFP needs.",
        f"Nothing came back from UDP port {port} of {run.target.host}, not even an error. Many networks block UDP. A "
        "server that offers no RTMFP there, or whose firewall drops UDP, would look the same.",
        (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Ask for an address that says rtmp instead of rtmfp: it needs no UDP. If it has to be RTMFP, do the test that "
            "is named below.",
            administrator=f"Check whether outbound UDP to port {port}, and to 19350-65535, may leave this network, and "
            "replies may come in.",
            operator=f"Check that RTMFP is offered on UDP port {port}, and offer RTMP or RTMPT beside it, so that players "
            "behind networks without UDP can fall back.",
        ),
        "Silence by UDP alone does not tell who is silent.",
        tuple(seen),
        decisive_test="Try the same address from another network, such as a mobile phone's: if it connects there, this network "
        "blocks UDP.",
    )


def _tcp_path(run: RunView) -> tuple[Hop, ...]:
    """The path of TCP to a port that opens, or that the server itself refuses."""
    passing = open_path(run)
    if passing:
        return passing
    return run.hops(80)


def _prohibited(step: Observation, run: RunView) -> bool:
    icmp = icmp_of(step)
    return (
        icmp is not None
        and (icmp.type, icmp.code) in (*FILTERED, (3, 3), (1, 4))
        and icmp.sender != step.address
        and icmp.sender not in own_addresses(run)
        and run.on_local_side(icmp.sender)
    )


def _answered(step: Observation) -> bool:
    """Whether an ICMP error came back from somebody: then the path is not silent."""
    return icmp_of(step) is not None


def _match(run: RunView, tried: Attempt, step: Observation | None) -> Match:
    port = tried.endpoint.port
    hops, test = udp_path(run, port)
    said = step is not None and step.step is StepName.UDP
    end = path_end(hops)
    passing = open_path(run)
    seen = []
    failed = tried.failed_step
    if failed is not None:
        seen.append(line(f"RTMFP on UDP port {port}: {outcome(failed)}.", failed))
    if test is not None and not said:
        where = hops_away(end.ttl) if end is not None else "before the first router"
        seen.append(line(f"The path of UDP to port {port} ends {where}.", test))
    if passing:
        way = run.hop_step(run.open_ports[0]) if run.open_ports else None
        seen.append(
            line(
                f"TCP to the same server gets farther: its last answer comes from {last_sign(passing)}.", way
            )
        )
    alive = run.sign_of_life
    if alive is not None and len(seen) < 4:
        seen.append(line(f"TCP port {alive.port} of the server opens.", alive))
    return Match(
        Confidence.CONFIRMED if said else Confidence.LIKELY,
        "This network blocks UDP, which RTMFP needs.",
        f"What is sent by UDP to port {port} of {run.target.host} does not leave this network, while TCP does. RTMFP, and "
        "whatever else needs UDP, cannot work here; RTMP over TCP is not affected.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network if RTMFP is needed. Players that use RTMP are not "
            "affected.",
            administrator=f"Outbound UDP to port {port} ends in this network. RTMFP needs UDP 1935 and, for the servers "
            "to which "
            "it is redirected, 19350-65535, with replies.",
            operator="Offer RTMP or RTMPT beside RTMFP, so that players behind such networks can fall back.",
            firewall_request=firewall_request(run, [Endpoint(Transport.RTMFP, tried.endpoint.host, port)]),
        ),
        "A router on your side says that it is prohibited."
        if said
        else "Routers behind that point answer TCP to the same server and not UDP.",
        tuple(seen),
        rules_out=("a server that merely offers no RTMFP",),
    )


RULE = Rule(CAUSE, judge)
