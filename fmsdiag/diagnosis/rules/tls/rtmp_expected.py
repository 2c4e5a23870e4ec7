"""rtmp-expected: the address says rtmps, and its port is one for plain RTMP."""

from __future__ import annotations

from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.diagnosis.rule import Advice, Answer, Ask, Match, Rule, line
from fmsdiag.diagnosis.rules.tls.tls_not_enabled import TLS_PORTS, in_clear, plain, seen, without_tls
from fmsdiag.diagnosis.wording import NAMES, method
from fmsdiag.model import Actor, Attempt, Confidence, Observation
from fmsdiag.target import tc_url

CAUSE = "rtmp-expected"


def judge(run: RunView) -> Answer:
    """TLS fails on a port that nobody would take for one of TLS, and that port answers RTMP in clear.

    On 443 the same is the operator's omission: tls-not-enabled.
    """
    failed = without_tls(run)
    if failed is None or failed.endpoint.port in TLS_PORTS:
        return None
    spoken = in_clear(run, failed)
    return Ask(run.ask_in_clear(failed)) if spoken is None else _match(run, failed, spoken)


def _match(run: RunView, failed: Attempt, spoken: Observation) -> Match:
    endpoint = failed.endpoint
    open_way = plain(endpoint.transport)
    url = tc_url(run.target, open_way, endpoint.port).partition("?")[0]
    first, second = seen(failed, spoken)
    return Match(
        Confidence.CONFIRMED,
        f"Port {endpoint.port} speaks plain {NAMES[open_way]}: the address must not say {endpoint.transport.value}.",
        f"The address asks for {method(endpoint)}, which encrypts the stream. That port of {run.target.host} answers "
        f"{NAMES[open_way]} without encryption and knows no TLS. The scheme of the address does not fit its port.",
        (Actor.USER, Actor.OPERATOR),
        Advice(
            user=f"Try {url}, or ask for the port that RTMPS uses on this server, most often 443. Without encryption, anybody "
            "on the way can read along.",
            operator=f"Give customers {url}, or the port on which TLS is switched on.",
        ),
        "The port itself answers without encryption.",
        (line(first, failed.failed_step), line(second, spoken)),
        rules_out=("a blocked port", "a bad certificate", "the server being down"),
    )


RULE = Rule(
    CAUSE,
    judge,
    explains=("server-hung", "server-closes-connection", "port-blocked", "wrong-service-on-port"),
)
