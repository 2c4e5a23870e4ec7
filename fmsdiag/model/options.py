"""What a run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from fmsdiag.model.attempts import Endpoint
from fmsdiag.model.vocabulary import (
    Family,
    LeftOut,
    NotApplicable,
    PlanName,
    ProxyMode,
    ProxyScheme,
    ProxyType,
    Purpose,
    Transport,
)


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """The server and application that the user wants to reach; made by target.py only."""

    host: str  # lower case, IDNA-encoded, IPv6 literals without brackets
    application: str
    transport: Transport | None = None  # what the URL's scheme asked for, beyond plain rtmp
    port: int | None = None  # a port in the URL: exactly one attempt
    stream: str | None = None  # a secret: masked in every report
    query: str | None = None  # likewise
    stream_apart: bool = False  # whether the stream was given beside the address, not as a part of it
    left_out: tuple[LeftOut, ...] = ()  # what came with the address and is in none of these

    @property
    def is_literal(self) -> bool:
        """Whether the host is an address, so that no name is looked up."""
        return ":" in self.host or self.host.replace(".", "").isdigit()


class PlannedAttempt(msgspec.Struct, frozen=True, omit_defaults=True):
    endpoint: Endpoint
    purpose: Purpose
    not_applicable: NotApplicable | None = None  # why it cannot be tried here


class Plan(msgspec.Struct, frozen=True):
    name: PlanName
    attempts: tuple[PlannedAttempt, ...]
    interval_s: float = 0.2
    sequential: bool = False


class PlannedPort(msgspec.Struct, frozen=True):
    """One entry of a port list: how the server is spoken to, and where."""

    transport: Transport
    port: int


class ProxyAddress(msgspec.Struct, frozen=True):
    """Where a proxy is and how it is spoken to; name and password for it are Credentials."""

    scheme: ProxyScheme
    host: str  # as Target.host
    port: int

    @property
    def url(self) -> str:
        """The URL, port included: what an Endpoint and a report may hold."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme.value}://{host}:{self.port}"


class ProxyChoice(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which proxy a run may use."""

    mode: ProxyMode = ProxyMode.SYSTEM
    address: ProxyAddress | None = None  # of the one that is given, and then only

    @classmethod
    def given(cls, address: ProxyAddress) -> ProxyChoice:
        return cls(ProxyMode.GIVEN, address)


SYSTEM_PROXY = ProxyChoice(ProxyMode.SYSTEM)
NO_PROXY = ProxyChoice(ProxyMode.NONE)


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a user may choose beside the target."""

    plan: PlanName | None = None  # a preset's; none = what the URL implies, else AMS's
    ports: tuple[PlannedPort, ...] | None = None  # an order of the user's own, which goes before the plan
    interval_ms: int = 200
    sequential: bool = False
    checks: tuple[PlannedPort, ...] | None = None  # what else is tried; none = the default ones
    all_checks: bool = False
    deep: bool = False
    idle_s: float = 10.0  # how long the deep tests leave a connection silent
    family: Family = Family.ANY
    timeout_s: float = 10.0
    tcp_timeout_s: float = 5.0
    control: str | None = None  # host that is known to work, or none when switched off
    control_http: str | None = None  # host that answers GET /generate_204, likewise
    resolver: str | None = None  # address of the second resolver, or none when switched off
    proxy: ProxyChoice = SYSTEM_PROXY
    proxy_type: ProxyType | None = None  # none = directly first, then through the proxy, if there is one
    publish: bool = False  # publish to the target's stream; the user says that it is theirs
    play: bool = False  # play the target's stream, likewise


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the user entrusts to a run; no part of a report, a log or a representation ever holds it."""

    server: tuple[str, str] | None = None  # name and password for Adobe's or Limelight's RTMP authentication
    proxy: tuple[str, str] | None = None  # likewise for the proxy


NO_CREDENTIALS = Credentials()
