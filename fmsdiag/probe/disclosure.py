"""What a run will contact and send, before it runs: the one answer for form, dialog, terminal, tooltips and README. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import Message, Options, Plan, PlannedAttempt, ProxyMode, Purpose, Target, Transport
from fmsdiag.model.messages import Duration, Names, Ports, Route, Routes
from fmsdiag.players import OTHER_PORTS, SECURE_PORTS
from fmsdiag.probe.contacts import (
    DEFAULT_CONTROL,
    DEFAULT_CONTROL_HTTP,
    DEFAULT_RESOLVER,
    allowed_for,
    may_ask_for_wpad,
)
from fmsdiag.probe.deep_limits import BURST, FLOWS, FLOWS_AT_FIRST, HELD, UPLOAD_BYTES
from fmsdiag.target_url import other_cut

FOLLOW_UP_S, DEEP_S = 6.0, 20.0
"""Time limits: for all follow-up questions together, and for the deep tests."""
PLAIN_PORTS = (Transport.RTMP.default_port, *OTHER_PORTS)


class When(StrEnum):
    """When it happens."""

    ALWAYS = "always"
    IF_SOMETHING_FAILS = "if-something-fails"
    ON_REQUEST = "on-request"  # the user switched it on


class DisclosureTexts(Table, of="disclosure"):
    """One sentence or two for each kind of contact."""

    PLAN = text("Connects to {host}: {routes}.")
    CHECKS = text("Also checks {routes}.")
    PROXY_ONLY = text("Connects to {host} through a proxy only.")
    NOTHING = text("None of this can be tested on this computer.")
    NAME = text("Looks up {host} with this computer's DNS servers.")
    PROXY = text("Also through the proxy {proxies:names}.")
    SYSTEM_PROXY = text("Also through this computer's proxy, if one is set.")
    FOLLOW_UPS = text(
        "If something fails, runs more checks on {host} for up to {time:duration}. On the port that failed: {repeats:count} to "
        "{most:count} more connections, a web request, data of no known protocol, RTMP in small packets, RTMP with a PROXY "
        "header, and TLS with another server name. On other ports: RTMP on {ports}, RTMPS on {secure:ports}, and what the "
        "server's web page names. It also traces the network path."
    )
    ITS_NAME = text(
        "If {host} rejects connections to its IP address, looks up its host name and tries again under that name, or under the "
        "one in its certificate."
    )
    OTHER_CUTS = text(
        "If {host} does not know the application, tries a shorter or a longer part of the same path as the application."
    )
    WPAD = text(
        "If nothing connects at first, asks this network whether it announces a proxy ({names}), and if so, tries to connect "
        "through it."
    )
    CONTROL = text("If a comparison is needed, contacts the reference server {host}.")
    CONTROL_AND_WEB = text("If a comparison is needed, contacts the reference servers {host} and {web:host}.")
    RESOLVER = text(
        "If a comparison is needed, asks the DNS server {resolver:address} for the server's address."
    )
    DEEP = text(
        "Deep tests on the port that opens: {flows:count} connections from different local ports, {burst:count} in quick "
        "succession, up to {held:count} held open, one left silent for {idle:duration} beside one in use, and an upload of "
        "at most {upload:size}. If the upload does not get through, it is repeated, and another one is made to a second port. "
        "Nothing is published."
    )
    RTMPE = text("RTMPE can crash fragile servers. It is tested only on request.")
    PUBLISH = text(
        "Publishes an empty stream under your stream's name for 3 seconds, which cuts off a live stream of this name."
    )
    PLAY = text("Plays your stream for a few seconds, which counts as a viewer.")
    SIGN_IN = text(
        "Sends the user name and proof of the password to the server, if it asks. The password itself is not sent."
    )
    NOTHING_ELSE = text(
        "Nothing else leaves this computer: no telemetry, no update check, no upload of reports. Every third party that was "
        "contacted is listed in the report."
    )

    # ---- for any server, for help and README
    TO_THE_SERVER = text(
        "On each port of the plan and the extra checks, fmsdiag connects and does what a player does up to the server's answer "
        "to connect, then closes. On web and administration ports it sends one web request. On UDP it sends RTMFP's greeting "
        "and a key, each a few times if there is no answer."
    )
    FOLLOW_UPS_IN_GENERAL = text(
        "If something fails, fmsdiag runs more checks on the same server for up to {time:duration}. On the port that failed: "
        "{repeats:count} to {most:count} more connections, a web request, data of no known protocol, RTMP in small packets, "
        "RTMP with a PROXY header, and TLS with another server name. On other ports, such as {ports}: RTMP and RTMPS, also "
        "where the server's web page names one. It also traces the network path."
    )
    WPAD_IN_GENERAL = text(
        "If nothing connects and no proxy is set, fmsdiag asks this network whether it announces one (WPAD, "
        "under the name wpad in this computer's domain)."
    )
    DEFAULT_CONTROLS = text(
        "Reference servers: {host}, and {web:host} for plain web requests. They are contacted only if something fails and a "
        "comparison is needed."
    )
    DEFAULT_RESOLVER = text(
        "Second DNS server: {resolver:address}. It is asked only if something fails and a comparison is needed."
    )
    PRIVATE = text("If you enter a private or loopback address, nothing is compared with third parties.")
    PROXIES = text(
        "A proxy that is set on this computer, or that you name, learns the server's name and ports. A user name and password "
        "for the proxy go to that proxy only, and only if it asks; some proxies get them unencrypted."
    )

    # ---- labels
    # translators: the letter behind & is the shortcut's
    DEEP_LABEL = text("Deep tests: extra connections and a {upload:size} &upload, about {time:duration}")


@dataclass(frozen=True)
class Disclosure:
    """One thing that a run does, or may do."""

    message: Message
    when: When = When.ALWAYS
    third_party: bool = False

    @property
    def is_brief(self) -> bool:
        """Whether it belongs where there is room for a few sentences only: what happens for sure, and third parties."""
        return self.when is not When.IF_SOMETHING_FAILS or self.third_party


def disclose(
    target: Target, options: Options, plan: Plan, search_domains: Sequence[str] = (), signs_in: bool = False
) -> tuple[Disclosure, ...]:
    """Everything that this run contacts or may contact, in the order in which it happens.

    `search_domains` are this computer's, in which an announced proxy is looked for; `signs_in`: a user name is given.
    """
    said = DisclosureTexts
    applicable = [p for p in plan.attempts if p.not_applicable is None]
    host = target.host
    found = [Disclosure(_plan(host, applicable))]
    if checks := _routes(applicable, Purpose.CHECK):
        found.append(Disclosure(said.CHECKS.of(routes=checks)))
    found += _proxies(options, applicable)
    found += _on_request(options, applicable, signs_in)
    if applicable:
        further = said.FOLLOW_UPS.of(
            host=host,
            time=FOLLOW_UP_S,
            repeats=FLOWS_AT_FIRST,
            most=FLOWS,
            ports=_others(PLAIN_PORTS, Transport.RTMP, applicable),
            secure=_others(SECURE_PORTS, Transport.RTMPS, applicable),
        )
        found.append(Disclosure(further, When.IF_SOMETHING_FAILS))
        if other_cut(target, longer=False) or other_cut(target, longer=True):
            found.append(Disclosure(said.OTHER_CUTS.of(host=host), When.IF_SOMETHING_FAILS))
        if target.is_literal:
            found.append(Disclosure(said.ITS_NAME.of(host=host), When.IF_SOMETHING_FAILS))
    if search_domains and may_ask_for_wpad(target, options):
        names = Names(tuple(f"wpad.{domain}" for domain in search_domains))
        found.append(Disclosure(said.WPAD.of(names=names), When.IF_SOMETHING_FAILS))
    return (*found, *_third_parties(target, options))


def in_general() -> tuple[Message, ...]:
    """What this program sends, for any server: for the help and the README."""
    said = DisclosureTexts
    return (
        said.TO_THE_SERVER.of(),
        said.FOLLOW_UPS_IN_GENERAL.of(
            time=FOLLOW_UP_S, repeats=FLOWS_AT_FIRST, most=FLOWS, ports=Ports(OTHER_PORTS)
        ),
        said.RTMPE.of(),
        deep_tests(10.0),
        said.PUBLISH.of(),
        said.PLAY.of(),
        said.SIGN_IN.of(),
        said.PROXIES.of(),
        said.WPAD_IN_GENERAL.of(),
        said.DEFAULT_CONTROLS.of(host=DEFAULT_CONTROL, web=DEFAULT_CONTROL_HTTP),
        said.DEFAULT_RESOLVER.of(resolver=DEFAULT_RESOLVER),
        said.PRIVATE.of(),
        said.NOTHING_ELSE.of(),
    )


def deep_tests(idle_s: float) -> Message:
    """What the deep tests do, where one connection is left silent for `idle_s`."""
    return DisclosureTexts.DEEP.of(flows=FLOWS, burst=BURST, held=HELD, idle=idle_s, upload=UPLOAD_BYTES)


def deep_label() -> Message:
    """The label of the switch for the deep tests."""
    return DisclosureTexts.DEEP_LABEL.of(upload=UPLOAD_BYTES, time=Duration(DEEP_S))


def _others(ports: Sequence[int], transport: Transport, applicable: Sequence[PlannedAttempt]) -> Ports:
    """The ports on which the plan does not try that transport anyway; all where it tries it on each."""
    planned = {p.endpoint.port for p in applicable if p.endpoint.transport is transport}
    return Ports(tuple(port for port in ports if port not in planned) or tuple(ports))


def _plan(host: str, applicable: Sequence[PlannedAttempt]) -> Message:
    routes = _routes(applicable, Purpose.FALLBACK)
    if not routes and any(p.purpose is Purpose.FALLBACK for p in applicable):
        return DisclosureTexts.PROXY_ONLY.of(host=host)
    if not routes:
        return DisclosureTexts.NOTHING.of()
    return DisclosureTexts.PLAN.of(host=host, routes=routes)


def _routes(applicable: Sequence[PlannedAttempt], purpose: Purpose) -> Routes | None:
    endpoints = [p.endpoint for p in applicable if p.purpose is purpose and p.endpoint.proxy is None]
    routes = dict.fromkeys(Route(e.transport, e.port) for e in endpoints)
    return Routes(tuple(routes)) if routes else None


def _proxies(options: Options, applicable: Sequence[PlannedAttempt]) -> list[Disclosure]:
    used = dict.fromkeys(p.endpoint.proxy for p in applicable if p.endpoint.proxy)
    if used:
        places = tuple(str(url).partition("://")[2] for url in used)
        return [Disclosure(DisclosureTexts.PROXY.of(proxies=Names(places)))]
    if options.proxy.mode is ProxyMode.SYSTEM:
        return [Disclosure(DisclosureTexts.SYSTEM_PROXY.of())]
    return []


def _on_request(options: Options, applicable: Sequence[PlannedAttempt], signs_in: bool) -> list[Disclosure]:
    encrypted = any(p.endpoint.transport in (Transport.RTMPE, Transport.RTMPTE) for p in applicable)
    wanted: tuple[tuple[bool, Text], ...] = (
        (encrypted, DisclosureTexts.RTMPE),
        (options.publish, DisclosureTexts.PUBLISH),
        (options.play, DisclosureTexts.PLAY),
        (signs_in, DisclosureTexts.SIGN_IN),
    )
    found = [Disclosure(deep_tests(options.idle_s), When.ON_REQUEST)] if options.deep else []
    return found + [Disclosure(said.of(), When.ON_REQUEST) for asked, said in wanted if asked]


def _third_parties(target: Target, options: Options) -> tuple[Disclosure, ...]:
    allowed = allowed_for(target, options)
    found: list[Message] = []
    if allowed.control is not None:
        if allowed.control_http not in (None, allowed.control):
            found.append(DisclosureTexts.CONTROL_AND_WEB.of(host=allowed.control, web=allowed.control_http))
        else:
            found.append(DisclosureTexts.CONTROL.of(host=allowed.control))
    if allowed.resolver is not None:
        found.append(DisclosureTexts.RESOLVER.of(resolver=allowed.resolver))
    return tuple(Disclosure(message, When.IF_SOMETHING_FAILS, third_party=True) for message in found)
