"""`fmsdiag serve`: the test server alone, with the faults that were asked for, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping

from fmsdiag.cli.console import CliError
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.interrupts import stop_on_signals
from fmsdiag.cli.outputs import reason_of
from fmsdiag.log import LOGGER, flush_logs
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.run_log import describe_program
from fmsdiag.server.events import ServerEvent
from fmsdiag.server.faults import LISTENER_NAMES, FaultError, parse_fault
from fmsdiag.server.service import Server, ServerOptions

_PATHS = {"http": "http://{host}:{port}/", "admin": "http://{host}:{port}/admin/ping?auser=&apswd="}


class ServeTexts(Table, of="cli.serve"):
    """What the test server says of itself."""

    # translators: {fault} is the name of a fault, {listeners} are names such as rtmp and rtmpt
    FAULT = text("fault  {fault:name} on {listeners:names}")
    # translators: {reason} is a sentence that says what is wrong
    WRONG_FAULT = text("--fault: {reason:name}")
    CANNOT_LISTEN = text("cannot listen on {address:name}: {reason:name}")


def run_serve(arguments: argparse.Namespace) -> int:
    """0 when it was stopped. Raises CliError when a fault is not known or a port cannot be had."""
    ports = {name: getattr(arguments, name) for name in LISTENER_NAMES}
    if all(port is None for port in ports.values()):
        ports = dict.fromkeys(LISTENER_NAMES, 0)
    try:
        faults = tuple(parse_fault(text) for text in arguments.fault)
    except FaultError as error:
        reason = say(error.said, **error.values)
        raise CliError(say(ServeTexts.WRONG_FAULT, reason=reason)) from None
    applications = tuple(arguments.app or ("live",))
    options = ServerOptions(
        listen=arguments.listen,
        applications=applications,
        faults=faults,
        enhanced=arguments.enhanced_rtmp,
        **ports,
    )
    try:
        asyncio.run(_serve(options, arguments.quiet))
    except OSError as error:
        said = ServeTexts.CANNOT_LISTEN
        raise CliError(say(said, address=arguments.listen, reason=reason_of(error))) from None
    return ExitCode.CONNECTED


async def _serve(options: ServerOptions, quiet: bool) -> None:
    stop = asyncio.Event()
    with stop_on_signals(stop.set, lambda: None):
        async with Server(options, _ignore if quiet else _log) as server:
            for name, port in server.ports.items():
                print(f"{name:6} {url_of(name, options, port)}", flush=True)
            for fault in options.faults:
                said = say(ServeTexts.FAULT, fault=fault.kind.value, listeners=fault.listeners)
                print(said, flush=True)
            _log_start(server.ports, options)
            await stop.wait()
            LOGGER.info("test server ended")


def _log_start(ports: Mapping[str, int], options: ServerOptions) -> None:
    LOGGER.info("%s", describe_program())
    LOGGER.info(
        "test server started: %s; faults: %s",
        ", ".join(f"{name} {port}" for name, port in ports.items()),
        ", ".join(fault.kind.value for fault in options.faults) or "none",
    )
    flush_logs()


def url_of(listener: str, options: ServerOptions, port: int) -> str:
    """The address under which a listener can be tested."""
    host = f"[{options.listen}]" if ":" in options.listen else options.listen
    path = _PATHS.get(listener)
    if path is not None:
        return path.format(host=host, port=port)
    return f"{listener}://{host}:{port}/{options.applications[0]}"


def _log(event: ServerEvent) -> None:
    """On standard error, so that standard output keeps to the addresses."""
    detail = f": {event.detail}" if event.detail else ""
    print(one_line(f"{event.listener} {event.peer} {event.kind.value}{detail}"), file=sys.stderr, flush=True)


def _ignore(event: ServerEvent) -> None:
    pass
