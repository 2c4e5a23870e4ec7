"""The QR code of a report: for its page as SVG, and as a picture (ISO/IEC 18004; segno draws it)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from markupsafe import Markup

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.report.verdict_code.packed import packed_text

if TYPE_CHECKING:
    import segno

MOST_VERSION = 20
"""97 modules on a side: a phone reads that from a screen, and from paper if it is 5 cm wide."""
QUIET = 4
"""Modules of white on each side."""
_PIXELS = 6
"""Of a module in a picture."""


class QrTexts(Table, of="qr"):
    """What is said of the code to those who do not see it, and what it is for."""

    ALTERNATIVE = text("QR code with the result of this test")
    PURPOSE = text(
        "The QR code holds the result of this test: server, cause, and attempts. fmsdiag code TEXT prints what a scanner "
        "reads from it."
    )


def qr_code(report: Report) -> segno.QRCode:
    """The code, of a version up to MOST_VERSION. Redact the report first."""
    # Imported when the first code is drawn: most starts of the program draw none.
    import segno

    return segno.make_qr(packed_text(report), error="m", boost_error=False)


def qr_svg(report: Report) -> Markup:
    """The code as SVG with a text alternative, black on white in every theme."""
    rows = [bytes(row) for row in qr_code(report).matrix]
    side = len(rows) + 2 * QUIET
    drawn = "".join(_runs(row, y + QUIET) for y, row in enumerate(rows))
    return Markup(
        '<svg class="qr" role="img" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><title>{title}</title>'
        '<path fill="#ffffff" d="M0 0h{side}v{side}H0z"/><path fill="#000000" d="{drawn}"/></svg>'
    ).format(side=side, title=say(QrTexts.ALTERNATIVE), drawn=drawn)


def _runs(row: bytes, y: int) -> str:
    """A rectangle for each run of dark modules."""
    found, x = [], 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            found.append(f"M{x + QUIET} {y}h{end - x}v1h-{end - x}z")
        x = max(end, x + 1)
    return "".join(found)


def qr_svg_file(report: Report) -> bytes:
    """The code as a file of its own."""
    svg = str(qr_svg(report)).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{svg}\n".encode()


def qr_png(report: Report) -> bytes:
    """The code as a picture."""
    data = io.BytesIO()
    qr_code(report).save(data, kind="png", scale=_PIXELS, border=QUIET)
    return data.getvalue()
