"""no-internet: the router answers, and nothing beyond it does."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    anything_passed,
    by_configured,
    by_second,
    fails,
    of_control,
    rcode,
    sent_beyond,
    stopped_by_own_router,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import outcome
from fmsdiag.model import Actor, Confidence, FailureKind, Observation, Question, StepName

CAUSE = "no-internet"
_SILENT = (FailureKind.TIMED_OUT, FailureKind.RESOLVER_SILENT, FailureKind.RESOLVER_CLOSED)


def judge(run: RunView) -> Answer:
    """Our own router reports that it knows no way on; or no name server, near or independent, can find out anything.

    Whatever passed, a name server's fresh answer included, speaks against it: then somebody's rule blocks the rest.
    """
    if anything_passed(run) or not (run.path_matters or run.name_failed):
        return None
    beyond = sent_beyond(run)
    if any(o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE for o in beyond):
        return None  # it did not even leave this computer
    reported = [o for o in beyond if stopped_by_own_router(run, o)]
    if reported:
        return ask_unless_answered(_questions(run), _match(run, reported, Confidence.LIKELY))
    if not run.name_failed:
        return _by_controls(run)
    own, second = by_configured(run), by_second(run)
    if own is None or not (fails(own) or _is_silent(own)) or (second is not None and not _is_silent(second)):
        return None
    if second is None:
        # alone, a failing name server has causes of its own
        return ask_unless_answered(run.ask_second_resolver(), None)
    near = fails(own) and run.on_local_side(own.address)
    return _match(run, [own, second], Confidence.LIKELY if near else Confidence.POSSIBLE)


def _by_controls(run: RunView) -> Match | None:
    """The server and the control host are silent, and the control host's name cannot be looked up either."""
    control = of_control(run)
    if control is None or control.ok or not run.sent or not all(_is_silent(o) for o in run.sent):
        return None
    if control.failure is None or control.failure.kind is FailureKind.NAME_NOT_FOUND:
        return None
    return _match(run, [run.sent[0], control], Confidence.LIKELY)


def _questions(run: RunView) -> tuple[Question, ...]:
    if run.name_failed:
        return run.ask_second_resolver()
    return run.ask_control_port(next((o.port for o in run.sent if o.port), 80))


def _is_silent(observation: Observation) -> bool:
    return observation.failure is not None and observation.failure.kind in _SILENT


def _match(run: RunView, seen: list[Observation], confidence: Confidence) -> Match:
    router = next(
        (o.failure.icmp.sender for o in seen if o.failure is not None and o.failure.icmp is not None), None
    )
    said = router is not None
    near = confidence is Confidence.LIKELY and not said
    return Match(
        confidence,
        "This network has no connection to the internet."
        if confidence is Confidence.LIKELY
        else "This network may have no connection to the internet.",
        (
            f"This network's router {router} answers and says that it knows no way further."
            if said
            else "Something answers on this network, but nobody beyond it does."
            if near
            else "Nobody beyond this network answers: neither the name server that this computer is set to ask nor another one."
        )
        + " The line to the provider is probably down, or the router is not signed in to it. The streaming server has not been "
        "reached at all, and neither has anything else.",
        (Actor.USER,),
        Advice(
            user="Open any web page. If none opens, restart the router and check its line to the "
            "provider, or call the provider.",
            administrator="The uplink of this network is down: check the router's default route, its line and its sign-in to "
            "the provider.",
        ),
        "The router itself reports it, and nothing that was tried beyond it answered."
        if said
        else "What is near answers, and all that is far is silent."
        if near
        else "Only name servers could be asked; a network that blocks all of them would look the same.",
        tuple(line(_told(o), o) for o in _different(seen)),
        rules_out=("the streaming server", "the application's name"),
        decisive_test="" if said else "Open any web page: if one opens, the connection itself works.",
    )


def _different(seen: list[Observation]) -> list[Observation]:
    return list({(o.address, o.port): o for o in reversed(seen)}.values())[::-1][:4]


def _told(observation: Observation) -> str:
    if observation.step is not StepName.DNS:
        return f"Port {observation.port} of {observation.address}: {outcome(observation)}."
    if observation.address is None:
        return "The name of another server could not be looked up either."
    if fails(observation):
        return f"The name server {observation.address} says only {rcode(observation)}."
    if _is_silent(observation):
        return f"The name server {observation.address} does not answer (after {observation.elapsed_s:.1f} s)."
    return f"The name server {observation.address}: {outcome(observation)}."


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "dns-no-answer", "dns-server-failure", "dns-name-not-found", "dns-filtered", "server-down", "dns-stale-address",
        "port-blocked", "egress-blocked", "dns-private-address",
    ),
)  # fmt: skip
