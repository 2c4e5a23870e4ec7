"""What a run is doing, in one sentence: "Attempt 2 of 5: waiting for port 80 (4 s left)". Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fmsdiag.gui.timeline.nodes import AttemptNode
from fmsdiag.gui.timeline.plain_progress import ended_words, plain_sentence
from fmsdiag.messages.language import Units
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Experiment, Purpose, StepName, Transport
from fmsdiag.report.words import describe_method


class ProgressTexts(Table, of="gui.progress"):
    """The sentence of a run."""

    STARTING = text("Starting…")
    STOPPING = text("Stopping…")
    CONCLUDING = text("Evaluating the results…")
    # translators: {doing} is one of the texts of "gui.waits"
    ATTEMPT = text("Attempt {number:name} of {total:name}: {doing:name}")
    CHECK = text("Check {number:name} of {total:name}: {doing:name}")
    FOLLOW_UP = text("Finding the cause: {what:name}")
    STREAM = text("Your stream: {doing:name}")
    # translators: {sentence} is one of the above, {left} a time
    LEFT = text("{sentence:name} ({left:name} left)")


class WaitTexts(Table, of="gui.waits"):
    """What an attempt is doing."""

    PORT = text("waiting for port {port}")
    DNS = text("looking up the name")
    TLS = text("securing the connection on port {port}")
    TUNNEL = text("opening the HTTP tunnel on port {port}")
    HTTP = text("waiting for the web server on port {port}")
    HANDSHAKE = text("RTMP handshake on port {port}")
    KEYS = text("exchanging keys on UDP port {port}")
    CONNECT = text("asking for the application on port {port}")
    UDP = text("waiting for UDP port {port}")
    PROXY = text("asking the proxy for port {port}")
    AFTER_CONNECT = text("watching the connection to port {port}")
    PUBLISH = text("publishing a test stream on port {port}")
    PLAY = text("playing the stream on port {port}")
    EXCHANGE = text("waiting for an answer to other bytes on port {port}")
    SERIES = text("opening several connections to port {port}")
    IDLE = text("leaving a connection to port {port} idle")
    UPLOAD = text("uploading to port {port}")
    HOP = text("tracing the path to port {port}")
    FLOWS = text("repeating the connection to port {port} from other local ports")
    BYTES_PATH = text("tracing how far the first bytes to port {port} get")
    RESET_DISTANCE = text("checking who ends the connection to port {port}")


_OF_THE_USER = (Experiment.PUBLISH, Experiment.PLAY)
"""What the user asked for, not a rule."""


@dataclass(frozen=True)
class Progress:
    """How far a run is: `done` of `total` attempts known so far."""

    sentence: str
    done: int
    total: int
    plain: str = ""
    """The same sentence for a customer."""
    ended: str = ""
    """How many of how many have ended, in words."""


def progress_of(attempts: Sequence[AttemptNode], now_s: float, stopping: bool = False) -> Progress:
    """The progress of a run whose attempts are `attempts`, `now_s` seconds after it began."""
    done, total = sum(node.attempt is not None for node in attempts), len(attempts)
    if stopping:
        said = say(ProgressTexts.STOPPING)
        return Progress(said, done, total, said, ended_words(done, total))
    sentence, plain = _sentence(attempts, now_s), plain_sentence(attempts)
    return Progress(sentence, done, total, plain or sentence, ended_words(done, total))


def _sentence(attempts: Sequence[AttemptNode], now_s: float) -> str:
    node = next((node for node in attempts if node.running), None)
    if node is None:
        finished = bool(attempts) and all(node.attempt is not None for node in attempts)
        return say(ProgressTexts.CONCLUDING if finished else ProgressTexts.STARTING)
    sentence, left_s = _doing(node, attempts), _left_s(node, now_s)
    if left_s < 1:
        return sentence
    return say(ProgressTexts.LEFT, sentence=sentence, left=say(Units.SECONDS, number=str(left_s)))


def _doing(node: AttemptNode, attempts: Sequence[AttemptNode]) -> str:
    if node.experiment in _OF_THE_USER:
        return say(ProgressTexts.STREAM, doing=_waiting(node))
    if node.experiment is not None:
        return say(ProgressTexts.FOLLOW_UP, what=describe_method(node))
    group = [other for other in attempts if other.purpose is node.purpose]
    said = ProgressTexts.ATTEMPT if node.purpose is Purpose.FALLBACK else ProgressTexts.CHECK
    number, total = str(group.index(node) + 1), str(len(group))
    return say(said, number=number, total=total, doing=_waiting(node))


def _waiting(node: AttemptNode) -> str:
    step, said = node.current_step, WaitTexts.PORT
    if step is not None:
        said = getattr(WaitTexts, step.step.name, WaitTexts.PORT)
        if step.step is StepName.HANDSHAKE and node.endpoint.transport is Transport.RTMFP:
            said = WaitTexts.KEYS
    return say(said, port=node.endpoint.port) if said.places else say(said)


def _left_s(node: AttemptNode, now_s: float) -> int:
    """How long it may still take in whole seconds; 0 when it is about to end, or may take as long as it likes."""
    step = node.current_step
    if step is None or step.timeout_s is None:
        return 0
    return max(0, math.ceil(step.started_s + step.timeout_s - now_s))
