"""dns-stale-address: the name still has the address of a machine that is not there any more."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    HOST_UNREACHABLE,
    ask_other_address,
    by_second,
    by_system,
    elsewhere,
    is_hosts_file,
    is_server,
    known,
    other_address,
)
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import outcome, told
from fmsdiag.model import Actor, Attempt, Confidence, FailureKind, Observation

CAUSE = "dns-stale-address"


def judge(run: RunView) -> Answer:
    """A router near the address says that no machine stands there; another resolver's newer address proves it."""
    system, tcp = by_system(run), run.sent
    given = known(system)
    if system is None or not given or not tcp or is_hosts_file(run):
        return None
    dead = (FailureKind.UNREACHABLE, FailureKind.TIMED_OUT)
    if any(o.failure is None or o.failure.kind not in dead for o in tcp):
        return None
    reported = next((o for o in tcp if _nobody_there(run, o)), None)
    if reported is None:
        return None
    others, other = elsewhere(run), other_address(run)
    if by_second(run) is None:
        return ask_unless_answered(run.ask_second_resolver(), _match(run, system, reported, None))
    if others and other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), _match(run, system, reported, None))
    return _match(run, system, reported, other if other is not None and is_server(other) else None)


def _nobody_there(run: RunView, observation: Observation) -> bool:
    """An ICMP "host unreachable" from a router that is not on our side: the one on the machine's own link."""
    icmp = observation.failure.icmp if observation.failure is not None else None
    return (
        icmp is not None
        and icmp.sender is not None
        and (icmp.type, icmp.code) in HOST_UNREACHABLE
        and not run.on_local_side(icmp.sender)
    )


def _match(run: RunView, system: Observation, reported: Observation, other: Attempt | None) -> Match:
    name, given, second = run.target.host, known(system), by_second(run)
    right = other.endpoint.address if other is not None else None
    seen = [line(f"Port {reported.port} of {reported.address}: {outcome(reported)}.", reported)]
    if second is not None and known(second):
        same = "the same address" if other is None else f"{right} instead"
        seen.append(line(f"Another name server ({second.address}) gives {same}.", second))
    if other is not None:
        seen.append(line(f"At {right}: {told(other)}.", other.observations[-1]))
    return Match(
        Confidence.POSSIBLE if other is None else Confidence.LIKELY,
        "The server's name may lead to an old address."
        if other is None
        else "This network's name server gives an old address.",
        f"The router in front of {given[0]}, the address of {name}, says that no such machine is there. "
        + (
            "Either the server is switched off, or it has moved and its name was not changed. From here the two look alike."
            if other is None
            else f"Another name server gives {right}, and there the media server answers: the server has moved, and the name "
            "server of this network still tells its old address."
        ),
        (Actor.OPERATOR,) if other is None else (Actor.ADMINISTRATOR,),
        Advice(
            user="Ask the people who run the server whether its address has changed."
            if other is None
            else "Restart the router, or "
            "ask whoever looks after this network to empty the name server's cache.",
            administrator=""
            if other is None
            else f"Empty the resolver's cache or correct its local entry: it gives {given[0]} for "
            f"{name}, public DNS gives {right}.",
            operator=f"Check that {', '.join(given[:3])} is still the server's address; if it has moved, "
            "change the A or AAAA record "
            f"of {name}."
            if other is None
            else "",
        ),
        "A router reports that the machine is missing; a server that is switched off looks the same."
        if other is None
        else "The media server answers at the address that another name server gives.",
        tuple(seen),
        rules_out=("the application's name", "this network's firewall"),
        decisive_test="Ask the people who run the server for its present address." if other is None else "",
    )


RULE = Rule(CAUSE, judge, explains=("server-down",))
