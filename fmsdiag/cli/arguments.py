"""The command line of `fmsdiag`, and its help."""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn, TypeAlias

from fmsdiag import __version__
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.help_texts import (
    CommandTexts,
    HelpTexts,
    HistoryOptionTexts,
    OtherOptionTexts,
    ProfileOptionTexts,
    PseudonymOptionTexts,
    TestOptionTexts,
    UsageTexts,
)
from fmsdiag.log import FILE_NAME
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.messages.visible import Rendered
from fmsdiag.model import Cause, ProxyType, Redaction
from fmsdiag.probe.plan import MAX_INTERVAL_MS, MIN_INTERVAL_MS, PRESETS

DEMO_FOLDER = "fmsdiag-demo"

MAX_TIMEOUT_S = 300.0
MAX_IDLE_S = 330.0
"""A little over the 5 minutes after which many firewalls forget a connection."""


class Formatter(argparse.HelpFormatter):
    """Help whose first word is in the reader's language; rows of a table stay as they are, sentences are wrapped."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        fill = super()._fill_text
        return "\n".join(
            line if not line or line.startswith("  ") else fill(line, width, indent)
            for line in text.splitlines()
        )

    def add_argument(self, action: argparse.Action) -> None:
        """Commands are indented once more than argparse counts, so that the longest would have a line of its own."""
        super().add_argument(action)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no public name
            names = (len(name) + 2 * self._indent_increment for name in action.choices)
            self._action_max_length = max(self._action_max_length, *names)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, f"{say(HelpTexts.USAGE)} " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse in the reader's language; it ends with 2 on wrong usage, which here means "not connected"."""

    def __init__(self, prog: str, description: str, epilog: str = "", **_: object) -> None:
        super().__init__(
            prog=prog,
            description=description.replace("%", "%%"),
            epilog=epilog.replace("%", "%%"),
            formatter_class=Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self._positionals.title = say(HelpTexts.POSITIONAL)
        self._optionals.title = say(HelpTexts.OPTIONS)
        self.add_argument(
            "-h", "--help", action="help", default=argparse.SUPPRESS, help=_help(HelpTexts.HELP)
        )

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(ExitCode.UNKNOWN, f"{self.prog}: {usage_error(message)}\n")


def make_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser, with its help in this process's language.

    `command` is the only one that will be parsed, so the options of the others are left out; none: it parses all.
    """
    parser = Parser("fmsdiag", say(HelpTexts.DESCRIPTION))
    parser.add_argument(
        "--version", action="version", version=f"fmsdiag {__version__}", help=_help(HelpTexts.VERSION)
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for name, (summary, add) in _COMMANDS.items():
        if command in (None, name):
            add(commands)
        else:
            commands.add_parser(name, help=_help(summary), description="")
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - it has no public name


def _help(said: Text, **values: object) -> str:
    """A text for argparse, which treats percent signs as placeholders."""
    return say(said, **values).replace("%", "%%")


def _command(commands: Commands, name: str, summary: Text, title: Text, epilog: str = "") -> Parser:
    return commands.add_parser(name, help=_help(summary), description=say(title), epilog=epilog)


def _rows(heading: Text, rows: Iterable[tuple[str, str]], width: int) -> str:
    """A heading, and rows of two columns."""
    return "\n".join((say(heading), *(f"  {name:{width}} {said}" for name, said in rows)))


def _plans() -> str:
    return _rows(HelpTexts.PLANS, ((preset.name, preset.summary) for preset in PRESETS.values()), 20)


def _add_test(commands: Commands) -> None:
    epilog = f"{_plans()}\n\n{say(HelpTexts.EXIT_CODES)}"
    parser = _command(commands, "test", CommandTexts.TEST, CommandTexts.TEST_TITLE, epilog)
    said = TestOptionTexts
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("server", nargs="?", metavar="URL|HOST", help=_help(said.SERVER))
    which.add_argument("--profile", metavar="FILE", help=_help(said.PROFILE))
    which.add_argument("--obs", nargs="?", const="", metavar="PROFILE", help=_help(said.OBS))
    parser.add_argument("--field", action="append", default=[], metavar="LABEL=TEXT", help=_help(said.FIELD))
    parser.add_argument("--app", default="", help=_help(said.APP))
    _add_plan_options(parser)
    _add_proxy_options(parser)
    _add_contact_options(parser)
    _add_consent_options(parser)
    parser.add_argument("--timeout", type=_seconds, default=10.0, metavar="S", help=_help(said.TIMEOUT))
    family = parser.add_mutually_exclusive_group()
    family.add_argument("-4", dest="family", action="store_const", const="ipv4", help=_help(said.IPV4))
    family.add_argument("-6", dest="family", action="store_const", const="ipv6", help=_help(said.IPV6))
    parser.add_argument("--json", metavar="F", help=_help(said.JSON))
    parser.add_argument("--markdown", metavar="F", help=_help(said.MARKDOWN))
    parser.add_argument("--html", metavar="F", help=_help(said.HTML))
    parser.add_argument("--pcapng", metavar="F", help=_help(said.PCAPNG))
    parser.add_argument("--support", metavar="F", help=_help(said.SUPPORT))
    parser.add_argument("--since-last", action="store_true", help=_help(said.SINCE_LAST))
    hidden = parser.add_mutually_exclusive_group()
    _add_level(hidden, said.LEVEL)
    hidden.add_argument("--include-sensitive", action="store_true", help=_help(said.INCLUDE_SENSITIVE))
    parser.add_argument("--quiet", action="store_true", help=_help(said.QUIET))
    _add_color_option(parser)
    _add_log_option(parser)


def _add_level(parser: Parser | argparse._MutuallyExclusiveGroup, said: Text) -> None:
    levels = tuple(map(str, Redaction))
    parser.add_argument("--level", choices=levels, metavar="|".join(levels), help=_help(said))


def _add_plan_options(parser: Parser) -> None:
    said, which = TestOptionTexts, parser.add_mutually_exclusive_group()
    which.add_argument("--plan", choices=tuple(map(str, PRESETS)), metavar="NAME", help=_help(said.PLAN))
    which.add_argument("--ports", metavar="LIST", help=_help(said.PORTS))
    interval = _help(said.INTERVAL, least=str(MIN_INTERVAL_MS), most=str(MAX_INTERVAL_MS))
    parser.add_argument("--interval-ms", type=int, default=200, metavar="N", help=interval)
    parser.add_argument("--sequential", action="store_true", help=_help(said.SEQUENTIAL))
    parser.add_argument("--deep", action="store_true", help=_help(said.DEEP))
    parser.add_argument("--idle", type=_idle_seconds, default=10.0, metavar="S", help=_help(said.IDLE))
    parser.add_argument("--all", action="store_true", help=_help(said.ALL))


def _add_proxy_options(parser: Parser) -> None:
    said, types = TestOptionTexts, tuple(map(str, ProxyType))
    parser.add_argument("--proxy", default="system", metavar="URL|system|none", help=_help(said.PROXY))
    parser.add_argument("--proxy-type", choices=types, metavar="|".join(types), help=_help(said.PROXY_TYPE))


def _add_consent_options(parser: Parser) -> None:
    said = TestOptionTexts
    parser.add_argument("--user", metavar="NAME", help=_help(said.USER))
    parser.add_argument("--publish", metavar="STREAM", help=_help(said.PUBLISH))
    parser.add_argument("--play", metavar="STREAM", help=_help(said.PLAY))
    parser.add_argument("--i-own-this-stream", action="store_true", help=_help(said.CONSENT))


def _add_contact_options(parser: Parser) -> None:
    parser.add_argument("--control", metavar="HOST|none", help=_help(TestOptionTexts.CONTROL))
    parser.add_argument("--resolver", metavar="IP|none", help=_help(TestOptionTexts.RESOLVER))


def _add_color_option(parser: Parser) -> None:
    parser.add_argument("--no-color", action="store_true", help=_help(TestOptionTexts.NO_COLOR))


def _add_log_option(parser: Parser) -> None:
    parser.add_argument("--log", metavar="F", help=_help(TestOptionTexts.LOG, file=FILE_NAME))


def _add_demo(commands: Commands) -> None:
    from fmsdiag.cli.fault_texts import DEMO_TEXTS
    from fmsdiag.server.demo_names import DEFAULT_DEMO

    demos = _rows(HelpTexts.FAULTS, ((name, say(said)) for name, said in DEMO_TEXTS.items()), 20)
    epilog = f"{demos}\n\n{say(HelpTexts.EXIT_CODES_OF_DEMO)}"
    parser = _command(commands, "demo", CommandTexts.DEMO, CommandTexts.DEMO_TITLE, epilog)
    said = OtherOptionTexts
    which = _help(said.FAULT_OF_DEMO, fault=DEFAULT_DEMO)
    parser.add_argument("fault", nargs="?", default=DEFAULT_DEMO, metavar="FAULT", help=which)
    parser.add_argument("--output", metavar="DIR", help=_help(said.OUTPUT_OF_DEMO, folder=DEMO_FOLDER))
    _add_color_option(parser)
    _add_log_option(parser)


_CARRIES = {
    "rtmp": OtherOptionTexts.CARRIES_RTMPE,
    "rtmps": OtherOptionTexts.CARRIES_RTMPTS,
    "rtmpt": OtherOptionTexts.CARRIES_TUNNELS,
    "rtmpts": OtherOptionTexts.CARRIES_RTMPS,
    "rtmfp": OtherOptionTexts.BY_UDP,
}
"""What a listener of `fmsdiag serve` accepts besides the transport in its name."""


def _add_serve(commands: Commands) -> None:
    from fmsdiag.cli.fault_texts import FAULT_TEXTS
    from fmsdiag.server.faults import FAULTS, LISTENER_NAMES

    names = ((f"{f.kind.value}:{f.argument}".rstrip(":"), say(FAULT_TEXTS[f.kind])) for f in FAULTS)
    faults = _rows(HelpTexts.FAULTS_OF_SERVE, names, 31)
    parser = _command(commands, "serve", CommandTexts.SERVE, CommandTexts.SERVE_TITLE, faults)
    said = OtherOptionTexts
    for name in LISTENER_NAMES:
        carries = _help(_CARRIES.get(name, said.ANY_PORT))
        parser.add_argument(f"--{name}", type=_port, metavar="PORT", help=carries)
    enhanced = _help(OtherOptionTexts.ENHANCED)
    parser.add_argument("--enhanced-rtmp", action="store_true", help=enhanced)
    parser.add_argument("--app", action="append", metavar="NAME", help=_help(said.APP_OF_SERVE))
    parser.add_argument(
        "--fault", action="append", default=[], metavar="NAME", help=_help(said.FAULT_OF_SERVE)
    )
    parser.add_argument("--listen", default="127.0.0.1", metavar="ADDRESS", help=_help(said.LISTEN))
    parser.add_argument("--quiet", action="store_true", help=_help(said.QUIET_OF_SERVE))
    _add_log_option(parser)


def _add_show(commands: Commands) -> None:
    parser = _command(commands, "show", CommandTexts.SHOW, CommandTexts.SHOW_TITLE)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", metavar="FILE", help=_help(OtherOptionTexts.FILE))
    which.add_argument("--last", action="store_true", help=_help(OtherOptionTexts.LAST))
    _add_color_option(parser)


def _add_convert(commands: Commands) -> None:
    parser = _command(commands, "convert", CommandTexts.CONVERT, CommandTexts.CONVERT_TITLE)
    said = OtherOptionTexts
    parser.add_argument("file", metavar="FILE", help=_help(said.FILE))
    formats = ("html", "md", "txt", "pdf", "png", "json", "zip")
    parser.add_argument("--to", choices=formats, metavar="|".join(formats), help=_help(said.TO))
    parser.add_argument("--output", default="-", metavar="F", help=_help(said.OUTPUT_OF_CONVERT))
    _add_level(parser, said.LEVEL_OF_CONVERT)


def _add_code(commands: Commands) -> None:
    parser = _command(commands, "code", CommandTexts.CODE, CommandTexts.CODE_TITLE)
    said = OtherOptionTexts
    parser.add_argument("what", nargs="+", metavar="FILE|CODE", help=_help(said.FILE_OR_CODE))
    parser.add_argument("--qr", metavar="F", help=_help(said.QR))


def _add_compare(commands: Commands) -> None:
    said, epilog = OtherOptionTexts, say(HelpTexts.EXIT_CODES_OF_COMPARE)
    parser = _command(commands, "compare", CommandTexts.COMPARE, CommandTexts.COMPARE_TITLE, epilog)
    parser.add_argument("first", metavar="A", help=_help(said.FIRST_OF_COMPARE))
    parser.add_argument("second", metavar="B", help=_help(said.SECOND_OF_COMPARE))
    parser.add_argument("--before-after", action="store_true", help=_help(said.BEFORE_AFTER))
    parser.add_argument("--json", metavar="F", help=_help(said.JSON_OF_COMPARE))
    parser.add_argument("--markdown", metavar="F", help=_help(said.MARKDOWN_OF_COMPARE))
    parser.add_argument("--html", metavar="F", help=_help(said.HTML_OF_COMPARE))
    _add_color_option(parser)


def _add_rejudge(commands: Commands) -> None:
    said, epilog = OtherOptionTexts, say(HelpTexts.EXIT_CODES_OF_REJUDGE)
    parser = _command(commands, "rejudge", CommandTexts.REJUDGE, CommandTexts.REJUDGE_TITLE, epilog)
    parser.add_argument("file", metavar="FILE", help=_help(said.FILE))
    parser.add_argument("--json", metavar="F", help=_help(said.JSON_OF_REJUDGE))
    _add_color_option(parser)


def _add_explain(commands: Commands) -> None:
    parser = _command(commands, "explain", CommandTexts.EXPLAIN, CommandTexts.EXPLAIN_TITLE)
    causes = tuple(map(str, Cause))
    parser.add_argument(
        "cause", nargs="?", choices=causes, metavar="CAUSE", help=_help(OtherOptionTexts.CAUSE)
    )
    _add_color_option(parser)


def _add_profile(commands: Commands) -> None:
    said = ProfileOptionTexts
    parser = _command(commands, "profile", CommandTexts.PROFILE, CommandTexts.PROFILE_TITLE)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=Parser)
    create = _command(
        actions, "create", CommandTexts.PROFILE_CREATE, CommandTexts.PROFILE_CREATE_TITLE, _plans()
    )
    server = _help(said.SERVER)
    create.add_argument("--server", action="append", required=True, metavar="URL", help=server)
    create.add_argument("--from", dest="sender", required=True, metavar="NAME", help=_help(said.SENDER))
    create.add_argument("--message", default="", metavar="TEXT", help=_help(said.MESSAGE))
    which = create.add_mutually_exclusive_group()
    plans = tuple(map(str, PRESETS))
    which.add_argument("--plan", choices=plans, metavar="NAME", help=_help(TestOptionTexts.PLAN))
    which.add_argument("--ports", metavar="LIST", help=_help(TestOptionTexts.PORTS))
    create.add_argument("--check", action="append", metavar="LIST|none", help=_help(said.CHECK))
    create.add_argument("--control", metavar="HOST|none", help=_help(said.CONTROL))
    reference = _help(said.REFERENCE)
    create.add_argument("--reference", action="append", default=[], metavar="FILE", help=reference)
    field = _help(said.FIELD)
    create.add_argument("--field", action="append", default=[], metavar="LABEL", help=field)
    create.add_argument("--send-to", default="", metavar="ADDRESS", help=_help(said.SEND_TO))
    levels = tuple(map(str, Redaction))
    create.add_argument(
        "--redaction", choices=levels, default=levels[0], metavar="|".join(levels), help=_help(said.REDACTION)
    )
    create.add_argument("--logo", metavar="F", help=_help(said.LOGO))
    where = create.add_mutually_exclusive_group(required=True)
    where.add_argument("--output", metavar="F", help=_help(said.OUTPUT))
    where.add_argument("--link", action="store_true", help=_help(said.LINK))
    show = _command(actions, "show", CommandTexts.PROFILE_SHOW, CommandTexts.PROFILE_SHOW_TITLE)
    show.add_argument("source", metavar="FILE", help=_help(said.SOURCE))
    _add_color_option(show)


def _add_history(commands: Commands) -> None:
    said = HistoryOptionTexts
    parser = _command(commands, "history", CommandTexts.HISTORY, CommandTexts.HISTORY_TITLE)
    _add_color_option(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    show = _command(actions, "show", CommandTexts.HISTORY_SHOW, CommandTexts.HISTORY_SHOW_TITLE)
    show.add_argument("number", type=int, metavar="N", help=_help(said.NUMBER))
    delete = _command(actions, "delete", CommandTexts.HISTORY_DELETE, CommandTexts.HISTORY_DELETE_TITLE)
    which = delete.add_mutually_exclusive_group(required=True)
    which.add_argument("number", type=int, nargs="?", metavar="N", help=_help(said.NUMBER))
    which.add_argument("--all", action="store_true", help=_help(said.ALL))
    for action in (show, delete):
        _add_color_option(action)
    _command(actions, "on", CommandTexts.HISTORY_ON, CommandTexts.HISTORY_ON_TITLE)
    _command(actions, "off", CommandTexts.HISTORY_OFF, CommandTexts.HISTORY_OFF_TITLE)


def _add_obs(commands: Commands) -> None:
    _add_color_option(_command(commands, "obs", CommandTexts.OBS, CommandTexts.OBS_TITLE))


def _add_services(commands: Commands) -> None:
    _add_color_option(_command(commands, "services", CommandTexts.SERVICES, CommandTexts.SERVICES_TITLE))


def _add_pseudonyms(commands: Commands) -> None:
    said = PseudonymOptionTexts
    parser = _command(commands, "pseudonyms", CommandTexts.PSEUDONYMS, CommandTexts.PSEUDONYMS_TITLE)
    _add_color_option(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", parser_class=Parser)
    read = _command(actions, "read", CommandTexts.PSEUDONYMS_READ, CommandTexts.PSEUDONYMS_READ_TITLE)
    read.add_argument("file", nargs="?", default="-", metavar="FILE", help=_help(said.FILE))
    delete = _command(actions, "delete", CommandTexts.PSEUDONYMS_DELETE, CommandTexts.PSEUDONYMS_DELETE_TITLE)
    for action in (read, delete):
        _add_color_option(action)


_COMMANDS: Mapping[str, tuple[Text, Callable[[Commands], None]]] = {
    "test": (CommandTexts.TEST, _add_test),
    "demo": (CommandTexts.DEMO, _add_demo),
    "serve": (CommandTexts.SERVE, _add_serve),
    "show": (CommandTexts.SHOW, _add_show),
    "convert": (CommandTexts.CONVERT, _add_convert),
    "code": (CommandTexts.CODE, _add_code),
    "compare": (CommandTexts.COMPARE, _add_compare),
    "rejudge": (CommandTexts.REJUDGE, _add_rejudge),
    "explain": (CommandTexts.EXPLAIN, _add_explain),
    "profile": (CommandTexts.PROFILE, _add_profile),
    "history": (CommandTexts.HISTORY, _add_history),
    "pseudonyms": (CommandTexts.PSEUDONYMS, _add_pseudonyms),
    "obs": (CommandTexts.OBS, _add_obs),
    "services": (CommandTexts.SERVICES, _add_services),
}


# ---- values and what is wrong with them
def _seconds(typed: str) -> float:
    return _between(typed, 0.1, MAX_TIMEOUT_S)


def _idle_seconds(typed: str) -> float:
    return _between(typed, 1.0, MAX_IDLE_S)


def _between(typed: str, least: float, most: float) -> float:
    try:
        value = float(typed)
    except ValueError:
        value = math.nan
    if not least <= value <= most:  # false for NaN as well
        bounds = {"least": f"{least:g}", "most": f"{most:g}"}
        raise argparse.ArgumentTypeError(say(UsageTexts.NOT_SECONDS, value=typed[:40], **bounds))
    return value


def _port(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 5 and int(typed) <= 65535):
        raise argparse.ArgumentTypeError(say(UsageTexts.NOT_A_PORT, value=typed[:40]))
    return int(typed)


_ARGPARSE_SAYS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(r"the following arguments are required: (.+)"),
        lambda m: say(UsageTexts.MISSING, arguments=m[1]),
    ),
    (
        re.compile(r"one of the arguments (.+) is required"),
        lambda m: say(UsageTexts.ONE_IS_MISSING, arguments=tuple(m[1].split(" "))),
    ),
    (
        re.compile(r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", re.DOTALL),
        lambda m: _not_a_choice(m[1], _unquoted(m[2]), tuple(map(_unquoted, m[3].split(", ")))),
    ),
    (
        re.compile(r"argument (.+?): invalid int value: (.+)", re.DOTALL),
        lambda m: say(UsageTexts.NOT_WHOLE, argument=m[1], value=_unquoted(m[2])[:40]),
    ),
    (
        re.compile(r"argument (.+?): not allowed with argument (.+)"),
        lambda m: say(UsageTexts.NOT_TOGETHER, argument=m[1], other=m[2]),
    ),
    (
        re.compile(r"argument (.+?): expected one argument"),
        lambda m: say(UsageTexts.NO_VALUE, argument=m[1]),
    ),
    (
        re.compile(r"unrecognized arguments: (.+)", re.DOTALL),
        lambda m: _unknown(m[1]),
    ),
    (
        re.compile(r"argument (.+?): ignored explicit argument .*", re.DOTALL),
        lambda m: say(UsageTexts.TAKES_NO_VALUE, argument=m[1]),
    ),
    (
        re.compile(r"argument (.+?): (.+)", re.DOTALL),  # of _between and _port
        lambda m: say(UsageTexts.BAD_VALUE, argument=m[1], reason=Rendered(m[2])),
    ),
)


def usage_error(message: str) -> str:
    """An argparse error in the reader's language; unchanged if a later argparse words it in a new way."""
    for pattern, said in _ARGPARSE_SAYS:
        if (match := pattern.fullmatch(message)) is not None:
            return said(match)
    return message


def _unknown(arguments: str) -> str:
    """The names of unknown options, without their values, which may be secrets; nor is anything else repeated."""
    names = re.findall(r"(?:\A|(?<= ))(?:--[A-Za-z][A-Za-z-]{0,30}|-[A-Za-z0-9])", arguments)
    return say(UsageTexts.UNKNOWN, arguments=" ".join(names)) if names else say(UsageTexts.SURPLUS)


def _not_a_choice(argument: str, value: str, choices: tuple[str, ...]) -> str:
    """Repeats the value only where it is a word that was meant as one of the choices."""
    if re.fullmatch(r"[A-Za-z_-]{1,24}|[A-Za-z-]{1,12}[0-9]{0,4}", value):
        return say(UsageTexts.NOT_A_CHOICE, argument=argument, value=value, choices=choices)
    return say(UsageTexts.ONE_OF, argument=argument, choices=choices)


def _unquoted(shown: str) -> str:
    return shown.strip("'\"")
