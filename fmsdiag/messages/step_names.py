"""The one table of steps: what each is called in a row, a legend, a list."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import StepName


class StepNames(Table, of="step-names"):
    """What an attempt does, one after the other."""

    DNS = text("Name lookup")
    ROUTE = text("Route")
    UDP = text("UDP")
    TCP = text("TCP connection")
    PROXY = text("Proxy")
    TLS = text("TLS")
    HTTP = text("Web request")
    TUNNEL = text("HTTP tunnel")
    HANDSHAKE = text("RTMP handshake")
    CONNECT = text("NetConnection")
    AFTER_CONNECT = text("After connecting")
    PUBLISH = text("Publish")
    PLAY = text("Play")
    EXCHANGE = text("Other bytes")
    SERIES = text("Several connections")
    IDLE = text("Idle connection")
    UPLOAD = text("Upload")
    HOP = text("Network path")
    FLOWS = text("Repeats from other ports")
    BYTES_PATH = text("Path of the first bytes")
    RESET_DISTANCE = text("Distance of the sender")
    # RTMFP's in the place of RTMP's handshake
    KEY_EXCHANGE = text("Key exchange")


STEP_NAMES: Mapping[StepName, Text] = {step: getattr(StepNames, step.name) for step in StepName}
