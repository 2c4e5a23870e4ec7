"""Causes that one mechanism alone had shown, by another: other programs, other places, other ways to say no."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.lab.elements import (
    Authority,
    MediaServer,
    public_records,
    start_media_server,
    start_nginx,
    start_squid,
    start_tinyproxy,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.world import (
    NAME,
    ROUTER,
    SERVER,
    SERVER6,
    SERVER_TWO,
    World,
)

_OUT = "iifname lan"
_DNS = "udp dport 53 accept; tcp dport 53 accept;"
_HTTP_VERBS = "{ 0x47455420, 0x504f5354, 0x48454144, 0x4f505449, 0x50555420 }"
_FAKETIME = next(
    (str(p) for p in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")),
    "/usr/lib/faketime/libfaketime.so.1",
)
_INGEST = MediaServer(ports={"rtmp": 1935})
_SECURE, _TUNNEL = f"rtmps://{NAME}/live", f"rtmpt://{NAME}/live"
_PROXY = dict.fromkeys(("http_proxy", "https_proxy"), f"http://{ROUTER}:8888")


def _forward(rules: str) -> Break:
    return lambda world, authority: world.forward(rules)


def _ip(namespace: str, *commands: str) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        for command in commands:
            world.ip(namespace, command)

    return breaks


def _on_this_computer(rules: str) -> Break:
    chain = "chain out { type filter hook output priority 0;"
    return lambda world, authority: world.filter("client", f"{chain} {rules} }}")


def _without_ipv6(world: World, authority: Authority) -> None:
    world.sysctl("client", {"net.ipv6.conf.all.disable_ipv6": "1"})


def _filter_with_a_name(world: World, authority: Authority) -> None:
    """A box that carries web requests on, and answers everything else by a page of its own."""
    relay = [sys.executable, "-m", "tests.lab.odd_boxes", "relay", "9998", "proxy-page"]
    world.start("filter", "router", relay, ["tcp 9998"])
    world.redirect(f"{_OUT} tcp dport 80 redirect to :9998;")


def _banning_tinyproxy(world: World, authority: Authority) -> None:
    banned = world.write("banned", "media\\.example\\.net\n")
    start_tinyproxy(world, f'Filter "{banned}"')
    world.forward(f"{_OUT} drop;")


def _squid_by_method(world: World, authority: Authority) -> None:
    ports = f"http_port {ROUTER}:3129 intercept\nhttp_port {ROUTER}:3128\n"
    rules = "acl sends method POST\nhttp_access deny sends\nhttp_access allow all"
    start_squid(world, ports + rules, port=3129)
    world.redirect(f"{_OUT} tcp dport 80 redirect to :3129;")
    world.forward(f"{_OUT} tcp dport {{ 1935, 443 }} reject with tcp reset;")


def _tunnel_behind_tls(kind: str) -> Break:
    """RTMPTS: nginx with such a certificate before the tunnel."""

    def breaks(world: World, authority: Authority) -> None:
        behind = MediaServer(ports={"rtmpt": 18080}, addresses=("127.0.0.1",))
        start_media_server(world, behind, authority)
        pem = authority.certificate(kind)
        body = f"listen {SERVER}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem};"
        place = "location / { proxy_pass http://127.0.0.1:18080; }"
        start_nginx(world, "front", "server", f"http {{ server {{ {body} {place} }} }}", "tcp 443")

    return breaks


def _openssl(*options: str) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        pem = str(authority.certificate())
        command = ["openssl", "s_server", "-accept", "443", "-quiet", "-cert", pem, "-key", pem, *options]
        world.start("s_server", "server", command, ["tcp 443"])

    return breaks


def _nginx_rtmp(port: int) -> Break:
    body = f"rtmp {{ server {{ listen {SERVER}:{port}; application live {{ live on; }} }} }}\n"
    return lambda world, authority: start_nginx(world, "origin", "server", body, f"tcp {port}")


def _tls_by_nginx(port: int) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        behind = MediaServer(ports={"rtmp": 11935}, addresses=("127.0.0.1",))
        start_media_server(world, behind, authority)
        pem = authority.certificate()
        keys = f"ssl_certificate {pem}; ssl_certificate_key {pem};"
        body = f"stream {{ server {{ listen {SERVER}:{port} ssl; {keys} proxy_pass 127.0.0.1:11935; }} }}"
        start_nginx(world, "tls", "server", body, f"tcp {port}")

    return breaks


def _far_server(world: World, authority: Authority) -> None:
    """The server's own line takes 0.6 s each way; everybody else's is fast."""
    for namespace in ("provider", "server"):
        world.ip(namespace, "tuntap add dev far mode tun")
        world.ip(namespace, "link set far up")
    world.ip("provider", f"route add {SERVER}/32 dev far")
    world.ip("server", "route replace default dev far")
    line = [sys.executable, "-m", "tests.lab.long_line", "0.6", "provider", "far", "server", "far"]
    world.start("far", "provider", line)


SECOND_MECHANISMS: tuple[Scenario, ...] = (
    # ---- this computer
    Scenario("clock-ahead", "client-clock-wrong", "this computer's clock is 400 days ahead", url=_SECURE, needs=(_FAKETIME,),
             server=MediaServer(certificate="short-lived"),
             environment={"LD_PRELOAD": _FAKETIME, "FAKETIME": "+400d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}),
    Scenario("own-route-prohibits", "local-firewall", "this computer's routing table forbids the server's network",
             _ip("client", "route add prohibit 198.51.100.0/24")),
    Scenario("own-firewall-by-icmp", "local-firewall", "security software prohibits 1935 in so many words",
             _on_this_computer("tcp dport 1935 reject with icmp type admin-prohibited;")),
    Scenario("only-ipv6-and-none-here", "ipv6-only-name", "IPv6 is switched off on this computer",
             _without_ipv6, public=tuple(public_records(SERVER6))),
    # ---- firewalls
    Scenario("https-only-rejects", "only-https-allowed", "only 443 passes, and the rest is prohibited in so many words",
             _forward(f"{_DNS} {_OUT} tcp dport != 443 reject with icmp type admin-prohibited; "
                      f"{_OUT} meta l4proto udp reject with icmp type admin-prohibited;")),
    Scenario("school-that-drops", "non-http-blocked", "only web ports, and on 80 what is no HTTP is dropped",
             _forward(f"{_DNS} {_OUT} tcp dport != {{ 80, 443 }} reject with icmp type admin-prohibited; "
                      f"{_OUT} meta l4proto udp drop; ct mark 0x7 drop; "
                      f"tcp dport 80 ct mark 0 @ih,0,32 != {_HTTP_VERBS} ct mark set 0x7 drop; "
                      "tcp dport 80 @ih,0,8 >= 0 ct mark set 1;"),
             also=("only-web-ports-allowed",)),
    Scenario("rtmpe-swallowed", "rtmpe-blocked", "a filter drops what begins like RTMPE's handshake",
             _forward("ct mark 0x78 drop; meta l4proto tcp meta length > 900 @ih,0,8 0x06 ct mark set 0x78 drop;"),
             url=f"rtmpe://{NAME}/live"),
    # ---- proxies
    Scenario("filter-with-a-name", "transparent-proxy", "a box takes all web traffic and names itself; RTMP is asked for on 80",
             _filter_with_a_name, url=f"rtmp://{NAME}:80/live"),
    Scenario("box-takes-no-posts", "proxy-blocks-tunnel", "the proxy in the way takes no POST",
             _squid_by_method, url=_TUNNEL, needs=("squid",)),
    Scenario("tinyproxy-bans", "proxy-denies-server", "another proxy has this server on its list",
             _banning_tinyproxy, environment=_PROXY, needs=("tinyproxy",)),
    # ---- certificates and TLS
    Scenario("tunnel-untrusted", "certificate-untrusted", "RTMPTS behind nginx with an authority that nobody knows",
             _tunnel_behind_tls("untrusted"), server=None, url=f"rtmpts://{NAME}/live"),
    Scenario("tunnel-missing-link", "certificate-chain-incomplete", "RTMPTS behind nginx without the intermediate certificate",
             _tunnel_behind_tls("chain-incomplete"), server=None, url=f"rtmpts://{NAME}/live"),
    Scenario("not-yet-valid", "certificate-not-yet-valid", "the certificate begins in two days",
             server=MediaServer(certificate="not-yet-valid"), url=_SECURE),
    Scenario("tunnel-not-yet-valid", "certificate-not-yet-valid", "likewise, of nginx before RTMPTS",
             _tunnel_behind_tls("not-yet-valid"), server=None, url=f"rtmpts://{NAME}/live"),
    Scenario("tls-1-alone", "tls-version-mismatch", "OpenSSL's server speaks TLS 1.0 alone",
             _openssl("-tls1", "-cipher", "ALL:@SECLEVEL=0"), server=_INGEST, url=_SECURE),
    Scenario("nginx-rtmp-on-443", "tls-not-enabled", "nginx-rtmp on 443, without TLS",
             _nginx_rtmp(443), server=None, url=_SECURE),
    Scenario("nginx-rtmp-alone-secure", "rtmps-not-offered", "nginx-rtmp on 1935, and RTMPS is asked for",
             _nginx_rtmp(1935), server=None, url=_SECURE),
    Scenario("plain-to-nginx-tls", "rtmps-expected", "the address says rtmp, and nginx's TLS is on that port",
             _tls_by_nginx(1936), server=None, url=f"rtmp://{NAME}:1936/live"),
    Scenario("tls-to-nginx-rtmp", "rtmp-expected", "the address says rtmps, and nginx-rtmp is on that port",
             _nginx_rtmp(1936), server=None, url=f"rtmps://{NAME}:1936/live", also=("tls-not-enabled",)),
    # ---- the path
    Scenario("far-server", "high-latency", "every answer of the server takes 1.2 s", _far_server, also=("server-slow",)),
    # ---- the server
    Scenario("rtmpe-refused", "rtmpe-not-offered", "the server hangs up when it is asked for RTMPE",
             server=MediaServer(ports={"rtmp": 1935}, faults=("rtmpe-off",)), url=f"rtmpe://{NAME}/live"),
    Scenario("rtmpe-ignored", "rtmpe-not-offered", "the server answers RTMPE in clear",
             server=MediaServer(ports={"rtmp": 1935}, faults=("rtmpe-plain",)), url=f"rtmpe://{NAME}/live"),
    Scenario("rtmpe-of-nginx", "rtmpe-not-offered", "nginx-rtmp is asked for RTMPE",
             _nginx_rtmp(1935), server=None, url=f"rtmpe://{NAME}/live"),
    Scenario("rtmfp-redirect-filtered", "rtmfp-redirect-blocked", "RTMFP is redirected to a port that the firewall drops",
             _forward("udp dport 19350 drop;"), url=f"rtmfp://{NAME}/live",
             server=MediaServer(ports={"rtmp": 1935, "rtmfp": 1935}, faults=(f"rtmfp=redirect:{SERVER_TWO}:19350",))),
    Scenario("tunnel-bad-chunk-size", "server-violates-protocol", "a chunk size of 0 inside RTMPT",
             server=MediaServer(ports={"rtmpt": 80}, faults=("rtmpt=bad-chunk-size",)), url=_TUNNEL),
)  # fmt: skip
