from __future__ import annotations

import ipaddress
import sys

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.environment import (
    MAX_INTERFACES,
    hosts_file_addresses,
    read_environment,
)

HOSTS = """\
# 192.0.2.9 h.example
127.0.0.1 localhost
192.0.2.1\tH.Example  alias # h2.example
  192.0.2.2 h.example
192.0.2.1 h.example
nonsense

::1 ip6-localhost
"""


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("h.example", ("192.0.2.1", "192.0.2.2")),
        ("alias", ("192.0.2.1",)),
        ("h2.example", ()),
        ("localhost", ("127.0.0.1",)),
        ("127.0.0.1", ()),
        ("other.example", ()),
    ],
)
def test_the_hosts_file(host: str, addresses: tuple[str, ...]) -> None:
    assert hosts_file_addresses(HOSTS, host) == addresses


@given(st.text(), st.text(min_size=1))
def test_any_hosts_file_can_be_read(text: str, host: str) -> None:
    assert len(hosts_file_addresses(text, host)) <= 8


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://user:secret@proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://[broken")
    monkeypatch.setenv("no_proxy", "localhost")
    environment = read_environment("localhost")
    assert environment.system
    assert environment.proxies["http"] == "http://proxy.example:3128"
    assert environment.proxies["no"] == "localhost"
    assert "secret" not in repr(environment)
    addresses = [a for i in environment.interfaces for a in i.addresses]
    assert len(environment.interfaces) <= MAX_INTERFACES
    for text in (*addresses, *environment.default_gateways):
        ipaddress.ip_address(text)
    if sys.platform == "linux":
        assert "127.0.0.1" in addresses
    assert environment.utc_offset[0] in "+-"


def test_a_system_that_hides_its_interfaces_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden() -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "net_if_addrs", hidden)
    assert read_environment("localhost").interfaces == ()
