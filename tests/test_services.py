"""Facts about streaming services: every address can be tested as it is, and none carries a key."""

import pytest

from fmsdiag.model import Transport
from fmsdiag.services import SERVICES, service_named
from fmsdiag.target import parse_target

ADDRESSES = [(service.name, address) for service in SERVICES for address in service.addresses]


@pytest.mark.parametrize(("name", "address"), ADDRESSES)
def test_each_address_parses_and_has_an_application_and_no_key(name: str, address: str) -> None:
    target = parse_target(address)
    assert target.transport in (Transport.RTMP, Transport.RTMPS)
    assert target.application
    assert (target.stream, target.query) == (None, None)


def test_there_are_some_ten_in_the_order_of_their_names() -> None:
    names = [service.name for service in SERVICES]
    assert names == sorted(names, key=str.casefold)
    assert len(set(names)) == len(names) >= 10
    assert all(service.max_kbps is None or 1000 <= service.max_kbps <= 100_000 for service in SERVICES)
    assert all(2020 <= service.year <= 2030 for service in SERVICES)


def test_a_name_is_found_as_people_and_obs_write_it() -> None:
    found = service_named("youtube - rtmps")
    assert found is not None
    assert found.name == "YouTube"
    assert service_named("TWITCH") is not None
    assert service_named("Custom…") is None
