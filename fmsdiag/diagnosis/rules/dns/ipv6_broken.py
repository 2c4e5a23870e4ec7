"""ipv6-broken: the name's IPv6 addresses go nowhere from here, its IPv4 addresses work."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.addresses import Addresses, addresses_tried
from fmsdiag.diagnosis.evidence.one_family import shut_over_one_family
from fmsdiag.diagnosis.evidence.own_network import is_private_here
from fmsdiag.diagnosis.evidence.paths import path_end
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import Lines, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import address_port_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Actor, Cause, Confidence, Hop, HopOutcome, Observation, StepName


class Silent(FindingTexts, of="ipv6-broken.silent"):
    """The IPv6 addresses are silent, an IPv4 address answers on the same port."""

    headline = text("IPv6 to this server does not work; IPv4 does.")
    explanation = plural(
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 address {silent:addresses} does not answer, but the IPv4 "
        "address {alive:address} answers on the same port. Players that try IPv6 first wait before they connect; some do "
        "not connect at all. The fault is in this network's IPv6, on the network path, or on the server side.",
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 addresses {silent:addresses} do not answer, but the IPv4 "
        "address {alive:address} answers on the same port. Players that try IPv6 first wait before they connect; some do "
        "not connect at all. The fault is in this network's IPv6, on the network path, or on the server side.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("If your player has a setting for it, choose IPv4."),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        plural(
            "Check why TCP port {port} of {silent:addresses} does not answer: the IPv6 uplink, the firewall's IPv6 rules, "
            "and ICMPv6.",
            "Check why TCP port {port} of {silent:addresses} does not answer: the IPv6 uplink, the firewall's IPv6 rules, and "
            "ICMPv6.",
            by="silent",
        ),
        step("If IPv6 fails to every server, turn off IPv6 router advertisements until it is fixed."),
    )
    operator = (
        step(
            "Check that {silent:addresses} can be reached from outside, and that the server's firewall has the same rules for "
            "IPv6 as for IPv4."
        ),
    )
    decisive_test = text(
        "Run the test from another network that has IPv6. If IPv6 fails there too, the fault is most likely on the server "
        "side.",
        premise=Premise.OTHER_NETWORK,
    )


class LeavesNetwork(FindingTexts, of="ipv6-broken.leaves-network"):
    """Likewise, and the path test shows that IPv6 packets leave this network."""

    headline = Silent.headline
    explanation = plural(
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 address {silent:addresses} does not answer, but the IPv4 "
        "address {alive:address} answers on the same port. Players that try IPv6 first wait before they connect; some do "
        "not connect at all. IPv6 packets leave your network, so the fault is most likely at a provider or on the server side.",
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 addresses {silent:addresses} do not answer, but the IPv4 "
        "address {alive:address} answers on the same port. Players that try IPv6 first wait before they connect; some do "
        "not connect at all. IPv6 packets leave your network, so the fault is most likely at a provider or on the server side.",
    )
    acts = (Actor.OPERATOR,)
    you = (Silent.you[0], Steps.SAVE_REPORT)
    operator = (
        step(
            "Check that port {port} of {silent:addresses} can be reached from outside, and that the server's firewall has the "
            "same rules for IPv6 as for IPv4."
        ),
    )
    decisive_test = Silent.decisive_test


class TcpSilent(FindingTexts, of="ipv6-broken.tcp-silent"):
    """The IPv6 address answers what is sent over UDP, and no TCP connection."""

    headline = text("TCP over IPv6 to this server fails; IPv4 works.")
    explanation = text(
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 address {heard:address} answers over UDP, so IPv6 reaches it, but "
        "TCP connections to it get no answer. The IPv4 address {alive:address} answers on the same port. Players that try IPv6 "
        "first wait before they connect; some do not connect at all. Most likely, a firewall blocks TCP over IPv6: the "
        "server's, or one on the network path."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Silent.you[0], Steps.SAVE_REPORT)
    administrator = (
        step(
            "If the server's firewall is not the cause, check this network's firewall rules for TCP over IPv6, port {port}."
        ),
    )
    operator = (
        step(
            "Check the server's firewall rules for IPv6: TCP port {port} of {heard:address} gets no answer, while UDP is "
            "answered. They should be the same as for IPv4."
        ),
    )
    decisive_test = Silent.decisive_test


class Private(FindingTexts, of="ipv6-broken.private"):
    """The IPv6 addresses are of a range that works inside one network only, and the IPv4 address is public."""

    headline = text("The server name has a private IPv6 address; IPv4 works.")
    explanation = plural(
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 address {silent:addresses} is private: it works only inside the "
        "server's own network, never over the internet. The IPv4 address {alive:address} answers. Players that try IPv6 first "
        "wait before they connect; some do not connect at all.",
        "{server:host} has IPv6 and IPv4 addresses. The IPv6 addresses {silent:addresses} are private: they work only inside "
        "the server's own network, never over the internet. The IPv4 address {alive:address} answers. Players that try IPv6 "
        "first wait before they connect; some do not connect at all.",
    )
    acts = (Actor.OPERATOR,)
    you = LeavesNetwork.you
    operator = (
        plural(
            "Remove {silent:addresses} from the AAAA record of {server:host}, or publish a public IPv6 address instead.",
            "Remove {silent:addresses} from the AAAA records of {server:host}, or publish public IPv6 addresses instead.",
        ),
    )


class Seen(Table, of="ipv6-broken.seen"):
    UDP = text("UDP port {port} of {address:address} answers in {elapsed:duration}.")
    UDP_CLOSED = text(
        "UDP port {port} of {address:address}: the address answers in {elapsed:duration}; the port is closed."
    )


class Earned(Table, of="ipv6-broken.earned"):
    """What the confidence rests on."""

    PRIVATE = text(
        "Such addresses do not exist on the internet, and the IPv4 address answers on the same port."
    )
    UDP = text("The IPv6 address answers over UDP, and the IPv4 address answers on the same port.")
    IPV4 = text("The IPv4 address of the same server answers on the same port.")


_EARNED = {Private: Earned.PRIVATE, TcpSilent: Earned.UDP}
"""What the confidence rests on, where it is more than the IPv4 address's answer."""


def judge(run: RunView) -> Answer:
    """No IPv6 address of the name answers at all on a port where an IPv4 address of it does.

    A refusal is an answer: it shows that IPv6 arrives, and so does what answers on another port over IPv6.
    """
    tried = addresses_tried(run)
    arrives = {each.address for each in shut_over_one_family(run, tried)}
    six = [a for a in tried.silent if ":" in a and a not in arrives]
    if (
        not six
        or any(":" in a for a in (*tried.working, *tried.answering, *arrives))
        or not any("." in a for a in tried.working)
    ):
        return None
    return _found(run, tried, six)


def _found(run: RunView, tried: Addresses, six: list[str]) -> Found:
    four = next(a for a in tried.working if "." in a)
    dead, alive = tried.shown[six[0]], tried.shown[four]
    port = dead.port or 0
    end = _end_outside(run, port)
    lines = [address_port_line(dead), address_port_line(alive)]
    if end is not None:
        ends = Lines.PATH_REJECTED if end.outcome == HopOutcome.UNREACHABLE else Lines.PATH_ENDS
        said = ends.of(port=port, router=end.responder, hops=end.ttl)
        lines.append(evidence_line(said, run.hop_step(port)))
    heard = _answers_udp(run, six)
    case: type[FindingTexts] = Silent if end is None else LeavesNetwork
    values: dict[str, object] = {"silent": six[:2], "alive": four, "port": port}
    if heard is not None:
        case = TcpSilent
        del values["silent"]
        values["heard"] = heard.address
        seen = Seen.UDP if heard.ok else Seen.UDP_CLOSED
        said = seen.of(port=heard.port or 0, address=heard.address, elapsed=heard.elapsed_s)
        lines.append(evidence_line(said, heard))
    elif all(map(is_private_here, six)) and not is_private_here(four):
        case = Private
        del values["port"]
    return Found(
        case,
        Confidence.LIKELY,
        _EARNED.get(case, Earned.IPV4).of(),
        tuple(lines),
        values=values,
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),),
    )


def _answers_udp(run: RunView, addresses: list[str]) -> Observation | None:
    """What came back over UDP from the first of these addresses, all of which are silent over TCP; none where another is mute.

    A closed UDP port is reported by the host itself (ICMPv6 type 1, code 4; RFC 4443, section 3.1); by a router, it is not
    the host's answer.
    """
    if len(addresses) != 1:
        return None  # what one of them answers says nothing of the others
    for seen in run.steps(StepName.UDP):
        if seen.address not in addresses:
            continue
        icmp = seen.failure.icmp if seen.failure is not None else None
        if seen.ok or (icmp is not None and icmp.sender == seen.address):
            return seen
    return None


def _end_outside(run: RunView, port: int) -> Hop | None:
    """Where IPv6 packets to the port end, if that is outside this network; none where nothing shows it."""
    end = path_end(run.hops(port))
    if end is None or end.responder is None or ":" not in end.responder:
        return None
    return None if run.on_local_side(end.responder) else end


RULE = Rule(Cause.IPV6_BROKEN, judge)
