"""Where and how a report was made: this computer's state, and what was contacted beside the server. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fmsdiag.gui.details.pane import Span, Style
from fmsdiag.messages.reader import say
from fmsdiag.model import Environment, Report
from fmsdiag.report.markdown import utc_moment
from fmsdiag.report.players import player_rows
from fmsdiag.report.view import ReportView, ViewTexts, shown
from fmsdiag.report.visible import visible
from fmsdiag.report.words import describe_identity, describe_plan, format_duration

NO_REPORT = "What this computer's network looks like is told here as soon as the test has ended."


def environment_spans(report: Report | None) -> list[Span]:
    """The report's surroundings in lines; what was looked for and not found is said, too."""
    if report is None:
        return [Span(NO_REPORT, Style.MUTED)]
    return [*_computer(report.environment), *_test(report), *_players(report), *_around(report)]


def _computer(where: Environment) -> Iterator[Span]:
    yield Span("This computer\n", Style.HEAD)
    yield from _line("System", where.system or "not known")
    if where.utc_offset:
        yield from _line("Its clock", f"UTC{where.utc_offset}")
    addresses = [
        f"{one.name}{'' if one.up else ' (down)'}: {', '.join(one.addresses) or 'no address'}"
        for one in where.interfaces
    ]
    yield from _lines("Interfaces", addresses, "none found")
    yield from _lines("Default gateways", where.default_gateways, "not told by this system")
    yield from _lines("DNS servers", where.resolvers, "not told by this system")
    yield from _lines("Server's name in the hosts file", where.hosts_file_addresses, "not there")
    proxies = [f"{scheme}: {url}" for scheme, url in where.proxies.items()]
    yield from _lines("Proxies set", proxies, "none")
    yield from _line("Proxy script of this computer", where.pac_url or "none")
    yield from _line("Proxy script that the network offers", where.wpad or "none")


def _test(report: Report) -> Iterator[Span]:
    yield Span("\nThe test\n", Style.HEAD)
    yield from _line("Began", utc_moment(report.started_at))
    yield from _line("Took", format_duration(report.duration_s))
    application = report.target.application or "none"
    yield from _line("Server", f"{report.target.host}, application {application}")
    if report.identity is not None:
        yield from _line("Its software", describe_identity(report.identity))
        yield from _lines(
            "Marks of that", [shown(mark.message) for mark in report.identity.marks], "none kept"
        )
    yield from _line("Plan", f"{report.plan.name}: {describe_plan(report.plan)}")
    yield from _lines("Also contacted", ReportView(report).contacts, "nobody")


def _players(report: Report) -> Iterator[Span]:
    rows = player_rows(report)
    if not rows:
        return
    yield Span(f"\n{say(ViewTexts.PLAYERS)}\n", Style.HEAD)
    for row in rows:
        yield from _line(row.players, row.outcome + (f"; {row.note}" if row.note else ""))


def _around(report: Report) -> Iterator[Span]:
    yield Span("\nThe report\n", Style.HEAD)
    tool = report.tool
    yield from _line(
        "Made by", f"{tool.name} {tool.version}" + (f", Python {tool.python}" if tool.python else "")
    )
    yield from _line("Number", report.report_id)
    yield from _lines(
        "Hidden in it", ReportView(report).hidden, "nothing yet; secrets are hidden when it is saved"
    )
    faults = [
        f"{fault.cause}: {fault.error}" + (f" ({fault.where})" if fault.where else "")
        for fault in report.rule_errors
    ]
    if faults:
        yield from _lines("Faults of fmsdiag, which say nothing about the network", faults, "")


def _line(label: str, text: str) -> Iterator[Span]:
    yield Span(f"{label}: ", Style.MUTED)
    yield Span(f"{visible(text)}\n")


def _lines(label: str, texts: Iterable[str], without: str) -> Iterator[Span]:
    shown = list(texts)
    if len(shown) <= 1:
        yield from _line(label, shown[0] if shown else without)
        return
    yield Span(f"{label}:\n", Style.MUTED)
    for text in shown:
        yield Span(f"    {visible(text)}\n")
