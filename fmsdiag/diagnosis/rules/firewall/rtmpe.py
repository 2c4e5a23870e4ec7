"""rtmpe-blocked and rtmpe-not-offered: the URL asks for RTMPE, plain RTMP answers on the same port, RTMPE does not.

A server without RTMPE says so: it answers with plain RTMP, or takes leave in good order. What cuts RTMPE and not other
unknown bytes has recognised it.
"""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.payload import ByteOutcome, exchange_step, handshake_outcome, other_fate
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import NAMES, firewall_request, told
from fmsdiag.model import (
    Actor,
    Attempt,
    Confidence,
    Experiment,
    HandshakeFacts,
    Observation,
    Status,
    StepName,
    Transport,
)
from fmsdiag.target import tc_url

_PLAIN = {Transport.RTMPE: Transport.RTMP, Transport.RTMPTE: Transport.RTMPT}
_CUT = (ByteOutcome.RESET, ByteOutcome.LOST, ByteOutcome.SILENT, ByteOutcome.IGNORED)
_UNUSABLE = ("RTMPE server with an invalid key", "RTMPE with signatures of type 8")
_CANNOT = ("plain RTMP server", "RTMP server without the digest of RTMPE")


def _encrypted(run: RunView) -> Attempt | None:
    """The first attempt at RTMPE, where it was asked for and none came about."""
    tried = [a for a in run.fallback if a.endpoint.transport.is_encrypted]
    wanted = bool(run.fallback) and run.fallback[0].endpoint.transport.is_encrypted
    if not tried or not wanted or any(a.status in (Status.CONNECTED, Status.REJECTED) for a in tried):
        return None
    return tried[0]


def _in_clear(run: RunView, encrypted: Attempt) -> Observation | None:
    """The handshake of plain RTMP on the same port."""
    for attempt in run.seen:
        same = (
            attempt.endpoint.port == encrypted.endpoint.port
            and attempt.endpoint.host == encrypted.endpoint.host
        )
        if same and attempt.endpoint.transport is _PLAIN[encrypted.endpoint.transport]:
            step = attempt.step(StepName.HANDSHAKE)
            if step is not None and step.ok:
                return step
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
        return _not_offered(run, encrypted, spoken, Confidence.LIKELY)
    if not says and fate is not ByteOutcome.CLOSED:
        return None
    return _not_offered(run, encrypted, spoken, Confidence.CONFIRMED if says else Confidence.LIKELY)


def _not_offered(run: RunView, attempt: Attempt, spoken: Observation, confidence: Confidence) -> Match:
    way = NAMES[attempt.endpoint.transport]
    plain = tc_url(run.target, _PLAIN[attempt.endpoint.transport], attempt.endpoint.port).partition("?")[0]
    confirmed = confidence is Confidence.CONFIRMED
    return Match(
        confidence,
        f"The server does not offer {way}." if confirmed else f"The server does not seem to offer {way}.",
        f"The address asks for {way}, which encrypts the stream. The server answers plain RTMP on the same port and "
        + (
            "answers the wish for encryption without it."
            if confirmed
            else "hangs up when encryption is asked for."
        )
        + " Many media servers never had RTMPE.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Ask the people who run the server for the right address; {plain} should connect, without encryption.",
            operator="Give customers an address that this server offers. RTMPE is known to AMS and Wowza alone; "
            "elsewhere offer "
            "RTMPS, which is safer besides.",
        ),
        "The server itself answers with plain RTMP."
        if confirmed
        else "It takes leave in good order, as a server does.",
        (
            line(f"{told(attempt)}.", attempt.failed_step),
            line(f"Plain RTMP is answered on port {spoken.port}.", spoken),
        ),
        rules_out=("a blocked port", "the server being down"),
    )


def _is_unusable(step: Observation) -> bool:
    """Whether the server answered as one of RTMPE does, and with what no key can be agreed on, or not by this program."""
    like = step.failure.looks_like if step.failure is not None else None
    return (like or "").startswith(_UNUSABLE)


def _unusable(run: RunView, attempt: Attempt, step: Observation, spoken: Observation | None) -> Match:
    way, port, host = NAMES[attempt.endpoint.transport], attempt.endpoint.port, run.target.host
    plain = tc_url(run.target, _PLAIN[attempt.endpoint.transport], port).partition("?")[0]
    key = isinstance(step.facts, HandshakeFacts) and step.facts.server_key_valid is False
    seen = [line(f"{told(attempt)}.", attempt.failed_step)]
    if spoken is not None:
        seen.append(line(f"Plain RTMP is answered on port {spoken.port}.", spoken))
    return Match(
        Confidence.CONFIRMED if key else Confidence.LIKELY,
        f"The server's key for {way} is not valid."
        if key
        else f"The server's {way} is of a kind that fmsdiag does not know.",
        f"The address asks for {way}, which encrypts the stream. {host} answers in it, "
        + (
            "but with a public key from which anybody could compute the secret; clients that check it refuse."
            if key
            else "and signs its answer by another method (type 8) than was offered, which this program does not know. A player "
            "that does, such as those built on librtmp, may connect; one that does not cannot."
        ),
        (Actor.OPERATOR, Actor.USER),
        Advice(
            user="Send this report to the people who run the server"
            + (f"; {plain} is answered, without encryption." if spoken is not None else "."),
            operator=(
                "Something breaks the key exchange of RTMPE: a proxy or gateway in front, or the server's own implementation. "
                if key
                else "Answer clients by the signatures that they offer (type 6), or give them another address. "
            )
            + "RTMPS is safer, and known to more players.",
        ),
        "The server's own answer says so."
        if key
        else "Its answer names the kind; what your player knows is not known here.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down", "a filter that recognises RTMPE"),
        decisive_test="" if key else "Try the address with the player that it is meant for.",
    )


NOT_OFFERED_RULE = Rule(
    "rtmpe-not-offered", judge_not_offered, explains=("server-closes-connection", "rtmps-expected")
)


# ---- rtmpe-blocked
def judge_blocked(run: RunView) -> Answer:
    """RTMPE is swallowed or reset, plain RTMP passes on the same port, and unknown bytes are not treated so."""
    encrypted = _encrypted(run)
    spoken = _in_clear(run, encrypted) if encrypted is not None else None
    fate = handshake_outcome(encrypted) if encrypted is not None else None
    if encrypted is None or spoken is None or fate not in _CUT:
        return None
    port = encrypted.endpoint.port
    other = other_fate(run, port)
    if other is None and not encrypted.endpoint.transport.is_tunnel:
        questions = run.ask_server(Experiment.OTHER_BYTES, port, Transport.RTMP)
        return ask_unless_answered(questions, _blocked(run, encrypted, spoken, None, Confidence.POSSIBLE))
    if other is not None and other is fate and fate is not ByteOutcome.LOST:
        return None  # the server treats every unknown version byte so
    sure = fate is ByteOutcome.LOST or other in (ByteOutcome.ANSWERED, ByteOutcome.CLOSED)
    step = exchange_step(run, port)
    return _blocked(run, encrypted, spoken, step, Confidence.LIKELY if sure else Confidence.POSSIBLE)


def _blocked(
    run: RunView,
    attempt: Attempt,
    spoken: Observation,
    other: Observation | None,
    confidence: Confidence,
) -> Match:
    way, port = NAMES[attempt.endpoint.transport], attempt.endpoint.port
    sure = confidence is Confidence.LIKELY
    seen = [
        line(f"{told(attempt)}.", attempt.failed_step),
        line(f"Plain RTMP is answered on port {port}.", spoken),
    ]
    if other is not None:
        seen.append(line(f"Bytes of no protocol on port {port} are treated in another way.", other))
    return Match(
        confidence,
        f"A filter in your network blocks {way}."
        if sure
        else f"Perhaps a filter in your network blocks {way}.",
        f"The address asks for {way}. On the same port plain RTMP is answered, and {way} is cut without a word"
        + (
            ", in a way in which the server does not treat what it does not know. Something on the way recognises it."
            if sure
            else ". A filter does that; so may a server that does not offer it."
        ),
        (Actor.ADMINISTRATOR,) if sure else (Actor.ADMINISTRATOR, Actor.OPERATOR),
        Advice(
            user=f"Give the text below to whoever looks after this network, or ask the operator for an address without {way}.",
            administrator=f"A firewall with application control drops {way}, which it may list as Flash or as unknown "
            "encrypted "
            "traffic. Allow it to this server.",
            operator=f"Check that {way} is offered (AMS and Wowza: on by default). RTMPS on port 443 passes such filters.",
            firewall_request=firewall_request(run, [attempt.endpoint]),
        ),
        "Plain RTMP and unknown bytes reach the server on the same port."
        if sure
        else "Whether the server offers it is not known.",
        tuple(seen),
        rules_out=("a blocked port", "the server being down"),
        decisive_test=""
        if sure
        else f"Try {way} from another network: if it connects there, a filter here blocks it.",
    )


BLOCKED_RULE = Rule(
    "rtmpe-blocked", judge_blocked, explains=("server-closes-connection", "rtmps-expected", "server-hung")
)
RULES = (BLOCKED_RULE, NOT_OFFERED_RULE)
