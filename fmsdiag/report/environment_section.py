"""What stands around a run's attempts, in words: the target and its names, this computer, method and limits."""

from __future__ import annotations

from fmsdiag.model import DnsFacts, LookupSource, Observation, Options, Purpose, Report
from fmsdiag.report.fact_rows import Fact
from fmsdiag.report.outcomes import describe_failure
from fmsdiag.report.words import describe_endpoint, describe_plan, format_duration, name_proxy

NOBODY = "nobody: nothing but this server and the DNS servers of this computer was contacted"


def target_facts(report: Report) -> list[Fact]:
    """What was to be reached, in which order, and who was asked besides."""
    target, plan = report.target, report.plan
    order = "one after the other" if plan.sequential else f"{plan.interval_s * 1000:.0f} ms apart"
    checks = [describe_endpoint(p.endpoint) for p in plan.attempts if p.purpose is Purpose.CHECK]
    wanted = [
        *([target.transport.value.upper()] if target.transport is not None else []),
        *([f"port {target.port}"] if target.port is not None else []),
    ]
    return _kept(
        ("Server", target.host),
        ("Application", target.application or "none named"),
        ("The address asked for", ", ".join(wanted)),
        ("Plan", f"{plan.name}: {describe_plan(plan)}, started {order}"),
        ("Also checked", "; ".join(checks)),
        ("Name lookup", tuple(f"{asked}: {', '.join(answer)}" for asked, answer in _lookups(report).items())),
        ("Through a proxy", _proxies_used(report)),
        ("Third parties", report.contacts or (NOBODY,)),
    )


def environment_facts(report: Report) -> list[Fact]:
    """The computer that the test ran on."""
    seen, tool = report.environment, report.tool
    cards = tuple(f"{i.name}{'' if i.up else ' (down)'}: {', '.join(i.addresses)}" for i in seen.interfaces)
    return _kept(
        ("System", seen.system),
        ("Network interfaces", cards),
        ("Default gateway", ", ".join(seen.default_gateways)),
        ("DNS servers", ", ".join(seen.resolvers)),
        ("Hosts file", ", ".join(seen.hosts_file_addresses)),
        ("Proxies set up", tuple(f"{scheme}: {url}" for scheme, url in seen.proxies.items())),
        ("Proxy script of this computer (PAC)", seen.pac_url or ""),
        ("Proxy script that the network offers (WPAD)", seen.wpad or ""),
        ("Clock", f"UTC{seen.utc_offset}" if seen.utc_offset else ""),
        ("Tested with", f"{tool.name} {tool.version}" + (f", Python {tool.python}" if tool.python else "")),
    )


def method(report: Report) -> list[str]:
    """How the test was done and what it cannot tell, in paragraphs."""
    options = report.options
    return [
        "Each attempt opens one connection, does what a player does up to the server's answer to connect, and closes "
        f"it. {_streams(options)}",
        f"An attempt had {format_duration(options.timeout_s)}, opening its TCP connection "
        f"{format_duration(options.tcp_timeout_s)} of them. Times are those of this computer's monotonic clock since "
        "the run began. A step that was not reached is missing here; it does not stand as zero.",
        "The result holds for this computer, in this network, at this time. A way in that the server does not offer "
        "looks from outside like one that is blocked, unless a comparison told them apart; where none did, the "
        "confidence says so.",
    ]


def _streams(options: Options) -> str:
    """What was done beyond connecting, which needs the user's word that the stream is theirs."""
    done = [word for word, asked in (("published", options.publish), ("played", options.play)) if asked]
    if not done:
        return "Nothing was published and nothing was played."
    return f"As the user asked for, who said that the stream is theirs, it was also {' and '.join(done)} for a moment."


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
        return f"{facts.name}, by the system"
    return f"{facts.name}, by DNS server {facts.resolver}" if facts.resolver else f"{facts.name}, by DNS"


def _answer(seen: Observation, facts: DnsFacts) -> tuple[str, ...]:
    if not seen.ok:
        return (describe_failure(seen),)
    more = (f"and {facts.omitted_addresses} more",) if facts.omitted_addresses else ()
    return (*facts.addresses, *more) or ("no address",)


def _kept(*pairs: tuple[str, str | tuple[str, ...]]) -> list[Fact]:
    """The pairs that say something."""
    lines = [(label, (value,) if isinstance(value, str) else value) for label, value in pairs]
    return [(label, value) for label, value in lines if any(value)]
