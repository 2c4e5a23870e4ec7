"""The network path as path tests show it: its hops, and where what was sent to the server ends. Pure.

Every face shows it: window and page as a picture (path_map_shapes.py), terminal and Markdown in lines.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise

import msgspec

from fmsdiag.hops import gap_of, reset_by, side_of_hop, taken_unanswered, without_borrowed_senders
from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import (
    Attempt,
    BytesPathFacts,
    Experiment,
    FirstBytes,
    Hop,
    HopFacts,
    HopOutcome,
    Observation,
    PathOutcome,
    Purpose,
    Report,
    Side,
    Status,
    StepName,
)
from fmsdiag.model.messages import Names
from fmsdiag.report.measured import BYTES_PATHS

FARTHEST = 64
"""Hops; a report from a file may tell of any number."""
MAX_STOPS, MAX_ARRIVALS = 4, 2
"""Endings that are told."""
MAX_TESTS = 100
"""Path tests that are looked at."""
MAX_WHOLE = 7
"""Stations of a path that is shown with every hop."""


class PathMapTexts(Table, of="path-map"):
    """The map in words."""

    THIS_COMPUTER = text("This computer")
    HOP = text("hop {number:count}")
    HOPS_LEFT_OUT = plural("{count} more hop", "{count} more hops")
    TCP = text("TCP port {port}")
    UDP = text("UDP port {port}")
    RTMP = text("RTMP on port {port}")
    CONNECT = text("RTMP's connect on port {port}")
    TLS = text("TLS on port {port}")
    RTMPT = text("RTMPT on port {port}")
    OTHER = text("bytes of no protocol on port {port}")
    # translators: {path} is "This computer ✓ 10.0.0.1", {station} the next hop that was reached
    REACHED = text("{path:name} ✓ {station:name}")
    STOP = plural("{path:name} ✗ {what:names} stops here", "{path:name} ✗ {what:names} stop here")
    SILENT = plural(
        "{path:name} ✗ {what:names} gets no answer beyond here",
        "{path:name} ✗ {what:names} get no answer beyond here",
    )
    RESET = plural("{path:name} ✗ {what:names} is reset here", "{path:name} ✗ {what:names} are reset here")
    REJECTED = plural(
        "{path:name} ✗ {what:names} is rejected here", "{path:name} ✗ {what:names} are rejected here"
    )


class Fate(Enum):
    """What becomes of something that is sent to the server."""

    STOPS = "stops"
    SILENT = "silent"  # from where the server is: what is sent is lost there, or the answer on its way back
    RESET = "reset"  # by a device that is not the server
    REJECTED = "rejected"  # a connect, on the way
    REFUSED = "refused"  # where the server is: by itself, or by what stands before it
    UNANSWERED = "unanswered"  # it reaches the server, which says nothing
    ARRIVES = "arrives"

    @property
    def is_cut(self) -> bool:
        """Whether it has a place on the path."""
        return self in (Fate.STOPS, Fate.SILENT, Fate.RESET, Fate.REJECTED)


@dataclass(frozen=True)
class Station:
    """This computer (hop 0), a router, the server, or `left_out` hops that have nothing to tell."""

    hop: int
    label: str
    side: Side
    left_out: int = 0


@dataclass(frozen=True)
class Ending:
    """What was sent, the last hop that it reached, and what becomes of it there."""

    what: str
    reached: int
    fate: Fate


@dataclass(frozen=True)
class PathMap:
    """Stations from this computer to the server, and what ends where: the nearest first."""

    stations: tuple[Station, ...]
    endings: tuple[Ending, ...]

    @property
    def server(self) -> Station:
        """The last station."""
        return self.stations[-1]

    @property
    def lines(self) -> tuple[str, ...]:
        """ "This computer ✓ 10.66.0.1 ✗ RTMP on port 1935 stops here", a line for each place where something is cut."""
        cut = [ending for ending in self.endings if ending.fate.is_cut]
        places = groupby(cut, key=lambda ending: (ending.reached, ending.fate))
        return tuple(self._line(*place, [ending.what for ending in group]) for place, group in places)

    def _line(self, reached: int, fate: Fate, what: list[str]) -> str:
        path = self.stations[0].label
        for station in self.stations[1:]:
            if station.hop <= reached:
                path = say(PathMapTexts.REACHED, path=path, station=station.label)
        return say(_LINES[fate], path=path, what=Names(tuple(what)))


_LINES: Mapping[Fate, Text] = {
    Fate.STOPS: PathMapTexts.STOP,
    Fate.SILENT: PathMapTexts.SILENT,
    Fate.RESET: PathMapTexts.RESET,
    Fate.REJECTED: PathMapTexts.REJECTED,
}
_BYTES: Mapping[str, Text] = {
    FirstBytes.RTMP: PathMapTexts.RTMP,
    FirstBytes.CONNECT: PathMapTexts.CONNECT,
    FirstBytes.TLS: PathMapTexts.TLS,
    FirstBytes.RTMPT: PathMapTexts.RTMPT,
    FirstBytes.OTHER: PathMapTexts.OTHER,
}
_TESTS = (*BYTES_PATHS, Experiment.HOPS, Experiment.UDP_HOPS)
_OVER = (Status.CONNECTED, Status.REJECTED, Status.FAILED)
_REFUSALS = (HopOutcome.REFUSED, HopOutcome.UNREACHABLE)


@dataclass(frozen=True)
class _Told:
    """One path test's ending with what it knows of the path."""

    ending: Ending
    stopped: int
    """The first hop that was not reached, where it is cut."""


def path_map(report: Report) -> PathMap | None:
    """The path's map; none where no path test shows a place at which something is cut."""
    tests = list(_tests(report))
    distance = _distance(tests)
    proof = {shown for finding in report.findings if finding.place for shown in finding.place.evidence}
    told = sorted(_unique(_told(report, tests, distance, proof)), key=lambda one: one.ending.reached)
    cut = sorted((one for one in told if one.ending.fate.is_cut), key=_nearest)[:MAX_STOPS]
    if not cut:
        return None
    others = [one for one in told if not one.ending.fate.is_cut]
    arriving = [one for one in others if one.ending.fate is Fate.ARRIVES]
    refused = [one for one in others if one.ending.fate is Fate.REFUSED]
    unanswered = [one for one in others if one.ending.fate is Fate.UNANSWERED]
    shown = [*cut, *[*unanswered, *arriving, *refused][:MAX_ARRIVALS]]
    routers = _routers(tests, distance)
    last = distance if distance is not None else max((*routers, *(one.ending.reached for one in cut))) + 1
    whole = _stations(report, routers, last, distance)
    told_of = {hop for one in cut for hop in (one.ending.reached, one.stopped)}
    return PathMap(tuple(_without_middle(whole, told_of)), tuple(one.ending for one in shown))


def _nearest(one: _Told) -> tuple[int, str]:
    return one.ending.reached, one.ending.fate.value


# ---- what the tests tell


@dataclass(frozen=True)
class _Test:
    """A path test to the server: the connects with a small time-to-live, and the attempt that they belong to."""

    attempt: Attempt
    step: Observation
    facts: HopFacts

    @property
    def port(self) -> int:
        return self.attempt.endpoint.port

    @property
    def opens(self) -> bool:
        return any(hop.outcome == HopOutcome.OPEN for hop in self.facts.hops)


def _tests(report: Report) -> Iterator[_Test]:
    """As many as any run makes: a file may hold more. Those of first bytes come first."""
    gateways = report.environment.default_gateways
    made = [a for a in report.attempts if a.experiment in _TESTS and a.status in _OVER][:MAX_TESTS]
    for attempt in sorted(
        made, key=lambda attempt: attempt.experiment in (Experiment.HOPS, Experiment.UDP_HOPS)
    ):
        step = attempt.step(StepName.HOP)
        is_direct = attempt.endpoint.host == report.target.host and attempt.endpoint.proxy is None
        if step is not None and isinstance(step.facts, HopFacts) and is_direct:
            others = tuple(_paths(made, attempt))
            hops = without_borrowed_senders(step.facts.hops, step.address, others, gateways)
            yield _Test(attempt, step, msgspec.structs.replace(step.facts, hops=hops))


def _paths(made: Iterable[Attempt], but: Attempt) -> Iterator[tuple[Hop, ...]]:
    """The paths of the other tests."""
    for attempt in made:
        step = attempt.step(StepName.HOP)
        if attempt is not but and step is not None and isinstance(step.facts, HopFacts):
            yield step.facts.hops


def _distance(tests: Iterable[_Test]) -> int | None:
    """Hops to the server: where a connect was completed."""
    hops = (hop for test in tests for hop in test.facts.hops if hop.outcome == HopOutcome.OPEN)
    return next((hop.ttl for hop in hops if 0 < hop.ttl <= FARTHEST), None)


def _routers(tests: Iterable[_Test], distance: int | None) -> dict[int, Hop]:
    """The router of each hop, as the first test names it."""
    found: dict[int, Hop] = {0: Hop(0, HopOutcome.SILENT)}
    for hop in (hop for test in tests for hop in test.facts.hops):
        on_path = 0 < hop.ttl < (distance or FARTHEST)
        if hop.outcome == HopOutcome.TIME_EXCEEDED and on_path:
            found.setdefault(hop.ttl, hop)
    return found


def _told(report: Report, tests: list[_Test], distance: int | None, proof: Container[str]) -> Iterator[_Told]:
    own = [a for a in report.attempts if a.purpose in (Purpose.FALLBACK, Purpose.CHECK)]
    opened = {port for attempt in own for port in _opened(attempt)}
    opened |= {t.port for t in tests if t.opens and t.attempt.experiment is not Experiment.UDP_HOPS}
    passing = next((t.facts.hops for t in tests if t.opens and t.attempt.experiment is Experiment.HOPS), ())
    for test in tests:
        yield from _of_bytes(test, distance)
    for test in tests:
        what = PathMapTexts.UDP if test.attempt.experiment is Experiment.UDP_HOPS else PathMapTexts.TCP
        if what is PathMapTexts.TCP and test.port in opened and not test.opens:
            continue  # not every connect to it ends there
        for one in _of_hops(say(what, port=test.port), test, passing, distance):
            if one.ending.fate is Fate.REFUSED:
                is_story = test.port in {a.endpoint.port for a in own}  # others are only comparisons
            else:
                is_story = not _is_at_door(one, distance) or test.step.id in proof
            if is_story:
                yield one


def _opened(attempt: Attempt) -> Iterator[int]:
    """Ports of the server that opened to an attempt."""
    for seen in attempt.observations:
        if seen.step is StepName.TCP and seen.failure is None and attempt.endpoint.proxy is None:
            yield attempt.endpoint.port


def _is_at_door(one: _Told, distance: int | None) -> bool:
    """Whether a port is silent where the server is: so are ports that it does not offer, which is no fault."""
    return one.ending.fate is Fate.SILENT and one.stopped == distance


def _of_bytes(test: _Test, distance: int | None) -> Iterator[_Told]:
    """First bytes: nothing is told where this computer cannot say how far they came."""
    step = test.attempt.step(StepName.BYTES_PATH)
    facts = step.facts if step is not None else None
    if not isinstance(facts, BytesPathFacts) or not facts.supported or facts.content not in _BYTES:
        return
    if facts.ends_alone:
        return  # so would a connection on which nothing is sent
    what = say(_BYTES[facts.content], port=test.port)
    if taken_unanswered(facts):
        yield _Told(Ending(what, distance or 0, Fate.UNANSWERED), 0)
    elif facts.stopped is None:
        yield _Told(Ending(what, distance or 0, Fate.ARRIVES), 0)
    elif 0 <= facts.reached < facts.stopped <= (distance or 0):
        fate = Fate.RESET if reset_by(test.attempt, facts) is not None else Fate.STOPS
        if fate is Fate.STOPS and facts.stopped == facts.distance and _is_ended(facts):
            return  # the server itself may have ended it
        yield _Told(Ending(what, facts.reached, fate), facts.stopped)


def _is_ended(facts: BytesPathFacts) -> bool:
    """Whether what went all the way was reset or closed, rather than met by silence."""
    whole = [p.outcome for p in facts.probes if p.ttl == facts.distance]
    return bool(whole) and all(end in (PathOutcome.RESET, PathOutcome.CLOSED) for end in whole)


def _of_hops(what: str, test: _Test, passing: tuple[Hop, ...], distance: int | None) -> Iterator[_Told]:
    """A port: it opens, it is refused where the server is, or it is cut on the way."""
    hops, gap = test.facts.hops, gap_of(test.facts, passing, test.step.address)
    if test.opens:
        yield _Told(Ending(what, distance or 0, Fate.ARRIVES), 0)
    elif distance is not None and any(h.outcome in _REFUSALS and h.ttl >= distance for h in hops):
        yield _Told(Ending(what, distance, Fate.REFUSED), 0)
    elif gap is not None and 0 <= gap.reached < (distance or FARTHEST):
        at_door = gap.stopped == distance
        silent = Fate.SILENT if at_door else Fate.STOPS
        fate = Fate.REJECTED if any(hop.outcome in _REFUSALS for hop in hops) else silent
        yield _Told(Ending(what, gap.reached, fate), min(gap.stopped, distance or FARTHEST))


def _unique(told: Iterable[_Told]) -> list[_Told]:
    """The first that is told of each."""
    found: dict[str, _Told] = {}
    for one in told:
        found.setdefault(one.ending.what, one)
    return list(found.values())


# ---- the stations


def _stations(report: Report, routers: Mapping[int, Hop], last: int, distance: int | None) -> list[Station]:
    """This computer, every hop whether it answers or not, and the server."""
    known = [hop for hop in routers.values() if hop.ttl]
    found = [Station(0, say(PathMapTexts.THIS_COMPUTER), Side.COMPUTER)]
    for number in range(1, last):
        hop = routers.get(number)
        address = one_line(hop.responder, 60) if hop is not None and hop.responder else ""
        label = address or say(PathMapTexts.HOP, number=number)
        found.append(Station(number, label, side_of_hop(number, known, distance)))
    return [*found, Station(last, one_line(as_typed(report.target.host), 60), Side.REMOTE)]


def _without_middle(stations: list[Station], told_of: set[int]) -> Iterator[Station]:
    """Long paths keep their ends, the borders between sides and what something is told of."""
    if len(stations) <= MAX_WHOLE:
        yield from stations
        return
    last = stations[-1].hop
    borders = {b.hop for a, b in pairwise(stations) if a.side is not b.side}
    kept = {0, 1, last, *told_of, *borders}
    for (is_kept, side), group in groupby(stations, key=lambda s: (s.hop in kept, s.side)):
        hops = list(group)
        if is_kept or len(hops) == 1:
            yield from hops
        else:
            label = say(PathMapTexts.HOPS_LEFT_OUT, count=len(hops))
            yield Station(hops[0].hop, label, side, len(hops))
