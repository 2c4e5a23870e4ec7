"""What proxies say: their challenges, SOCKS5, and how systems write down which hosts need none."""

from __future__ import annotations

from fmsdiag.model import ProxySource, Transport
from fmsdiag.probe.proxy.auth import MAX_CHALLENGES, Authenticator, challenges
from fmsdiag.probe.proxy.settings import settings_from, split_exceptions
from fmsdiag.probe.proxy.socks5 import NoAcceptableMethod, NotSocks, Refused, Socks5
from fmsdiag.protocol.authentication import Login, parse_demand
from tests.fuzz.conversations import no_chance
from tests.fuzz.inputs import Input

CHALLENGES = (
    'Basic realm="x"',
    'Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=SHA-256, opaque="c", stale=true',
    "Negotiate, NTLM TlRMTVNTUAAB==, Basic realm=\"q\\\"uoted\"",
)  # fmt: skip
DEMANDS = (
    "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ",
    "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=u&salt=c2FsdA==&challenge=eA==&opaque=eQ==",
    "[ AccessManager.Reject ] : [ authmod=llnw ] : ?reason=needauth&user=u&nonce=abc",
)
SETTINGS = ("proxy.example:3128\n.example.com, 10.0.0.0/8,*.local,[::1]", "http://u:p@192.0.2.1:80\n<local>")
SOCKS = (
    b"\5\0\5\0\0\1\0\0\0\0\0\0rest",
    b"\5\2\1\0\5\0\0\3\4name\0\x50",
    b"\5\xff",
    b"\5\0\5\5\0",
    b"HTTP/1.1 400",
)


def seeds() -> list[bytes]:
    """The first byte says what it is."""
    texts = ((0, CHALLENGES), (2, DEMANDS), (3, SETTINGS))
    return [
        *(bytes((kind,)) + text.encode() for kind, group in texts for text in group),
        *(bytes((1, cut)) + data for cut, data in enumerate(SOCKS)),
    ]


def check(data: bytes) -> None:
    """Challenges, demands and settings raise nothing, SOCKS5 only its three errors."""
    given = Input(data)
    match given.byte() % 4:
        case 0:
            _sign_in(given.rest().decode("latin-1"))
        case 1:
            _negotiate(given)
        case 2:
            demand = parse_demand(given.rest().decode("utf-8", "backslashreplace"))
            Login("user", "secret", no_chance).answer(demand, "live")
        case _:
            url, _, exceptions = given.rest().decode("utf-8", "surrogateescape").partition("\n")
            found = settings_from({"http": url, "all": url}, ProxySource.SYSTEM, split_exceptions(exceptions))
            for host in ("media.example.com", "192.0.2.7", "2001:db8::7", "localhost"):
                found.proxy_for(host, 1935, Transport.RTMP)
                found.why_not(host, 1935, Transport.RTMP)


def _sign_in(header: str) -> None:
    offered = challenges(header.split("\n"))
    assert len(offered) <= MAX_CHALLENGES
    signer = Authenticator("user", "secret")
    for _ in range(2):
        if signer.accept(offered):
            assert "\n" not in signer.answer("CONNECT", "media.example.com:1935")


def _negotiate(given: Input) -> None:
    client = Socks5("media.example.com", 1935, ("user", "secret"))
    client.greeting()
    try:
        for piece in given.pieces():
            client.receive(piece)
    except (NotSocks, NoAcceptableMethod, Refused) as error:
        str(error)
