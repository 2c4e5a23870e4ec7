"""User and password for `connect`: Adobe's and Limelight's schemes, both roles (as ffmpeg and librtmp do it).

A server that wants a password rejects `connect` and says so in the description; the client connects anew with
parameters behind the application. Two rounds: one that names the user, one that answers what the server gave for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from dataclasses import dataclass, field
from enum import StrEnum

from fmsdiag.protocol.handshake import RandomBytes

_MAX_OPEN_CHALLENGES = 64
_PREFIX = "[ AccessManager.Reject ] : "
_SCHEME = re.compile(r"authmod=([A-Za-z0-9_.-]{1,24})")
_PARAMETERS = re.compile(r"\?(reason=[^\s\]]{1,1024})")
_NEED_AUTH = re.compile(r"code=403 need auth", re.IGNORECASE)
_REALM, _METHOD, _COUNT, _QUALITY = "live", "publish", "00000001", "auth"


class Scheme(StrEnum):
    """The schemes that are understood; the value is what stands behind `authmod=`."""

    ADOBE = "adobe"
    LIMELIGHT = "llnw"


@dataclass(frozen=True, slots=True)
class Demand:
    """What a rejection says about authentication. Values are as sent: nobody percent-decodes them."""

    scheme: str  # usually one of Scheme
    reason: str | None = None  # "needauth", "authfailed", "nosuchuser" …; none: the first demand
    parameters: dict[str, str] = field(default_factory=dict)  # user, salt, challenge, opaque, nonce

    @property
    def refuses_credentials(self) -> bool:
        """Whether the server did look at a user or password, and does not take them."""
        return self.reason is not None and self.reason != "needauth"


def parse_demand(description: str | None) -> Demand | None:
    """The demand in the description of a rejection, or None when it is about something else.

    Brackets and spaces differ between servers, so that only the parts are looked for.
    """
    text = (description or "")[:2048]
    scheme = _SCHEME.search(text)
    found = _PARAMETERS.search(text)
    if scheme is None or (found is None and not _NEED_AUTH.search(text)):
        return None
    parameters = _parameters(found[1]) if found else {}
    reason = parameters.pop("reason", None)
    return Demand(scheme[1].lower(), reason, parameters)


def _parameters(query: str) -> dict[str, str]:
    pairs = (item.partition("=") for item in query.split("&")[:16])
    return {name: value for name, equals, value in pairs if equals}


# ---- arithmetic -------------------------------------------------------------------------------------------------


def adobe_response(
    user: str, password: str, salt: str, opaque: str | None, challenge: str | None, own_challenge: str
) -> str:
    """The `response` of Adobe's scheme: two rounds of base64(MD5). `opaque` goes before `challenge` where both came."""
    first = _base64_md5(user + salt + password)
    return _base64_md5(first + (opaque or challenge or "") + own_challenge)


def limelight_response(user: str, password: str, application: str, nonce: str, cnonce: str) -> str:
    """The `response` of Limelight's scheme, which is HTTP Digest's with a fixed realm and method (RFC 2617, 3.2.2)."""
    path = application.partition("?")[0]
    if "/" not in path:
        path += "/_definst_"
    first = _hex_md5(f"{user}:{_REALM}:{password}")
    second = _hex_md5(f"{_METHOD}:/{path}")
    return _hex_md5(f"{first}:{nonce}:{_COUNT}:{cnonce}:{_QUALITY}:{second}")


def _base64_md5(text: str) -> str:
    return base64.b64encode(_md5(text).digest()).decode("ascii")


def _hex_md5(text: str) -> str:
    return _md5(text).hexdigest()


def _md5(text: str) -> hashlib._Hash:
    return hashlib.md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False)


# ---- client -----------------------------------------------------------------------------------------------------


class Login:
    """The client's side over several connections: `parameters` go behind app and tcUrl, answer() takes a rejection."""

    def __init__(self, user: str, password: str, random_bytes: RandomBytes = os.urandom) -> None:
        self._user, self._password = user, password
        self._random_bytes = random_bytes
        self._named = self._answered = False
        self.parameters = ""
        """What to add to the application, without a "?": none at first."""
        self.scheme: str | None = None
        """What the server asked for, once it has."""
        self.is_sent = False
        """Whether an answer made with the password left; whoever sends `parameters` says so."""
        self.taken: bool | None = None
        """Whether the server took name and password, once it said so."""

    def __repr__(self) -> str:
        return "Login()"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What a peer may echo and no record may keep: the parameters sent, and the user's name as one."""
        return tuple(text for text in (self.parameters, f"user={self._user}") if text)

    @property
    def is_complete(self) -> bool:
        """Whether the last connection carried an answer made with the password."""
        return self._answered

    def answer(self, demand: Demand | None, application: str) -> bool:
        """Prepare the next connection's `parameters`; False when there is nothing more to say.

        `demand` is what the server wants in place of letting us in; None: nothing more of this kind.
        """
        if demand is None:
            self.taken = True if self.is_sent else None  # let in, or kept out for another reason
            return False
        if self._answered or demand.refuses_credentials:
            self.taken = False
            return False
        if demand.scheme not in set(Scheme):
            return False
        self.scheme = demand.scheme
        if demand.reason is None:
            if self._named:
                return False  # it was told who we are, and asks again
            self._named = True
            self.parameters = f"authmod={demand.scheme}&user={self._user}"
            return True
        given = demand.parameters
        own = self._random_bytes(4).hex()
        if demand.scheme == Scheme.ADOBE:
            self.parameters = self._adobe(given, own)
        elif "nonce" in given:
            self.parameters = self._limelight(given["nonce"], own, application)
        else:
            return False
        self._answered = True
        return True

    def _adobe(self, given: dict[str, str], own: str) -> str:
        opaque, challenge = given.get("opaque"), given.get("challenge")
        response = adobe_response(self._user, self._password, given.get("salt", ""), opaque, challenge, own)
        text = f"authmod=adobe&user={self._user}&challenge={own}&response={response}"
        return text + (f"&opaque={opaque}" if opaque else "")

    def _limelight(self, nonce: str, own: str, application: str) -> str:
        response = limelight_response(self._user, self._password, application, nonce, own)
        return f"authmod=llnw&user={self._user}&nonce={nonce}&cnonce={own}&nc={_COUNT}&response={response}"


# ---- server -----------------------------------------------------------------------------------------------------


class Gate:
    """The server's side, shared by all connections: check() says why a `connect` is rejected, or None."""

    def __init__(
        self, scheme: Scheme, user: str, password: str, random_bytes: RandomBytes = os.urandom
    ) -> None:
        self._scheme, self._user, self._password = scheme, user, password
        self._random_bytes = random_bytes
        self._open: dict[str, str] = {}  # opaque or nonce -> salt, oldest first

    def check(self, app: str) -> str | None:
        """The description of the rejection that `app`, as the client sent it, gets; None: let in.

        A challenge is good for one answer, and at most _MAX_OPEN_CHALLENGES are open.
        """
        given = _parameters(app.partition("?")[2].replace("?", "&"))
        if given.get("authmod") != self._scheme:
            return f"{_PREFIX}[ code=403 need auth; authmod={self._scheme} ] : "
        if given.get("user") != self._user:
            return self._refusal("nosuchuser")
        response = given.get("response")
        if response is None:
            return self._challenge()
        ticket = given.get("opaque" if self._scheme is Scheme.ADOBE else "nonce", "")
        salt = self._open.pop(ticket, None)
        if salt is None or not hmac.compare_digest(
            response.encode(), self._expected(app, given, salt, ticket)
        ):
            return self._refusal("authfailed")
        return None

    def _challenge(self) -> str:
        ticket = base64.b64encode(self._random_bytes(6)).decode("ascii")
        salt = base64.b64encode(self._random_bytes(6)).decode("ascii")
        while len(self._open) >= _MAX_OPEN_CHALLENGES:
            del self._open[next(iter(self._open))]
        self._open[ticket] = salt
        if self._scheme is Scheme.ADOBE:
            return self._refusal(f"needauth&user={self._user}&salt={salt}&challenge={ticket}&opaque={ticket}")
        return self._refusal(f"needauth&user={self._user}&nonce={ticket}")

    def _refusal(self, reason: str) -> str:
        return f"{_PREFIX}[ authmod={self._scheme} ] : ?reason={reason}"

    def _expected(self, app: str, given: dict[str, str], salt: str, ticket: str) -> bytes:
        if self._scheme is Scheme.ADOBE:
            own = given.get("challenge", "")
            return adobe_response(self._user, self._password, salt, ticket, None, own).encode()
        return limelight_response(
            self._user, self._password, app.partition("?")[0], ticket, given.get("cnonce", "")
        ).encode()
