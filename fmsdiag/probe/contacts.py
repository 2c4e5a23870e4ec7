"""Third parties that a run may contact, and who decides: the flag before the environment before the default.

They are contacted only when a rule asks for a comparison, and never when the user typed a loopback or private address.
Each contact is named in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from fmsdiag.model import Attempt, Contact, FailureKind, Options, ProxyMode, Target
from fmsdiag.private_addresses import is_private_address

DEFAULT_CONTROL = "a.rtmp.youtube.com"
"""A public ingest that answers RTMP on 1935, 80 and 443: the idea of the port testers, "a server known to be good"."""
DEFAULT_CONTROL_HTTP = "connectivitycheck.gstatic.com"
"""Answers GET /generate_204 with 204 and nothing else, unless someone answers in its place."""
DEFAULT_RESOLVER = "1.1.1.1"


def with_contacts(
    options: Options, control: str | None, resolver: str | None, environment: Mapping[str, str]
) -> Options:
    """`options` with the control host and second resolver chosen; the word "none" switches one off.

    `control` and `resolver` are what the user gave (None: nothing); `environment` may hold FMSDIAG_CONTROL and
    FMSDIAG_RESOLVER.
    """
    chosen_control = control or environment.get("FMSDIAG_CONTROL") or ""
    chosen_resolver = resolver or environment.get("FMSDIAG_RESOLVER") or DEFAULT_RESOLVER
    if not chosen_control:
        host: str | None = DEFAULT_CONTROL
        http: str | None = DEFAULT_CONTROL_HTTP
    else:
        host = http = None if chosen_control.lower() == "none" else chosen_control
    return msgspec.structs.replace(
        options,
        control=host,
        control_http=http,
        resolver=None if chosen_resolver.lower() == "none" else chosen_resolver,
    )


def allowed_for(target: Target, options: Options) -> Options:
    """`options` without third parties when the user typed a loopback or private address or "localhost"."""
    if is_private_address(target.host) or target.host == "localhost" or target.host.endswith(".localhost"):
        return msgspec.structs.replace(options, control=None, control_http=None, resolver=None)
    return options


def third_parties(target: Target, options: Options) -> tuple[str, ...]:
    """The hosts beside the server that a run may contact, each once; empty where it contacts nobody else."""
    allowed = allowed_for(target, options)
    hosts = (allowed.control, allowed.control_http, allowed.resolver)
    return tuple(dict.fromkeys(host for host in hosts if host is not None))


def may_ask_for_wpad(target: Target, options: Options) -> bool:
    """Whether a run may look for an announced proxy: not for a server on this network, nor when the user chose one, or none."""
    return (
        options.proxy.mode is ProxyMode.SYSTEM
        and not is_private_address(target.host)
        and target.host != "localhost"
    )


_NEVER_SENT = (FailureKind.NO_ROUTE, FailureKind.NOT_PERMITTED)


def contacted(wanted: Iterable[Contact], attempts: Iterable[Attempt]) -> tuple[Contact, ...]:
    """Of the third parties that a run was to ask, those to whom anything left this computer."""
    made = tuple(attempts)
    return tuple(contact for contact in wanted if not _was_kept_here(contact, made))


def _was_kept_here(contact: Contact, attempts: tuple[Attempt, ...]) -> bool:
    """Whether this computer had no way to send what was meant for it; a lookup of its name goes to this network's own DNS."""
    asked = [
        o
        for a in attempts
        if a.experiment is contact.experiment and a.endpoint.host == contact.host
        for o in a.observations
        if o.address is not None
    ]
    return bool(asked) and all(o.failure is not None and o.failure.kind in _NEVER_SENT for o in asked)
