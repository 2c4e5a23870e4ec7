"""port-blocked where IPv4 and IPv6 differ: a rule for one of them stops the port, over the other one it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from fmsdiag.diagnosis.evidence.addresses import addresses_tried
from fmsdiag.diagnosis.evidence.one_family import ShutAddress, shut_over_one_family
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import outcome_of_step, reference_line
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line
from fmsdiag.diagnosis.requests import RequestLines, request
from fmsdiag.diagnosis.rule import FindingTexts, Found
from fmsdiag.diagnosis.rules.firewall.port_blocked_cases import Ports
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Confidence, Endpoint, EvidenceLine, Observation, Place, Request, Side


class OverFour(FindingTexts, of="port-blocked.over-four"):
    """The port opens over IPv6; over IPv4 it does not, and a reference server shows that this network is the reason."""

    headline = text("Port {port} is blocked over IPv4 in your network.")
    explanation = text(
        "Port {port} of {server:host} opens over IPv6, at {alive:address}. Over IPv4, neither this server nor a reference "
        "server can be reached on that port. So a firewall between this computer and the internet blocks the port over IPv4, "
        "most likely this network's own. Players that use IPv4 do not connect, or connect later over IPv6."
    )
    acts = Ports.acts
    you = Ports.you
    administrator = (
        step("Allow outgoing TCP port {port} over IPv4, at least to {dead:addresses}, as it is over IPv6."),
    )
    operator = (
        step(
            "Keep {dead:addresses} in the DNS zone: your customer's network blocks it. Nothing shows that it fails elsewhere."
        ),
    )


class OverSix(FindingTexts, of="port-blocked.over-six"):
    """Likewise the other way round."""

    headline = text("Port {port} is blocked over IPv6 in your network.")
    explanation = text(
        "Port {port} of {server:host} opens over IPv4, at {alive:address}. Over IPv6, neither this server nor a reference "
        "server can be reached on that port. So a firewall between this computer and the internet blocks the port over IPv6, "
        "most likely this network's own. Players that prefer IPv6 do not connect, or connect later over IPv4."
    )
    acts = OverFour.acts
    you = OverFour.you
    administrator = (
        step("Allow outgoing TCP port {port} over IPv6, at least to {dead:addresses}, as it is over IPv4."),
    )
    operator = OverFour.operator


class SixOfBoth(FindingTexts, of="port-blocked.six-of-both"):
    """The port opens over neither; over IPv6 this network is shown to be the reason, over IPv4 it is not."""

    headline = OverSix.headline
    explanation = text(
        "Port {port} of {server:host} opens neither over IPv6 nor over IPv4. Over IPv6, a firewall between this computer and "
        "the internet blocks it, most likely this network's own. Over IPv4, at {other:addresses}, it fails as well, and the "
        "test does not show that this network is the reason."
    )
    acts = Ports.acts
    you = Ports.you
    administrator = (
        step("Allow outgoing TCP port {port} over IPv6, at least to {dead:addresses}."),
        step("Check whether TCP port {port} is also blocked over IPv4, to {other:addresses}."),
    )
    operator = (step("Check whether port {port} answers at {other:addresses} from elsewhere."),)


class FourOfBoth(FindingTexts, of="port-blocked.four-of-both"):
    """Likewise the other way round."""

    headline = OverFour.headline
    explanation = text(
        "Port {port} of {server:host} opens neither over IPv4 nor over IPv6. Over IPv4, a firewall between this computer and "
        "the internet blocks it, most likely this network's own. Over IPv6, at {other:addresses}, it fails as well, and the "
        "test does not show that this network is the reason."
    )
    acts = Ports.acts
    you = Ports.you
    administrator = (
        step("Allow outgoing TCP port {port} over IPv4, at least to {dead:addresses}."),
        step("Check whether TCP port {port} is also blocked over IPv6, to {other:addresses}."),
    )
    operator = SixOfBoth.operator


class Earned(Table, of="port-blocked.by-family"):
    """What the confidence rests on."""

    FOUR = text("Over IPv4, port {port} of a reference server fails too, while other ports answer.")
    SIX = text("Over IPv6, port {port} of a reference server fails too, while other ports answer.")


def blocked_over_one_family(run: RunView) -> Found | None:
    """The port that this network blocks over one kind of address; none unless a reference server shows it."""
    tried = addresses_tried(run)
    shut = [each for each in shut_over_one_family(run, tried) if each.is_blocked]
    if not shut:
        return None
    first, alive = shut[0], tried.shown[tried.working[0]]
    six, port = ":" in first.address, first.seen.port or 0
    dead = tuple(each.address for each in shut)
    asked = request(run, _endpoints(run, shut), reference=first.control)
    return Found(
        OverSix if six else OverFour,
        Confidence.LIKELY,
        (Earned.SIX if six else Earned.FOUR).of(port=port),
        (
            *(address_port_line(each.seen) for each in shut[:2]),
            address_port_line(alive),
            *((reference_line(run, first.control),) if first.control is not None else ()),
            *((_living_line(run, first.living),) if first.living is not None else ()),
        ),
        values={"port": port, "alive": alive.address or "", "dead": dead[:MOST_ADDRESSES]},
        request=msgspec.structs.replace(asked, addresses=dead) if asked is not None else None,
    )


def proved_over_one_family(run: RunView, found: Found, port: int, shown: Sequence[Observation]) -> Found:
    """`found`, of a port that is dead at addresses of both kinds, reduced to the kind that `shown` proves it of."""
    proved = {":" in o.address for o in shown if o.address}
    dead = tuple(
        dict.fromkeys(o.address for o in run.sent if o.port == port and o.failure is not None and o.address)
    )
    other = tuple(address for address in dead if (":" in address) not in proved)
    if len(proved) != 1 or not other:
        return found
    blocked = tuple(address for address in dead if address not in other)
    asked, path = found.request, run.hop_step(port)
    elsewhere = path is not None and path.address is not None and (":" in path.address) not in proved
    return replace(
        found,
        place=Place(Side.UNKNOWN) if elsewhere else found.place,
        case=SixOfBoth if True in proved else FourOfBoth,
        values={"port": port, "dead": blocked[:MOST_ADDRESSES], "other": other[:MOST_ADDRESSES]},
        request=_about(run, asked, port, blocked) if asked is not None else None,
    )


def _about(run: RunView, asked: Request, port: int, blocked: tuple[str, ...]) -> Request:
    """The request for these addresses alone: how the port fares at others is no reason to open it to these."""
    shown = next(
        (o for o in run.sent if o.port == port and o.address in blocked and o.failure is not None), None
    )
    if shown is None:
        return msgspec.structs.replace(asked, addresses=blocked)
    line = RequestLines.PORT.of(port=port, host=run.target.host, outcome=outcome_of_step(shown))
    seen = tuple(
        line if each.id == line.id and each.values.get("port") == line.values["port"] else each
        for each in asked.seen
    )
    return msgspec.structs.replace(asked, addresses=blocked, seen=seen)


def _endpoints(run: RunView, shut: Sequence[ShutAddress]) -> list[Endpoint]:
    """What was tried at these addresses."""
    ids = {each.seen.id for each in shut}
    return [a.endpoint for a in run.own if ids & {o.id for o in a.observations}]


def _living_line(run: RunView, living: Observation) -> EvidenceLine:
    """Another port that answers over the same kind of address: a reference server's, else the server's own."""
    return (
        address_port_line(living) if any(o.id == living.id for o in run.tcp) else reference_line(run, living)
    )
