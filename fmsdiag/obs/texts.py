"""What is said of OBS's profiles and of its failed connections."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from fmsdiag.messages.text import Table, Text, text


class ObsReason(StrEnum):
    """Why a connection of OBS failed, as its log tells it."""

    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    NOT_PERMITTED = "not-permitted"
    NAME_NOT_FOUND = "name-not-found"
    NO_ROUTE = "no-route"
    RESET = "reset"
    CERTIFICATE = "certificate"
    TLS = "tls"
    HANDSHAKE = "handshake"
    REJECTED = "rejected"
    BAD_ADDRESS = "bad-address"
    NOT_CONNECTED = "not-connected"
    NO_STREAM = "no-stream"
    DISCONNECTED = "disconnected"
    UNKNOWN = "unknown"


class ReasonTexts(Table, of="obs.reason"):
    """One sentence for each reason, without its full stop."""

    REFUSED = text("The server refused the connection (ECONNREFUSED)")
    TIMED_OUT = text("The connection timed out (ETIMEDOUT)")
    NOT_PERMITTED = text("This computer blocked the connection (EACCES)")
    NAME_NOT_FOUND = text("The server's name was not found")
    NO_ROUTE = text("There was no route to the server")
    RESET = text("The connection was reset (ECONNRESET)")
    CERTIFICATE = text("The server's certificate was not accepted")
    TLS = text("The secure connection (TLS) failed")
    HANDSHAKE = text("The RTMP handshake failed")
    REJECTED = text("The server rejected the connection or the stream")
    BAD_ADDRESS = text("The server's address is not valid (OBS error -1)")
    NOT_CONNECTED = text("OBS could not connect to the server (OBS error -2)")
    NO_STREAM = text("The server accepted the connection but not the stream (OBS error -3)")
    DISCONNECTED = text("The connection was lost while streaming (OBS error -5)")
    # translators: {number} is an error number of OBS that is not described
    UNKNOWN = text("OBS error {number:name}")


REASONS: Mapping[ObsReason, Text] = {reason: getattr(ReasonTexts, reason.name) for reason in ObsReason}


class ObsTexts(Table, of="obs"):
    """What is wrong with a profile or a log; sentences without a full stop where a name goes before them."""

    NO_SERVICE = text("This profile has no streaming service")
    NOT_READABLE = text("Its file service.json cannot be read")
    DAMAGED = text("Its file service.json is damaged")
    # translators: {service} is the name of a streaming service
    OBS_CHOOSES = text("OBS chooses the server of {service:name} itself")
    NO_RTMP = text("It does not stream by RTMP")
    NO_SERVER = text("It names no server")
    # translators: said of the address of a server in OBS's settings
    KEY_LEFT_OUT = text("The last part of this address was left out: it may be a stream key")
