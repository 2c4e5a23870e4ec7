"""only-web-ports-allowed: not one port is blocked, but all except those of web pages; and the same with 443 alone."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.port_policy import Policy, policy, questions
from fmsdiag.diagnosis.evidence.ports import ends_at_home, udp_attempts
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.lines.attempts import alive_line, attempt_line, port_line, reference_line
from fmsdiag.diagnosis.lines.grounds import RuledOut
from fmsdiag.diagnosis.requests import needed, request
from fmsdiag.diagnosis.rule import Answer, FindingTexts, Found, Rule, ask_unless_answered
from fmsdiag.diagnosis.rules.firewall.port_blocked import path_end_line
from fmsdiag.diagnosis.server_settings import Topic, settings
from fmsdiag.diagnosis.steps import Steps
from fmsdiag.messages.text import Premise, Table, plural, step, text
from fmsdiag.model import Actor, Cause, Confidence, Endpoint, EvidenceLine, Message, Request, Status


class WebPorts(FindingTexts, of="only-web-ports-allowed.web-ports"):
    """Both web ports pass."""

    headline = text("Your network's firewall allows only web ports (80 and 443).")
    explanation = text(
        "Connections to ports {blocked:ports} all stop in your network. Ports 80 and 443 work. So the firewall does not "
        "block one port: it seems to block everything except the web ports."
    )
    acts = (Actor.ADMINISTRATOR,)
    you = (Steps.COPY_REQUEST, Steps.USE_BEST_ROUTE)
    administrator = (
        plural(
            "Also allow outgoing TCP port {wanted:ports} to {server:host}. The firewall allows only TCP ports 80 and 443.",
            "Also allow outgoing TCP ports {wanted:ports} to {server:host}. The firewall allows only TCP ports 80 and 443.",
        ),
    )
    operator = (
        step(
            "Your customer's network allows only ports 80 and 443. Offer RTMPS on port 443, or RTMPT on port 80.",
            premise=Premise.NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class HttpsPort(FindingTexts, of="only-https-allowed.https-port"):
    """Port 80 does not pass either."""

    headline = text("Your network's firewall allows only port 443 (HTTPS).")
    explanation = text(
        "Connections to ports {blocked:ports} all stop in your network. Port 443 works. So the firewall does not block one "
        "port: it seems to block everything except HTTPS."
    )
    acts = WebPorts.acts
    you = WebPorts.you
    administrator = (
        plural(
            "Also allow outgoing TCP port {wanted:ports} to {server:host}. The firewall allows only TCP port 443.",
            "Also allow outgoing TCP ports {wanted:ports} to {server:host}. The firewall allows only TCP port 443.",
        ),
    )
    operator = (
        step(
            "Your customer's network allows only port 443. Offer RTMPS there.",
            premise=Premise.NOT_YET_OFFERED,
        ),
        Steps.SETTING,
    )


class Earned(Table, of="only-web-ports-allowed.earned"):
    """What the confidence rests on."""

    WEB = text("Connections to other ports stop in your network too, while ports 80 and 443 work.")
    HTTPS = text("Connections to other ports stop in your network too, while port 443 works.")


class Excluded(Table, of="only-web-ports-allowed.excluded"):
    NOT_ONE_PORT = text("A rule for one port is not the cause: other ports stop as well.")


def judge_web(run: RunView) -> Answer:
    """1935 and ports beside it end on our side, 80 and 443 pass."""
    return _judge(run, WebPorts)


def judge_https(run: RunView) -> Answer:
    """The same, and 80 ends there as well."""
    return _judge(run, HttpsPort)


def _judge(run: RunView, case: type[FindingTexts]) -> Answer:
    seen = policy(run)
    if seen is None or run.plan_connected:
        return None
    first = run.control_tcp(443) is None and 443 not in run.open_ports
    wanted = questions(run)
    if not wanted and first:
        wanted = run.ask_control_port(443)
    found = None
    if len(seen.blocked_unusual) >= 2:
        if case is WebPorts and 80 in seen.passing and 443 in seen.passing:
            found = _found(run, seen, case, Earned.WEB.of(), (80, 443))
        elif case is HttpsPort and 80 in seen.blocked and 443 in seen.passing:
            found = _found(run, seen, case, Earned.HTTPS.of(), (443,))
    return ask_unless_answered(wanted, found)


def _found(
    run: RunView, seen: Policy, case: type[FindingTexts], earned: Message, passing: tuple[int, ...]
) -> Found:
    wanted, alive = _wanted(run, seen), run.sign_of_life
    excluded = [Excluded.NOT_ONE_PORT.of()]
    if alive is not None:
        excluded.insert(0, RuledOut.SERVER_DOWN.of(port=alive.port or 0))
    if not run.spoke_rtmp:
        excluded.append(RuledOut.APPLICATION.of())
    return Found(
        case,
        Confidence.LIKELY,
        earned,
        _seen(run, seen, passing),
        values={
            "blocked": seen.blocked,
            "wanted": tuple(sorted({e.port for e in wanted})),
            "settings": settings(run, Topic.SECURE_PORT),
        },
        rules_out=tuple(excluded),
        request=_request(run, wanted),
    )


def _wanted(run: RunView, seen: Policy) -> list[Endpoint]:
    """What the plan wants at the blocked ports."""
    return needed(
        [
            a
            for a in run.media
            if a.endpoint.port in seen.blocked and a.status is Status.FAILED and a.endpoint.proxy is None
        ]
    )


def _request(run: RunView, wanted: list[Endpoint]) -> Request | None:
    port = wanted[0].port
    control = run.control_tcp(port)
    return request(
        run,
        wanted,
        reference=control if control is not None and not control.ok else None,
        stops_after=ends_at_home(run, port),
    )


def _seen(run: RunView, seen: Policy, passing: tuple[int, ...]) -> tuple[EvidenceLine, ...]:
    lines = [line for port in seen.blocked if (line := _blocked_line(run, port)) is not None]
    silent = next((a for a in udp_attempts(run) if a.failed_step is not None), None)
    if seen.udp_silent and silent is not None:
        lines = [*lines[:2], attempt_line(silent)]
    return (*lines[:3], *_passing_lines(run, passing))


def _blocked_line(run: RunView, port: int) -> EvidenceLine | None:
    """Where the path to a port ends, else how its connect failed."""
    end, step = ends_at_home(run, port), next((o for o in run.sent if o.port == port), None)
    if end is not None:
        return path_end_line(run, port, end)
    return port_line(step) if step is not None else None


def _passing_lines(run: RunView, passing: tuple[int, ...]) -> list[EvidenceLine]:
    lines = []
    for port in passing:
        opened = next((o for o in run.tcp if o.ok and o.port == port), None)
        control = run.control_tcp(port)
        if opened is not None:
            lines.append(alive_line(opened))
        elif control is not None:
            lines.append(reference_line(run, control))
    return lines


EXPLAINS = (
    Cause.PORT_BLOCKED,
    Cause.UDP_BLOCKED,
    Cause.TUNNEL_NOT_OFFERED,
    Cause.SERVER_DOWN,
    Cause.SERVER_FIREWALL,
)
RULE = Rule(Cause.ONLY_WEB_PORTS_ALLOWED, judge_web, EXPLAINS)
