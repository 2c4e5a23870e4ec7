from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import msgspec
import pytest

from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.cut_bytes import cut_bytes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.location import contradicts, place_of, questions
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.model import Actor, Cause, Place, ResetBy, Side
from tests.diagnosis.situations import asked_by, load_all, run_view

DEAD_PORT = ("fallback rtmp 1935: tcp timed-out", "fallback rtmp 80: tcp ok; handshake ok; connect ok")


def asked(run: RunView, cause: Cause) -> list[str]:
    return [f"{q.experiment} {q.endpoint.transport} {q.endpoint.port}" for q in questions(run, cause)]


@pytest.mark.parametrize(
    ("lines", "cause", "wanted"),
    [
        (DEAD_PORT, Cause.PORT_BLOCKED, ["hops rtmp 1935", "hops rtmp 80"]),
        (DEAD_PORT, Cause.SERVER_FIREWALL, ["hops rtmp 1935", "hops rtmp 80"]),
        (DEAD_PORT[:1], Cause.SERVER_DOWN, []),  # without a path that arrives, where it ends tells nothing
        (
            ("fallback rtmp 1935: tcp ok; handshake reset",),
            Cause.SERVER_CLOSES_CONNECTION,
            ["app-path rtmp 1935"],
        ),
        (
            ("fallback rtmp 1935: tcp ok; handshake ok; connect timed-out",),
            Cause.SERVER_HUNG,
            ["connect-path rtmp 1935"],
        ),
        (("fallback rtmps 443: tcp ok; tls timed-out",), Cause.SERVER_HUNG, ["app-path rtmps 443"]),
        (("fallback rtmps 443: tcp ok; tls timed-out",), Cause.TLS_BLOCKED, ["app-path rtmps 443"]),
        (
            ("fallback rtmp 1935: tcp ok; handshake ok; connect ok", "check rtmfp 1935: udp timed-out"),
            Cause.UDP_BLOCKED,
            ["udp-hops rtmfp 1935", "hops rtmp 1935"],
        ),
        (("fallback rtmp 1935: tcp ok; handshake ok; connect rejected",), Cause.APP_NOT_FOUND, []),
        (("fallback rtmp 1935: tcp ok; handshake ok; connect ok",), Cause.HOSTS_FILE_OVERRIDE, []),
    ],
)
def test_what_shows_where_a_cause_is(lines: tuple[str, ...], cause: Cause, wanted: list[str]) -> None:
    assert asked(run_view(list(lines)), cause) == wanted


def test_nothing_is_traced_where_a_path_has_no_meaning() -> None:
    private = run_view(list(DEAD_PORT), addresses=("192.168.7.7",))
    assert asked(private, Cause.PORT_BLOCKED) == []


@pytest.mark.parametrize(
    ("cause", "side"),
    [
        (Cause.LOCAL_NETWORK_DOWN, Side.COMPUTER),
        (Cause.HOSTS_FILE_OVERRIDE, Side.COMPUTER),
        (Cause.GATEWAY_UNREACHABLE, Side.LOCAL),
    ],
)
def test_some_causes_have_a_place_by_themselves(cause: Cause, side: Side) -> None:
    assert place_of(run_view([]), cause) == Place(side)


def test_without_a_test_it_is_unknown_and_some_causes_have_no_place() -> None:
    run = run_view(list(DEAD_PORT))
    assert place_of(run, Cause.PORT_BLOCKED) == Place(Side.UNKNOWN)
    assert place_of(run, Cause.RTMP_BLOCKED) == Place(Side.UNKNOWN)
    assert place_of(run, Cause.APP_NOT_FOUND) is None


@pytest.mark.parametrize(
    ("place", "cause", "contradictory"),
    [
        (None, Cause.SERVER_FIREWALL, False),
        (Place(Side.LOCAL), Cause.SERVER_FIREWALL, True),
        (Place(Side.TRANSIT), Cause.SERVER_NOT_LISTENING, True),
        (Place(Side.REMOTE), Cause.SERVER_FIREWALL, False),
        (Place(Side.UNKNOWN), Cause.SERVER_HUNG, False),
        (Place(Side.UNKNOWN, reset_by=ResetBy.OTHER), Cause.SERVER_CLOSES_CONNECTION, True),
        (Place(Side.REMOTE), Cause.PORT_BLOCKED, True),
        (Place(Side.TRANSIT), Cause.PORT_BLOCKED, False),
        (Place(Side.TRANSIT), Cause.ONLY_WEB_PORTS_ALLOWED, True),
        (Place(Side.LOCAL), Cause.ONLY_WEB_PORTS_ALLOWED, False),
        (Place(Side.REMOTE), Cause.RTMP_BLOCKED, False),
    ],
)
def test_nobody_is_accused_against_the_path_test(
    place: Place | None, cause: Cause, contradictory: bool
) -> None:
    assert contradicts(place, cause) is contradictory


def test_with_the_deep_tests_other_bytes_are_traced_as_well_once_rtmp_is_shown_to_stop() -> None:
    cut = "fallback rtmp 1935: tcp ok; handshake reset"
    trace = "follow-up app-path 1935: via=10.66.0.1,192.0.2.1,198.18.0.2 reached=1"
    wanted = ["app-path rtmp 1935", "other-bytes-path rtmp 1935"]
    assert asked(run_view([cut, trace], deep=True), Cause.RTMP_BLOCKED) == wanted
    assert asked(run_view([cut], deep=True), Cause.RTMP_BLOCKED) == wanted[:1]
    assert asked(run_view([cut, trace]), Cause.RTMP_BLOCKED) == wanted[:1]


PATHS = {
    Side.TRANSIT: "via=192.168.1.1,192.0.2.1,198.18.0.1,198.18.0.2 reached=2 end={end} sender=nearer",
    Side.REMOTE: "via=192.168.1.1,192.0.2.1,198.18.0.2 reached=3 end={end} sender=nearer",
}


def _placed(run: RunView) -> Iterator[RunView]:
    """The run with what a path test could have shown beside it: that its first bytes end beyond this network."""
    for only_tls in (False, True):
        cut = cut_bytes(run, only_tls=only_tls)
        if cut is None or any(a.experiment is cut.experiment for a in run.attempts):
            continue
        end = cut.attempt.endpoint
        for path, outcome in product(PATHS.values(), ("silent", "reset")):
            line = f"follow-up {cut.experiment} {end.transport}:{end.port} host={end.host}: {path.format(end=outcome)}"
            (test,) = run_view([line], url="rtmp://fms.example.com/live").attempts
            beside = msgspec.structs.replace(test, id=len(run.attempts) + 1)
            yield replace(run, attempts=(*run.attempts, beside))


def test_wherever_the_path_ends_the_advice_goes_to_who_is_there() -> None:
    """In every situation of the tables whose first bytes are cut off, whatever a path test adds to it."""
    tried = 0
    for table, situation in load_all():
        for run in _placed(situation.run):
            for found in evaluate_rules(run, RULES, asked_by(run.attempts)).findings:
                if found.place is not None and found.place.side in PATHS:
                    named = f"{table}: {situation.name}: {found.cause}.{found.case} {found.place.side}"
                    assert found.request is None, named
                    assert found.acts[0] is not Actor.ADMINISTRATOR, named
                    assert found.place.side is Side.TRANSIT or Actor.OPERATOR in found.acts, named
                    tried += 1
    assert tried > 100
