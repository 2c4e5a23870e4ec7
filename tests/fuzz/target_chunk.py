"""The chunk stream: messages cut, interleaved and put together again."""

from __future__ import annotations

from collections.abc import Iterable

from fmsdiag.protocol.chunk import MAX_BUFFERED_BYTES, ChunkReader, RawMessage
from fmsdiag.protocol.errors import RemoteProtocolError
from tests.fuzz.conversations import chunks
from tests.fuzz.inputs import Input


def seeds() -> list[bytes]:
    return [bytes((cut,)) + stream for cut, stream in enumerate(chunks())]


def check(data: bytes) -> None:
    """Only RemoteProtocolError, and the same messages and the same fault however the bytes arrive."""
    whole = _read([data[1:]])
    assert whole == _read(Input(data).pieces())


def _read(pieces: Iterable[bytes]) -> tuple[list[RawMessage], str | None]:
    reader = ChunkReader()
    messages: list[RawMessage] = []
    for piece in pieces:
        reader.feed(piece)
        try:
            while (message := reader.next_message()) is not None:
                messages.append(message)
        except RemoteProtocolError as error:
            return messages, error.what
        assert reader._buffered <= MAX_BUFFERED_BYTES
    return messages, None
