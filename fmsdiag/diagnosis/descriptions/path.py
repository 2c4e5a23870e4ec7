"""What the network path does to every connection."""

from __future__ import annotations

from fmsdiag.diagnosis.descriptions.description import CauseDescription, look_alike
from fmsdiag.messages.text import text
from fmsdiag.model import Cause


class HighLatency(CauseDescription, of="about.high-latency"):
    what_it_is = text(
        "Every answer takes more than a second, as over satellite, a weak mobile connection or a line that "
        "is full. Opening a stream takes five or more such round trips, and many players give up sooner."
    )
    recognized_by = text(
        "Every connection to the server, on every port, took a round trip of over a second, and nothing was "
        "answered faster. If the operating system does not report round trips, at least three connections "
        "are needed. A reference server that is just as slow shows that this computer's connection is the "
        "cause."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_SLOW,
            "On a slow network path, even opening a connection takes long; a slow server opens connections at "
            "once and answers late.",
        ),
        look_alike(
            Cause.PACKET_LOSS,
            "On a slow connection, every answer is late; lost packets delay one connection and not the next.",
        ),
    )
    when_not_to_worry = text("If your player connects and the stream runs, only the start takes longer.")


class PacketLoss(CauseDescription, of="about.packet-loss"):
    what_it_is = text(
        "Packets are lost on the network path, so some connections open at once and others only after a "
        "second or more. Streams over such a connection stutter and drop out."
    )
    recognized_by = text(
        "Connections are late or fail at random, because lost packets are sent again after a second, and "
        "connections to a reference server are late as well. If only this server was observed, at least four "
        "must be late or lost, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_SLOW,
            "Lost packets delay one connection and not the next; a slow server is slow every time.",
        ),
    )
    when_not_to_worry = text("A single late connection is normal and is not reported.")


class SomeConnectionsFail(CauseDescription, of="about.some-connections-fail"):
    what_it_is = text(
        "Several network paths or several servers share one address, and one of them is down. Which one a connection gets "
        "is decided by its local port, or in turn. So some connections fail every time and others never, and restarting the "
        "player seems to help."
    )
    recognized_by = text(
        "The same connection, to the same address and port with the same first bytes, was made from up to 24 local ports. "
        "Some work and some fail, and those that fail do so again from the same local port, or at fixed intervals."
    )
    look_alikes = (
        look_alike(
            Cause.PACKET_LOSS,
            "Lost packets are random: the same local port works the next time, and a packet that is sent again arrives.",
        ),
        look_alike(
            Cause.CONNECTION_RATE_LIMITED,
            "A limit lets the first connections through and stops the later ones; here they alternate.",
        ),
        look_alike(
            Cause.ONE_ADDRESS_DEAD,
            "If one of a name's addresses is dead, all connections to that address fail.",
        ),
    )
    when_not_to_worry = text("It always matters: some viewers and encoders do not get through.")


class MtuBlackHole(CauseDescription, of="about.mtu-black-hole"):
    what_it_is = text(
        "A link on the network path carries only smaller packets than usual, and the message that should "
        "report this is blocked. Connections open and short messages pass, but the first long one gets no "
        "answer. This happens with VPNs and on some internet lines."
    )
    recognized_by = text(
        "RTMP, whose first message is long, gets no answer by any transport over TCP, and in small packets "
        "it does. If the server's TCP has taken it all, the server's long answers are what is lost. Other "
        "long messages show that it is the length that matters; if none was compared, something may react "
        "to RTMP itself, and the finding is only possible."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_HUNG,
            "In small packets a server that works does answer; one that hangs does not answer those either.",
        ),
    )
    when_not_to_worry = text("It always matters: RTMP always begins with a long message.")


class IdleTimeout(CauseDescription, of="about.idle-timeout"):
    what_it_is = text(
        "A router or firewall on the network path forgets connections that are silent for a while, or the "
        "server closes them. A player that pauses loses its connection."
    )
    recognized_by = text(
        "The deep tests keep two connections open, one silent and one in use, and only the silent one stops "
        "working. If it was closed cleanly, most likely the server or a device in front of it did that."
    )
    look_alikes = (
        look_alike(
            Cause.SERVER_CLOSES_CONNECTION,
            "An idle timeout ends a connection that was working; a server that closes connections does so "
            "before RTMP begins.",
        ),
    )
    when_not_to_worry = text("If your player or encoder sends data all the time, it is not affected.")
