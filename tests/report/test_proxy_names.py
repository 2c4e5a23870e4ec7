"""Whose network it is stays with its owner: names of proxies, in every place and format."""

import msgspec
import pytest

from fmsdiag.model import HttpFacts, Note, Options, ProxyAddress, ProxyScheme, Report, Status, StepName
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity, Kind
from fmsdiag.typed_proxy import parse_proxy_choice
from tests.diagnosis.findings import plain
from tests.report import samples
from tests.report.transport_samples import proxied

NOBODY = Identity()


def with_proxy(proxy: str, *notes: str) -> Report:
    return msgspec.structs.replace(
        samples.healthy(),
        options=Options(proxy=parse_proxy_choice(proxy)[0]),
        notes=tuple(Note(plain(text)) for text in notes),
    )


def shown(report: Report) -> list[str]:
    return [note.message.text for note in redact(report, identity=NOBODY).notes]


def test_a_name_is_hidden_wherever_it_stands() -> None:
    report = with_proxy(
        "http://Cache.corp.example:3128",
        "by cache.corp.example (squid)",
        "xcache.corp.example",
        "http://cache.corp.example/",
    )
    assert shown(report) == ["by proxy-1 (squid)", "xcache.corp.example", "http://proxy-1/"]
    assert redact(report, identity=NOBODY).options.proxy == parse_proxy_choice("http://proxy-1:3128")[0]
    assert Kind.PROXY.value in redact(report, identity=NOBODY).redaction
    short = redact(with_proxy("socks5://cache:3128"), identity=NOBODY).options.proxy.address
    assert short == ProxyAddress(ProxyScheme.SOCKS5, "proxy-1", 3128)


def test_a_name_that_is_a_word_is_hidden_only_where_a_host_stands() -> None:
    report = with_proxy(
        "http://proxy:3128",
        "The proxy refused.",
        "http://proxy:3128/",
        "at proxy:3128",
        "Via: 1.1 proxy",
        "a proxy: no",
    )
    assert shown(report) == [
        "The proxy refused.",
        "http://proxy-1:3128/",
        "at proxy-1:3128",
        "Via: 1.1 proxy",
        "a proxy: no",
    ]


@pytest.mark.parametrize(
    ("header", "value", "hidden"),
    [
        (
            "via",
            "1.1 cache9.corp.example:3128 (squid/5.7), HTTP/2 gate.corp.example",
            "1.1 proxy-1:3128 (squid/5.7), HTTP/2 proxy-2",
        ),
        ("via", "1.1 PROXY01 (Bluecoat)", "1.1 proxy-1 (Bluecoat)"),
        ("via", "1.1 varnish, 1.1 squid (squid/4)", "1.1 varnish, 1.1 squid (squid/4)"),
        ("x-cache", "MISS from cache9.corp.example", "MISS from proxy-1"),
        ("x-cache-lookup", "NONE from cache9.corp.example:3128", "NONE from proxy-1:3128"),
        ("proxy-authenticate", 'Basic realm="Example Corp, floor 3"', 'Basic realm="***"'),
        ("proxy-authenticate", "Digest realm=Corp, qop=auth", "Digest realm=***, qop=auth"),
        ("proxy-authenticate", "NTLM TlRMTVNTUAACAAAADAAMADgAAAAFgokC", "NTLM ***"),
    ],
)  # fmt: skip
def test_headers(header: str, value: str, hidden: str) -> None:
    page = samples.observed(1, StepName.HTTP, 0, 1, HttpFacts("GET", "/", 407, headers=((header, value),)))
    tried = samples.attempt(1, samples.endpoint(), Status.FAILED, page)
    report = redact(msgspec.structs.replace(samples.healthy(), attempts=(tried,)), identity=NOBODY)
    assert report.attempts[0].observations[0].facts.headers == ((header, hidden),)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "proxy", ["system", "none", "http://media.example.com:80", "http://localhost:3128", "http://[::1]:1"]
)
def test_what_is_no_secret_stays(proxy: str) -> None:
    report = with_proxy(proxy)
    assert redact(report, identity=NOBODY).options.proxy == report.options.proxy


def test_an_address_is_left_to_the_address_book() -> None:
    for typed in ("http://10.1.2.3:3128", "socks5://[fd00::7]:1080"):
        hidden = redact(with_proxy(typed), identity=NOBODY).options.proxy.address
        assert hidden is not None
        assert hidden.host.startswith("lan-")


def test_a_public_address_of_a_proxy_is_cut() -> None:
    report = proxied()
    text = msgspec.json.encode(report).replace(b"10.20.0.5", b"198.51.100.200")
    hidden = redact(msgspec.json.decode(text, type=Report), identity=NOBODY)
    assert b"198.51.100.200" not in msgspec.json.encode(hidden)


def test_sensitive_data_is_kept_when_asked_and_twice_is_once() -> None:
    report = proxied()
    assert b"cache01.corp.example" in msgspec.json.encode(
        redact(report, include_sensitive=True, identity=NOBODY)
    )
    once = redact(report, identity=NOBODY)
    assert redact(once, identity=NOBODY) == once
