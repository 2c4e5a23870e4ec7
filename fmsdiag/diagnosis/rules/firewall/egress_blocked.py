"""egress-blocked: names are found, but no connection leaves this network, to whatever port of whatever host."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.ports import NET_OR_HOST_UNREACHABLE, direct, icmp_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import firewall_request, joined, outcome, ports
from fmsdiag.model import Actor, Confidence, Experiment, FailureKind, Observation, Status

CAUSE = "egress-blocked"
_PORTS = (80, 443, 1935)


def judge(run: RunView) -> Answer:
    """Every connect fails, at the server and at the control host alike, while something local or a name lookup answers."""
    tried = list(direct(run))
    if not tried or any(o.ok for o in tried) or not run.path_matters or run.name_failed:
        return None
    if any(_line_is_down(o) for o in tried):
        return None  # a router says that it has no way on
    if (
        all(o.failure is not None and o.failure.kind is FailureKind.REFUSED for o in tried)
        and len(tried) == 1
    ):
        return None  # one refusal is most often the server's own
    compared = run.performed(Experiment.CONTROL_PORT)
    dead = [a for a in compared if a.status is Status.FAILED]
    if not dead and (compared or not _is_all_silence(tried)):
        return None  # other rules ask the control host first, and most often it answers
    questions = tuple(q for port in _PORTS for q in run.ask_control_port(port))
    questions += run.ask_hops(tried[0].port or 1935)
    return ask_unless_answered(questions, _conclusion(run, tried))


def _is_all_silence(tried: list[Observation]) -> bool:
    """Whether nobody answered on any of several ports: then all is asked at once, for each answer takes seconds."""
    silent = [o for o in tried if o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT]
    return len(silent) == len(tried) and len({o.port for o in tried}) > 1


def _line_is_down(step: Observation) -> bool:
    """Whether a router, ours or the provider's, says that it knows no way: a broken line, not a rule."""
    icmp = icmp_of(step)
    return icmp is not None and (icmp.type, icmp.code) in NET_OR_HOST_UNREACHABLE


def _conclusion(run: RunView, tried: list[Observation]) -> Match | None:
    asked = [a for a in run.performed(Experiment.CONTROL_PORT) if a.failed_step is not None]
    controls = [o for a in asked if (o := run.control_tcp(a.endpoint.port)) is not None]
    opened = [a for a in run.performed(Experiment.CONTROL_PORT) if a.status is Status.CONNECTED]
    if len({o.port for o in controls}) < 2 or opened or any(_line_is_down(o) for o in controls):
        return None
    if run.control_web is not None:
        return None  # somebody answers web requests
    hops = run.hops(tried[0].port or 1935)
    router = next((h for h in hops if h.outcome == "time-exceeded" and run.on_local_side(h.responder)), None)
    if any(h.outcome == "time-exceeded" and not run.on_local_side(h.responder) for h in hops[2:]):
        return None  # packets travel far: it is not this network that stops them
    names = next((o for o in (*run.lookups("dns"), *run.lookups("system")) if o.ok), None)
    if names is None and router is None:
        return None
    return _match(run, tried, controls, names, run.hop_step(tried[0].port or 1935) if router else None)


def _match(
    run: RunView,
    tried: list[Observation],
    controls: list[Observation],
    names: Observation | None,
    path: Observation | None,
) -> Match:
    first = {o.port: o for o in reversed(tried)}
    numbers = tuple(dict.fromkeys((*sorted(p for p in first if p), *(o.port for o in controls if o.port))))
    seen = [line(f"Port {o.port} of the server: {outcome(o)}.", o) for o in list(first.values())[:2]]
    seen += [line(f"Port {o.port} of another server: {outcome(o)}.", o) for o in controls[:1]]
    if names is not None:
        seen.append(line("Names are found, so the connection to the internet itself is up.", names))
    if path is not None:
        seen.append(line("This network's router answers, and nobody behind it does.", path))
    endpoints = [a.endpoint for a in run.media if a.status is Status.FAILED and a.endpoint.proxy is None]
    return Match(
        Confidence.LIKELY if names is not None else Confidence.POSSIBLE,
        "This network lets no connection out.",
        f"No connection leaves this network: neither to {run.target.host} nor to another server that is known to "
        "answer, on "
        f"any port that was tried ({joined([str(n) for n in numbers])})."
        + (" Names are looked up all the same." if names is not None else "")
        + " A firewall forbids all direct connections; such networks often want a proxy to be used, or a sign-in first.",
        (Actor.ADMINISTRATOR, Actor.USER),
        Advice(
            user="See whether a web page opens in the browser. If one does, a proxy is used there: give it to fmsdiag with "
            "--proxy, and enter it in the player. If none does, ask whoever looks after this network, with the text below.",
            administrator=f"Outbound TCP {ports(numbers)} all end in this network. Allow RTMP to this server, or name the "
            "proxy "
            "that is to be used.",
            firewall_request=firewall_request(run, endpoints),
        ),
        "Another server is as much out of reach, on every port, while names are found."
        if names is not None
        else "Another server is as much out of reach; whether the line itself is down is not known.",
        tuple(seen),
        rules_out=("the server being down", "the application's name", "a rule for one port"),
        decisive_test=""
        if names is not None
        else "Try the same from another computer here, and open a web page.",
    )


RULE = Rule(CAUSE, judge, explains=("port-blocked", "server-down", "server-not-listening", "udp-blocked"))
