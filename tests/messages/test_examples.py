from fmsdiag.messages.examples import BY_PLACE, EXAMPLES, example_values
from fmsdiag.messages.text import KINDS, text
from fmsdiag.model import Cause, messages


def test_every_kind_of_value_has_an_example_of_its_kind() -> None:
    assert EXAMPLES.keys() == set(KINDS.values())
    assert all(type(value) is kind for kind, values in EXAMPLES.items() for value in values)
    assert all(type(value) is kind for (_, kind), value in BY_PLACE.items())


def test_places_of_one_kind_differ_and_a_place_stays_the_same() -> None:
    first, second = (
        text("{port} and {other:port}, not {next:port} or {last:port}."),
        text("Port {other:port}."),
    )
    values = example_values((first, second))
    assert [values[p] for p in ("port", "other", "next", "last")] == [
        messages.Port(1935),
        messages.Port(443),
        messages.Port(80),
        messages.Port(80),
    ]
    assert second.fits({"other": values["other"]})


def test_a_place_with_a_telling_name_has_its_own() -> None:
    values = example_values((text("{server:host}, {other:host}"),))
    assert values["server"] == messages.Host("media.example.com")
    assert values["other"] != values["server"]


def test_a_cause_may_have_examples_of_its_own() -> None:
    usual, slow = text("{took:duration}"), text("{took:duration} to {server:host}")
    assert example_values((usual,))["took"] == messages.Duration(0.1)
    assert example_values((slow,), Cause.DNS_SLOW)["took"] == messages.Duration(3.2)
