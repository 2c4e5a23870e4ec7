"""only-web-ports-allowed: not one port is blocked, but all except those of web pages; and the same with 443 alone."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_policy import Policy, policy, questions
from fmsdiag.diagnosis.evidence.ports import ends_at_home
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import are, firewall_request, hops_away, joined, outcome, ports
from fmsdiag.model import Actor, Confidence, EvidenceLine, Status

WEB, HTTPS = "only-web-ports-allowed", "only-https-allowed"


def judge_web(run: RunView) -> Answer:
    """1935 and ports that nobody uses end on our side, 80 and 443 pass."""
    return _judge(run, WEB)


def judge_https(run: RunView) -> Answer:
    """The same, and 80 ends there as well."""
    return _judge(run, HTTPS)


def _judge(run: RunView, cause: str) -> Answer:
    seen = policy(run)
    if seen is None or run.plan_connected:
        return None
    first = run.control_tcp(443) is None and 443 not in run.open_ports
    wanted = questions(run)
    if not wanted and first:
        wanted = run.ask_control_port(443)
    match = None
    if len(seen.blocked_unusual) >= 2:
        if cause == WEB and 80 in seen.passing and 443 in seen.passing:
            match = _match(run, seen, (80, 443))
        elif cause == HTTPS and 80 in seen.blocked and 443 in seen.passing:
            match = _match(run, seen, (443,))
    return ask_unless_answered(wanted, match)


def _match(run: RunView, seen: Policy, passing: tuple[int, ...]) -> Match:
    only = ports(passing)
    tested = seen.blocked
    endpoints = [
        a.endpoint
        for a in run.media
        if a.endpoint.port in seen.blocked and a.status is Status.FAILED and a.endpoint.proxy is None
    ]
    way = "RTMPS on port 443" if passing == (443,) else "RTMPT on port 80 or RTMPS on port 443"
    return Match(
        Confidence.LIKELY,
        f"The firewall here lets only {only} out.",
        f"Every other port that was tried ({joined([str(p) for p in tested])}) ends on your side of the internet, among them "
        "some that no media server uses: the firewall forbids not one port but all except those of "
        + ("secure web pages." if passing == (443,) else "web pages.")
        + (" UDP gives no answer either." if seen.udp_silent else ""),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Give the text below to whoever looks after this network."
            + (
                " Until then the player connects another way, which may take longer."
                if run.plan_succeeded
                else ""
            ),
            administrator=f"Outbound connections pass to {only} alone. Allow TCP {ports(_wanted(run, seen))} to this "
            "server.",
            operator=f"The customer's network lets only {only} out. Offer {way}: ADAPTOR.HOSTPORT in ams.ini or fms.ini "
            "(Adobe), HostPort in VHost.xml (Wowza), stunnel or nginx's stream module in front of nginx-rtmp, Red5 or SRS.",
            firewall_request=firewall_request(run, endpoints),
        ),
        f"Ports of different purpose end at the same place, while {only} {are(passing)} open.",
        _seen(run, seen, passing),
        rules_out=("the server being down", "the application's name", "a rule against streaming alone"),
    )


def _wanted(run: RunView, seen: Policy) -> tuple[int, ...]:
    tried = {a.endpoint.port for a in run.fallback}
    return tuple(p for p in seen.blocked if p in tried) or seen.blocked[:1]


def _seen(run: RunView, seen: Policy, passing: tuple[int, ...]) -> tuple[EvidenceLine, ...]:
    lines = []
    for port in seen.blocked:
        step = next((o for o in run.sent if o.port == port), None)
        end = ends_at_home(run, port)
        if end is not None and end.ttl > 0:
            lines.append(line(f"The path to port {port} ends {hops_away(end.ttl)}.", run.hop_step(port)))
        elif end is not None:
            lines.append(line(f"Nothing sent to port {port} passes the first router.", run.hop_step(port)))
        elif step is not None:
            lines.append(line(f"Port {port}: {outcome(step)}.", step))
    for port in passing:
        opened = next((o for o in run.tcp if o.ok and o.port == port), None) or run.control_tcp(port)
        if opened is not None:
            lines.append(line(f"Port {port} opens.", opened))
    return (*lines[:3], *lines[3:][-2:])


EXPLAINS = ("port-blocked", "udp-blocked", "tunnel-not-offered", "server-down", "server-firewall")
RULE = Rule(WEB, judge_web, EXPLAINS)
