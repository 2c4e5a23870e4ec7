"""The words for how steps and attempts ended: see outcomes.py."""

from __future__ import annotations

from fmsdiag.messages.text import Table, plural, text


class Failed(Table, of="outcomes.failed"):
    """What is said beyond the end marker."""

    # translators: {step} is the name of a step, such as "TLS"
    IN_STEP = text("{outcome:name} ({step:name})")
    PORT_OPEN_SILENT = text("Port open, then no answer")
    UNREACHABLE_BY = text("Unreachable, reported by {sender:address}")
    EXPIRED_BY = text("Expired on the way, reported by {sender:address}")
    LOOKUP_SLOW = text("Name lookup timed out")
    # translators: {addresses} is 0.0.0.0 or ::, which stand for no machine
    NOBODY = text("No usable address: {addresses}")
    NO_MACHINE = text("No machine found at that address")
    NO_ROUTER = text("The router did not answer")
    UNEXPECTED = text("Unexpected reply: {what:name}")
    STALLED = plural("Stalled after {count} byte", "Stalled after {count} bytes")
    REJECTED = text("Rejected by server: {words:quote}")
    PROXY_SAID = text("Refused by proxy: {answer:name}")
    PROXY_UNREACHED_SAID = text("Proxy cannot connect: {answer:name}")
    PROXY_CREDENTIALS = text("The proxy does not accept the user name and password")
    UDP_SILENT = text("No answer over UDP")
    UDP_SILENT_ELSEWHERE = text(
        "No answer over UDP from {address} port {port}, the redirect target of {sender:name}"
    )
    UDP_REFUSED = text("Refused: the UDP port is closed")
    UDP_REFUSED_ELSEWHERE = text(
        "Refused: UDP port {port} is closed on {address}, the redirect target of {sender:name}"
    )
    # translators: {targets} are addresses with their ports
    UDP_NOT_FOLLOWED = text("Redirect to {targets:name} not followed")
    KEYS_SILENT = text("The server answered once, then stopped answering")
    FLOW_SILENT = text("Keys exchanged, then no answer")
    CONNECT_SILENT = text("No answer to connect; other messages came")
    FLOW_STALLED = text("The connect command arrived, then no answer")
    RTMPE_PLAIN = text("RTMPE not offered; plain RTMP answers")
    RTMPE_NO_KEY = text("The server claims to support RTMPE, but sends no key for it")
    RTMPE_BAD_KEY = text("The server's key for RTMPE is not valid")
    RTMPE_TYPE = text("The server expects RTMPE with signatures of type {version:name}")
    SOCKS_REPLY = text("SOCKS5 reply {status:name}")


class Succeeded(Table, of="outcomes.succeeded"):
    """What came of a step that worked."""

    OK = text("OK")
    # translators: {label} is "Answered", "Skipped" or the name of a step; {outcome} is what came of it
    LABELED = text("{label:name}: {outcome:name}")
    OPEN_TO = text("open to {address}")
    NO_ADDRESS = text("no address")
    AND_MORE = text("{count} more")
    TLS_OPEN = text("open")
    TLS_CERTIFICATE = text("{version:name}, certificate by {issuer:name}")
    TLS_UNCHECKED = text("{version:name}, certificate not checked")
    TLS_CERTIFICATE_UNCHECKED = text("{version:name}, certificate by {issuer:name} not checked")
    HTTP = text("HTTP {status:name}")
    HTTP_FROM = text("HTTP {status:name}, {server:name}")
    NOT_HTTP = text("an answer that is not HTTP")
    NOT_HTTP_FROM = text("an answer that is not HTTP, {server:name}")
    TUNNEL = plural("open, {count} request", "open, {count} requests")
    HANDSHAKE = text("complete")
    HANDSHAKE_DIGEST = text("complete, digest {digest:name}")
    HANDSHAKE_ENCRYPTED = text("complete, encrypted")
    HANDSHAKE_DIGEST_ENCRYPTED = text("complete, digest {digest:name}, encrypted")
    ACCEPTED = text("accepted")
    ACCEPTED_BY = text("{code:name}, {server:name}")
    REDIRECTED = plural("{said:name}, after {count} redirect", "{said:name}, after {count} redirects")
    NO_ROUTER = text("no router answered")
    LAST_HOP = text("last answer at hop {hop:name}: {outcome:name}")
    LAST_HOP_FROM = text("last answer from hop {hop:name} ({address}): {outcome:name}")
    SERIES = text("{opened:count} of {tried:count} opened")
    IDLE_ALIVE = text("still alive after {waited:duration} of silence")
    IDLE_ENDED = text("{outcome:name} after {waited:duration} of silence")
    # it ended some time before; fmsdiag only looked then
    IDLE_ENDED_BEFORE = text("{outcome:name}, seen after {waited:duration} of silence")
    UPLOAD = text("{taken:size} of {wanted:size}")
    UPLOAD_STOPPED = text("{taken:size} of {wanted:size}, then no answer")
    STAYED_OPEN = text("stayed open, nothing came back")
    EXCHANGE = plural("{count} byte came back", "{count} bytes came back")
    UDP_REDIRECTS = text("redirects to {targets:name}")
    UDP_ANSWERS = text("an RTMFP server answers")
    UDP_ANSWERS_FROM = text("an RTMFP server answers, but from another address: {sender:name}")
    UDP_ANSWERS_ELSEWHERE = text("an RTMFP server answers at the redirect target of {redirector:name}")
    KEYS = text("keys exchanged")
    PROXY = text("{proxy:name} allows it")
    STREAM_HELD = text("{code:name}, held for {held:duration}")
    STARTED = text("started")


class OutcomeCodes(Table, of="outcomes.codes"):
    """How one of several exchanges of a step ended, beside the failures (see messages/failures.py)."""

    OPEN = text("Open")
    ALIVE = text("Alive")
    COMPLETE = text("Complete")
    TOO_SLOW = text("Too slow")
    STOPPED = text("Stopped")
    TIME_EXCEEDED = text("Time exceeded")
    SILENT = text("No answer")
