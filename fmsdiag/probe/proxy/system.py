"""Which proxies this computer is configured with: environment variables, then the system's own settings.

A configuration script (PAC) is named and not run: only the window can ask the system what it says, and hands that in.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Mapping

from fmsdiag.model import Capability, ProxySource, works_here
from fmsdiag.probe.proxy.settings import ProxySettings, settings_from, split_exceptions
from fmsdiag.probe.system_commands import told_by

SCHEMES = ("http", "https", "all", "socks")
_HAS_SETTINGS = works_here(Capability.PROXY_SETTINGS)
_INTERNET_SETTINGS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"


def read_system_proxies(asked: Mapping[str, str] | None = None) -> ProxySettings:
    """The settings, the environment's before the system's.

    `asked` is what the system itself answered for the server in question (scheme -> URL, empty: none); it goes before
    the system's written settings, for it knows configuration scripts and exceptions.
    """
    environment = _environment()
    if any(scheme in environment for scheme in SCHEMES):
        exceptions = environment.get("no", "")
        return settings_from(
            {scheme: url for scheme, url in environment.items() if scheme in (*SCHEMES, "no")},
            ProxySource.ENVIRONMENT,
            split_exceptions(exceptions),
        )
    pac_url, exceptions = _platform_settings()
    if asked is not None:
        return settings_from(asked, ProxySource.PAC if pac_url else ProxySource.SYSTEM, (), pac_url)
    written = {s: url for s, url in _written().items() if s in SCHEMES}
    return settings_from(written, ProxySource.SYSTEM, split_exceptions(exceptions), pac_url)


def _environment() -> Mapping[str, str]:
    """The proxies that environment variables name; the library that knows their rules is loaded where there are any."""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return {}
    from urllib.request import getproxies_environment

    return getproxies_environment()


def _written() -> Mapping[str, str]:
    """The system's own settings, on systems that have some."""
    if not _HAS_SETTINGS:
        return {}
    from urllib.request import getproxies

    return getproxies()


def _platform_settings() -> tuple[str | None, str]:
    """The script that the system names, if it names one, and the exceptions from its written settings."""
    if sys.platform == "win32":
        import winreg

        found = {}
        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(winreg.HKEY_CURRENT_USER, _INTERNET_SETTINGS) as key,
        ):
            for name in ("AutoConfigURL", "ProxyOverride"):
                with contextlib.suppress(OSError):  # not set
                    found[name] = str(winreg.QueryValueEx(key, name)[0])
        return found.get("AutoConfigURL") or None, found.get("ProxyOverride", "")
    if sys.platform == "darwin":
        return _mac_settings()
    return None, ""


def _mac_settings() -> tuple[str | None, str]:
    return parse_scutil(told_by("/usr/sbin/scutil", "--proxy"))


def parse_scutil(text: str) -> tuple[str | None, str]:
    """The script's URL and the exceptions in the output of `scutil --proxy` (macOS, scutil(8))."""
    values = dict(re.findall(r"^ {2}(\w+) : (.*)$", text, re.MULTILINE))
    listed = re.search(r"^ {2}ExceptionsList : <array> \{\n(.*?)^ {2}\}", text, re.MULTILINE | re.DOTALL)
    exceptions = re.findall(r"^ +\d+ : (\S+)$", listed[1], re.MULTILINE) if listed else []
    if values.get("ExcludeSimpleHostnames") == "1":
        exceptions.append("<local>")
    enabled = values.get("ProxyAutoConfigEnable") == "1"
    return (values.get("ProxyAutoConfigURLString") or None) if enabled else None, " ".join(exceptions)
