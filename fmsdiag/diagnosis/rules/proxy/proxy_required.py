"""proxy-required: nothing leaves this network directly, and through the proxy the server is reached."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import rtmp_shown
from fmsdiag.diagnosis.evidence.proxies import (
    announced,
    announcement,
    ask_ways_through,
    denied,
    directly_open,
    passed_proxy,
    proxied,
)
from fmsdiag.diagnosis.evidence.routes import best_route, proxy_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import certificate_of, issuer_inspects
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.certificates import issuer_of
from fmsdiag.diagnosis.lines.grounds import server_answers
from fmsdiag.diagnosis.lines.refusals import reached_line
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Status,
    StepName,
)
from fmsdiag.target_url import shown_url


class Works(FindingTexts, of="proxy-required.works"):
    """Through the configured proxy it connects, and nothing connects directly."""

    says_it_works = True
    headline = text("Streaming works only through this network's proxy.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network; through the proxy, they work. A player that does "
        "not use the proxy cannot connect."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step(
            "In your player's settings, look for “proxy” and enter {proxy}. Use the address {url}.",
            Action.USE_ADDRESS,
            hidden=text(
                "In your player's settings, look for “proxy” and enter the proxy that this computer's proxy settings name. Use "
                "the address {url}."
            ),
        ),
        step(
            "If your player has no proxy setting, press Copy Request and send it to the person who runs this network, who "
            "must allow {server:host}.",
            Action.COPY_REQUEST,
            elsewhere=text(
                "If your player has no proxy setting, send the request to the person who runs this network, who must allow "
                "{server:host}."
            ),
        ),
    )
    administrator = (
        plural(
            "Allow outgoing TCP port {ports} to {server:host}. Most players and encoders cannot use a proxy.",
            "Allow outgoing TCP ports {ports} to {server:host}. Most players and encoders cannot use a proxy.",
        ),
    )


class Unnamed(Table, of="proxy-required.unnamed"):
    ALLOW = plural(
        "Let this network's DNS servers look up {server:host}, and allow outgoing TCP port {ports} to it. Most players and "
        "encoders cannot use a proxy.",
        "Let this network's DNS servers look up {server:host}, and allow outgoing TCP ports {ports} to it. Most players and "
        "encoders cannot use a proxy.",
    )


class WorksUnnamed(FindingTexts, of="proxy-required.works-unnamed"):
    """Only the proxy knows the server's name."""

    says_it_works = True
    headline = Works.headline
    explanation = text(
        "This network's DNS servers do not find {server:host}, so nothing connects directly. The proxy looks the name up "
        "itself, and connections through it work. A player that does not use the proxy cannot connect."
    )
    acts = Works.acts
    you = Works.you
    administrator = (Unnamed.ALLOW,)


class Announced(FindingTexts, of="proxy-required.announced"):
    """Likewise through a proxy that the network announces and this computer is not set to use."""

    says_it_works = True
    headline = text("Streaming works only through a proxy that this computer does not use.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network. They work through the proxy that this network "
        "announces. This computer is not set to use that proxy, so players do not use it."
    )
    acts = Works.acts
    you = (
        step(
            "Use the address {url}, and enter this proxy in this computer's settings or in your player's: {proxy}.",
            Action.USE_ADDRESS,
            hidden=text(
                "Use the address {url}, and let this computer's proxy settings detect the proxy that this network announces "
                "(WPAD)."
            ),
        ),
        Works.you[1],
    )
    administrator = Works.administrator


class Reached(FindingTexts, of="proxy-required.reached"):
    """Through the proxy the server speaks RTMP, without accepting the connection; nothing connects directly."""

    headline = text("The server can be reached only through this network's proxy.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network; through the proxy, the server answers. A player that "
        "does not use the proxy cannot reach it."
    )
    acts = Works.acts
    you = Works.you
    administrator = Works.administrator


class Untrusted(FindingTexts, of="proxy-required.untrusted"):
    """Through the proxy a media server answers behind a certificate that is not trusted here; nothing connects directly."""

    headline = text("Through this network's proxy, the certificate is not trusted.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network. Through the proxy, a media server answers, but with a "
        "certificate that players reject: {issuer:list} issued it, which this computer does not trust. Either this network "
        "inspects secure connections and presents its own certificates, or the server uses its own certificate authority."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        *Works.administrator,
        step("If the proxy inspects secure connections, exempt {server:host}."),
    )
    operator = (
        step(
            "Check whether {issuer:list} issued your certificate. If not, your customer's network inspects secure "
            "connections."
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the issuer differs there, this network inspects "
        "secure connections.",
        premise=Premise.OTHER_NETWORK,
    )


class Flawed(FindingTexts, of="proxy-required.flawed"):
    """Likewise, and the certificate has another flaw, which is the server's."""

    headline = text("Only the proxy reaches the server, and its certificate is rejected.")
    explanation = text(
        "Direct connections to {server:host} do not leave this network. Through the proxy, a media server answers, but players "
        "reject its certificate. So streaming works neither way until the certificate is fixed."
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.COPY_REQUEST, Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    administrator = Works.administrator
    operator = (step("Fix the certificate of {server:host}."),)


class Beside(FindingTexts, of="proxy-required.beside"):
    """Through the proxy the server is met, and another host is reached directly."""

    headline = text("This server can be reached only through the proxy.")
    explanation = text(
        "Direct connections to {server:host} fail, although another server can be reached directly. Through the proxy, "
        "the server answers. Either this network or the server side blocks the direct route."
    )
    acts = Works.acts
    you = Works.you
    administrator = Works.administrator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it connects directly there, this network "
        "blocks the direct route.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="proxy-required.seen"):
    PROXY_BLOCKS = plural("The proxy itself blocks port {ports}.", "The proxy itself blocks ports {ports}.")
    # translators: WPAD is a protocol's name; {proxy} is written "10.66.0.1, port 3128"
    ANNOUNCED = text("This network's proxy configuration script (WPAD) names {proxy}.")


class Earned(Table, of="proxy-required.earned"):
    """What the confidence rests on."""

    CONTRAST = text("Every direct connection fails, and the server answers through the proxy.")
    BESIDE = text("Only the proxy reaches this server, but another server can be reached directly.")


_FOREIGN = (
    FailureKind.CERTIFICATE_UNTRUSTED,
    FailureKind.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_OTHER,
)
"""What a proxy that opens TLS would show as well."""


def judge(run: RunView) -> Answer:
    """Every direct route ends without a connection, and one through a proxy meets the media server.

    The proxies that only the network's own script names are tried first. Where the control host answers directly, the
    detour may be needed for another reason.
    """
    direct = [a for a in run.media if a.endpoint.proxy is None]
    if any(o.ok for o in run.tcp):
        return None
    routes = proxied(run)
    if not routes and (named := announced(run)):
        return Ask(tuple(q for proxy in named[:2] for q in ask_ways_through(run, proxy)))
    met = next((a for a in routes if a.status is Status.CONNECTED), None)
    met = met or next((a for a in routes if passed_proxy(a) and rtmp_shown(a)), None)
    if met is None or not direct:
        return None
    questions = run.ask_control_port(direct[0].endpoint.port) + run.ask_control_port(443)
    return ask_unless_answered(questions, _found(run, met, direct))


def _found(run: RunView, met: Attempt, direct: list[Attempt]) -> Found:
    needed, connected = directly_open(run) is None, met.status is Status.CONNECTED
    refused = met.step(StepName.TLS) if not connected else None
    refused = refused if refused is not None and refused.failure is not None else None
    certificate = certificate_of(refused)
    if refused is not None and certificate is not None:
        foreign = refused.failure is not None and refused.failure.kind in _FOREIGN
        case: type[FindingTexts] = Untrusted if foreign else Flawed
    elif not needed:
        case = Beside
    elif not connected:
        case = Reached
    else:
        case = Announced if met.experiment is not None else WorksUnnamed if run.name_failed else Works
    failed = [a.endpoint for a in direct if a in run.fallback] or [direct[0].endpoint]
    return Found(
        case,
        Confidence.LIKELY if needed else Confidence.POSSIBLE,
        Earned.CONTRAST.of() if needed else Earned.BESIDE.of(),
        _seen(run, met, direct),
        values={"ports": tuple(dict.fromkeys(endpoint.port for endpoint in failed))}
        | (
            {"issuer": issuer_of(certificate)}
            if case is Untrusted and certificate is not None
            else {"proxy": proxy_of(met.endpoint.proxy or ""), "url": _url(run, met)}
            if case is not Flawed
            else {}
        ),
        rules_out=(server_answers(met.endpoint),),
        request=request(run, failed),
        yields=certificate is not None and issuer_inspects(certificate),
    )


def _url(run: RunView, met: Attempt) -> str:
    """The best route's address, if that goes through the proxy; else the one that met the server."""
    best = best_route(run)
    if best is not None and best.proxy is not None:
        return best.url
    return shown_url(run.target, met.endpoint.transport, met.endpoint.port)


def _seen(run: RunView, met: Attempt, direct: list[Attempt]) -> tuple[EvidenceLine, ...]:
    proxy = met.endpoint.proxy or ""
    failed = next((a for a in direct if a.failed_step is not None), direct[0])
    met_line = attempt_line(met) if met.status is Status.CONNECTED else reached_line(met)
    seen = [attempt_line(failed), met_line]
    refused = [
        a
        for a in proxied(run)
        if denied(a) and a.endpoint.proxy == proxy and a.endpoint.port != met.endpoint.port
    ]
    if refused:
        ports = tuple(sorted({a.endpoint.port for a in refused}))
        seen.append(evidence_line(Seen.PROXY_BLOCKS.of(ports=ports), refused[0].failed_step))
    if met.experiment is not None and (said := announcement(run)) is not None:
        seen.append(evidence_line(Seen.ANNOUNCED.of(proxy=proxy_of(proxy)), said))
    return tuple(seen)


RULE = Rule(
    Cause.PROXY_REQUIRED,
    judge,
    explains=(
        Cause.EGRESS_BLOCKED, Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED,
        Cause.UDP_BLOCKED, Cause.SERVER_DOWN, Cause.SERVER_FIREWALL, Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED, Cause.SERVER_ON_OTHER_PORT, Cause.DNS_NO_ANSWER, Cause.DNS_NAME_NOT_FOUND,
        Cause.DNS_FILTERED, Cause.DNS_SERVER_FAILURE, Cause.DNS_STALE_ADDRESS, Cause.DNS_PRIVATE_ADDRESS,
        Cause.DNS_HIJACKED, Cause.NO_INTERNET, Cause.LOCAL_FIREWALL, Cause.PROXY_DENIES_SERVER, Cause.NON_HTTP_BLOCKED,
        Cause.CONNECTION_RATE_LIMITED,
    ),
)  # fmt: skip
