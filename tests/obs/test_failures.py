"""Failed connections in OBS's logs: time, server and reason, bounded, without keys, whatever the file holds."""

from datetime import datetime
from pathlib import Path

import pytest

from fmsdiag.obs.failures import (
    MOST_BYTES,
    MOST_FAILURES,
    describe_reason,
    failures_in,
    last_failures,
)
from fmsdiag.obs.texts import REASONS, ObsReason
from tests.obs.obs_files import KEY, attempt, make_log

BEGAN = datetime(2026, 5, 12, 14, 0, 0)
SERVER = "rtmp://media.example.com/live"


def reasons(*lines: str) -> list[ObsReason]:
    return [each.reason for each in failures_in("\n".join(lines), BEGAN)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("media.example.com is offline. Try a different server (ECONNREFUSED).", ObsReason.REFUSED),
        ("The connection timed out. Try a different server, or check (ETIMEDOUT).", ObsReason.TIMED_OUT),
        ("The connection is being blocked by a firewall (EACCES).", ObsReason.NOT_PERMITTED),
        ("Could not resolve media.example.com: Name or service not known (2)", ObsReason.NAME_NOT_FOUND),
        ("Could not resolve server 'media.example.com': no valid address found", ObsReason.NAME_NOT_FOUND),
        ("RTMP_Connect0, failed to connect socket: No route to host (113)", ObsReason.NO_ROUTE),
        ("RTMP_Connect0, failed to connect socket. 10061 (unknown error)", ObsReason.REFUSED),
        ("RTMP_Connect0, failed to connect socket. 60 (Operation timed out)", ObsReason.TIMED_OUT),
        ("RTMPSockBuf_Fill, recv returned -1. GetSockError(): 10054 (reset)", ObsReason.RESET),
        ("RTMP_Connect1, Cert verify failed: 8 (The certificate is not signed)", ObsReason.CERTIFICATE),
        ("RTMP_Connect1, TLS_Connect failed: -0x2700", ObsReason.TLS),
        ("RTMP_Connect1, handshake failed.", ObsReason.HANDSHAKE),
        ("HandleInvoke, onStatus: NetConnection.Connect.Rejected", ObsReason.REJECTED),
        ("Something else happened (111)", ObsReason.NOT_CONNECTED),
        ("RTMP_Connect0, failed to connect socket. 999999 (?)", ObsReason.NOT_CONNECTED),
    ],
)
def test_the_line_before_a_failure_is_its_reason(line: str, reason: ObsReason) -> None:
    assert reasons(*attempt("14:02:35", SERVER, -2, line)) == [reason]


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (-1, "The server's address is not valid (OBS error -1)"),
        (-2, "OBS could not connect to the server (OBS error -2)"),
        (-3, "The server accepted the connection but not the stream (OBS error -3)"),
        (-9, "OBS error -9"),
    ],
)
def test_without_one_the_number_is(number: int, said: str) -> None:
    (found,) = failures_in("\n".join(attempt("14:02:35", SERVER, number)), BEGAN)
    assert describe_reason(found) == said
    assert (found.address, found.number) == (SERVER, number)


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(ObsReason)


def test_a_reason_belongs_to_its_own_connection() -> None:
    stream = "[rtmp stream: 'adv_stream']"
    assert reasons(
        *attempt("14:02:35", SERVER, -2, "RTMP_Connect1, handshake failed."),
        *attempt("14:03:35", SERVER, -2),
        "14:04:00.001: RTMP_Connect1, TLS_Connect failed: -0x1",
        f"14:04:01.001: {stream} Connecting to RTMP URL {SERVER}...",
        f"14:04:02.001: {stream} Connection to {SERVER} (203.0.113.7) successful",
        "14:09:02.001: RTMPSockBuf_Fill, recv returned -1. GetSockError(): 104 (Connection reset by peer)",
        f"14:09:02.002: {stream} Disconnected from {SERVER}",
        f"14:10:02.002: {stream} Disconnected from {SERVER}",
    ) == [ObsReason.HANDSHAKE, ObsReason.NOT_CONNECTED, ObsReason.RESET, ObsReason.DISCONNECTED]


def test_a_midnight_is_a_new_day() -> None:
    lines = (*attempt("23:59:58", SERVER, -2), *attempt("00:00:10", SERVER, -2), "00:00:09.000: out of order")
    days = [each.at.day for each in failures_in("\n".join(lines), BEGAN)]
    assert days == [12, 13]
    assert all(each.at.tzinfo is not None for each in failures_in("\n".join(lines), BEGAN))


def test_the_last_ones_of_the_last_logs_are_found(tmp_path: Path) -> None:
    make_log(tmp_path, "2026-05-10 10-00-00", *attempt("10:00:01", SERVER, -3))
    make_log(tmp_path, "2026-05-12 10-00-00", *attempt("10:00:01", SERVER, -2) * 3)
    make_log(tmp_path, "2026-05-13 10-00-00", *attempt("10:00:01", "rtmps://b.example:443/x", -1))
    make_log(tmp_path, "2026-13-45 99-00-00", *attempt("10:00:01", SERVER, -2))
    make_log(tmp_path, "notes", *attempt("10:00:01", SERVER, -2))
    found = last_failures(tmp_path)
    assert [each.number for each in found] == [-1, -2, -2, -2, -3]
    assert found[0].address == "rtmps://b.example:443/x"
    assert len(found) == MOST_FAILURES


def test_only_the_end_of_a_huge_log_is_read(tmp_path: Path) -> None:
    path = make_log(tmp_path, "2026-05-12 10-00-00", *attempt("10:00:01", SERVER, -1))
    with path.open("ab") as file:
        file.write(b"x" * MOST_BYTES + b"\n")
        file.write("\n".join(attempt("11:00:01", SERVER, -2)).encode())
    assert [each.number for each in last_failures(tmp_path)] == [-2]


@pytest.mark.parametrize(
    "log",
    [
        "",
        "\x00\x01\xff" * 5000,
        "14:00:00.1: " + "x" * 100_000,
        "99:99:99.000: [rtmp stream: 'a'] Connection to x failed: -2",
        "14:00:00.000: [rtmp stream: '" + "a" * 5000 + "'] Connection to x failed: -2",
        "14:00:00.000: [rtmp stream: 'a'] Connection to rtmp://h/live failed: -99999999999",
        "23:59:59.000: a\n00:00:00.000: b\n" * 40_000,
    ],
)
def test_what_is_no_such_line_is_passed_over(log: str) -> None:
    assert failures_in(log, BEGAN) == []


def test_a_key_in_an_address_is_left_out(tmp_path: Path) -> None:
    make_log(tmp_path, "2026-05-12 10-00-00", *attempt("10:00:01", f"{SERVER}/{KEY}?sig={KEY}", -2))
    make_log(tmp_path, "2026-05-12 11-00-00", *attempt("11:00:01", f"nonsense:{KEY}", -2))
    found = last_failures(tmp_path)
    assert [each.address for each in found] == ["", SERVER]
    assert KEY not in repr(found)


def test_no_logs_are_no_failures(tmp_path: Path) -> None:
    assert last_failures(tmp_path) == ()
