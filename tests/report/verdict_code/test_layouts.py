"""What a code holds of a run's attempts, in each layout."""

import pytest

from fmsdiag.model import Endpoint, FailureKind, PlanName, Purpose, Status, StepName, Transport
from fmsdiag.report.verdict_code.layouts import (
    BITS,
    CodedAttempt,
    Layout,
    Way,
    outcome_of,
    pack_attempts,
    unpack_attempts,
)
from fmsdiag.report.verdict_code.numbers import CodedOutcome
from tests.report import samples
from tests.report.samples import endpoint
from tests.report.verdict_code.runs import ended, run

R, S, T, F = Transport.RTMP, Transport.RTMPS, Transport.RTMPT, Transport.RTMFP
AMS, URL, CUSTOM = 1, 11, 12


def test_a_plan_s_attempts_stand_in_its_order_with_the_checks() -> None:
    report = run(
        PlanName.AMS,
        ended(1, endpoint(), FailureKind.TIMED_OUT),
        ended(2, endpoint(port=80)),
        ended(3, endpoint(T, 80), FailureKind.RESET, step=StepName.TUNNEL),
        ended(4, endpoint(S, 443), FailureKind.REFUSED, purpose=Purpose.CHECK),
    )
    packed = pack_attempts(report, AMS)
    assert packed.layout is Layout.PLAN
    assert not packed.has_more
    assert unpack_attempts(packed.layout, packed.bits, AMS) == (
        CodedAttempt(Way(R, 1935), CodedOutcome.NO_ANSWER),
        CodedAttempt(Way(R, 80), CodedOutcome.CONNECTED),
        CodedAttempt(Way(T, 80), CodedOutcome.RESET),
        CodedAttempt(Way(S, 443), CodedOutcome.REFUSED),
    )


def test_attempts_through_a_proxy_are_told_where_they_were_made() -> None:
    report = samples.recorded("proxy-required")
    packed = pack_attempts(report, AMS)
    told = unpack_attempts(packed.layout, packed.bits, AMS)
    assert packed.layout is Layout.PROXIED
    assert told is not None
    assert CodedAttempt(Way(R, 1935, proxied=True), CodedOutcome.CONNECTED) in told
    assert packed.has_more


def test_one_address_keeps_its_port() -> None:
    report = run(
        PlanName.URL,
        ended(1, endpoint(port=8935), FailureKind.REFUSED),
        ended(2, endpoint(S, 443), FailureKind.CERTIFICATE_EXPIRED, step=StepName.TLS, purpose=Purpose.CHECK),
        ended(3, endpoint(F, 1935), FailureKind.TIMED_OUT, step=StepName.UDP, purpose=Purpose.CHECK),
    )
    packed = pack_attempts(report, URL)
    assert packed.layout is Layout.ADDRESS
    assert unpack_attempts(packed.layout, packed.bits, URL) == (
        CodedAttempt(Way(R, 8935), CodedOutcome.REFUSED),
        CodedAttempt(Way(S, 443), CodedOutcome.NO_TLS),
        CodedAttempt(Way(F, 1935), CodedOutcome.NO_ANSWER),
    )


def test_own_ports_of_the_usual_ones_are_a_set() -> None:
    where = (endpoint(), endpoint(port=80), endpoint(port=443), endpoint(T, 80), endpoint(S, 443))
    report = run(PlanName.CUSTOM, *(ended(n, each) for n, each in enumerate(reversed(where), 1)))
    packed = pack_attempts(report, CUSTOM)
    assert packed.layout is Layout.SET
    assert not packed.has_more
    told = unpack_attempts(packed.layout, packed.bits, CUSTOM)
    assert told is not None
    assert {each.way for each in told} == {Way(e.transport, e.port) for e in where}


def test_of_other_ports_three_fit_and_the_code_says_that_there_were_more() -> None:
    where = (endpoint(port=1936), endpoint(T, 8080), endpoint(port=5555), endpoint(S, 8443))
    report = run(PlanName.CUSTOM, *(ended(n, each) for n, each in enumerate(where, 1)))
    packed = pack_attempts(report, CUSTOM)
    assert packed.layout is Layout.LIST
    assert packed.has_more
    assert unpack_attempts(packed.layout, packed.bits, CUSTOM) == (
        CodedAttempt(Way(R, 1936), CodedOutcome.CONNECTED),
        CodedAttempt(Way(T, 8080), CodedOutcome.CONNECTED),
        CodedAttempt(Way(R, None), CodedOutcome.CONNECTED),
    )


def test_a_known_plan_that_tried_something_else_is_not_told_as_that_plan() -> None:
    report = run(PlanName.AMS, ended(1, endpoint(port=1936)), ended(2, endpoint(T, 8080)))
    packed = pack_attempts(report, AMS)
    assert packed.layout is Layout.LIST
    told = unpack_attempts(packed.layout, packed.bits, AMS)
    assert told is not None
    assert [each.way for each in told] == [Way(R, 1936), Way(T, 8080)]


def test_what_was_not_made_is_no_more() -> None:
    way = Endpoint(R, samples.HOST, 1935, proxy="http://proxy.example.com:3128")
    skipped = ended(2, way, status=Status.NOT_APPLICABLE)
    assert not pack_attempts(run(PlanName.AMS, ended(1, endpoint()), skipped), AMS).has_more


def test_an_attempt_at_one_address_of_the_name_is_more() -> None:
    check = Endpoint(R, samples.HOST, 1935, address="203.0.113.11")
    report = run(PlanName.AMS, ended(1, endpoint()), ended(2, check, purpose=Purpose.CHECK))
    assert pack_attempts(report, AMS).has_more


def test_a_run_without_attempts() -> None:
    for plan, number in ((PlanName.AMS, AMS), (PlanName.CUSTOM, CUSTOM)):
        packed = pack_attempts(run(plan), number)
        assert not packed.has_more
        assert unpack_attempts(packed.layout, packed.bits, number) == ()


@pytest.mark.parametrize("layout", range(8))
@pytest.mark.parametrize("bits", [0, (1 << BITS) - 1, 0x155555555, 0x0AAAAAAAA])
@pytest.mark.parametrize("plan", [0, 1, 11, 12, 30, 31])
def test_any_bits_are_told_or_said_to_be_of_a_newer_version(layout: int, bits: int, plan: int) -> None:
    told = unpack_attempts(layout, bits, plan)
    assert (told is None) == (layout > max(Layout))
    if bits == 0 and told is not None:
        assert told == ()


def test_outcomes_behind_what_this_version_knows_are_told_without_their_way() -> None:
    told = unpack_attempts(Layout.PLAN, 0x11111111, 30)
    assert told == (CodedAttempt(None, CodedOutcome.CONNECTED),) * 8
    told = unpack_attempts(Layout.LIST, 127 << 4 | CodedOutcome.REFUSED, CUSTOM)
    assert told == (CodedAttempt(None, CodedOutcome.REFUSED),)


@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_has_an_outcome(kind: FailureKind) -> None:
    for step in (StepName.DNS, StepName.TCP, StepName.TLS, StepName.HANDSHAKE):
        outcome = outcome_of(ended(1, endpoint(), kind, step=step))
        assert outcome not in (CodedOutcome.NONE, CodedOutcome.CONNECTED, CodedOutcome.NOT_MADE)
        assert outcome is not CodedOutcome.OTHER or kind is FailureKind.LOCAL_ERROR


def test_where_silence_began_is_told() -> None:
    silent = {
        StepName.DNS: CodedOutcome.NO_NAME,
        StepName.TCP: CodedOutcome.NO_ANSWER,
        StepName.UDP: CodedOutcome.NO_ANSWER,
        StepName.HANDSHAKE: CodedOutcome.SILENT,
    }
    for step, outcome in silent.items():
        assert outcome_of(ended(1, endpoint(), FailureKind.TIMED_OUT, step=step)) is outcome


@pytest.mark.parametrize("status", Status)
def test_every_status_has_an_outcome(status: Status) -> None:
    assert outcome_of(samples.attempt(1, endpoint(), status)) is not CodedOutcome.NONE
