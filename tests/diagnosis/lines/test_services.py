"""Other services in a sentence."""

import pytest

from fmsdiag.diagnosis.lines.services import service_of
from fmsdiag.messages.language import ENGLISH
from fmsdiag.probe.fingerprint import looks_like


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"220 mail ESMTP\r\n", "an FTP or mail server"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "an SSH server"),
        (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "a web server (HTTP 400 from nginx)"),
        (b"<?xml version='1.0'?>", "another service (XML without an HTTP header)"),
    ],
)
def test_a_service_stands_in_a_sentence(sent: bytes, said: str) -> None:
    like = looks_like(sent)
    assert like is not None
    (what,) = service_of(like).items
    assert ENGLISH.render(what) == said
