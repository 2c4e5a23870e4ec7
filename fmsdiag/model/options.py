"""What a run was asked to do."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from fmsdiag.model.attempts import Endpoint
from fmsdiag.model.vocabulary import Family, Purpose, Transport


class Target(msgspec.Struct, frozen=True, omit_defaults=True):
    """The server and application that the user wants to reach; made by target.py only."""

    host: str  # lower case, IDNA-encoded, IPv6 literals without brackets
    application: str
    transport: Transport | None = None  # what the URL's scheme asked for, beyond plain rtmp
    port: int | None = None  # a port in the URL: exactly one attempt
    stream: str | None = None  # a secret: masked in every report
    query: str | None = None  # likewise

    @property
    def is_literal(self) -> bool:
        """Whether the host is an address, so that no name is looked up."""
        return ":" in self.host or self.host.replace(".", "").isdigit()


class PlannedAttempt(msgspec.Struct, frozen=True, omit_defaults=True):
    endpoint: Endpoint
    purpose: Purpose
    not_applicable: str = ""  # the reason, when it cannot be tried here


class Plan(msgspec.Struct, frozen=True):
    name: str
    attempts: tuple[PlannedAttempt, ...]
    interval_s: float = 0.2
    sequential: bool = False


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything that a user may choose beside the target."""

    plan: str | None = None  # preset name; none = what the URL implies, else "ams"
    ports: str | None = None  # a custom list such as "1935, 80, rtmpt:80"
    interval_ms: int = 200
    sequential: bool = False
    checks: tuple[str, ...] | None = None  # keys of extra checks; none = the default ones
    all_checks: bool = False
    deep: bool = False
    idle_s: float = 10.0  # how long the deep tests leave a connection silent
    family: Family = Family.ANY
    timeout_s: float = 10.0
    tcp_timeout_s: float = 5.0
    control: str | None = None  # host that is known to work, or none when switched off
    control_http: str | None = None  # host that answers GET /generate_204, likewise
    resolver: str | None = None  # address of the second resolver, or none when switched off
    proxy: str = "system"  # "system", "none", or a proxy's URL without credentials
    proxy_type: str | None = (
        None  # Flash's NetConnection.proxyType: "none", "http", "connect", "connect-only", "best"
    )
    publish: bool = False  # publish to the target's stream; the user says that it is theirs
    play: bool = False  # play the target's stream, likewise


@dataclass(frozen=True, repr=False)
class Credentials:
    """What the user entrusts to a run; no part of a report, a log or a representation ever holds it."""

    server: tuple[str, str] | None = None  # name and password for Adobe's or Limelight's RTMP authentication
    proxy: tuple[str, str] | None = None  # likewise for the proxy


NO_CREDENTIALS = Credentials()
