from __future__ import annotations

import msgspec

from fmsdiag import model


def nouns() -> list[type[msgspec.Struct]]:
    return [n for n in vars(model).values() if isinstance(n, type) and issubclass(n, msgspec.Struct)]


def test_every_noun_is_frozen() -> None:
    assert len(nouns()) > 40
    assert all(noun.__struct_config__.frozen for noun in nouns())


def test_a_report_holds_no_credentials() -> None:
    seen: set[object] = set()

    def within(kind: object) -> None:
        if kind in seen:
            return
        seen.add(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            for field in msgspec.structs.fields(kind):
                within(field.type)
        for part in getattr(kind, "__args__", ()):
            within(part)

    within(model.Report)
    assert model.Attempt in seen
    assert model.Options in seen
    assert model.Credentials not in seen


def test_a_computer_is_offline_without_an_address_that_leads_anywhere() -> None:
    loopback = model.Interface("lo", ("127.0.0.1", "::1"))
    linked = model.Interface("eth0", ("169.254.3.4", "fe80::1"))
    down = model.Interface("wlan0", ("192.0.2.7",), up=False)
    offline = model.Environment(interfaces=(loopback, linked, down))
    assert offline.usable_addresses == []
    assert offline.is_offline
    online = model.Environment(interfaces=(loopback, model.Interface("eth0", ("192.0.2.7", "fe80::7"))))
    assert online.usable_addresses == ["192.0.2.7"]
    assert not online.is_offline
    assert not model.Environment().is_offline  # nothing is known
