"""Does rtmpdump fare in a scenario as the report says? Run at the client, in the scenario's world.

    python -m tests.lab.player URL [ARGUMENT of fmsdiag test…]

Makes a report, then connects with rtmpdump by the address that the report recommends, and by the URL itself as an encoder's
one attempt does. Prints one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

LIMIT_S = 20.0
SPOKEN = ("rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts")
ENCODER = "encoder"
ACCEPTED = "received result for method call <connect>"


def connects(url: str) -> bool | None:
    """Whether rtmpdump's NetConnection is accepted; none for what it does not speak."""
    if url.partition(":")[0] not in SPOKEN:
        return None
    argv = ["rtmpdump", "-V", "-r", url, "-y", "none", "-m", "12", "-B", "0.1", "-o", "/dev/null"]
    try:
        done = subprocess.run(argv, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL)
        said = done.stderr
    except subprocess.TimeoutExpired as late:
        said = late.stderr or b""
    return ACCEPTED.encode() in said


def predicted(report: dict[str, Any]) -> bool | None:
    """Whether the report says that an encoder connects; none where it leaves that open."""
    profiles = report.get("client_profiles", ())
    return next((p["connects"] for p in profiles if ENCODER in p["name"].lower()), None)


def main() -> int:
    url, *arguments = sys.argv[1:]
    argv = [sys.executable, "-m", "fmsdiag", "test", url, *arguments, "--include-sensitive", "--json", "-"]
    done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    report = json.loads(done.stdout)
    recommended = (report.get("recommendation") or {}).get("url", "")
    proxy = (report.get("recommendation") or {}).get("proxy")
    foretold = predicted(report)
    print(
        json.dumps(
            {
                "causes": [finding["cause"] for finding in report["findings"]],
                "recommended": recommended,
                "recommended_connects": connects(recommended) if recommended and not proxy else None,
                "foretold": foretold,
                # rtmpdump takes any certificate
                "connects": None if foretold is None or url.startswith("rtmps:") else connects(url),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
