"""Media servers with ways of their own, right and wrong, and addresses in the forms in which people paste them."""

from __future__ import annotations

import sys

from tests.lab.breaks import in_order
from tests.lab.elements import Authority, MediaServer, start_nginx
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, SERVER, World

_INGEST = MediaServer(ports={"rtmp": 1935})
_ALL = MediaServer().ports
_PLAY = ("--play", "cam1", "--i-own-this-stream")
_NEED_AUTH = "reject:Rejected:[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "
_SECURE, _TUNNEL = f"rtmps://{NAME}/live", f"rtmpt://{NAME}/live"


def _odd(manner: str, seconds: float = 0.0, address: str = SERVER, port: int = 1935) -> Break:
    """One of odd_media_servers.py."""

    def starts(world: World, authority: Authority) -> None:
        argv = [sys.executable, "-m", "tests.lab.odd_media_servers", address, str(port), manner, str(seconds)]
        world.start(manner, "server", argv, [f"tcp {port}"])

    return starts


def _inside_tls(manner: str, seconds: float = 0.0) -> Break:
    """The same on port 443, behind nginx, which ends TLS for it."""

    def front(world: World, authority: Authority) -> None:
        pem = authority.certificate()
        keys = f"ssl_certificate {pem}; ssl_certificate_key {pem};"
        body = f"stream {{ server {{ listen {SERVER}:443 ssl; {keys} proxy_pass 127.0.0.1:11935; }} }}"
        start_nginx(world, "tls", "server", body, "tcp 443")

    return in_order(_odd(manner, seconds, "127.0.0.1", 11935), front)


def _says(*faults: str, ports: dict[str, int] = _ALL) -> MediaServer:
    return MediaServer(ports=ports, faults=faults)


_WELL: tuple[Scenario, ...] = tuple(
    Scenario(f"odd-{manner}", "none", truth, _odd(manner), server=None)
    for manner, truth in (
        ("s2-after-c2", "S2 comes when C2 is there"),
        ("amf3", "connect is accepted in AMF3"),
        ("on-status", "connect is accepted by onStatus alone"),
        ("chunk-size", "the chunk size changes within the message that accepts"),
        ("ping-first", "connect is accepted when a ping has been answered"),
        ("controls-after", "control messages come behind the acceptance"),
        ("mute", "what comes behind connect is not answered, and nothing does"),
    )
) + tuple(
    Scenario(f"odd-{manner}-secure", "none", "likewise, inside TLS", _inside_tls(manner), server=None, url=_SECURE)
    for manner in ("s2-after-c2", "on-status", "chunk-size")
)  # fmt: skip

_WRONG: tuple[Scenario, ...] = (
    Scenario("late-s2", "server-slow", "S2 comes 2.5 s after S1", _odd("late-s2", 2.5), server=None),
    Scenario("late-s2-secure", "server-slow", "likewise, inside TLS", _inside_tls("late-s2", 2.5), server=None, url=_SECURE),
    Scenario("ping-and-hang", "server-hung", "a ping, and no decision", _odd("ping-and-hang"), server=None),
    Scenario("no-create-stream", "stream-refused", "createStream is not answered",
             _odd("mute"), server=None, arguments=_PLAY),
    Scenario("no-create-stream-secure", "stream-refused", "likewise, inside TLS",
             _inside_tls("mute"), server=None, url=_SECURE, arguments=_PLAY),
    Scenario("stream-not-found", "stream-refused", "the stream is not there",
             server=_says("play-not-found"), arguments=_PLAY),
    Scenario("stream-name-taken", "stream-refused", "another encoder publishes under this name",
             server=_says("publish-bad-name"), arguments=("--publish", "cam1", "--i-own-this-stream")),
    # ---- a challenge
    Scenario("token-at-once", "closed-after-accept", "a secureToken is sent, and the connection closed",
             server=_says("secure-token-at-once")),
    Scenario("token-soon", "closed-after-accept", "likewise a moment later, inside TLS",
             _inside_tls("token-closes", 0.2), server=None, url=_SECURE),
    Scenario("token-for-a-stream", "stream-refused", "a secureToken is sent, and without an answer there is no stream",
             server=_says("secure-token"), arguments=_PLAY),
    Scenario("token-unanswered", "none", "a secureToken is sent, and nothing is asked of the server",
             server=_says("secure-token", ports={"rtmp": 1935})),
    # ---- accepted and thrown out, by other transports
    Scenario("tunnel-accepted-then-closed", "closed-after-accept", "RTMPT: the session ends when it was accepted",
             server=_says("rtmpt=accept-then-close", ports={"rtmpt": 80}), url=_TUNNEL),
    Scenario("tunnel-accepted-then-rejected", "closed-after-accept", "RTMPT: the acceptance is taken back by onStatus",
             server=_says("rtmpt=accept-then-reject:Rejected:Token expired.", ports={"rtmpt": 80}), url=_TUNNEL),
    Scenario("rtmfp-accepted-then-closed", "closed-after-accept", "RTMFP: the session ends when it was accepted",
             server=_says("rtmfp=accept-then-close", ports={"rtmp": 1935, "rtmfp": 1935}), url=f"rtmfp://{NAME}/live"),
    Scenario("rtmfp-accepted-then-rejected", "closed-after-accept", "RTMFP: the acceptance is taken back by onStatus",
             server=_says("rtmfp=accept-then-reject:Rejected:No.", ports={"rtmp": 1935, "rtmfp": 1935}),
             url=f"rtmfp://{NAME}/live"),
    # ---- waits
    Scenario("swf-verification-over-http", "swf-verification-required", "SWF verification over RTMPT",
             server=_says("rtmpt=swf-verification", ports={"rtmpt": 80}), url=_TUNNEL),
    # ---- names and passwords
    Scenario("asks-again", "auth-required", "the name and password are asked for once more, without a reason",
             server=_says(_NEED_AUTH), url=f"rtmp://bob:wrong@{NAME}/live"),
    Scenario("wrong-password", "auth-required", "the password is wrong, and the server says so",
             server=_says("auth-adobe:bob:secret"), url=f"rtmp://bob:wrong@{NAME}/live"),
    Scenario("wrong-password-limelight", "auth-required", "likewise, by the other method, inside TLS",
             server=_says("rtmps=auth-llnw:bob:secret"), url=f"rtmps://bob:wrong@{NAME}/live"),
    Scenario("right-password", "none", "the password is right",
             server=_says("auth-adobe:bob:secret"), url=f"rtmp://bob:secret@{NAME}/live"),
)  # fmt: skip

_KEY = "Abcd1234efgh5678"

_PASTED: tuple[Scenario, ...] = (
    Scenario("pasted-quotes", "none", "the address in quotes", url=f"“rtmp://{NAME}/live”"),
    Scenario("pasted-with-key", "none", "the address and a key on two lines", url=f"Server: rtmp://{NAME}/live\nKey: {_KEY}"),
    Scenario("pasted-ffmpeg", "none", "an ffmpeg command line",
             url=f"ffmpeg -re -i a.mp4 -c copy -f flv rtmp://{NAME}/live/{_KEY}"),
    Scenario("pasted-rtmpdump", "none", "an rtmpdump command line without a URL", server=_INGEST,
             url=f"rtmpdump -n {NAME} -c 1935 -a live -y {_KEY} -o x.flv"),
    Scenario("pasted-rtmpdump-port", "server-not-listening", "the same with a port where nothing listens", server=None,
             url=f"rtmpdump -n {NAME} -c 1936 -a live -y {_KEY}"),
    Scenario("pasted-rtmpdump-application", "app-not-found", "the same with an application that there is not",
             url=f"rtmpdump --host={NAME} --app=liev --playpath={_KEY}"),
    Scenario("pasted-json", "app-not-found", "JSON with address and key, and the application is wrong",
             url=f'{{"server": "rtmp://{NAME}/liev", "key": "{_KEY}"}}'),
    Scenario("pasted-doubled", "none", "the scheme twice", url=f"rtmp://rtmp://{NAME}/live"),
    Scenario("pasted-librtmp", "none", "librtmp's options behind the address",
             url=f"rtmp://{NAME}/live playpath={_KEY} swfUrl=http://web.example/p.swf live=1"),
)  # fmt: skip

ODD_SERVERS: tuple[Scenario, ...] = (*_WELL, *_WRONG, *_PASTED)
