"""non-http-blocked: a firewall that lets only web traffic through, and cuts whatever is not HTTP.

tn_16499 names it: some firewalls reject traffic that does not use the HTTP protocol, even on a port that is open.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import failed_with
from fmsdiag.diagnosis.evidence.cut_bytes import bytes_place_of, cut_bytes
from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    direct_rtmp,
    exchange_step,
    got_further,
    handshake_outcome,
    http_passes,
    is_cut,
    other_fate,
)
from fmsdiag.diagnosis.evidence.port_proof import is_blocked
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import is_page
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.places import place_lines
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Message,
    Observation,
    RequestKind,
    Side,
    Status,
    StepName,
    Transport,
)


class WebOnly(FindingTexts, of="non-http-blocked.web-only"):
    """The media server answers RTMP inside web requests, on the very port on which RTMP is cut."""

    headline = text("A firewall lets only web traffic through.")
    explanation = text(
        "Connections to port {port} of {server:host} open, but RTMP is cut off before the server answers. RTMPT, which "
        "sends the same data inside web requests, is answered on this port. So the server works, and a firewall on the "
        "network path blocks what is not a web request on this port."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Allow RTMP to {server:host} on TCP port {wanted:ports}. The firewall allows only web requests on TCP port "
            "{port}.",
            "Allow RTMP to {server:host} on TCP ports {wanted:ports}. The firewall allows only web requests on TCP port "
            "{port}.",
            by="wanted",
        ),
    )
    operator = (
        step(
            "Your customer's network seems to let only web traffic through. RTMPT on port {port} connects; keep offering it."
        ),
    )


class WebOnlyAtProvider(FindingTexts, of="non-http-blocked.web-only-at-provider"):
    """Likewise, and the path test shows that it is cut between this network and the server's side."""

    headline = text("An internet provider lets only web traffic through.")
    explanation = text(
        "Connections to port {port} of {server:host} open, but RTMP is cut off on the network path: it leaves your network "
        "but never reaches the server. RTMPT, which sends the same data inside web requests, is answered on this port. So "
        "the server works, and an internet provider on the path blocks what is not a web request on this port."
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)
    operator = (
        step(
            "A provider between your customer and you lets only web traffic through. RTMPT on port {port} connects; keep "
            "offering it."
        ),
    )


class WebOnlyAtServer(FindingTexts, of="non-http-blocked.web-only-at-server"):
    """Likewise, and it gets as far as the last router before the server."""

    headline = text("A firewall on the server side lets only web traffic through.")
    explanation = text(
        "Connections to port {port} of {server:host} open, but RTMP is cut off just before it reaches the server. RTMPT, "
        "which sends the same data inside web requests, is answered on this port. So the server works, and a firewall or load "
        "balancer in front of it blocks what is not a web request on this port."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Check the firewall and load balancer in front of port {port}: they let only web requests through."
        ),
    )


class TunnelPasses(FindingTexts, of="non-http-blocked.tunnel-passes"):
    """RTMP is cut wherever it was tried; only RTMP inside web requests passes."""

    headline = text("A firewall may let only web traffic through.")
    explanation = text(
        "Connections to port {port} of {server:host} open, but RTMP is cut off before the server answers. RTMPT, which "
        "sends the same data inside web requests, is answered on this port. Either a firewall lets only web traffic "
        "through, or a filter recognizes RTMP and blocks it on every port."
    )
    acts = WebOnly.acts
    you = WebOnly.you
    administrator = (
        plural(
            "Check whether a firewall blocks RTMP, or everything except web requests, and exempt {server:host} on TCP port "
            "{wanted:ports}.",
            "Check whether a firewall blocks RTMP, or everything except web requests, and exempt {server:host} on TCP ports "
            "{wanted:ports}.",
        ),
    )
    operator = (
        step(
            "Your customer's network seems to let only web traffic through. RTMPT on port {port} connects; keep offering it."
        ),
    )
    decisive_test = text(
        "Send data that is neither RTMP nor HTTP to port {port}. If it gets through, a filter blocks RTMP; if not, only "
        "web traffic is allowed."
    )


class PagePasses(FindingTexts, of="non-http-blocked.page-passes"):
    """A web request is answered where RTMP is cut, perhaps by a server that has no RTMP there."""

    headline = text("A firewall may let only web traffic through.")
    explanation = text(
        "Connections to port {port} of {server:host} open, but RTMP gets no answer there, while a web request does. "
        "Either a firewall lets only web traffic through, or only a web server uses this port."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Steps.OTHER_NETWORK, Steps.COPY_REQUEST_IF_WORKS_ELSEWHERE, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Check whether a firewall blocks everything except web requests, and exempt {server:host} on TCP port "
            "{wanted:ports}.",
            "Check whether a firewall blocks everything except web requests, and exempt {server:host} on TCP ports "
            "{wanted:ports}.",
        ),
    )
    operator = (
        step("Check that the server offers RTMP on port {port}."),
        step(
            "If it does, also offer RTMPT on port 80 or RTMPS on port 443, which most filters let through.",
            premise=Premise.NOT_YET_OFFERED,
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If RTMP connects there, a firewall in your "
        "network blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="non-http-blocked.seen"):
    TUNNEL = text("RTMPT, which sends RTMP inside web requests, is answered on port {port}.")
    PAGE = text("A web request is answered on port {port}.")
    OTHER_CUT = text("Data of no known protocol gets no farther than RTMP on port {port}.")


class Earned(Table, of="non-http-blocked.earned"):
    """What the confidence rests on."""

    SAME_PORT = text("The media server answers web requests on port {port}, where RTMP is cut off.")
    SAME_BYTES = plural(
        "RTMP is cut off on port {ports}; only the same data inside web requests gets through.",
        "RTMP is cut off on ports {ports}; only the same data inside web requests gets through.",
    )
    PAGE = text("A web request works on port {port}, but nothing shows that the server offers RTMP there.")


class Excluded(Table, of="non-http-blocked.excluded"):
    SLOW = text("A slow connection is not the cause: a web request is answered in {elapsed:duration}.")


def judge(run: RunView) -> Answer:
    """RTMP's first bytes are dropped or reset on a port where HTTP passes, and RTMP gets through on no other port."""
    cut = [a for a in run.media if a.endpoint.transport is Transport.RTMP and is_cut(a)]
    spoken = any(a.endpoint.transport is Transport.RTMP for a in run.spoke_rtmp)
    if not cut or spoken or run.plan_connected:
        return None
    if any(_tunnel_is_cut(a) for a in run.media):
        return None  # HTTP that carries the same bytes does not pass either
    for attempt in cut:
        passed = http_passes(run, attempt.endpoint.port)
        if passed is not None:
            return _weighed(run, attempt, passed)
    return Ask(run.ask_http([a.endpoint.port for a in cut]))


def _weighed(run: RunView, cut: Attempt, passed: Observation) -> Answer:
    """HTTP passes where RTMP is cut; bytes of no protocol tell whether RTMP alone is."""
    mine = handshake_outcome(cut)
    if mine is ByteOutcome.IGNORED and passed.step is not StepName.TUNNEL:
        return _found(run, cut, passed)  # the server has taken RTMP's bytes; other bytes would show nothing
    for attempt in direct_rtmp(run):
        other, own = other_fate(run, attempt.endpoint.port), handshake_outcome(attempt)
        if other is not None and own is not None:
            step = exchange_step(run, attempt.endpoint.port)
            return None if got_further(other, own) else _found(run, cut, passed, step)
    question = run.ask_server(Experiment.OTHER_BYTES, cut.endpoint.port, Transport.RTMP)
    return ask_unless_answered(question, _found(run, cut, passed))


def _tunnel_is_cut(attempt: Attempt) -> bool:
    tunnel, handshake = attempt.step(StepName.TUNNEL), attempt.step(StepName.HANDSHAKE)
    carried = tunnel is not None and tunnel.ok and not is_page(attempt)
    return carried and handshake is not None and not handshake.ok


def _found(run: RunView, cut: Attempt, passed: Observation, other: Observation | None = None) -> Found:
    port = cut.endpoint.port
    blocked = [a for a in run.media if a.endpoint.transport is Transport.RTMP and a.status is Status.FAILED]
    tunnel = passed.step is StepName.TUNNEL
    opened = {o.port for a in blocked for o in run.steps(StepName.TCP, (a,)) if o.ok and o.port is not None}
    # a filter that knows RTMP leaves other ports, and other bytes, open
    sure = tunnel and (opened == {port} or other is not None)
    wanted = needed([a for a in blocked if _may_be_cut_here(run, a)])
    case: type[FindingTexts] = _sure_case(run) if sure else TunnelPasses if tunnel else PagePasses
    asks = Actor.ADMINISTRATOR in case.acts
    return Found(
        case,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        _earned(sure, tunnel, port, tuple(sorted(opened))),
        (*_seen(blocked, passed, other), *place_lines(run, cut_bytes(run))),
        values={"port": port} | ({"wanted": tuple(sorted({e.port for e in wanted}))} if asks else {}),
        rules_out=(RuledOut.SERVER_DOWN.of(port=port), Excluded.SLOW.of(elapsed=passed.elapsed_s)),
        request=request(run, wanted, kind=RequestKind.EXEMPT) if asks else None,
    )


def _sure_case(run: RunView) -> type[FindingTexts]:
    place = bytes_place_of(run)
    if place is None or place.side not in (Side.TRANSIT, Side.REMOTE):
        return WebOnly
    return WebOnlyAtProvider if place.side is Side.TRANSIT else WebOnlyAtServer


def _earned(sure: bool, tunnel: bool, port: int, opened: tuple[int, ...]) -> Message:
    if sure:
        return Earned.SAME_PORT.of(port=port)
    return Earned.SAME_BYTES.of(ports=opened) if tunnel else Earned.PAGE.of(port=port)


def _seen(blocked: list[Attempt], passed: Observation, other: Observation | None) -> tuple[EvidenceLine, ...]:
    answered = Seen.TUNNEL if passed.step is StepName.TUNNEL else Seen.PAGE
    seen = [attempt_line(a) for a in blocked[:3]]
    seen.append(evidence_line(answered.of(port=passed.port or 0), passed))
    if other is not None:
        seen.append(evidence_line(Seen.OTHER_CUT.of(port=other.port or 0), other))
    return tuple(seen)


def _may_be_cut_here(run: RunView, attempt: Attempt) -> bool:
    """Whether it is not the server that refuses the port."""
    refused = failed_with(attempt, StepName.TCP, FailureKind.REFUSED)
    return not refused or is_blocked(run, attempt.endpoint.port)


RULE = Rule(
    Cause.NON_HTTP_BLOCKED,
    judge,
    explains=(
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.ONLY_HTTPS_ALLOWED,
        Cause.SERVER_HUNG,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.WRONG_SERVICE_ON_PORT,
    ),
)
