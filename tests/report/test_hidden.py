import msgspec
import pytest

from fmsdiag.report.hidden import describe_hidden, hidden_lines, is_private
from fmsdiag.report.redact import INCLUDED, KEPT_IN_REQUEST, redact
from fmsdiag.report.sensitive import Kind
from fmsdiag.target import parse_target
from tests.report import samples


@pytest.mark.parametrize("code", [*(kind.value for kind in Kind), KEPT_IN_REQUEST])
def test_every_code_has_words(code: str) -> None:
    assert describe_hidden(code) != code


def test_what_a_newer_program_hid_is_shown_by_its_code() -> None:
    report = msgspec.structs.replace(samples.healthy(), redaction=("query", "new\x1b-kind", INCLUDED))
    assert hidden_lines(report) == (
        "query strings of other addresses and in what the server sent",
        "new\\x1b-kind",
    )
    assert is_private(report)
    assert not is_private(samples.healthy())


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("rtmp://h.example/live/k", ("stream name or key of the address",)),
        ("rtmp://h.example/live?a=b", ("query string of the address",)),
        ("rtmp://h.example/live?a=b/k", ("stream name or key, and query string of the address",)),
        ("rtmp://h.example/live k", ("stream key",)),
        (
            "rtmp://bob:s3cret@h.example/live/k",
            ("stream name or key of the address", "user name and password that came with the address"),
        ),
        ("rtmp://bob@h.example/live", ("user name that came with the address",)),
        ("rtmp://h.example/live?a=b k", ("stream key", "query string of the address")),
        ("rtmp://h.example/live/hunter\nStream key: k", ("stream key", "part of the address's path")),
    ],
)
def test_only_what_was_there_is_named_as_hidden(typed: str, lines: tuple[str, ...]) -> None:
    report = msgspec.structs.replace(samples.healthy(), target=parse_target(typed))
    assert hidden_lines(redact(report))[: len(lines)] == lines


def test_what_the_request_keeps_is_said_with_what_it_is_an_exception_from() -> None:
    """Each entry is a noun phrase: they stand in one list, such as "a, b, and c"."""
    log = (Kind.PROXY.value, Kind.LOCAL_ADDRESS.value, KEPT_IN_REQUEST)
    assert hidden_lines(msgspec.structs.replace(samples.healthy(), redaction=log)) == (
        "names of proxies and what they call themselves, except in the request (shown as proxy-1, proxy-2 …)",
        "local addresses, except the server's own and those of routers and proxies in the request (shown as lan-1, lan-2 …)",
    )
    alone = msgspec.structs.replace(samples.healthy(), redaction=(KEPT_IN_REQUEST,))
    assert len(hidden_lines(alone)) == 1
