"""One truth: what a run says agrees with itself, over every situation and every recorded run."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from fmsdiag.diagnosis.conclusions import verdict
from fmsdiag.diagnosis.conclusions.address_notes import address_notes
from fmsdiag.diagnosis.conclusions.client_profiles import client_profiles
from fmsdiag.diagnosis.conclusions.notes import RouteNotes, notes
from fmsdiag.diagnosis.conclusions.recommendation import Recommended, recommend
from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.evidence.addresses import addresses_tried, answers_differ
from fmsdiag.diagnosis.evidence.attempts import connect_facts, rtmp_behind_certificate
from fmsdiag.diagnosis.evidence.cut_bytes import ended_as_far_as_server
from fmsdiag.diagnosis.evidence.flows import answered_later
from fmsdiag.diagnosis.evidence.limits import count_limit, may_be_limited
from fmsdiag.diagnosis.evidence.own_network import vpn_to_server
from fmsdiag.diagnosis.evidence.places import unanswered_at_the_end
from fmsdiag.diagnosis.evidence.port_proof import proof_of, wanted_ports
from fmsdiag.diagnosis.evidence.ports import first_shut_port
from fmsdiag.diagnosis.evidence.proxies import allowed, proxied
from fmsdiag.diagnosis.evidence.routes import best_route, ways_seen
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.tls import is_for_host
from fmsdiag.diagnosis.judgment import run_of
from fmsdiag.diagnosis.requests import RequestLines
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.diagnosis.steps import MAX_STEPS
from fmsdiag.hops import taken_unanswered
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    BytesPathFacts,
    Cause,
    Confidence,
    ConnectFacts,
    Experiment,
    FailureKind,
    Finding,
    FlowFacts,
    HandshakeFacts,
    LoginScheme,
    LookupSource,
    Medium,
    Message,
    Purpose,
    Report,
    RequestKind,
    SeriesFacts,
    Side,
    Status,
    Step,
    StepName,
    TlsFacts,
    Transport,
    TryOutcome,
    TunnelFacts,
    VerdictStatus,
)
from fmsdiag.model.messages import Address, Count, Outcome, Route, Routes
from fmsdiag.players import UNUSED_PORT
from fmsdiag.private_addresses import is_loopback_address, is_private_address
from fmsdiag.report.json import decode
from fmsdiag.report.measured import Showed, showed
from fmsdiag.report.words import describe_method
from tests.diagnosis.record import RECORDS
from tests.diagnosis.situations import asked_by, load_all
from tests.each import each_of

_ADDRESS = re.compile(r"\brtm(?:fp|p[a-z]*)://[^\s,;“”]+")
_ELSEWHERE = re.compile(r"\b(below|above|the text|shown here)\b", re.IGNORECASE)


def _runs() -> Iterator[tuple[str, RunView]]:
    for table, situation in load_all():
        yield f"{table}: {situation.name}", situation.run
    for path in sorted(Path(RECORDS).glob("*.json")):
        report = decode(path.read_bytes())
        yield (
            f"recorded: {path.stem}",
            run_of(report),
        )


RUNS = list(_runs())
CHECKS: list[Callable[[RunView], None]] = []


def every_run(check: Callable[[RunView], None]) -> Callable[[], None]:
    """A test over the runs above, and a check of what the lab's networks make fmsdiag say."""
    CHECKS.append(check)
    return each_of(RUNS)(check)


_KEPT = {id(run) for _, run in RUNS}
_FOUND: dict[int, tuple[Finding, ...]] = {}
"""Of the runs above, which every check looks at: each is judged once in a process."""


def findings_of(run: RunView) -> tuple[Finding, ...]:
    if id(run) in _FOUND:
        return _FOUND[id(run)]
    findings = evaluate_rules(run, RULES, asked_by(run.attempts)).findings
    if id(run) in _KEPT:
        _FOUND[id(run)] = findings
    return findings


def steps_of(finding: Finding) -> tuple[Step, ...]:
    return (*finding.advice.user, *finding.advice.administrator, *finding.advice.operator)


def messages_of(finding: Finding) -> list[Message]:
    """Everything that a finding says."""
    return [
        finding.headline,
        finding.explanation,
        finding.confidence_reason,
        *(line.message for line in (*finding.evidence, *finding.counter_evidence)),
        *finding.rules_out,
        *(step.message for step in steps_of(finding)),
        *((finding.decisive_test,) if finding.decisive_test is not None else ()),
    ]


@every_run
def test_no_step_names_another_route_than_the_best_one(run: RunView) -> None:
    findings = findings_of(run)
    best = recommend(run, findings)
    for finding in findings:
        for step in steps_of(finding):
            named = set(_ADDRESS.findall(ENGLISH.render(step.message).rstrip(".")))
            if step.action is Action.USE_ADDRESS:
                assert named, finding.cause
            if step.action is Action.USE_ADDRESS and best is not None:
                assert {url.rstrip(".") for url in named} <= {best.url}, finding.cause


_OPENS = (RequestKind.EXEMPT, RequestKind.OPEN_AND_EXEMPT, RequestKind.LIMIT)


@every_run
def test_a_request_asks_for_what_failed_and_is_needed(run: RunView) -> None:
    failed_tcp = {o.port for o in run.sent if o.failure is not None}
    failed_tcp |= {
        a.endpoint.port
        for a in run.attempts
        if a.status in (Status.FAILED, Status.CANCELLED, Status.REJECTED)
    }
    rtmfp = run.target.transport is Transport.RTMFP or any(
        a.endpoint.transport is Transport.RTMFP
        and (a.purpose.value == "fallback" or a.status is Status.CONNECTED)
        for a in run.attempts
    )
    for finding in findings_of(run):
        if finding.request is None or finding.request.kind in _OPENS:
            continue  # what is cut or limited has opened
        tcp = {port.first for port in finding.request.ports if port.protocol == "tcp"}
        assert tcp <= failed_tcp, finding.cause
        assert rtmfp or all(port.protocol == "tcp" for port in finding.request.ports), finding.cause
        assert finding.request.ports or finding.request.proxy, finding.cause


@every_run
def test_a_request_to_exempt_what_does_not_open_asks_to_open_it(run: RunView) -> None:
    shut = {port for port in {o.port for o in run.sent} if port and not run.ever_opened(port)}
    for finding in findings_of(run):
        if finding.request is not None and finding.request.kind is RequestKind.EXEMPT:
            asked = {port.first for port in finding.request.ports if port.protocol == "tcp"}
            assert asked.isdisjoint(shut), f"{finding.cause}.{finding.case}"


@every_run
def test_a_request_is_there_where_a_step_sends_it(run: RunView) -> None:
    for finding in findings_of(run):
        if any(step.action is Action.COPY_REQUEST for step in steps_of(finding)):
            assert finding.request is not None, f"{finding.cause}.{finding.case}"
        if finding.request is not None:
            assert any(s.action is Action.COPY_REQUEST for s in finding.advice.user), (
                f"{finding.cause}.{finding.case}"
            )


@every_run
def test_no_text_points_to_another_place_of_the_screen(run: RunView) -> None:
    findings = findings_of(run)
    said = [message for finding in findings for message in messages_of(finding)]
    said += [note.message for note in notes(run, findings)]
    for message in said:
        assert not _ELSEWHERE.search(ENGLISH.render(message)), message.id


@every_run
def test_every_verdict_says_what_was_seen_what_stays_open_and_what_to_do(run: RunView) -> None:
    findings = findings_of(run)
    judged = verdict.judge(run, findings)
    assert len(ENGLISH.render(judged.headline).split()) <= 12, ENGLISH.render(judged.headline)
    assert ENGLISH.render(judged.explanation)
    for finding in findings:
        assert finding.evidence, finding.cause
        assert steps_of(finding), finding.cause
        if finding.confidence is Confidence.POSSIBLE:
            assert finding.decisive_test is not None, finding.cause
    if not findings and judged.status is not VerdictStatus.CONNECTED:
        assert judged.undecided is not None
        assert judged.undecided.advice.user


@every_run
def test_an_encoder_is_told_no_address_that_the_advice_replaces(run: RunView) -> None:
    """Whatever the address was: each run is looked at as if it named a stream, which is what the fields are told for."""
    findings = findings_of(run)
    advised = [
        s.message.values["url"] for f in findings for s in f.advice.user if s.action is Action.USE_ADDRESS
    ]
    target = msgspec.structs.replace(run.target, stream="s3cret", stream_apart=False)
    for note in address_notes(dataclasses.replace(run, target=target), findings):
        url = note.message.values.get("url")
        if url is not None and advised:
            assert url in advised
        elif url is not None:
            wrong = {Cause.RTMPS_EXPECTED, Cause.RTMP_EXPECTED, Cause.APP_NOT_FOUND, Cause.DNS_NAME_NOT_FOUND}
            assert wrong.isdisjoint(Cause(f.cause) for f in findings), url


@every_run
def test_no_text_says_that_the_address_asks_for_what_it_does_not_name(run: RunView) -> None:
    """A protocol that was tried may come from the plan, or from the port alone."""
    if run.target.transport is None:
        for message in (m for f in findings_of(run) for m in messages_of(f)):
            said = ENGLISH.render(message)
            assert not re.search(r"address (?:asks|says|names a protocol)", said), said


@every_run
def test_only_the_servers_own_answer_is_not_offered(run: RunView) -> None:
    own = (FailureKind.REFUSED, FailureKind.UNEXPECTED_REPLY)
    for note in notes(run, findings_of(run)):
        if note.message.id == "route-notes.not-offered":
            routes = {(route.transport, route.port) for route in note.message.values["routes"].routes}
            ended = {
                (a.endpoint.transport, a.endpoint.port): step.failure.kind
                for a in run.own
                if (step := a.failed_step) is not None and step.failure is not None
            }
            assert {ended[route] for route in routes} <= set(own)


@every_run
def test_the_same_thing_is_said_once(run: RunView) -> None:
    for finding in findings_of(run):
        said = [
            ENGLISH.render(message) for message in messages_of(finding) if message != finding.decisive_test
        ]
        assert len(said) == len(set(said)), f"{finding.cause}.{finding.case}"


@every_run
def test_what_answered_anywhere_was_reached(run: RunView) -> None:
    """No sentence says that the server was not reached, or that every port fails, where a test of the run was answered."""
    met = [
        a
        for a in run.attempts
        if a.endpoint.host == run.target.host
        and a.endpoint.proxy is None
        and a.purpose is not Purpose.CONTROL
        and any(o.ok and o.step in (StepName.HANDSHAKE, StepName.UDP) for o in a.observations)
    ]
    for finding in findings_of(run):
        said = {message.id for message in finding.rules_out}
        if met:
            assert not said & {"ruled-out.server", "ruled-out.single-port"}, f"{finding.cause}.{finding.case}"
            assert f"{finding.cause}.{finding.case}" != "port-blocked.server"


@every_run
def test_a_request_for_ports_names_every_port_whose_silence_is_the_networks(run: RunView) -> None:
    """Where a port is asked for as the reference server's is silent, so are others of the run that are as silent there."""
    both = {
        o.port
        for o in run.tcp
        if o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT
        if o.port is not None and not run.ever_opened(o.port) and (c := run.control_tcp(o.port)) is not None
        if c.failure is not None and c.failure.kind is FailureKind.TIMED_OUT
    }
    for finding in findings_of(run):
        if finding.cause != "port-blocked" or finding.request is None or finding.case == "suspected":
            continue
        asked = {port.first for port in finding.request.ports if port.protocol == "tcp"}
        assert asked.isdisjoint(both) or both <= asked, f"{finding.case}: {asked}, not {both}"


@every_run
def test_every_connection_is_said_only_where_none_fails_otherwise(run: RunView) -> None:
    """What accepts or closes "every connection" does so with each that was tried, of every host that the sentence is about."""
    opened = [
        o.ok for a in run.seen for o in a.observations if o.step is StepName.TCP and a.endpoint.proxy is None
    ]
    for finding in findings_of(run):
        said = {ENGLISH.render(finding.headline), ENGLISH.render(finding.explanation)}
        if any("accepts every connection" in words for words in said):
            assert all(opened), f"{finding.cause}.{finding.case}"


_NO_WAIT = re.compile(r"(?<!not )\b(immediately|as soon as)\b")
_WAIT_S = 0.5


@every_run
def test_immediately_is_said_only_of_short_times(run: RunView) -> None:
    """No headline or explanation says so where the connections that its evidence names took longer."""
    steps = {o.id: o for a in run.attempts for o in a.observations}
    for finding in findings_of(run):
        said = f"{ENGLISH.render(finding.headline)} {ENGLISH.render(finding.explanation)}"
        if not _NO_WAIT.search(said):
            continue
        ended = [steps[line.observation] for line in finding.evidence if line.observation in steps]
        ends = [
            o
            for o in ended
            if o.failure is not None and o.failure.kind in (FailureKind.CLOSED, FailureKind.RESET)
        ]
        assert all(o.elapsed_s < _WAIT_S for o in ends), f"{finding.cause}.{finding.case}: {said}"


@every_run
def test_streaming_works_only_where_every_connection_does(run: RunView) -> None:
    """A finding that other connections, or a stream, fail forbids the sentence, whichever finding comes first."""
    findings = findings_of(run)
    said = ENGLISH.render(verdict.judge(run, findings).headline)
    if "treaming works" in said and "only through" not in said:
        assert verdict.UNRELIABLE.isdisjoint(finding.cause for finding in findings), said


_CLEARED = re.compile(r"(?<!to )\bthe server (?:is not the cause|works)\b", re.IGNORECASE)


@every_run
def test_a_server_that_was_not_heard_is_not_cleared(run: RunView) -> None:
    """Only RTMP that it spoke shows that a server works: what the network stops says nothing about it."""
    spoke = any(
        o.ok and o.step is StepName.HANDSHAKE
        for a in run.attempts
        if a.purpose is not Purpose.CONTROL and a.endpoint.host == run.target.host
        for o in a.observations
    )
    for finding in findings_of(run) if not spoke else ():
        for message in messages_of(finding):
            assert not _CLEARED.search(ENGLISH.render(message)), f"{finding.cause}.{finding.case}"


@every_run
def test_no_step_sends_by_a_way_that_failed(run: RunView) -> None:
    """No address is told where the run has tried it in vain, and no other way of it connects."""
    refused = {
        (a.endpoint.transport, a.endpoint.port, bool(a.endpoint.proxy))
        for a in run.attempts
        if (ended := a.failed_step) is not None
        and ended.failure is not None
        and ended.failure.kind.is_about_certificate
    }
    for finding in findings_of(run):
        if finding.cause != "proxy-required" or not refused:
            continue
        told = [step for step in finding.advice.user if step.action is Action.USE_ADDRESS]
        assert not told or run.connected or recommend(run, (finding,)), f"{finding.cause}.{finding.case}"


@every_run
def test_the_first_finding_tells_the_address_that_works(run: RunView) -> None:
    findings = findings_of(run)
    if findings and not run.plan_succeeded and best_route(run) is not None:
        user = findings[0].advice.user
        told = any(step.action is Action.USE_ADDRESS for step in user)
        assert told or len(user) == MAX_STEPS, f"{findings[0].cause}.{findings[0].case}"


_ENDS = {"silent": FailureKind.TIMED_OUT, "refused": FailureKind.REFUSED, "reset": FailureKind.RESET}


@every_run
def test_a_row_of_connections_ended_as_it_is_told(run: RunView) -> None:
    """Who was reset is not called refused or unanswered, and only silence is counted as loss."""
    series = {
        o.id: [t for t in o.facts.tries if t.outcome != TryOutcome.OPEN]
        for a in run.attempts
        for o in a.observations
        if isinstance(o.facts, SeriesFacts)
    }
    for finding in findings_of(run):
        for line in finding.evidence:
            failed = series.get(line.observation)
            if failed is None:
                continue
            end = _ENDS.get(line.message.id.rpartition("-")[2].rpartition(".")[2])
            if end is not None:
                assert {t.outcome for t in failed} == {end}, line.message.id
            if line.message.id == "packet-loss.seen.burst":
                silent = [t for t in failed if t.outcome == FailureKind.TIMED_OUT]
                assert len(silent) == line.message.values["lost"].number


_REFERS = {
    "steps.save-report-if-right": "steps.check-|.you.1",
    "steps.save-report-if-both-right": "steps.check-address",
    "steps.save-report-if-fails-elsewhere": "steps.other-network|steps.other-computer|.you.",
    "steps.copy-request-if-works-elsewhere": "steps.other-network|steps.other-computer|.you.",
}
"""Steps that speak of another one, and what that is."""


@every_run
def test_a_step_that_refers_to_another_has_it_before(run: RunView) -> None:
    for finding in findings_of(run):
        ids = [step.message.id for step in finding.advice.user]
        for number, step_id in enumerate(ids):
            if (before := _REFERS.get(step_id)) is not None:
                assert any(re.search(before, earlier) for earlier in ids[:number]), f"{finding.cause}: {ids}"


@every_run
def test_a_port_that_never_opened_is_not_called_open(run: RunView) -> None:
    opened = {  # before it was given up as well
        o.port
        for a in run.attempts
        if a.purpose is not Purpose.CONTROL
        for o in a.observations
        if o.ok and o.step is StepName.TCP
    }
    for finding in findings_of(run):
        for message in finding.rules_out:
            if message.id == "ruled-out.blocked-port":
                ports = message.values["ports"].numbers
                reset = {
                    o.port for o in run.tcp if o.failure and o.failure.kind is FailureKind.RESET
                }  # once open
                assert all(run.ever_opened(port) or port in opened | reset for port in ports), (
                    f"{finding.cause}.{finding.case}"
                )


_NETWORKS_WAY = (FailureKind.TIMED_OUT, FailureKind.STALLED, FailureKind.RESET, FailureKind.UNREACHABLE)


@every_run
def test_the_network_is_not_cleared_where_it_may_have_stopped_a_way_of_the_plan(run: RunView) -> None:
    stopped = {
        step.failure.kind
        for a in run.fallback
        if a.status is Status.FAILED and (step := a.failed_step) is not None and step.failure is not None
    }
    for finding in findings_of(run):
        if any(message.id == "ruled-out.network" for message in finding.rules_out):
            assert stopped.isdisjoint(_NETWORKS_WAY), f"{finding.cause}.{finding.case}"
        said = " ".join(ENGLISH.render(message) for message in messages_of(finding))
        assert "The network works" not in said, f"{finding.cause}.{finding.case}"


@every_run
def test_what_a_request_says_to_work_reached_the_server(run: RunView) -> None:
    decided = {a.endpoint.port for a in run.media if a.was_decided}
    for finding in findings_of(run):
        for message in finding.request.seen if finding.request is not None else ():
            if message.id == "request-lines.passes":
                assert message.values["port"].number in decided, f"{finding.cause}.{finding.case}"


@every_run
def test_a_port_is_not_asked_for_where_the_server_is_reached_and_rejects(run: RunView) -> None:
    rejected = [a for a in run.media if a.status is Status.REJECTED and a.endpoint.proxy is None]
    for finding in findings_of(run) if rejected else ():
        for step in finding.advice.operator:
            assert "on a port that works from there" not in ENGLISH.render(step.message), finding.cause


@every_run
def test_about_as_fast_is_said_only_of_times_that_are(run: RunView) -> None:
    best = recommend(run, findings_of(run))
    if best is not None and best.message is not None and "about as fast" in ENGLISH.render(best.message):
        route, ways = best_route(run), ways_seen(run)
        tried = [ways[a.endpoint.key] for a in run.fallback if a.endpoint.key in ways]
        usual = next(way for way in tried if way.connected)
        assert route is not None
        slow, fast = max(route.took_s, usual.took_s), min(route.took_s, usual.took_s)
        assert slow <= 1.5 * fast + 0.03


@every_run
def test_what_one_address_rejects_and_another_accepts_is_not_told_of_the_server(run: RunView) -> None:
    if answers_differ(run):
        of_the_server = {"app-not-found", "auth-required", "rejected-by-server", "server-full"}
        assert of_the_server.isdisjoint(finding.cause for finding in findings_of(run))
        for profile in client_profiles(run):
            assert "players.rejected" not in {note.id for note in profile.notes}, profile.name


@every_run
def test_a_proxy_that_only_could_not_connect_has_no_rule_against_the_server(run: RunView) -> None:
    """The proxy of its rules has tried to reach the server, so that neither its rules nor "not reached" are said of it."""
    tried = any(allowed(a) for a in run.seen)
    for finding in findings_of(run) if tried else ():
        named = f"{finding.cause}.{finding.case}"
        assert not (finding.cause == "proxy-denies-server" and finding.case in ("server", "suspected")), named
        assert "ruled-out.server" not in {message.id for message in finding.rules_out}, named
        for message in finding.request.seen if finding.request is not None else ():
            outcome = message.values.get("outcome")
            assert not isinstance(outcome, Outcome) or outcome.kind is not FailureKind.PROXY_UNREACHED, named


@every_run
def test_what_was_accepted_behind_a_certificate_is_not_said_to_be_rejected(run: RunView) -> None:
    """Where a redirect ends at a refused certificate alone, the certificate is what fails."""
    ends = [a for a in run.attempts if a.experiment is Experiment.REDIRECT][-1:]
    accepted = any(end.behind_certificate and end.behind_certificate[-1].ok for end in ends)
    for finding in findings_of(run) if accepted else ():
        assert (finding.cause, finding.case) != ("redirected", "fails")


@every_run
def test_a_port_that_is_shut_to_every_server_is_no_symptom_of_a_wrong_address(run: RunView) -> None:
    shut = any(proof_of(run, port).control is not None for port in wanted_ports(run))
    for finding in findings_of(run) if shut else ():
        if finding.cause in ("hosts-file-override", "dns-hijacked", "dns-stale-address"):
            assert "port-blocked" not in finding.explains, finding.case


@every_run
def test_no_router_on_the_path_is_called_by_the_servers_address(run: RunView) -> None:
    """What NAT sends on elsewhere comes back with that address on it."""
    for finding in findings_of(run):
        named = f"{finding.cause}.{finding.case}"
        for message in messages_of(finding):
            if message.id.startswith("lines.path"):
                router = message.values.get("router")
                assert not isinstance(router, Address) or router.address not in run.addresses, named
        asked = finding.request
        assert asked is None or asked.stops_after is None or asked.stops_after not in run.addresses, named


@every_run
def test_who_acts_follows_the_place(run: RunView) -> None:
    """What happens beyond this network is no matter of its administrator, and nothing is requested of one."""
    for finding in findings_of(run):
        side = finding.place.side if finding.place is not None else None
        if side in (Side.TRANSIT, Side.REMOTE):
            named = f"{finding.cause}.{finding.case} {side}"
            assert finding.request is None, named
            assert finding.acts[0] is not Actor.ADMINISTRATOR, named
        if side is Side.REMOTE:
            assert Actor.OPERATOR in finding.acts, f"{finding.cause}.{finding.case}"


def contradictions(report: Report) -> list[str]:
    """In what a report contradicts itself: what each run of the lab is held against, too."""
    run = run_of(report)
    found = []
    for check in CHECKS:
        try:
            check(run)
        except AssertionError as error:
            found.append(f"{check.__name__}: {error}")
    return found


_PROOF_SENT = re.compile(r"proof of the password were sent|the user name and password that were entered")


@every_run
def test_a_password_is_judged_only_where_the_server_could_test_it(run: RunView) -> None:
    """Only the user name leaves before the server's challenge: what it says of that is nothing of the password."""
    facts = (o.facts for a in run.media for o in a.observations)
    said = [f.description or "" for f in facts if isinstance(f, ConnectFacts)]
    if any("reason=" in each and "nosuchuser" not in each for each in said):
        return
    for finding in findings_of(run):
        if finding.cause == Cause.PROXY_AUTH_REQUIRED:
            continue  # a proxy is sent both at once
        assert not _PROOF_SENT.search(ENGLISH.render(finding.explanation)), finding.case


@every_run
def test_no_attempt_that_connected_is_said_to_fail(run: RunView) -> None:
    """What comes before the best route in the plan is called useless only where none of it connected."""
    best = best_route(run)
    advice = recommend(run, findings_of(run))
    if best is None or advice is None or advice.message is None:
        return
    if advice.message.id == Recommended.SKIP_THE_REST.id:
        connected = [a.endpoint.key for a in run.fallback if a.status is Status.CONNECTED]
        assert connected[:1] in ([], [best.endpoint.key])


@every_run
def test_only_a_server_that_asks_by_adobes_method_is_told_of_adobes_users_file(run: RunView) -> None:
    facts = (o.facts for a in run.media for o in a.observations)
    methods = {f.authentication for f in facts if isinstance(f, ConnectFacts)} - {None}
    for finding in findings_of(run):
        if finding.cause == Cause.AUTH_REQUIRED and LoginScheme.ADOBE not in methods:
            said = " ".join(ENGLISH.render(step.message) for step in steps_of(finding))
            assert "users file" not in said, finding.case


@every_run
def test_a_server_that_completed_tls_is_not_said_to_end_it(run: RunView) -> None:
    """An answer inside TLS is not an end of TLS, and a tunnel inside it is not RTMPS."""
    inside = any(isinstance(a.failed_step.facts, TunnelFacts) for a in run.attempts if a.failed_step)
    for finding in findings_of(run):
        said = ENGLISH.render(finding.explanation)
        if finding.cause == Cause.CLIENT_CERTIFICATE_REQUIRED and inside:
            assert "ends the secure connection" not in said
        if "(RTMPS)" in said:
            assert any(a.endpoint.transport is Transport.RTMPS for a in run.attempts), finding.case


@every_run
def test_who_connected_is_not_told_that_the_next_attempt_may_work(run: RunView) -> None:
    if not run.plan_succeeded:
        return
    for finding in findings_of(run):
        said = [ENGLISH.render(step.message) for step in steps_of(finding)]
        assert not [s for s in said if s.startswith("Try again. The next attempt")], finding.case


@every_run
def test_a_preference_for_one_kind_of_address_is_not_called_random(run: RunView) -> None:
    """IPv6 addresses that refuse beside IPv4 ones that work: each player meets the same ones every time."""
    tried = addresses_tried(run)
    if not all(":" in a for a in tried.dead) or any(":" in a for a in tried.working):
        return
    refused = [tried.shown[a].failure for a in tried.dead]
    if all(f is not None and f.kind is FailureKind.REFUSED for f in refused):
        for finding in findings_of(run):
            assert "at random" not in ENGLISH.render(finding.explanation), finding.case


@every_run
def test_a_request_says_that_the_handshake_works_where_it_does(run: RunView) -> None:
    for finding in findings_of(run):
        for line in finding.request.seen if finding.request is not None else ():
            route = line.values.get("route")
            if isinstance(route, Route) and line.id == RequestLines.CUT.id:
                ends = {
                    a.failed_step.step
                    for a in run.seen
                    if a.failed_step
                    and (a.endpoint.transport, a.endpoint.port) == (route.transport, route.port)
                }
                assert ends != {StepName.CONNECT}, finding.cause


@every_run
def test_the_row_of_what_went_through_a_proxy_says_so(run: RunView) -> None:
    """Else a web request that connects stands beside the same port of the same host that fails."""
    for attempt in run.attempts:
        if attempt.endpoint.proxy is not None:
            assert "proxy" in describe_method(attempt), attempt.experiment


@every_run
def test_an_address_that_connects_by_a_sign_in_is_not_recommended_without_it(run: RunView) -> None:
    best, advice = best_route(run), recommend(run, findings_of(run))
    if best is None or advice is None:
        return
    facts = [connect_facts(a) for a in run.connected if a.endpoint == best.endpoint]
    signed_in = bool(facts) and all(f is not None and f.authenticated is True for f in facts)
    said = [ENGLISH.render(setting) for setting in advice.settings]
    assert any("user name and password" in each for each in said) is signed_in


@every_run
def test_bytes_that_the_server_took_are_stopped_nowhere(run: RunView) -> None:
    """What was acknowledged at the full distance got past every router, so nothing of the path is accused of it."""
    taken = {
        o.id
        for a in run.attempts
        for o in a.observations
        if isinstance(o.facts, BytesPathFacts) and taken_unanswered(o.facts)
    }
    for finding in findings_of(run):
        place = finding.place
        if place is not None and taken & set(place.evidence):
            assert (place.side, place.before) == (Side.REMOTE, None), f"{finding.cause}.{finding.case}"
        for line in finding.evidence:
            if line.observation in taken:
                assert line.message.id == "place-lines.taken", ENGLISH.render(line.message)


@every_run
def test_nothing_before_the_server_is_excluded_by_a_refusal_from_as_far_away(run: RunView) -> None:
    """A router right before the server refuses in its name: only on this computer and its own link is it the server itself."""
    near = run.is_loopback or run.environment.server_on_link is True
    for finding in findings_of(run):
        said = {message.id for message in (*messages_of(finding), *finding.rules_out)}
        if near or not any(o.failure is not None and o.failure.kind is FailureKind.REFUSED for o in run.sent):
            continue
        own = {
            "server-on-other-port.earned.answers",
            "rtmp-service-stopped.seen.own-refusal",
            "rtmp-service-stopped.earned.own-refusal",
            "rtmps-not-offered.earned.server-refuses",
            "rtmps-not-offered.seen.servers-own",
        }
        assert not said & own, f"{finding.cause}.{finding.case}"
        if finding.cause in (Cause.SERVER_ON_OTHER_PORT, Cause.RTMPS_NOT_OFFERED):
            dead = {o.port for o in run.sent if o.failure is not None and not run.ever_opened(o.port or 0)}
            first = next((a.endpoint.port for a in run.fallback), None)
            assert first not in dead or finding.confidence is not Confidence.CONFIRMED, finding.case


@every_run
def test_a_loss_is_excluded_only_for_what_every_failing_connection_shows(run: RunView) -> None:
    """Some of equal connections fail: that none was lost is said where each came back, that all were where none did."""
    for finding in findings_of(run):
        if finding.cause != Cause.SOME_CONNECTIONS_FAIL:
            continue
        said = {message.id for message in finding.rules_out}
        shown = {line.observation for line in finding.evidence}
        series = [
            o.facts
            for a in run.attempts
            for o in a.observations
            if o.id in shown and isinstance(o.facts, FlowFacts)
        ]
        dead = [one.vanished for facts in series for one in facts.tries if not one.works]
        assert "some-connections-fail.excluded.loss-ended" not in said or not any(dead)
        assert "some-connections-fail.excluded.loss" not in said or all(dead)


@every_run
def test_whole_messages_of_another_kind_are_no_answer_that_stopped(run: RunView) -> None:
    """An answer to `connect` stopped halfway only where nothing else came before it: a ping is whole, and no answer."""
    for attempt in run.attempts:
        step = attempt.step(StepName.CONNECT)
        if step is None or not isinstance(step.facts, ConnectFacts) or not step.facts.messages_before:
            continue
        failure = step.told_failure
        if failure is not None and not step.facts.tc_url.startswith("rtmfp:"):
            assert failure.kind is not FailureKind.STALLED


@every_run
def test_who_is_let_in_and_cut_off_is_told_so(run: RunView) -> None:
    """A tunnel that ends after `connect` was accepted is no tunnel that never carried one: players have connected."""
    cut = [
        a
        for a in run.fallback
        if (ended := a.failed_step) is not None
        and ended.step is StepName.AFTER_CONNECT
        and a.endpoint.transport.is_tunnel
    ]
    for finding in findings_of(run):
        if finding.cause == Cause.TUNNEL_CUT_BY_WEB_SERVER and cut[:1] == list(run.fallback[:1]) != []:
            said = [line.message.id for line in finding.evidence]
            assert "tunnel-cut-by-web-server.seen.accepted" in said
            profiles = client_profiles(run)
            assert any(n.id == "players.thrown-out" for p in profiles for n in p.notes) or all(
                p.connects is None for p in profiles
            )


@every_run
def test_a_limit_is_told_only_of_the_port_where_it_was_measured(run: RunView) -> None:
    """Another port may be free of it, or share it: nothing was measured there."""
    best, advice = best_route(run), recommend(run, findings_of(run))
    if best is None or advice is None or advice.message is None:
        return
    tests = {Recommended.RATE_LIMITED.id: Experiment.BURST, Recommended.COUNT_LIMITED.id: Experiment.HOLD}
    experiment = tests.get(advice.message.id)
    if experiment is not None:
        made = run.performed(experiment) or run.performed(Experiment.BURST) or run.performed(Experiment.FLOWS)
        assert best.endpoint.port in {a.endpoint.port for a in made}


@every_run
def test_no_route_is_called_not_offered_that_a_limit_may_have_stopped(run: RunView) -> None:
    """With as many connections opened before as a limit allows, a refused connect may be the limit's."""
    found = findings_of(run)
    limits = [f for f in found if f.cause == Cause.CONNECTION_COUNT_LIMITED]
    for note in notes(run, found) if limits else ():
        if note.message.id != RouteNotes.NOT_OFFERED.id:
            continue
        stopped = {
            (a.endpoint.transport, a.endpoint.port)
            for a in run.own
            if a.endpoint.proxy is None and may_be_limited(run, a)
        }
        routes = note.message.values["routes"]
        assert isinstance(routes, Routes)
        assert not stopped & {(r.transport, r.port) for r in routes.routes}


@every_run
def test_a_limit_counts_every_connection_that_was_open(run: RunView) -> None:
    """What the idle test held open beside the series counts as well."""
    for found in findings_of(run):
        if found.cause == Cause.CONNECTION_COUNT_LIMITED and found.case == "held":
            limit = count_limit(run)
            assert limit is not None
            idle = [
                a for a in run.performed(Experiment.IDLE, limit.step.port) if a.status is Status.CONNECTED
            ]
            held = [
                o
                for a in idle
                for o in a.observations
                if o.step is StepName.TCP and o.ended_s < limit.step.started_s < (a.ended_s or 0)
            ]
            assert found.headline.values["limit"] == Count(limit.passed + 2 * bool(held))


@every_run
def test_who_ends_a_connection_is_not_called_unknown_where_the_distance_tells(run: RunView) -> None:
    """An end from as far away as the server is the server's, or of a device right before it."""
    unknown = ("rtmp-blocked.earned.no-contrast", "server-closes-connection.earned.unknown")
    if ended_as_far_as_server(run) is not None:
        for finding in findings_of(run):
            assert finding.confidence_reason.id not in unknown, f"{finding.cause}.{finding.case}"


@every_run
def test_what_is_sent_first_is_no_connect(run: RunView) -> None:
    """The path of `connect` is tested where the handshake, which is sent first, reached the server and was answered."""
    connects = {
        o.id
        for a in run.performed(Experiment.CONNECT_PATH)
        for o in a.observations
        if o.step is StepName.BYTES_PATH
    }
    for finding in findings_of(run):
        for line in finding.evidence:
            if line.observation in connects and line.message.id.startswith("place-lines."):
                assert "What is sent first" not in ENGLISH.render(line.message), finding.cause


@every_run
def test_what_the_server_took_whole_is_not_said_to_be_lost_on_its_way_there(run: RunView) -> None:
    """Long messages that arrived were not too long: what is lost is the answer, and the server must hear of the link."""
    for finding in findings_of(run):
        if finding.cause != Cause.MTU_BLACK_HOLE or finding.confidence is Confidence.POSSIBLE:
            continue
        ends = [a.failed_step for a in run.media if a.endpoint.proxy is None]
        facts = [
            o.facts
            for o in ends
            if o is not None and o.step is StepName.HANDSHAKE and isinstance(o.facts, HandshakeFacts)
        ]
        if facts and all(f.unacknowledged == 0 for f in facts):
            assert finding.case == "downwards", finding.case
            assert Actor.OPERATOR in finding.acts


@every_run
def test_a_port_is_cleared_only_over_the_same_kind_of_address(run: RunView) -> None:
    """What opens over IPv6 says nothing of a firewall's rules for IPv4: neither is the port cleared, nor the address dead."""
    opened = {
        (o.port, ":" in o.address)
        for a in run.seen
        for o in a.observations
        if o.step is StepName.TCP and o.ok and o.address
    }
    silent = {
        o.address: o.port
        for o in run.tcp
        if o.address and o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT
    }
    for finding in findings_of(run):
        if finding.cause != Cause.ONE_ADDRESS_DEAD or finding.confidence is Confidence.POSSIBLE:
            continue
        dead = finding.explanation.values.get("dead")
        for address in getattr(dead, "addresses", ()):
            if address in silent:
                assert (silent[address], ":" in address) in opened, f"{finding.case}: {address}"


@every_run
def test_the_network_is_not_cleared_where_an_address_of_the_plan_is_silent(run: RunView) -> None:
    """The server that answered is another one, or a firewall's rules differ by address."""
    ports = {a.endpoint.port for a in run.fallback}
    silent = any(
        o.step is StepName.TCP and o.failure is not None and o.failure.kind is FailureKind.TIMED_OUT
        for a in run.own
        if a.endpoint.address is not None and a.endpoint.proxy is None and a.endpoint.port in ports
        for o in a.observations
    )
    for finding in findings_of(run) if silent else ():
        assert "ruled-out.network" not in {message.id for message in finding.rules_out}, finding.cause


@every_run
def test_what_opens_connections_for_every_server_clears_no_port(run: RunView) -> None:
    """A port that nobody has is accepted: then open connections show neither the server nor that its port is reached."""
    spoke = any(
        o.bytes_in for a in run.own if a.endpoint.proxy is None for o in a.observations if o.step in _SPOKEN
    )
    taken = run.control_tcp(UNUSED_PORT)
    if (
        taken is None
        or not taken.ok
        or spoke
        or not any(_closes(a) for a in run.performed(Experiment.NO_BYTES))
    ):
        return
    for finding in findings_of(run):
        assert finding.cause != Cause.SERVER_CLOSES_CONNECTION, finding.case
        assert "ruled-out.blocked-port" not in {message.id for message in finding.rules_out}, finding.cause


_SPOKEN = (StepName.HANDSHAKE, StepName.TLS, StepName.TUNNEL)


def _closes(attempt: Attempt) -> bool:
    ended = attempt.failed_step
    return ended is not None and ended.step is StepName.EXCHANGE and ended.failure is not None


@every_run
def test_no_certificate_is_cleared_that_was_seen_to_be_for_another_name(run: RunView) -> None:
    """It is what fails next, once what fails now is fixed."""
    facts = (o.facts for a in run.seen if a.endpoint.host == run.target.host for o in a.observations)
    shown = [f.certificate for f in facts if isinstance(f, TlsFacts) and f.certificate is not None]
    if all(is_for_host(certificate, run.target.host) for certificate in shown if certificate.names):
        return
    for finding in findings_of(run):
        assert "ruled-out.certificate" not in {message.id for message in finding.rules_out}, finding.cause


_OWN_CLEARED = re.compile(
    r"firewall in this network is not the cause|this network does not block", re.IGNORECASE
)


@every_run
def test_packets_that_leave_clear_no_firewall_of_this_network(run: RunView) -> None:
    """A path test sees the way there alone: only what came back from beyond shows that this network lets answers in."""
    beyond = {
        o.id
        for a in run.attempts
        for o in a.observations
        if o.icmp is not None and o.icmp.sender is not None and not run.on_local_side(o.icmp.sender)
    }
    for finding in findings_of(run):
        if any(_OWN_CLEARED.search(ENGLISH.render(message)) for message in messages_of(finding)):
            shown = {line.observation for line in finding.evidence}
            assert shown & beyond, f"{finding.cause}.{finding.case}"


@every_run
def test_an_administrator_is_named_where_the_way_back_is_not_seen(run: RunView) -> None:
    """Where a port is silent and a firewall is accused, whoever runs this network has something to look at."""
    for finding in findings_of(run):
        if f"{finding.cause}.{finding.case}" == "server-firewall.dropped":
            assert finding.advice.administrator


@every_run
def test_the_network_is_not_cleared_where_a_redirect_leads_to_silence(run: RunView) -> None:
    """That the first server was reached says nothing of the port and the machine that it names."""
    lost = [
        a
        for a in run.attempts
        if a.experiment is Experiment.REDIRECT
        and a.status is Status.FAILED
        and a.step(StepName.CONNECT) is None
    ]
    for finding in findings_of(run) if lost else ():
        assert "ruled-out.network" not in {m.id for m in finding.rules_out}, f"{finding.cause}.{finding.case}"


_DEEP = (Experiment.FLOWS, Experiment.BURST, Experiment.HOLD, Experiment.UPLOAD, Experiment.IDLE)


@every_run
def test_what_a_deep_test_saw_is_never_left_without_a_word(run: RunView) -> None:
    """A row with a warning beside a run that connected is in a finding, in the verdict, or in a note."""
    if not run.plan_connected:
        return
    findings = findings_of(run)
    judged = verdict.judge(run, findings)
    lines = [line for f in findings for line in (*f.evidence, *f.counter_evidence)]
    lines += judged.undecided.evidence if judged.undecided is not None else ()
    told = {line.observation for line in lines} | {note.observation for note in notes(run, findings)}
    explained = {each for f in findings for each in (f.cause, *f.explains)} & _OF_CONNECTIONS
    kinds = {(a.experiment, a.endpoint.port) for a in run.seen if any(o.id in told for o in a.observations)}
    for attempt in run.seen:
        if attempt.experiment in _DEEP and showed(attempt) in (Showed.PARTLY, Showed.BAD):
            assert explained or (attempt.experiment, attempt.endpoint.port) in kinds, attempt.id


_OF_CONNECTIONS = {
    Cause.CONNECTION_COUNT_LIMITED,
    Cause.CONNECTION_RATE_LIMITED,
    Cause.IDLE_TIMEOUT,
    Cause.PACKET_LOSS,
    Cause.SOME_CONNECTIONS_FAIL,
    Cause.THROTTLED,
    Cause.UPLOAD_CUT,
}


@every_run
def test_no_port_that_answered_later_sends_the_reader_to_another_network(run: RunView) -> None:
    """Where every later connection to the plan's port worked from here, only another test tells more."""
    findings = findings_of(run)
    judged = verdict.judge(run, findings)
    if (
        answered_later(run) is None
        or judged.undecided is None
        or judged.status is not VerdictStatus.INCONCLUSIVE
    ):
        return
    assert "another network" not in ENGLISH.render(judged.undecided.decisive_test)
    assert judged.undecided.advice.user[0].action is Action.RUN_AGAIN


@every_run
def test_no_private_address_of_a_public_name_is_to_be_reached_from_outside(run: RunView) -> None:
    """What no one can reach over the internet is to be removed from DNS, not checked or opened."""
    if run.target.is_literal or all(map(is_private_address, run.addresses)):
        return
    private = {a for a in run.addresses if is_private_address(a) and not is_loopback_address(a)}
    for finding in findings_of(run):
        for said in (ENGLISH.render(step.message) for step in steps_of(finding)):
            if any(address in said for address in private):
                assert "from outside" not in said, said


@every_run
def test_no_address_that_opens_is_said_to_accept_no_connections(run: RunView) -> None:
    """A certificate that players refuse is shown over a connection that was accepted: it is the certificate's fault."""
    tried = addresses_tried(run)
    for finding in findings_of(run) if tried.distrusted else ():
        named = f"{finding.cause}.{finding.case}"
        dead = finding.explanation.values.get("dead")
        assert not set(getattr(dead, "addresses", ())) & set(tried.distrusted), named
        if finding.cause.startswith("certificate-") and tried.working:
            assert finding.case.startswith("some-addresses"), named


_OFFER_SECURE = re.compile(r"\b[Oo]ffer RTMPS\b(?! instead)")


@every_run
def test_what_answers_behind_a_certificate_is_not_to_be_offered(run: RunView) -> None:
    """RTMPS is offered where RTMP is spoken behind a refused certificate: the certificate is what is to be changed."""
    offered = any(
        a.endpoint.proxy is None and rtmp_behind_certificate(a) is not None
        for a in run.media
        if a.step(StepName.TLS) is not None
    )
    for finding in findings_of(run) if offered else ():
        for step in finding.advice.operator:
            assert not _OFFER_SECURE.search(ENGLISH.render(step.message)), f"{finding.cause}.{finding.case}"


@every_run
def test_no_server_behind_a_port_that_never_opened_is_said_to_lack_the_application(run: RunView) -> None:
    """Each port may have a server of its own: what one says of an application is not what another one would say."""
    first = first_shut_port(run)
    for finding in findings_of(run) if first is not None else ():
        if finding.cause != Cause.APP_NOT_FOUND:
            continue
        named = f"{finding.cause}.{finding.case}"
        assert finding.case not in ("unknown", "hangs-up"), named
        assert not finding.case.endswith("-on-port") or finding.rules_out == (), named


@every_run
def test_no_router_of_this_network_is_accused_of_what_goes_by_a_vpn(run: RunView) -> None:
    """What is for the server leaves through the VPN: this network's router sees only the VPN's own packets."""
    for finding in findings_of(run) if vpn_to_server(run) is not None else ():
        named = f"{finding.cause}.{finding.case}"
        assert "first router" not in ENGLISH.render(finding.explanation), named
        assert finding.cause != Cause.NAME_LEADS_TO_OWN_ROUTER or finding.case.startswith("gateway"), named


@every_run
def test_nobody_is_sent_for_a_proxy_that_is_set_and_only_closes(run: RunView) -> None:
    """Each way through it ended at once: to enter the same proxy once more cannot help."""
    ends = [a.failed_step for a in proxied(run)]
    closes = ends and all(
        o is not None
        and o.step is StepName.PROXY
        and o.failure is not None
        and o.failure.kind is FailureKind.CLOSED
        and o.elapsed_s < _WAIT_S
        for o in ends
    )
    several = len({a.endpoint.port for a in proxied(run)}) > 1
    for finding in findings_of(run) if closes and several else ():
        for step in finding.advice.user:
            assert "Enter the same proxy" not in ENGLISH.render(step.message), finding.cause


@every_run
def test_a_port_that_works_is_not_to_be_offered_first(run: RunView) -> None:
    """What connects directly is offered already, if only without encryption."""
    findings = findings_of(run)
    best = best_route(run)
    if best is not None and best.proxy is None:
        for finding in findings:
            for step in finding.advice.operator:
                assert "offer the service on a port" not in ENGLISH.render(step.message), finding.cause


@every_run
def test_a_server_that_sends_without_end_is_not_called_silent(run: RunView) -> None:
    sends = any(
        step.step is StepName.CONNECT
        and step.failure is not None
        and step.failure.kind is FailureKind.UNEXPECTED_REPLY
        and step.failure.bytes_received
        for a in run.media
        for step in a.observations
    )
    for finding in findings_of(run) if sends else ():
        for message in messages_of(finding):
            said = ENGLISH.render(message)
            assert not re.search(r"\b(hangs|never answers|gets no answer|something else answered)\b", said), (
                said
            )


@every_run
def test_who_finds_no_stream_of_a_name_is_not_said_to_forbid_it(run: RunView) -> None:
    for finding in findings_of(run):
        said = [ENGLISH.render(message) for message in messages_of(finding)]
        if any("StreamNotFound" in text for text in said) and not any(
            "started the stream" in t for t in said
        ):
            assert not any("does not let" in t or "access rule" in t for t in said), finding.case


@every_run
def test_a_computer_whose_card_has_a_link_is_not_called_disconnected(run: RunView) -> None:
    linked = any(
        card.up and not card.tunnel and (card.medium is not None or a.startswith("169.254."))
        for card in run.environment.interfaces
        for a in card.addresses or ("",)
    )
    for finding in findings_of(run) if linked else ():
        if finding.cause == Cause.LOCAL_NETWORK_DOWN:
            for message in messages_of(finding):
                said = ENGLISH.render(message)
                assert not re.search(r"not connected|Check the network cable|No network adapter", said), said


@every_run
def test_a_router_that_answers_is_not_looked_for(run: RunView) -> None:
    """Where a router of this computer answers, neither its cable nor Wi-Fi is at fault, and another route is to go."""
    answering = {o.address for o in run.lookups(LookupSource.DNS) if o.ok} & set(
        run.environment.default_gateways
    )
    for finding in findings_of(run) if answering else ():
        if finding.cause == Cause.GATEWAY_UNREACHABLE:
            for message in messages_of(finding):
                said = ENGLISH.render(message)
                assert not re.search(r"cable|Wi-Fi|restart|This network's router", said), said


_CALLED_SILENT = re.compile(r"\baddress(?:es)? ([0-9a-fA-F.:, and]{1,200}?) (?:does|do) not answer")


@every_run
def test_no_address_that_was_heard_is_called_silent(run: RunView) -> None:
    """What opened, or said itself that a port is closed, has answered, over whatever protocol."""
    heard = {
        o.address
        for o in (*run.steps(StepName.TCP), *run.steps(StepName.UDP))
        if o.ok
        or (o.failure is not None and o.failure.icmp is not None and o.failure.icmp.sender == o.address)
    }
    for finding in findings_of(run):
        for message in messages_of(finding):
            for called in _CALLED_SILENT.findall(ENGLISH.render(message)):
                assert not heard & set(re.split(r",? and |, ", called)), finding.cause


@every_run
def test_nobody_is_told_to_use_a_cable_who_uses_one(run: RunView) -> None:
    cards = {card.name: card for card in run.environment.interfaces}
    card = cards.get(run.environment.server_interface or "")
    if card is not None and card.medium is Medium.CABLE:
        for finding in findings_of(run):
            said = [ENGLISH.render(each.message) for each in steps_of(finding)]
            assert not any("instead of Wi-Fi" in each for each in said), finding.cause


@every_run
def test_no_other_server_was_asked_where_this_one_alone_is_said_to_be_tested(run: RunView) -> None:
    """Where others answered as well, this one was at most the only one that was tested often enough."""
    asked = any(a.purpose is Purpose.CONTROL and a.observations for a in run.seen)
    for finding in findings_of(run) if asked else ():
        for message in messages_of(finding):
            said = ENGLISH.render(message)
            assert not re.search(r"Only this server was tested(?! often enough)", said), finding.cause


@every_run
def test_silence_from_the_end_of_the_path_is_laid_on_nobody_alone(run: RunView) -> None:
    """Where others are as silent, what is sent may arrive, and who drops the answers can be this network's own router."""
    for port in run.dead_ports(FailureKind.TIMED_OUT):
        if unanswered_at_the_end(run, port):
            for finding in findings_of(run):
                said = [ENGLISH.render(message) for message in messages_of(finding)]
                assert not any(
                    re.search(rf"[Pp]ackets to port {port} stop|(is|are) blocked by an", t) for t in said
                )
                assert not any("stop before they reach" in t for t in said), finding.case
