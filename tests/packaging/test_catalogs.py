import io
import json
import subprocess
import sys

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.packaging.packaging_modules import PACKAGING, load

catalogs = load("catalogs")
ALL_TEXTS = """
import importlib, json, pkgutil, sys
import fmsdiag
from fmsdiag.messages.text import Table

def tables(table):
    for each in table.__subclasses__():
        yield each
        yield from tables(each)

for module in pkgutil.walk_packages(fmsdiag.__path__, "fmsdiag."):
    importlib.import_module(module.name)
print(json.dumps(sorted({(said.english, said.plural or "") for table in tables(Table) for said in table.texts()})))
"""


def extracted() -> Catalog:
    return read_po(io.BytesIO(catalogs.template().encode()))


def test_the_template_is_current() -> None:
    assert catalogs.TEMPLATE.read_text(encoding="utf-8") == catalogs.template(), (
        "it is out of date: make messages"
    )


def test_babel_finds_exactly_the_texts_of_all_tables() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALL_TEXTS],
        cwd=PACKAGING.parent,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    in_tables = {tuple(pair) for pair in json.loads(done.stdout)}
    found = {
        message.id if isinstance(message.id, tuple) else (message.id, "")
        for message in extracted()
        if message.id
    }
    plural_of = {one for one, several in found if several}
    assert found == {(one, several) for one, several in in_tables if several or one not in plural_of}


def test_a_translator_sees_comments_and_files_and_nothing_that_churns() -> None:
    lines = catalogs.template().splitlines()
    text = 'msgid "{confidence:name}. {reason:name}"'
    assert text in lines
    above = lines[max(0, lines.index(text) - 4) : lines.index(text)]
    assert any(line.startswith("#. {confidence} is") for line in above)
    assert any(line.startswith("#: ") and "fmsdiag/report/view.py" in line for line in above)
    assert not any(line.startswith("#: ") and ".py:" in line for line in lines)
    assert "Date" not in catalogs.template()


@pytest.mark.parametrize("language", catalogs.languages())
def test_a_language_is_current_and_compiled(language: str) -> None:
    with catalogs.catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    assert catalogs.complaints(catalog) == []
    assert {m.id for m in catalog} == {m.id for m in extracted()}, "it is out of date: make messages"
    assert catalogs.catalog_path(language, "mo").read_bytes() == catalogs.compiled(catalog)


PO = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Port {port} of {server:host}"
msgstr "{server:host}, Port {port}"

msgid "Port {port}"
msgstr "Port {ports}"

msgid "{count} port"
msgid_plural "{count} ports"
msgstr[0] "ein Port"
msgstr[1] "{count} Ports"
"""


def test_places_that_a_translation_lost_are_named() -> None:
    wrong = catalogs.complaints(read_po(io.BytesIO(PO.encode()), locale="de"))
    assert len(wrong) == 2
    assert "Port {ports}" in wrong[0]
    assert "ein Port" in wrong[1]
