"""Ways to break a world that many scenarios share: rules on a router, a filter on the server, boxes that take connections."""

from __future__ import annotations

import sys

from tests.lab.elements import Authority
from tests.lab.scenario import Break
from tests.lab.world import World

OUT = "iifname lan"
"""What comes from the customer's network, at its router."""
DNS = "udp dport 53 accept; tcp dport 53 accept;"


def in_order(*steps: Break) -> Break:
    """One after the other."""

    def breaks(world: World, authority: Authority) -> None:
        for step in steps:
            step(world, authority)

    return breaks


def forward(rules: str, namespace: str = "router") -> Break:
    """Rules for what a router passes on."""
    return lambda world, authority: world.forward(rules, namespace)


def redirect(rules: str) -> Break:
    """Rules by which the router turns the customer's connections elsewhere."""
    return lambda world, authority: world.redirect(f"{OUT} {rules};")


def ip(namespace: str, *commands: str) -> Break:
    """Commands of ip(8)."""

    def breaks(world: World, authority: Authority) -> None:
        for command in commands:
            world.ip(namespace, command)

    return breaks


def box(name: str, *arguments: str, ready: str) -> Break:
    """One of odd_boxes.py on the router."""
    argv = [sys.executable, "-m", "tests.lab.odd_boxes", *arguments]
    return lambda world, authority: world.start(name, "router", argv, [ready])


def server_filter(rules: str) -> Break:
    """Rules for what comes in at the server."""
    chain = f"chain input {{ type filter hook input priority 0; {rules} }}"
    return lambda world, authority: world.filter("server", chain)


only_1935_answers = server_filter("tcp dport != 1935 tcp flags syn drop; meta l4proto udp drop;")
