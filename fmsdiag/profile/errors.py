"""What is raised where a profile cannot be used."""

from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text


class ProfileError(ValueError):
    """A profile that cannot be made or opened; the message says why, for people."""


class NewerProfile(ProfileError):
    """A profile of a later major version."""


def wrong(said: Text, **values: object) -> ProfileError:
    """The error that says this, in the reader's language."""
    return ProfileError(say(said, **values))
