from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.pseudo import CLOSE, OPEN
from fmsdiag.messages.reader import VARIABLE, current_language, language_of, render, say, use_language
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Message

CATALOG = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"

msgid "Run Test"
msgstr "Test starten"
"""


class Sample(Table, of="reader-sample"):
    RUN = text("Run Test")
    PORT = text("Port {port}")


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use_language(ENGLISH)


def catalog(folder: Path, code: str) -> Path:
    place = folder / code / "LC_MESSAGES"
    place.mkdir(parents=True)
    source = folder / "fmsdiag.po"
    source.write_text(CATALOG, encoding="utf-8")
    with source.open("rb") as read, (place / "fmsdiag.mo").open("wb") as written:
        write_mo(written, read_po(read, locale=code))
    return folder


def test_the_process_speaks_one_language(tmp_path: Path) -> None:
    assert say(Sample.RUN) == "Run Test"
    use_language(language_of({VARIABLE: "de"}, catalog(tmp_path, "de")))
    assert say(Sample.RUN) == "Test starten"
    assert say(Sample.PORT, port=80) == "Port 80"
    assert current_language().code == "de"
    assert render(Message("unknown", {}, "Stored.")) == "Stored."


@pytest.mark.parametrize("code", ["de_AT", "de-AT", "de_AT.UTF-8", "de"])
def test_a_region_without_a_catalog_takes_its_languages(tmp_path: Path, code: str) -> None:
    assert language_of({VARIABLE: code}, catalog(tmp_path, "de")).say(Sample.RUN) == "Test starten"


@pytest.mark.parametrize("code", ["en", "en_US.UTF-8", "C", "C.UTF-8", "POSIX", "xx", "../../etc"])
def test_english_where_there_is_nothing_else(tmp_path: Path, code: str) -> None:
    assert language_of({VARIABLE: code}, tmp_path) is ENGLISH


def test_pseudo_locales() -> None:
    strange = language_of({VARIABLE: "en-XA"}).say(Sample.RUN)
    assert strange.startswith(OPEN)
    assert strange.endswith(CLOSE)
    assert language_of({VARIABLE: "ar_XB"}).is_right_to_left
