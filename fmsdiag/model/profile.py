"""A customer profile: the test that one person prepares and another one runs. Its file is JSON, `fmsdiag-profile/1.0`.

A profile asks for a test and cannot start one. It has no place for a password, a stream key, a script or a path.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fmsdiag.model.options import PlannedPort
from fmsdiag.model.vocabulary import PlanName

PROFILE_VERSION = "fmsdiag-profile/1.0"


class Redaction(StrEnum):
    """How much a report leaves out before it leaves the computer."""

    STANDARD = "standard"  # secrets, names, local addresses
    STRICT = "strict"  # also all about the computer and its network, and the bytes of connections


class ProfileField(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line that the customer fills in, such as a ticket number."""

    label: str  # at most 60 characters
    required: bool = False


class ReferenceAttempt(msgspec.Struct, frozen=True):
    """How one way to the server went beside the server."""

    key: str  # of the Attempt
    connected: bool
    took_s: float | None  # from its start to its end; none: it did not run


class Reference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A run made beside the server: what the customer's run is compared with in place of third parties."""

    report_id: str
    made_at: str  # RFC 3339, UTC
    host: str  # as Target.host: only runs of this server are compared
    addresses: tuple[str, ...] = ()  # that the server's name had there
    certificates: tuple[
        str, ...
    ] = ()  # fingerprints (SHA-256, hex) of the certificates that the server showed
    versions: tuple[str, ...] = ()  # what the server called itself in its answer to connect (fmsVer)
    attempts: tuple[ReferenceAttempt, ...] = ()


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test for a customer, whole."""

    format: str
    profile_id: str  # 16 hexadecimal digits
    sender: str  # who asks, at most 100 characters
    targets: tuple[str, ...]  # 1 to 5 addresses such as rtmp://host[:port]/application, without a stream key
    message: str = ""  # to the customer, plain text of at most 2,000 characters
    logo: bytes = b""  # PNG, at most 64 kB and 512 x 512 pixels
    plan: PlanName | None = None  # none: what the address implies
    ports: tuple[PlannedPort, ...] = ()  # an order of its own, which goes before the plan
    checks: tuple[PlannedPort, ...] | None = None  # what else is tried; none = the default ones
    control: str | None = (
        None  # reference server, or "none"; absent: fmsdiag's own, or none beside reference runs
    )
    references: tuple[Reference, ...] = ()  # at most one for each target
    fields: tuple[ProfileField, ...] = ()  # at most 6, filled by the customer
    send_to: str = (
        ""  # where the report goes: an email address or a web page, shown and never opened by itself
    )
    redaction: Redaction = Redaction.STANDARD  # what the report leaves out


class FilledField(msgspec.Struct, frozen=True):
    """A line that the customer filled in."""

    label: str
    value: str


class Prepared(msgspec.Struct, frozen=True, omit_defaults=True):
    """The profile that a run was made with, as its report names it."""

    sender: str
    profile_id: str
    fields: tuple[FilledField, ...] = ()
    redaction: Redaction = Redaction.STANDARD


class Assignment(msgspec.Struct, frozen=True):
    """What a profile adds to a run: who asked for it, and what it is compared with."""

    prepared: Prepared
    reference: Reference | None = None
