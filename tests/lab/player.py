"""Does rtmpdump fare in a scenario as the report says? Run at the client, in the scenario's world.

    python -m tests.lab.player URL [ARGUMENT of fmsdiag test…]

Makes a report, then connects with rtmpdump by the address that the report recommends, and by the URL itself as an encoder's
one attempt does. Prints one line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

LIMIT_S = 20.0
PATIENCE_S = 12
SPOKEN = ("rtmp", "rtmpe", "rtmps", "rtmpt", "rtmpte", "rtmpts")
ENCODER = "encoder"
CHECKS_NO_CERTIFICATE = ("rtmps:", "rtmpts:")
ACCEPTED = b"received result for method call <connect>"
NEXT = b"received result for method call <createStream>"
CLOSED = (b"failed to read RTMP packet header", b"requested close")
ENDED = (b"No valid HTTP response found", b"NetConnection.Connect.Rejected", b"NetConnection.Connect.Closed")


def connects(url: str) -> bool | None:
    """Whether rtmpdump's NetConnection is accepted and still there for what follows; none for what it does not speak."""
    if url.partition(":")[0] not in SPOKEN:
        return None
    argv = ["rtmpdump", "-V", "-r", url, "-y", "none", "-m", str(PATIENCE_S), "-B", "0.1", "-o", "/dev/null"]
    began = time.monotonic()
    try:
        said = subprocess.run(argv, capture_output=True, timeout=LIMIT_S, stdin=subprocess.DEVNULL).stderr
    except subprocess.TimeoutExpired as late:
        said = late.stderr or b""
    return stays_connected(said, time.monotonic() - began)


def stays_connected(said: bytes, lasted_s: float) -> bool:
    """Whether rtmpdump's own words tell of an accepted connection that the server, or who carries it, did not end at once.

    What it says when it ends by itself, after its stream or out of patience, is not told from a close: so a close counts only
    before the answer to the next call, and sooner than its patience. A tunnel that breaks and a late rejection always count.
    """
    _, accepted, after = said.partition(ACCEPTED)
    if not accepted or any(sign in after for sign in ENDED):
        return False
    until_next, answered, _ = after.partition(NEXT)
    return bool(answered) or lasted_s >= PATIENCE_S or not any(sign in until_next for sign in CLOSED)


def is_address(pasted: str) -> bool:
    return pasted.count("://") == 1 and " " not in pasted


def asked_for(report: dict[str, Any]) -> str:
    """The address that the report says it tested: what was pasted, set right, with nothing hidden in it."""
    target = report["target"]
    host = f"[{target['host']}]" if ":" in target["host"] else target["host"]
    port = f":{target['port']}" if target.get("port") else ""
    return f"{target['transport']}://{host}{port}/{target['application']}"


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
    foretold, asked = predicted(report), url if is_address(url) else asked_for(report)
    print(
        json.dumps(
            {
                "causes": [finding["cause"] for finding in report["findings"]],
                "recommended": recommended,
                "recommended_connects": connects(recommended) if recommended and not proxy else None,
                "foretold": foretold,
                "connects": None
                if foretold is None or asked.startswith(CHECKS_NO_CERTIFICATE)
                else connects(asked),
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
