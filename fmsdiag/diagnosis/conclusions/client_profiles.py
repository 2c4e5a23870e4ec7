"""What each player of players.py would have done with the attempts that were measured. Pure.

Nothing is guessed: where a player makes an attempt that was not made here, the profile says so, and what depends on it
stays open. Silence costs a player as long as it waits; where that is not documented, as long as this program waited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

import msgspec

from fmsdiag.diagnosis.evidence.addresses import addresses_shut, answers_differ, certificates_differ
from fmsdiag.diagnosis.evidence.attempts import asks_for_swf, wants_token
from fmsdiag.diagnosis.evidence.flows import Fate, answered_later, flows_of
from fmsdiag.diagnosis.evidence.routes import Seen, lookup_s, outcome_of, proxy_of, takes_no_upload, ways_seen
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import route_of
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES
from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.model import (
    Carrier,
    ClientProfile,
    ConnectFacts,
    Endpoint,
    Experiment,
    Message,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.players import ENCODER, PLAYERS, SECURE, Player


class PlayerNotes(Table, of="players"):
    """What goes with a player's result."""

    WAITED = text(
        "This includes {silence:duration} of waiting; how long this player really waits is not documented."
    )
    REJECTED = text("The server rejects the connection over {route}, and this player stops there.")
    REDIRECTED = text("The server answers {route} with a redirect, and this player tries no other way.")
    # given up is without a result, too
    UNTESTED = text("No result in this test: {routes}.")
    UNTESTED_BEFORE = plural(
        "It tries {routes} first, which has no result in this test, so the time is unknown.",
        "It tries {routes} first, which have no result in this test, so the time is unknown.",
    )
    UNTESTED_SOONER = plural(
        "It also tries {routes}, which has no result in this test; it may connect sooner.",
        "It also tries {routes}, which have no result in this test; it may connect sooner.",
    )
    GIVES_UP = text("It gives up after {after:duration}.")
    ONLY = text("It tries only {route}.")
    # translators: {waited} is a duration
    UNDECIDED = text(
        "The server had not accepted {route} after {waited:duration}. A player that waits longer may connect."
    )
    # translators: {ports} is a list of numbers
    SOMETIMES = plural(
        "Some connections to port {ports} fail, so it may take more than one attempt.",
        "Some connections to ports {ports} fail, so it may take more than one attempt.",
    )
    LATER = text(
        "Port {port} did not let it in at first but answered later in this test, so a new attempt may connect."
    )
    NEXT_IF_IT_FAILS = text("Some connections to port {port} fail; then it uses another of its attempts.")
    BY_CONNECTION = text("The server rejects {route} on some connections and accepts it on others.")
    SOONER_AT_TIMES = text("Some connections to port {port} work, so another time it may connect there.")
    THROWN_OUT = text("{route} is accepted and then cut off, and this player does not try another way.")
    NO_TOKEN = text(
        "The server accepts {route} and closes the connection to a player that does not answer its secureToken."
    )
    CERTIFICATE = text(
        "OBS rejects the certificate of {route}. ffmpeg up to version 8 connects, since it does not check certificates by "
        "default."
    )
    UPLOADS = text("Uploads to port {port} were cut off or slow in this test, so publishing may fail.")
    SWF = text(
        "On {route}, the server accepts it only with the SWF file that it asks for. This test does not have that file."
    )
    ADDRESS_SILENT = text(
        "One of the server's addresses does not answer; how long this player waits before it uses another is not documented."
    )
    BY_ADDRESS = text(
        "The server's addresses answer {route} differently, so this player connects at some times and is rejected at others."
    )
    BY_CERTIFICATE = text(
        "Players reject the certificate that some of the server's addresses show, so this player connects over {route} at some "
        "times and fails at others."
    )
    FIRST_ADDRESS = plural(
        "A player that uses only the first of the server's addresses fails when that is {addresses}.",
        "A player that uses only the first of the server's addresses fails when that is one of {addresses}.",
        by="addresses",
    )
    BY_BROWSER = text(
        "{route} works through this computer's proxy, which a player inside a browser uses as well."
    )
    NO_PROXY = text("It uses no proxy, and {route} works only through the proxy.")


_SOME_PROXY = "connect"
"""In an endpoint that goes through a proxy, whichever it is: the key does not name it."""


def _is_socks(proxy: str) -> bool:
    """Whether a player that goes through web proxies, by CONNECT, cannot use it."""
    return proxy_of(proxy).socks


class Tried(NamedTuple):
    """One attempt of a player in its place: how the same went here, none if it was not made."""

    endpoint: Endpoint
    seen: Seen | None
    place: int  # counted from 0, with those that have no proxy to go through
    works_proxied: bool = False  # the same was seen to work through a proxy, which this attempt does not use
    proxy_is_set: bool = False  # and the computer is set to use that proxy


def client_profiles(run: RunView) -> tuple[ClientProfile, ...]:
    """One profile for each player; none where nothing was measured."""
    ways = ways_seen(run)
    if not ways:
        return ()
    name_s = lookup_s(run)
    players = (p for p in PLAYERS if _knows(p, run.target))
    unsteady = _unsteady(run, ways)
    later = answered_later(run)
    differing = dict.fromkeys(answers_differ(run), PlayerNotes.BY_ADDRESS)
    differing |= dict.fromkeys(certificates_differ(run), PlayerNotes.BY_CERTIFICATE)
    differing |= dict.fromkeys(_accepted_again(run), PlayerNotes.BY_CONNECTION)
    shut_ways, shut = addresses_shut(run)
    found = []
    for player in players:
        tried = _tried(player, run, ways)
        profile = _in_part(_profile(player, tried, name_s), tried, unsteady)
        profile = _later(profile, tried, later.attempt.endpoint.port if later is not None else None)
        profile = _by_address(profile, player, tried, differing)
        by = next((t.endpoint for t in tried if profile.connects and t.endpoint.key == profile.by), None)
        if by is not None and by.proxy is None and (by.transport, by.port) in shut_ways:
            first = PlayerNotes.FIRST_ADDRESS.of(addresses=shut[:MOST_ADDRESSES])
            profile = msgspec.structs.replace(profile, notes=(*profile.notes, first))
        if by is not None and player.order is ENCODER and takes_no_upload(run, by.port):
            cut = PlayerNotes.UPLOADS.of(port=by.port)
            profile = msgspec.structs.replace(profile, notes=(*profile.notes, cut))
        found.append(profile)
    return tuple(found)


def _unsteady(run: RunView, ways: Mapping[str, Seen]) -> set[int]:
    """Ports to which some connections fail: where two of them do, each one that was not seen to let all in."""
    fates = {flows.attempt.endpoint.port: flows.fate for flows in flows_of(run)}
    found = {port for port, fate in fates.items() if fate is Fate.SOME_FAIL}
    if len(found) > 1:
        found |= {seen.attempt.endpoint.port for seen in ways.values()} - fates.keys()
    return found


def _accepted_again(run: RunView) -> list[tuple[Transport, int]]:
    """Routes whose application was rejected first, and then accepted."""
    again = run.performed(Experiment.SAME_APPLICATION)
    return [(a.endpoint.transport, a.endpoint.port) for a in again if a.status is Status.CONNECTED]


def _knows(player: Player, target: Target) -> bool:
    """Whether it is a player for such an address: no encoder speaks RTMFP, and one of RTMPS alone would not be given it."""
    if target.transport is not Transport.RTMFP:
        return True
    return player.order is not SECURE and player.order is not ENCODER


def one_after_the_other(endpoints: Sequence[Endpoint], run: RunView) -> ClientProfile:
    """What a player that tries `endpoints` in turn, as Flash Player does, would have done."""
    ways = ways_seen(run)
    tried = [Tried(e, outcome_of(e, ways), place) for place, e in enumerate(endpoints)]
    return _in_turn(Player("", PLAYERS[0].order), tried, lookup_s(run))


def _tried(player: Player, run: RunView, ways: Mapping[str, Seen]) -> list[Tried]:
    """The player's attempts; without a proxy, what would go through one is only the direct way once more.

    A proxy that the network only announces, which a rule asked for, is none that a player here uses.
    """
    proxies = [a.endpoint.proxy for a in run.own if a.status is not Status.NOT_APPLICABLE]
    has_proxy = any(proxy and not _is_socks(proxy) for proxy in proxies)
    host, family = run.target.host, run.options.family
    found = []
    for place, way in enumerate(player.ways(run.target)):
        if way.proxied and not has_proxy:
            continue
        proxy = _SOME_PROXY if way.proxied else None
        endpoint = Endpoint(way.transport, host, way.port, family, proxy=proxy)
        proxied = outcome_of(msgspec.structs.replace(endpoint, proxy=_SOME_PROXY), ways)
        works_proxied = proxy is None and proxied is not None and proxied.connected
        seen = outcome_of(endpoint, ways)
        if way.proxied and seen is not None and _is_socks(seen.attempt.endpoint.proxy or ""):
            seen = None
        found.append(Tried(endpoint, seen, place, works_proxied, works_proxied and any(proxies)))
    return found


def _profile(player: Player, tried: Sequence[Tried], name_s: float) -> ClientProfile:
    if player.interval_s is None:
        return _in_turn(player, tried, name_s)
    return _beside_each_other(player, player.interval_s, tried, name_s)


# ---- equal connections, some of which fail


def _in_part(profile: ClientProfile, tried: Sequence[Tried], unsteady: Collection[int]) -> ClientProfile:
    """The profile where one connection to a port shows nothing of the next."""
    direct = [t for t in tried if t.endpoint.proxy is None and t.endpoint.transport.carrier is Carrier.TCP]
    ports = tuple(dict.fromkeys(t.endpoint.port for t in direct if t.endpoint.port in unsteady))
    if not ports:
        return profile
    if not profile.connects:
        if any(t.seen is not None and t.seen.refused for t in tried):
            return profile
        return ClientProfile(
            profile.name, None, notes=(PlayerNotes.SOMETIMES.of(ports=ports),), sometimes=True
        )
    by = next((t.endpoint for t in direct if t.endpoint.key == profile.by), None)
    if by is not None and by.port not in unsteady:
        earlier = takewhile(lambda t: t.endpoint != by, direct)
        port = next((t.endpoint.port for t in earlier if t.endpoint.port in unsteady), None)
        if port is None:
            return profile
        note = PlayerNotes.SOONER_AT_TIMES.of(port=port)
        return msgspec.structs.replace(profile, notes=(*profile.notes, note))
    if by is None:
        return profile
    others = (t for t in tried if t.seen is not None and t.seen.connected)
    if any(t.endpoint.port not in unsteady or t.endpoint.proxy is not None for t in others):
        note = PlayerNotes.NEXT_IF_IT_FAILS.of(port=by.port)
        return msgspec.structs.replace(profile, notes=(*profile.notes, note))
    note = PlayerNotes.SOMETIMES.of(ports=(by.port,))
    return ClientProfile(profile.name, None, notes=(note,), sometimes=True)


def _later(profile: ClientProfile, tried: Sequence[Tried], port: int | None) -> ClientProfile:
    """The profile where a port that let nobody in answered every later connection of the run."""
    direct = (t for t in tried if t.endpoint.proxy is None and not t.endpoint.transport.uses_tls)
    if port is None or profile.connects is not False or all(t.endpoint.port != port for t in direct):
        return profile
    note = PlayerNotes.LATER.of(port=port)
    return ClientProfile(profile.name, None, notes=(note,), sometimes=True)


def _by_address(
    profile: ClientProfile,
    player: Player,
    tried: Sequence[Tried],
    differing: Mapping[tuple[Transport, int], Text],
) -> ClientProfile:
    """The profile where what decides works at one address of the server and not at another one; `differing` says how."""
    ways = [t for t in tried if t.endpoint.proxy is None and t.seen is not None]
    differ = [t for t in ways if (t.endpoint.transport, t.endpoint.port) in differing]
    decides: Tried | None = differ[0] if differ else None
    if profile.connects:
        decides = next((t for t in differ if t.endpoint.key == profile.by), None)
    elif player.interval_s is None:
        stops = next((t for t in ways if t.seen is not None and t.seen.refused), None)
        decides = stops if stops in differ else decides if stops is None else None
    if decides is None:
        return profile
    said = differing[decides.endpoint.transport, decides.endpoint.port]
    note = said.of(route=route_of(decides.endpoint))
    return ClientProfile(profile.name, None, notes=(note,), sometimes=True)


# ---- one after the other


def _in_turn(player: Player, tried: Sequence[Tried], name_s: float) -> ClientProfile:
    clock_s, waited_s, untested = name_s, 0.0, list[Endpoint]()
    for endpoint, seen, *_ in tried:
        if seen is None:
            untested.append(endpoint)
        elif seen.thrown_out:
            return _thrown_out(player, endpoint, seen, untested)
        elif asks_for_swf(seen.attempt) and player.order is not ENCODER:
            notes = (PlayerNotes.SWF.of(route=route_of(endpoint)), *_untested(PlayerNotes.UNTESTED, untested))
            return _made(player, None, untested, notes)
        elif player.order is ENCODER and _works_behind_certificate(seen):
            notes = (PlayerNotes.CERTIFICATE.of(route=route_of(endpoint)),)
            return _made(player, None, untested, notes)
        elif seen.connected and seen.waited_for_address:
            notes = _untested(PlayerNotes.UNTESTED_BEFORE, untested)
            silent = PlayerNotes.ADDRESS_SILENT.of()
            return _made(player, True, untested, (*notes, silent), endpoint.key)
        elif seen.connected:
            after_s = None if untested else clock_s + seen.took_s
            notes = _untested(PlayerNotes.UNTESTED_BEFORE, untested) or _waiting(waited_s)
            return _made(player, True, untested, notes, endpoint.key, after_s)
        elif seen.refused:
            said = PlayerNotes.REDIRECTED if _is_redirected(seen) else PlayerNotes.REJECTED
            rejected = said.of(route=route_of(endpoint))
            notes = (rejected, *_untested(PlayerNotes.UNTESTED, untested))
            return _made(player, None if untested else False, untested, notes)
        else:
            cost_s = seen.took_s
            if seen.silent and player.attempt_s is not None:
                cost_s = player.attempt_s
            elif seen.silent:
                waited_s += cost_s
            clock_s += cost_s
    return _without_success(player, tried, untested)


def _is_redirected(seen: Seen) -> bool:
    """Whether the server's no names another address."""
    ended = seen.attempt.failed_step
    return ended is not None and isinstance(ended.facts, ConnectFacts) and ended.facts.redirect is not None


def _works_behind_certificate(seen: Seen) -> bool:
    """Whether nothing but the certificate is in the way."""
    ended, behind = seen.attempt.failed_step, seen.attempt.behind_certificate
    distrusted = ended is not None and ended.failure is not None and ended.failure.kind.is_about_certificate
    return distrusted and bool(behind) and behind[-1].step is StepName.CONNECT and behind[-1].ok


def _end_of(endpoint: Endpoint, seen: Seen) -> Message:
    """How a connection ended that was accepted first."""
    said = PlayerNotes.NO_TOKEN if wants_token(seen.attempt) else PlayerNotes.THROWN_OUT
    return said.of(route=route_of(endpoint))


def _waiting(waited_s: float) -> tuple[Message, ...]:
    """Said of times that rest on how long this program waited."""
    return (PlayerNotes.WAITED.of(silence=waited_s),) if waited_s else ()


# ---- beside each other


def _beside_each_other(
    player: Player, interval_s: float, tried: Sequence[Tried], name_s: float
) -> ClientProfile:
    """The first that connects wins; one that was not tested can only make that sooner."""
    first: tuple[float, Endpoint] | None = None
    for endpoint, seen, place, *_ in tried:
        if seen is not None and seen.connected and seen.took_s <= (player.attempt_s or seen.took_s):
            at_s = max(place * interval_s, name_s) + seen.took_s
            first = min(first or (at_s, endpoint), (at_s, endpoint), key=lambda won: won[0])
    untested = [t.endpoint for t in tried if t.seen is None]
    thrown_out = next((t for t in tried if t.seen is not None and t.seen.thrown_out), None)
    if first is None and thrown_out is not None and thrown_out.seen is not None:
        return _thrown_out(player, thrown_out.endpoint, thrown_out.seen, untested)
    if first is None:
        return _without_success(player, tried, untested)
    at_s, endpoint = first
    if player.total_s is not None and at_s > player.total_s:
        late = PlayerNotes.GIVES_UP.of(after=player.total_s)
        connects = None if untested else False
        return _made(player, connects, untested, (late, *_untested(PlayerNotes.UNTESTED, untested)))
    winner = next(t.seen for t in tried if t.endpoint is endpoint)
    if winner is not None and winner.waited_for_address:
        return _made(player, True, (), (PlayerNotes.ADDRESS_SILENT.of(),), endpoint.key)
    sooner = [t.endpoint for t in tried if t.seen is None and t.place * interval_s < at_s]
    return _made(player, True, sooner, _untested(PlayerNotes.UNTESTED_SOONER, sooner), endpoint.key, at_s)


# ---- notes


def _thrown_out(
    player: Player, endpoint: Endpoint, seen: Seen, untested: Sequence[Endpoint]
) -> ClientProfile:
    """Let in and cut off: that ends it, unless a way that was not tested connects; a token is wanted on all of them."""
    end = _end_of(endpoint, seen)
    if not untested or end.id == PlayerNotes.NO_TOKEN.id:
        return _made(player, False, (), (end,))
    return _made(player, None, untested, _untested(PlayerNotes.UNTESTED, untested))


def _without_success(player: Player, tried: Sequence[Tried], untested: Sequence[Endpoint]) -> ClientProfile:
    if untested:
        return _made(player, None, untested, _untested(PlayerNotes.UNTESTED, untested))
    open_end = next(
        (t for t in tried if t.seen is not None and t.seen.undecided and not asks_for_swf(t.seen.attempt)),
        None,
    )
    if open_end is not None and open_end.seen is not None:
        waited = PlayerNotes.UNDECIDED.of(route=route_of(open_end.endpoint), waited=open_end.seen.took_s)
        return _made(player, None, (), (waited,))
    by_browser = next((t for t in tried if t.proxy_is_set and _may_go_by_browser(t.endpoint)), None)
    if by_browser is not None and player.order is not ENCODER:
        note = PlayerNotes.BY_BROWSER.of(route=route_of(by_browser.endpoint))
        return _made(player, None, (), (note,))
    if len(tried) > 1:
        return _made(player, False, (), ())
    said = PlayerNotes.NO_PROXY if tried[0].works_proxied else PlayerNotes.ONLY
    return _made(player, False, (), (said.of(route=route_of(tried[0].endpoint)),))


def _may_go_by_browser(endpoint: Endpoint) -> bool:
    """Whether Flash Player sends it as web requests through its browser, which uses the computer's proxy."""
    return endpoint.transport.is_tunnel or endpoint.transport.uses_tls


def _untested(said: Text, endpoints: Sequence[Endpoint]) -> tuple[Message, ...]:
    return (said.of(routes=tuple(route_of(endpoint) for endpoint in endpoints)),) if endpoints else ()


def _made(
    player: Player,
    connects: bool | None,
    untested: Sequence[Endpoint],
    notes: tuple[Message, ...],
    by: str | None = None,
    after_s: float | None = None,
) -> ClientProfile:
    return ClientProfile(player.title, connects, by, after_s, notes, tuple(e.key for e in untested))
