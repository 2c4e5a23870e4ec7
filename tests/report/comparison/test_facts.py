"""Facts that differ are told as facts, and what makes two reports hard to compare is said."""

from __future__ import annotations

import msgspec
import pytest

from fmsdiag.model import (
    Attempt,
    Certificate,
    ConnectFacts,
    DnsFacts,
    Family,
    LookupSource,
    Observation,
    Options,
    Report,
    StepName,
    TlsFacts,
    Tool,
    VerdictStatus,
)
from fmsdiag.report.comparison.facts import (
    addresses_of,
    cautions,
    differences,
    seconds_between,
    seems_the_same_computer,
)
from fmsdiag.report.comparison.result import Roles
from tests.report import samples
from tests.report.comparison.pairs import changed, sent, with_attempts


def told(first: Report, second: Report) -> dict[str, tuple[str, str, str]]:
    from fmsdiag.report.english import with_english

    found = with_english(differences(first, second, same_server=True))
    return {
        d.label.text: (d.first.text, d.second.text, d.remark.text if d.remark is not None else "")
        for d in found
    }


def warned(first: Report, second: Report, roles: Roles = Roles.CUSTOMER_AND_SUPPORT) -> list[str]:
    return [message.id.rpartition(".")[2] for message in cautions(first, second, roles)]


def seeing(facts: DnsFacts | TlsFacts | ConnectFacts, took_s: float = 0.01) -> Report:
    """A healthy report whose first attempt saw these facts and took so long."""
    report = samples.recorded("healthy")
    attempt = report.attempts[0]
    seen = Observation("1.x", StepName.CONNECT, 0.0, took_s, facts=facts)
    return with_attempts(
        report, msgspec.structs.replace(attempt, observations=(seen,), started_s=0.0, ended_s=took_s)
    )


def certificate(fingerprint: str, issuer: str = "CN=Public CA") -> TlsFacts:
    return TlsFacts(certificate=Certificate("CN=media.example.net", issuer, sha256=fingerprint))


def test_another_certificate_may_be_an_interception() -> None:
    found = told(seeing(certificate("a" * 64)), seeing(certificate("b" * 64, "CN=Proxy CA")))
    first, second, remark = found["Certificate, RTMP on port 1935"]
    assert first == f"issued by CN=Public CA, SHA-256 {'a' * 16}"
    assert second == f"issued by CN=Proxy CA, SHA-256 {'b' * 16}"
    assert "intercepts" in remark


def test_a_certificate_by_the_same_issuer_may_be_a_new_one() -> None:
    found = told(seeing(certificate("a" * 64)), seeing(certificate("b" * 64)))
    assert "replaced" in found["Certificate, RTMP on port 1935"][2]


def test_another_server_version_is_told() -> None:
    found = told(
        seeing(ConnectFacts("live", "rtmp://h/live", fms_ver="FMS/3,5,7,7009")),
        seeing(ConnectFacts("live", "rtmp://h/live", fms_ver="FMS/5,0,3,3029")),
    )
    assert found["Version that the server names (fmsVer)"][:2] == ("FMS/3,5,7,7009", "FMS/5,0,3,3029")


def test_other_addresses_are_told_and_a_caution() -> None:
    def at(*addresses: str) -> Report:
        return seeing(DnsFacts("media.example.net", LookupSource.SYSTEM, addresses))

    assert told(at("203.0.113.1"), at("203.0.113.2"))["Addresses of the server's name"][:2] == (
        "203.0.113.1",
        "203.0.113.2",
    )
    assert "addresses" in warned(at("203.0.113.1"), at("203.0.113.2"))
    assert told(at("203.0.113.1", "203.0.113.2"), at("203.0.113.2", "203.0.113.1")) == {}
    assert addresses_of(at("203.0.113.2", "203.0.113.1")) == ("203.0.113.1", "203.0.113.2")


@pytest.mark.parametrize(
    ("here", "there", "is_told"),
    [(0.02, 0.2, True), (0.01, 0.04, False), (1.0, 2.9, False), (3.1, 1.0, True)],
)
def test_times_are_told_only_where_they_are_far_apart(here: float, there: float, is_told: bool) -> None:
    facts = ConnectFacts("live", "rtmp://h/live")
    found = told(seeing(facts, here), seeing(facts, there))
    assert ("Time to connect, RTMP on port 1935" in found) is is_told


def test_another_cause_is_told_and_an_equal_one_is_not() -> None:
    assert told(sent("port-dropped"), sent("healthy"))["Cause"][:2] == ("port-blocked", "none")
    assert "Cause" not in told(sent("port-dropped"), changed(sent("port-dropped")))


def other(**options: object) -> Report:
    report = samples.recorded("healthy")
    return changed(report, options=msgspec.structs.replace(report.options, **options))


@pytest.mark.parametrize(
    ("second", "warning"),
    [
        (other(deep=True), "deep"),
        (other(family=Family.IPV4), "family"),
        (other(timeout_s=3.0), "timeout"),
        (other(proxy=Options().proxy.__class__(mode=samples.recorded("healthy").options.proxy.mode)), ""),
        (changed(samples.recorded("healthy"), tool=Tool("fmsdiag", "0.2.0")), "version"),
        (changed(samples.recorded("healthy"), started_at="2026-11-25T21:17:10Z"), "day"),
        (changed(samples.recorded("expired")), "plan"),
    ],
)
def test_what_makes_them_hard_to_compare_is_said(second: Report, warning: str) -> None:
    found = [each for each in warned(samples.recorded("healthy"), second) if each != "same-computer"]
    assert warning in found if warning else found == []


def test_another_application_and_a_stopped_test_are_said() -> None:
    first = samples.recorded("healthy")
    target = msgspec.structs.replace(first.target, application="vod")
    verdict = msgspec.structs.replace(first.verdict, status=VerdictStatus.STOPPED)
    assert "application" in warned(first, changed(first, target=target))
    assert "no-application" in warned(
        first, changed(first, target=msgspec.structs.replace(target, application=""))
    )
    assert "second-stopped" in warned(first, changed(first, verdict=verdict))
    assert "first-stopped" in warned(changed(first, verdict=verdict), first)
    few: tuple[Attempt, ...] = first.attempts[:1]
    assert "ports" in warned(first, with_attempts(first, *few))


def test_the_order_of_before_and_after_is_checked() -> None:
    early, late = sent("healthy"), changed(sent("healthy"), started_at="2026-12-24T00:00:00Z")
    assert "swapped" in warned(late, early, Roles.BEFORE_AND_AFTER)
    assert "swapped" not in warned(early, late, Roles.BEFORE_AND_AFTER)
    assert "day" not in warned(early, late, Roles.BEFORE_AND_AFTER)


def test_the_same_computer_is_a_hint_only() -> None:
    first = samples.recorded("healthy")
    assert seems_the_same_computer(first, changed(first))
    moved = msgspec.structs.replace(first.environment, system="Windows 11")
    assert not seems_the_same_computer(first, changed(first, environment=moved))
    assert "same-computer" in warned(first, changed(first))
    assert "same-computer" not in warned(first, changed(first), Roles.BEFORE_AND_AFTER)


@pytest.mark.parametrize("odd", ["", "yesterday", "2026-01-01T00:00:00"])
def test_a_moment_that_is_none_is_never_far_from_anything(odd: str) -> None:
    assert seconds_between("2026-01-01T00:00:00Z", odd) is None
    assert seconds_between("2026-01-01T00:00:00Z", "2026-01-02T00:00:01+00:00") == 86401.0
