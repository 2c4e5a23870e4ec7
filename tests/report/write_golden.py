"""Writes the golden files anew, to be looked at before they are committed: python -m tests.report.write_golden"""

from pathlib import Path

from fmsdiag.report import json, markdown
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.report import samples

GOLDEN = Path(__file__).parent / "golden"


def main() -> None:
    for name in ("healthy", "port_blocked", "rejected", "unreachable", "stopped"):
        hidden = redact(getattr(samples, name)(), identity=Identity())
        (GOLDEN / f"{name}.md").write_text(markdown.render(hidden), encoding="utf-8")
    hidden = redact(samples.port_blocked(), identity=Identity())
    (GOLDEN / "port_blocked.json").write_bytes(json.encode(hidden))


if __name__ == "__main__":
    main()
