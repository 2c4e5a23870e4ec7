"""A responder as strict as the OpenRTMFP family: it reads at fixed places and is silent to anything else.

Written from what is known about those servers (docs/protocol-sources.md), on nothing but ciphers and integers,
so that a mistake in our engine cannot hide in it. One client at a time.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from fmsdiag.protocol.rtmfp.events import Address, ServerEvent

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
DEFAULT_KEY = b"Adobe Systems 02"
COOKIE = bytes(range(100, 164))
CERTIFICATE = b"\x01\x0a\x41\x0e" + bytes(range(64)) + b"\x02\x15\x02\x02\x15\x05\x02\x15\x0e"
PRIVATE = int.from_bytes(hashlib.sha256(b"openrtmfp").digest() * 4, "big")

# AMF0: "_result", 1, null, { level: "status", code: "NetConnection.Connect.Success" }
RESULT = (
    b"\x02\x00\x07_result\x00\x3f\xf0\x00\x00\x00\x00\x00\x00\x05"
    b"\x03\x00\x05level\x02\x00\x06status\x00\x04code\x02\x00\x1dNetConnection.Connect.Success\x00\x00\x09"
)
KEEPALIVE = bytes.fromhex("0400000000002900003a9800002710")


def digest(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def internet_sum(data: bytes) -> int:
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def crypt(key: bytes, data: bytes, encrypt: bool) -> bytes:
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16)))
    worker = cipher.encryptor() if encrypt else cipher.decryptor()
    return worker.update(data) + worker.finalize()


class OpenRtmfpResponder:
    """`ignored` counts the datagrams that it did not understand."""

    def __init__(self, split: bool = False) -> None:
        self.split = split  # the answer to `connect` comes in three fragments
        self.ignored = 0
        self.connect: bytes | None = None
        self.closed = False
        self._out: list[tuple[bytes, Address]] = []
        self._client_id = bytes(4)
        self._keys = (DEFAULT_KEY, DEFAULT_KEY)

    @property
    def next_timeout_s(self) -> None:
        return None

    def handle_timeout(self, now_s: float) -> list[ServerEvent]:
        return []

    def take_datagrams(self) -> list[tuple[bytes, Address]]:
        taken, self._out = self._out, []
        return taken

    def receive(self, data: bytes, source: Address, now_s: float) -> list[ServerEvent]:
        try:
            self._receive(data, source)
        except (AssertionError, IndexError):
            self.ignored += 1
        return []

    def _receive(self, data: bytes, source: Address) -> None:
        assert len(data) >= 20
        assert len(data) % 16 == 4
        session = bytes(a ^ b ^ c for a, b, c in zip(data[:4], data[4:8], data[8:12], strict=True))
        assert session in (bytes(4), b"\0\0\0\1")
        start_up = session == bytes(4)
        plain = crypt(DEFAULT_KEY if start_up else self._keys[0], data[4:], False)
        assert internet_sum(plain[2:]) == int.from_bytes(plain[:2], "big")
        if start_up:
            assert plain[2] == 0x0B
            kind, size = plain[5], int.from_bytes(plain[6:8], "big")
            {0x30: self._on_ihello, 0x38: self._on_iikeying}.get(kind, self._ignore)(
                plain[8 : 8 + size], source
            )
        else:
            assert plain[2] in (0x09, 0x0D, 0x89, 0x8D)
            self._on_chunks(plain[(7 if plain[2] & 4 else 5) :], source)

    def _ignore(self, payload: bytes, source: Address) -> None:
        raise AssertionError

    def _on_ihello(self, payload: bytes, source: Address) -> None:
        assert payload[1] == payload[0] - 1
        assert payload[2] == 0x0A
        uri = payload[3 : 1 + payload[0]]
        assert uri.startswith(b"rtmfp://")
        tag = payload[1 + payload[0] :]
        assert len(tag) == 16
        self._send(bytes(4), 0x70, b"\x10" + tag + b"\x40" + COOKIE + CERTIFICATE, source)

    def _on_iikeying(self, payload: bytes, source: Address) -> None:
        self._client_id = payload[:4]
        assert payload[4] == 0x40
        assert payload[5:69] == COOKIE
        assert payload[69:75] == b"\x81\x04\x81\x02\x1d\x02"
        public = payload[75:203]
        assert public[0]
        assert payload[203] == 76
        near = payload[204:280]
        assert near[:5] == b"\x02\x1d\x02\x41\x0e"
        assert payload[280:] == b"X"
        own = pow(2, PRIVATE, PRIME)
        key = own.to_bytes((own.bit_length() + 7) // 8, "big")
        option = len(key) + 2
        far = b"\x03\x1a\x00\x00\x02\x1e\x00" + bytes((0x80 | option >> 7, option & 0x7F)) + b"\x0d\x02" + key
        shared = pow(int.from_bytes(public, "big"), PRIVATE, PRIME)
        secret = shared.to_bytes((shared.bit_length() + 7) // 8, "big")
        length = bytes((0x80 | len(far) >> 7, len(far) & 0x7F))
        self._send(self._client_id, 0x78, b"\0\0\0\1" + length + far + b"X", source)
        self._keys = (digest(secret, digest(far, near))[:16], digest(secret, digest(near, far))[:16])

    def _on_chunks(self, body: bytes, source: Address) -> None:
        while len(body) >= 3 and body[0] != 0xFF:
            kind, size = body[0], int.from_bytes(body[1:3], "big")
            payload, body = body[3 : 3 + size], body[3 + size :]
            if kind == 0x10:
                self._on_data(payload, source)
            elif kind == 0x01:
                self._send(self._client_id, 0x41, payload, source)
            elif kind == 0x0C:
                self.closed = True
                self._send(self._client_id, 0x4C, b"", source)

    def _on_data(self, payload: bytes, source: Address) -> None:
        assert payload[:12] == bytes.fromhex("800201010500544304000014")
        assert payload[12:16] == bytes(4)
        assert payload[16:26] == b"\x02\x00\x07connect"
        self.connect = payload[16:]
        self._send(self._client_id, 0x51, bytes.fromhex("027f01"), source)
        options = bytes.fromhex("050054430400020a0200")
        message = b"\x14\0\0\0\0" + RESULT
        parts = [(0x80, message)]
        if self.split:
            parts = [(0x90, message[:20]), (0xB0, message[20:40]), (0xA0, message[40:])]
        for number, (flags, part) in enumerate(parts, 1):
            head = bytes((flags, 1, number, number))
            self._send(self._client_id, 0x10, head + options + part, source)
        number = len(parts) + 1
        self._send(self._client_id, 0x10, bytes((0x80, 1, number, number)) + options + KEEPALIVE, source)

    def _send(self, session: bytes, kind: int, payload: bytes, source: Address) -> None:
        keyed = kind not in (0x70, 0x78)
        plain = (
            (b"\x0a" if keyed else b"\x0b")
            + b"\x12\x34"
            + bytes((kind,))
            + len(payload).to_bytes(2, "big")
            + payload
        )
        plain += b"\xff" * (-(len(plain) + 2) % 16)
        plain = internet_sum(plain).to_bytes(2, "big") + plain
        secret = crypt(self._keys[1] if keyed else DEFAULT_KEY, plain, True)
        scrambled = bytes(a ^ b ^ c for a, b, c in zip(session, secret[:4], secret[4:8], strict=True))
        self._out.append((scrambled + secret, source))
