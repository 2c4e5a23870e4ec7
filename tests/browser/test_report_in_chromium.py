"""The report in a real browser: light, dark, narrow and on paper, with nothing said on the console, nothing fetched.

FMSDIAG_PICTURES=FOLDER keeps the pictures to be looked at.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.reader import language_of, say, use_language
from fmsdiag.report.html import render
from fmsdiag.report.open_file import open_report
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.view import ViewTexts
from tests.browser.chromium import PROGRAM, Chromium, Shown
from tests.report import samples
from tests.report.hostile import SEEN, hostile
from tests.report.path_samples import two_places
from tests.report.write_golden import SAMPLES

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(PROGRAM is None, reason="chromium is not installed"),
]
needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed"
)
NAMES = tuple(SAMPLES)
KEPT = os.environ.get("FMSDIAG_PICTURES")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    with Chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of all samples, and a hostile one."""
    folder = tmp_path_factory.mktemp("pages with spaces, ümlauts")
    for name in NAMES:
        report = redact(SAMPLES[name](), identity=Identity())
        (folder / f"{name}.html").write_text(render(report), encoding="utf-8")
    (folder / "two-places.html").write_text(render(redact(two_places())), encoding="utf-8")
    (folder / "hostile.html").write_text(render(hostile()), encoding="utf-8")
    return folder


def first_pixel(png: bytes) -> tuple[int, ...]:
    """The color at the top left: the first pixel of the first line is never filtered to anything but itself."""
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    return tuple(zlib.decompress(data)[1:4])


def keep(name: str, page: Shown) -> None:
    """Keep the picture of a page where that was asked for: drawing it whole takes longer than all tests of the page."""
    if KEPT:
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        (Path(KEPT) / name).write_bytes(page.screenshot())


def is_calm(page: Shown, path: Path) -> bool:
    """Whether the page said nothing on the console and asked for nothing but itself."""
    assert page.said == []
    assert page.asked_for == [path.as_uri()]
    return True


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 480), ("dark", 360)]
)
def test_it_is_shown(chromium: Chromium, pages: Path, name: str, scheme: str, width: int) -> None:
    path = pages / f"{name}.html"
    page = chromium.show(path, scheme=scheme, width=width)
    keep(f"{name}-{scheme}-{width}.png", page)
    assert is_calm(page, path)
    assert (first_pixel(page.corner())[0] < 0x40) is (scheme == "dark")
    assert page.value("document.documentElement.scrollWidth") <= width  # nothing is cut off at the right
    shown = page.value(
        "[...document.querySelectorAll('.drawing')].filter(d => d.getClientRects().length).map(d => d.className)"
    )
    assert shown == [f"drawing {'wide' if width > 720 else 'narrow'}"]
    assert page.value("document.title").endswith("media.example.com – fmsdiag report")


def test_texts_are_not_laid_over_each_other(chromium: Chromium, pages: Path) -> None:
    """The drawing's words fit where they were estimated to fit, in the fonts of this machine."""
    overlaps = """(() => {
        const words = [...document.querySelectorAll('.drawing.wide a')].map(row =>
            [...row.querySelectorAll('text:not(.letter)')].map(t => t.getBoundingClientRect()));
        const edge = document.querySelector('.drawing.wide svg').getBoundingClientRect().right;
        return words.flatMap(row => row.flatMap((a, i) => [
            ...row.slice(i + 1).filter(b => a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 6
                && b.bottom > a.top + 6),
            ...(a.right > edge ? [a] : [])])).length
    })()"""
    for name in NAMES:
        assert chromium.show(pages / f"{name}.html").value(overlaps) == 0


@pytest.mark.parametrize("code", ["en", "en-XA", "ar-XB"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 1100), ("light", 360)])
def test_the_network_path_is_drawn_inside_its_ground(
    chromium: Chromium, tmp_path: Path, code: str, scheme: str, width: int
) -> None:
    use_language(language_of({"FMSDIAG_LANGUAGE": code}))
    try:
        path = tmp_path / "path.html"
        path.write_text(render(redact(two_places(), identity=Identity())), encoding="utf-8")
    finally:
        use_language(ENGLISH)
    page = chromium.show(path, scheme=scheme, width=width)
    keep(f"path-{code}-{scheme}-{width}.png", page)
    assert is_calm(page, path)
    assert page.value("document.documentElement.scrollWidth") <= width
    outside = """(() => {
        const drawing = [...document.querySelectorAll('.path-map')].find(d => d.getClientRects().length);
        const edge = drawing.getBoundingClientRect();
        const words = [...drawing.querySelectorAll('text:not(.number)')].map(t => t.getBoundingClientRect());
        const over = words.filter((a, i) => words.slice(i + 1).some(b => a.bottom > b.top + 4 && b.bottom > a.top + 4));
        return [words.length > 8, words.filter(w => w.left < edge.left || w.right > edge.right).length, over.length];
    })()"""
    assert page.value(outside) == [True, 0, 0]


@pytest.mark.parametrize("code", ["en-XA", "ar-XB"])
@pytest.mark.parametrize("width", [1100, 720, 360])
def test_long_words_and_the_other_direction_fit(
    chromium: Chromium, tmp_path: Path, code: str, width: int
) -> None:
    use_language(language_of({"FMSDIAG_LANGUAGE": code}))
    try:
        path = tmp_path / f"{code}.html"
        report = redact(samples.recorded("proxy-required"), identity=Identity())
        path.write_text(render(report), encoding="utf-8")
    finally:
        use_language(ENGLISH)
    page = chromium.show(path, width=width)
    keep(f"proxy-required-{code}-{width}.png", page)
    assert is_calm(page, path)
    assert page.value("document.documentElement.scrollWidth") <= width
    side = page.value("getComputedStyle(document.querySelector('.request pre')).direction")
    assert side == ("rtl" if code == "ar-XB" else "ltr")


def test_a_link_opens_the_step_that_it_leads_to(chromium: Chromium, pages: Path) -> None:
    page = chromium.show(pages / "healthy.html")
    closed = "document.getElementById('attempt-4').open"
    assert page.value(closed) is False
    page.value("document.querySelector('a[href=\"#step-4-2\"]').click()")
    assert page.value(closed) is True
    assert page.value("document.querySelector(':target').id") == "step-4-2"


def test_the_data_in_the_page_are_the_report(chromium: Chromium, pages: Path) -> None:
    path = pages / "port_blocked.html"
    text = chromium.show(path).value("document.getElementById('fmsdiag-report').textContent")
    assert open_report(text.encode()).report == open_report(path).report


@pytest.mark.parametrize("script", [False, True])
def test_hostile_text_is_shown_and_does_nothing(chromium: Chromium, pages: Path, script: bool) -> None:
    path = pages / "hostile.html"
    page = chromium.show(path, script=script)
    keep("hostile.png", page)
    assert is_calm(page, path)
    text = page.value("document.body.innerText")
    assert SEEN in text
    assert "<script>alert(1)</script>" in text
    assert page.value("document.querySelectorAll('script, img, iframe').length") == 1  # the data


@needs_pdftotext
@pytest.mark.parametrize("name", ["port_blocked", "rejected"])
def test_it_is_printed(chromium: Chromium, pages: Path, name: str, tmp_path: Path) -> None:
    page = chromium.show(pages / f"{name}.html", scheme="dark")
    paper = tmp_path / "report.pdf"
    paper.write_bytes(page.pdf())
    if KEPT:
        shutil.copy(paper, Path(KEPT) / f"{name}.pdf")
    done = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True, timeout=20)
    sheets = done.stdout.decode().split("\f")[:-1]
    report = SAMPLES[name]()
    assert report.verdict.headline.text in " ".join(sheets[0].split())
    assert say(ViewTexts.WHO_DOES_WHAT) in sheets[0]
    everything = " ".join(" ".join(sheets).split())
    for attempt in report.attempts:  # also those that are folded on the screen
        assert f"{attempt.key} on {attempt.endpoint.host}" in everything
    assert "Method and limits" in everything
    assert len(sheets) <= 8
