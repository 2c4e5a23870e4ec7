"""What there is to know of a cause, whatever the run: messages with example values, from which its page is made."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.model.causes import Cause
from fmsdiag.model.conclusions import Actor, Advice
from fmsdiag.model.messages import Message


@dataclass(frozen=True)
class ExampleCase:
    """One way in which a cause shows, as a finding words it."""

    headline: Message
    explanation: Message
    decisive_test: Message | None = None
    """Where the case leaves something open: the test that would decide."""


@dataclass(frozen=True)
class LookAlikeReference:
    """Another cause, and what tells the two apart."""

    cause: Cause
    told_apart: Message


@dataclass(frozen=True)
class CauseReference:
    """One cause."""

    cause: Cause
    what_it_is: Message
    recognized_by: Message
    look_alikes: tuple[LookAlikeReference, ...]
    cases: tuple[ExampleCase, ...]
    advice: Advice
    """For each reader all steps that any case has for them."""
    acts: tuple[Actor, ...]
    """Who can fix it, in whichever case."""
    explains: tuple[Cause, ...]
    """Causes that are only its symptoms."""
    when_not_to_worry: Message
