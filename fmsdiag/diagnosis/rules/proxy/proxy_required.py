"""proxy-required: nothing leaves this network directly, and through the proxy the server is reached."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    announced,
    announcement,
    ask_ways_through,
    denied,
    directly_open,
    host_of,
    passed_proxy,
    proxied,
    through,
)
from fmsdiag.diagnosis.evidence.run import RunView, media_spoken
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import joined, told
from fmsdiag.model import Actor, Attempt, Confidence, Status

CAUSE = "proxy-required"


def judge(run: RunView) -> Answer:
    """Every direct way ends without a connection, and one through a proxy meets the media server.

    The proxies that only the network's own script names are tried first. Where the control host answers directly, the
    detour may be needed for another reason.
    """
    direct = [a for a in run.media if a.endpoint.proxy is None]
    if any(o.ok for o in run.tcp):
        return None
    ways = proxied(run)
    if not ways and (named := announced(run)):
        return Ask(tuple(q for proxy in named[:2] for q in ask_ways_through(run, proxy)))
    met = next((a for a in ways if a.status is Status.CONNECTED), None)
    met = met or next((a for a in ways if passed_proxy(a) and media_spoken(a.observations)), None)
    if met is None or not direct:
        return None
    questions = run.ask_control_port(direct[0].endpoint.port) + run.ask_control_port(443)
    return ask_unless_answered(questions, _match(run, met, direct))


def _match(run: RunView, met: Attempt, direct: list[Attempt]) -> Match:
    proxy = host_of(met.endpoint.proxy or "")
    by_script = met.experiment is not None
    elsewhere = directly_open(run)
    refused = [a for a in proxied(run) if denied(a) and a.endpoint.proxy == met.endpoint.proxy]
    ports = sorted({a.endpoint.port for a in refused if a.endpoint.port != met.endpoint.port})
    failed = next((a for a in direct if a.failed_step is not None), direct[0])
    seen = [
        line(f"Directly: {told(failed)}.", failed.failed_step),
        line(
            f"{through(met)}: the media server answers.",
            media_spoken(met.observations) or met.observations[-1],
        ),
    ]
    if ports:
        seen.append(
            line(
                f"The proxy itself refuses port{'s' if len(ports) > 1 else ''} {joined([str(p) for p in ports])}.",
                refused[0].failed_step,
            )
        )
    if by_script and (said := announcement(run)) is not None:
        seen.append(line(f"This network's own configuration script (WPAD) names {proxy}.", said))
    way = through(met).removesuffix(" through the proxy")
    return Match(
        Confidence.LIKELY if elsewhere is None else Confidence.POSSIBLE,
        "This network lets streams out only through its proxy."
        if elsewhere is None
        else "This server can be reached only through the proxy.",
        "Nothing that was sent to the server directly came through"
        + (". " if elsewhere is None else ", although another server is reached so. ")
        + f"Through the proxy {proxy} the server is up and answers"
        + (
            ": so it is this network that wants everything to go through that proxy."
            if elsewhere is None
            else "."
        )
        + (
            f" The proxy carries {way}, but refuses port{'s' if len(ports) > 1 else ''} {joined([str(p) for p in ports])}."
            if ports
            else ""
        )
        + (
            " The proxy is announced by the network and not set on this computer, so players do not use it."
            if by_script
            else " A player that does not use it cannot connect."
        ),
        (Actor.USER, Actor.ADMINISTRATOR),
        Advice(
            user=f"Set the player to use the proxy {proxy} and {way}"
            + (
                ", or enter the proxy in this computer's settings."
                if by_script
                else ". Many players have no such setting: then ask for the server to be let through directly."
            ),
            administrator=f"Allow outbound TCP to {run.target.host} past the proxy"
            + (f", or let the proxy open port {ports[0]} to it (squid: SSL_ports)." if ports else "."),
        ),
        "Everything direct fails, and what goes through the proxy meets the server."
        if elsewhere is None
        else "Only the way through the proxy works, yet something else connects directly.",
        tuple(seen),
        rules_out=("the server being down", "the application's name"),
        decisive_test=""
        if elsewhere is None
        else "Try the server from a network without a firewall: if it connects directly there, this network stops it.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "egress-blocked", "port-blocked", "only-web-ports-allowed", "only-https-allowed", "udp-blocked", "server-down",
        "server-firewall", "server-not-listening", "rtmp-service-stopped", "server-on-other-port", "dns-no-answer",
        "dns-name-not-found", "dns-filtered", "dns-server-failure", "dns-stale-address", "dns-private-address", "dns-hijacked",
        "no-internet", "local-firewall", "proxy-denies-server", "non-http-blocked", "connection-rate-limited",
    ),
)  # fmt: skip
