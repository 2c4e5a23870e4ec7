"""What a web proxy in the path answers itself: that it refuses a tunnel, or a page of the same server as well."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.proxy_marks import is_marked
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import http_answer, is_page, no_tunnel
from fmsdiag.model import PROXY_UNREACHED, Attempt, Experiment, Observation, StepName, TunnelFacts


def error_of_proxy(attempt: Attempt) -> TunnelFacts | None:
    """An HTTP error that a proxy in the path wrote in place of a session, and by which it refuses."""
    facts = no_tunnel(attempt)
    if facts is None or is_page(attempt) or not is_marked(facts) or not is_proxys_error(facts.headers):
        return None
    status = facts.status or 0
    return facts if status >= 400 and status not in PROXY_UNREACHED else None


def denied_page(run: RunView, refused: Attempt) -> Observation | None:
    """The same proxy's refusal of a plain web page of the server, on the port of a tunnel that it refused."""
    facts = error_of_proxy(refused)
    pages = (a.step(StepName.HTTP) for a in run.performed(Experiment.HTTP_ON_PORT, refused.endpoint.port))
    return next(
        (
            page
            for page in pages
            if page is not None
            and facts is not None
            and (answer := http_answer(page)) is not None
            and is_proxys_error(answer.headers)
            and answer.status == facts.status
        ),
        None,
    )


def reference_page(run: RunView) -> Observation | None:
    """The control host's answer to a web request: it shows whether the proxy stands in our path."""
    return next((s for a in run.performed(Experiment.CONTROL_HTTP) if (s := a.step(StepName.HTTP))), None)


def is_proxys_error(headers: tuple[tuple[str, str], ...]) -> bool:
    """Whether the proxy wrote the answer itself: what it only passes on bears the server's own name."""
    named = dict(headers)
    if "x-squid-error" in named:
        return True
    server, via = named.get("server", "").lower(), named.get("via", "").lower()
    product = server.partition("/")[0].partition(" ")[0]
    return not product or product in via
