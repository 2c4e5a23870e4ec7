"""hosts-file-override: a line in this computer's hosts file sends the name elsewhere than DNS would."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    ask_other_address,
    by_configured,
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
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import Actor, Confidence, Observation

CAUSE = "hosts-file-override"


def judge(run: RunView) -> Answer:
    """The system's addresses are the hosts file's, DNS gives others, and no media server answers at the former.

    A line that leads to the server is somebody's purpose and no fault.
    """
    system = by_system(run)
    if system is None or not is_hosts_file(run) or any(is_server(a) for a in run.own):
        return None
    others = elsewhere(run)
    if not others:
        return None if known(by_second(run)) else ask_unless_answered(run.ask_second_resolver(), None)
    return ask_unless_answered(ask_other_address(run, others[0]), _match(run, system, others))


def _match(run: RunView, system: Observation, others: tuple[str, ...]) -> Match:
    name, given, other = run.target.host, known(system), other_address(run)
    source = next((o for o in (by_second(run), by_configured(run)) if known(o)), None)
    works, fails = other is not None and is_server(other), other is not None and not is_server(other)
    seen = [
        line(f"This computer's hosts file gives {', '.join(given[:3])} for {name}.", system),
        line(f"DNS gives {', '.join(others[:3])}.", source),
    ]
    failed = next((a for a in run.own if a.failed_step is not None), None)
    if failed is not None:
        seen.append(line(f"At {given[0]}: {told(failed)}.", failed.failed_step))
    if other is not None and other.observations:
        seen.append(line(f"At {other.endpoint.address}: {told(other)}.", other.observations[-1]))
    path = (
        "C:\\Windows\\System32\\drivers\\etc\\hosts"
        if run.environment.system.startswith("Windows")
        else "/etc/hosts"
    )
    return Match(
        Confidence.LIKELY if fails else Confidence.CONFIRMED,
        "This computer's hosts file sends the name elsewhere.",
        f"A line of the file {path} on this computer says that {name} is {given[0]}, so nobody asks DNS, "
        f"which says {others[0]}. "
        f"No media server answers at {given[0]}"
        + (
            f", and at {others[0]} it does."
            if works
            else f"; at {others[0]} none answered either."
            if fails
            else "."
        )
        + " Such lines stay behind from tests and moves, or are put there by other software.",
        (Actor.USER,),
        Advice(
            user=f"Remove the line with {name} from {path} (this needs administrator rights), or ask whoever looks after this "
            "computer. Then run the test again.",
        ),
        "The hosts file has the line, DNS says otherwise"
        + (
            ", and the server answers where DNS says."
            if works
            else "; but DNS's address does not work either."
            if fails
            else "."
        ),
        tuple(seen),
        rules_out=("a firewall on the way", "the application's name"),
    )


RULE = Rule(CAUSE, judge, explains=(*OF_A_WRONG_ADDRESS, "dns-hijacked", "dns-filtered"))
