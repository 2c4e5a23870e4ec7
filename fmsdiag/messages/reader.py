"""The reader of this process: one language, chosen once at the start, in which everything is said.

`FMSDIAG_LANGUAGE` chooses it, else the system's setting where a finished catalog is there, else English. `en-XA` and
`ar-XB` are the pseudo-locales of pseudo.py.
"""

from __future__ import annotations

import gettext
import locale
from collections.abc import Mapping
from pathlib import Path

from fmsdiag.bundled_files import bundled_file
from fmsdiag.messages import pseudo
from fmsdiag.messages.language import DOMAIN, ENGLISH, Language
from fmsdiag.messages.text import Text
from fmsdiag.model.messages import Message

VARIABLE = "FMSDIAG_LANGUAGE"
_PSEUDO = {
    "en-xa": Language("en", rewrite=pseudo.accented),
    "ar-xb": Language("en", rewrite=pseudo.reversed_direction, is_right_to_left=True),
}
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur")
_reader = ENGLISH


def use_language(language: Language) -> None:
    """Say everything in this language from now on."""
    global _reader
    _reader = language


def current_language() -> Language:
    """The language of this process."""
    return _reader


def say(said: Text, /, **values: object) -> str:
    """A text for the reader. Raises TypeError where the values do not fit its places."""
    return _reader.say(said, values)


def render(message: Message, *, has_buttons: bool = True) -> str:
    """A message of a report for the reader; a step in other words where the face has no button for it."""
    return _reader.render(message, has_buttons=has_buttons)


def language_of(environ: Mapping[str, str], folder: Path | None = None) -> Language:
    """The language that these environment variables ask for; English where its catalog is not there.

    `folder` holds catalogs as gettext lays them out.
    """
    wanted = environ.get(VARIABLE, "") or _system_language()
    if (made_up := _PSEUDO.get(wanted.lower().replace("_", "-"))) is not None:
        return made_up
    code = wanted.replace("-", "_").partition(".")[0]
    if not code or code.partition("_")[0] in ("en", "C", "POSIX"):
        return ENGLISH
    try:
        folder = bundled_file("locale") if folder is None else folder
        catalog = gettext.translation(DOMAIN, folder, [code, code.partition("_")[0]])
    except OSError:
        return ENGLISH
    return Language(code, catalog, is_right_to_left=code.partition("_")[0] in _RIGHT_TO_LEFT)


def _system_language() -> str:
    try:
        return locale.getlocale()[0] or ""
    except ValueError:
        return ""
