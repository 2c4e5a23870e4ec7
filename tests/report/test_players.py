"""Players in words: alike in one row, keys for people, and what goes with a recommended address."""

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.client_profiles import PlayerNotes
from fmsdiag.model import ClientProfile, Message, Recommendation, Transport, messages
from fmsdiag.report.players import describe_profile, name_of_key, player_rows, recommended_lines
from tests.diagnosis.findings import plain
from tests.report import samples


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        (ClientProfile("p", True, "tcp/80/rtmpt", 5.44), "connects over RTMPT on port 80 after 5.4 s"),
        (ClientProfile("p", True, "tcp/80/rtmp", None), "connects over RTMP on port 80"),
        (ClientProfile("p", True), "connects"),
        (ClientProfile("p", False), "does not connect"),
        (ClientProfile("p", None), "unknown"),
    ],
)
def test_a_profile_in_words(profile: ClientProfile, text: str) -> None:
    assert describe_profile(profile) == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("udp/1935/rtmfp", "RTMFP on UDP port 1935"),
        ("tcp/443/rtmp/proxy", "RTMP on port 443 through the proxy"),
        ("tcp/443/rtmp/ipv6", "RTMP on port 443 over IPv6"),
        ("tcp/443/rtmp/ipv4/proxy", "RTMP on port 443 over IPv4 through the proxy"),
        ("tcp/443", "tcp/443"),
        ("", ""),
    ],
)
def test_keys_for_people(key: str, text: str) -> None:
    assert name_of_key(key) == text


ROUTE = messages.Route(Transport.RTMP, 1935)
ROUTES = messages.Routes((ROUTE,))


def test_players_that_would_have_done_the_same_share_a_row() -> None:
    profiles = (
        ClientProfile("A", True, "tcp/1935/rtmp", 0.1032),
        ClientProfile("B", None, notes=(plain("Not tested: RTMP 443."),), untested=("tcp/443/rtmp",)),
        ClientProfile("C", True, "tcp/1935/rtmp", 0.1028),
        ClientProfile("D", True, "tcp/1935/rtmp", 0.4),
    )
    rows = player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=profiles))
    assert [row.line for row in rows] == [
        "A and C: connect over RTMP on port 1935 after 103 ms",
        "D: connects over RTMP on port 1935 after 400 ms",
        "B: unknown. Not tested: RTMP 443.",
    ]
    assert [row.mark.icon for row in rows] == ["✓", "✓", "?"]


def test_players_of_whom_nothing_can_be_told_take_one_row_and_none_alone() -> None:
    unknown = tuple(
        ClientProfile(name, None, notes=(PlayerNotes.UNTESTED.of(routes=ROUTES),)) for name in "AB"
    )
    known = ClientProfile("C", False, notes=(plain("It tries RTMP 80 only."),))
    rows = player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=(*unknown, known)))
    assert [row.line for row in rows] == [
        "C: does not connect. It tries RTMP 80 only.",
        "A and B: unknown. Some of what they try has no result in this test.",
    ]
    assert player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=unknown)) == []


_NOTES = [
    (
        PlayerNotes.WAITED.of(silence=5.0),
        "This includes 5.0 s of waiting; how long these players really wait is not documented.",
    ),
    (
        PlayerNotes.REJECTED.of(route=ROUTE),
        "The server rejects the connection over RTMP on port 1935, and these players stop there.",
    ),
    (
        PlayerNotes.REDIRECTED.of(route=ROUTE),
        "The server answers RTMP on port 1935 with a redirect, and these players try no other way.",
    ),
    (
        PlayerNotes.UNTESTED_BEFORE.of(routes=ROUTES),
        "They try RTMP on port 1935 first, which has no result in this test, so the time is unknown.",
    ),
    (
        PlayerNotes.UNTESTED_SOONER.of(routes=ROUTES),
        "They also try RTMP on port 1935, which has no result in this test; they may connect sooner.",
    ),
    (PlayerNotes.GIVES_UP.of(after=20.0), "They give up after 20 s."),
    (PlayerNotes.ONLY.of(route=ROUTE), "They try only RTMP on port 1935."),
    (PlayerNotes.UNTESTED.of(routes=ROUTES), "No result in this test: RTMP on port 1935."),
]


@pytest.mark.parametrize(("note", "said"), _NOTES)
def test_several_players_are_spoken_of_as_several(note: Message, said: str) -> None:
    alike = tuple(ClientProfile(name, False, notes=(note,)) for name in "AB")
    (row,) = player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=alike))
    assert row.line == f"A and B: do not connect. {said}"
    (row,) = player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=alike[:1]))
    assert row.line.startswith("A: does not connect. ")


def test_what_nobody_can_see_is_shown() -> None:
    profile = ClientProfile("A\u202e", True, "tcp/1935/rtmp\n", None, (plain("x\x1b[2J"),))
    (row,) = player_rows(msgspec.structs.replace(samples.healthy(), client_profiles=(profile,)))
    assert row.line.isprintable()


def test_what_goes_with_an_address() -> None:
    assert recommended_lines(None) == []
    assert recommended_lines(Recommendation("rtmp://h/a", ("rtmp:1935",), plain("It works."))) == [
        "It works."
    ]
    full = Recommendation(
        "rtmps://h/a", ("rtmps:443", "rtmp:80"), plain("It works."), (plain("AMS: “-443”."),)
    )
    assert recommended_lines(full) == [
        "It works.",
        "Ports, best first: RTMPS 443 and RTMP 80.",
        "AMS: “-443”.",
    ]
