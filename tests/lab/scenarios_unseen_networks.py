"""Networks that no rule was written for: the same causes by other mechanisms, in other places, with other servers."""

from __future__ import annotations

from collections.abc import Callable

from tests.lab.breaks import (
    DNS,
    OUT,
    box,
    forward,
    in_order,
    ip,
    only_1935_answers,
    redirect,
)
from tests.lab.elements import (
    FORWARDING,
    Authority,
    MediaServer,
    public_records,
    start_name_server,
    start_nginx,
    start_peer,
    start_tinyproxy,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.world import (
    NAME,
    REFERENCE,
    REFERENCE_NAME,
    RESOLVER,
    ROUTER,
    SERVER,
    SERVER6,
    World,
)

_ROUTER6 = "2001:db8:8::1"
_ADVERTISEMENTS = "203.0.113.90"
_ENCODER = MediaServer(ports={"rtmp": 1935})
_SECURE = f"rtmps://{NAME}/live"
_ALONE = ("--control", "none", "--resolver", "none")
_SOCKS = {"ALL_PROXY": f"socks5h://{ROUTER}:1080", "socks_proxy": f"socks5://{ROUTER}:1080"}
_PROXY_SETTINGS = {"http_proxy": f"http://{ROUTER}:8888", "https_proxy": f"http://{ROUTER}:8888"}


def _relay(how: str, limit: str = "0", ports: str = "tcp dport != 53") -> Break:
    """All TCP of the customer's goes through a relay on the router."""
    return in_order(
        box("relay", "relay", "9999", how, limit, ready="tcp 9999"), redirect(f"{ports} redirect to :9999")
    )


# ---- sign-in pages
def _portal(answer: str, rest: str, secure: bool = False) -> Break:
    """A hotspot before the sign-in: `answer` to every web page, `rest` for everything else."""

    def breaks(world: World, authority: Authority) -> None:
        also = ""
        if secure:
            pem = authority.certificate("untrusted", "login.hotspot.example")
            also = f"listen {ROUTER}:8444 ssl; ssl_certificate {pem}; ssl_certificate_key {pem};"
            world.redirect(f"{OUT} tcp dport 443 redirect to :8444;")
        page = f"location / {{ default_type text/html; {answer} }}"
        body = f"http {{ server {{ listen {ROUTER}:8088; {also} {page} }} }}"
        start_nginx(world, "portal", "router", body, "tcp 8088")
        world.redirect(f"{OUT} tcp dport 80 redirect to :8088;")
        world.forward(f"{DNS} {rest}")

    return breaks


_META = '\'<html><head><meta http-equiv="refresh" content="0;url=http://10.1.0.1/login"></head></html>\''


# ---- names
def _advertising_resolver(world: World, authority: Authority) -> None:
    world.ip("public", f"addr add {_ADVERTISEMENTS}/24 dev eth0")
    page = f"listen {_ADVERTISEMENTS}:80; location / {{ return 200 'Did you mean'; }}"
    start_nginx(world, "advertisements", "public", f"http {{ server {{ {page} }} }}", "tcp 80")


def _whim(kind: str, ready: str = "udp 53") -> Break:
    return box("whim", kind, ROUTER, RESOLVER, ready=ready)


def _school_web(world: World, authority: Authority) -> None:
    page = f"listen {ROUTER}:80; location / {{ return 200 'Our school'; }}"
    start_nginx(world, "school-web", "router", f"http {{ server {{ {page} }} }}", "tcp 80")


# ---- this computer
def _ipv6_alone(world: World, authority: Authority) -> None:
    world.ip("client", "-4 addr flush dev eth0".removeprefix("-4 "))
    world.ip("client", "-6 addr add 2001:db8:8::20/64 dev eth0 nodad")
    world.ip("client", f"-6 route replace default via {_ROUTER6}")
    start_name_server(world, "router", _ROUTER6, FORWARDING)


def _vpn(*routes: str) -> Break:
    """An interface of its own whose far end takes everything and hands nothing on."""
    link = (
        "link add vpn type veth peer name vpn-far",
        "link set vpn-far up",
        "addr add 10.77.0.2/24 dev vpn",
    )
    peer = ("link set vpn up", "neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev vpn")
    return ip("client", *link, *peer, *routes)


# ---- proxies
def _inspecting_proxy(world: World, authority: Authority) -> None:
    """An explicit proxy that tunnels to 443 alone, and what passes there is opened and closed again by a box."""
    start_tinyproxy(world, "ConnectPort 443")
    pem = authority.certificate("inspected", NAME, REFERENCE_NAME)
    start_nginx(
        world,
        "inspection",
        "router",
        f"stream {{ map $ssl_server_name $origin {{ {REFERENCE_NAME} {REFERENCE}:443; default {SERVER}:443; }} "
        f"server {{ listen 127.0.0.1:8443 ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; proxy_pass $origin; "
        "proxy_ssl on; proxy_bind 172.19.8.1; } }",
        "tcp 8443",
    )
    world.filter(
        "router",
        "chain turn { type nat hook output priority -100; ip saddr != 172.19.8.1 tcp dport 443 redirect to :8443; }",
    )
    world.forward(f"{OUT} drop;")


def _announced_socks(world: World, authority: Authority) -> None:
    script = f'function FindProxyForURL(url, host) {{ return "SOCKS5 {ROUTER}:1080; SOCKS {ROUTER}:1080"; }}'
    page = f"default_type application/x-ns-proxy-autoconfig; return 200 '{script}';"
    site = f"http {{ server {{ listen {ROUTER}:80; location = /wpad.dat {{ {page} }} }} }}"
    start_nginx(world, "wpad", "router", site, "tcp 80")
    world.forward(f"{OUT} drop;")


# ---- the path
def _narrow(bytes_: int) -> Break:
    def breaks(world: World, authority: Authority) -> None:
        world.ip("router", f"link set wan mtu {bytes_}")
        world.ip("provider", f"link set customer mtu {bytes_}")
        for namespace in ("router", "provider"):
            _mute(world, namespace)

    return breaks


def _mute(world: World, namespace: str) -> None:
    chain = "chain silent { type filter hook output priority 0; icmp type destination-unreachable drop; }"
    world.filter(namespace, chain)


def _narrow_downwards(world: World, authority: Authority) -> None:
    world.ip("provider", "route add 192.0.2.130/32 dev customer mtu lock 1300")
    _mute(world, "provider")


def _forgets_loudly(world: World, authority: Authority) -> None:
    timeouts = {
        "net.netfilter.nf_conntrack_tcp_timeout_established": "8",
        "net.netfilter.nf_conntrack_tcp_loose": "0",
    }
    world.sysctl("router", timeouts)
    world.forward("meta l4proto tcp ct state invalid reject with tcp reset; ct state invalid drop;")


def _hash_limit(world: World, authority: Authority) -> None:
    limit = "--hashlimit-above 10/min --hashlimit-burst 5 --hashlimit-mode dstip,dstport --hashlimit-name few"
    rule = f"-A FORWARD -i lan -p tcp --dport 1935 --syn -m hashlimit {limit} -j DROP"
    world.run_in("router", "iptables", *rule.split())


_PORTAL_PORTS = f"{OUT} tcp dport != 80 reject with tcp reset; {OUT} meta l4proto udp drop;"
_Row = tuple[str, str, str, Break]


def _all(
    rows: tuple[_Row, ...], make: Callable[[_Row], Scenario] = lambda row: Scenario(*row)
) -> tuple[Scenario, ...]:
    return tuple(make(row) for row in rows)


_PORTS: tuple[Scenario, ...] = (
    *_all((
        ("unseen-second-hop-drops", "port-blocked", "the second router on the way drops 1935 to everybody",
         forward("iifname customer tcp dport 1935 drop;", "provider")),
        ("unseen-second-hop-prohibits", "port-blocked", "the second router prohibits 1935 to everybody and says so",
         forward("iifname customer tcp dport 1935 reject with icmp type admin-prohibited;", "provider")),
        ("unseen-host-unreachable", "port-blocked", "the firewall calls the host unreachable, on 1935",
         forward(f"{OUT} tcp dport 1935 reject with icmp type host-unreachable;")),
        ("unseen-answers-dropped", "port-blocked", "1935 gets out, and what answers is dropped on its way back",
         forward("iifname wan tcp sport 1935 tcp flags & (syn | ack) == (syn | ack) drop;")),
        ("unseen-dead-redirect", "port-blocked", "1935 is redirected to a machine that is gone",
         redirect("tcp dport 1935 dnat ip to 172.19.8.99")),
        ("unseen-quiet-redirect", "port-blocked", "1935 is redirected to the router, where nothing listens",
         redirect("tcp dport 1935 redirect to :4")),
            )),
    # the server comes right behind: its own firewall would look the same
    Scenario("unseen-udp-second-hop", "udp-blocked", "the second router drops UDP",
             forward(f"{DNS} iifname customer meta l4proto udp drop;", "provider"), also=("none",)),
    Scenario("unseen-http-only-port", "only-web-ports-allowed", "only 80 passes, not even 443",
             forward(f"{DNS} {OUT} tcp dport != 80 drop; {OUT} meta l4proto udp drop;"), also=("port-blocked",)),
    Scenario("unseen-listed-hosts", "port-blocked", "the firewall lets only some hosts through, the server is none of them",
             forward(f"{DNS} {OUT} ip daddr != {REFERENCE} drop;"), also=("egress-blocked",)),
    Scenario("unseen-encoder-blocked", "port-blocked", "a server of one port, and that is the one which is dropped",
             forward(f"{OUT} tcp dport 1935 drop;"), server=_ENCODER),
    Scenario("unseen-quiet-encoder-blocked", "port-blocked", "the same, and the server's own firewall drops the rest",
             in_order(only_1935_answers, forward(f"{OUT} tcp dport 1935 drop;")), server=_ENCODER),
    Scenario("unseen-literal", "port-blocked", "the address is in the URL, 1935 is reset",
             forward(f"{OUT} tcp dport 1935 reject with tcp reset;"), url=f"rtmp://{SERVER}/live"),
    Scenario("unseen-own-port", "port-blocked", "the URL names a port, and the firewall drops it",
             forward(f"{OUT} tcp dport 2935 drop;"), url=f"rtmp://{NAME}:2935/live",
             server=MediaServer(ports={"rtmp": 2935, "rtmpt": 80})),
    Scenario("unseen-tunnel-from-school", "none", "web ports only, and the URL asks for the tunnel",
             forward(f"{DNS} {OUT} tcp dport != {{ 80, 443 }} drop; {OUT} meta l4proto udp drop;"),
             url=f"rtmpt://{NAME}/live", also=("udp-blocked",)),  # true, and told to those who want to know everything
    Scenario("unseen-secure-from-school", "none", "web ports only, and the URL asks for RTMPS",
             forward(f"{DNS} {OUT} tcp dport != {{ 80, 443 }} drop; {OUT} meta l4proto udp drop;"), url=_SECURE,
             also=("udp-blocked",)),
    Scenario("unseen-443-for-web-hosts", "port-blocked", "443 passes to web hosts that are known, and RTMPS is asked for",
             forward(f"{OUT} ip daddr != {REFERENCE} tcp dport 443 drop;"), url=_SECURE),
    Scenario("unseen-few-at-once", "connection-count-limited", "three connections at once, further ones are prohibited",
             forward(f"{OUT} tcp dport 1935 ct state new ct count over 3 reject with icmp type admin-prohibited;"),
             deep=True, also=("connection-rate-limited",)),
    Scenario("unseen-table-full", "connection-count-limited", "no more than six connections fit into the router",
             forward(f"{DNS} {OUT} meta l4proto tcp ct state new ct count over 6 drop;"),
             deep=True, also=("connection-rate-limited",)),
    Scenario("unseen-two-of-subscriber", "connection-count-limited", "two connections at once for each subscriber",
             forward(f"{DNS} iifname customer meta l4proto tcp ct state new ct count over 2 drop;", "provider"),
             at_most="possible"),
    Scenario("unseen-two-of-subscriber-deep", "connection-count-limited", "two connections at once, in this network",
             forward(f"{DNS} {OUT} meta l4proto tcp ct state new ct count over 2 drop;"), deep=True),
    Scenario("unseen-few-a-minute", "connection-rate-limited", "ten new connections a minute to each port of each host",
             _hash_limit, deep=True, also=("connection-count-limited",), needs=("iptables",)),
    Scenario("unseen-dropped-alone", "port-blocked", "1935 is dropped, and nobody may be asked for comparison",
             forward(f"{OUT} tcp dport 1935 drop;"), arguments=_ALONE),
    Scenario("unseen-second-hop-alone", "port-blocked", "the second router drops 1935; nobody for comparison",
             forward("iifname customer tcp dport 1935 drop;", "provider"), arguments=_ALONE,
             also=("server-firewall", "none"), at_most="possible"),
)  # fmt: skip

_TRAFFIC: tuple[Scenario, ...] = (
    Scenario("unseen-filter-closes", "rtmp-blocked", "a filter closes RTMP in good order", _relay("fin")),
    Scenario("unseen-filter-page", "rtmp-blocked", "a filter answers RTMP with a web page that says no",
             _relay("page"), also=("non-http-blocked", "transparent-proxy")),
    Scenario("unseen-filter-late", "rtmp-blocked", "a filter swallows RTMP once the server has answered",
             _relay("after-s1")),
    Scenario("unseen-tls-swallowed", "tls-blocked", "TLS is swallowed as it begins",
             forward("ct mark 0x55 drop; tcp dport 443 meta length > 150 @ih,0,16 0x1603 ct mark set 0x55 drop;"),
             url=_SECURE),
    Scenario("unseen-tls-closed", "tls-blocked", "TLS is closed in good order as it begins", _relay("tls-fin"),
             url=_SECURE),
    Scenario("unseen-upload-closed", "upload-cut", "connections are closed after 40 kB up", _relay("upload-fin", "40000"),
             deep=True),
    Scenario("unseen-upload-swallowed", "upload-cut", "after 40 kB up, nothing more is carried",
             _relay("upload-silence", "40000", "tcp dport 1935"), deep=True),
    Scenario("unseen-slow-both-ways", "throttled", "1935 is policed to 8 kB/s, both ways",
             forward("tcp dport 1935 limit rate over 8 kbytes/second burst 5 kbytes drop; "
                      "tcp sport 1935 limit rate over 8 kbytes/second burst 5 kbytes drop;"),
             deep=True, also=("packet-loss",)),
    Scenario("unseen-faithful-relay", "none", "a box opens every connection itself and carries it on", _relay("faithful")),
    Scenario("unseen-faithful-relay-encoder", "none", "the same, and the server offers 1935 alone",
             _relay("faithful"), server=_ENCODER),
    Scenario("unseen-accepts-web", "middlebox-accepts-all", "a box accepts 80 and 443 and says nothing; the rest is dropped",
             in_order(lambda world, authority: start_peer(world, "router", "tarpit", "9999", ready=["tcp 9999"]),
                       redirect("tcp dport { 80, 443 } redirect to :9999"), forward(f"{DNS} {OUT} drop;")),
             also=("egress-blocked",)),
    Scenario("unseen-filter-closes-alone", "rtmp-blocked", "a filter closes RTMP in good order; nobody for comparison",
             _relay("fin"), arguments=_ALONE),
)  # fmt: skip

_PROXIES: tuple[Scenario, ...] = (
    Scenario("unseen-inspecting-proxy", "tls-intercepted", "a proxy that tunnels to 443 alone and opens TLS",
             _inspecting_proxy, url=_SECURE, environment=_PROXY_SETTINGS, needs=("tinyproxy",), also=("proxy-required",)),
    Scenario("unseen-locked-socks", "proxy-auth-required", "the SOCKS proxy wants a password",
             in_order(box("socks", "socks", ROUTER, "locked", ready="tcp 1080"), forward(f"{OUT} drop;")),
             environment=_SOCKS),
    Scenario("unseen-announced-socks", "proxy-required", "only a SOCKS proxy that the network announces goes out",
             in_order(_announced_socks, box("socks", "socks", ROUTER, ready="tcp 1080")),
             resolver=(f"--host-record=wpad.school.example,{ROUTER}", *FORWARDING), also=("egress-blocked",)),
    Scenario("unseen-hasty-web-box", "none", "a box closes web connections after a third of a second's silence",
             _relay("idle", "0.3", "tcp dport 80"), url=f"rtmpt://{NAME}/live"),
    Scenario("unseen-proxy-gone-and-blocked", "proxy-unreachable", "the proxy is gone, and nothing passes without it",
             forward(f"{OUT} drop;"), environment=_PROXY_SETTINGS, also=("egress-blocked",)),
    Scenario("unseen-silent-proxy", "proxy-unreachable", "the proxy's machine does not answer, nothing passes without it",
             forward(f"{OUT} drop;"), also=("egress-blocked",),
             environment={"http_proxy": "http://172.19.8.99:3128", "https_proxy": "http://172.19.8.99:3128"}),
    *_all((
        ("unseen-portal-302", "captive-portal", "a sign-in page by 302, the rest dropped",
         _portal("return 302 https://wifi.hotspot.example/?next=$host;", f"{OUT} drop;")),
        ("unseen-portal-303", "captive-portal", "a sign-in page by 303, the rest reset, pings pass",
         _portal("return 303 http://10.1.0.1/welcome;", _PORTAL_PORTS)),
        ("unseen-portal-511", "captive-portal", "a sign-in page by 511",
         _portal("return 511 '<html><a href=\"http://10.1.0.1/\">sign in</a></html>';", f"{OUT} drop;")),
        ("unseen-portal-page", "captive-portal", "a sign-in page in every page's place",
         _portal("return 200 '<html><form action=/login>Room number</form></html>';", f"{OUT} drop;")),
        ("unseen-portal-refresh", "captive-portal", "a page that refreshes to the sign-in page",
         _portal(f"return 200 {_META};", f"{OUT} reject with icmp type admin-prohibited;")),
    )),
    Scenario("unseen-portal-secure", "captive-portal", "the sign-in page stands in for secure pages too",
             _portal("return 302 https://login.hotspot.example/;", f"{OUT} drop;", secure=True), url=_SECURE),
    Scenario("unseen-portal-alone", "captive-portal", "a sign-in page by 302; nobody for comparison",
             _portal("return 302 https://wifi.hotspot.example/?next=$host;", f"{OUT} drop;"), arguments=_ALONE),
)  # fmt: skip

_NAMES: tuple[Scenario, ...] = (
    Scenario("unseen-advertisements", "dns-hijacked", "a typing error, and the resolver sells advertisements for it",
             _advertising_resolver, url="rtmp://medai.example.net/live", also=("dns-name-not-found",),
             resolver=(f"--address=/medai.example.net/{_ADVERTISEMENTS}", *FORWARDING)),
    Scenario("unseen-resolver-refuses", "dns-server-failure", "the name server refuses to serve this customer",
             resolver=("-p", "53"), also=("dns-filtered",)),
    Scenario("unseen-resolver-tcp-alone", "dns-no-answer", "the name server's UDP port is dropped, TCP is not",
             lambda world, authority: world.filter(
                 "router", "chain in { type filter hook input priority 0; iifname lan udp dport 53 drop; }")),
    Scenario("unseen-resolver-truncates", "none", "the name server answers by TCP alone", _whim("truncating"), resolver=None),
    Scenario("unseen-truncated-and-blocked", "dns-no-answer", "the name server wants TCP, and TCP is dropped",
             in_order(_whim("truncating"), lambda world, authority: world.filter(
                 "router", "chain in { type filter hook input priority 0; iifname lan tcp dport 53 drop; }")),
             resolver=None, also=("dns-server-failure",)),
    Scenario("unseen-sinkhole", "dns-filtered", "the name server gives this computer's own address for the server",
             resolver=(f"--address=/{NAME}/127.0.0.1", *FORWARDING), also=("dns-hijacked",)),
    Scenario("unseen-no-aaaa", "dns-slow", "the name server leaves questions about IPv6 unanswered",
             _whim("no-aaaa"), resolver=None),
    Scenario("unseen-search-domain", "dns-name-not-found", "a typing error, and the own domain has an address for everything",
             _school_web, url="rtmp://medai.example.net/live", also=("dns-hijacked",),
             resolver=(f"--address=/school.example/{ROUTER}", *FORWARDING)),
    Scenario("unseen-hosts-ipv6", "hosts-file-override", "an old IPv6 line of the hosts file",
             hosts=f"2001:db8:20::99 {NAME}"),
    Scenario("unseen-filtered-alone", "dns-name-not-found", "the resolver denies the name; nobody for comparison",
             resolver=(f"--address=/{NAME}/", *FORWARDING), arguments=_ALONE),
    Scenario("unseen-ipv6-network", "none", "a network of IPv6 alone, and the server has both", _ipv6_alone,
             server=MediaServer(addresses=(SERVER, SERVER6)), public=tuple(public_records(SERVER, SERVER6)),
             resolvers=(_ROUTER6,)),
    Scenario("unseen-ipv6-network-old-server", "ipv4-only-name", "a network of IPv6 alone, and the server has IPv4 alone",
             _ipv6_alone, resolvers=(_ROUTER6,), also=("no-internet",)),
    Scenario("unseen-ipv6-network-old-encoder-server", "ipv4-only-name",
             "the same with a server for encoders, and nobody to compare with",
             _ipv6_alone, server=_ENCODER, resolvers=(_ROUTER6,), also=("no-internet",), arguments=_ALONE),
)  # fmt: skip

_PATH: tuple[Scenario, ...] = (
    *_all((
        ("unseen-vpn-idle", "none", "a VPN is up and carries nothing", _vpn()),
        ("unseen-two-routes", "gateway-unreachable", "a second default route, to a router that is gone",
         ip("client", "route del default", f"route add default via {ROUTER} metric 200",
             "route add default via 172.19.8.250 metric 50")),
        ("unseen-mtu-1000", "mtu-black-hole", "a link of 1000 bytes, and nobody says so", _narrow(1000)),
        ("unseen-mtu-1460", "mtu-black-hole", "a link of 1460 bytes, and nobody says so", _narrow(1460)),
        ("unseen-mtu-downwards", "mtu-black-hole", "long packets to the customer are lost, those from him are not",
         _narrow_downwards),
    )),
    Scenario("unseen-vpn-dead", "egress-blocked", "a VPN has taken the default route and carries nothing",
             _vpn("route add 0.0.0.0/1 via 10.77.0.1", "route add 128.0.0.0/1 via 10.77.0.1",
                  f"route add {ROUTER}/32 dev eth0"),
             also=("no-internet",)),
    Scenario("unseen-self-assigned", "local-network-down", "no address was assigned, this computer chose one itself",
             ip("client", "addr flush dev eth0", "addr add 169.254.7.9/16 dev eth0", "-6 addr flush dev eth0 scope global"),
             also=("no-internet",)),
    Scenario("unseen-cable-off", "local-network-down", "the network card has no link", ip("client", "link set eth0 down"),
             also=("no-internet",)),
    Scenario("unseen-lossy-downwards", "packet-loss", "a quarter of what comes down is lost",
             forward("iifname wan numgen random mod 100 < 25 drop;"), deep=True),
    Scenario("unseen-lossy-little", "packet-loss", "15 % is lost each way", forward("numgen random mod 100 < 15 drop;"),
             deep=True, also=("none",)),
    Scenario("unseen-lossy-bursts", "packet-loss", "eight packets of every thirty are lost in a row",
             forward("numgen inc mod 30 < 8 drop;"), deep=True),
    Scenario("unseen-loud-nat", "idle-timeout", "the router forgets after eight quiet seconds and resets",
             _forgets_loudly, deep=True),
)  # fmt: skip

UNSEEN_NETWORKS = (*_PORTS, *_TRAFFIC, *_PROXIES, *_NAMES, *_PATH)
