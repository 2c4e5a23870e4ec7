"""`make lab-players`: does rtmpdump connect in each scenario by the recommended address, and otherwise as foretold?

    python -m tests.lab.players [SCENARIO…] [-j N]

Lines that lose packets, and paths of which one is dead, are left out: there two connections in a row may fare differently.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.lab.run_scenario import ROOT
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import REFERENCE_NAME, RESOLVER, unavailable

BY_CHANCE = (
    "packet-loss",
    "some-connections-fail",
    "connection-rate-limited",
    "connection-count-limited",
    "one-address-dead",
)
LIMIT_S = 150
_IPV4_ONLY = "rtmpdump looks up and connects by IPv4 only"
_TLS_13 = "rtmpdump's handshake fails inside TLS 1.3, where the server allows nothing else"
_TOKEN = "rtmpdump answers a secureToken only with the key that belongs to it"
LEFT_OUT = {
    "odd-on-status": "rtmpdump waits for _result and takes no onStatus for an answer",
    "odd-on-status-secure": "likewise",
    "other-transaction": "rtmpdump takes an answer only by the number of its question",
    "by-address-six": "rtmpdump reads no IPv6 address in a URL",
    "unseen-hosts-ipv6": _IPV4_ONLY,
    "six-alone": _IPV4_ONLY,
    "unseen-ipv6-network": _IPV4_ONLY,
    "unseen-no-aaaa": _IPV4_ONLY,
    "tunnel-behind-haproxy": "rtmpdump reads Content-Length in this spelling alone, and HAProxy writes it in lower case",
    "secure-tunnel-behind-caddy": "rtmpdump sends no server name in TLS, and Caddy demands one",
    "token-for-a-stream": _TOKEN,
    "token-unanswered": _TOKEN,
    "tls-13": _TLS_13,
    "tls-odd-protocols": _TLS_13,
    "node-media-server": "rtmpdump's handshake fails inside TLS 1.3 of Node.js; with TLS 1.2 alone it connects",
    "right-password": "rtmpdump has no sign-in of publishers",
}
"""Scenarios in which rtmpdump is not like other players, and why."""


@dataclass(frozen=True)
class Played:
    """What rtmpdump did in a scenario, beside what the report said."""

    scenario: Scenario
    seen: dict[str, Any]
    errors: str = ""

    @property
    def complaints(self) -> list[str]:
        if not self.seen:
            return [f"no result: {self.errors.strip()[-200:]}"]
        found = []
        if self.seen["recommended_connects"] is False:
            found.append(f"rtmpdump does not connect by the recommended {self.seen['recommended']}")
        foretold, connects = self.seen["foretold"], self.seen["connects"]
        if foretold is not None and connects is not None and foretold != connects:
            found.append(
                f"an encoder was foretold to {'connect' if foretold else 'fail'}, and rtmpdump did not"
            )
        return found


def play(scenario: Scenario) -> Played:
    """Build the scenario's world and run player.py at its client."""
    wrapped = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"]
    asked = ["--control", REFERENCE_NAME, "--resolver", RESOLVER, *scenario.arguments]
    program = [sys.executable, "-m", "tests.lab.player", scenario.url, *asked]
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(
            [*wrapped, sys.executable, "-m", "tests.lab.inside", scenario.name, "--", *program],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            timeout=LIMIT_S,
        )
        return Played(scenario, json.loads(done.stdout), done.stderr)
    except subprocess.TimeoutExpired:
        return Played(scenario, {}, f"no answer in {LIMIT_S} s")
    except ValueError:
        return Played(scenario, {}, done.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.players")
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("-j", "--jobs", type=int, default=2)
    arguments = parser.parse_args()
    if reason := unavailable("rtmpdump"):
        print(reason)
        return 1
    chosen = [
        s
        for s in SCENARIOS
        if s.cause not in BY_CHANCE
        and s.name not in LEFT_OUT
        and (not arguments.names or s.name in arguments.names)
    ]
    odd = connected = compared = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for played in pool.map(play, chosen):
            complaints = played.complaints
            odd += bool(complaints)
            connected += played.seen.get("recommended_connects") is True
            compared += played.seen.get("connects") is not None
            print(
                f"{'ODD ' if complaints else 'ok  '} {played.scenario.name:36} {'; '.join(complaints)}",
                flush=True,
            )
    print(
        f"{len(chosen)} scenarios: by the recommended address rtmpdump connected in {connected}, an encoder was foretold in "
        f"{compared}; {odd} odd"
    )
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
