"""The messages of one connection: told in the transcript, and what of them matters to a diagnosis kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from fmsdiag.model import Direction
from fmsdiag.probe.attempt_recorder import MAX_TRANSCRIPT, RunningAttempt
from fmsdiag.probe.masking import mask_text
from fmsdiag.protocol.describe import describe
from fmsdiag.protocol.events import ConnectAnswered, Event, MessageReceived
from fmsdiag.protocol.message import Command, ControlEvent, Message, UserControl

MAX_BEFORE = 10


class HeardMessages:
    """What a server said, and what it said before it answered `connect`."""

    def __init__(self, attempt: RunningAttempt, secrets: Sequence[str]) -> None:
        self._attempt, self._secrets = attempt, secrets
        self.count = 0
        self.before: list[str] = []  # the answer to connect, in words
        self.echoed = False  # our own `connect` came back
        self.wants_swf = False
        self._answered = False

    def note(self, events: list[Event]) -> None:
        """Put messages into the transcript, and those before the answer to connect into `before`."""
        for event, following in zip_longest(events, events[1:]):
            if not isinstance(event, MessageReceived):
                continue
            self.count += 1
            self._answered = self._answered or isinstance(following, ConnectAnswered)
            self.echoed = self.echoed or _is_connect(event.message)
            self.wants_swf = self.wants_swf or _asks_for_swf(event.message)
            if self.count > MAX_TRANSCRIPT:
                continue
            text = mask_text(describe(event.message), self._secrets)
            self._attempt.say(Direction.IN, text)
            if not self._answered and len(self.before) < MAX_BEFORE:
                self.before.append(text)


def _is_connect(message: Message) -> bool:
    """Whether it is what only clients say."""
    return isinstance(message, Command) and message.name == "connect"


def _asks_for_swf(message: Message) -> bool:
    return isinstance(message, UserControl) and message.event == ControlEvent.SWF_VERIFICATION_REQUEST
