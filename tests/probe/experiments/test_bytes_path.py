from __future__ import annotations

import pytest

from fmsdiag.model import (
    BytesPathFacts,
    Endpoint,
    FirstBytes,
    NotApplicable,
    ResetDistanceFacts,
    Status,
    StepName,
    Transport,
)
from fmsdiag.probe.experiments.bytes_path import MAX_PROBES
from tests.probe.experiments.asking import E, ask
from tests.probe.experiments.traced_path import TracedPath
from tests.probe.fake_network import FakeStream
from tests.probe.virtual_time import now, virtual_time

SERVER = "198.51.100.99"
RTMP = Endpoint(Transport.RTMP, SERVER, 1935)


async def traced(
    path: TracedPath, endpoint: Endpoint = RTMP, experiment: E = E.APP_PATH
) -> tuple[BytesPathFacts, ResetDistanceFacts | None]:
    attempt = await ask(path, experiment, endpoint)
    assert attempt.status is Status.CONNECTED
    step, by = attempt.step(StepName.BYTES_PATH), attempt.step(StepName.RESET_DISTANCE)
    assert step is not None
    assert isinstance(step.facts, BytesPathFacts)
    if by is None:
        return step.facts, None
    assert isinstance(by.facts, ResetDistanceFacts)
    return step.facts, by.facts


@pytest.mark.parametrize("routers", [1, 3, 6, 20])
@virtual_time
async def test_the_gap_is_found_wherever_the_filter_is(routers: int) -> None:
    for at in range(1, routers + 1):
        facts, by = await traced(TracedPath(routers, at))
        assert (facts.reached, facts.stopped, facts.distance) == (at, at + 1, routers + 1)
        assert facts.after == f"192.0.2.{at}"
        assert facts.before == (SERVER if at == routers else f"192.0.2.{at + 1}")
        assert facts.supported
        assert len(facts.probes) <= MAX_PROBES
        assert by is None


@virtual_time
async def test_the_short_rest_of_a_message_does_not_show_that_a_link_lets_long_packets_through() -> None:
    for experiment in (E.APP_PATH, E.OTHER_BYTES_PATH):
        for at in (1, 2, 3):
            facts, _ = await traced(TracedPath(3, at, long_only=True), experiment=experiment)
            assert (facts.reached, facts.stopped) == (at, at + 1)


@virtual_time
async def test_what_is_said_to_the_server_itself_is_whole() -> None:
    path = TracedPath(3)
    await traced(path)
    assert max(len(stream.written) for stream in path.streams) == 1537
    assert sorted({len(s.written) for s in path.streams} - {0}) == [FakeStream.mss, 1537]


@virtual_time
async def test_it_takes_less_than_three_seconds() -> None:
    begun = now()
    await traced(TracedPath(20, 13))
    assert now() - begun < 3 + 0.9  # the path of the SYN included


@virtual_time
async def test_a_router_that_never_answers_is_no_filter() -> None:
    facts, _ = await traced(TracedPath(4, 3, silent=(2,)))
    assert (facts.reached, facts.stopped) == (3, 4)
    facts, _ = await traced(TracedPath(4, 1, silent=(2,)))
    assert (facts.reached, facts.stopped, facts.before) == (1, 3, "192.0.2.3")


@virtual_time
async def test_bytes_that_are_answered_have_no_gap() -> None:
    facts, by = await traced(TracedPath(3))
    assert (facts.reached, facts.stopped) == (4, None)
    assert by is None


@virtual_time
async def test_a_reset_from_nearer_than_the_server_is_not_its_own() -> None:
    facts, by = await traced(TracedPath(3, 1, answer="reset", reset_ttl=64))
    assert (facts.reached, facts.stopped) == (1, 2)
    assert by == ResetDistanceFacts(61, "reset", nearer=True, farther=False)


@virtual_time
async def test_a_reset_from_farther_away_is_not_its_own_either() -> None:
    _, by = await traced(TracedPath(3, 2, answer="reset", reset_ttl=50))
    assert by == ResetDistanceFacts(61, "reset", nearer=False, farther=True)


@virtual_time
async def test_a_reset_from_as_far_as_the_server_shows_nothing() -> None:
    _, by = await traced(TracedPath(3, 2, answer="reset"))
    assert by == ResetDistanceFacts(61, "reset", nearer=False, farther=False)


@virtual_time
async def test_where_the_system_tells_nothing_nothing_is_said() -> None:
    facts, _ = await traced(TracedPath(2, 1, tells=False))
    assert not facts.supported
    assert (facts.after, facts.reached) == (None, 0)


@pytest.mark.parametrize("routers", [1, 2, 3, 5])
@virtual_time
async def test_a_reset_tells_by_itself_how_far_the_bytes_have_to_come(routers: int) -> None:
    """No router is named, and silence shows nothing; the first time-to-live that is reset does."""
    for at in range(1, routers + 1):
        facts, _ = await traced(TracedPath(routers, at, answer="reset", tells=False))
        assert (facts.reached, facts.stopped) == (at, at + 1)
        assert facts.supported
        assert facts.after is None
        assert len(facts.probes) <= MAX_PROBES


@virtual_time
async def test_other_bytes_and_tls_take_the_same_way() -> None:
    facts, _ = await traced(TracedPath(3, 2), experiment=E.OTHER_BYTES_PATH)
    assert (facts.content, facts.reached) == (FirstBytes.OTHER, 2)
    facts, _ = await traced(TracedPath(3, 2), Endpoint(Transport.RTMPS, SERVER, 443))
    assert (facts.content, facts.reached) == (FirstBytes.TLS, 2)
    facts, _ = await traced(TracedPath(3, 2), Endpoint(Transport.RTMPT, SERVER, 80))
    assert (facts.content, facts.reached) == (FirstBytes.RTMPT, 2)


@virtual_time
async def test_a_port_that_does_not_open_has_no_path_of_bytes() -> None:
    attempt = await ask(TracedPath(3, 1), E.APP_PATH, Endpoint(Transport.RTMP, SERVER, 1935))
    assert [o.step for o in attempt.observations] == [StepName.HOP, StepName.BYTES_PATH]


@virtual_time
async def test_a_server_that_hangs_up_by_itself_shows_nothing_of_the_bytes() -> None:
    path = TracedPath(3)
    path.hangs_up = True
    facts, by = await traced(path)
    assert facts.ends_alone
    assert (facts.stopped, by) == (None, None)


@virtual_time
async def test_nothing_is_traced_through_a_proxy() -> None:
    through = Endpoint(Transport.RTMP, SERVER, 1935, proxy="http://192.0.2.7:3128")
    attempt = await ask(TracedPath(3), E.APP_PATH, through)
    assert attempt.not_applicable is NotApplicable.PROXY_WOULD_ANSWER
