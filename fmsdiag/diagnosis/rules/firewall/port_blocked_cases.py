"""What is said of a port that is blocked: the cases of port-blocked, whose rule is in port_blocked.py."""

from __future__ import annotations

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, plural, step, text
from fmsdiag.model import Actor


class Ports(FindingTexts, of="port-blocked.ports"):
    """Some ports are blocked; a comparison shows that the server is not the reason."""

    # translators: {ports} is a list of numbers, such as "80 and 443"
    headline = plural(
        "Port {ports} is blocked by a firewall in your network.",
        "Ports {ports} are blocked by a firewall in your network.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through, and the server is not the cause. A firewall "
        "between this computer and the internet blocks the port, most likely this network's own.",
        "Connections to ports {ports} of {server:host} never get through, and the server is not the cause. A firewall "
        "between this computer and the internet blocks these ports, most likely this network's own.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports}, at least to {server:host}.",
            "Allow outgoing TCP ports {ports}, at least to {server:host}.",
        ),
    )
    operator = (
        plural(
            "Your customer's network blocks port {ports}. Until that is fixed, offer the service on a port that works from "
            "there.",
            "Your customer's network blocks ports {ports}. Until that is fixed, offer the service on a port that works from "
            "there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )


class DeadRoute(FindingTexts, of="port-blocked.dead-route"):
    """A router waits for the next device of that port's way, and reports that nobody is there."""

    headline = plural(
        "Port {ports} is routed to a connection that is down.",
        "Ports {ports} are routed to a connection that is down.",
    )
    explanation = plural(
        "{router:address}, a router on the network path, reports after a delay that it cannot reach the next device for port "
        "{ports}. Other ports take a different route and get through. Most likely, a routing rule sends this port to a second "
        "internet line or gateway that is down.",
        "{router:address}, a router on the network path, reports after a delay that it cannot reach the next device for ports "
        "{ports}. Other ports take a different route and get through. Most likely, a routing rule sends these ports to a "
        "second internet line or gateway that is down.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.SAVE_REPORT_FOR_ADMINISTRATOR, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "On the router, check the policy routes for TCP port {ports}, and the line or gateway that they use.",
            "On the router, check the policy routes for TCP ports {ports}, and the line or gateway that they use.",
        ),
        step("If the router is not yours, pass the report on to your internet provider."),
    )


class PortsUnseen(FindingTexts, of="port-blocked.ports-unseen"):
    """Likewise, and the server spoke RTMP on no other port: whether it works was not seen."""

    headline = Ports.headline
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. A firewall between this computer and the internet "
        "blocks the port, most likely this network's own. Nothing reaches the server there, so the test does not show "
        "whether the server answers on this port.",
        "Connections to ports {ports} of {server:host} never get through. A firewall between this computer and the internet "
        "blocks these ports, most likely this network's own. Nothing reaches the server there, so the test does not show "
        "whether the server answers on these ports.",
    )
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = (
        *Ports.operator,
        plural(
            "Check that the server answers on port {ports}. Nothing from this network reaches it there.",
            "Check that the server answers on ports {ports}. Nothing from this network reaches it there.",
        ),
    )


class MostPorts(FindingTexts, of="port-blocked.most-ports"):
    """More ports than a headline can hold."""

    headline = text("Most ports are blocked by a firewall in your network.")
    explanation = Ports.explanation
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = Ports.operator


class MostPortsUnseen(FindingTexts, of="port-blocked.most-ports-unseen"):
    """Likewise, and whether the server works was not seen."""

    headline = MostPorts.headline
    explanation = PortsUnseen.explanation
    acts = Ports.acts
    you = Ports.you
    administrator = Ports.administrator
    operator = PortsUnseen.operator


class NearHere(FindingTexts, of="port-blocked.near-here"):
    """Nothing shows that packets to the port leave this computer: its own security software may block it as well."""

    headline = plural(
        "Port {ports} is blocked in your network or on this computer.",
        "Ports {ports} are blocked in your network or on this computer.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through, and the server is not the cause. Either a firewall "
        "in your network blocks the port, or security software on this computer does. From here, the two look the same.",
        "Connections to ports {ports} of {server:host} never get through, and the server is not the cause. Either a firewall "
        "in your network blocks these ports, or security software on this computer does. From here, the two look the same.",
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        plural(
            "If this computer has a firewall or antivirus of its own, allow outgoing connections to TCP port {ports} there.",
            "If this computer has a firewall or antivirus of its own, allow outgoing connections to TCP ports {ports} there.",
        ),
        Steps.COPY_REQUEST,
        Steps.USE_BEST_ROUTE,
    )
    administrator = Ports.administrator
    operator = Ports.operator
    decisive_test = text(
        "Run the test on another computer in this network. If it connects there, this computer is the cause."
    )


class NearHereUnseen(FindingTexts, of="port-blocked.near-here-unseen"):
    """Likewise, and whether the server works was not seen."""

    headline = NearHere.headline
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. Either a firewall in your network blocks the port, "
        "or security software on this computer does. From here, the two look the same. Nothing reaches the server there, so "
        "the test does not show whether the server answers on this port.",
        "Connections to ports {ports} of {server:host} never get through. Either a firewall in your network blocks these "
        "ports, or security software on this computer does. From here, the two look the same. Nothing reaches the server "
        "there, so the test does not show whether the server answers on these ports.",
    )
    acts = NearHere.acts
    you = NearHere.you
    administrator = Ports.administrator
    operator = PortsUnseen.operator
    decisive_test = NearHere.decisive_test


class AtProvider(FindingTexts, of="port-blocked.at-provider"):
    """The path test shows that packets leave this network and do not get as far as the server's side."""

    headline = plural(
        "Port {ports} is blocked by an internet provider.",
        "Ports {ports} are blocked by an internet provider.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} never get through. The packets leave your network but stop before they "
        "reach the server's network. So a firewall at an internet provider on the path blocks the port.",
        "Connections to ports {ports} of {server:host} never get through. The packets leave your network but stop before they "
        "reach the server's network. So a firewall at an internet provider on the path blocks these ports.",
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)
    operator = (
        plural(
            "A provider between your customer and you blocks port {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            "A provider between your customer and you blocks ports {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )


class OnTheWay(FindingTexts, of="port-blocked.on-the-way"):
    """The refusal comes from before the server; whose device sends it is not known."""

    headline = plural(
        "Port {ports} is blocked on the network path to the server.",
        "Ports {ports} are blocked on the network path to the server.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} are refused by a device that is closer than the server. It may be a "
        "firewall in your network, at an internet provider, or in front of the server. The path test cannot show which one.",
        "Connections to ports {ports} of {server:host} are refused by a device that is closer than the server. It may be a "
        "firewall in your network, at an internet provider, or in front of the server. The path test cannot show which one.",
    )
    acts = (Actor.USER,)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check whether this network blocks outgoing TCP port {ports}. If it does not, pass the report on to its internet "
            "provider.",
            "Check whether this network blocks outgoing TCP ports {ports}. If it does not, pass the report on to its internet "
            "provider.",
        ),
    )
    operator = (
        plural(
            "Check whether a firewall in front of the server refuses port {ports} to this customer.",
            "Check whether a firewall in front of the server refuses ports {ports} to this customer.",
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it connects there, the firewall is in this network "
        "or at its internet provider; if it fails there too, the firewall is most likely on the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class ThereOrBack(FindingTexts, of="port-blocked.there-or-back"):
    """What is sent leaves this network; whether it is lost there, or the answers to it on their way back, is not known."""

    headline = plural(
        "Port {ports} is blocked in your network or by an internet provider.",
        "Ports {ports} are blocked in your network or by an internet provider.",
    )
    explanation = plural(
        "Connections to port {ports} of {server:host} get no answer, and neither do those to the same port of another server. "
        "The packets leave your network. Either a firewall at an internet provider drops them farther on, or a firewall in "
        "your network or at the provider drops the answers. From here, these look the same.",
        "Connections to ports {ports} of {server:host} get no answer, and neither do those to the same ports of another "
        "server. The packets leave your network. Either a firewall at an internet provider drops them farther on, or a "
        "firewall in your network or at the provider drops the answers. From here, these look the same.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check that this network lets out TCP port {ports} and lets back in what answers from it. If it does, pass the "
            "report on to its internet provider.",
            "Check that this network lets out TCP ports {ports} and lets back in what answers from them. If it does, pass the "
            "report on to its internet provider.",
        ),
    )
    operator = (
        plural(
            "A firewall between your customer and you blocks port {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            "A firewall between your customer and you blocks ports {ports}. Until that is fixed, offer the service on a port "
            "that works from there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )
    decisive_test = plural(
        "On this network's router, capture TCP port {ports} on the provider's side while the test runs again. If answers "
        "arrive there, the router drops them. If none arrive, the provider blocks the port.",
        "On this network's router, capture TCP ports {ports} on the provider's side while the test runs again. If answers "
        "arrive there, the router drops them. If none arrive, the provider blocks the ports.",
    )


class Server(FindingTexts, of="port-blocked.server"):
    """Every port of this server is blocked; other hosts pass."""

    headline = text("This server is blocked by a firewall in your network.")
    explanation = text(
        "Packets to {server:host} stop inside your network, at {router:address}. Packets to other hosts on the same port "
        "continue from there. So a firewall here allows only some hosts, or blocks this one."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports} to {server:host}.",
            "Allow outgoing TCP ports {ports} to {server:host}.",
        ),
    )
    operator = (
        step("Ask your customer's network administrator to allow your server. Their network blocks it."),
    )


class PortOfServer(FindingTexts, of="port-blocked.port-of-server"):
    """Packets to a port of this server stop here; the same port of other hosts and other ports of the server pass."""

    headline = plural(
        "A firewall in your network blocks port {ports} of this server.",
        "A firewall in your network blocks ports {ports} of this server.",
    )
    explanation = plural(
        "Packets to port {ports} of {server:host} stop inside your network, at {router:address}. The server answers on other "
        "ports, and the same port of other hosts can be reached. So a firewall here blocks this port for this server.",
        "Packets to ports {ports} of {server:host} stop inside your network, at {router:address}. The server answers on other "
        "ports, and the same ports of other hosts can be reached. So a firewall here blocks these ports for this server.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow outgoing TCP port {ports} to {server:host}, as to other hosts.",
            "Allow outgoing TCP ports {ports} to {server:host}, as to other hosts.",
        ),
    )
    operator = Ports.operator


class Suspected(FindingTexts, of="port-blocked.suspected"):
    """Silence that nothing was compared with."""

    headline = text("Port {port} does not answer; a firewall may be blocking it.")
    explanation = text(
        "Port {port} does not answer, but the same server answers on port {alive:port}. Either a firewall drops these "
        "packets, or the server does not use this port. From here, the two look the same."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Ask the people who run the server whether it answers on port {port}."),
        step(
            "If it does, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text("If it does, send the request to the person who runs this network."),
        ),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (step("Check whether outgoing TCP port {port} is allowed."),)
    operator = (Steps.CHECK_LISTENING,)
    decisive_test = text(
        "Run the test again with a reference server, or from another network, such as a phone's hotspot. If port {port} "
        "opens there, a firewall in this network blocks it.",
        premise=Premise.OTHER_NETWORK,
    )
