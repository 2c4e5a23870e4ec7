"""Networks and servers that nobody wrote a rule for, and that have nothing wrong with them: each must be said to be well.

What a server does not offer accuses nobody, and neither does a website's certificate where no RTMP is inside. A limit of
connections for each address is one of the server's ordinary settings: with the deep tests it may be named as what it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from tests.lab.breaks import in_order
from tests.lab.elements import (
    FORWARDING,
    Authority,
    MediaServer,
    public_records,
    start_media_server,
    start_nginx,
    start_squid,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, RESOLVER, ROUTER, SERVER, SERVER6, SERVER_TWO, World
from tests.peers.install import NODE_MODULES, PYTHON_PATH
from tests.peers.python_server import PYRTMP, RTMPLITE

_INGEST = MediaServer(ports={"rtmp": 1935})
_ALONE = ("--control", "none", "--resolver", "none")
_SITE = "location / { default_type text/html; return 200 '<h1>Welcome</h1>'; }"
_NODE_MEDIA_SERVER = 'const N = require(process.argv[1]); new N(JSON.parse(process.argv[2]), "").run();'


def start_relay(world: World, namespace: str, behaviour: str, *arguments: object, ready: str) -> None:
    """One of server_peers.py."""
    argv = [sys.executable, "-m", "tests.lab.server_peers", behaviour, *map(str, arguments)]
    world.start(f"{behaviour}-{arguments[0]}", namespace, argv, [ready])


def start_website(world: World, authority: Authority, kind: str = "good") -> None:
    """nginx on 80, which sends visitors on to 443, and 443 with a certificate of that kind."""
    pem = authority.certificate(kind)
    start_nginx(
        world,
        "site",
        "server",
        f"http {{ server {{ listen {SERVER}:80; return 301 https://$host$request_uri; }}\n"
        f"server {{ listen {SERVER}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; {_SITE} }} }}",
        "tcp 80",
        "tcp 443",
    )


def _beside_a_website(kind: str) -> Break:
    return lambda world, authority: start_website(world, authority, kind)


def _on_input(rules: str, namespace: str = "server") -> Break:
    chain = "chain filtered { type filter hook input priority 0; ct state established,related accept; iif lo accept; "
    return lambda world, authority: world.filter(namespace, f"{chain} {rules} }}")


def _silent_routers(world: World, authority: Authority) -> None:
    for namespace in ("router", "provider"):
        chain = "chain quiet { type filter hook output priority 0;"
        world.filter(namespace, f"{chain} icmp type time-exceeded drop; icmpv6 type time-exceeded drop; }}")


def _sparing_routers(world: World, authority: Authority) -> None:
    """One ICMP error a second to each address, which is what Linux does when nobody tells it otherwise."""
    for namespace in ("router", "provider", "server"):
        world.sysctl(namespace, {"net.ipv4.icmp_ratelimit": "1000", "net.ipv4.icmp_ratemask": "6168"})
    limit = "icmp type time-exceeded limit rate over 1/second burst 1 packets drop;"
    for namespace in ("router", "provider"):
        world.filter(namespace, f"chain spare {{ type filter hook output priority 0; {limit} }}")


def long_line(seconds: float) -> Break:
    """The router's line to the provider takes that long each way."""

    def breaks(world: World, authority: Authority) -> None:
        address = "192.0.2.134"
        for namespace in ("router", "provider"):
            world.ip(namespace, "tuntap add dev sea mode tun")
            world.ip(namespace, "link set sea up")
        world.ip("router", f"addr add {address}/32 dev sea")
        world.ip("router", "route replace default dev sea")
        world.ip("provider", f"route add {address}/32 dev sea")
        world.filter(
            "router", "chain sea { type nat hook postrouting priority 101; oifname sea masquerade; }"
        )
        line = ["-m", "tests.lab.long_line", str(seconds), "router", "sea", "provider", "sea"]
        world.start("sea", "router", [sys.executable, *line])

    return breaks


def _behind(behaviour: str, *arguments: object) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        start_media_server(world, MediaServer(ports={"rtmp": 11935}, addresses=("127.0.0.1",)), authority)
        start_relay(world, "server", behaviour, 1935, 11935, *arguments, ready="tcp 1935")

    return breaks


def _few_for_each_address(world: World, authority: Authority) -> None:
    start_media_server(world, MediaServer(ports={"rtmp": 11935}, addresses=("127.0.0.1",)), authority)
    start_nginx(
        world,
        "limited",
        "server",
        "stream { limit_conn_zone $binary_remote_addr zone=each:1m; "
        f"server {{ listen {SERVER}:1935; limit_conn each 3; proxy_pass 127.0.0.1:11935; }} }}",
        "tcp 1935",
    )


def _nginx_rtmp(world: World, authority: Authority) -> None:
    body = f"rtmp {{ server {{ listen {SERVER}:1935; application live {{ live on; }} }} }}\n"
    start_nginx(world, "origin", "server", body, "tcp 1935")


def _nginx_rtmp_and_site(kind: str) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        _nginx_rtmp(world, authority)
        start_website(world, authority, kind)

    return breaks


def _node_media_server(world: World, authority: Authority) -> None:
    pem = str(authority.certificate())
    settings = {
        "bind": SERVER,
        "rtmp": {"port": 1935},
        "rtmps": {"port": 443, "key": pem, "cert": pem},
        "store": {"path": str(world.folder / "data")},
        "record": {"path": str(world.folder / "record")},
        "auth": {"play": False, "publish": False, "secret": "x", "jwt": {"secret": "x", "users": []}},
    }
    command = [
        "node",
        "-e",
        _NODE_MEDIA_SERVER,
        str(NODE_MODULES / "node-media-server"),
        json.dumps(settings),
    ]
    world.start("node", "server", command, ["tcp 1935", "tcp 443"])


def python_server(program: str, *arguments: str) -> Break:
    """rtmplite3 or pyrtmp on 1935."""
    text = program.replace("127.0.0.1", "0.0.0.0")

    def breaks(world: World, authority: Authority) -> None:
        command = [sys.executable, "-P", "-c", text, "1935", *arguments]
        world.start("python", "server", command, ["tcp 1935"], {"PYTHONPATH": str(PYTHON_PATH)})

    return breaks


def _foreign_site_on_443(world: World, authority: Authority) -> None:
    pem = authority.certificate("wrong-host")
    text = f"listen {SERVER}:443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; {_SITE}"
    start_nginx(world, "site", "server", f"http {{ server {{ {text} }} }}", "tcp 443")


def _strict_site_on_443(world: World, authority: Authority) -> None:
    text = f"listen {SERVER}:443 ssl; ssl_reject_handshake on;"
    start_nginx(world, "strict", "server", f"http {{ server {{ {text} }} }}", "tcp 443")


def _open_proxy(world: World, authority: Authority) -> None:
    start_squid(
        world,
        f"http_port {ROUTER}:3128\nacl to_media port 1935 443\nhttp_access allow all",
    )


def _slow_resolver(world: World, authority: Authority) -> None:
    start_relay(world, "router", "slow_names", ROUTER, RESOLVER, 0.4, ready="udp 53")


def _short_memory(world: World, authority: Authority) -> None:
    """A minute for what is silent, half a minute for UDP, and what is unknown is dropped."""
    world.sysctl(
        "router",
        {
            "net.netfilter.nf_conntrack_tcp_timeout_established": "60",
            "net.netfilter.nf_conntrack_udp_timeout": "30",
            "net.netfilter.nf_conntrack_tcp_loose": "0",
        },
    )
    world.forward("ct state invalid drop;")


def _second_translation(world: World, authority: Authority) -> None:
    """The provider translates as well, as those do that have few addresses, and its own router has a private one."""
    world.filter(
        "provider", "chain again { type nat hook postrouting priority 100; oifname != customer masquerade; }"
    )
    world.ip("provider", "addr add 100.64.0.1/32 dev customer")


def _pppoe(world: World, authority: Authority) -> None:
    world.ip("router", "link set wan mtu 1400")
    world.ip("provider", "link set customer mtu 1400")


def _forward(rules: str) -> Break:
    return lambda world, authority: world.forward(rules)


def _installed(*paths: object) -> tuple[str, ...]:
    """What a scenario needs that is no program of the system, if it is missing."""
    from pathlib import Path

    return tuple(str(path) for path in paths if not Path(str(path)).exists())


def _well(name: str, truth: str, breaks: Callable[..., None] | None = None, **further: object) -> Scenario:
    settings = {} if breaks is None else {"breaks": breaks}
    return Scenario(name, "none", truth, **settings, **further)  # type: ignore[arg-type]


HEALTHY: tuple[Scenario, ...] = (
    # ---- servers
    _well(
        "beside-website", "nginx-rtmp, and a website on 80 and 443", _nginx_rtmp_and_site("good"), server=None
    ),
    _well(
        "beside-website-alone",
        "the same, and nobody to compare with",
        _nginx_rtmp_and_site("good"),
        server=None,
        arguments=_ALONE,
    ),
    _well(
        "beside-foreign-website",
        "the website on 443 bears another name's certificate",
        _nginx_rtmp_and_site("wrong-host"),
        server=None,
    ),
    _well(
        "beside-expired-website",
        "the website's certificate has expired; RTMP is well",
        _beside_a_website("expired"),
        server=_INGEST,
        arguments=_ALONE,
    ),
    _well(
        "beside-untrusted-website",
        "the website's certificate is a router's own",
        _beside_a_website("untrusted"),
        server=_INGEST,
    ),
    _well(
        "rejects-the-rest",
        "the server's own firewall says that all but 1935 is unreachable",
        _on_input("tcp dport != 1935 reject with icmpx type port-unreachable; meta l4proto udp reject;"),
        server=_INGEST,
    ),
    _well(
        "prohibits-the-rest",
        "the server's own firewall prohibits all but 1935",
        _on_input(
            "tcp dport != 1935 reject with icmpx type admin-prohibited; "
            "meta l4proto udp reject with icmpx type admin-prohibited;"
        ),
        server=_INGEST,
        arguments=_ALONE,
    ),
    _well(
        "resets-the-rest-drops-udp",
        "the server's own firewall resets what is not for 1935, and drops UDP and pings",
        _on_input("tcp dport != 1935 reject with tcp reset; meta l4proto { udp, icmp } drop;"),
        server=_INGEST,
    ),
    _well(
        "drops-the-rest-alone",
        "a server that drops all but 1935, and nobody to compare with",
        _on_input("tcp dport != 1935 drop; meta l4proto { udp, icmp } drop;"),
        server=_INGEST,
        arguments=_ALONE,
    ),
    _well(
        "thinks-first", "the handshake comes after 0.8 s", server=MediaServer({"rtmp": 1935}, ("slow:0.8",))
    ),
    _well(
        "one-at-a-time", "a server with one connection; others wait", _behind("one_at_a_time"), server=None
    ),
    _well(
        "one-and-no-more",
        "a server with one connection; others are refused meanwhile",
        _behind("one_and_no_more"),
        server=None,
        also=("connection-count-limited",),
    ),
    _well(
        "three-for-each",
        "a server that closes the fourth connection of an address",
        _few_for_each_address,
        server=None,
        also=("connection-count-limited",),
    ),
    _well(
        "node-media-server",
        "Node-Media-Server with RTMP and RTMPS",
        _node_media_server,
        server=None,
        needs=("node", *_installed(NODE_MODULES / "node-media-server")),
    ),
    _well(
        "rtmplite",
        "rtmplite3",
        python_server(RTMPLITE, "rtmp://x/live"),
        server=None,
        needs=_installed(PYTHON_PATH / "rtmplite3"),
    ),
    _well(
        "pyrtmp",
        "pyrtmp",
        python_server(PYRTMP),
        server=None,
        needs=_installed(PYTHON_PATH / "pyrtmp"),
        arguments=_ALONE,
    ),
    _well(
        "beside-strict-website",
        "the website's TLS does not know the media server's name",
        _strict_site_on_443,
        server=_INGEST,
    ),
    _well(
        "ends-the-idle",
        "a server that ends connections after five silent seconds",
        _behind("ends_the_idle", 5),
        server=None,
        also=("idle-timeout",),
    ),
    _well(
        "strict",
        "a server that ends connections on which something comes that it has not asked for",
        _behind("ends_after", 4500),
        server=None,
    ),
    _well(
        "very-strict",
        "the same, by a reset",
        _behind("cut_after", 4500),
        server=None,
    ),
    # ---- addresses and transports
    _well(
        "six-unused",
        "the name has an IPv6 address as well, and this network has no IPv6",
        lambda world, authority: world.ip("client", "-6 route del default via 2001:db8:8::1"),
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
    ),
    _well(
        "six-unused-alone",
        "the same on a computer without any IPv6, and nobody to compare with",
        lambda world, authority: world.sysctl("client", {"net.ipv6.conf.all.disable_ipv6": "1"}),
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
        arguments=_ALONE,
    ),
    _well(
        "other-address-elsewhere",
        "another name server gives another address of the same service",
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER, SERVER_TWO)),
        public=tuple(public_records(SERVER_TWO)),
        resolver=(f"--host-record={NAME},{SERVER}", *FORWARDING),
    ),
    _well(
        "harmless-hosts-line", "the hosts file says what DNS says", server=_INGEST, hosts=f"{SERVER} {NAME}"
    ),
    _well(
        "alias",
        "the name is an alias",
        server=_INGEST,
        url="rtmp://live.example.net/live",
        public=(f"--cname=live.example.net,{NAME}", *public_records(SERVER)),
    ),
    _well(
        "six-alone",
        "a name with an IPv6 address alone, which works",
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER6,)),
        public=tuple(public_records(SERVER6)),
    ),
    _well(
        "both-families-ingest",
        "IPv4 and IPv6, 1935 alone",
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER, SERVER6)),
        public=tuple(public_records(SERVER, SERVER6)),
        arguments=_ALONE,
    ),
    _well(
        "two-addresses",
        "a name with two addresses, both served",
        server=MediaServer(ports={"rtmp": 1935, "rtmps": 443}, addresses=(SERVER, SERVER_TWO)),
        public=(f"--host-record={NAME},{SERVER}", f"--host-record={NAME},{SERVER_TWO}", *public_records()),
    ),
    _well("by-address", "the address in place of a name", server=_INGEST, url=f"rtmp://{SERVER}/live"),
    _well(
        "by-address-everything",
        "the address in place of a name, which the certificate does not bear",
        url=f"rtmp://{SERVER}/live",
        also=("certificate-wrong-host",),
    ),
    _well(
        "by-address-six",
        "an IPv6 address in place of a name",
        server=MediaServer(ports={"rtmp": 1935}, addresses=(SERVER6,)),
        url=f"rtmp://[{SERVER6}]/live",
    ),
    _well("with-port", "the port in the URL", server=_INGEST, url=f"rtmp://{NAME}:1935/live"),
    _well(
        "odd-port",
        "RTMP on a port of its own, and the URL says so",
        server=MediaServer(ports={"rtmp": 19350}),
        url=f"rtmp://{NAME}:19350/live",
    ),
    _well("tunnelled", "RTMPT", url=f"rtmpt://{NAME}/live"),
    _well("secured", "RTMPS", url=f"rtmps://{NAME}/live"),
    _well(
        "secured-alone",
        "a server with RTMPS alone",
        server=MediaServer({"rtmps": 443}),
        url=f"rtmps://{NAME}/live",
    ),
    _well("encrypted", "RTMPE", url=f"rtmpe://{NAME}/live"),
    _well("by-udp", "RTMFP", server=MediaServer({"rtmp": 1935, "rtmfp": 1935}), url=f"rtmfp://{NAME}/live"),
    _well(
        "by-udp-alone",
        "RTMFP, and TCP is not offered",
        server=MediaServer({"rtmfp": 1935}),
        url=f"rtmfp://{NAME}/live",
        arguments=_ALONE,
    ),
    # ---- other orders of trying; the network is never to blame
    _well(
        "web-ports-first",
        "a player that tries 443 and 80 first, and a server that drops all but 1935",
        _on_input("tcp dport != 1935 drop; meta l4proto { udp, icmp } drop;"),
        server=_INGEST,
        arguments=("--plan", "netconnection-smart"),
        also=("server-firewall",),
    ),
    _well(
        "web-ports-first-alone",
        "the same, and nobody to compare with",
        _on_input("tcp dport != 1935 drop; meta l4proto { udp, icmp } drop;"),
        server=_INGEST,
        arguments=("--plan", "netconnection-smart", *_ALONE),
        also=("server-firewall",),
    ),
    _well(
        "web-ports-first-refused",
        "a player that tries 443 and 80 first, and a server that refuses all but 1935",
        server=_INGEST,
        arguments=("--plan", "netconnection-smart"),
        also=("server-on-other-port",),
    ),
    _well(
        "web-ports-first-website",
        "a player that tries 443 and 80 first, where a website is",
        start_website,
        server=_INGEST,
        arguments=("--plan", "netconnection-smart"),
        also=("wrong-service-on-port",),
    ),
    _well("everything-offered", "every port and protocol", arguments=("--plan", "everything", "--all")),
    _well(
        "everything-refused",
        "every port and protocol at a server that has 1935 alone",
        server=_INGEST,
        arguments=("--plan", "everything", "--all"),
    ),
    _well("one-after-the-other", "as old players try", server=_INGEST, arguments=("--sequential", *_ALONE)),
    _well(
        "tunnel-of-a-site",
        "RTMPT on a server whose 443 is a foreign website",
        _foreign_site_on_443,
        url=f"rtmpt://{NAME}/live",
        server=MediaServer({"rtmp": 1935, "rtmpt": 80}),
    ),
    # ---- networks
    _well("silent-routers", "no router says when it gives up a packet", _silent_routers),
    _well(
        "silent-routers-ingest",
        "the same, and a server that drops the rest",
        in_order(_silent_routers, _on_input("tcp dport != 1935 drop; meta l4proto { udp, icmp } drop;")),
        server=_INGEST,
    ),
    _well("sparing-routers", "one ICMP error a second", _sparing_routers, server=_INGEST),
    _well("far", "a quarter of a second there and back", long_line(0.125)),
    _well("very-far", "0.6 s there and back, 1935 alone", long_line(0.3), server=_INGEST),
    _well(
        "proxy-beside",
        "a proxy is configured and works, and so does the direct way",
        _open_proxy,
        environment={"http_proxy": f"http://{ROUTER}:3128", "https_proxy": f"http://{ROUTER}:3128"},
        needs=("squid",),
    ),
    _well("slow-resolver", "the name server takes 0.4 s", _slow_resolver, resolver=None),
    _well("short-memory", "the router forgets what was silent for a minute", _short_memory),
    _well("one-in-a-hundred", "one packet of a hundred is lost", _forward("numgen random mod 100 < 1 drop;")),
    _well(
        "twenty-a-second",
        "twenty new connections a second, ten at once",
        _forward(
            "iifname lan meta l4proto tcp ct state new limit rate over 20/second burst 10 packets drop;"
        ),
        also=("connection-rate-limited",),
    ),
    _well("pppoe", "a line of 1400 bytes that says so", _pppoe),
    _well(
        "translated-twice", "the provider translates addresses as well", _second_translation, server=_INGEST
    ),
    _well(
        "two-resolvers",
        "a second name server that nobody needs",
        resolvers=(ROUTER, RESOLVER),
        resolver=FORWARDING,
        arguments=_ALONE,
    ),
)
