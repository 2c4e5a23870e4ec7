"""dns-hijacked: this network's name server gives another machine's address for the server."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    OF_A_WRONG_ADDRESS,
    ask_other_address,
    by_configured,
    by_second,
    by_system,
    denies,
    elsewhere,
    is_hosts_file,
    is_server,
    known,
    other_address,
)
from fmsdiag.diagnosis.evidence.run import RunView, web_answer
from fmsdiag.diagnosis.rule import Advice, Answer, Match, Rule, ask_unless_answered, line
from fmsdiag.diagnosis.wording import told
from fmsdiag.model import Actor, Attempt, Confidence, FailureKind, Observation, StepName
from fmsdiag.target import is_private_address

CAUSE = "dns-hijacked"
_STRANGERS = (
    FailureKind.CERTIFICATE_WRONG_HOST,
    FailureKind.CERTIFICATE_SELF_SIGNED,
    FailureKind.CERTIFICATE_UNTRUSTED,
)


def judge(run: RunView) -> Answer:
    """What answers at the system's address is not the server; what answers at the second resolver's address is.

    Where the system's address works, it is the server's own for this network (split horizon), whatever others say.
    """
    system = by_system(run)
    given = known(system)
    if not given or is_hosts_file(run) or any(is_server(a) for a in run.own):
        return None
    if by_second(run) is None:
        return ask_unless_answered(run.ask_second_resolver(), None) if _looks_strange(run, given) else None
    others = elsewhere(run)
    if system is None:
        return None
    if not others:
        return _invented(run, given)
    other = other_address(run)
    if other is None:
        return ask_unless_answered(ask_other_address(run, others[0]), None)
    if not is_server(other) or not _somebody_answers(run, given):
        return None
    return _match(run, system, given, other)


def _invented(run: RunView, given: tuple[str, ...]) -> Match | None:
    """A web server where this network's resolver sends us, for a name that the second one says does not exist.

    Private addresses are left out: a name of the own network is not known outside.
    """
    own, second, page = by_configured(run), by_second(run), _web(run)
    lied = own is not None and bool(known(own)) and denies(second)
    if not lied or page is None or own is None or any(is_private_address(a) for a in given):
        return None
    name = run.target.host
    return Match(
        Confidence.LIKELY,
        "The server's name seems not to exist; this network makes one up.",
        f"Asked for {name}, the name server of this network gives {given[0]}, where a web page answers and no media server. A "
        "name server outside says that there is no such name. Some networks answer misspelled names with the address of a page "
        "of their own, for advertisements or search.",
        (Actor.USER, Actor.ADMINISTRATOR),
        Advice(
            user=f"Check every letter of “{name}” against what you were given. If it is right, ask the people who run the "
            "server whether the name is still in use.",
            administrator="The resolver replaces “no such name” (NXDOMAIN) by an address. Switch that off.",
        ),
        "Another name server denies the name, and a web page answers where this one sends us.",
        (
            line(f"The name server {own.address} gives {', '.join(known(own)[:3])} for {name}.", own),
            line("Another name server says that the name does not exist.", second),
            line(f"At {given[0]}, a web server answers RTMP.", page),
        ),
        rules_out=("a firewall on the way",),
    )


def _somebody_answers(run: RunView, given: tuple[str, ...]) -> bool:
    """Whether a machine stands at the system's address, which then is the wrong one; where none does, it may be an old one.

    A private address is wrong either way, for it never was the server's as others see it.
    """
    answered = any(o.ok or (o.failure is not None and o.failure.kind is FailureKind.REFUSED) for o in run.tcp)
    return answered or any(is_private_address(a) for a in given)


def _looks_strange(run: RunView, given: tuple[str, ...]) -> bool:
    """Whether a web server or a foreign certificate answers for the server, or its address is a private one."""
    if any(is_private_address(a) for a in given):
        return True
    tls = (o for o in run.steps(StepName.TLS) if o.failure is not None and o.failure.kind in _STRANGERS)
    return any(True for _ in tls) or _web(run) is not None


def _web(run: RunView) -> Observation | None:
    """A web server's answer to RTMP itself: to a tunnel's request, one may answer beside a media server."""
    direct = (a for a in run.media if not a.endpoint.transport.is_tunnel)
    return next((o for a in direct if (o := web_answer(a)) is not None), None)


def _match(run: RunView, system: Observation, given: tuple[str, ...], other: Attempt) -> Match:
    name, own, second = run.target.host, by_configured(run), by_second(run)
    answering = next((a for a in run.own if a.failed_step is not None), None)
    wrong, right = given[0], other.endpoint.address
    seen = [
        line(
            f"This computer's name lookup gives {', '.join(given[:3])} for {name}.",
            own if own and own.ok else system,
        )
    ]
    if second is not None:
        seen.append(
            line(f"Another name server ({second.address}) gives {', '.join(known(second)[:3])}.", second)
        )
    if answering is not None:
        seen.append(line(f"At {wrong}: {told(answering)}.", answering.failed_step))
    seen.append(line(f"At {right}: {told(other)}.", other.observations[-1]))
    resolver = (
        f"the name server {own.address}" if own is not None and own.address else "this network's name server"
    )
    return Match(
        Confidence.LIKELY,
        "This network's name server sends you to a wrong address.",
        f"Asked for {name}, {resolver} gives {wrong}, where no media server answers. A name server outside this network gives "
        f"{right}, and there the media server answers from here. Networks redirect names to show a page that something is "
        "blocked; malware and wrong local entries look the same.",
        (Actor.ADMINISTRATOR,),
        Advice(
            user="Ask whoever looks after this network to correct the entry. If you may, set this "
            "computer to another name server, "
            "or use another network.",
            administrator=f"{resolver[0].upper()}{resolver[1:]} answers {wrong} for {name}; public DNS "
            f"says {right}, which works "
            "from here. Remove the local entry or the filter's redirection.",
        ),
        "The address that another name server gives is the media server's, from this same computer.",
        tuple(seen),
        rules_out=("the streaming server", "a firewall against its address and port"),
    )


RULE = Rule(CAUSE, judge, explains=OF_A_WRONG_ADDRESS)
