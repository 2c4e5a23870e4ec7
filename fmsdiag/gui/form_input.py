"""What the form's fields hold -> what a run is asked. Pure: target.py and plan.py judge, this joins and explains."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from fmsdiag.model import Options, Plan, Target, Transport
from fmsdiag.probe.contacts import allowed_for, with_contacts
from fmsdiag.probe.plan import make_plan
from fmsdiag.target import TargetError, parse_ports, parse_target


@dataclass(frozen=True)
class FormInput:
    """The fields' texts. `stream` and `query` came with a pasted URL and are secrets: kept, never shown."""

    server: str = ""
    application: str = ""
    ports: str = ""
    plan: str | None = None
    control: str = ""
    resolver: str = ""
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
    options = with_contacts(
        Options(plan=None if ports else fields.plan, ports=fields.ports if len(ports) > 1 else None),
        _control(fields.control),
        _resolver(fields.resolver),
        environment,
    )
    return Request(target, options, make_plan(target, options))


def problems_of(fields: FormInput, environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, field by field, so that nobody mends one mistake only to be told of the next."""
    found: dict[str, str] = {}
    for judge in (
        lambda: parse_target(fields.server, fields.application),
        lambda: parse_ports(fields.ports),
        lambda: _control(fields.control),
        lambda: _resolver(fields.resolver),
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
