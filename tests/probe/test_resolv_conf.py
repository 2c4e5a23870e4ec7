from __future__ import annotations

import io

import dns.exception
import dns.name
import dns.resolver
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.resolv_conf import ResolverSettings, parse_resolv_conf

LINES = (
    "nameserver 192.0.2.53",
    "nameserver 2001:db8::53",
    "nameserver",
    "nameserver\t192.0.2.54 # a remark",
    "# nameserver 192.0.2.55",
    ";nameserver 192.0.2.56",
    "  nameserver 192.0.2.57",
    "domain corp.example",
    "domain Branch.corp.example.",
    "search corp.example lan",
    "search branch.corp.example.",
    "options ndots:2 timeout:1",
    "nonsense",
    "",
)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", None),
        ("search corp.example\n", None),
        ("nameserver 192.0.2.53\n", ResolverSettings(("192.0.2.53",), domain="home.example")),
        (
            "nameserver 192.0.2.53\nsearch a.example b.example",
            ResolverSettings(("192.0.2.53",), ("a.example", "b.example"), "home.example"),
        ),
        (
            "search a.example\ndomain c.example\nnameserver 192.0.2.53",
            ResolverSettings(("192.0.2.53",), domain="c.example"),
        ),
    ],
)
def test_what_is_read(text: str, settings: ResolverSettings | None) -> None:
    assert parse_resolv_conf(text, "home.example") == settings


@given(st.lists(st.sampled_from(LINES), max_size=8))
def test_it_is_read_as_dnspython_reads_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    reference = dns.resolver.Resolver(configure=False)
    reference.domain = dns.name.from_text("home.example")
    found = parse_resolv_conf(text, "home.example")
    try:
        reference.read_resolv_conf(io.StringIO(text))
    except dns.exception.DNSException:
        assert found is None
        return
    assert found is not None
    assert found.nameservers == tuple(map(str, reference.nameservers))
    assert [name.strip(".") for name in found.search] == [str(name).strip(".") for name in reference.search]
    assert found.domain.strip(".") == str(reference.domain).strip(".")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    parse_resolv_conf(text)
