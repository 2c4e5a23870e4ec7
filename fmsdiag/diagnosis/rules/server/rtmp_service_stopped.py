"""rtmp-service-stopped: the machine's web service answers, and RTMP is refused wherever it could be."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import ask_other_ports, found_elsewhere, refused_attempts
from fmsdiag.diagnosis.evidence.ports import refused_by_server
from fmsdiag.diagnosis.evidence.run import RunView, http_answer, proxy_marks, web_answer
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import joined, outcome, ports
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    HttpFacts,
    Observation,
    StepName,
    Transport,
    TunnelFacts,
)

CAUSE = "rtmp-service-stopped"


def judge(run: RunView) -> Answer:
    """RTMP's usual port is refused by the server, nothing speaks RTMP, and a web server answers on another port of it."""
    refused = refused_attempts(run)
    if not refused or run.spoke_rtmp or run.is_captive or found_elsewhere(run) is not None:
        return None
    web = _web_service(run)
    if web is None or _is_in_its_place(run):
        return None
    port = refused[0].endpoint.port
    proof = refused_by_server(run, port)
    questions = (*run.ask_control_port(port), *run.ask_hops(port))
    if proof is not None:
        questions += ask_other_ports(run)
    return ask_unless_answered(questions, _match(run, refused, web, proof))


def _web_service(run: RunView) -> Observation | None:
    """A step that a web server of this machine answered, no proxy in its place."""
    steps = (StepName.HTTP, StepName.TUNNEL, StepName.HANDSHAKE)
    asked = (*run.own, *run.performed(Experiment.HTTP_ON_PORT))
    for attempt in asked:
        for step in attempt.observations:
            facts = step.facts
            answered = http_answer(step) is not None or (
                isinstance(facts, TunnelFacts) and facts.status is not None
            )
            if step.step not in steps or not answered or attempt.endpoint.proxy:
                continue
            if isinstance(facts, HttpFacts | TunnelFacts) and proxy_marks(facts.headers):
                continue
            return step
    return None


def _is_in_its_place(run: RunView) -> bool:
    """Whether the web server has the very port on which RTMP is looked for: then that is what is wrong."""
    usual = run.target.port or Transport.RTMP.default_port
    return any(a.endpoint.port == usual and web_answer(a) is not None for a in run.fallback)


def _match(run: RunView, refused: tuple[Attempt, ...], web: Observation, proof: Observation | None) -> Match:
    usual = tuple(dict.fromkeys(a.endpoint.port for a in refused))
    others = [a.endpoint.port for a in run.performed(Experiment.SERVER_PORT)]
    seen = [
        line(f"Port {step.port}: {outcome(step)}.", step)
        for a in refused[:2]
        if (step := a.step(StepName.TCP)) is not None
    ]
    seen.append(line(f"A web server answers on port {web.port} of the same machine.", web))
    if proof is not None:
        seen.append(line(f"The refusal of port {usual[0]} is the server's own.", proof))
    if others:
        seen.append(line(f"No RTMP on {ports(others)} either."))
    asked = Transport.RTMP.value.upper()
    return Match(
        Confidence.LIKELY if proof is not None else Confidence.POSSIBLE,
        "The machine is up, but its media server is not.",
        f"{run.target.host} answers web requests on port {web.port} and refuses {ports(usual)}, where {asked} should be. "
        "The machine and the way to it are fine; the media server on it is stopped, crashed, or listens on a port that was not "
        f"tried (tried: {joined([str(p) for p in (*usual, *others)])}).",
        (Actor.OPERATOR,),
        Advice(
            user="Check the server's name and port against what you were given. If they are right, send this report to the "
            "people who run the server.",
            operator=f"Start the media server on {run.target.host}, look into its log for why it stopped, and check "
            "the ports "
            "it listens on (“ss -ltnp”): ADAPTOR.HOSTPORT in ams.ini or fms.ini (Adobe), HostPort in VHost.xml (Wowza), "
            "rtmp.port "
            "in red5.properties (Red5), “listen” (nginx-rtmp, SRS).",
        ),
        "The server refuses RTMP's port itself, and its web service answers."
        if proof is not None
        else "Its web service answers; who refuses RTMP's port is not known.",
        tuple(seen[:5]),
        rules_out=("the machine being down", "the application's name"),
        decisive_test=""
        if proof is not None
        else f"Try port {usual[0]} from another network: if it opens there, a firewall here refuses it.",
    )


RULE = Rule(CAUSE, judge, explains=("server-not-listening", "wrong-service-on-port", "tunnel-not-offered"))
