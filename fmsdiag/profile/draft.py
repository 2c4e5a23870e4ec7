"""A profile as a person types it, and what is wrong with each part: the same words on the command line and in the window."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from fmsdiag.messages.reader import say
from fmsdiag.model import PROFILE_VERSION, PlanName, PlannedPort, Profile, ProfileField, Redaction, Reference
from fmsdiag.port_list import parse_ports
from fmsdiag.profile.errors import ProfileError
from fmsdiag.profile.png import MAX_LOGO_BYTES, bare_logo
from fmsdiag.profile.rules import NO_CONTROL, check
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError

REQUIRED_MARK = "!"
"""Behind the label of a field that the customer must fill in."""
MOST_LOGO_READ = 16 * MAX_LOGO_BYTES
"""Bytes of a picture's file: what it does not need is left out, and only the rest is bounded."""


class DraftPart(StrEnum):
    """The parts that can be wrong, each in a field or an option of its own."""

    SENDER = "sender"
    MESSAGE = "message"
    SERVERS = "servers"
    PORTS = "ports"
    CHECKS = "checks"
    CONTROL = "control"
    REFERENCES = "references"
    FIELDS = "fields"
    SEND_TO = "send-to"
    LOGO = "logo"


class PartError(ProfileError):
    """What was typed for one part cannot be read."""

    def __init__(self, part: DraftPart, message: str) -> None:
        super().__init__(message)
        self.part = part


@dataclass(frozen=True)
class ProfileDraft:
    """The texts, not yet judged."""

    servers: tuple[str, ...] = ()
    sender: str = ""
    message: str = ""
    plan: PlanName | None = None
    ports: str = ""
    checks: str | None = None
    """A list of ports; none: the usual checks; "" or "none": no check."""
    control: str | None = None
    """A host, or "none"; none: what is usual."""
    references: tuple[Reference, ...] = ()
    fields: tuple[str, ...] = ()
    """Labels; one that ends with "!" must be filled in."""
    send_to: str = ""
    redaction: Redaction = Redaction.STANDARD
    logo: bytes = b""
    """A PNG file as it is."""


def profile_of(draft: ProfileDraft) -> Profile:
    """The profile, with an id of its own. Raises PartError, and ProfileError for what is not allowed in a profile."""
    made = _blank(secrets.token_hex(8))
    for part in DraftPart:
        made = msgspec.structs.replace(made, **_READ[part](draft))
    made = msgspec.structs.replace(made, plan=draft.plan, redaction=draft.redaction)
    return check(made)


def problems_of(draft: ProfileDraft) -> Mapping[DraftPart, str]:
    """What is wrong, by part and all at once; a part is judged as if the others were right."""
    found: dict[DraftPart, str] = {}
    for part in DraftPart:
        parts = (part, DraftPart.SERVERS) if part is DraftPart.REFERENCES else (part,)
        if found.keys() & set(parts):  # a reference run cannot be judged without its servers
            continue
        made = _blank("0" * 16)
        try:
            for each in parts:
                made = msgspec.structs.replace(made, **_READ[each](draft))
            check(made)
        except ProfileError as error:
            found[part] = str(error)
    if not found:
        try:
            profile_of(draft)
        except ProfileError as error:  # only ports and checks can be too many together
            found[DraftPart.CHECKS] = str(error)
    return found


def _blank(profile_id: str) -> Profile:
    return Profile(PROFILE_VERSION, profile_id, sender="-", targets=("rtmp://localhost/live",))


def _ports(part: DraftPart, typed: str) -> tuple[PlannedPort, ...]:
    try:
        return parse_ports(typed)
    except TargetError as error:
        raise PartError(part, say(error.said, **error.values)) from None


def _checks(draft: ProfileDraft) -> tuple[PlannedPort, ...] | None:
    typed = draft.checks
    if typed is None:
        return None
    return () if typed.strip().lower() == NO_CONTROL else _ports(DraftPart.CHECKS, typed)


def _control(draft: ProfileDraft) -> str | None:
    typed = draft.control
    if typed is None or typed.lower() == NO_CONTROL:
        return typed and typed.lower()
    try:
        return parse_target(typed).host
    except TargetError as error:
        raise PartError(DraftPart.CONTROL, say(error.said, **error.values)) from None


def _field(typed: str) -> ProfileField:
    """ "Ticket number!" is required."""
    return ProfileField(typed.rstrip(REQUIRED_MARK).strip(), typed.endswith(REQUIRED_MARK))


_READ: Mapping[DraftPart, Callable[[ProfileDraft], dict[str, Any]]] = {
    DraftPart.SENDER: lambda draft: {"sender": draft.sender},
    DraftPart.MESSAGE: lambda draft: {"message": draft.message},
    DraftPart.SERVERS: lambda draft: {"targets": tuple(dict.fromkeys(draft.servers))},
    DraftPart.PORTS: lambda draft: {"ports": _ports(DraftPart.PORTS, draft.ports)},
    DraftPart.CHECKS: lambda draft: {"checks": _checks(draft)},
    DraftPart.CONTROL: lambda draft: {"control": _control(draft)},
    DraftPart.REFERENCES: lambda draft: {"references": draft.references},
    DraftPart.FIELDS: lambda draft: {"fields": tuple(map(_field, draft.fields))},
    DraftPart.SEND_TO: lambda draft: {"send_to": draft.send_to},
    DraftPart.LOGO: lambda draft: {"logo": bare_logo(draft.logo) if draft.logo else b""},
}
"""What each part is in a profile. Raise ProfileError."""
