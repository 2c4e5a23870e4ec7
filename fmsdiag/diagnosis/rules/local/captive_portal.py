"""captive-portal: this network answers for everybody until one has signed in on its page."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import ask_control_name, by_system, known, of_control
from fmsdiag.diagnosis.evidence.portal import SIGN_IN, is_page_for_none, redirected_to, same_page, sends_away
from fmsdiag.diagnosis.evidence.run import RunView, http_answer, media_spoken, web_facts
from fmsdiag.diagnosis.evidence.tls import one_certificate
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    EvidenceLine,
    Experiment,
    HttpFacts,
    Observation,
    Question,
    StepName,
    TunnelFacts,
)
from fmsdiag.target import is_private_address

CAUSE = "captive-portal"


def judge(run: RunView) -> Answer:
    """Somebody else answers for the control host: by a redirection, a demand to sign in, the server's own page; or every
    name has one local address.
    """
    if run.is_loopback or any(media_spoken(a.observations) for a in run.media):
        return None
    page = _page_of_server(run)
    one_address = _one_address(run)
    questions: tuple[Question, ...] = ()
    if page is not None or one_address or one_certificate(run):
        questions += run.ask_control_http()
    if _is_local(run):
        questions += ask_control_name(run)
    return ask_unless_answered(questions, _conclusion(run, page, one_address))


def _page_of_server(run: RunView) -> tuple[Attempt, HttpFacts | TunnelFacts] | None:
    """A web answer in the media server's place such as sign-in pages give, best of all to a web request.

    Errors are not among them, and a page on a port where nobody asked for a stream is most often the server's own.
    """
    direct = [a for a in run.media if a.endpoint.proxy is None]
    for attempt in sorted(direct, key=lambda a: not a.endpoint.transport.is_tunnel):
        facts = web_facts(attempt.failed_step)
        if facts is not None and (sends_away(facts, run.target.host) or facts.status == 200):
            return attempt, facts
    for attempt in run.performed(Experiment.HTTP_ON_PORT):
        asked = http_answer(attempt.step(StepName.HTTP))
        if asked is not None and attempt.endpoint.proxy is None and sends_away(asked, run.target.host):
            return attempt, asked
    return None


def _is_local(run: RunView) -> bool:
    """Whether the server's name has private addresses only."""
    given = known(by_system(run))
    return bool(given) and not run.target.is_literal and all(is_private_address(a) for a in given)


def _one_address(run: RunView) -> bool:
    """Whether the control host's name has the server's own local address."""
    shared = set(known(by_system(run))) & set(known(of_control(run)))
    return _is_local(run) and bool(shared)


def _conclusion(
    run: RunView, page: tuple[Attempt, HttpFacts | TunnelFacts] | None, one_address: bool
) -> Match | None:
    control = _control(run)
    web, facts = control if control is not None else (None, None)
    host = run.options.control_http or ""
    likeness = facts is not None and page is not None and same_page(facts, page[1])
    if facts is not None and facts.status == SIGN_IN:
        return _match(
            run,
            Confidence.CONFIRMED,
            "The network itself demands a sign-in (HTTP 511).",
            page,
            web,
            facts,
        )
    if page is not None and page[1].status == SIGN_IN and (facts is None or facts.status != 204):
        return _match(
            run,
            Confidence.CONFIRMED,
            "The network itself demands a sign-in (HTTP 511).",
            page,
            web,
            facts,
        )
    if facts is not None and sends_away(facts, host):
        reason = "Somebody sends the visitor of another server elsewhere, too."
        return _match(run, Confidence.LIKELY, reason, page, web, facts)
    if likeness and facts is not None and not (facts.status or 0) >= 400:
        return _match(run, Confidence.LIKELY, "Two servers answer with the same page.", page, web, facts)
    if facts is None and page is not None and sends_away(page[1], run.target.host):
        near = _from_next_door(run, page[0].endpoint.port)
        reason = "The answer comes from the first machine on the way, not from the server."
        return _match(run, Confidence.POSSIBLE, reason, page, web, facts) if near else None
    if one_address:
        return _match(run, Confidence.LIKELY, "Every name has the same local address.", page, web, facts)
    if facts is not None and is_page_for_none(facts):
        return _match(
            run,
            Confidence.POSSIBLE,
            "A page came where another server gives an empty answer.",
            page,
            web,
            facts,
        )
    return None


def _from_next_door(run: RunView, port: int) -> bool:
    """Whether the first machine on the way accepts connections to that port of a server that is not on our own link."""
    hops = run.hops(port)
    return run.path_matters and bool(hops) and hops[0].ttl == 1 and hops[0].outcome == "open"


def _control(run: RunView) -> tuple[Observation, HttpFacts] | None:
    facts = run.control_web
    steps = (
        a.step(StepName.HTTP) for a in run.performed(Experiment.CONTROL_HTTP) if a.endpoint.proxy is None
    )
    step = next((s for s in steps if s is not None and s.facts is facts), None)
    return (step, facts) if step is not None and facts is not None else None


def _match(
    run: RunView,
    confidence: Confidence,
    reason: str,
    page: tuple[Attempt, HttpFacts | TunnelFacts] | None,
    web: Observation | None,
    facts: HttpFacts | None,
) -> Match:
    where = next(
        (w for f in (facts, page[1] if page else None) if f is not None and (w := redirected_to(f))), None
    )
    seen: list[EvidenceLine] = []
    if web is not None and facts is not None:
        to = redirected_to(facts)
        seen.append(
            line(
                f"Another server's web request is answered with HTTP {facts.status}"
                + (f", which sends the visitor to {to}." if to else "."),
                web,
            )
        )
    if page is not None:
        seen.append(line(f"{told(page[0])}.", page[0].failed_step or page[0].step(StepName.HTTP)))
    given = known(by_system(run))
    if _one_address(run):
        shared = next(a for a in given if a in known(of_control(run)))
        seen.append(line(f"The server's name and another one both lead to {shared} here.", of_control(run)))
    dead = next(
        (a for a in run.media if a.failed_step is not None and (page is None or a is not page[0])), None
    )
    if dead is not None:
        seen.append(line(f"{told(dead)}.", dead.failed_step))
    return Match(
        confidence,
        "This network wants you to sign in first."
        if confidence is not Confidence.POSSIBLE
        else "This network may want you to sign in first.",
        "A hotspot answers in the place of every server until somebody has signed in, or accepted its terms, on its own page"
        + (f" ({where})" if where else "")
        + ". Until then it stops everything else. Hotels, trains, guest networks and some schools do so; the streaming server "
        "has not been reached at all.",
        (Actor.USER,),
        Advice(
            user="Open any web page, best one without https such as http://example.com, sign in or accept the terms, and try "
            "again. If nothing but web pages works even then, ask whoever looks after this network.",
            administrator=f"For devices that cannot sign in, allow {run.target.host} before the sign-in (walled garden).",
        ),
        reason,
        tuple(seen[:5]),
        rules_out=("the streaming server", "the application's name")
        if confidence is not Confidence.POSSIBLE
        else (),
        decisive_test=""
        if confidence is not Confidence.POSSIBLE
        else "Open http://example.com: another page is a sign-in.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "port-blocked", "only-web-ports-allowed", "only-https-allowed", "egress-blocked", "udp-blocked", "non-http-blocked",
        "rtmp-blocked", "tls-blocked", "tls-intercepted", "transparent-proxy", "proxy-blocks-tunnel", "proxy-required",
        "dns-hijacked", "dns-filtered", "dns-private-address", "dns-stale-address", "certificate-untrusted",
        "certificate-self-signed", "certificate-wrong-host", "certificate-expired", "wrong-service-on-port",
        "tunnel-not-offered", "rtmps-not-offered", "rtmps-expected", "server-not-listening", "server-down", "server-firewall",
        "server-closes-connection", "server-hung", "server-on-other-port", "rtmp-service-stopped", "middlebox-accepts-all",
        "no-internet", "hosts-file-override", "connection-rate-limited", "proxy-unreachable", "local-firewall",
    ),
)  # fmt: skip
