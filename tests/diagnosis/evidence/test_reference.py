"""What a reference run keeps of a report: facts of the server alone."""

from fmsdiag.diagnosis.evidence.reference import reference_of
from fmsdiag.model import Report
from tests.report import samples


def kept(report: Report) -> object:
    return reference_of(report.report_id, report.started_at, report.target.host, report.attempts)


def test_addresses_versions_certificates_and_times() -> None:
    report = samples.port_blocked()
    reference = reference_of("id", report.started_at, report.target.host, report.attempts)
    assert reference.addresses[0] == samples.SERVER
    assert {a.key for a in reference.attempts} <= {a.key for a in report.attempts}
    assert [a.key for a in reference.attempts if a.connected] == ["tcp/80/rtmp", "tcp/80/rtmpt"]


def test_nothing_of_third_parties_or_of_other_servers() -> None:
    report = samples.port_blocked()
    assert samples.CONTROL not in repr(kept(report))
    assert reference_of("id", "", "other.example", report.attempts).attempts == ()
