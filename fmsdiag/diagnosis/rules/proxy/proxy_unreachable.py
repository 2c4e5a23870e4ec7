"""proxy-unreachable: the proxy that this computer is set to use does not answer."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxies import (
    announces_direct,
    directly_open,
    is_only_announced,
    proxied,
    proxies,
)
from fmsdiag.diagnosis.evidence.routes import proxy_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, outcome_of_step
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Observation,
    StepName,
)


class Unneeded(FindingTexts, of="proxy-unreachable.unneeded"):
    """The server is reached without it."""

    headline = text("The proxy set on this computer does not work.")
    explanation = text(
        "This computer is set to use a proxy, but no connection to the proxy works. {server:host} can be reached without "
        "it, so only programs that use this setting are affected, such as browsers and some players."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        step(
            "If you no longer need this proxy, remove it from this computer's settings. Otherwise, check its name and port: "
            "{proxy}."
        ),
    )
    administrator = (
        step("Check that this proxy accepts connections, or tell people which one to use here: {proxy}."),
    )


class Needed(FindingTexts, of="proxy-unreachable.needed"):
    """Nothing passes without it either."""

    headline = Unneeded.headline
    explanation = text(
        "This computer is set to use a proxy, but no connection to the proxy works. Direct connections do not leave this "
        "network either, so this network seems to require a working proxy."
    )
    acts = Unneeded.acts
    you = (
        step("Ask the person who runs this network which proxy to use."),
        step("Check the name and port in this computer's proxy settings: {proxy}."),
    )
    administrator = Unneeded.administrator


class Suspected(FindingTexts, of="proxy-unreachable.suspected"):
    """The server is not reached without it, but something else is."""

    headline = Unneeded.headline
    explanation = text(
        "This computer is set to use a proxy, but no connection to the proxy works. Other connections work without it, "
        "so it may not be why {server:host} cannot be reached."
    )
    acts = Unneeded.acts
    you = (
        step(
            "Run the test again without the proxy.",
            Action.PROXY_SETTINGS,
        ),
        Needed.you[1],
    )
    administrator = Unneeded.administrator
    decisive_test = text("Turn off the proxy in this computer's settings and run the test again.")


class Closes(FindingTexts, of="proxy-unreachable.closes"):
    """It accepts connections and ends each without a word, as a proxy of another kind does."""

    headline = text("The proxy set on this computer closes connections.")
    explanation = text(
        "This computer is set to use a proxy. The proxy accepts connections and closes each one without an answer when it is "
        "asked for {server:host}. A proxy of another kind does that, such as a SOCKS proxy that is set as an HTTP proxy. "
        "Direct connections do not leave this network either, so this network seems to require a working proxy."
    )
    acts = Unneeded.acts
    you = (
        step(
            "Ask the person who runs this network which proxy to use, and of which kind it is (HTTP or SOCKS)."
        ),
        step(
            "Check the kind, name, and port in this computer's proxy settings: {proxy}.",
            Action.PROXY_SETTINGS,
        ),
    )
    administrator = (
        step(
            "Check whether this is a SOCKS or an HTTP proxy, and whether it lets this computer in: {proxy}."
        ),
    )


class Announced(FindingTexts, of="proxy-unreachable.announced"):
    """Nothing passes, and the proxy that the network announces is dead; nobody has set it here."""

    headline = text("The proxy that this network announces does not work.")
    explanation = text(
        "This network announces a proxy (WPAD), but no connection to that proxy works. Direct connections do not leave this "
        "network either, so this network seems to require a working proxy."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Needed.you[0],)
    administrator = (
        step(
            "Check that this proxy accepts connections, or correct this network's proxy configuration script: {proxy}."
        ),
    )


class AnnouncedForSome(FindingTexts, of="proxy-unreachable.announced-for-some"):
    """The same, and the script lets some connections go directly: whether those to this server are among them is not known."""

    headline = Announced.headline
    explanation = text(
        "This network announces a proxy (WPAD), but no connection to that proxy works. The announcement lets some "
        "connections go without the proxy. Whether it means connections to {server:host} is not known, because fmsdiag reads "
        "the script and does not run it."
    )
    acts = Announced.acts
    you = Announced.you
    administrator = Announced.administrator
    decisive_test = text(
        "Ask the person who runs this network whether connections to {server:host} must go through this proxy."
    )


class AnnouncedBeside(FindingTexts, of="proxy-unreachable.announced-beside"):
    """The same, and something else is reached without it."""

    headline = Announced.headline
    explanation = text(
        "This network announces a proxy (WPAD), but no connection to that proxy works. Other connections work without it, so "
        "it may not be why {server:host} cannot be reached."
    )
    acts = Announced.acts
    you = Announced.you
    administrator = Announced.administrator
    decisive_test = AnnouncedForSome.decisive_test


class AnnouncedCloses(FindingTexts, of="proxy-unreachable.announced-closes"):
    """It accepts connections and ends each without a word."""

    headline = text("The proxy that this network announces closes connections.")
    explanation = text(
        "This network announces a proxy (WPAD). The proxy accepts connections and closes each one without an answer when it "
        "is asked for {server:host}. Direct connections do not leave this network either, so this network seems to require a "
        "working proxy."
    )
    acts = Announced.acts
    you = Announced.you
    administrator = (
        step(
            "Check whether this proxy lets this computer in, or correct this network's proxy configuration script: {proxy}."
        ),
    )


class Seen(Table, of="proxy-unreachable.seen"):
    # translators: {proxy} is written "10.66.0.1, port 3128", {outcome} "no answer after 5.0 s"
    CONNECT = text("Connecting to {proxy}: {outcome}.")
    NAME = text("Looking up the name of {proxy}: {outcome}.")
    NO_PROXY = text("Sending a proxy request to {proxy}: {outcome}.")
    DIRECT = text("Without the proxy, connections work.")


class Earned(Table, of="proxy-unreachable.earned"):
    """What the confidence rests on."""

    ALL = text("Every attempt to use the proxy failed before it answered.")
    CLOSED = text("Every attempt to use the proxy was closed at once, and nothing connects without it.")
    NAMED = text("The network's script names it, and every attempt to use it failed before it answered.")
    BESIDE = text("Every attempt to use the proxy failed, but other connections work without it.")


_NO_PROXY = (
    FailureKind.TIMED_OUT,
    FailureKind.RESET,
    FailureKind.CLOSED,
    FailureKind.UNEXPECTED_REPLY,
    FailureKind.STALLED,
)
_AT_ONCE_S = 0.5
_SEEN_AT = {StepName.DNS: Seen.NAME, StepName.TCP: Seen.CONNECT, StepName.PROXY: Seen.NO_PROXY}


def judge(run: RunView) -> Answer:
    """No route through the proxy gets as far as its first answer. A given up lookup or connect is no sign."""
    for proxy in proxies(run):
        routes = [a for a in proxied(run) if a.endpoint.proxy == proxy]
        ends = [_never_answered(a) for a in routes]
        if all(end is not None for end in ends) and ends[0] is not None:
            return _found(run, proxy, ends[0])
        closed = [end for a in routes if (end := _closed_at_once(a)) is not None]
        compared = bool(run.performed(Experiment.CONTROL_PORT))
        needed = compared and not run.connected and directly_open(run) is None
        if needed and len(closed) == len(routes) and len({a.endpoint.port for a in routes}) > 1:
            return _closes(run, proxy, closed[0])
    return None


def _closed_at_once(attempt: Attempt) -> Observation | None:
    """Where the proxy ended the connection, without a word and too soon to have tried to reach the server in vain."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None or ended.step is not StepName.PROXY:
        return None
    silent = not ended.failure.bytes_received and ended.elapsed_s < _AT_ONCE_S
    return ended if ended.failure.kind is FailureKind.CLOSED and silent else None


def _closes(run: RunView, proxy: str, ended: Observation) -> Found:
    return Found(
        AnnouncedCloses if is_only_announced(run, proxy) else Closes,
        Confidence.LIKELY,
        Earned.CLOSED.of(),
        _seen(proxy, ended, None),
        values={"proxy": proxy_of(proxy)},
    )


def _never_answered(attempt: Attempt) -> Observation | None:
    """Where the attempt ended on its way to the proxy, or none if the proxy said anything sensible."""
    ended = attempt.failed_step
    if ended is None or ended.failure is None:
        return None
    if ended.step in (StepName.DNS, StepName.TCP):
        return ended
    if ended.step is not StepName.PROXY or ended.failure.kind not in _NO_PROXY:
        return None
    # silence after the wish to be connected may be the proxy's waiting for the server
    return ended if ended.failure.kind in (FailureKind.UNEXPECTED_REPLY, FailureKind.RESET) else None


def _found(run: RunView, proxy: str, ended: Observation) -> Found:
    works, direct = bool(run.connected), directly_open(run)
    if is_only_announced(run, proxy):
        return _announced(run, proxy, ended, direct)
    case: type[FindingTexts] = Unneeded if works else Needed if direct is None else Suspected
    sure, alive = case is not Suspected, run.sign_of_life
    return Found(
        case,
        Confidence.CONFIRMED if sure else Confidence.POSSIBLE,
        Earned.ALL.of() if sure else Earned.BESIDE.of(),
        _seen(proxy, ended, direct),
        values={"proxy": proxy_of(proxy)},
        rules_out=(RuledOut.SERVER_DOWN.of(port=alive.port or 0),) if works and alive is not None else (),
        # what fails without the proxy has a cause of its own, which programs without a proxy setting meet
        yields=case is Unneeded,
        alternative=case is Unneeded,
    )


def _announced(run: RunView, proxy: str, ended: Observation, direct: Observation | None) -> Found:
    """Of a proxy that this computer is not set to use; what its script says of this server is not known."""
    case = AnnouncedBeside if direct is not None else AnnouncedForSome if announces_direct(run) else Announced
    sure = case is Announced
    return Found(
        case,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Earned.NAMED.of(),
        _seen(proxy, ended, direct),
        values={"proxy": proxy_of(proxy)},
        alternative=not sure,
    )


def _seen(proxy: str, ended: Observation, direct: Observation | None) -> tuple[EvidenceLine, ...]:
    said = _SEEN_AT[ended.step].of(proxy=proxy_of(proxy), outcome=outcome_of_step(ended))
    seen = (evidence_line(said, ended),)
    return seen if direct is None else (*seen, evidence_line(Seen.DIRECT.of(), direct))


RULE = Rule(
    Cause.PROXY_UNREACHABLE,
    judge,
    explains=(
        Cause.EGRESS_BLOCKED, Cause.PORT_BLOCKED, Cause.ONLY_WEB_PORTS_ALLOWED, Cause.ONLY_HTTPS_ALLOWED,
        Cause.UDP_BLOCKED, Cause.SERVER_DOWN, Cause.SERVER_FIREWALL, Cause.DNS_STALE_ADDRESS,
    ),
)  # fmt: skip
