"""A support case from its first file to its last one, by the real command line, in one world of the lab.

    python -m tests.lab.support_case CASE|typed-secrets FOLDER

Support makes a profile; then something breaks, and the customer runs it and saves the report; support makes a run of its
own, opens the customer's file, and compares; then it is fixed, and the customer runs the profile again. Everybody's files
are in a folder of their own below FOLDER; standard output is JSON: what each program said, by the step's name.

Run it by run_scenario.run_alone, as it makes the network in namespaces of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.elements import MediaServer, start_media_server, start_tinyproxy
from tests.lab.inside import Built, built
from tests.lab.planted import TYPED
from tests.lab.scenarios import SCENARIOS
from tests.lab.support_cases import CASES, SupportCase
from tests.lab.world import NAME, REFERENCE_NAME, RESOLVER, ROUTER, inside

TYPED_SECRETS = "typed-secrets"
_FILES = ("json", "markdown", "html", "support", "pcapng")
PROFILE, SENT, SENT_AGAIN = "help.fmsdiag", "report.zip", "again.zip"
_THIRD_PARTIES = ("--control", REFERENCE_NAME, "--resolver", RESOLVER)
"""Of support's own runs; a customer's run is compared with the profile's reference in their place."""
TICKET = "Ticket number=4711"
HEALTHY = next(scenario for scenario in SCENARIOS if scenario.name == "healthy")

# a mount namespace of one's own, for support does not ask the name server of the customer's router
_OTHER_RESOLVER = 'mount --bind "$0" "$(realpath /etc/resolv.conf)" && exec "$@"'


@dataclass
class Person:
    """Somebody at a computer of their own: a network, a folder, what is kept of their runs, and what was said to them."""

    folder: Path
    command: Sequence[str]  # goes before what is run
    environment: Mapping[str, str]
    said: dict[str, dict[str, object]] = field(default_factory=dict)

    def runs(self, step: str, *program: str, **environment: str) -> None:
        """Run a program to its end, and keep what it said under the step's name."""
        done = subprocess.run(
            [*self.command, *program],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            env={**self.environment, **environment},
        )
        self.said[step] = {"code": done.returncode, "out": done.stdout, "err": done.stderr}

    def fmsdiag(self, step: str, *arguments: str, **environment: str) -> None:
        """The real command line."""
        self.runs(step, sys.executable, "-m", "fmsdiag", *arguments, **environment)


def people(made: Built, folder: Path, environment: Mapping[str, str]) -> tuple[Person, Person]:
    """Support, in a healthy network elsewhere, and the customer, whose computer has `environment` in addition."""
    resolver = made.world.write("support-resolv.conf", f"nameserver {RESOLVER}\n")
    elsewhere = [*inside("public"), "unshare", "--mount", "sh", "-ec", _OTHER_RESOLVER, str(resolver)]
    support = Person(folder / "support", elsewhere, _own(folder / "support", made.environment))
    own = _own(folder / "customer", made.environment)
    return support, Person(folder / "customer", inside("client"), {**own, **environment})


def _own(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """All that fmsdiag keeps goes to the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        **environment,
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "FMSDIAG_HISTORY": str(folder / "history.sqlite3"),
        "FMSDIAG_JOURNAL": str(folder / "journal"),
        "FMSDIAG_LOG": str(folder / "fmsdiag.log"),
        "FMSDIAG_PSEUDONYMS": str(folder / "pseudonyms.sqlite3"),
        "FMSDIAG_OBS": "none",
    }


def make_profile(support: Person, case: SupportCase, path: Path) -> None:
    """A run from a healthy network, and a profile that customers' runs are compared with it by."""
    reference = str(support.folder / "reference.json")
    support.fmsdiag("reference", "test", case.url, *_THIRD_PARTIES, "--json", reference)
    words = ("--from", "Example Streaming", "--message", "Please run this test and send us the file.")
    asked = ("--field", "Ticket number!", "--field", "Your name", "--send-to", "help@example.net")
    compared = ("--reference", reference, "--output", str(path))
    control = ("--control", case.control) if case.control else ()
    support.fmsdiag("profile", "profile", "create", "--server", case.url, *words, *asked, *control, *compared)


def _at_once(*doings: Callable[[], None]) -> None:
    """What two people do at the same time. Raises what one of them raises."""
    with ThreadPoolExecutor(len(doings)) as pool:
        for future in [pool.submit(doing) for doing in doings]:
            future.result()


def walk(case: SupportCase, folder: Path, made: Built) -> dict[str, dict[str, object]]:
    """All of it; what each program said."""
    support, customer = people(made, folder, case.environment)
    profile, sent, again = folder / PROFILE, folder / SENT, folder / SENT_AGAIN
    run = ("test", "--profile", str(profile), "--field", TICKET)
    own, compared = str(support.folder / "own.json"), str(folder / "compared.json")
    make_profile(support, case, profile)
    with made.world.changed(ends_servers=case.ends_media):
        if case.ends_media:
            made.world.end("media")
        case.breaks(made.world, made.authority)
        _at_once(
            lambda: customer.fmsdiag("customer", *run, "--support", str(sent), "--since-last"),
            lambda: support.fmsdiag("own", "test", case.url, *_THIRD_PARTIES, "--json", own),
        )
    if case.ends_media:
        start_media_server(made.world, MediaServer(), made.authority)

    def fixed() -> None:
        customer.fmsdiag("fixed", *run, "--support", str(again), "--since-last")
        customer.fmsdiag("history", "history")

    def read() -> None:
        support.fmsdiag("show", "show", str(sent))
        support.fmsdiag("rejudge", "rejudge", str(sent), "--json", str(folder / "rejudged.json"))
        support.fmsdiag("compare", "compare", str(sent), own, "--json", compared)

    _at_once(fixed, read)
    before_after = ("compare", "--before-after", str(sent), str(again))
    support.fmsdiag("before-after", *before_after, "--json", str(folder / "before-after.json"))
    return {**support.said, **customer.said}


def walk_with_secrets(folder: Path, made: Built) -> dict[str, dict[str, object]]:
    """A customer types every secret there is a place for, with and without a profile, and asks for every file there is."""
    case = next(case for case in CASES if case.name == "proxy-required")
    support, customer = people(made, folder, {})
    start_tinyproxy(made.world, f"BasicAuth pupil {TYPED['proxy password']}")
    profile = folder / PROFILE
    make_profile(support, case, profile)
    secrets = {"FMSDIAG_PROXY_PASSWORD": TYPED["proxy password"], "FMSDIAG_PASSWORD": TYPED["password"]}
    through = ("--proxy", f"http://pupil@{ROUTER}:8888")
    files = [argument for name in _FILES for argument in (f"--{name}", str(folder / f"typed-{name}"))]
    sign_in, token = f"alice:{TYPED['password']}", f"?token={TYPED['query token']}"
    address = f"rtmp://{sign_in}@{NAME}/live/{TYPED['stream key']}{token}"
    publishes = (
        f"rtmp://{sign_in}@{NAME}/live{token}",
        "--publish",
        TYPED["published key"],
        "--i-own-this-stream",
    )
    customer.fmsdiag("typed", "test", address, *files, "--deep", "--idle", "1")
    customer.fmsdiag("published", "test", *publishes, "--pcapng", str(folder / "published-pcapng"))
    customer.fmsdiag("proxied", "test", *publishes, *through, "--support", str(folder / SENT), **secrets)
    strict = ("--level", "strict", "--support", str(folder / "strict.zip"))
    customer.fmsdiag("strict", "test", address, *through, *strict, **secrets)
    run = ("test", "--profile", str(profile), "--field", TICKET)
    customer.fmsdiag("customer", *run, *through, "--support", str(folder / SENT_AGAIN), **secrets)
    customer.fmsdiag("refused", "test", "--profile", str(profile), "--field", f"Ticket number={address}")
    customer.fmsdiag("history", "history")
    for number in range(1, 6):
        customer.fmsdiag(f"history-{number}", "history", "show", str(number))
    customer.fmsdiag("code", "code", str(folder / SENT), "--qr", str(folder / "code.svg"))
    support.fmsdiag("show", "show", str(folder / SENT))
    support.fmsdiag("compare", "compare", str(folder / SENT), str(folder / SENT_AGAIN))
    return {**support.said, **customer.said}


def main() -> int:
    name, folder = sys.argv[1:]
    os.umask(0o077)
    with built(HEALTHY) as made:
        if name == TYPED_SECRETS:
            said = walk_with_secrets(Path(folder), made)
        else:
            said = walk(next(case for case in CASES if case.name == name), Path(folder), made)
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
