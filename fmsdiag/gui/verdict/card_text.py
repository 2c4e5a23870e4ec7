"""What the verdict card says of a report, and the summary that it copies. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fmsdiag.messages.reader import render
from fmsdiag.model import Actor, Advice, Attempt, EvidenceLine, Finding, Note, Purpose, Report
from fmsdiag.report.outcomes import describe_outcome
from fmsdiag.report.players import recommended_lines
from fmsdiag.report.request_text import request_text
from fmsdiag.report.view import Line
from fmsdiag.report.view import shown as message_text
from fmsdiag.report.visible import one_line, visible
from fmsdiag.report.words import (
    confidence_word,
    describe_method,
    format_duration,
    mark_of_verdict,
    readers_of,
)

SEEN_LINES = 5


_CAUSES = {
    "app-not-found": "an application name that the server does not know",
    "auth-required": "a name and password that the server asks for",
    "captive-portal": "a network that wants you to sign in first",
    "certificate-chain-incomplete": "a certificate whose chain is not complete",
    "certificate-expired": "a certificate that has expired",
    "certificate-not-yet-valid": "a certificate that is not valid yet",
    "certificate-self-signed": "a certificate that nobody vouches for",
    "certificate-untrusted": "a certificate that is not trusted here",
    "certificate-wrong-host": "a certificate for another name",
    "client-clock-wrong": "this computer's clock being wrong",
    "connection-count-limited": "a limit on open connections",
    "connection-rate-limited": "a limit on new connections",
    "dns-filtered": "a name server that hides the name",
    "dns-hijacked": "a name server that gives another address",
    "dns-name-not-found": "a name that does not exist",
    "dns-no-answer": "name servers that do not answer",
    "dns-private-address": "an address that exists in another network only",
    "dns-server-failure": "a name server that could not find out",
    "dns-slow": "a slow name server",
    "dns-stale-address": "an address that is out of date",
    "egress-blocked": "a network that lets no connection out",
    "gateway-unreachable": "a router that does not answer",
    "high-latency": "a very long way to the server",
    "hosts-file-override": "a line in this computer's hosts file",
    "idle-timeout": "silent connections being forgotten on the way",
    "ipv6-broken": "IPv6 that goes nowhere from here",
    "ipv6-only-name": "a name with IPv6 addresses only",
    "local-firewall": "security software on this computer",
    "local-network-down": "this computer being offline",
    "middlebox-accepts-all": "a device on the way that accepts every connection",
    "mtu-black-hole": "long packets that get lost",
    "no-internet": "this network being cut off from the internet",
    "non-http-blocked": "traffic other than web pages being stopped",
    "one-address-dead": "one of the server's addresses not working",
    "only-https-allowed": "everything but secure web pages being stopped",
    "only-web-ports-allowed": "every port but those of web pages being blocked",
    "packet-loss": "packets that get lost",
    "port-blocked": "a port that is blocked",
    "proxy-auth-required": "a proxy that asks for a name and password",
    "proxy-blocks-tunnel": "a proxy that refuses RTMP inside of web requests",
    "proxy-denies-server": "a proxy that refuses this server",
    "proxy-required": "a network that can be left through its proxy only",
    "proxy-unreachable": "a proxy that does not answer",
    "redirected": "a server that sends its clients elsewhere",
    "rejected-by-server": "the server's refusal",
    "rtmfp-not-offered": "RTMFP that is not offered",
    "rtmfp-redirect-blocked": "a redirect that leads nowhere by UDP",
    "rtmp-blocked": "a filter that recognises RTMP",
    "rtmp-expected": "a port that wants no encryption",
    "rtmp-service-stopped": "a media service that is not running",
    "rtmpe-blocked": "a filter that cuts encrypted RTMP",
    "rtmpe-not-offered": "encrypted RTMP that is not offered",
    "rtmps-expected": "a port that wants RTMP inside TLS",
    "rtmps-not-offered": "RTMP inside TLS that is not offered",
    "server-closes-connection": "a server that closes the connection",
    "server-down": "a server that does not answer",
    "server-firewall": "a firewall at the server's side",
    "server-full": "a server that is full",
    "server-hung": "a server that accepts connections and says nothing",
    "server-not-listening": "a port on which nothing listens",
    "server-on-other-port": "a server that uses another port",
    "server-shutting-down": "a server that is being stopped",
    "server-slow": "a server that is slow to answer",
    "stream-refused": "a stream that the server refuses",
    "throttled": "a connection that is slowed down",
    "tls-blocked": "secure connections that are cut off on the way",
    "tls-intercepted": "secure connections being opened on the way",
    "tls-not-enabled": "a secure port without security",
    "tls-version-mismatch": "a version of TLS that one side does not know",
    "transparent-proxy": "a proxy on the way",
    "tunnel-not-offered": "an HTTP tunnel that is not offered",
    "udp-blocked": "UDP that is blocked",
    "upload-cut": "uploads that are cut off",
    "wrong-service-on-port": "another service on the port",
}
"""Causes in the middle of a sentence, for those that were folded into another."""
_FAULT = "fmsdiag could not judge “{}”{}: a fault of this program, which says nothing about your network."


@dataclass(frozen=True)
class Other:
    """Another finding of the same report, which the card can show instead."""

    text: str
    finding: int


@dataclass(frozen=True)
class CardText:
    """The card's words, whatever the report was."""

    word: str
    headline: str
    paragraph: str
    confidence: str
    seen: tuple[Line, ...]
    against: tuple[Line, ...]
    rules_out: tuple[str, ...]
    explains: str
    """What else follows from this cause, in one line; "" where nothing was folded into it."""
    decides: str
    """The one test that would settle what stays open."""
    others: tuple[Other, ...]
    notes: tuple[Line, ...]
    address: str
    """An address that connects from here, and below the ports and words that go with it."""
    ports: str
    advice: tuple[tuple[str, str], ...]
    """The three readers by name, each with what to do ("" where there is nothing)."""
    acts: int
    """Which of them can mend it: an index into `advice`."""
    firewall_request: str


def card_text(report: Report, shown: int = 0) -> CardText:
    """The words of the card for `report`, about its finding number `shown`: the first is the verdict's."""
    finding = report.findings[shown] if shown < len(report.findings) else None
    word = mark_of_verdict(report.verdict.status).word
    seen = _shown(finding.evidence[:SEEN_LINES]) if finding and finding.evidence else _attempts_seen(report)
    address, ports = _recommended(report)
    return CardText(
        word=f"{word} · also noticed" if shown and finding else word,
        headline=one_line(render(finding.headline if shown and finding else report.verdict.headline), 200),
        paragraph=_paragraph(report, finding),
        confidence=_confidence(finding),
        seen=seen,
        against=_shown(finding.counter_evidence) if finding else (),
        rules_out=tuple(visible(render(line)) for line in finding.rules_out) if finding else (),
        explains=_explains(finding),
        decides=message_text(finding.decisive_test) if finding else "",
        others=_others(report, shown),
        notes=_notes(report),
        address=address,
        ports=ports,
        advice=tuple(
            (name, visible(text, keep_newlines=True))
            for name, text in readers_of(finding.advice if finding else Advice())
        ),
        acts=list(Actor).index(finding.acts[0]) if finding and finding.acts else 0,
        firewall_request=visible(request_text(finding.request), keep_newlines=True) if finding else "",
    )


def summary_text(report: Report) -> str:
    """A few lines for a chat or a ticket; `report` is redacted already."""
    text, target = card_text(report), report.target
    lines = [
        f"{text.word}: {text.headline}",
        text.paragraph,
        "",
        f"Server: {target.host}, application: {target.application or '(none)'}",
    ]
    lines += [f"- {_attempt_line(attempt)}" for attempt in _planned(report)]
    if text.confidence:
        lines += ["", text.confidence]
    if text.decides:
        lines.append(f"This test would decide: {text.decides}")
    if text.address:
        lines += ["", f"This connects: {text.address}"]
    todo = [f"{name}: {advice}" for name, advice in text.advice if advice]
    if todo:
        lines += ["", *todo]
    lines += ["", f"fmsdiag {report.tool.version}, report {report.report_id}, {report.started_at}"]
    return "\n".join(lines)


def _paragraph(report: Report, finding: Finding | None) -> str:
    message = finding.explanation if finding is not None else report.verdict.explanation
    return visible(render(message), keep_newlines=True)


def _confidence(finding: Finding | None) -> str:
    """The word, and the reason for it: "Likely: port 80 of the same address answers"."""
    if finding is None:
        return ""
    word = confidence_word(finding.confidence)
    reason = message_text(finding.confidence_reason)
    return f"{word}: {reason}" if reason else word


def _explains(finding: Finding | None) -> str:
    names = (
        [_CAUSES.get(cause, visible(cause).replace("-", " ")) for cause in finding.explains]
        if finding
        else []
    )
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _others(report: Report, shown: int) -> tuple[Other, ...]:
    """The links to the other findings; from one of them, the first leads back."""
    return tuple(
        Other(("Back to: " if number == 0 else "") + one_line(render(other.headline), 200), number)
        for number, other in enumerate(report.findings)
        if number != shown
    )


def _notes(report: Report) -> tuple[Line, ...]:
    faults = (
        Line(_FAULT.format(one_line(fault.cause, 60), _in_file(fault.where))) for fault in report.rule_errors
    )
    return (*_shown(report.notes), *faults)


def _in_file(where: str) -> str:
    return f" ({one_line(where, 80)})" if where else ""


def _recommended(report: Report) -> tuple[str, str]:
    """The address, and in words the ports that connect, best first."""
    found = report.recommendation
    if found is None or not found.url:
        return "", ""
    return visible(found.url), " ".join(recommended_lines(found))


def _shown(lines: Iterable[EvidenceLine | Note]) -> tuple[Line, ...]:
    """The same lines with nothing in them that could not be seen."""
    return tuple(Line(visible(render(line.message)), line.observation) for line in lines)


def _attempts_seen(report: Report) -> tuple[Line, ...]:
    return tuple(Line(_attempt_line(a), str(a.id)) for a in _planned(report)[:SEEN_LINES])


def _planned(report: Report) -> list[Attempt]:
    return [attempt for attempt in report.attempts if attempt.purpose is Purpose.FALLBACK]


def _attempt_line(attempt: Attempt) -> str:
    line = f"{describe_method(attempt)}: {describe_outcome(attempt)}"
    if attempt.started_s is not None and attempt.ended_s is not None and "after" not in line:
        line += f" ({format_duration(attempt.ended_s - attempt.started_s)})"
    return line
