"""What is said of a filter that cuts RTMP: the cases of rtmp-blocked, whose rule is in rtmp_blocked.py."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.rule import FindingTexts
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, plural, step, text
from fmsdiag.model import Actor, Side


class Handshake(FindingTexts, of="rtmp-blocked.handshake"):
    """RTMP's first message is cut, and other content passes."""

    headline = text("A filter on the network path recognizes RTMP and blocks it.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off at its first message, the handshake. "
        "Other traffic to the same server gets through. So neither the port nor the server is the cause: a filter on the "
        "network path inspects the traffic.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off at its first message, the handshake. "
        "Other traffic to the same server gets through. So neither the ports nor the server is the cause: a filter on "
        "the network path inspects the traffic.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow RTMP to {server:host} on TCP port {ports}. Application control or intrusion prevention blocks it by its "
            "content.",
            "Allow RTMP to {server:host} on TCP ports {ports}. Application control or intrusion prevention blocks it by its "
            "content.",
        ),
    )
    operator = (
        step(
            "Offer RTMPS on port 443, which hides the content. A filter, most likely in your customer's network, blocks RTMP "
            "by its content.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class Connect(FindingTexts, of="rtmp-blocked.connect"):
    """The handshake passes; the message behind it is cut, and passes where it cannot be read."""

    headline = Handshake.headline
    explanation = plural(
        "RTMP's handshake works on port {ports} of {server:host}, but its next message, “connect”, is cut off. The same "
        "message is answered inside an encrypted connection. So neither the port nor the server is the cause: a filter "
        "on the network path inspects the traffic.",
        "RTMP's handshake works on ports {ports} of {server:host}, but its next message, “connect”, is cut off. The same "
        "message is answered inside an encrypted connection. So neither the ports nor the server is the cause: a filter "
        "on the network path inspects the traffic.",
    )
    acts = Handshake.acts
    you = Handshake.you
    administrator = Handshake.administrator
    operator = Handshake.operator


class InNetwork(FindingTexts, of="rtmp-blocked.in-network"):
    """The path test shows that it is cut in this network."""

    headline = text("A filter in your network blocks RTMP.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off inside your network. So it is not the "
        "server that cuts it off: a filter or firewall in your network inspects the traffic and blocks RTMP.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off inside your network. So it is not the "
        "server that cuts it off: a filter or firewall in your network inspects the traffic and blocks RTMP.",
    )
    acts = Handshake.acts
    you = Handshake.you
    administrator = Handshake.administrator
    operator = (
        step(
            "Offer RTMPS on port 443, which hides the content. A filter in your customer's network blocks RTMP by its content.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class ByInterceptor(FindingTexts, of="rtmp-blocked.by-interceptor"):
    """A device of this network answers in the server's place, and ends RTMP in good order."""

    headline = text("A device in your network takes RTMP connections and closes them.")
    explanation = plural(
        "Connections to port {ports} of {server:host} do not reach the server: a device in your network answers in its place, "
        "and closes RTMP at once. Other traffic to the same server gets through. Most likely, that device is a proxy or "
        "firewall that does not pass RTMP on.",
        "Connections to ports {ports} of {server:host} do not reach the server: a device in your network answers in its "
        "place, and closes RTMP at once. Other traffic to the same server gets through. Most likely, that device is a proxy "
        "or firewall that does not pass RTMP on.",
    )
    acts = Handshake.acts
    you = Handshake.you
    administrator = (
        plural(
            "Exempt {server:host} on TCP port {ports} from the proxy or inspection that takes these connections.",
            "Exempt {server:host} on TCP ports {ports} from the proxy or inspection that takes these connections.",
        ),
    )
    operator = InNetwork.operator


class AtProvider(FindingTexts, of="rtmp-blocked.at-provider"):
    """The path test shows that it is cut between this network and the server's side."""

    headline = text("A filter at an internet provider blocks RTMP.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off on the network path: past your network, and "
        "before the server. So an internet provider on the path inspects the traffic and blocks RTMP.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off on the network path: past your network, and "
        "before the server. So an internet provider on the path inspects the traffic and blocks RTMP.",
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)
    operator = (
        step(
            "Offer RTMPS on port 443, which hides the content. A provider between your customer and you blocks RTMP by its "
            "content.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class AtServer(FindingTexts, of="rtmp-blocked.at-server"):
    """The path test shows that it gets as far as the last router before the server, and other content passes there."""

    headline = text("A filter on the server side blocks RTMP.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off just before it reaches the server. Other "
        "traffic gets through. So your network is not the cause: a firewall or intrusion prevention system on the server "
        "side inspects the traffic and blocks RTMP.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off just before it reaches the server. Other "
        "traffic gets through. So your network is not the cause: a firewall or intrusion prevention system on the server "
        "side inspects the traffic and blocks RTMP.",
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        plural(
            "Check the firewall, intrusion prevention, and load balancer in front of the server. One of them cuts off RTMP "
            "on TCP port {ports}.",
            "Check the firewall, intrusion prevention, and load balancer in front of the server. One of them cuts off RTMP "
            "on TCP ports {ports}.",
        ),
    )


class FirstPackets(FindingTexts, of="rtmp-blocked.first-packets"):
    """Something on the way cuts RTMP's first message, and nothing else as long was seen to pass."""

    headline = text("Something on the network path blocks RTMP's first packets.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off at its first message, and not by the server. "
        "The test does not show whether a filter goes by the content or by the size of the packets.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off at its first message, and not by the server. "
        "The test does not show whether a filter goes by the content or by the size of the packets.",
    )
    acts = Handshake.acts
    you = Handshake.you
    administrator = (
        plural(
            "Allow RTMP to {server:host} on TCP port {ports}. Check rules that go by content and rules that go by packet "
            "size.",
            "Allow RTMP to {server:host} on TCP ports {ports}. Check rules that go by content and rules that go by packet "
            "size.",
        ),
    )
    operator = (
        step(
            "Offer RTMPS on port 443 as something to try. RTMP's first packets are cut off on their way to you.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class FirstPacketsInNetwork(FindingTexts, of="rtmp-blocked.first-packets-in-network"):
    """Likewise, in this network."""

    headline = text("A filter in your network blocks RTMP's first packets.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP's first message is cut off inside your network. So it "
        "is not the server that cuts it off. The test does not show whether the filter goes by the content or by the size of "
        "the packets.",
        "Connections to ports {ports} of {server:host} open, but RTMP's first message is cut off inside your network. So it "
        "is not the server that cuts it off. The test does not show whether the filter goes by the content or by the size of "
        "the packets.",
    )
    acts = Handshake.acts
    you = Handshake.you
    administrator = FirstPackets.administrator
    operator = FirstPackets.operator


class FirstPacketsAtProvider(FindingTexts, of="rtmp-blocked.first-packets-at-provider"):
    """Likewise, between this network and the server's side."""

    headline = text("A filter at an internet provider blocks RTMP's first packets.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP's first message leaves your network and never reaches "
        "the server. So an internet provider on the path cuts it off. The test does not show whether it goes by the "
        "content or by the size of the packets.",
        "Connections to ports {ports} of {server:host} open, but RTMP's first message leaves your network and never reaches "
        "the server. So an internet provider on the path cuts it off. The test does not show whether it goes by the "
        "content or by the size of the packets.",
    )
    acts = AtProvider.acts
    you = AtProvider.you
    administrator = AtProvider.administrator
    operator = FirstPackets.operator


class FirstPacketsAtServer(FindingTexts, of="rtmp-blocked.first-packets-at-server"):
    """Likewise, behind the last router before the server."""

    headline = text("A filter on the server side blocks RTMP's first packets.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP's first message is cut off just before it reaches the "
        "server. So your network is not the cause. The test does not show whether a filter on the server side goes by the "
        "content or by the size of the packets.",
        "Connections to ports {ports} of {server:host} open, but RTMP's first message is cut off just before it reaches the "
        "server. So your network is not the cause. The test does not show whether a filter on the server side goes by the "
        "content or by the size of the packets.",
    )
    acts = AtServer.acts
    you = AtServer.you
    operator = AtServer.operator


class HandshakeSuspected(FindingTexts, of="rtmp-blocked.handshake-suspected"):
    """Other bytes come further, and RTMP was seen to work in no form."""

    headline = text("A filter may recognize RTMP and block it.")
    explanation = plural(
        "Connections to port {ports} of {server:host} open, but RTMP is cut off at its first message, the handshake, "
        "while other data gets further. Either a filter recognizes RTMP and blocks it, or the server itself closes the "
        "connection.",
        "Connections to ports {ports} of {server:host} open, but RTMP is cut off at its first message, the handshake, "
        "while other data gets further. Either a filter recognizes RTMP and blocks it, or the server itself closes the "
        "connection.",
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Steps.OTHER_NETWORK, Steps.COPY_REQUEST_IF_WORKS_ELSEWHERE, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check whether application control or intrusion prevention blocks RTMP to {server:host} on TCP port {ports}, and "
            "allow it.",
            "Check whether application control or intrusion prevention blocks RTMP to {server:host} on TCP ports {ports}, "
            "and allow it.",
        ),
    )
    operator = (
        step("Check in the server's log whether the server itself ends these connections."),
        step(
            "If it does not, offer RTMPS on port 443, which hides the content from filters.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it works there, a filter in your network "
        "blocks RTMP.",
        premise=Premise.OTHER_NETWORK,
    )


class ConnectSuspected(FindingTexts, of="rtmp-blocked.connect-suspected"):
    """`connect` is answered by a reset, and nothing shows whose it is."""

    headline = HandshakeSuspected.headline
    explanation = plural(
        "RTMP's handshake works on port {ports} of {server:host}, but its next message, “connect”, is cut off. Either a "
        "filter recognizes RTMP and blocks it, or the server itself closes the connection.",
        "RTMP's handshake works on ports {ports} of {server:host}, but its next message, “connect”, is cut off. Either a "
        "filter recognizes RTMP and blocks it, or the server itself closes the connection.",
    )
    acts = HandshakeSuspected.acts
    you = HandshakeSuspected.you
    administrator = HandshakeSuspected.administrator
    operator = HandshakeSuspected.operator
    decisive_test = HandshakeSuspected.decisive_test


_BY_CONTENT: Mapping[Side, type[FindingTexts]] = {
    Side.LOCAL: InNetwork,
    Side.TRANSIT: AtProvider,
    Side.REMOTE: AtServer,
}
BY_SIDE: Mapping[type[FindingTexts], Mapping[Side, type[FindingTexts]]] = {
    Handshake: _BY_CONTENT,
    HandshakeSuspected: _BY_CONTENT,
    Connect: _BY_CONTENT,
    ConnectSuspected: _BY_CONTENT,
    FirstPackets: {
        Side.LOCAL: FirstPacketsInNetwork,
        Side.TRANSIT: FirstPacketsAtProvider,
        Side.REMOTE: FirstPacketsAtServer,
    },
}
"""By the case where no side is known: the one that names whose device it is."""
