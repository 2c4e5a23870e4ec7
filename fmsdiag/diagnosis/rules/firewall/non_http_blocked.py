"""non-http-blocked: a firewall that lets only web traffic through, and cuts whatever is not HTTP.

tn_16499 names it: some firewalls reject traffic that does not use the HTTP protocol, even on a port that is open.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    direct_rtmp,
    exchange_step,
    got_further,
    handshake_outcome,
    other_fate,
)
from fmsdiag.diagnosis.evidence.run import RunView, failed_with, http_answer, is_page
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, ports, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    FailureKind,
    Observation,
    Purpose,
    Status,
    StepName,
    Transport,
)

CAUSE = "non-http-blocked"


def judge(run: RunView) -> Answer:
    """RTMP's first bytes are swallowed or reset on a port where HTTP passes, and RTMP gets through on no other port."""
    cut = [a for a in run.media if a.endpoint.transport is Transport.RTMP and _is_cut(a)]
    spoken = any(a.endpoint.transport is Transport.RTMP for a in run.spoke_rtmp)
    if not cut or spoken or run.plan_connected:
        return None
    if any(_tunnel_is_cut(a) for a in run.media):
        return None  # HTTP that carries the same bytes does not pass either
    for attempt in cut:
        passed = _http_passes(run, attempt.endpoint.port)
        if passed is not None:
            return _weighed(run, attempt, passed)
    return Ask(run.ask_http([a.endpoint.port for a in cut]))


def _weighed(run: RunView, cut: Attempt, passed: Observation) -> Answer:
    """HTTP passes where RTMP is cut; bytes of no protocol tell whether RTMP alone is."""
    mine = handshake_outcome(cut)
    if mine is ByteOutcome.IGNORED and passed.step is not StepName.TUNNEL:
        return _match(run, cut, passed)  # the server has taken RTMP's bytes; other bytes would show nothing
    for attempt in direct_rtmp(run):
        other, own = other_fate(run, attempt.endpoint.port), handshake_outcome(attempt)
        if other is not None and own is not None:
            step = exchange_step(run, attempt.endpoint.port)
            return None if got_further(other, own) else _match(run, cut, passed, step)
    question = run.ask_server(Experiment.OTHER_BYTES, cut.endpoint.port, Transport.RTMP)
    return ask_unless_answered(question, _match(run, cut, passed))


def _is_cut(attempt: Attempt) -> bool:
    """No byte of an answer, and no orderly end, which would be a server's manner rather than a filter's."""
    ended = attempt.failed_step
    return (
        failed_with(attempt, StepName.HANDSHAKE, FailureKind.TIMED_OUT, FailureKind.RESET)
        and ended is not None
        and not (ended.failure and ended.failure.bytes_received)
    )


def _tunnel_is_cut(attempt: Attempt) -> bool:
    tunnel, handshake = attempt.step(StepName.TUNNEL), attempt.step(StepName.HANDSHAKE)
    carried = tunnel is not None and tunnel.ok and not is_page(attempt)
    return carried and handshake is not None and not handshake.ok


def _http_passes(run: RunView, port: int) -> Observation | None:
    """The step that shows HTTP passing on that port: the tunnel's, or an HTTP answer."""
    for attempt in run.seen:
        if attempt.endpoint.port != port or attempt.purpose is Purpose.CONTROL:
            continue
        if attempt.endpoint.transport is Transport.RTMPT and attempt.status in (
            Status.CONNECTED,
            Status.REJECTED,
        ):
            return attempt.step(StepName.TUNNEL)
        step = attempt.step(StepName.HTTP)
        if step is not None and step.ok and http_answer(step) is not None:
            return step
    return None


def _match(run: RunView, cut: Attempt, passed: Observation, other: Observation | None = None) -> Match:
    port = cut.endpoint.port
    blocked = [a for a in run.media if a.endpoint.transport is Transport.RTMP and a.status is Status.FAILED]
    tunnel = passed.step is StepName.TUNNEL
    opened = {o.port for a in blocked for o in run.steps(StepName.TCP, (a,)) if o.ok and o.port is not None}
    # a filter that knows RTMP leaves other ports, and other bytes, open
    sure = tunnel and (opened == {port} or other is not None)
    works = "RTMPT, which packs the stream into web requests," if tunnel else "An ordinary web request"
    seen = [line(f"{told(a)}.", a.failed_step) for a in blocked[:3]]
    seen.append(line(f"{works} gets through on port {port}.", passed))
    if other is not None:
        seen.append(line(f"Bytes of no protocol do not pass port {other.port} either.", other))
    silent = failed_with(cut, StepName.HANDSHAKE, FailureKind.TIMED_OUT, FailureKind.STALLED)
    return Match(
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "A firewall on your side lets only web traffic through."
        if sure
        else "Perhaps a firewall lets only web traffic through.",
        f"The connection to port {port} opens, but as soon as media traffic starts it is "
        + ("swallowed" if silent else "cut off")
        + f". {works} passes on the same port. A firewall that allows nothing but web pages does exactly that"
        + (
            "."
            if sure
            else "; so does one that singles out RTMP, on every port."
            if tunnel
            else f"; a server that has only a web server on port {port} may do the same."
        ),
        (Actor.ADMINISTRATOR,) if tunnel else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user="Give the text below to whoever looks after this network."
            + (
                " Until then the stream works through RTMPT, more slowly than it should."
                if tunnel and run.plan_succeeded
                else ""
            ),
            administrator=("Traffic" if tunnel else "Check whether traffic")
            + f" that is not HTTP is cut on port {port}. Allow RTMP to this server, or exempt it from HTTP-only inspection.",
            operator=f"The customer's network {'passes' if sure else 'seems to pass'} only HTTP. RTMPT on port {port} gets "
            "through; RTMPS on port 443 often does, too."
            if tunnel
            else f"Check that the server offers RTMP on port {port}. If it does, the customer's network passes only HTTP: "
            "offer RTMPT on port 80, or RTMPS on 443.",
            firewall_request=firewall_request(run, [a.endpoint for a in blocked]),
        ),
        f"The media server answers web requests on the very port on which RTMP is cut ({port})."
        if sure
        else f"RTMP is cut on {ports(sorted(opened))}, and only the same bytes inside web requests pass."
        if tunnel
        else f"A web request passes on port {port}, but that the server offers RTMP there is not known.",
        tuple(seen),
        rules_out=("the server being down", "a slow connection"),
        decisive_test=""
        if sure
        else "Send bytes that are neither RTMP nor HTTP: if they pass, RTMP itself is filtered."
        if tunnel
        else "Try this server from another network: if RTMP passes there, a firewall here cuts it.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "port-blocked",
        "only-web-ports-allowed",
        "only-https-allowed",
        "server-hung",
        "tunnel-not-offered",
        "wrong-service-on-port",
    ),
)
