"""Parsed arguments -> what diagnose() takes; all errors are reported before the run."""

from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from fmsdiag.cli.consent import with_wanted_stream
from fmsdiag.cli.console import CliError
from fmsdiag.messages.reader import render, say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import (
    NO_CREDENTIALS,
    Assignment,
    Credentials,
    Family,
    Options,
    Plan,
    PlanName,
    ProxyMode,
    ProxyType,
    Target,
)
from fmsdiag.port_list import parse_ports
from fmsdiag.probe.computer import search_domains
from fmsdiag.probe.contacts import may_ask_for_wpad, with_contacts
from fmsdiag.probe.disclosure import disclose
from fmsdiag.probe.plan import make_plan
from fmsdiag.probe.proxy.settings import ProxySettings
from fmsdiag.probe.proxy.system import read_system_proxies
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy_choice


class OptionTexts(Table, of="cli.options"):
    """What is wrong with an option."""

    # translators: {option} is one such as --ports, {problem} a sentence
    WRONG = text("{option:name}: {problem:name}")
    NO_PROXY_USER = text("--proxy: FMSDIAG_PROXY_PASSWORD needs a user name: --proxy http://NAME@host:port")
    FIELD_WITHOUT_PROFILE = text("--field belongs to --profile")
    NO_RESOLVER = text("--resolver: {typed:quote} is not an IP address; enter one, or none.")


_OPTION_OF = {
    "server": "URL|HOST",
    "application": "--app",
    "ports": "--ports",
    "interval": "--interval-ms",
    "plan": "--plan",
    "proxy": "--proxy",
    "stream": "--publish, --play",
}
"""Where each field of a target is typed."""


class PlannedRun(NamedTuple):
    """What `fmsdiag test` asks of diagnose(); the plan that is announced is the one that runs."""

    target: Target
    options: Options
    plan: Plan
    proxies: ProxySettings  # what this computer is set to, from which the plan was made
    credentials: Credentials  # for the proxy
    assignment: Assignment | None = None  # what a profile adds


def read_options(arguments: argparse.Namespace, environment: Mapping[str, str]) -> PlannedRun:
    """What `fmsdiag test` was asked. Raises CliError with the argument that is wrong."""
    if arguments.field:
        raise CliError(say(OptionTexts.FIELD_WITHOUT_PROFILE))
    try:
        target = with_wanted_stream(parse_target(arguments.server, arguments.app), arguments)
    except TargetError as error:
        of_address = error.field == "application" and not arguments.app  # it was typed there as well
        raise _wrong("server" if of_address else error.field, error) from None
    options = _with_contacts(base_options(arguments), arguments, environment)
    return planned_run(target, options, arguments, environment)


def base_options(arguments: argparse.Namespace) -> Options:
    """What the arguments choose beside the target and third parties. Raises CliError."""
    try:
        return Options(
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
            proxy=parse_proxy_choice(arguments.proxy)[0],
            proxy_type=ProxyType(arguments.proxy_type) if arguments.proxy_type else None,
        )
    except TargetError as error:
        raise _wrong(error.field, error) from None


def planned_run(
    target: Target,
    options: Options,
    arguments: argparse.Namespace,
    environment: Mapping[str, str],
    assignment: Assignment | None = None,
) -> PlannedRun:
    """A run with its plan, as this computer's proxies make it. Raises CliError with the argument that is wrong."""
    proxies = read_system_proxies()
    try:
        plan = make_plan(target, options, proxies)
        _, login = parse_proxy_choice(arguments.proxy)
    except TargetError as error:
        raise _wrong(error.field, error) from None
    password = environment.get("FMSDIAG_PROXY_PASSWORD")
    credentials = _proxy_credentials(options.proxy.mode, login, password)
    return PlannedRun(target, options, plan, proxies, credentials, assignment)


def _proxy_credentials(mode: ProxyMode, login: tuple[str, str] | None, password: str | None) -> Credentials:
    """The proxy's name and password: `login` is what its URL held, `password` goes before that one. Raises CliError."""
    if mode is not ProxyMode.GIVEN:
        return Credentials(proxy=("", password)) if password else NO_CREDENTIALS
    if password and login is None:
        raise CliError(say(OptionTexts.NO_PROXY_USER))
    return Credentials(proxy=(login[0], password or login[1])) if login is not None else NO_CREDENTIALS


def _with_contacts(
    options: Options, arguments: argparse.Namespace, environment: Mapping[str, str]
) -> Options:
    chosen = with_contacts(options, arguments.control, arguments.resolver, environment)
    if chosen.control is not None:
        try:
            control = parse_target(chosen.control).host
        except TargetError as error:
            raise _wrong("--control", error) from None
        if chosen.control != control:
            chosen = msgspec.structs.replace(chosen, control=control, control_http=control)
    if chosen.resolver is not None:
        try:
            ipaddress.ip_address(chosen.resolver)
        except ValueError:
            raise CliError(say(OptionTexts.NO_RESOLVER, typed=chosen.resolver)) from None
    return chosen


def _wrong(where: str, error: TargetError) -> CliError:
    """The error that names the argument, and what is wrong with it."""
    problem = say(error.said, **error.values)
    return CliError(say(OptionTexts.WRONG, option=_OPTION_OF.get(where, where), problem=problem))


def announced(planned: PlannedRun, signs_in: bool = False) -> list[str]:
    """What is about to be contacted and sent, line by line. `signs_in`: there is a user name for the server."""
    domains = search_domains() if may_ask_for_wpad(planned.target, planned.options) else ()
    said = disclose(planned.target, planned.options, planned.plan, domains, signs_in)
    return [render(disclosure.message) for disclosure in said]
