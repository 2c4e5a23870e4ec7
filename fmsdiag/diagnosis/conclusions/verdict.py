"""One word and one sentence for the whole run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fmsdiag.diagnosis.conclusions.stream_notes import stream_notes
from fmsdiag.diagnosis.conclusions.tunnel_notes import ident_notes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.server_software import software_notes
from fmsdiag.diagnosis.wording import joined, method, named, quoted
from fmsdiag.messages.language import ENGLISH
from fmsdiag.messages.text import unconverted
from fmsdiag.model import (
    Attempt,
    Confidence,
    DnsFacts,
    FailureKind,
    Family,
    Finding,
    Note,
    Observation,
    Purpose,
    Status,
    StepName,
    Verdict,
    VerdictStatus,
)

NOT_OFFERED = "Not offered here, or not to this network"
"""All that is known of a way in that failed, where another one works."""

_ARTICLES = ("The", "A", "An", "This", "Perhaps", "Something", "Only", "Packets", "Your")


_WITHOUT_FINDING = {
    VerdictStatus.CONNECTED: "The first attempt connected. No problems found.",
    VerdictStatus.CONNECTED_BY_FALLBACK: "A later attempt of the plan was accepted, so a player would connect, "
    "but only after waiting for the earlier ones.",
    VerdictStatus.CONNECTED_THROUGH_PROXY: "Only attempts through a proxy connected.",
    VerdictStatus.REJECTED: "The server was reached and spoke RTMP, so the network works. The server rejected the connection.",
    VerdictStatus.UNREACHABLE: "No attempt reached an RTMP server.",
    VerdictStatus.INCONCLUSIVE: "The results do not point to a single cause.",
    VerdictStatus.STOPPED: "The test was stopped before it was complete. "
    "Nothing is concluded from attempts that had not finished.",
}


def judge(run: RunView, findings: Sequence[Finding], stopped: bool = False) -> Verdict:
    """The verdict of a run; its cause is the first finding's, or "none"."""
    best = findings[0] if findings else None
    by = next((a for a in run.fallback if a.status is Status.CONNECTED), None)
    status = _status(run, findings, by, stopped)
    return Verdict(
        status=status,
        headline=unconverted(_headline(status, best, by, run)),
        explanation=best.explanation if best is not None else unconverted(_WITHOUT_FINDING[status]),
        cause=best.cause if best else "none",
        confidence=best.confidence if best else None,
        connected_by=by.id if by else None,
        connected_after_s=by.ended_s if by else None,
    )


def _status(run: RunView, findings: Sequence[Finding], by: Attempt | None, stopped: bool) -> VerdictStatus:
    if by is not None:
        own = (a for a in run.attempts if a.purpose is by.purpose and a.endpoint.transport.is_media)
        first = next(a for a in own if a.status is not Status.NOT_APPLICABLE)
        if by.endpoint.proxy is not None:
            return VerdictStatus.CONNECTED_THROUGH_PROXY
        if by is first:
            return VerdictStatus.CONNECTED
        if first.status is not Status.CANCELLED or not stopped:
            return VerdictStatus.CONNECTED_BY_FALLBACK
    if stopped:
        return VerdictStatus.STOPPED
    if any(a.status is Status.REJECTED for a in run.media):
        return VerdictStatus.REJECTED
    if any(f.confidence is not Confidence.POSSIBLE for f in findings):
        return VerdictStatus.UNREACHABLE
    return VerdictStatus.INCONCLUSIVE


def _headline(status: VerdictStatus, best: Finding | None, by: Attempt | None, run: RunView) -> str:
    if status is VerdictStatus.STOPPED:
        return "The test was stopped before it could tell."
    if best is not None and status is VerdictStatus.CONNECTED and by is not None:
        return f"Connected by {method(by.endpoint)}. {_beside(best, by, run)}"
    if best is not None:
        return ENGLISH.render(best.headline)
    if status is VerdictStatus.CONNECTED and by is not None:
        return f"Everything works: connected by {method(by.endpoint)}."
    if by is not None:
        return f"Connected by {method(by.endpoint)}, after other ways failed."
    if status is VerdictStatus.REJECTED:
        return "The server was reached and refused the connection."
    if not run.own:
        reason = next((a.reason for a in run.attempts if a.status is Status.NOT_APPLICABLE), "")
        return f"Nothing could be tested: {reason}." if reason else "Nothing could be tested."
    planned = [a for a in run.attempts if a.purpose is Purpose.FALLBACK]
    if planned and not any(a.endpoint.transport.is_media for a in planned):
        return _without_media(planned)
    return "The cause cannot be told from what was seen."


def _beside(best: Finding, by: Attempt, run: RunView) -> str:
    """What is wrong beside the plan's first attempt, which connected, with the service that it concerns if that is another."""
    first = next((e.observation.partition(".")[0] for e in best.evidence if e.observation), "")
    of = next((a for a in run.own if str(a.id) == first and a.endpoint != by.endpoint), None)
    if of is None:
        return ENGLISH.render(best.headline)
    word, _, rest = ENGLISH.render(best.headline).partition(" ")
    return f"{method(of.endpoint)}: {word.lower() if word in _ARTICLES else word} {rest}"


def _without_media(planned: Sequence[Attempt]) -> str:
    """A plan of web requests alone connects no player, whatever they bring."""
    answered = [method(a.endpoint) for a in planned if a.status is Status.CONNECTED]
    told = f"{joined(answered)} answered" if answered else "No web request was answered"
    return f"{told}; the plan had no way to a media server."


def notes(run: RunView, findings: Sequence[Finding]) -> tuple[Note, ...]:
    """What was seen and accuses nobody: ways in that the server does not offer, while another one works."""
    return (
        *stream_notes(run),
        *_ways_in(run, findings),
        *software_notes(run.server_software),
        *_not_tried(run),
        *_addresses_left_out(run),
        *ident_notes(run),
    )


def _addresses_left_out(run: RunView) -> tuple[Note, ...]:
    """Names with very many addresses are not tried at all of them; which ones is said."""
    lookup = next((o for o in run.lookups("system") if o.ok), None)
    if lookup is None or not isinstance(lookup.facts, DnsFacts) or not run.tcp:
        return ()
    wanted = [a for a in lookup.facts.addresses if _is_of(a, run.options.family)]
    checked = {a.endpoint.address for a in run.attempts}
    missing = [a for a in wanted if a not in checked and a not in run.addresses]
    count = len(missing) + lookup.facts.omitted_addresses
    if not count or not checked & set(wanted):  # without any check of an address, none was wanted
        return ()
    shown = f": {', '.join(missing[:8])}" + (" and others" if count > 8 else "") if missing else ""
    total = len(lookup.facts.addresses) + lookup.facts.omitted_addresses
    return (_note(f"The server's name has {total} addresses; {count} were not tried{shown}.", lookup.id),)


def _is_of(address: str, family: Family) -> bool:
    return family is Family.ANY or (":" in address) == (family is Family.IPV6)


def _ways_in(run: RunView, findings: Sequence[Finding]) -> Iterator[Note]:
    """Each way in that failed beside one that works; those of which no more is known than that in one sentence."""
    if not run.connected:
        return
    shown = {line.observation.partition(".")[0] for f in findings for line in f.evidence}
    not_offered: list[tuple[str, str]] = []
    for attempt in run.own:
        ended = attempt.failed_step
        if str(attempt.id) in shown or ended is None:
            continue
        text = _noted(attempt, ended)
        if text == NOT_OFFERED:
            not_offered.append((method(attempt.endpoint) + _through(attempt), ended.id))
        elif text:
            yield _note(text, ended.id)
    if not_offered:
        yield _note(f"{NOT_OFFERED}: {joined([way for way, _ in not_offered])}.", not_offered[0][1])


def _through(attempt: Attempt) -> str:
    return " through the proxy" if attempt.endpoint.proxy else ""


def _not_tried(run: RunView) -> Iterator[Note]:
    """What was planned and cannot be tried here, by its reason; why a way could not be used is often the answer itself."""
    reasons: dict[str, list[str]] = {}
    for attempt in run.attempts:
        if attempt.status is Status.NOT_APPLICABLE and attempt.purpose in (Purpose.FALLBACK, Purpose.CHECK):
            way = method(attempt.endpoint) + _through(attempt)
            reasons.setdefault(attempt.reason or "it does not apply here", []).append(way)
    for reason, ways in reasons.items():
        yield _note(f"Not tried: {joined(ways)} ({reason}).")


def _noted(attempt: Attempt, ended: Observation) -> str:
    """One way in that failed, told without blame: not offered, or not to this network."""
    way = method(attempt.endpoint)
    way = way[0].upper() + way[1:]
    failure = ended.failure
    if failure is None or ended.step is StepName.DNS:
        return ""
    if attempt.status is Status.REJECTED:
        said = (
            f": {quoted(failure.detail)}" if failure.kind is FailureKind.REJECTED and failure.detail else "."
        )
        return f"{way} was reached and refused the connection{said}"
    if failure.kind is FailureKind.NO_ROUTE and ended.address is not None:
        family = "IPv6" if ":" in ended.address else "IPv4"
        return f"This computer has no way to {family} addresses, so {ended.address} could not be tried."
    if attempt.endpoint.address is not None:
        return f"The server's address {attempt.endpoint.address} did not let us in by {way}."
    if failure.kind.value.startswith("certificate-"):
        return (
            f"{way} shows a certificate that this computer refuses ({failure.detail or failure.kind.value})."
        )
    if failure.looks_like:
        return f"{way} is not offered: {named(failure.looks_like)} answers there."
    return NOT_OFFERED


def _note(text: str, observation: str = "") -> Note:
    return Note(unconverted(text), observation)
