"""Steps and lines that many rules share, each worded once."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.diagnosis.evidence.routes import best_route
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.text import Table, Text, plural, step, text
from fmsdiag.model import Action, Attempt, Endpoint, EvidenceLine, Experiment, Observation, Step
from fmsdiag.model.messages import Message, Outcome, Route


class Steps(Table, of="steps"):
    """What readers are asked to do, whatever the cause."""

    # ---- you
    COPY_REQUEST = step(
        "Press Copy Request and send it to the person who runs this network.",
        Action.COPY_REQUEST,
        elsewhere="Send the request to the person who runs this network.",
    )
    SAVE_REPORT = step("Save this report and send it to the people who run the server.", Action.SAVE_REPORT)
    SAVE_REPORT_IF_RIGHT = step(
        "If it is right, save this report and send it to the people who run the server.", Action.SAVE_REPORT
    )
    SAVE_REPORT_IF_BOTH_RIGHT = step(
        "If both are right, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    SAVE_REPORT_IF_IT_PERSISTS = step(
        "If the problem persists, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    SAVE_REPORT_IF_FAILS_ELSEWHERE = step(
        "If it fails there too, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    TRY_LATER = step("Try again in a few minutes.", Action.RUN_AGAIN)
    SAVE_REPORT_FOR_ADMINISTRATOR = step(
        "Save this report and send it to the person who runs this network.", Action.SAVE_REPORT
    )
    CHECK_ADDRESS = step("Compare the server name and port with what you were given.", Action.EDIT_SERVER)
    CHECK_NAME = step(
        "Compare the server name {server:host} with what you were given, letter by letter.",
        Action.EDIT_SERVER,
    )
    CHECK_APPLICATION = step(
        "Compare the application name with what you were given.", Action.EDIT_APPLICATION
    )
    RUN_AGAIN = step("Run the test again.", Action.RUN_AGAIN)
    RUN_DEEP = step("Run the test again with the deep tests switched on.", Action.DEEP_TESTS)
    COMPARE = step(
        "Switch on the reference server and the second resolver, and run the test again.",
        Action.COMPARE,
        elsewhere="Run the test again with a reference server and a second resolver.",
    )
    CHOOSE_PLAN = step("Choose a plan that tries RTMP, and run the test again.", Action.RUN_AGAIN)
    OTHER_NETWORK = step("Run the test from another network, such as a phone's hotspot.")
    COPY_REQUEST_IF_WORKS_ELSEWHERE = step(
        "If it works there, press Copy Request and send it to the person who runs this network.",
        Action.COPY_REQUEST,
        elsewhere="If it works there, send the request to the person who runs this network.",
    )
    STOP_TRANSFERS = step("Stop large uploads and downloads on this connection.")
    USE_CABLE = step("Use a cable instead of Wi-Fi, or move closer to the router.")
    USE_BEST_ROUTE = step("(the best route from here)")
    """Stands for one of the steps below, or none: see best_route_steps."""

    # ---- operator
    CHECK_LISTENING = step(
        "Check that the server listens on port {port} and that its firewall lets this client in."
    )
    OFFER_SECURE = step("Offer RTMPS on port 443, which most filters let through.")
    SETTING = step("Where to set it: {settings:list}.")


class BestRoute(Table, of="best-route"):
    """What to use until the cause is fixed, by what connects from here."""

    NOW = step(
        "Until then, use {url} in your player or encoder. It connects in {took:duration}.", Action.USE_ADDRESS
    )
    THROUGH_PROXY = step(
        "Until then, use {url} with this proxy: {proxy}. Many players and most encoders have no proxy setting.",
        Action.USE_ADDRESS,
    )


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
    PATH_ENDS = plural(
        "Packets to port {port} stop after {router:address}, {hops:count} hop from this computer.",
        "Packets to port {port} stop after {router:address}, {hops:count} hops from this computer.",
        by="hops",
    )
    PATH_ENDS_HERE = text("Packets to port {port} do not get past the first router.")


class Grounds(Table, of="grounds"):
    """What earns a confidence, whatever the cause."""

    THIS_COMPUTER = text("The server runs on this computer, so no network device is involved.")
    NO_REFERENCE = text("No reference server was asked, so there is nothing to compare with.")


class RuledOut(Table, of="ruled-out"):
    """What is excluded, and by what."""

    SERVER_DOWN = text("The server is not down: it answers on port {port}.")
    APPLICATION = text("The application name is not the cause: no attempt got far enough to use it.")
    NETWORK = text("No firewall or port is the cause: the server was reached and answered.")
    FIREWALL = text("No firewall on the way is the cause: nothing was sent that far.")
    NAME = text("The server name is not misspelled: another name server knows it.")
    SERVER = text("The server is not the cause: it was not reached.")
    BLOCKED_PORT = plural(
        "Port {ports} is not blocked: connections to it open.",
        "Ports {ports} are not blocked: connections to them open.",
    )
    CERTIFICATE = text("The certificate is not the cause: the server has not shown one yet.")
    SINGLE_PORT = text("It is not about one port: every port that was tried fails alike.")


def is_best_route(each: Text) -> bool:
    """Whether a step stands for the best route."""
    return each is Steps.USE_BEST_ROUTE


def best_route_steps(run: RunView) -> tuple[Step, ...]:
    """What to use meanwhile: at most one step, none where nothing connects or nothing needs to change."""
    if run.plan_connected or (best := best_route(run)) is None:
        return ()
    if best.proxy is not None:
        said = BestRoute.THROUGH_PROXY.of(url=best.url, proxy=best.proxy)
    else:
        said = BestRoute.NOW.of(url=best.url, took=best.alone_s)
    return (Step(said, Action.USE_ADDRESS),)


# ---- lines
def route_of(endpoint: Endpoint) -> Route:
    """An endpoint as a value: "RTMP on port 1935"."""
    return Route(endpoint.transport, endpoint.port, endpoint.proxy is not None, endpoint.family)


def outcome_of_step(observation: Observation) -> Outcome:
    """How a step ended, as a value."""
    failure = observation.failure
    return Outcome(
        elapsed_s=round(observation.elapsed_s, 4),
        kind=failure.kind if failure is not None else None,
        by=failure.icmp.sender if failure is not None and failure.icmp is not None else None,
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
    took_s = (attempt.ended_s or 0.0) - (attempt.started_s or 0.0)
    return evidence_line(Lines.ROUTE_CONNECTED.of(route=route, elapsed=took_s), last)


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


def ports_open(attempts: Iterable[Attempt]) -> Message:
    """That the ports of these attempts are not what is blocked."""
    return RuledOut.BLOCKED_PORT.of(ports=tuple(dict.fromkeys(a.endpoint.port for a in attempts)))


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
