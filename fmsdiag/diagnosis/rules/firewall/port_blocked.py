"""port-blocked: a port is silent or refused by somebody on the way, on our side of the internet."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_proof import Proof, barred, living_port, proof_of, wanted_ports
from fmsdiag.diagnosis.evidence.run import RunView, path_end
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import answer_of, are, firewall_request, hops_away, outcome, ports
from fmsdiag.model import (
    Actor,
    Confidence,
    EvidenceLine,
    FailureKind,
    Hop,
    Observation,
    Question,
    Status,
)

CAUSE = "port-blocked"


def judge(run: RunView) -> Answer:
    """The plan lost time or failed at a port; the control host's same port is as dead, or the path ends near us."""
    wanted = wanted_ports(run)
    if not wanted or run.is_loopback or run.is_captive:
        return None
    return ask_unless_answered(_questions(run, wanted[0]), _conclusion(run, wanted))


def _questions(run: RunView, port: int) -> tuple[Question, ...]:
    controls = (*run.ask_control_port(port), *run.ask_control_port(living_port(run, port)))
    if not run.open_ports:  # without a path that arrives, one that does not says little
        control = run.control_tcp(port)
        passed = control is not None and control.ok and port in run.dead_ports(FailureKind.TIMED_OUT)
        compared = (*run.ask_hops(port), *run.ask_control_hops(port)) if passed else ()
        return (*controls, *compared)
    return (*controls, *run.ask_hops(port), *run.ask_hops(run.open_ports[0]))


def _conclusion(run: RunView, wanted: tuple[int, ...]) -> Match | None:
    proofs = {port: proof for port in wanted if (proof := proof_of(run, port)).any}
    if proofs:
        return _match(run, proofs)
    end = barred(run, wanted[0])
    if end is not None:
        return _host_barred(run, wanted[0], end)
    silent = [p for p in wanted if p in run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)]
    # a refusal is most often the server's own, and whole silence has causes of its own
    if not silent or run.sign_of_life is None:
        return None
    control, end = run.control_tcp(silent[0]), path_end(run.hops(silent[0]))
    left = end is not None and end.responder is not None and not run.on_local_side(end.responder)
    if left or (control is not None and control.ok):
        return None  # what is sent to the port leaves this network: the silence is the server's side's
    return _suspicion(run, silent[0])


def _match(run: RunView, proofs: dict[int, Proof]) -> Match:
    blocked = tuple(proofs)
    port, proof = next(iter(proofs.items()))
    alive = run.sign_of_life
    them = "it" if len(blocked) == 1 else "them"
    dead = [o for o in run.sent if o.port in proofs and o.failure is not None]
    endpoints = [
        a.endpoint
        for a in run.attempts
        if a.experiment is None
        and a.endpoint.port in proofs
        and a.status in (Status.FAILED, Status.CANCELLED)
    ]
    control = proof.control
    certain = proof.sender is not None or (control is not None and proof.early is not None)
    return Match(
        Confidence.CONFIRMED if certain else Confidence.LIKELY,
        f"A firewall on your side blocks {ports(blocked)}."
        if len(blocked) <= 3
        else "A firewall on your side blocks most ports.",
        f"{answer_of(blocked, dead)}"
        + (f", but the same server answers on port {alive.port}. " if alive is not None else ". ")
        + (
            "Another server is blocked on this port in the same way, so it is not this server: something"
            if control is not None
            else "Something"
        )
        + f" between this computer and the internet blocks {them}, most likely this network's firewall.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network."
            + (
                " What a player tries first works all the same."
                if run.plan_connected
                else " Until then the player connects another way, which may take longer."
                if run.plan_succeeded
                else ""
            ),
            administrator=f"Outbound TCP {ports(blocked)} {are(blocked)} "
            + ("rejected" if _is_refused(dead) else "dropped")
            + f" on the way to the server. Allow {them}, to this server at least.",
            operator=f"The customer's network blocks {ports(blocked)}. Until that is changed, offer the same service on a port "
            "that passes: ADAPTOR.HOSTPORT in ams.ini or fms.ini (Adobe), HostPort in VHost.xml (Wowza), a second “listen” "
            "(nginx-rtmp, SRS).",
            firewall_request=firewall_request(run, endpoints),
        ),
        _reason(proof),
        _seen(run, dead, alive, port, proof),
        rules_out=("the application's name",)
        if alive is None
        else ("the server being down", "the application's name"),
    )


def _seen(
    run: RunView, dead: list[Observation], alive: Observation | None, port: int, proof: Proof
) -> tuple[EvidenceLine, ...]:
    seen = [line(f"Port {o.port}: {outcome(o)}.", o) for o in dead[:2]]
    if alive is not None:
        seen.append(
            line(f"The same server answers on port {alive.port} in {alive.elapsed_s * 1000:.0f} ms.", alive)
        )
    if proof.control is not None:
        living = living_port(run, port)
        seen.append(
            line(
                f"Another server's port {port} is as dead from here ({outcome(proof.control)}), while its port {living} "
                "answers.",
                proof.control,
            )
        )
    if proof.early is not None and proof.early.ttl == 0:
        text = f"What is sent to port {port} does not get past this computer's first router."
        seen.append(line(text, run.hop_step(port)))
    elif proof.early is not None:
        where = f" at {proof.early.responder}," if proof.early.responder else ""
        text = f"The path to port {port} ends{where} {hops_away(proof.early.ttl)}; the server is farther."
        seen.append(line(text, run.hop_step(port)))
    return tuple(seen)


def _reason(proof: Proof) -> str:
    if (
        proof.sender is not None
        and proof.sender.failure is not None
        and proof.sender.failure.icmp is not None
    ):
        return f"The refusal bears its sender's address, {proof.sender.failure.icmp.sender}, which is on your side."
    if proof.control is not None:
        also = ", and the path ends on your side" if proof.early is not None else ""
        return f"Another server's same port is blocked as well, while its other port answers{also}."
    return "The same server answers on another port, and the path to this one ends on your side."


def _host_barred(run: RunView, port: int, end: Hop) -> Match:
    """Not the port is blocked but the server, on all ports that were tried."""
    dead = [o for o in run.sent if o.failure is not None]
    numbers = tuple(dict.fromkeys(o.port for o in dead if o.port is not None))
    endpoints = [a.endpoint for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None]
    return Match(
        Confidence.LIKELY,
        "A firewall on your side blocks connections to this server.",
        f"{answer_of(numbers, dead)}. What is sent to the server ends at {end.responder}, {hops_away(end.ttl)}, which is still "
        "on your side; what is sent to another server goes on from there. So it is neither the server nor the line: a firewall "
        "here lets only some hosts through, or keeps this one out.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network.",
            administrator=f"Outbound TCP {ports(numbers)} to {run.target.host} {are(numbers)} dropped, while the same "
            "port of other hosts passes. Add this server to the hosts that are allowed.",
            operator="The customer's network keeps your server out; its administrator has to allow it.",
            firewall_request=firewall_request(run, endpoints),
        ),
        "The path to this server ends on your side, and the path to another one, on the same port, goes on.",
        (
            *(line(f"Port {o.port}: {outcome(o)}.", o) for o in dead[:2]),
            line(f"The path to port {port} ends at {end.responder}.", run.hop_step(port)),
            line(f"Another server's port {port} answers.", run.control_tcp(port)),
        ),
        rules_out=("the server being down", "the application's name", "a rule for one port"),
    )


def _suspicion(run: RunView, port: int) -> Match:
    """Silence that nothing was compared with."""
    alive = run.sign_of_life
    assert alive is not None
    dead = [o for o in run.sent if o.port == port]
    endpoints = [a.endpoint for a in run.media if a.endpoint.port == port and a.status is Status.FAILED]
    return Match(
        Confidence.POSSIBLE,
        f"Port {port} gives no answer; a firewall may block it.",
        f"{answer_of((port,), dead)}, but the same server answers on port {alive.port}. Either a firewall between here and "
        "there discards what is sent to it, or the server does not offer it and stays silent. From here, the two look alike.",
        (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Ask the people who run the server whether it is meant to answer on this port. If it is, give the text below "
            "to whoever looks after this network.",
            administrator=f"Check whether outbound TCP port {port} is allowed.",
            operator=f"Check that the server listens on port {port} and that its firewall lets this customer in.",
            firewall_request=firewall_request(run, endpoints),
        ),
        "No comparison with another server could be made.",
        (
            *(line(f"Port {o.port}: {outcome(o)}.", o) for o in dead[:2]),
            line(f"The same server answers on port {alive.port} in {alive.elapsed_s * 1000:.0f} ms.", alive),
        ),
        rules_out=("the server being down", "the application's name"),
        decisive_test=f"Try port {port} of another server from here, or this server from another network.",
    )


def _is_refused(dead: list[Observation]) -> bool:
    return any(o.failure is not None and o.failure.kind is not FailureKind.TIMED_OUT for o in dead)


RULE = Rule(CAUSE, judge)
