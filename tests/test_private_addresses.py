"""Addresses of this computer and of private networks."""

from __future__ import annotations

import pytest

from fmsdiag.private_addresses import (
    is_loopback_address,
    is_nat64_address,
    is_nobodys_address,
    is_private_address,
)


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True), ("127.255.0.1", True), ("10.0.0.1", True), ("172.31.0.1", True), ("172.32.0.1", False),
        ("192.168.1.1", True), ("169.254.1.1", True), ("100.64.0.1", True), ("192.0.2.1", False), ("8.8.8.8", False),
        ("::1", True), ("fe80::1%eth0", True), ("fd00::1", True), ("2001:db8::1", False),
        ("::ffff:10.0.0.1", True), ("localhost", False), ("10.example", False),
    ],
)  # fmt: skip
def test_private_addresses(host: str, private: bool) -> None:
    assert is_private_address(host) is private


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("fe80::1%eth0", False),
        ("localhost", False),
    ],
)
def test_loopback_addresses(host: str, loopback: bool) -> None:
    assert is_loopback_address(host) is loopback


@pytest.mark.parametrize(
    ("host", "nobody"),
    [("0.0.0.0", True), ("::", True), ("::ffff:0.0.0.0", True), ("::%eth0", True), ("0.0.0.1", False), ("::1", False),
     ("127.0.0.1", False), ("zero.example", False)],
)  # fmt: skip
def test_addresses_of_no_machine(host: str, nobody: bool) -> None:
    assert is_nobodys_address(host) is nobody


@pytest.mark.parametrize(
    ("host", "made"),
    [
        ("64:ff9b::cb00:710a", True),
        ("64:ff9b:1::1", True),
        ("64:ff9b:2::1", False),
        ("203.0.113.10", False),
        ("h.example", False),
    ],
)
def test_addresses_that_a_providers_name_server_makes(host: str, made: bool) -> None:
    assert is_nat64_address(host) is made
