"""port-blocked where IPv4 and IPv6 differ: a rule for one of them stops the port, over the other one it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from fmsdiag.diagnosis.evidence.addresses import addresses_tried
from fmsdiag.diagnosis.evidence.one_family import ShutAddress, has_kin, shut_over_one_family
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import reference_line
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line
from fmsdiag.diagnosis.requests import request
from fmsdiag.diagnosis.rule import FindingTexts, Found
from fmsdiag.diagnosis.rules.firewall.port_blocked_cases import Ports
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Confidence, Endpoint, EvidenceLine, Observation, Place, Side


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
    asked = request(run, _endpoints(run, shut), reference=first.control, about=dead)
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
        request=asked,
    )


def proved_addresses(run: RunView, port: int, shown: Sequence[Observation]) -> tuple[str, ...]:
    """Where a port that is dead at addresses of both kinds is blocked by what is `shown`; empty where that is all of them."""
    proved = {":" in o.address for o in shown if o.address}
    dead = _dead_at(run, port)
    blocked = tuple(address for address in dead if (":" in address) in proved)
    return blocked if len(proved) == 1 and len(blocked) < len(dead) else ()


def over_one_of_both(run: RunView, found: Found, port: int, blocked: tuple[str, ...]) -> Found:
    """`found` reduced to the kind of address that it is proved of; where a path test went over the other kind, its place is
    not known."""
    other = tuple(address for address in _dead_at(run, port) if address not in blocked)
    path = run.hop_step(port)
    elsewhere = path is not None and path.address is not None and not has_kin(path.address, blocked)
    return replace(
        found,
        place=Place(Side.UNKNOWN) if elsewhere else found.place,
        case=SixOfBoth if ":" in blocked[0] else FourOfBoth,
        values={"port": port, "dead": blocked[:MOST_ADDRESSES], "other": other[:MOST_ADDRESSES]},
    )


def _dead_at(run: RunView, port: int) -> tuple[str, ...]:
    """The addresses at which a connect to the port failed."""
    failed = (o.address for o in run.sent if o.port == port and o.failure is not None and o.address)
    return tuple(dict.fromkeys(failed))


def _endpoints(run: RunView, shut: Sequence[ShutAddress]) -> list[Endpoint]:
    """What was tried at these addresses."""
    ids = {each.seen.id for each in shut}
    return [a.endpoint for a in run.own if ids & {o.id for o in a.observations}]


def _living_line(run: RunView, living: Observation) -> EvidenceLine:
    """Another port that answers over the same kind of address: a reference server's, else the server's own."""
    return (
        address_port_line(living) if any(o.id == living.id for o in run.tcp) else reference_line(run, living)
    )
