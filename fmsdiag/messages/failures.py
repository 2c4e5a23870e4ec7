"""The one table of failures: what each is called as an end marker, and how it is told with its time."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import FailureKind


class FailureWords(Table, of="failures"):
    """The end marker of a row: what happened, in two or three words."""

    TIMED_OUT = text("No answer")
    REFUSED = text("Refused")
    RESET = text("Reset")
    CLOSED = text("Closed")
    UNREACHABLE = text("Unreachable")
    NO_ROUTE = text("No route to the server")
    NOT_PERMITTED = text("Blocked by this computer")
    NAME_NOT_FOUND = text("Name not found")
    NO_DATA = text("No address of this kind")
    SERVER_FAILURE = text("DNS server failed")
    RESOLVER_SILENT = text("Lookup timed out")
    RESOLVER_TRUNCATED = text("DNS answer cut short")
    RESOLVER_CLOSED = text("DNS server refused")
    CERTIFICATE_EXPIRED = text("Certificate expired")
    CERTIFICATE_NOT_YET_VALID = text("Certificate not valid yet")
    CERTIFICATE_SELF_SIGNED = text("Certificate self-signed")
    CERTIFICATE_UNTRUSTED = text("Certificate not trusted")
    CERTIFICATE_WRONG_HOST = text("Certificate for another name")
    CERTIFICATE_OTHER = text("Certificate not accepted")
    TLS_ALERT = text("TLS refused")
    UNEXPECTED_REPLY = text("Unexpected reply")
    REJECTED = text("Rejected by server")
    PROXY_REFUSED = text("Refused by proxy")
    PROXY_UNREACHED = text("Proxy cannot connect")
    PROXY_AUTH_REQUIRED = text("Proxy sign-in required")
    STALLED = text("Stalled")
    LOCAL_ERROR = text("Internal error")
    NO_NETWORK = text("No network")


class Outcomes(Table, of="outcomes"):
    """How a step ended, behind a colon: "no answer after 5.0 s"."""

    OK = text("worked after {elapsed:duration}")
    TIMED_OUT = text("no answer after {elapsed:duration}")
    REFUSED = text("refused after {elapsed:duration}")
    RESET = text("reset after {elapsed:duration}")
    CLOSED = text("closed without an answer after {elapsed:duration}")
    UNREACHABLE = text("reported unreachable after {elapsed:duration}")
    # translators: {sender} is the router that sent the ICMP error
    UNREACHABLE_BY = text("reported unreachable by {sender:address} after {elapsed:duration}")
    # translators: packets were sent on by more and more routers, and never arrived; {sender} is the last of them
    EXPIRED = text("expired on the way after {elapsed:duration}, as {sender:address} reported")
    NO_MACHINE = text("this computer found no machine at that address within {elapsed:duration}")
    NO_ROUTER = text("this computer's router did not answer within {elapsed:duration}")
    NO_ROUTE = text("this computer has no route to it")
    NOT_PERMITTED = text("blocked by this computer")
    NAME_NOT_FOUND = text("the name does not exist (answered after {elapsed:duration})")
    NO_DATA = text("the name has no address of this kind (answered after {elapsed:duration})")
    SERVER_FAILURE = text("the DNS server failed after {elapsed:duration}")
    RESOLVER_SILENT = text("the name lookup got no answer within {elapsed:duration}")
    RESOLVER_TRUNCATED = text("the DNS server's answer is too long for UDP, and none came over TCP")
    RESOLVER_CLOSED = text("the DNS server refused the query after {elapsed:duration}")
    CERTIFICATE_EXPIRED = text("the certificate has expired")
    CERTIFICATE_NOT_YET_VALID = text("the certificate is not valid yet")
    CERTIFICATE_SELF_SIGNED = text("the certificate is self-signed")
    CERTIFICATE_UNTRUSTED = text("the certificate is not trusted here")
    CERTIFICATE_WRONG_HOST = text("the certificate is for another name")
    CERTIFICATE_OTHER = text("the certificate is not accepted")
    TLS_ALERT = text("the secure connection was refused after {elapsed:duration}")
    UNEXPECTED_REPLY = text("something else answered after {elapsed:duration}")
    # translators: {what} is what answered: "HTTP 400 from nginx", "SSH server"
    UNEXPECTED_REPLY_OF = text("something else answered after {elapsed:duration}: {what:name}")
    REJECTED = text("rejected by the server after {elapsed:duration}")
    PROXY_REFUSED = text("refused by the proxy after {elapsed:duration}")
    PROXY_UNREACHED = text("the proxy could not connect to the server after {elapsed:duration}")
    PROXY_AUTH_REQUIRED = text("the proxy asks for a user name and password")
    STALLED = text("the answer stopped halfway and did not go on within {elapsed:duration}")
    LOCAL_ERROR = text("internal error")
    REFUSED_AT_ONCE = text("refused immediately")
    RESET_AT_ONCE = text("reset immediately")
    CLOSED_AT_ONCE = text("closed immediately, without an answer")


FAILURE_WORDS: Mapping[FailureKind, Text] = {kind: getattr(FailureWords, kind.name) for kind in FailureKind}
OUTCOMES: Mapping[FailureKind | None, Text] = {
    None: Outcomes.OK,
    **{kind: getattr(Outcomes, kind.name) for kind in FailureKind},
}
AT_ONCE: Mapping[FailureKind | None, Text] = {
    FailureKind.REFUSED: Outcomes.REFUSED_AT_ONCE,
    FailureKind.RESET: Outcomes.RESET_AT_ONCE,
    FailureKind.CLOSED: Outcomes.CLOSED_AT_ONCE,
}
"""For what no person would have noticed as a wait."""
AT_ONCE_S = 0.05
