"""What the form's fields hold -> what a run is asked. Pure: target.py and plan.py judge, this joins and explains."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from fmsdiag.model import Family, Options, Plan, Purpose, Report, Target, Transport
from fmsdiag.probe.contacts import allowed_for, with_contacts
from fmsdiag.probe.plan import PRESETS, make_plan
from fmsdiag.target import TargetError, parse_ports, parse_target

_PSEUDONYM = re.compile(r"lan-\d+")
"""What stands in a redacted report for an address of somebody's own network."""


@dataclass(frozen=True)
class AdvancedInput:
    """What the folded part of the form holds; the defaults are what nobody has to think about."""

    interval_ms: int = 200
    timeout_s: int = 10
    sequential: bool = False
    family: Family = Family.ANY
    control: str = ""
    resolver: str = ""
    deep: bool = False


@dataclass(frozen=True)
class FormInput:
    """The fields' texts. `stream` and `query` came with a pasted URL and are secrets: kept, never shown."""

    server: str = ""
    application: str = ""
    ports: str = ""
    plan: str | None = None
    checks: tuple[str, ...] | None = None
    advanced: AdvancedInput = AdvancedInput()
    stream: str | None = None
    query: str | None = None


@dataclass(frozen=True)
class Request:
    """What a run is asked, and the plan that follows from it."""

    target: Target
    options: Options
    plan: Plan


def request_of(fields: FormInput, environment: Mapping[str, str]) -> Request:
    """Judge the fields; raises TargetError, whose `field` may also be "control" or "resolver"."""
    target = parse_target(fields.server, fields.application)
    target = msgspec.structs.replace(
        target, stream=target.stream or fields.stream, query=target.query or fields.query
    )
    ports = parse_ports(fields.ports)
    if len(ports) == 1:  # one entry means what a URL with that port means: exactly one attempt
        transport, port = ports[0]
        asked = None if transport is Transport.RTMP else transport
        target = msgspec.structs.replace(target, transport=asked, port=port)
    chosen = fields.advanced
    options = Options(
        plan=None if ports else fields.plan,
        ports=fields.ports if len(ports) > 1 else None,
        interval_ms=chosen.interval_ms,
        sequential=chosen.sequential,
        checks=fields.checks,
        deep=chosen.deep,
        family=chosen.family,
        timeout_s=float(chosen.timeout_s),
        tcp_timeout_s=min(Options().tcp_timeout_s, float(chosen.timeout_s)),
    )
    options = with_contacts(options, _control(chosen.control), _resolver(chosen.resolver), environment)
    return Request(target, options, make_plan(target, options))


def problems_of(fields: FormInput, environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, field by field, so that nobody mends one mistake only to be told of the next."""
    found: dict[str, str] = {}
    for judge in (
        lambda: parse_target(fields.server, fields.application),
        lambda: parse_ports(fields.ports),
        lambda: _control(fields.advanced.control),
        lambda: _resolver(fields.advanced.resolver),
    ):
        try:
            judge()
        except TargetError as error:
            found[error.field] = error.message
    if not found:
        try:
            request_of(fields, environment)
        except TargetError as error:  # a saved plan that is gone
            found["server"] = error.message
    return found


def spread(server: str) -> FormInput | None:
    """The fields that a URL such as rtmp://host:80/app fills, or none if `server` is a bare name.

    Raises TargetError.
    """
    target = parse_target(server)
    if not (target.application or target.port or target.stream or target.query or "://" in server):
        return None
    ports = ""
    if target.transport not in (None, Transport.RTMP):
        ports = f"{target.transport}:{target.port or target.transport.default_port}"
    elif target.port is not None:
        ports = str(target.port)
    return FormInput(target.host, target.application, ports, stream=target.stream, query=target.query)


def fields_of(report: Report) -> FormInput:
    """The fields with which this computer would ask the same as `report` did.

    Whom that run could compare with is not taken over: it is a choice of this computer's user. A server whose address
    is hidden in the report leaves its field empty.
    """
    target, options = report.target, report.options
    ports = options.ports or ""
    if not ports and (target.port is not None or target.transport not in (None, Transport.RTMP)):
        transport = target.transport or Transport.RTMP
        port = target.port or transport.default_port
        ports = str(port) if transport is Transport.RTMP else f"{transport}:{port}"
    checks = (
        f"{planned.endpoint.transport}:{planned.endpoint.port}"
        for planned in report.plan.attempts
        if planned.purpose is Purpose.CHECK and planned.endpoint.address is None
    )
    return FormInput(
        server="" if _PSEUDONYM.fullmatch(target.host) else target.host,
        application=target.application,
        ports=ports,
        plan=options.plan if options.plan in PRESETS else None,
        checks=tuple(dict.fromkeys(checks)),
        advanced=AdvancedInput(
            interval_ms=options.interval_ms,
            timeout_s=max(1, round(options.timeout_s)),
            sequential=options.sequential,
            family=options.family,
            deep=options.deep,
        ),
    )


def contacted(request: Request) -> str:
    """Whom the run would contact, in words."""
    ports: dict[str, list[int]] = {"tcp": [], "udp": []}
    for planned in request.plan.attempts:
        endpoint = planned.endpoint
        known = ports[endpoint.transport.carrier]
        if not planned.not_applicable and endpoint.port not in known:
            known.append(endpoint.port)
    where = "; ".join(
        f"{carrier.upper()} {_listed(numbers)}" for carrier, numbers in ports.items() if numbers
    )
    sentence = (
        f"Contacts {request.target.host} on {where}." if where else "Nothing of this can be tested yet."
    )
    options = allowed_for(request.target, request.options)
    third = [name for name in (options.control, options.control_http) if name]
    third = list(dict.fromkeys(third))
    if options.resolver:
        third.append(f"the resolver {options.resolver}")
    return f"{sentence} If something fails, for comparison: {_listed(third)}." if third else sentence


def _listed(items: list[int] | list[str]) -> str:
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _control(text: str) -> str | None:
    text = text.strip()
    if not text or text.lower() == "none":
        return text.lower() or None
    try:
        return parse_target(text).host
    except TargetError as error:
        raise TargetError("control", error.message) from error


def _resolver(text: str) -> str | None:
    text = text.strip()
    if not text or text.lower() == "none":
        return text.lower() or None
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        message = "Enter the resolver's address, such as 1.1.1.1, or none"
        raise TargetError("resolver", message) from None
