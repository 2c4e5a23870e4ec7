"""no-internet: the router answers, and nothing beyond it does."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.dns import (
    NO_ANSWER,
    anything_passed,
    by_configured,
    by_second,
    fails,
    of_control,
    sent_beyond,
    stopped_by_own_router,
)
from fmsdiag.diagnosis.evidence.own_network import vpn_to_server
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.grounds import RuledOut, server_not_reached
from fmsdiag.diagnosis.lines.names import beyond_line, reference_name_line
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.messages.text import Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Cause,
    Confidence,
    EvidenceLine,
    FailureKind,
    Observation,
    Question,
    StepName,
)

_SILENT = (FailureKind.TIMED_OUT, *NO_ANSWER)


class RouterSays(FindingTexts, of="no-internet.router-says"):
    """The router itself reports that it has no way on."""

    headline = text("This network has no connection to the internet.")
    explanation = text(
        "This network's router, {router:address}, reports that it has no route to the internet. The internet line is "
        "probably down, or the router cannot log in to the provider. The media server was not reached."
    )
    acts = (Actor.USER,)
    you = (
        step("Check whether any web page opens."),
        step("If none opens, restart the router, and check its line to the provider."),
        step("If that does not help, call your internet provider."),
    )
    administrator = (
        step("Check the router's default route, its uplink to the provider, and its login there."),
    )


class AllSilent(FindingTexts, of="no-internet.all-silent"):
    """Nothing beyond this network answers, several hosts of different owners included."""

    headline = RouterSays.headline
    explanation = text(
        "Nothing beyond this network answers. The internet line is probably down, or the router cannot log in to the "
        "provider. A company network that lets only its proxy out looks the same. The media server was not reached."
    )
    acts = RouterSays.acts
    you = RouterSays.you
    administrator = RouterSays.administrator
    decisive_test = text(
        "Open any web page. If one opens, the internet connection works; if it opens through a proxy, only the proxy gets out."
    )


class NameServersSilent(FindingTexts, of="no-internet.name-servers-silent"):
    """Only name servers could be asked, and none answers."""

    headline = text("This network may have no connection to the internet.")
    explanation = text(
        "Neither this computer's DNS server nor a second one answers. Most likely the internet line is down, or the "
        "router cannot log in to the provider. A network that blocks all outside DNS servers looks the same. The media "
        "server was not reached."
    )
    acts = RouterSays.acts
    you = RouterSays.you
    administrator = RouterSays.administrator
    decisive_test = AllSilent.decisive_test


class ThroughVpn(FindingTexts, of="no-internet.through-vpn"):
    """Likewise, and what is sent to the server goes by a VPN: whether the line is down cannot be seen through it."""

    headline = text("This computer's VPN may carry nothing to the internet.")
    explanation = text(
        "Nothing beyond this network answers, and this computer uses a VPN (network interface “{vpn:name}”). Either the VPN "
        "is not connected properly, or the internet line is down. The media server was not reached."
    )
    acts = RouterSays.acts
    you = (
        step("Disconnect the VPN and test again.", Action.RUN_AGAIN),
        step("If nothing answers then either, restart the router, and check its line to the provider."),
    )
    decisive_test = text("Run the test again with the VPN disconnected.")


class Earned(Table, of="no-internet.earned"):
    """What the confidence rests on."""

    ROUTER = text("The router reports it, and nothing beyond it answered.")
    NEAR_ERROR = text(
        "This network's DNS server answers only with an error; a second one, on the internet, does not answer."
    )
    REFERENCE = text("The server does not answer, and the name of a reference server cannot be looked up.")
    NAME_SERVERS = text("Only DNS servers could be tested, and none of them answered.")


def judge(run: RunView) -> Answer:
    """Our own router reports that it has no way on; or no name server, near or independent, can find out anything.

    Whatever passed, a name server's fresh answer included, speaks against it: then a rule blocks the rest.
    """
    if anything_passed(run) or not (run.path_matters or run.name_failed):
        return None
    beyond = sent_beyond(run)
    if any(o.failure is not None and o.failure.kind is FailureKind.NO_ROUTE for o in beyond):
        return None  # it did not even leave this computer
    reported = [o for o in beyond if stopped_by_own_router(run, o)]
    if reported:
        return ask_unless_answered(_questions(run), _by_router(run, reported))
    if not run.name_failed:
        return _by_controls(run)
    own, second = by_configured(run), by_second(run)
    if own is None or not (fails(own) or _is_silent(own)) or (second is not None and not _is_silent(second)):
        return None
    if second is None:
        # alone, a failing name server has causes of its own
        return ask_unless_answered(run.ask_second_resolver(), None)
    if fails(own) and run.on_local_side(own.address):
        return _found(run, AllSilent, Earned.NEAR_ERROR, [own, second])
    return _found(run, NameServersSilent, Earned.NAME_SERVERS, [own, second])


def _by_controls(run: RunView) -> Found | None:
    """The server and the control host are silent, and the control host's name cannot be looked up either."""
    control = of_control(run)
    if control is None or control.ok or not run.sent or not all(_is_silent(o) for o in run.sent):
        return None
    if control.failure is None or control.failure.kind is FailureKind.NAME_NOT_FOUND:
        return None
    return _found(run, AllSilent, Earned.REFERENCE, [run.sent[0], control])


def _questions(run: RunView) -> tuple[Question, ...]:
    if run.name_failed:
        return run.ask_second_resolver()
    return run.ask_control_port(next((o.port for o in run.sent if o.port), 80))


def _is_silent(observation: Observation) -> bool:
    return observation.failure is not None and observation.failure.kind in _SILENT


def _by_router(run: RunView, reported: list[Observation]) -> Found:
    senders = (o.icmp_sender for o in reported)
    return Found(
        RouterSays,
        Confidence.LIKELY,
        Earned.ROUTER.of(),
        _seen(run, reported),
        values={"router": next((s for s in senders if s), "")},
        rules_out=(*server_not_reached(run), RuledOut.APPLICATION.of()),
    )


def _found(run: RunView, case: type[FindingTexts], earned: Text, seen: list[Observation]) -> Found:
    vpn = vpn_to_server(run)
    return Found(
        case if vpn is None else ThroughVpn,
        Confidence.LIKELY if case is AllSilent else Confidence.POSSIBLE,
        earned.of(),
        _seen(run, seen),
        values={"vpn": vpn} if vpn is not None else {},
        rules_out=(*server_not_reached(run), RuledOut.APPLICATION.of()),
    )


def _seen(run: RunView, seen: list[Observation]) -> tuple[EvidenceLine, ...]:
    """How each address answered, or failed to, once; a lookup without an address is the reference server's."""
    each = list({(o.address, o.port): o for o in reversed(seen)}.values())[::-1]
    return tuple(
        reference_name_line(run, o) if o.step is StepName.DNS and o.address is None else beyond_line(run, o)
        for o in each[:4]
    )


RULE = Rule(
    Cause.NO_INTERNET,
    judge,
    explains=(
        Cause.DNS_NO_ANSWER,
        Cause.DNS_SERVER_FAILURE,
        Cause.DNS_NAME_NOT_FOUND,
        Cause.DNS_FILTERED,
        Cause.SERVER_DOWN,
        Cause.DNS_STALE_ADDRESS,
        Cause.PORT_BLOCKED,
        Cause.EGRESS_BLOCKED,
        Cause.DNS_PRIVATE_ADDRESS,
    ),
)
