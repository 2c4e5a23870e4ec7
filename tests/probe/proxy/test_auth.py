from __future__ import annotations

import base64
import hashlib
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.probe.proxy.auth import MAX_CHALLENGES, Authenticator, challenges, secrets_of

NAME, PASSWORD = "Mufasa", "Circle of Life"
BASIC, NTLM = 'Basic realm="a, \\"b\\""', "NTLM"
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("values", "schemes"),
    [
        ([BASIC], ["Basic"]),
        ([BASIC, NTLM], ["Basic", "NTLM"]),
        (["Negotiate, NTLM, " + BASIC], ["Negotiate", "NTLM", "Basic"]),
        ([BASIC + ", " + RFC_7616.format("MD5")], ["Basic", "Digest"]),
        (["NTLM TlRMTVNTUAACAAAADAAMADgAAAA=, " + BASIC], ["NTLM", "Basic"]),
        (["Bearer"], ["Bearer"]),
        ([""], []),
        ([",,,"], []),
        (["Basic " * 50], ["Basic"] * MAX_CHALLENGES),
    ],
)
def test_challenges(values: list[str], schemes: list[str]) -> None:
    assert [c.scheme for c in challenges(values)] == schemes


def test_parameters_are_unquoted() -> None:
    (basic,) = challenges([BASIC])
    assert basic.parameters == {"realm": 'a, "b"'}
    (digest,) = challenges([RFC_7616.format("SHA-256")])
    assert digest.parameters["qop"] == "auth, auth-int"
    assert digest.parameters["algorithm"] == "SHA-256"


@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_header_can_be_read(values: list[str]) -> None:
    found = challenges(values)
    assert len(found) <= MAX_CHALLENGES
    authenticator = Authenticator(NAME, PASSWORD)
    if authenticator.accept(found):
        value = authenticator.answer("CONNECT", "h:1")
        assert "\r" not in value
        assert "\n" not in value


def test_basic() -> None:
    authenticator = Authenticator("jürgen", "a:b")
    assert not authenticator.is_ready
    assert authenticator.accept(challenges([BASIC]))
    value = authenticator.answer("CONNECT", "h:1")
    assert base64.b64decode(value.removeprefix("Basic ")).decode() == "jürgen:a:b"
    assert value.removeprefix("Basic ") in authenticator.sent
    assert not authenticator.accept(challenges([BASIC]))  # it was not believed


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616(algorithm: str, response: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    monkeypatch.setattr(secrets, "token_hex", lambda _: own)
    authenticator = Authenticator(NAME, PASSWORD)
    assert authenticator.accept(challenges([RFC_7616.format(algorithm)]))
    value = authenticator.answer("GET", "/dir/index.html")
    assert f'response="{response}"' in value
    assert "nc=00000001" in value
    assert "nc=00000002" in authenticator.answer("GET", "/dir/index.html")


def test_a_digest_without_quality_is_the_older_one() -> None:
    authenticator = Authenticator(NAME, PASSWORD)
    assert authenticator.accept(challenges(['Digest realm="r", nonce="n"']))
    value = authenticator.answer("GET", "/")
    assert "qop" not in value
    assert "cnonce" not in value


def test_the_strongest_is_chosen_and_a_stale_nonce_forgiven() -> None:
    stale = RFC_7616.format("SHA-256") + ", stale=true"
    authenticator = Authenticator(NAME, PASSWORD)
    assert authenticator.accept(challenges([BASIC, RFC_7616.format("MD5"), stale]))
    assert "SHA-256" in authenticator.answer("GET", "/")
    again = [authenticator.accept(challenges([stale])) for _ in range(40)]
    assert 0 < sum(again) < 20  # not for ever


def test_others_cannot_be_answered() -> None:
    unknown = challenges(["Negotiate", NTLM, 'Digest realm="r", nonce="n", qop="auth-int"'])
    assert not Authenticator(NAME, PASSWORD).accept(unknown)


def test_every_spelling_is_a_secret() -> None:
    spelled = secrets_of("bob", "p&ss w/rd")
    for text in (
        "p&ss w/rd",
        "p%26ss%20w%2Frd",
        "p&amp;ss w/rd",
        base64.b64encode(b"bob:p&ss w/rd").decode(),
    ):
        assert text in spelled
    assert [len(s) for s in spelled] == sorted((len(s) for s in spelled), reverse=True)
    assert "x" not in secrets_of("x", "x")  # it would hide half of every text


def test_secrets_are_known_in_hexadecimal_and_base64() -> None:
    spelled = secrets_of("bob", "hunter22")
    assert b"hunter22".hex() in spelled
    assert base64.b64encode(b"hunter22").decode().rstrip("=") in spelled


def test_names_and_realms_beyond_ascii_are_utf_8() -> None:
    """What the proxy calculates from the bytes that it sent and got (RFC 7616, section 3.4)."""
    name, password, realm = "Łukasz", "pässwörd", "Büro 東京"
    offered = f'Digest realm="{realm}", nonce="n", charset=UTF-8'.encode().decode("latin-1")
    signing = Authenticator(name, password)
    assert signing.accept(challenges([offered]))
    answer = signing.answer("CONNECT", "h.example:1935").encode("latin-1").decode()
    assert f'username="{name}", realm="{realm}"' in answer
    secret = hashlib.md5(f"{name}:{realm}:{password}".encode()).hexdigest()
    asked = hashlib.md5(b"CONNECT:h.example:1935").hexdigest()
    assert f'response="{hashlib.md5(f"{secret}:n:{asked}".encode()).hexdigest()}"' in answer


def test_a_realm_in_latin_1_comes_back_as_it_was() -> None:
    signing = Authenticator("bob", "hunter22")
    assert signing.accept(challenges(['Digest realm="B\xfcro", nonce="n"']))
    answer = signing.answer("CONNECT", "h:1").encode("latin-1")
    assert b'realm="B\xfcro"' in answer
    secret = hashlib.md5(b"bob:B\xfcro:hunter22").hexdigest()
    asked = hashlib.md5(b"CONNECT:h:1").hexdigest()
    assert hashlib.md5(f"{secret}:n:{asked}".encode()).hexdigest().encode() in answer


def test_a_name_that_a_header_echoes_is_known() -> None:
    assert "Łukasz".encode().decode("latin-1") in secrets_of("Łukasz", "hunter22")
