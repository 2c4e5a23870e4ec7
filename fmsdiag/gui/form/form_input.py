"""What the form's fields hold -> what a run is asked. Pure: target.py and plan.py judge, this joins and explains."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from fmsdiag.model import (
    NO_CREDENTIALS,
    Credentials,
    Family,
    Options,
    Plan,
    Purpose,
    Report,
    Target,
    Transport,
)
from fmsdiag.probe.contacts import allowed_for, with_contacts
from fmsdiag.probe.plan import PRESETS, make_plan
from fmsdiag.report.words import name_proxy
from fmsdiag.target import TargetError, parse_ports, parse_proxy, parse_target

RISK = (
    "Encrypted RTMP (RTMPE, RTMPTE) can crash a fragile media server; everybody who is on air there would be cut off. "
    "Test it only with your own server, or when its operator knows."
)
_PSEUDONYM = re.compile(r"lan-\d+")
"""What stands in a redacted report for an address of somebody's own network."""


class ProxyChoice(StrEnum):
    """Where a proxy comes from, or which kind a given one is."""

    SYSTEM = "system"
    NONE = "none"
    HTTP = "http"
    SOCKS5 = "socks5"


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
    proxy: ProxyChoice = ProxyChoice.SYSTEM
    proxy_address: str = ""
    proxy_type: str | None = None
    """One of probe/proxy_ways.py's PROXY_TYPES, as Flash players were given it."""
    encrypted: tuple[str, ...] = ()
    """Checks of RTMPE and RTMPTE: apart from the others, since they can crash a server and are never remembered."""


@dataclass(frozen=True, repr=False)
class Entrusted:
    """Names and passwords as they were typed; without a representation."""

    proxy_name: str = ""
    proxy_password: str = ""
    server_name: str = ""
    server_password: str = ""


@dataclass(frozen=True, repr=False)
class Consent:
    """What the user agreed to, who says that the stream is theirs; without a representation, for its name is a secret."""

    stream: str
    publish: bool
    play: bool

    @property
    def words(self) -> str:
        return " and ".join(
            word for word, asked in (("publishes", self.publish), ("plays", self.play)) if asked
        )


@dataclass(frozen=True)
class FormInput:
    """The fields' texts. `stream` and `query` came with a pasted URL and are secrets: kept, never shown."""

    server: str = ""
    application: str = ""
    ports: str = ""
    plan: str | None = None
    checks: tuple[str, ...] | None = None
    advanced: AdvancedInput = AdvancedInput()
    stream: str | None = field(default=None, repr=False)
    query: str | None = field(default=None, repr=False)
    entrusted: Entrusted = Entrusted()
    consent: Consent | None = None


@dataclass(frozen=True)
class Request:
    """What a run is asked, and the plan that follows from it."""

    target: Target = field(repr=False)
    options: Options
    plan: Plan
    credentials: Credentials = NO_CREDENTIALS


def request_of(fields: FormInput, environment: Mapping[str, str]) -> Request:
    """Judge the fields; raises TargetError, whose `field` may also name one of the advanced options."""
    target = parse_target(fields.server, fields.application)
    target = msgspec.structs.replace(
        target, stream=target.stream or fields.stream, query=target.query or fields.query
    )
    ports = parse_ports(fields.ports)
    if len(ports) == 1:  # one entry means what a URL with that port means: exactly one attempt
        transport, port = ports[0]
        asked = None if transport is Transport.RTMP else transport
        target = msgspec.structs.replace(target, transport=asked, port=port)
    chosen, agreed = fields.advanced, fields.consent
    if agreed is not None:
        target = msgspec.structs.replace(target, stream=agreed.stream)
    options = Options(
        plan=None if ports else fields.plan,
        ports=fields.ports if len(ports) > 1 else None,
        interval_ms=chosen.interval_ms,
        sequential=chosen.sequential,
        checks=_checks(fields),
        deep=chosen.deep,
        family=chosen.family,
        timeout_s=float(chosen.timeout_s),
        tcp_timeout_s=min(Options().tcp_timeout_s, float(chosen.timeout_s)),
        proxy=_proxy(chosen),
        proxy_type=chosen.proxy_type,
        publish=agreed is not None and agreed.publish,
        play=agreed is not None and agreed.play,
    )
    options = with_contacts(options, _control(chosen.control), _resolver(chosen.resolver), environment)
    return Request(target, options, make_plan(target, options), _credentials(fields.entrusted))


def problems_of(fields: FormInput, environment: Mapping[str, str]) -> dict[str, str]:
    """What is wrong, field by field, so that nobody mends one mistake only to be told of the next."""
    found: dict[str, str] = {}
    for judge in (
        lambda: parse_target(fields.server, fields.application),
        lambda: parse_ports(fields.ports),
        lambda: _control(fields.advanced.control),
        lambda: _resolver(fields.advanced.resolver),
        lambda: _proxy(fields.advanced),
        lambda: _pair("proxy_name", fields.entrusted.proxy_name, fields.entrusted.proxy_password),
        lambda: _pair("server_name", fields.entrusted.server_name, fields.entrusted.server_password),
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

    Whom that run could compare with and its proxy are not taken over: they are choices of this computer's user. Nor is
    what can disturb: publishing, playing, checks of RTMPE. A server whose address is hidden in the report leaves its field
    empty.
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
        if planned.purpose is Purpose.CHECK
        and planned.endpoint.address is None
        and not planned.endpoint.transport.is_encrypted
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
    sentence += _beyond(request)
    return f"{sentence} If something fails, for comparison: {_listed(third)}." if third else sentence


def _beyond(request: Request) -> str:
    """What the run would do beyond connecting to the server, in sentences."""
    options, found = request.options, ""
    if options.proxy == "system":
        found += " If this computer is set up to use a proxy, that too."
    elif options.proxy != "none":
        found += f" Uses {name_proxy(options.proxy)} too."
    done = [word for word, asked in (("publishes", options.publish), ("plays", options.play)) if asked]
    return found + (f" Also {' and '.join(done)} your stream." if done else "")


def risk_of(fields: FormInput) -> str:
    """The warning that belongs to these fields before they are run, "" without a risk."""
    try:
        ports = parse_ports(",".join((fields.ports, *(_checks(fields) or ()))))
    except TargetError:
        return ""
    return RISK if any(transport.is_encrypted for transport, _ in ports) else ""


def _listed(items: list[int] | list[str]) -> str:
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _checks(fields: FormInput) -> tuple[str, ...] | None:
    """All checks; none at all leaves the usual ones to the plan."""
    if fields.checks is None and not fields.advanced.encrypted:
        return None
    return (*(fields.checks or ()), *fields.advanced.encrypted)


def _proxy(chosen: AdvancedInput) -> str:
    """`Options.proxy` for this choice."""
    if chosen.proxy in (ProxyChoice.SYSTEM, ProxyChoice.NONE):
        return chosen.proxy.value
    if not chosen.proxy_address:
        raise TargetError("proxy", "Enter the proxy's name and port, such as proxy.example:3128")
    with_scheme = "://" in chosen.proxy_address
    return parse_proxy(
        chosen.proxy_address if with_scheme else f"{chosen.proxy.value}://{chosen.proxy_address}"
    ).url


def _pair(where: str, name: str, password: str) -> tuple[str, str] | None:
    """Name and password, or none; `where` is the name's field."""
    if password and not name:
        raise TargetError(where, "Enter the name that belongs to the password")
    return (name, password) if name else None


def _credentials(typed: Entrusted) -> Credentials:
    proxy = _pair("proxy_name", typed.proxy_name, typed.proxy_password)
    server = _pair("server_name", typed.server_name, typed.server_password)
    return Credentials(server, proxy) if server or proxy else NO_CREDENTIALS


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
