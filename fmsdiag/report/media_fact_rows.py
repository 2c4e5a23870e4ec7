"""What the steps that speak RTMP, RTMPT and RTMFP measured, as labelled lines: see fact_rows.py."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.not_applicable import text_of
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Text
from fmsdiag.model import (
    ConnectFacts,
    HandshakeFacts,
    KeyingFacts,
    LoginScheme,
    ProtocolRule,
    StreamFacts,
    TunnelFacts,
    UdpFacts,
    Violation,
)
from fmsdiag.report.enhanced_rtmp import enhanced_lines
from fmsdiag.report.fact_texts import FactLabels, FactValues, RuleTexts
from fmsdiag.report.fact_values import (
    Pair,
    after,
    byte_count,
    duration,
    header_lines,
    http_status,
    listed,
    number_or_none,
    numbered_as,
    numbered_chain,
    sent,
    yes_or_no,
)

_SCHEMES: Mapping[str, Text] = {
    LoginScheme.ADOBE: FactValues.SIGN_IN_ADOBE,
    LoginScheme.LIMELIGHT: FactValues.SIGN_IN_LIMELIGHT,
}
_RULES: Mapping[str, Text] = {rule.value: getattr(RuleTexts, rule.name) for rule in ProtocolRule}


def tunnel_rows(facts: TunnelFacts) -> list[Pair]:
    return [
        (FactLabels.SESSION, facts.session_id),
        (FactLabels.ANSWER, http_status(facts.status, "")),
        (FactLabels.REQUESTS, _requests(facts)),
        (FactLabels.MEDIAN_REQUEST, duration(facts.median_request_s)),
        (FactLabels.IDENT, http_status(facts.ident_status, "")),
        (FactLabels.IDENT_ADDRESS, facts.ident_address),
        (FactLabels.HEADERS, header_lines(facts.headers)),
        (FactLabels.BEGINS_WITH, facts.body_start),
        (FactLabels.LOOKS_LIKE, facts.looks_like),
    ]


def _requests(facts: TunnelFacts) -> str | None:
    if not facts.requests:
        return None
    return say(FactValues.REQUESTS, requests=facts.requests, count=facts.connections)


def handshake_rows(facts: HandshakeFacts) -> list[Pair]:
    return [
        (FactLabels.OFFERED, say(FactValues.HANDSHAKE, kind=facts.kind)),
        (FactLabels.S0_VERSION, number_or_none(facts.s0_version)),
        (FactLabels.FIRST_BYTE, after(facts.first_byte_s)),
        (FactLabels.S1_COMPLETE, after(facts.s1_complete_s)),
        (FactLabels.S2_COMPLETE, after(facts.s2_complete_s)),
        (FactLabels.S1_TIME, number_or_none(facts.s1_time)),
        (FactLabels.S1_VERSION, facts.s1_version),
        (FactLabels.SERVER_DIGEST, facts.server_digest),
        (FactLabels.S2_SIGNATURE, yes_or_no(facts.s2_signature_valid)),
        (FactLabels.S1_ECHO, yes_or_no(facts.s1_echoes_c1)),
        *_encryption(facts),
        not_taken(facts.unacknowledged),
    ]


def not_taken(unacknowledged: int | None) -> Pair:
    """What happened to bytes that got no answer, if the system knows."""
    if unacknowledged is None:
        return FactLabels.ARRIVED, None
    if not unacknowledged:
        return FactLabels.ARRIVED, say(FactValues.ALL_ARRIVED)
    return FactLabels.ARRIVED, say(FactValues.NOT_ARRIVED, count=unacknowledged)


def _encryption(facts: HandshakeFacts) -> list[Pair]:
    """What RTMPE adds; nothing where it was not asked for."""
    return [
        (FactLabels.ENCRYPTION, numbered_as(FactValues.VERSION, facts.encryption)),
        (FactLabels.KEY_ACCEPTED, yes_or_no(facts.server_key_valid)),
        (FactLabels.KEY_FOUND_BY, numbered_as(FactValues.SCHEME, facts.dh_scheme)),
        (FactLabels.ENCRYPTION_WORKS, yes_or_no(facts.encryption_works)),
    ]


def connect_rows(facts: ConnectFacts) -> list[Pair]:
    scheme = _SCHEMES.get(facts.authentication or "")
    return [
        (FactLabels.APPLICATION, facts.application),
        (FactLabels.TC_URL, facts.tc_url),
        (FactLabels.ANSWER, listed(filter(None, (facts.command, facts.level)))),
        (FactLabels.CODE, facts.code),
        (FactLabels.DESCRIPTION, facts.description),
        (FactLabels.SERVER, facts.fms_ver),
        (FactLabels.CAPABILITIES, f"{facts.capabilities:g}" if facts.capabilities is not None else None),
        (FactLabels.REDIRECT, facts.redirect),
        (
            FactLabels.REDIRECTED_FROM,
            numbered_chain((*facts.redirected_from, facts.tc_url)) if facts.redirected_from else None,
        ),
        (FactLabels.SIGN_IN, say(scheme) if scheme is not None else facts.authentication),
        (FactLabels.SIGNED_IN, yes_or_no(facts.authenticated)),
        (FactLabels.INNER_ROUND_TRIP, duration(facts.ping_s)),
        (FactLabels.ALSO_SAID, header_lines(facts.properties.items())),
        (FactLabels.MESSAGES_BEFORE, facts.messages_before),
        (FactLabels.SWF_VERIFICATION, say(FactValues.YES) if facts.swf_verification else None),
        (FactLabels.ENHANCED_RTMP, enhanced_lines(facts.enhanced)),
        (FactLabels.VIOLATION, _violation(facts.violation)),
        not_taken(facts.unacknowledged),
    ]


def udp_rows(facts: UdpFacts) -> list[Pair]:
    return [
        (FactLabels.SENT, sent(FactValues.GREETINGS, facts.datagrams_sent)),
        (FactLabels.ROUND_TRIP, duration(facts.round_trip_s)),
        (FactLabels.ANSWER_FROM, facts.reply_from),
        (FactLabels.REDIRECTED_BY, facts.redirected_by),
        (FactLabels.REDIRECT, numbered_chain(facts.redirects)),
        (FactLabels.NOT_FOLLOWED, _not_followed(facts.not_followed)),
        (FactLabels.COOKIE, byte_count(facts.cookie_bytes)),
        (FactLabels.FINGERPRINT, facts.fingerprint),
        (FactLabels.GROUPS, listed(map(str, facts.groups))),
    ]


def _not_followed(reasons: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        say(FactValues.NOT_FOLLOWED, target=to, why=say(text_of(reason))) for to, reason in reasons.items()
    )


def keying_rows(facts: KeyingFacts) -> list[Pair]:
    return [
        (FactLabels.SENT, sent(FactValues.KEYS, facts.datagrams_sent)),
        (FactLabels.GROUP, number_or_none(facts.group)),
        (FactLabels.SERVER_SESSION, facts.responder_session_id),
        (FactLabels.COOKIE_CHANGED, say(FactValues.ADDRESS_CHANGED) if facts.cookie_changed else None),
        (FactLabels.HMAC, byte_count(facts.hmac_bytes)),
        (FactLabels.SEQUENCE_NUMBERS, yes_or_no(facts.sequence_numbers)),
    ]


def stream_rows(facts: StreamFacts) -> list[Pair]:
    return [
        (FactLabels.CODE, facts.code),
        (FactLabels.DESCRIPTION, facts.description),
        (FactLabels.ALL_CODES, numbered_chain(facts.codes) if len(facts.codes) > 1 else None),
        (FactLabels.LASTED, duration(facts.held_s)),
        (FactLabels.RECEIVED, byte_count(facts.bytes_in) if facts.bytes_in else None),
    ]


def _violation(seen: Violation | None) -> tuple[str, ...]:
    """The rule, and the bytes where it was broken."""
    if seen is None:
        return ()
    said = _RULES.get(seen.rule)
    rule = say(said) if said is not None else seen.rule
    if seen.offset is None:
        return (rule,)
    return rule, say(FactValues.AT_BYTE, offset=seen.offset, found=seen.found or "-")
