"""The words for repeats and for paths of first bytes: see path_rows.py."""

from __future__ import annotations

from fmsdiag.messages.text import Table, plural, text


class PathOutcomes(Table, of="paths.outcome"):
    """What came of such a step, in a few words."""

    # translators: {sent} is "the first RTMP message" or the like
    FLOWS = text("{works:count} of {tried:count} got an answer to {sent:name}")
    NONE_OPENED = text("none of {tried:count} opened")
    FLOWS_OPENED = text("{works:count} of {tried:count} opened")
    FLOWS_IN_TIME = text(
        "{works:count} of {tried:count} got an answer; the rest got none within {limit:duration}"
    )
    NO_FLOW_IN_TIME = text("none of {tried:count} got an answer within {limit:duration}")
    EXPIRED = text("a router on the path received it")
    CLOSED = text("closed")
    ANSWERED = text("answered")
    OPENED = text("opened")
    ALL_THE_WAY = text("arrived, and was answered")
    UNANSWERED = text("arrived; no answer came back")
    STOPPED = text("reached {after:name}, but not {before:name}")
    ENDED = text("reached {after:name}; past it, the connection was ended")
    ENDS_ALONE = text("the connection ends even when nothing is sent")
    UNSUPPORTED = text("this computer cannot tell how far it got")
    NEARER = text("the connection was ended from closer than the server")
    FARTHER = text("the connection was ended from farther away than the server")
    SAME_DISTANCE = text("the connection was ended from as far away as the server")
    DISTANCE_UNKNOWN = text("the server's answers do not all travel the same distance")


class PathLabels(Table, of="paths.label"):
    """What stands before a value."""

    SENT_FIRST = text("Sent first")
    WORKED = text("Worked from local ports")
    FAILED = text("Failed from local ports")
    AGAIN = text("Tried again from the same port")
    DISTANCE = text("Hops to the server")
    PROBES = text("Hop limits tried")
    LAST_REACHED = text("Last hop reached")
    FIRST_MISSED = text("First hop not reached")
    TTL_OF_SYN_ACK = text("Hop limit left in the server's answer")
    ENDED_BY = text("Ended by")


class PathValues(Table, of="paths.value"):
    """The values, where they are words."""

    THIS_COMPUTER = text("this computer")
    HOP = text("hop {number:count}")
    HOP_AT = text("hop {number:count} ({address})")
    NOTHING = text("nothing")
    RTMP = text("the first RTMP message")
    CONNECT = text("the RTMP connect message")
    TLS = text("the first TLS message")
    RTMPT = text("the first RTMPT request")
    OTHER = text("bytes of no known protocol")
    PORT_TRIED = text("port {port}: {outcome:name}, {elapsed:duration}")
    PROBE = text("hop {number:count}: {outcome:name}")
    HOPS = plural("{count} hop", "{count} hops")
