"""Faults and refusals of the server, and servers that offer little and have nothing wrong with them."""

from __future__ import annotations

from tests.lab.elements import Authority, MediaServer, start_nginx, start_peer
from tests.lab.scenario import Scenario
from tests.lab.world import NAME, ROUTER_WAN, SERVER, World

_ALL = MediaServer()
_ENCODER = MediaServer(ports={"rtmp": 1935})


def _faulty(*faults: str, server: MediaServer = _ALL) -> MediaServer:
    return MediaServer(server.ports, faults, server.certificate, server.applications, server.addresses)


def _drops_the_rest(world: World, authority: Authority) -> None:
    world.filter(
        "server",
        "chain input { type filter hook input priority 0; tcp dport != 1935 tcp flags syn drop; meta l4proto udp drop; }",
    )


def _nginx_rtmp_alone(world: World, authority: Authority) -> None:
    start_nginx(
        world,
        "origin",
        "server",
        f"rtmp {{ server {{ listen {SERVER}:1935; application live {{ live on; }} }} }}\n",
        "tcp 1935",
    )


def _knows_no_live(world: World, authority: Authority) -> None:
    start_nginx(
        world,
        "origin",
        "server",
        f"rtmp {{ server {{ listen {SERVER}:1935; application events {{ live on; }} }} }}\n",
        "tcp 1935",
    )


def _second_knows_it(world: World, authority: Authority) -> None:
    """Every second connection goes to a server of its own, which has the application."""
    start_nginx(
        world,
        "second",
        "server",
        f"rtmp {{ server {{ listen {SERVER}:1950; application live {{ live on; }} }} }}\n",
        "tcp 1950",
    )
    world.filter(
        "server",
        "chain turn { type nat hook prerouting priority -100; tcp dport 1935 numgen inc mod 2 1 redirect to :1950; }",
    )


def _web_alone(world: World, authority: Authority) -> None:
    page = f"server {{ listen {SERVER}:80; location / {{ return 404; }} }}"
    start_nginx(world, "origin", "server", f"http {{ {page} }}", "tcp 80")


def _web_and_rtmp(world: World, authority: Authority) -> None:
    _nginx_rtmp_alone(world, authority)
    start_nginx(
        world,
        "web",
        "server",
        f"http {{ server {{ listen {SERVER}:80; location / {{ return 404; }} }} }}",
        "tcp 80",
    )


def _ssh(world: World, authority: Authority) -> None:
    start_peer(world, "server", "banner", "1935", "SSH-2.0-OpenSSH_9.2", ready=["tcp 1935"])


def _host_off(world: World, authority: Authority) -> None:
    world.ip("server", "link set eth0 down")


def _hung(world: World, authority: Authority) -> None:
    world.freeze("media")


def _old_tls(world: World, authority: Authority) -> None:
    pem = authority.certificate()
    start_nginx(
        world,
        "old",
        "server",
        f"stream {{ server {{ listen {SERVER}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; "
        "ssl_protocols TLSv1.1; "
        "ssl_ciphers DEFAULT@SECLEVEL=0; proxy_pass 127.0.0.1:1; } }",
        "tcp 443",
    )


SERVERS: tuple[Scenario, ...] = (
    # ---- ordinary servers
    Scenario("encoder-ingest", "none", "a server that offers 1935 and refuses the rest", server=_ENCODER),
    Scenario(
        "encoder-ingest-filtered",
        "none",
        "a server that offers 1935 and drops the rest",
        _drops_the_rest,
        server=_ENCODER,
        core=True,
    ),
    Scenario("nginx-rtmp", "none", "nginx-rtmp, as it comes", _nginx_rtmp_alone, server=None),
    # ---- down, closed, hung
    Scenario("host-off", "server-down", "the machine is off", _host_off, also=("dns-stale-address",)),
    Scenario(
        "bans-us",
        "server-firewall",
        "the server's firewall drops everything from this customer",
        lambda world, authority: world.filter(
            "server", f"chain input {{ type filter hook input priority 0; ip saddr {ROUTER_WAN} drop; }}"
        ),
        also=("server-down",),
    ),
    Scenario(
        "bans-1935",
        "server-firewall",
        "the data centre drops 1935 to this server alone",
        lambda world, authority: world.forward(f"ip daddr {SERVER} tcp dport 1935 drop;", "provider"),
        core=True,
    ),
    Scenario(
        "no-rtmfp",
        "rtmfp-not-offered",
        "RTMFP was asked for, and the server has RTMP alone",
        server=_ENCODER,
        url=f"rtmfp://{NAME}/live",
    ),
    Scenario(
        "no-rtmfp-swallowed",
        "rtmfp-not-offered",
        "RTMFP was asked for, and the server's own firewall drops UDP",
        lambda world, authority: world.filter(
            "server", "chain input { type filter hook input priority 0; meta l4proto udp drop; }"
        ),
        url=f"rtmfp://{NAME}/live",
    ),
    Scenario("nothing-listens", "server-not-listening", "no server runs on the machine", server=None),
    Scenario(
        "web-without-rtmp",
        "rtmp-service-stopped",
        "the web server runs, the media server does not",
        _web_alone,
        server=None,
        also=("wrong-service-on-port", "server-not-listening"),
    ),
    Scenario("frozen", "server-hung", "the server's process hangs", _hung, core=True),
    Scenario(
        "late",
        "server-slow",
        "the server takes four seconds for its first answer",
        server=_faulty("rtmp,rtmpt,rtmps=slow:4"),
        also=("high-latency",),
    ),
    Scenario(
        "closes",
        "server-closes-connection",
        "the server closes every connection at once",
        server=_faulty("rtmp,rtmpt,rtmps=close-on-accept"),
    ),
    # ---- something else, somewhere else
    Scenario("ssh-on-1935", "wrong-service-on-port", "SSH answers on 1935", _ssh, server=None),
    Scenario(
        "other-port",
        "server-on-other-port",
        "RTMP is on 1936",
        server=MediaServer(ports={"rtmp": 1936, "http": 8134}),
        also=("rtmp-service-stopped",),
    ),
    Scenario(
        "no-tunnel",
        "tunnel-not-offered",
        "port 80 is a plain web server, the player wants RTMPT",
        _web_and_rtmp,
        server=None,
        url=f"rtmpt://{NAME}/live",
    ),
    Scenario(
        "rtmfp-redirect",
        "rtmfp-redirect-blocked",
        "the server redirects RTMFP to an address of its own network",
        server=_faulty("rtmfp=redirect:10.20.30.40:19350", server=MediaServer({"rtmp": 1935, "rtmfp": 1935})),
        url=f"rtmfp://{NAME}/live",
    ),
    # ---- TLS of the server
    Scenario(
        "expired",
        "certificate-expired",
        "the certificate has expired",
        server=MediaServer(certificate="expired"),
        url=f"rtmps://{NAME}/live",
        core=True,
    ),
    Scenario(
        "wrong-name",
        "certificate-wrong-host",
        "the certificate is for another name",
        server=MediaServer(certificate="wrong-host"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "unknown-authority",
        "certificate-untrusted",
        "an authority that nobody knows has signed",
        server=MediaServer(certificate="untrusted"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "missing-link",
        "certificate-chain-incomplete",
        "the intermediate certificate is not sent",
        server=MediaServer(certificate="chain-incomplete"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "self-signed",
        "certificate-self-signed",
        "the server made its certificate itself",
        server=MediaServer(certificate="self-signed"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "old-tls",
        "tls-version-mismatch",
        "the server speaks TLS 1.1 at most",
        _old_tls,
        server=_ALL.without("rtmps"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-not-on",
        "tls-not-enabled",
        "plain RTMP answers on 443",
        server=MediaServer(ports={"rtmp": 443, "rtmpt": 80}),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "no-443",
        "rtmps-not-offered",
        "nothing listens on 443",
        server=_ALL.without("rtmps"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "plain-to-tls",
        "rtmps-expected",
        "the address says rtmp, port 443 speaks TLS",
        url=f"rtmp://{NAME}:443/live",
    ),
    Scenario(
        "tls-to-plain",
        "rtmp-expected",
        "the address says rtmps on 1935, where plain RTMP answers",
        url=f"rtmps://{NAME}:1935/live",
        also=("tls-not-enabled",),
    ),
    # ---- reached and refused
    Scenario(
        "no-such-application",
        "app-not-found",
        "the server closes without a word: it has no such application",
        _knows_no_live,
        server=None,
        core=True,
    ),
    Scenario(
        "application-undefined",
        "app-not-found",
        "the server says that the application is not defined",
        server=_faulty("reject:InvalidApp:Application (live) is not defined."),
    ),
    Scenario(
        "application-on-one-of-two",
        "app-not-found",
        "a load balancer's first server lacks the application, and its second one has it",
        _second_knows_it,
        server=_faulty("reject:InvalidApp:Application (live) is not defined.", server=_ENCODER),
    ),
    Scenario(
        "not-you",
        "rejected-by-server",
        "the server declines this client",
        server=_faulty("reject:Rejected:[ AccessManager.Reject ] : Access denied."),
    ),
    Scenario(
        "sign-in",
        "auth-required",
        "the server wants a name and password",
        server=_faulty("reject:Rejected:[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : "),
    ),
    Scenario(
        "full",
        "server-full",
        "the server has no licence left for one more",
        server=_faulty(
            "reject:Rejected:[ License.Limit.Exceeded ] : Connection refused, licence limit exceeded."
        ),
    ),
    Scenario(
        "moved",
        "redirected",
        "the server sends clients to another one, which is not there",
        server=_faulty(f"redirect:rtmp://{SERVER}:1999/live"),
    ),
    Scenario(
        "moved-where-we-may-not",
        "redirected",
        "the server sends clients to its port 1999, which this network refuses",
        lambda world, authority: world.forward("tcp dport 1999 reject with tcp reset;"),
        server=_faulty(f"redirect:rtmp://{SERVER}:1999/live"),
    ),
    Scenario(
        "shutting-down",
        "server-shutting-down",
        "the application is being shut down",
        server=_faulty("reject:AppShutdown:Application is being shut down."),
    ),
    Scenario(
        "accepted-then-closed",
        "closed-after-accept",
        "the server accepts and closes",
        server=_faulty("accept-then-close"),
    ),
    Scenario(
        "accepted-then-rejected",
        "closed-after-accept",
        "the server accepts, and takes it back by onStatus, inside TLS",
        server=_faulty("rtmps=accept-then-reject:Rejected:Token expired."),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "bad-chunk-size",
        "server-violates-protocol",
        "the server sets a chunk size of 0",
        server=_faulty("bad-chunk-size"),
    ),
    Scenario(
        "bad-length",
        "server-violates-protocol",
        "the server announces a message of 16 MB",
        server=_faulty("bad-length", server=MediaServer({"rtmp": 1935})),
        url=f"rtmp://{NAME}:1935/live",
    ),
    Scenario(
        "swf-verification",
        "swf-verification-required",
        "the server asks for SWF verification",
        server=_faulty("swf-verification"),
    ),
    Scenario(
        "swf-verification-tunnel",
        "swf-verification-required",
        "the same inside TLS",
        server=_faulty("rtmps=swf-verification"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "other-transaction",
        "none",
        "connect is answered under another number",
        server=_faulty("other-transaction"),
    ),
)
