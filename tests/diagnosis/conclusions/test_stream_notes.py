from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.stream_notes import stream_notes, upload_notes
from fmsdiag.messages.language import ENGLISH
from tests.diagnosis.situations import run_view

OPEN = "tcp ok; handshake ok; connect ok"


@pytest.mark.parametrize(
    ("what", "ending", "told"),
    [
        (
            "publish",
            f"{OPEN}; publish ok code=NetStream.Publish.Start held=3.0",
            ["does not show how fast an upload gets through. The deep tests measure that."],
        ),
        ("publish", f"{OPEN}; publish stalled bytes=9", []),
        ("publish", f"{OPEN}; publish reset code=NetStream.Publish.Start held=0.5", []),
        ("publish", f"{OPEN}; publish unexpected-reply", ["Publishing to your stream failed: "]),
        ("publish", f"{OPEN}; publish rejected code=NetStream.Publish.BadName", []),
        ("publish", "tcp refused", ["was not tested"]),
        ("publish", "tcp ok; handshake ok; connect rejected", ["was not tested"]),
        ("play", f"{OPEN}; play ok code=NetStream.Play.Start held=0.1", ["on air"]),
        ("play", f"{OPEN}; play stalled code=NetStream.Play.Start held=5.0", ["no video or audio"]),
        ("play", f"{OPEN}; play timed-out", []),
        ("play", f"{OPEN}; play unexpected-reply", ["Playing your stream failed: "]),
    ],
)
def test_what_is_said_of_a_stream(what: str, ending: str, told: list[str]) -> None:
    seen = run_view([f"fallback rtmp 1935: {OPEN}", f"follow-up {what} rtmp:1935: {ending}"])
    notes = list(stream_notes(seen))
    assert len(notes) == len(told)
    for note, words in zip(notes, told, strict=True):
        assert words in ENGLISH.render(note.message)
        assert note.observation in {o.id for a in seen.attempts for o in a.observations}


def test_nothing_is_said_where_nobody_asked() -> None:
    assert list(stream_notes(run_view([f"fallback rtmp 1935: {OPEN}"]))) == []


def test_a_stream_that_was_announced_and_not_tried_is_told() -> None:
    seen = run_view(["fallback rtmp 1935: tcp refused"])
    options = msgspec.structs.replace(seen.options, publish=True, play=True)
    notes = stream_notes(replace(seen, options=options))
    assert [ENGLISH.render(note.message) for note in notes] == [
        "Publishing was not tested: no connection that can publish was accepted.",
        "Playing was not tested: no connection that can play was accepted.",
    ]


@pytest.mark.parametrize(
    ("upload", "told"),
    [("taken=64000 in=1.6 end=complete", ["reached 40 kB/s"]), ("taken=64000 in=0.1 end=complete", [])],
)
def test_a_slow_upload_is_told_with_its_rate(upload: str, told: list[str]) -> None:
    seen = run_view(
        [f"fallback rtmp 1935: {OPEN}", f"follow-up upload rtmp:1935: {OPEN}; upload ok {upload}"]
    )
    notes = [ENGLISH.render(note.message) for note in upload_notes(seen)]
    assert len(notes) == len(told)
    assert all(words in note for note, words in zip(notes, told, strict=True))
