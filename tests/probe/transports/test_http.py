from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.failure import PeerClosed, UnexpectedReply
from fmsdiag.probe.transports.http import MAX_BODY, HttpExchange, HttpReply, get_headers, host_header
from tests.probe.fake_network import SILENCE, FakeStream, Item
from tests.probe.virtual_time import virtual_time

HEADERS = get_headers("h.example")


def exchange(*items: Item) -> HttpExchange:
    return HttpExchange(FakeStream("192.0.2.1", 80, list(items)))


async def get(*items: Item) -> HttpReply:
    return await exchange(*items).request("GET", "/", HEADERS)


def pieces(data: bytes, how: str) -> list[Item]:
    return [data] if how == "whole" else [bytes((byte,)) for byte in data]


ANSWERS = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello", True),
    "header case": (b"HTTP/1.1 200 OK\r\ncONTENT-lENGTH: 5\r\n\r\nhello", 200, b"hello", True),
    "trailing data": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello", True),
    "close": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", 200, b"hello", False),
    "chunked": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: t\r\n\r\n",
        200, b"hello", True,
    ),
    "100-continue": (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello", True,
    ),
    "empty": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
    "not found": (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, b"", True),
    "proxy": (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", 407, b"", True),
    "no reason": (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, b"", True),
    "bare newlines": (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", 200, b"hi", True),
}  # fmt: skip


@pytest.mark.parametrize("how", ["whole", "bytewise"])
@pytest.mark.parametrize("name", ANSWERS)
@virtual_time
async def test_answers(name: str, how: str) -> None:
    data, status, body, _ = ANSWERS[name]
    reply = await exchange(*pieces(data, how)).request(
        "GET", "/", (("Host", "h.example"), ("User-Agent", "x"))
    )
    assert (reply.status, reply.body) == (status, body)
    assert reply.keep_alive is ANSWERS[name][3]
    assert all(header == header.lower() for header, _ in reply.headers)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@virtual_time
async def test_a_body_until_close(version: str) -> None:
    reply = await get(f"HTTP/{version} 200 OK\r\n\r\nhel".encode(), b"lo", b"")
    assert (reply.body, reply.keep_alive) == (b"hello", False)


@pytest.mark.parametrize(
    "items",
    [
        [b""],
        [b"H", b""],
        [b"HTTP/1.1 200 OK\r\nServer: x", b""],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", b""],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", b""],
        [b"HTTP/1.1 100 Continue\r\n\r\n", b""],
    ],
)
@virtual_time
async def test_answers_that_stop_short(items: list[Item]) -> None:
    with pytest.raises(PeerClosed):
        await get(*items)


@pytest.mark.parametrize(
    "items",
    [
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"S", b"S", b"H", b"-2.0"],
        [b"\x15\x03\x01\x00\x02\x02\x28", b""],
        [b"\3" + bytes(3072)],
        [b"RTSP/1.0 400 Bad Request\r\n\r\n"],
        [b"<html>no header</html>", b""],
        [b"HTTP/9.9 what\r\n\r\n"],
        [b"HTTP/1.1 101 Switching Protocols\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
        [b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 40_000],
    ],
)
@virtual_time
async def test_what_is_not_http(items: list[Item]) -> None:
    with pytest.raises(UnexpectedReply) as caught:
        await get(*items)
    first = b"".join(i for i in items if isinstance(i, bytes))[:4]
    assert caught.value.data[:1] == first[:1]
    assert len(caught.value.data) <= 1024


@given(
    st.lists(st.binary(max_size=40), max_size=8),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 2"]),
)
def test_any_bytes_end_in_a_reply_or_a_known_error(parts: list[bytes], start: bytes) -> None:
    @virtual_time
    async def run() -> None:
        with contextlib.suppress(UnexpectedReply, PeerClosed):
            await get(start or b"\0", *parts, b"")

    run()


def endless(head: bytes) -> tuple[list[Item], list[int]]:
    """An endless body, and a list that counts how many pieces of it were taken."""
    taken: list[int] = []

    class Pieces(list[Item]):
        def __iter__(self) -> Iterator[Item]:
            yield head
            while True:
                taken.append(1)
                yield b"x" * 16_384

    return Pieces(), taken


@virtual_time
async def test_an_endless_body_is_left_alone() -> None:
    items, taken = endless(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    stream = FakeStream("192.0.2.1", 80, items)
    with pytest.raises(UnexpectedReply, match="more than 64 kB"):
        await HttpExchange(stream).request("GET", "/", HEADERS)
    assert len(taken) == MAX_BODY // 16_384 + 1


@virtual_time
async def test_of_a_long_page_the_beginning_is_enough() -> None:
    """Plenty of home pages are longer than what is kept: that is an answer, not a fault."""
    items, taken = endless(b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\n")
    reply = await HttpExchange(FakeStream("192.0.2.1", 80, items)).request("GET", "/", HEADERS, whole=False)
    assert (reply.status, len(reply.body), reply.keep_alive) == (200, MAX_BODY, False)
    assert len(taken) <= MAX_BODY // 16_384 + 1


@virtual_time
async def test_an_endless_head_is_cut_off() -> None:
    items, taken = endless(b"HTTP/1.1 200 OK\r\nX: ")
    with pytest.raises(UnexpectedReply):
        await HttpExchange(FakeStream("192.0.2.1", 80, items)).request("GET", "/", HEADERS)
    assert len(taken) < 5


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1"
CLOSING = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1"
KEEPING = (("Host", "h.example"), ("Connection", "Keep-Alive"))


@virtual_time
async def test_a_connection_is_kept_while_the_server_allows_it() -> None:
    first = FakeStream("192.0.2.1", 80, [OK, OK, CLOSING, b""])
    second = FakeStream("192.0.2.1", 80, [OK])
    dialled = iter([second])

    async def dial() -> FakeStream:
        return next(dialled)

    talk = HttpExchange(first, dial)
    for _ in range(3):
        await talk.request("POST", "/", KEEPING)
    assert (talk.connections, talk.stream, first.closed) == (1, first, 0)
    await talk.request("POST", "/", KEEPING)
    assert (talk.connections, talk.stream, first.closed) == (2, second, 1)
    assert first.written.count(b"POST / HTTP/1.1\r\n") == 3
    await talk.close()
    assert second.closed == 1


@virtual_time
async def test_bytes_behind_an_answer_are_not_taken_for_a_close() -> None:
    talk = exchange(OK + b"garbage\r\n\r\n", SILENCE)
    await talk.request("POST", "/", KEEPING)
    with pytest.raises(UnexpectedReply):
        await talk.request("POST", "/", KEEPING)


@virtual_time
async def test_without_a_way_to_dial_a_closed_connection_is_the_end() -> None:
    talk = exchange(CLOSING, b"")
    await talk.request("POST", "/", KEEPING)
    with pytest.raises(PeerClosed):
        await talk.request("POST", "/", KEEPING)


@pytest.mark.parametrize(
    ("host", "port", "default", "value"),
    [
        ("h.example", 80, 80, "h.example"),
        ("h.example", 8080, 80, "h.example:8080"),
        ("h.example", 80, 443, "h.example:80"),
        ("2001:db8::1", 443, 443, "[2001:db8::1]"),
        ("2001:db8::1", 80, 443, "[2001:db8::1]:80"),
        ("fe80::1%eth0", 80, 80, "[fe80::1]"),
    ],
)
def test_host_headers(host: str, port: int, default: int, value: str) -> None:
    assert host_header(host, port, default) == value


def test_facts_are_bounded() -> None:
    reply = HttpReply(200, "r" * 500, (("n" * 500, "v" * 5000),) * 100, b"\xff" * 5000, False)
    facts = reply.facts("GET", "/")
    assert len(facts.reason) == 100
    assert len(facts.headers) == 40
    assert facts.headers[0] == ("n" * 64, "v" * 300)
    assert len(facts.body_start) == 512
