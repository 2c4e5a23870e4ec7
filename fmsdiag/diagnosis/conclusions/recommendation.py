"""The address and the ports that connect fast for this customer, and what the server has to be set to for them. Pure.

Only what was seen to connect is recommended. Directly goes before through a proxy, fast before slow, and where two are about
as fast, secure before not, TCP before a tunnel and before UDP, and what the plan tries before what it does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from fmsdiag.diagnosis.conclusions.client_profiles import one_after_the_other
from fmsdiag.diagnosis.evidence.routes import Seen, lookup_s, ways_seen
from fmsdiag.diagnosis.evidence.run import RunView, connect_facts
from fmsdiag.diagnosis.evidence.server_software import AMS, NGINX, RED5, SRS, WOWZA
from fmsdiag.diagnosis.wording import method, settings
from fmsdiag.messages.text import unconverted
from fmsdiag.model import Endpoint, Experiment, Purpose, Recommendation, Status, Transport
from fmsdiag.target import tc_url

EQUAL_S = 0.5
"""What nobody notices when a player connects: so much slower is as fast."""
WORTH_TELLING_S = 0.2
MAX_PORTS = 2


def recommend(run: RunView) -> Recommendation | None:
    """What to enter in the player, or none if nothing connected."""
    working = _best_first(run)
    if not working:
        return _elsewhere(run)
    best, plan = working[0], [a.endpoint for a in run.fallback]
    endpoint = best.attempt.endpoint
    is_first = bool(plan) and plan[0].key == endpoint.key
    return Recommendation(
        url=tc_url(run.target, endpoint.transport, endpoint.port).partition("?")[0],
        ports=_ports(working),
        message=unconverted(_text(best, is_first, plan, run)),
        settings=() if is_first or run.plan_connected else (unconverted(_server(endpoint, run)),),
        proxy=_where(endpoint) or None,
    )


def _best_first(run: RunView) -> list[Seen]:
    """Every way that connected, with one speed for all that are about as fast as the fastest of their kind."""
    working = [seen for seen in ways_seen(run).values() if seen.connected]
    fastest = {
        proxied: min(s.took_s for s in working if _proxied(s) is proxied)
        for proxied in {_proxied(seen) for seen in working}
    }

    def rank(seen: Seen) -> tuple[object, ...]:
        transport, proxied = seen.attempt.endpoint.transport, _proxied(seen)
        slow = seen.took_s > fastest[proxied] + EQUAL_S
        return (
            proxied,
            seen.took_s if slow else 0.0,
            not transport.uses_tls,
            transport is Transport.RTMFP,
            transport.is_tunnel,
            seen.attempt.purpose is not Purpose.FALLBACK,
            seen.attempt.id,
        )

    return sorted(working, key=rank)


def _proxied(seen: Seen) -> bool:
    return seen.attempt.endpoint.proxy is not None


def _ports(working: Sequence[Seen]) -> tuple[str, ...]:
    """The best, and one more at another port in case that one is closed elsewhere: as few as possible, as all are tried."""
    best = working[0]
    found = {
        best.attempt.endpoint.port: f"{best.attempt.endpoint.transport.value}:{best.attempt.endpoint.port}"
    }
    for seen in working[1:]:
        endpoint = seen.attempt.endpoint
        if _proxied(seen) is _proxied(best) and seen.took_s <= best.took_s + EQUAL_S:
            found.setdefault(endpoint.port, f"{endpoint.transport.value}:{endpoint.port}")
    return tuple(found.values())[:MAX_PORTS]


# ---- words


def _text(best: Seen, is_first: bool, plan: Sequence[Endpoint], run: RunView) -> str:
    endpoint = best.attempt.endpoint
    way = method(endpoint)
    way = f"{way[0].upper()}{way[1:]}" + (f" through the proxy {_where(endpoint)}" if endpoint.proxy else "")
    alone_s = lookup_s(run) + best.took_s
    connects = f"{way} connects in {seconds(alone_s)}"
    if is_first:
        return f"{connects}: nothing has to be changed."
    if run.plan_connected:
        why = (
            "is encrypted, and connects about as fast as"
            if endpoint.transport.uses_tls
            else "connects faster than"
        )
        return f"{way} {why} {method(plan[0])}, which works, too."
    usual = one_after_the_other(plan, run)
    if not usual.connects:
        return f"{connects}, while nothing that the plan tries does." if plan else f"{connects}."
    if usual.after_s is None or usual.after_s - alone_s < WORTH_TELLING_S:
        return f"{connects}; what fails before it need not be tried."
    return f"{connects} instead of {seconds(usual.after_s)}, which a player needs that tries the ports one after the other."


def seconds(time_s: float) -> str:
    """A time that a person would notice, or that it is less: "5.4 s", "under 0.1 s"."""
    return "under 0.1 s" if time_s < 0.1 else f"{time_s:.1f} s"


def _where(endpoint: Endpoint) -> str:
    return (endpoint.proxy or "").partition("://")[2]


def _server(endpoint: Endpoint, run: RunView) -> str:
    """By which settings a server offers this way, which it already does: what must stay as it is."""
    secure, tunnel, port = endpoint.transport.uses_tls, endpoint.transport.is_tunnel, endpoint.port
    if endpoint.transport is Transport.RTMFP:
        known = {
            AMS: f"HostPort “:{port}” in the RTMFP section of Adaptor.xml, with UDP open to {port} and 19350-65535"
        }
    elif secure:
        known = {
            AMS: f"“-{port}” in ADAPTOR.HOSTPORT of ams.ini or fms.ini, with a certificate in Adaptor.xml",
            WOWZA: f"a HostPort with port {port} and SSLConfig in VHost.xml",
            RED5: f"rtmps.port={port} in red5.properties",
            NGINX: f"“listen {port} ssl” in nginx's stream block, passed on to its rtmp block",
        }
    else:
        known = {
            AMS: f"“{port}” in ADAPTOR.HOSTPORT of ams.ini or fms.ini (HostPort in Adaptor.xml)",
            WOWZA: f"a HostPort with port {port} in VHost.xml",
            RED5: f"{'rtmpt' if tunnel else 'rtmp'}.port={port} in red5.properties",
        }
        if not tunnel:
            known |= {NGINX: f"“listen {port};” in the rtmp block", SRS: f"“listen {port};”"}
    return settings(run, known)


def _elsewhere(run: RunView) -> Recommendation | None:
    """Where the server sent its clients, if it was accepted there."""
    for hop in run.performed(Experiment.REDIRECT):
        facts = connect_facts(hop)
        if hop.status is Status.CONNECTED and facts is not None:
            port = f"{hop.endpoint.transport.value}:{hop.endpoint.port}"
            text = f"{hop.endpoint.host}, where the server sends its clients, connects from here."
            return Recommendation(
                url=facts.tc_url.partition("?")[0], ports=(port,), message=unconverted(text)
            )
    return None
