"""Lines of evidence about attempts, ports and paths, whatever the cause."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, plural, text
from fmsdiag.model import Attempt, Endpoint, EvidenceLine, Experiment, Observation
from fmsdiag.model.messages import Message, Outcome, Route


class Lines(Table, of="lines"):
    """Lines of evidence, whatever the cause."""

    # translators: {outcome} is one such as "no answer after 5.0 s"
    PORT = text("Port {port}: {outcome}.")
    ROUTE = text("{route}: {outcome}.")
    ROUTE_CONNECTED = text("{route}: connected in {elapsed:duration}.")
    SAME_SERVER_ANSWERS = text("The same server answers on port {port} in {elapsed:duration}.")
    REFERENCE_PORT = text("Port {port} on reference server {host}: {outcome}.")
    REFERENCE_ANSWERS = text("Port {port} on reference server {host} answers in {elapsed:duration}.")
    REFERENCE_WEB = text("Reference server {host} answers a web request.")
    REFERENCE_THROUGH_PROXY = text("A reference server's page gets through the same proxy.")
    REFERENCE_MARKED = text("A reference server's page gets through with the same proxy's header.")
    PATH_ENDS = plural(
        "Packets to port {port} stop after {router:address}, {hops:count} hop from this computer.",
        "Packets to port {port} stop after {router:address}, {hops:count} hops from this computer.",
        by="hops",
    )
    PATH_REJECTED = plural(
        "{router:address}, {hops:count} hop from this computer, rejects packets to port {port}.",
        "{router:address}, {hops:count} hops from this computer, rejects packets to port {port}.",
        by="hops",
    )
    PATH_ENDS_HERE = text("Packets to port {port} do not get past the first router.")
    PATH_LEAVES = plural(
        "Packets to port {port} leave this network: they reach {router:address}, {hops:count} hop away.",
        "Packets to port {port} leave this network: they reach {router:address}, {hops:count} hops away.",
        by="hops",
    )
    PATH_REFUSED = plural(
        "Packets to port {port} get as far as {router:address}, {hops:count} hop from this computer, and are refused there or "
        "right behind it. The server is farther away.",
        "Packets to port {port} get as far as {router:address}, {hops:count} hops from this computer, and are refused there or "
        "right behind it. The server is farther away.",
        by="hops",
    )
    PATH_FAILS_NEAR = plural(
        "Packets to port {port} end within {hops:count} hop of this computer. The server is farther away.",
        "Packets to port {port} end within {hops:count} hops of this computer. The server is farther away.",
        by="hops",
    )
    PATH_REFUSED_NEAR = plural(
        "Packets to port {port} are refused within {hops:count} hop of this computer. The server is farther away.",
        "Packets to port {port} are refused within {hops:count} hops of this computer. The server is farther away.",
        by="hops",
    )


def route_of(endpoint: Endpoint) -> Route:
    """An endpoint as a value: "RTMP on port 1935"."""
    return Route(endpoint.transport, endpoint.port, endpoint.proxy is not None, endpoint.family)


def outcome_of_step(observation: Observation) -> Outcome:
    """How a step ended, as a value."""
    failure = observation.told_failure
    return Outcome(
        elapsed_s=round(observation.elapsed_s, 4),
        kind=failure.kind if failure is not None else None,
        by=observation.icmp_sender,
        missing=observation.icmp.missing if observation.icmp is not None else None,
        expired=observation.icmp is not None and observation.icmp.is_time_exceeded,
        looks_like=failure.looks_like if failure is not None else None,
    )


def evidence_line(message: Message, observation: Observation | None = None) -> EvidenceLine:
    """One line of "what we saw", linked to the observation that shows it."""
    return EvidenceLine(message, observation.id if observation is not None else "")


def port_line(observation: Observation) -> EvidenceLine:
    """How a port answered a connect: "Port 1935: no answer after 5.0 s." """
    said = Lines.PORT.of(port=observation.port or 0, outcome=outcome_of_step(observation))
    return evidence_line(said, observation)


def attempt_line(attempt: Attempt) -> EvidenceLine:
    """How an attempt ended: "RTMP on port 1935: no answer after 5.0 s." """
    ended, route = attempt.failed_step, route_of(attempt.endpoint)
    if ended is not None:
        return evidence_line(Lines.ROUTE.of(route=route, outcome=outcome_of_step(ended)), ended)
    last = attempt.observations[-1] if attempt.observations else None
    return evidence_line(Lines.ROUTE_CONNECTED.of(route=route, elapsed=attempt.duration_s or 0.0), last)


def ended_line(attempt: Attempt, ended: Observation) -> EvidenceLine:
    """How an attempt ended at a step that may lie behind a certificate which was not accepted."""
    said = Lines.ROUTE.of(route=route_of(attempt.endpoint), outcome=outcome_of_step(ended))
    return evidence_line(said, ended)


def web_reference_lines(control: Attempt | None) -> tuple[EvidenceLine, ...]:
    """That the reference server answered a web request, if it was asked and did."""
    if control is None:
        return ()
    said = Lines.REFERENCE_WEB.of(host=control.endpoint.host)
    return (evidence_line(said, control.observations[-1]),)


def reference_line(run: RunView, observation: Observation) -> EvidenceLine:
    """How a port of the reference server answered."""
    of = next(
        (
            a
            for a in run.performed(Experiment.CONTROL_PORT)
            if any(o.id == observation.id for o in a.observations)
        ),
        None,
    )
    host = of.endpoint.host if of is not None else run.options.control or ""
    port = observation.port or 0
    if observation.ok:
        said = Lines.REFERENCE_ANSWERS.of(port=port, host=host, elapsed=observation.elapsed_s)
    else:
        said = Lines.REFERENCE_PORT.of(port=port, host=host, outcome=outcome_of_step(observation))
    return evidence_line(said, observation)


def alive_line(observation: Observation) -> EvidenceLine:
    """That the server answers on another port."""
    said = Lines.SAME_SERVER_ANSWERS.of(port=observation.port or 0, elapsed=observation.elapsed_s)
    return evidence_line(said, observation)
