"""Why an attempt was not made or was given up: the one table of these reasons."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import NotApplicable


class Reasons(Table, of="not-applicable"):
    """Each fits into brackets and behind a colon."""

    NO_PROXY = text("no proxy is configured")
    PROXIES_OFF = text("proxies are switched off")
    PROXY_EXCEPTION = text("the proxy settings exclude this server")
    UDP_THROUGH_PROXY = text("RTMFP uses UDP, which proxies do not support")
    PROXY_WOULD_ANSWER = text("a proxy would answer instead of the server")
    NO_IPV4 = text("the server has no IPv4 address")
    NO_IPV6 = text("the server has no IPv6 address")
    OTHER_ADDRESS = text("the name leads to another address")
    TCP_ONLY = text("this test needs a TCP connection")
    NO_OLD_TLS = text("this computer cannot use TLS 1.0 or TLS 1.1")
    NO_NAME_SERVER = text("this computer has no DNS server")
    NO_SEARCH_DOMAIN = text("this computer has no DNS search domain")
    REDIRECT_UNUSABLE = text("the address in the redirect is not valid")
    REDIRECT_CIRCLE = text("the redirects form a loop")
    REDIRECT_TOO_FAR = text("too many redirects")
    REDIRECT_OTHER_SERVICE = text("the redirect leads to a port of another kind of service")
    REDIRECT_PRIVATE = text("a public server redirects to a private address")
    NO_LOCAL_PORT = text("other programs use the local ports that it needs")
    TIME_OVER = text("its time was over")
    CROWDED_OUT = text("another connection to this port was open; tested again later")
    NO_TURN = text("the test ended first")
    STOPPED = text("stopped before it finished")
    FAULT = text("fmsdiag has a fault")
    FAULT_DETAIL = text("fmsdiag has a fault: {detail:quote}")
    # an older or newer program's report may name another
    UNKNOWN = text("not possible on this computer")


NOT_APPLICABLE: Mapping[NotApplicable, Text] = {
    reason: getattr(Reasons, reason.name) for reason in NotApplicable
}


def text_of(reason: str) -> Text:
    """The text of a reason that a file names; a program of another version may know others than this one."""
    try:
        return NOT_APPLICABLE[NotApplicable(reason)]
    except ValueError:
        return Reasons.UNKNOWN
