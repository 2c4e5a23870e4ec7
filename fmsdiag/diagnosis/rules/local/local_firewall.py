"""local-firewall: this computer's own security software forbids the connection, before any packet leaves."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.local_network import is_local_device, may_lack_permission
from fmsdiag.diagnosis.evidence.ports import (
    direct,
    open_path,
    planned_ports,
    rejected_by_own_routes,
    says_forbidden,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import alive_line, evidence_line, port_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, FailureKind, HopOutcome, Observation


class Ports(FindingTexts, of="local-firewall.ports"):
    """The system says so, or the error bears this computer's own address."""

    headline = plural(
        "Security software on this computer blocks port {ports}.",
        "Security software on this computer blocks ports {ports}.",
    )
    explanation = plural(
        "Connections to port {ports} are blocked before they leave this computer. A firewall or other security software "
        "on this computer blocks them, or a rule set by its administrator.",
        "Connections to ports {ports} are blocked before they leave this computer. A firewall or other security software "
        "on this computer blocks them, or a rule set by its administrator.",
    )
    acts = (Actor.USER,)
    you = (
        plural(
            "In this computer's firewall or security software, allow outgoing connections to TCP port {ports}.",
            "In this computer's firewall or security software, allow outgoing connections to TCP ports {ports}.",
        ),
        step("If you cannot change that, ask the person who manages this computer."),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (
        step(
            "Check the outbound rules on this computer: Windows Defender Firewall on Windows, “nft list ruleset” or "
            "“iptables -L OUTPUT” on Linux."
        ),
    )


class MostPorts(FindingTexts, of="local-firewall.most-ports"):
    """More ports than a headline can hold."""

    headline = text("Security software on this computer blocks most ports.")
    explanation = Ports.explanation
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator


class Routes(FindingTexts, of="local-firewall.routes"):
    """A route of this computer rejects the address, whatever the port: nothing is sent."""

    headline = text("This computer's own routing rejects the server's address.")
    explanation = plural(
        "A route on this computer rejects everything that is sent to {addresses}, on every port. So nothing left this "
        "computer, and the server was not reached. VPN software sets such routes while its connection is down, and so do "
        "programs that ban addresses.",
        "Routes on this computer reject everything that is sent to {addresses}, on every port. So nothing left this computer, "
        "and the server was not reached. VPN software sets such routes while its connection is down, and so do programs that "
        "ban addresses.",
    )
    acts = (Actor.USER,)
    you = (
        step("If this computer has a VPN, connect or quit it, and run the test again.", Action.RUN_AGAIN),
        step("If you cannot change that, ask the person who manages this computer."),
    )
    administrator = (
        plural(
            "On this computer, look for routes of the type unreachable, prohibit, or blackhole: “ip route get” with "
            "{addresses}, “ip route show table all”, and “ip rule”.",
            "On this computer, look for routes of the type unreachable, prohibit, or blackhole: “ip route get” with each of "
            "{addresses}, “ip route show table all”, and “ip rule”.",
        ),
    )


class Early(FindingTexts, of="local-firewall.early"):
    """The refusal comes from before the first router, but the system does not say who refuses."""

    headline = plural(
        "Security software on this computer may block port {ports}.",
        "Security software on this computer may block ports {ports}.",
    )
    explanation = plural(
        "Connections to port {ports} are refused sooner than any router could refuse them. Most likely a firewall or "
        "other security software on this computer blocks them, or a rule set by its administrator.",
        "Connections to ports {ports} are refused sooner than any router could refuse them. Most likely a firewall or "
        "other security software on this computer blocks them, or a rule set by its administrator.",
    )
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    decisive_test = text(
        "Run the test on another computer in this network. If it connects there, this computer is the cause."
    )


class LocalNetwork(FindingTexts, of="local-firewall.local-network"):
    """macOS reports no route to a device that needs no router: the permission may be missing, or the device."""

    headline = text("macOS may not allow fmsdiag to contact devices on the local network.")
    explanation = plural(
        "{addresses} belongs to this network, and macOS reports that it has no route there. macOS 15 and later report the "
        "same if fmsdiag has no permission for the local network, and if the device is turned off or disconnected.",
        "{addresses} belong to this network, and macOS reports that it has no route there. macOS 15 and later report the "
        "same if fmsdiag has no permission for the local network, and if the devices are turned off or disconnected.",
    )
    acts = Ports.acts
    you = (
        step("Open System Settings > Privacy & Security > Local Network, and turn on fmsdiag."),
        Steps.RUN_AGAIN,
    )
    decisive_test = text(
        "Open System Settings > Privacy & Security > Local Network. If fmsdiag is turned on there, the device does not "
        "answer."
    )


class Seen(Table, of="local-firewall.seen"):
    ROUTE = text("Sending to {address} failed immediately: a route on this computer rejects it.")
    EARLY = text("The refusal arrives before any router could have sent it.")


class Earned(Table, of="local-firewall.earned"):
    """What the confidence rests on."""

    SYSTEM = text("This computer's operating system reports it.")
    EARLY = text("A path test shows that the refusal does not come from beyond this computer.")
    NO_ROUTE = text("macOS reports no route to a device that needs no router.")


class Excluded(Table, of="local-firewall.ruled-out"):
    NETWORK_AND_SERVER = text(
        "Neither the network nor the server is the cause: these connections did not leave this computer."
    )


def judge(run: RunView) -> Answer:
    """The system forbids it, an ICMP error bears this computer's own address, or the path test ends before its first hop."""
    if (unpermitted := _local_network(run)) is not None:
        return unpermitted
    if (by_routes := _by_routes(run)) is not None:
        return by_routes
    if not run.path_matters or run.plan_connected:
        return None  # what refuses on this computer or on its own link may be the server itself
    tried = list(direct(run))
    forbidden = [o for o in tried if _says_so(o, run)]
    if forbidden:
        return _found(run, forbidden, None)
    refused = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.REFUSED]
    for refusal in refused:
        test = run.hop_step(refusal.port or 0)
        hops = run.hops(refusal.port or 0)
        passing = open_path(run)
        leaves = any(h.ttl >= 1 and h.outcome in (HopOutcome.TIME_EXCEEDED, HopOutcome.OPEN) for h in passing)
        if test is not None and hops and hops[-1].ttl == 0 and (leaves or not run.open_ports):
            return _found(run, [o for o in refused if o.port == refusal.port], test)
    return None


def _local_network(run: RunView) -> Found | None:
    """What macOS may forbid: every connect to devices of this network, a proxy included, finds no route."""
    local = [o for o in run.tcp if o.address is not None and is_local_device(run, o.address)]
    if not local or not all(may_lack_permission(run, o) for o in local):
        return None  # a device was reached, or was silent: this may be contacted
    return Found(
        LocalNetwork,
        Confidence.POSSIBLE,
        Earned.NO_ROUTE.of(),
        tuple(port_line(o) for o in {o.port: o for o in reversed(local)}.values())[:3],
        values={"addresses": tuple(dict.fromkeys(o.address for o in local if o.address is not None))},
        alternative=True,
    )


def _by_routes(run: RunView) -> Found | None:
    """Every connect to the server was rejected by this computer's routes."""
    rejected = [o for o in run.tcp if rejected_by_own_routes(o)]
    if not rejected or len(rejected) < len(run.tcp):
        return None
    addresses = tuple(dict.fromkeys(o.address for o in rejected if o.address is not None))
    return Found(
        Routes,
        Confidence.CONFIRMED,
        Earned.SYSTEM.of(),
        tuple(evidence_line(Seen.ROUTE.of(address=o.address), o) for o in rejected[:1] if o.address),
        values={"addresses": addresses},
        rules_out=(Excluded.NETWORK_AND_SERVER.of(),),
    )


def _says_so(observation: Observation, run: RunView) -> bool:
    failure, icmp = observation.failure, observation.icmp
    if failure is None:
        return False
    if icmp is None:
        return failure.kind is FailureKind.NOT_PERMITTED
    mine = icmp.sender in run.own_addresses
    return mine and (says_forbidden(icmp) or icmp.is_port_unreachable)


def _found(run: RunView, forbidden: list[Observation], test: Observation | None) -> Found:
    tried = tuple(dict.fromkeys(o.port for o in forbidden if o.port is not None))
    blocked = tuple(port for port in planned_ports(run) if port in tried) or tried
    alive = run.sign_of_life
    seen = [port_line(o) for o in {o.port: o for o in forbidden}.values()][:3]
    if test is not None:
        seen.append(evidence_line(Seen.EARLY.of(), test))
    if alive is not None:
        seen.append(alive_line(alive))
    return Found(
        Early if test is not None else Ports if len(blocked) <= 3 else MostPorts,
        Confidence.LIKELY if test is not None else Confidence.CONFIRMED,
        Earned.EARLY.of() if test is not None else Earned.SYSTEM.of(),
        tuple(seen),
        values={"ports": blocked},
        rules_out=(Excluded.NETWORK_AND_SERVER.of(),),
    )


RULE = Rule(
    Cause.LOCAL_FIREWALL,
    judge,
    explains=(
        Cause.LOCAL_NETWORK_DOWN,
        Cause.SERVER_FIREWALL,
        Cause.PORT_BLOCKED,
        Cause.SERVER_NOT_LISTENING,
        Cause.SERVER_DOWN,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.SERVER_ON_OTHER_PORT,
    ),
)
