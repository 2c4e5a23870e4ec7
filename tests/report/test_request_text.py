from __future__ import annotations

import pytest

from fmsdiag.model import PortRange, Request, RequestKind, Transport
from fmsdiag.report.request_text import request_lines, request_text

PORT = (PortRange("tcp", 1935),)


def test_no_request_is_no_text() -> None:
    assert request_text(None) == ""


def test_an_opened_port_is_checked_by_a_connect() -> None:
    lines = request_lines(Request(RequestKind.OPEN_PORTS, "fms.example.com", ports=PORT))
    assert lines[0] == "Please allow this outgoing connection."
    assert (
        "To check: Windows `Test-NetConnection fms.example.com -Port 1935`, others `nc -vz fms.example.com 1935`"
        in lines
    )


@pytest.mark.parametrize("kind", [RequestKind.EXEMPT, RequestKind.OPEN_AND_EXEMPT, RequestKind.LIMIT])
def test_what_is_cut_on_an_open_port_is_not_checked_by_a_connect(kind: RequestKind) -> None:
    text = request_text(Request(kind, "fms.example.com", ports=PORT))
    assert "exempt" in text.partition("\n")[0]
    assert "To check: run fmsdiag again from this network" in text
    assert "nc -vz" not in text


def test_a_port_that_does_not_open_is_to_be_opened_as_well() -> None:
    text = request_text(Request(RequestKind.OPEN_AND_EXEMPT, "fms.example.com", ports=PORT))
    assert text.startswith("Please allow this outgoing connection and exempt it from traffic inspection.")


def test_what_a_proxy_lets_pass_is_not_checked_by_a_connect_around_it() -> None:
    text = request_text(Request(RequestKind.PROXY, "fms.example.com", ports=PORT, proxy="10.0.0.1:3128"))
    assert "Proxy: 10.0.0.1:3128" in text
    assert "To check: run fmsdiag again from this network" in text
    assert "nc -vz" not in text


@pytest.mark.parametrize(
    ("transports", "expected"),
    [
        ((Transport.RTMPT,), True),
        ((Transport.RTMP, Transport.RTMPT), False),
        ((Transport.RTMPTS,), False),
        ((), False),
    ],
)
def test_a_proxy_is_told_which_web_requests_a_tunnel_makes(
    transports: tuple[Transport, ...], expected: bool
) -> None:
    text = request_text(Request(RequestKind.PROXY, "fms.example.com", ports=PORT, transports=transports))
    assert ("POST with content type application/x-fcs, paths /fcs, /open" in text) is expected
