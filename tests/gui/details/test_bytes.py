"""Bytes, named at their offsets."""

from itertools import pairwise

import pytest

from fmsdiag.gui.details.bytes import BytesTexts, Part, bytes_spans, parts
from fmsdiag.gui.details.pane import plain
from fmsdiag.gui.timeline.model import TimelineModel
from fmsdiag.gui.timeline.nodes import Node
from fmsdiag.messages.reader import say
from fmsdiag.model import Report, StepName
from tests.gui.rich_reports import handshake_bytes, tls_step, with_bytes
from tests.report import samples


def row(report: Report, observation: str) -> Node | None:
    model = TimelineModel()
    model.show_report(report)
    node = model.node(model.index_of(observation))
    row.model = model  # type: ignore[attr-defined]  # which owns the node
    return node


def names(found: list[Part]) -> list[tuple[str, int]]:
    return [(part.name, part.start) for part in found]


@pytest.mark.parametrize(("side", "letter"), [(0, "C"), (1, "S")])
def test_the_handshake_is_named_at_its_offsets(side: int, letter: str) -> None:
    found = parts(StepName.HANDSHAKE, handshake_bytes(side), 3073, sent=side == 0)
    assert names(found) == [(f"{letter}0", 0), (f"{letter}1", 1), (f"{letter}2", 1537)]
    assert found[-1].end == 3073
    assert found[0].about == "version 3"
    assert found[1].about.startswith("time 4242, version ")


def test_a_handshake_that_broke_off_names_what_came() -> None:
    assert names(parts(StepName.HANDSHAKE, b"", 0, sent=False)) == [("S0", 0)]
    assert names(parts(StepName.HANDSHAKE, b"\x03abc", 4, sent=False)) == [("S0", 0), ("S1", 1)]
    behind = parts(StepName.HANDSHAKE, handshake_bytes(1), 3100, sent=False)
    assert names(behind)[-1] == ("After the handshake", 3073)


def test_the_dump_says_what_was_kept_and_how_many_more_there_were() -> None:
    text = plain(bytes_spans(row(with_bytes(), "2.handshake")))
    lines = text.splitlines()
    assert lines[:2] == [
        "RTMP handshake: 3,073 bytes sent",
        "The first 1,024 were kept; 2,049 more were not.",
    ]
    assert "C0 at 0: version 3" in lines
    assert "C2 at 1537–3072: the answer to S1, not kept" in lines
    assert lines[lines.index("C0 at 0: version 3") + 1].split() == ["0000", "03", "."]
    assert any(line.startswith("0001     00 00 10 92 0a 00 2d  02 ") for line in lines)
    assert "S1 at 1–1536: time 4242, version 5.0.17.1, then random bytes" in lines


def test_narrow_lines_hold_eight_bytes() -> None:
    wide = plain(bytes_spans(row(with_bytes(), "2.handshake")))
    narrow = plain(bytes_spans(row(with_bytes(), "2.handshake"), row=8))
    assert max(map(len, narrow.splitlines()[3:])) < max(map(len, wide.splitlines()[3:]))
    assert "0008  " in narrow
    assert "0008  " not in wide


def test_an_http_answer_to_a_handshake_is_named_as_one() -> None:
    data = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 6\r\n\r\n<html>"
    found = parts(StepName.HANDSHAKE, data, len(data), sent=False)
    assert [part.name for part in found] == ["HTTP headers", "Body"]
    assert found[0].about == "HTTP/1.1 400 Bad Request"
    assert found[1].end == len(data)


def test_requests_of_a_tunnel_follow_each_other() -> None:
    one = b"POST /open/1 HTTP/1.1\r\nContent-Length: 1\r\n\r\n\0"
    found = parts(StepName.TUNNEL, one + one, 2 * len(one), sent=True)
    assert [part.name for part in found] == ["HTTP headers", "Body"] * 2
    rest = parts(StepName.HTTP, b"GET / HTTP/1.1\r\n\r\nmore", 22, sent=True)
    assert [part.name for part in rest] == ["HTTP headers", "Body"]
    endless = parts(StepName.HTTP, b"HTTP/1.1 200 OK\r\n\r\nabc", 5000, sent=False)
    assert (endless[-1].name, endless[-1].end) == ("Body", 5000)


def test_tls_records_are_named() -> None:
    step = tls_step()
    sent = parts(StepName.TLS, step.first_out, step.bytes_out, sent=True)
    assert sent[0].name == "TLS record: handshake (Client Hello)"
    received = parts(StepName.TLS, step.first_in, step.bytes_in, sent=False)
    assert [part.name.removeprefix("TLS record: ") for part in received] == [
        "handshake (Server Hello)",
        "change cipher spec",
        "encrypted data",
        "Further records",
    ]
    assert names(parts(StepName.TLS, b"SSH-2.0", 7, sent=False)) == [("Data", 0)]


def test_the_first_chunk_of_connect_is_named() -> None:
    data = b"\x03\0\0\0\0\0\xc8\x14\0\0\0\0\x02\0\x07connect"
    found = parts(StepName.CONNECT, data, 240, sent=True)
    assert found[0] == Part(0, 12, "Chunk header", "chunk stream 3, AMF0 command, 200 bytes")
    assert found[1].start == 12
    late = parts(StepName.CONNECT, b"\x02\xff\xff\xff\0\0\4\7" + bytes(8), 20, sent=False)
    assert late[0].end == 16
    assert "message type 7" in late[0].about
    assert names(parts(StepName.CONNECT, b"\xc3", 1, sent=False)) == [("Chunks", 0)]


def test_nothing_is_said_to_be_nothing() -> None:
    assert plain(bytes_spans(None)) == say(BytesTexts.NO_BYTES)
    assert plain(bytes_spans(row(samples.port_blocked(), "1.tcp"))) == say(BytesTexts.NO_BYTES)
    assert "None were kept." in plain(bytes_spans(row(samples.port_blocked(), "2.connect")))


def test_parts_leave_no_gap() -> None:
    seen = tls_step()
    for data, total, sent in ((seen.first_out, seen.bytes_out, True), (seen.first_in, seen.bytes_in, False)):
        found = parts(seen.step, data, total, sent)
        assert found[0].start == 0
        assert found[-1].end == total
        assert all(a.end == b.start for a, b in pairwise(found))
