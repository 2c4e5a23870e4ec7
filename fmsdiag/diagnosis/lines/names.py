"""Lines of evidence about names: what each name server said, and what answers at an address."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.diagnosis.evidence.dns import by_second, denies, known, rcode
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step, route_of
from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import (
    Attempt,
    DnsFacts,
    EvidenceLine,
    Experiment,
    FailureKind,
    LookupSource,
    Observation,
    Status,
    StepName,
)

MOST_ADDRESSES = 3
"""How many of a name's addresses a line shows."""


class SystemLines(Table, of="system-lookup-lines"):
    """What the operating system's own lookup gave."""

    GIVES = text("This computer's name lookup gives {addresses} for {name:host}.")
    NO_NAME = text("This computer's name lookup says that {name:host} does not exist.")
    NO_ADDRESS = text("This computer's name lookup says that {name:host} has no address.")
    # translators: {addresses} is 0.0.0.0 or ::, which stand for no machine
    NOBODY = text("This computer's name lookup gives {addresses} instead of a real address.")
    FAILED = text("Name lookup for {name:host}: {outcome}.")


class NameServerLines(Table, of="name-server-lines"):
    """What the name server said that this computer is set to ask."""

    GIVES = text("DNS server {resolver:address} gives {addresses} for {name:host}.")
    NO_NAME = text("DNS server {resolver:address} says that {name:host} does not exist.")
    NO_ADDRESS = text("DNS server {resolver:address} says that {name:host} has no address.")
    NOBODY = text("DNS server {resolver:address} answers with {addresses} instead of a real address.")
    # translators: {code} is an error of DNS, such as SERVFAIL
    ERROR = text("DNS server {resolver:address} answers with the error {code:name}.")
    SILENT = text("DNS server {resolver:address}: no answer after {elapsed:duration}.")
    TRUNCATED = text(
        "DNS server {resolver:address} answers by UDP that its answer is too long for UDP. Over TCP, it gives none."
    )
    CLOSED = text("DNS server {resolver:address}: the port is closed.")
    FAILED = text("DNS server {resolver:address}: {outcome}.")


class SecondLines(Table, of="second-name-server-lines"):
    """What the name server outside this network said."""

    GIVES = text("A second DNS server ({resolver:address}) gives {addresses} for {name:host}.")
    NO_NAME = text("A second DNS server ({resolver:address}) says that {name:host} does not exist.")
    NO_ADDRESS = text("A second DNS server ({resolver:address}) says that {name:host} has no address.")
    NOBODY = text(
        "A second DNS server ({resolver:address}) answers with {addresses} instead of a real address."
    )
    ERROR = text("A second DNS server ({resolver:address}) answers with the error {code:name}.")
    SILENT = text("A second DNS server ({resolver:address}): no answer after {elapsed:duration}.")
    CLOSED = text("A second DNS server ({resolver:address}): the port is closed.")
    FAILED = text("A second DNS server ({resolver:address}): {outcome}.")


class AddressLines(Table, of="address-lines"):
    """What answers at one of several addresses."""

    PORT = text("Port {port} of {address}: {outcome}.")
    PORT_ANSWERS = text("Port {port} of {address} answers in {elapsed:duration}.")
    ROUTE = text("{route} at {address}: {outcome}.")
    ROUTE_CONNECTED = text("{route} at {address}: connected in {elapsed:duration}.")
    ROUTE_REJECTED = text("{route} at {address}: rejected by the server.")
    BY_NAME = text("{route} by the server's name {name:host}: {outcome}.")
    REFERENCE_FOUND = text("The name of reference server {host} is found in {elapsed:duration}.")
    REFERENCE_NOT_FOUND = text("The name of reference server {host} cannot be looked up.")


_KEYS: Mapping[FailureKind, str] = {
    FailureKind.NAME_NOT_FOUND: "NO_NAME",
    FailureKind.NO_DATA: "NO_ADDRESS",
    FailureKind.RESOLVER_SILENT: "SILENT",
    FailureKind.TIMED_OUT: "SILENT",
    FailureKind.RESOLVER_CLOSED: "CLOSED",
    FailureKind.RESOLVER_TRUNCATED: "TRUNCATED",
}


def lookup_line(run: RunView, lookup: Observation) -> EvidenceLine:
    """What a lookup gave: the system's, or that of the name server that was asked."""
    facts = (
        lookup.facts if isinstance(lookup.facts, DnsFacts) else DnsFacts(run.target.host, LookupSource.SYSTEM)
    )
    everything = {
        "resolver": lookup.address or facts.resolver or "",
        "addresses": (known(lookup) or facts.addresses)[:MOST_ADDRESSES],
        "name": facts.name,
        "code": rcode(lookup),
        "elapsed": lookup.elapsed_s,
        "outcome": outcome_of_step(lookup),
    }
    said = _said(run, lookup)
    return evidence_line(said.of(**{place: everything[place] for place in said.places}), lookup)


def _said(run: RunView, lookup: Observation) -> Text:
    asked = lookup.address or (lookup.facts.resolver if isinstance(lookup.facts, DnsFacts) else None)
    table: type[Table] = (
        SystemLines if not asked else SecondLines if lookup is by_second(run) else NameServerLines
    )
    said: Text = getattr(table, _key(lookup), None) or table.__dict__["FAILED"]
    return said


def _key(lookup: Observation) -> str:
    if lookup.failure is None:
        return "NOBODY" if denies(lookup) else "GIVES"
    if lookup.failure.kind is FailureKind.SERVER_FAILURE and rcode(lookup):
        return "ERROR"
    return _KEYS.get(lookup.failure.kind, "FAILED")


def reference_name_line(run: RunView, lookup: Observation) -> EvidenceLine:
    """Whether the reference server's name was found."""
    host = lookup.facts.name if isinstance(lookup.facts, DnsFacts) else run.options.control or ""
    if lookup.ok:
        return evidence_line(AddressLines.REFERENCE_FOUND.of(host=host, elapsed=lookup.elapsed_s), lookup)
    return evidence_line(AddressLines.REFERENCE_NOT_FOUND.of(host=host), lookup)


def address_port_line(observation: Observation) -> EvidenceLine:
    """How a port of one address answered a connect: "Port 1935 of 203.0.113.10: no answer after 5.0 s." """
    address, port = observation.address or "", observation.port or 0
    if observation.ok:
        said = AddressLines.PORT_ANSWERS.of(port=port, address=address, elapsed=observation.elapsed_s)
    else:
        said = AddressLines.PORT.of(port=port, address=address, outcome=outcome_of_step(observation))
    return evidence_line(said, observation)


def beyond_line(run: RunView, observation: Observation) -> EvidenceLine:
    """How something answered that was sent out of this network: a connect, or a question to a name server."""
    if observation.step is StepName.DNS:
        return lookup_line(run, observation)
    return address_port_line(observation)


def by_name_lines(run: RunView) -> tuple[EvidenceLine, ...]:
    """That an address which was typed as a number is not accepted by its name either: one line for each name."""
    tried = {a.endpoint.host: a for a in reversed(run.performed(Experiment.UNDER_NAME))}
    lines = []
    for name, attempt in tried.items():
        if (ended := attempt.failed_step) is not None:
            said = AddressLines.BY_NAME.of(
                route=route_of(attempt.endpoint), name=name, outcome=outcome_of_step(ended)
            )
            lines.append(evidence_line(said, ended))
    return tuple(lines[:2])


def attempt_at_line(attempt: Attempt, address: str) -> EvidenceLine:
    """How an attempt at one of several addresses ended: "RTMP on port 1935 at 203.0.113.10: connected in 0.2 s." """
    ended, route = attempt.failed_step, route_of(attempt.endpoint)
    if ended is not None and attempt.status is Status.REJECTED:
        return evidence_line(AddressLines.ROUTE_REJECTED.of(route=route, address=address), ended)
    if ended is not None:
        said = AddressLines.ROUTE.of(route=route, address=address, outcome=outcome_of_step(ended))
        return evidence_line(said, ended)
    last = attempt.observations[-1] if attempt.observations else None
    return evidence_line(
        AddressLines.ROUTE_CONNECTED.of(route=route, address=address, elapsed=attempt.duration_s or 0.0), last
    )
