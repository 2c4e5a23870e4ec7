from __future__ import annotations

import msgspec
import pytest

from fmsdiag.diagnosis.evidence.local_network import is_local_device, may_lack_permission
from fmsdiag.model import Environment, Interface
from tests.diagnosis.situations import run_view

HERE = Environment(
    system="Darwin 24.1.0",
    interfaces=(Interface("en0", ("192.168.1.20",)),),
    default_gateways=("10.0.0.1",),
    server_on_link=True,
)
DEAD = ["fallback rtmp 1935: tcp unreachable"]
NEAR = "rtmp://192.168.1.77/live"


@pytest.mark.parametrize(
    ("line", "url", "system", "may"),
    [
        (DEAD[0], NEAR, "Darwin 24.1.0", True),
        (DEAD[0], NEAR, "Linux 6.1", False),
        (DEAD[0], NEAR, "Windows 11", False),
        (DEAD[0], "rtmp://203.0.113.10/live", "Darwin 24.1.0", False),
        ("fallback rtmp 1935: tcp timed-out", NEAR, "Darwin 24.1.0", False),
        ("fallback rtmp 1935: tcp unreachable icmp=3.1/192.168.1.1", NEAR, "Darwin 24.1.0", False),
    ],
)
def test_what_may_be_a_missing_permission(line: str, url: str, system: str, may: bool) -> None:
    run = run_view([line], url, environment=msgspec.structs.replace(HERE, system=system))
    assert may_lack_permission(run, run.tcp[0]) is may


def test_a_host_that_is_down_is_no_question_of_permission() -> None:
    run = run_view(DEAD, NEAR, environment=HERE)
    (seen,) = run.tcp
    assert seen.failure is not None
    down = msgspec.structs.replace(seen, failure=msgspec.structs.replace(seen.failure, errno="EHOSTDOWN"))
    assert not may_lack_permission(run, down)


@pytest.mark.parametrize(
    ("address", "is_local"),
    [
        ("192.168.1.77", True),
        ("192.168.1.99", True),
        ("10.0.0.1", True),
        ("10.0.0.2", False),
        ("192.168.1.20", False),
        ("127.0.0.1", False),
    ],
)
def test_a_local_device_is_on_our_link_or_our_router(address: str, is_local: bool) -> None:
    assert is_local_device(run_view(DEAD, NEAR, environment=HERE), address) is is_local
