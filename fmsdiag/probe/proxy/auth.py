"""How to answer a proxy that asks who we are: Basic (RFC 7617) and Digest (RFC 7616). Others are only named.

Nothing here is kept: the caller hides what `secrets_of` names from all that is recorded.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

MAX_CHALLENGES = 8
MAX_STALE = 8
"""How often a proxy may call a digest's nonce out of date before we stop believing it."""
SHORTEST_SECRET = 4
"""A shorter password is hidden only together with its user's name: it would star out half of every text."""
_DIGESTS = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PARAMETER = re.compile(rf'\s*({_TOKEN})\s*=\s*(?:"((?:[^"\\]|\\.)*+)"|([^\s,"]*+))\s*+(?:,|$)')
_SCHEME = re.compile(rf"[\s,]*+({_TOKEN})(?:\s+|,|$)")
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]++=*+\s*+(?:,|$)")


@dataclass(frozen=True)
class Challenge:
    """One way in which a proxy would like to be answered."""

    scheme: str  # as it was spelled: "Basic", "NTLM"
    parameters: dict[str, str]  # names in lower case


def challenges(values: Iterable[str]) -> tuple[Challenge, ...]:
    """What the values of Proxy-Authenticate ask for (RFC 9110, 11.6.1), at most MAX_CHALLENGES; never raises."""
    found: list[Challenge] = []
    for value in values:
        at = 0
        while len(found) < MAX_CHALLENGES and (match := _SCHEME.match(value, at)) is not None:
            at = match.end()
            parameters: dict[str, str] = {}
            while (item := _PARAMETER.match(value, at)) is not None:
                quoted = item[2]
                parameters[item[1].lower()] = item[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)
                at = item.end()
            if not parameters and (blob := _TOKEN68.match(value, at)) is not None and "=" in blob[0]:
                at = blob.end()
            found.append(Challenge(match[1][:40], parameters))
    return tuple(found)


class Authenticator:
    """Answers challenges with one name and password; counts the uses of a digest's nonce."""

    def __init__(self, name: str, password: str) -> None:
        self._name, self._password = name, password
        self._challenge: Challenge | None = None
        self._stale = 0
        self._uses = 0
        self._sent: list[str] = []

    @property
    def is_ready(self) -> bool:
        """Whether a challenge was accepted that `answer` can answer."""
        return self._challenge is not None

    def accept(self, offered: tuple[Challenge, ...]) -> bool:
        """Take the strongest challenge that can be answered; whether answering it is worth another request.

        A challenge that comes after an answer means that the answer was not believed, but for a nonce that has run out.
        """
        again = self._challenge is not None
        best = min((c for c in offered if _rank(c) is not None), key=lambda c: _rank(c) or 0, default=None)
        self._stale += again
        if best is None or self._stale > MAX_STALE:
            return False
        if again and best.parameters.get("stale", "").lower() != "true":
            return False
        self._challenge, self._uses = best, 0
        return True

    def answer(self, method: str, target: str) -> str:
        """The value of Proxy-Authorization for a request. Only after `accept` has said yes."""
        assert self._challenge is not None
        if self._challenge.scheme.lower() == "basic":
            value = "Basic " + _basic(self._name, self._password)
        else:
            self._uses += 1
            value = _digest(
                self._challenge.parameters, self._name, self._password, method, target, self._uses
            )
        self._sent.append(value.partition(" ")[2])
        return value

    @property
    def sent(self) -> tuple[str, ...]:
        """The last answers, without their scheme: secrets, too."""
        return tuple(self._sent[-4:])


def secrets_of(name: str, password: str) -> tuple[str, ...]:
    """Every spelling in which a name and password could come back, longest first."""
    pairs = [f"{name}:{password}", _basic(name, password)]
    alone = [text for text in (password, name) if len(text) >= SHORTEST_SECRET]
    spelled = [s for t in (*pairs, *alone) for s in (t, quote(t, safe=""), quote(t), html.escape(t))]
    spelled += [s for t in (*pairs[:1], *alone) for s in (*_encoded(t), _as_header(t))]
    return tuple(sorted(dict.fromkeys(spelled), key=len, reverse=True))


def _encoded(text: str) -> tuple[str, str]:
    """As a debugging page may print it: hexadecimal, and base64 without its padding."""
    data = text.encode("utf-8", "surrogateescape")
    return data.hex(), base64.b64encode(data).decode("ascii").rstrip("=")


def _rank(challenge: Challenge) -> int | None:
    scheme = challenge.scheme.lower()
    algorithm = challenge.parameters.get("algorithm", "MD5").upper()
    if scheme == "digest" and algorithm in _DIGESTS and "auth" in _qualities(challenge.parameters):
        return 0 if algorithm == "SHA-256" else 1
    return 2 if scheme == "basic" else None


def _qualities(parameters: dict[str, str]) -> list[str]:
    return [q.strip().lower() for q in parameters.get("qop", "auth").split(",")]


def _basic(name: str, password: str) -> str:
    return base64.b64encode(f"{name}:{password}".encode("utf-8", "surrogateescape")).decode("ascii")


def _digest(parameters: dict[str, str], name: str, password: str, method: str, target: str, uses: int) -> str:
    algorithm = parameters.get("algorithm", "MD5").upper()
    realm, nonce = parameters.get("realm", ""), parameters.get("nonce", "")
    name, password = _as_header(name), _as_header(password)

    def hashed(text: str) -> str:
        return _DIGESTS[algorithm](header_bytes(text), usedforsecurity=False).hexdigest()

    secret, asked = hashed(f"{name}:{realm}:{password}"), hashed(f"{method}:{target}")
    quality, count, own = "", f"{uses:08x}", secrets.token_hex(8)
    if "qop" in parameters:
        quality = f", qop=auth, nc={count}, cnonce={_quoted(own)}"
        response = hashed(f"{secret}:{nonce}:{count}:{own}:auth:{asked}")
    else:  # before RFC 2617
        response = hashed(f"{secret}:{nonce}:{asked}")
    opaque = f", opaque={_quoted(parameters['opaque'])}" if "opaque" in parameters else ""
    return (
        f"Digest username={_quoted(name)}, realm={_quoted(realm)}, nonce={_quoted(nonce)}, uri={_quoted(target)}, "
        f"algorithm={algorithm}, response={_quoted(response)}{quality}{opaque}"
    )


def _as_header(text: str) -> str:
    """UTF-8 (RFC 7616, section 4) as headers are read here: a character for each byte, as the proxy's realm comes."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def header_bytes(text: str) -> bytes:
    """The bytes of a header's value: one for each character, as they came, or UTF-8 where that cannot be."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _quoted(text: str) -> str:
    """A quoted-string (RFC 9110, 5.6.4); what cannot stand in a header line is left out."""
    clean = "".join(c for c in text if c == "\t" or c >= " ")
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
