"""What `fmsdiag` loads before it does what it was asked for: monitoring starts it again and again.

Not the time, which a busy machine makes up, but the modules; `make bench` shows the time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.systems import ON_WINDOWS

ROOT = Path(__file__).resolve().parents[1]
UNTIL_FIRST_PACKET = """
import json, os, socket, sys

def connect(self, address):
    if self.type & socket.SOCK_STREAM:
        os.write(2, json.dumps([address[:2], sorted(sys.modules)]).encode())
        os._exit(0)
    return connect_really(self, address)

connect_really, socket.socket.connect = socket.socket.connect, connect
from fmsdiag.__main__ import main
main(sys.argv[1:])
"""
LATER = (
    "PySide6", "babel", "cryptography", "fmsdiag.diagnosis", "fmsdiag.gui", "fmsdiag.report.html",
    "fmsdiag.report.markdown", "fmsdiag.report.view", "fmsdiag.server", "http.client", "jinja2", "rich.live",
    "urllib.request",
)  # fmt: skip
"""What the start of no run needs."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FMSDIAG_LOG": "none"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8"
    )


def loaded_before_the_first_packet(*arguments: str) -> tuple[list[object], list[str]]:
    """The address that is connected to first, and the modules that are loaded by then."""
    done = run("-c", UNTIL_FIRST_PACKET, "test", *arguments)
    address, modules = json.loads(done.stderr)
    return address, modules


def those_of(modules: list[str], *packages: str) -> list[str]:
    return [name for name in modules if name in packages or name.startswith(tuple(f"{p}." for p in packages))]


@pytest.mark.skipif(ON_WINDOWS, reason="the first connection there is that of the loop's own pair of sockets")
@pytest.mark.parametrize(
    ("typed", "not_needed"),
    [
        ("127.0.0.1", ("dns", "h11", "truststore", "fmsdiag.protocol.rtmfp", "fmsdiag.probe.proxy.network")),
        ("rtmps://127.0.0.1", ("dns", "h11", "fmsdiag.protocol.rtmfp")),
        ("rtmpt://127.0.0.1", ("dns", "truststore", "fmsdiag.protocol.rtmfp")),
    ],
)
def test_the_first_packet_waits_for_nothing_that_it_does_not_need(
    typed: str, not_needed: tuple[str, ...]
) -> None:
    address, modules = loaded_before_the_first_packet(typed)
    assert address[0] == "127.0.0.1"
    later = [name for name in LATER if name != "cryptography" or "truststore" in not_needed]
    assert those_of(modules, *later, *not_needed) == []


@pytest.mark.skipif(ON_WINDOWS, reason="the first connection there is that of the loop's own pair of sockets")
def test_what_the_first_attempt_needs_is_loaded_before_its_times_are_measured() -> None:
    assert those_of(loaded_before_the_first_packet("rtmps://127.0.0.1")[1], "truststore")
    assert those_of(loaded_before_the_first_packet("rtmpt://127.0.0.1")[1], "h11")
    assert those_of(loaded_before_the_first_packet("localhost")[1], "dns.message")


def test_the_version_is_there_at_once() -> None:
    code = "import sys; from fmsdiag.__main__ import main; main(['--version']); print(*sys.modules)"
    version, modules = run("-c", code).stdout.splitlines()
    assert version.startswith("fmsdiag ")
    assert those_of(modules.split(), "fmsdiag") == ["fmsdiag", "fmsdiag.__main__"]
