"""Scheme, server and port of an address, and messages that quote no secret."""

from __future__ import annotations

import pytest

from fmsdiag.model import Target
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.com.", "example.com"),
        ("my_server.example.com", "my_server.example.com"),
        ("_rtmp.example.com", "_rtmp.example.com"),
        ("localhost", "localhost"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("xn--mnchen4exmnchen4exampldple-vfcb", "xn--mnchen4exmnchen4exampldple-vfcb"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("Bu\u0308cher.example", "xn--bcher-kva.example"),
        ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("1.2.3.example", "1.2.3.example"),
        ("3com.com", "3com.com"),
        (".".join(["a" * 63] * 3 + ["b" * 61]), ".".join(["a" * 63] * 3 + ["b" * 61])),
        (".".join(["a" * 63] * 3 + ["b" * 61]) + ".", ".".join(["a" * 63] * 3 + ["b" * 61])),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("[fe80::1%eth0]:1935", "fe80::1%eth0"),
        ("rtmp://[fe80::1%25eth0]/app", "fe80::1%eth0"),
        ("fe80::1%3", "fe80::1%3"),
        ("fe80::1%251", "fe80::1%251"),
    ],
)
def test_hosts(typed: str, host: str) -> None:
    assert parse_target(typed).host == host


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter the name"),
        ("   ", "Enter the name"),
        ("live example com", "without spaces"),
        ("rtmp://live example.com/app", "without spaces"),
        ("rtmp://live.example .com/app", "without spaces"),
        ("live\u00a0example.com", "without spaces"),
        ("rtmp:// live.example.com/app", "without spaces"),
        ("http://live.example.com/app", "web address"),
        ("HTTPS://live.example.com", "web address"),
        ("ws://live.example.com", "web address"),
        ("ftp://live.example.com/app", "“ftp://” addresses cannot be tested; use rtmp, "),
        ("rtmpx://live.example.com/app", "“rtmpx://” addresses cannot be tested"),
        ("rtmp:/live.example.com/app", "Write “://” between"),
        ("rtmp:live.example.com/app", "Write “://” between"),
        ("http:/live.example.com", "Write “://” between"),
        ("rtmp://", "no server name"),
        ("rtmp:///app", "no server name"),
        ("/app", "no server name"),
        ("user@", "no server name"),
        ("h.example:0", "“0” is not a port"),
        ("h.example:70000", "“70000” is not a port"),
        ("h.example:-1", "is not a port"),
        ("h.example:+80", "is not a port"),
        ("h.example:80a", "is not a port"),
        ("h.example:٨٠", "is not a port"),
        ("h.example:1_0", "is not a port"),
        ("h.example:" + "9" * 4000, "is not a port"),
        ("rtmp://[2001:db8::1:1935/app", "brackets"),
        ("rtmp://[2001:db8::1]1935/app", "brackets"),
        ("[::1]:0", "is not a port"),
        ("rtmp://h...example/app", "not a server name"),
        ("...", "not a server name"),
        (".example", "not a server name"),
        ("example..", "not a server name"),
        ("-a.example", "not a server name"),
        ("a-.example", "not a server name"),
        ("exa$mple.com", "not a server name"),
        ("ex\x00ample.com", "not a server name"),
        ("a" * 64 + ".example", "not a server name"),
        (".".join(["a" * 63] * 3 + ["b" * 62]), "not a server name"),
        ("é" * 64, "not a server name"),
        ("\ud800.example", "not a server name"),
        ("192.0.2", "four numbers"),
        ("300.1.1.1", "four numbers"),
        ("192.0.2.1.", "four numbers"),
        ("1.2.3.4.5", "four numbers"),
        ("0x7f000001", "four numbers"),
        ("12345", "four numbers"),
        ("192.0.2.1%eth0", "not a server name"),
        ("fe80::1%", "after the %"),
        ("fe80::1%a\x00b", "after the %"),
        ("fe80::1%" + "e" * 70, "after the %"),
        ("2001:db8::1::2", "not a server name"),
        ("1:2:3", "not a server name"),
        ("0.0.0.0", "not the address of a server"),
        ("255.255.255.255", "not the address of a server"),
        ("224.0.0.1", "not the address of a server"),
        ("::", "not the address of a server"),
        ("ff02::1", "not the address of a server"),
        ("h.example?x=1", "question mark"),
        ("rtmp://h.example/app?a\x07b", "invisible"),
        ("rtmp://h.example/app/stream\x00", "invisible"),
        ("rtmp://h.example/app/stream\ud800", "invisible"),
        ("rtmp://h.example/app?" + "k" * 5000, "too long"),
    ],
)
def test_errors_on_the_server_field(typed: str, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert words in str(caught.value)
    assert caught.value.field == "server"
    assert len(str(caught.value)) < 200
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "typed",
    [
        "rtmp://bob:sec/ret@h.example/app",
        "bob:sec#ret@h.example/app",
        "rtmp://bob:sec:ret/x@h.example",
        "rtmp://sec_!/x@h",
    ],
)
def test_a_password_that_hides_the_host_is_not_quoted(typed: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert "write / as %2F" in str(caught.value)
    assert "sec" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("typed", ["MediaServer01", "nas-2", "srv01", "WIN-1A2B3C4D5E6"])
def test_a_name_of_one_label_is_a_server(typed: str) -> None:
    assert parse_target(typed) == Target(typed.lower(), "")


@pytest.mark.parametrize(
    ("typed", "example"),
    [
        ("rtmp://::1:19356/live", "rtmp://[::1]:19356/live"),
        ("::1:19356", "rtmp://[::1]:19356/live"),
        ("rtmp://2001:db8::1/live", "rtmp://[2001:db8::1]/live"),
    ],
)
def test_an_ipv6_address_needs_brackets(typed: str, example: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(typed)
    assert str(caught.value) == f"Write an IPv6 address in brackets: {example}"
