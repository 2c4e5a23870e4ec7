"""International names are read as they are typed, and imitations stay recognizable."""

import pytest

from fmsdiag.messages.host_names import as_typed
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.target import parse_target


class Sample(Table, of="test.host-names"):
    OF_HOST = text("{host}")
    OF_URL = text("{url}")


@pytest.mark.parametrize(
    "typed",
    [
        "müller.example",
        "пример.испытание",
        "例え.テスト",
        "παράδειγμα.δοκιμή",
        "media.bücher-2.example",
        "मीडिया.example",
    ],
)
def test_a_name_is_shown_as_it_was_typed(typed: str) -> None:
    host = parse_target(typed).host
    assert host.isascii()
    assert as_typed(host) == typed
    assert say(Sample.OF_HOST, host=host) == typed
    url = f"rtmp://{host}:1935/live?x=1"
    assert as_typed(url) == say(Sample.OF_URL, url=url) == f"rtmp://{typed}:1935/live?x=1"
    assert parse_target(as_typed(url)).host == host


@pytest.mark.parametrize(
    "sent",
    [
        "media.example.com",
        "203.0.113.5",
        "xn--.example",  # nothing encoded
        "xn--zzzzzzzzz.example",
        "xn--pple-43d.com",  # a Cyrillic letter among Latin ones
        "xn--a-ecp.ru",
        "my-xn--mller-kva.example",  # not the beginning of a label
    ],
)
def test_other_names_stay_as_they_are_sent(sent: str) -> None:
    shown = as_typed(sent)
    assert shown == sent or parse_target(shown).host == sent
    if "43d" in sent or "my-" in sent or "xn--" not in sent:
        assert shown == sent
