"""Walks support cases with the real window, step by step: `python -m tests.gui.walk OUT [CASE…]`, as root.

Support prepares a profile, the customer's window runs it in a network with a fault and saves the report, support opens
that and compares it, and the customer runs the profile again after the fix. Each of them has a process and an X server of
their own in their network of the lab; pictures of each step go to OUT/CASE. The steps are in walk_steps.py.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.lab.elements import MediaServer, start_media_server
from tests.lab.inside import built
from tests.lab.run_scenario import run_alone
from tests.lab.support_case import HEALTHY, Person, people
from tests.lab.support_cases import CASES, SupportCase
from tests.lab.world import REFERENCE_NAME, RESOLVER, unavailable

USUAL = ("port-dropped", "wrong-application")
LIMIT_S = 300.0
INSIDE = "--inside"


def main() -> int:
    if sys.argv[1:2] == [INSIDE]:
        name, pictures = sys.argv[2:]
        walk(next(case for case in CASES if case.name == name), Path(pictures))
        return 0
    parser = argparse.ArgumentParser(prog="python -m tests.gui.walk")
    parser.add_argument("folder", type=Path, metavar="OUT")
    parser.add_argument("names", nargs="*", metavar="CASE", help=", ".join(case.name for case in CASES))
    arguments = parser.parse_args()
    if reason := unavailable("nginx", "dnsmasq", "xvfb-run"):
        print(reason)
        return 1
    for name in arguments.names or USUAL:
        pictures = arguments.folder.absolute() / name
        shutil.rmtree(pictures, ignore_errors=True)
        pictures.mkdir(parents=True)
        done = run_alone("tests.gui.walk", INSIDE, name, str(pictures), limit_s=LIMIT_S)
        print(f"{name}: {len(list(pictures.glob('*.png')))} pictures in {pictures}")
        if done.returncode:
            print(done.stderr[-4000:])
            return 1
    return 0


def walk(case: SupportCase, pictures: Path) -> None:
    """In namespaces of its own. Raises RuntimeError with what a window's process said when a step was not possible."""
    with tempfile.TemporaryDirectory(dir="/run/netns") as kept, built(HEALTHY) as made:
        support, customer = people(made, Path(kept), case.environment)
        _step(support, "prepare", case, pictures)
        with made.world.changed(ends_servers=case.ends_media):
            if case.ends_media:
                made.world.end("media")
            case.breaks(made.world, made.authority)
            _step(customer, "ask", case, pictures)
            _step(support, "compare", case, pictures)
        if case.ends_media:
            start_media_server(made.world, MediaServer(), made.authority)
        _step(customer, "repeat", case, pictures)


def _step(person: Person, part: str, case: SupportCase, pictures: Path) -> None:
    """One window from its start to its end."""
    (person.folder / "Desktop").mkdir(exist_ok=True)
    surroundings = {
        "QT_QPA_PLATFORM": "xcb",
        "FMSDIAG_THEME": os.environ.get("FMSDIAG_THEME", "light"),
        "FMSDIAG_LANGUAGE": os.environ.get("FMSDIAG_LANGUAGE", "en"),
        "FMSDIAG_CONTROL": REFERENCE_NAME,
        "FMSDIAG_RESOLVER": RESOLVER,
    }
    window = (sys.executable, "-m", "tests.gui.walk_steps", part, case.url, str(pictures))
    person.runs(part, "xvfb-run", "-a", "-s", "-screen 0 1400x1000x24", *window, **surroundings)
    if person.said[part]["code"]:
        raise RuntimeError(f"{part}: {person.said[part]['err']}")


if __name__ == "__main__":
    sys.exit(main())
