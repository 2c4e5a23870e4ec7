"""The whole packet file of a run: its traffic hidden as its report is, as packets in the order of their times."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import RecordedConversation, Report, Traffic, TrafficEvent
from fmsdiag.model.messages import Count
from fmsdiag.report.packets.evidence import Written, comment_evidence
from fmsdiag.report.packets.frames import Endpoint, IpAddress
from fmsdiag.report.packets.hiding import AddressCover, Hiding
from fmsdiag.report.packets.packets import Packet, packets_of
from fmsdiag.report.packets.pcapng import interface, packet, section_header
from fmsdiag.report.sensitive import Identity


class PacketFileTexts(Table, of="packets"):
    """About the file as a whole, or about one packet."""

    ABOUT = text(
        "These packets were not captured. fmsdiag wrote them from what its own connections sent and received in one test. "
        "Bytes, addresses, ports, and times are those of the test. Headers, sequence numbers, checksums, window sizes, and "
        "the borders of TCP segments are made up to match."
    )
    NOT_IN_IT = text(
        "Not in this file: what the system does by itself (retransmissions, acknowledgments without data, name lookups of "
        "the system) and what other programs send."
    )
    SECRETS_HIDDEN = text(
        "Stream names, passwords, and other secrets are replaced by asterisks, and the addresses that a report hides by "
        "addresses that are reserved for documentation."
    )
    INCLUDES_SENSITIVE = text(
        "Sensitive data is included: local addresses and this computer's own address. Stream names, passwords, and other "
        "secrets are replaced by asterisks."
    )
    # translators: {count} is a number of connections
    NOT_SENT = plural(
        "{count} connection is missing: this computer refused to send anything for it.",
        "{count} connections are missing: this computer refused to send anything for them.",
    )
    TOO_MANY = plural(
        "{count} connection is missing: the test opened more than this file keeps.",
        "{count} connections are missing: the test opened more than this file keeps.",
    )
    MADE_UP_PORT = text("The port of this computer is not known. Port {port} is made up.")
    MADE_UP_ADDRESS = text("The address of this computer is not known. {address} is made up.")
    HIDDEN_ADDRESS = text("{address} stands for an address that is hidden.")
    HIDDEN_BYTES = text("Secrets in this packet are replaced by asterisks.")


_FIRST_MADE_UP_PORT, _PORTS = 49152, 16384
_INTERFACE = "fmsdiag"


def packet_file(
    report: Report,
    traffic: Traffic,
    secrets: Iterable[str] = (),
    *,
    include_sensitive: bool = False,
    identity: Identity | None = None,
) -> bytes:
    """The traffic as pcapng. `report` is the run's own, not redacted: its secrets are what is looked for.

    `secrets` are those that only the connections knew. With `include_sensitive` only these are hidden, as in a report, and
    no address; the file says so.
    `identity` is this computer's unless given.
    """
    hiding = Hiding(report, secrets, identity)
    cover = AddressCover(report, traffic, hides=not include_sensitive)
    ports = itertools.cycle(range(_FIRST_MADE_UP_PORT, _FIRST_MADE_UP_PORT + _PORTS))
    written = []
    for conversation in traffic.conversations:
        shown = hiding.hidden(conversation)
        packets = _packets(conversation, shown, cover, ports)
        if packets:
            written.append(Written(conversation, packets))
    comment_evidence(report, written)
    start_ns = _nanoseconds(report.started_at)
    in_order = sorted((p for each in written for p in each.packets), key=lambda p: p.at_s)
    blocks = [section_header(f"{report.tool.name} {report.tool.version}", _about(traffic, include_sensitive))]
    blocks.append(interface(_INTERFACE))
    blocks += [packet(p.frame, start_ns + round(p.at_s * 1e9), p.comments) for p in in_order]
    return b"".join(blocks)


def _about(traffic: Traffic, include_sensitive: bool) -> Iterator[str]:
    yield say(PacketFileTexts.ABOUT)
    yield say(PacketFileTexts.NOT_IN_IT)
    yield say(PacketFileTexts.INCLUDES_SENSITIVE if include_sensitive else PacketFileTexts.SECRETS_HIDDEN)
    unsent = sum(
        any(record.event is TrafficEvent.NOT_SENT for record in conversation.records)
        for conversation in traffic.conversations
    )
    if unsent:
        yield say(PacketFileTexts.NOT_SENT, count=Count(unsent))
    if traffic.left_out:
        yield say(PacketFileTexts.TOO_MANY, count=Count(traffic.left_out))


def _packets(
    real: RecordedConversation, shown: RecordedConversation, cover: AddressCover, ports: Iterator[int]
) -> list[Packet]:
    """The packets of a conversation, `shown` in place of the `real` one, with comments on what is made up or hidden."""
    far_address = cover.shown(real.peer_address)
    if far_address is None:
        return []
    comments = []
    near_address = cover.shown(real.address or "")
    if near_address is None or near_address.version != far_address.version:
        near_address = cover.another(far_address.version)
        comments.append(say(PacketFileTexts.MADE_UP_ADDRESS, address=str(near_address)))
    port = real.port
    if port is None:
        port = next(ports)
        comments.append(say(PacketFileTexts.MADE_UP_PORT, port=port))
    comments += [
        say(PacketFileTexts.HIDDEN_ADDRESS, address=str(address))
        for address in (near_address, far_address)
        if address in cover.made_up
    ]
    near, far = Endpoint(near_address, port), Endpoint(far_address, real.peer_port)
    packets = packets_of(shown, near, far, _senders(real, cover))
    if packets:
        packets[0].comments[:0] = comments
    _mark_hidden(packets, real, shown)
    return packets


def _mark_hidden(packets: Iterable[Packet], real: RecordedConversation, shown: RecordedConversation) -> None:
    """Say of the first packet of what was sent or read at once that there are asterisks in it."""
    changed = {
        after.at_s: None
        for before, after in zip(real.records, shown.records, strict=True)
        if before.data != after.data
    }
    for each in packets:
        if each.at_s in changed and each.event in (TrafficEvent.SENT, TrafficEvent.RECEIVED):
            each.comments.append(say(PacketFileTexts.HIDDEN_BYTES))
            del changed[each.at_s]


def _senders(conversation: RecordedConversation, cover: AddressCover) -> dict[str, IpAddress]:
    senders = {r.icmp.sender for r in conversation.records if r.icmp is not None and r.icmp.sender}
    shown = {sender: cover.shown(sender) for sender in sorted(senders)}
    return {sender: address for sender, address in shown.items() if address is not None}


def _nanoseconds(moment: str) -> int:
    """Nanoseconds since 1970 of a report's time, which is in UTC."""
    since = datetime.fromisoformat(moment) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86400 + since.seconds) * 10**9 + since.microseconds * 1000
