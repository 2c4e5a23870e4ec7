from __future__ import annotations

import gettext
import io
import subprocess
import sys
from datetime import timedelta, timezone

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from fmsdiag.messages.language import ENGLISH, Language
from fmsdiag.messages.text import Table, plural, step, text
from fmsdiag.model import FailureKind, Family, NextHop, Transport, messages
from fmsdiag.model.messages import Count, Duration, Listed, Message, Outcome, Ports, Proxy, Route

CATALOG = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Port {ports} is blocked for {elapsed:duration}."
msgid_plural "Ports {ports} are blocked for {elapsed:duration}."
msgstr[0] "Seit {elapsed:duration} ist Port {ports} gesperrt."
msgstr[1] "Seit {elapsed:duration} sind die Ports {ports} gesperrt."
"""


class Sample(Table, of="language-sample"):
    BLOCKED = plural(
        "Port {ports} is blocked for {elapsed:duration}.", "Ports {ports} are blocked for {elapsed:duration}."
    )
    PLAIN = text("Run Test")


def german() -> Language:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.StringIO(CATALOG), locale="de"))
    compiled.seek(0)
    return Language("de", gettext.GNUTranslations(compiled))


TEXTS = {each.id: each for each in Sample.texts()}


def test_a_message_is_written_in_the_readers_language() -> None:
    said = Sample.BLOCKED.of(ports=(80, 443), elapsed=1.5)
    assert ENGLISH.render(said, TEXTS) == "Ports 80 and 443 are blocked for 1.5 s."
    assert german().render(said, TEXTS) == "Seit 1,5 s sind die Ports 80 und 443 gesperrt."
    one = Sample.BLOCKED.of(ports=(80,), elapsed=12.3)
    assert ENGLISH.render(one, TEXTS) == "Port 80 is blocked for 12.3 s."
    assert german().render(one, TEXTS) == "Seit 12,3 s ist Port 80 gesperrt."
    assert german().say(Sample.PLAIN) == "Run Test"  # not in that catalog: English


@pytest.mark.parametrize(
    "message",
    [
        Message("no-such-id", {}, "Stored."),
        Message("language-sample.plain", {"port": Count(1)}, "Stored."),
        Message("language-sample.blocked", {"ports": Ports((1,))}, "Stored."),
        Message("language-sample.blocked", {"ports": Count(1), "elapsed": Duration(1.0)}, "Stored."),
        Message("language-sample.blocked", {"ports": {"type": "x"}, "elapsed": Duration(1.0)}, "Stored."),
    ],
)
def test_what_this_program_does_not_know_shows_its_english(message: Message) -> None:
    assert german().render(message, TEXTS) == "Stored."


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (messages.Port(1935), "1935"),
        (Ports((1935, 80, 443)), "1935, 80, and 443"),
        (messages.Addresses(("10.0.0.1",)), "10.0.0.1"),
        (messages.Addresses(()), "no address"),
        (Duration(0.0004), "0.4 ms"),
        (Duration(0.012), "12 ms"),
        (Duration(5.04), "5.0 s"),
        (Duration(20), "20 s"),
        (Duration(90), "1.5 min"),
        (Duration(7200), "2 h"),
        (Count(12345), "12,345"),
        (messages.Size(1), "1 byte"),
        (messages.Size(3073), "3,073 bytes"),
        (messages.Size(65536), "64 kB"),
        (messages.Size(65000), "65 kB"),
        (messages.Size(20_000_000), "20 MB"),
        (messages.Rate(64_000), "64 kB/s"),
        (messages.Share(0.4), "40%"),
        (messages.Quote("no entry"), "“no entry”"),
        (messages.Name("NetConnection.Connect.Rejected"), "NetConnection.Connect.Rejected"),
        (messages.Moment("2026-11-28T17:32:10Z"), "28 Nov 2026 17:32 UTC"),
        (messages.Moment("2026-11-28T18:32:10+01:00"), "28 Nov 2026 17:32 UTC"),
        (messages.Moment("yesterday"), "yesterday"),
        (Proxy("10.66.0.1", 3128), "10.66.0.1, port 3128"),
        (Proxy("", 0, hidden=True), "the proxy of this network (hidden)"),
        (Route(Transport.RTMP, 1935), "RTMP on port 1935"),
        (Route(Transport.RTMFP, 1935), "RTMFP on UDP port 1935"),
        (Route(Transport.RTMPT, 80, True), "RTMPT on port 80 through the proxy"),
        (Route(Transport.RTMP, 80, False, Family.IPV4), "RTMP on port 80 over IPv4"),
        (Outcome(5.0, FailureKind.TIMED_OUT), "no answer after 5.0 s"),
        (Outcome(0.002, FailureKind.REFUSED), "refused immediately"),
        (Outcome(1.0, FailureKind.REFUSED), "refused after 1.0 s"),
        (
            Outcome(3.1, FailureKind.UNREACHABLE, "10.0.0.2", missing=NextHop.SERVER),
            "this computer found no machine at that address within 3.1 s",
        ),
        (
            Outcome(3.1, FailureKind.UNREACHABLE, "10.0.0.2", missing=NextHop.ROUTER),
            "this computer's router did not answer within 3.1 s",
        ),
        (
            Outcome(0.1, FailureKind.UNREACHABLE, by="10.0.0.1"),
            "reported unreachable by 10.0.0.1 after 100 ms",
        ),
        (
            Outcome(0.1, FailureKind.UNEXPECTED_REPLY, looks_like="SSH server"),
            "something else answered after 100 ms: SSH server",
        ),
        (Outcome(0.5), "worked after 500 ms"),
        (Listed((Message("a", {}, "one"), Message("b", {}, "two")), either=True), "one or two"),
        (Listed((Message("a", {}, "one"),)), "one"),
    ],
)
def test_values_in_english(value: messages.Value, written: str) -> None:
    assert ENGLISH.value(value) == written


@pytest.mark.parametrize("kind", [None, *FailureKind])
@pytest.mark.parametrize("elapsed_s", [0.0, 5.0])
def test_every_outcome_is_written(kind: FailureKind | None, elapsed_s: float) -> None:
    assert ENGLISH.value(Outcome(elapsed_s, kind))


@pytest.mark.parametrize("transport", Transport)
def test_every_transport_has_a_route(transport: Transport) -> None:
    assert "7" in ENGLISH.value(Route(transport, 7))


def test_an_address_keeps_its_order_in_a_text_from_right_to_left() -> None:
    hebrew = Language("he", is_right_to_left=True)
    assert hebrew.say(Sample.BLOCKED, {"ports": (80,), "elapsed": 1.0}).startswith("Port \u206880\u2069 is")


class Pressed(Table, of="pressed"):
    COPY = step("Press Copy for {host}.", elsewhere=text("Send the request to {host}."))
    ENTER = step(
        "Enter {proxy}, and ask {resolver:address}.",
        hidden=text("Enter the proxy of this computer's settings."),
    )


def test_a_step_is_worded_for_the_face_that_shows_it() -> None:
    texts = {each.id: each for each in Pressed.texts()}
    said = Pressed.COPY.of(host="a.example")
    assert ENGLISH.render(said, texts) == "Press Copy for a.example."
    assert ENGLISH.render(said, texts, has_buttons=False) == "Send the request to a.example."


@pytest.mark.parametrize(
    ("proxy", "resolver", "hides"),
    [
        (Proxy("192.168.1.9", 3128), "192.168.1.1", False),
        (Proxy("", 0, hidden=True), "192.168.1.1", True),
        (Proxy("192.168.1.9", 3128), "lan-3", True),
    ],
)
def test_a_step_that_needs_a_hidden_value_says_where_to_find_it(
    proxy: Proxy, resolver: str, hides: bool
) -> None:
    texts = {each.id: each for each in Pressed.texts()}
    said = ENGLISH.render(Pressed.ENTER.of(proxy=proxy, resolver=resolver), texts)
    assert (said == "Enter the proxy of this computer's settings.") is hides
    assert "hidden" not in said
    assert "lan-" not in said


@pytest.mark.parametrize("pattern", ["0", "0.0", "0.#", "#,##0", "#,##0.#", "#,##0.###"])
@pytest.mark.parametrize("number", [0, 0.25, 1, 1.1, 9.96, 100, 250, 1234.5678, 59_999.9994, 1_000_000])
def test_english_numbers_are_written_as_babel_writes_them(number: float, pattern: str) -> None:
    assert ENGLISH.number(number, pattern) == format_decimal(number, format=pattern, locale="en_US")


def test_a_window_in_english_draws_a_run_without_babel() -> None:
    script = (
        "import sys; from fmsdiag.messages.language import ENGLISH as e;"
        "e.tick(0.25); e.tick(1234.5); e.list('abc'); e.size(70000); e.duration(75.0);"
        "sys.exit('babel.core' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_moment_in_little_room() -> None:
    ahead = timezone(timedelta(hours=2))
    assert ENGLISH.short_moment("2026-05-12T12:02:00Z", ahead) == "12 May 14:02"
    assert german().short_moment("2026-05-12T12:02:00Z") == "12 Mai 12:02"
    assert ENGLISH.short_moment("yesterday") == ""
    assert ENGLISH.short_moment("0001-01-01T00:00:00Z", timezone(timedelta(hours=-1))) == ""
