"""What can be typed after `fmsdiag`, and its help."""

from __future__ import annotations

import argparse
import math
import sys
from typing import NoReturn, TypeAlias

from fmsdiag import __version__
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.log import FILE_NAME
from fmsdiag.model import ProxyType
from fmsdiag.probe.plan import MAX_INTERVAL_MS, MIN_INTERVAL_MS, PRESETS
from fmsdiag.server.demo import DEFAULT_DEMO, DEMOS
from fmsdiag.server.faults import FAULTS, LISTENER_NAMES

DESCRIPTION = (
    "Tells why an RTMP player cannot connect to its media server. Without a command, the window opens; "
    "with a report's file instead of a command, it shows that report."
)
EXIT_CODES = "exit codes: 0 connected, 1 connected by fallback only, 2 rejected or unreachable, 3 not known"
MAX_TIMEOUT_S = 300.0
MAX_IDLE_S = 330.0
"""A little over the 5 minutes after which many firewalls forget a connection."""


class Parser(argparse.ArgumentParser):
    """argparse ends with 2 on wrong usage, which here means "not connected"."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(ExitCode.UNKNOWN, f"{self.prog}: {message}\n")


def make_parser() -> argparse.ArgumentParser:
    parser = Parser(prog="fmsdiag", description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"fmsdiag {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_test(commands)
    _add_demo(commands)
    _add_serve(commands)
    _add_show(commands)
    _add_convert(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - it has no public name


def _command(commands: Commands, name: str, summary: str, epilog: str = "") -> Parser:
    return commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        epilog=epilog,
    )


def _add_test(commands: Commands) -> None:
    plans = "\n".join(f"  {preset.name:20} {preset.summary}" for preset in PRESETS.values())
    parser = _command(
        commands,
        "test",
        "test a server and name the cause",
        epilog=f"plans:\n{plans}\n\n{EXIT_CODES}",
    )
    parser.add_argument("server", metavar="URL|HOST", help="rtmp://host[:port]/app, or the server's name")
    parser.add_argument("--app", default="", help="application, when the address names none")
    _add_plan_options(parser)
    _add_proxy_options(parser)
    _add_contact_options(parser)
    _add_consent_options(parser)
    parser.add_argument(
        "--timeout", type=_seconds, default=10.0, metavar="S", help="for one attempt (default: 10)"
    )
    family = parser.add_mutually_exclusive_group()
    family.add_argument("-4", dest="family", action="store_const", const="ipv4", help="IPv4 only")
    family.add_argument("-6", dest="family", action="store_const", const="ipv6", help="IPv6 only")
    parser.add_argument("--json", metavar="F", help="write the report as JSON; - is standard output")
    parser.add_argument("--markdown", metavar="F", help="write the report for a ticket; - is standard output")
    parser.add_argument(
        "--html", metavar="F", help="write the report as a page to look at; - is standard output"
    )
    parser.add_argument(
        "--include-sensitive",
        action="store_true",
        help="leave local addresses in the reports (stream keys and passwords are always masked)",
    )
    parser.add_argument("--quiet", action="store_true", help="print the verdict's line only")
    _add_color_option(parser)
    _add_log_option(parser)


def _add_plan_options(parser: Parser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--plan", choices=tuple(map(str, PRESETS)), metavar="NAME", help="a fallback order, see below"
    )
    which.add_argument("--ports", metavar="LIST", help="an order of your own: 1935,80,rtmpt:80,rtmps:443")
    parser.add_argument(
        "--interval-ms",
        type=int,
        default=200,
        metavar="N",
        help=f"between the starts of two attempts, {MIN_INTERVAL_MS} to {MAX_INTERVAL_MS} (default: 200)",
    )
    parser.add_argument(
        "--sequential", action="store_true", help="start an attempt only when the one before failed"
    )
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also test a port that opened: 10 quick connections, 12 held open, a silent one, an upload (up to 20 s)",
    )
    parser.add_argument(
        "--idle",
        type=_idle_seconds,
        default=10.0,
        metavar="S",
        help="how long --deep leaves a connection silent, 1 to 330 (default: 10)",
    )
    parser.add_argument(
        "--all", action="store_true", help="also check the ports 8134 (HTTP) and 1111 (administration)"
    )


def _add_proxy_options(parser: Parser) -> None:
    parser.add_argument(
        "--proxy",
        default="system",
        metavar="URL|system|none",
        help="http://[user[:password]@]host:port or socks5://…, tried after the direct way; the password may stand in "
        "FMSDIAG_PROXY_PASSWORD instead (default: system, what this computer is set to)",
    )
    parser.add_argument(
        "--proxy-type",
        choices=tuple(map(str, ProxyType)),
        metavar="TYPE",
        help=f"use the proxy as Flash's NetConnection.proxyType: {', '.join(ProxyType)}",
    )


def _add_consent_options(parser: Parser) -> None:
    parser.add_argument(
        "--user",
        metavar="NAME",
        help="answer the server's demand for a password (Adobe's and Limelight's schemes); the password is taken from "
        "FMSDIAG_PASSWORD or asked for",
    )
    parser.add_argument("--publish", metavar="STREAM", help="also publish to your own stream, for 3 s")
    parser.add_argument(
        "--play", metavar="STREAM", help="also play your own stream, until its first picture or sound"
    )
    parser.add_argument(
        "--i-own-this-stream",
        action="store_true",
        help="needed for both: publishing can take a live stream off the air",
    )


def _add_contact_options(parser: Parser) -> None:
    parser.add_argument(
        "--control",
        metavar="HOST|none",
        help="a server known to work, contacted only if the cause is not clear",
    )
    parser.add_argument(
        "--resolver", metavar="IP|none", help="a second name server, asked only if the cause is not clear"
    )


def _add_color_option(parser: Parser) -> None:
    parser.add_argument("--no-color", action="store_true", help="plain lines, no colour (also: NO_COLOR=1)")


def _add_log_option(parser: Parser) -> None:
    parser.add_argument(
        "--log",
        metavar="F",
        help="the log file; it never holds passwords, stream names or queries; none keeps no log (also: FMSDIAG_LOG; "
        f"default: {FILE_NAME} in this system's folder for logs)",
    )


def _add_demo(commands: Commands) -> None:
    demos = "\n".join(f"  {name:20} {description}" for name, description in DEMOS.items())
    parser = _command(
        commands,
        "demo",
        "diagnose a network with a known fault, all of it on this computer",
        epilog=f"faults:\n{demos}\n\nexit codes: 0 the diagnosis was done, 3 it was not",
    )
    parser.add_argument(
        "fault", nargs="?", default=DEFAULT_DEMO, metavar="FAULT", help=f"default: {DEFAULT_DEMO}"
    )
    parser.add_argument("--output", metavar="DIR", help="where the reports go (default: fmsdiag-demo)")
    _add_color_option(parser)
    _add_log_option(parser)


_CARRIES = {
    "rtmp": "; RTMPE, too",
    "rtmps": "; RTMPTS, too",
    "rtmpt": "; RTMPTE and RTMP, too",
    "rtmpts": "; RTMPS, too",
    "rtmfp": " (UDP)",
}
"""What a listener of `fmsdiag serve` takes beside what it is called after."""


def _add_serve(commands: Commands) -> None:
    faults = "\n".join(f"  {f'{f.kind.value}:{f.argument}'.rstrip(':'):31} {f.description}" for f in FAULTS)
    parser = _command(
        commands,
        "serve",
        "run the test server alone, until Ctrl-C",
        epilog=f"faults (LISTENER[,LISTENER]=FAULT for some listeners only):\n{faults}",
    )
    for name in LISTENER_NAMES:
        parser.add_argument(
            f"--{name}", type=_port, metavar="PORT", help=f"0: any free port{_CARRIES.get(name, '')}"
        )
    parser.add_argument(
        "--app", action="append", metavar="NAME", help="an application it knows (default: live)"
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME", help="a fault to show, see below"
    )
    parser.add_argument(
        "--listen", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this computer only"
    )
    parser.add_argument("--quiet", action="store_true", help="do not print what clients do")
    _add_log_option(parser)


def _add_show(commands: Commands) -> None:
    parser = _command(commands, "show", "print a saved report")
    parser.add_argument("file", metavar="FILE", help="a report in JSON or HTML")
    _add_color_option(parser)


def _add_convert(commands: Commands) -> None:
    parser = _command(commands, "convert", "write a saved report in another format")
    parser.add_argument("file", metavar="FILE", help="a report in JSON or HTML")
    parser.add_argument("--to", required=True, choices=("html", "md", "json"), metavar="html|md|json")
    parser.add_argument("--output", default="-", metavar="F", help="default: -, which is standard output")


def _seconds(text: str) -> float:
    return _between(text, 0.1, MAX_TIMEOUT_S)


def _idle_seconds(text: str) -> float:
    return _between(text, 1.0, MAX_IDLE_S)


def _between(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:  # false for NaN as well
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a number of seconds from {least:g} to {most:g}"
        )
    return value


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a port from 0 to 65535")
    return int(text)
