"""Words that several rules share: lists of ports, what a step saw, the firewall request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.requests import request
from fmsdiag.model import Attempt, Endpoint, FailureKind, Observation, Request, Transport

NAMES = {
    Transport.RTMP: "RTMP", Transport.RTMPE: "RTMPE", Transport.RTMPS: "RTMPS", Transport.RTMPT: "RTMPT",
    Transport.RTMPTE: "RTMPTE", Transport.RTMPTS: "RTMPTS", Transport.RTMFP: "RTMFP", Transport.HTTP: "HTTP",
    Transport.HTTPS: "HTTPS", Transport.ADMIN: "the administration service",
}  # fmt: skip

_SPOKEN_WITH_A_VOWEL = ("SSH", "RTSP", "RTMP", "IMAP", "FTP", "IRC", "HTTP", "XML", "unknown", "echo")
_OUTCOMES = {
    FailureKind.TIMED_OUT: "no answer",
    FailureKind.REFUSED: "refused",
    FailureKind.RESET: "cut off by a reset",
    FailureKind.CLOSED: "closed without an answer",
    FailureKind.UNREACHABLE: "reported as unreachable",
    FailureKind.NO_ROUTE: "this computer has no route to it",
    FailureKind.NOT_PERMITTED: "this computer does not permit it",
    FailureKind.STALLED: "the answer broke off",
    FailureKind.UNEXPECTED_REPLY: "something else answered",
    FailureKind.TLS_ALERT: "secure connection refused",
    FailureKind.REJECTED: "reached, and refused by the server",
}


def method(endpoint: Endpoint) -> str:
    """ "RTMP on port 1935"."""
    return f"{NAMES[endpoint.transport]} on port {endpoint.port}"


def joined(words: Sequence[str], last: str = "and") -> str:
    """ "1935, 80 and 443"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def ports(numbers: Sequence[int]) -> str:
    """ "port 1935" or "ports 1935 and 80"."""
    return ("port " if len(numbers) == 1 else "ports ") + joined([str(n) for n in numbers])


def hops_away(count: int) -> str:
    """ "1 hop away" or "4 hops away"."""
    return f"{count} hop{'' if count == 1 else 's'} away"


def named(like: str) -> str:
    """What first bytes look like, with an article: "an SSH server", "a web server (HTTP 400 from nginx)"."""
    if like.startswith("HTTP ") and like != "HTTP answer":
        return f"a web server ({like})"
    article = "an" if like.startswith(_SPOKEN_WITH_A_VOWEL) else "a"
    return f"{article} {like}"


def outcome(observation: Observation) -> str:
    """How a failed step ended, in words, with its time: "no answer after 5.0 s"."""
    failure = observation.failure
    if failure is None:
        return "worked"
    words = _OUTCOMES.get(failure.kind, failure.detail or failure.kind.value)
    if failure.kind is FailureKind.UNEXPECTED_REPLY and failure.looks_like:
        words = f"{named(failure.looks_like)} answered"
    if failure.kind is FailureKind.UNREACHABLE and failure.icmp is not None and failure.icmp.sender:
        words = f"reported as unreachable by {failure.icmp.sender}"
    return f"{words} {_when(observation.elapsed_s)}"


def _when(elapsed_s: float) -> str:
    """ "after 5.0 s", or "at once" for what no person would have noticed."""
    return "at once" if elapsed_s < 0.05 else f"after {elapsed_s:.1f} s"


def told(attempt: Attempt) -> str:
    """One attempt as evidence: "RTMP on port 1935: no answer after 5.0 s"."""
    ended = attempt.failed_step
    if ended is None:
        return f"{method(attempt.endpoint)}: connected"
    return f"{method(attempt.endpoint)}: {outcome(ended)}"


def firewall_request(run: RunView, failed: Sequence[Endpoint]) -> Request | None:
    """Of a rule whose words are not in tables yet."""
    return request(run, failed)


def settings(run: RunView, by_software: Mapping[str, str]) -> str:
    """Of a rule whose words are not in tables yet."""
    identity = run.server_software
    if identity is not None and identity.probability >= 0.6 and identity.software in by_software:
        return f"This looks like {identity.software}: {by_software[identity.software]}."
    return "; ".join(f"{name}: {text}" for name, text in by_software.items()) + "."
