"""Nothing secret may survive, in any field, of any type, in any format."""

import base64
import json as plain_json
import random
import string
from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fmsdiag.model import (
    KEPT_BYTES,
    ConnectFacts,
    Direction,
    EvidenceLine,
    HttpFacts,
    Message,
    Note,
    Report,
    Status,
    StepName,
    TranscriptLine,
    VerdictStatus,
)
from fmsdiag.model.messages import (
    Address,
    Addresses,
    Host,
    Listed,
    Name,
    Names,
    Outcome,
    Proxy,
    Quote,
    Url,
    Value,
)
from fmsdiag.report import html, json, markdown
from fmsdiag.report.file_name import file_name
from fmsdiag.report.redact import INCLUDED, KEPT_IN_REQUEST, mask_secrets, redact
from fmsdiag.report.sensitive import Identity, Kind
from tests.diagnosis.findings import plain
from tests.report import samples, transport_samples

ALICE = Identity(user="alice", computer="ALICE-PC.corp.example", home="/home/alice")
KEYS = st.text(string.ascii_letters + string.digits + "-_.~+/%=é日", min_size=9, max_size=40)


def with_secrets(stream: str | None, query: str | None, **more: object) -> Report:
    """A run in which the secrets of its URL came back wherever they can."""
    report = samples.rejected()
    url = f"rtmp://media.example.com/live2?{query}/{stream}"
    encoded = quote(stream or "", safe="")
    facts = ConnectFacts(
        f"live2?{query}",
        url,
        description=f"Stream {stream} not allowed, see {url}",
        redirect=f"rtmp://other.example/live2/{stream}",
        properties={"echo": f"{stream}", f"{stream}": "x"},
    )
    first = samples.observed(
        1,
        StepName.CONNECT,
        0.1,
        0.2,
        facts,
        first_out=b"\x03\x00" + url.encode() + b"\x00\x09",
        first_in=f"HTTP/1.1 302 Found\r\nLocation: http://portal/?from={encoded}\r\n\r\n".encode(),
    )
    page = HttpFacts(
        "GET", f"/x?{query}", 200, headers=(("location", url),), body_start=f"<a>{stream}</a> {url}"
    )
    second = samples.observed(1, StepName.HTTP, 0.1, 0.2, page)
    line = TranscriptLine(0.1, Direction.OUT, f"connect #1 {{tcUrl: '{url}'}}")
    tried = samples.attempt(
        1, samples.endpoint(), Status.FAILED, first, second, transcript=(line,), reason=url
    )
    finding = msgspec.structs.replace(
        report.findings[0], explanation=plain(f"About {url}"), evidence=(EvidenceLine(plain(url)),)
    )
    said = Message("newer.note", {"a": Url(url), "b": Quote(f"{stream}"), "c": Names((url,))}, url)
    target = msgspec.structs.replace(report.target, stream=stream, query=query)
    fields = {
        "target": target,
        "attempts": (tried,),
        "findings": (finding,),
        "notes": (Note(plain(url)), Note(said)),
        **more,
    }
    return msgspec.structs.replace(report, **fields)


def everything_in(report: Report) -> str:
    """All text of a report in all formats, bytes as well."""
    data = json.encode(report)
    found = [data.decode(), markdown.render(report), html.render(report), file_name(report, "json")]
    for attempt in plain_json.loads(data)["attempts"]:
        for seen in attempt["observations"]:
            found += [base64.b64decode(seen[key]).decode("latin-1") for key in ("first_out", "first_in")]
    return "\n".join(found)


@given(stream=KEYS, value=KEYS, sensitive=st.booleans())
def test_no_secret_survives_in_any_format(stream: str, value: str, sensitive: bool) -> None:
    assume("/" not in stream.strip("/") and stream.strip("/.=%"))
    report = with_secrets(stream, f"token={value}")
    log = (*(kind.value for kind in Kind), KEPT_IN_REQUEST, INCLUDED)  # words of this program
    untouched = everything_in(with_secrets(None, None, redaction=log))
    text = everything_in(redact(report, include_sensitive=sensitive, identity=ALICE))
    for secret in (stream, value):
        for spelling in (secret, quote(secret), quote(secret, safe=""), secret.encode().decode("latin-1")):
            assert spelling in untouched or spelling not in text


@given(stream=KEYS, cut=st.integers(6, 40))
def test_a_secret_that_the_kept_bytes_cut_off_is_masked(stream: str, cut: int) -> None:
    start = stream.encode()[:cut]
    filler = b"\x00" * (KEPT_BYTES - len(start))
    hidden = redact(report_with_bytes(stream, filler + start), identity=ALICE)
    data = hidden.attempts[0].observations[0].first_in
    assert len(data) == KEPT_BYTES
    assert start not in data


def report_with_bytes(stream: str, data: bytes) -> Report:
    report = with_secrets(stream, "a=b")
    seen = msgspec.structs.replace(report.attempts[0].observations[0], first_in=data)
    tried = msgspec.structs.replace(report.attempts[0], observations=(seen,))
    return msgspec.structs.replace(report, attempts=(tried,))


def test_bytes_are_masked_at_equal_length_even_across_a_chunk_header() -> None:
    key = samples.STREAM_KEY.encode()
    data = b"\x14app\x02\x00\x20live2/" + key[:7] + b"\xc3" + key[7:] + b"\x00\x00\x09"
    hidden = redact(report_with_bytes(samples.STREAM_KEY, data), identity=ALICE)
    masked = hidden.attempts[0].observations[0].first_in
    assert masked == b"\x14app\x02\x00\x20live2/" + b"*" * (len(key) + 1) + b"\x00\x00\x09"


def test_what_follows_a_masked_url_in_the_bytes_stays() -> None:
    tail = b"\x00\x04fpad\x01\x00\x00\x0ccapabilities\x00"
    data = b"\x00\x05tcUrl\x02\x00\x2crtmp://h/live?tok=QUERYSECRET1" + tail
    hidden = redact(report_with_bytes(samples.STREAM_KEY, data), identity=ALICE)
    assert hidden.attempts[0].observations[0].first_in == data.replace(b"tok=QUERYSECRET1", b"*" * 16)


def test_target_and_log() -> None:
    hidden = redact(with_secrets(samples.STREAM_KEY, samples.QUERY), identity=ALICE)
    assert (hidden.target.stream, hidden.target.query) == ("***", "***")
    assert Kind.SECRET.value in hidden.redaction
    assert hidden.target.host == samples.HOST


def test_redacting_twice_changes_nothing() -> None:
    once = redact(with_secrets(samples.STREAM_KEY, samples.QUERY), identity=ALICE)
    assert redact(once, identity=ALICE) == once


@pytest.mark.parametrize("cut", ["8::secret", "fe80::1secret", "1.2.3.4secret"])
def test_what_a_cut_secret_leaves_is_masked_at_once(cut: str) -> None:
    report = report_with_bytes("secretfe", cut.encode())
    tried = msgspec.structs.replace(report.attempts[0], reason=cut)
    report = msgspec.structs.replace(report, attempts=(tried,))
    once = redact(report, identity=ALICE)
    assert "secret" not in once.attempts[0].reason
    assert redact(once, identity=ALICE) == once


@pytest.mark.parametrize("word", ["live2", "rtmp", "1935", "media", "example"])
def test_a_stream_named_like_something_public_blots_nothing(word: str) -> None:
    report = samples.rejected()
    report = msgspec.structs.replace(report, target=msgspec.structs.replace(report.target, stream=word))
    hidden = redact(report, identity=ALICE)
    assert hidden.target.stream == "***"
    assert hidden.findings == report.findings
    assert [a.key for a in hidden.attempts] == ["tcp/1935/rtmp"]


def test_a_stream_that_is_a_word_is_masked_as_a_word_and_no_identifier_with_it() -> None:
    report = samples.port_blocked()
    report = msgspec.structs.replace(report, target=msgspec.structs.replace(report.target, stream="port"))
    hidden = redact(report, identity=ALICE)
    assert hidden.findings[0].cause == "port-blocked"
    assert hidden.findings[0].headline == report.findings[0].headline
    quoted = msgspec.structs.replace(report, notes=(Note(plain("The port is 1935.")),))
    assert redact(quoted, identity=ALICE).notes[0].message.text == "The *** is 1935."


def test_local_addresses_get_names_and_the_rest_stays() -> None:
    hidden = redact(samples.port_blocked(), identity=ALICE)
    environment = hidden.environment
    assert environment.default_gateways[0] == environment.resolvers[0]
    assert environment.default_gateways[0].startswith("lan-")
    assert environment.resolvers[1] == "198.51.100.53"
    text = everything_in(hidden)
    assert "192.168." not in text
    assert "fe80" not in text
    assert samples.SERVER in text
    assert Kind.LOCAL_ADDRESS.value in hidden.redaction


def test_sensitive_data_stays_only_when_asked_and_marks_the_report() -> None:
    hidden = redact(with_secrets(samples.STREAM_KEY, samples.QUERY), include_sensitive=True, identity=ALICE)
    text = everything_in(hidden)
    assert "192.168.1.23" in text
    assert samples.STREAM_KEY not in text
    assert INCLUDED in hidden.redaction


def test_names_of_user_computer_and_home_are_always_hidden() -> None:
    note = "cannot read /home/alice/.config or C:\\Users\\Alice\\x as alice on alice-pc (alice-pc.corp.example), malice"
    report = msgspec.structs.replace(samples.healthy(), notes=(Note(plain(note)),))
    hidden = redact(report, include_sensitive=True, identity=ALICE)
    assert hidden.notes[0].message.text == "cannot read ~/.config or ~\\x as *** on *** (***), malice"


def test_headers_and_properties_that_are_secrets_by_name() -> None:
    page = HttpFacts("GET", "/", 401, headers=(("set-cookie", "sid=1"), ("server", "nginx")))
    facts = ConnectFacts("live", "rtmp://h/live", properties={"secureToken": "#abc", "mode": "1"})
    seen = (
        samples.observed(1, StepName.HTTP, 0, 1, page),
        samples.observed(1, StepName.CONNECT, 0, 1, facts),
    )
    tried = samples.attempt(1, samples.endpoint(), Status.FAILED, *seen)
    hidden = redact(msgspec.structs.replace(samples.healthy(), attempts=(tried,)), identity=ALICE)
    assert hidden.attempts[0].observations[0].facts.headers == (("set-cookie", "***"), ("server", "nginx"))  # type: ignore[union-attr]
    assert hidden.attempts[0].observations[1].facts.properties == {"secureToken": "***", "mode": "1"}  # type: ignore[union-attr]
    assert Kind.NAMED_SECRET.value in hidden.redaction


def test_nothing_hidden_nothing_logged() -> None:
    report = msgspec.structs.replace(
        samples.report(()),
        environment=msgspec.structs.replace(
            samples.healthy().environment, interfaces=(), default_gateways=(), resolvers=()
        ),
    )
    assert redact(report, identity=ALICE).redaction == ()


def test_every_type_of_value_comes_back_as_it_was() -> None:
    for make in (samples.healthy, samples.unreachable, samples.stopped):
        hidden = redact(make(), identity=ALICE)
        assert type(hidden.verdict.status) is VerdictStatus
        assert json.decode(json.encode(hidden)) == hidden


PLANTED = (
    samples.STREAM_KEY, "PLANTED", "corp.example", "cache01", "10.0.0.", "10.20.", "192.168.", "floor 3",
    "webmaster",
)  # fmt: skip


@pytest.mark.parametrize("make", transport_samples.ALL, ids=lambda make: make.__name__)
def test_no_way_to_the_server_lets_a_secret_out(make: Callable[[], Report]) -> None:
    before, after = everything_in(make()), everything_in(redact(make(), identity=ALICE))
    assert [secret for secret in PLANTED if secret in after] == []
    assert make.__name__ != "published" or "PLANTED-RE" in before
    assert make.__name__ != "proxied" or all(secret in before for secret in PLANTED[2:])
    twice = redact(redact(make(), identity=ALICE), identity=ALICE)
    assert twice == redact(make(), identity=ALICE)


def test_a_short_stream_name_is_masked_in_the_bytes() -> None:
    report = report_with_bytes("cam", b"\x02\x00\x07publish\x05\x02\x00\x03cam\x02\x00\x06camera")
    seen = redact(report, identity=ALICE).attempts[0].observations[0]
    assert seen.first_in == b"\x02\x00\x07publish\x05\x02\x00\x03***\x02\x00\x06camera"


def test_fingerprints_stay_whole_whatever_the_stream_is_called() -> None:
    report = transport_samples.rtmfp()
    named = msgspec.structs.replace(
        report, target=msgspec.structs.replace(report.target, stream="5d5d5d5d5d5d")
    )
    text = everything_in(redact(named, identity=ALICE))
    assert "5d" * 32 in text


def test_what_the_server_says_of_itself_stays() -> None:
    text = everything_in(redact(transport_samples.rtmfp(), identity=ALICE))
    assert "203.0.113.11:1935" in text
    text = everything_in(redact(transport_samples.published(), identity=ALICE))
    assert "edge.example.com" in text


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (Address("192.168.1.9"), Address("lan-2")),
        (Addresses(("192.168.1.9", "203.0.113.10")), Addresses(("lan-2", "203.0.113.10"))),
        (Host("192.168.1.9"), Host("lan-2")),
        (Url("http://bob:pw@portal.example/?token=x9"), Url("http://***@portal.example/?***")),
        (Quote("you are 192.168.1.9"), Quote("you are lan-2")),
        (Name("/home/alice/x"), Name("~/x")),
        (Outcome(0.1, None, by="192.168.1.9"), Outcome(0.1, None, by="lan-2")),
        (Listed((Message("newer", {}, "at 192.168.1.9"),)), Listed((Message("newer", {}, "at lan-2"),))),
        (Proxy("10.20.0.5", 3128), Proxy("", 0, hidden=True)),
    ],
)
def test_values_of_messages_are_masked(value: Value, masked: Value) -> None:
    bare = msgspec.structs.replace(
        samples.healthy().environment, interfaces=(), default_gateways=(), resolvers=()
    )
    report = samples.report((samples.connected(1, samples.endpoint(), 0.0),), environment=bare)
    noted = msgspec.structs.replace(report, notes=(Note(Message("newer.text", {"what": value}, "old")),))
    assert redact(noted, identity=ALICE).notes[0].message.values == {"what": masked}


def test_the_text_of_a_known_message_is_made_of_the_masked_values() -> None:
    report = samples.recorded("proxy-required")
    hidden = redact(report, identity=ALICE)
    before, after = report.recommendation, hidden.recommendation
    assert before is not None
    assert after is not None
    assert before.proxy is not None
    assert before.proxy.host == "172.19.8.1"
    assert after.proxy == Proxy("", 0, hidden=True)
    steps = [step.message.text for step in hidden.findings[0].advice.user]
    assert any("the proxy that this computer's proxy settings name" in step for step in steps)
    assert not [step for step in steps if "lan-" in step or "proxy-1" in step]


def test_sensitive_data_keeps_the_proxy() -> None:
    report = samples.recorded("proxy-required")
    kept = redact(report, include_sensitive=True, identity=ALICE).recommendation
    assert kept is not None
    assert kept == report.recommendation


def test_the_request_keeps_this_networks_addresses_and_loses_secrets() -> None:
    report = samples.port_blocked()
    request = report.findings[0].request
    assert request is not None
    own = msgspec.structs.replace(
        request, stops_after="192.168.1.1", proxy="cache01.corp.example:3128", seen=(plain("?token=s3cret1"),)
    )
    finding = msgspec.structs.replace(report.findings[0], request=own)
    asked = redact(msgspec.structs.replace(report, findings=(finding,)), identity=ALICE).findings[0].request
    assert asked is not None
    assert (asked.stops_after, asked.proxy) == ("192.168.1.1", "cache01.corp.example:3128")
    assert asked.seen[0].text == "?***"
    assert "192.168.1.1" not in everything_in(redact(report, identity=ALICE))


def test_the_log_says_what_the_request_keeps() -> None:
    report = samples.port_blocked()
    request = report.findings[0].request
    assert request is not None
    own = msgspec.structs.replace(request, proxy="cache01.corp.example:3128")
    behind = {"http": "http://cache01.corp.example:3128"}
    told = msgspec.structs.replace(
        report,
        findings=(msgspec.structs.replace(report.findings[0], request=own),),
        environment=msgspec.structs.replace(report.environment, proxies=behind),
    )
    hidden = redact(told, identity=ALICE)
    assert KEPT_IN_REQUEST in hidden.redaction
    assert redact(hidden, identity=ALICE) == hidden
    assert KEPT_IN_REQUEST not in redact(told, include_sensitive=True, identity=ALICE).redaction
    bare = msgspec.structs.replace(request, stops_after=None, stops_after_hops=None, seen=(), proxy=None)
    finding = msgspec.structs.replace(report.findings[0], request=bare)
    assert (
        KEPT_IN_REQUEST
        not in redact(msgspec.structs.replace(report, findings=(finding,)), identity=ALICE).redaction
    )


def test_what_was_included_once_is_said_to_be_hidden_when_it_is() -> None:
    shared = redact(redact(samples.healthy(), include_sensitive=True, identity=ALICE), identity=ALICE)
    assert INCLUDED not in shared.redaction
    assert Kind.LOCAL_ADDRESS.value in shared.redaction


def test_on_the_persons_own_screen_secrets_are_masked_and_names_and_addresses_stay() -> None:
    said = plain(
        "alice@example.com on ALICE-PC, 192.168.1.23, sent token=s3cr3t to http://bob:pw@192.168.1.1/."
    )
    report = with_secrets("k7Xq-9fPz-live", "token=s3cr3t")
    shown = mask_secrets(msgspec.structs.replace(report, notes=(*report.notes, Note(said))))
    text = json.encode(shown).decode()
    for secret in ("k7Xq-9fPz-live", "s3cr3t", "bob:pw"):
        assert secret not in text
    for own in ("ALICE-PC", "192.168.1.23", "192.168.1.1"):
        assert own in text
    assert INCLUDED not in shown.redaction
    assert Kind.SECRET.value in shown.redaction
    assert mask_secrets(shown) == shown


def test_random_handshake_bytes_claim_no_query() -> None:
    chance = random.Random(7)
    report = samples.port_blocked()
    attempt = next(a for a in report.attempts if a.observations)
    seen = attempt.observations[0]
    for _ in range(100):
        first = chance.randbytes(1024)
        step = msgspec.structs.replace(seen, first_in=first, first_out=first)
        shown = redact(
            msgspec.structs.replace(
                report, attempts=(msgspec.structs.replace(attempt, observations=(step,)),), redaction=()
            )
        )
        assert Kind.QUERY.value not in shown.redaction
        assert shown.attempts[0].observations[0].first_in == first


@pytest.mark.parametrize(
    "text",
    [
        b"GET /a?k=secret1 HTTP/1.1\r\n",
        b"\x00\x02\x00\x0eapp?k=secret12\x03",
        b"\xff\xfe\x01rtmp://h.example/app?secret1\x00\x91",
        b"rtmp://h.example/app?k=ab\xc3\xa9secret1",
    ],
)
def test_queries_in_bytes_are_hidden(text: bytes) -> None:
    report = samples.port_blocked()
    attempt = next(a for a in report.attempts if a.observations)
    step = msgspec.structs.replace(attempt.observations[0], first_in=text)
    hidden = redact(
        msgspec.structs.replace(
            report, attempts=(msgspec.structs.replace(attempt, observations=(step,)),), redaction=()
        )
    )
    shown = hidden.attempts[0].observations[0].first_in
    assert b"secret1" not in shown
    assert len(shown) == len(text)
    assert Kind.QUERY.value in hidden.redaction


LOOK_ALIKES = (b"?q=7", b"a::", b"x@y.zz", b"10.0.0.5", b"/?t", b"2001:db8::7")


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes_of_a_handshake_hide_nothing(seed: int) -> None:
    """Even where something among them looks like a query, an address or a name."""
    chance = random.Random(seed)
    data = bytearray(chance.randbytes(3073))
    for alike in LOOK_ALIKES:
        place = chance.randrange(len(data) - len(alike))
        data[place : place + len(alike)] = alike
    report = samples.healthy()
    first = report.attempts[0]
    seen = msgspec.structs.replace(first.observations[-1], first_in=bytes(data), first_out=bytes(data))
    with_bytes = msgspec.structs.replace(
        report, attempts=(msgspec.structs.replace(first, observations=(seen,)),)
    )
    identity = Identity(user="bob", computer="pc7")
    hidden = redact(with_bytes, identity=identity).attempts[0].observations[0]
    assert (hidden.first_in, hidden.first_out) == (bytes(data), bytes(data))
    assert Kind.QUERY not in redact(with_bytes, identity=identity).redaction


@pytest.mark.parametrize(
    "secret", [b"GET /x?tok=abcdef HTTP/1.1\r\n", b"\x02\x00\x0alive?t=abc", b"from 10.1.2.3"]
)
def test_text_beside_random_bytes_is_still_hidden(secret: bytes) -> None:
    report = samples.healthy()
    first = report.attempts[0]
    noise = random.Random(1).randbytes(200)
    text = secret if secret.startswith(b"\x02") else secret + b" " * 30
    seen = msgspec.structs.replace(first.observations[-1], first_in=noise + text + noise)
    report = msgspec.structs.replace(report, attempts=(msgspec.structs.replace(first, observations=(seen,)),))
    shown = redact(report, identity=Identity()).attempts[0].observations[0].first_in
    assert len(shown) == len(noise + text + noise)
    assert b"***" in shown
