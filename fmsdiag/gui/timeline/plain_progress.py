"""What a run is doing, for a customer: "Testing RTMP on port 80: waiting for an answer". Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fmsdiag.gui.timeline.nodes import AttemptNode
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.model import StepName
from fmsdiag.report.words import describe_method


class PlainTexts(Table, of="gui.plain-progress"):
    """The sentence of a run, and how far it is."""

    # translators: {what} is such as "RTMP on port 80", {doing} one of the texts of "gui.plain-waits"
    TESTING = text("Testing {what:name}: {doing:name}")
    FINDING_OUT = text("Finding the cause: {what:name}")
    # translators: {done} is a number, too
    ENDED = plural(
        "{done:name} of {total:count} attempt finished", "{done:name} of {total:count} attempts finished"
    )


class PlainWaits(Table, of="gui.plain-waits"):
    """What an attempt is doing."""

    ANSWER = text("waiting for an answer")
    DNS = text("looking up the server's name")
    TLS = text("securing the connection")
    PROXY = text("asking the proxy")
    CONNECT = text("signing on to the server")
    STREAM = text("trying your stream")


_WAITS: Mapping[StepName, Text] = {
    StepName.DNS: PlainWaits.DNS,
    StepName.TLS: PlainWaits.TLS,
    StepName.PROXY: PlainWaits.PROXY,
    StepName.CONNECT: PlainWaits.CONNECT,
    StepName.PUBLISH: PlainWaits.STREAM,
    StepName.PLAY: PlainWaits.STREAM,
}
"""Everything else is waiting for an answer."""


def plain_sentence(attempts: Sequence[AttemptNode]) -> str:
    """What the running attempt does; "" where none runs."""
    node = next((node for node in attempts if node.running), None)
    if node is None:
        return ""
    if node.experiment is not None:
        return say(PlainTexts.FINDING_OUT, what=describe_method(node))
    step = node.current_step
    waiting = _WAITS.get(step.step, PlainWaits.ANSWER) if step is not None else PlainWaits.ANSWER
    return say(PlainTexts.TESTING, what=describe_method(node), doing=say(waiting))


def ended_words(done: int, total: int) -> str:
    """ "3 of 8 attempts finished"; "" before there are any."""
    return say(PlainTexts.ENDED, done=str(done), total=total) if total else ""
