import struct
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.packaging.packaging_modules import PACKAGING, load

icons = load("icons")
DRAWING = Path(__file__).resolve().parents[2] / "resources" / "icons" / "app.svg"


def test_a_picture_has_its_size_and_a_transparent_corner() -> None:
    image = QImage.fromData(icons.png(DRAWING, 48))
    assert (image.width(), image.height()) == (48, 48)
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(24, 24).alpha() == 255


def test_what_is_no_drawing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a drawing"):
        icons.png(tmp_path / "none.svg", 16)


def test_a_windows_icon_points_to_its_pictures() -> None:
    pictures = {16: b"small", 256: b"large one"}
    data = icons.ico(pictures)
    assert struct.unpack_from("<HHH", data) == (0, 1, 2)
    for index, (size, picture) in enumerate(pictures.items()):
        width, height, *_, length, offset = struct.unpack_from("<BBBBHHII", data, 6 + 16 * index)
        assert (width, height) == (size % 256, size % 256)
        assert data[offset : offset + length] == picture


def test_a_macos_icon_tells_its_lengths() -> None:
    pictures = {size: b"p" * size for size in set(icons.ICNS_TYPES.values())}
    data = icons.icns(pictures)
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4)[0] == len(data)
    at, seen = 8, {}
    while at < len(data):
        length = struct.unpack_from(">I", data, at + 4)[0]
        seen[data[at : at + 4]] = length - 8
        at += length
    assert seen == icons.ICNS_TYPES


def test_the_linux_theme_has_every_size(tmp_path: Path) -> None:
    icons.write_icons(DRAWING, tmp_path, "linux")
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("fmsdiag.*"))
    sizes = [f"hicolor/{size}x{size}/apps/fmsdiag.png" for size in icons.HICOLOR_SIZES]
    assert names == sorted([*sizes, "hicolor/scalable/apps/fmsdiag.svg"])


def test_the_file_of_a_report_has_its_own_icon(tmp_path: Path) -> None:
    name = load("package_facts").REPORT_TYPE.replace("/", "-")
    icons.write_hicolor(PACKAGING / "linux" / "report.svg", tmp_path, "mimetypes", name)
    made = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert made == {
        *(f"{size}x{size}/mimetypes/{name}.png" for size in icons.HICOLOR_SIZES),
        f"scalable/mimetypes/{name}.svg",
    }
