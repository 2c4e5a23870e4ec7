"""Writes the template for translators from the tables of texts, and compiles their catalogs: `make messages`.

resources/locale/fmsdiag.pot is the template; resources/locale/CODE/LC_MESSAGES/fmsdiag.po is one language, to which new
texts are added here, and fmsdiag.mo beside it is what the program reads. All of them are committed. What is written does not
depend on the date, nor on the lines in which texts stand.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_facts import ROOT

DOMAIN = "fmsdiag"
LOCALE = ROOT / "resources" / "locale"
TEMPLATE = LOCALE / f"{DOMAIN}.pot"
KEYWORDS = {"text": None, "step": None, "plural": (1, 2), "look_alike": (2,)}
"""The functions that make a text of their first argument, or of these."""
COMMENT_TAGS = ("translators:",)
_HEADER = """\
# Texts of fmsdiag. CONTRIBUTING.md says how a language is added.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_PLACE = re.compile(r"\{\w+(?::\w+)?\}")


def template() -> str:
    """The template: every text with its comments and the files that it stands in, in the order of these files."""
    catalog = Catalog(domain=DOMAIN)
    for path in sorted((ROOT / "fmsdiag").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        for _, found, comments, _ in extract_from_file(
            "python", path, keywords=KEYWORDS, comment_tags=COMMENT_TAGS, strip_comment_tags=True
        ):
            catalog.add(found, locations=[(name, 0)], auto_comments=comments)
    written = io.BytesIO()
    write_po(written, catalog, width=100, omit_header=True, include_lineno=False)
    return _HEADER + written.getvalue().decode("utf-8")


def languages() -> list[str]:
    """The codes of the languages that there is a catalog of."""
    return sorted(path.parent.parent.name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def updated(language: str) -> Catalog:
    """A language's catalog with the template's texts: new ones are empty, old ones are kept at the end as comments."""
    with catalog_path(language).open("rb") as file:
        catalog = read_po(file, locale=language, domain=DOMAIN)
    catalog.update(read_po(io.BytesIO(template().encode("utf-8")), domain=DOMAIN))
    return catalog


def catalog_path(language: str, ending: str = "po") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def complaints(catalog: Catalog) -> list[str]:
    """Translations whose places are not those of the English text."""
    return [
        f"{catalog.locale}: {message.id!r}: {said!r}"
        for message in catalog
        for said, english in _pairs(message)
        if said and sorted(_PLACE.findall(said)) != sorted(_PLACE.findall(english))
    ]


def _pairs(message: Message) -> Iterator[tuple[str, str]]:
    """Each translation with the English form that it stands for."""
    if not message.id or message.fuzzy:
        return
    if isinstance(message.id, str):
        yield str(message.string or ""), message.id
        return
    one, several = message.id[0], message.id[-1]
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    for number, said in enumerate(forms):
        yield str(said or ""), one if number == 0 and len(forms) > 1 else several


def compiled(catalog: Catalog) -> bytes:
    """What the program reads; fuzzy translations are left out."""
    written = io.BytesIO()
    write_mo(written, catalog)
    return written.getvalue()


def main() -> int:
    """Write the template and every language; 1 when a translation has other places than the English text."""
    LOCALE.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(template(), encoding="utf-8", newline="\n")
    wrong = []
    for language in languages():
        catalog = updated(language)
        wrong += complaints(catalog)
        with catalog_path(language).open("wb") as file:
            write_po(file, catalog, width=100, include_lineno=False)
        catalog_path(language, "mo").write_bytes(compiled(catalog))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
