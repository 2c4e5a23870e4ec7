from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmsdiag.protocol.authentication import (
    Demand,
    Gate,
    Login,
    Scheme,
    adobe_response,
    limelight_response,
    parse_demand,
)

PREFIX = "[ AccessManager.Reject ] : "


@pytest.mark.parametrize(
    ("description", "demand"),
    [
        (f"{PREFIX}[ code=403 need auth; authmod=adobe ] : ", Demand("adobe")),
        ("code=403 need auth; authmod=llnw", Demand("llnw")),  # without brackets
        (
            f"{PREFIX}[ authmod=adobe ] : ?reason=needauth&user=U&salt=s+/=&challenge=Pre+jg==&opaque=Pre+jg==",
            Demand(
                "adobe",
                "needauth",
                {"user": "U", "salt": "s+/=", "challenge": "Pre+jg==", "opaque": "Pre+jg=="},
            ),
        ),
        ("[ authmod=llnw ] : ?reason=needauth&nonce=abc", Demand("llnw", "needauth", {"nonce": "abc"})),
        (f"{PREFIX}[ authmod=adobe ] : ?reason=authfailed&opaque=x", Demand("adobe", "authfailed", {"opaque": "x"})),
        (f"{PREFIX}[ authmod=adobe ] : ?reason=nosuchuser", Demand("adobe", "nosuchuser")),
        ("[ authmod=kerberos ] : ?reason=needauth", Demand("kerberos", "needauth")),
        (f"{PREFIX}Access denied!", None),
        ("authmod=adobe", None),
        ("[ code=400 ] : ", None),
        ("", None),
        (None, None),
    ],
)  # fmt: skip
def test_what_a_rejection_demands(description: str | None, demand: Demand | None) -> None:
    assert parse_demand(description) == demand


@given(
    st.text(max_size=300),
    st.sampled_from(["", "authmod=adobe ?reason=needauth&", "code=403 need auth authmod="]),
)
def test_any_description_is_read(text: str, start: str) -> None:
    demand = parse_demand(start + text)
    assert demand is None or len(demand.scheme) <= 24


def test_adobes_arithmetic() -> None:
    """The two rounds, written out once more with the library alone."""
    inner = base64.b64encode(hashlib.md5(b"bobSALTsecret").digest()).decode()
    with_opaque = base64.b64encode(hashlib.md5(f"{inner}OPAQUE01234567".encode()).digest()).decode()
    with_challenge = base64.b64encode(hashlib.md5(f"{inner}CHALL01234567".encode()).digest()).decode()
    assert adobe_response("bob", "secret", "SALT", "OPAQUE", "CHALL", "01234567") == with_opaque
    assert adobe_response("bob", "secret", "SALT", None, "CHALL", "01234567") == with_challenge


@pytest.mark.parametrize(
    ("application", "path"),
    [("live", "live/_definst_"), ("live/inst", "live/inst"), ("live?a=b", "live/_definst_")],
)
def test_limelights_arithmetic(application: str, path: str) -> None:
    """HTTP Digest with qop=auth (RFC 2617, section 3.2.2), realm "live" and method "publish"."""
    first = hashlib.md5(b"bob:live:secret").hexdigest()
    second = hashlib.md5(f"publish:/{path}".encode()).hexdigest()
    expected = hashlib.md5(f"{first}:NONCE:00000001:01234567:auth:{second}".encode()).hexdigest()
    assert limelight_response("bob", "secret", application, "NONCE", "01234567") == expected


def rounds(gate: Gate, login: Login, application: str = "live") -> list[str | None]:
    """What the server says on each connection until someone gives up."""
    said: list[str | None] = []
    while len(said) < 9:
        app = f"{application}?{login.parameters}" if login.parameters else application
        said.append(gate.check(app))
        if said[-1] is None or not login.answer(parse_demand(said[-1]), application):
            break
    return said


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize("application", ["live", "live/instance"])
def test_the_right_password_is_let_in_on_the_third_connection(scheme: Scheme, application: str) -> None:
    login = Login("bob", "pass:w&ord?ü")
    said = rounds(Gate(scheme, "bob", "pass:w&ord?ü"), login, application)
    assert len(said) == 3
    assert said[-1] is None
    assert f"code=403 need auth; authmod={scheme}" in (said[0] or "")
    assert login.is_complete
    assert "ord" not in login.parameters
    assert login.secrets == (login.parameters, "user=bob")
    assert "bob" not in repr(login)


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    ("user", "password", "count", "reason"),
    [("bob", "no", 3, "authfailed"), ("eve", "secret", 2, "nosuchuser")],
)
def test_wrong_credentials_are_tried_once(
    scheme: Scheme, user: str, password: str, count: int, reason: str
) -> None:
    said = rounds(Gate(scheme, "bob", "secret"), Login(user, password))
    assert len(said) == count
    demand = parse_demand(said[-1])
    assert demand is not None
    assert demand.reason == reason
    assert demand.refuses_credentials


def test_an_answer_is_good_once_and_challenges_are_bounded() -> None:
    gate, login = Gate(Scheme.ADOBE, "bob", "secret"), Login("bob", "secret")
    assert rounds(gate, login)[-1] is None
    assert "authfailed" in (gate.check(f"live?{login.parameters}") or "")
    late = Login("bob", "secret")
    late.answer(parse_demand(gate.check("live")), "live")
    late.answer(parse_demand(gate.check(f"live?{late.parameters}")), "live")
    for _ in range(64):
        gate.check("live?authmod=adobe&user=bob")
    assert "authfailed" in (gate.check(f"live?{late.parameters}") or "")


@pytest.mark.parametrize(
    "description",
    [
        "[ authmod=kerberos; code=403 need auth ]",
        "[ authmod=adobe ] : ?reason=authfailed",
        "[ authmod=llnw ] : ?reason=needauth&user=bob",  # no nonce
        "Access denied!",
    ],
)
def test_a_client_gives_up(description: str) -> None:
    login = Login("bob", "secret")
    assert not login.answer(parse_demand(description), "live")
    assert login.parameters == ""


def test_a_server_that_keeps_asking_is_not_asked_for_ever() -> None:
    login, first = Login("bob", "secret"), Demand("adobe")
    assert login.answer(first, "live")
    assert not login.answer(first, "live")
    challenge = Demand("adobe", "needauth", {"salt": "s", "challenge": "c"})
    assert login.answer(challenge, "live")
    assert "&opaque" not in login.parameters
    assert not login.answer(challenge, "live")


def test_the_application_may_have_a_query_of_its_own() -> None:
    gate, login = Gate(Scheme.LIMELIGHT, "bob", "secret"), Login("bob", "secret")
    for _ in range(2):
        app = "live?token=1" + (f"&{login.parameters}" if login.parameters else "")
        assert login.answer(parse_demand(gate.check(app)), "live?token=1")
    assert gate.check(f"live?token=1&{login.parameters}") is None
