"""Does the network announce a proxy? Web proxy auto-discovery (WPAD) by DNS: http://wpad.DOMAIN/wpad.dat.

Only this computer's own search domains are asked, never a domain above them, which could be anybody's. The announcement
by DHCP (option 252) is not read. The script is read, not run: the proxies that it names are listed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from fmsdiag.model import (
    Attempt,
    DnsFacts,
    Endpoint,
    Experiment,
    FailureKind,
    HttpFacts,
    LookupSource,
    NotApplicable,
    Options,
    Question,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import CannotBeTried, RunningAttempt, StepFailed
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.contacts import may_ask_for_wpad
from fmsdiag.probe.experiments import TIMEOUT_S
from fmsdiag.probe.failure import UnexpectedReply
from fmsdiag.probe.sockets.network import Stream
from fmsdiag.probe.transports.connection import connect_tcp
from fmsdiag.probe.transports.http import HttpExchange, get_headers
from fmsdiag.target_texts import TargetError
from fmsdiag.typed_proxy import parse_proxy

PATH = "/wpad.dat"
QUESTION = Question(Experiment.WPAD, Endpoint(Transport.HTTP, "wpad", 80))
MAX_PROXIES = 4
_SILENT = (FailureKind.RESOLVER_SILENT, FailureKind.RESOLVER_CLOSED)
_NAMED = re.compile(r"\b(PROXY|HTTPS?|SOCKS5?)[ \t]+(\[[0-9a-fA-F:.]+\]:\d{1,5}|[A-Za-z0-9._-]+:\d{1,5})")
_DIRECT = re.compile(r"\bDIRECT\b")
_SCHEMES = {"PROXY": "http", "HTTP": "http", "HTTPS": "https", "SOCKS": "socks5", "SOCKS5": "socks5"}


def asks_for_wpad(
    target: Target, options: Options, attempts: Sequence[Attempt], search_domains: tuple[str, ...]
) -> bool:
    """Whether a run that made these attempts has reason to look for an announced proxy in these domains.

    It has when nothing connected directly and no proxy is configured, and when everything is to be checked; not when the
    resolver is silent, which would be as silent about a proxy.
    """
    if not may_ask_for_wpad(target, options):
        return False
    if options.all_checks:
        return True
    answered = any(a.was_decided for a in attempts)
    configured = any(a.endpoint.proxy and a.status is not Status.NOT_APPLICABLE for a in attempts)
    lookups = [o for a in attempts for o in a.observations if o.step is StepName.DNS]
    unheard = any(o.failure is not None and o.failure.kind in _SILENT for o in lookups)
    has_no_names = unheard and not any(o.ok for o in lookups)
    return not (answered or configured or has_no_names) and bool(attempts) and bool(search_domains)


def script_url(attempts: Sequence[Attempt]) -> str | None:
    """The address of the script that the network announces, or none if it was not looked for or not found."""
    for attempt in attempts:
        step = attempt.step(StepName.DNS)
        if attempt.experiment is Experiment.WPAD and attempt.status is Status.CONNECTED and step is not None:
            return f"http://{step.facts.name}{PATH}" if isinstance(step.facts, DnsFacts) else None
    return None


async def look_for_proxy(attempt: RunningAttempt, context: ProbeContext) -> Status:
    """Look up wpad in each search domain and fetch the script of the first that has it. Raises StepFailed."""
    domains = context.names.search_domains
    if not domains:
        raise CannotBeTried(NotApplicable.NO_SEARCH_DOMAIN)
    host, addresses = await _find(attempt, context, domains)
    stream = await connect_tcp(attempt, context.net, addresses[:1], TIMEOUT_S, port=80)
    try:
        await _fetch(attempt, stream, host)
    finally:
        with suppress(OSError):
            await stream.close()
    return Status.CONNECTED


async def _find(
    attempt: RunningAttempt, context: ProbeContext, domains: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    for number, domain in enumerate(domains):
        name = f"wpad.{domain}"
        try:
            async with attempt.step(StepName.DNS, TIMEOUT_S) as step:
                step.facts = DnsFacts(name, LookupSource.SYSTEM)
                step.facts = facts = await context.names.by_system(name)
            return name, facts.addresses
        except StepFailed:
            if number == len(domains) - 1:
                raise
    raise AssertionError("unreachable: the last domain raises or returns")


async def _fetch(attempt: RunningAttempt, stream: Stream, host: str) -> None:
    async with attempt.step(StepName.HTTP, None, stream.address, stream.port) as step:
        step.watch(stream)
        step.facts = HttpFacts("GET", PATH)
        reply = await HttpExchange(stream).request("GET", PATH, get_headers(host), whole=False)
        script = reply.body.decode("utf-8", "replace")
        step.facts = msgspec.structs.replace(
            reply.facts("GET", PATH), proxies=proxies_named(script), direct=_DIRECT.search(script) is not None
        )
        if reply.status != 200 or "FindProxyForURL" not in script:
            raise UnexpectedReply("no proxy configuration script", reply.body[:64], f"HTTP {reply.status}")


def proxies_named(script: str) -> tuple[str, ...]:
    """The proxies that a configuration script could send someone to, in its order, as URLs; at most MAX_PROXIES."""
    found: dict[str, None] = {}
    for kind, where in _NAMED.findall(script):
        with suppress(TargetError):
            found[parse_proxy(f"{_SCHEMES[kind]}://{where}").address.url] = None
    return tuple(found)[:MAX_PROXIES]
