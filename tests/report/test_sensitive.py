import base64
import getpass
from pathlib import Path

import pytest

from fmsdiag.report.sensitive import (
    MASK,
    Identity,
    always,
    cut_secret,
    hide_parameters,
    is_sensitive_header,
    is_sensitive_name,
    secret_byte_masks,
    secret_masks,
    secret_values,
    stands_in_text,
)

NOBODY = Identity()


def hidden(text: str, identity: Identity = NOBODY, public: tuple[str, ...] = ()) -> str:
    """`text` after all masks that are always on."""
    for mask in always(identity, public):
        for match in reversed(list(mask.pattern.finditer(text))):
            shown = mask.shown(match)
            if shown is not None and set(match["hide"]) != {"*"}:
                text = text[: match.start("hide")] + shown + text[match.end("hide") :]
    return text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rtmp://user:pass@host/live", "rtmp://***@host/live"),
        ("http://host/path?a=b&c=d next", "http://host/path?*** next"),
        ("GET /login?x HTTP/1.1", "GET /login?*** HTTP/1.1"),
        ("live?token=abc", "live?***"),
        ("?reason=needauth&user=bob&salt=xyz", "?reason=needauth&***"),
        ("/admin/ping?auser=&apswd=", "/admin/ping?auser=&apswd="),
        ("GET /admin/ping?auser=&apswd= HTTP/1.1", "GET /admin/ping?auser=&apswd= HTTP/1.1"),
        ("password= HTTP", "password= ***"),
        ("token = s3cret HTTP/1.1", "token = *** HTTP/1.1"),
        ("/admin/ping?auser=bob&apswd=x", "/admin/ping?***"),
        ("Is the application /live? Yes", "Is the application /live? Yes"),
        ("Really? Yes.", "Really? Yes."),
        ("the path (/live?)", "the path (/live?)"),
        ("password=hunter2 rest", "password=*** rest"),
        ('{"accessToken": "abc", "x": 1}', '{"accessToken": "***", "x": 1}'),
        ('_result {x: 0, secureToken: "#e,d%XN"}', '_result {x: 0, secureToken: "***"}'),
        ('{secureToken: "#ed%…', '{secureToken: "***'),
        ('password = "a, b" rest', 'password = "***" rest'),
        ('{"token": "a\\"b", x: 1}', '{"token": "***", x: 1}'),
        ("Cookie: a=b; c=d\r\nHost: x", "Cookie: ***\r\nHost: x"),
        ("x\r\nProxy-Authorization: Basic eHg6eQ==\r\n", "x\r\nProxy-Authorization: ***\r\n"),
        ("unexpected response: HTTP 400", "unexpected response: HTTP 400"),
        ("A token is needed", "A token is needed"),
        (
            "[ authmod=adobe ] : ?reason=needauth&user=U&salt=S&challenge=C&opaque=O",
            "[ authmod=adobe ] : ?reason=needauth&***",
        ),
        (
            "code=403 need auth; authmod=llnw; nonce=N; user=U",
            "code=403 need auth; authmod=llnw; nonce=***; user=***",
        ),
        ("rtmp://h/live?authmod=adobe&user=U&response=R", "rtmp://h/live?authmod=adobe&***"),
        ('username="bob", cnonce="c", auser=', 'username="***", cnonce="***", auser='),
        ("NTLM TlRMTVNTUAACAAAADAAMADgAAAA=", "NTLM ***"),
        ("Basic authentication", "Basic authentication"),
        ("mail webmaster@corp.example.", "mail ***."),
        ("at 00:1A:2b:3c:4D:5e now", "at *** now"),
        ("at 00-1a-2b-3c-4d-5e.", "at ***."),
        ("AB:CD:EF:01:23:45:67:89", "AB:CD:EF:01:23:45:67:89"),
        ("at 12:02:33", "at 12:02:33"),
        ("/home/bob/.cache/x", "~/.cache/x"),
        ("/Users/bob/x", "~/x"),
        ("c:\\users\\bob\\x", "~\\x"),
        ("http://host/home/bob", "http://host~"),
    ],
)
def test_always(text: str, shown: str) -> None:
    assert hidden(text) == shown


@pytest.mark.parametrize("name", ["root", "Admin", "localhost", "ab", "", "media"])
def test_common_short_and_public_names_are_not_hunted_for(name: str) -> None:
    identity = Identity(user=name, computer=name)
    text = "root Admin localhost ab media"
    assert hidden(text, identity, ("media",)) == text


def test_names_are_hidden_as_words() -> None:
    identity = Identity(user="bob", computer="box7.lan", home="/srv/people/bob")
    assert (
        hidden("bob bobby BOB_x box7 box7.lan /srv/people/bob/x", identity) == "*** bobby ***_x *** *** ~/x"
    )


def test_identity_of_this_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Identity.of_this_computer().home == str(Path.home())

    def missing(*_: object) -> str:
        raise KeyError("uid not found")

    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr(getpass, "getuser", missing)
    monkeypatch.setattr(Path, "home", homeless)
    identity = Identity.of_this_computer()
    assert (identity.user, identity.home) == ("", "")


def test_parameters() -> None:
    assert hide_parameters("a=1&b=2&code=403") == "***&code=403"
    assert hide_parameters("code=%3Cscript%3E") == "***"
    assert hide_parameters("vhost=***&b=2") == "vhost=***&***"
    assert hide_parameters("QWxhZGRpbg=") == "***"


def test_sensitive_names() -> None:
    assert is_sensitive_header("Set-Cookie")
    assert is_sensitive_header("x-auth-token")
    assert not is_sensitive_header("server")
    assert is_sensitive_name("secureToken")
    assert not is_sensitive_name("objectEncoding")


def test_values_whole_in_parts_and_in_every_spelling() -> None:
    values = secret_values(("key one?sig=a%2Fb", None), ("live",))
    assert values[0] == max(values, key=len)
    assert {"key one?sig=a%2Fb", "key one", "key%20one", "key+one", "a%2Fb", "a/b"} <= set(values)
    assert secret_values(("live", "live=1"), ("LIVE", "1", "live=1", "live%3D1")) == []


@pytest.mark.parametrize(
    ("value", "text", "found"),
    [
        ("ab", "rtmp://h/app/ab and cab, a tab", ["ab"]),
        ("4711", "port 47110 key 4711", ["4711"]),
        ("camera", "cameras camera", ["camera"]),
        ("x9-key", "prefix9-keyx", ["x9-key"]),
    ],
)
def test_masks_of_values(value: str, text: str, found: list[str]) -> None:
    [mask] = secret_masks([value])
    assert [match["hide"] for match in mask.pattern.finditer(text)] == found


def test_byte_masks_look_across_chunk_headers() -> None:
    [mask] = secret_byte_masks(["schlüssel"])
    text = b"xx schl\xc3\xc3\xbc\xc3ssel".decode("latin-1")
    match = mask.pattern.search(text)
    assert match
    assert match["hide"] == text[3:]
    [short] = secret_byte_masks(["abc"])
    assert [m.start("hide") for m in short.pattern.finditer("abc \x02\x00\x03abc \x02\x00\x04abcd")] == [7]


@pytest.mark.parametrize(
    ("text", "chunked", "start"),
    [
        ("xx secret", False, 3),
        ("xx secre", False, None),  # five characters are no beginning of it
        ("xx secret-key", False, None),  # whole: the masks find it
        ("xx sec\xc3ret-k", True, 3),
        ("xx sec\xc3ret-k", False, None),
        ("secret x", False, None),
    ],
)
def test_cut_secrets(text: str, chunked: bool, start: int | None) -> None:
    assert cut_secret(text, ["secret-key"], chunked=chunked) == start


@pytest.mark.parametrize("secret", ["abcdefgh1", "pässwörd", "k?>k?>k?>"])
def test_echoes_of_a_secret_in_other_spellings(secret: str) -> None:
    masks = secret_masks(secret_values([secret], []))
    data = secret.encode()
    echoes = [secret.upper(), data.hex(), data.hex().upper(), base64.b64encode(data).decode().rstrip("=")]
    for before in (b"", b"u", b"u:", b"user:"):
        for after in (b"", b"!", b"&a"):
            whole = before + data + after
            echoes += [base64.b64encode(whole).decode(), base64.urlsafe_b64encode(whole).decode()]
    for echo in echoes:
        text = f"it said <{echo}>."
        for mask in masks:
            text = mask.hide(text)
        assert MASK in text, echo
        assert data.hex() not in text.lower()


def test_a_short_secret_has_no_code() -> None:
    assert "6162" not in secret_values(["ab"], [])


def test_as_libraries_quote_it() -> None:
    said = str(ValueError(f"illegal line: {'/live/schlüssel-77'.encode()!r}"))
    assert "ssel-77" in said
    for mask in secret_masks(secret_values(["schlüssel-77"], ())):
        said = mask.hide(said)
    assert "ssel-77" not in said


@pytest.mark.parametrize(
    ("data", "at", "expected"),
    [
        ("GET /live?a=b HTTP/1.1\r\n", 10, True),
        ("?a=b", 0, True),  # all there is
        ("\xff\x00" * 40 + "\x02\x00\x08live?a=b" + "\x00\xff" * 40, 90, True),  # an AMF string
        ("\xff\x00" * 40 + "\x02\x00\x09live?a=b" + "\x00\xff" * 40, 90, False),  # of another length
        ("\xff\x00" * 40 + "?a=b" + "\x00\xff" * 40, 81, False),
        ("\xff\x00" * 40 + "?a=b", 81, False),
    ],
)
def test_what_is_text_among_bytes(data: str, at: int, expected: bool) -> None:
    assert stands_in_text(data, at) is expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Adobe Media Server", "Adobe Media Server"),
        ("rtmp://h.example/live/Server", "rtmp://h.example/live/***"),
        ("stream “Server” is unknown", "stream “***” is unknown"),
    ],
)
def test_a_stream_named_like_a_word_of_a_servers_name_blots_none(text: str, shown: str) -> None:
    for mask in secret_masks(["Server"], spare_words=True):
        text = mask.hide(text)
    assert text == shown


def test_a_password_that_is_a_word_is_hidden_everywhere() -> None:
    [mask] = secret_masks(["server"])
    assert mask.hide("the server said") == "the *** said"


def test_bytes_of_such_a_word_are_hidden_everywhere() -> None:
    [mask] = secret_byte_masks(["Server"])
    assert mask.hide("Adobe Media Server/5") == f"Adobe Media {MASK}/5"
