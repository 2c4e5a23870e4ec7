"""What each real server offers, transport by transport, as `fmsdiag test --all` has to find it; docs/peers.md shows it.

A cell says how an attempt to connect by that transport ends. The words are those of WORDS, and nothing else.

    python -m tests.peers.matrix > docs/peers.md
    python -m tests.peers.matrix PORT               what is at that port of this computer, one transport after the other
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from fmsdiag import run
from fmsdiag.model import NO_PROXY, Attempt, FailureKind, Options, Purpose, Report, Status, Transport
from fmsdiag.port_list import parse_ports
from fmsdiag.target import parse_target
from tests.probe.fake_computer import FakeComputer

COLUMNS = (
    Transport.RTMP, Transport.RTMPE, Transport.RTMPS, Transport.RTMPT, Transport.RTMPTE, Transport.RTMPTS,
    Transport.RTMFP, Transport.HTTP,
)  # fmt: skip
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "peers.md"

CONNECTS, REJECTS, CLOSES, SILENT, ANSWERS, REFUSES = (
    "**connects**",
    "rejects",
    "closes",
    "silent",
    "answers",
    "refuses",
)
UNTRIED = "–"
WORDS = {
    CONNECTS: "`connect` was accepted; for HTTP: a web page was returned",
    REJECTS: "it speaks the transport and rejects `connect`",
    CLOSES: "it ends the connection with FIN, RST or a TLS alert instead of answering",
    SILENT: "it accepts the connection and does not answer",
    ANSWERS: "it answers in another protocol: an HTTP error, a TLS alert, plain RTMP where encrypted RTMP was asked for",
    REFUSES: "nothing listens: RST to our SYN, or ICMP port unreachable",
    UNTRIED: "not tested: the server exits after one connection, and RTMPE is never tried without RTMP",
}
_FAILURES = {
    FailureKind.CLOSED: CLOSES,
    FailureKind.RESET: CLOSES,
    FailureKind.TLS_ALERT: CLOSES,
    FailureKind.TIMED_OUT: SILENT,
    FailureKind.STALLED: SILENT,
    FailureKind.UNEXPECTED_REPLY: ANSWERS,
    FailureKind.REFUSED: REFUSES,
}


class Row(NamedTuple):
    """One port of one server; `cells` in the order of COLUMNS."""

    server: str
    port: str
    cells: tuple[str, ...]


def _row(server: str, port: str, cells: str) -> Row:
    words = {"connects": CONNECTS}
    return Row(server, port, tuple(words.get(word, word) for word in cells.split()))


#                                             RTMP     RTMPE    RTMPS    RTMPT    RTMPTE   RTMPTS   RTMFP    HTTP
ROWS = {
    "serve rtmp": _row("`fmsdiag serve`", "`--rtmp`",
        "                                     connects connects closes   closes   closes   closes   refuses  closes"),
    "serve rtmpt": _row("`fmsdiag serve`", "`--rtmpt`",
        "                                     connects connects closes   connects connects closes   refuses  connects"),
    "serve rtmps": _row("`fmsdiag serve`", "`--rtmps`",
        "                                     closes   closes   connects closes   closes   connects refuses  closes"),
    "serve rtmpts": _row("`fmsdiag serve`", "`--rtmpts`",
        "                                     closes   closes   connects closes   closes   connects refuses  closes"),
    "serve rtmfp": _row("`fmsdiag serve`", "`--rtmfp`",
        "                                     refuses  refuses  refuses  refuses  refuses  refuses  connects refuses"),
    "nginx": _row("nginx-rtmp 1.2.2", "RTMP",
        "                                     connects closes   silent   silent   silent   silent   refuses  silent"),
    "nginx tls": _row("nginx-rtmp 1.2.2", "behind nginx's TLS",
        "                                     closes   closes   connects closes   closes   silent   refuses  closes"),
    "rtmpsrv": _row("rtmpsrv 2.4", "1935",
        "                                     connects connects silent   silent   silent   silent   refuses  silent"),
    "rtmpsrv tls": _row("rtmpsrv 2.4", "1935, with `-c` and `-k`",
        "                                     answers  answers  connects answers  answers  silent   refuses  answers"),
    "ffmpeg": _row("ffmpeg 5.1", "`-listen 1`",
        "                                     connects –        closes   closes   –        –        –        closes"),
    "rtmplite": _row("rtmplite3 0.4.0", "RTMP",
        "                                     connects closes   silent   silent   silent   silent   refuses  silent"),
    "pyrtmp": _row("pyrtmp 0.3.1", "RTMP",
        "                                     connects answers  silent   silent   silent   silent   refuses  silent"),
    "nms": _row("Node-Media-Server 4.4.3", "RTMP",
        "                                     connects answers  silent   silent   silent   silent   refuses  silent"),
    "nms tls": _row("Node-Media-Server 4.4.3", "RTMPS",
        "                                     closes   closes   connects closes   closes   silent   refuses  closes"),
    "squid": _row("squid 5.7, no media server", "its proxy port",
        "                                     answers  answers  answers  answers  answers  answers  refuses  connects"),
    "tinyproxy": _row("tinyproxy 1.11, no media server", "its proxy port",
        "                                     silent   silent   silent   answers  answers  silent   refuses  connects"),
}  # fmt: skip


# Each handshake starts with random bytes. A server that reads lines until an empty one answers when they hold an empty
# line by chance: one handshake in about 40.
READS_LINES = frozenset({"tinyproxy"})


def holds(name: str, found: Sequence[str]) -> bool:
    """Whether a server was found as its row says."""
    cells = ROWS[name].cells
    chance = {(SILENT, ANSWERS)} if name in READS_LINES else set()
    return all(f == c or (c, f) in chance for c, f in zip(cells, found, strict=True))


def cell(attempt: Attempt) -> str:
    """The word for how an attempt ended. Raises KeyError for an end that no server of the matrix should show."""
    if attempt.status is Status.CANCELLED:  # another transport connected, and this one had its two seconds
        return SILENT
    if attempt.status is Status.CONNECTED:
        return CONNECTS
    if attempt.status is Status.REJECTED:
        return REJECTS
    ended = attempt.failed_step
    assert ended is not None, attempt
    assert ended.failure is not None
    return _FAILURES[ended.failure.kind]


def cells(report: Report, transports: Sequence[Transport]) -> list[str]:
    """The words for what a report says of these transports."""
    found = {a.endpoint.transport: a for a in report.attempts if a.purpose is Purpose.FALLBACK}
    return [cell(found[transport]) for transport in transports]


async def look(port: int, transports: Sequence[Transport], timeout_s: float) -> list[str]:
    """All of these transports in one run, at a port of this computer."""
    # those that end at once come first: six attempts run at the same time, and the rest ends two seconds after a success
    order = sorted(transports, key=lambda t: (t is not Transport.RTMP, t is not Transport.RTMFP))
    ports = ",".join(f"{transport}:{port}" for transport in order)
    options = Options(
        ports=parse_ports(ports), all_checks=True, interval_ms=1, timeout_s=timeout_s, proxy=NO_PROXY
    )
    return cells(
        await run.diagnose(
            parse_target("rtmp://127.0.0.1/live"), options, lambda _: None, computer=FakeComputer()
        ),
        transports,
    )


async def look_one_by_one(port: int, transports: Sequence[Transport], timeout_s: float) -> list[str]:
    """The same with a run for each, and no questions of rules: for servers that serve one connection at a time."""
    with mock.patch.object(run, "FOLLOW_UP_S", 0.0):
        return [(await look(port, (transport,), timeout_s))[0] for transport in transports]


def table(rows: Mapping[str, Row]) -> str:
    """The matrix in Markdown."""
    head = ("Server", "Port", *(transport.value.upper() for transport in COLUMNS))
    lines = [head, ("---",) * len(head), *((row.server, row.port, *row.cells) for row in rows.values())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def document() -> str:
    """All of docs/peers.md."""
    words = "\n".join(f"* {word}: {meaning}" for word, meaning in WORDS.items())
    return f"""# Real servers, transport by transport

What `fmsdiag test URL --all --ports rtmp:PORT,rtmpe:PORT,… --json -` finds at each of these servers, on the port
shown. `tests/peers/test_matrix.py` starts each server and compares the results with this page.
The page is generated by `python -m tests.peers.matrix`.

{table(ROWS)}
{words}

tinyproxy reads lines until an empty one. One handshake in about 40 holds an empty line by chance, and is answered.

rtmpsrv is the server in Debian's rtmpdump package. squid and tinyproxy are examples of the web proxies found on port 80.
[CONTRIBUTING.md](../CONTRIBUTING.md) says how the servers are installed.
"""


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.stdout.write(json.dumps(asyncio.run(look_one_by_one(int(sys.argv[1]), COLUMNS, 1.0))))
    else:
        sys.stdout.write(document())
