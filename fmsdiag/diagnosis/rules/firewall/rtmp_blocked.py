"""rtmp-blocked: a filter that recognises RTMP and cuts it on every port, while everything else passes.

Two ways are known: by the handshake's first byte and length, and by the words of the connect command.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.payload import (
    ByteOutcome,
    direct_rtmp,
    exchange_step,
    got_further,
    handshake_outcome,
    in_disguise,
    other_fate,
    watched_as_long,
)
from fmsdiag.diagnosis.evidence.run import RunView, failed_with, http_answer
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, method, ports, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    Status,
    StepName,
    Transport,
)

CAUSE = "rtmp-blocked"
_CUT = (ByteOutcome.RESET, ByteOutcome.LOST, ByteOutcome.IGNORED, ByteOutcome.SILENT)
_S0_AND_S1_BYTES = 1 + 1536


def judge(run: RunView) -> Answer:
    """RTMP's handshake is cut on every port and other bytes pass; or `connect` is, and passes inside TLS."""
    tried = direct_rtmp(run)
    if not tried or run.plan_connected or run.is_captive or any(_passed(a) for a in tried):
        return None
    at_handshake = [a for a in tried if handshake_outcome(a) in _CUT]
    if at_handshake:
        return _by_handshake(run, at_handshake) if len(at_handshake) == len(tried) else None
    if all(_is_dismissed(a) for a in tried):
        return _by_dismissal(run, list(tried))
    at_connect = [a for a in tried if _cut_at_connect(a)]
    return _by_connect(run, at_connect) if len(at_connect) == len(tried) else None


def _passed(attempt: Attempt) -> bool:
    """Whether the server answered `connect`, with whatever."""
    return attempt.status is Status.CONNECTED or failed_with(
        attempt, StepName.CONNECT, FailureKind.REJECTED, FailureKind.CLOSED, FailureKind.STALLED
    )


def _cut_at_connect(attempt: Attempt) -> bool:
    return _reset_at_connect(attempt) or failed_with(attempt, StepName.CONNECT, FailureKind.TIMED_OUT)


def _reset_at_connect(attempt: Attempt) -> bool:
    """Whether a reset answered `connect`, which leaves with C2 when S1 is complete: the reset may come before S2 is read."""
    if failed_with(attempt, StepName.CONNECT, FailureKind.RESET):
        return True
    ended = attempt.failed_step
    received = ended.failure.bytes_received if ended is not None and ended.failure is not None else None
    return failed_with(attempt, StepName.HANDSHAKE, FailureKind.RESET) and (received or 0) >= _S0_AND_S1_BYTES


# ---- the handshake
def _by_handshake(run: RunView, cut: list[Attempt]) -> Answer:
    asked = next((a for a in cut if other_fate(run, a.endpoint.port) is not None), None)
    if asked is None:
        # what the server has taken and does not answer was not cut on its way, unless something else works there
        if all(handshake_outcome(a) is ByteOutcome.IGNORED for a in cut) and in_disguise(run) is None:
            return None
        return Ask(run.ask_server(Experiment.OTHER_BYTES, cut[0].endpoint.port, Transport.RTMP))
    mine, other = handshake_outcome(asked), other_fate(run, asked.endpoint.port)
    if mine is None or other is None or not got_further(other, mine):
        return None
    if other is ByteOutcome.IGNORED and not watched_as_long(run, asked):
        return None  # RTMP, too, was only ignored until then
    disguised = in_disguise(run)
    sure = disguised is not None or mine is ByteOutcome.LOST
    if mine is ByteOutcome.IGNORED and disguised is None:
        return None
    step = exchange_step(run, asked.endpoint.port)
    seen = [line(f"{told(a)}.", a.failed_step) for a in cut[:2]]
    seen.append(line(f"As many other bytes on port {asked.endpoint.port}: {_words(other)}.", step))
    return _match(
        run,
        cut,
        seen,
        disguised,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        "handshake of RTMP",
    )


# ---- the handshake, and an end in good order or a page that says no
def _is_dismissed(attempt: Attempt) -> bool:
    """Whether RTMP's first message was answered by an orderly end, or by a web page that says no."""
    ended = attempt.failed_step
    if ended is None or ended.step is not StepName.HANDSHAKE or ended.failure is None:
        return False
    page = http_answer(ended)
    refused = page is not None and 400 <= (page.status or 0) < 500
    return refused or (handshake_outcome(attempt) is ByteOutcome.CLOSED and not ended.failure.bytes_received)


def _by_dismissal(run: RunView, cut: list[Attempt]) -> Answer:
    """The same on two ports, while the same server speaks RTMP to whoever hides it, and leaves other bytes alone.

    On one port it would be the server's manner there.
    """
    passed = in_disguise(run)
    if passed is None or len({a.endpoint.port for a in cut}) < 2:
        return None
    pages = {(page.status, page.body_start) for a in cut if (page := http_answer(a.failed_step)) is not None}
    same_page = len(pages) == 1 and all(http_answer(a.failed_step) is not None for a in cut)
    first = next((a for a in cut if a.endpoint.port == 1935), cut[0])
    other = other_fate(run, first.endpoint.port)
    seen = [line(f"{told(a)}.", a.failed_step) for a in cut[:2]]
    if other in (ByteOutcome.ANSWERED, ByteOutcome.IGNORED):
        step = exchange_step(run, first.endpoint.port)
        seen.append(line(f"As many other bytes on port {first.endpoint.port}: {_words(other)}.", step))
    if same_page or other in (ByteOutcome.ANSWERED, ByteOutcome.IGNORED):
        return _match(run, cut, seen, passed, Confidence.LIKELY, "handshake of RTMP")
    # a server that ends whatever is not for it, RTMP too, is no filter
    return Ask(run.ask_server(Experiment.OTHER_BYTES, first.endpoint.port, Transport.RTMP))


def _words(fate: ByteOutcome) -> str:
    return {
        ByteOutcome.ANSWERED: "the server answers them",
        ByteOutcome.CLOSED: "the server receives them and closes in good order",
        ByteOutcome.IGNORED: "the server receives them",
        ByteOutcome.RESET: "the server receives them and hangs up",
    }[fate]


# ---- connect
def _by_connect(run: RunView, cut: list[Attempt]) -> Answer:
    secured = _connected_inside_tls(run)
    resets = [a for a in cut if _reset_at_connect(a)]
    seen = [
        line(f"{method(a.endpoint)}: the handshake passes, then {_end(a)}.", a.failed_step) for a in cut[:2]
    ]
    if secured is not None:
        attempt, step = secured
        seen.append(
            line(f"{method(attempt.endpoint)}: the same request, unreadable on the way, is answered.", step)
        )
        return _match(run, cut, seen, attempt, Confidence.LIKELY, "connect command of RTMP")
    if not resets or in_disguise(run) is not None:
        return None  # without the contrast of TLS a server that hangs up would be accused
    first = resets[0].endpoint
    made_up = next(iter(run.performed(Experiment.MADE_UP_APPLICATION, first.port)), None)
    match = _match(run, cut, seen, None, Confidence.POSSIBLE, "connect command of RTMP")
    if made_up is None:
        return ask_unless_answered(
            run.ask_server(Experiment.MADE_UP_APPLICATION, first.port, first.transport), match
        )
    return match if _reset_at_connect(made_up) else None


def _connected_inside_tls(run: RunView) -> tuple[Attempt, Observation] | None:
    """An attempt inside TLS whose `connect` was answered, behind a refused certificate or not."""
    for attempt in run.media:
        for step in attempt.observations if attempt.endpoint.transport.uses_tls else ():
            rejected = step.failure is not None and step.failure.kind is FailureKind.REJECTED
            if step.step is StepName.CONNECT and (step.ok or rejected):
                return attempt, step
    return None


def _end(attempt: Attempt) -> str:
    return "the connection is reset" if _reset_at_connect(attempt) else "nothing comes any more"


# ---- words
def _match(
    run: RunView,
    cut: list[Attempt],
    seen: list[EvidenceLine],
    passed: Attempt | None,
    confidence: Confidence,
    what: str,
) -> Match:
    numbers = sorted({a.endpoint.port for a in cut})
    sure = confidence is not Confidence.POSSIBLE
    way = method(passed.endpoint) if passed is not None else ""
    works = passed is not None and passed.status is Status.CONNECTED
    if works and len(seen) < 4:
        seen = [*seen, line(f"{way} gets through.", passed.step(StepName.HANDSHAKE) if passed else None)]
    return Match(
        confidence,
        "A filter in your network recognises RTMP and blocks it."
        if sure
        else "Perhaps a filter recognises RTMP and blocks it.",
        f"The connection opens, but the {what} {'gets no answer' if _is_silent(cut) else 'ends it'}, on "
        f"{ports(numbers)}. "
        + (
            "Other content on the same way passes, so that it is neither the port nor the server: something on the way looks "
            "into the traffic."
            if sure
            else "Something on the way that looks into the traffic does that; a server that hangs up would look the same."
        ),
        (Actor.ADMINISTRATOR,) if sure else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user=(f"Use {way} meanwhile: it gets through. " if works else "")
            + "Give the text below to whoever looks after this network.",
            administrator="A firewall with application control, or an intrusion prevention system, drops RTMP by its content. "
            f"Allow the application RTMP to this server, on {ports(numbers)}.",
            operator="The customer's network filters RTMP by its content. "
            + (
                f"{way} passes; offer it to this customer."
                if works
                else "RTMPS on port 443 hides it (AMS: ADAPTOR.HOSTPORT “:-443”; Wowza: SSLConfig of the HostPort; nginx-rtmp, "
                "SRS and Red5: stunnel or nginx “stream” in front)."
            ),
            firewall_request=firewall_request(run, [a.endpoint for a in cut]),
        ),
        "RTMP is cut, and on the same server other content passes."
        if sure
        else "Only plain RTMP could be tried, and who ended it is not known.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down"),
        decisive_test=""
        if sure
        else "Try the same address from another network: if it works there, a filter here cuts RTMP.",
    )


def _is_silent(cut: list[Attempt]) -> bool:
    return all(
        failed_with(a, step, FailureKind.TIMED_OUT)
        for a in cut
        if (ended := a.failed_step) is not None
        for step in (ended.step,)
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "non-http-blocked", "port-blocked", "server-hung", "server-closes-connection", "server-slow", "tunnel-not-offered",
        "wrong-service-on-port", "rtmps-expected", "app-not-found", "only-https-allowed", "server-firewall",
    ),
)  # fmt: skip
