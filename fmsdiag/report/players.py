"""What players would have done, and what to enter in them: the words of window, terminal, page and ticket."""

from __future__ import annotations

from dataclasses import dataclass

from fmsdiag.messages.reader import current_language, render, say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import Rendered, one_line, visible
from fmsdiag.model import ClientProfile, Family, Recommendation, Report, Transport
from fmsdiag.model.messages import Route
from fmsdiag.report.words import Mark, Tone


class PlayerTexts(Table, of="player-rows"):
    """What a player would have done."""

    CONNECTS = text("Connects")
    DOES_NOT = text("Does not connect")
    UNKNOWN = text("Unknown")
    BY = text("connects by {route:name}")
    BY_AFTER = text("connects by {route:name} after {elapsed:duration}")
    SOMEHOW = text("connects")
    NEVER = text("does not connect")
    NOT_KNOWN = text("unknown")
    UNTESTED = text("Some of the ports that they try were not tested.")
    LINE = text("{players:name}: {outcome:name}")
    LINE_WITH_NOTE = text("{players:name}: {outcome:name}. {note:name}")
    PORTS_BEST_FIRST = text("Ports, best first: {ports:name}.")


@dataclass(frozen=True)
class PlayerRow:
    """Players that would have done the same."""

    players: str  # "Flash Player and NCManager"
    mark: Mark
    outcome: str  # "connects by RTMPT on port 80 after 5.4 s"
    note: str

    @property
    def line(self) -> str:
        """The row as one line: "Flash Player: connects by RTMPT on port 80 after 5.4 s. 5.0 s of that is silence." """
        if not self.note:
            return say(PlayerTexts.LINE, players=self.players, outcome=self.outcome)
        return say(PlayerTexts.LINE_WITH_NOTE, players=self.players, outcome=self.outcome, note=self.note)


def player_rows(report: Report) -> list[PlayerRow]:
    """The report's profiles, those that say the same in one row, in the order of the first of each.

    Players of whose ways too little was tested share the last row; where nothing is known of any, there is none.
    """
    undecided = sum(profile.connects is None for profile in report.client_profiles)
    if undecided == len(report.client_profiles):
        return []
    alike: dict[tuple[bool | None, str, str], list[str]] = {}
    for profile in sorted(report.client_profiles, key=lambda profile: profile.connects is None):
        many = profile.connects is None and undecided > 1
        note = say(PlayerTexts.UNTESTED) if many else _notes(profile)
        same = (profile.connects, describe_profile(profile), note)
        alike.setdefault(same, []).append(one_line(profile.name, 60))
    return [
        PlayerRow(current_language().list(names), _mark(connects), outcome, note)
        for (connects, outcome, note), names in alike.items()
    ]


def _notes(profile: ClientProfile) -> str:
    """Whole sentences, one behind the other."""
    return Rendered(" ".join(visible(render(note)) for note in profile.notes))


def _mark(connects: bool | None) -> Mark:
    if connects is None:
        return Mark("?", say(PlayerTexts.UNKNOWN), Tone.NEUTRAL, "?")
    if connects:
        return Mark("✓", say(PlayerTexts.CONNECTS), Tone.GOOD, "ok")
    return Mark("✗", say(PlayerTexts.DOES_NOT), Tone.BAD, "x")


def describe_profile(profile: ClientProfile) -> str:
    """ "connects by RTMPT on port 80 after 5.4 s", "does not connect", "unknown"."""
    if not profile.connects:
        return say(PlayerTexts.NOT_KNOWN if profile.connects is None else PlayerTexts.NEVER)
    if not profile.by:
        return say(PlayerTexts.SOMEHOW)
    route = name_of_key(profile.by)
    if profile.after_s is None:
        return say(PlayerTexts.BY, route=route)
    return say(PlayerTexts.BY_AFTER, route=route, elapsed=profile.after_s)


def name_of_key(key: str) -> str:
    """An attempt's key for people: "tcp/80/rtmpt/proxy" is "RTMPT on port 80 through the proxy"."""
    _, _, rest = key.partition("/")
    port, _, spoken = rest.partition("/")
    transport, *further = spoken.split("/")
    if transport not in Transport.__members__.values() or not (port.isascii() and port.isdigit()):
        return one_line(key, 60)
    family = next((Family(word) for word in further if word in Family.__members__.values()), Family.ANY)
    return current_language().route(Route(Transport(transport), int(port[:6]), "proxy" in further, family))


def recommended_lines(found: Recommendation | None) -> list[str]:
    """What goes with the recommended address: why, the ports, and the server's settings; empty without any."""
    if found is None:
        return []
    lines = [one_line(render(found.message), 400)] if found.message is not None else []
    if len(found.ports) > 1:
        lines.append(say(PlayerTexts.PORTS_BEST_FIRST, ports=_ports(found)))
    return lines + [one_line(render(setting), 600) for setting in found.settings]


def _ports(found: Recommendation) -> str:
    pairs = (pair.partition(":") for pair in found.ports)
    return current_language().list(
        [" ".join((one_line(t, 20).upper(), one_line(p, 20))) for t, _, p in pairs]
    )
