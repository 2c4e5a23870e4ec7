"""`fmsdiag services`: addresses of well-known streaming services, as facts; nothing is contacted."""

from __future__ import annotations

import argparse
import os
import sys

from fmsdiag.cli.console import make_console, plain, wants_color
from fmsdiag.cli.exit_codes import ExitCode
from fmsdiag.cli.paragraphs import print_indented, print_wrapped
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.services import SERVICES, Service


class ServicesTexts(Table, of="cli.services"):
    """The list."""

    # translators: {name} is a service, {year} the year in which the facts were read
    SERVICE = text("{name:name} (as of {year:name})")
    SERVICE_WITH_RATE = text("{name:name} (as of {year:name}; at most {number:count} kbit/s)")
    ASSIGNED = text("The service assigns an address to each channel or event.")
    NOT_CONTACTED = text(
        "These are facts that the services have published; nothing was contacted. The address in your own account goes before "
        "them."
    )


def run_services(arguments: argparse.Namespace) -> int:
    """0."""
    console = make_console(sys.stdout, color=wants_color(arguments.no_color, os.environ))
    for service in SERVICES:
        console.print(plain(describe_service(service), "bold"))
        print_indented(service.addresses or (say(ServicesTexts.ASSIGNED),), console)
    console.print()
    print_wrapped(say(ServicesTexts.NOT_CONTACTED), console)
    return ExitCode.CONNECTED


def describe_service(service: Service) -> str:
    """Its name, the year of the facts, and the rate that it advises."""
    values = {"name": service.name, "year": str(service.year)}
    if service.max_kbps is None:
        return say(ServicesTexts.SERVICE, **values)
    return say(ServicesTexts.SERVICE_WITH_RATE, number=service.max_kbps, **values)
