from __future__ import annotations

import msgspec

from fmsdiag.model import (
    NO_CAUSE,
    Action,
    Actor,
    Advice,
    Confidence,
    EvidenceLine,
    Finding,
    Message,
    PortRange,
    Request,
    RequestKind,
    Step,
    Verdict,
    VerdictStatus,
)
from fmsdiag.model.messages import Port

SAID = Message("some.id", {"port": Port(1935)}, "Port 1935 is blocked.")


def test_a_finding_survives_the_report() -> None:
    finding = Finding(
        cause="port-blocked",
        case="ports",
        confidence=Confidence.LIKELY,
        headline=SAID,
        explanation=SAID,
        confidence_reason=SAID,
        acts=(Actor.ADMINISTRATOR,),
        advice=Advice(user=(Step(SAID, Action.COPY_REQUEST),)),
        evidence=(EvidenceLine(SAID, "1.tcp"),),
        request=Request(RequestKind.OPEN_PORTS, "h", ports=(PortRange("tcp", 1935),), seen=(SAID,)),
    )
    assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding


def test_a_verdict_without_a_finding_names_none() -> None:
    verdict = Verdict(VerdictStatus.CONNECTED, SAID, SAID)
    assert (verdict.cause, verdict.confidence, verdict.undecided) == (NO_CAUSE, None, None)
