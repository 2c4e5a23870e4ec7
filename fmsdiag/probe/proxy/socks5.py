"""SOCKS5 (RFC 1928) with a name and password (RFC 1929), the client's side without a socket."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import Enum

REPLIES = {
    1: "general failure",
    2: "connection not allowed by its rules",
    3: "network unreachable",
    4: "host unreachable",
    5: "connection refused",
    6: "time to live expired",
    7: "command not supported",
    8: "kind of address not supported",
}
METHODS = {0: "none", 1: "GSSAPI", 2: "username/password"}
_NONE, _PASSWORD, _NOT_ACCEPTABLE = 0, 2, 0xFF
_ADDRESS_BYTES = {1: 4, 4: 16}
REPLY_HEAD = 5  # up to the length of a name, where the address is one
LONGEST_TEXT = 255


class Phase(Enum):
    GREETING = "greeting"
    PASSWORD = "password"
    REPLY = "reply"
    OPEN = "open"


class NotSocks(Exception):
    """The bytes are no answer of a SOCKS5 proxy."""


class NoAcceptableMethod(Exception):
    """The proxy wants another way to sign in than those that were offered, or did not accept name and password."""


class Refused(Exception):
    """The proxy will not, or could not, open the connection; `code` is its reply code."""

    def __init__(self, code: int) -> None:
        super().__init__(REPLIES.get(code, f"reply code {code}"))
        self.code = code


@dataclass
class Socks5:
    """One negotiation: `receive` what comes and send what it gives, until `phase` is OPEN.

    A name and password longer than 255 bytes cannot be sent: ValueError.
    """

    host: str
    port: int
    credentials: tuple[str, str] | None = None
    phase: Phase = Phase.GREETING
    method: int | None = None  # the one that the proxy chose
    credentials_sent: bool = False
    code: int | None = None  # of the reply
    _buffer: bytes = b""

    def greeting(self) -> bytes:
        """The first bytes: the methods that we can use."""
        methods = bytes([_NONE, _PASSWORD]) if self.credentials is not None else bytes([_NONE])
        return bytes([5, len(methods)]) + methods

    @property
    def left_over(self) -> bytes:
        """What came behind the reply: the first bytes from inside the connection."""
        return self._buffer if self.phase is Phase.OPEN else b""

    def receive(self, data: bytes) -> bytes:
        """Take bytes of the proxy; the bytes to send now. Raises NotSocks, NoAcceptableMethod or Refused."""
        self._buffer += data
        out = b""
        while (step := self._step()) is not None:
            out += step
        return out

    def _step(self) -> bytes | None:
        """Take one whole message off the buffer, or none if it is not all there."""
        match self.phase:
            case Phase.GREETING if len(self._buffer) >= 1:
                return self._choice()
            case Phase.PASSWORD if len(self._buffer) >= 2:
                status, self._buffer = self._buffer[1], self._buffer[2:]
                if status != 0:
                    raise NoAcceptableMethod("the proxy does not accept the name and password")
                return self._request()
            case Phase.REPLY if len(self._buffer) >= 1:
                return self._reply()
        return None

    def _choice(self) -> bytes | None:
        if self._buffer[0] != 5:
            raise NotSocks("the answer is not SOCKS5")
        if len(self._buffer) < 2:
            return None
        self.method, self._buffer = self._buffer[1], self._buffer[2:]
        if self.method == _NONE:
            return self._request()
        if self.method == _PASSWORD and self.credentials is not None:
            self.phase = Phase.PASSWORD
            self.credentials_sent = True
            return password_message(*self.credentials)
        if self.method == _NOT_ACCEPTABLE:
            raise NoAcceptableMethod("the proxy accepts no way to sign in that was offered")
        raise NotSocks(f"the proxy chose method {self.method}, which was not offered")

    def _request(self) -> bytes:
        self.phase = Phase.REPLY
        return bytes([5, 1, 0]) + _address(self.host) + self.port.to_bytes(2, "big")

    def _reply(self) -> bytes | None:
        if self._buffer[0] != 5:
            raise NotSocks("the answer is not SOCKS5")
        if len(self._buffer) < 2:
            return None
        self.code = self._buffer[1]
        if self.code != 0:  # some proxies close without the rest
            raise Refused(self.code)
        if len(self._buffer) < REPLY_HEAD:
            return None
        kind = self._buffer[3]
        length = 1 + self._buffer[4] if kind == 3 else _ADDRESS_BYTES.get(kind)
        if length is None:
            raise NotSocks(f"an address of kind {kind}")
        end = 4 + length + 2
        if len(self._buffer) < end:
            return None
        self._buffer = self._buffer[end:]
        self.phase = Phase.OPEN
        return None


def password_message(name: str, password: str) -> bytes:
    """RFC 1929, section 2. Raises ValueError for what does not fit."""
    fields = [text.encode("utf-8", "surrogateescape") for text in (name, password)]
    if not all(len(field) <= LONGEST_TEXT for field in fields):
        raise ValueError("a name or password of more than 255 bytes cannot be sent to a SOCKS proxy")
    return b"\x01" + b"".join(bytes([len(field)]) + field for field in fields)


def _address(host: str) -> bytes:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.encode("ascii", "replace")[:LONGEST_TEXT]
        return bytes([3, len(name)]) + name
    return bytes([1 if address.version == 4 else 4]) + address.packed
