"""Faults on the customer's side and on the way: names, firewalls, inspection, proxies, the path."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.lab.breaks import in_order
from tests.lab.elements import (
    FORWARDING,
    Authority,
    MediaServer,
    public_records,
    start_dante,
    start_nginx,
    start_peer,
    start_squid,
    start_tinyproxy,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.world import (
    NAME,
    PROVIDER,
    REFERENCE,
    REFERENCE_NAME,
    RESOLVER,
    ROUTER,
    SERVER,
    SERVER6,
    SERVER_TWO,
    World,
)

_DNS = "udp dport 53 accept; tcp dport 53 accept;"
_OUT = "iifname lan"
# GET, POST, HEAD, OPTIONS, PUT: how a request of HTTP/1 begins
_HTTP_VERBS = "{ 0x47455420, 0x504f5354, 0x48454144, 0x4f505449, 0x50555420 }"
_FAKETIME = next(
    (str(p) for p in Path("/usr/lib").glob("*/faketime/libfaketime.so.1")),
    "/usr/lib/faketime/libfaketime.so.1",
)
_PROXY = f"http://{ROUTER}:3128"
_PROXY_SETTINGS = {"http_proxy": _PROXY, "https_proxy": _PROXY}


def _forward(rules: str, namespace: str = "router") -> Break:
    return lambda world, authority: world.forward(rules, namespace)


def _school(world: World, authority: Authority) -> None:
    """Web ports only, and on port 80 only what begins like HTTP; the rest there is reset."""
    world.forward(
        f"{_DNS} {_OUT} tcp dport != {{ 80, 443 }} drop; {_OUT} meta l4proto udp drop; "
        f"tcp dport 80 ct mark 0 @ih,0,32 != {_HTTP_VERBS} reject with tcp reset; tcp dport 80 @ih,0,8 >= 0 ct mark set 1;"
    )


def _hotel(world: World, authority: Authority) -> None:
    """A hotspot before the sign-in: every web page is the sign-in page, nothing else passes."""
    start_nginx(
        world,
        "portal",
        "router",
        f"http {{ server {{ listen {ROUTER}:8088; location / {{ return 307 http://login.hotel.example/welcome; }} }} }}",
        "tcp 8088",
    )
    world.redirect(f"{_OUT} tcp dport 80 redirect to :8088;")
    world.forward(f"{_DNS} {_OUT} tcp dport 443 reject with tcp reset; {_OUT} drop;")


def _portal_by_names(world: World, authority: Authority) -> None:
    """A hotspot whose name server gives its own address for every name."""
    page = f"listen {ROUTER}:80; location / {{ default_type text/html; return 200 '<h1>Welcome, please sign in</h1>'; }}"
    start_nginx(world, "portal", "router", f"http {{ server {{ {page} }} }}", "tcp 80")
    world.forward(f"{_OUT} drop;")


def _block_page(world: World, authority: Authority) -> None:
    """A page on the router for all whose name its name server redirects there."""
    page = f"listen {ROUTER}:80; location / {{ return 403 'This page is blocked.'; }}"
    start_nginx(world, "block-page", "router", f"http {{ server {{ {page} }} }}", "tcp 80")


def _deaf_router(world: World, authority: Authority) -> None:
    """The link is up, and nobody on it answers for the router's address."""
    world.ip("router", "link set lan arp off")
    world.ip("client", "neigh flush dev eth0")


def _silent_uplink(world: World, authority: Authority) -> None:
    """The line is there and carries nothing; the router's name server has nobody to ask."""
    world.forward("iifname lan drop;")
    world.filter("router", "chain out { type filter hook output priority 0; oifname wan drop; }")


def _transparent_proxy(world: World, authority: Authority) -> None:
    ports = f"http_port {ROUTER}:3129 intercept\nhttp_port {ROUTER}:3128\n"
    start_squid(world, ports + "http_access allow all", port=3129)
    world.redirect(f"{_OUT} tcp dport 80 redirect to :3129;")
    world.forward(f"{_OUT} tcp dport 1935 reject with tcp reset;")


def _proxy_refuses_tunnel(world: World, authority: Authority) -> None:
    ports = f"http_port {ROUTER}:3129 intercept\nhttp_port {ROUTER}:3128\n"
    rules = "acl tunnel urlpath_regex ^/(open|send|idle|fcs)/\nhttp_access deny tunnel\nhttp_access allow all"
    start_squid(world, ports + rules, port=3129)
    world.redirect(f"{_OUT} tcp dport 80 redirect to :3129;")
    world.forward(f"{_OUT} tcp dport {{ 1935, 443 }} drop;")


def _only_by_proxy(rules: str) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        start_squid(world, f"http_port {ROUTER}:3128\n{rules}")
        world.forward(f"{_OUT} drop;")

    return breaks


def _proxy_wants_a_password(world: World, authority: Authority) -> None:
    start_tinyproxy(world, "BasicAuth pupil secret")
    world.forward(f"{_OUT} drop;")


def _announced_proxy(world: World, authority: Authority) -> None:
    _announce(world, f'return "PROXY {ROUTER}:3128";')
    start_squid(world, f"http_port {ROUTER}:3128\nhttp_access allow all")
    world.forward(f"{_OUT} drop;")


def _announced_for_others(world: World, authority: Authority) -> None:
    """The script names a proxy for names of the house alone, and nothing listens there."""
    _announce(
        world, f'if (dnsDomainIs(host, ".house.example")) return "PROXY {ROUTER}:3128"; return "DIRECT";'
    )
    world.forward(f"{_OUT} drop;")


def _proxy_that_knows_the_name(world: World, authority: Authority) -> None:
    hosts = world.write("proxy-hosts", f"{SERVER} {NAME}\n")
    hosts.chmod(0o644)
    start_squid(world, f"http_port {ROUTER}:3128\nhosts_file {hosts}\nhttp_access allow all")
    world.forward(f"{_OUT} drop;")


def _announce(world: World, body: str) -> None:
    """A proxy configuration script where WPAD looks for it."""
    script = f"function FindProxyForURL(url, host) {{ {body} }}"
    start_nginx(
        world,
        "wpad",
        "router",
        f"http {{ server {{ listen {ROUTER}:80; location = /wpad.dat {{ default_type application/x-ns-proxy-autoconfig; "
        f"return 200 '{script}'; }} }} }}",
        "tcp 80",
    )


def _intercepted_tls(world: World, authority: Authority) -> None:
    """A box that ends TLS itself, for every server, with an authority that this computer does not know."""
    pem = authority.certificate("inspected", NAME, REFERENCE_NAME)
    start_nginx(
        world,
        "inspection",
        "router",
        f"stream {{ map $ssl_server_name $origin {{ {REFERENCE_NAME} {REFERENCE}:443; default {SERVER}:443; }} "
        f"server {{ listen {ROUTER}:8443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; proxy_pass $origin; "
        "proxy_ssl on; ssl_preread off; } }",
        "tcp 8443",
    )
    world.redirect(f"{_OUT} tcp dport 443 redirect to :8443;")


def _trusted_inspection(world: World, authority: Authority) -> None:
    """A box that ends TLS for every server with an authority that is installed here, and passes on web pages alone."""
    pem = authority.certificate("good", NAME, REFERENCE_NAME)
    start_nginx(
        world,
        "inspection",
        "router",
        f"http {{ server {{ listen {ROUTER}:8443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; "
        "location / { return 404; } } }",
        "tcp 8443",
    )
    world.redirect(f"{_OUT} tcp dport 443 redirect to :8443;")


def _portal_by_511(world: World, authority: Authority) -> None:
    """A hotspot that says by RFC 6585 what it wants."""
    page = "default_type text/html; return 511 '<h1>Sign in</h1>';"
    start_nginx(
        world,
        "portal",
        "router",
        f"http {{ server {{ listen {ROUTER}:8088; location / {{ {page} }} }} }}",
        "tcp 8088",
    )
    world.redirect(f"{_OUT} tcp dport 80 redirect to :8088;")
    world.forward(f"{_DNS} {_OUT} reject with tcp reset;")


def _only_by_socks(world: World, authority: Authority) -> None:
    start_dante(world)
    world.forward(f"{_OUT} drop;")


def _reset_tls_by_name(world: World, authority: Authority) -> None:
    what = f"-p tcp --dport 443 -m string --algo bm --string {NAME}"
    world.run_in("router", "iptables", *f"-A FORWARD -i lan {what} -j REJECT --reject-with tcp-reset".split())


def _accepts_all(world: World, authority: Authority) -> None:
    start_peer(world, "router", "tarpit", "9999", ready=["tcp 9999"])
    world.redirect(f"{_OUT} meta l4proto tcp redirect to :9999;")


def _narrow_link(icmp: bool) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        world.ip("router", "link set wan mtu 1300")
        world.ip("provider", "link set customer mtu 1300")
        if not icmp:
            for namespace in ("router", "provider"):
                world.filter(
                    namespace,
                    "chain silent { type filter hook output priority 0; icmp type destination-unreachable drop; }",
                )

    return breaks


def _satellite(world: World, authority: Authority) -> None:
    """The router's line to the provider goes over a relay that holds every packet for 0.7 s, there and back."""
    address = "192.0.2.134"
    for namespace in ("router", "provider"):
        world.ip(namespace, "tuntap add dev sky mode tun")
        world.ip(namespace, "link set sky up")
    world.ip("router", f"addr add {address}/32 dev sky")
    world.ip("router", "route replace default dev sky")
    world.ip("provider", f"route add {address}/32 dev sky")
    world.filter("router", "chain sky { type nat hook postrouting priority 101; oifname sky masquerade; }")
    relay = [sys.executable, "-m", "tests.lab.long_line", "0.7", "router", "sky", "provider", "sky"]
    world.start("sky", "router", relay)


def _no_uplink(world: World, authority: Authority) -> None:
    world.ip("router", f"route del default via {PROVIDER}")


def _router_off(world: World, authority: Authority) -> None:
    world.ip("router", "link set lan down")


def _held_connections(world: World, authority: Authority) -> None:
    world.forward(f"{_OUT} tcp dport 1935 ct state new ct count over 4 reject with tcp reset;")


def _forgetful(world: World, authority: Authority) -> None:
    kernel = {
        "net.netfilter.nf_conntrack_tcp_timeout_established": "5",
        "net.netfilter.nf_conntrack_tcp_loose": "0",
    }
    world.sysctl("router", kernel)
    world.forward("ct state invalid drop;")


def _upload_limit(world: World, authority: Authority) -> None:
    world.sysctl("router", {"net.netfilter.nf_conntrack_acct": "1"})
    world.forward("tcp dport 1935 ct original bytes > 30000 reject with tcp reset;")


def _slow_lane(world: World, authority: Authority) -> None:
    world.forward("tcp dport 1935 limit rate over 6 kbytes/second burst 4 kbytes drop;")


NETWORK: tuple[Scenario, ...] = (
    Scenario("healthy", "none", "nothing is wrong", core=True),
    Scenario(
        "both-families",
        "none",
        "a name with IPv4 and IPv6, both work",
        server=MediaServer(addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    Scenario(
        "narrow-link", "none", "a link of 1300 bytes, and path MTU discovery works", _narrow_link(icmp=True)
    ),
    # ---- names
    Scenario(
        "no-such-name",
        "dns-name-not-found",
        "a typing error in the server's name",
        url="rtmp://medai.example.net/live",
        core=True,
    ),
    Scenario(
        "name-filtered",
        "dns-filtered",
        "the school's name server refuses to know the server",
        resolver=(f"--address=/{NAME}/", *FORWARDING),
        core=True,
    ),
    Scenario(
        "name-points-to-block-page",
        "dns-hijacked",
        "the customer's name server gives the address of a block page",
        _block_page,
        resolver=(f"--address=/{NAME}/{ROUTER}", *FORWARDING),
        also=("dns-filtered",),
    ),
    Scenario(
        "resolver-fails",
        "dns-server-failure",
        "the name server answers SERVFAIL",
        lambda world, authority: start_peer(world, "router", "servfail", ROUTER, ready=["udp 53"]),
        resolver=None,
    ),
    Scenario(
        "resolver-gone",
        "dns-no-answer",
        "nobody answers at the configured name server's address",
        resolver=None,
    ),
    Scenario(
        "private-address",
        "dns-private-address",
        "public DNS gives an address of a private network",
        public=tuple(public_records("192.168.77.5")),
    ),
    Scenario(
        "stale-address",
        "dns-stale-address",
        "the name still has the address of a machine that is gone",
        public=tuple(public_records("198.51.100.77")),
        also=("server-down",),
    ),
    Scenario(
        "only-ipv6",
        "ipv6-only-name",
        "the name has an IPv6 address alone, and this network has no IPv6",
        lambda world, authority: world.ip("client", "-6 route del default via 2001:db8:8::1"),
        public=tuple(public_records(SERVER6)),
    ),
    Scenario(
        "ipv6-broken",
        "ipv6-broken",
        "IPv6 goes nowhere, IPv4 works",
        _forward("meta nfproto ipv6 meta l4proto { tcp, udp } drop;", "provider"),
        server=MediaServer(addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    Scenario(
        "one-dead-address",
        "one-address-dead",
        "one of the name's two addresses is not served",
        _forward(f"ip daddr {SERVER_TWO} drop;", "provider"),
        public=(f"--host-record={NAME},{SERVER}", f"--host-record={NAME},{SERVER_TWO}", *public_records()),
    ),
    Scenario(
        "hosts-file",
        "hosts-file-override",
        "an old line of the hosts file sends the name elsewhere",
        hosts=f"{SERVER_TWO} {NAME}",
    ),
    Scenario(
        "first-resolver-dead",
        "dns-slow",
        "the first of two name servers does not answer",
        lambda world, authority: world.filter(
            "router", "chain in { type filter hook input priority 0; iifname lan udp dport 53 drop; }"
        ),
        resolvers=(ROUTER, RESOLVER),
    ),
    Scenario(
        "split-horizon",
        "none",
        "inside, the name has another address, and it works",
        server=MediaServer(addresses=(SERVER, SERVER_TWO)),
        resolver=(f"--host-record={NAME},{SERVER_TWO}", *FORWARDING),
    ),
    Scenario(
        "name-is-nobody",
        "dns-filtered",
        "the name server gives 0.0.0.0 for the server",
        resolver=(f"--address=/{NAME}/0.0.0.0", *FORWARDING),
    ),
    # ---- this computer and its network
    Scenario(
        "router-off",
        "gateway-unreachable",
        "the router does not answer",
        _router_off,
        also=("local-network-down",),
    ),
    Scenario("router-deaf", "gateway-unreachable", "the router does not answer on the link", _deaf_router),
    Scenario("no-uplink", "no-internet", "the router has lost its line", _no_uplink),
    Scenario("line-dead", "no-internet", "the router's line carries nothing", _silent_uplink),
    Scenario(
        "own-firewall",
        "local-firewall",
        "security software on this computer forbids port 1935",
        lambda world, authority: world.filter(
            "client", "chain out { type filter hook output priority 0; tcp dport 1935 reject; }"
        ),
    ),
    # ---- firewalls by port
    Scenario(
        "port-dropped",
        "port-blocked",
        "the firewall drops 1935",
        _forward(f"{_OUT} tcp dport 1935 drop;"),
        core=True,
    ),
    Scenario(
        "port-prohibited",
        "port-blocked",
        "the firewall prohibits 1935 and says so",
        _forward(f"{_OUT} tcp dport 1935 reject with icmp type admin-prohibited;"),
    ),
    Scenario(
        "web-ports-only",
        "only-web-ports-allowed",
        "only 80 and 443 pass",
        _forward(
            f"{_DNS} {_OUT} tcp dport != {{ 80, 443 }} reject with tcp reset; {_OUT} meta l4proto udp drop;"
        ),
    ),
    Scenario(
        "https-only",
        "only-https-allowed",
        "only 443 passes",
        _forward(f"{_DNS} {_OUT} tcp dport != 443 drop; {_OUT} meta l4proto udp drop;"),
    ),
    Scenario("nothing-passes", "egress-blocked", "only name lookups pass", _forward(f"{_DNS} {_OUT} drop;")),
    Scenario(
        "udp-dropped",
        "udp-blocked",
        "the firewall drops UDP",
        _forward(f"{_DNS} {_OUT} meta l4proto udp reject with icmp type admin-prohibited;"),
    ),
    Scenario(
        "udp-swallowed-alone",
        "udp-blocked",
        "RTMFP was asked for, and the firewall drops UDP without a word",
        _forward(f"{_DNS} {_OUT} meta l4proto udp drop;"),
        server=MediaServer({"rtmp": 1935, "rtmfp": 1935}),
        url=f"rtmfp://{NAME}/live",
    ),
    Scenario(
        "few-connections-a-minute",
        "connection-rate-limited",
        "more than four new connections at once are dropped",
        _forward(f"{_OUT} tcp dport 1935 ct state new limit rate over 12/minute burst 4 packets drop;"),
        deep=True,
        also=("connection-count-limited",),
    ),
    Scenario(
        "few-connections-at-once",
        "connection-count-limited",
        "four connections may be open at a time",
        _held_connections,
        deep=True,
        also=("connection-rate-limited",),
    ),
    # ---- what looks into the traffic
    Scenario("school", "non-http-blocked", "the firewall lets only web pages through", _school, core=True),
    Scenario(
        "rtmp-recognised",
        "rtmp-blocked",
        "a filter drops what begins like RTMP's handshake",
        _forward("ct mark 0x77 drop; meta l4proto tcp meta length > 900 @ih,0,8 0x03 ct mark set 0x77 drop;"),
        core=True,
    ),
    Scenario(
        "rtmpe-recognised",
        "rtmpe-blocked",
        "a filter resets what begins like RTMPE's handshake",
        _forward("meta l4proto tcp meta length > 900 @ih,0,8 0x06 reject with tcp reset;"),
        url=f"rtmpe://{NAME}/live",
    ),
    Scenario(
        "upload-limit",
        "upload-cut",
        "connections are reset once 30 kB have gone up",
        _upload_limit,
        deep=True,
    ),
    Scenario(
        "slow-lane", "throttled", "1935 is policed to 6 kB/s", _slow_lane, deep=True, also=("packet-loss",)
    ),
    Scenario(
        "accepts-all",
        "middlebox-accepts-all",
        "a box answers every connection itself and says nothing",
        _accepts_all,
    ),
    # ---- proxies and portals
    Scenario(
        "transparent-proxy",
        "transparent-proxy",
        "a proxy takes all web traffic",
        _transparent_proxy,
        needs=("squid",),
        core=True,
        also=("port-blocked",),
    ),
    Scenario(
        "proxy-refuses-tunnel",
        "proxy-blocks-tunnel",
        "the proxy in the way refuses RTMPT's requests",
        _proxy_refuses_tunnel,
        needs=("squid",),
    ),
    Scenario(
        "proxy-required",
        "proxy-required",
        "only the configured proxy goes out",
        _only_by_proxy("http_access allow all"),
        environment=_PROXY_SETTINGS,
        needs=("squid",),
        core=True,
    ),
    Scenario(
        "proxy-announced",
        "proxy-required",
        "only a proxy that the network announces goes out",
        _announced_proxy,
        resolver=(f"--host-record=wpad.school.example,{ROUTER}", *FORWARDING),
        needs=("squid",),
        also=("egress-blocked",),
    ),
    Scenario(
        "proxy-password",
        "proxy-auth-required",
        "the proxy wants a name and password",
        _proxy_wants_a_password,
        environment={"http_proxy": f"http://{ROUTER}:8888", "https_proxy": f"http://{ROUTER}:8888"},
        needs=("tinyproxy",),
    ),
    Scenario(
        "proxy-wrong-password",
        "proxy-auth-required",
        "the proxy does not accept the name and password that are set",
        _proxy_wants_a_password,
        environment={
            "http_proxy": f"http://pupil:wrong@{ROUTER}:8888",
            "https_proxy": f"http://pupil:wrong@{ROUTER}:8888",
        },
        needs=("tinyproxy",),
    ),
    Scenario(
        "proxy-announced-for-others",
        "egress-blocked",
        "nothing goes out; a script announces a dead proxy for other names",
        _announced_for_others,
        resolver=(f"--host-record=wpad.school.example,{ROUTER}", *FORWARDING),
    ),
    Scenario(
        "proxy-knows-the-name",
        "proxy-required",
        "only the proxy goes out, and only it knows the server's name",
        _proxy_that_knows_the_name,
        resolver=(f"--local=/{NAME}/", *FORWARDING),
        environment=_PROXY_SETTINGS,
        needs=("squid",),
    ),
    Scenario(
        "each-family-elsewhere",
        "port-blocked",
        "this network rejects 1935 over IPv6; over IPv4 the provider drops it to this server alone",
        in_order(
            _forward("meta nfproto ipv6 tcp dport 1935 reject with icmpv6 type admin-prohibited;"),
            _forward(f"ip daddr {SERVER} tcp dport 1935 drop;", "provider"),
        ),
        server=MediaServer(addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    Scenario(
        "proxy-gone",
        "proxy-unreachable",
        "the configured proxy is not there; everything works without it",
        environment={"http_proxy": f"http://{ROUTER}:3333", "https_proxy": f"http://{ROUTER}:3333"},
    ),
    Scenario(
        "proxy-denies-server",
        "proxy-denies-server",
        "the proxy refuses this server by name",
        _only_by_proxy(f"acl banned dstdomain {NAME}\nhttp_access deny banned\nhttp_access allow all"),
        environment=_PROXY_SETTINGS,
        needs=("squid",),
    ),
    Scenario("hotel", "captive-portal", "a hotspot before the sign-in", _hotel, core=True),
    Scenario(
        "portal-by-names",
        "captive-portal",
        "a hotspot that gives every name its own address",
        _portal_by_names,
        resolver=(f"--address=/#/{ROUTER}",),
    ),
    Scenario("portal-by-511", "captive-portal", "a hotspot that answers with HTTP 511", _portal_by_511),
    Scenario(
        "socks-only",
        "proxy-required",
        "only a SOCKS5 proxy goes out",
        _only_by_socks,
        environment={"all_proxy": f"socks5://{ROUTER}:1080"},
        needs=("danted",),
    ),
    # ---- TLS on the way
    Scenario(
        "tls-inspected-with-trust",
        "tls-intercepted",
        "a box opens TLS with an authority that is installed here, and passes on web pages alone",
        _trusted_inspection,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-swallowed",
        "tls-blocked",
        "a filter drops what begins like TLS, for every server",
        _forward("tcp dport 443 @ih,0,8 0x16 drop;"),
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "clock-in-1999",
        "client-clock-wrong",
        "this computer believes that it is 1999",
        url=f"rtmps://{NAME}/live",
        environment={"LD_PRELOAD": _FAKETIME, "FAKETIME": "-9900d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
        needs=(_FAKETIME,),
    ),
    Scenario(
        "tls-inspected",
        "tls-intercepted",
        "a box opens TLS with an authority unknown here",
        _intercepted_tls,
        url=f"rtmps://{NAME}/live",
    ),
    Scenario(
        "tls-by-name",
        "tls-blocked",
        "a filter resets TLS for the server's name",
        _reset_tls_by_name,
        url=f"rtmps://{NAME}/live",
        needs=("iptables",),
    ),
    # ---- the path
    Scenario(
        "mtu-black-hole",
        "mtu-black-hole",
        "a link of 1300 bytes, and nobody says so",
        _narrow_link(icmp=False),
        core=True,
    ),
    Scenario("satellite", "high-latency", "every answer takes 1.4 s, whoever gives it", _satellite),
    Scenario(
        "lossy",
        "packet-loss",
        "a third of all packets is lost",
        _forward("numgen random mod 100 < 33 drop;"),
        deep=True,
    ),
    Scenario(
        "forgetful-nat",
        "idle-timeout",
        "the router forgets connections after five quiet seconds",
        _forgetful,
        deep=True,
    ),
)
