"""The numbers in a code of the telephone. They hold for ever: a number is never reused, changed or removed, only added.

A code is read by another version than the one that made it, years later. So nothing here follows from the order of an
enum or from today's plans: a plan whose order changes gets a new number. tests/report/verdict_code/numbers.json freezes
these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from fmsdiag.model import Cause, Confidence, PlanName, Transport, VerdictStatus

R, S, T, TS, F = Transport.RTMP, Transport.RTMPS, Transport.RTMPT, Transport.RTMPTS, Transport.RTMFP
E, TE = Transport.RTMPE, Transport.RTMPTE

Where = tuple[Transport, int]

NO_CAUSE_NUMBER = 0
"""Nothing was found."""
OTHER_CAUSE_NUMBER = 511
"""A cause that the program which made the code had no number for."""
OTHER_PLAN_NUMBER = 31
"""Likewise a plan."""
UNKNOWN_STATUS_NUMBER = 0


class CodedOutcome(IntEnum):
    """How an attempt ended, in four bits."""

    NONE = 0  # the plan has no such attempt, or it was not one of this run
    CONNECTED = 1
    REJECTED = 2
    NO_ANSWER = 3  # the port did not answer
    REFUSED = 4
    RESET = 5
    CLOSED = 6
    UNREACHABLE = 7  # a router or a proxy said so, or there is no route
    NOT_PERMITTED = 8  # this computer forbids it
    NO_NAME = 9  # no address was found for the name
    NO_TLS = 10  # the certificate or TLS failed
    SILENT = 11  # the port opened, then nothing more came
    UNEXPECTED = 12  # another protocol answered
    PROXY = 13  # the proxy refused, or wants a sign-in
    NOT_MADE = 14  # skipped, not started, or not finished
    OTHER = 15


PLANS: Mapping[int, PlanName] = {
    1: PlanName.AMS,
    2: PlanName.AMS_443,
    3: PlanName.FLASH_PLAYER,
    4: PlanName.NETCONNECTION_SMART,
    5: PlanName.NCMANAGER,
    6: PlanName.AKAMAI,
    7: PlanName.SECURE,
    8: PlanName.ENCODER,
    9: PlanName.RTMFP_FIRST,
    10: PlanName.EVERYTHING,
    11: PlanName.URL,
    12: PlanName.CUSTOM,
}
PLAN_ORDERS: Mapping[int, tuple[Where, ...]] = {
    1: ((R, 1935), (R, 80), (T, 80)),
    2: ((R, 1935), (R, 80), (R, 443)),
    3: ((R, 1935), (R, 443), (R, 80), (T, 80)),
    4: ((R, 443), (R, 80), (R, 1935), (T, 443), (T, 80), (T, 1935)),
    5: ((R, 1935), (R, 443), (T, 80)),
    6: ((R, 1935), (R, 443), (R, 80), (T, 1935), (T, 443), (T, 80)),
    7: ((S, 443), (TS, 443)),
    9: ((F, 1935), (R, 1935), (R, 80), (T, 80)),
    10: ((R, 1935), (R, 80), (R, 443), (S, 443), (T, 80), (T, 1935), (TS, 443), (F, 1935)),
}
"""What the attempts of a plan go to, in order, at most eight; a plan that is not here has an order of its own."""
CHECKS: tuple[Where, ...] = ((S, 443), (F, 1935), (Transport.HTTP, 8134), (Transport.ADMIN, 1111))
"""What is tried beside every plan, in order, behind its attempts."""

STATUSES: Mapping[int, tuple[VerdictStatus, bool]] = {
    1: (VerdictStatus.CONNECTED, False),
    2: (VerdictStatus.CONNECTED, True),
    3: (VerdictStatus.CONNECTED_BY_FALLBACK, False),
    4: (VerdictStatus.CONNECTED_BY_FALLBACK, True),
    5: (VerdictStatus.CONNECTED_THROUGH_PROXY, False),
    6: (VerdictStatus.CONNECTED_THROUGH_PROXY, True),
    7: (VerdictStatus.REJECTED, False),
    8: (VerdictStatus.UNREACHABLE, False),
    9: (VerdictStatus.INCONCLUSIVE, False),
    10: (VerdictStatus.STOPPED, False),
}
"""The verdict, and whether it connected but not well."""
CONFIDENCES: Mapping[int, Confidence] = {
    1: Confidence.POSSIBLE,
    2: Confidence.LIKELY,
    3: Confidence.CONFIRMED,
}
TRANSPORTS: Mapping[int, Transport] = {
    1: R,
    2: E,
    3: S,
    4: T,
    5: TE,
    6: TS,
    7: F,
    8: Transport.HTTP,
    9: Transport.HTTPS,
    10: Transport.ADMIN,
}
ENDPOINTS: Mapping[int, tuple[Transport, int | None]] = {
    1: (R, 1935),
    2: (R, 80),
    3: (R, 443),
    4: (S, 443),
    5: (T, 80),
    6: (T, 443),
    7: (TS, 443),
    8: (F, 1935),
    9: (T, 1935),
    10: (E, 1935),
    11: (E, 80),
    12: (E, 443),
    13: (TE, 80),
    14: (TE, 443),
    15: (R, 1936),
    16: (R, 8080),
    17: (R, 19350),
    18: (S, 1935),
    19: (S, 1936),
    20: (S, 8443),
    21: (S, 19350),
    22: (T, 8080),
    23: (Transport.HTTP, 80),
    24: (Transport.HTTP, 8080),
    25: (Transport.HTTP, 8134),
    26: (Transport.HTTPS, 443),
    27: (Transport.ADMIN, 1111),
    33: (R, None),
    34: (E, None),
    35: (S, None),
    36: (T, None),
    37: (TE, None),
    38: (TS, None),
    39: (F, None),
    40: (Transport.HTTP, None),
    41: (Transport.HTTPS, None),
    42: (Transport.ADMIN, None),
}
"""Where an attempt of an order of one's own goes; none: a port that has no number."""
SET_SIZE = 9
"""The first so many ENDPOINTS have a bit each where a code holds them as a set."""

CAUSES: Mapping[int, Cause] = {
    1: Cause.LOCAL_NETWORK_DOWN,
    2: Cause.GATEWAY_UNREACHABLE,
    3: Cause.NO_INTERNET,
    4: Cause.CAPTIVE_PORTAL,
    5: Cause.CLIENT_CLOCK_WRONG,
    6: Cause.HOSTS_FILE_OVERRIDE,
    7: Cause.LOCAL_FIREWALL,
    8: Cause.DNS_NAME_NOT_FOUND,
    9: Cause.DNS_FILTERED,
    10: Cause.DNS_HIJACKED,
    11: Cause.DNS_SERVER_FAILURE,
    12: Cause.DNS_NO_ANSWER,
    13: Cause.DNS_SLOW,
    14: Cause.DNS_PRIVATE_ADDRESS,
    15: Cause.DNS_STALE_ADDRESS,
    16: Cause.PRIVATE_ADDRESS,
    17: Cause.NAME_LEADS_TO_OWN_ROUTER,
    18: Cause.ADDRESS_INSTEAD_OF_NAME,
    19: Cause.IPV6_ONLY_NAME,
    20: Cause.IPV4_ONLY_NAME,
    21: Cause.IPV6_BROKEN,
    22: Cause.ONE_ADDRESS_DEAD,
    23: Cause.PORT_BLOCKED,
    24: Cause.ONLY_WEB_PORTS_ALLOWED,
    25: Cause.ONLY_HTTPS_ALLOWED,
    26: Cause.EGRESS_BLOCKED,
    27: Cause.UDP_BLOCKED,
    28: Cause.CONNECTION_RATE_LIMITED,
    29: Cause.CONNECTION_COUNT_LIMITED,
    30: Cause.NON_HTTP_BLOCKED,
    31: Cause.RTMP_BLOCKED,
    32: Cause.RTMPE_BLOCKED,
    33: Cause.TLS_BLOCKED,
    34: Cause.UPLOAD_CUT,
    35: Cause.THROTTLED,
    36: Cause.MIDDLEBOX_ACCEPTS_ALL,
    37: Cause.RTMPE_NOT_OFFERED,
    38: Cause.TRANSPARENT_PROXY,
    39: Cause.PROXY_BLOCKS_TUNNEL,
    40: Cause.PROXY_REQUIRED,
    41: Cause.PROXY_AUTH_REQUIRED,
    42: Cause.PROXY_UNREACHABLE,
    43: Cause.PROXY_DENIES_SERVER,
    44: Cause.TLS_INTERCEPTED,
    45: Cause.CERTIFICATE_EXPIRED,
    46: Cause.CERTIFICATE_SELF_SIGNED,
    47: Cause.CERTIFICATE_UNTRUSTED,
    48: Cause.CERTIFICATE_WRONG_HOST,
    49: Cause.CERTIFICATE_CHAIN_INCOMPLETE,
    50: Cause.TLS_VERSION_MISMATCH,
    51: Cause.TLS_NOT_ENABLED,
    52: Cause.RTMPS_NOT_OFFERED,
    53: Cause.CERTIFICATE_NOT_YET_VALID,
    54: Cause.MTU_BLACK_HOLE,
    55: Cause.HIGH_LATENCY,
    56: Cause.PACKET_LOSS,
    57: Cause.SOME_CONNECTIONS_FAIL,
    58: Cause.IDLE_TIMEOUT,
    59: Cause.SERVER_DOWN,
    60: Cause.SERVER_NOT_LISTENING,
    61: Cause.RTMP_SERVICE_STOPPED,
    62: Cause.SERVER_FIREWALL,
    63: Cause.WEB_PROXY_IN_FRONT,
    64: Cause.SERVER_HUNG,
    65: Cause.SERVER_SLOW,
    66: Cause.SERVER_CLOSES_CONNECTION,
    67: Cause.WRONG_SERVICE_ON_PORT,
    68: Cause.SERVER_ON_OTHER_PORT,
    69: Cause.RTMPS_EXPECTED,
    70: Cause.RTMP_EXPECTED,
    71: Cause.TUNNEL_NOT_OFFERED,
    72: Cause.RTMFP_REDIRECT_BLOCKED,
    73: Cause.RTMFP_NOT_OFFERED,
    74: Cause.APP_NOT_FOUND,
    75: Cause.REJECTED_BY_SERVER,
    76: Cause.AUTH_REQUIRED,
    77: Cause.SERVER_FULL,
    78: Cause.REDIRECTED,
    79: Cause.SERVER_SHUTTING_DOWN,
    80: Cause.STREAM_REFUSED,
    81: Cause.TLS_REFUSED_BY_SERVER,
    82: Cause.CLIENT_CERTIFICATE_REQUIRED,
    83: Cause.PROXY_PROTOCOL_EXPECTED,
    84: Cause.TUNNEL_CUT_BY_WEB_SERVER,
    85: Cause.CLOSED_AFTER_ACCEPT,
    86: Cause.SERVER_VIOLATES_PROTOCOL,
    87: Cause.SWF_VERIFICATION_REQUIRED,
}
