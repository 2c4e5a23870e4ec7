from __future__ import annotations

import pytest

from fmsdiag.messages.text import KINDS, Table, all_texts, count_of, plural, step, text, value_of
from fmsdiag.model import Action, Transport, messages
from fmsdiag.model.messages import Address, Count, Duration, Host, Listed, Message, Port, Ports, Route, Routes


class Sample(Table, of="sample"):
    SILENT_PORT = text("Port {port}: no answer after {elapsed:duration}.")
    STEPS = (step("Press it.", Action.RUN_AGAIN), step("Wait."))
    OTHERS = plural("{ports} port", "{ports} ports")


class User(Table, of="user"):
    ITS_OWN = text("Own.")
    BORROWED = Sample.SILENT_PORT


def test_ids_come_from_the_table_and_the_name() -> None:
    assert Sample.SILENT_PORT.id == "sample.silent-port"
    assert [each.id for each in Sample.STEPS] == ["sample.steps.1", "sample.steps.2"]
    assert [each.id for each in Sample.texts()] == [
        "sample.silent-port",
        "sample.steps.1",
        "sample.steps.2",
        "sample.others",
    ]


def test_a_text_belongs_to_the_table_that_it_stands_in_first() -> None:
    assert User.BORROWED.id == "sample.silent-port"
    assert [each.id for each in User.texts()] == ["user.its-own"]
    assert all_texts()["sample.silent-port"] is Sample.SILENT_PORT


def test_values_become_what_their_places_want() -> None:
    said = Sample.SILENT_PORT.of(port=1935, elapsed=5)
    assert said == Message("sample.silent-port", {"port": Port(1935), "elapsed": Duration(5.0)})


@pytest.mark.parametrize(
    "values", [{}, {"port": 1935}, {"port": 1935, "elapsed": 5.0, "more": 1}, {"port": "x", "elapsed": 5.0}]
)
def test_values_that_do_not_fit_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        Sample.SILENT_PORT.of(**values)


def test_whether_values_of_another_program_fit() -> None:
    fits = Sample.SILENT_PORT.fits
    assert fits({"port": Port(1), "elapsed": Duration(1.0)})
    assert not fits({"port": Port(1)})
    assert not fits({"port": 1, "elapsed": Duration(1.0)})
    assert not fits({"port": Count(1), "elapsed": Duration(1.0)})


@pytest.mark.parametrize(
    "english", ["{nothing}", "{a:port} and {a:host}", "an open { brace", "empty {}", "{port!r}", "{port:>5}"]
)
def test_a_place_needs_a_kind(english: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        text(english)


def test_a_plural_needs_something_to_count() -> None:
    with pytest.raises(ValueError, match="counted"):
        plural("{host}", "{host}s")
    with pytest.raises(ValueError, match="counted"):
        plural("{host} {count}", "{host} {count}", by="host")
    assert plural("{number:count} hop", "{number:count} hops").counted == "number"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (Port, 80, Port(80)),
        (Ports, (80, 443), Ports((80, 443))),
        (Ports, [80], Ports((80,))),
        (Host, "a.example", Host("a.example")),
        (Duration, 1, Duration(1.0)),
        (Address, Address("::1"), Address("::1")),
    ],
)
def test_bare_values(kind: type[messages.Value], value: object, expected: messages.Value) -> None:
    assert value_of(kind, value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Port, "80"),
        (Port, True),
        (Host, 5),
        (Duration, "1"),
        (Ports, 80),
        (Port, Count(1)),
        (Route, "x"),
    ],
)
def test_values_of_another_kind(kind: type[messages.Value], value: object) -> None:
    with pytest.raises(TypeError):
        value_of(kind, value)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (Count(3), 3),
        (Ports((1, 2)), 2),
        (Routes((Route(Transport.RTMP, 1),)), 1),
        (Listed(()), 0),
        (messages.Addresses(("a", "b")), 2),
        (messages.Names(("a",)), 1),
        (Port(5), 1),
    ],
)
def test_how_many(value: messages.Value, count: int) -> None:
    assert count_of(value) == count


def test_a_text_is_no_string() -> None:
    with pytest.raises(TypeError, match="not rendered"):
        str(Sample.OTHERS)


def test_every_kind_of_value_has_a_word() -> None:
    assert KINDS["port"] is Port
    assert len(KINDS) == len(set(KINDS.values()))


class Buttons(Table, of="buttons"):
    SEND = step(
        "Press Copy and send it to {to:host}.",
        Action.COPY_REQUEST,
        elsewhere=text("Send the request to {to:host}."),
    )


def test_a_step_has_other_words_for_faces_without_its_button() -> None:
    other = Buttons.SEND.elsewhere
    assert other is not None
    assert other.id == "buttons.send.elsewhere"
    assert [each.id for each in Buttons.texts()] == ["buttons.send", "buttons.send.elsewhere"]


def test_the_other_words_have_no_places_of_their_own() -> None:
    with pytest.raises(ValueError, match="to:name"):
        step("Press Copy.", elsewhere=text("Send it to {to:name}."))
