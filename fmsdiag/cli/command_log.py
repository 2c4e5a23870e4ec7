"""The log of a command: where it goes, and what it must never hold."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Iterator, Mapping

from fmsdiag.cli.console import complain
from fmsdiag.log import Fault, Log, chosen_path, hide_in_logs, open_log
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.pasted import take_address
from fmsdiag.stream_path import cut_typed, is_key_of_service, is_made_at_random, without_quotes


class LogTexts(Table, of="cli.log"):
    """What is said of the log, and of what it keeps."""

    # translators: {reason} is the operating system's own
    NO_LOG = text("--log: cannot write {path:name}: {reason:name}. The command continues without a log.")
    # translators: {fault} is technical, such as "KeyError: 'x' (cli/main.py:41)"
    FAULT = text("Internal error: {fault:name}. This is a bug in fmsdiag, not a problem with your network.")
    FAULT_IN_LOG = text(
        "Internal error: {fault:name}. This is a bug in fmsdiag, not a problem with your network. Details are "
        "in the log: {log:name}"
    )


_SECRET_ARGUMENTS = ("publish", "play", "user")
_SECRET_VARIABLES = ("FMSDIAG_PASSWORD", "FMSDIAG_PROXY_PASSWORD")


@contextlib.contextmanager
def command_log(arguments: argparse.Namespace, environment: Mapping[str, str]) -> Iterator[Log | None]:
    """The log while a command runs; a file that was asked for and cannot be written is named, and the command goes on."""
    asked = getattr(arguments, "log", None)
    log = open_log(chosen_path(asked, environment))
    if log is not None:
        reason = log.try_out() if asked else ""
        if reason:
            complain(say(LogTexts.NO_LOG, path=asked, reason=reason))
        hide_in_logs(secrets_of(arguments, environment))
    try:
        yield log
    finally:
        if log is not None:
            log.close()


def secrets_of(arguments: argparse.Namespace, environment: Mapping[str, str]) -> list[str]:
    """Everything typed that may be a secret, before it is parsed: a fault of parsing would quote it."""
    found = [getattr(arguments, name, None) for name in _SECRET_ARGUMENTS]
    found += [environment.get(name) for name in _SECRET_VARIABLES]
    server, application = (getattr(arguments, name, None) for name in ("server", "app"))
    if isinstance(server, str):
        pasted = take_address(server)
        found += [
            pasted.stream,
            *(pasted.login or ()),
            *(a for a in pasted.others for a in _secrets_of_address(a)),
        ]
        found += _secrets_of_address(pasted.address)
    if isinstance(application, str):
        cut = cut_typed(application)
        found += [cut.stream, cut.query]
        if without_quotes(application.strip()) == application.strip():
            found += application.split()[1:]  # refused, but perhaps a key
    for typed in (server, application):
        words = re.split(r"[\s/:@?]+", typed) if isinstance(typed, str) else ()
        found += [word for word in words if is_key_of_service(word) or is_made_at_random(word)]
    for address in (getattr(arguments, "server", None), getattr(arguments, "proxy", None)):
        found += _secrets_of_address(address) if isinstance(address, str) else []
    return [text for text in found if isinstance(text, str) and text]


def _secrets_of_address(address: str) -> list[str]:
    """Name, password, stream and query of a URL as typed; host and application stay."""
    rest = address.partition("://")[2] or address
    login, at, place = rest.rpartition("@")
    path, _, query = (place if at else rest).partition("?")
    stream = "/".join(path.split("/")[2:])
    return [*login.split(":", 1), query, stream]


def describe_fault(fault: Fault) -> str:
    """One sentence for the terminal, with the file that has the rest; the traceback itself where no file has it."""
    if fault.log is not None:
        return say(LogTexts.FAULT_IN_LOG, fault=fault.summary, log=str(fault.log))
    return say(LogTexts.FAULT, fault=fault.summary)
