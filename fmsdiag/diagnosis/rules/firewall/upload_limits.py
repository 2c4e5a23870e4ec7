"""upload-cut and throttled: a stream that is sent up is ended after some kilobytes, or held back to a trickle.

Another port of the same server is the contrast: what holds there as well is the server's or the line's own manner.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fmsdiag.diagnosis.evidence.attempts import ENDED
from fmsdiag.diagnosis.evidence.flows import Fate, flows_at
from fmsdiag.diagnosis.evidence.payload import connected_elsewhere
from fmsdiag.diagnosis.evidence.routes import best_route
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.uploads import Upload, faster_elsewhere, rate, slow_upload, uploads
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    Endpoint,
    EvidenceLine,
    Experiment,
    Message,
    Observation,
    Question,
    RequestKind,
    UploadFacts,
    UploadOutcome,
)
from fmsdiag.target_url import shown_url


class CutOnPort(FindingTexts, of="upload-cut.one-port"):
    """Cut each time on one port, while another port takes all of it."""

    headline = text("Uploads are cut off within the first {amount:size}.")
    says_it_works = True
    explanation = text(
        "{route} connects, but each time the connection is cut off within the first {amount:size} of upload. On {other:route}, "
        "the whole upload goes through. Watching may work; publishing stops within seconds."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        Steps.COPY_REQUEST,
        step("Until then, publish to {url}, where uploads are not cut off.", Action.USE_ADDRESS),
    )
    administrator = (
        step(
            "Look for a firewall, data loss prevention, or quota that cuts off uploads on TCP port {port}, and exempt "
            "{server:host}."
        ),
    )
    operator = (
        step(
            "Have this customer publish over {other:route}, which is not affected. A device between this customer and you "
            "cuts off uploads on port {port}."
        ),
    )


class CutSuspected(FindingTexts, of="upload-cut.suspected"):
    """Cut, and no other port of the server takes it."""

    headline = CutOnPort.headline
    says_it_works = True
    explanation = text(
        "{route} connects, but the connection is cut off within the first {amount:size} of upload. Watching may work; "
        "publishing stops within seconds. Either a device on the network path cuts off uploads, or the server does."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step(
            "Try to publish from another network, such as a phone's hotspot.", premise=Premise.OTHER_NETWORK
        ),
        Steps.COPY_REQUEST_IF_WORKS_ELSEWHERE,
    )
    administrator = CutOnPort.administrator
    operator = (
        step("Check whether your server limits how much a client may send, or rejects unknown messages."),
    )
    decisive_test = text(
        "Publish from another network, such as a phone's hotspot. If that works, something in your network cuts off "
        "uploads.",
        premise=Premise.OTHER_NETWORK,
    )


class StopsOnPort(FindingTexts, of="upload-cut.stops-on-port"):
    """Each time on one port, nothing gets through any more and nothing ends the connection; another port takes all of it."""

    headline = text("Uploads on port {port} stop within the first {amount:size}.")
    says_it_works = True
    explanation = text(
        "{route} connects, but each upload stops within the first {amount:size}: the connection stays open, and what is sent "
        "is no longer answered. {other:route} answers after the same amount. So a device on the network path stops passing "
        "on what is sent to port {port}. Watching may work; publishing stops within seconds."
    )
    acts = CutOnPort.acts
    you = (
        Steps.COPY_REQUEST,
        step("Until then, publish to {url}, where uploads get through.", Action.USE_ADDRESS),
    )
    administrator = (
        step(
            "Look for a firewall, proxy, or quota that stops passing on uploads on TCP port {port}, and exempt {server:host}."
        ),
    )
    operator = (
        step(
            "Have this customer publish over {other:route}, which is not affected. A device between this customer and you "
            "stops uploads on port {port}."
        ),
    )


class StopSuspected(FindingTexts, of="upload-cut.stop-suspected"):
    """Likewise, and no other port of the server takes it."""

    headline = StopsOnPort.headline
    says_it_works = True
    explanation = text(
        "{route} connects, but the upload stops within the first {amount:size}: the connection stays open, and what is sent "
        "is no longer answered. Watching may work; publishing stops within seconds. Either a device on the network path "
        "stops passing on what is sent, or the server stops reading it."
    )
    acts = CutSuspected.acts
    you = CutSuspected.you
    administrator = StopsOnPort.administrator
    operator = (
        step("Check whether your server hangs when a client sends data, or limits how much it may send."),
    )
    decisive_test = text(
        "Publish from another network, such as a phone's hotspot. If that works, something in your network stops uploads.",
        premise=Premise.OTHER_NETWORK,
    )


class Throttled(FindingTexts, of="throttled.one-port"):
    """Far too slow on one port, and many times faster on another."""

    headline = text("Uploads on port {port} are limited to {slow:rate}.")
    says_it_works = True
    explanation = text(
        "{route} uploads at {slow:rate}, while {other:route} on the same server reaches {fast:rate}. So neither your "
        "internet line nor the server is slow: a device on the network path limits port {port}."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        Steps.COPY_REQUEST,
        step("Until then, publish to {url}, which is not limited.", Action.USE_ADDRESS),
    )
    administrator = (
        step(
            "Look for traffic shaping or a quality-of-service rule on TCP port {port}, and exempt {server:host}. A stream "
            "needs several megabits per second."
        ),
    )
    operator = (
        step(
            "Have this customer publish over {other:route}, which is not limited. A device between this customer and you "
            "limits port {port}."
        ),
    )


class Seen(Table, of="uploads.seen"):
    CUT = text("{route}: cut off within the first {amount:size} of upload.")
    STOPPED = text("{route}: no answer after {amount:size} of upload.")
    COMPLETE = text("{route}: the whole upload of {amount:size} gets through.")
    SILENT = plural(
        "{failed:count} of {tries:count} identical connections to port {port} got no answer in time.",
        "{failed:count} of {tries:count} identical connections to port {port} got no answer in time.",
        by="failed",
    )
    SPEED = text("{route}: {amount:size} uploaded in {elapsed:duration}.")


class Earned(Table, of="uploads.earned"):
    """What the confidence rests on."""

    SAME_AMOUNT = text("It happens again at about the same amount, but not on another port of this server.")
    AGAIN = text("It happens again, but not on another port of this server.")
    EVERYWHERE = text("Every upload was cut off, on this port and on another.")
    NO_OTHER_PORT = text("There was no other port to compare with.")
    ONCE = text("It was tried only once.")
    FASTER = text("Another port of the same server is many times faster.")


class Excluded(Table, of="uploads.excluded"):
    APPLICATION = text("The application name is not the cause: the server accepted the connection.")
    LINE = text("The internet line is not the cause: another port is many times faster.")
    SERVER = text("The server is not too slow: it accepts the same data many times faster on another port.")


LEAST_BYTES = 2048
"""Below that a connection was not cut for its amount."""
LEAST_ALONE_BYTES = 8192
"""The same where no other port is the contrast: a server that hangs up on the first message for which it has not asked has
taken a few of them by then."""
WHOLE_SHARE = 0.95
"""So much of what was to be sent, and it had all gone up: what comes last is a request of another kind."""


def _ask(endpoint: Endpoint, run: RunView) -> tuple[Question, ...]:
    """The same on another port, if another one connects."""
    other = connected_elsewhere(run, endpoint.port)
    return (Question(Experiment.UPLOAD, other.endpoint),) if other is not None else ()


# ---- upload-cut
def judge_cut(run: RunView) -> Answer:
    """Ended or held up twice after about as many bytes, by no orderly word of the server; on another port all of it passes."""
    tried = uploads(run)
    cut = [(a, s, f) for a, s, f in tried if _is_cut(f) or _is_held_up(f)]
    if not cut:
        return None
    # where nearly all of it was taken, only another port shows that the end is not the server's own
    shows_alone = any(_is_held_up(f) or f.bytes_taken < WHOLE_SHARE * f.bytes_wanted for _, _, f in cut)
    first = cut[0][0].endpoint
    same = [(a, s, f) for a, s, f in cut if a.endpoint.port == first.port]
    passed = next(
        (t for t in tried if t[0].endpoint.port != first.port and t[2].outcome == UploadOutcome.COMPLETE),
        None,
    )
    if len([t for t in tried if t[0].endpoint.port == first.port]) < 2:
        address = same[0][1].address
        again = Question(Experiment.UPLOAD, msgspec.structs.replace(first, address=address))
        enough = cut[0][2].bytes_taken >= LEAST_ALONE_BYTES
        return ask_unless_answered(
            (again, *_ask(first, run)),
            _suspected(run, same) if enough and shows_alone else None,
        )
    amounts = [f.bytes_taken for _, _, f in same]
    if len(cut) == len(same) and passed is None and max(amounts) < LEAST_ALONE_BYTES:
        return None
    if len(same) < 2:
        # it passed the second time, so it is not a matter of the amount; unless it was ended on another port as well, since
        # how much had gone up is known roughly
        return _suspected(run, cut) if len(cut) > 1 and shows_alone else None
    if max(amounts) > 2 * min(amounts) and len(cut) < 3 and passed is None:
        return None  # it broke off anywhere; a box that takes more than it passes on makes the amounts unsure, but not the end
    if passed is None:
        return _suspected(run, same) if shows_alone else None
    near = max(amounts) <= 2 * min(amounts)
    # how much had gone up when a reset arrives is known roughly; that the other port takes all of it is the contrast
    return _cut(run, same, passed, near)


def _is_held_up(facts: UploadFacts) -> bool:
    """Whether it stopped without an end. What takes it may not be the server: all of it is taken, and nothing answers."""
    return facts.outcome == UploadOutcome.STOPPED and facts.bytes_taken >= LEAST_BYTES


def _is_cut(facts: UploadFacts) -> bool:
    """Whether the connection was ended, and not right at the beginning."""
    return facts.outcome in ENDED and facts.bytes_taken >= LEAST_BYTES


def _cut(run: RunView, cut: list[Upload], passed: Upload, near: bool) -> Found:
    """Cut on one port, while another takes all of it."""
    endpoint, other = cut[0][0].endpoint, passed[0].endpoint
    seen = _cut_lines(cut)
    said = Seen.COMPLETE.of(route=route_of(other), amount=passed[2].bytes_taken)
    return Found(
        StopsOnPort if _is_held_up(cut[0][2]) else CutOnPort,
        Confidence.LIKELY,
        Earned.SAME_AMOUNT.of() if near else Earned.AGAIN.of(),
        (*seen, evidence_line(said, passed[1])),
        values={
            "route": route_of(endpoint),
            "port": endpoint.port,
            "amount": _about(cut),
            "other": route_of(other),
            "url": _url(run, other),
        },
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(endpoint.port,)), Excluded.APPLICATION.of()),
        request=request(
            run, [endpoint], kind=RequestKind.EXEMPT, seen=(*(line.message for line in seen), said)
        ),
    )


def _suspected(run: RunView, cut: list[Upload]) -> Found:
    """Cut, and nothing shows by whom."""
    endpoint, seen = cut[0][0].endpoint, _cut_lines(cut)
    return Found(
        StopSuspected if _is_held_up(cut[0][2]) else CutSuspected,
        Confidence.POSSIBLE,
        _doubt(run, cut),
        seen,
        values={"route": route_of(endpoint), "port": endpoint.port, "amount": _about(cut)},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(endpoint.port,)), Excluded.APPLICATION.of()),
        request=request(run, [endpoint], kind=RequestKind.EXEMPT, seen=[line.message for line in seen]),
    )


def _doubt(run: RunView, cut: Sequence[Upload]) -> Message:
    """Why no more than possible."""
    if len(cut) < 2:
        return Earned.ONCE.of()
    elsewhere = len({step.port for _, step, _ in uploads(run)}) > 1
    return Earned.EVERYWHERE.of() if elsewhere else Earned.NO_OTHER_PORT.of()


def _cut_lines(cut: Sequence[Upload]) -> tuple[EvidenceLine, ...]:
    return tuple(
        evidence_line(
            (Seen.STOPPED if _is_held_up(f) else Seen.CUT).of(route=route_of(a.endpoint), amount=_sent(s, f)),
            s,
        )
        for a, s, f in cut[:3]
    )


def _about(cut: Sequence[Upload]) -> int:
    """The most that had gone up, in whole kilobytes: it was cut at that or before it."""
    return round(max(_sent(step, facts) for _, step, facts in cut), -3)


def _sent(step: Observation, facts: UploadFacts) -> int:
    """How much had gone up at most: what was acknowledged last before a reset is less than what caused it."""
    return facts.bytes_taken if _is_held_up(facts) else max(step.bytes_out, facts.bytes_taken)


def _url(run: RunView, endpoint: Endpoint) -> str:
    """What to enter: the best route's address, which took a whole upload, else this endpoint's, without query."""
    best = best_route(run)
    if best is not None and best.proxy is None and best.endpoint.port == endpoint.port:
        return best.url
    return shown_url(run.target, endpoint.transport, endpoint.port)


CUT_RULE = Rule(Cause.UPLOAD_CUT, judge_cut, explains=(Cause.THROTTLED,))


# ---- throttled
def judge_throttled(run: RunView) -> Answer:
    """Far too slow on the media port, and many times faster on another port of the same server."""
    slow = slow_upload(run)
    if slow is None:
        return None
    fast = faster_elsewhere(run, slow)
    if fast is None:
        return ask_unless_answered(_ask(slow[0].endpoint, run), None)
    return _throttled(run, slow, fast)


def _throttled(run: RunView, slow: Upload, fast: Upload) -> Found:
    endpoint, other = slow[0].endpoint, fast[0].endpoint
    seen = [_speed_line(slow), _speed_line(fast)]
    flows = flows_at(run, endpoint.port)
    if flows is not None and flows.fate is Fate.LOST:
        said = Seen.SILENT.of(port=endpoint.port, failed=len(flows.dead), tries=len(flows.facts.tries))
        seen.append(evidence_line(said, flows.step))
    return Found(
        Throttled,
        Confidence.LIKELY,
        Earned.FASTER.of(),
        tuple(seen),
        values={
            "route": route_of(endpoint),
            "port": endpoint.port,
            "slow": rate(slow[2]),
            "other": route_of(other),
            "fast": rate(fast[2]),
            "url": _url(run, other),
        },
        rules_out=(Excluded.LINE.of(), Excluded.SERVER.of()),
        request=request(run, [endpoint], kind=RequestKind.LIMIT, seen=[line.message for line in seen]),
    )


def _speed_line(upload: Upload) -> EvidenceLine:
    attempt, step, facts = upload
    said = Seen.SPEED.of(route=route_of(attempt.endpoint), amount=facts.bytes_taken, elapsed=facts.elapsed_s)
    return evidence_line(said, step)


THROTTLED_RULE = Rule(Cause.THROTTLED, judge_throttled)
RULES = (CUT_RULE, THROTTLED_RULE)
