"""Names and addresses that lead elsewhere than to the server, or to only a part of it."""

from __future__ import annotations

from tests.lab.elements import FORWARDING, Authority, MediaServer, public_records, start_nginx
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, PROVIDER, ROUTER, ROUTER_WAN, SERVER, SERVER6, World

_INSIDE, _FORGED = "10.77.8.9", "203.0.113.77"


def _gives(address: str) -> tuple[str, ...]:
    """Options of the customer's name server that lies about the server alone."""
    return (f"--address=/{NAME}/{address}", *FORWARDING)


def _drops(destination: str) -> Break:
    return lambda world, authority: world.forward(f"ip daddr {destination} drop;", "provider")


def _no_way_inside(world: World, authority: Authority) -> None:
    world.ip("router", "route add blackhole 10.0.0.0/8")


_FORGERIES: tuple[Scenario, ...] = (
    Scenario("forged-and-silent", "dns-hijacked", "the name server gives an address that nobody answers",
             _drops(_FORGED), resolver=_gives(_FORGED)),
    Scenario("forged-and-refused", "dns-hijacked", "the name server gives the address of another machine",
             resolver=_gives(PROVIDER)),
    Scenario("old-address-reported", "dns-stale-address", "the name server keeps an address where no machine is any more",
             resolver=_gives(_FORGED)),
    Scenario("internal-address-leaks", "dns-private-address", "the name server gives the server's internal address",
             resolver=_gives(_INSIDE), core=True),
    Scenario("internal-address-silent", "dns-private-address", "likewise, and the router drops what has no network here",
             _no_way_inside, resolver=_gives(_INSIDE)),
)  # fmt: skip


def _website(kind: str = "good", page: str = "It works!", port: int = 443) -> Break:
    """A web server with TLS on a port of the server's."""

    def starts(world: World, authority: Authority) -> None:
        pem = authority.certificate(kind).rename(world.folder / "website.pem")
        start_nginx(
            world,
            "website",
            "server",
            f"http {{ server {{ listen {SERVER}:{port} ssl; ssl_certificate {pem}; ssl_certificate_key {pem}; "
            f"default_type text/html; location / {{ return 200 '{page}'; }} }} }}\n",
            f"tcp {port}",
        )

    return starts


def _offers(**ports: int) -> MediaServer:
    return MediaServer(ports=ports)


_SECURE = f"rtmps://{NAME}/live"
_PAGE = f"<p>{'Welcome. ' * 120}Ingest: <code>rtmps://{NAME}:2935/live</code></p>"

_PORTS: tuple[Scenario, ...] = (
    Scenario("secure-port-is-a-website", "wrong-service-on-port", "a website has 443, and there is plain RTMP alone",
             _website(), server=_offers(rtmp=1935), url=_SECURE),
    Scenario("secure-port-is-an-old-website", "wrong-service-on-port", "likewise, and the website's certificate has expired",
             _website("expired"), server=_offers(rtmp=1935), url=_SECURE),
    Scenario("secure-on-1936", "server-on-other-port", "a website has 443, and RTMPS its own port",
             _website(), server=_offers(rtmp=1935, rtmps=1936), url=_SECURE),
    Scenario("secure-on-8443-alone", "server-on-other-port", "443 is closed, RTMPS is on 8443",
             server=_offers(rtmps=8443), url=_SECURE),
    Scenario("secure-where-the-page-says", "server-on-other-port", "a website has 443, and its page names RTMPS's port",
             _website(page=_PAGE), server=_offers(rtmps=2935), url=_SECURE),
    Scenario("unusual-port-closed", "server-on-other-port", "the URL has a port where nothing listens; RTMP is on 1935",
             server=_offers(rtmp=1935), url=f"rtmp://{NAME}:1999/live"),
    Scenario("unusual-port-is-a-website", "server-on-other-port", "the URL has a website's port; RTMP is on 1935",
             _website(port=8443), server=_offers(rtmp=1935), url=f"rtmps://{NAME}:8443/live", also=("wrong-service-on-port",)),
    Scenario("unusual-port-silent", "server-firewall", "the URL has a port that the server's firewall drops; RTMP is on 1935",
             _drops(f"{SERVER} tcp dport 1999"), server=_offers(rtmp=1935), url=f"rtmp://{NAME}:1999/live",
             also=("server-on-other-port", "port-blocked")),
)  # fmt: skip


def _cdn(headers: str, rules: str = "") -> Break:
    """A web server on the server's web port whose answers bear these marks, and what its firewall does with the rest."""

    def starts(world: World, authority: Authority) -> None:
        lines = " ".join(f"add_header {header} always;" for header in headers.split("; "))
        page = f"server {{ listen {SERVER}:80; {lines} location / {{ return 403; }} }}"
        start_nginx(world, "edge", "server", f"http {{ {page} }}\n", "tcp 80")
        if rules:
            world.filter("server", f"chain input {{ type filter hook input priority 0; {rules} }}")

    return starts


def _route(kind: str, namespace: str = "router") -> Break:
    return lambda world, authority: world.ip(namespace, f"route add {kind} 10.0.0.0/8")


def _router_drops(world: World, authority: Authority) -> None:
    world.filter(
        "router",
        f"chain input {{ type filter hook input priority 0; iifname lan ip daddr {ROUTER_WAN} drop; }}",
    )


_INNER = f"rtmp://{_INSIDE}/live"

_ADDRESSES: tuple[Scenario, ...] = (
    Scenario("typed-private-provider-says", "private-address", "a private address, to which the provider has no route",
             url=_INNER, core=True),
    Scenario("typed-private-router-says", "private-address", "likewise, and the router says so at once",
             _route("unreachable"), url=_INNER),
    Scenario("typed-private-dropped", "private-address", "likewise, and the router drops it",
             _route("blackhole"), url=_INNER),
    Scenario("typed-private-vanishes", "private-address", "likewise, and the provider drops it",
             _route("blackhole", "provider"), url=_INNER),
    Scenario("typed-shared-address", "private-address", "an address of someone's VPN", url="rtmp://100.72.3.4/live"),
    Scenario("typed-neighbour-off", "server-down", "an address of this network, and the machine is off",
             url="rtmp://172.19.8.77/live", also=("local-firewall",)),
    Scenario("typed-the-router", "name-leads-to-own-router", "the router's own address", url=f"rtmp://{ROUTER}/live"),
    Scenario("own-public-address-refuses", "name-leads-to-own-router", "the name is this network's own: nothing is forwarded",
             server=None, public=tuple(public_records(ROUTER_WAN))),
    Scenario("own-public-address-silent", "name-leads-to-own-router", "likewise, and the router drops it from inside",
             _router_drops, server=None, public=tuple(public_records(ROUTER_WAN)), also=("server-down",)),
    Scenario("name-is-cloudflare", "web-proxy-in-front", "the name leads to a CDN that drops everything but web requests",
             _cdn("CF-RAY 8a1b2c-FRA", "tcp dport != 80 tcp flags syn drop; meta l4proto udp drop;"), server=None),
    Scenario("name-is-an-accelerator", "web-proxy-in-front", "the name leads to an accelerator that refuses all else",
             _cdn('Via "1.1 edge7.cache.example"'), server=None),
    Scenario("encoder-to-a-cdn", "web-proxy-in-front", "an encoder's address at a CDN",
             _cdn('Via "1.1 varnish"; X-Served-By cache-fra-1', "tcp dport 1935 drop;"), server=None,
             url=f"rtmp://{NAME}:1935/live"),
)  # fmt: skip


def _by_server_name(world: World, authority: Authority) -> None:
    """TLS by the name that the client gives: without the right one, the connection is closed."""
    start_nginx(
        world,
        "gate",
        "server",
        f"stream {{ map $ssl_preread_server_name $backend {{ {NAME} 127.0.0.1:1443; default 127.0.0.1:9; }} "
        f"server {{ listen {SERVER}:443; ssl_preread on; proxy_pass $backend; }} }}\n",
        "tcp 443",
    )


_NUMBER, _SECURE_NUMBER = f"rtmp://{SERVER}/live", f"rtmps://{SERVER}/live"

_NUMBERS: tuple[Scenario, ...] = (
    Scenario("by-number-no-such-application", "address-instead-of-name", "virtual hosts, and the server was called by number",
             server=MediaServer({"rtmp": 1935}, ("needs-name",)), url=_NUMBER, core=True),
    Scenario("by-number-secure", "address-instead-of-name", "RTMPS by number, and the certificate is for the name",
             server=MediaServer({"rtmps": 443}), url=_SECURE_NUMBER),
    Scenario("by-number-behind-a-gate", "address-instead-of-name", "RTMPS by number at a gate that goes by the name",
             _by_server_name, server=MediaServer({"rtmps": 1443}, addresses=("127.0.0.1",)), url=_SECURE_NUMBER),
    Scenario("by-number-and-wrong", "app-not-found", "called by number, and the application is missing by name as well",
             server=MediaServer({"rtmp": 1935}, applications=("events",)), url=_NUMBER, also=("rejected-by-server",)),
)  # fmt: skip


def _website_by_ipv6(world: World, authority: Authority) -> None:
    page = f"server {{ listen [{SERVER6}]:80; location / {{ return 404; }} }}"
    start_nginx(world, "website6", "server", f"http {{ {page} }}\n", "tcp 80")


_FAMILIES: tuple[Scenario, ...] = (
    Scenario("ipv6-name-ipv4-server", "server-not-listening", "the name has an IPv6 address alone, RTMP is on IPv4 alone",
             public=tuple(public_records(SERVER6))),
    Scenario("ipv6-name-ipv4-server-and-web", "rtmp-service-stopped", "likewise, and a website answers over IPv6",
             _website_by_ipv6, public=tuple(public_records(SERVER6)), also=("server-not-listening",)),
)  # fmt: skip

NAMES: tuple[Scenario, ...] = (*_FORGERIES, *_PORTS, *_ADDRESSES, *_NUMBERS, *_FAMILIES)
