"""ffmpeg, whose implementation of both schemes is independent of ours, against our server's two gates."""

from __future__ import annotations

import pytest

from fmsdiag.server.events import EventKind
from fmsdiag.server.faults import parse_fault
from fmsdiag.server.service import Server, ServerOptions
from tests.peers.test_rtmpdump_ffmpeg_clients import needs_ffmpeg, needs_timeout, output_of, start_publishing
from tests.server.clients import EventLog

pytestmark = [pytest.mark.peer, needs_timeout, needs_ffmpeg]

SCHEMES = ["auth-adobe", "auth-llnw"]


async def publish(scheme: str, who: str) -> tuple[int | None, str, EventLog]:
    log = EventLog()
    options = ServerOptions(rtmp=0, faults=(parse_fault(f"{scheme}:bob:se:cret"),))
    async with Server(options, log) as server:
        process = await start_publishing(f"rtmp://{who}127.0.0.1:{server.ports['rtmp']}/live/a", 0.2)
        said = await output_of(process)
    assert log.of(EventKind.FAILED) == []
    return process.returncode, said, log


@pytest.mark.parametrize("scheme", SCHEMES)
async def test_ffmpeg_with_the_right_password_publishes(scheme: str) -> None:
    code, said, log = await publish(scheme, "bob:se:cret@")
    assert code == 0, said
    assert [e.detail for e in log.of(EventKind.PUBLISH)] == ["live/a"]
    assert len(log.of(EventKind.REJECTED)) == 2


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("who", "complaint"),
    [
        ("bob:wrong@", "Incorrect username/password"),
        ("eve:se:cret@", "Incorrect username\n"),
        ("", "No credentials set"),
    ],
)
async def test_ffmpeg_is_told_what_is_wrong(scheme: str, who: str, complaint: str) -> None:
    code, said, log = await publish(scheme, who)
    assert code != 0
    assert complaint in said
    assert log.of(EventKind.ACCEPTED) == []
