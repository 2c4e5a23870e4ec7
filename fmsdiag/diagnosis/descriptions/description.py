"""What a reader may want to know about a cause beyond what a finding says: the texts of its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import ClassVar

from fmsdiag.messages.text import Table, Text
from fmsdiag.model import Cause


@dataclass(frozen=True, kw_only=True)
class LookAlike(Text):
    """What tells another cause apart, and which one that is."""

    cause: Cause


def look_alike(cause: Cause, english: str) -> LookAlike:
    """One look-alike of a description."""
    return LookAlike(english=english, cause=cause)


class CauseDescription(Table, of="about"):
    """The description of one cause: `class PortBlocked(CauseDescription, of="about.port-blocked")`.

    Its texts have no places: they are true of the cause wherever it is found.
    """

    what_it_is: ClassVar[Text]
    """Two or three plain sentences, with the situation in which it typically shows."""
    recognized_by: ClassVar[Text]
    """What is compared with what, and what that cannot tell."""
    look_alikes: ClassVar[tuple[LookAlike, ...]] = ()
    """What is easily taken for it. Each is a sentence that reads well from both sides: it is in the description of one of
    the two, and on the pages of both.
    """
    when_not_to_worry: ClassVar[Text]
    """One sentence; it says so where the cause always matters."""


Descriptions = Mapping[Cause, type[CauseDescription]]


def by_cause(*families: ModuleType) -> Descriptions:
    """The descriptions in these modules, by their cause."""
    prefix = f"{CauseDescription.PREFIX}."
    own = {family.__name__ for family in families}
    described = (each for each in CauseDescription.__subclasses__() if each.__module__ in own)
    return {Cause(each.PREFIX.removeprefix(prefix)): each for each in described}


def look_alikes_of(cause: Cause, described: Descriptions) -> tuple[tuple[Cause, Text], ...]:
    """What is easily taken for this cause, each with what tells them apart, whichever of the two descriptions says it."""
    named = ((each.cause, each) for each in described[cause].look_alikes)
    naming = (
        (other, each)
        for other, description in described.items()
        for each in description.look_alikes
        if each.cause is cause
    )
    return (*named, *naming)
