"""dns-filtered: this network's name server denies a name that others know."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    ask_control_name,
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    denies,
    fails,
    is_server,
    known,
    of_control,
    other_address,
    rcode,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import Actor, Confidence, FailureKind, Observation

CAUSE = "dns-filtered"


def judge(run: RunView) -> Answer:
    """The configured resolver denies the name, gives the address of nobody, or refuses to look up this one name.

    The second resolver must know it; one that does not makes it a name that does not exist.
    """
    system, configured = by_system(run), by_configured(run)
    if system is None or known(system) or run.environment.hosts_file_addresses:
        return None
    denied = configured if configured is not None else system
    if denies(system) and not denies(denied) and system.ok:
        denied = system
    refused = fails(denied) and rcode(denied) == "REFUSED"
    if not denies(denied) and not refused:
        return None
    second = by_second(run)
    if second is None:
        return ask_unless_answered(run.ask_second_resolver(), None)
    addresses = known(second)
    if not addresses:
        return None
    control = of_control(run)
    if refused and (control is None or not control.ok):
        # a name server that refuses every name is broken, or not for us
        return ask_unless_answered(ask_control_name(run) if control is None else (), None)
    return ask_unless_answered(ask_other_address(run, addresses[0]), _match(run, denied, second))


def _match(run: RunView, denied: Observation, second: Observation) -> Match:
    name, other = run.target.host, other_address(run)
    who = f"the name server {denied.address}" if denied.address else "this network's name server"
    if denied.ok:
        what = "gives an address that means nobody"
    elif fails(denied):
        what = "refuses to look it up"
    else:
        missing = denied.failure is not None and denied.failure.kind is FailureKind.NAME_NOT_FOUND
        what = f"says that the name {'does not exist' if missing else 'has no address'}"
    addresses = known(second)
    seen = [
        line(f"{who[0].upper()}{who[1:]} {what}.", denied),
        line(f"Another name server ({second.address}) knows it: {', '.join(addresses[:3])}.", second),
    ]
    if other is not None and other.observations:
        seen.append(line(f"At {addresses[0]}: {told(other)}.", other.observations[-1]))
    answers = other is not None and is_server(other)
    return Match(
        Confidence.LIKELY,
        "This network's name server hides the server's name.",
        f"Asked for {name}, {who} {what}, while a name server outside this network knows the address. Networks do so "
        "to keep people from some services; a wrong or outdated entry looks the same."
        + (" At the address that it hides, the media server answers." if answers else ""),
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Ask whoever looks after this network to allow the name. If you may, set this computer "
            "to another name server, "
            "or use another network."
            if answers
            else "Ask whoever looks after this network to allow the name.",
            administrator=f"{who[0].upper()}{who[1:]} {what} when asked for {name}; public DNS gives "
            f"{', '.join(addresses[:3])}. Take the name off the filter's list, or correct the local zone.",
        ),
        "Another name server, asked from here, knows the name.",
        tuple(seen),
        rules_out=("a typing error in the name", "the server's own DNS zone"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=("dns-server-failure", "server-not-listening", "server-down", "dns-private-address"),
)
