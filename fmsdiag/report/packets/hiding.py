"""What of a run's traffic must not leave this computer is starred out, at equal length, so that it still parses.

Secrets are looked for in each direction as a whole: a read or a chunk of RTMP may end within one. TLS records stay as they
are. The addresses that a report hides are replaced by documentation addresses (RFC 5737, RFC 3849).
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from fmsdiag.model import Carrier, RecordedConversation, Report, Traffic, TrafficEvent, TrafficRecord
from fmsdiag.report.addresses import AddressBook
from fmsdiag.report.packets.frames import IpAddress
from fmsdiag.report.redact import BytesRedactor
from fmsdiag.report.sensitive import Identity, cut_secret, secret_byte_masks

_TLS_HANDSHAKE = b"\x16\x03"
_SOCKS5 = b"\x05"
_SOCKS5_SIGN_IN = b"\x01"
DNS_PORT = 53
_HEAD_ENDS = re.compile(rb"\r\n\r\n")
# The header of a further chunk between two characters of a text (RTMP 1.0, 5.3.1): starred, nothing would parse.
_CHUNK_HEADER = re.compile(rb"(?<=[\x00-\x7f])[\xc0-\xff](?=[\x00-\x7f])")
_NETWORK_V4 = ipaddress.ip_network("192.0.2.0/24")
_NETWORK_V6 = ipaddress.ip_network("2001:db8::/32")


class Hiding:
    """Hides in the traffic of one run what a report of it hides."""

    def __init__(self, report: Report, secrets: Iterable[str], identity: Identity | None = None) -> None:
        """`secrets` are those that only the connections knew: answers to a demand for a password, a proxy's sign-in."""
        self._redactor = BytesRedactor(report, identity)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._known = (*self._redactor.secrets, *self._secrets)
        # in place of an application it is part of the address that RTMFP's first packet names, under a key that all know
        self._hides_datagrams = bool(report.target.query and report.target.query.startswith("/"))

    def hidden(self, conversation: RecordedConversation) -> RecordedConversation:
        """The conversation with asterisks in place of secrets."""
        if conversation.carrier is Carrier.UDP:
            records = tuple(self._hidden_datagram(r, conversation.peer_port) for r in conversation.records)
        else:
            records = self._hidden_stream(conversation.records)
        return msgspec.structs.replace(conversation, records=records)

    def _hidden_datagram(self, record: TrafficRecord, port: int) -> TrafficRecord:
        if not record.data:
            return record
        if self._hides_datagrams and port != DNS_PORT and record.event is TrafficEvent.SENT:
            return msgspec.structs.replace(record, data=b"*" * len(record.data))
        return msgspec.structs.replace(record, data=self._hidden_bytes(record.data))

    def _hidden_stream(self, records: Sequence[TrafficRecord]) -> tuple[TrafficRecord, ...]:
        is_encrypted = (
            n
            for n, r in enumerate(records)
            if r.event is TrafficEvent.SENT and r.data.startswith(_TLS_HANDSHAKE)
        )
        until = next(is_encrypted, len(records))
        done = list(_without_socks_sign_in(records[:until]))
        for event in (TrafficEvent.SENT, TrafficEvent.RECEIVED):
            places = [n for n, record in enumerate(done) if record.event is event and record.data]
            sizes = [len(done[n].data) for n in places]
            whole = b"".join(done[n].data for n in places)
            masked = self._hidden_at_cuts(self._hidden_bytes(whole), sizes) if whole else b""
            ends = list(itertools.accumulate(sizes, initial=0))
            for number, (start, end) in zip(places, itertools.pairwise(ends), strict=True):
                done[number] = msgspec.structs.replace(done[number], data=masked[start:end])
        return (*done, *records[until:])

    def _hidden_bytes(self, data: bytes) -> bytes:
        masked = self._redactor.hidden(self._without_secrets(data))
        if masked == data:
            return data
        restored = bytearray(masked)
        for header in _CHUNK_HEADER.finditer(data):
            restored[header.start()] = data[header.start()]
        return bytes(restored)

    def _without_secrets(self, data: bytes) -> bytes:
        latin = data.decode("latin-1")
        bare = _bare(latin)
        present = [s for s in self._secrets if _bare(s.encode("utf-8", "replace").decode("latin-1")) in bare]
        for mask in secret_byte_masks(present):
            latin = mask.pattern.sub(lambda found: "*" * len(found[0]), latin)
        return latin.encode("latin-1")

    def _hidden_at_cuts(self, data: bytes, sizes: Sequence[int]) -> bytes:
        """Without the beginnings and ends of secrets where a piece ends: between two requests of a tunnel, say."""
        latin = data.decode("latin-1")
        longer = [secret for secret in self._known if len(secret) > 6]
        bare = _bare(latin)
        if not any(s[:6] in bare or s[-6:] in bare for s in map(_bare, longer)):
            return data
        cuts = {*itertools.accumulate(sizes, initial=0), *(m.end() for m in _HEAD_ENDS.finditer(data))}
        pieces = []
        for start, end in itertools.pairwise(sorted(cuts | {0, len(latin)})):
            pieces.append(_without_ends(latin[start:end], longer))
        return "".join(pieces).encode("latin-1")


def _bare(latin: str) -> str:
    """Lower case, and without what may be the header of a chunk."""
    return re.sub("[\xc0-\xff]", "", latin).lower()


def _without_ends(piece: str, secrets: Sequence[str]) -> str:
    start = cut_secret(piece, secrets, chunked=True)
    if start is not None:
        piece = piece[:start] + "*" * (len(piece) - start)
    end = cut_secret(piece[::-1], [secret[::-1] for secret in secrets], chunked=True)
    return piece if end is None else "*" * (len(piece) - end) + piece[len(piece) - end :]


def _without_socks_sign_in(records: Sequence[TrafficRecord]) -> Iterator[TrafficRecord]:
    """A SOCKS5 proxy gets name and password as they are (RFC 1929): too short ones are found by their place alone."""
    sent = [r for r in records if r.event is TrafficEvent.SENT and r.data]
    signs_in = len(sent) > 1 and sent[0].data[:1] == _SOCKS5 and sent[1].data[:1] == _SOCKS5_SIGN_IN
    for record in records:
        if signs_in and record is sent[1]:
            record = msgspec.structs.replace(record, data=_starred_sign_in(record.data))
        yield record


def _starred_sign_in(data: bytes) -> bytes:
    """Version, length, name, length, password: the lengths stay, so that it still parses."""
    name_end = 2 + data[1] if len(data) > 1 else len(data)
    starred = bytearray(b"*" * len(data))
    starred[:2] = data[:2]
    starred[name_end : name_end + 1] = data[name_end : name_end + 1]
    return bytes(starred)


class AddressCover:
    """What stands for the addresses of a run in its packet file: themselves, or made-up ones where a report hides them."""

    def __init__(self, report: Report, traffic: Traffic, *, hides: bool) -> None:
        self._masks = AddressBook(report).masks() if hides else []
        self._shown: dict[IpAddress, IpAddress] = {}
        self._used = {a for c in traffic.conversations for a in _parsed((c.address, c.peer_address))}
        self._free: dict[int, Iterator[IpAddress]] = {
            4: iter(_NETWORK_V4.hosts()),
            6: iter(_NETWORK_V6.hosts()),
        }

    @property
    def made_up(self) -> tuple[IpAddress, ...]:
        """The addresses that stand for hidden ones."""
        return tuple(shown for real, shown in self._shown.items() if real != shown)

    def shown(self, text: str) -> IpAddress | None:
        """The address of a packet; none for a text that is no address."""
        real = next(iter(_parsed((text,))), None)
        if real is None:
            return None
        if real not in self._shown:
            is_hidden = any(mask.hide(str(real)) != str(real) for mask in self._masks)
            self._shown[real] = self.another(real.version) if is_hidden else real
        return self._shown[real]

    def another(self, version: int) -> IpAddress:
        """An address that no packet has yet; when all are used, the last one again."""
        free = self._free[version]
        last: IpAddress = ipaddress.ip_address("192.0.2.254" if version == 4 else "2001:db8::ffff")
        return next((address for address in free if address not in self._used), last)


def _parsed(texts: Iterable[str | None]) -> Iterator[IpAddress]:
    for text in texts:
        try:
            address = ipaddress.ip_address((text or "").partition("%")[0])
        except ValueError:
            continue
        yield getattr(address, "ipv4_mapped", None) or address
