"""What stands around a run's attempts, in words: the target and its names, this computer, method and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import starmap

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.platforms import NAMES
from fmsdiag.messages.reader import current_language, say
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.messages.visible import one_line, visible
from fmsdiag.model import (
    DnsFacts,
    Experiment,
    Interface,
    LookupSource,
    Medium,
    Observation,
    Options,
    Prepared,
    Purpose,
    Report,
    System,
    Target,
    Tool,
    missing_on,
)
from fmsdiag.model.messages import Names
from fmsdiag.report.contacts import contact_lines
from fmsdiag.report.fact_rows import Fact
from fmsdiag.report.fact_values import with_omitted
from fmsdiag.report.outcomes import describe_failure
from fmsdiag.report.words import describe_endpoint, describe_plan, name_proxy


class Around(Table, of="around"):
    """Labels of the target and of this computer."""

    PREPARED_BY = text("Prepared by")
    PROFILE = text("Profile")
    FILLED_IN = text("Filled in")
    SERVER = text("Server")
    APPLICATION = text("Application")
    ASKED_FOR = text("Address entered")
    PLAN = text("Plan")
    CHECKED = text("Also checked")
    LOOKUP = text("Name lookup")
    PROXIES_USED = text("Through a proxy")
    THIRD_PARTIES = text("Third parties")
    SYSTEM = text("System")
    INTERFACES = text("Network interfaces")
    USED = text("Network interface used for the server")
    GATEWAY = text("Default gateway")
    NAME_SERVERS = text("DNS servers")
    HOSTS_FILE = text("Hosts file")
    PROXIES = text("Proxy settings")
    PAC = text("Proxy script of this computer (PAC)")
    WPAD = text("Proxy script offered by this network (WPAD)")
    FIREWALL = text("Windows Firewall")
    SECURITY = text("Security products")
    CLOCK = text("Clock")
    MISSING = text("Not available on this system")
    TESTED_WITH = text("Tested with")


class AroundValues(Table, of="around-values"):
    """Their values, where these are words."""

    NO_APPLICATION = text("none named")
    ON_PORT = text("{transport:name}, port {port}")
    ANY_ON_PORT = text("port {port}")
    IN_TURN = text("{name:name}: {order:name}, started one after the other")
    APART = text("{name:name}: {order:name}, started {interval:duration} apart")
    FILLED = text("{label:name}: {value:name}")
    ANSWER = text("{question:name}: {answer:name}")
    BY_SYSTEM = text("{name:name}, by the system")
    BY_NAME_SERVER = text("{name:name}, by DNS server {address:name}")
    BY_DNS = text("{name:name}, by DNS")
    NO_ADDRESS = text("no address")
    NOBODY = text("none")
    # translators: {hosts} is a list of names and addresses
    REDIRECTED = text("only where the server redirects its clients: {hosts:names}")
    INTERFACE = text("{name:name}: {addresses:name}")
    # translators: {link} is such as "Wi-Fi" or "cable, 1,000 Mbit/s"
    INTERFACE_BY = text("{name:name} ({link:name}): {addresses:name}")
    INTERFACE_DOWN = text("{name:name} (down): {addresses:name}")
    CABLE = text("cable")
    WIFI = text("Wi-Fi")
    # translators: {link} is the word for cable or Wi-Fi
    LINK_SPEED = text("{link:name}, {speed:count} Mbit/s")
    FIREWALL_ON = text("{profile:name} networks: on")
    FIREWALL_OFF = text("{profile:name} networks: off")
    DOMAIN = text("domain")
    PRIVATE = text("private")
    PUBLIC = text("public")
    PROXY = text("{scheme:name}: {url}")
    CLOCK = text("UTC{offset:name}")
    TOOL = text("{name:name} {version:name}")
    TOOL_PYTHON = text("{name:name} {version:name}, Python {python:name}")


_MEDIA: Mapping[Medium, Text] = {Medium.CABLE: AroundValues.CABLE, Medium.WIFI: AroundValues.WIFI}
_PROFILES: Mapping[str, Text] = {
    "domain": AroundValues.DOMAIN,
    "private": AroundValues.PRIVATE,
    "public": AroundValues.PUBLIC,
}


class Method(Table, of="method"):
    """How the test was done, and what it cannot tell."""

    ATTEMPTS = text(
        "Each attempt of the plan and the extra checks opens one connection, does what a player does up to the server's answer "
        "to connect, and closes it. Follow-up tests may open several connections or send other data, as their rows say."
    )
    NO_STREAMS = text("Nothing was published and nothing was played.")
    PUBLISHED = text("A test stream was published for a moment, as you asked.")
    PLAYED = text("The stream was played for a moment, as you asked.")
    PUBLISHED_AND_PLAYED = text(
        "A test stream was published and the stream was played for a moment, as you asked."
    )
    TIMES = text(
        "The limit for each attempt was {limit:duration}, and {tcp_limit:duration} of that for opening its TCP "
        "connection. Times are measured from the start of the run by this computer's monotonic clock. Steps "
        "that were not reached are not listed; they do not count as zero."
    )
    LIMITS = text(
        "The result applies to this computer, in this network, at this time. From outside, a route that the "
        "server does not offer looks the same as one that is blocked, unless a comparison tells them apart. If "
        "none did, the confidence says so."
    )


def target_facts(report: Report) -> list[Fact]:
    """What was to be reached, in which order, and who was asked besides."""
    target = report.target
    checks = [describe_endpoint(p.endpoint) for p in report.plan.attempts if p.purpose is Purpose.CHECK]
    lookups = (
        say(AroundValues.ANSWER, question=asked, answer=_listed(answer))
        for asked, answer in _lookups(report).items()
    )
    return _kept(
        *_prepared(report.prepared),
        (Around.SERVER, as_typed(target.host)),
        (Around.APPLICATION, target.application or say(AroundValues.NO_APPLICATION)),
        (Around.ASKED_FOR, _asked_for(target)),
        (Around.PLAN, _plan(report)),
        (Around.CHECKED, _listed(checks)),
        (Around.LOOKUP, tuple(lookups)),
        (Around.PROXIES_USED, _proxies_used(report)),
        (Around.THIRD_PARTIES, contact_lines(report) or _nobody(report)),
    )


def _nobody(report: Report) -> str:
    """Without a reference server or a second resolver: nobody, but for where the server itself sends its clients."""
    followed = (a for a in report.attempts if a.experiment is Experiment.REDIRECT and a.observations)
    hosts = tuple(dict.fromkeys(one_line(a.endpoint.host, 80) for a in followed))
    return say(AroundValues.REDIRECTED, hosts=Names(hosts)) if hosts else say(AroundValues.NOBODY)


def _prepared(prepared: Prepared | None) -> list[tuple[Text, str | tuple[str, ...]]]:
    """The profile, and what was filled in: labels are the sender's, so all of it stands as one value."""
    if prepared is None:
        return []
    filled = tuple(
        say(AroundValues.FILLED, label=one_line(f.label, 60), value=one_line(f.value, 200))
        for f in prepared.fields
    )
    return [
        (Around.PREPARED_BY, prepared.sender),
        (Around.PROFILE, prepared.profile_id),
        (Around.FILLED_IN, filled),
    ]


def environment_facts(report: Report) -> list[Fact]:
    """The computer that the test ran on."""
    seen = report.environment
    proxies = tuple(say(AroundValues.PROXY, scheme=scheme, url=url) for scheme, url in seen.proxies.items())
    return _kept(
        (Around.SYSTEM, seen.system),
        (Around.INTERFACES, tuple(map(_interface, seen.interfaces))),
        (Around.USED, visible(seen.server_interface or "")),
        (Around.GATEWAY, _listed(seen.default_gateways)),
        (Around.NAME_SERVERS, _listed(seen.resolvers)),
        (Around.HOSTS_FILE, _listed(seen.hosts_file_addresses)),
        (Around.PROXIES, proxies),
        (Around.PAC, seen.pac_url or ""),
        (Around.WPAD, seen.wpad or ""),
        (Around.FIREWALL, tuple(starmap(_firewall, seen.firewall_profiles.items()))),
        (Around.SECURITY, _listed(seen.security_products)),
        (Around.CLOCK, say(AroundValues.CLOCK, offset=seen.utc_offset) if seen.utc_offset else ""),
        (Around.MISSING, tuple(say(NAMES[c]) for c in missing_on(System.of_report(seen.system)))),
        (Around.TESTED_WITH, describe_tool(report.tool)),
    )


def describe_tool(tool: Tool) -> str:
    """The program that made a report: "fmsdiag 0.1.0, Python 3.13.5"."""
    if tool.python:
        return say(AroundValues.TOOL_PYTHON, name=tool.name, version=tool.version, python=tool.python)
    return say(AroundValues.TOOL, name=tool.name, version=tool.version)


def method(report: Report) -> list[str]:
    """How the test was done and what it cannot tell, in paragraphs."""
    options = report.options
    return [
        say(Method.ATTEMPTS),
        say(_streams(options)),
        say(Method.TIMES, limit=options.timeout_s, tcp_limit=options.tcp_timeout_s),
        say(Method.LIMITS),
    ]


def _streams(options: Options) -> Text:
    """What was done beyond connecting, which needs the user's word that the stream is theirs."""
    if options.publish:
        return Method.PUBLISHED_AND_PLAYED if options.play else Method.PUBLISHED
    return Method.PLAYED if options.play else Method.NO_STREAMS


def _plan(report: Report) -> str:
    plan, order = report.plan, describe_plan(report.plan)
    if plan.sequential:
        return say(AroundValues.IN_TURN, name=plan.name, order=order)
    return say(AroundValues.APART, name=plan.name, order=order, interval=plan.interval_s)


def _asked_for(target: Target) -> str:
    if target.transport is None:
        return say(AroundValues.ANY_ON_PORT, port=target.port) if target.port is not None else ""
    transport = target.transport.value.upper()
    if target.port is None:
        return transport
    return say(AroundValues.ON_PORT, transport=transport, port=target.port)


def _interface(interface: Interface) -> str:
    addresses = _listed(interface.addresses) or say(AroundValues.NO_ADDRESS)
    if interface.up and interface.medium is not None:
        return say(AroundValues.INTERFACE_BY, name=interface.name, link=_link(interface), addresses=addresses)
    said = AroundValues.INTERFACE if interface.up else AroundValues.INTERFACE_DOWN
    return say(said, name=interface.name, addresses=addresses)


def _link(interface: Interface) -> str:
    link = say(_MEDIA[interface.medium]) if interface.medium is not None else ""
    if interface.speed_mbps is None:
        return link
    return say(AroundValues.LINK_SPEED, link=link, speed=interface.speed_mbps)


def _firewall(profile: str, is_on: bool) -> str:
    known = _PROFILES.get(profile)
    name = say(known) if known is not None else visible(profile)
    return say(AroundValues.FIREWALL_ON if is_on else AroundValues.FIREWALL_OFF, profile=name)


def _proxies_used(report: Report) -> tuple[str, ...]:
    """What each attempt through a proxy went through, once."""
    used = (attempt.endpoint.proxy for attempt in report.attempts)
    return tuple(dict.fromkeys(name_proxy(proxy) for proxy in used if proxy))


def _lookups(report: Report) -> dict[str, tuple[str, ...]]:
    """Who was asked for which name -> the answer; the same question asked again by another attempt counts once."""
    found: dict[str, tuple[str, ...]] = {}
    for attempt in report.attempts:
        for seen in attempt.observations:
            if isinstance(seen.facts, DnsFacts):
                found.setdefault(_question(seen.facts), _answer(seen, seen.facts))
    return found


def _question(facts: DnsFacts) -> str:
    if facts.source == LookupSource.SYSTEM:
        return say(AroundValues.BY_SYSTEM, name=facts.name)
    if facts.resolver:
        return say(AroundValues.BY_NAME_SERVER, name=facts.name, address=facts.resolver)
    return say(AroundValues.BY_DNS, name=facts.name)


def _answer(seen: Observation, facts: DnsFacts) -> tuple[str, ...]:
    if not seen.ok:
        return (describe_failure(seen),)
    return with_omitted(facts.addresses, facts.omitted_addresses) or (say(AroundValues.NO_ADDRESS),)


def _listed(items: Iterable[str]) -> str:
    return current_language().list([visible(item) for item in items])


def _kept(*pairs: tuple[Text, str | tuple[str, ...]]) -> list[Fact]:
    """The pairs that say something."""
    lines = [(label, (value,) if isinstance(value, str) else value) for label, value in pairs]
    return [(say(label), value) for label, value in lines if any(value)]
