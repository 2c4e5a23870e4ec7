"""A profile and what the customer filled in -> the runs that it asks for: one for each of its servers, nothing beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from fmsdiag.model import Assignment, FilledField, Options, Prepared, Profile, Target
from fmsdiag.probe.contacts import with_contacts
from fmsdiag.profile.errors import wrong
from fmsdiag.profile.rules import MAX_ANSWER, NO_CONTROL, check_text, targets_of
from fmsdiag.profile.texts import PartNames, ProfileTexts

_USUAL = Options()


@dataclass(frozen=True)
class ProfileRun:
    """One of them, not yet planned: the plan is made where this computer's proxies are known."""

    target: Target
    options: Options
    assignment: Assignment


def filled_fields(profile: Profile, answers: Mapping[str, str]) -> tuple[FilledField, ...]:
    """The customer's answers by their labels, in the profile's order; empty ones are left out.

    Raises ProfileError for a required one that is missing, one that the profile does not ask for, and for text that is too
    long or seems to hold a secret.
    """
    labels = tuple(field.label for field in profile.fields)
    for label in answers:
        if not labels:
            raise wrong(ProfileTexts.NO_FIELDS)
        if label not in labels:
            raise wrong(ProfileTexts.FIELD_UNKNOWN, label=label[:60], known=labels)
    found = []
    for field in profile.fields:
        value = answers.get(field.label, "").strip()
        if field.required and not value:
            raise wrong(ProfileTexts.FIELD_MISSING, label=field.label)
        check_text(value, PartNames.ANSWER, MAX_ANSWER, label=field.label)
        if value:
            found.append(FilledField(field.label, value))
    return tuple(found)


def runs_of(
    profile: Profile,
    fields: tuple[FilledField, ...],
    environment: Mapping[str, str],
    base: Options = _USUAL,
    control: str | None = None,
    resolver: str | None = None,
) -> tuple[ProfileRun, ...]:
    """The profile's runs, in its order. Raises ProfileError.

    `base` has what this computer's user decides, such as the proxy; so are `control` and `resolver`, which go before the
    profile's. A third party that the environment rules out is not contacted because a profile asks for it.
    """
    prepared = Prepared(profile.sender, profile.profile_id, fields, profile.redaction)
    wanted = msgspec.structs.replace(
        base, plan=profile.plan, ports=profile.ports or None, checks=profile.checks
    )
    options = with_contacts(
        wanted,
        control or _control(profile, environment),
        resolver or (NO_CONTROL if profile.references else None),
        environment,
    )
    by_host = {reference.host: reference for reference in profile.references}
    return tuple(
        ProfileRun(target, options, Assignment(prepared, by_host.get(target.host)))
        for target in targets_of(profile)
    )


def _control(profile: Profile, environment: Mapping[str, str]) -> str | None:
    if environment.get("FMSDIAG_CONTROL", "").lower() == NO_CONTROL:
        return NO_CONTROL
    return profile.control or (NO_CONTROL if profile.references else None)
