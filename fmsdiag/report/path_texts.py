"""The words for repeats and for paths of first bytes: see path_rows.py."""

from __future__ import annotations

from fmsdiag.messages.text import Table, plural, text


class PathOutcomes(Table, of="paths.outcome"):
    """What came of such a step, in a few words."""

    FLOWS = text("{works:count} of {tried:count} worked")
    EXPIRED = text("a router on the path received it")
    CLOSED = text("closed")
    ANSWERED = text("answered")
    OPENED = text("opened")
    ALL_THE_WAY = text("reached the server, which answered")
    STOPPED = text("reached {after:name}, not {before:name}")
    ENDS_ALONE = text("the connection ends even when nothing is sent")
    UNSUPPORTED = text("this computer cannot tell how far it came")
    NEARER = text("sent from nearer than the server")
    FARTHER = text("sent from farther away than the server")
    SAME_DISTANCE = text("sent from as far away as the server")
    DISTANCE_UNKNOWN = text("the server's answers do not all travel the same distance")


class PathLabels(Table, of="paths.label"):
    """What stands before a value."""

    SENT_FIRST = text("Sent first")
    WORKED = text("Worked, from local ports")
    FAILED = text("Failed, from local ports")
    AGAIN = text("Tried again from the same port")
    DISTANCE = text("Hops to the server")
    PROBES = text("Hop limits tried")
    LAST_REACHED = text("Last hop reached")
    FIRST_MISSED = text("First hop not reached")
    TTL_OF_SYN_ACK = text("Hops left when the server's answer arrives")
    ENDED_BY = text("The end")


class PathValues(Table, of="paths.value"):
    """The values, where they are words."""

    THIS_COMPUTER = text("this computer")
    HOP = text("hop {number:count}")
    HOP_AT = text("hop {number:count} ({address})")
    NOTHING = text("nothing")
    RTMP = text("RTMP's first message")
    CONNECT = text("RTMP's connect message")
    TLS = text("TLS's first message")
    RTMPT = text("RTMPT's first web request")
    OTHER = text("bytes of no protocol")
    PORT_TRIED = text("port {port}: {outcome:name}, {elapsed:duration}")
    PROBE = text("hop {number:count}: {outcome:name}")
    HOPS = plural("{count} hop", "{count} hops")
