"""Names and addresses that lead elsewhere than to the server, or to only a part of it."""

from __future__ import annotations

from tests.lab.elements import FORWARDING, Authority, MediaServer, start_nginx
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, PROVIDER, SERVER, World

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
             _drops(_FORGED), resolver=_gives(_FORGED), core=True),
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
             _website("expired"), server=_offers(rtmp=1935), url=_SECURE, core=True),
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

NAMES: tuple[Scenario, ...] = (*_FORGERIES, *_PORTS)
