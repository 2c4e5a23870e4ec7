"""What fmsdiag can do and learn on which system, and how each of it was verified: the one table of these facts.

Code that depends on the system asks it, reports name from it what could not be known, and docs/platforms.md is made from it.
The words are in messages/platforms.py.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class System(StrEnum):
    """An operating system that fmsdiag is made for."""

    LINUX = "linux"
    WINDOWS = "windows"
    MACOS = "macos"

    @classmethod
    def of_report(cls, name: str) -> System | None:
        """The system of a report, by `Environment.system`: "Darwin 24.1.0"; none for another one."""
        return next((system for start, system in _NAMES.items() if name.startswith(start)), None)


_NAMES = {"Linux": System.LINUX, "Windows": System.WINDOWS, "Darwin": System.MACOS}
"""How platform.system() names it."""
_PLATFORMS = {"linux": System.LINUX, "win32": System.WINDOWS, "darwin": System.MACOS}


def this_system(platform: str = sys.platform) -> System | None:
    """The system that this program runs on; none for one that fmsdiag is not made for."""
    return _PLATFORMS.get(platform)


class Capability(StrEnum):
    """What depends on the system."""

    ATTEMPTS = "attempts"
    SOURCE_PORT = "source-port"
    ICMP_SENDERS = "icmp-senders"
    PATH_TEST = "path-test"
    RESET_DISTANCE = "reset-distance"
    SEGMENT_SIZE = "segment-size"
    KERNEL_TIMES = "kernel-times"
    UNACKNOWLEDGED = "unacknowledged"
    PROMPT_REFUSALS = "prompt-refusals"
    GATEWAYS = "gateways"
    ROUTER_ANSWERS = "router-answers"
    RESOLVERS = "resolvers"
    MEDIUM = "medium"
    FIREWALL_STATE = "firewall-state"
    SECURITY_PRODUCTS = "security-products"
    FORBIDDEN = "forbidden"
    LOCAL_NETWORK = "local-network"
    PROXY_SETTINGS = "proxy-settings"
    PROXY_SCRIPT = "proxy-script"
    TRUST_STORE = "trust-store"
    JOURNAL = "journal"
    END_SIGNALS = "end-signals"
    DOUBLE_CLICK = "double-click"
    SLEEP = "sleep"
    SILENT_PORT = "silent-port"


class Support(StrEnum):
    """Whether it works there."""

    WORKS = "works"
    PARTLY = "partly"
    NEVER = "never"  # it cannot be known or done there, or fmsdiag does not
    NOT_NEEDED = "not-needed"  # the system has no such thing


class Verified(StrEnum):
    """How what the table says was verified."""

    RUN = "run"
    SIMULATED = "simulated"
    RECORDED = "recorded"
    NOT_RUN = "not-run"
    NOTHING = "nothing"  # there is nothing to verify


class Fact(NamedTuple):
    """What holds for one capability on one system."""

    support: Support
    verified: Verified


_RUN = Fact(Support.WORKS, Verified.RUN)
_RECORDED = Fact(Support.WORKS, Verified.RECORDED)
_NOT_RUN = Fact(Support.WORKS, Verified.NOT_RUN)
_PARTLY = Fact(Support.PARTLY, Verified.RUN)
_PARTLY_SIMULATED = Fact(Support.PARTLY, Verified.SIMULATED)
_PARTLY_NOT_RUN = Fact(Support.PARTLY, Verified.NOT_RUN)
_NEVER = Fact(Support.NEVER, Verified.RUN)
_NEVER_SIMULATED = Fact(Support.NEVER, Verified.SIMULATED)
_NEVER_NOT_RUN = Fact(Support.NEVER, Verified.NOT_RUN)
_NOT_NEEDED = Fact(Support.NOT_NEEDED, Verified.NOTHING)

_ROWS: Mapping[Capability, tuple[Fact, Fact, Fact]] = {
    Capability.ATTEMPTS: (_RUN, _RUN, _NOT_RUN),
    Capability.SOURCE_PORT: (_RUN, _RUN, _NOT_RUN),
    Capability.ICMP_SENDERS: (_RUN, _NEVER_NOT_RUN, _NEVER_NOT_RUN),
    Capability.PATH_TEST: (_RUN, _PARTLY_SIMULATED, _PARTLY_NOT_RUN),
    Capability.RESET_DISTANCE: (_RUN, _NEVER_SIMULATED, _NEVER_NOT_RUN),
    Capability.SEGMENT_SIZE: (_RUN, _NEVER, _NOT_RUN),
    Capability.KERNEL_TIMES: (_RUN, _PARTLY_NOT_RUN, _NEVER_NOT_RUN),
    Capability.UNACKNOWLEDGED: (_RUN, _PARTLY_NOT_RUN, _NEVER_NOT_RUN),
    Capability.PROMPT_REFUSALS: (_RUN, _NEVER_SIMULATED, _NOT_RUN),
    Capability.GATEWAYS: (_RUN, _RUN, _NOT_RUN),
    Capability.ROUTER_ANSWERS: (_RUN, _NEVER, _NEVER_NOT_RUN),
    Capability.RESOLVERS: (_RUN, _RUN, _NOT_RUN),
    Capability.MEDIUM: (_RECORDED, _RUN, _NOT_RUN),
    Capability.FIREWALL_STATE: (_NOT_NEEDED, _NOT_RUN, _NOT_NEEDED),
    Capability.SECURITY_PRODUCTS: (_NEVER, _NOT_RUN, _NEVER_NOT_RUN),
    Capability.FORBIDDEN: (_RUN, _PARTLY_NOT_RUN, _PARTLY_NOT_RUN),
    Capability.LOCAL_NETWORK: (_NOT_NEEDED, _NOT_NEEDED, _PARTLY_NOT_RUN),
    Capability.PROXY_SETTINGS: (_PARTLY, _NOT_RUN, _NOT_RUN),
    Capability.PROXY_SCRIPT: (_NEVER, _NOT_RUN, _NOT_RUN),
    Capability.TRUST_STORE: (_RUN, _RUN, _NOT_RUN),
    Capability.JOURNAL: (_RUN, _RUN, _NOT_RUN),
    Capability.END_SIGNALS: (_RUN, _PARTLY_NOT_RUN, _NOT_RUN),
    Capability.DOUBLE_CLICK: (_RUN, _NOT_RUN, _NOT_RUN),
    Capability.SLEEP: (_NOT_RUN, _NOT_RUN, _NOT_RUN),
    Capability.SILENT_PORT: (_RUN, _NEVER_NOT_RUN, _NOT_RUN),
}
"""Linux, Windows, macOS."""

PLATFORMS: Mapping[Capability, Mapping[System, Fact]] = {
    capability: dict(zip(System, row, strict=True)) for capability, row in _ROWS.items()
}


def works(capability: Capability, system: System | None) -> bool:
    """Whether the whole of it works on that system."""
    return system is not None and PLATFORMS[capability][system].support is Support.WORKS


def works_here(capability: Capability) -> bool:
    """Whether the whole of it works on the system that this program runs on."""
    return works(capability, this_system())


_BESIDE_A_TEST = (Capability.JOURNAL, Capability.END_SIGNALS, Capability.DOUBLE_CLICK, Capability.SILENT_PORT)
"""What says nothing of a network."""


def missing_on(system: System | None) -> tuple[Capability, ...]:
    """What a test cannot learn or do there."""
    if system is None:
        return ()
    return tuple(
        capability
        for capability, facts in PLATFORMS.items()
        if facts[system].support is Support.NEVER and capability not in _BESIDE_A_TEST
    )
