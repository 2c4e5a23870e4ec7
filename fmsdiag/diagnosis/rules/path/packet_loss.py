"""packet-loss: connects need a second or third packet now and then, to any host, in no order.

A lost SYN is sent again after 1 s, then after 2 s more (RFC 6298, section 2), so that loss shows as steps in time. A limit on
connections has an order: the first pass, and it concerns one port; loss concerns other hosts as well. Only silence is loss:
who resets or refuses has heard.
"""

from __future__ import annotations

from itertools import pairwise

from fmsdiag.diagnosis.evidence.attempts import handshake_facts
from fmsdiag.diagnosis.evidence.flows import Fate, flows_of
from fmsdiag.diagnosis.evidence.late_connects import (
    APART_S,
    RESEND_S,
    all_late_alike,
    came,
    is_delayed_when_open,
    late_beside_others,
    late_connects,
)
from fmsdiag.diagnosis.evidence.limits import count_limit, limited_ports
from fmsdiag.diagnosis.evidence.ports import REFERENCE_PORTS
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.uploads import UNDELAYED_S, held_back_ports, uploads
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    FlowFacts,
    Message,
    Observation,
    Purpose,
    Question,
    SeriesFacts,
    StepName,
    Try,
    UploadFacts,
    UploadOutcome,
)


class Loss(FindingTexts, of="packet-loss.loss"):
    """A reference server is affected as well, and no player connects."""

    headline = text("This connection is losing packets.")
    explanation = text(
        "Some connections open at once, others only after a second or more, because lost packets must be sent again. A "
        "reference server is affected too, so the cause is this computer's connection or its network. Streams stutter "
        "and drop out on such a connection."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (
        Steps.USE_CABLE,
        Steps.STOP_TRANSFERS,
        step("Restart the router. If that does not help, report the packet loss to your internet provider."),
    )
    administrator = (
        step(
            "Look for errors on the line and the interfaces, a full queue, a damaged cable, or a duplex mismatch."
        ),
        step("Measure packet loss to several hosts."),
    )


class ConnectedLoss(FindingTexts, of="packet-loss.connected"):
    """Likewise, while players connect."""

    headline = text("This connection is losing packets; streams will stutter.")
    says_it_works = True
    explanation = Loss.explanation
    acts = Loss.acts
    you = Loss.you
    administrator = Loss.administrator


class Suspected(FindingTexts, of="packet-loss.suspected"):
    """Only the server was observed often enough, and no player connects."""

    headline = text("This connection may be losing packets.")
    explanation = text(
        "Some connections get an answer at once, others late or not at all, as happens when packets are lost. Only this server "
        "was tested often enough to tell, so the loss may be here or on the server side. Streams may stutter and drop out."
    )
    acts = Loss.acts
    you = Loss.you
    administrator = Loss.administrator
    operator = (
        step("If customers elsewhere are affected as well, look for packet loss on the server's network."),
    )
    decisive_test = text(
        "Ping several hosts a hundred times each. If all of them lose packets, the loss is on this side."
    )


class ConnectedSuspected(FindingTexts, of="packet-loss.connected-suspected"):
    """Likewise, while players connect."""

    headline = text("This connection may be losing packets; streams may stutter.")
    says_it_works = True
    explanation = Suspected.explanation
    acts = Loss.acts
    you = Loss.you
    administrator = Loss.administrator
    operator = Suspected.operator
    decisive_test = Suspected.decisive_test


class Openings(FindingTexts, of="packet-loss.openings"):
    """Only first packets of new connections are lost: a whole upload went up without delay."""

    headline = text("Some new connections get no answer at first.")
    explanation = text(
        "Some connections open at once, others only after a second or more, because the first packet of a new connection is "
        "lost now and then. An open connection lost nothing: {amount:size} went up in {elapsed:duration}, and no packet had to "
        "be sent again. So a stream that has started is probably not affected. Either a device on the network path drops new "
        "connections, or the server does when it is busy."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Give a connection that does not open at once a few seconds. This computer tries it again."),
        Steps.OTHER_NETWORK,
        Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE,
    )
    administrator = (
        step(
            "Look for a firewall or router that limits or drops new connections, such as flood protection or a full connection "
            "table."
        ),
    )
    operator = (
        step("Check the media server's listen queue (backlog), and flood protection in front of it."),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If new connections are delayed there too, they are "
        "most likely dropped on the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class ConnectedOpenings(FindingTexts, of="packet-loss.connected-openings"):
    """Likewise, while players connect."""

    headline = Openings.headline
    says_it_works = True
    explanation = Openings.explanation
    acts = Openings.acts
    you = Openings.you
    administrator = Openings.administrator
    operator = Openings.operator
    decisive_test = Openings.decisive_test


class EveryFirst(FindingTexts, of="packet-loss.every-first"):
    """Each connect took a second packet, all of them equally long: that has an order."""

    headline = text("Connections open only after the first packet is sent again.")
    explanation = text(
        "All {count} connections to two servers opened about one second late, when this computer sent their first packet "
        "again. Lost packets would delay only some of them. Something drops each first packet: a firewall that tests clients "
        "this way, or a device that drops packets with ECN flags, which some computers set. Open connections are most likely "
        "not affected."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.OTHER_COMPUTER, Steps.SAVE_REPORT_FOR_ADMINISTRATOR)
    administrator = (
        step(
            "Check whether a firewall or router here drops the first packet of connections, or packets with ECN flags."
        ),
    )
    decisive_test = text(
        "Turn off ECN on this computer, and run the test again. If connections open at once, a device drops packets with ECN "
        "flags."
    )


class ConnectedEveryFirst(FindingTexts, of="packet-loss.connected-every-first"):
    """Likewise, while players connect."""

    headline = EveryFirst.headline
    says_it_works = True
    explanation = EveryFirst.explanation
    acts = EveryFirst.acts
    you = EveryFirst.you
    administrator = EveryFirst.administrator
    decisive_test = EveryFirst.decisive_test


class Seen(Table, of="packet-loss.seen"):
    LATE = text("Connecting to port {port} took {elapsed:duration}: its first packet or the answer was lost.")
    REFERENCE = text(
        "Connecting to port {port} of a reference server took {elapsed:duration}: its first packet or the answer was lost."
    )
    BURST = plural(
        "{lost:count} of {tries:count} connections in a row got no answer in time, in no particular order.",
        "{lost:count} of {tries:count} connections in a row got no answer in time, in no particular order.",
        by="lost",
    )

    REPEATS = plural(
        "{lost:count} of {tries:count} connections got no answer in time. {again:count} of them was tried again from the same "
        "local port; {worked:count} worked.",
        "{lost:count} of {tries:count} connections got no answer in time. {again:count} of them were tried again from the same "
        "local ports; {worked:count} worked.",
        by="again",
    )


class Earned(Table, of="packet-loss.earned"):
    """What the confidence rests on."""

    ALL_ALIKE = text(
        "All connections are delayed by the same time; what drops their first packets is not known."
    )

    TWO_SERVERS = text("Connections to two servers are delayed in the same irregular way.")
    SAME_PORT_WORKS = text(
        "Packets vanish at random: a connection from a port that had failed works the next time."
    )
    SERVER_ALONE = text("Only this server was tested often enough.")


LEAST_UPLOAD_BYTES = 32 * 1024
"""In some thirty packets, of which loss that shows in connects would have hit several."""
ENOUGH_ALONE = 4
"""Connects to the server that were late or lost, where no other host was compared."""


def judge(run: RunView) -> Answer:
    """Late and punctual connects in no order, to the server and to the control host."""
    connects = late_connects(run)
    late, others = list(connects.server), list(connects.control)
    limited, held = limited_ports(run), held_back_ports(run)
    if all(o.port in limited | held for o in (*late, *others)):
        late, others = [], []  # every other port is prompt: what is late waits for the limit
        limited |= held
    burst, repeats = _irregular(run, limited), _lost_repeats(run, held & limited)
    questions: tuple[Question, ...] = tuple(q for port in REFERENCE_PORTS for q in run.ask_control_port(port))
    if repeats is not None:
        return ask_unless_answered(questions, _found(run, late, repeats, others, Confidence.LIKELY))
    if (not late and burst is None) or (burst is None and (late_beside_others(run) or count_limit(run))):
        return None  # what was open beside them explains it as well
    if others and burst is None and (alike := all_late_alike(run)):
        return _every_first(run, late, others, alike)
    if others and len(others) + len(late) + (2 if burst else 0) >= 2:
        return _found(run, late, burst, others, Confidence.LIKELY)
    lost = len(late) + (burst[1] if burst is not None else 0)
    ports_hit = {o.port for o in late} | ({burst[0].port} if burst is not None else set())
    alone = lost >= ENOUGH_ALONE and (burst is not None or len(ports_hit) > 1)
    return ask_unless_answered(
        questions, _found(run, late, burst, [], Confidence.POSSIBLE) if alone else None
    )


def _irregular(run: RunView, limited: frozenset[int]) -> tuple[Observation, int] | None:
    """A burst in which connects were answered and lost by turns, and how many were lost; none where it shows a limit."""
    for attempt in run.performed(Experiment.BURST):
        step = attempt.step(StepName.SERIES)
        if step is None or not isinstance(step.facts, SeriesFacts) or step.port in limited:
            continue
        lost = sum(not came(t) for t in step.facts.tries)
        if lost >= 2 and _turns(step.facts.tries) >= 2:
            return step, lost
    return None


def _lost_repeats(run: RunView, held: frozenset[int]) -> tuple[Observation, int] | None:
    """Equal connections of which some vanished, and worked from the same local port the next time; not to ports that are
    held back."""
    seen = (flows for flows in flows_of(run) if flows.attempt.endpoint.port not in held)
    lost = next((flows for flows in seen if flows.fate is Fate.LOST), None)
    return (lost.step, len(lost.dead)) if lost is not None and len(lost.dead) >= 2 else None


def _is_steadily_slow(run: RunView) -> bool:
    """Whether the server's first word takes equally long each time: lost packets would delay some, and by other times."""
    waits = [
        facts.first_byte_s
        for a in run.seen
        if a.purpose is not Purpose.CONTROL and a.endpoint.host == run.target.host
        if (facts := handshake_facts(a)) is not None and facts.first_byte_s is not None
    ]
    return len(waits) > 1 and min(waits) >= RESEND_S and max(waits) - min(waits) < APART_S


def _turns(tries: tuple[Try, ...]) -> int:
    """How often a failure is followed by a success, or the reverse, in the order in which they began."""
    order = sorted(tries, key=lambda t: t.started_s)
    return sum(came(a) != came(b) for a, b in pairwise(order))


def _found(
    run: RunView,
    late: list[Observation],
    burst: tuple[Observation, int] | None,
    others: list[Observation],
    confidence: Confidence,
) -> Found:
    sure, whole = bool(others), _undelayed_upload(run)
    opened = tuple(sorted({o.port for o in late if o.port is not None and o.ok}))
    return Found(
        _case(run, sure, whole),
        confidence,
        _earned(confidence, sure),
        _seen(late, burst, others),
        values={} if whole is None else {"amount": whole.bytes_taken, "elapsed": whole.elapsed_s},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=opened),) if opened else (),
        beside=(Cause.SERVER_SLOW,) if _is_steadily_slow(run) else (),
    )


def _earned(confidence: Confidence, compared: bool) -> Message:
    if compared:
        return Earned.TWO_SERVERS.of()
    return (Earned.SAME_PORT_WORKS if confidence is Confidence.LIKELY else Earned.SERVER_ALONE).of()


def _undelayed_upload(run: RunView) -> UploadFacts | None:
    """A whole upload that lost nothing, as the system counts, and waited for nothing."""
    if is_delayed_when_open(run):
        return None  # other open connections did wait
    seen = (f for _, _, f in uploads(run) if f.outcome == UploadOutcome.COMPLETE)
    whole = (f for f in seen if f.bytes_taken >= LEAST_UPLOAD_BYTES and f.elapsed_s <= UNDELAYED_S)
    return next((f for f in whole if f.sent_again == 0), None)


def _every_first(run: RunView, late: list[Observation], others: list[Observation], count: int) -> Found:
    return Found(
        ConnectedEveryFirst if run.plan_succeeded else EveryFirst,
        Confidence.POSSIBLE,
        Earned.ALL_ALIKE.of(),
        _seen(late, None, others),
        values={"count": count},
    )


def _case(run: RunView, sure: bool, whole: UploadFacts | None) -> type[FindingTexts]:
    if whole is not None:
        return ConnectedOpenings if run.plan_succeeded else Openings
    if run.plan_succeeded:
        return ConnectedLoss if sure else ConnectedSuspected
    return Loss if sure else Suspected


def _seen(
    late: list[Observation], burst: tuple[Observation, int] | None, others: list[Observation]
) -> tuple[EvidenceLine, ...]:
    seen = [evidence_line(Seen.LATE.of(port=o.port or 0, elapsed=o.elapsed_s), o) for o in late[:2]]
    if burst is not None and isinstance(burst[0].facts, SeriesFacts | FlowFacts):
        seen.append(evidence_line(_lost(burst[0].facts, burst[1]), burst[0]))
    seen += [evidence_line(Seen.REFERENCE.of(port=o.port or 0, elapsed=o.elapsed_s), o) for o in others[:2]]
    return tuple(seen)


def _lost(facts: SeriesFacts | FlowFacts, lost: int) -> Message:
    """How many connects vanished, and how the same fared when they were tried again."""
    if isinstance(facts, SeriesFacts):
        return Seen.BURST.of(lost=lost, tries=len(facts.tries))
    dead = {one.local_port for one in facts.tries if not one.works}
    again = [one for one in facts.again if one.local_port in dead]
    return Seen.REPEATS.of(
        lost=lost, tries=len(facts.tries), again=len(again), worked=sum(one.works for one in again)
    )


RULE = Rule(
    Cause.PACKET_LOSS,
    judge,
    explains=(
        Cause.CONNECTION_RATE_LIMITED, Cause.CONNECTION_COUNT_LIMITED, Cause.IDLE_TIMEOUT, Cause.UPLOAD_CUT, Cause.THROTTLED,
        Cause.DNS_SLOW, Cause.SERVER_SLOW, Cause.SERVER_HUNG, Cause.TLS_BLOCKED, Cause.DNS_NO_ANSWER, Cause.ONE_ADDRESS_DEAD,
        Cause.SERVER_FIREWALL, Cause.UDP_BLOCKED, Cause.RTMP_BLOCKED, Cause.MTU_BLACK_HOLE, Cause.NON_HTTP_BLOCKED,
        Cause.PORT_BLOCKED, Cause.IPV6_BROKEN, Cause.RTMPE_BLOCKED,
    ),
)  # fmt: skip
