"""upload-cut and throttled: a stream that is sent up is ended after some kilobytes, or held back to a trickle.

Another port of the same server is the contrast: what holds there as well is the server's or the line's own manner.
"""

from __future__ import annotations

import msgspec

from fmsdiag.diagnosis.evidence.payload import connected_elsewhere
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, method
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Endpoint,
    Experiment,
    FailureKind,
    Observation,
    Question,
    StepName,
    UploadFacts,
)

_ENDED = (FailureKind.RESET, FailureKind.CLOSED)
LEAST_BYTES = 2048
"""Below that a connection was not cut for its amount."""
LEAST_ALONE_BYTES = 8192
"""The same where no other port is the contrast: a server that hangs up on the first message for which it has not asked has
taken a few of them by then."""
TIMES_FASTER = 5.0


def uploads(run: RunView) -> list[tuple[Attempt, Observation, UploadFacts]]:
    """What went up, each with its step."""
    found = []
    for attempt in run.performed(Experiment.UPLOAD):
        step = attempt.step(StepName.UPLOAD)
        if step is not None and isinstance(step.facts, UploadFacts):
            found.append((attempt, step, step.facts))
    return found


def rate(facts: UploadFacts) -> float:
    """Bytes per second."""
    return facts.bytes_taken / max(facts.elapsed_s, 0.001)


def _ask(endpoint: Endpoint, run: RunView) -> tuple[Question, ...]:
    """The same on another port, if another one connects."""
    other = connected_elsewhere(run, endpoint.port)
    return (Question(Experiment.UPLOAD, other.endpoint),) if other is not None else ()


# ---- upload-cut
def judge_cut(run: RunView) -> Answer:
    """Ended twice after about as many bytes, by no orderly word of the server; on another port all of it passes."""
    tried = uploads(run)
    cut = [(a, s, f) for a, s, f in tried if f.outcome in _ENDED and f.bytes_taken >= LEAST_BYTES]
    if not cut:
        return None
    first = cut[0][0].endpoint
    same = [(a, s, f) for a, s, f in cut if a.endpoint.port == first.port]
    passed = next((t for t in tried if t[0].endpoint.port != first.port and t[2].outcome == "complete"), None)
    if len([t for t in tried if t[0].endpoint.port == first.port]) < 2:
        address = same[0][1].address
        again = Question(Experiment.UPLOAD, msgspec.structs.replace(first, address=address))
        enough = cut[0][2].bytes_taken >= LEAST_ALONE_BYTES
        return ask_unless_answered(
            (again, *_ask(first, run)),
            _cut(run, same, None, Confidence.POSSIBLE) if enough else None,
        )
    amounts = [f.bytes_taken for _, _, f in same]
    if len(cut) == len(same) and passed is None and max(amounts) < LEAST_ALONE_BYTES:
        return None
    if len(same) < 2:
        return None  # it passed the second time: not a matter of the amount
    if max(amounts) > 2 * min(amounts) and len(cut) < 3 and passed is None:
        return None  # it broke off anywhere; a box that takes more than it passes on makes the amounts unsure, but not the end
    if passed is None:
        return _cut(run, same, None, Confidence.POSSIBLE)
    near = max(amounts) <= 2 * min(amounts)
    # how much had gone up when a reset arrives is known roughly; that the other port takes all of it is the contrast
    return _cut(run, same, passed[1], Confidence.LIKELY, near)


def _cut(
    run: RunView,
    cut: list[tuple[Attempt, Observation, UploadFacts]],
    passed: Observation | None,
    confidence: Confidence,
    near: bool = True,
) -> Match:
    way = method(cut[0][0].endpoint)
    amount = f"{min(f.bytes_taken for _, _, f in cut) / 1000:.0f} kB"
    seen = [
        line(f"{way}: cut off after {f.bytes_taken / 1000:.0f} kB had gone up.", s) for _, s, f in cut[:3]
    ]
    if passed is not None:
        seen.append(line(f"Port {passed.port} takes all of it.", passed))
    sure = confidence is Confidence.LIKELY
    return Match(
        confidence,
        f"The connection is cut after about {amount} of upload.",
        f"{way} connects, but once about {amount} have been sent to the server the connection is cut off"
        + (", each time" if len(cut) > 1 else "")
        + ". Watching may work; publishing breaks off within moments."
        + (" On another port the same amount passes." if passed is not None else ""),
        (Actor.ADMINISTRATOR,) if sure else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user=(f"Port {passed.port} does not have this limit. " if passed is not None else "")
            + "Give the text below to whoever looks after this network.",
            administrator="A firewall, data loss prevention or a quota ends connections by the amount that goes up. "
            "Exempt this "
            "server from it.",
            operator="If no network of the customer's does it, look for a limit of bytes or of unknown messages on the server.",
            firewall_request=firewall_request(run, [cut[0][0].endpoint]),
        ),
        f"It happens again{' at about the same amount' if near else ''}, and not on another port of this server."
        if sure
        else "Every upload was cut, here and on another port."
        if len({s.port for _, s, _ in uploads(run)}) > 1 and len(cut) > 1
        else "No other port was there to compare with."
        if len(cut) > 1
        else "It was tried once.",
        tuple(seen),
        rules_out=("a blocked port", "the application's name"),
        decisive_test=""
        if sure
        else "Publish from another network: if it holds there, something here cuts it.",
    )


CUT_RULE = Rule("upload-cut", judge_cut, explains=("throttled",))


# ---- throttled
def judge_throttled(run: RunView) -> Answer:
    """Far too slow on the media port, and many times faster on another port of the same server."""
    tried = uploads(run)
    slow = next(((a, s, f) for a, s, f in tried if f.outcome == "too slow"), None)
    if slow is None:
        return None
    fast = next(
        (
            (s, f)
            for a, s, f in tried
            if a.endpoint.port != slow[0].endpoint.port
            and f.outcome == "complete"
            and rate(f) >= TIMES_FASTER * rate(slow[2])
        ),
        None,
    )
    if fast is None:
        return ask_unless_answered(_ask(slow[0].endpoint, run), None)
    return _throttled(run, slow[0], slow[1], slow[2], fast[0], fast[1])


def _throttled(
    run: RunView,
    attempt: Attempt,
    step: Observation,
    slow: UploadFacts,
    fast_step: Observation,
    fast: UploadFacts,
) -> Match:
    way, other = method(attempt.endpoint), fast_step.port
    return Match(
        Confidence.LIKELY,
        f"Port {attempt.endpoint.port} is held back to {_kilobits(slow)}.",
        f"What is sent by {way} goes up at {_kilobits(slow)}; on port {other} of the same server it is {_kilobits(fast)}. "
        "So neither the line nor the server is slow: something on the way holds this port back.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user=f"Use port {other} meanwhile, and give the text below to whoever looks after this network.",
            administrator=f"A traffic shaper or a quality-of-service rule limits port {attempt.endpoint.port}. A stream "
            "needs some "
            "megabits per second: exempt it.",
            operator=f"The customer's network holds port {attempt.endpoint.port} back; port {other} is free.",
            firewall_request=firewall_request(run, [attempt.endpoint]),
        ),
        "Another port of the same server is many times faster.",
        (
            line(f"{way}: {slow.bytes_taken / 1000:.0f} kB went up in {slow.elapsed_s:.1f} s.", step),
            line(f"Port {other}: {fast.bytes_taken / 1000:.0f} kB in {fast.elapsed_s:.1f} s.", fast_step),
        ),
        rules_out=("a slow line", "a slow server"),
    )


def _kilobits(facts: UploadFacts) -> str:
    kilobits = rate(facts) * 8 / 1000
    return f"{kilobits / 1000:.1f} Mbit/s" if kilobits >= 1000 else f"{kilobits:.0f} kbit/s"


THROTTLED_RULE = Rule("throttled", judge_throttled)
RULES = (CUT_RULE, THROTTLED_RULE)
