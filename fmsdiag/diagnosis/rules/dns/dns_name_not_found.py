"""dns-name-not-found: the server's name does not exist."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    by_configured,
    by_second,
    by_system,
    denies,
    known,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    DnsFacts,
    Experiment,
    FailureKind,
    LookupSource,
    Observation,
    StepName,
)
from fmsdiag.model.messages import Name

_NO_NAME = (FailureKind.NAME_NOT_FOUND, FailureKind.NO_DATA)


class NoName(FindingTexts, of="dns-name-not-found.no-name"):
    """Two name servers say that there is no such name."""

    headline = text("The server name {server:host} does not exist.")
    explanation = text(
        "Two DNS servers say that {server:host} does not exist. It may be misspelled, or the server's owner has removed "
        "the name."
    )
    acts = (Actor.USER, Actor.OPERATOR)
    you = (Steps.CHECK_NAME, Steps.SAVE_REPORT_IF_RIGHT)
    operator = (step("Check the DNS zone of {server:host}. It has no A or AAAA record for this name."),)


class NoNameSaysOne(FindingTexts, of="dns-name-not-found.no-name-says-one"):
    """One name server says so, and no other was asked."""

    headline = NoName.headline
    explanation = text(
        "The DNS server says that {server:host} does not exist. It may be misspelled, or the server's owner has removed "
        "the name. A network that blocks some names looks the same."
    )
    acts = NoName.acts
    you = NoName.you
    operator = (
        step(
            "Check whether the DNS zone of {server:host} has an A or AAAA record for this name. If it has one, a network "
            "may block the name."
        ),
    )
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the name is found there, this network blocks "
        "it.",
    )


class NoAddress(FindingTexts, of="dns-name-not-found.no-address"):
    """Two name servers know the name and no address for it."""

    headline = text("The server name {server:host} has no address.")
    explanation = text(
        "Two DNS servers say that {server:host} has no address. It may be misspelled, or the server's owner has removed "
        "the address."
    )
    acts = NoName.acts
    you = NoName.you
    operator = NoName.operator


class NoAddressSaysOne(FindingTexts, of="dns-name-not-found.no-address-says-one"):
    """One name server says so, and no other was asked."""

    headline = NoAddress.headline
    explanation = text(
        "The DNS server says that {server:host} has no address. It may be misspelled, or the server's owner has removed "
        "the address. A network that blocks some names looks the same."
    )
    acts = NoName.acts
    you = NoName.you
    operator = NoNameSaysOne.operator
    decisive_test = NoNameSaysOne.decisive_test


class Dangling(FindingTexts, of="dns-name-not-found.dangling"):
    """The name exists, as an alias for one that does not."""

    headline = text("The server name {server:host} points to a name that does not exist.")
    explanation = text(
        "{server:host} is an alias (CNAME) for {alias:name}, and that name has no address. So the name is spelled correctly, "
        "and its owner must fix the alias. The media server was not reached."
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.SAVE_REPORT,)
    operator = (
        step(
            "In the DNS zone of {server:host}, fix the CNAME record, or replace it with the server's A or AAAA records. It "
            "points to {alias:name}, which has no address."
        ),
    )


class Localhost(FindingTexts, of="dns-name-not-found.localhost"):
    """This computer does not know its own name, which is in no DNS zone (RFC 6761)."""

    headline = text("This computer does not find the name {server:host}.")
    explanation = text(
        "{server:host} always means this computer itself. It is not in DNS; this computer's hosts file normally lists it, "
        "and that entry is missing or cannot be read."
    )
    acts = (Actor.USER,)
    you = (
        step("Enter 127.0.0.1 instead of {server:host}.", Action.EDIT_SERVER),
        step(
            "To make the name work again, add the line “127.0.0.1 localhost” to this computer's hosts file."
        ),
    )


class OtherName(FindingTexts, of="dns-name-not-found.other-name"):
    """This computer still found an address, most likely that of a longer name."""

    headline = text("The server name does not exist; the address found is wrong.")
    explanation = text(
        "{server:host} does not exist in DNS. This computer still found an address, {address}, most likely because it "
        "added its own domain to the name. No media server answers there. The name may be misspelled, or the server's "
        "owner has removed it."
    )
    acts = NoName.acts
    you = NoName.you
    administrator = (step("Remove the search domain, or its wildcard record that answers misspelled names."),)
    operator = NoName.operator


class OtherNameSaysOne(FindingTexts, of="dns-name-not-found.other-name-says-one"):
    """Likewise, and no second name server was asked."""

    headline = OtherName.headline
    explanation = text(
        "The one DNS server that was asked says that {server:host} does not exist. This computer still found an address, "
        "{address}, most likely because it added its own domain to the name. No media server answers there. The name may "
        "be misspelled, its owner may have removed it, or this network may block it."
    )
    acts = NoName.acts
    you = NoName.you
    administrator = OtherName.administrator
    operator = NoNameSaysOne.operator
    decisive_test = NoNameSaysOne.decisive_test


class Earned(Table, of="dns-name-not-found.earned"):
    """What the confidence rests on."""

    TWO = text("Two DNS servers agree.")
    ONE = text("Only one DNS server was asked.")
    OWN_NAME = text("This computer's own lookup does not find a name that every computer has.")
    NO_SERVER_THERE = text(
        "Two DNS servers say that the name does not exist, and no media server answers at the address found."
    )


class Seen(Table, of="dns-name-not-found.seen"):
    ALIAS = text(
        "DNS server {resolver:address} says that {host} is an alias for {alias:name}, and gives no address for it."
    )


class Excluded(Table, of="dns-name-not-found.ruled-out"):
    FIREWALL = text("A firewall is not the cause: the name itself does not exist.")


def judge(run: RunView) -> Answer:
    """NXDOMAIN, or no address, from every resolver that was asked; one that knows the name speaks against it."""
    if run.environment.hosts_file_addresses:
        return None
    if not run.name_failed:
        return _completed(run)
    asked = run.lookups(LookupSource.DNS)
    denied = [o for o in asked if o.failure is not None and o.failure.kind in _NO_NAME]
    if not denied and not asked:
        denied = [
            o
            for o in run.lookups(LookupSource.SYSTEM)
            if o.failure is not None and o.failure.kind in _NO_NAME
        ]
    if not denied:
        return None
    if run.target.host.rstrip(".").lower() == "localhost":
        return _own_name(run, denied[0])
    second = next(iter(run.performed(Experiment.SECOND_RESOLVER)), None)
    step = second.step(StepName.DNS) if second is not None else None
    if step is not None and step.ok:
        return None  # another resolver knows it: something denies the name here
    agreed = step is not None and step.failure is not None and step.failure.kind in _NO_NAME
    return ask_unless_answered(run.ask_second_resolver(), _found(run, denied[0], step if agreed else None))


def _completed(run: RunView) -> Answer:
    """DNS denies the name as it was written, and this computer's lookup has an address all the same: it added an ending.

    Short names are meant so, and those of .local are not in DNS; where RTMP is spoken, it was the right place.
    """
    name, own, system = run.target.host, by_configured(run), by_system(run)
    given = known(system)
    meant = "." not in name or name.endswith((".local", ".localhost", ".lan", ".home.arpa", ".internal"))
    if not given or meant or own is None or own.failure is None or own.failure.kind not in _NO_NAME:
        return None
    if any(met_server(a) for a in run.own):
        return None
    second = by_second(run)
    if second is not None and not denies(second):
        return None
    return ask_unless_answered(run.ask_second_resolver(), _other_name(run, own, system, second))


def _other_name(
    run: RunView, own: Observation, system: Observation | None, second: Observation | None
) -> Found:
    agreed = second is not None
    return Found(
        OtherName if agreed else OtherNameSaysOne,
        Confidence.LIKELY if agreed else Confidence.POSSIBLE,
        Earned.NO_SERVER_THERE.of() if agreed else Earned.ONE.of(),
        tuple(lookup_line(run, o) for o in (own, system, second) if o is not None),
        values={"address": known(system)[0]},
        rules_out=(Excluded.FIREWALL.of(),),
    )


def _own_name(run: RunView, denied: Observation) -> Found:
    return Found(
        Localhost,
        Confidence.CONFIRMED,
        Earned.OWN_NAME.of(),
        (lookup_line(run, denied),),
        rules_out=(*server_not_reached(run), RuledOut.FIREWALL.of()),
    )


def _dangling(run: RunView, denied: Observation, second: Observation | None, alias: str) -> Found:
    agreed = second is not None and _alias(second) == alias
    told = [o for o in (denied, second) if o is not None and _alias(o) == alias]
    lines = (
        evidence_line(Seen.ALIAS.of(resolver=o.address or "", host=run.target.host, alias=Name(alias)), o)
        for o in told
    )
    return Found(
        Dangling,
        Confidence.CONFIRMED if agreed else Confidence.LIKELY,
        Earned.TWO.of() if agreed else Earned.ONE.of(),
        tuple(lines),
        values={"alias": Name(alias)},
        rules_out=(*server_not_reached(run), RuledOut.FIREWALL.of()),
    )


def _alias(lookup: Observation) -> str | None:
    return lookup.facts.alias if isinstance(lookup.facts, DnsFacts) else None


def _found(run: RunView, denied: Observation, second: Observation | None) -> Found:
    if (alias := _alias(denied)) is not None:
        return _dangling(run, denied, second, alias)
    case: type[FindingTexts]
    if denied.failure is not None and denied.failure.kind is FailureKind.NO_DATA:
        case = NoAddress if second is not None else NoAddressSaysOne
    else:
        case = NoName if second is not None else NoNameSaysOne
    return Found(
        case,
        Confidence.CONFIRMED if second is not None else Confidence.LIKELY,
        Earned.TWO.of() if second is not None else Earned.ONE.of(),
        tuple(lookup_line(run, o) for o in (denied, second) if o is not None),
        rules_out=(*server_not_reached(run), RuledOut.FIREWALL.of()),
    )


RULE = Rule(Cause.DNS_NAME_NOT_FOUND, judge, explains=OF_A_WRONG_ADDRESS)
