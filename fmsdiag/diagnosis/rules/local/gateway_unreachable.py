"""gateway-unreachable: this computer has a route, and the router at its beginning does not answer on the link."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import anything_passed, sent_beyond, stopped_on_link
from fmsdiag.diagnosis.evidence.local_network import may_lack_permission
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import beyond_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import Actor, Cause, Confidence, FailureKind, LookupSource, Observation


class Router(FindingTexts, of="gateway-unreachable.router"):
    """The router's address is known."""

    headline = text("This network's router does not answer.")
    explanation = plural(
        "The router {routers:addresses}, which connects this network to the internet, does not answer. It may be turned "
        "off or restarting, the cable or Wi-Fi may be broken, or this computer's address may not belong to this network. "
        "The media server was not reached.",
        "This computer has several default gateways: {routers:addresses}. The one that it sends through does not answer. It "
        "may be turned off or restarting, the cable or Wi-Fi may be broken, or the route to it may be wrong. The media server "
        "was not reached.",
    )
    acts = (Actor.USER,)
    you = (
        step("Check the cable or Wi-Fi, and restart the router."),
        step("Disconnect this computer from the network and connect it again."),
        Steps.RUN_AGAIN,
    )
    administrator = (
        plural(
            "Check the default gateway {routers:addresses}, the switch port, the VLAN, and this computer's address.",
            "Check which of the default gateways {routers:addresses} this computer is to use, the switch port, the VLAN, and "
            "this computer's address.",
        ),
    )


class OneOfSeveral(FindingTexts, of="gateway-unreachable.one-of-several"):
    """This computer has several default routes; another one's router answers, so the network is up."""

    headline = text("This computer sends through a router that does not answer.")
    explanation = plural(
        "This computer has several default gateways. {answering:addresses} answers, but connections are sent through "
        "{routers:addresses}, which does not. That route may be left over from a VPN, another adapter, or another network, or "
        "the router may be turned off. The media server was not reached.",
        "This computer has several default gateways. {answering:addresses} answers, but connections are sent through one of "
        "{routers:addresses}, which do not. That route may be left over from a VPN, another adapter, or another network, or "
        "the router may be turned off. The media server was not reached.",
        by="routers",
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step("Disconnect VPNs and network adapters that you do not need."),
        step("Disconnect this computer from the network and connect it again."),
        Steps.RUN_AGAIN,
    )
    administrator = (
        plural(
            "Remove the default route through {routers:addresses} from this computer, or turn that router on.",
            "Remove the default routes through {routers:addresses} from this computer, or turn those routers on.",
        ),
    )


class UnknownRouter(FindingTexts, of="gateway-unreachable.unknown-router"):
    """The system does not say which router it is."""

    headline = Router.headline
    explanation = text(
        "This network's router does not answer this computer. It may be turned off or restarting, the cable or Wi-Fi may "
        "be broken, or this computer's address may not belong to this network. The media server was not reached."
    )
    acts = Router.acts
    you = Router.you
    administrator = (step("Check this computer's default gateway, switch port, VLAN, and address."),)


class Seen(Table, of="gateway-unreachable.seen"):
    NO_ARP = text("No router answered when this computer asked for it on the local network (ARP).")


class Earned(Table, of="gateway-unreachable.earned"):
    """What the confidence rests on."""

    ASKED = text("This computer asked for the router on the local network and got no answer.")
    SYSTEM = text("The operating system reports that it cannot find a router on the local network.")


def judge(run: RunView) -> Answer:
    """Nothing passed, and the router did not answer the system, which may itself say "host unreachable" for far hosts."""
    if anything_passed(run) or run.is_loopback:
        return None
    gateways, own_resolver = run.environment.default_gateways, run.lookups(LookupSource.DNS)
    beyond = [*sent_beyond(run), *(o for o in own_resolver if o.address in gateways)]
    several = (
        len([g for g in gateways if ":" not in g]) > 1
    )  # then what one of them answers says nothing of another
    if not beyond or any(
        (o.ok or _is_answered(o)) and not (several and o.address in gateways) for o in beyond
    ):
        return None
    beyond = [o for o in beyond if not o.ok]
    stuck = [o for o in beyond if stopped_on_link(run, o) and not may_lack_permission(run, o)]
    unknown = run.environment.gateway_answers is False
    if not (unknown or stuck) or (stuck and run.environment.gateway_answers and not _most(stuck, beyond)):
        return None
    return _found(run, stuck or beyond, unknown)


def _is_answered(observation: Observation) -> bool:
    """Whether it was answered, though it failed: a refusal, a router's report, a resolver's word."""
    failure = observation.failure
    if failure is None:
        return False
    silent = (
        FailureKind.TIMED_OUT,
        FailureKind.RESOLVER_SILENT,
        FailureKind.UNREACHABLE,
        FailureKind.NO_ROUTE,
    )
    by_router = (
        failure.kind is FailureKind.UNREACHABLE
        and failure.icmp is not None
        and failure.icmp.code not in (1, 3)
    )
    return failure.kind not in silent or by_router


def _most(stuck: list[Observation], beyond: list[Observation]) -> bool:
    """Whether most of what had the time to be told so is stuck: the system says it after three seconds, and silence that was
    given up before says nothing."""
    told_s = max(o.elapsed_s for o in stuck)
    others = [o for o in beyond if o not in stuck and o.elapsed_s >= told_s]
    return len(stuck) > len(others)


def _found(run: RunView, seen: list[Observation], unknown: bool) -> Found:
    answering = {o.address for o in run.lookups(LookupSource.DNS) if o.ok}
    silent = [g for g in run.environment.default_gateways if g not in answering]
    routers = [g for g in silent if ":" not in g] or silent
    arp = [evidence_line(Seen.NO_ARP.of())] if unknown else []
    # a router is known to answer only by what it answered as a DNS server
    others = [g for g in run.environment.default_gateways if g in answering and g not in routers]
    case: type[FindingTexts] = OneOfSeveral if others else Router
    values = {"routers": routers, "answering": others} if others else {"routers": routers}
    return Found(
        case if routers else UnknownRouter,
        Confidence.CONFIRMED if unknown else Confidence.LIKELY,
        Earned.ASKED.of() if unknown else Earned.SYSTEM.of(),
        (*(beyond_line(run, o) for o in seen[:3]), *arp),
        values=values if routers else {},
        rules_out=(*server_not_reached(run), RuledOut.FIREWALL.of(), RuledOut.APPLICATION.of()),
    )


RULE = Rule(
    Cause.GATEWAY_UNREACHABLE,
    judge,
    explains=(
        Cause.NO_INTERNET,
        Cause.DNS_NO_ANSWER,
        Cause.DNS_SERVER_FAILURE,
        Cause.DNS_NAME_NOT_FOUND,
        Cause.SERVER_DOWN,
        Cause.DNS_STALE_ADDRESS,
        Cause.PORT_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.DNS_PRIVATE_ADDRESS,
    ),
)
