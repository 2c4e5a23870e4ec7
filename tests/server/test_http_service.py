from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from fmsdiag.server.connection import Connection
from fmsdiag.server.http_service import HttpRequest, HttpResponse, error_page, raw_error_page, serve_http
from fmsdiag.server.limits import Limits
from fmsdiag.server.listener import Listener, bind_socket
from tests.server.clients import HOST, http_client, raw_client


async def echo(request: HttpRequest) -> HttpResponse:
    body = f"{request.method} {request.path} ".encode() + request.body
    return HttpResponse(200, (("X-Echo", "yes"),), body)


@asynccontextmanager
async def echoing(limits: Limits | None = None) -> AsyncIterator[int]:
    async def handler(connection: Connection) -> None:
        await serve_http(connection, echo, lambda kind, detail: None)

    listener = Listener("test", await bind_socket(HOST, 0), handler, limits=limits or Limits())
    try:
        yield listener.port
    finally:
        await listener.aclose()


async def test_requests_share_a_connection() -> None:
    async with echoing() as port, http_client(port) as client:
        for number in range(3):
            response = await client.request("POST", f"/{number}?secret", b"body")
            assert response.status == 200
            assert response.body == f"POST /{number} body".encode()
            assert ("X-Echo", "yes") in response.headers


async def test_a_response_is_one_write() -> None:
    async with echoing() as port, raw_client(port) as client:
        await client.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        assert (await client.read()).endswith(b"\r\n\r\nGET / ")


async def test_requests_may_come_piled_up_or_in_pieces() -> None:
    async with echoing() as port, raw_client(port) as client:
        await client.send(
            b"GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close"
        )
        await client.send(b"\r\n\r\n")
        answers = await client.read_all()
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.endswith(b"GET /b ")


async def test_http_1_0_closes() -> None:
    async with echoing() as port, raw_client(port) as client:
        await client.send(b"GET /old HTTP/1.0\r\n\r\n")
        assert (await client.read_all()).endswith(b"GET /old ")


async def test_head_gets_the_head_alone() -> None:
    async with echoing() as port, raw_client(port) as client:
        await client.send(b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = await client.read_all()
    assert b"Content-Length: 7\r\n" in answer
    assert answer.endswith(b"\r\n\r\n")


async def test_who_asks_whether_to_go_on_is_told_to() -> None:
    async with echoing() as port, raw_client(port) as client:
        await client.send(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert (await client.read()).startswith(b"HTTP/1.1 100 Continue")
        await client.send(b"ok")
        assert (await client.read()).endswith(b"POST / ok")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"\x16\x03\x01\x00\xa5\x01\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request"),
        (b"GET / HTTP/1.1\r\nHost: h\r\nX: " + b"x" * 20_000, b"431 Request Header Fields Too Large"),
        (
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 200\r\n\r\n" + bytes(101),
            b"413 ",
        ),
    ],
)
async def test_a_bad_request_gets_a_page_and_the_end(sent: bytes, status: bytes) -> None:
    async with echoing(Limits(http_body_bytes=100)) as port, raw_client(port) as client:
        await client.send(sent)
        answer = await client.read_all()
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"<html>" in answer


def test_error_pages_are_html_that_names_the_error() -> None:
    page = error_page(404)
    assert ("Content-Type", "text/html") in page.headers
    assert b"<h1>404 Not Found</h1>" in page.body
    raw = raw_error_page(400)
    assert raw.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert f"Content-Length: {len(error_page(400).body)}\r\n".encode() in raw
