"""What players do to connect: in which order, how far apart, and how long they wait. Pure facts, with their sources.

The prober makes its plans from the orders, and the diagnosis says what each player would have done with what was measured.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from fmsdiag.model import PlanName, Target, Transport

R, S, T, TS, F = Transport.RTMP, Transport.RTMPS, Transport.RTMPT, Transport.RTMPTS, Transport.RTMFP


class FallbackOrder(msgspec.Struct, frozen=True):
    """A named fallback order: (transport, port) and those that go through a CONNECT proxy, as its source gives it."""

    name: PlanName
    title: str
    steps: tuple[tuple[Transport, int], ...]
    source: str
    through_proxy: tuple[tuple[Transport, int], ...] = ()

    @property
    def summary(self) -> str:
        """The order in words: "1935 RTMP, then 80 RTMP, then 80 RTMPT"."""
        return ", then ".join(f"{port} {transport.value.upper()}" for transport, port in self.steps)


AMS = FallbackOrder(
    PlanName.AMS, "Flash Media Server", ((R, 1935), (R, 80), (T, 80)), "tn_16499; AMS, configure ports"
)
AMS_443 = FallbackOrder(
    PlanName.AMS_443, "Flash Media Server with 443", ((R, 1935), (R, 80), (R, 443)), "tn_16499, second order"
)
FLASH_PLAYER = FallbackOrder(
    PlanName.FLASH_PLAYER, "Flash Player", ((R, 1935), (R, 443), (R, 80), (T, 80)), "FMS 2 reference"
)
NETCONNECTION_SMART = FallbackOrder(
    PlanName.NETCONNECTION_SMART,
    "NetConnectionSmart",
    ((R, 443), (R, 80), (R, 1935), (T, 443), (T, 80), (T, 1935)),
    "NetConnectionSmart 1.9: RTMP each, RTMP through CONNECT, RTMPT each, one launch every 200 ms",
    through_proxy=((R, 443), (R, 80), (R, 1935)),
)
NCMANAGER = FallbackOrder(PlanName.NCMANAGER, "NCManager", ((R, 1935), (R, 443), (T, 80)), "Adobe DevNet")
AKAMAI = FallbackOrder(
    PlanName.AKAMAI,
    "AkamaiConnection",
    ((R, 1935), (R, 443), (R, 80), (T, 1935), (T, 443), (T, 80)),
    "AkamaiConnection 2.4, 200 ms stagger",
)
SECURE = FallbackOrder(PlanName.SECURE, "Secure only", ((S, 443), (TS, 443)), "AMS, RTMPS")
ENCODER = FallbackOrder(
    PlanName.ENCODER, "Encoder (only the address given)", ((R, 1935),), "OBS, ffmpeg: one URL, one attempt"
)
RTMFP_FIRST = FallbackOrder(
    PlanName.RTMFP_FIRST,
    "RTMFP first",
    ((F, 1935), (R, 1935), (R, 80), (T, 80)),
    "AMS, RTMFP: then as over TCP",
)

ORDERS = (AMS, AMS_443, FLASH_PLAYER, NETCONNECTION_SMART, NCMANAGER, AKAMAI, SECURE, ENCODER)
"""Those that a user can choose as the plan of a run."""


SECURE_PORTS = (443, 1936, 19350, 8443)
"""Where RTMPS is found: its own port, nginx-rtmp's and SRS's examples, the core process of AMS, and the second web port."""
UNUSED_PORT = 47
"""Reserved by IANA: no server of anybody listens there."""
OTHER_PORTS = (1936, 19350, 8080, 443)
"""Where RTMP is found when it is not on the plan's ports: a second server beside the first (nginx-rtmp and SRS examples:
1936 and 19350; the core process of AMS: 19350), the alternative web port, and 443 as in the second order of tn_16499."""


class PlayerWay(NamedTuple):
    """One attempt of a player."""

    transport: Transport
    port: int
    proxied: bool = False


class Player(msgspec.Struct, frozen=True):
    """How a player goes through its order.

    `interval_s` parts the launches of one that tries its ways beside each other, where the first that connects wins; none:
    one after the other, and a server's refusal ends it. `attempt_s` is when it gives an attempt up, `total_s` when all;
    none: not documented.
    """

    title: str
    order: FallbackOrder
    interval_s: float | None = None
    attempt_s: float | None = None
    total_s: float | None = None
    takes_url: bool = (
        False  # a URL with a port, or another scheme than rtmp, means one attempt at it (tn_16499)
    )

    takes_scheme: bool = False
    """A URL of another scheme than rtmp and rtmpe means one attempt at it (fl.video.NCManager)."""

    def ways(self, target: Target) -> tuple[PlayerWay, ...]:
        """What it tries at `target`, in order: directly, then through a proxy, then in a tunnel."""
        transport = target.transport or Transport.RTMP
        of_scheme = self.takes_scheme and transport not in (Transport.RTMP, Transport.RTMPE)
        if of_scheme or (self.takes_url and (target.port or transport is not Transport.RTMP)):
            return (PlayerWay(transport, target.port or transport.default_port),)
        ways = [PlayerWay(*step) for step in self.order.steps]
        tunnels = [way for way in ways if way.transport.is_tunnel] if self.order.through_proxy else []
        direct = [way for way in ways if way not in tunnels]
        return (*direct, *(PlayerWay(*step, True) for step in self.order.through_proxy), *tunnels)


PLAYERS = (
    Player(FLASH_PLAYER.title, FLASH_PLAYER, takes_url=True),
    Player("Flash Player (1935, 80)", AMS, takes_url=True),
    Player("Flash Player (1935, 80, 443)", AMS_443, takes_url=True),
    Player("RTMFP first", RTMFP_FIRST),
    Player("NetConnectionSmart", NETCONNECTION_SMART, interval_s=0.2, attempt_s=30.0),
    Player("NetConnectionSmart (shotgun)", NETCONNECTION_SMART, interval_s=0.1, attempt_s=30.0),
    Player("NCManager", NCMANAGER, interval_s=1.5, total_s=60.0, takes_scheme=True),
    Player("AkamaiConnection", AKAMAI, interval_s=0.2, total_s=10.0),
    Player("RTMPS only", SECURE),
    Player("Encoder", ENCODER, takes_url=True),
)
