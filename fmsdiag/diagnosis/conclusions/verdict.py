"""One word and one sentence for the whole run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from fmsdiag.diagnosis.evidence.attempts import FELL_SILENT, wants_token
from fmsdiag.diagnosis.evidence.flows import answered_later
from fmsdiag.diagnosis.evidence.own_network import is_link_local
from fmsdiag.diagnosis.evidence.routes import best_route
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.shortfalls import Shortfall, is_not_accepted, shortfalls
from fmsdiag.diagnosis.evidence.streams import stream_tests
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.shortfalls import shortfall_line
from fmsdiag.diagnosis.rule import case_of
from fmsdiag.diagnosis.steps import Steps, best_route_steps, fitting, fitting_test
from fmsdiag.messages.text import Premise, Table, Text, plural, text
from fmsdiag.model import (
    NO_CAUSE,
    Advice,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FailureKind,
    Finding,
    FlowFacts,
    Message,
    Purpose,
    Status,
    Step,
    StepName,
    StreamFacts,
    Undecided,
    UploadFacts,
    UploadOutcome,
    Verdict,
    VerdictStatus,
)
from fmsdiag.model.messages import Listed, Routes

IMPAIRMENTS = frozenset(
    (
        Cause.PACKET_LOSS,
        Cause.SOME_CONNECTIONS_FAIL,
        Cause.HIGH_LATENCY,
        Cause.CONNECTION_RATE_LIMITED,
        Cause.CONNECTION_COUNT_LIMITED,
        Cause.THROTTLED,
        Cause.UPLOAD_CUT,
        Cause.IDLE_TIMEOUT,
        Cause.SERVER_SLOW,
        Cause.MTU_BLACK_HOLE,
        Cause.IPV6_BROKEN,
        Cause.ONE_ADDRESS_DEAD,
        Cause.CLOSED_AFTER_ACCEPT,
        Cause.STREAM_REFUSED,
    )
)
"""Causes that delay, spoil or prevent a stream although it connects."""
_IMPAIRING_CASES = frozenset(((Cause.PORT_BLOCKED, "over-four"), (Cause.PORT_BLOCKED, "over-six")))
"""Cases of other causes that do so: players that use the other kind of address fail or wait."""
_AT_SOME_ADDRESSES = "some-addresses"
"""How cases begin by which players that use some of the server's addresses fail."""
UNRELIABLE = frozenset(
    (
        Cause.PACKET_LOSS,
        Cause.SOME_CONNECTIONS_FAIL,
        Cause.CONNECTION_RATE_LIMITED,
        Cause.CONNECTION_COUNT_LIMITED,
        Cause.CLOSED_AFTER_ACCEPT,
        Cause.STREAM_REFUSED,
        Cause.UPLOAD_CUT,
    )
)
"""Causes for which another connection, or a stream on this one, fails: then one that connected is no streaming that works."""
MOST_EVIDENCE = 5


class VerdictTexts(Table, of="verdict"):
    """Headlines and explanations where no finding has its own."""

    WORKS = text("Streaming works: {route} connects.")
    # translators: {problem} is a whole sentence, such as "The certificate has expired."
    WORKS_BUT = text("Streaming works. {problem:list}")
    TOKEN = text("The server's secureToken was not answered, so streaming is not proven.")
    NOT_ON_AIR = text("{route} connects; nothing is on air under this name.")
    NO_STREAM = text("{route} connects; your stream could not be tested.")
    SLOW_UPLOAD = text("{route} connects, but uploads reach only {rate:rate}.")
    FELL_SHORT = text("{route} connects, but not every deep test succeeded.")
    TEST_FELL_SHORT = text("{route} connects, but a later test failed.")
    LATER_NOT_ACCEPTED = text("{route} connects; a later connection was not accepted.")
    LATER = text("The server answered only later in this test.")
    FALLBACK = text("{route} connects; earlier attempts fail.")
    THROUGH_PROXY = text("Streaming works only through this network's proxy.")
    REJECTED = text("The server was reached and rejected the connection.")
    STOPPED = text("The test was stopped before it was complete.")
    NOTHING_TESTED = text("Nothing could be tested.")
    NO_MEDIA = text("The plan has no route to a media server.")
    NO_ROUTE = text("This computer has no route to the server's address.")
    UNREACHABLE = text("No route reached the media server.")
    UNCLEAR = text("The results do not point to a single cause.")

    WORKS_EXPLAINED = text("The first attempt connected. No problems found.")
    NOT_ON_AIR_EXPLAINED = text(
        "The first attempt connected, and the server agreed to play the stream. No video or audio arrived, so most likely "
        "nobody is publishing to it now."
    )
    NO_STREAM_EXPLAINED = text(
        "The first attempt connected. The connection for your stream failed before the stream was asked for, so the test does "
        "not show whether the stream works."
    )
    ALMOST_EXPLAINED = text(
        "The first attempt connected. One of the deep tests did not fully succeed, which need not affect streams."
    )
    FELL_SHORT_EXPLAINED = text(
        "The first attempt connected, but a deep test did not fully succeed. Streams may stall or break off. These results do "
        "not show whether the server, this network, or the network path is the cause."
    )
    TEST_FELL_SHORT_EXPLAINED = text(
        "The first attempt connected, but later connections to the same port failed. These results do not show whether the "
        "server, this network, or the network path is the cause."
    )
    LATER_NOT_ACCEPTED_EXPLAINED = text(
        "The first attempt connected. A later connection for the same application was not accepted. Either the server limits "
        "how many connections a client may have, or several servers share this address and are set up differently. In that "
        "case, only some connections of players and encoders succeed."
    )
    LATER_EXPLAINED = plural(
        "The plan's attempts failed, but {tries:count} connection to port {port} later in the same test was answered. So this "
        "port can be reached from here. The server may have been starting, or a device may let a computer in only after its "
        "first attempts, as protection against attacks does.",
        "The plan's attempts failed, but {tries:count} connections to port {port} later in the same test were all answered. So "
        "this port can be reached from here. The server may have been starting, or a device may let a computer in only after "
        "its first attempts, as protection against attacks does.",
        by="tries",
    )
    LATER_SEEN = plural(
        "Port {port}: {tries:count} connection made later in this test is answered.",
        "Port {port}: all {tries:count} connections made later in this test are answered.",
        by="tries",
    )
    TOKEN_EXPLAINED = text(
        "{route} connects. The server's answer contains a secureToken, a challenge that a player must "
        "answer with a shared secret. fmsdiag does not know the secret, so this test does not show whether streams work."
    )
    FALLBACK_EXPLAINED = text(
        "A later attempt in the plan connected, so players connect, but only after waiting for the earlier ones. These "
        "results do not show why the earlier ones fail."
    )
    OTHER_SERVICE_EXPLAINED = text(
        "A later attempt in the plan connected, so players connect, but only after the earlier ones. Something else than a "
        "media server answers those, such as a website."
    )
    THROUGH_PROXY_EXPLAINED = text(
        "Every direct attempt failed; an attempt through the proxy connected. Players that do not use the proxy cannot connect."
    )
    REJECTED_EXPLAINED = text(
        "The server was reached and spoke RTMP. It rejected the connection, and its answer does not say why."
    )
    UNREACHABLE_EXPLAINED = text(
        "No attempt got an answer from a media server. These results do not show why."
    )
    UNCLEAR_EXPLAINED = text(
        "No attempt in the plan connected. The results fit more than one cause: a firewall on the network path, software on "
        "this computer, or the server itself."
    )
    NO_ROUTE_EXPLAINED = text(
        "Nothing was sent: this computer is in no network that leads to {address:address}. The server was not reached."
    )
    NO_IPV6_EXPLAINED = text(
        "Nothing was sent: {address:address} is an IPv6 address, and this computer has no route for IPv6. The server was not "
        "reached."
    )
    STOPPED_EXPLAINED = text("No conclusions are drawn from attempts that did not finish.")
    NOTHING_TESTED_EXPLAINED = text("No attempt in the plan could be made on this computer.")
    WEB_ANSWERED = text(
        "{routes} answered. The plan had no route to a media server, so this says nothing about streaming."
    )
    WEB_SILENT = text(
        "No web request was answered. The plan had no route to a media server, so this says nothing about streaming."
    )


class Deciding(Table, of="verdict.deciding"):
    """The test that would decide, where no finding names one."""

    OTHER_NETWORK = text(
        "Run the test from another network, such as a phone's hotspot. If it connects there, the cause is in this "
        "network; if it fails in the same way, it is on this computer or on the server side.",
        premise=Premise.OTHER_NETWORK,
    )
    COMPARE = text("Run the test again with the reference server and the second DNS server turned on.")
    ROUTE = text("Run the test on a computer that has a route to the address.")
    AGAIN = text("Run the test again and let it finish.")
    AGAIN_LATER = text(
        "Run the test again now, and once more in ten minutes. If both connect, the server was only starting, and nothing has "
        "to change."
    )
    DEEP_ELSEWHERE = text(
        "Run the deep tests from another network, such as a phone's hotspot. If they succeed there, the cause is in this "
        "network or its internet line; if they fail in the same way, it is on this computer or on the server side.",
        premise=Premise.OTHER_NETWORK,
    )
    OWN_PORT = text(
        "Run the test with {url}. If its first attempt connects, only the order of the ports was wrong."
    )
    MEDIA_PLAN = text("Run the test with a plan that tries RTMP.")
    SERVER_LOG = text("Check the server's log for why it rejected the connection.")


_HEADLINES = {
    VerdictStatus.CONNECTED_THROUGH_PROXY: VerdictTexts.THROUGH_PROXY,
    VerdictStatus.REJECTED: VerdictTexts.REJECTED,
    VerdictStatus.STOPPED: VerdictTexts.STOPPED,
    VerdictStatus.UNREACHABLE: VerdictTexts.UNREACHABLE,
    VerdictStatus.INCONCLUSIVE: VerdictTexts.UNCLEAR,
}
_EXPLANATIONS = {
    VerdictStatus.CONNECTED: VerdictTexts.WORKS_EXPLAINED,
    VerdictStatus.CONNECTED_BY_FALLBACK: VerdictTexts.FALLBACK_EXPLAINED,
    VerdictStatus.CONNECTED_THROUGH_PROXY: VerdictTexts.THROUGH_PROXY_EXPLAINED,
    VerdictStatus.REJECTED: VerdictTexts.REJECTED_EXPLAINED,
    VerdictStatus.UNREACHABLE: VerdictTexts.UNREACHABLE_EXPLAINED,
    VerdictStatus.INCONCLUSIVE: VerdictTexts.UNCLEAR_EXPLAINED,
    VerdictStatus.STOPPED: VerdictTexts.STOPPED_EXPLAINED,
}


def judge(run: RunView, findings: Sequence[Finding], stopped: bool = False) -> Verdict:
    """The verdict of a run; its cause is the first finding's, or "none"."""
    by = next((a for a in run.fallback if a.status is Status.CONNECTED), None)
    status = _status(run, findings, by, stopped)
    best = findings[0] if findings else None
    unexplained = _unexplained(run) if best is None and status is VerdictStatus.CONNECTED else ()
    is_open = best is None and (status is not VerdictStatus.CONNECTED or bool(unexplained))
    return Verdict(
        status=status,
        headline=_headline(status, findings, by, run),
        explanation=best.explanation if best is not None else _explanation(status, by, run),
        cause=best.cause if best is not None else NO_CAUSE,
        confidence=best.confidence if best is not None else None,
        connected_by=by.id if by is not None else None,
        connected_after_s=by.ended_s if by is not None else None,
        impaired=by is not None and (any(map(_impairs, findings)) or bool(unexplained)),
        undecided=_undecided(status, run) if is_open else None,
    )


def _unexplained(run: RunView) -> tuple[Shortfall, ...]:
    """Deep tests of a run without findings that did not wholly succeed, but for what a server may do to an upload."""
    return tuple(each for each in shortfalls(run, ()) if not each.may_be_manner)


def _fell_short(run: RunView, by: Attempt) -> Message | None:
    """The headline of a run that connected, where a deep test did not wholly succeed; none where all did."""
    found = _unexplained(run)
    for facts in (each.step.facts for each in found):
        if isinstance(facts, UploadFacts) and facts.outcome == UploadOutcome.TOO_SLOW:
            rate = facts.bytes_taken / max(facts.elapsed_s, 0.001)
            return VerdictTexts.SLOW_UPLOAD.of(route=route_of(by.endpoint), rate=rate)
    said = VerdictTexts.FELL_SHORT if run.options.deep else VerdictTexts.TEST_FELL_SHORT
    return said.of(route=route_of(by.endpoint)) if found else None


def _later_not_accepted(run: RunView) -> bool:
    """Whether the server, which let in the first connection, did not let in a later one; and nothing worse was seen."""
    refused = [each for each in shortfalls(run, ()) if is_not_accepted(each)]
    return bool(refused) and all(each in refused for each in _unexplained(run))


def _impairs(finding: Finding) -> bool:
    if finding.case.startswith(_AT_SOME_ADDRESSES):
        return True
    return finding.cause in IMPAIRMENTS or (finding.cause, finding.case) in _IMPAIRING_CASES


def _status(run: RunView, findings: Sequence[Finding], by: Attempt | None, stopped: bool) -> VerdictStatus:
    if by is not None:
        if by.endpoint.proxy is not None:
            return VerdictStatus.CONNECTED_THROUGH_PROXY
        own = (a for a in run.attempts if a.purpose is by.purpose and a.endpoint.transport.is_media)
        first = next(a for a in own if a.status is not Status.NOT_APPLICABLE)
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


def _headline(
    status: VerdictStatus, findings: Sequence[Finding], by: Attempt | None, run: RunView
) -> Message:
    best = findings[0] if findings else None
    if status is VerdictStatus.STOPPED:
        return VerdictTexts.STOPPED.of()
    if best is not None and status is VerdictStatus.CONNECTED:
        case = case_of(best)
        unreliable = any(finding.cause in UNRELIABLE for finding in findings)
        if (case is not None and case.says_it_works) or unreliable or _lacks_token(by, run):
            return best.headline
        return VerdictTexts.WORKS_BUT.of(problem=Listed((best.headline,)))
    if best is not None:
        return best.headline
    if status is VerdictStatus.CONNECTED and _lacks_token(by, run):
        return VerdictTexts.TOKEN.of()
    if status is VerdictStatus.CONNECTED and by is not None and _lacks_stream(run):
        return VerdictTexts.NO_STREAM.of(route=route_of(by.endpoint))
    if status is VerdictStatus.CONNECTED and by is not None and _later_not_accepted(run):
        return VerdictTexts.LATER_NOT_ACCEPTED.of(route=route_of(by.endpoint))
    if status is VerdictStatus.CONNECTED and by is not None and (short := _fell_short(run, by)) is not None:
        return short
    if status is VerdictStatus.CONNECTED and by is not None and _is_not_on_air(run):
        return VerdictTexts.NOT_ON_AIR.of(route=route_of(by.endpoint))
    if status is VerdictStatus.INCONCLUSIVE and answered_later(run) is not None:
        return VerdictTexts.LATER.of()
    if by is not None and status is not VerdictStatus.CONNECTED_THROUGH_PROXY:
        said = VerdictTexts.WORKS if status is VerdictStatus.CONNECTED else VerdictTexts.FALLBACK
        return said.of(route=route_of(by.endpoint))
    return (_without_media(run) or _HEADLINES[status]).of()


def _lacks_token(by: Attempt | None, run: RunView) -> bool:
    """Whether the server asked for an answer that this program cannot give, and no stream was seen to work without it."""
    streamed = any(
        step is not None and step.ok
        for attempt in run.attempts
        for step in (attempt.step(StepName.PUBLISH), attempt.step(StepName.PLAY))
    )
    return by is not None and wants_token(by) and not streamed


def _lacks_stream(run: RunView) -> bool:
    """Whether the user's stream was to be tested, and the connection for it failed before."""
    return any(a.status is Status.FAILED and step is None for a, step in stream_tests(run))


def _is_not_on_air(run: RunView) -> bool:
    """Whether the server agreed to play the user's stream, and nothing came."""
    steps = (a.step(StepName.PLAY) for a in run.performed(Experiment.PLAY))
    return any(
        step is not None
        and step.failure is not None
        and step.failure.kind in FELL_SILENT
        and isinstance(step.facts, StreamFacts)
        and step.facts.held_s is not None
        for step in steps
    )


def _without_media(run: RunView) -> Text | None:
    """The headline of a run that could not try a media server: nothing to open a stream with, or no way to send it."""
    planned = [a for a in run.attempts if a.purpose is Purpose.FALLBACK]
    if not run.own:
        return VerdictTexts.NOTHING_TESTED
    if _stuck_at(run) is not None:
        return VerdictTexts.NO_ROUTE
    if planned and not any(a.endpoint.transport.is_media for a in planned):
        return VerdictTexts.NO_MEDIA
    return None


def _stuck_at(run: RunView) -> str | None:
    """An address to which nothing was sent, as this computer has no way to it; none where anything else happened."""
    never = [o for o in run.tcp if o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE]
    if not never or len(never) < len(run.tcp) or any(a.endpoint.proxy is not None for a in run.own):
        return None
    return never[0].address


def _explanation(status: VerdictStatus, by: Attempt | None, run: RunView) -> Message:
    if by is not None and status is VerdictStatus.CONNECTED and _lacks_token(by, run):
        return VerdictTexts.TOKEN_EXPLAINED.of(route=route_of(by.endpoint))
    if status is VerdictStatus.CONNECTED and _lacks_stream(run):
        return VerdictTexts.NO_STREAM_EXPLAINED.of()
    if status is VerdictStatus.CONNECTED and _later_not_accepted(run):
        return VerdictTexts.LATER_NOT_ACCEPTED_EXPLAINED.of()
    if status is VerdictStatus.CONNECTED and _unexplained(run):
        deep = run.options.deep
        return (VerdictTexts.FELL_SHORT_EXPLAINED if deep else VerdictTexts.TEST_FELL_SHORT_EXPLAINED).of()
    if status is VerdictStatus.CONNECTED and _is_not_on_air(run):
        return VerdictTexts.NOT_ON_AIR_EXPLAINED.of()
    if status is VerdictStatus.CONNECTED and shortfalls(run, ()):
        return VerdictTexts.ALMOST_EXPLAINED.of()
    if status is VerdictStatus.INCONCLUSIVE and (later := answered_later(run)) is not None:
        port, tries = later.attempt.endpoint.port, len(later.facts.tries)
        return VerdictTexts.LATER_EXPLAINED.of(port=port, tries=tries)
    headline = _without_media(run) if status is not VerdictStatus.STOPPED else None
    if headline is VerdictTexts.NOTHING_TESTED:
        return VerdictTexts.NOTHING_TESTED_EXPLAINED.of()
    if headline is VerdictTexts.NO_ROUTE:
        address = _stuck_at(run) or ""
        lacks_ipv6 = ":" in address and run.environment.ipv6 is False and not is_link_local(address)
        said = VerdictTexts.NO_IPV6_EXPLAINED if lacks_ipv6 else VerdictTexts.NO_ROUTE_EXPLAINED
        return said.of(address=address)
    if headline is VerdictTexts.NO_MEDIA:
        planned = (a for a in run.own if a.purpose is Purpose.FALLBACK)
        answered = [route_of(a.endpoint) for a in planned if a.status is Status.CONNECTED]
        return (
            VerdictTexts.WEB_ANSWERED.of(routes=Routes(tuple(answered)))
            if answered
            else VerdictTexts.WEB_SILENT.of()
        )
    if status is VerdictStatus.CONNECTED_BY_FALLBACK and _other_service_first(run):
        return VerdictTexts.OTHER_SERVICE_EXPLAINED.of()
    return _EXPLANATIONS[status].of()


def _other_service_first(run: RunView) -> bool:
    """Whether each direct attempt before the first that connected was answered by something else than a media server."""
    before = list(takewhile(lambda a: a.status is not Status.CONNECTED, run.fallback))
    ends = [a.failed_step for a in before]
    kinds = {end.failure.kind for end in ends if end is not None and end.failure is not None}
    return bool(before) and None not in ends and kinds == {FailureKind.UNEXPECTED_REPLY}


def _undecided(status: VerdictStatus, run: RunView) -> Undecided:
    """What stays open: how the plan ended, the test that would decide, and a step for the user."""
    best = best_route(run)
    if status is VerdictStatus.CONNECTED_BY_FALLBACK and best is not None and _other_service_first(run):
        return Undecided(
            evidence=_evidence(status, run)[:MOST_EVIDENCE],
            decisive_test=Deciding.OWN_PORT.of(url=best.url),
            advice=Advice(user=best_route_steps(run, alone=True)),
        )
    return Undecided(
        evidence=_evidence(status, run)[:MOST_EVIDENCE],
        decisive_test=_deciding(status, run).of(),
        advice=Advice(
            user=tuple(Step(said.of(), said.action) for said, _ in fitting(_steps(status, run), run))
        ),
    )


def _evidence(status: VerdictStatus, run: RunView) -> tuple[EvidenceLine, ...]:
    if status is VerdictStatus.CONNECTED:
        return tuple(map(shortfall_line, _unexplained(run)))
    planned = [a for a in run.attempts if a.purpose is Purpose.FALLBACK and a.observations]
    lines = tuple(attempt_line(attempt) for attempt in planned)
    later = answered_later(run) if status is VerdictStatus.INCONCLUSIVE else None
    if later is None:
        return (*map(shortfall_line, _mixed(run)), *lines)
    said = VerdictTexts.LATER_SEEN.of(port=later.attempt.endpoint.port, tries=len(later.facts.tries))
    return (evidence_line(said, later.step), *lines)


def _mixed(run: RunView) -> list[Shortfall]:
    """Equal connections of which some work, where no finding says why."""
    seen = ((each, each.step.facts) for each in shortfalls(run, ()))
    return [
        each
        for each, facts in seen
        if isinstance(facts, FlowFacts) and len({one.works for one in facts.tries}) == 2
    ]


def _deciding(status: VerdictStatus, run: RunView) -> Text:
    return fitting_test(_test_of(status, run), run)


def _test_of(status: VerdictStatus, run: RunView) -> Text:
    if status is VerdictStatus.STOPPED:
        return Deciding.AGAIN
    if status is VerdictStatus.CONNECTED:
        return Deciding.DEEP_ELSEWHERE if run.options.deep else Deciding.OTHER_NETWORK
    if status is VerdictStatus.INCONCLUSIVE and answered_later(run) is not None:
        return Deciding.AGAIN_LATER
    if _stuck_at(run) is not None:
        return Deciding.ROUTE
    if _without_media(run) is not None:
        return Deciding.MEDIA_PLAN
    if status is VerdictStatus.REJECTED:
        return Deciding.SERVER_LOG
    return (
        Deciding.OTHER_NETWORK
        if run.options.control is not None or not run.path_matters
        else Deciding.COMPARE
    )


def _steps(status: VerdictStatus, run: RunView) -> tuple[Text, ...]:
    if status is VerdictStatus.STOPPED:
        return (Steps.RUN_AGAIN,)
    if status is VerdictStatus.CONNECTED:
        return (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    if status is VerdictStatus.INCONCLUSIVE and answered_later(run) is not None:
        return (Steps.RUN_AGAIN, Steps.SAVE_REPORT_IF_IT_PERSISTS)
    if _stuck_at(run) is not None:
        return (Steps.CHECK_ADDRESS, Steps.JOIN_ITS_NETWORK)
    if _without_media(run) is not None:
        return (Steps.CHOOSE_PLAN,)
    if status is VerdictStatus.REJECTED:
        return (Steps.CHECK_APPLICATION, Steps.SAVE_REPORT)
    if run.options.control is None and run.path_matters:
        return (Steps.COMPARE, Steps.OTHER_NETWORK, Steps.SAVE_REPORT)
    return (Steps.OTHER_NETWORK, Steps.SAVE_REPORT)
