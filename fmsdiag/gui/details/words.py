"""What each kind of row was made for and what its end means, in sentences. Data only."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, text
from fmsdiag.model import FailureKind, Purpose, Status, StepName, Transport


class WhyTried(Table, of="gui.why-tried"):
    """What an attempt is there for."""

    FALLBACK = text("An attempt of the plan: what a player tries, in its order.")
    CHECK = text("Not part of the plan: checks what else this server offers. Players do not wait for it.")
    CONTROL = text("A comparison with a reference server.")
    FOLLOW_UP = text("A follow-up test, to tell two possible causes apart.")


class Ended(Table, of="gui.ended"):
    """What the end of an attempt means."""

    RUNNING = text("It is still running.")
    NOT_STARTED = text("Not tested.")
    CONNECTED = text("This works: a player that gets this far is connected.")
    ANSWERED = text("Answered.")
    REJECTED = text("RTMP reached the server, and the server rejected the connection.")
    CANCELLED = text("It was stopped before it ended, so it has no result.")
    NOT_APPLICABLE = text("It cannot be tested here, which says nothing about the server or the network.")
    FAILED = text("It failed, and no step shows why.")
    # translators: {ended} is one of the sentences above, {reason} what a server or this program gave as the reason
    WITH_REASON = text("{ended:name} Reason: {reason:name}.")


class StepDone(Table, of="gui.step-done"):
    """What a step did."""

    DNS = text("The server's name was looked up, as players do.")
    ROUTE = text("This computer was asked which route it would use for the packets.")
    UDP = text(
        "A greeting was sent over UDP, in single packets without a connection, as RTMFP does. A server that "
        "speaks RTMFP answers it."
    )
    TCP = text("A TCP connection was opened: the network's own handshake, before any data.")
    PROXY = text(
        "The proxy between this network and the internet was asked to open the connection to the server."
    )
    TLS = text("The connection was secured by TLS, and the server's certificate was verified.")
    HTTP = text("A web page was requested.")
    TUNNEL = text("An RTMPT session was opened: RTMP inside web requests.")
    HANDSHAKE = text(
        "The RTMP handshake: C0 and C1 were sent, S0, S1, and S2 expected, C2 sent in reply to S1."
    )
    CONNECT = text("NetConnection.connect: the server was asked for the application.")
    AFTER_CONNECT = text(
        "The server had accepted the connection. What it did right after that is shown here."
    )
    PUBLISH = text(
        "An empty stream was published for three seconds under the name that you gave, as an encoder does."
    )
    PLAY = text("The stream that you named was requested, as a viewer's player does.")
    EXCHANGE = text(
        "Data of the same length as the start of RTMP, but not RTMP, was sent, to see whether the content matters."
    )
    SERIES = text(
        "Several connections were opened, in quick succession or together, to see whether there is a limit."
    )
    IDLE = text(
        "A connection was left idle for a while and then used, to see whether idle connections are dropped."
    )
    UPLOAD = text("Data was uploaded, to see how fast and how far it gets. Nothing was published.")
    HOP = text("Connections were sent with an increasing hop limit (TTL), to see which router answers.")
    FLOWS = text("The same connection was made from several local ports, to see whether each one works.")
    BYTES_PATH = text(
        "On open connections, the first bytes were sent with different hop limits (TTL), to see which router still gets them."
    )
    RESET_DISTANCE = text(
        "Connections were made that ignore packets from farther away than the server, to see who sent what ended them."
    )
    RTMPE = text("The encrypted RTMP handshake: both sides exchanged keys, and what follows is encrypted.")
    RTMPTE = text(
        "The encrypted RTMP handshake inside web requests: both sides exchanged keys, and what follows is encrypted."
    )
    KEYS = text("Both sides exchanged keys over UDP; what follows is encrypted, as always with RTMFP.")
    UNVERIFIED = text(
        "TLS was started again without checking the certificate, only to see whether the media server is "
        "behind it. No stream name, query string, or password was sent."
    )


class StepWorked(Table, of="gui.step-worked"):
    """What a step that worked shows."""

    WORKED = text("It worked.")
    DNS = text("The name exists.")
    UDP = text("UDP works in both directions, and an RTMFP server answers.")
    PROXY = text("The proxy lets this connection through.")
    TCP = text("The port is open: something accepts connections there.")
    TLS = text("The connection is private, and the certificate is the server's own.")
    HTTP = text("A web server answered.")
    TUNNEL = text("The tunnel is open.")
    HANDSHAKE = text("An RTMP server answers and speaks the protocol.")
    CONNECT = text("The server accepted the application.")
    PUBLISH = text("The server accepted the stream: an encoder may publish under this name.")
    PLAY = text("The server delivers this stream to viewers.")
    KEYS = text("Larger UDP packets get through too, and the server is ready for the application.")
    UNVERIFIED = text(
        "Something answers TLS there. Its identity was not checked this time, so do not trust it."
    )


class StepFailed(Table, of="gui.step-failed"):
    """What a step that failed shows."""

    TIMED_OUT = text(
        "Nothing came back. A firewall that drops packets looks like this, and so does a server that is switched off."
    )
    REFUSED = text(
        "The connection was refused: the server is there and nothing listens on the port, or a firewall refuses it on the "
        "server's behalf."
    )
    RESET = text(
        "The open connection was reset. Usually a filtering device; servers rarely reset connections like this."
    )
    CLOSED = text("The other side closed the connection before its answer was complete.")
    UNREACHABLE = text("A router or the server itself reported that this cannot be delivered.")
    NO_ROUTE = text("This computer has no route to the server. Check whether it is online.")
    NOT_PERMITTED = text("This computer's own firewall or policy blocks it.")
    NAME_NOT_FOUND = text("The DNS server reports that there is no such name.")
    NO_DATA = text("The name exists, but has no address of this kind.")
    SERVER_FAILURE = text("The DNS server failed or refused to answer.")
    RESOLVER_SILENT = text("The name lookup got no answer in time.")
    RESOLVER_TRUNCATED = text(
        "The DNS server answered by UDP that its answer is too long for that. Over TCP, which is for such answers, none came."
    )
    RESOLVER_CLOSED = text("The machine at the DNS server's address does not run a DNS service.")
    CERTIFICATE_EXPIRED = text(
        "The certificate has expired. Its owner must renew it, unless this computer's clock is wrong."
    )
    CERTIFICATE_NOT_YET_VALID = text(
        "The certificate becomes valid later, or this computer's clock is wrong."
    )
    CERTIFICATE_SELF_SIGNED = text("The certificate is self-signed.")
    CERTIFICATE_UNTRUSTED = text(
        "This computer does not trust the issuer of the certificate. Networks that inspect secure traffic look like this."
    )
    CERTIFICATE_WRONG_HOST = text("The certificate belongs to another name.")
    CERTIFICATE_OTHER = text("The certificate was rejected.")
    TLS_ALERT = text("The other side ended the TLS handshake with an alert.")
    UNEXPECTED_REPLY = text(
        "Something else answered: another service, or a filter that answers in place of the server."
    )
    PROXY_REFUSED = text(
        "The proxy refused this connection. Its rules are set by the network administrator; the attempt did not reach the "
        "server."
    )
    PROXY_UNREACHED = text(
        "The proxy allows this connection, but could not open it: the server did not answer it there, or it does not find "
        "the server."
    )
    PROXY_AUTH_REQUIRED = text(
        "The proxy requires a user name and password. Enter them under Advanced; your network administrator "
        "has them."
    )
    REJECTED = text("The server rejected the connection. The network is not the cause.")
    STALLED = text(
        "The answer began and stopped. Filters that inspect traffic and paths that lose large packets look "
        "like this."
    )
    LOCAL_ERROR = text("The fault is in fmsdiag or in this computer; it says nothing about the network.")
    NO_NETWORK = text("This computer is not connected to a network, so nothing could be sent.")
    KEYS_UNANSWERED = text(
        "The greeting was answered, the key was not. Paths that lose larger packets look like this, and so do "
        "firewalls that pass only the first UDP packets."
    )


WHY_TRIED: Mapping[Purpose, Text] = {purpose: getattr(WhyTried, purpose.name) for purpose in Purpose}
ENDED: Mapping[Status, Text] = {status: getattr(Ended, status.name) for status in Status}
STEP_DONE: Mapping[StepName, Text] = {step: getattr(StepDone, step.name) for step in StepName}
HANDSHAKES: Mapping[Transport, Text] = {
    Transport.RTMPE: StepDone.RTMPE,
    Transport.RTMPTE: StepDone.RTMPTE,
    Transport.RTMFP: StepDone.KEYS,
}
"""What the step is where it is more than RTMP's plain handshake."""
STEP_WORKED: Mapping[StepName, Text] = {
    step: getattr(StepWorked, step.name, StepWorked.WORKED) for step in StepName
}
STEP_FAILED: Mapping[FailureKind, Text] = {kind: getattr(StepFailed, kind.name) for kind in FailureKind}
