"""Steps that many rules share, each worded once, and what to say where a step would be wrong in this run.

Two things decide that, here and nowhere else: whether the server can be reached from another network at all, and which
route to it works from here already, or would but for one thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from fmsdiag.diagnosis.evidence.attempts import ENDED, FELL_SILENT, failed_with, rtmp_behind_certificate
from fmsdiag.diagnosis.evidence.own_network import is_only_here, leaves_by_cable
from fmsdiag.diagnosis.evidence.ports import refused_by_server
from fmsdiag.diagnosis.evidence.routes import best_route
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import outcome_of_step
from fmsdiag.messages.text import Premise, Table, Text, step, text
from fmsdiag.model import (
    Action,
    Actor,
    Attempt,
    Endpoint,
    FailureKind,
    Observation,
    Side,
    Status,
    Step,
    StepName,
    Transport,
)
from fmsdiag.model.messages import Host, Route
from fmsdiag.private_addresses import is_private_address
from fmsdiag.target_url import shown_url

MAX_STEPS = 3
_SECURE_PORT = 443


class Steps(Table, of="steps"):
    """What readers are asked to do, whatever the cause."""

    # ---- you
    COPY_REQUEST = step(
        "Press Copy Request and send it to the person who runs this network.",
        Action.COPY_REQUEST,
        elsewhere=text("Send the request to the person who runs this network."),
    )
    SAVE_REPORT = step("Save this report and send it to the people who run the server.", Action.SAVE_REPORT)
    SAVE_REPORT_IF_RIGHT = step(
        "If it is right, save this report and send it to the people who run the server.", Action.SAVE_REPORT
    )
    SAVE_REPORT_IF_BOTH_RIGHT = step(
        "If both are right, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    SAVE_REPORT_IF_IT_PERSISTS = step(
        "If the problem persists, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    SAVE_REPORT_IF_FAILS_ELSEWHERE = step(
        "If it fails there too, save this report and send it to the people who run the server.",
        Action.SAVE_REPORT,
    )
    TRY_LATER = step("Try again in a few minutes.", Action.RUN_AGAIN)
    SAVE_REPORT_FOR_PROVIDER = step(
        "Save this report and send it to your internet provider. It shows where on the network path the connection stops.",
        Action.SAVE_REPORT,
    )
    PASS_ON_TO_PROVIDER = step("Pass the report on to this network's internet provider.")
    SAVE_REPORT_FOR_ADMINISTRATOR = step(
        "Save this report and send it to the person who runs this network.", Action.SAVE_REPORT
    )
    CHECK_ADDRESS = step("Check that the server name and port match what you were given.", Action.EDIT_SERVER)
    JOIN_ITS_NETWORK = step(
        "Connect this computer to a network that leads to the address, such as the server's own or its VPN, and test again.",
        Action.RUN_AGAIN,
    )
    CHECK_NAME = step(
        "Check that the server name {server:host} matches what you were given, letter by letter.",
        Action.EDIT_SERVER,
    )
    CHECK_APPLICATION = step(
        "Check that the application name matches what you were given.", Action.EDIT_APPLICATION
    )
    RUN_AGAIN = step("Run the test again.", Action.RUN_AGAIN)
    RUN_DEEP = step("Run the test again with the deep tests turned on.", Action.DEEP_TESTS)
    COMPARE = step(
        "Run the test again with a reference server and a second DNS server.",
        Action.COMPARE,
    )
    CHOOSE_PLAN = step("Choose a plan that tries RTMP, and run the test again.", Action.RUN_AGAIN)
    OTHER_NETWORK = step(
        "Run the test from another network, such as a phone's hotspot.", premise=Premise.OTHER_NETWORK
    )
    COPY_REQUEST_IF_WORKS_ELSEWHERE = step(
        "If it works there, press Copy Request and send it to the person who runs this network.",
        Action.COPY_REQUEST,
        elsewhere=text("If it works there, send the request to the person who runs this network."),
        premise=Premise.OTHER_NETWORK,
    )
    DISCONNECT_VPN = step("Disconnect this computer's VPN and test again.", Action.RUN_AGAIN)
    OTHER_COMPUTER = step("Run the test on another computer in this network.")
    STOP_TRANSFERS = step("Stop large uploads and downloads on this connection.")
    USE_CABLE = step("Use a cable instead of Wi-Fi, or move closer to the router.")
    USE_BEST_ROUTE = step("(the best route from here)")
    """Stands for one of the steps below, or none: see best_route_steps."""

    # ---- operator
    CHECK_LISTENING = step(
        "Check that the server listens on port {port} and that its firewall lets this client in."
    )
    OFFER_SECURE = step(
        "Offer RTMPS on port 443, which most filters let through.", premise=Premise.SECURE_NOT_YET_OFFERED
    )
    SETTING = step("Where to set it: {settings:list}.")


class BestRoute(Table, of="best-route"):
    """What to use until the cause is fixed, by what connects from here."""

    NOW = step(
        "Until then, use {url} in your player or encoder. It connects in {took:duration}.", Action.USE_ADDRESS
    )
    NOT_ENCRYPTED = step(
        "Until then, use {url} in your player or encoder if the stream may travel unencrypted. It connects in {took:duration}.",
        Action.USE_ADDRESS,
    )
    INSTEAD = step("Use {url} in your player or encoder. It connects in {took:duration}.", Action.USE_ADDRESS)
    INSTEAD_NOT_ENCRYPTED = step(
        "If the stream may travel unencrypted, use {url} in your player or encoder. It connects in {took:duration}.",
        Action.USE_ADDRESS,
    )
    THROUGH_PROXY = step(
        "Until then, use {url} with this proxy: {proxy}. Many players and most encoders have no proxy setting.",
        Action.USE_ADDRESS,
        hidden=text(
            "Until then, use {url} with the proxy that this computer's proxy settings name. Many players and most encoders "
            "have no proxy setting."
        ),
    )


class OnlyHere(Table, of="only-here"):
    """The test that decides where the server's address exists in this network only."""

    OTHER_COMPUTER = text(
        "Run the test on another computer in this network. If it fails there too, the cause is not this computer."
    )
    THIS_COMPUTER = text("Check on this computer whether the server is running, and what its log says.")


class BeyondThisNetwork(Table, of="beyond-this-network"):
    """What is to be done where a path test shows that something is cut off beyond this network."""

    REMOVE_FILTER = step(
        "Check the firewall, filter, and intrusion prevention in front of the server, or ask its hosting provider: the "
        "connection is cut off there."
    )
    MAY_BE_FILTER = step(
        "Check the firewall, filter, and intrusion prevention in front of the server, or ask its hosting provider: one of them "
        "may cut the connection off."
    )
    ASK_OPERATOR = text(
        "Ask the people who run the server whether a firewall or filter in front of it cuts these connections off."
    )
    OTHER_PROVIDER = text(
        "Run the test over another internet provider, such as a phone's hotspot. If it works there, this network's provider "
        "is the cause.",
        premise=Premise.OTHER_NETWORK,
    )


class Offered(Table, of="offered"):
    """What the operator can do where a route that was to be offered works already, or would but for one thing."""

    GIVE_ADDRESS = step("{route} works from where this test ran. Give customers that address: {url}.")
    GIVE_UNENCRYPTED = step(
        "{route} works from where this test ran, without encryption. If that is enough, give customers that address: {url}. If "
        "not, offer RTMPS on a port that works from there."
    )
    ACCEPT = step(
        "{route} reaches the server from where this test ran. Once the server accepts the connection, customers can use "
        "{url}."
    )
    # translators: {outcome} is one such as "the certificate has expired"
    REPAIR_CERTIFICATE = step(
        "{route} is offered, but players reject its certificate: {outcome}. Install one there that is valid for {server:host}. "
        "Customers can use {url} then."
    )
    CHECK_CERTIFICATE = step(
        "{route} is offered, but players cannot use it from where this test ran: {outcome}. If that certificate is yours, "
        "install one that players accept. Customers can use {url} then."
    )
    SECURE_PORT_SHUT = step(
        "From where this test ran, nothing connects on port 443. If RTMPS is offered there, a firewall blocks that, too."
    )


class NoPublicAddress(Table, of="no-public-address"):
    """What the operator can do where the server is addressed by a number that only one network has."""

    CERTIFICATE = step(
        "Public authorities issue no certificate for {server:host}. Give clients a name that has one, or have them trust the "
        "server's own certificate."
    )


_OFFERS = (Premise.NOT_YET_OFFERED, Premise.SECURE_NOT_YET_OFFERED)


def fitting(texts: tuple[Text, ...], run: RunView) -> Iterator[tuple[Text, bool]]:
    """The steps that are right in this run, in their order; with whether each stands for what works already.

    Where a setting is made is of no use once what was to be set works.
    """
    is_settled = False
    for each in texts:
        if (each is Steps.SETTING and is_settled) or (
            each.premise is Premise.NO_ADDRESS_YET and _works_already(run)
        ):
            continue
        if each is Steps.USE_CABLE and leaves_by_cable(run):
            continue
        offer = each.premise in _OFFERS
        instead = _almost_works(run) if offer and not _works_already(run) else None
        if instead is None and each.premise is Premise.NOT_YET_OFFERED and _works_unencrypted(run):
            instead = Offered.GIVE_UNENCRYPTED
        is_settled = offer and (_works_already(run) or instead is not None)
        if instead is not None:
            yield instead, True
        elif is_settled:
            if not run.plan_connected:
                yield Offered.GIVE_ADDRESS, True
        elif each.premise is Premise.PUBLIC_ADDRESS and is_private_address(run.target.host):
            yield NoPublicAddress.CERTIFICATE, False
        elif each is Steps.SAVE_REPORT_IF_FAILS_ELSEWHERE and run.is_loopback:
            yield Steps.SAVE_REPORT, False  # there is no elsewhere
        elif each.premise is Premise.SECURE_NOT_YET_OFFERED and _secure_port_is_shut(run):
            yield each, False
            if len(texts) < MAX_STEPS:
                yield Offered.SECURE_PORT_SHUT, False
        elif each.premise is not Premise.OTHER_NETWORK or not is_only_here(run):
            yield each, False
        elif each is Steps.OTHER_NETWORK and not run.is_loopback:
            yield Steps.OTHER_COMPUTER, False


def beside_vpn(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    """The user's steps where a VPN carries what is sent to the server: a request would reach people who block nothing."""
    others = tuple(each for each in texts if each.action is not Action.COPY_REQUEST)
    return (Steps.DISCONNECT_VPN, *others)[:MAX_STEPS]


class Beyond(NamedTuple):
    """What is said instead of a case's own where a path test shows that it happens beyond this network."""

    acts: tuple[Actor, ...]
    you: tuple[Text, ...]
    administrator: tuple[Text, ...]
    operator: tuple[Text, ...]
    decisive_test: Text | None


def beyond_this_network(
    side: Side, you: tuple[Text, ...], operator: tuple[Text, ...], *, suspected: bool = False
) -> Beyond:
    """The steps of who acts there, in place of those for this network's administrator.

    `you` are the user's steps of the case; `operator` the operator's, where the operator may be the one to act anyway.
    `suspected`: what cuts it off may be the server itself.
    """
    others = tuple(each for each in you if each.action not in (Action.COPY_REQUEST, Action.SAVE_REPORT))
    if side is Side.TRANSIT:
        return Beyond(
            (Actor.USER,),
            (Steps.SAVE_REPORT_FOR_PROVIDER, *others)[:MAX_STEPS],
            (Steps.PASS_ON_TO_PROVIDER,),
            operator,
            BeyondThisNetwork.OTHER_PROVIDER,
        )
    return Beyond(
        (Actor.OPERATOR,),
        (Steps.SAVE_REPORT, *others)[:MAX_STEPS],
        (),
        (
            BeyondThisNetwork.MAY_BE_FILTER if suspected else BeyondThisNetwork.REMOVE_FILTER,
            *operator,
        )[:MAX_STEPS],
        BeyondThisNetwork.ASK_OPERATOR,
    )


def fitting_test(decisive: Text, run: RunView) -> Text:
    """The test that decides; another one where the server cannot be reached from another network."""
    if decisive.premise is not Premise.OTHER_NETWORK or not is_only_here(run):
        return decisive
    return OnlyHere.THIS_COMPUTER if run.is_loopback else OnlyHere.OTHER_COMPUTER


def what_works(run: RunView) -> dict[str, object]:
    """The values of the step that stands for what works already."""
    best, rejected, distrusted = best_route(run), _rejected_route(run), _distrusted(run)
    if rejected is not None and not _works_already(run):
        url = shown_url(run.target, rejected.transport, rejected.port)
        return {"route": Route(rejected.transport, rejected.port), "url": url}
    if distrusted is not None and not _works_already(run):
        endpoint, refused = distrusted
        return {
            "route": Route(endpoint.transport, endpoint.port),
            "url": shown_url(run.target, endpoint.transport, endpoint.port),
            "outcome": outcome_of_step(refused),
            "server": Host(run.target.host),
        }
    assert best is not None
    return {"route": Route(best.endpoint.transport, best.endpoint.port), "url": best.url}


def _almost_works(run: RunView) -> Text | None:
    """What the operator does where a way reaches a media server and only its refusal, or its certificate, is in the way."""
    if _rejected_route(run) is not None:
        return Offered.ACCEPT
    distrusted = _distrusted(run)
    if distrusted is None:
        return None
    # an inspecting network shows any certificate of its own for the server's name, and never one for another name
    own = (
        distrusted[1].failure is not None and distrusted[1].failure.kind is FailureKind.CERTIFICATE_WRONG_HOST
    )
    return Offered.REPAIR_CERTIFICATE if own else Offered.CHECK_CERTIFICATE


def _distrusted(run: RunView) -> tuple[Endpoint, Observation] | None:
    """A direct way on which a media server answers behind a certificate that players refuse, and what refused it."""
    for attempt in run.media:
        step = attempt.step(StepName.TLS)
        if attempt.endpoint.proxy is None and step is not None and rtmp_behind_certificate(attempt):
            return attempt.endpoint, step
    return None


def _secure_port_is_shut(run: RunView) -> bool:
    """Whether port 443 was tried and carries nothing from here, and nothing shows that it is the server that refuses it."""
    if any(failed_with(a, StepName.TLS, *ENDED, *FELL_SILENT) for a in run.media if _is_on(a, _SECURE_PORT)):
        return True
    tried = any(o.port == _SECURE_PORT for o in run.sent)
    return tried and not run.ever_opened(_SECURE_PORT) and refused_by_server(run, _SECURE_PORT) is None


def _is_on(attempt: Attempt, port: int) -> bool:
    return attempt.endpoint.port == port and attempt.endpoint.proxy is None


def _rejected_route(run: RunView) -> Endpoint | None:
    """A direct way by which the server was reached, and rejected the connection itself, as safe as what was asked for."""
    reached = (a.endpoint for a in run.media if a.status is Status.REJECTED and a.endpoint.proxy is None)
    wanted = _wants_encryption(run.asked_for)
    return next((e for e in reached if _wants_encryption(e.transport) or not wanted), None)


def _works_already(run: RunView) -> bool:
    """Whether something connects directly that is as safe as what was asked for."""
    best = best_route(run)
    if best is None or best.proxy is not None:
        return False
    return _wants_encryption(best.endpoint.transport) or not _wants_encryption(run.asked_for)


def _works_unencrypted(run: RunView) -> bool:
    """Whether what connects directly is less safe than what was asked for: then a port is missing for the safe way alone."""
    best = best_route(run)
    return best is not None and best.proxy is None and not _works_already(run)


def is_best_route(each: Text) -> bool:
    """Whether a step stands for the best route."""
    return each is Steps.USE_BEST_ROUTE


def best_route_steps(run: RunView, alone: bool = False) -> tuple[Step, ...]:
    """What to use meanwhile: at most one step, none where nothing connects or nothing needs to change.

    `alone`: nothing is to be done before it, so there is no meanwhile.
    """
    if run.plan_connected or (best := best_route(run)) is None:
        return ()
    if best.proxy is not None:
        said = BestRoute.THROUGH_PROXY.of(url=best.url, proxy=best.proxy)
    else:
        loses = _wants_encryption(run.asked_for) and not _wants_encryption(best.endpoint.transport)
        meanwhile = BestRoute.NOT_ENCRYPTED if loses else BestRoute.NOW
        instead = BestRoute.INSTEAD_NOT_ENCRYPTED if loses else BestRoute.INSTEAD
        said = (instead if alone else meanwhile).of(url=best.url, took=best.alone_s)
    return (Step(said, Action.USE_ADDRESS),)


def with_best_route(steps: tuple[Step, ...], run: RunView) -> tuple[Step, ...]:
    """The user's steps, with the address that works where none of the plan does and no step names it yet."""
    named = any(each.action is Action.USE_ADDRESS for each in steps)
    if named or run.plan_succeeded or len(steps) == MAX_STEPS:
        return steps
    return (*steps, *best_route_steps(run))


def _wants_encryption(transport: Transport | None) -> bool:
    return transport is not None and (transport.uses_tls or transport.is_encrypted)
