"""What stands behind labels beside an address."""

from __future__ import annotations

import pytest

from fmsdiag.labels_beside import Beside, read_beside


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Port: 1936", Beside("", ("1936",))),
        ("key=abcd port=1936", Beside("key=abcd ", ("1936",))),
        ("Key: abcd Port: 1936", Beside("Key: abcd ", ("1936",))),
        ("Port 1936\r\nmore", Beside("\r\nmore", ("1936",))),
        ("Port: 1935 or 443", Beside(" or 443", ("",))),
        ("User: bob Pass: s3cret", Beside(" ", (), "bob", "s3cret")),
        ("'user' => 'bob', 'pass' => 's3cret, x'", Beside("', '", (), "bob", "s3cret, x")),
        ("Stream user: bob\nStream password:\ns3cret", Beside("\n", (), "bob", "s3cret")),
        ("Login:\nUser: bob", Beside("Login:\n", (), "bob")),
    ],
)
def test_labels_are_read_and_taken_out(text: str, read: Beside) -> None:
    assert read_beside(text) == read


@pytest.mark.parametrize(
    "text",
    ["Proxy port: 3128", "HTTP port=80", "proxy_user: bob", "The port 1935 is blocked", "Password:\nKey: abcd",
     "pass-through: x", "passport: 12", "--port=1936"],
)  # fmt: skip
def test_what_belongs_to_something_else_is_left(text: str) -> None:
    assert read_beside(text) == Beside(text)
