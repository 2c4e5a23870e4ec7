"""What the registry says, with values in the documented form; this computer's own is read by tests of Windows alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from fmsdiag.probe.windows_settings import (
    MAX_NAME,
    MAX_PRODUCTS,
    SystemRegistry,
    firewall_profiles,
    security_products,
)

SETTINGS = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
POLICY = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
PROVIDER = r"SOFTWARE\Microsoft\Security Center\Provider"
DEFENDER, OTHER = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}", "{17AD7D40-BA12-9C46-7131-94903A54AD8B}"


class RecordedRegistry:
    """Key → name → value."""

    def __init__(self, values: Mapping[str, Mapping[str, object]]) -> None:
        self._values = values

    def value(self, key: str, name: str) -> object:
        return self._values.get(key, {}).get(name)

    def keys(self, key: str) -> list[str]:
        return [k.removeprefix(f"{key}\\") for k in self._values if k.rpartition("\\")[0] == key]


RECORDED: dict[str, Mapping[str, object]] = {
    rf"{SETTINGS}\DomainProfile": {"EnableFirewall": 1},
    rf"{SETTINGS}\StandardProfile": {"EnableFirewall": 1, "DisableNotifications": 0},
    rf"{SETTINGS}\PublicProfile": {"EnableFirewall": 0},
    rf"{PROVIDER}\Av\{DEFENDER}": {"DISPLAYNAME": "Windows Defender", "STATE": 397568},
    rf"{PROVIDER}\Av\{OTHER}": {"DISPLAYNAME": "Example  Security\n"},
    rf"{PROVIDER}\Fw\{OTHER}": {"DISPLAYNAME": "Example Security"},
    rf"{PROVIDER}\Fw\{DEFENDER}": {"STATE": 1},
}


def test_the_firewall_is_told_by_profile() -> None:
    assert firewall_profiles(RecordedRegistry(RECORDED)) == {"domain": True, "private": True, "public": False}


def test_a_policy_goes_before_the_setting() -> None:
    registry = RecordedRegistry(RECORDED | {rf"{POLICY}\PublicProfile": {"EnableFirewall": 1}})
    assert firewall_profiles(registry)["public"] is True


def test_products_are_named_once() -> None:
    assert security_products(RecordedRegistry(RECORDED)) == ("Windows Defender", "Example Security")


def test_a_registry_that_says_nothing_or_too_much_is_no_error() -> None:
    assert firewall_profiles(RecordedRegistry({})) == {}
    assert security_products(RecordedRegistry({})) == ()
    odd = RecordedRegistry({rf"{SETTINGS}\DomainProfile": {"EnableFirewall": b"1"}})
    assert firewall_profiles(odd) == {}
    many: dict[str, Mapping[str, object]] = {
        rf"{PROVIDER}\Av\{n}": {"DISPLAYNAME": f"{n} {'x' * 99}"} for n in range(20)
    }
    found = security_products(RecordedRegistry(many))
    assert len(found) == MAX_PRODUCTS
    assert max(map(len, found)) == MAX_NAME


@pytest.mark.this_computer
def test_the_registry_of_this_computer_is_read() -> None:
    registry = SystemRegistry()
    names = registry.keys(r"SOFTWARE\Microsoft\Windows NT")
    assert ("CurrentVersion" in names) is (sys.platform == "win32")
    assert registry.value(r"SOFTWARE\No such key", "x") is None
    assert registry.keys(r"SOFTWARE\No such key") == []
