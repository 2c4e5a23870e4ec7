"""The ways to the server that a run has measured: what came of each, and how long that took. Pure.

A way is known by the key of its attempt. How long it took is counted from when the name was known: a player looks the name
up once, whatever it tries then.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fmsdiag.diagnosis.evidence.dns import by_system
from fmsdiag.diagnosis.evidence.flows import Fate, flows_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.model import (
    Attempt,
    Carrier,
    DnsFacts,
    Endpoint,
    Experiment,
    FailureKind,
    LookupSource,
    Purpose,
    Status,
    StepName,
    Transport,
    UploadFacts,
    UploadOutcome,
)
from fmsdiag.model.messages import Proxy
from fmsdiag.target_url import shown_url

_LIKE_THE_PLANS = (Experiment.SERVER_PORT, Experiment.THROUGH_PROXY)
"""Follow-ups that are attempts like the plan's, only elsewhere."""
_SILENCE = (FailureKind.TIMED_OUT, FailureKind.STALLED)
EQUAL_S = 0.5
"""What nobody notices when a player connects: so much slower does not matter for the choice of a route."""
_AS_FAST = 1.5
_JITTER_S = 0.03


class Seen(NamedTuple):
    """What came of one way."""

    attempt: Attempt
    took_s: float  # from the known name to the answer, or to where this program gave up

    @property
    def connected(self) -> bool:
        return self.attempt.status is Status.CONNECTED

    @property
    def refused(self) -> bool:
        """Whether the server itself answered `connect` with no; hanging up is not an answer."""
        ended = self.attempt.failed_step
        kind = ended.failure.kind if ended is not None and ended.failure is not None else None
        return self.attempt.status is Status.REJECTED and kind is FailureKind.REJECTED

    @property
    def silent(self) -> bool:
        """Whether it ended in silence, so that the waiting time is that of who waited."""
        ended = self.attempt.failed_step
        silent = ended is not None and ended.failure is not None and ended.failure.kind in _SILENCE
        return silent or _is_no_rtmfp(self.attempt)

    @property
    def undecided(self) -> bool:
        """Whether a server that completed the handshake gave no answer to `connect` as long as this program waited."""
        ended = self.attempt.failed_step
        return self.silent and ended is not None and ended.step is StepName.CONNECT

    @property
    def waited_for_address(self) -> bool:
        """Whether another address of the name was waited for in silence before the one that answered."""
        connects = [o for o in self.attempt.as_player if o.step is StepName.TCP]
        return any(o.failure is not None and o.failure.kind in _SILENCE for o in connects[:-1])

    @property
    def thrown_out(self) -> bool:
        """Whether `connect` was accepted and the connection ended then, by whomever: a player has connected, and stops."""
        ended = self.attempt.failed_step
        return (
            self.attempt.status in (Status.REJECTED, Status.FAILED)
            and ended is not None
            and ended.step is StepName.AFTER_CONNECT
        )


SLOW_LOOKUP_S = 0.5
"""From there on it matters that attempts share one lookup, and that the rows of later ones hold the rest of it alone."""


class BestRoute(NamedTuple):
    """The one route that advice, recommendation, players and settings speak of."""

    endpoint: Endpoint
    url: str  # what to enter; of a query, the names
    took_s: float  # from the known name to the answer
    alone_s: float
    """From the attempt's start to its end, as its row says; with the whole lookup where that is slow."""
    in_plan: bool
    is_first: bool  # the plan tries it first
    proxy: Proxy | None


def about_as_fast(one_s: float, other_s: float) -> bool:
    """Whether nobody who reads the two times would call one route slower: what the words may say, not what is chosen."""
    return max(one_s, other_s) <= _AS_FAST * min(one_s, other_s) + _JITTER_S


def best_route(run: RunView) -> BestRoute | None:
    """The route to use from here, of those that were seen to connect; none if nothing did."""
    working = working_routes(run)
    if not working:
        return None
    seen = working[0]
    endpoint, plan = seen.attempt.endpoint, [a.endpoint.key for a in run.fallback]
    name_s = lookup_s(run)
    return BestRoute(
        endpoint=endpoint,
        url=shown_url(run.target, endpoint.transport, endpoint.port),
        took_s=seen.took_s,
        alone_s=max(seen.attempt.duration_s or 0.0, seen.took_s + name_s if name_s > SLOW_LOOKUP_S else 0.0),
        in_plan=endpoint.key in plan,
        is_first=plan[:1] == [endpoint.key],
        proxy=proxy_of(endpoint.proxy) if endpoint.proxy else None,
    )


def address_to_use(run: RunView, transport: Transport, port: int) -> str:
    """The address to enter: that of the best route, or of this transport and port where nothing connects without a proxy."""
    best = best_route(run)
    if best is not None and best.proxy is None:
        return best.url
    return shown_url(run.target, transport, port)


def working_routes(run: RunView) -> list[Seen]:
    """Every route that connected, best first.

    What took a whole upload goes before what was not tested so, where another route cut or slowed one. Then directly goes
    before through a proxy, fast before slow, and where two are about as fast, secure before not, TCP before
    UDP and before a tunnel, and what the plan tries before what it does not. Where packets vanish at random, how long
    one connection took is chance: the plan's order counts.
    """
    working = [seen for seen in ways_seen(run).values() if seen.connected]
    fastest = {
        proxied: min(s.took_s for s in working if is_proxied(s) is proxied)
        for proxied in {is_proxied(seen) for seen in working}
    }

    by_chance = any(flows.fate is Fate.LOST for flows in flows_of(run))

    def rank(seen: Seen) -> tuple[object, ...]:
        transport, proxied = seen.attempt.endpoint.transport, is_proxied(seen)
        slow = seen.took_s > fastest[proxied] + EQUAL_S
        return (
            _upload_rank(run, seen.attempt.endpoint.port),
            proxied,
            by_chance and seen.attempt.purpose is not Purpose.FALLBACK,
            seen.attempt.id if by_chance else seen.took_s if slow else 0.0,
            not transport.uses_tls,
            transport is Transport.RTMFP,
            transport.is_tunnel,
            seen.attempt.purpose is not Purpose.FALLBACK,
            seen.attempt.id,
        )

    return sorted(working, key=rank)


def takes_more(run: RunView, port: int, other: int) -> bool:
    """Whether uploads come through better on a port than on another, where one was seen to be cut or slow."""
    return _upload_rank(run, port) < _upload_rank(run, other)


def takes_whole_upload(run: RunView, port: int) -> bool:
    """Whether an upload to that port was made, and came through, where another was cut or slow."""
    return _upload_rank(run, port) == 0


def takes_no_upload(run: RunView, port: int) -> bool:
    """Whether an upload to that port was cut or slow."""
    return _upload_rank(run, port) == 2


def _upload_rank(run: RunView, port: int) -> int:
    """0 where uploads are whole, 1 where none was tried, 2 where one was cut or slow; all alike unless one was.

    Where all of several ports are slow, it is the line that is, and none that was not tried is better.
    """
    outcomes: dict[int, bool] = {}
    for attempt in run.performed(Experiment.UPLOAD):
        step = attempt.step(StepName.UPLOAD)
        if step is not None and isinstance(step.facts, UploadFacts):
            whole = step.facts.outcome == UploadOutcome.COMPLETE
            outcomes[attempt.endpoint.port] = outcomes.get(attempt.endpoint.port, True) and whole
    if all(outcomes.values()) or (len(outcomes) > 1 and not any(outcomes.values())):
        return 0
    return {True: 0, None: 1, False: 2}[outcomes.get(port)]


def is_proxied(seen: Seen) -> bool:
    return seen.attempt.endpoint.proxy is not None


def when_players_connect(run: RunView) -> float | None:
    """Seconds after which a player connects that tries the plan in turn, none where it does not."""
    ways, clock_s = ways_seen(run), lookup_s(run)
    for attempt in run.fallback:
        seen = outcome_of(attempt.endpoint, ways)
        if seen is None or seen.refused or seen.thrown_out:
            return None
        clock_s += seen.took_s
        if seen.connected:
            return clock_s
    return None


def proxy_of(url: str) -> Proxy:
    """A proxy's URL, which holds no credentials, as a value."""
    scheme, _, place = url.partition("://")
    host, _, port = place.partition("/")[0].rpartition(":")
    number = int(port) if port.isdecimal() and len(port) < 6 else 0
    return Proxy(host.strip("[]"), number, socks=scheme.startswith("socks"))


def ways_seen(run: RunView) -> dict[str, Seen]:
    """Key -> what came of it, for every attempt that a player could have made at the server, by whatever address.

    Where the name was found after all, an attempt that ended in a wait for it says nothing about its way.
    """
    found: dict[str, Seen] = {}
    has_name = any(o.ok for o in run.lookups(LookupSource.SYSTEM))
    plans = [a for a in run.own if a.purpose is Purpose.FALLBACK]
    further = [a for a in run.seen if a.purpose is not Purpose.FALLBACK]
    for attempt in (*plans, *further):
        if _is_a_way(attempt, run.target.host) and not (has_name and _waited_for_name(attempt)):
            found.setdefault(attempt.endpoint.key, Seen(attempt, _took_s(attempt)))
    return found


def outcome_of(endpoint: Endpoint, ways: Mapping[str, Seen]) -> Seen | None:
    """What came, or would have come, of a way; none if that is not known.

    A name that cannot be looked up fails every way, and a port that cannot be opened every transport over TCP. A proxy that
    wants a sign-in first, wants it for every request.
    """
    if (seen := ways.get(endpoint.key)) is not None:
        return seen
    if endpoint.proxy is not None:
        proxied = [other for other in ways.values() if is_proxied(other)]
        return proxied[0] if proxied and all(map(_wants_sign_in, proxied)) else None
    return next((other for other in ways.values() if _ends_alike(other.attempt, endpoint)), None)


def lookup_s(run: RunView) -> float:
    """How long the system took to look the server's name up, 0 for an address."""
    lookup = by_system(run)
    return lookup.elapsed_s if lookup is not None else 0.0


def _is_a_way(attempt: Attempt, host: str) -> bool:
    endpoint = attempt.endpoint
    alike = attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK) or attempt.experiment in _LIKE_THE_PLANS
    return alike and endpoint.transport.is_media and endpoint.address is None and endpoint.host == host


def _waited_for_name(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return (
        ended is not None
        and ended.step is StepName.DNS
        and ended.failure is not None
        and ended.failure.kind in _SILENCE
    )


def _ends_alike(attempt: Attempt, endpoint: Endpoint) -> bool:
    """Whether an attempt failed before it mattered by which transport it was made."""
    ended, made = attempt.failed_step, attempt.endpoint
    if ended is None or made.proxy is not None:
        return False
    same_port = (
        made.port == endpoint.port and made.transport.carrier is endpoint.transport.carrier is Carrier.TCP
    )
    alike_inside = ended.step is StepName.TLS and made.transport.uses_tls and endpoint.transport.uses_tls
    return ended.step is StepName.DNS or (same_port and (ended.step is StepName.TCP or alike_inside))


def _wants_sign_in(seen: Seen) -> bool:
    ended = seen.attempt.failed_step
    kind = ended.failure.kind if ended is not None and ended.failure is not None else None
    return kind is FailureKind.PROXY_AUTH_REQUIRED


def _is_no_rtmfp(attempt: Attempt) -> bool:
    """Whether what came over UDP was not RTMFP: who speaks that drops it, and goes on waiting (RFC 7016)."""
    ended = attempt.failed_step
    return (
        attempt.endpoint.transport.carrier is Carrier.UDP
        and ended is not None
        and ended.failure is not None
        and ended.failure.kind is FailureKind.UNEXPECTED_REPLY
    )


def _took_s(attempt: Attempt) -> float:
    if _is_no_rtmfp(attempt):
        return attempt.duration_s or 0.0
    steps = [
        seen
        for seen in attempt.as_player
        if seen.step is not StepName.DNS or attempt.endpoint.proxy is not None
    ]
    if steps and attempt.status is Status.CONNECTED:
        lookups = [o for o in attempt.observations if o.step is StepName.DNS and o not in steps]
        # DNS is asked beside the system, and nobody waits for its answer
        waited = [
            o for o in lookups if isinstance(o.facts, DnsFacts) and o.facts.source == LookupSource.SYSTEM
        ]
        name_s = max((o.elapsed_s for o in waited), default=0.0)
        return (attempt.duration_s or 0.0) - name_s  # as its row has it
    return steps[-1].ended_s - steps[0].started_s if steps else 0.0
