"""Lists of ports: read, written, refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.model import PlannedPort, Transport
from fmsdiag.port_list import MAX_PORTS, parse_ports, write_ports
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError

R, S, T = Transport.RTMP, Transport.RTMPS, Transport.RTMPT


@pytest.mark.parametrize(
    ("text", "ports"),
    [
        ("", ()),
        (" , ;\n", ()),
        ("1935", ((R, 1935),)),
        ("1935, 80, 443, 8080, 7070", tuple((R, n) for n in (1935, 80, 443, 8080, 7070))),
        ("1935;80 443\t8080", tuple((R, n) for n in (1935, 80, 443, 8080))),
        ("rtmpt:80", ((T, 80),)),
        ("RTMPS:443", ((S, 443),)),
        ("1935, rtmp:1935, 1935", ((R, 1935),)),
        ("80, rtmpt:80, 80", ((R, 80), (T, 80))),
        ("01935", ((R, 1935),)),
        ("http:80,https:443,admin:1111",
         ((Transport.HTTP, 80), (Transport.HTTPS, 443), (Transport.ADMIN, 1111))),
        ("1, 65535", ((R, 1), (R, 65535))),
    ],
)  # fmt: skip
def test_port_lists(text: str, ports: tuple[tuple[Transport, int], ...]) -> None:
    assert parse_ports(text) == tuple(PlannedPort(*entry) for entry in ports)
    assert parse_ports(write_ports(parse_ports(text))) == parse_ports(text)


def test_a_port_list_is_written_as_people_type_it() -> None:
    assert write_ports(parse_ports("rtmp:1935 80;rtmpt:80")) == "1935, 80, rtmpt:80"
    assert write_ports(()) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0", "“0” is not a port"),
        ("70000", "“70000” is not a port"),
        ("1935, eighty", "“eighty” is not a port"),
        ("rtmp:", "“” is not a port"),
        ("ftp:21", "“ftp” is not a protocol"),
        ("rtmpt:rtmp:80", "“rtmpt:rtmp” is not a protocol"),
        ("\x1b[31m:80", "not a protocol"),
        ("x" * 500 + ":80", "not a protocol"),
        ("1935-1940", "“1935-1940” is not a port"),
        ("１９３５", "is not a port"),
        (" ".join(str(n) for n in range(1, MAX_PORTS + 2)), "at most 32 ports; you entered 33"),
    ],
)
def test_errors_in_port_lists(text: str, words: str) -> None:
    with pytest.raises(TargetError, match=words) as caught:
        parse_ports(text)
    assert caught.value.field == "ports"
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()


@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(["1935", "rtmpt", ":", ",", " ", "0", "99999"])).map("".join)
    )
)
def test_port_lists_raise_nothing_but_target_error(text: str) -> None:
    try:
        found = parse_ports(text)
    except TargetError as error:
        if not str(error).isprintable():
            raise
        return
    assert all(1 <= port <= 65535 for port in (entry.port for entry in found))
    assert len(set(found)) == len(found) <= MAX_PORTS


def test_a_list_of_protocols_ends_with_or() -> None:
    with pytest.raises(TargetError, match=r"rtmpts,? or rtmfp"):
        parse_target("ftp://h.example/live")
