from __future__ import annotations

import errno
import socket

import pytest

from fmsdiag.model import DnsFacts, FailureKind
from fmsdiag.probe.failure import LookupFailed
from fmsdiag.probe.transports.system_lookup import MAX_ADDRESSES, lookup_by_system
from tests.probe.fake_network import FakeNetwork
from tests.probe.virtual_time import virtual_time

NAME = "live.example.com"


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), FailureKind.NAME_NOT_FOUND),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), FailureKind.SERVER_FAILURE),
        (socket.gaierror(socket.EAI_FAIL, "Non-recoverable"), FailureKind.SERVER_FAILURE),
        (OSError(errno.EMFILE, "too many open files"), FailureKind.LOCAL_ERROR),
        (UnicodeError("label too long"), FailureKind.LOCAL_ERROR),
    ],
)
@virtual_time
async def test_lookups_by_the_system_that_fail(outcome: Exception, kind: FailureKind) -> None:
    with pytest.raises(LookupFailed) as caught:
        await lookup_by_system(FakeNetwork(names={NAME: outcome}), NAME)
    assert caught.value.kind is kind
    assert str(caught.value)


@virtual_time
async def test_lookups_by_the_system_keep_its_order() -> None:
    addresses = ["2001:db8::2", "192.0.2.1", "2001:db8::1"]
    facts = await lookup_by_system(FakeNetwork(names={NAME: addresses}), NAME)
    assert facts == DnsFacts(NAME, "system", tuple(addresses))


@virtual_time
async def test_of_200_addresses_by_the_system_some_are_kept_and_the_rest_counted() -> None:
    net = FakeNetwork(names={NAME: [f"198.51.100.{n}" for n in range(200)]})
    facts = await lookup_by_system(net, NAME)
    assert facts.addresses == tuple(f"198.51.100.{n}" for n in range(MAX_ADDRESSES))
    assert facts.omitted_addresses == 200 - MAX_ADDRESSES


@virtual_time
async def test_the_bound_leaves_one_address_of_the_other_family() -> None:
    many = [f"2001:db8::{n}" for n in range(1, 40)]
    facts = await lookup_by_system(
        FakeNetwork(names={"h.example": [*many, "192.0.2.1", "192.0.2.2"]}), "h.example"
    )
    assert facts.addresses == (*many[: MAX_ADDRESSES - 1], "192.0.2.1")
    assert facts.omitted_addresses == 41 - MAX_ADDRESSES
