"""Blocks are as the draft has them, and comments are one harmless line."""

from fmsdiag.report.packets import pcapng
from fmsdiag.report.packets.frames import Flags, tcp
from tests.report.packets.pcapng_reader import read
from tests.report.packets.test_frames import FAR, NEAR

FRAME = tcp(NEAR, FAR, (1, 1), Flags.ACK, b"abc", ttl=64)


def file_of(*packets: bytes, comments: tuple[str, ...] = ()) -> bytes:
    return pcapng.section_header("fmsdiag 1", comments) + pcapng.interface("fmsdiag") + b"".join(packets)


def test_what_is_written_reads_back() -> None:
    at_ns = 1_800_000_000_123_456_789
    found = read(file_of(pcapng.packet(FRAME, at_ns, ("first", "second")), comments=("about",)))
    assert (found.application, found.comments, found.link_type) == ("fmsdiag 1", ("about",), 101)
    assert found.ns_per_unit == 1
    assert [(p.at_ns, p.data, p.comments) for p in found.packets] == [
        (at_ns, FRAME.data, ("first", "second"))
    ]


def test_a_file_without_a_packet_is_a_file() -> None:
    assert read(file_of()).packets == []


def test_comments_are_visible_and_bounded() -> None:
    found = read(file_of(pcapng.packet(FRAME, 0, ("a\x1b[31m\u202eb", "é" * 5000))))
    first, second = found.packets[0].comments
    assert first == "a\\x1b[31m\\u202eb"
    assert second == "é" * (pcapng.MAX_COMMENT_BYTES // 2)
