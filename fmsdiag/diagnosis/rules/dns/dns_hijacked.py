"""dns-hijacked: this network's name server gives another machine's address for the server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    denies,
    elsewhere,
    is_hosts_file,
    is_internal,
    known,
    other_address,
    reports_missing,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.evidence.web import web_answer
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.names import attempt_at_line, lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, Text, step, text
from fmsdiag.model import Actor, Attempt, Cause, Confidence, FailureKind, Observation, Status
from fmsdiag.private_addresses import is_loopback_address, is_private_address


class WrongAddress(FindingTexts, of="dns-hijacked.wrong-address"):
    """The server answers at the address that another name server gives."""

    headline = text("This network's DNS server gives the wrong address for the server.")
    explanation = text(
        "This network's DNS server gives {wrong:address} for {server:host}, where no media server answers. A DNS server "
        "outside this network gives {right:address}, and the media server answers there. Networks do this to show a "
        "block page. Malware and wrong local entries look the same."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
        step(
            "Until then, use another network or, if you are allowed to, another DNS server.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (
        step(
            "Remove the local entry or filter rule for {server:host} from the DNS server. It gives {wrong:address} instead "
            "of {right:address}."
        ),
    )


class ThisComputer(FindingTexts, of="dns-hijacked.this-computer"):
    """The address that this network gives is this computer's own, as filters for names give it."""

    headline = text("This network's DNS server makes the server's name lead nowhere.")
    explanation = text(
        "This network's DNS server gives {wrong:address} for {server:host}. That address is this computer itself, so the "
        "name leads nowhere. A DNS server outside this network gives {right:address}, and the media server answers there. "
        "Networks block names in this way. Malware and wrong local entries look the same."
    )
    acts = WrongAddress.acts
    you = WrongAddress.you
    administrator = WrongAddress.administrator


class NothingThere(FindingTexts, of="dns-hijacked.nothing-there"):
    """Likewise, and nothing at all answers at this network's address."""

    headline = text("This network's DNS server gives an address where nothing answers.")
    explanation = text(
        "This network's DNS server gives {wrong:address} for {server:host}, and nothing answers there. A DNS server "
        "outside this network gives {right:address}, and the media server answers there. Either this network still has "
        "an old address, or it blocks the name with a false one. Malware and wrong local entries look the same."
    )
    acts = WrongAddress.acts
    you = (step("Restart the router and run the test again."), *WrongAddress.you)
    administrator = (
        step(
            "Clear the DNS server's cache, and look for a local entry or filter rule for {server:host}. It gives "
            "{wrong:address} instead of {right:address}."
        ),
    )


class MadeUp(FindingTexts, of="dns-hijacked.made-up"):
    """The name does not exist, and this network gives the address of a web page for it."""

    headline = text("The server name probably does not exist; this network redirects it.")
    explanation = text(
        "This network's DNS server gives {wrong:address} for {server:host}, where a website answers but no media server. "
        "A DNS server outside this network says that the name does not exist. Some networks answer misspelled names with "
        "the address of their own search or advertising page."
    )
    acts = (Actor.USER, Actor.ADMINISTRATOR)
    you = (Steps.CHECK_NAME, Steps.SAVE_REPORT_IF_RIGHT)
    administrator = (
        step(
            "Configure the DNS server to return “no such name” (NXDOMAIN) instead of an address of its own."
        ),
    )


class Seen(Table, of="dns-hijacked.seen"):
    WEBSITE = text("A web server answers at {address} instead of a media server.")


class Earned(Table, of="dns-hijacked.earned"):
    """What the confidence rests on."""

    SERVER = text("The media server answers at the address that a second DNS server gives.")
    NO_NAME = text(
        "A second DNS server says that the name does not exist, and a website answers at the address."
    )


class Excluded(Table, of="dns-hijacked.ruled-out"):
    SERVER = text("The server is not the cause: it answers at its real address.")
    SERVER_DOWN = text("The server is not down: it answers at its real address.")
    FIREWALL = text("A firewall is not the cause: the server's real address can be reached from here.")
    NETWORK = text("A firewall is not the cause: the address was reached, and a website answered.")


def judge(run: RunView) -> Answer:
    """What answers at the system's address is not the server; what answers at the second resolver's address is.

    Where the system's address works, it is the server's own for this network (split horizon), whatever others say.
    """
    system = by_system(run)
    given = known(system)
    if not given or is_hosts_file(run) or any(met_server(a) for a in run.own):
        return None
    if by_second(run) is None:
        return ask_unless_answered(
            run.ask_second_resolver(), None
        )  # whatever is silent may be the wrong machine
    others = elsewhere(run)
    if system is None:
        return None
    if not others:
        return _invented(run, given)
    other = other_address(run)
    if other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), None)
    if not met_server(other) or is_internal(run, given) or reports_missing(run):
        return None
    return _wrong_address(run, system, given, other)


def _invented(run: RunView, given: tuple[str, ...]) -> Found | None:
    """A web server where this network's resolver sends us, for a name that the second one says does not exist.

    Private addresses are left out: a name of the own network is not known outside.
    """
    own, second, page = by_configured(run), by_second(run), _web(run)
    lied = own is not None and bool(known(own)) and denies(second)
    if not lied or page is None or own is None or second is None or any(map(is_private_address, given)):
        return None
    website = evidence_line(Seen.WEBSITE.of(address=given[0]), page)
    return Found(
        MadeUp,
        Confidence.LIKELY,
        Earned.NO_NAME.of(),
        (lookup_line(run, own), lookup_line(run, second), website),
        values={"wrong": given[0]},
        rules_out=(Excluded.NETWORK.of(),),
    )


def _machine_answers(run: RunView) -> bool:
    """Whether a machine stands at the system's address; where none does, it may be an old one."""
    return any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in run.tcp)


def _web(run: RunView) -> Observation | None:
    """A web server's answer to RTMP itself: to a tunnel's request, one may answer beside a media server."""
    direct = (a for a in run.media if not a.endpoint.transport.is_tunnel)
    return next((o for a in direct if (o := web_answer(a)) is not None), None)


def _case(run: RunView, given: tuple[str, ...]) -> type[FindingTexts]:
    if all(map(is_loopback_address, given)):
        return ThisComputer
    return WrongAddress if _machine_answers(run) else NothingThere


def _wrong_address(run: RunView, system: Observation, given: tuple[str, ...], other: Attempt) -> Found:
    own, second = by_configured(run), by_second(run)
    right = other.endpoint.address or ""
    seen = [lookup_line(run, own if own is not None and own.ok else system)]
    if second is not None:
        seen.append(lookup_line(run, second))
    failed = next((a for a in run.own if a.failed_step is not None), None)
    if failed is not None:
        seen.append(attempt_at_line(failed, given[0]))
    seen.append(attempt_at_line(other, right))
    return Found(
        _case(run, given),
        Confidence.LIKELY,
        Earned.SERVER.of(),
        tuple(seen),
        values={"wrong": given[0], "right": right},
        rules_out=(_server_excluded(other).of(), Excluded.FIREWALL.of()),
    )


def _server_excluded(other: Attempt) -> Text:
    """What its answer excludes of the server: one that rejects the connection is not down, and a cause of its own."""
    return Excluded.SERVER if other.status is Status.CONNECTED else Excluded.SERVER_DOWN


RULE = Rule(Cause.DNS_HIJACKED, judge, explains=OF_A_WRONG_ADDRESS)
