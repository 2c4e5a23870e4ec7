"""What HTTP answered: whether it is a website that stands where a media server was looked for.

`is_website` tells it from the step at which an attempt ended, whatever was asked there. `web_answer` finds the answer in
an attempt, behind a refused certificate as well, and `no_tunnel` that to a tunnel's first request, which a website can
also answer as if it had opened one (`is_page`).
"""

from __future__ import annotations

from fmsdiag.model import Attempt, FailureKind, HttpFacts, Observation, ReplyProtocol, StepName, TunnelFacts

PROXY_AUTHENTICATION_REQUIRED = 407


def http_answer(observation: Observation | None) -> HttpFacts | None:
    """The HTTP reply that an observation holds, if it holds one."""
    facts = observation.facts if observation is not None else None
    return facts if isinstance(facts, HttpFacts) and facts.status is not None else None


def web_facts(observation: Observation | None) -> HttpFacts | TunnelFacts | None:
    """Like http_answer, and also what a tunnel's request was told in place of a session."""
    facts = observation.facts if observation is not None else None
    if isinstance(facts, TunnelFacts) and facts.status is not None and facts.session_id is None:
        return facts
    return http_answer(observation)


def web_answer(attempt: Attempt) -> Observation | None:
    """Where a web server answered in place of a media server, behind a refused certificate or not."""
    steps = (StepName.HANDSHAKE, StepName.TUNNEL)
    return next(
        (o for o in attempt.observations if o.step in steps and not o.ok and web_facts(o) is not None), None
    )


def is_page(attempt: Attempt) -> bool:
    """Whether an RTMPT session was only a web page that answers everything alike: an id came, and no RTMP after it."""
    tunnel, handshake = attempt.step(StepName.TUNNEL), attempt.step(StepName.HANDSHAKE)
    failure = handshake.failure if handshake is not None else None
    return (
        tunnel is not None
        and isinstance(tunnel.facts, TunnelFacts)
        and tunnel.ok
        and not tunnel.facts.carries_rtmp
        and failure is not None
        and failure.kind is FailureKind.UNEXPECTED_REPLY
    )


def no_tunnel(attempt: Attempt) -> TunnelFacts | None:
    """What HTTP answered in place of a tunnel, an error or a page for everything; 407 is a proxy's, and no answer."""
    step = attempt.step(StepName.TUNNEL)
    facts = step.facts if step is not None and (not step.ok or is_page(attempt)) else None
    if not isinstance(facts, TunnelFacts) or facts.status in (None, PROXY_AUTHENTICATION_REQUIRED):
        return None
    return facts


def is_website(ended: Observation | None) -> bool:
    """Whether a step ended by a web server's answer, which is ordinary on ports 80 and 443 beside a media server's own."""
    failure = ended.failure if ended is not None else None
    return failure is not None and failure.replied_in(ReplyProtocol.HTTP)
