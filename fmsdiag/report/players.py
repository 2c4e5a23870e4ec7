"""What players would have done, and what to enter in them: the words of window, terminal, page and ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fmsdiag.messages.reader import current_language, render, say
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.messages.visible import Rendered, one_line, visible
from fmsdiag.model import ClientProfile, Family, Message, Recommendation, Report, Transport
from fmsdiag.model.messages import Route
from fmsdiag.report.words import Mark, Tone


class PlayerTexts(Table, of="player-rows"):
    """What a player would have done."""

    CONNECTS = text("Connects")
    DOES_NOT = text("Does not connect")
    UNKNOWN = text("Unknown")
    # translators: stands behind the name of one player: "Encoder: connects over RTMP on port 1935"
    OVER = text("connects over {route:name}")
    OVER_AFTER = text("connects over {route:name} after {elapsed:duration}")
    SOMEHOW = text("connects")
    NEVER = text("does not connect")
    # translators: stands behind the names of several players: "Flash Player and Encoder: connect over RTMP on port 1935"
    SEVERAL_OVER = text("connect over {route:name}")
    SEVERAL_OVER_AFTER = text("connect over {route:name} after {elapsed:duration}")
    SEVERAL_SOMEHOW = text("connect")
    SEVERAL_NEVER = text("do not connect")
    NOT_KNOWN = text("unknown")
    SOMETIMES = text("Connects sometimes")
    CONNECTS_SOMETIMES = text("connects sometimes")
    SEVERAL_SOMETIMES = text("connect sometimes")
    UNTESTED = text("Some of what they try has no result in this test.")
    LINE = text("{players:name}: {outcome:name}")
    LINE_WITH_NOTE = text("{players:name}: {outcome:name}. {note:name}")
    PORTS_BEST_FIRST = text("Ports, best first: {ports:name}.")


class SeveralNotes(Table, of="player-rows.notes"):
    """What the notes of the profiles say of one player, said of several: each has the name of its note."""

    WAITED = text(
        "This includes {silence:duration} of waiting; how long these players really wait is not documented."
    )
    THROWN_OUT = text("{route} is accepted and then cut off, and these players do not try another way.")
    ADDRESS_SILENT = text(
        "One of the server's addresses does not answer; how long these players wait before they use another is not documented."
    )
    BY_ADDRESS = text(
        "The server's addresses answer {route} differently, so these players connect at some times and are rejected at "
        "others."
    )
    REJECTED = text("The server rejects the connection over {route}, and these players stop there.")
    REDIRECTED = text("The server answers {route} with a redirect, and these players try no other way.")
    BY_BROWSER = text(
        "{route} works through this computer's proxy, which players inside a browser use as well."
    )
    UNTESTED_BEFORE = plural(
        "They try {routes} first, which has no result in this test, so the time is unknown.",
        "They try {routes} first, which have no result in this test, so the time is unknown.",
    )
    UNTESTED_SOONER = plural(
        "They also try {routes}, which has no result in this test; they may connect sooner.",
        "They also try {routes}, which have no result in this test; they may connect sooner.",
    )
    GIVES_UP = text("They give up after {after:duration}.")
    ONLY = text("They try only {route}.")
    SOMETIMES = plural(
        "Some connections to port {ports} fail, so it may take more than one attempt.",
        "Some connections to ports {ports} fail, so it may take more than one attempt.",
    )
    NEXT_IF_IT_FAILS = text("Some connections to port {port} fail; then they use another of their attempts.")


_OF_SEVERAL: Mapping[str, Text] = {
    f"players.{said.id.rpartition('.')[2]}": said for said in SeveralNotes.texts()
}
"""By the id of the note of one player (diagnosis/conclusions/client_profiles.py)."""


@dataclass(frozen=True)
class PlayerRow:
    """Players that would have done the same."""

    players: str  # "Flash Player and NCManager"
    mark: Mark
    outcome: str  # "connects over RTMPT on port 80 after 5.4 s"
    note: str

    @property
    def line(self) -> str:
        """The row as one line: "Flash Player: connects over RTMPT on port 80 after 5.4 s. It gives up after 20 s." """
        if not self.note:
            return say(PlayerTexts.LINE, players=self.players, outcome=self.outcome)
        return say(PlayerTexts.LINE_WITH_NOTE, players=self.players, outcome=self.outcome, note=self.note)


def player_rows(report: Report) -> list[PlayerRow]:
    """The report's profiles, those that say the same in one row, in the order of the first of each.

    Players of whose ways too little was tested share the last row; where nothing is known of any, there is none.
    """
    untested = sum(_is_untested(profile) for profile in report.client_profiles)
    if untested == len(report.client_profiles):
        return []
    alike: dict[tuple[bool | None, str, str], list[ClientProfile]] = {}
    for profile in sorted(report.client_profiles, key=_is_unknown):
        is_open = _is_untested(profile) and untested > 1
        note = "" if is_open else _notes(profile)
        alike.setdefault((profile.connects, describe_profile(profile), note), []).append(profile)
    return [_row(profiles) for profiles in alike.values()]


def _is_unknown(profile: ClientProfile) -> bool:
    return profile.connects is None and not profile.sometimes


def _is_untested(profile: ClientProfile) -> bool:
    """Whether it is unknown because too little was tested, and not for a reason of its own."""
    said = {note.id for note in profile.notes}
    return _is_unknown(profile) and (not said or any(each.startswith("players.untested") for each in said))


def _row(profiles: Sequence[ClientProfile]) -> PlayerRow:
    """One row for players that would have done the same."""
    first, several = profiles[0], len(profiles) > 1
    note = say(PlayerTexts.UNTESTED) if several and _is_untested(first) else _notes(first, several=several)
    names = [one_line(profile.name, 60) for profile in profiles]
    outcome = describe_profile(first, several=several)
    return PlayerRow(current_language().list(names), _mark(first), outcome, note)


def _notes(profile: ClientProfile, *, several: bool = False) -> str:
    """Whole sentences, one behind the other."""
    notes = (_of_several(note) if several else render(note) for note in profile.notes)
    return Rendered(" ".join(map(visible, notes)))


def _of_several(note: Message) -> str:
    """The note as it is said of several players; as it is, where it is said alike or is not known here."""
    said = _OF_SEVERAL.get(note.id)
    return say(said, **note.values) if said is not None and said.fits(note.values) else render(note)


def _mark(profile: ClientProfile) -> Mark:
    if profile.sometimes:
        return Mark("▲", say(PlayerTexts.SOMETIMES), Tone.CAUTION, "!")
    if profile.connects is None:
        return Mark("?", say(PlayerTexts.UNKNOWN), Tone.NEUTRAL, "?")
    if profile.connects:
        return Mark("✓", say(PlayerTexts.CONNECTS), Tone.GOOD, "ok")
    return Mark("✗", say(PlayerTexts.DOES_NOT), Tone.BAD, "x")


def describe_profile(profile: ClientProfile, *, several: bool = False) -> str:
    """ "connects over RTMPT on port 80 after 5.4 s", "does not connect", "unknown"; of several: "connect over …"."""
    if profile.sometimes:
        return say(PlayerTexts.SEVERAL_SOMETIMES if several else PlayerTexts.CONNECTS_SOMETIMES)
    if profile.connects is None:
        return say(PlayerTexts.NOT_KNOWN)
    if not profile.connects:
        return say(PlayerTexts.SEVERAL_NEVER if several else PlayerTexts.NEVER)
    if not profile.by:
        return say(PlayerTexts.SEVERAL_SOMEHOW if several else PlayerTexts.SOMEHOW)
    route = name_of_key(profile.by)
    if profile.after_s is None:
        return say(PlayerTexts.SEVERAL_OVER if several else PlayerTexts.OVER, route=route)
    said = PlayerTexts.SEVERAL_OVER_AFTER if several else PlayerTexts.OVER_AFTER
    return say(said, route=route, elapsed=profile.after_s)


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
