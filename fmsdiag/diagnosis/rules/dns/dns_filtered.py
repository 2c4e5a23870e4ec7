"""dns-filtered: this network's name server denies a name that others know."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.dns import (
    ask_control_name,
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    denies,
    fails,
    known,
    of_control,
    other_address,
    rcode,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, attempt_at_line, lookup_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Action, Actor, Cause, Confidence, DnsFacts, Observation, Rcode
from fmsdiag.private_addresses import is_private_address


class Hidden(FindingTexts, of="dns-filtered.hidden"):
    """Another name server knows the name; whether the server works was not seen."""

    headline = text("This network's DNS server gives no usable address for the server.")
    explanation = text(
        "This network's DNS server gives no usable address for {server:host}, but a DNS server outside this network does. "
        "Networks do this to block services. A wrong or outdated entry looks the same."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.SAVE_REPORT_FOR_ADMINISTRATOR,)
    administrator = (
        plural(
            "Remove {server:host} from the DNS server's filter, or correct its local entry. Public DNS gives the address "
            "{addresses}.",
            "Remove {server:host} from the DNS server's filter, or correct its local entry. Public DNS gives the addresses "
            "{addresses}.",
        ),
    )


class PrivateElsewhere(FindingTexts, of="dns-filtered.private-elsewhere"):
    """The other name server gives a private address, which many routers strip from answers."""

    headline = Hidden.headline
    explanation = plural(
        "This network's DNS server gives no usable address for {server:host}. A DNS server outside this network gives "
        "{addresses}, which works only inside one network or VPN. Many routers remove such addresses from DNS answers (DNS "
        "rebinding protection). A filter or an outdated entry would look the same.",
        "This network's DNS server gives no usable address for {server:host}. A DNS server outside this network gives "
        "{addresses}, which work only inside one network or VPN. Many routers remove such addresses from DNS answers (DNS "
        "rebinding protection). A filter or an outdated entry would look the same.",
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (
        step(
            "If the server belongs to a company or school, connect to its network or VPN, and run the test again."
        ),
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
    )
    administrator = (
        step(
            "On the router or DNS server, exempt {server:host} from DNS rebinding protection, or from its filter."
        ),
    )


class ServerAnswers(FindingTexts, of="dns-filtered.server-answers"):
    """The media server answers at the address that is hidden."""

    headline = Hidden.headline
    explanation = text(
        "This network's DNS server gives no usable address for {server:host}, but a DNS server outside this network does, and "
        "the media server answers at that address. Networks do this to block services. A wrong or outdated entry looks "
        "the same."
    )
    acts = Hidden.acts
    you = (
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
        step(
            "Until then, use another network or, if you are allowed to, another DNS server.",
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = Hidden.administrator


class PrivateAnswers(FindingTexts, of="dns-filtered.private-answers"):
    """The hidden address is a private one, and the media server answers there."""

    headline = Hidden.headline
    explanation = plural(
        "This network's DNS server gives no usable address for {server:host}. A DNS server outside this network gives the "
        "private address {addresses}, and the media server answers there. Many routers remove such addresses from DNS answers "
        "(DNS rebinding protection). A filter or an outdated entry would look the same.",
        "This network's DNS server gives no usable address for {server:host}. A DNS server outside this network gives the "
        "private addresses {addresses}, and the media server answers there. Many routers remove such addresses from DNS "
        "answers (DNS rebinding protection). A filter or an outdated entry would look the same.",
    )
    acts = Hidden.acts
    you = (
        Steps.SAVE_REPORT_FOR_ADMINISTRATOR,
        step("Until then, use another DNS server if you are allowed to."),
    )
    administrator = PrivateElsewhere.administrator


class Nobody(FindingTexts, of="dns-filtered.nobody"):
    """The name leads to 0.0.0.0 or ::, and no other name server says what it should lead to."""

    # translators: {answered} is 0.0.0.0, which stands for no machine, or 0.0.0.0 and ::
    headline = Hidden.headline
    explanation = plural(
        "For {server:host}, the DNS server gives {answered:addresses}, which stands for no machine. So the server was not "
        "contacted. DNS filters answer like this for names that they block. A wrong DNS record of the server would look the "
        "same.",
        "For {server:host}, the DNS server gives {answered:addresses}, which stand for no machine. So the server was not "
        "contacted. DNS filters answer like this for names that they block. A wrong DNS record of the server would look the "
        "same.",
        by="answered",
    )
    acts = (Actor.ADMINISTRATOR, Actor.OPERATOR)
    you = (
        Steps.OTHER_NETWORK,
        step(
            "If it works there, save this report and send it to the person who runs this network.",
            Action.SAVE_REPORT,
            premise=Premise.OTHER_NETWORK,
        ),
    )
    administrator = (step("Check whether a DNS filter of this network blocks {server:host}."),)
    operator = (step("Check that the DNS records of {server:host} give its public address."),)
    decisive_test = text(
        "Run the test from another network, such as a phone's hotspot. If the name gets another address there, this network's "
        "DNS server filters it.",
        premise=Premise.OTHER_NETWORK,
    )


class NobodyAnywhere(FindingTexts, of="dns-filtered.nobody-anywhere"):
    """Likewise, and a DNS server outside this network gives the same, or says that there is no address."""

    headline = text("DNS gives no usable address for the server.")
    explanation = plural(
        "For {server:host}, the DNS server gives {answered:addresses}, which stands for no machine, and a second DNS server "
        "gives no usable address either. So the server was not contacted. Most likely, its DNS record is wrong. A filter that "
        "answers all DNS queries of this network would look the same.",
        "For {server:host}, the DNS server gives {answered:addresses}, which stand for no machine, and a second DNS server "
        "gives no usable address either. So the server was not contacted. Most likely, its DNS record is wrong. A filter that "
        "answers all DNS queries of this network would look the same.",
        by="answered",
    )
    acts = (Actor.OPERATOR,)
    you = (Steps.CHECK_NAME, Steps.SAVE_REPORT)
    operator = Nobody.operator
    decisive_test = Nobody.decisive_test


class Earned(Table, of="dns-filtered.earned"):
    """What the confidence rests on."""

    SECOND = text("A second DNS server gives an address for it.")
    NOBODY = text("No second DNS server gave an answer to compare with.")
    NOBODY_ANYWHERE = text("Two DNS servers give no usable address.")


def judge(run: RunView) -> Answer:
    """The configured resolver denies the name, gives 0.0.0.0, or refuses to look up this one name.

    The second resolver must know it; one that does not makes it a name that does not exist.
    """
    system, configured = by_system(run), by_configured(run)
    if system is None or known(system) or run.environment.hosts_file_addresses:
        return None
    denied = configured if configured is not None else system
    if denies(system) and not denies(denied) and system.ok:
        denied = system
    refused = fails(denied) and rcode(denied) == Rcode.REFUSED
    if not denies(denied) and not refused:
        return None
    second = by_second(run)
    if second is None:
        return ask_unless_answered(run.ask_second_resolver(), _nobody(run, denied, None))
    addresses = known(second)
    if not addresses:
        return _nobody(run, denied, second)
    control = of_control(run)
    if refused and (control is None or not control.ok):
        # a name server that refuses every name is broken, or not for us
        return ask_unless_answered(ask_control_name(run) if control is None else (), None)
    return ask_unless_answered(ask_other_address(run, addresses[0]), _found(run, denied, second))


def _nobody(run: RunView, denied: Observation, second: Observation | None) -> Found | None:
    """The address of nobody, which is no denial: where DNS denies a name, it is dns-name-not-found's."""
    if not denied.ok or not isinstance(denied.facts, DnsFacts):
        return None
    agreed = second is not None and denies(second)
    return Found(
        NobodyAnywhere if agreed else Nobody,
        Confidence.LIKELY,
        Earned.NOBODY_ANYWHERE.of() if agreed else Earned.NOBODY.of(),
        tuple(lookup_line(run, lookup) for lookup in (denied, second) if lookup is not None),
        values={"answered": denied.facts.addresses[:MOST_ADDRESSES]},
        rules_out=server_not_reached(run),
    )


_CASES: dict[tuple[bool, bool], type[FindingTexts]] = {
    (False, False): Hidden,
    (False, True): PrivateElsewhere,
    (True, False): ServerAnswers,
    (True, True): PrivateAnswers,
}
"""By whether the media server answers at the hidden address, and whether that is a private one."""


def _found(run: RunView, denied: Observation, second: Observation) -> Found:
    other, addresses = other_address(run), known(second)
    seen = [lookup_line(run, denied), lookup_line(run, second)]
    if other is not None and other.observations:
        seen.append(attempt_at_line(other, other.endpoint.address or addresses[0]))
    answers = other is not None and met_server(other)
    is_private = all(map(is_private_address, addresses))
    return Found(
        _CASES[answers, is_private],
        Confidence.LIKELY,
        Earned.SECOND.of(),
        tuple(seen),
        values={"addresses": addresses[:MOST_ADDRESSES]},
        rules_out=(RuledOut.NAME.of(),),
    )


RULE = Rule(
    Cause.DNS_FILTERED,
    judge,
    explains=(
        Cause.DNS_SERVER_FAILURE,
        Cause.SERVER_NOT_LISTENING,
        Cause.SERVER_DOWN,
        Cause.DNS_PRIVATE_ADDRESS,
    ),
)
