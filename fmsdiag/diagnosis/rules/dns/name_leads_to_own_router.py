"""name-leads-to-own-router: the address is this network's own router, from inside; it passes nothing on to a server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.own_network import addresses_of_target, vpn_to_server
from fmsdiag.diagnosis.evidence.ports import UNUSUAL_PORTS
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import address_port_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Hop,
    HopOutcome,
    Observation,
)
from fmsdiag.private_addresses import is_private_address

_DEAD = (FailureKind.TIMED_OUT, FailureKind.REFUSED, FailureKind.UNREACHABLE)
_ENDS = (HopOutcome.OPEN, HopOutcome.REFUSED)


class Gateway(FindingTexts, of="name-leads-to-own-router.gateway"):
    """The address by which this computer knows its router."""

    headline = text("The server's address is this network's own router.")
    explanation = text(
        "{address:address} is the router of this network, and no media server answers there. If the media server is on "
        "another computer of this network, its own address is needed. If it is elsewhere, the address is wrong."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step(
            "If the server is in this network, use the server's own address instead of the router's.",
            Action.EDIT_SERVER,
        ),
        Steps.CHECK_ADDRESS,
    )
    administrator = (
        step(
            "If the router should pass the stream on, forward the media server's ports on it, from inside as well."
        ),
    )


class GatewayFound(FindingTexts, of="name-leads-to-own-router.gateway-found"):
    """Likewise, and it was found by a name: whether it is the server's own is not known."""

    headline = text("The address found is this network's own router.")
    explanation = text(
        "The name leads to {address:address}, the router of this network, and no media server answers there. DNS filters give "
        "their own address for names that they block. If the media server is on another computer of this network, its own "
        "address is needed."
    )
    acts = Gateway.acts
    you = (
        step(
            "If the server is elsewhere, send this report to the person who runs this network.",
            Action.SAVE_REPORT,
        ),
        *Gateway.you,
    )
    administrator = (
        step("If the server is elsewhere, check whether a DNS filter of this network blocks {server:host}."),
        *Gateway.administrator,
    )


class PublicSide(FindingTexts, of="name-leads-to-own-router.public-side"):
    """The router's public address: the path ends at the first hop."""

    headline = text("The server's address leads to this network's own router.")
    explanation = text(
        "Packets to {address:address} end at the first router, which has that address itself, and it passes nothing on to a "
        "media server. Either it does not forward the media server's ports, or it does so only for connections from outside "
        "(no hairpin NAT)."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step(
            "If the server is in this network, use its own address in this network instead of its public one.",
            Action.EDIT_SERVER,
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step("Forward the media server's ports on the router to the server's own address."),
        step(
            "If they are forwarded, switch on NAT loopback (hairpin NAT), or let the DNS server give the server's own "
            "address inside this network."
        ),
    )


class PublicSideSuspected(FindingTexts, of="name-leads-to-own-router.public-side-suspected"):
    """Likewise, and a rule for this one address at the first router would look the same."""

    headline = text("The server's address may be this network's own router.")
    explanation = text(
        "Packets to {address:address} do not get past the first router. Either that router has this address itself and does "
        "not forward the media server's ports, or a rule on it stops everything for this server."
    )
    acts = PublicSide.acts
    you = PublicSide.you
    administrator = PublicSide.administrator
    decisive_test = text(
        "Compare {address:address} with the public address that the router shows on its status page."
    )


class Seen(Table, of="name-leads-to-own-router.seen"):
    IS_GATEWAY = text("{address:address} is this computer's default gateway.")
    ENDS = text("Packets to port {port} of {address:address} end at the first router.")
    NO_SIGN = text(
        "No router on the path answers packets to port {port} of {address:address}, not even the first one."
    )
    GOES_ON = text("Packets to reference server {host} go past the first router, {router:address}.")


class Earned(Table, of="name-leads-to-own-router.earned"):
    """What the confidence rests on."""

    GATEWAY = text("It is the address of this computer's default gateway.")
    ENDS = text(
        "The paths to two of its ports end at the first router, while packets to another server go on."
    )
    NO_SIGN = text("The first router answers path tests to another server, but none to this address.")
    UNCOMPARED = text("The path ends at the first router, but a rule there could end it as well.")


def judge(run: RunView) -> Answer:
    """No media server answers, and the address is the gateway's, or the path to it ends where the first router is."""
    given = addresses_of_target(run)
    dead = [o for o in run.sent if o.failure is not None and o.failure.kind in _DEAD]
    if not given or not dead or run.is_captive or run.is_loopback or any(met_server(a) for a in run.own):
        return None
    first = dead[0]
    if all(a in run.environment.default_gateways for a in given):
        line = evidence_line(Seen.IS_GATEWAY.of(address=given[0]))
        case = Gateway if run.target.is_literal else GatewayFound
        return _found(case, Confidence.LIKELY, Earned.GATEWAY, given[0], (line, address_port_line(first)))
    if first.address is None or any(map(is_private_address, given)):
        return None
    if vpn_to_server(run) is not None:
        return None  # what is for the server does not go to this network's router
    return _by_path(run, first, first.address, first.port or 0)


def _by_path(run: RunView, first: Observation, address: str, port: int) -> Answer:
    """The path to the port, then, if that ends at once, to another port and to the control host."""
    here = run.hops(port)
    if not here or not _may_end_at_first(here):
        return None  # others ask for this path
    if run.open_ports and here[0].outcome == HopOutcome.SILENT:
        return None  # something is there, and no router reports itself
    other = next(p for p in UNUSUAL_PORTS if p != port)
    there, control = run.hops(other), run.control_hops
    questions = (*run.ask_hops(other), *run.ask_control_hops(port))
    if not there or not _may_end_at_first(there):
        return ask_unless_answered(questions, None)
    said = Seen.ENDS if here[0].outcome in _ENDS else Seen.NO_SIGN
    ends = evidence_line(said.of(port=port, address=address), run.hop_step(port))
    seen = [address_port_line(first), ends]
    router = _first_router(control)
    if router is not None:
        seen.append(evidence_line(Seen.GOES_ON.of(host=run.options.control or "", router=router)))
    answered = any(h.outcome in _ENDS for h in (here[0], there[0]))
    if router is None and (control or not answered):
        return ask_unless_answered(questions, None)  # whatever is sent ends there, or nothing shows at all
    sure = router is not None and answered
    case = PublicSide if sure else PublicSideSuspected
    earned = Earned.ENDS if sure else Earned.UNCOMPARED if router is None else Earned.NO_SIGN
    confidence = Confidence.POSSIBLE if router is None else Confidence.LIKELY
    return ask_unless_answered(questions, _found(case, confidence, earned, address, tuple(seen)))


def _may_end_at_first(hops: tuple[Hop, ...]) -> bool:
    """Whether a path is answered at its first hop, or by nobody at all: a router does not report itself as passed."""
    first = hops[0]
    if first.ttl != 1:
        return False
    return first.outcome in _ENDS or all(h.outcome == HopOutcome.SILENT for h in hops)


def _first_router(control: tuple[Hop, ...]) -> str | None:
    """The router that lets packets to the control host pass, if it answers for itself."""
    first = control[0] if control else None
    passed = first is not None and first.ttl == 1 and first.outcome == HopOutcome.TIME_EXCEEDED
    return first.responder if passed and first is not None else None


def _found(
    case: type[FindingTexts],
    confidence: Confidence,
    earned: Text,
    address: str,
    seen: tuple[EvidenceLine, ...],
) -> Found:
    return Found(
        case,
        confidence,
        earned.of(),
        seen,
        values={"address": address},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


RULE = Rule(
    Cause.NAME_LEADS_TO_OWN_ROUTER,
    judge,
    explains=(
        Cause.DNS_PRIVATE_ADDRESS,
        Cause.SERVER_DOWN,
        Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.SERVER_FIREWALL,
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.EGRESS_BLOCKED,
        Cause.LOCAL_FIREWALL,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.RTMPS_NOT_OFFERED,
    ),
)
