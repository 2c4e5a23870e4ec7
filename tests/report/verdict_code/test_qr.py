"""The QR code is read back by another program, from a picture that is turned and blurred."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgRenderer

from fmsdiag.model import Endpoint, FailureKind, PlanName, Report, Transport
from fmsdiag.report.verdict_code.packed import packed_text, read_packed
from fmsdiag.report.verdict_code.qr import MOST_VERSION, qr_code, qr_png, qr_svg, qr_svg_file
from tests.report import samples
from tests.report.verdict_code.runs import ended, run

needs_zbar = pytest.mark.skipif(
    shutil.which("zbarimg") is None, reason="zbarimg is missing (Debian: zbar-tools)"
)


def largest() -> Report:
    """A report whose code is as large as one gets."""
    failures = list(FailureKind)
    where = [Endpoint(Transport.RTMP, samples.HOST, 1000 + 37 * n) for n in range(200)]
    attempts = (ended(n, e, failures[n % len(failures)]) for n, e in enumerate(where, 1))
    return run(PlanName.CUSTOM, *attempts)


REPORTS = {"usual": samples.port_blocked, "largest": largest}


def scanned(picture: QImage, folder: Path) -> str:
    """What zbar reads in a picture."""
    path = folder / "seen.png"
    assert picture.save(str(path))
    found = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable", str(path)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    return found.stdout.strip()


def photographed(picture: QImage, degrees: float) -> QImage:
    """As a camera sees it: turned, with gray around it, and blurred over about a third of a module."""
    turned = picture.convertToFormat(QImage.Format.Format_ARGB32).transformed(
        QTransform().rotate(degrees), Qt.TransformationMode.SmoothTransformation
    )
    seen = QImage(turned.width() + 80, turned.height() + 80, QImage.Format.Format_RGB32)
    seen.fill(QColor("#d8d8d0"))
    painter = QPainter(seen)
    painter.drawImage(40, 40, turned)
    painter.end()
    return blurred(seen)


def blurred(picture: QImage) -> QImage:
    """A box blur of 3 by 3 pixels: the mean of the picture moved by a pixel each way."""
    mean = QImage(picture.size(), QImage.Format.Format_RGB32)
    painter = QPainter(mean)
    moves = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    for count, (x, y) in enumerate(moves, 1):
        painter.setOpacity(1 / count)
        painter.drawImage(x, y, picture)
    painter.end()
    return mean


@needs_zbar
@pytest.mark.peer
@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("degrees", [0.0, 7.0, 90.0, 187.0])
def test_zbar_reads_a_turned_and_blurred_picture(
    name: str, degrees: float, tmp_path: Path, qapp: QGuiApplication
) -> None:
    report = REPORTS[name]()
    picture = QImage.fromData(qr_png(report))
    text = scanned(photographed(picture, degrees), tmp_path)
    assert text == packed_text(report)
    assert read_packed(text).host == samples.HOST


@needs_zbar
@pytest.mark.peer
@pytest.mark.parametrize("name", REPORTS)
def test_zbar_reads_the_svg_of_the_page(name: str, tmp_path: Path, qapp: QGuiApplication) -> None:
    report = REPORTS[name]()
    renderer = QSvgRenderer(QByteArray(qr_svg_file(report)))
    picture = QImage(renderer.defaultSize() * 5, QImage.Format.Format_RGB32)
    picture.fill(QColor("black"))  # a dark page: the code brings its own white
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    assert scanned(photographed(picture, 4.0), tmp_path) == packed_text(report)


@pytest.mark.parametrize("name", REPORTS)
def test_the_code_is_of_a_size_that_phones_read(name: str) -> None:
    code = qr_code(REPORTS[name]())
    assert isinstance(code.version, int)
    assert code.version <= MOST_VERSION
    assert code.error == "M"
    assert code.mode == "alphanumeric"


def test_the_svg_has_a_text_alternative_and_nothing_that_a_page_forbids() -> None:
    svg = str(qr_svg(samples.port_blocked()))
    root = ElementTree.fromstring(svg)
    assert root.attrib["role"] == "img"
    assert root.find("title") is not None
    assert root.findtext("title") == "QR code with the result of this test"
    assert "style" not in svg
    assert "href" not in svg


def test_the_drawing_is_the_code() -> None:
    rows = [bytes(row) for row in qr_code(samples.port_blocked()).matrix]
    drawn = str(qr_svg(samples.port_blocked())).rpartition(' d="')[2].partition('"')[0]
    dark = 0
    for run_of_modules in filter(None, drawn.split("z")):
        dark += int(run_of_modules.partition("h")[2].partition("v")[0])
    assert dark == sum(map(sum, rows))
