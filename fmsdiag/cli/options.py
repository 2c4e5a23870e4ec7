"""Parsed arguments -> what diagnose() takes; everything that is wrong is said before the run."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from fmsdiag.cli.consent import describe_stream_test, with_wanted_stream
from fmsdiag.cli.console import CliError
from fmsdiag.messages.reader import say
from fmsdiag.model import (
    NO_CREDENTIALS,
    Credentials,
    Family,
    Options,
    Plan,
    PlanName,
    ProxyMode,
    ProxyType,
    Purpose,
    Target,
)
from fmsdiag.probe.computer import search_domains
from fmsdiag.probe.contacts import allowed_for, with_contacts
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.probe.proxy.system import read_system_proxies
from fmsdiag.probe.proxy.wpad import may_ask_for_wpad
from fmsdiag.report.words import describe_endpoint, describe_plan
from fmsdiag.target import TargetError, parse_ports, parse_proxy_choice, parse_target


class PlannedRun(NamedTuple):
    """What `fmsdiag test` asks of diagnose(); the plan that is announced is the one that runs."""

    target: Target
    options: Options
    plan: Plan
    proxies: ProxySettings  # what this computer is set to, from which the plan was made
    credentials: Credentials  # for the proxy


def read_options(arguments: argparse.Namespace, environment: Mapping[str, str]) -> PlannedRun:
    """What `fmsdiag test` was asked. Raises CliError with the argument that is wrong."""
    proxies = read_system_proxies()
    try:
        target = with_wanted_stream(parse_target(arguments.server, arguments.app), arguments)
        proxy, login = parse_proxy_choice(arguments.proxy)
        options = Options(
            plan=PlanName(arguments.plan) if arguments.plan else None,
            ports=parse_ports(arguments.ports or "") or None,
            interval_ms=arguments.interval_ms,
            sequential=arguments.sequential,
            all_checks=arguments.all,
            deep=arguments.deep,
            idle_s=arguments.idle,
            family=Family(arguments.family or Family.ANY),
            publish=arguments.publish is not None,
            play=arguments.play is not None,
            timeout_s=arguments.timeout,
            tcp_timeout_s=min(Options().tcp_timeout_s, arguments.timeout),
            proxy=proxy,
            proxy_type=ProxyType(arguments.proxy_type) if arguments.proxy_type else None,
        )
        plan = make_plan(target, options, proxies)
    except TargetError as error:
        raise CliError(f"{error.field}: {say(error.said, **error.values)}") from None
    password = environment.get("FMSDIAG_PROXY_PASSWORD")
    credentials = _proxy_credentials(proxy.mode, login, password)
    return PlannedRun(target, _with_contacts(options, arguments, environment), plan, proxies, credentials)


def _proxy_credentials(mode: ProxyMode, login: tuple[str, str] | None, password: str | None) -> Credentials:
    """The proxy's name and password: `login` is what its URL held, `password` goes before that one. Raises CliError."""
    if mode is not ProxyMode.GIVEN:
        return Credentials(proxy=("", password)) if password else NO_CREDENTIALS
    if password and login is None:
        raise CliError("proxy: FMSDIAG_PROXY_PASSWORD needs a name: --proxy http://NAME@host:port")
    return Credentials(proxy=(login[0], password or login[1])) if login is not None else NO_CREDENTIALS


def _with_contacts(
    options: Options, arguments: argparse.Namespace, environment: Mapping[str, str]
) -> Options:
    chosen = with_contacts(options, arguments.control, arguments.resolver, environment)
    if chosen.control is not None:
        try:
            control = parse_target(chosen.control).host
        except TargetError as error:
            raise CliError(f"control host: {say(error.said, **error.values)}") from None
        if chosen.control != control:
            chosen = msgspec.structs.replace(chosen, control=control, control_http=control)
    if chosen.resolver is not None:
        try:
            ipaddress.ip_address(chosen.resolver)
        except ValueError:
            raise CliError(f"resolver: {chosen.resolver!r} is not an IP address; give one, or none") from None
    return chosen


def describe_run(planned_run: PlannedRun) -> list[str]:
    """What is about to be contacted, in words: server, order, checks, and the third parties that may be asked."""
    target, options, plan, _, _ = planned_run
    application = f", application {target.application}" if target.application else ""
    lines = [f"Testing {target.host}{application}. Plan {plan.name}: {describe_plan(plan)}."]
    checks = [
        describe_endpoint(planned.endpoint)
        for planned in plan.attempts
        if planned.purpose is Purpose.CHECK and not planned.not_applicable
    ]
    if checks:
        lines.append(f"Also checked: {'; '.join(checks)}.")
    if options.deep:
        lines.append(
            "Deep tests at the port that opens: 10 connections in quick succession, up to 12 held open, "
            f"one left silent for {options.idle_s:g} s, and data sent up without publishing."
        )
    lines += describe_stream_test(options.publish, options.play)
    if any(planned.endpoint.transport.is_encrypted for planned in plan.attempts):
        lines.append("Careful: RTMPE can crash fragile servers. It is tried only because you asked for it.")
    lines += _describe_proxies(target, options, plan)
    allowed = allowed_for(target, options)
    hosts = [host for host in dict.fromkeys((allowed.control, allowed.control_http)) if host]
    hosts += [f"name server {allowed.resolver}"] if allowed.resolver else []
    if hosts:
        lines.append(
            f"Only if the cause is not clear: {', '.join(hosts)} (--control none --resolver none leaves them out)."
        )
    return lines


def _describe_proxies(target: Target, options: Options, plan: Plan) -> list[str]:
    used = dict.fromkeys(p.endpoint.proxy for p in plan.attempts if p.endpoint.proxy and not p.not_applicable)
    if used:
        where = "as this computer is set up to" if options.proxy.mode is ProxyMode.SYSTEM else "as you asked"
        return [f"Also through the proxy {', '.join(map(str, used))}, {where} (--proxy none leaves it out)."]
    domains = search_domains() if may_ask_for_wpad(target, options) else ()
    if domains:
        names = ", ".join(f"wpad.{domain}" for domain in domains)
        return [f"Only if nothing connects: {names}, for a proxy (--proxy none leaves it out)."]
    return []
