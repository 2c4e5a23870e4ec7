"""A support case from outside: walk it in a world of its own, then read what everybody was told and what lies where."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fmsdiag.model import Report
from fmsdiag.report.open_file import open_report
from tests.lab.planted import leaks
from tests.lab.run_scenario import run_alone
from tests.lab.support_case import SENT, SENT_AGAIN, TICKET, TYPED_SECRETS
from tests.lab.support_cases import SupportCase
from tests.lab.world import unavailable

LIMIT_S = 170.0
"""For a case: a dozen programs, beside whatever else runs."""
_EXIT_CODES = {"customer": (1, 2), "own": (0, 1, 2)}
"""Of steps that need not end with 0: a run in a faulty network ends as its verdict says."""


@dataclass(frozen=True)
class RoundTrip:
    """What came of a case."""

    case: SupportCase
    folder: Path
    said: dict[str, dict[str, Any]]

    def out(self, step: str) -> str:
        """What the program printed, in one line, so that no line break is in the way."""
        return " ".join(str(self.said[step]["out"]).split())

    @property
    def sent(self) -> Report:
        """The customer's report, from the file that support gets."""
        return _opened(self.folder / SENT)

    @property
    def fixed(self) -> Report:
        """The same after the fix."""
        return _opened(self.folder / SENT_AGAIN)

    def data(self, name: str) -> dict[str, Any]:
        """A file of JSON."""
        found: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return found


def lacks(case: SupportCase) -> str:
    """Why the case cannot be walked here, or an empty string."""
    return unavailable("nginx", "dnsmasq", *case.needs)


def walked(case: SupportCase, folder: Path) -> RoundTrip:
    """Walk the case; every program must have ended as it should."""
    trip = RoundTrip(case, folder, _said(case.name, folder))
    for step, said in trip.said.items():
        assert said["code"] in _EXIT_CODES.get(step, (0,)), f"{step}: {said}"
    return trip


def walked_with_secrets(folder: Path) -> dict[str, dict[str, Any]]:
    """A customer types every secret there is a place for; what each program said is in the folder as well."""
    said = _said(TYPED_SECRETS, folder)
    (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")
    return said


def _said(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    done = run_alone("tests.lab.support_case", name, str(folder), limit_s=LIMIT_S)
    assert done.returncode == 0, done.stderr
    said: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return said


def check(trip: RoundTrip) -> None:
    """Everybody reads what is true: the customer, support, the administrator, and the customer after the fix."""
    case, sent = trip.case, trip.sent
    assert sent.verdict.cause in case.causes
    assert sent.prepared is not None
    assert [f"{field.label}={field.value}" for field in sent.prepared.fields] == [TICKET]
    shown = trip.out("show")
    assert sent.verdict.cause in shown
    assert (sent.findings[0].request is not None) is case.is_customers
    assert trip.data("rejudged.json")["verdict"]["cause"] == sent.verdict.cause
    compared = trip.data("compared.json")
    assert compared["side"] in case.sides, compared
    assert compared["statement"]["text"] in trip.out("compare")
    assert compared["side_statement"]["text"] in trip.out("compare")
    assert not trip.fixed.findings, trip.fixed.verdict
    assert "Since " in trip.out("fixed")
    assert "no change" not in trip.out("fixed")
    assert trip.data("before-after.json")["reading"] in (
        "first-fails",
        "first-fails-partly",
        "first-rejected",
    )
    assert leaks(trip.folder) == []


def _opened(path: Path) -> Report:
    report = open_report(path).report
    assert report is not None
    return report
