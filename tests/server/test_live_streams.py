from __future__ import annotations

from fmsdiag.protocol.message import Audio, Data, Video
from fmsdiag.server.live_streams import LiveStreams, Media

KEY = ("live", "a")
METADATA = Data(("onMetaData", {"width": 1.0}))
AVC_HEADER = Video(b"\x17\x00rest")
AAC_HEADER = Audio(b"\xaf\x00rest")


class Recorder:
    """A player that writes down what it gets."""

    def __init__(self) -> None:
        self.got: list[tuple[Media, int] | str] = []

    def deliver(self, media: Media, timestamp_ms: int) -> None:
        self.got.append((media, timestamp_ms))

    def unpublished(self) -> None:
        self.got.append("unpublished")


def test_players_get_what_is_published_under_their_name() -> None:
    live, player, other = LiveStreams(), Recorder(), Recorder()
    live.play(KEY, player)
    live.play(("vod", "a"), other)
    assert live.publish(KEY, "publisher")
    live.send(KEY, Video(b"\x27\x01"), 40)
    assert player.got == [(Video(b"\x27\x01"), 40)]
    assert other.got == []


def test_a_stream_has_one_publisher() -> None:
    live = LiveStreams()
    assert live.publish(KEY, "first")
    assert not live.publish(KEY, "second")
    live.leave(KEY, "second")
    assert not live.publish(KEY, "second")
    live.leave(KEY, "first")
    assert live.publish(KEY, "second")


def test_a_late_player_gets_what_it_needs_to_decode() -> None:
    live, late = LiveStreams(), Recorder()
    live.publish(KEY, "publisher")
    sent = (METADATA, AVC_HEADER, AAC_HEADER, Video(b"\x27\x01frame"), Audio(b"\xaf\x01frame"), Video(b""))
    for media in sent:
        live.send(KEY, media, 1000)
    live.play(KEY, late)
    assert late.got == [(METADATA, 0), (AVC_HEADER, 0), (AAC_HEADER, 0)]


def test_a_header_that_is_too_long_to_be_one_is_not_kept() -> None:
    live, late = LiveStreams(), Recorder()
    live.publish(KEY, "publisher")
    live.send(KEY, Video(b"\x17\x00" + bytes(70_000)), 0)
    live.play(KEY, late)
    assert late.got == []


def test_players_hear_that_the_publisher_has_gone_and_may_stay_for_the_next() -> None:
    live, player = LiveStreams(), Recorder()
    live.publish(KEY, "first")
    live.send(KEY, METADATA, 0)
    live.play(KEY, player)
    live.leave(KEY, "first")
    live.publish(KEY, "second")
    live.send(KEY, AAC_HEADER, 5)
    assert player.got == [(METADATA, 0), "unpublished", (AAC_HEADER, 5)]


def test_what_an_earlier_publisher_said_is_forgotten() -> None:
    live, watching, late = LiveStreams(), Recorder(), Recorder()
    live.publish(KEY, "first")
    live.play(KEY, watching)
    live.send(KEY, METADATA, 0)
    live.leave(KEY, "first")
    live.play(KEY, late)
    assert late.got == []


def test_nothing_is_left_when_all_have_gone() -> None:
    live, player = LiveStreams(), Recorder()
    live.publish(KEY, "publisher")
    live.play(KEY, player)
    live.leave(KEY, "publisher")
    live.leave(KEY, player)
    live.leave(KEY, player)
    assert len(live) == 0
