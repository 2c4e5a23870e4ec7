"""The marks that web proxies leave in the headers of the answers that pass through them."""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.model import Attempt, Facts, HttpFacts, TunnelFacts

PROXY_MARKS = ("via", "x-squid-error", "x-cache", "x-cache-lookup", "x-bluecoat-via", "proxy-agent")
"""Headers of a reply that a web proxy or cache adds. Not proxy-connection, which says nothing of who sent it."""


def proxy_marks(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The headers that a web proxy adds, as "name: value"; a server's own front-end adds the same."""
    return tuple(f"{name}: {value}" for name, value in headers if name in PROXY_MARKS)


def is_marked(facts: Facts) -> bool:
    """Whether an answer over HTTP bears a proxy's mark."""
    return isinstance(facts, HttpFacts | TunnelFacts) and bool(proxy_marks(facts.headers))


def answered_by_proxy(attempt: Attempt) -> bool:
    """Whether any answer in an attempt bears a proxy's mark: what accepted its connection may be the proxy."""
    return any(is_marked(o.facts) for o in attempt.observations)


def same_proxy(headers: Sequence[tuple[str, str]], control: HttpFacts | None) -> bool | None:
    """Whether the proxy that marked these headers also marked the control host's answer; none if that is unknown.

    One that did stands in our path; one that did not belongs to the server.
    """
    if control is None:
        return None
    theirs = {_proxy_name(mark) for mark in proxy_marks(control.headers)}
    return not theirs.isdisjoint(_proxy_name(mark) for mark in proxy_marks(headers))


def _proxy_name(mark: str) -> str:
    """What stays the same from answer to answer: "via: 1.1 gate (squid/5.7)" without protocol version, hits and errors."""
    name, _, value = mark.partition(": ")
    words = [w for w in value.lower().split() if w not in ("1.0", "1.1", "2", "hit", "miss", "none", "from")]
    return "x-squid-error" if name == "x-squid-error" else " ".join(words)
