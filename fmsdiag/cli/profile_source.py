"""Where a profile comes from on the command line: a file, or a link in quotes."""

from __future__ import annotations

from fmsdiag.cli.console import CliError
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.link import is_link, read_link
from fmsdiag.profile.profile_file import OpenedProfile, open_profile


class ProfileSourceTexts(Table, of="cli.profile-source"):
    """Why it cannot be opened."""

    # translators: {path} is a file, {reason} a sentence without its full stop
    CANNOT_OPEN = text("{path:name}: {reason:name}")


def read_profile(source: str) -> OpenedProfile:
    """The profile in that file or link. Raises CliError that says why it cannot be opened."""
    try:
        return read_link(source) if is_link(source) else open_profile(source)
    except ProfileError as error:
        if is_link(source):
            raise CliError(str(error)) from None
        raise CliError(say(ProfileSourceTexts.CANNOT_OPEN, path=source, reason=str(error))) from None
