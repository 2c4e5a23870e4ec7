"""No secret is left in a stream or datagram, lengths and protocol headers stay, and ciphertext is not touched."""

import os
import struct

import msgspec
import pytest

from fmsdiag.model import Carrier, RecordedConversation, Report, Traffic, TrafficEvent, TrafficRecord
from fmsdiag.report.packets.hiding import AddressCover, Hiding
from fmsdiag.report.sensitive import Identity
from tests.report import samples

E = TrafficEvent
KEY, TOKEN = samples.STREAM_KEY, "s3cr3tV4lue"


def report(**of_target: object) -> Report:
    return msgspec.structs.replace(
        samples.healthy(),
        target=msgspec.structs.replace(
            samples.healthy().target, **{"stream": KEY, "query": samples.QUERY, **of_target}
        ),
    )


def hidden(
    *pieces: bytes,
    secrets: tuple[str, ...] = (),
    event: TrafficEvent = E.SENT,
    carrier: Carrier = Carrier.TCP,
    of: Report | None = None,
) -> list[bytes]:
    records = tuple(TrafficRecord(float(n), event, piece) for n, piece in enumerate(pieces))
    conversation = RecordedConversation(carrier, samples.SERVER, 1935, None, None, None, records)
    done = Hiding(of or report(), secrets, Identity()).hidden(conversation)
    assert [len(r.data) for r in done.records] == [len(piece) for piece in pieces]
    return [record.data for record in done.records]


def amf(text: str) -> bytes:
    return b"\x02" + struct.pack("!H", len(text)) + text.encode()


def test_an_amf_string_keeps_its_length_and_its_neighbors() -> None:
    data = amf("publish") + amf(KEY) + amf("live")
    (shown,) = hidden(data)
    assert shown == amf("publish") + amf("*" * len(KEY)) + amf("live")


def test_the_header_of_a_chunk_within_a_secret_stays() -> None:
    data = amf("publish")[:-2] + b"sh" + amf(KEY)[:8] + b"\xc3" + amf(KEY)[8:]
    (shown,) = hidden(data)
    assert shown.count(b"\xc3") == 1
    assert shown.index(b"\xc3") == data.index(b"\xc3")
    assert shown.endswith(b"*****\xc3" + b"*" * (len(KEY) - 5))


@pytest.mark.parametrize("at", range(1, len(KEY)))
def test_a_secret_that_two_reads_share(at: int) -> None:
    data = b"before " + KEY.encode() + b" behind"
    assert b"".join(hidden(data[: 7 + at], data[7 + at :])) == b"before " + b"*" * len(KEY) + b" behind"


def test_a_secret_that_two_requests_share_loses_both_halves() -> None:
    head = b"POST /send/1/2 HTTP/1.1\r\nContent-Length: 9\r\n\r\n"
    half = len(KEY) // 2
    shown = b"".join(hidden(head + b"x" + KEY[:half].encode(), head + KEY[half:].encode() + b"y"))
    assert KEY[:half].encode() not in shown
    assert KEY[half:].encode() not in shown
    assert shown.count(head) == 2


def test_queries_and_headers_of_http() -> None:
    text = (
        f"GET /a?{samples.QUERY} HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==\r\n"
        "Cookie: session=abcdef\r\n\r\n"
    )
    (shown,) = hidden(text.encode())
    assert shown.startswith(b"GET /a?***")
    assert TOKEN.encode() not in shown
    assert b"dXNlcjpw" not in shown
    assert b"abcdef" not in shown
    assert shown.count(b"\r\n") == 4


def test_what_only_the_connection_knew() -> None:
    answer = "authmod=adobe&user=bob&challenge=zz&response=Qk0xYWJj"
    assert b"Qk0xYWJj" not in hidden(amf(f"live?{answer}"), secrets=(answer,))[0]
    assert hidden(b"says Zq9-hunter2 aloud", secrets=("zQ9-HUNTER2",)) == [b"says *********** aloud"]


def test_a_socks_sign_in_of_one_letter() -> None:
    signed = b"\x01\x01u\x01p"
    assert hidden(b"\x05\x02\x00\x02", signed, b"\x05\x01\x00") == [
        b"\x05\x02\x00\x02",
        b"\x01\x01*\x01*",
        b"\x05\x01\x00",
    ]
    assert hidden(b"\x05\x02\x00\x02", b"\x01") == [b"\x05\x02\x00\x02", b"\x01"]


def test_ciphertext_stays() -> None:
    hello, records = b"\x16\x03\x01\x02\x00" + os.urandom(512), os.urandom(4000) + KEY.encode()
    shown = hidden(b"CONNECT " + KEY.encode() + b"\r\n\r\n", hello, records)
    assert KEY.encode() not in shown[0]
    assert shown[1:] == [hello, records]


def test_a_server_cannot_pretend_that_a_connection_is_encrypted() -> None:
    assert KEY.encode() not in b"".join(hidden(b"\x16\x03\x01\x00\x01", KEY.encode(), event=E.RECEIVED))


def test_datagrams_one_by_one() -> None:
    ciphertext = os.urandom(300)
    assert hidden(ciphertext, carrier=Carrier.UDP) == [ciphertext]
    assert hidden(b"key " + KEY.encode(), carrier=Carrier.UDP) == [b"key " + b"*" * len(KEY)]


def test_datagrams_that_name_a_hidden_path_under_a_public_key_are_starred() -> None:
    kept = report(query="/app/key-in-the-path")
    assert hidden(b"ihello", carrier=Carrier.UDP, of=kept) == [b"******"]


def test_events_without_bytes_stay() -> None:
    records = (TrafficRecord(0.0, E.OPENING), TrafficRecord(0.1, E.OPENED), TrafficRecord(0.2, E.ENDED))
    for carrier in Carrier:
        conversation = RecordedConversation(carrier, samples.SERVER, 1935, None, None, None, records)
        assert Hiding(report(), ()).hidden(conversation) == conversation


def test_addresses_that_a_report_hides_get_others() -> None:
    kept = samples.healthy()
    own = [a for i in kept.environment.interfaces for a in i.addresses]
    traffic = Traffic(
        (RecordedConversation(Carrier.TCP, samples.SERVER, 1935, "192.168.7.7", 5, None, ()),
         RecordedConversation(Carrier.TCP, "fd00::9%eth0", 1935, "192.0.2.1", 5, None, ())),
    )  # fmt: skip
    cover = AddressCover(kept, traffic, hides=True)
    assert str(cover.shown(samples.SERVER)) == samples.SERVER
    assert str(cover.shown("127.0.0.1")) == "127.0.0.1"
    assert str(cover.shown("192.168.7.7")) == "192.0.2.2"  # the first one is in use
    assert cover.shown("192.168.7.7") == cover.shown("::ffff:192.168.7.7")
    assert str(cover.shown("fd00::9%eth0")).startswith("2001:db8::")
    assert cover.shown("no address") is None
    assert len(cover.made_up) == 2
    for address in own:
        assert str(cover.shown(address)) != address or ":" in address or address.startswith("127.")
    open_cover = AddressCover(kept, traffic, hides=False)
    assert str(open_cover.shown("192.168.7.7")) == "192.168.7.7"


def test_when_all_made_up_addresses_are_used_the_last_stands_for_several() -> None:
    cover = AddressCover(samples.healthy(), Traffic(), hides=True)
    shown = [str(cover.another(4)) for _ in range(300)]
    assert len(set(shown[:254])) == 254
    assert set(shown[254:]) == {"192.0.2.254"}
