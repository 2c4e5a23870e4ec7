import msgspec
from hypothesis import given

from fmsdiag.model import Interface, Report, Transport
from fmsdiag.report.environment_section import NOBODY, environment_facts, method, target_facts
from tests.report import samples, transport_samples
from tests.report.any_report import reports


def test_the_target_and_its_names() -> None:
    assert target_facts(samples.port_blocked()) == [
        ("Server", ("media.example.com",)),
        ("Application", ("live",)),
        ("Plan", ("ams: RTMP 1935, RTMP 80, RTMPT 80, started 200 ms apart",)),
        ("Also checked", ("RTMPS, port 443",)),
        ("Name lookup", ("media.example.com, by the system: 203.0.113.10, 2001:db8:10::10",)),
        ("Third parties", ("control.example.net: port 1935, to see whether it is blocked for every server",)),
    ]


def test_what_the_address_asked_for() -> None:
    report = samples.rejected()
    target = msgspec.structs.replace(report.target, transport=Transport.RTMPT, port=8080, application="")
    facts = dict(target_facts(msgspec.structs.replace(report, target=target)))
    assert facts["The address asked for"] == ("RTMPT, port 8080",)
    assert facts["Application"] == ("none named",)
    assert facts["Third parties"] == (NOBODY,)


def test_the_computer() -> None:
    report = samples.healthy()
    environment = msgspec.structs.replace(
        report.environment, interfaces=(Interface("wlan0", (), up=False),), proxies={"http": "http://p:1"}
    )
    facts = dict(environment_facts(msgspec.structs.replace(report, environment=environment)))
    assert facts["Network interfaces"] == ("wlan0 (down): ",)
    assert facts["Proxies set up"] == ("http: http://p:1",)
    assert facts["Tested with"] == ("fmsdiag 0.1.0, Python 3.13.5",)
    assert "Hosts file" not in facts


def test_the_limits_are_those_of_the_run() -> None:
    text = " ".join(method(samples.healthy()))
    assert "An attempt had 10.0 s, opening its TCP connection 5.0 s of them." in text
    assert "Nothing was published" in text


def test_what_was_done_with_consent_is_said() -> None:
    text = " ".join(method(transport_samples.published()))
    assert "it was also published and played for a moment" in text
    assert "Nothing was published" not in text


def test_proxies_are_named_with_where_they_are_known_from() -> None:
    report = transport_samples.proxied()
    assert dict(target_facts(report))["Through a proxy"] == ("the proxy cache01.corp.example:3128",)
    facts = dict(environment_facts(report))
    assert facts["Proxy script of this computer (PAC)"] == ("http://wpad.corp.example/proxy.pac",)
    assert facts["Proxy script that the network offers (WPAD)"] == ("http://wpad.corp.example/wpad.dat",)


@given(reports())
def test_any_report_has_surroundings(report: Report) -> None:
    assert all(label and any(lines) for label, lines in (*target_facts(report), *environment_facts(report)))
    assert method(report)
