from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.fingerprint import (
    MAX_HEADERS,
    MAX_MEDIA_ADDRESSES,
    http_software,
    looks_like,
    looks_like_datagram,
    media_addresses,
    parse_http,
)

SQUID = b"HTTP/1.1 400 Bad Request\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_INVALID_REQ 0\r\n\r\n<html>"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", None),
        (b"\0", None),
        (b"hello", None),
        (b"HTTP/1.1 400 Bad Request\r\nServer: nginx/1.22.1\r\n\r\n", "HTTP 400 from nginx/1.22.1"),
        (b"HTTP/1.1 200 OK\r\nServer: Apache/2.4.57 (Debian)\r\n\r\n", "HTTP 200 from Apache/2.4.57"),
        (b"HTTP/1.0 400 Bad request\r\n\r\n<html><body><h1>400 Bad request</h1>", "HTTP 400 from haproxy"),
        (SQUID, "HTTP 400 from squid proxy"),
        (b"HTTP/", "HTTP answer"),
        (b"HTTP/1.1", "HTTP answer"),
        (b"\x15\x03\x01\x00\x02\x02\x28", "TLS alert"),
        (b"\x16\x03\x03\x00\x7a\x02", "TLS"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH server"),
        (b"RTSP/1.0 400 Bad Request", "RTSP server"),
        (b"RFB 003.008\n", "VNC server"),
        (b"+OK ready", "POP3 server"),
        (b"* OK IMAP4rev1", "IMAP server"),
        (b"220 mail ESMTP", "FTP or mail server"),
        (b"220-Welcome", "FTP or mail server"),
        (b"<?xml version='1.0'?><cross-domain-policy/>", "XML without an HTTP header"),
        (b"<html>", "web page without an HTTP header"),
        (b"<!DOCTYPE html>\r\n<title>\xc3\xa9</title>", "web page without an HTTP header"),
        (b"<", None),
        (b"<\x93\x8f", None),
        (b"<a\x0fJ" + bytes(340), None),
        (b"\x03\x00\x00\x13\x0e\xd0\x00\x00\x124\x00\x02\x1f\x08\x00\x02\x00\x00\x00", "remote desktop (RDP) server"),
        (b"\x03" + bytes(1536), "RTMP"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80", "HTTP/2 server"),
        (b"\x4a\x00\x00\x00\x0a8.0.35\x00", "MySQL server"),
    ],
)  # fmt: skip
def test_first_bytes(data: bytes, name: str | None) -> None:
    assert looks_like(data) == name


@given(st.binary(max_size=600))
def test_any_bytes_have_a_short_name_or_none(data: bytes) -> None:
    name = looks_like(data)
    assert name is None or 0 < len(name) <= 80


def test_http_heads_are_read() -> None:
    facts = parse_http(
        b"HTTP/1.1 302 Moved Temporarily\r\nLocation: http://login/\r\nX-A:  b \r\n\r\nbody", "GET", "/"
    )
    assert (facts.method, facts.path, facts.status, facts.reason) == ("GET", "/", 302, "Moved Temporarily")
    assert facts.headers == (("location", "http://login/"), ("x-a", "b"))
    assert facts.body_start == "body"


@given(st.one_of(st.binary(max_size=3000), st.binary(max_size=300).map(lambda b: b"HTTP/1.1 " + b)))
def test_http_heads_of_any_kind_are_bounded_and_raise_nothing(data: bytes) -> None:
    facts = parse_http(data, "", "")
    assert len(facts.headers) <= MAX_HEADERS
    assert all(len(name) <= 64 and len(value) <= 300 for name, value in facts.headers)
    assert len(facts.body_start) <= 512
    assert len(facts.reason) <= 100


def test_many_and_long_headers_are_cut() -> None:
    facts = parse_http(b"HTTP/1.1 200 OK\r\n" + b"n" * 500 + b": " + b"v" * 5000 + b"\r\nx: y" * 500, "", "")
    assert len(facts.headers) == MAX_HEADERS
    assert facts.headers[0] == ("n" * 64, "v" * 300)


@pytest.mark.parametrize(
    ("headers", "body", "software"),
    [
        ((("server", "nginx"),), "", "nginx"),
        ((("server", "Apache/2.4 (Debian) PHP"),), "", "Apache/2.4"),
        ((("server", "nginx"), ("via", "1.1 gate (squid/5.7)")), "", "nginx behind squid proxy"),
        ((("via", "1.1 gate (squid/5.7)"),), "", "a server behind squid proxy"),
        ((("server", "squid/5.7"), ("via", "1.1 gate (squid/5.7)")), "", "squid proxy"),
        ((("server", "(only a comment)"),), "", None),
        ((("server", "x" * 200),), "", "x" * 60),
        ((), "<h1>400 Bad request</h1>", "haproxy"),
        ((), "<h1>404</h1>", None),
    ],
)
def test_software(headers: tuple[tuple[str, str], ...], body: str, software: str | None) -> None:
    assert http_software(headers, body) == software


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", None),
        (b"ab", None),
        (b"abcdefghijkl", "echo service"),
        (b"ab\x81\x01" + bytes(8), "DNS server"),
        (b"ab\x01\x01" + bytes(8), None),
        (b"\x01\x11\0\0\x21\x12\xa4\x42" + bytes(12), "STUN server"),
        (b"\x80\0\0\0\0\x08abcdefgh", "QUIC server"),
        (b"\x15\xfe\xfd" + bytes(10), "DTLS server"),
        (b"SSH-2.0-x", "SSH server"),
    ],
)
def test_datagrams(data: bytes, name: str | None) -> None:
    assert looks_like_datagram(data, b"abcdefghijkl") == name


@pytest.mark.parametrize("first", range(256))
def test_encrypted_datagrams_are_not_named_by_their_first_byte(first: int) -> None:
    encrypted = bytes([first]) + random.Random(first).randbytes(359)
    assert looks_like_datagram(encrypted, b"abcdefghijkl") is None


@given(st.binary(max_size=64), st.binary(max_size=16))
def test_any_datagram_can_be_looked_at(data: bytes, sent: bytes) -> None:
    assert looks_like_datagram(data, sent) is None or data


def test_media_servers_that_a_page_names_are_kept_without_application_and_key() -> None:
    page = (
        b'<a href="RTMPS://Live.Example.com:1936/app/secret-key">in</a> rtmp://user:word@live.example.com/x '
        b"rtmpt://[2001:db8::1]:8080/live rtmps://live.example.com:1936/other https://live.example.com:8443/"
    )
    assert media_addresses(page) == ("rtmps://live.example.com:1936", "rtmpt://[2001:db8::1]:8080")


def test_a_page_of_addresses_names_only_a_few() -> None:
    page = b" ".join(b"rtmp://h%d.example.com:1935/a" % n for n in range(5000))
    assert len(media_addresses(page)) == MAX_MEDIA_ADDRESSES
