import pytest

from fmsdiag.model import NotApplicable
from fmsdiag.probe.redirect_places import is_other_service, leads_inside, why_not

PUBLIC = ("203.0.113.10",)
INSIDE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "0.0.0.0",
    "255.255.255.255", "224.0.0.1",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::10.0.0.1", "::192.168.0.1",
    "64:ff9b::10.0.0.1", "64:ff9b:1::192.168.0.1", "2002:c0a8:101::1", "2001:0:c0a8:101::1", "2002:7f00:1::",
)  # fmt: skip
OUTSIDE = ("203.0.113.9", "2001:db8::1", "64:ff9b::203.0.113.9", "::ffff:203.0.113.9", "2002:cb00:7109::1")


@pytest.mark.parametrize("address", INSIDE)
def test_a_server_outside_does_not_lead_in(address: str) -> None:
    assert leads_inside(address, PUBLIC)
    assert leads_inside(address, ())


@pytest.mark.parametrize("address", OUTSIDE)
def test_elsewhere_outside_it_may(address: str) -> None:
    assert not leads_inside(address, PUBLIC)


def test_a_name_is_none_of_these() -> None:
    assert not leads_inside("inside.example", PUBLIC)


@pytest.mark.parametrize(
    ("address", "own", "expected"),
    [
        ("192.168.1.6", "192.168.1.5", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("192.168.1.6", "127.0.0.1", False),
        ("127.0.0.1", "192.168.1.5", True),
        ("0.0.0.0", "127.0.0.1", True),
    ],
)
def test_a_server_in_here_may_name_what_is_in_here(address: str, own: str, expected: bool) -> None:
    assert leads_inside(address, (own,)) is expected


@pytest.mark.parametrize("port", [22, 25, 53, 445, 3306, 3389, 5432, 6379, 11211, 27017])
def test_ports_of_other_services(port: int) -> None:
    assert is_other_service(port)


@pytest.mark.parametrize("port", [80, 443, 1024, 1935, 1936, 8080, 8443, 19350, 40000])
def test_ports_of_media_servers(port: int) -> None:
    assert not is_other_service(port)


@pytest.mark.parametrize(
    ("host", "port", "expected"),
    [
        ("203.0.113.9", 19350, None),
        ("203.0.113.9", 53, NotApplicable.REDIRECT_OTHER_SERVICE),
        ("192.168.1.1", 19350, NotApplicable.REDIRECT_PRIVATE),
        ("203.0.113.9", 843, None),  # the port that the user named himself
    ],
)
def test_why_a_redirect_is_not_followed(host: str, port: int, expected: NotApplicable | None) -> None:
    assert why_not(host, port, PUBLIC, 843) is expected
