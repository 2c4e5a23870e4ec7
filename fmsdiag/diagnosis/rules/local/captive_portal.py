"""captive-portal: this network answers for everybody until one has signed in on its page."""

from __future__ import annotations

from typing import TypeAlias

from fmsdiag.diagnosis.evidence.attempts import rtmp_shown
from fmsdiag.diagnosis.evidence.dns import ask_control_name, by_system, known, of_control
from fmsdiag.diagnosis.evidence.portal import (
    SIGN_IN,
    is_page_for_none,
    redirected_to,
    same_own_error,
    same_page,
    sends_away,
    sign_in_page,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import one_certificate
from fmsdiag.diagnosis.evidence.web import http_answer, web_facts
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    DnsFacts,
    EvidenceLine,
    Experiment,
    HopOutcome,
    HttpFacts,
    Observation,
    Question,
    StepName,
    TunnelFacts,
)
from fmsdiag.private_addresses import is_private_address

ANY_PAGE = "http://example.com/"
"""A page without https, in whose place a hotspot can show its own (IANA keeps it for such uses, RFC 2606)."""

Page: TypeAlias = tuple[Attempt, HttpFacts | TunnelFacts]
Control: TypeAlias = tuple[Observation, HttpFacts]


class SignIn(FindingTexts, of="captive-portal.sign-in"):
    """Sure, and nothing names the page."""

    headline = text("This network requires you to sign in first.")
    explanation = text(
        "This network has a sign-in page, as hotel, train, and guest networks do. Until you sign in or accept the "
        "terms, it answers in place of other servers or blocks connections. The media server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Open {page:url} in a web browser, and sign in or accept the terms on the page that appears.",
            Action.OPEN_PAGE,
        ),
        Steps.RUN_AGAIN,
        step(
            "If web pages load but the test still fails after you sign in, ask the person who runs this network for help."
        ),
    )
    administrator = (
        step("For devices that cannot sign in, allow {server:host} without sign-in (walled garden)."),
    )


class SignInPage(FindingTexts, of="captive-portal.page"):
    """Sure, and the address of the page was seen."""

    headline = SignIn.headline
    explanation = text(
        "This network redirects you to its sign-in page, {page:url}, as hotel, train, and guest networks do. Until you "
        "sign in or accept the terms there, it blocks other connections. The media server was not reached."
    )
    acts = SignIn.acts
    you = (
        step(
            "Open {page:url} in a web browser, and sign in or accept the terms. If it does not open, try "
            "http://example.com/ instead.",
            Action.OPEN_PAGE,
        ),
        *SignIn.you[1:],
    )
    administrator = SignIn.administrator


class Suspected(FindingTexts, of="captive-portal.suspected"):
    """The reference server's empty answer came as a page."""

    headline = text("This network may require you to sign in first.")
    explanation = text(
        "A reference server answered a web request with a page, although its answer should be empty. Networks with a "
        "sign-in page, such as those of hotels and trains, replace answers like this and block everything else until you "
        "sign in. The reference server itself may also have changed its answer."
    )
    acts = SignIn.acts
    you = (
        step(
            "Open {page:url} in a web browser. If a sign-in page appears, sign in or accept the terms.",
            Action.OPEN_PAGE,
        ),
        Steps.RUN_AGAIN,
    )
    administrator = SignIn.administrator
    decisive_test = text(
        "Open {page:url} in a web browser. If a sign-in page appears instead, this network requires a sign-in."
    )


class Answers(FindingTexts, of="captive-portal.answers"):
    """Two unrelated hosts give the same error page, in words of its own: a filter's, or a pause for this device."""

    headline = text("This network answers in place of other servers.")
    explanation = text(
        "The media server and a reference server answer web requests with the same error page, word for word. So something in "
        "this network answers for them. Parental controls, content filters, and networks that want a sign-in do this. The "
        "media server was not reached."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step(
            "Open {page:url} in a web browser. The page there says what blocks this device.", Action.OPEN_PAGE
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "Check whether parental controls, a filter, or a pause on the router blocks this device, and allow {server:host}."
        ),
    )


class FirstDevice(FindingTexts, of="captive-portal.first-device"):
    """A redirect came over a connection that ends at the first device on the path."""

    headline = Suspected.headline
    explanation = text(
        "A web request to {server:host} was redirected to another site, and the connection ended at the first device on "
        "the network path. Networks with a sign-in page, such as those of hotels and trains, redirect requests like this "
        "and block everything else until you sign in. A web proxy in this network that passes on a redirect of the server "
        "would look the same."
    )
    acts = SignIn.acts
    you = Suspected.you
    administrator = SignIn.administrator
    decisive_test = Suspected.decisive_test


class Seen(Table, of="captive-portal.seen"):
    REFERENCE_ANSWERED = text(
        "A web request to reference server {host} was answered with HTTP {status:count}."
    )
    REFERENCE_REDIRECTED = text(
        "A web request to reference server {host} was redirected to {elsewhere:host}."
    )
    SERVER_REDIRECTED = text("From here, port {port} of {host} redirects to {elsewhere:host}.")
    ONE_ADDRESS = text("{host} and reference server {other:host} both have the address {address} here.")


class Earned(Table, of="captive-portal.earned"):
    """What the confidence rests on."""

    DEMANDED = text("The network itself demands a sign-in (HTTP 511).")
    REDIRECTED = text("Requests to an unrelated server are redirected as well.")
    SAME_PAGE = text("Two unrelated servers answer with the same page.")
    SAME_ERROR = text("Two unrelated servers give the same error page, word for word.")
    FIRST_DEVICE = text(
        "The first device on the network path accepted the connection in place of the server."
    )
    ONE_ADDRESS = text("Unrelated names have the same local address here.")
    UNEXPECTED_PAGE = text("The reference server gives an empty answer, but a page arrived instead.")


def judge(run: RunView) -> Answer:
    """The network answers for the control host: by a redirect, a demand to sign in, the server's own page; or every
    name has one local address.
    """
    if run.is_loopback or any(rtmp_shown(a) for a in run.media):
        return None
    page = _page_of_server(run)
    one_address = _one_address(run)
    questions: tuple[Question, ...] = ()
    if page is not None or one_address or one_certificate(run):
        questions += run.ask_control_http()
    if _is_local(run):
        questions += ask_control_name(run)
    return ask_unless_answered(questions, _conclusion(run, page, one_address))


def _page_of_server(run: RunView) -> Page | None:
    """A web answer in the media server's place such as sign-in pages give, best of all to a web request.

    Errors are not among them, and a page on a port where nobody asked for a stream is most often the server's own.
    """
    direct = [a for a in run.media if a.endpoint.proxy is None]
    for attempt in sorted(direct, key=lambda a: not a.endpoint.transport.is_tunnel):
        facts = web_facts(attempt.failed_step)
        if facts is not None and (sends_away(facts, run.target.host) or facts.status == 200):
            return attempt, facts
        if facts is not None and run.control_web is not None and same_own_error(facts, run.control_web):
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


def _conclusion(run: RunView, page: Page | None, one_address: bool) -> Found | None:
    control = _control(run)
    facts = control[1] if control is not None else None
    host = run.options.control_http or ""
    demanded = page is not None and page[1].status == SIGN_IN and (facts is None or facts.status != 204)
    if demanded or (facts is not None and facts.status == SIGN_IN):
        return _found(run, Confidence.CONFIRMED, Earned.DEMANDED, page, control)
    if facts is not None and sends_away(facts, host):
        return _found(run, Confidence.LIKELY, Earned.REDIRECTED, page, control)
    likeness = facts is not None and page is not None and same_page(facts, page[1])
    if likeness and facts is not None and not (facts.status or 0) >= 400:
        return _found(run, Confidence.LIKELY, Earned.SAME_PAGE, page, control)
    if facts is not None and page is not None and same_own_error(facts, page[1]):
        return _found(run, Confidence.LIKELY, Earned.SAME_ERROR, page, control)
    if facts is None and page is not None and sends_away(page[1], run.target.host):
        near = _from_next_door(run, page[0].endpoint.port)
        return _found(run, Confidence.POSSIBLE, Earned.FIRST_DEVICE, page, control) if near else None
    if one_address:
        return _found(run, Confidence.LIKELY, Earned.ONE_ADDRESS, page, control)
    if facts is not None and is_page_for_none(facts):
        return _found(run, Confidence.POSSIBLE, Earned.UNEXPECTED_PAGE, page, control)
    return None


def _from_next_door(run: RunView, port: int) -> bool:
    """Whether the first machine on the way accepts connections to that port of a server that is not on our own link."""
    hops = run.hops(port)
    return run.path_matters and bool(hops) and hops[0].ttl == 1 and hops[0].outcome == HopOutcome.OPEN


def _control(run: RunView) -> Control | None:
    facts = run.control_web
    steps = (
        a.step(StepName.HTTP) for a in run.performed(Experiment.CONTROL_HTTP) if a.endpoint.proxy is None
    )
    step = next((s for s in steps if s is not None and s.facts is facts), None)
    return (step, facts) if step is not None and facts is not None else None


def _found(
    run: RunView, confidence: Confidence, earned: Text, page: Page | None, control: Control | None
) -> Found:
    answers = [c[1] for c in (control, page) if c is not None]
    seen_at = next((at for facts in answers if (at := sign_in_page(facts))), None)
    sure = confidence is not Confidence.POSSIBLE
    case: type[FindingTexts] = SignIn if seen_at is None else SignInPage
    if earned is Earned.SAME_ERROR:
        case = Answers
    if not sure:
        case = FirstDevice if earned is Earned.FIRST_DEVICE else Suspected
    return Found(
        case,
        confidence,
        earned.of(),
        _seen(run, page, control),
        values={"page": seen_at if sure and seen_at is not None else ANY_PAGE},
        rules_out=(*server_not_reached(run, answered_for=True), RuledOut.APPLICATION.of()) if sure else (),
    )


def _seen(run: RunView, page: Page | None, control: Control | None) -> tuple[EvidenceLine, ...]:
    seen: list[EvidenceLine] = []
    if control is not None:
        seen.append(_control_line(run, *control))
    if page is not None:
        seen.append(_page_line(run, *page))
    if _one_address(run):
        lookup = of_control(run)
        shared = next(a for a in known(by_system(run)) if a in known(lookup))
        other = lookup.facts.name if lookup is not None and isinstance(lookup.facts, DnsFacts) else ""
        said = Seen.ONE_ADDRESS.of(host=run.target.host, other=other, address=shared)
        seen.append(evidence_line(said, lookup))
    dead = (a for a in run.media if a.failed_step is not None and (page is None or a is not page[0]))
    seen += [attempt_line(a) for a in [*dead][:1]]
    return tuple(seen)


def _control_line(run: RunView, step: Observation, facts: HttpFacts) -> EvidenceLine:
    host, elsewhere = run.options.control_http or "", redirected_to(facts)
    if elsewhere is not None:
        return evidence_line(Seen.REFERENCE_REDIRECTED.of(host=host, elsewhere=elsewhere), step)
    return evidence_line(Seen.REFERENCE_ANSWERED.of(host=host, status=facts.status or 0), step)


def _page_line(run: RunView, attempt: Attempt, facts: HttpFacts | TunnelFacts) -> EvidenceLine:
    elsewhere = redirected_to(facts)
    if elsewhere is None:
        return attempt_line(attempt)
    said = Seen.SERVER_REDIRECTED.of(port=attempt.endpoint.port, host=run.target.host, elsewhere=elsewhere)
    return evidence_line(said, attempt.failed_step or attempt.step(StepName.HTTP))


RULE = Rule(
    Cause.CAPTIVE_PORTAL,
    judge,
    explains=(
        Cause.PORT_BLOCKED,
        Cause.ONLY_WEB_PORTS_ALLOWED,
        Cause.ONLY_HTTPS_ALLOWED,
        Cause.EGRESS_BLOCKED,
        Cause.UDP_BLOCKED,
        Cause.NON_HTTP_BLOCKED,
        Cause.RTMP_BLOCKED,
        Cause.TLS_BLOCKED,
        Cause.TLS_INTERCEPTED,
        Cause.TRANSPARENT_PROXY,
        Cause.PROXY_BLOCKS_TUNNEL,
        Cause.PROXY_REQUIRED,
        Cause.DNS_HIJACKED,
        Cause.DNS_FILTERED,
        Cause.DNS_PRIVATE_ADDRESS,
        Cause.DNS_STALE_ADDRESS,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.CERTIFICATE_SELF_SIGNED,
        Cause.CERTIFICATE_WRONG_HOST,
        Cause.CERTIFICATE_EXPIRED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.TUNNEL_NOT_OFFERED,
        Cause.RTMPS_NOT_OFFERED,
        Cause.RTMPS_EXPECTED,
        Cause.SERVER_NOT_LISTENING,
        Cause.SERVER_DOWN,
        Cause.SERVER_FIREWALL,
        Cause.SERVER_CLOSES_CONNECTION,
        Cause.SERVER_HUNG,
        Cause.SERVER_ON_OTHER_PORT,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.MIDDLEBOX_ACCEPTS_ALL,
        Cause.NO_INTERNET,
        Cause.HOSTS_FILE_OVERRIDE,
        Cause.CONNECTION_RATE_LIMITED,
        Cause.PROXY_UNREACHABLE,
        Cause.LOCAL_FIREWALL,
    ),
)
