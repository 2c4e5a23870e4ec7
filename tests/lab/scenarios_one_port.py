"""Servers that offer one port and are silent on the rest, as most encoders' are: no other port shows what the network does.

And names and streams by which a report once spoke of something that was never reached.
"""

from __future__ import annotations

from tests.lab.breaks import (
    DNS,
    OUT,
    forward,
    in_order,
    ip,
    only_1935_answers,
    redirect,
    server_filter,
)
from tests.lab.elements import (
    FORWARDING,
    Authority,
    MediaServer,
    public_records,
    start_nginx,
    start_peer,
    start_tinyproxy,
)
from tests.lab.scenario import Break, Scenario
from tests.lab.world import NAME, RESOLVER, ROUTER, SERVER, World

_ENCODER = MediaServer(ports={"rtmp": 1935})
_ELSEWHERE = MediaServer(ports={"rtmp": 1936})
_PUBLISH = ("--publish", "cam1", "--i-own-this-stream")
_NO_OTHER_DNS = forward(
    f"{OUT} ip daddr {RESOLVER} udp dport 53 drop; {OUT} ip daddr {RESOLVER} tcp dport 53 drop;"
)
_PROXY_SETTINGS = {"http_proxy": f"http://{ROUTER}:8888", "https_proxy": f"http://{ROUTER}:8888"}


def _takes(behaviour: str) -> Break:
    """A gateway on the router takes 1935 itself."""

    def breaks(world: World, authority: Authority) -> None:
        start_peer(world, "router", behaviour, "9999", ready=["tcp 9999"])
        world.redirect(f"{OUT} tcp dport 1935 redirect to :9999;")

    return breaks


def _proxy_without_rtmp(world: World, authority: Authority) -> None:
    """Nothing leaves but through a proxy, and what that connects to 1935 ends in a box that says nothing."""
    start_tinyproxy(world)
    start_peer(world, "router", "tarpit", "9999", ready=["tcp 9999"])
    world.filter(
        "router", "chain turn { type nat hook output priority -100; tcp dport 1935 redirect to :9999; }"
    )
    world.forward(f"{OUT} drop;")


def _website_on_1935(world: World, authority: Authority) -> None:
    site = f"http {{ server {{ listen {SERVER}:1935; location / {{ return 200 'It works!'; }} }} }}"
    start_nginx(world, "website", "server", site, "tcp 1935")


def _string(words: str, *target: str) -> Break:
    """A rule of the customer's router for what has these words in it."""
    rule = (
        "-A",
        "FORWARD",
        "-p",
        "tcp",
        "--dport",
        "1935",
        "-m",
        "string",
        "--algo",
        "bm",
        "--string",
        words,
    )

    def breaks(world: World, authority: Authority) -> None:
        world.run_in("router", "iptables", *rule, *target)

    return breaks


def _mute_router(world: World, authority: Authority) -> None:
    """The customer's router answers no path test."""
    world.run_in(
        "router", "iptables", "-A", "OUTPUT", "-p", "icmp", "--icmp-type", "time-exceeded", "-j", "DROP"
    )


def _paused(world: World, authority: Authority) -> None:
    page = "default_type text/plain; return 403 'Internet access for this device is paused by parental controls.'"
    site = f"http {{ server {{ listen {ROUTER}:8088; location / {{ {page}; }} }} }}"
    start_nginx(world, "pause", "router", site, "tcp 8088")
    world.redirect(f"{OUT} tcp dport 80 redirect to :8088;")
    world.forward(f"{DNS} {OUT} drop;")


def _one_port(*breaks: Break) -> Break:
    return in_order(only_1935_answers, *breaks)


ONE_PORT: tuple[Scenario, ...] = (
    Scenario("one-port-provider-prohibits", "port-blocked", "the provider prohibits 1935 to everybody",
             _one_port(forward("iifname customer tcp dport 1935 reject with icmp type admin-prohibited;", "provider")),
             server=_ENCODER),
    Scenario("one-port-provider-resets", "port-blocked", "likewise, by resets",
             _one_port(forward("iifname customer tcp dport 1935 reject with tcp reset;", "provider")), server=_ENCODER),
    Scenario("one-port-provider-drops", "port-blocked", "likewise, by silence",
             _one_port(forward("iifname customer tcp dport 1935 drop;", "provider")), server=_ENCODER),
    Scenario("one-port-provider-drops-unseen", "port-blocked", "likewise, behind a router that answers no path test",
             _one_port(_mute_router, forward("iifname customer tcp dport 1935 drop;", "provider")), server=_ENCODER,
             side=("transit", "unknown")),
    Scenario("one-port-router-resets", "port-blocked", "the customer's router resets 1935",
             _one_port(forward(f"{OUT} tcp dport 1935 reject with tcp reset;")), server=_ENCODER, side=("local", "unknown")),
    Scenario("one-port-gateway-mute", "middlebox-accepts-all", "a gateway takes 1935 itself and says nothing",
             _one_port(_takes("tarpit")), server=_ENCODER, also=("rtmp-blocked",)),
    Scenario("one-port-gateway-closes", "middlebox-accepts-all", "a gateway takes 1935 itself and closes it",
             _one_port(_takes("hangup")), server=_ENCODER, also=("rtmp-blocked",)),
    Scenario("one-port-proxy-mute", "proxy-denies-server", "the only way out is a proxy whose connections carry no RTMP",
             _one_port(_proxy_without_rtmp), server=_ENCODER, environment=_PROXY_SETTINGS),
    Scenario("one-port-website", "server-on-other-port", "a website has 1935, and RTMP is on 1936",
             _website_on_1935, server=_ELSEWHERE),
    Scenario("one-port-moved-and-filtered", "server-firewall", "the server has 1935 and 1936, and its firewall drops 1935",
             server_filter("tcp dport 1935 drop;"), server=MediaServer(ports={"rtmp": 1936}),
             also=("server-on-other-port",)),
    Scenario("one-port-filter-says-nobody", "dns-filtered", "the resolver answers 0.0.0.0, and no other may be asked",
             _one_port(_NO_OTHER_DNS), server=_ENCODER, resolver=(f"--address=/{NAME}/0.0.0.0", *FORWARDING)),
    Scenario("one-port-record-says-nobody", "dns-filtered", "the name's public record is 0.0.0.0",
             only_1935_answers, server=_ENCODER, public=tuple(public_records("0.0.0.0")),
             also=("dns-name-not-found", "dns-private-address")),
    Scenario("one-port-filter-says-itself", "dns-private-address", "the resolver answers 127.0.0.1, and no other may be asked",
             _one_port(_NO_OTHER_DNS), server=_ENCODER, resolver=(f"--address=/{NAME}/127.0.0.1", *FORWARDING),
             also=("dns-filtered",), at_most="possible"),
    Scenario("one-port-publish-reset", "stream-refused", "the customer's router resets connections that publish",
             _one_port(_string("publish", "-j", "REJECT", "--reject-with", "tcp-reset")), server=_ENCODER, arguments=_PUBLISH,
             also=("rtmp-blocked",), needs=("iptables",)),
    Scenario("one-port-publish-swallowed", "stream-refused", "the customer's router swallows requests to publish",
             _one_port(_string("publish", "-j", "DROP")), server=_ENCODER, arguments=_PUBLISH,
             also=("rtmp-blocked",), needs=("iptables",)),
    Scenario("one-port-redirected-to-nowhere", "port-blocked", "1935 is turned to a port of the router where nothing listens",
             _one_port(redirect("tcp dport 1935 redirect to :4")), server=_ENCODER),
    Scenario("one-port-web-alone", "only-web-ports-allowed", "web ports alone leave this network, and the server has none",
             _one_port(forward(f"{DNS} {OUT} tcp dport != {{ 80, 443 }} drop; {OUT} meta l4proto udp drop;")),
             server=_ENCODER, also=("port-blocked",)),
    Scenario("own-route-unreachable", "local-firewall", "a route of this computer calls the server unreachable",
             ip("client", f"route add unreachable {SERVER}/32")),
    Scenario("own-route-blackhole", "local-firewall", "likewise, of the type blackhole",
             ip("client", f"route add blackhole {SERVER}/32")),
    Scenario("own-route-prohibit", "local-firewall", "likewise, of the type prohibit",
             ip("client", f"route add prohibit {SERVER}/32")),
    Scenario("dead-proxy-and-blocked-port", "port-blocked", "the router drops 1935, and a proxy is set here that is gone",
             forward(f"{OUT} tcp dport 1935 drop;"), environment=_PROXY_SETTINGS),
    Scenario("host-rejected-here", "port-blocked", "the router rejects everything to the server, and lets others pass",
             forward(f"{OUT} ip daddr {SERVER} reject with icmp type admin-prohibited;"), side=("local",)),
    Scenario("device-paused", "captive-portal", "the router's error page for every host on 80, and nothing else passes",
             _paused, also=("egress-blocked",)),
)  # fmt: skip
