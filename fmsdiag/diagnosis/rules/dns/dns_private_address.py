"""dns-private-address: public DNS gives an address that exists only inside somebody's network."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import by_second, by_system, denies, is_hosts_file, known
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import outcome
from fmsdiag.model import Actor, Confidence, Observation
from fmsdiag.target import is_private_address

CAUSE = "dns-private-address"


def judge(run: RunView) -> Answer:
    """Only private addresses, nothing opens at any of them, and a resolver outside this network gives the same.

    A name that only this network's resolver knows is a name of this network, and its server may just be off.
    """
    system = by_system(run)
    given = known(system)
    if system is None or not given or not all(is_private_address(a) for a in given) or is_hosts_file(run):
        return None
    if run.target.is_literal or any(o.ok for o in run.tcp) or not run.tcp:
        return None
    second = by_second(run)
    theirs = known(second)
    if denies(second) or (theirs and not all(is_private_address(a) for a in theirs)):
        return None
    return ask_unless_answered(
        run.ask_second_resolver(), _match(run, system, given, second if theirs else None)
    )


def _match(run: RunView, system: Observation, given: tuple[str, ...], second: Observation | None) -> Match:
    name, failed = run.target.host, next((o for o in run.tcp if not o.ok), None)
    local = all(a.startswith("127.") or a == "::1" for a in given)
    seen = [line(f"{name} has the address {', '.join(given[:3])}, which is private.", system)]
    if second is not None:
        seen.append(
            line(f"A name server outside this network ({second.address}) gives a private one, too.", second)
        )
    if failed is not None:
        seen.append(line(f"Port {failed.port} of {failed.address}: {outcome(failed)}.", failed))
    return Match(
        Confidence.LIKELY if second is not None else Confidence.POSSIBLE,
        "The server's name leads to a private address.",
        f"{name} has the address {given[0]}. "
        + (
            "Such an address always means the very computer that asks. "
            if local
            else "Such addresses exist in every private network anew and cannot be reached over the internet. "
        )
        + "Most likely the server's internal address was published instead of its public one. If the "
        "server is meant to be used "
        "only from inside its own network, this computer is not in it, or its VPN is not connected.",
        (Actor.OPERATOR,),
        Advice(
            user="If the server belongs to a company or school, connect to its network or VPN first. "
            "Otherwise send this report "
            "to the people who run the server.",
            operator=f"The A or AAAA record of {name} is {', '.join(given[:3])}. Publish the server's "
            "public address, or, behind "
            "NAT, the router's with the ports forwarded.",
        ),
        "A name server outside this network gives a private address as well, and nothing answers there."
        if second is not None
        else "Nothing answers there; no name server outside this network could be asked.",
        tuple(seen),
        rules_out=("the application's name",),
        decisive_test="" if second is not None else "Look the name up from another network.",
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=(
        "server-down",
        "server-not-listening",
        "port-blocked",
        "dns-stale-address",
        "server-firewall",
        "rtmp-service-stopped",
    ),
)
