"""A run as a whole, and the computer that it was made on."""

from __future__ import annotations

import msgspec

from fmsdiag.model.attempts import Attempt
from fmsdiag.model.conclusions import ClientProfile, Finding, Note, Recommendation, ServerIdentity, Verdict
from fmsdiag.model.options import Options, Plan, Target
from fmsdiag.model.profile import Prepared
from fmsdiag.model.vocabulary import Experiment, Medium

SCHEMA_VERSION = "fmsdiag-report/1.0"


_LEADING_NOWHERE = ("127.", "::1", "fe80:", "169.254.")
"""How addresses begin that are this computer's own or its link's."""


class Interface(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    addresses: tuple[str, ...] = ()
    up: bool = True
    tunnel: bool = False  # a VPN's, by its name or because it has a far end instead of a network
    medium: Medium | None = None  # none: not known, or no card of its own
    speed_mbps: int | None = None  # megabits per second of its link, as the system tells; none: not known


class Environment(msgspec.Struct, frozen=True, omit_defaults=True):
    """This computer's own state, read without privileges."""

    system: str = ""
    interfaces: tuple[Interface, ...] = ()
    default_gateways: tuple[str, ...] = ()
    resolvers: tuple[str, ...] = ()
    hosts_file_addresses: tuple[str, ...] = ()  # what the hosts file says of the server's name
    proxies: dict[str, str] = {}  # scheme -> URL without credentials
    pac_url: str | None = None  # a proxy configuration script that the system names
    wpad: str | None = None  # a proxy configuration script that the network announces (WPAD)
    utc_offset: str = ""
    ipv6: bool | None = None  # whether there is a route for IPv6; none: not known
    gateway_answers: bool | None = (
        None  # whether the router of the default route is found on its link; none: not known
    )
    server_interface: str | None = (
        None  # the name of that by which packets to the server leave; none: not known
    )
    server_on_link: bool | None = None  # whether the server needs no router to be reached; none: not known
    firewall_profiles: dict[
        str, bool
    ] = {}  # of Windows Firewall: domain, private, public -> whether it is on, where known
    slept_s: float | None = (
        None  # how long the computer slept during the run; none: it did not, or that is not known
    )
    security_products: tuple[str, ...] = ()  # antivirus and firewall programs that the system lists by name

    @property
    def usable_addresses(self) -> list[str]:
        """Addresses of cards that are up, by which something could leave; link-local ones lead nowhere."""
        every = [address for card in self.interfaces if card.up for address in card.addresses]
        return [address for address in every if not address.lower().startswith(_LEADING_NOWHERE)]

    @property
    def is_offline(self) -> bool:
        """Whether this computer is known to have no network at all."""
        return bool(self.interfaces) and not self.usable_addresses


class Tool(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    version: str
    python: str = ""


class Contact(msgspec.Struct, frozen=True):
    """A third party that the run contacted, and what for."""

    host: str
    experiment: Experiment


class RuleError(msgspec.Struct, frozen=True):
    """A rule that crashed: a fault of this program, contained."""

    cause: str
    error: str
    where: str = ""  # file and line in fmsdiag: "diagnosis/rules/port_blocked.py:41"


class Rejudged(msgspec.Struct, frozen=True, omit_defaults=True):
    """That the rules of another version judged the run again, and what the report said before."""

    tool: Tool  # that judged again; the report's own is the one that tested
    verdict: Verdict  # as the report had it first
    causes: tuple[str, ...] = ()  # of the findings that it had first, best first


class Report(msgspec.Struct, frozen=True):
    """A run, whole: what was asked, seen and concluded."""

    schema_version: str
    report_id: str
    tool: Tool
    started_at: str  # RFC 3339, UTC
    duration_s: float
    target: Target
    options: Options
    plan: Plan
    environment: Environment
    verdict: Verdict
    attempts: tuple[Attempt, ...] = ()
    findings: tuple[Finding, ...] = ()  # best first; empty: nothing is wrong
    notes: tuple[Note, ...] = ()
    identity: ServerIdentity | None = None  # the most probable software, or none without any mark
    client_profiles: tuple[ClientProfile, ...] = ()
    recommendation: Recommendation | None = None
    contacts: tuple[Contact, ...] = ()  # third parties, each once for each purpose
    redaction: tuple[str, ...] = ()  # what was hidden, by codes
    rule_errors: tuple[RuleError, ...] = ()
    prepared: Prepared | None = None  # the customer profile that it was made with, if any
    rejudged: Rejudged | None = None  # none: its conclusions are those of the run itself
