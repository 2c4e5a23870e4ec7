"""The marks of web accelerators and CDNs: machines that carry web requests to a server, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.evidence.proxy_marks import proxy_marks, same_proxy
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_facts
from fmsdiag.model import Experiment, Observation

_HEADERS = (
    ("cf-ray", "Cloudflare"),
    ("cf-cache-status", "Cloudflare"),
    ("x-amz-cf-id", "Amazon CloudFront"),
    ("x-amz-cf-pop", "Amazon CloudFront"),
    ("x-akamai", "Akamai"),
    ("akamai-", "Akamai"),
    ("x-fastly", "Fastly"),
    ("fastly-", "Fastly"),
    ("x-served-by", "Fastly"),
    ("x-azure-ref", "Azure Front Door"),
    ("x-msedge-ref", "Azure Front Door"),
    ("x-sucuri", "Sucuri"),
    ("x-iinfo", "Imperva"),
    ("x-cdn", "CDN"),
    ("cdn-", "CDN"),
    ("x-edge-", "CDN"),
    ("x-varnish", "Varnish"),
)
"""How headers begin that only such a machine adds, and whose it is."""
_SERVERS = (
    ("cloudflare", "Cloudflare"),
    ("cloudfront", "Amazon CloudFront"),
    ("akamaighost", "Akamai"),
    ("akamainetstorage", "Akamai"),
    ("sucuri", "Sucuri"),
    ("bunnycdn", "BunnyCDN"),
    ("keycdn", "KeyCDN"),
    ("ddos-guard", "DDoS-Guard"),
    ("qrator", "Qrator"),
    ("cdn77", "CDN77"),
    ("gcore", "Gcore"),
    ("imperva", "Imperva"),
    ("ecacc", "Edgio"),
    ("ecs ", "Edgio"),
    ("varnish", "Varnish"),
    ("netlify", "Netlify"),
    ("vercel", "Vercel"),
)
"""What `server` and `via` hold of them, in lower case."""


def accelerator(run: RunView) -> tuple[str, str, Observation] | None:
    """What carries the server's web requests: its name, the header that says so, and where it was seen; none if nothing does.

    A cache that marks the control host's answers as well stands in our own path and is not meant.
    """
    for attempt in (*run.own, *run.performed(Experiment.HTTP_ON_PORT)):
        if attempt.endpoint.proxy is not None:
            continue
        for observation in attempt.observations:
            facts = web_facts(observation)
            if facts is None:
                continue
            named = _named(facts.headers)
            if named is not None:
                return (*named, observation)
            marks = proxy_marks(facts.headers)
            if marks and same_proxy(facts.headers, run.control_web) is False:
                return "", marks[0], observation
    return None


def is_marked(run: RunView) -> bool:
    """Whether a web answer bears a cache's mark of any kind, the customer's own caches included."""
    asked = (*run.own, *run.performed(Experiment.HTTP_ON_PORT))
    facts = (web_facts(o) for a in asked if a.endpoint.proxy is None for o in a.observations)
    return any(f is not None and (_named(f.headers) is not None or proxy_marks(f.headers)) for f in facts)


def has_web_answer(run: RunView) -> bool:
    """Whether any port of the server answered as a web server."""
    asked = (*run.own, *run.performed(Experiment.HTTP_ON_PORT))
    return any(web_facts(o) is not None for a in asked for o in a.observations)


def _named(headers: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    for name, value in headers:
        name = name.lower()
        whose = next((who for mark, who in _HEADERS if name.startswith(mark)), None)
        if whose is None and name in ("server", "via", "x-powered-by"):
            whose = next((who for mark, who in _SERVERS if mark in value.lower()), None)
        if whose is not None:
            return whose, f"{name}: {value}"
    return None
