"""What the form's fields hold -> what a run is asked. Pure: target.py and plan.py judge, this joins and explains."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import msgspec

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import render
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    NO_CREDENTIALS,
    NO_PROXY,
    SYSTEM_PROXY,
    Assignment,
    Credentials,
    Family,
    LeftOut,
    Options,
    Plan,
    PlannedPort,
    ProxyChoice,
    ProxyMode,
    ProxyType,
    Purpose,
    Report,
    Target,
    Transport,
)
from fmsdiag.pasted import take_address
from fmsdiag.port_list import parse_ports, write_ports
from fmsdiag.probe.contacts import with_contacts
from fmsdiag.probe.disclosure import disclose
from fmsdiag.probe.plan import PRESETS, make_plan, preset_named
from fmsdiag.probe.proxy.settings import NO_PROXIES, ProxySettings
from fmsdiag.stream_path import application_to_type, cut_as_typed
from fmsdiag.target import login_of_url, parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy


class InputTexts(Table, of="gui.form-input"):
    """What is said of the fields as a whole, and what is wrong with those that only the window has."""

    RISK = text(
        "Encrypted RTMP (RTMPE, RTMPTE) can crash a fragile media server, which cuts off every live stream on it. "
        "Test it only with your own server, or with its operator's consent."
    )
    NO_PROXY = text("Enter the proxy's name and port, such as proxy.example:3128")
    NO_USER = text("Enter the user name that belongs to the password")
    NO_RESOLVER = text("Enter the DNS server's address, such as 1.1.1.1, or none")


_PSEUDONYM = re.compile(r"lan-\d+")
"""What replaces a local address in a redacted report."""


T = TypeVar("T")


class ProxyKind(StrEnum):
    """Where a proxy comes from, or which kind a given one is."""

    SYSTEM = "system"
    NONE = "none"
    HTTP = "http"
    SOCKS5 = "socks5"


@dataclass(frozen=True)
class AdvancedInput:
    """What the folded part of the form holds; the defaults fit most users."""

    interval_ms: int = 200
    timeout_s: int = 10
    sequential: bool = False
    family: Family = Family.ANY
    control: str = ""
    resolver: str = ""
    deep: bool = False
    proxy: ProxyKind = ProxyKind.SYSTEM
    proxy_address: str = ""
    proxy_type: ProxyType | None = None
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
    stream_apart: bool = False
    """Whether `stream` was pasted beside the address, not as a part of it."""
    left_out: tuple[LeftOut, ...] = ()
    """What was pasted beside the address and is in no field."""
    whole_application: bool = False
    """Whether the application is as it stands, although its end looks like a stream name: the user typed it again."""
    entrusted: Entrusted = Entrusted()
    consent: Consent | None = None


@dataclass(frozen=True)
class Request:
    """What a run is asked, and the plan that follows from it: it is shown, and it runs."""

    target: Target = field(repr=False)
    options: Options
    plan: Plan
    credentials: Credentials = NO_CREDENTIALS
    proxies: ProxySettings | None = None
    """What this computer is set to; none while it is not known."""
    assignment: Assignment | None = None
    """What a customer profile adds."""

    @property
    def is_settled(self) -> bool:
        """Whether `plan` is all that will be tried; not while the computer's proxies are wanted and not known."""
        return self.proxies is not None or self.options.proxy.mode is not ProxyMode.SYSTEM


@dataclass(frozen=True)
class Judgment:
    """What the fields come to: a request, or what is wrong with them; and whether they ask for something risky."""

    request: Request | None
    problems: Mapping[str, TargetError]
    """What is wrong, by field and all at once, so the user can fix every mistake in one go."""
    risky: bool


class _Reading:
    """Parses one field after the other and keeps what is wrong."""

    def __init__(self) -> None:
        self.problems: dict[str, TargetError] = {}

    def read(self, parse: Callable[[], T]) -> T | None:
        """What `parse` gives, or none where it raises TargetError."""
        try:
            return parse()
        except TargetError as error:
            self.problems[error.field] = error
            return None


def judge(
    fields: FormInput, environment: Mapping[str, str], proxies: ProxySettings | None = None
) -> Judgment:
    """Parse every field, once, and plan the run. `proxies` are this computer's, where they are known."""
    reading = _Reading()
    read, typed = reading.read, fields.entrusted
    target = read(lambda: parse_target(_server(fields), fields.application))
    ports = read(lambda: parse_ports(fields.ports))
    checks = read(lambda: _checks(fields))
    control = read(lambda: _control(fields.advanced.control))
    resolver = read(lambda: _resolver(fields.advanced.resolver))
    proxy = read(lambda: _proxy(fields.advanced))
    proxy_login = read(lambda: _pair("proxy_name", typed.proxy_name, typed.proxy_password))
    server_login = read(lambda: _pair("server_name", typed.server_name, typed.server_password))
    risky = any(entry.transport.is_encrypted for entry in (*(ports or ()), *(checks or ())))
    if reading.problems or target is None or ports is None or proxy is None:
        return Judgment(None, reading.problems, risky)
    target = _aimed(target, fields, ports)
    credentials = Credentials(server_login, proxy_login) if server_login or proxy_login else NO_CREDENTIALS
    try:
        options = _options(fields, ports, checks, proxy)
        options = with_contacts(options, control, resolver, environment)
        plan = make_plan(target, options, proxies or NO_PROXIES)
    except TargetError as error:  # a saved plan that is gone
        return Judgment(None, {"server": error}, risky)
    return Judgment(Request(target, options, plan, credentials, proxies), {}, risky)


def _server(fields: FormInput) -> str:
    """The server; an application that is to stay whole is its path as well, which settles where that is cut."""
    return f"{fields.server}/{fields.application}" if fields.whole_application else fields.server


def cut_again(kept: FormInput, application: str) -> FormInput | None:
    """The path that is kept, cut where `application` ends; none where it does not begin with that, or has no stream."""
    if not kept.stream or application == kept.application or (kept.query or "").startswith("/"):
        return None
    cut = cut_as_typed(f"{kept.application}/{kept.stream}", application)
    if cut is None:
        return None
    return FormInput(
        kept.server,
        application,
        stream=cut.stream or None,
        query=cut.query or kept.query,
        whole_application=True,
    )


def _aimed(target: Target, fields: FormInput, ports: tuple[PlannedPort, ...]) -> Target:
    """`target` with what a pasted URL brought along, the stream that was agreed to, and a port that stands alone."""
    agreed = fields.consent
    known = target.stream or fields.stream
    stream = agreed.stream if agreed is not None else known
    apart = target.stream_apart if target.stream else fields.stream_apart
    target = msgspec.structs.replace(
        target,
        stream=stream,
        query=target.query or fields.query,
        stream_apart=apart if stream == known else True,
        left_out=target.left_out or fields.left_out,
    )
    if len(ports) != 1:
        return target
    # one entry means what a URL with that port means: exactly one attempt
    transport = None if ports[0].transport is Transport.RTMP else ports[0].transport
    return msgspec.structs.replace(target, transport=transport, port=ports[0].port)


def _options(
    fields: FormInput,
    ports: tuple[PlannedPort, ...],
    checks: tuple[PlannedPort, ...] | None,
    proxy: ProxyChoice,
) -> Options:
    """Raises TargetError for a plan that there is not."""
    chosen, agreed = fields.advanced, fields.consent
    return Options(
        plan=preset_named(fields.plan).name if fields.plan and not ports else None,
        ports=ports if len(ports) > 1 else None,
        interval_ms=chosen.interval_ms,
        sequential=chosen.sequential,
        checks=checks,
        deep=chosen.deep,
        family=chosen.family,
        timeout_s=float(chosen.timeout_s),
        tcp_timeout_s=min(Options().tcp_timeout_s, float(chosen.timeout_s)),
        proxy=proxy,
        proxy_type=chosen.proxy_type,
        publish=agreed is not None and agreed.publish,
        play=agreed is not None and agreed.play,
    )


def spread(server: str) -> FormInput | None:
    """The fields that a URL such as rtmp://host:80/app fills, whatever stands around it; none if `server` is a bare name.

    Raises TargetError.
    """
    target = parse_target(server)
    login = login_of_url(server)
    is_whole = take_address(server).address == server.strip()
    if is_whole and not (
        target.application or target.port or target.stream or target.query or login or "://" in server
    ):
        return None
    ports = ""
    if target.port is not None or target.transport not in (None, Transport.RTMP):
        transport = target.transport or Transport.RTMP
        ports = write_ports((PlannedPort(transport, target.port or transport.default_port),))
    return FormInput(
        as_typed(target.host),
        application_to_type(target.application),
        ports,
        stream=target.stream,
        query=target.query,
        stream_apart=target.stream_apart,
        left_out=target.left_out,
        entrusted=Entrusted(server_name=login[0], server_password=login[1]) if login else Entrusted(),
    )


def fields_of(report: Report) -> FormInput:
    """The fields with which this computer would ask the same as `report` did.

    Whom that run could compare with and its proxy are not taken over: they are choices of this computer's user. Nor is
    what can disturb: publishing, playing, checks of RTMPE. A server whose address is hidden in the report leaves its field
    empty.
    """
    target, options = report.target, report.options
    ports = write_ports(options.ports or ())
    if not ports and (target.port is not None or target.transport not in (None, Transport.RTMP)):
        transport = target.transport or Transport.RTMP
        port = target.port or transport.default_port
        ports = write_ports((PlannedPort(transport, port),))
    checks = (
        f"{planned.endpoint.transport}:{planned.endpoint.port}"
        for planned in report.plan.attempts
        if planned.purpose is Purpose.CHECK
        and planned.endpoint.address is None
        and not planned.endpoint.transport.is_encrypted
    )
    return FormInput(
        server="" if _PSEUDONYM.fullmatch(target.host) else as_typed(target.host),
        application=application_to_type(target.application),
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
    """Whom the run contacts, and whom it may ask for a comparison, sentence by sentence; `disclosed` has the rest."""
    shown = (d for d in disclose(request.target, request.options, request.plan) if d.is_brief)
    return " ".join(render(disclosure.message) for disclosure in shown)


def disclosed(request: Request) -> str:
    """Everything that the run contacts or may contact, a line each."""
    every = disclose(request.target, request.options, request.plan)
    return "\n".join(render(disclosure.message) for disclosure in every)


def _checks(fields: FormInput) -> tuple[PlannedPort, ...] | None:
    """All checks; none at all leaves the usual ones to the plan."""
    if fields.checks is None and not fields.advanced.encrypted:
        return None
    return parse_ports(",".join((*(fields.checks or ()), *fields.advanced.encrypted)))


def _proxy(chosen: AdvancedInput) -> ProxyChoice:
    if chosen.proxy is ProxyKind.SYSTEM:
        return SYSTEM_PROXY
    if chosen.proxy is ProxyKind.NONE:
        return NO_PROXY
    if not chosen.proxy_address:
        raise TargetError("proxy", InputTexts.NO_PROXY)
    with_scheme = "://" in chosen.proxy_address
    address = chosen.proxy_address if with_scheme else f"{chosen.proxy.value}://{chosen.proxy_address}"
    return ProxyChoice.given(parse_proxy(address).address)


def _pair(where: str, name: str, password: str) -> tuple[str, str] | None:
    """Name and password, or none; `where` is the name's field."""
    if password and not name:
        raise TargetError(where, InputTexts.NO_USER)
    return (name, password) if name else None


def _control(typed: str) -> str | None:
    typed = typed.strip()
    if not typed or typed.lower() == "none":
        return typed.lower() or None
    try:
        return parse_target(typed).host
    except TargetError as error:
        raise TargetError("control", error.said, **error.values) from error


def _resolver(typed: str) -> str | None:
    typed = typed.strip()
    if not typed or typed.lower() == "none":
        return typed.lower() or None
    try:
        return str(ipaddress.ip_address(typed))
    except ValueError:
        raise TargetError("resolver", InputTexts.NO_RESOLVER) from None
