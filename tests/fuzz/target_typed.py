"""What a user may type or paste: a server or URL with an application, a list of ports."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from fmsdiag.model import Transport
from fmsdiag.port_list import parse_ports
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.target_url import connect_application, tc_url

T = TypeVar("T")


def seeds() -> list[bytes]:
    typed = (
        "media.example.com\nlive", "rtmp://user:pw@media.example.com:1935/live/_definst_/stream?k=v#x\n",
        "[2001:db8::1]:80\na", "1935, 80, rtmpt:80;rtmps:443\n",
        "rtmpt://192.0.2.1/app?token=1/stream\n", "fe80::1%eth0\nlive", "münchen.example\nlive",
        "Server: rtmp://media.example.com/live Stream key: abcd-1234\n", '{"server":"rtmp://h/live","key":"k"}\nlive k3y-1234',
        "rtmpdump -r rtmp://h -a live -y key\n", "rtmp://h/live playpath=a\\20b pubUser=u pubPasswd=p\nlive;sid=1?x=y",
        "ｒｔｍｐ：／／h／live\n", "rtmp://a/app,rtmp://b/app\n", "rtmfp://media.example.com/app\n", "http://media.example.com\n",
    )  # fmt: skip
    return [text.encode() for text in typed]


def check(data: bytes) -> None:
    """Only TargetError, with a text for one of the fields; what was understood can be put into a tcUrl, and typed again."""
    text = data.decode("utf-8", "surrogateescape")
    server, _, application = text.partition("\n")
    target = _result(lambda: parse_target(server, application), "server", "application")
    if target is not None:
        connect_application(target)
        for transport in Transport:
            tc_url(target, transport, target.port or transport.default_port)
        assert parse_target(target.host).host == target.host
    _result(lambda: parse_ports(text), "ports")


def _result(parse: Callable[[], T], *fields: str) -> T | None:
    try:
        return parse()
    except TargetError as error:
        assert error.field in fields
        assert str(error).isprintable()
        return None
