"""server-not-listening: the machine is up and refuses every port; no media server runs on it."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence import Evidence, arrived
from fmsdiag.diagnosis.rule import Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.wording import outcome, ports
from fmsdiag.model import Actor, Advice, Confidence, Experiment, FailureKind, Observation, Status

CAUSE = "server-not-listening"


def judge(evidence: Evidence) -> Answer:
    """Every tested port is refused, by the server itself: its round trip, its hop, and the control host's port is open."""
    tcp = evidence.tcp
    refused = evidence.dead_ports(FailureKind.REFUSED)
    if not refused or any(o.ok for o in tcp) or len(refused) < len({o.port for o in tcp}):
        return None
    refusals = [o for o in tcp if o.failure is not None and o.failure.kind is FailureKind.REFUSED]
    controls = evidence.performed(Experiment.CONTROL_PORT)
    questions = (*evidence.ask_control_port(refused[0]), *evidence.ask_hops(refused[0]))
    if (
        not evidence.performed(Experiment.CONTROL_PORT)
        and not evidence.performed(Experiment.HOPS)
        and questions
    ):
        return Ask(questions, _match(evidence, refused, refusals, None, None))
    failed_control = [a for a in controls if a.status is Status.FAILED]
    hops = evidence.hops(refused[0])
    distance = arrived(hops)
    if failed_control and (distance is None or distance <= 2):
        return None  # the same refusal meets another server, close to here: somebody on the way refuses
    passed = next((a.observations[-1] for a in controls if a.status is Status.CONNECTED), None)
    return _match(evidence, refused, refusals, passed, distance)


def _match(
    evidence: Evidence,
    refused: tuple[int, ...],
    refusals: list[Observation],
    control: Observation | None,
    distance: int | None,
) -> Match:
    host = evidence.target.host
    seen = [line(f"Port {o.port}: {outcome(o)}.", o) for o in refusals[:3]]
    if control is not None:
        seen.append(line(f"Another server accepts connections on port {control.port} from here.", control))
    if distance is not None and distance > 1:
        seen.append(line(f"The refusal comes from {distance} network hops away, past this network."))
    local = not evidence.path_matters
    return Match(
        Confidence.LIKELY if control is not None or distance is not None or local else Confidence.POSSIBLE,
        "The server is up, but no media server runs on it.",
        f"{host} answers, and refuses every connection ({ports(refused)}). A machine does that when no program waits on "
        "these ports: the media server is stopped, or listens elsewhere.",
        (Actor.OPERATOR,),
        Advice(
            user="Your network is fine. Send this report to the people who run the server.",
            operator=f"Start the media server on {host} and check its listening ports ({ports(refused)}): HostPort in "
            "Adaptor.xml (AMS), VHost.xml (Wowza), red5.properties (Red5), “listen” (nginx-rtmp, SRS).",
        ),
        "Another server's port is open from here, so the refusal is this server's own."
        if control is not None
        else "The refusal comes from the server itself."
        if distance is not None or local
        else "No comparison with another server could be made.",
        tuple(seen),
        rules_out=("the application's name", "an interruption of the internet connection"),
        decisive_test="" if control is not None else "Try another server on the same port from here.",
    )


RULE = Rule(CAUSE, judge)
