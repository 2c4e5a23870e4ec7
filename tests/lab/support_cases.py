"""Support cases: one thing wrong on the customer's side or the server's, and what support must read from two reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fmsdiag.report.comparison.result import NamedSide
from tests.lab.elements import Authority, MediaServer, start_media_server
from tests.lab.planted import TYPED
from tests.lab.scenario import Break
from tests.lab.scenarios import SCENARIOS
from tests.lab.world import NAME, REFERENCE_NAME, ROUTER, World

_SCENARIOS = {scenario.name: scenario for scenario in SCENARIOS}
_PROXY = f"http://pupil:{TYPED['proxy password']}@{ROUTER}:3128"
"""In the customer's settings; its password must be in no file of a case."""

CUSTOMERS = (NamedSide.FIRST,)
CUSTOMERS_OR_ALLOW_LIST = (NamedSide.FIRST, NamedSide.FIRST_OR_ALLOW_LIST)
SERVERS = (NamedSide.SERVER, NamedSide.SERVER_BY_CLIENT)


@dataclass(frozen=True)
class SupportCase:
    """What is wrong while the customer runs the test, and what has to come of it."""

    name: str
    truth: str  # what is wrong, in a sentence
    causes: tuple[str, ...]  # of the customer's report; any of them is true
    sides: tuple[NamedSide, ...]  # what comparing with support's own run may point to
    breaks: Break
    ends_media: bool = False  # `breaks` puts something else in the media server's place
    is_customers: bool = True  # this side's administrator can fix it, so there is a request
    url: str = f"rtmp://{NAME}/live"
    environment: Mapping[str, str] = field(default_factory=dict)  # of the customer's computer
    control: str = (
        ""  # a reference server that the profile names; without one the run has only the reference run
    )
    needs: tuple[str, ...] = ()  # programs beside nginx and dnsmasq


def _other_application(world: World, authority: Authority) -> None:
    start_media_server(world, MediaServer(applications=("events",)), authority)


CASES: tuple[SupportCase, ...] = (
    SupportCase(
        "port-dropped",
        "the customer's router drops port 1935",
        ("port-blocked",),
        CUSTOMERS_OR_ALLOW_LIST,
        _SCENARIOS["port-dropped"].breaks,
    ),
    SupportCase(
        "tls-intercepted",
        "a box in the customer's network opens TLS with an authority of its own",
        ("tls-intercepted",),
        CUSTOMERS,
        _SCENARIOS["tls-inspected"].breaks,
        url=f"rtmps://{NAME}/live",
    ),
    SupportCase(
        "proxy-required",
        "only the proxy of the customer's network goes out",
        ("proxy-required",),
        CUSTOMERS_OR_ALLOW_LIST,
        _SCENARIOS["proxy-required"].breaks,
        environment={"http_proxy": _PROXY, "https_proxy": _PROXY},
        needs=("squid",),
    ),
    SupportCase(
        "wrong-application",
        "the server has another application than the one in the address",
        ("app-not-found",),
        SERVERS,
        _other_application,
        ends_media=True,
        is_customers=False,
    ),
    SupportCase(
        "service-stopped",
        "the web server runs, the media server does not",
        ("rtmp-service-stopped", "server-not-listening"),
        SERVERS,
        _SCENARIOS["web-without-rtmp"].breaks,
        ends_media=True,
        is_customers=False,
    ),
    SupportCase(
        "customer-banned",
        "the server's firewall drops what comes from the customer's address",
        ("server-firewall", "server-down"),
        SERVERS,
        _SCENARIOS["bans-us"].breaks,
        is_customers=False,
        control=REFERENCE_NAME,  # else an allow-list at the server looks like a fault of the customer's network
    ),
)
