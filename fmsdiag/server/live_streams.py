"""The streams that are being published now, and their way to players; one table for the whole server.

Nothing is recorded; a late player gets what it needs to decode (metadata, codec headers) first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from fmsdiag.protocol.message import Audio, Data, Video

Media: TypeAlias = Audio | Video | Data
StreamKey: TypeAlias = tuple[str, str]  # application with its instance, stream name without query

_MAX_KEPT_BYTES = 65536
_AAC_HEADER = (10, 0)  # sound format of the first byte, packet type: FLV specification, E.4.2.1
_AVC_HEADER = (7, 0)  # codec of the first byte, packet type: E.4.3.1


class Player(Protocol):
    """Whoever plays a stream."""

    def deliver(self, media: Media, timestamp_ms: int) -> None:
        """Send it to the peer now, without waiting."""

    def unpublished(self) -> None:
        """The publisher has gone; another may come."""


@dataclass(slots=True)
class _Stream:
    publisher: object | None = None
    players: list[Player] = field(default_factory=list)
    kept: dict[str, Media] = field(default_factory=dict)


class LiveStreams:
    """Publishers and players by stream."""

    def __init__(self) -> None:
        self._streams: dict[StreamKey, _Stream] = {}

    def publish(self, key: StreamKey, publisher: object) -> bool:
        """Claim a stream. False when someone else is publishing it."""
        stream = self._streams.setdefault(key, _Stream())
        if stream.publisher is not None:
            return False
        stream.publisher = publisher
        return True

    def play(self, key: StreamKey, player: Player) -> None:
        """Send that stream to `player`, from now on or from when it begins."""
        stream = self._streams.setdefault(key, _Stream())
        stream.players.append(player)
        for media in stream.kept.values():
            player.deliver(media, 0)

    def leave(self, key: StreamKey, party: object) -> None:
        """Publisher or player has gone."""
        stream = self._streams.get(key)
        if stream is None:
            return
        if stream.publisher is party:
            stream.publisher = None
            stream.kept.clear()
            for player in tuple(stream.players):
                player.unpublished()
        stream.players = [player for player in stream.players if player is not party]
        if stream.publisher is None and not stream.players:
            del self._streams[key]

    def send(self, key: StreamKey, media: Media, timestamp_ms: int) -> None:
        """Pass on what the publisher of that stream has sent."""
        stream = self._streams[key]
        name = _kept_as(media)
        if name:
            stream.kept[name] = media
        for player in tuple(stream.players):
            player.deliver(media, timestamp_ms)

    def __len__(self) -> int:
        return len(self._streams)


def _kept_as(media: Media) -> str | None:
    """Under which name to keep it for late players; None: not at all."""
    if isinstance(media, Data):
        return "metadata" if media.values[:1] == ("onMetaData",) else None
    head = media.data[:2]
    if len(head) < 2 or len(media.data) > _MAX_KEPT_BYTES:
        return None
    if isinstance(media, Audio):
        return "audio header" if (head[0] >> 4, head[1]) == _AAC_HEADER else None
    return "video header" if (head[0] & 0x0F, head[1]) == _AVC_HEADER else None
