import msgspec
from hypothesis import given

from fmsdiag.model import Experiment, FilledField, Interface, Medium, Prepared, Report, Transport
from fmsdiag.report.environment_section import environment_facts, method, target_facts
from tests.report import samples, transport_samples
from tests.report.any_report import reports


def test_the_target_and_its_names() -> None:
    assert target_facts(samples.port_blocked()) == [
        ("Server", ("media.example.com",)),
        ("Application", ("live",)),
        ("Plan", ("ams: RTMP 1935, RTMP 80, and RTMPT 80, started 200 ms apart",)),
        ("Also checked", ("RTMPS on port 443",)),
        ("Name lookup", ("media.example.com, by the system: 203.0.113.10 and 2001:db8:10::10",)),
        (
            "Third parties",
            ("control.example.net: Shows whether the port is blocked for other servers, too.",),
        ),
    ]


def test_what_the_address_asked_for() -> None:
    report = samples.rejected()
    target = msgspec.structs.replace(report.target, transport=Transport.RTMPT, port=8080, application="")
    facts = dict(target_facts(msgspec.structs.replace(report, target=target)))
    assert facts["Address entered"] == ("RTMPT, port 8080",)
    assert facts["Application"] == ("none named",)
    assert facts["Third parties"] == ("none",)


def test_where_a_server_sends_its_clients_was_contacted_too() -> None:
    report = samples.healthy()
    elsewhere = samples.endpoint(host="edge.example.com")
    hop = msgspec.structs.replace(samples.connected(9, elsewhere, 1.0), experiment=Experiment.REDIRECT)
    redirected = msgspec.structs.replace(report, attempts=(*report.attempts, hop))
    assert dict(target_facts(redirected))["Third parties"] == (
        "only where the server redirects its clients: edge.example.com",
    )


def test_the_computer() -> None:
    report = samples.healthy()
    environment = msgspec.structs.replace(
        report.environment, interfaces=(Interface("wlan0", (), up=False),), proxies={"http": "http://p:1"}
    )
    facts = dict(environment_facts(msgspec.structs.replace(report, environment=environment)))
    assert facts["Network interfaces"] == ("wlan0 (down): no address",)
    assert facts["Proxy settings"] == ("http: http://p:1",)
    assert facts["Tested with"] == ("fmsdiag 0.1.0, Python 3.13.5",)
    assert "Hosts file" not in facts


def test_the_limits_are_those_of_the_run() -> None:
    text = " ".join(method(samples.healthy()))
    assert "The limit for each attempt was 10 s, and 5.0 s of that for opening its TCP connection." in text
    assert "Nothing was published" in text


def test_what_was_done_with_consent_is_said() -> None:
    text = " ".join(method(transport_samples.published()))
    assert "A test stream was published and the stream was played for a moment" in text
    assert "Nothing was published" not in text


def test_proxies_are_named_with_where_they_are_known_from() -> None:
    report = transport_samples.proxied()
    assert dict(target_facts(report))["Through a proxy"] == ("the proxy cache01.corp.example:3128",)
    facts = dict(environment_facts(report))
    assert facts["Proxy script of this computer (PAC)"] == ("http://wpad.corp.example/proxy.pac",)
    assert facts["Proxy script offered by this network (WPAD)"] == ("http://wpad.corp.example/wpad.dat",)


@given(reports())
def test_any_report_has_surroundings(report: Report) -> None:
    assert all(label and any(lines) for label, lines in (*target_facts(report), *environment_facts(report)))
    assert method(report)


def test_the_link_of_a_card_and_what_guards_the_computer() -> None:
    report = samples.healthy()
    environment = msgspec.structs.replace(
        report.environment,
        interfaces=(
            Interface("Ethernet", ("192.0.2.7",), medium=Medium.CABLE, speed_mbps=1000),
            Interface("WLAN", ("192.0.2.8",), medium=Medium.WIFI),
        ),
        server_interface="Ethernet",
        firewall_profiles={"public": True, "private": False, "lab": True},
        security_products=("Example Antivirus", "Other\x1b[1m"),
    )
    facts = dict(environment_facts(msgspec.structs.replace(report, environment=environment)))
    assert facts["Network interfaces"] == (
        "Ethernet (cable, 1,000 Mbit/s): 192.0.2.7",
        "WLAN (Wi-Fi): 192.0.2.8",
    )
    assert facts["Network interface used for the server"] == ("Ethernet",)
    assert facts["Windows Firewall"] == (
        "public networks: on",
        "private networks: off",
        "lab networks: on",
    )
    assert "\x1b" not in facts["Security products"][0]
    assert facts["Security products"][0].startswith("Example Antivirus and Other")


def test_the_profile_and_what_was_filled_in_stand_first() -> None:
    asked = Prepared("Example Streaming", "0123456789abcdef", (FilledField("Ticket number", "4711"),))
    facts = target_facts(msgspec.structs.replace(samples.healthy(), prepared=asked))
    assert facts[:3] == [
        ("Prepared by", ("Example Streaming",)),
        ("Profile", ("0123456789abcdef",)),
        ("Filled in", ("Ticket number: 4711",)),
    ]
