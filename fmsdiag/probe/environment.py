"""This computer's own state: interfaces, gateway, resolvers, hosts file, proxy settings. Read only, no privileges."""

from __future__ import annotations

import ipaddress
import os
import platform
import socket
import struct
import sys
from datetime import datetime
from pathlib import Path

import psutil

from fmsdiag.model import Environment, Interface
from fmsdiag.probe.names import system_resolvers
from fmsdiag.probe.proxy_settings import ProxySettings
from fmsdiag.probe.system_proxy import read_system_proxies

MAX_INTERFACES = 16
MAX_HOSTS_FILE = 1 << 20


def read_environment(host: str, settings: ProxySettings | None = None) -> Environment:
    """What is known without asking the network; `host` is the server's name, looked up in the hosts file.

    `settings` are the proxy settings if they have been read already.
    """
    settings = read_system_proxies() if settings is None else settings
    return Environment(
        system=f"{platform.system()} {platform.release()}",
        interfaces=_interfaces(),
        default_gateways=_default_gateways(),
        resolvers=system_resolvers(),
        hosts_file_addresses=hosts_file_addresses(_hosts_file(), host),
        proxies=dict(settings.shown),
        pac_url=settings.pac_url,
        utc_offset=datetime.now().astimezone().strftime("%z"),
    )


def _interfaces() -> tuple[Interface, ...]:
    try:
        addresses, states = psutil.net_if_addrs(), psutil.net_if_stats()
    except OSError:
        return ()
    found = []
    for name, entries in list(addresses.items())[:MAX_INTERFACES]:
        usable = tuple(
            e.address.partition("%")[0] for e in entries if e.family in (socket.AF_INET, socket.AF_INET6)
        )
        state = states.get(name)
        found.append(Interface(name, usable, state.isup if state else True))
    return tuple(found)


def _default_gateways() -> tuple[str, ...]:
    """Linux only: /proc/net/route (proc(5)); the kernel's tables of other systems need privileges or commands."""
    if sys.platform != "linux":
        return ()
    try:
        lines = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    except (OSError, ValueError):
        return ()
    gateways = []
    for line in lines:
        fields = line.split()
        if len(fields) > 7 and fields[1] == "00000000" and fields[7] == "00000000":
            gateways.append(str(ipaddress.IPv4Address(struct.pack("=I", int(fields[2], 16)))))
    return tuple(dict.fromkeys(gateways))[:4]


def _hosts_file() -> str:
    path = Path("/etc/hosts")
    if sys.platform == "win32":
        path = Path(os.environ.get("SystemRoot", r"C:\Windows")) / "System32/drivers/etc/hosts"
    try:
        with path.open("rb") as file:
            return file.read(MAX_HOSTS_FILE).decode("utf-8", "replace")
    except OSError:
        return ""


def hosts_file_addresses(text: str, host: str) -> tuple[str, ...]:
    """The addresses that a hosts file (hosts(5)) gives `host`, in order."""
    found = []
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if host.lower() in (name.lower() for name in names):
            found.append(address)
    return tuple(dict.fromkeys(found))[:8]
