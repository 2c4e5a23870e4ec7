"""hosts-file-override: a line in this computer's hosts file sends the name elsewhere than DNS would."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.attempts import met_server
from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    elsewhere,
    is_hosts_file,
    known,
    other_address,
)
from fmsdiag.diagnosis.evidence.port_proof import proof_of
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import evidence_line, route_of
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.lines.names import MOST_ADDRESSES, attempt_at_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Table, step, text
from fmsdiag.model import Actor, Attempt, Cause, Confidence, EvidenceLine, Observation, StepName
from fmsdiag.model.messages import Name


class Override(FindingTexts, of="hosts-file-override.override"):
    """The address of DNS could not be tried."""

    headline = text("This computer's hosts file has a different address for the server.")
    # translators: {file} is the path of the hosts file
    explanation = text(
        "A line in {file:name} on this computer gives {address} for {server:host}, so DNS is not used. DNS gives "
        "{other:address}. No media server answers at the address in the file. Such lines are often left over from a test "
        "or a move, or were added by other software."
    )
    acts = (Actor.USER,)
    you = (
        step(
            "Remove the line with {server:host} from {file:name}, which requires administrator rights, or ask the person who "
            "manages this computer."
        ),
        Steps.RUN_AGAIN,
    )


class ServerElsewhere(FindingTexts, of="hosts-file-override.server-elsewhere"):
    """The media server answers at the address of DNS."""

    headline = Override.headline
    explanation = text(
        "A line in {file:name} on this computer gives {address} for {server:host}, where no media server answers. DNS "
        "gives {other:address}, where the media server answers. Such lines are often left over from a test or a move, or "
        "were added by other software."
    )
    acts = Override.acts
    you = Override.you


class Blocked(FindingTexts, of="hosts-file-override.blocked"):
    """The port by which DNS's address was tried does not get out of this network to any server."""

    headline = Override.headline
    explanation = text(
        "A line in {file:name} on this computer gives {address} for {server:host}, so DNS is not used. DNS gives "
        "{other:address}. No media server answers at the address in the file. Whether one answers at the other address is "
        "not known: port {port} of a reference server cannot be reached from here either."
    )
    acts = Override.acts
    you = Override.you


class NeitherAnswers(FindingTexts, of="hosts-file-override.neither-answers"):
    """No media server answers at the file's address, and not by the way that was tried at the other one."""

    headline = Override.headline
    explanation = text(
        "A line in {file:name} on this computer gives {address} for {server:host}, and DNS gives {other:address}. No media "
        "server answers at the address in the file. {route} fails at the other address too. The line may be wrong or out of "
        "date, and the server may have a problem as well."
    )
    acts = Override.acts
    you = Override.you


class Seen(Table, of="hosts-file-override.seen"):
    FILE = text("This computer's hosts file gives {addresses} for {host}.")
    DNS = text("DNS gives {addresses} for {host}.")


class Excluded(Table, of="hosts-file-override.ruled-out"):
    NETWORK = text("The network is not the cause: the media server answers at the address that DNS gives.")


class Earned(Table, of="hosts-file-override.earned"):
    """What the confidence rests on."""

    FILE = text("The hosts file has the line, and DNS gives another address.")
    SERVER = text("The hosts file has the line, and the server answers at the address that DNS gives.")
    NEITHER = text("The hosts file has the line, but the address that DNS gives was tried without success.")


def judge(run: RunView) -> Answer:
    """The system's addresses are the hosts file's, DNS gives others, and no media server answers at the former.

    A line that leads to the server is there on purpose and no fault.
    """
    system = by_system(run)
    if system is None or not is_hosts_file(run) or any(met_server(a) for a in run.own):
        return None
    others = elsewhere(run)
    if not others:
        return None if known(by_second(run)) else ask_unless_answered(run.ask_second_resolver(), None)
    return ask_unless_answered(ask_other_address(run, others[0]), _found(run, system, others))


def _found(run: RunView, system: Observation, others: tuple[str, ...]) -> Found:
    other, given = other_address(run), known(system)
    case: type[FindingTexts] = Override
    values: dict[str, object] = {}
    earned, confidence, excluded = Earned.FILE, Confidence.CONFIRMED, RuledOut.APPLICATION
    if other is not None and met_server(other):
        case, earned, excluded = ServerElsewhere, Earned.SERVER, Excluded.NETWORK
    elif other is not None and _is_blocked_for_all(run, other):
        case, values = Blocked, {"port": other.endpoint.port}
    elif other is not None:
        case, earned, confidence = NeitherAnswers, Earned.NEITHER, Confidence.LIKELY
        values = {"route": route_of(other.endpoint)}
    windows = run.environment.system.startswith("Windows")
    path = "C:\\Windows\\System32\\drivers\\etc\\hosts" if windows else "/etc/hosts"
    return Found(
        case,
        confidence,
        earned.of(),
        _seen(run, system, others, other),
        values={"file": Name(path), "address": given[0], "other": others[0], **values},
        rules_out=(excluded.of(),),
        beside=(Cause.PORT_BLOCKED,) if case is Blocked else (),
    )


def _is_blocked_for_all(run: RunView, other: Attempt) -> bool:
    """Whether the connect to the other address failed at a port that is shut to the reference server as well."""
    tcp = other.step(StepName.TCP)
    return tcp is not None and not tcp.ok and proof_of(run, other.endpoint.port).control is not None


def _seen(
    run: RunView, system: Observation, others: tuple[str, ...], other: Attempt | None
) -> tuple[EvidenceLine, ...]:
    host, given = run.target.host, known(system)
    source = next((o for o in (by_second(run), by_configured(run)) if known(o)), None)
    seen = [
        evidence_line(Seen.FILE.of(addresses=given[:MOST_ADDRESSES], host=host), system),
        evidence_line(Seen.DNS.of(addresses=others[:MOST_ADDRESSES], host=host), source),
    ]
    failed = next((a for a in run.own if a.failed_step is not None), None)
    if failed is not None:
        seen.append(attempt_at_line(failed, given[0]))
    if other is not None and other.observations:
        seen.append(attempt_at_line(other, other.endpoint.address or others[0]))
    return tuple(seen)


RULE = Rule(
    Cause.HOSTS_FILE_OVERRIDE, judge, explains=(*OF_A_WRONG_ADDRESS, Cause.DNS_HIJACKED, Cause.DNS_FILTERED)
)
