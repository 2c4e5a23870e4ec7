"""The comments in a packet file: what is observed, what is made up, what is hidden, and what a finding rests on."""

from __future__ import annotations

from fmsdiag.messages.text import Table, plural, text


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
        "Sensitive data is included: stream names, passwords, and addresses are as they were sent. Do not publish this file."
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
    LEFT_OUT = text("{size} more followed that were not kept. The sequence numbers count them.")
    LEFT_OUT_OF_DATAGRAM = text("{size} more of this datagram were not kept.")
    CUT_OFF = text(
        "The connection ended while this was being sent. Some of these bytes may not have left this computer."
    )
    ENCRYPTED = text(
        "From here on this connection is encrypted by TLS. The records are as they were sent. Their keys were not kept."
    )
    # translators: {error} is the system's name for it, such as ECONNREFUSED
    REPORTED_REFUSED = text("Made from what the system reported for this connection: {error:name}.")
    REPORTED_ICMP = text(
        "Made from the ICMP error that the system reported: its type, its code, and its sender."
    )
    REPORTED = text("The system reported {error:name}, but not by which packet.")


class EvidenceTexts(Table, of="packets.evidence"):
    """At the packets of a finding's evidence. {cause} is a cause as reports name it, such as port-blocked."""

    NO_ANSWER_TO_SYN = text("{cause:name}: no answer to this SYN within {elapsed:duration}")
    REFUSED = text("{cause:name}: the connection is refused here")
    RESET = text("{cause:name}: the connection is reset here")
    CLOSED = text("{cause:name}: the connection is closed here, without an answer")
    UNREACHABLE = text("{cause:name}: reported unreachable here")
    NOTHING_FOLLOWED = text("{cause:name}: no answer to this within {elapsed:duration}")
    STALLED = text("{cause:name}: the answer stopped after this")
    UNEXPECTED = text("{cause:name}: this is not the reply that was expected")
    REJECTED = text("{cause:name}: the server's rejection")
    FAILED = text("{cause:name}: what the finding rests on failed here")
    WORKED = text("{cause:name}: for comparison, this worked")
