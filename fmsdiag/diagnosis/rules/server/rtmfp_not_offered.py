"""rtmfp-not-offered: RTMFP alone was asked for, and the server has none on that UDP port, or one that cannot be used."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import spoke_rtmp
from fmsdiag.diagnosis.evidence.changed_datagrams import changed_datagrams
from fmsdiag.diagnosis.evidence.paths import last_router, path_end
from fmsdiag.diagnosis.evidence.places import udp_place
from fmsdiag.diagnosis.evidence.ports import open_path, udp_path
from fmsdiag.diagnosis.evidence.rtmfp import (
    not_followed,
    only_way,
    redirects_in_a_circle,
    refused_greeting,
    silent_greeting,
    speaks_rtmfp,
    strange_greeting,
    undecipherable,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import alive_line, attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import Grounds
from fmsdiag.diagnosis.lines.refusals import reached_line
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.hops import arrived
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Carrier,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    HopOutcome,
    Observation,
    Question,
    Side,
    StepName,
    Transport,
)

MAX_PORTS = 2


class Refused(FindingTexts, of="rtmfp-not-offered.refused"):
    """The server's system says that nothing listens on the UDP port."""

    headline = text("The server does not offer RTMFP on UDP port {port}.")
    explanation = text(
        "This test asked for RTMFP, which uses UDP. {server:host} was reached and reported that nothing listens on UDP port "
        "{port}."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (
        step(
            "Check that the address matches what you were given, or ask for one that starts with rtmp or rtmps.",
            Action.EDIT_SERVER,
        ),
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step(
            "Offer RTMFP on UDP port {port}, or give customers an rtmp address. Red5, nginx-rtmp, and SRS do not support "
            "RTMFP."
        ),
        Steps.SETTING,
    )


class Silent(FindingTexts, of="rtmfp-not-offered.silent"):
    """What is sent leaves this network, and no answer comes."""

    headline = text("The server does not answer RTMFP on UDP port {port}.")
    explanation = text(
        "This test asked for RTMFP, which uses UDP. Packets to UDP port {port} of {server:host} leave this network, but "
        "no answer comes. Either the server does not offer RTMFP there, its media server hangs, or a firewall drops these "
        "packets or the answers to them."
    )
    acts = Refused.acts
    you = Refused.you
    operator = (
        step(
            "Check that the media server listens on UDP port {port}, and that its firewall lets UDP in and out. Red5, "
            "nginx-rtmp, and SRS do not support RTMFP."
        ),
        Steps.SETTING,
    )


class SilentHere(FindingTexts, of="rtmfp-not-offered.silent-here"):
    """Likewise on this computer itself."""

    headline = Silent.headline
    explanation = text(
        "This test asked for RTMFP, which uses UDP. The server runs on this computer, and UDP port {port} does not "
        "answer. Either it does not offer RTMFP, this computer's firewall drops UDP, or the media server hangs."
    )
    acts = Refused.acts
    you = Refused.you
    operator = Silent.operator


class Circle(FindingTexts, of="rtmfp-not-offered.circle"):
    """The server redirects to where was asked already."""

    headline = text("The server's RTMFP redirects never reach a server.")
    explanation = text(
        "{server:host} answers RTMFP on UDP port {port}, but only with redirects. They loop or never end."
    )
    acts = (Actor.OPERATOR,)
    you = Refused.you
    operator = (
        step("Have the server redirect RTMFP clients to a server that accepts them, not to itself."),
        Steps.SETTING,
    )


class UnusableHere(FindingTexts, of="rtmfp-not-offered.unusable-here"):
    """The answers of a server on this computer are RTMFP that cannot be used."""

    headline = text("The server's RTMFP cannot be used.")
    explanation = text(
        "{server:host} answers RTMFP on UDP port {port}, but not in a way that a client can use. The server runs on this "
        "computer, so the media server itself is at fault."
    )
    acts = Circle.acts
    you = Refused.you
    operator = (
        step(
            "Check the media server's log, and what forwards UDP to it. Each client's packets must reach the same server, "
            "unchanged."
        ),
    )


class Unusable(FindingTexts, of="rtmfp-not-offered.unusable"):
    """Likewise from another machine: what is on the way may have spoilt them."""

    headline = UnusableHere.headline
    explanation = text(
        "{server:host} answers RTMFP on UDP port {port}, but not in a way that a client can use. Either the server is at "
        "fault, or a device on the network path changes or repeats packets."
    )
    acts = Circle.acts
    you = (Steps.OTHER_NETWORK, *Refused.you)
    operator = UnusableHere.operator
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If RTMFP works there, a device on this network "
        "path changes the packets.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="rtmfp-not-offered.seen"):
    CIRCLE = text("UDP port {port} answers with one redirect after another.")
    UNUSABLE = text("UDP port {port} answers with RTMFP, but the answer does not match the request.")
    # translators: {hops} is the distance at which packets by UDP were last seen
    UDP_PASSES = plural(
        "UDP packets to port {port} get as far as TCP does: {hops:count} hop.",
        "UDP packets to port {port} get as far as TCP does: {hops:count} hops.",
        by="hops",
    )


class Earned(Table, of="rtmfp-not-offered.earned"):
    """What the confidence rests on."""

    PORT_UNREACHABLE = text("The server's operating system says so (ICMP port unreachable).")
    REFUSED = text("A computer sends this refusal for a port on which nothing listens.")
    UDP_PASSES = text("UDP packets get as far as TCP to the same server.")
    REDIRECTS = text("The server's own redirects show it.")
    UNPLACED = text("The answers cannot be used, but where they were changed is not known.")


class Excluded(Table, of="rtmfp-not-offered.ruled-out"):
    UDP_ANSWERS = text("UDP is not blocked: the server answers by UDP.")
    UDP_STAYS = text("No network is involved: the packets stay on this computer.")


def judge(run: RunView) -> Answer:
    """The server's system says that nobody is there; or silence though UDP gets as far as TCP; or RTMFP without sense.

    Silence whose place is not known is udp-blocked's: from here the two look alike.
    """
    tried = only_way(run)
    if tried is None or run.is_captive or not_followed(tried) is not None:
        return None
    refused = refused_greeting(tried)
    if refused is not None:
        if _nothing_at_all(run):
            return None
        return ask_unless_answered(_ask_tcp(run), _refused(run, tried, refused))
    strange = strange_greeting(tried)
    odd = strange if strange is not None and speaks_rtmfp(strange) else undecipherable(tried)
    if odd is not None:
        return ask_unless_answered(_ask_tcp(run), _unusable(run, tried, odd))
    if silent_greeting(tried) is None or _is_changed_on_the_way(run, tried.endpoint.port):
        return None
    arriving = _far_as_tcp(run, tried)
    if arriving is None and not run.is_loopback:
        return Ask(_ask_tcp(run))
    return ask_unless_answered(_ask_tcp(run), _silent(run, tried, arriving))


def _is_changed_on_the_way(run: RunView, port: int) -> bool:
    """Whether what arrives is not what was sent, and that is not the server's side: udp-blocked has it."""
    place = udp_place(run, port)
    return changed_datagrams(run, port) is not None and place is not None and place.side is not Side.REMOTE


def _ask_tcp(run: RunView) -> tuple[Question, ...]:
    """Whether the server speaks RTMP where it usually does, which is both control and way out."""
    tried = (a.endpoint.port for a in run.fallback)
    wanted = dict.fromkeys((*tried, Transport.RTMP.default_port))
    return tuple(q for p in wanted for q in run.ask_server(Experiment.SERVER_PORT, p, Transport.RTMP))[
        :MAX_PORTS
    ]


def _over_tcp(run: RunView) -> Attempt | None:
    """An attempt over TCP that the server answered in RTMP."""
    asked = (*run.spoke_rtmp, *run.performed(Experiment.SERVER_PORT))
    return next((a for a in asked if a.endpoint.transport.carrier is Carrier.TCP and spoke_rtmp(a)), None)


def _nothing_at_all(run: RunView) -> bool:
    """Whether the server refuses TCP as well, where RTMP usually is and everywhere else: that has a cause of its own."""
    asked = run.performed(Experiment.SERVER_PORT)
    refused = [a for a in asked if (tcp := a.step(StepName.TCP)) is not None and not tcp.ok]
    return bool(asked) and len(refused) == len(asked) and not run.open_ports and bool(run.sent)


def _far_as_tcp(run: RunView, tried: Attempt) -> Observation | None:
    """The path test that shows that UDP goes as far as TCP does; none if it does not, or nobody knows."""
    hops, test = udp_path(run, tried.endpoint.port)
    passing = open_path(run) or run.hops(80)
    end, router, distance = path_end(hops), last_router(passing), arrived(passing)
    if (
        end is None
        or distance is None
        or (end.outcome == HopOutcome.UNREACHABLE and run.on_local_side(end.responder))
    ):
        return None
    known = router.ttl if router is not None else 0
    return test if end.ttl >= max(known, 1) and not run.on_local_side(end.responder) else None


# ---- findings
def _beside(run: RunView) -> tuple[EvidenceLine, ...]:
    """What the server offers over TCP."""
    other, alive = _over_tcp(run), run.sign_of_life
    if other is not None:
        return (reached_line(other),)
    return (alive_line(alive),) if alive is not None else ()


def _refused(run: RunView, tried: Attempt, step: Observation) -> Found:
    icmp = step.icmp
    named = icmp is not None and icmp.sender is not None
    return Found(
        Refused,
        Confidence.CONFIRMED if named else Confidence.LIKELY,
        Earned.PORT_UNREACHABLE.of() if named else Earned.REFUSED.of(),
        (attempt_line(tried), *_beside(run)),
        values={"port": tried.endpoint.port, "settings": settings(run, Topic.RTMFP_PORT)},
        rules_out=(Excluded.UDP_ANSWERS.of(),),
    )


def _silent(run: RunView, tried: Attempt, arriving: Observation | None) -> Found:
    """`arriving` shows that UDP leaves this network; without it, the server is this computer."""
    port, seen = tried.endpoint.port, [attempt_line(tried)]
    end = path_end(udp_path(run, port)[0]) if arriving is not None else None
    if end is not None:
        seen.append(evidence_line(Seen.UDP_PASSES.of(port=port, hops=end.ttl), arriving))
    leaves = arriving is not None
    return Found(
        Silent if leaves else SilentHere,
        Confidence.LIKELY,
        Earned.UDP_PASSES.of() if leaves else Grounds.THIS_COMPUTER.of(),
        (*seen, *_beside(run)),
        values={"port": port, "settings": settings(run, Topic.RTMFP_PORT)},
        rules_out=() if leaves else (Excluded.UDP_STAYS.of(),),
    )


def _unusable(run: RunView, tried: Attempt, step: Observation) -> Found:
    port = tried.endpoint.port
    values: dict[str, object] = {"port": port}
    seen = Seen.UNUSABLE
    if redirects_in_a_circle(step):
        case: type[FindingTexts] = Circle
        seen = Seen.CIRCLE
        confidence, earned = Confidence.LIKELY, Earned.REDIRECTS
        values["settings"] = settings(run, Topic.REDIRECT)
    elif run.is_loopback:
        case, confidence, earned = UnusableHere, Confidence.LIKELY, Grounds.THIS_COMPUTER
    else:
        case, confidence, earned = Unusable, Confidence.POSSIBLE, Earned.UNPLACED
    return Found(
        case,
        confidence,
        earned.of(),
        (evidence_line(seen.of(port=port), step), *_beside(run)),
        values=values,
        rules_out=(Excluded.UDP_ANSWERS.of(),),
    )


RULE = Rule(Cause.RTMFP_NOT_OFFERED, judge, explains=(Cause.UDP_BLOCKED,))
