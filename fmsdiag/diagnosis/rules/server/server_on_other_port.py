"""server-on-other-port: the server refuses the usual port, and speaks RTMP on another one."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.other_ports import (
    ask_other_ports,
    ask_ways_beside,
    first_failure,
    found_beside,
    found_elsewhere,
    named_ways,
    names_port,
    refused_attempts,
    refuses_later,
    to_recommend,
)
from fmsdiag.diagnosis.evidence.ports import may_be_before_server, refused_by_server
from fmsdiag.diagnosis.evidence.routes import address_to_use
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_answer
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.refusals import reached_line
from fmsdiag.diagnosis.rule import Answer, Ask, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Observation,
    Status,
    StepName,
)


class Moved(FindingTexts, of="server-on-other-port.moved"):
    """The server itself refuses the usual port, and RTMP answers elsewhere."""

    # translators: {usual} is a list of numbers, such as "1935 and 80"
    headline = plural(
        "{protocol:name} answers on port {port}; port {usual:ports} is refused.",
        "{protocol:name} answers on port {port}; ports {usual:ports} are refused.",
    )
    explanation = plural(
        "{server:host} refuses port {usual:ports}, which was tried first, and answers {protocol:name} on port {port}. Either "
        "the address you were given is incomplete, or the media server was moved.",
        "{server:host} refuses ports {usual:ports}, which was tried first, and answers {protocol:name} on port {port}. Either "
        "the address you were given is incomplete, or the media server was moved.",
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (step("Use {url} in your player or encoder.", Action.USE_ADDRESS),)
    operator = (
        plural(
            "Give customers this address: {url}. Or have the media server listen on port {usual:ports}.",
            "Give customers this address: {url}. Or have the media server listen on ports {usual:ports}.",
        ),
        Steps.SETTING,
    )


class Refused(FindingTexts, of="server-on-other-port.refused"):
    """The usual port is refused by the server or by what stands before it, and RTMP answers elsewhere."""

    headline = Moved.headline
    explanation = plural(
        "Port {usual:ports} of {server:host}, which was tried first, is refused by the server or a firewall in front of it. "
        "{protocol:name} is answered on port {port}. Most likely the address you were given is incomplete, or the media "
        "server was moved.",
        "Ports {usual:ports} of {server:host}, which was tried first, are refused by the server or a firewall in front of "
        "it. {protocol:name} is answered on port {port}. Most likely the address you were given is incomplete, or the media "
        "server was moved.",
    )
    acts = Moved.acts
    you = Moved.you
    operator = (
        step("Give customers this address: {url}."),
        plural(
            "If port {usual:ports} should work as well, have the media server listen on it, and check the firewall rules in "
            "front of the server.",
            "If ports {usual:ports} should work as well, have the media server listen on them, and check the firewall rules "
            "in front of the server.",
        ),
        Steps.SETTING,
    )


class Beside(FindingTexts, of="server-on-other-port.beside"):
    """Something other than the media server answers, or nothing listens, where the URL says; RTMP answers elsewhere."""

    headline = text("The media server answers on port {port}, not on port {usual:ports}.")
    explanation = text(
        "Port {usual:ports} of {server:host} is not the media server's. It answers there: {found:route}. Most likely the "
        "address you were given has the wrong port, or the media server was moved."
    )
    acts = Moved.acts
    you = Moved.you
    operator = (step("Give customers this address: {url}."),)


class WebsiteThere(FindingTexts, of="server-on-other-port.website-there"):
    """A website stands on the URL's port."""

    headline = text("Port {usual:ports} is a website's; the media server answers on port {port}.")
    explanation = text(
        "A web server answers on port {usual:ports} of {server:host}, and no media server. The media server answers on "
        "another port: {found:route}. Most likely the address you were given lacks the media server's own port."
    )
    acts = Moved.acts
    you = Moved.you
    operator = Beside.operator


class OtherServiceRejects(FindingTexts, of="server-on-other-port.other-service-rejects"):
    """Another service has the URL's port; the media server answers elsewhere, and rejects there what the address asks for."""

    headline = Beside.headline
    explanation = text(
        "Another service answers on port {usual:ports} of {server:host}. The media server answers on another port, "
        "{found:route}, and rejects this address there. So the port is wrong, and probably more of the address is."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        step(
            "Ask the people who run the server for the complete address, with its port.", Action.EDIT_SERVER
        ),
    )
    operator = (step("Give customers the complete address. On port {port}, the server rejects this one."),)


class BesideRejects(FindingTexts, of="server-on-other-port.beside-rejects"):
    """The media server answers elsewhere, and rejects there what the address asks for."""

    headline = text("Port {usual:ports} fails, and port {port} rejects the address.")
    explanation = text(
        "Port {usual:ports} of {server:host} does not work. The media server answers on another port, {found:route}, and "
        "rejects this address there. Either port {usual:ports} is the right one and does not work from here, or more of the "
        "address than the port is wrong."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (
        Steps.CHECK_ADDRESS,
        Steps.SAVE_REPORT_IF_RIGHT,
    )
    operator = (
        step("Tell customers which port is the right one. On port {port}, the server rejects this address."),
    )
    decisive_test = text("Ask the people who run the server which port is the right one.")


class MayBeElsewhere(FindingTexts, of="server-on-other-port.may-be-elsewhere"):
    """The URL's port is silent or cut: the wrong one, or one that is blocked."""

    headline = text("RTMP answers on port {port}, but port {usual:ports} fails.")
    explanation = text(
        "Nothing spoke RTMP on port {usual:ports} of {server:host}. The media server answers here: {found:route}. Either "
        "the address has the wrong port, or that port is blocked on the way or out of order."
    )
    acts = Moved.acts
    you = Moved.you
    operator = Beside.operator
    decisive_test = text("Ask the people who run the server which port is the right one.")


class Seen(Table, of="server-on-other-port.seen"):
    REFERENCE = text("A reference server accepts connections to port {port} from here.")
    WEBSITE = text("A web server answers on port {port}.")
    NAMED = text("The server's web page names port {port}.")
    FAR_END = text("The refusal of port {port} comes from the far end of the network path.")


class Earned(Table, of="server-on-other-port.earned"):
    """What the confidence rests on."""

    ANSWERS = plural(
        "The server itself refuses port {usual:ports} and answers {protocol:name} on port {port}.",
        "The server itself refuses ports {usual:ports} and answers {protocol:name} on port {port}.",
    )

    FAR_END = plural(
        "Port {usual:ports} is refused by the server, or by a firewall right before it, and {protocol:name} is answered on "
        "port {port}.",
        "Ports {usual:ports} are refused by the server, or by a firewall right before it, and {protocol:name} is answered on "
        "port {port}.",
    )
    COMPARED = text(
        "The media server answers on port {port}. A reference server answers on port {usual:ports}, so this network allows it."
    )
    OTHER_SERVICE = text(
        "Another service answers on port {usual:ports}, and the media server answers on port {port}."
    )
    REFUSED = text(
        "Port {usual:ports} is refused, and the media server answers on port {port}; nothing shows who refuses."
    )
    SILENT = text("The media server answers on port {port}, but why port {usual:ports} fails is not known.")


class Excluded(Table, of="server-on-other-port.ruled-out"):
    FIREWALL = text("A firewall is not the cause: the server answers RTMP.")


def judge(run: RunView) -> Answer:
    """RTMP's handshake succeeds on another port than where it was looked for: on the plan's ports, or the URL's own."""
    if run.is_captive:
        return None
    usual, named = _beside_refused(run), _beside_the_urls(run)
    if isinstance(usual, Found) or named is None:
        return usual
    if isinstance(named, Found) or usual is None:
        return named
    return Ask((*usual.questions, *named.questions), usual.provisional or named.provisional)


def _beside_the_urls(run: RunView) -> Answer:
    """The URL names a port, or wants RTMPS, and that fails; the server speaks RTMP by a way that was not asked for."""
    first = first_failure(run)
    if first is None:
        return None
    other = found_beside(run, first)
    if other is not None and names_port(other, run.target.host, first.endpoint.port):
        other = None  # it sends clients to the very port that fails
    found = _found_beside(run, first, to_recommend(run, other)) if other is not None else None
    return ask_unless_answered(ask_ways_beside(run, first), found)


def _found_beside(run: RunView, first: Attempt, other: Attempt) -> Found:
    usual, port, website = first.endpoint.port, other.endpoint.port, web_answer(first)
    ended = first.failed_step
    kind = ended.failure.kind if ended is not None and ended.failure is not None else None
    if kind is FailureKind.UNEXPECTED_REPLY or website is not None:
        case: type[FindingTexts] = WebsiteThere if website is not None else Beside
        confidence, earned = Confidence.CONFIRMED, Earned.OTHER_SERVICE
    elif kind is FailureKind.REFUSED:
        case, confidence, earned = Beside, Confidence.LIKELY, Earned.REFUSED
    else:
        case, confidence, earned = MayBeElsewhere, Confidence.POSSIBLE, Earned.SILENT
    if other.status is not Status.CONNECTED and confidence is Confidence.CONFIRMED:
        case = OtherServiceRejects
    elif other.status is not Status.CONNECTED:
        case, confidence = BesideRejects, Confidence.POSSIBLE
    rejects = case in (BesideRejects, OtherServiceRejects)
    seen = [attempt_line(first), reached_line(other)]
    address = {"url": address_to_use(run, other.endpoint.transport, port)} if not rejects else {}
    if website is not None:
        seen.append(evidence_line(Seen.WEBSITE.of(port=usual), website))
    if (other.endpoint.transport, port) in named_ways(run):
        seen.append(evidence_line(Seen.NAMED.of(port=port)))
    return Found(
        case,
        confidence,
        earned.of(usual=(usual,), port=port),
        tuple(seen),
        values={
            "port": port,
            "usual": (usual,),
            "found": route_of(other.endpoint),
            **address,
        },
        # why the usual port fails is open where nothing answers there: a firewall may refuse as well
        rules_out=(
            RuledOut.SERVER_DOWN.of(port=port),
            *((Excluded.FIREWALL.of(),) if confidence is Confidence.CONFIRMED else ()),
        ),
    )


def _beside_refused(run: RunView) -> Answer:
    """One of the plan's RTMP ports was refused by the server, and a later one, or one that was asked for, speaks RTMP."""
    refused = refused_attempts(run)
    if not refused:
        # the machine is there: where RTMP answers is worth knowing, though this rule says nothing of why it is not here
        elsewhere = ask_other_ports(run) if refuses_later(run) and not run.spoke_rtmp else ()
        return Ask(elsewhere) if elsewhere else None
    port = refused[0].endpoint.port
    other = found_elsewhere(run)
    questions = (*run.ask_control_port(port), *run.ask_hops(port))
    proof = refused_by_server(run, port)
    if other is None:
        return ask_unless_answered((*questions, *(ask_other_ports(run) if proof is not None else ())), None)
    if proof is None:
        return ask_unless_answered(questions, None)
    return ask_unless_answered(questions, _found(run, refused, to_recommend(run, other), proof))


def _found(run: RunView, refused: tuple[Attempt, ...], other: Attempt, proof: Observation) -> Found:
    usual, port = tuple(dict.fromkeys(a.endpoint.port for a in refused)), other.endpoint.port
    protocol = other.endpoint.transport.value.upper()
    open_who = may_be_before_server(proof)
    earned = (
        Earned.COMPARED.of(usual=usual, port=port)
        if _is_reference(proof)
        else (Earned.FAR_END if open_who else Earned.ANSWERS).of(usual=usual, port=port, protocol=protocol)
    )
    return Found(
        Refused if open_who else Moved,
        Confidence.LIKELY if open_who else Confidence.CONFIRMED,
        earned,
        (*(attempt_line(a) for a in refused[:2]), reached_line(other), *_proof_lines(usual[0], proof)),
        values={
            "port": port,
            "protocol": protocol,
            "usual": usual,
            "url": address_to_use(run, other.endpoint.transport, port),
            "settings": settings(run, Topic.PORT),
        },
        rules_out=(RuledOut.SERVER_DOWN.of(port=port), *(() if open_who else (Excluded.FIREWALL.of(),))),
    )


def _is_reference(proof: Observation) -> bool:
    """Whether all that is known is that a reference server's port opens."""
    return proof.step is StepName.TCP and proof.failure is None


def _proof_lines(port: int, proof: Observation) -> tuple[EvidenceLine, ...]:
    """That it is the server which refuses the port."""
    if _is_reference(proof):
        return (evidence_line(Seen.REFERENCE.of(port=port), proof),)
    if proof.step is StepName.HOP:
        return (evidence_line(Seen.FAR_END.of(port=port), proof),)
    return ()


RULE = Rule(
    Cause.SERVER_ON_OTHER_PORT,
    judge,
    explains=(
        Cause.SERVER_NOT_LISTENING,
        Cause.RTMP_SERVICE_STOPPED,
        Cause.WRONG_SERVICE_ON_PORT,
        Cause.CERTIFICATE_EXPIRED,
        Cause.CERTIFICATE_SELF_SIGNED,
        Cause.CERTIFICATE_UNTRUSTED,
        Cause.CERTIFICATE_WRONG_HOST,
    ),
)
