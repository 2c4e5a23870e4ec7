"""proxy-auth-required: the proxy wants to know who asks, and was not told, or not to its liking."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import directly_open, proxied, proxy_facts, wants_password
from fmsdiag.diagnosis.evidence.routes import proxy_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import Action, Actor, Attempt, Cause, Confidence, EvidenceLine, RequestKind


class SignIn(FindingTexts, of="proxy-auth-required.sign-in"):
    """The proxy was told no name and password, and nothing passes without it."""

    headline = text("The proxy asks for a user name and password.")
    explanation = text(
        "This network's proxy lets only signed-in users through, and direct connections do not leave this network. So "
        "{server:host} cannot be reached until you sign in to the proxy."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Enter your user name and password for {proxy}, here and in your player.",
            Action.PROXY_SETTINGS,
            elsewhere=text("In your player, enter your user name and password for {proxy}."),
        ),
        step(
            "If your player cannot sign in to a proxy, press Copy Request and send it to the person who runs this network.",
            Action.COPY_REQUEST,
            elsewhere=text(
                "If your player cannot sign in to a proxy, send the request to the person who runs this network."
            ),
        ),
    )
    administrator = (
        step(
            "Allow connections to {server:host} through the proxy without authentication, or let them bypass it. Most media "
            "players cannot sign in to a proxy."
        ),
    )


class Rejected(FindingTexts, of="proxy-auth-required.rejected"):
    """The proxy did not accept the name and password that it was given, and nothing passes without it."""

    headline = text("The proxy rejects the user name and password.")
    explanation = text(
        "This network's proxy rejected the user name and password that were entered, and direct connections do not leave "
        "this network. So {server:host} cannot be reached until the proxy accepts them."
    )
    acts = SignIn.acts
    you = (
        step("Correct your user name and password for {proxy}.", Action.PROXY_SETTINGS),
        SignIn.you[1],
    )
    administrator = SignIn.administrator


class SignInBeside(FindingTexts, of="proxy-auth-required.sign-in-beside"):
    """The proxy was told none, but something connects without it."""

    headline = SignIn.headline
    explanation = text(
        "The proxy lets only signed-in users through. Other connections leave this network without the proxy, so it may "
        "not be why {server:host} cannot be reached."
    )
    acts = SignIn.acts
    you = (
        step("Enter your user name and password for {proxy}, and run the test again.", Action.PROXY_SETTINGS),
    )
    administrator = SignIn.administrator
    decisive_test = text("Sign in to the proxy and run the test again.")


class RejectedBeside(FindingTexts, of="proxy-auth-required.rejected-beside"):
    """The proxy did not accept them, but something connects without it."""

    headline = Rejected.headline
    explanation = text(
        "The proxy rejected the user name and password that were entered. Other connections leave this network without "
        "the proxy, so it may not be why {server:host} cannot be reached."
    )
    acts = SignIn.acts
    you = (
        step(
            "Correct your user name and password for {proxy}, and run the test again.", Action.PROXY_SETTINGS
        ),
    )
    administrator = SignIn.administrator
    decisive_test = SignInBeside.decisive_test


class Seen(Table, of="proxy-auth-required.seen"):
    # translators: {schemes} are names such as Basic, Negotiate
    SCHEMES = plural(
        "The proxy accepts this sign-in method: {schemes:names}.",
        "The proxy accepts these sign-in methods: {schemes:names}.",
    )


class Earned(Table, of="proxy-auth-required.earned"):
    """What the confidence rests on."""

    SAID = text("The proxy says so itself, and nothing connects without it.")
    BESIDE = text("The proxy says so itself, but other connections work without it.")


def judge(run: RunView) -> Answer:
    """A route through the proxy ends with its demand for a name and password, and no other one connects."""
    asked = next((a for a in proxied(run) if wants_password(a)), None)
    if asked is None or run.plan_succeeded:
        return None
    return _found(run, asked)


def _found(run: RunView, asked: Attempt) -> Found:
    proxy, facts = asked.endpoint.proxy or "", proxy_facts(asked)
    sent = facts is not None and facts.credentials_sent
    needed = directly_open(run) is None
    case: type[FindingTexts] = (
        (Rejected if sent else SignIn) if needed else (RejectedBeside if sent else SignInBeside)
    )
    refused = [a.endpoint for a in proxied(run) if wants_password(a) and a.endpoint.proxy == proxy]
    return Found(
        case,
        Confidence.CONFIRMED if needed else Confidence.POSSIBLE,
        Earned.SAID.of() if needed else Earned.BESIDE.of(),
        _seen(run, asked),
        values={"proxy": proxy_of(proxy)},
        rules_out=(*server_not_reached(run), RuledOut.APPLICATION.of()) if needed else (),
        request=request(run, refused, kind=RequestKind.PROXY, proxy=proxy) if needed else None,
    )


def _seen(run: RunView, asked: Attempt) -> tuple[EvidenceLine, ...]:
    seen, facts = [attempt_line(asked)], proxy_facts(asked)
    if facts is not None and facts.authentication:
        seen.append(evidence_line(Seen.SCHEMES.of(schemes=facts.authentication), asked.failed_step))
    direct = next((a for a in run.own if a.endpoint.proxy is None and a.failed_step is not None), None)
    if direct is not None:
        seen.append(attempt_line(direct))
    return tuple(seen)


RULE = Rule(
    Cause.PROXY_AUTH_REQUIRED,
    judge,
    explains=(
        Cause.PROXY_REQUIRED, Cause.SERVER_DOWN, Cause.SERVER_FIREWALL, Cause.DNS_NO_ANSWER,
        Cause.DNS_NAME_NOT_FOUND, Cause.DNS_FILTERED, Cause.DNS_SERVER_FAILURE, Cause.DNS_STALE_ADDRESS,
        Cause.NO_INTERNET, Cause.PROXY_DENIES_SERVER, Cause.PROXY_BLOCKS_TUNNEL,
    ),
    outranks=(
        Cause.EGRESS_BLOCKED, Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED,
        Cause.UDP_BLOCKED,
    ),
)  # fmt: skip
