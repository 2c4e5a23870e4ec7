"""dns-stale-address: the name still has the address of a machine that is not there any more."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import connect_facts, met_server
from fmsdiag.diagnosis.evidence.dns import (
    ask_other_address,
    by_second,
    by_system,
    elsewhere,
    is_hosts_file,
    known,
    other_address,
    reports_missing,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import RuledOut, network_cleared
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, address_port_line, attempt_at_line, lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.server.app_not_found import names_no_application
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Observation,
    Status,
    StepName,
)


class Moved(FindingTexts, of="dns-stale-address.moved"):
    """The media server answers at the address that another name server gives."""

    headline = text("This network's DNS server gives an old address for the server.")
    explanation = text(
        "The router in front of {old:address} reports that there is no machine at that address. Another DNS server gives "
        "{new:address} for {server:host}, and the media server answers there. So the server has moved, and this "
        "network's DNS server still gives the old address."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step("Restart the router and run the test again."),
        step(
            "If that does not help, save this report and send it to the person who runs this network.",
            Action.SAVE_REPORT,
        ),
    )
    administrator = (
        step(
            "Clear the DNS server's cache or correct its local entry for {server:host}. It gives {old:address} instead of "
            "{new:address}."
        ),
    )


class OtherServer(FindingTexts, of="dns-stale-address.other-server"):
    """A media server at the address rejects the application; the one at the address that another name server gives takes it."""

    headline = text("This network's DNS server leads to a server without this application.")
    explanation = text(
        "This network's DNS server gives {old:address} for {server:host}, and the media server there does not have the "
        "application. Another DNS server gives {new:address}, and the media server there accepts the same connection. Most "
        "likely the server has moved, and this network's DNS server still gives the old address."
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = Moved.you
    administrator = Moved.administrator
    operator = (
        step(
            "If {old:address} is still an address of {server:host}, give the server there the same applications as the one at "
            "{new:address}."
        ),
    )


class MayHaveMoved(FindingTexts, of="dns-stale-address.may-have-moved"):
    """No other address is known: moved or switched off."""

    headline = text("The server name may point to an old address.")
    explanation = text(
        "The router in front of {old:address}, the address of {server:host}, reports that there is no machine at that "
        "address. Either the server is turned off, or it has moved and its DNS record was not updated. From here, the "
        "two look the same."
    )
    acts = (Actor.OPERATOR,)
    you = (
        step(
            "Save this report, send it to the people who run the server, and ask whether its address has changed.",
            Action.SAVE_REPORT,
        ),
    )
    operator = (
        plural(
            "Check that {addresses} is still the address of {server:host}, and that the server is turned on.",
            "Check that {addresses} are still the addresses of {server:host}, and that the server is turned on.",
        ),
        step("If the server has moved, update the A or AAAA record of {server:host}."),
    )
    decisive_test = text("Ask the people who run the server whether its address has changed.")


class Earned(Table, of="dns-stale-address.earned"):
    """What the confidence rests on."""

    SERVER = text("The media server answers at the address that another DNS server gives.")
    APPLICATION = text("The same connection is rejected at one address and accepted at the other.")
    ROUTER = text(
        "A router reports that the machine is missing, but a server that is turned off looks the same."
    )


class Excluded(Table, of="dns-stale-address.ruled-out"):
    FIREWALL = text("This network's firewall is not the cause: a router beyond this network answered.")


def judge(run: RunView) -> Answer:
    """A router near the address says that no machine stands there; another resolver's newer address proves it."""
    system, tcp = by_system(run), run.sent
    given = known(system)
    if system is None or not given or not tcp or is_hosts_file(run):
        return None
    if (rejected := _without_application(run)) is not None:
        return _at_other_server(run, rejected)
    dead = (FailureKind.UNREACHABLE, FailureKind.TIMED_OUT)
    if any(o.failure is None or o.failure.kind not in dead for o in tcp):
        return None
    reported = reports_missing(run)
    if reported is None:
        return None
    others, other = elsewhere(run), other_address(run)
    if by_second(run) is None:
        return ask_unless_answered(run.ask_second_resolver(), _found(run, system, reported, None))
    if others and other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), _found(run, system, reported, None))
    return _found(run, system, reported, other if other is not None and met_server(other) else None)


def _without_application(run: RunView) -> Attempt | None:
    """An attempt that a media server rejected as it has no such application; none where anything connected."""
    if run.connected or run.target.is_literal or run.is_loopback:
        return None
    said = (a for a in run.media if a.endpoint.proxy is None and names_no_application(connect_facts(a)))
    return next(said, None)


def _at_other_server(run: RunView, rejected: Attempt) -> Answer:
    """Whether it is another machine than the one that a second name server gives, where the application exists."""
    others, other = elsewhere(run), other_address(run)
    if by_second(run) is None:
        return ask_unless_answered(run.ask_second_resolver(), None)
    if not others:
        return None
    if other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), None)
    if other.status is not Status.CONNECTED:
        return None
    greeted, second = rejected.step(StepName.HANDSHAKE), by_second(run)
    old, new = (greeted.address if greeted is not None else None) or "", other.endpoint.address or others[0]
    lines = [attempt_at_line(rejected, old)]
    if second is not None and known(second):
        lines.append(lookup_line(run, second))
    return Found(
        OtherServer,
        Confidence.LIKELY,
        Earned.APPLICATION.of(),
        (*lines, attempt_at_line(other, new)),
        values={"old": old, "new": new},
        rules_out=network_cleared(run),
    )


def _found(run: RunView, system: Observation, reported: Observation, other: Attempt | None) -> Found:
    given = known(system)
    if other is None:
        case: type[FindingTexts] = MayHaveMoved
        values: dict[str, object] = {"old": given[0], "addresses": given[:MOST_ADDRESSES]}
    else:
        case, values = Moved, {"old": given[0], "new": other.endpoint.address or ""}
    return Found(
        case,
        Confidence.POSSIBLE if other is None else Confidence.LIKELY,
        Earned.ROUTER.of() if other is None else Earned.SERVER.of(),
        _seen(run, reported, other),
        values=values,
        rules_out=(RuledOut.APPLICATION.of(), Excluded.FIREWALL.of()),
    )


def _seen(run: RunView, reported: Observation, other: Attempt | None) -> tuple[EvidenceLine, ...]:
    second, seen = by_second(run), [address_port_line(reported)]
    if second is not None and known(second):
        seen.append(lookup_line(run, second))
    if other is not None:
        seen.append(attempt_at_line(other, other.endpoint.address or ""))
    return tuple(seen)


RULE = Rule(
    Cause.DNS_STALE_ADDRESS,
    judge,
    explains=(Cause.SERVER_DOWN, Cause.APP_NOT_FOUND, Cause.REJECTED_BY_SERVER),
)
