"""What earns a confidence and what is excluded, whatever the cause."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.diagnosis.evidence.answers import all_fail_alike, answer, genuine_answer, stopped_on_the_way
from fmsdiag.diagnosis.evidence.proxies import unreached_through
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import Attempt, Endpoint
from fmsdiag.model.messages import Message


class Grounds(Table, of="grounds"):
    """What earns a confidence, whatever the cause."""

    THIS_COMPUTER = text(
        "The address is this computer's own, so connections to it do not leave this computer."
    )
    SAME_LINK = text(
        "The server is on this computer's own network, with no router in between, and answered at once."
    )
    SLEPT = text("The computer slept during the test, so what timed out is no evidence. Run the test again.")
    NO_REFERENCE = text("No reference server was reached, so there is nothing to compare with.")


class RuledOut(Table, of="ruled-out"):
    """What is excluded, and by what."""

    SERVER_DOWN = text("The server is not down: it answers on port {port}.")
    SERVER_DOWN_PROXIED = text("The server is not down: it answers on port {port} through the proxy.")
    APPLICATION = text(
        "The application name is not the cause: the failed attempts did not get far enough to use it."
    )
    NETWORK = text("Neither a firewall nor the port is the cause: the server was reached.")
    FIREWALL = text("A firewall that blocks ports is not the cause: no connection got that far.")
    NAME = text("The server name is not misspelled: another DNS server knows it.")
    SERVER = text("The server did not cause these failures: nothing reached it.")
    BLOCKED_PORT = plural(
        "Port {ports} is not blocked: connections to it open.",
        "Ports {ports} are not blocked: connections to them open.",
    )
    CERTIFICATE = text(
        "The certificate is not the cause: the failed attempts ended before the server showed one."
    )
    SINGLE_PORT = text("No single port is the cause: every port that was tried fails in the same way.")


def server_answers(endpoint: Endpoint) -> Message:
    """That the server is not down, as it answers there."""
    said = RuledOut.SERVER_DOWN if endpoint.proxy is None else RuledOut.SERVER_DOWN_PROXIED
    return said.of(port=endpoint.port)


def ports_open(attempts: Iterable[Attempt]) -> Message:
    """That the ports of these attempts are not what is blocked."""
    return RuledOut.BLOCKED_PORT.of(ports=tuple(dict.fromkeys(a.endpoint.port for a in attempts)))


def port_opens(run: RunView, port: int) -> tuple[Message, ...]:
    """That a port is not what is blocked; nothing where it opens only through a proxy."""
    return (RuledOut.BLOCKED_PORT.of(ports=(port,)),) if run.ever_opened(port) else ()


def server_not_reached(run: RunView, *, answered_for: bool = False) -> tuple[Message, ...]:
    """That the failures are not the server's, as nothing of it was reached; nothing where any test of the run was answered.

    A proxy that allowed connections and could not open them leaves it open: what became of them beyond it is not known.
    `answered_for` says that something on the way opens connections in the place of every server.
    """
    answered = genuine_answer(run) if answered_for else answer(run)
    return (RuledOut.SERVER.of(),) if answered is None and unreached_through(run) is None else ()


def network_cleared(run: RunView, *, certificate_explained: bool = False) -> tuple[Message, ...]:
    """That neither a firewall nor the port is the cause; nothing where the network may have stopped any way of the plan.

    `certificate_explained` says that the cause itself is why certificates were refused.
    """
    stopped = stopped_on_the_way(run, certificate_explained=certificate_explained)
    return () if stopped else (RuledOut.NETWORK.of(),)


def every_port_fails(run: RunView) -> tuple[Message, ...]:
    """That no single port is the cause; nothing unless the whole run shows it."""
    return (RuledOut.SINGLE_PORT.of(),) if all_fail_alike(run) else ()


def no_certificate(run: RunView) -> tuple[Message, ...]:
    """That no certificate is the cause; nothing where one of the run's attempts failed for its certificate."""
    failures = (o.failure for a in run.own for o in a.observations)
    bad = any(failure is not None and failure.kind.is_about_certificate for failure in failures)
    return () if bad else (RuledOut.CERTIFICATE.of(),)
