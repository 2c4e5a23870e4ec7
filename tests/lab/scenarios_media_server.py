"""The media server itself, and what stands right before it: it hangs, hurries away, dawdles, or says no in its own way."""

from __future__ import annotations

from tests.lab.elements import Authority, MediaServer, start_nginx, start_peer
from tests.lab.scenario import Scenario
from tests.lab.world import NAME, SERVER, World

_ALL = MediaServer().ports
_ENCODER = {"rtmp": 1935}


def _says(fault: str, ports: dict[str, int] = _ALL) -> MediaServer:
    return MediaServer(ports=ports, faults=(fault,))


def _hangs_up(world: World, authority: Authority) -> None:
    start_peer(world, "server", "hangup", "1935", "reset", ready=["tcp 1935"])


def _after_bytes(world: World, authority: Authority) -> None:
    start_peer(world, "server", "cut", "1935", "1", "0", ready=["tcp 1935"])


def _after_a_while(world: World, authority: Authority) -> None:
    start_peer(world, "server", "cut", "1935", "1", "4", ready=["tcp 1935"])


def _nothing_behind(world: World, authority: Authority) -> None:
    """nginx as a load balancer: TCP on 1935 and TLS on 443, and no media server behind either."""
    pem = authority.certificate()
    start_nginx(
        world,
        "balancer",
        "server",
        f"stream {{ server {{ listen {SERVER}:1935; proxy_pass 127.0.0.1:1; }}\n"
        f"server {{ listen {SERVER}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; proxy_pass 127.0.0.1:1; }} }}\n",
        "tcp 1935",
        "tcp 443",
    )


def _bad_gateway(world: World, authority: Authority) -> None:
    page = f"server {{ listen {SERVER}:80; location / {{ proxy_pass http://127.0.0.1:1; }} }}"
    start_nginx(world, "gateway", "server", f"http {{ {page} }}", "tcp 80")


def _hung(world: World, authority: Authority) -> None:
    world.freeze("media")


MEDIA_SERVERS: tuple[Scenario, ...] = (
    # ---- it closes
    Scenario(
        "wrapped",
        "server-closes-connection",
        "an access list resets what was accepted",
        _hangs_up,
        server=None,
    ),
    Scenario(
        "cut-at-first-byte",
        "server-closes-connection",
        "a load balancer resets as soon as it has something to pass on",
        _after_bytes,
        server=None,
    ),
    Scenario(
        "cut-after-a-while",
        "server-closes-connection",
        "a load balancer gives up after four seconds of looking for a server",
        _after_a_while,
        also=("server-hung",),
        server=None,
    ),
    Scenario(
        "empty-balancer",
        "server-closes-connection",
        "nginx balances connections among servers that are all down",
        _nothing_behind,
        server=None,
    ),
    Scenario(
        "crashing",
        "server-closes-connection",
        "the media server dies in the middle of each handshake",
        server=_says("rtmp,rtmpt,rtmps=cut-s2-close:1460"),
    ),
    # ---- it hangs
    Scenario(
        "frozen-encoder-ingest",
        "server-hung",
        "the only port's process hangs",
        _hung,
        server=_says("slow:0", _ENCODER),
    ),
    Scenario(
        "undecided",
        "server-hung",
        "the application never decides",
        server=_says("rtmp,rtmpt,rtmps=no-answer"),
    ),
    Scenario(
        "undecided-ingest",
        "server-hung",
        "the same on a server with one port",
        server=_says("no-answer", _ENCODER),
    ),
    Scenario(
        "half-answer", "server-hung", "the handshake breaks off", server=_says("rtmp,rtmpt,rtmps=cut-s2:1200")
    ),
    Scenario(
        "babbling", "server-hung", "data without end, and no answer", server=_says("rtmp,rtmpt,rtmps=flood")
    ),
    # ---- it is slow
    Scenario(
        "late-ingest", "server-slow", "the only port takes six seconds", server=_says("slow:6", _ENCODER)
    ),
    Scenario(
        "late-a-little",
        "server-slow",
        "every port takes three seconds",
        server=_says("rtmp,rtmpt,rtmps=slow:3"),
    ),
    # ---- it says no
    Scenario(
        "full-of-viewers",
        "server-full",
        "a virtual host has reached its limit",
        server=_says(
            "reject:Rejected:[ Server.Reject ] : (_defaultRoot_, _defaultVHost_) : Resource.Limit.Exceeded."
        ),
    ),
    Scenario(
        "moves-on",
        "server-shutting-down",
        "Enhanced RTMP's request to connect again, as onStatus",
        server=_says("reject-as-status:ReconnectRequest:The streaming server is undergoing updates."),
    ),
    Scenario(
        "odd-words",
        "rejected-by-server",
        "a refusal in words that no list knows",
        server=_says("reject:Rejected:Zutritt nur mit gültigem Schlüssel"),
    ),
    Scenario(
        "says-no-by-status",
        "rejected-by-server",
        "SRS refuses by onStatus",
        server=_says("reject-as-status:Rejected:RTMP connect refused by hook"),
    ),
    Scenario(
        "just-closes", "rejected-by-server", "the command `close` and no word", server=_says("close-command")
    ),
    Scenario(
        "bad-gateway",
        "tunnel-not-offered",
        "the web server on port 80 does not reach the tunnel behind it",
        _bad_gateway,
        also=("rtmp-service-stopped",),
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
)
