"""What players would have done, and what to enter in them: the words of window, terminal, page and ticket."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.messages.reader import render
from fmsdiag.model import ClientProfile, Recommendation, Report
from fmsdiag.report.visible import one_line
from fmsdiag.report.words import Mark, Tone, format_duration

TITLE = "What players would have done"
_CONNECTS = Mark("✓", "Connects", Tone.GOOD, "ok")
_DOES_NOT = Mark("✗", "Does not connect", Tone.BAD, "x")
_OPEN = Mark("?", "Cannot be told", Tone.NEUTRAL, "?")
_UNTESTED = "not all of the ports that they try were tested"


@dataclass(frozen=True)
class PlayerRow:
    """Players that would have done the same."""

    players: str  # "Flash Player, NCManager"
    mark: Mark
    outcome: str  # "connects by RTMPT 80 after 5.4 s"
    note: str

    @property
    def line(self) -> str:
        """The row as one line: "Flash Player: connects by RTMPT 80 after 5.4 s; 5.0 s of it in silence"."""
        return f"{self.players}: {self.outcome}" + (f"; {self.note}" if self.note else "")


def player_rows(report: Report) -> list[PlayerRow]:
    """The report's profiles, those that say the same in one row, in the order of the first of each.

    Players of whose ways too little was tested share the last row; where nothing can be told of any, there is none.
    """
    undecided = sum(profile.connects is None for profile in report.client_profiles)
    if undecided == len(report.client_profiles):
        return []
    alike: dict[tuple[bool | None, str, str], list[str]] = {}
    for profile in sorted(report.client_profiles, key=lambda profile: profile.connects is None):
        many = profile.connects is None and undecided > 1
        note = _UNTESTED if many else one_line(" ".join(map(render, profile.notes)), 200)
        same = (profile.connects, describe_profile(profile), note)
        alike.setdefault(same, []).append(one_line(profile.name, 60))
    marks = {True: _CONNECTS, False: _DOES_NOT, None: _OPEN}
    return [
        PlayerRow(", ".join(names), marks[connects], outcome, note)
        for (connects, outcome, note), names in alike.items()
    ]


def describe_profile(profile: ClientProfile) -> str:
    """ "connects by RTMPT 80 after 5.4 s", "does not connect", "cannot be told"."""
    if not profile.connects:
        return (_DOES_NOT if profile.connects is False else _OPEN).word.lower()
    by = f" by {name_of_key(profile.by)}" if profile.by else ""
    after = f" after {format_duration(profile.after_s)}" if profile.after_s is not None else ""
    return f"connects{by}{after}"


def name_of_key(key: str) -> str:
    """An attempt's key for people: "tcp/80/rtmpt/proxy" is "RTMPT 80 through the proxy"."""
    carrier, _, rest = one_line(key, 60).partition("/")
    port, _, spoken = rest.partition("/")
    transport, _, further = spoken.partition("/")
    if not transport:
        return carrier if not rest else f"{carrier}/{rest}"
    name = f"{transport.upper()} {port}"
    if "ipv" in further:
        name += " (IPv6)" if "ipv6" in further else " (IPv4)"
    return f"{name} through the proxy" if further.endswith("proxy") else name


def recommended_lines(found: Recommendation | None) -> list[str]:
    """What goes with the recommended address: the ports, why, and the server's settings; empty without any."""
    if found is None:
        return []
    pairs = [pair.partition(":") for pair in found.ports]
    ports = ", then ".join(f"{one_line(name, 20).upper()} {one_line(port, 20)}" for name, _, port in pairs)
    lines = [
        one_line(render(found.message), 400) if found.message is not None else "",
        f"Ports, best first: {ports}." if len(pairs) > 1 else "",
    ]
    lines += [f"The server's setting for it: {one_line(render(setting), 600)}" for setting in found.settings]
    return [line for line in lines if line]
