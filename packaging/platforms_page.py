"""docs/platforms.md: what works on which system, why not, and how each of it was verified, from fmsdiag's own table."""

from __future__ import annotations

from report_format import GENERATED

from fmsdiag.messages.platforms import LIMITS, NAMES, SUPPORT, SYSTEMS, VERIFIED
from fmsdiag.messages.reader import say
from fmsdiag.model import PLATFORMS, Capability, Fact, Support, System, Verified

_INTRODUCTION = """\
What fmsdiag can do and learn depends on what each system tells an ordinary program; it never asks for a privilege. The program
decides by the same table, and a report lists under "Not available on this system" what its computer could not tell.

How each line was verified:

* **run**: the tests, or the fault lab, run it. On Linux that is Linux itself (Debian 12). On Windows it is Windows' own
  Python under Wine 10 on Linux, not Windows.
* **simulated**: the tests play this behavior of the system on Linux.
* **recorded values**: the tests feed the parser with values in the documented form; the call of the system was not run.
* **not run**: written by the documentation of the system, and never run there. That is everything on macOS, and what Wine
  cannot show of Windows: its firewall and security products, sleep and resume, ICMP errors and their senders, `SIO_TCP_INFO`,
  TCP timing, signing and SmartScreen. Where parsers read such values, tests feed them with values in the documented form."""


def platforms_page() -> str:
    """The page as Markdown."""
    systems = [say(SYSTEMS[system]) for system in System]
    lines = ["# Platforms", "", GENERATED, "", _INTRODUCTION, ""]
    lines += [f"| | {' | '.join(systems)} |", "|---|---|---|---|"]
    for capability, facts in PLATFORMS.items():
        cells = [_cell(facts[system]) for system in System]
        lines.append(f"| {_capital(say(NAMES[capability]))} | {' | '.join(cells)} |")
    lines += ["", "## Why not, or only partly", ""]
    lines += [
        f"* **{_capital(say(NAMES[capability]))}** ({', '.join(where)}): {say(LIMITS[capability])}."
        for capability in PLATFORMS
        if (where := _limited(capability))
    ]
    return "\n".join(lines) + "\n"


def _cell(fact: Fact) -> str:
    support = say(SUPPORT[fact.support])
    if fact.verified is Verified.NOTHING:
        return support
    verified = say(VERIFIED[fact.verified])
    return f"{support}; *{verified}*" if fact.verified is Verified.NOT_RUN else f"{support}; {verified}"


def _limited(capability: Capability) -> list[str]:
    limits = (Support.NEVER, Support.PARTLY)
    return [say(SYSTEMS[system]) for system, fact in PLATFORMS[capability].items() if fact.support in limits]


def _capital(said: str) -> str:
    return said[0].upper() + said[1:]
