import msgspec
import pytest

from fmsdiag.model import (
    DnsFacts,
    Environment,
    Failure,
    FailureKind,
    Icmp,
    Interface,
    Note,
    Report,
    Status,
    StepName,
    Target,
    TcpFacts,
)
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from tests.diagnosis.findings import plain
from tests.report import samples


def shown(text: str, report: Report | None = None) -> str:
    """What becomes of `text` as a note of `report`."""
    base = report or samples.report(())
    environment = Environment(interfaces=(Interface("eth0", ("198.51.100.77/25", "2001:db8:77:1::5")),))
    noted = msgspec.structs.replace(base, notes=(Note(plain(text)),), environment=environment)
    return redact(noted, identity=Identity()).notes[0].message.text.replace("lan-", "L")


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("from 10.1.2.3 and 172.31.0.1, again 10.1.2.3.", "from L1 and L2, again L1."),
        ("192.168.1.5:43211", "L1:43211"),
        ("192.168.1.0/24", "L1/24"),
        ("172.32.0.1", "172.32.0.0/24"),
        ("fe80::1%eth0, fd00::2, [fe80::1]:80", "L1, L2, [L1]:80"),
        ("::ffff:192.168.1.5 is 192.168.1.5", "L1 is L1"),
        ("100.64.1.1 169.254.3.4", "L1 L2"),
        ("127.0.0.1 ::1 0.0.0.0 255.255.255.255 224.0.0.1 ff02::1", None),
        ("you are 198.51.100.77", "you are 198.51.100.0/24"),
        ("you are 192.0.2.9 (X-Forwarded-For)", "you are 192.0.2.0/24 (X-Forwarded-For)"),
        ("2001:db8:77:1::5", "2001:db8:77::/48"),
        ("already 198.51.100.0/24 and 2001:db8:77::/48", None),
        ("nginx/1.2.3.4, version 5.0.17.1, v4.5.0.2", None),
        ("FMS/5,0,17,1 and 1.2.3 and 1.2.3.4.5 and 300.1.1.1", None),
        ("at 12:02:33, std::string, ab::cd::ef", None),
        (r"bytes \x11\x12.51.100.1c", None),  # a control character, and text
    ],
)
def test_addresses_in_text(text: str, result: str | None) -> None:
    assert shown(text) == (text if result is None else result)


def lab(**more: object) -> Report:
    """A server with a private address, reached through a local resolver."""
    facts = DnsFacts("lab.example", "system", ("192.168.7.10",), resolver="192.168.7.1")
    lookup = samples.observed(1, StepName.DNS, 0, 0.1, facts, address="192.168.7.1")
    failure = Failure(FailureKind.UNREACHABLE, icmp=Icmp(3, 1, "203.0.113.99"))
    opened = samples.observed(
        1, StepName.TCP, 0.1, 0.2, TcpFacts("192.168.7.20"), failure, address="192.168.7.10"
    )
    tried = samples.attempt(1, samples.endpoint(host="lab.example"), Status.FAILED, lookup, opened)
    base = samples.report((tried,), target=Target("lab.example", "live"))
    return msgspec.structs.replace(base, **more)


def test_the_servers_own_private_address_stays() -> None:
    assert shown("192.168.7.10 by 192.168.7.1 from 192.168.7.20", lab()) == "192.168.7.10 by L1 from L2"


def test_a_literal_private_target_stays() -> None:
    assert shown("10.0.0.9 not 10.0.0.8", lab(target=Target("10.0.0.9", "live"))) == "10.0.0.9 not L4"


def test_routers_that_answered_stay() -> None:
    assert (
        shown("203.0.113.99 said so, 203.0.113.98 did not", lab())
        == "203.0.113.99 said so, 203.0.113.0/24 did not"
    )


def test_a_router_in_the_reporters_own_ipv6_network_is_cut_to_it() -> None:
    environment = Environment(
        interfaces=(Interface("eth0", ("2001:db8:77:1::5",)),),
        default_gateways=("2001:db8:77:1::1",),
        resolvers=("2001:db8:53::53",),
    )
    seen = redact(msgspec.structs.replace(lab(), environment=environment), identity=Identity()).environment
    assert seen.default_gateways == ("2001:db8:77::/48",)
    assert seen.resolvers == ("2001:db8:53::53",)


def test_a_server_on_this_computer_is_the_server() -> None:
    assert shown("198.51.100.77", lab(target=Target("198.51.100.77", "live"))) == "198.51.100.77"


def test_an_attempt_through_a_proxy_does_not_make_the_proxy_the_server() -> None:
    report = lab()
    endpoint = msgspec.structs.replace(report.attempts[0].endpoint, proxy="http://10.9.9.9:3128")
    seen = samples.observed(1, StepName.TCP, 0.1, 0.2, TcpFacts(), address="10.9.9.9")
    tried = samples.attempt(1, endpoint, Status.FAILED, seen)
    assert shown("10.9.9.9", msgspec.structs.replace(report, attempts=(tried,))) == "L2"
