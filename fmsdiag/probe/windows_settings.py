r"""What Windows has written in its registry of its firewall and of security products; read only, and no privilege is needed.

FirewallPolicy\*Profile\EnableFirewall is what `netsh advfirewall` shows as "State", a policy of the administrator goes before
it; Security Center\Provider lists the products that Windows Security shows.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Protocol

MAX_PRODUCTS = 8
MAX_NAME = 60
_POLICY = r"SOFTWARE\Policies\Microsoft\WindowsFirewall"
_SETTINGS = r"SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy"
_PROFILES = {
    "domain": ("DomainProfile", "DomainProfile"),
    "private": ("PrivateProfile", "StandardProfile"),
    "public": ("PublicProfile", "PublicProfile"),
}
"""Profile as Windows shows it → its key in policies, its key in settings."""
_PROVIDERS = r"SOFTWARE\Microsoft\Security Center\Provider"


class Registry(Protocol):
    """HKEY_LOCAL_MACHINE, as far as it may be read."""

    def value(self, key: str, name: str) -> object:
        """A value, or none where there is none."""
        ...

    def keys(self, key: str) -> list[str]:
        """The names of the keys below one, none where it is missing."""
        ...


class SystemRegistry:
    """That of this computer; everything is missing where there is no registry."""

    def value(self, key: str, name: str) -> object:
        if sys.platform == "win32":
            import winreg

            with (
                contextlib.suppress(OSError),
                winreg.OpenKey(
                    winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY
                ) as opened,
            ):
                found: object = winreg.QueryValueEx(opened, name)[0]
                return found
        return None

    def keys(self, key: str) -> list[str]:
        found: list[str] = []
        if sys.platform == "win32":
            import winreg

            with (
                contextlib.suppress(OSError),
                winreg.OpenKey(
                    winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY
                ) as opened,
            ):
                for number in range(4 * MAX_PRODUCTS):  # OSError behind the last one
                    found.append(winreg.EnumKey(opened, number))
        return found


def firewall_profiles(registry: Registry) -> Mapping[str, bool]:
    """Profile of Windows Firewall → whether it is on, for each that is known."""
    found = {}
    for profile, (policy, setting) in _PROFILES.items():
        state = registry.value(rf"{_POLICY}\{policy}", "EnableFirewall")
        if not isinstance(state, int):
            state = registry.value(rf"{_SETTINGS}\{setting}", "EnableFirewall")
        if isinstance(state, int):
            found[profile] = state != 0
    return found


def security_products(registry: Registry) -> tuple[str, ...]:
    """The names of antivirus and firewall products that Windows lists, at most MAX_PRODUCTS, each once."""
    names = []
    for kind in ("Av", "Fw"):
        for key in registry.keys(rf"{_PROVIDERS}\{kind}"):
            name = registry.value(rf"{_PROVIDERS}\{kind}\{key}", "DISPLAYNAME")
            if isinstance(name, str) and name.strip():
                names.append(" ".join(name.split())[:MAX_NAME])
    return tuple(dict.fromkeys(names))[:MAX_PRODUCTS]
