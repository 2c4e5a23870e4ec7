"""The inner process of the lab: builds a scenario's world in its fresh namespaces, runs a command at the client, ends.

    python -m tests.lab.inside SCENARIO -- COMMAND…

Run it by run_scenario.py, which puts `unshare` around it. The command's output and exit code are its own.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lab.elements import Authority, start_media_server, start_name_server, start_reference
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import DOMAIN, RESOLVER, ROUTER, World, inside, run

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "socks_proxy")


@dataclass(frozen=True)
class Built:
    """A scenario's world, and the environment of the client's command."""

    world: World
    authority: Authority
    environment: dict[str, str]


def build(scenario: Scenario, folder: Path) -> Built:
    """Make the world."""
    world = World(folder, far=scenario.far)
    authority = Authority(folder)
    start_name_server(world, "public", RESOLVER, scenario.public)
    if scenario.resolver is not None:
        start_name_server(world, "router", ROUTER, scenario.resolver)
    start_reference(world, authority)
    if scenario.server is not None:
        start_media_server(world, scenario.server, authority)
    asked = "".join(f"nameserver {address}\n" for address in scenario.resolvers)
    _replace(folder, "/etc/resolv.conf", f"{asked}search {DOMAIN}\noptions timeout:2 attempts:2\n")
    _replace(folder, "/etc/hosts", f"127.0.0.1 localhost\n{scenario.hosts}\n")
    scenario.breaks(world, authority)
    kept = {
        k: v
        for k, v in os.environ.items()
        if k.lower() not in PROXY_VARIABLES and not k.startswith("FMSDIAG_")
    }
    environment = {
        **kept,
        "FMSDIAG_LOG": "none",
        "FMSDIAG_JOURNAL": "none",  # and no history: this computer's user has run none of this
        "SSL_CERT_FILE": str(authority.file),
        "SSL_CERT_DIR": "/nonexistent",
        **scenario.environment,
    }
    return Built(world, authority, environment)


def _replace(folder: Path, path: str, text: str) -> None:
    """Put a file of our own over one of the system's; seen in this mount namespace alone."""
    own = folder / Path(path).name
    own.write_text(text, encoding="utf-8")
    run("mount", "--bind", str(own), os.path.realpath(path))


@contextlib.contextmanager
def built(scenario: Scenario) -> Iterator[Built]:
    """The scenario's world while it is used. Ends this process where it has no namespaces of its own."""
    if (
        os.getpid() != 1
    ):  # the first process of namespaces of its own: elsewhere it would mount over this computer's files
        sys.exit("run it as tests/lab/run_scenario.py does, inside `unshare --net --mount --pid --fork`")
    run("mount", "--make-rprivate", "/")
    os.makedirs("/run/netns", exist_ok=True)
    run("mount", "-t", "tmpfs", "netns", "/run/netns")
    with tempfile.TemporaryDirectory(dir="/run/netns") as folder:
        yield build(scenario, Path(folder))


def main() -> int:
    name, _, *command = sys.argv[1:]
    with built(next(s for s in SCENARIOS if s.name == name)) as made:
        return subprocess.run(
            [*inside("client"), *command], env=made.environment, stdin=subprocess.DEVNULL
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
