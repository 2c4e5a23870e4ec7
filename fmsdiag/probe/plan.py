"""Presets and custom lists -> the ordered attempts of a run. Pure.

The presets are the fallback orders of Flash Player and its libraries (players.py), and every port and protocol.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    Endpoint,
    Family,
    NotApplicable,
    Options,
    Plan,
    PlanName,
    PlannedAttempt,
    PlannedPort,
    Purpose,
    Target,
    Transport,
)
from fmsdiag.players import AMS, ORDERS, TS, F, FallbackOrder, R, S, T
from fmsdiag.private_addresses import is_nobodys_address
from fmsdiag.probe.proxy.settings import NO_PROXIES, ProxySettings, chosen
from fmsdiag.probe.proxy.ways import ANY_PROXY, Steps, Way, arranged, checked
from fmsdiag.target_texts import TargetError

MAX_ADDRESS_CHECKS = 4
MIN_INTERVAL_MS, MAX_INTERVAL_MS = 1, 60_000


EVERYTHING = FallbackOrder(
    PlanName.EVERYTHING,
    "Every port and protocol",
    (
        (R, 1935), (R, 80), (R, 443), (S, 443), (T, 80), (T, 1935), (TS, 443), (F, 1935),
        (Transport.HTTP, 80), (Transport.HTTP, 8134), (Transport.ADMIN, 1111),
    ),
    "tn_16499, the port table",
)  # fmt: skip

PRESETS = {order.name: order for order in (*ORDERS, EVERYTHING)}


class PlanTexts(Table, of="plan"):
    """What is wrong with what a plan is to be made of."""

    UNKNOWN = text("There is no plan {name:quote}; the plans are {known:names}")
    INTERVAL = text("The interval is a number of milliseconds from 1 to {most:count}")
    NO_STREAM = text("Enter the name of the stream to publish or play")


def preset_named(name: str) -> FallbackOrder:
    """The fallback order of that name that can be chosen for a run. Raises TargetError("plan", …)."""
    found = next((preset for preset in PRESETS.values() if preset.name == name), None)
    if found is None:
        raise TargetError("plan", PlanTexts.UNKNOWN, name=name, known=tuple(PRESETS))
    return found


def make_plan(target: Target, options: Options, found: ProxySettings = NO_PROXIES) -> Plan:
    """The attempts of a run, the plan's first and in order, then the checks.

    A custom port list goes before a preset; a preset that was asked for before what the URL implies; a URL with a port,
    or with a scheme other than rtmp, means one attempt (tn_16499). `found` are the proxies of this computer; whether they
    are used is the options' business. Raises TargetError for a plan that is no preset, an interval out of range, or a
    stream that is missing.
    """
    if not MIN_INTERVAL_MS <= options.interval_ms <= MAX_INTERVAL_MS:
        raise TargetError("interval", PlanTexts.INTERVAL, most=MAX_INTERVAL_MS)
    if (options.publish or options.play) and not target.stream:
        raise TargetError("stream", PlanTexts.NO_STREAM)
    name, steps, through_proxy = _fallback(target, options)
    proxies = chosen(options, found)
    ways = arranged(target, steps, through_proxy, options.proxy_type, proxies)
    attempts = [_planned(target, options, way, Purpose.FALLBACK, proxies) for way in ways]
    checks = dict.fromkeys((*_unencrypted(options, (*steps, *_checks(options))), *_checks(options)))
    for way in checked(target, tuple(checks), options.proxy_type, proxies):
        if way not in ways:
            attempts.append(_planned(target, options, way, Purpose.CHECK, proxies))
    return Plan(
        name=name,
        attempts=tuple(attempts),
        interval_s=options.interval_ms / 1000,
        sequential=options.sequential,
    )


def _fallback(target: Target, options: Options) -> tuple[PlanName, Steps, Steps]:
    if options.ports:
        return PlanName.CUSTOM, _steps(options.ports), ()
    preset = preset_named(options.plan or AMS.name)
    one_url = options.plan in (None, PlanName.ENCODER)
    transport = target.transport or Transport.RTMP
    if one_url and (target.port or transport is not Transport.RTMP or options.plan is PlanName.ENCODER):
        return options.plan or PlanName.URL, ((transport, target.port or transport.default_port),), ()
    return preset.name, preset.steps, preset.through_proxy


def _steps(ports: Sequence[PlannedPort]) -> Steps:
    return tuple((planned.transport, planned.port) for planned in ports)


def _checks(options: Options) -> Steps:
    if options.checks is not None:
        return _steps(options.checks)
    usual: Steps = ((S, 443), (F, 1935))
    return (*usual, (Transport.HTTP, 8134), (Transport.ADMIN, 1111)) if options.all_checks else usual


def _unencrypted(options: Options, steps: Steps) -> Steps:
    """The same without encryption, for each way of RTMPE: only so is "not offered" told from "out of reach".

    It is part of the question, so a choice of checks does not leave it out, but that of none does.
    """
    if options.checks == ():
        return ()
    return tuple((T if t.is_tunnel else R, port) for t, port in steps if t.is_encrypted)


def address_checks(target: Target, plan: Plan, addresses: Sequence[str]) -> tuple[PlannedAttempt, ...]:
    """One check for each further address of the name (at most MAX_ADDRESS_CHECKS), of the plan's family or both.

    The plan's attempts use the first address that answers, as players do; these tell whether the others work too.
    `addresses` are in the order of the system's own resolution; the first one of the other family is never left out.
    """
    direct = (a for a in plan.attempts if not a.not_applicable and a.endpoint.proxy is None)
    first = next((a for a in direct if a.endpoint.transport.is_media), None)
    if first is None or target.is_literal:
        return ()
    family = first.endpoint.family
    machines = (a for a in addresses if not is_nobodys_address(a))
    usable = [a for a in machines if family is Family.ANY or (":" in a) == (family is Family.IPV6)]
    return tuple(
        PlannedAttempt(
            msgspec.structs.replace(
                first.endpoint, address=address, family=Family.IPV6 if ":" in address else Family.IPV4
            ),
            Purpose.CHECK,
        )
        for address in _within_bounds(usable)
    )


def _within_bounds(addresses: Sequence[str]) -> list[str]:
    """The addresses behind the first, at most MAX_ADDRESS_CHECKS and in order, with one of the other family if there is."""
    further = addresses[1:]
    other = [a for a in further if (":" in a) != (":" in addresses[0])][:1]
    others = [a for a in further if a not in other][: MAX_ADDRESS_CHECKS - len(other)]
    return [a for a in further if a in (*other, *others)]


def _planned(
    target: Target, options: Options, way: Way, purpose: Purpose, proxies: ProxySettings
) -> PlannedAttempt:
    endpoint = Endpoint(transport=way.transport, host=target.host, port=way.port, family=options.family)
    reason: NotApplicable | None = None
    if way.proxied:
        proxy = proxies.proxy_for(target.host, way.port, way.transport)
        reason = None if proxy else proxies.why_not(target.host, way.port, way.transport)
        endpoint = msgspec.structs.replace(endpoint, proxy=proxy.url if proxy else ANY_PROXY)
    return PlannedAttempt(endpoint, purpose, reason)
