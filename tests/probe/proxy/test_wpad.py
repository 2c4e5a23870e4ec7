from __future__ import annotations

import pytest

from fmsdiag.model import (
    NO_PROXY,
    Attempt,
    Endpoint,
    Event,
    Experiment,
    Failure,
    FailureKind,
    HttpFacts,
    NotApplicable,
    Observation,
    Options,
    Purpose,
    Status,
    StepName,
    Target,
    Transport,
)
from fmsdiag.probe.attempt_recorder import Clock, RunningAttempt
from fmsdiag.probe.attempts import ProbeContext
from fmsdiag.probe.contacts import may_ask_for_wpad
from fmsdiag.probe.experiments import TIMEOUT_S, purpose_of
from fmsdiag.probe.experiments.perform import perform
from fmsdiag.probe.proxy.wpad import (
    QUESTION,
    asks_for_wpad,
    proxies_named,
    script_url,
)
from fmsdiag.probe.transports.connection import LookupCache
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.probe.fake_computer import FakeComputer
from tests.probe.fake_network import SILENCE, FakeNetwork, Item
from tests.probe.virtual_time import virtual_time

TARGET = Target("h.example", "live")
DOMAINS = ("branch.corp.example", "corp.example")
SCRIPT = b"""function FindProxyForURL(url, host) {
  if (isPlainHostName(host)) return "DIRECT";
  return "PROXY gate.corp.example:3128; SOCKS5 [2001:db8::1]:1080;PROXY gate.corp.example:3128; HTTPS x:0; DIRECT";
}"""
FOUND = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(SCRIPT), SCRIPT)


async def asked(net: FakeNetwork, domains: tuple[str, ...] = DOMAINS) -> Attempt:
    names = LookupCache(net, (), domains)
    events: list[Event] = []
    attempt = RunningAttempt(
        1, QUESTION.endpoint, purpose_of(QUESTION), Clock(), events.append, TIMEOUT_S, QUESTION.experiment
    )
    try:
        return await perform(QUESTION, attempt, ProbeContext(net, names, TARGET, Options(), FakeComputer()))
    finally:
        names.close()


@virtual_time
async def test_a_script_that_is_announced() -> None:
    net = FakeNetwork(
        {80: [FOUND]}, {"wpad.branch.corp.example": OSError("none"), "wpad.corp.example": ["192.0.2.9"]}
    )
    attempt = await asked(net)
    assert attempt.status is Status.CONNECTED
    assert attempt.purpose is Purpose.CONTROL
    assert net.lookups == ["wpad.branch.corp.example", "wpad.corp.example"]
    assert b"Host: wpad.corp.example\r\n" in net.streams[0].written
    step = attempt.step(StepName.HTTP)
    assert step is not None
    assert isinstance(step.facts, HttpFacts)
    assert step.facts.proxies == ("http://gate.corp.example:3128", "socks5://[2001:db8::1]:1080")
    assert script_url([attempt]) == "http://wpad.corp.example/wpad.dat"
    assert attempt.transcript == ()  # it holds only what was sent and received
    assert net.all_closed


@pytest.mark.parametrize(
    ("peer", "kind"),
    [
        ([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"], FailureKind.UNEXPECTED_REPLY),
        ([b"HTTP/1.1 200 OK\r\n\r\n", *[b"<html>" * 200] * 1000], FailureKind.UNEXPECTED_REPLY),
        ([b"nonsense\r\n"], FailureKind.UNEXPECTED_REPLY),
        ([SILENCE], FailureKind.TIMED_OUT),
        ([b""], FailureKind.CLOSED),
    ],
)
@virtual_time
async def test_what_is_no_script(peer: list[Item], kind: FailureKind) -> None:
    net = FakeNetwork({80: peer}, {"wpad.corp.example": ["192.0.2.9"]})
    attempt = await asked(net, ("corp.example",))
    ended = attempt.failed_step
    assert ended is not None
    assert ended.failure is not None
    assert (ended.step, ended.failure.kind) == (StepName.HTTP, kind)
    assert attempt.ended_s is not None
    assert attempt.ended_s <= TIMEOUT_S + 0.001
    assert net.streams[0].reads < 100
    assert script_url([attempt]) is None


@virtual_time
async def test_nothing_is_announced() -> None:
    net = FakeNetwork(names={f"wpad.{d}": OSError("none") for d in DOMAINS})
    assert (await asked(net)).status is Status.FAILED
    assert net.dialled == []
    nowhere = await asked(FakeNetwork(), ())
    assert nowhere.status is Status.NOT_APPLICABLE
    assert nowhere.not_applicable is NotApplicable.NO_SEARCH_DOMAIN


@pytest.mark.parametrize(
    ("script", "proxies"),
    [
        ("", ()),
        ("PROXY p.example", ()),
        ("PROXY p.example:99999", ()),
        ("SOCKS s:1; HTTP h:2;\tHTTPS\tt:3", ("socks5://s:1", "http://h:2", "https://t:3")),
        ("REPROXY p:1", ()),
        (" ".join(f"PROXY p{i}:1" for i in range(9)), tuple(f"http://p{i}:1" for i in range(4))),
    ],
)
def test_proxies_in_a_script(script: str, proxies: tuple[str, ...]) -> None:
    assert proxies_named(script) == proxies


def ended(status: Status, proxy: str | None = None, *lookups: FailureKind | None) -> Attempt:
    return Attempt(
        1,
        Endpoint(Transport.RTMP, "h.example", 1935, proxy=proxy),
        Purpose.FALLBACK,
        status,
        observations=tuple(
            Observation(f"1.dns-{n}", StepName.DNS, 0, 1, failure=Failure(kind) if kind else None)
            for n, kind in enumerate(lookups)
        ),
    )


@pytest.mark.parametrize(
    ("host", "options", "attempts", "asks"),
    [
        ("h.example", Options(), [ended(Status.FAILED)], True),
        ("h.example", Options(), [ended(Status.FAILED), ended(Status.REJECTED)], False),
        ("h.example", Options(), [ended(Status.CONNECTED)], False),
        ("h.example", Options(), [], False),
        ("h.example", Options(all_checks=True), [ended(Status.CONNECTED)], True),
        ("h.example", Options(proxy=NO_PROXY, all_checks=True), [ended(Status.FAILED)], False),
        ("h.example", Options(proxy=parse_proxy_choice("http://p:1")[0]), [ended(Status.FAILED)], False),
        ("h.example", Options(), [ended(Status.FAILED), ended(Status.FAILED, "http://p:1")], False),
        ("h.example", Options(), [ended(Status.FAILED), ended(Status.NOT_APPLICABLE, "connect")], True),
        ("h.example", Options(), [ended(Status.FAILED, None, FailureKind.RESOLVER_SILENT)], False),
        ("h.example", Options(), [ended(Status.FAILED, None, FailureKind.RESOLVER_SILENT, None)], True),
        ("h.example", Options(), [ended(Status.FAILED, None, FailureKind.NAME_NOT_FOUND)], True),
        ("10.0.0.1", Options(), [ended(Status.FAILED)], False),
        ("localhost", Options(all_checks=True), [ended(Status.FAILED)], False),
    ],
)
def test_when_it_is_asked(host: str, options: Options, attempts: list[Attempt], asks: bool) -> None:
    assert asks_for_wpad(Target(host, "live"), options, attempts, DOMAINS) is asks
    assert may_ask_for_wpad(Target(host, "live"), options) or not asks
    assert asks_for_wpad(Target(host, "live"), options, attempts, ()) is (asks and options.all_checks)
    assert QUESTION.experiment is Experiment.WPAD
