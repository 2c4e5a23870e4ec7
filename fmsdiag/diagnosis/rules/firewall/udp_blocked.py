"""udp-blocked: RTMFP's datagrams end on our side of the internet, while TCP to the same server goes on."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.changed_datagrams import ChangedDatagrams, changed_datagrams
from fmsdiag.diagnosis.evidence.paths import ends_locally, path_end
from fmsdiag.diagnosis.evidence.places import udp_place
from fmsdiag.diagnosis.evidence.port_proof import rejects_host
from fmsdiag.diagnosis.evidence.ports import (
    ask_udp_hops,
    open_path,
    says_forbidden,
    udp_attempts,
    udp_path,
    wants_udp,
)
from fmsdiag.diagnosis.evidence.rtmfp import only_way, silent_greeting, strange_greeting
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import alive_line, attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    Endpoint,
    EvidenceLine,
    Hop,
    HopOutcome,
    Message,
    Observation,
    Side,
    Status,
    StepName,
    Transport,
)


class UdpSteps(Table, of="udp-blocked.steps"):
    ALLOW = step(
        "Allow outgoing UDP port {port} to {server:host}, with replies. For an Adobe Media Server, also allow UDP ports "
        "19350-65535, which its RTMFP uses by default."
    )
    OFFER_TCP = step(
        "Also offer RTMP or RTMPT, so that players in networks without UDP can connect.",
        premise=Premise.NOT_YET_OFFERED,
    )


class PathEnds(FindingTexts, of="udp-blocked.path-ends"):
    """UDP stops in this network where TCP goes on, and RTMFP is wanted."""

    headline = text("This network blocks UDP port {port}, which RTMFP needs.")
    explanation = text(
        "UDP packets to port {port} of {server:host} do not leave this network, while TCP packets do. RTMFP cannot work here. "
        "RTMP does not need UDP."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step(
            "If you need RTMFP, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text("If you need RTMFP, send the request to the person who runs this network."),
        ),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (UdpSteps.ALLOW,)
    operator = (UdpSteps.OFFER_TCP,)


class Prohibited(FindingTexts, of="udp-blocked.prohibited"):
    """A device of this network says so, and RTMFP is wanted."""

    headline = PathEnds.headline
    explanation = text(
        "A device in your network rejects UDP packets to port {port} of {server:host}. RTMFP cannot work here. RTMP "
        "does not need UDP."
    )
    acts = PathEnds.acts
    you = PathEnds.you
    administrator = PathEnds.administrator
    operator = PathEnds.operator


class AtProvider(FindingTexts, of="udp-blocked.at-provider"):
    """UDP leaves this network and stops before the server's side, where TCP goes on."""

    headline = text("An internet provider blocks UDP port {port}, which RTMFP needs.")
    explanation = text(
        "UDP packets to port {port} of {server:host} leave this network but never reach the server, while TCP packets "
        "do. RTMFP cannot work here. RTMP does not need UDP."
    )
    acts = (Actor.USER,)
    you = (Steps.SAVE_REPORT_FOR_PROVIDER, Steps.USE_BEST_ROUTE)
    administrator = (Steps.PASS_ON_TO_PROVIDER,)
    operator = (UdpSteps.OFFER_TCP,)


class Changed(FindingTexts, of="udp-blocked.changed"):
    """UDP arrives, but not as it was sent."""

    headline = text("A device in your network changes UDP packets, which breaks RTMFP.")
    explanation = text(
        "UDP packets to port {port} of {server:host} do not arrive as this computer sends them. RTMFP is encrypted: a server "
        "cannot read a packet in which a byte has changed, and does not answer it. RTMP does not need UDP."
    )
    acts = PathEnds.acts
    you = (Steps.SAVE_REPORT_FOR_ADMINISTRATOR, Steps.USE_BEST_ROUTE)
    administrator = (
        step(
            "Find the device that changes UDP packets to port {port} of {server:host}, and turn that off for these packets. "
            "The report says where on the network path it is."
        ),
    )
    operator = PathEnds.operator


class ChangedSomewhere(FindingTexts, of="udp-blocked.changed-somewhere"):
    """The same, and whose device it is is not known."""

    headline = text("A device on the network path changes UDP packets, which breaks RTMFP.")
    explanation = Changed.explanation
    acts = PathEnds.acts
    you = Changed.you
    administrator = Changed.administrator
    operator = PathEnds.operator


class ChangedAtProvider(FindingTexts, of="udp-blocked.changed-at-provider"):
    """The same, between this network and the server's."""

    headline = text("An internet provider's device changes UDP packets, which breaks RTMFP.")
    explanation = Changed.explanation
    acts = AtProvider.acts
    you = AtProvider.you
    administrator = AtProvider.administrator
    operator = AtProvider.operator


class NotNeeded(FindingTexts, of="udp-blocked.not-needed"):
    """UDP is blocked, but nothing that was asked for needs it."""

    headline = PathEnds.headline
    explanation = text(
        "UDP packets to port {port} of {server:host} do not leave this network, so RTMFP cannot work here. Your address "
        "does not use RTMFP."
    )
    acts = PathEnds.acts
    administrator = (
        step(
            "Only if RTMFP is needed: allow outgoing UDP port {port} and ports 19350-65535 to {server:host}, with replies."
        ),
    )
    operator = PathEnds.operator


class Suspected(FindingTexts, of="udp-blocked.suspected"):
    """Silence where RTMFP alone was asked for, and nothing shows where the packets end."""

    headline = text("This network may block UDP port {port}, which RTMFP needs.")
    explanation = text(
        "Nothing came back from UDP port {port} of {server:host}, not even an error. Many networks block UDP. A server "
        "that does not offer RTMFP on this port, or whose firewall drops UDP, looks the same."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step(
            "Ask the people who run the server for an address that starts with rtmp, which does not need UDP."
        ),
        step(
            "If you need RTMFP, run the test from another network, such as a phone's hotspot.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (
        step("Check whether outgoing UDP port {port} and ports 19350-65535 are allowed, with replies."),
    )
    operator = (step("Check that the server offers RTMFP on UDP port {port}."), UdpSteps.OFFER_TCP)
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If it connects there, this network blocks UDP.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="udp-blocked.seen"):
    ENDS = plural(
        "UDP packets to port {port} stop after {router:address}, {hops:count} hop from this computer.",
        "UDP packets to port {port} stop after {router:address}, {hops:count} hops from this computer.",
        by="hops",
    )
    REJECTED = plural(
        "{router:address}, {hops:count} hop from this computer, rejects UDP packets to port {port}.",
        "{router:address}, {hops:count} hops from this computer, rejects UDP packets to port {port}.",
        by="hops",
    )
    ENDS_HERE = text("UDP packets to port {port} do not get past the first router.")
    TCP_GOES_ON = plural(
        "TCP packets to the same server reach {router:address}, {hops:count} hop from this computer.",
        "TCP packets to the same server reach {router:address}, {hops:count} hops from this computer.",
        by="hops",
    )
    TCP_ARRIVES = plural(
        "TCP packets reach the same server after {hops:count} hop.",
        "TCP packets reach the same server after {hops:count} hops.",
    )

    CHANGED = text(
        "UDP packets to port {port} are unchanged at {before:address} and changed at {after:address}."
    )
    CHANGED_AT_ONCE = text("UDP packets to port {port} are changed when they reach {after:address}.")


class Earned(Table, of="udp-blocked.earned"):
    """What the confidence rests on."""

    SENDER = text("The rejection came from {sender:address}, a device in your network.")
    PATH = text("Routers beyond that point answer TCP packets to the same server, but not UDP packets.")
    QUOTE = text("Routers return the beginning of what they receive, and it differs from what was sent.")
    SILENCE = text("Nothing came back by UDP, and nothing shows where the packets are dropped.")


class Excluded(Table, of="udp-blocked.excluded"):
    SERVER = text("The server does not drop these UDP packets: they stop in your network.")
    OWN_NETWORK = text("Your network is not the cause: UDP packets leave it.")


def judge(run: RunView) -> Answer:
    """A router near us prohibits it, or UDP's path ends there and TCP's does not; silence alone says nothing."""
    tried = [a for a in udp_attempts(run) if a.status in (Status.FAILED, Status.CANCELLED)]
    if not tried or run.is_loopback or run.is_captive:
        return None
    if not run.path_matters:
        return _suspicion(run)
    if rejects_host(run) is not None:
        return None  # whatever it is, to this server
    if any(o.ok for o in run.steps(StepName.UDP, udp_attempts(run))):
        return None  # something answered by UDP
    if any(strange_greeting(a) is not None for a in tried):
        return None  # likewise, if nothing of use
    for sent in run.steps(StepName.UDP, tried):
        if _prohibited(sent, run):
            return _prohibition(run, tried[0], sent)
    if not wants_udp(run) or any(_answered(o) for o in run.steps(StepName.UDP, tried)):
        return None
    port = tried[0].endpoint.port
    questions = ask_udp_hops(run, port)
    if run.open_ports:
        questions += run.ask_hops(run.open_ports[0])
    else:
        questions += run.ask_hops(80)
    hops, test = udp_path(run, port)
    place = udp_place(run, port)
    changed = changed_datagrams(run, port)
    if changed is not None and place is not None:
        return ask_unless_answered(questions, _changed(run, tried[0], changed, place.side))
    if place is not None and place.side is Side.TRANSIT:
        return Found(
            AtProvider,
            Confidence.LIKELY,
            Earned.PATH.of(),
            _seen(run, tried[0], test),
            values={"port": port},
            rules_out=(Excluded.OWN_NETWORK.of(),),
        )
    end = ends_locally(hops, _tcp_path(run), run.on_local_side)
    if end is not None and end.outcome in (
        HopOutcome.TIME_EXCEEDED,
        HopOutcome.SILENT,
        HopOutcome.UNREACHABLE,
    ):
        return ask_unless_answered(questions, _silence(run, tried[0], test))
    return ask_unless_answered(questions, _suspicion(run))


def _tcp_path(run: RunView) -> tuple[Hop, ...]:
    """The path of TCP to a port that opens, or that the server itself refuses."""
    passing = open_path(run)
    if passing:
        return passing
    return run.hops(80)


def _prohibited(step: Observation, run: RunView) -> bool:
    icmp = step.icmp
    return (
        icmp is not None
        and (says_forbidden(icmp) or icmp.is_port_unreachable)
        and icmp.sender != step.address
        and icmp.sender not in run.own_addresses
        and run.on_local_side(icmp.sender)
    )


def _answered(step: Observation) -> bool:
    """Whether an ICMP error came back: then the path is not silent."""
    return step.icmp is not None


def _suspicion(run: RunView) -> Found | None:
    """Silence where RTMFP alone was asked for, and nothing tells where what was sent ends."""
    tried = only_way(run)
    if tried is None or silent_greeting(tried) is None:
        return None
    alive = run.sign_of_life
    return Found(
        Suspected,
        Confidence.POSSIBLE,
        Earned.SILENCE.of(),
        (attempt_line(tried), *((alive_line(alive),) if alive is not None else ())),
        values={"port": tried.endpoint.port},
        rules_out=(RuledOut.APPLICATION.of(),),
    )


def _prohibition(run: RunView, tried: Attempt, sent: Observation) -> Found:
    """A device on our side says that it is prohibited."""
    icmp = sent.icmp
    sender = icmp.sender if icmp is not None else None
    reason = Earned.SENDER.of(sender=sender or "")
    return _found(run, tried, Prohibited, Confidence.CONFIRMED, reason, _seen(run, tried, None))


def _silence(run: RunView, tried: Attempt, test: Observation | None) -> Found:
    """UDP ends on our side, and TCP does not."""
    seen = _seen(run, tried, test)
    return _found(run, tried, PathEnds, Confidence.LIKELY, Earned.PATH.of(), seen)


_CHANGED = {Side.LOCAL: Changed, Side.COMPUTER: Changed, Side.TRANSIT: ChangedAtProvider}


def _changed(run: RunView, tried: Attempt, changed: ChangedDatagrams, side: Side) -> Found:
    """What routers return is not what was sent."""
    port, after = tried.endpoint.port, changed.after.responder
    if changed.before is not None:
        said = Seen.CHANGED.of(port=port, before=changed.before.responder, after=after)
    else:
        said = Seen.CHANGED_AT_ONCE.of(port=port, after=after)
    alive = run.sign_of_life
    return Found(
        _CHANGED.get(side, ChangedSomewhere),
        Confidence.LIKELY,
        Earned.QUOTE.of(),
        (
            *((attempt_line(tried),) if tried.failed_step is not None else ()),
            evidence_line(said, changed.step),
            *((alive_line(alive),) if alive is not None else ()),
        ),
        values={"port": port},
    )


def _found(
    run: RunView,
    tried: Attempt,
    case: type[FindingTexts],
    confidence: Confidence,
    reason: Message,
    seen: tuple[EvidenceLine, ...],
) -> Found:
    port = tried.endpoint.port
    asked = request(
        run,
        [Endpoint(Transport.RTMFP, tried.endpoint.host, port)],
        stops_after=path_end(udp_path(run, port)[0]),
    )
    return Found(
        case if asked is not None else NotNeeded,
        confidence,
        reason,
        seen,
        values={"port": port},
        rules_out=(Excluded.SERVER.of(),),
        request=asked,
    )


def _seen(run: RunView, tried: Attempt, test: Observation | None) -> tuple[EvidenceLine, ...]:
    """How RTMFP failed, where UDP ends if a path test shows it, and that TCP gets farther."""
    seen = [attempt_line(tried)] if tried.failed_step is not None else []
    if test is not None:
        seen.append(_end_line(run, tried.endpoint.port, test))
    farther = _farther_line(run)
    if farther is not None:
        seen.append(farther)
    alive = run.sign_of_life
    if alive is not None and len(seen) < 4:
        seen.append(alive_line(alive))
    return tuple(seen)


def _end_line(run: RunView, port: int, test: Observation) -> EvidenceLine:
    end = path_end(udp_path(run, port)[0])
    if end is None or end.ttl == 0 or end.responder is None:
        return evidence_line(Seen.ENDS_HERE.of(port=port), test)
    said = Seen.REJECTED if end.outcome == HopOutcome.UNREACHABLE else Seen.ENDS
    return evidence_line(said.of(port=port, router=end.responder, hops=end.ttl), test)


def _farther_line(run: RunView) -> EvidenceLine | None:
    end = path_end(open_path(run))
    if end is None:
        return None
    step = run.hop_step(run.open_ports[0]) if run.open_ports else None
    if end.responder is None:
        return evidence_line(Seen.TCP_ARRIVES.of(hops=end.ttl), step)
    return evidence_line(Seen.TCP_GOES_ON.of(router=end.responder, hops=end.ttl), step)


RULE = Rule(Cause.UDP_BLOCKED, judge)
