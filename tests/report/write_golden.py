"""Writes the golden files anew, to be looked at before they are committed: python -m tests.report.write_golden"""

import re
from pathlib import Path

from fmsdiag.model import Report
from fmsdiag.report import html, json, markdown
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples, transport_samples

SAMPLES = {
    make.__name__: make
    for make in (
        samples.healthy,
        samples.port_blocked,
        samples.rejected,
        samples.unreachable,
        samples.stopped,
        *transport_samples.ALL,
    )
}
GOLDEN = Path(__file__).parent / "golden"


def golden_page(report: Report) -> str:
    """The page without its style sheet, which is kept in resources/, and without its QR code, which each zlib packs its way."""
    page = re.sub(r"(?s)<style>.*?</style>", "<style></style>", html.render(report))
    return re.sub(r'(?s)<svg class="qr".*?</svg>', '<svg class="qr"></svg>', page)


def main() -> None:
    for name, make in SAMPLES.items():
        hidden = redact(make(), identity=Identity())
        (GOLDEN / f"{name}.md").write_text(markdown.render(hidden), encoding="utf-8")
    hidden = redact(samples.port_blocked(), identity=Identity())
    (GOLDEN / "port_blocked.html").write_text(golden_page(hidden), encoding="utf-8")
    (GOLDEN / "port_blocked.json").write_bytes(json.encode(hidden))


if __name__ == "__main__":
    main()
