"""The English of a report's messages, for readers that do not know their ids: other programs, and older versions."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Message

_Any = TypeVar("_Any")


def with_english(value: _Any) -> _Any:
    """A report, or a part of one, with the text of every message in it that this program knows."""
    return _walk(value)  # type: ignore[return-value]


def in_english(message: Message) -> Message:
    """The message with its text, also of the messages that it lists; one that this program does not know keeps its own."""
    values = {place: _walk(value) for place, value in message.values.items()}
    filled = Message(message.id, values, message.text)
    return Message(message.id, values, str(ENGLISH.render(filled)))


def _walk(value: object) -> object:
    if isinstance(value, Message):
        return in_english(value)
    if isinstance(value, msgspec.Struct):
        changes = {}
        for field in value.__struct_fields__:
            old = getattr(value, field)
            new = _walk(old)
            if new is not old:
                changes[field] = new
        return msgspec.structs.replace(value, **changes) if changes else value
    if isinstance(value, tuple):
        walked = tuple(_walk(item) for item in value)
        return walked if any(new is not old for new, old in zip(walked, value, strict=True)) else value
    return value
