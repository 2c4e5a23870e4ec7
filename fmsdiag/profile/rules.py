"""What is allowed in a profile: asked when one is made and again when one is opened, for files come from anybody. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import visible
from fmsdiag.model import PlannedPort, Profile, Reference, Target
from fmsdiag.port_list import MAX_PORTS
from fmsdiag.probe.plan import PRESETS
from fmsdiag.profile.errors import ProfileError, wrong
from fmsdiag.profile.png import check_logo
from fmsdiag.profile.texts import PartNames, ProfileTexts
from fmsdiag.report.sensitive import Identity, Kind, always
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_texts import TargetError

MAX_TARGETS = 5
MAX_FIELDS = 6
MAX_SENDER, MAX_MESSAGE, MAX_LABEL, MAX_ANSWER, MAX_SEND_TO, MAX_TARGET = 100, 2000, 60, 200, 200, 300
"""Characters."""
MAX_OF_REFERENCE = 64
"""Addresses, certificates, versions or attempts of a reference run."""
NO_CONTROL = "none"

_ID = re.compile(r"[0-9a-f]{16}\Z")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
_MAIL = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@<>\"',;:/]{1,190}\Z")
_MEDIA_ADDRESS = re.compile(r"rtm(?:fp|p[a-z]{0,2})://[^\s<>\"']{1,300}", re.IGNORECASE)
_SECRETS = (Kind.CREDENTIALS, Kind.NAMED_SECRET)


def check(profile: Profile) -> Profile:
    """`profile`, where all of it is allowed. Raises ProfileError that names what is not."""
    if not _ID.match(profile.profile_id):
        raise wrong(ProfileTexts.NO_ID)
    if not profile.sender.strip():
        raise wrong(ProfileTexts.NO_SENDER)
    check_text(profile.sender, PartNames.SENDER, MAX_SENDER)
    check_text(profile.message, PartNames.MESSAGE, MAX_MESSAGE, lines=True)
    targets = targets_of(profile)
    _check_ports(profile)
    _check_control(profile.control)
    _check_references(profile.references, targets)
    _check_fields([field.label for field in profile.fields])
    _check_send_to(profile.send_to)
    if profile.logo:
        check_logo(profile.logo)
    return profile


def targets_of(profile: Profile) -> tuple[Target, ...]:
    """The servers to test. Raises ProfileError for one that cannot be tested or whose address has a secret in it."""
    if not profile.targets:
        raise wrong(ProfileTexts.NO_TARGET)
    if len(profile.targets) > MAX_TARGETS:
        raise wrong(ProfileTexts.TOO_MANY_TARGETS, given=len(profile.targets), most=MAX_TARGETS)
    return tuple(map(parse_address, profile.targets))


def parse_address(address: str) -> Target:
    """One of them. Raises ProfileError, which quotes nothing of a secret."""
    if len(address) > MAX_TARGET or visible(address) != address:
        raise wrong(
            ProfileTexts.BAD_TARGET, problem=say(ProfileTexts.PART_TOO_LONG, part="", most=MAX_TARGET)
        )
    try:
        target = parse_target(address)
    except TargetError as error:
        raise wrong(ProfileTexts.BAD_TARGET, problem=say(error.said, **error.values)) from None
    if target.stream or target.query or login_of_url(address) is not None:
        raise wrong(ProfileTexts.TARGET_HAS_SECRET, host=target.host)
    return target


def check_text(said: str, part: Text, most: int, *, lines: bool = False, **values: object) -> None:
    """Raises ProfileError for a text that is too long, cannot be shown as it is, or seems to hold a secret."""
    name = say(part, **values)
    if len(said) > most:
        raise wrong(ProfileTexts.PART_TOO_LONG, part=name, most=most)
    if visible(said, keep_newlines=lines) != said:
        raise wrong(ProfileTexts.PART_INVISIBLE, part=name)
    if has_secret(said):
        raise wrong(ProfileTexts.PART_HAS_SECRET, part=name)


def has_secret(said: str) -> bool:
    """Whether a text names a password or the like, or an address with a key in it."""
    masks = (mask for mask in always(Identity(), ()) if mask.kind in _SECRETS)
    return any(mask.hide(said) != said for mask in masks) or any(map(_has_key, _MEDIA_ADDRESS.findall(said)))


def _has_key(address: str) -> bool:
    try:
        target = parse_target(address.rstrip(".,;:!?)"))
    except TargetError:
        return False
    return bool(target.stream or target.query)


def _check_ports(profile: Profile) -> None:
    if profile.plan is not None and profile.plan not in PRESETS:
        raise wrong(ProfileTexts.BAD_PLAN, name=profile.plan.value, known=tuple(PRESETS))
    every: tuple[PlannedPort, ...] = (*profile.ports, *(profile.checks or ()))
    if len(every) > MAX_PORTS:
        raise wrong(ProfileTexts.TOO_MANY_PORTS, given=len(every), most=MAX_PORTS)
    for planned in every:
        if not 1 <= planned.port <= 65535:
            raise wrong(ProfileTexts.BAD_PORT, number=str(planned.port)[:20])


def _check_control(control: str | None) -> None:
    if control is None or control == NO_CONTROL:
        return
    try:
        target = parse_target(control) if len(control) <= MAX_TARGET else None
    except TargetError as error:
        raise wrong(ProfileTexts.BAD_CONTROL, problem=say(error.said, **error.values)) from None
    if target is None or target.host != control:  # a host alone, as it was written
        raise wrong(ProfileTexts.BAD_CONTROL, problem=say(ProfileTexts.BAD_REFERENCE))


def _check_references(references: Iterable[Reference], targets: Iterable[Target]) -> None:
    hosts = {target.host for target in targets}
    seen: set[str] = set()
    for reference in references:
        if not _is_whole(reference):
            raise wrong(ProfileTexts.BAD_REFERENCE)
        if reference.host not in hosts:
            raise wrong(ProfileTexts.REFERENCE_OF_OTHER, host=reference.host)
        if reference.host in seen:
            raise wrong(ProfileTexts.TWO_REFERENCES, host=reference.host)
        seen.add(reference.host)


def _is_whole(reference: Reference) -> bool:
    texts = (
        reference.report_id,
        reference.made_at,
        reference.host,
        *reference.addresses,
        *reference.versions,
    )
    lists = (reference.addresses, reference.certificates, reference.versions, reference.attempts)
    return (
        all(len(each) <= MAX_OF_REFERENCE for each in lists)
        and all(len(said) <= MAX_TARGET and visible(said) == said for said in texts)
        and all(map(_FINGERPRINT.match, reference.certificates))
        and all(len(a.key) <= 60 and visible(a.key) == a.key for a in reference.attempts)
        and all(a.took_s is None or 0 <= a.took_s <= 1e6 for a in reference.attempts)
    )


def _check_fields(labels: list[str]) -> None:
    if len(labels) > MAX_FIELDS:
        raise wrong(ProfileTexts.TOO_MANY_FIELDS, given=len(labels), most=MAX_FIELDS)
    for label in labels:
        if not label.strip():
            raise wrong(ProfileTexts.NO_LABEL)
        check_text(label, PartNames.LABEL, MAX_LABEL)
        if labels.count(label) > 1:
            raise wrong(ProfileTexts.SAME_FIELD, label=label)


def _check_send_to(place: str) -> None:
    check_text(place, PartNames.SEND_TO, MAX_SEND_TO)
    if place and not (_MAIL.match(place) or _is_page(place)):
        raise wrong(ProfileTexts.BAD_SEND_TO)


def _is_page(place: str) -> bool:
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and " " not in place


__all__ = ["MAX_ANSWER", "MAX_FIELDS", "MAX_TARGETS", "NO_CONTROL", "ProfileError", "check", "check_text"]
