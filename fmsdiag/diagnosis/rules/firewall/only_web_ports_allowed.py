"""only-web-ports-allowed: not one port is blocked, but all except those of web pages; and the same with 443 alone."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_policy import Policy, policy, questions
from fmsdiag.diagnosis.evidence.ports import ends_at_home
from fmsdiag.diagnosis.evidence.run import Evidence
from fmsdiag.diagnosis.rule import Answer, Match, Rule, ask_or, line
from fmsdiag.diagnosis.wording import are, firewall_request, hops_away, joined, outcome, ports
from fmsdiag.model import Actor, Advice, Confidence, Status
from fmsdiag.model import Evidence as Line

WEB, HTTPS = "only-web-ports-allowed", "only-https-allowed"


def judge_web(evidence: Evidence) -> Answer:
    """1935 and ports that nobody uses end on our side, 80 and 443 pass."""
    return _judge(evidence, WEB)


def judge_https(evidence: Evidence) -> Answer:
    """The same, and 80 ends there as well."""
    return _judge(evidence, HTTPS)


def _judge(evidence: Evidence, cause: str) -> Answer:
    seen = policy(evidence)
    if seen is None or evidence.plan_connected:
        return None
    first = evidence.control_tcp(443) is None and 443 not in evidence.open_ports
    wanted = questions(evidence)
    if not wanted and first:
        wanted = evidence.ask_control_port(443)
    match = None
    if len(seen.blocked_unusual) >= 2:
        if cause == WEB and 80 in seen.passing and 443 in seen.passing:
            match = _match(evidence, seen, (80, 443))
        elif cause == HTTPS and 80 in seen.blocked and 443 in seen.passing:
            match = _match(evidence, seen, (443,))
    return ask_or(wanted, match)


def _match(evidence: Evidence, seen: Policy, passing: tuple[int, ...]) -> Match:
    only = ports(passing)
    tested = seen.blocked
    endpoints = [
        a.endpoint
        for a in evidence.media
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
                if evidence.plan_succeeded
                else ""
            ),
            administrator=f"Outbound connections pass to {only} alone. Allow TCP {ports(_wanted(evidence, seen))} to this "
            "server.",
            operator=f"The customer's network lets only {only} out. Offer {way}: ADAPTOR.HOSTPORT in ams.ini or fms.ini "
            "(Adobe), HostPort in VHost.xml (Wowza), stunnel or nginx's stream module in front of nginx-rtmp, Red5 or SRS.",
            firewall_request=firewall_request(evidence, endpoints),
        ),
        f"Ports of different purpose end at the same place, while {only} {are(passing)} open.",
        _seen(evidence, seen, passing),
        rules_out=("the server being down", "the application's name", "a rule against streaming alone"),
    )


def _wanted(evidence: Evidence, seen: Policy) -> tuple[int, ...]:
    tried = {a.endpoint.port for a in evidence.fallback}
    return tuple(p for p in seen.blocked if p in tried) or seen.blocked[:1]


def _seen(evidence: Evidence, seen: Policy, passing: tuple[int, ...]) -> tuple[Line, ...]:
    lines = []
    for port in seen.blocked:
        step = next((o for o in evidence.sent if o.port == port), None)
        end = ends_at_home(evidence, port)
        if end is not None and end.ttl > 0:
            lines.append(line(f"The path to port {port} ends {hops_away(end.ttl)}.", evidence.hop_step(port)))
        elif end is not None:
            lines.append(
                line(f"Nothing sent to port {port} passes the first router.", evidence.hop_step(port))
            )
        elif step is not None:
            lines.append(line(f"Port {port}: {outcome(step)}.", step))
    for port in passing:
        opened = next((o for o in evidence.tcp if o.ok and o.port == port), None) or evidence.control_tcp(
            port
        )
        if opened is not None:
            lines.append(line(f"Port {port} opens.", opened))
    return (*lines[:3], *lines[3:][-2:])


EXPLAINS = ("port-blocked", "udp-blocked", "tunnel-not-offered", "server-down", "server-firewall")
RULE = Rule(WEB, judge_web, EXPLAINS)
