"""Draws resources/icons/app.svg in the sizes and containers that the systems want: PNG, .ico (Windows), .icns (macOS)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgRenderer

HICOLOR_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_TYPES = {
    b"icp4": 16,
    b"ic11": 32,
    b"icp5": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic08": 256,
    b"ic09": 512,
    b"ic10": 1024,
}
"""Type of an entry → pixels on each side; ic11, ic12 and ic10 are for double density."""


def png(svg: Path, size: int) -> bytes:
    """The drawing as a square PNG with transparency, `size` pixels on each side."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        raise ValueError(f"{svg} is not a drawing that Qt can read")
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def ico(pictures: Mapping[int, bytes]) -> bytes:
    """A Windows icon of PNG pictures, size → PNG. A side of 256 is written as 0, since it has one byte."""
    offset = 6 + 16 * len(pictures)
    directory, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, picture in sorted(pictures.items()):
        directory += struct.pack(
            "<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(picture), offset + len(body)
        )
        body += picture
    return directory + body


def icns(pictures: Mapping[int, bytes]) -> bytes:
    """A macOS icon of PNG pictures, size → PNG; every size of ICNS_TYPES has to be there."""
    body = b"".join(
        kind + struct.pack(">I", 8 + len(pictures[size])) + pictures[size]
        for kind, size in ICNS_TYPES.items()
    )
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def write_icons(svg: Path, folder: Path, system: str) -> None:
    """What one system (`sys.platform`) wants: fmsdiag.ico, fmsdiag.icns, or a hicolor theme."""
    folder.mkdir(parents=True, exist_ok=True)
    if system == "win32":
        (folder / "fmsdiag.ico").write_bytes(ico({size: png(svg, size) for size in ICO_SIZES}))
    elif system == "darwin":
        pictures = {size: png(svg, size) for size in set(ICNS_TYPES.values())}
        (folder / "fmsdiag.icns").write_bytes(icns(pictures))
    else:
        write_hicolor(svg, folder / "hicolor")


def write_hicolor(svg: Path, theme: Path, context: str = "apps", name: str = "fmsdiag") -> None:
    """The folders of a freedesktop icon theme, with the drawing itself for other sizes."""
    for size in HICOLOR_SIZES:
        place = theme / f"{size}x{size}" / context
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{name}.png").write_bytes(png(svg, size))
    scalable = theme / "scalable" / context
    scalable.mkdir(parents=True, exist_ok=True)
    (scalable / f"{name}.svg").write_bytes(svg.read_bytes())
