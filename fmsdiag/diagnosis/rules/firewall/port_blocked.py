"""port-blocked: a port is silent or refused by a device on the way, on this side of the internet."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.answers import answer, open_port, refused_port, server_spoke
from fmsdiag.diagnosis.evidence.paths import last_router, path_end
from fmsdiag.diagnosis.evidence.places import port_place, unanswered_at_the_end
from fmsdiag.diagnosis.evidence.port_proof import (
    Proof,
    ask_living_control,
    barred,
    first_choice_opens,
    living_port,
    proof_of,
    rejects_host,
    wanted_ports,
)
from fmsdiag.diagnosis.evidence.ports import left_home, open_path
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import Lines, alive_line, evidence_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, every_port_fails, server_not_reached
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.firewall.port_blocked_by_family import (
    blocked_over_one_family,
    over_one_of_both,
    proved_addresses,
)
from fmsdiag.diagnosis.rules.firewall.port_blocked_cases import (
    AtProvider,
    DeadRoute,
    MostPorts,
    MostPortsUnseen,
    NearHere,
    NearHereUnseen,
    OnTheWay,
    PortOfServer,
    Ports,
    PortsUnseen,
    Server,
    Suspected,
    ThereOrBack,
)
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    Carrier,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Hop,
    HopOutcome,
    Message,
    Observation,
    Place,
    Question,
    Side,
    Status,
)


class Earned(Table, of="port-blocked.earned"):
    """What the confidence rests on."""

    SENDER = text("The refusal came from {sender:address}, a device in your network.")
    REFERENCE_AND_PATH = text(
        "Port {port} of a reference server fails too, and packets stop inside your network."
    )
    REFERENCE = text("Port {port} of a reference server fails too, while its port {living:port} answers.")
    PATH_OF_PROVIDER = text(
        "The same server answers on another port. Packets to this one leave your network but stop before the server."
    )
    REFUSED_BEYOND = text(
        "Port {port} of a reference server fails too, and packets to it leave your network before they are rejected."
    )
    PATH_ENDS_EARLY = text(
        "The same server answers on another port. The refusal of this one comes from a device closer than the server."
    )
    PATH = text("The same server answers on another port, and packets to this one stop inside your network.")
    PATH_OF_PORT = text(
        "Packets to port {port} of this server stop inside your network; the same port of another host can be reached."
    )
    PATH_OF_HOST = text("Packets to this server stop inside your network; packets to another host get out.")
    ROUTER_WAITS = text(
        "A router reports the failure after a delay, as when the next device does not respond."
    )
    NO_COMPARISON = text("No reference server was contacted, so nothing shows who drops the packets.")


class Excluded(Table, of="port-blocked.excluded"):
    EVERY_SERVER = text("Port {port} is not blocked to every server: a reference server answers on it.")


def judge(run: RunView) -> Answer:
    """The plan lost time or failed at a port; the control host's same port is as dead, or the path ends near us."""
    if run.is_loopback or run.is_captive:
        return None
    wanted = wanted_ports(run)
    if not wanted:
        return blocked_over_one_family(run)
    found = _conclusion(run, wanted) or blocked_over_one_family(run)
    return ask_unless_answered(_questions(run, wanted[0]), found)


def _questions(run: RunView, port: int) -> tuple[Question, ...]:
    controls = (*run.ask_control_port(port), *ask_living_control(run, port))
    if not run.open_ports:  # without a path that arrives, one that does not says little
        control = run.control_tcp(port)
        passed = control is not None and control.ok and port in run.dead_ports(FailureKind.TIMED_OUT)
        compared = (*run.ask_hops(port), *run.ask_control_hops(port)) if passed else ()
        if proof_of(run, port).control is not None:
            compared = run.ask_hops(port)  # does it leave this network?
        return (*controls, *compared)
    return (*controls, *run.ask_hops(port), *run.ask_hops(run.open_ports[0]))


def _conclusion(run: RunView, wanted: tuple[int, ...]) -> Found | None:
    place = port_place(run, wanted[0])
    if place is not None and place.side is Side.TRANSIT:
        return _at_provider(run, wanted)
    if unanswered_at_the_end(run, wanted[0]):
        return _there_or_back(run, tuple(port for port in wanted if unanswered_at_the_end(run, port)))
    if _passes_this_network(run, wanted[0]):
        return _beyond(run, wanted)
    proofs = {port: proof for port in wanted if (proof := proof_of(run, port)).any}
    if (rejecting := rejects_host(run)) is not None:
        return _host_barred(run, wanted[0], rejecting)
    if proofs and (waited := _dead_route(run, wanted)):
        return _routed_nowhere(run, waited)
    if proofs:
        return _ports_blocked(run, proofs | _proved_beside(run, wanted))
    end = barred(run, wanted[0])
    if end is not None:
        answered = answer(run) or refused_port(run)
        return (
            _host_barred(run, wanted[0], end)
            if answered is None
            else _port_of_server_barred(run, wanted, end)
        )
    if place is not None and place.side is Side.UNKNOWN and _is_refused_early(run, wanted[0]):
        return _on_the_way(run, wanted)
    silent = [p for p in wanted if p in run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)]
    # a refusal is most often the server's own, and whole silence has causes of its own
    if not silent or run.sign_of_life is None or first_choice_opens(run):
        return None
    control, end = run.control_tcp(silent[0]), path_end(run.hops(silent[0]))
    left = end is not None and end.responder is not None and not run.on_local_side(end.responder)
    if left or (control is not None and control.ok):
        return None  # what is sent to the port leaves this network: the silence is the server's side's
    return _suspicion(run, silent[0])


WAITS_S = 0.8
"""Beyond the quickest connect. A router asks for the next device's address for up to 3 s, and one that has begun to ask for
an earlier packet gives up sooner; a rule rejects at once.
"""


def _dead_route(run: RunView, wanted: tuple[int, ...]) -> list[Observation]:
    """Connects to wanted ports to which a router said, after a wait, that it reaches nobody, while another port opens."""
    if not run.open_ports:
        return []  # it is the machine that is gone: see server-down
    quickest_s = min(o.elapsed_s for o in run.tcp if o.ok)
    return [
        o
        for o in run.sent
        if o.port in wanted
        and o.icmp is not None
        and o.icmp.missing is None
        and (o.icmp.is_host_unreachable or o.icmp.is_net_unreachable)
        and o.elapsed_s >= quickest_s + WAITS_S
        and o.icmp.sender != o.address
    ]


def _routed_nowhere(run: RunView, waited: list[Observation]) -> Found:
    alive = run.sign_of_life
    icmp = waited[0].icmp
    return Found(
        DeadRoute,
        Confidence.LIKELY,
        Earned.ROUTER_WAITS.of(),
        (*map(port_line, waited[:2]), *((alive_line(alive),) if alive is not None else ())),
        values={
            "ports": tuple(dict.fromkeys(o.port for o in waited if o.port is not None)),
            "router": (icmp.sender if icmp is not None else None) or "",
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),)
        if alive is not None and server_spoke(run)
        else (),
    )


def _proved_beside(run: RunView, wanted: tuple[int, ...]) -> dict[int, Proof]:
    """Silent ports of other ways to the server whose silence a reference server shows to be this network's as well."""
    silent = run.dead_ports(FailureKind.TIMED_OUT, FailureKind.UNREACHABLE)
    tried = dict.fromkeys(a.endpoint.port for a in run.media if a.endpoint.proxy is None)
    beside = (port for port in tried if port in silent and port not in wanted)
    return {port: proof for port in beside if (proof := proof_of(run, port)).control is not None}


def _ports_blocked(run: RunView, proofs: dict[int, Proof]) -> Found:
    blocked = tuple(proofs)
    port, proof = next(iter(proofs.items()))
    alive = run.sign_of_life
    dead = [o for o in run.sent if o.port in proofs and o.failure is not None]
    endpoints = [
        a.endpoint
        for a in run.attempts
        if a.experiment is None
        and a.endpoint.port in proofs
        and (a.endpoint.transport.carrier is Carrier.TCP or a.endpoint.transport is run.asked_for)
        and a.status in (Status.FAILED, Status.CANCELLED)
    ]
    certain = proof.sender is not None or (proof.control is not None and proof.early is not None)
    path = run.hop_step(port) if proof.early is not None else None
    about = proved_addresses(run, port, [o for o in (proof.sender, proof.control, path) if o is not None])
    found = Found(
        _case(run, blocked, proof),
        Confidence.CONFIRMED if certain else Confidence.LIKELY,
        _earned(run, port, proof),
        _seen(run, dead, alive, port, proof),
        values={"ports": blocked},
        # whoever else answers there: a website does not show that the media server runs
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),)
        if alive is not None and server_spoke(run)
        else (),
        request=request(
            run,
            endpoints,
            reference=proof.control,
            stops_after=_last_passed(run, port, proof.early),
            about=about,
        ),
    )
    return over_one_of_both(run, found, port, about) if about else found


def _case(run: RunView, blocked: tuple[int, ...], proof: Proof) -> type[FindingTexts]:
    spoke = server_spoke(run)
    if len(blocked) > 3:
        return MostPorts if spoke else MostPortsUnseen
    if _may_be_this_computer(run, blocked[0], proof):
        return NearHere if spoke else NearHereUnseen
    return Ports if spoke else PortsUnseen


def _may_be_this_computer(run: RunView, port: int, proof: Proof) -> bool:
    """Whether nothing shows that what is sent to the port leaves this computer.

    Of silence, only where routers answer for other ports: many routers never say that a packet's time is over.
    """
    if run.hop_step(port) is None or proof.sender is not None:
        return False
    if any(hop.ttl > 0 and hop.responder is not None for hop in run.hops(port)):
        return False  # a router received it
    if port not in run.dead_ports(FailureKind.REFUSED):
        return any(
            hop.ttl == 1 and hop.outcome == HopOutcome.TIME_EXCEEDED and hop.responder is not None
            for attempt in run.performed(Experiment.HOPS)
            for hop in run.hops(attempt.endpoint.port)
        )
    place = port_place(run, port)
    return place is None or place.side is Side.UNKNOWN


def _at_provider(run: RunView, wanted: tuple[int, ...]) -> Found:
    """The packets stop behind this network, and before the server's side."""
    blocked = tuple(
        port for port in wanted if (p := port_place(run, port)) is not None and p.side is Side.TRANSIT
    )
    alive, end = run.sign_of_life, last_router(run.hops(blocked[0]))
    control = run.control_tcp(blocked[0])
    path = path_end_line(run, blocked[0], end) if end is not None else None
    excluded = [RuledOut.SERVER_DOWN.of(port=alive.port or 0)] if alive is not None else []
    if control is not None and control.ok:
        excluded.append(Excluded.EVERY_SERVER.of(port=blocked[0]))
    return Found(
        AtProvider,
        Confidence.LIKELY,
        Earned.PATH_OF_PROVIDER.of(),
        _beyond_lines(run, blocked, path),
        values={"ports": blocked},
        rules_out=tuple(excluded),
    )


def _there_or_back(run: RunView, blocked: tuple[int, ...]) -> Found:
    """Nothing comes back from a port, here as from a reference server, though what is sent leaves this network."""
    port, alive, path = blocked[0], run.sign_of_life, None
    end = last_router(run.hops(port))
    if end is not None and end.responder is not None:
        leaves = Lines.PATH_LEAVES.of(port=port, router=end.responder, hops=end.ttl)
        path = evidence_line(leaves, run.hop_step(port))
    return Found(
        ThereOrBack,
        Confidence.LIKELY,
        Earned.REFERENCE.of(port=port, living=living_port(run, port)),
        _beyond_lines(run, blocked, path),
        values={"ports": blocked},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
        request=request(
            run,
            [a.endpoint for a in run.media if a.status is Status.FAILED and a.endpoint.port in blocked],
            reference=run.control_tcp(port),
        ),
    )


def _passes_this_network(run: RunView, port: int) -> bool:
    """Whether what is sent to a port leaves this network, where the same port of a reference server is dead as well."""
    proof = proof_of(run, port)
    near = proof.sender is not None or proof.early is not None
    return proof.control is not None and not near and left_home(run, port) is not None


def _beyond(run: RunView, wanted: tuple[int, ...]) -> Found:
    """A device beyond this network rejects the port for other servers, too; of silence, the way back may be the reason."""
    blocked = tuple(port for port in wanted if _passes_this_network(run, port))
    port, last = blocked[0], left_home(run, blocked[0])
    if port not in run.dead_ports(FailureKind.REFUSED) and not any(
        o.port == port and o.icmp is not None for o in run.sent
    ):
        return _there_or_back(run, blocked)
    assert last is not None
    assert last.responder is not None
    leaves = Lines.PATH_LEAVES.of(port=port, router=last.responder, hops=last.ttl)
    return Found(
        AtProvider,
        Confidence.LIKELY,
        Earned.REFUSED_BEYOND.of(port=port),
        _beyond_lines(run, blocked, evidence_line(leaves, run.hop_step(port))),
        values={"ports": blocked},
    )


def _beyond_lines(
    run: RunView, blocked: tuple[int, ...], path: EvidenceLine | None
) -> tuple[EvidenceLine, ...]:
    """Dead ports, a living one, how far what is sent comes, and how the reference server's same port fares."""
    dead = [o for o in run.sent if o.port in blocked and o.failure is not None]
    alive, control = run.sign_of_life, run.control_tcp(blocked[0])
    lines = (
        *map(port_line, dead[:2]),
        alive_line(alive) if alive is not None else None,
        path,
        reference_line(run, control) if control is not None else None,
    )
    return tuple(line for line in lines if line is not None)


def _is_refused_early(run: RunView, port: int) -> bool:
    """Whether a refusal comes back to packets that cannot have come as far as the server."""
    refused, distance = arrived(run.hops(port)), arrived(open_path(run))
    return refused is not None and distance is not None and refused < distance


def _on_the_way(run: RunView, wanted: tuple[int, ...]) -> Found:
    blocked = tuple(port for port in wanted if _is_refused_early(run, port))
    dead = [o for o in run.sent if o.port in blocked and o.failure is not None]
    alive, end = run.sign_of_life, path_end(run.hops(blocked[0]))
    return Found(
        OnTheWay,
        Confidence.LIKELY,
        Earned.PATH_ENDS_EARLY.of(),
        (
            *map(port_line, dead[:2]),
            *((alive_line(alive),) if alive is not None else ()),
            *((path_end_line(run, blocked[0], end),) if end is not None else ()),
        ),
        values={"ports": blocked},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
    )


def _seen(
    run: RunView, dead: list[Observation], alive: Observation | None, port: int, proof: Proof
) -> tuple[EvidenceLine, ...]:
    seen = [port_line(o) for o in dead[:2]]
    if alive is not None:
        seen.append(alive_line(alive))
    control = proof.control or run.control_tcp(port)
    if control is not None:
        seen.append(reference_line(run, control))
    if proof.early is not None:
        seen.append(path_end_line(run, port, proof.early))
    return tuple(seen)


def path_end_line(run: RunView, port: int, end: Hop) -> EvidenceLine:
    """Where packets to a port stop."""
    step = run.hop_step(port)
    if end.ttl == 0:
        return evidence_line(Lines.PATH_ENDS_HERE.of(port=port), step)
    if end.responder is not None:
        said = Lines.PATH_REJECTED if end.outcome == HopOutcome.UNREACHABLE else Lines.PATH_ENDS
        return evidence_line(said.of(port=port, router=end.responder, hops=end.ttl), step)
    if end.outcome != HopOutcome.REFUSED:
        return evidence_line(Lines.PATH_FAILS_NEAR.of(port=port, hops=end.ttl), step)
    # a refusal bears the server's address, whoever sent it
    last = last_router(run.hops(port))
    if last is None or last.responder is None:
        return evidence_line(Lines.PATH_REFUSED_NEAR.of(port=port, hops=end.ttl), step)
    return evidence_line(Lines.PATH_REFUSED.of(port=port, router=last.responder, hops=last.ttl), step)


def _last_passed(run: RunView, port: int, end: Hop | None) -> Hop | None:
    """The last router that answered for itself where the path to a port ends."""
    refused = end is not None and end.ttl > 0 and end.responder is None
    return last_router(run.hops(port)) if refused else end


def _earned(run: RunView, port: int, proof: Proof) -> Message:
    sender = proof.sender
    if sender is not None and sender.icmp is not None:
        return Earned.SENDER.of(sender=sender.icmp.sender or "")
    if proof.control is None:
        return Earned.PATH.of()
    if proof.early is not None:
        return Earned.REFERENCE_AND_PATH.of(port=port)
    return Earned.REFERENCE.of(port=port, living=living_port(run, port))


def _host_barred(run: RunView, port: int, end: Hop) -> Found:
    """Not the port is blocked but the server, on all ports that were tried."""
    dead = [o for o in run.sent if o.failure is not None]
    endpoints = needed([a for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None])
    numbers = tuple(dict.fromkeys(e.port for e in endpoints if e.transport.carrier is Carrier.TCP))
    control, says_so = run.control_tcp(port), end.outcome == HopOutcome.UNREACHABLE
    return Found(
        Server,
        Confidence.CONFIRMED if says_so else Confidence.LIKELY,
        Earned.SENDER.of(sender=end.responder or "") if says_so else Earned.PATH_OF_HOST.of(),
        (
            *(port_line(o) for o in dead[:2]),
            path_end_line(run, port, end),
            *((reference_line(run, control),) if control is not None else ()),
        ),
        values={"router": end.responder or "", "ports": numbers},
        rules_out=(*server_not_reached(run), *every_port_fails(run)),
        request=request(run, endpoints, reference=control, stops_after=end),
        place=Place(Side.LOCAL, end.responder, evidence=(dead[0].id,)) if says_so else None,
    )


def _port_of_server_barred(run: RunView, wanted: tuple[int, ...], end: Hop) -> Found:
    """The server answers elsewhere, so what stops here is one port of it."""
    barred_ports = tuple(port for port in wanted if port == wanted[0] or barred(run, port) is not None)
    dead = [o for o in run.sent if o.failure is not None and o.port in barred_ports]
    failed = [a for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None]
    control, alive = run.control_tcp(wanted[0]), open_port(run)
    return Found(
        PortOfServer,
        Confidence.LIKELY,
        Earned.PATH_OF_PORT.of(port=wanted[0]),
        (
            *(port_line(o) for o in dead[:2]),
            *((alive_line(alive),) if alive is not None else ()),
            path_end_line(run, wanted[0], end),
            *((reference_line(run, control),) if control is not None else ()),
        ),
        values={"router": end.responder or "", "ports": barred_ports},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if alive is not None else (),
        request=request(
            run,
            [a.endpoint for a in failed if a.endpoint.port in barred_ports],
            reference=control,
            stops_after=end,
        ),
    )


def _suspicion(run: RunView, port: int) -> Found:
    """Silence that nothing was compared with."""
    alive = run.sign_of_life
    assert alive is not None
    dead = [o for o in run.sent if o.port == port]
    endpoints = [a.endpoint for a in run.media if a.endpoint.port == port and a.status is Status.FAILED]
    return Found(
        Suspected,
        Confidence.POSSIBLE,
        Earned.NO_COMPARISON.of(),
        (*(port_line(o) for o in dead[:2]), alive_line(alive)),
        values={"port": port, "alive": alive.port or 0},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),),
        request=request(run, endpoints),
    )


RULE = Rule(Cause.PORT_BLOCKED, judge)
