"""one-address-dead: one of the name's addresses does not serve, or does not let us in; another one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fmsdiag.diagnosis.evidence.addresses import Addresses, addresses_tried
from fmsdiag.diagnosis.evidence.attempts import connect_facts, failed_with
from fmsdiag.diagnosis.evidence.one_family import ShutAddress, ask_one_family, shut_over_one_family
from fmsdiag.diagnosis.evidence.own_network import is_private_here
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line, attempt_at_line
from fmsdiag.diagnosis.lines.refusals import refusal_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Message,
    Observation,
    StepName,
)
from fmsdiag.private_addresses import is_loopback_address


class Dead(FindingTexts, of="one-address-dead.dead"):
    """Some addresses fail in every attempt at a port where another one works."""

    headline = plural(
        "One of the server's addresses does not work.",
        "{count} of the server's addresses do not work.",
    )
    explanation = plural(
        "{server:host} has several addresses. The address {dead:addresses} does not accept connections; {alive:address} "
        "does. Players pick one of the addresses, some only the first. So some connections fail or are slow, seemingly "
        "at random.",
        "{server:host} has several addresses. The addresses {dead:addresses} do not accept connections; {alive:address} "
        "does. Players pick one of the addresses, some only the first. So some connections fail or are slow, seemingly "
        "at random.",
    )
    acts = (Actor.OPERATOR,)
    you = (
        step("Try again. The next attempt may use an address that works.", Action.RUN_AGAIN),
        Steps.SAVE_REPORT,
    )
    operator = (
        plural(
            "Check the machine or load balancer behind {dead:addresses}, and that the media server listens there. Until "
            "then, remove the address from the DNS zone.",
            "Check the machines or load balancers behind {dead:addresses}, and that the media server listens there. "
            "Until then, remove these addresses from the DNS zone.",
        ),
    )
    decisive_test = text(
        "Run the test from another network. If the same address fails there, the cause is on the server side.",
        premise=Premise.OTHER_NETWORK,
    )


class DeadBeside(FindingTexts, of="one-address-dead.dead-beside"):
    """Likewise where this test connected: the next attempt need not do better."""

    headline = Dead.headline
    explanation = Dead.explanation
    acts = Dead.acts
    you = (Steps.SAVE_REPORT,)
    operator = Dead.operator
    decisive_test = Dead.decisive_test


class Private(FindingTexts, of="one-address-dead.private"):
    """The addresses that fail are of ranges that work inside one network only, and the one that works is public."""

    headline = plural(
        "One of the server's addresses is private.",
        "{count} of the server's addresses are private.",
    )
    explanation = plural(
        "{server:host} has several addresses. The address {dead:addresses} is private: it works only inside the server's own "
        "network, never over the internet. {alive:address} works. Players pick one of the addresses, some only the first. So "
        "some connections fail or are slow, seemingly at random.",
        "{server:host} has several addresses. The addresses {dead:addresses} are private: they work only inside the server's "
        "own network, never over the internet. {alive:address} works. Players pick one of the addresses, some only the first. "
        "So some connections fail or are slow, seemingly at random.",
    )
    acts = Dead.acts
    you = (Steps.SAVE_REPORT,)
    operator = (
        plural(
            "Remove {dead:addresses} from the DNS records of {server:host}, or publish a public address instead.",
            "Remove {dead:addresses} from the DNS records of {server:host}, or publish public addresses instead.",
        ),
    )


class SixRefused(FindingTexts, of="one-address-dead.six-refused"):
    """The IPv6 addresses refuse, and an IPv4 address of the name works: players choose by the kind of address."""

    headline = plural(
        "The server does not accept connections over IPv6.",
        "{count} IPv6 addresses of the server do not accept connections.",
    )
    explanation = plural(
        "{server:host} has IPv4 and IPv6 addresses. The IPv6 address {dead:addresses} refuses connections; the IPv4 address "
        "{alive:address} accepts them. A firewall that refuses IPv6 looks the same. Players that prefer IPv6 fail, or connect "
        "later over IPv4. Players that prefer IPv4 do not notice.",
        "{server:host} has IPv4 and IPv6 addresses. The IPv6 addresses {dead:addresses} refuse connections; the IPv4 address "
        "{alive:address} accepts them. A firewall that refuses IPv6 looks the same. Players that prefer IPv6 fail, or connect "
        "later over IPv4. Players that prefer IPv4 do not notice.",
    )
    acts = Dead.acts
    you = (Steps.SAVE_REPORT,)
    operator = (
        step("Check from outside whether the media server can be reached at {dead:addresses}."),
        step(
            "If it cannot, have the media server listen on IPv6, and check that its firewall accepts connections over IPv6."
        ),
        plural(
            "Until then, remove {dead:addresses} (AAAA record) from the DNS zone. If it can be reached, leave the zone as it "
            "is.",
            "Until then, remove {dead:addresses} (AAAA records) from the DNS zone. If they can be reached, leave the zone as "
            "it is.",
        ),
    )
    decisive_test = Dead.decisive_test


class SixPortRefused(FindingTexts, of="one-address-dead.six-port-refused"):
    """Likewise, and other ports open at the IPv6 addresses: who refuses this one is not known."""

    headline = text("Port {port} is refused over IPv6; over IPv4 it opens.")
    explanation = plural(
        "{server:host} has IPv4 and IPv6 addresses. Port {port} of {dead:addresses} is refused, although other ports open at "
        "that address; at {alive:address} it opens. Either the media server does not listen on IPv6, or a firewall refuses "
        "port {port} over IPv6. From here, the two look the same.",
        "{server:host} has IPv4 and IPv6 addresses. Port {port} of {dead:addresses} is refused, although other ports open at "
        "those addresses; at {alive:address} it opens. Either the media server does not listen on IPv6, or a firewall refuses "
        "port {port} over IPv6. From here, the two look the same.",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (step("Check that TCP port {port} is allowed out over IPv6 as it is over IPv4."),)
    operator = (
        step(
            "Check whether port {port} of {dead:addresses} can be reached from outside. If it can, leave the DNS zone as it is."
        ),
        step("If it cannot, have the media server listen on IPv6, and check its firewall for IPv6."),
    )
    decisive_test = Dead.decisive_test


class DeadHere(FindingTexts, of="one-address-dead.dead-here"):
    """Likewise of this computer's own addresses: localhost, or a name that stands for it."""

    headline = Dead.headline
    explanation = plural(
        "{server:host} stands for this computer and has several addresses. The address {dead:addresses} does not accept "
        "connections; {alive:address} does. Players that try {dead:addresses} first fail or are slow.",
        "{server:host} stands for this computer and has several addresses. The addresses {dead:addresses} do not accept "
        "connections; {alive:address} does. Players that try one of them first fail or are slow.",
    )
    acts = (Actor.USER,)
    you = (
        step("Use {alive:address} as the server's name.", Action.EDIT_SERVER),
        step("Or make the server on this computer listen on {dead:addresses} too."),
    )


class Unclear(FindingTexts, of="one-address-dead.unclear"):
    """The address is silent, only one of the other kind works, and nothing shows who drops the packets."""

    headline = plural(
        "One of the server's addresses does not answer from here.",
        "{count} of the server's addresses do not answer from here.",
    )
    explanation = plural(
        "{server:host} has IPv4 and IPv6 addresses. Port {port} of {dead:addresses} does not answer; at {alive:address} it "
        "opens. Either the server at that address does not answer, or a firewall blocks port {port} over one of IPv4 and "
        "IPv6. From here, the two look the same.",
        "{server:host} has IPv4 and IPv6 addresses. Port {port} of {dead:addresses} does not answer; at {alive:address} it "
        "opens. Either the servers at these addresses do not answer, or a firewall blocks port {port} over one of IPv4 and "
        "IPv6. From here, the two look the same.",
    )
    acts = (Actor.OPERATOR, Actor.ADMINISTRATOR)
    you = (Steps.OTHER_NETWORK, Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE)
    administrator = (step("Check that TCP port {port} is allowed out over IPv4 and over IPv6 alike."),)
    operator = (
        step(
            "Check whether port {port} of {dead:addresses} can be reached from outside. If it can, leave the DNS zone as it is."
        ),
    )
    decisive_test = Dead.decisive_test


class Rejects(FindingTexts, of="one-address-dead.rejects"):
    """The server at an address answers and says no; the one at another address lets the same client in."""

    headline = plural(
        "One of the server's addresses rejects the connection.",
        "{count} of the server's addresses reject the connection.",
    )
    explanation = plural(
        "{server:host} has several addresses. The server at {rejecting:addresses} rejects the connection; the server at "
        "{alive:address} accepts it. Players use one of the addresses. So the same player may connect at one time and be "
        "rejected at another.",
        "{server:host} has several addresses. The servers at {rejecting:addresses} reject the connection; the server at "
        "{alive:address} accepts it. Players use one of the addresses. So the same player may connect at one time and be "
        "rejected at another.",
    )
    acts = (Actor.OPERATOR,)
    you = (
        Steps.SAVE_REPORT,
        step(
            "If a connection is rejected until then, try again. The next attempt may use an address that accepts it.",
            Action.RUN_AGAIN,
        ),
        step(
            "If it must work now, enter {alive:address} in place of the server's name. Do not keep it: the server's addresses "
            "can change."
        ),
    )
    operator = (
        plural(
            "Give the server at {rejecting:addresses} the same applications and access rules as the server at {alive:address}.",
            "Give the servers at {rejecting:addresses} the same applications and access rules as the server at "
            "{alive:address}.",
        ),
        plural(
            "Or remove {rejecting:addresses} from the DNS zone until the server there accepts clients.",
            "Or remove {rejecting:addresses} from the DNS zone until the servers there accept clients.",
        ),
    )


class RejectsSecure(FindingTexts, of="one-address-dead.rejects-secure"):
    """Likewise with TLS, where the certificate does not fit an address by number."""

    headline = Rejects.headline
    explanation = Rejects.explanation
    acts = Rejects.acts
    you = Rejects.you[:2]
    operator = Rejects.operator


class Earned(Table, of="one-address-dead.earned"):
    """What the confidence rests on."""

    DIFFER = text("The same request is rejected at one address and accepted at another.")
    OTHER = text("Another address of the same name works on the same port from here.")
    OTHER_FAMILY = text(
        "The addresses that work are of the other kind, IPv4 or IPv6, so nothing shows who drops the packets."
    )


class Excluded(Table, of="one-address-dead.ruled-out"):
    PORT = text("A blocked port is not the cause: port {port} of another address opens.")
    PORT_REFERENCE = text("A blocked port is not the cause: port {port} of a reference server opens.")
    APPLICATION = text("The application name is not the cause: the server at another address accepts it.")


_REJECTIONS = (
    Cause.APP_NOT_FOUND, Cause.AUTH_REQUIRED, Cause.CLOSED_AFTER_ACCEPT, Cause.REJECTED_BY_SERVER, Cause.SERVER_FULL,
    Cause.SERVER_SHUTTING_DOWN, Cause.SWF_VERIFICATION_REQUIRED,
)  # fmt: skip
"""What a server's no looks like to whoever asks at one address alone."""


def judge(run: RunView) -> Answer:
    """An address whose server says no where that at another one says yes; else one that does not serve at all."""
    tried = addresses_tried(run)
    if tried.accepting and tried.rejecting:
        return _rejects(tried)
    shut = {each.address: each for each in shut_over_one_family(run, tried)}
    found = _dead(run, tried, shut)
    open_to_question = [each for each in shut.values() if each.is_silent]
    if found is None or not open_to_question:
        return found
    return ask_unless_answered(ask_one_family(run, open_to_question[0]), found)


def _rejects(tried: Addresses) -> Found:
    works, accepted = next(iter(tried.accepting.items()))
    rejecting = tuple(tried.rejecting)
    seen: list[EvidenceLine] = []
    for address, attempt in tuple(tried.rejecting.items())[:2]:
        seen.append(attempt_at_line(attempt, address))
        facts = connect_facts(attempt)
        if (
            facts is not None
            and facts.command
            and failed_with(attempt, StepName.CONNECT, FailureKind.REJECTED)
        ):
            seen.append(refusal_line(attempt, facts))
    in_words = all(failed_with(a, StepName.CONNECT, FailureKind.REJECTED) for a in tried.rejecting.values())
    return Found(
        RejectsSecure if accepted.endpoint.transport.uses_tls else Rejects,
        Confidence.CONFIRMED if in_words else Confidence.LIKELY,
        Earned.DIFFER.of(),
        (*seen, attempt_at_line(accepted, works)),
        values={"rejecting": rejecting[:MOST_ADDRESSES], "count": len(rejecting), "alive": works},
        rules_out=(Excluded.APPLICATION.of(),),
    )


def _dead(run: RunView, tried: Addresses, shut: Mapping[str, ShutAddress]) -> Found | None:
    """An address fails in every attempt at a port where another address of the name works.

    Silence of all IPv6 addresses alike is a matter of IPv6, not of the one address; what this network blocks over one of
    IPv4 and IPv6 is neither. `shut` are those that only addresses of the other kind can be compared with.
    """
    has_six = any(":" in a for a in (*tried.working, *tried.answering))
    dead = [a for a in tried.dead if ":" not in a or has_six or a in tried.answering or a in shut]
    dead = [a for a in dead if a not in shut or not shut[a].is_blocked]
    dead = [a for a in dead if a not in tried.distrusted]  # it accepts connections: the certificate is told
    if not dead or not tried.working:
        return None
    works = tried.working[0]
    alive = tried.shown[works]
    unclear = all(a in shut and shut[a].is_silent and not shut[a].passes for a in dead)
    port = alive.port or 0
    values: dict[str, object] = {"dead": dead[:MOST_ADDRESSES], "count": len(dead), "alive": works}
    unclear = unclear and not _are_private(dead, works)
    case = Unclear if unclear else _case(run, tried, (*dead, works))
    if case is SixRefused and _opens_elsewhere(run, dead):
        case, unclear = SixPortRefused, True
    return Found(
        case,
        Confidence.POSSIBLE if unclear else Confidence.LIKELY,
        Earned.OTHER_FAMILY.of() if unclear else Earned.OTHER.of(),
        (*(address_port_line(tried.shown[a]) for a in dead[:3]), address_port_line(alive)),
        values={**values, "port": port} if unclear else values,
        rules_out=_ruled_out([shut.get(a) for a in dead], port),
        beside=_REJECTIONS,
    )


def _ruled_out(dead: Sequence[ShutAddress | None], port: int) -> tuple[Message, ...]:
    """That the port is not blocked, where it opens over the same kind of address: here, or at a reference server.

    `dead` has none for an address that one of its own kind can be compared with.
    """
    if all(each is None for each in dead):
        return (Excluded.PORT.of(port=port),)
    if all(each is not None and each.passes for each in dead):
        return (Excluded.PORT_REFERENCE.of(port=port),)
    return ()


def _case(run: RunView, tried: Addresses, named: Sequence[str]) -> type[FindingTexts]:
    """How it shows; `named` are the dead addresses, and last the one that works."""
    if all(map(is_loopback_address, named)):
        return DeadHere
    *dead, works = named
    if _are_private(dead, works):
        return Private
    refused = all(_refuses(tried.shown[address]) for address in dead)
    if refused and all(":" in a for a in dead) and not any(":" in a for a in tried.working):
        return SixRefused
    return DeadBeside if run.plan_succeeded else Dead


def _opens_elsewhere(run: RunView, dead: Sequence[str]) -> bool:
    """Whether another port of each of these addresses opens."""
    opened = {o.address for o in run.tcp if o.ok}
    return all(address in opened for address in dead)


def _are_private(dead: Sequence[str], works: str) -> bool:
    """Whether the dead ones cannot be reached over the internet at all, and the one that works can."""
    return all(map(is_private_here, dead)) and not is_private_here(works)


def _refuses(shown: Observation) -> bool:
    """Whether a machine is there, and nothing accepts connections on the port."""
    return (
        shown.step is StepName.TCP and shown.failure is not None and shown.failure.kind is FailureKind.REFUSED
    )


RULE = Rule(Cause.ONE_ADDRESS_DEAD, judge, explains=_REJECTIONS)
