"""What one peer, and all of them together, may cost the embedded server."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds; times in seconds, sizes in bytes. Whoever exceeds one is disconnected."""

    connections: int = 256  # at once, on each listener
    all_connections: int = 512  # at once, on all of them
    all_bytes: int = (
        64 << 20
    )  # kept for all peers together: unfinished messages, what waits to be sent; RTMFP has its own
    handshake_s: float = 30.0  # from accept until `connect` was answered, or for one HTTP request to come
    idle_s: float = 600.0  # without a byte from the peer, once it is connected
    send_s: float = 30.0  # for the peer to take what was sent to it
    linger_s: float = 2.0  # for the peer to close after we did
    tunnel_idle_s: float = 60.0  # an RTMPT session without a request
    tunnel_sessions: int = 64
    rtmfp_sessions: int = 64
    rtmfp_session_bytes: int = 512 << 10  # of one session: fragments and messages that are not whole yet
    message_bytes: int = 4 << 20  # one RTMP message: a key frame fits
    outgoing_bytes: int = 4 << 20  # waiting to be sent to one peer
    http_body_bytes: int = 1 << 20  # of one request
