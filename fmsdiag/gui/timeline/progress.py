"""What a run is doing, in one sentence: "Attempt 2 of 5: waiting for port 80 (4 s left)". Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fmsdiag.gui.timeline.nodes import AttemptNode
from fmsdiag.model import Purpose, StepName, Transport
from fmsdiag.report.words import describe_method

_WAITS = {
    StepName.DNS: "looking up the name",
    StepName.TLS: "securing the connection on port {port}",
    StepName.TUNNEL: "opening the HTTP tunnel on port {port}",
    StepName.HTTP: "waiting for the web server on port {port}",
    StepName.HANDSHAKE: "shaking hands on port {port}",
    StepName.CONNECT: "asking for the application on port {port}",
    StepName.UDP: "waiting for UDP port {port}",
    StepName.PROXY: "asking the proxy for port {port}",
    StepName.PUBLISH: "publishing a test stream on port {port}",
    StepName.PLAY: "playing the stream on port {port}",
    StepName.EXCHANGE: "waiting for an answer to other bytes on port {port}",
    StepName.SERIES: "opening several connections to port {port}",
    StepName.IDLE: "leaving a connection to port {port} silent",
    StepName.UPLOAD: "uploading to port {port}",
    StepName.HOP: "following the path to port {port}",
}


@dataclass(frozen=True)
class Progress:
    """How far a run is: `done` of `total` attempts known so far."""

    sentence: str
    done: int
    total: int


def progress_of(attempts: Sequence[AttemptNode], now_s: float, stopping: bool = False) -> Progress:
    """The progress of a run whose attempts are `attempts`, `now_s` seconds after it began."""
    done, total = sum(node.attempt is not None for node in attempts), len(attempts)
    return Progress("Stopping…" if stopping else _sentence(attempts, now_s), done, total)


def _sentence(attempts: Sequence[AttemptNode], now_s: float) -> str:
    running = [node for node in attempts if node.running]
    if not running:
        finished = bool(attempts) and all(node.attempt is not None for node in attempts)
        return "Drawing conclusions…" if finished else "Starting…"
    node = running[0]
    if node.experiment is not None:
        return f"Finding out why: {describe_method(node)}{_left(node, now_s)}"
    group = [other for other in attempts if other.purpose is node.purpose]
    kind = "Attempt" if node.purpose is Purpose.FALLBACK else "Check"
    return f"{kind} {group.index(node) + 1} of {len(group)}: {_waiting(node)}{_left(node, now_s)}"


def _waiting(node: AttemptNode) -> str:
    step = node.current_step
    if step is not None and step.step is StepName.HANDSHAKE and node.endpoint.transport is Transport.RTMFP:
        return f"exchanging keys on UDP port {node.endpoint.port}"
    words = (
        _WAITS.get(step.step, "waiting for port {port}") if step is not None else "waiting for port {port}"
    )
    return words.format(port=node.endpoint.port)


def _left(node: AttemptNode, now_s: float) -> str:
    """How long it may still take; said in whole seconds, and not at all when it is about to end."""
    step = node.current_step
    if step is None or step.timeout_s is None:
        return ""
    left = math.ceil(step.started_s + step.timeout_s - now_s)
    return f" ({left} s left)" if left >= 1 else ""
