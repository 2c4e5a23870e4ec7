"""Writes the golden files anew, to be looked at before they are committed: python -m tests.report.write_golden"""

import re
from pathlib import Path

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


def main() -> None:
    for name, make in SAMPLES.items():
        hidden = redact(make(), identity=Identity())
        (GOLDEN / f"{name}.md").write_text(markdown.render(hidden), encoding="utf-8")
    hidden = redact(samples.port_blocked(), identity=Identity())
    # The style sheet is kept in resources/ and would only be repeated here.
    page = re.sub(r"(?s)<style>.*?</style>", "<style></style>", html.render(hidden))
    (GOLDEN / "port_blocked.html").write_text(page, encoding="utf-8")
    (GOLDEN / "port_blocked.json").write_bytes(json.encode(hidden))


if __name__ == "__main__":
    main()
