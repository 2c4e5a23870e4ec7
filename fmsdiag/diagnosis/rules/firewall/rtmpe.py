"""rtmpe-blocked and rtmpe-not-offered: the URL asks for RTMPE, plain RTMP answers on the same port, RTMPE does not.

A server without RTMPE says so: it answers with plain RTMP, or takes leave in good order. What cuts RTMPE and not other
unknown bytes has recognized it.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import spoke_rtmp
from fmsdiag.diagnosis.evidence.payload import CUT, ByteOutcome, exchange_step, handshake_outcome, other_fate
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import attempt_line, evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, step, text
from fmsdiag.model import (
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    Experiment,
    HandshakeFacts,
    Observation,
    RequestKind,
    RtmpeShortfall,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Name


class RtmpeSteps(Table, of="rtmpe.steps"):
    ASK_FOR_ADDRESS = step(
        "Ask the people who run the server for an address that starts with rtmps.",
        premise=Premise.NO_ADDRESS_YET,
    )
    ALLOW = step("Allow {protocol:name} to {server:host} on TCP port {port}; some filters list it as Flash.")
    OFFER_RTMPS = step(
        "Offer RTMPS instead: it is more secure, and more players support it.",
        premise=Premise.NOT_YET_OFFERED,
    )


class AnswersPlain(FindingTexts, of="rtmpe-not-offered.answers-plain"):
    """The server answers the wish for encryption without it."""

    # translators: {protocol} is the name of one, such as RTMPE
    headline = text("The server does not offer {protocol:name}.")
    explanation = text(
        "This test asked for {protocol:name}, which encrypts the stream. The server answers on port {port}, but without "
        "encryption. Many media servers do not support {protocol:name}. Plain RTMP does not encrypt the stream."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (RtmpeSteps.ASK_FOR_ADDRESS, Steps.USE_BEST_ROUTE)
    operator = (
        step("Give your customers an address without {protocol:name}, which your server does not offer."),
        RtmpeSteps.OFFER_RTMPS,
        Steps.SETTING,
    )


class HangsUp(FindingTexts, of="rtmpe-not-offered.hangs-up"):
    """The server ends the connection when it is asked for encryption."""

    headline = text("The server does not seem to offer {protocol:name}.")
    explanation = text(
        "This test asked for {protocol:name}, which encrypts the stream. The server answers plain RTMP on port {port} "
        "but ends the connection when asked for encryption. Plain RTMP does not encrypt the stream."
    )
    acts = AnswersPlain.acts
    you = AnswersPlain.you
    operator = AnswersPlain.operator


class InvalidKey(FindingTexts, of="rtmpe-not-offered.invalid-key"):
    """The server answers in RTMPE, with a key that keeps no secret."""

    headline = text("The server's {protocol:name} key is not valid.")
    explanation = text(
        "This test asked for {protocol:name}, which encrypts the stream. {server:host} answers with it on port {port}, "
        "but its public key is unsafe: anyone could compute the secret from it. Players that check the key do not "
        "connect. Plain RTMP does not encrypt the stream."
    )
    acts = (Actor.OPERATOR, Actor.USER)
    you = (Steps.SAVE_REPORT, Steps.USE_BEST_ROUTE)
    operator = (
        step(
            "Check what breaks the {protocol:name} key exchange: the server itself, or a proxy or gateway in front of it."
        ),
        RtmpeSteps.OFFER_RTMPS,
        Steps.SETTING,
    )


class UnknownKind(FindingTexts, of="rtmpe-not-offered.unknown-kind"):
    """The server answers in a kind of RTMPE that this program cannot speak."""

    headline = text("The server uses a type of {protocol:name} that fmsdiag does not support.")
    explanation = text(
        "This test asked for {protocol:name}, which encrypts the stream. {server:host} answers with it on port {port}, "
        "but signs the answer with a method (type 8) that was not offered and that fmsdiag does not support. A player "
        "that supports it, such as one based on librtmp, may connect; others cannot. Plain RTMP does not encrypt the "
        "stream."
    )
    acts = InvalidKey.acts
    you = (
        step("Try the address in the player it is meant for."),
        Steps.SAVE_REPORT,
        Steps.USE_BEST_ROUTE,
    )
    operator = (
        step("Configure the server to answer with the signature type that clients offer (type 6)."),
        RtmpeSteps.OFFER_RTMPS,
        Steps.SETTING,
    )
    decisive_test = text("Try the address in the player it is meant for.")


class Filtered(FindingTexts, of="rtmpe-blocked.filtered"):
    """RTMPE is cut, and the server would treat unknown bytes in another way."""

    headline = text("A filter on the network path blocks {protocol:name}.")
    explanation = text(
        "This test asked for {protocol:name}. On port {port} of {server:host}, plain RTMP is answered, but "
        "{protocol:name} is cut off, unlike other unknown data. So a filter on the network path recognizes "
        "{protocol:name}. Plain RTMP does not encrypt the stream."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, RtmpeSteps.ASK_FOR_ADDRESS, Steps.USE_BEST_ROUTE)
    administrator = (RtmpeSteps.ALLOW,)
    operator = (
        step(
            "Offer RTMPS on port 443, which most filters let through. A filter, most likely in your customer's network, "
            "blocks {protocol:name}.",
            premise=Premise.SECURE_NOT_YET_OFFERED,
        ),
    )


class Suspected(FindingTexts, of="rtmpe-blocked.suspected"):
    """RTMPE is cut, and nothing shows whether the server offers it."""

    headline = text("A filter on the network path may block {protocol:name}.")
    explanation = text(
        "This test asked for {protocol:name}. On port {port} of {server:host}, plain RTMP is answered, but "
        "{protocol:name} is cut off. Either a filter blocks it, or the server does not offer it and ends the connection. "
        "Plain RTMP does not encrypt the stream."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        step("Ask the people who run the server whether it offers {protocol:name}."),
        step(
            "If it does, press Copy Request and send it to the person who runs this network.",
            Steps.COPY_REQUEST.action,
            elsewhere=text("If it does, send the request to the person who runs this network."),
        ),
        Steps.USE_BEST_ROUTE,
    )
    administrator = (
        step(
            "Check whether a filter blocks {protocol:name} to {server:host} on TCP port {port}, and allow it."
        ),
    )
    operator = (
        step("Check that the server offers {protocol:name}."),
        Steps.SETTING,
        Steps.OFFER_SECURE,
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If {protocol:name} connects there, a filter in "
        "your network blocks it.",
        premise=Premise.OTHER_NETWORK,
    )


class Seen(Table, of="rtmpe.seen"):
    PLAIN = text("Plain RTMP is answered on port {port}.")
    OTHER = text("Data of no known protocol is treated differently from RTMPE on port {port}.")


class Earned(Table, of="rtmpe.earned"):
    """What the confidence rests on."""

    ANSWERS_PLAIN = text("The server itself answers without encryption.")
    CLOSES = text("The connection is closed normally, as servers do; filters rarely do.")
    RESETS_ALL = text("Data of no known protocol is reset in the same way.")
    SAYS_SO = text("The server's own answer shows it.")
    NAMES_KIND = text("The server's answer names the type; whether your player supports it is not known.")
    OTHERS_PASS = text("Plain RTMP and data of no known protocol reach the server on the same port.")
    NOT_KNOWN = text("Nothing shows whether the server offers it.")


class Excluded(Table, of="rtmpe.excluded"):
    FILTER = text("A filter is not the cause: the server itself answers with {protocol:name}.")


_PLAIN = {Transport.RTMPE: Transport.RTMP, Transport.RTMPTE: Transport.RTMPT}
_UNUSABLE = (RtmpeShortfall.BAD_KEY, f"{RtmpeShortfall.SIGNATURE_TYPE} 8")
_CANNOT = (RtmpeShortfall.PLAIN, RtmpeShortfall.NO_DIGEST)


def _encrypted(run: RunView) -> Attempt | None:
    """The first attempt at RTMPE, where it was asked for and none came about."""
    tried = [a for a in run.fallback if a.endpoint.transport.is_encrypted]
    wanted = bool(run.fallback) and run.fallback[0].endpoint.transport.is_encrypted
    if not tried or not wanted or any(a.was_decided for a in tried):
        return None
    return tried[0]


def _in_clear(run: RunView, encrypted: Attempt) -> Observation | None:
    """The handshake of plain RTMP on the same port."""
    for attempt in run.seen:
        same = (
            attempt.endpoint.port == encrypted.endpoint.port
            and attempt.endpoint.host == encrypted.endpoint.host
        )
        plain = attempt.endpoint.transport is _PLAIN[encrypted.endpoint.transport]
        if same and plain and spoke_rtmp(attempt):
            return attempt.step(StepName.HANDSHAKE)
    return None


# ---- rtmpe-not-offered
def judge_not_offered(run: RunView) -> Answer:
    """Plain RTMP answers, and RTMPE is answered with plain RTMP, or with a close in good order."""
    encrypted = _encrypted(run)
    spoken = _in_clear(run, encrypted) if encrypted is not None else None
    step = encrypted.step(StepName.HANDSHAKE) if encrypted is not None else None
    if encrypted is not None and step is not None and _is_unusable(step):
        return _unusable(run, encrypted, step, spoken)
    if encrypted is None or spoken is None or step is None:
        return None
    like = step.failure.looks_like if step.failure is not None else None
    says = like in _CANNOT or (isinstance(step.facts, HandshakeFacts) and step.facts.s0_version == 3)
    fate = handshake_outcome(encrypted)
    if (
        not says
        and fate is ByteOutcome.RESET
        and other_fate(run, encrypted.endpoint.port) is ByteOutcome.RESET
    ):
        return _not_offered(run, encrypted, spoken, HangsUp)
    if not says and fate is not ByteOutcome.CLOSED:
        return None
    return _not_offered(run, encrypted, spoken, AnswersPlain if says else HangsUp)


def _not_offered(run: RunView, attempt: Attempt, spoken: Observation, case: type[FindingTexts]) -> Found:
    port, sure = attempt.endpoint.port, case is AnswersPlain
    reset = handshake_outcome(attempt) is ByteOutcome.RESET
    earned = Earned.ANSWERS_PLAIN if sure else Earned.RESETS_ALL if reset else Earned.CLOSES
    return Found(
        case,
        Confidence.CONFIRMED if sure else Confidence.LIKELY,
        earned.of(),
        (attempt_line(attempt), _plain_line(spoken)),
        values={
            "protocol": _protocol(attempt),
            "port": port,
            "settings": settings(run, Topic.SECURE_PORT),
        },
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)), RuledOut.SERVER_DOWN.of(port=port)),
    )


def _protocol(attempt: Attempt) -> Name:
    return Name(attempt.endpoint.transport.name)


def _plain_line(spoken: Observation) -> EvidenceLine:
    return evidence_line(Seen.PLAIN.of(port=spoken.port or 0), spoken)


def _is_unusable(step: Observation) -> bool:
    """Whether the server answered as one of RTMPE does, and with what no key can be agreed on, or not by this program."""
    like = step.failure.looks_like if step.failure is not None else None
    return (like or "").startswith(_UNUSABLE)


def _unusable(run: RunView, attempt: Attempt, step: Observation, spoken: Observation | None) -> Found:
    port = attempt.endpoint.port
    key = isinstance(step.facts, HandshakeFacts) and step.facts.server_key_valid is False
    return Found(
        InvalidKey if key else UnknownKind,
        Confidence.CONFIRMED if key else Confidence.LIKELY,
        Earned.SAYS_SO.of() if key else Earned.NAMES_KIND.of(),
        (attempt_line(attempt), *((_plain_line(spoken),) if spoken is not None else ())),
        values={
            "protocol": _protocol(attempt),
            "port": port,
            "settings": settings(run, Topic.SECURE_PORT),
        },
        rules_out=(
            RuledOut.BLOCKED_PORT.of(ports=(port,)),
            RuledOut.SERVER_DOWN.of(port=port),
            Excluded.FILTER.of(protocol=_protocol(attempt)),
        ),
    )


NOT_OFFERED_RULE = Rule(
    Cause.RTMPE_NOT_OFFERED,
    judge_not_offered,
    explains=(Cause.SERVER_CLOSES_CONNECTION, Cause.RTMPS_EXPECTED),
)


# ---- rtmpe-blocked
def judge_blocked(run: RunView) -> Answer:
    """RTMPE is dropped or reset, plain RTMP passes on the same port, and unknown bytes are not treated so."""
    encrypted = _encrypted(run)
    spoken = _in_clear(run, encrypted) if encrypted is not None else None
    fate = handshake_outcome(encrypted) if encrypted is not None else None
    if encrypted is None or spoken is None or fate not in CUT:
        return None
    port = encrypted.endpoint.port
    other = other_fate(run, port)
    if other is None and not encrypted.endpoint.transport.is_tunnel:
        questions = run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP)
        return ask_unless_answered(questions, _blocked(run, encrypted, spoken, None, Suspected))
    if other is not None and other is fate and fate is not ByteOutcome.LOST:
        return None  # the server treats every unknown version byte so
    sure = fate is ByteOutcome.LOST or other in (ByteOutcome.ANSWERED, ByteOutcome.CLOSED)
    step = exchange_step(run, port)
    return _blocked(run, encrypted, spoken, step, Filtered if sure else Suspected)


def _blocked(
    run: RunView,
    attempt: Attempt,
    spoken: Observation,
    other: Observation | None,
    case: type[FindingTexts],
) -> Found:
    port, sure = attempt.endpoint.port, case is Filtered
    seen = [attempt_line(attempt), _plain_line(spoken)]
    if other is not None:
        seen.append(evidence_line(Seen.OTHER.of(port=port), other))
    values: dict[str, object] = {"protocol": _protocol(attempt), "port": port}
    return Found(
        case,
        Confidence.LIKELY if sure else Confidence.POSSIBLE,
        Earned.OTHERS_PASS.of() if sure else Earned.NOT_KNOWN.of(),
        tuple(seen),
        values=values if sure else values | {"settings": settings(run, Topic.RTMPE)},
        rules_out=(RuledOut.BLOCKED_PORT.of(ports=(port,)), RuledOut.SERVER_DOWN.of(port=port)),
        request=request(run, [attempt.endpoint], kind=RequestKind.EXEMPT),
    )


BLOCKED_RULE = Rule(
    Cause.RTMPE_BLOCKED,
    judge_blocked,
    explains=(Cause.SERVER_CLOSES_CONNECTION, Cause.RTMPS_EXPECTED, Cause.SERVER_HUNG),
)
RULES = (BLOCKED_RULE, NOT_OFFERED_RULE)
