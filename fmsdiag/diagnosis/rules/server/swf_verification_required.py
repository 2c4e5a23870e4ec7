"""swf-verification-required: the server asks which SWF file is playing, and admits nobody who cannot prove it."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import asks_for_swf
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import network_cleared
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Actor, Cause, Confidence, StepName


class Asked(FindingTexts, of="swf-verification-required.asked"):
    """The request came, and instead of an answer to `connect` nothing, or the end."""

    headline = text("The server accepts only players that prove their SWF file.")
    explanation = text(
        "{server:host} was reached and speaks RTMP. It asks the player for SWF verification: proof that it runs a certain "
        "Flash file (SWF). Without the proof, the server does not accept the connection. fmsdiag and most players and encoders "
        "cannot give it."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (
        step("Use the player or website that the people who run the server offer for this stream."),
        Steps.SAVE_REPORT,
    )
    operator = (
        step(
            "If other players are to connect, turn SWF verification off for this application (SWFVerification in Adobe Media "
            "Server's Application.xml), or exempt their user agents."
        ),
    )


class Seen(Table, of="swf-verification-required.seen"):
    REQUEST = text("{route}: the server asked for SWF verification (user control event 26).")


class Earned(Table, of="swf-verification-required.earned"):
    """What the confidence rests on."""

    ASKED = text("The server's own message asks for it, and nothing else answers connect.")


def judge(run: RunView) -> Answer:
    """A user control message of type 26 came after `connect`, and no answer; a refusal in words is another cause's."""
    if run.plan_succeeded:
        return None
    asked = next((a for a in run.fallback if asks_for_swf(a)), None)
    if asked is None:
        return None
    request = Seen.REQUEST.of(route=route_of(asked.endpoint))
    return Found(
        Asked,
        Confidence.CONFIRMED,
        Earned.ASKED.of(),
        (evidence_line(request, asked.step(StepName.CONNECT)), attempt_line(asked)),
        rules_out=network_cleared(run),
    )


RULE = Rule(
    Cause.SWF_VERIFICATION_REQUIRED,
    judge,
    explains=(Cause.SERVER_HUNG, Cause.APP_NOT_FOUND, Cause.REJECTED_BY_SERVER, Cause.RTMP_BLOCKED),
)
