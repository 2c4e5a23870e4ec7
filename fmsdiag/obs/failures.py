"""Failed connections in OBS's logs: when, to which server, and the reason that its RTMP library gives.

A log is a text file for each run of OBS, named by the time of its begin; its lines begin with the time of day. Sources: OBS
Studio, plugins/obs-outputs/rtmp-stream.c and librtmp/rtmp.c, libobs' obs-defs.h for its error numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from fmsdiag.messages.reader import say
from fmsdiag.obs.address import without_secrets
from fmsdiag.obs.bounded_file import UnreadableFile, read_end
from fmsdiag.obs.texts import REASONS, ObsReason

MOST_LOGS, MOST_FAILURES = 10, 5
MOST_BYTES = 2_097_152
"""Of one log: its end."""
LONGEST_LINE = 2000
_MOST_NAMES = 5000
_LOG_NAME = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d)-(\d\d)-(\d\d)\.txt\Z")
_LINE = re.compile(r"(\d\d):(\d\d):(\d\d)\.\d{1,6}: (.+)")
_OF_STREAM = re.compile(r"\[rtmp stream: '[^'\n]{0,100}'\] (.+)")
_BEGINS = re.compile(r"Connecting to RTMP URL |Connection to \S{1,1000} .{0,120}successful\Z")
_FAILED = re.compile(r"Connection to (\S{1,1000}) failed: (-?\d{1,6})\Z")
_LOST = re.compile(r"Disconnected from (\S{1,1000})\Z")

_OF_NUMBER = {
    -1: ObsReason.BAD_ADDRESS,
    -2: ObsReason.NOT_CONNECTED,
    -3: ObsReason.NO_STREAM,
    -5: ObsReason.DISCONNECTED,
}
"""libobs' numbers (obs-defs.h)."""
_OF_SYSTEM = {
    ObsReason.REFUSED: (111, 61, 10061),
    ObsReason.TIMED_OUT: (110, 60, 10060),
    ObsReason.NOT_PERMITTED: (13, 10013),
    ObsReason.NO_ROUTE: (101, 113, 51, 65, 10051, 10065),
    ObsReason.RESET: (104, 54, 10054, 10053),
    ObsReason.NAME_NOT_FOUND: (11001, 11002, 11004),
}
"""Numbers of socket errors on Linux, macOS and Windows."""
_BY_NUMBER = {number: reason for reason, numbers in _OF_SYSTEM.items() for number in numbers}
_SAYS = (
    ("(ECONNREFUSED)", ObsReason.REFUSED),
    ("(ETIMEDOUT)", ObsReason.TIMED_OUT),
    ("(EACCES)", ObsReason.NOT_PERMITTED),
    ("Could not resolve ", ObsReason.NAME_NOT_FOUND),
    ("Cert verify failed", ObsReason.CERTIFICATE),
    ("TLS_Connect failed", ObsReason.TLS),
    ("handshake failed", ObsReason.HANDSHAKE),
    ("NetConnection.Connect.", ObsReason.REJECTED),
    ("NetStream.Publish.BadName", ObsReason.REJECTED),
)
"""Words of librtmp's lines, each with what it means."""
_NUMBERED = re.compile(
    r"(?:connect|bind) socket\. (\d{1,6}) \(|\((\d{1,6})\)\Z|GetSockError\(\): (\d{1,6})\b"
)


@dataclass(frozen=True)
class ObsFailure:
    """One failed or lost connection."""

    at: datetime
    """Local time of this computer, aware."""
    address: str
    """Without anything that can be a secret; "" where it cannot be shown."""
    reason: ObsReason
    number: int
    """OBS's error number; 0 for a connection that was lost."""


def last_failures(folder: Path) -> tuple[ObsFailure, ...]:
    """The last ones in the logs of OBS's folder, the newest first. Logs that cannot be read are left out."""
    found: list[ObsFailure] = []
    for path in _logs(folder / "logs"):
        try:
            data = read_end(path, MOST_BYTES)
        except UnreadableFile:
            continue
        began = _began(path.name)
        if began is not None:
            found += failures_in(data.decode("utf-8-sig", "replace"), began)
        if len(found) >= MOST_FAILURES:
            break
    return tuple(sorted(found, key=lambda each: each.at, reverse=True)[:MOST_FAILURES])


def failures_in(log: str, began: datetime) -> list[ObsFailure]:
    """The failed connections of one log, in its order. `began` is when OBS was started: lines have no date."""
    found: list[ObsFailure] = []
    reason: ObsReason | None = None
    for at, said in _timed(log.splitlines(), began):
        own = _OF_STREAM.match(said)
        if own is None:
            reason = _reason_of(said) or reason
        elif (failed := _FAILED.match(own[1])) is not None:
            found.append(_failure(at, failed[1], int(failed[2]), reason))
            reason = None
        elif (lost := _LOST.match(own[1])) is not None:
            found.append(replace(_failure(at, lost[1], -5, reason), number=0))
            reason = None
        elif _BEGINS.match(own[1]) is not None:
            reason = None
    return found


def describe_reason(failure: ObsFailure) -> str:
    """The reason in words, without a full stop."""
    if failure.reason is ObsReason.UNKNOWN:
        return say(REASONS[failure.reason], number=str(failure.number))
    return say(REASONS[failure.reason])


def _failure(at: datetime, address: str, number: int, reason: ObsReason | None) -> ObsFailure:
    shown = without_secrets(address)
    told = reason or _OF_NUMBER.get(number, ObsReason.UNKNOWN)
    return ObsFailure(at, shown.url if shown is not None else "", told, number)


def _reason_of(said: str) -> ObsReason | None:
    """What a line of the RTMP library says, if it says anything of a reason."""
    for words, reason in _SAYS:
        if words in said:
            return reason
    if "RTMP" not in said and "recv" not in said:
        return None
    numbered = _NUMBERED.search(said)
    if numbered is None:
        return None
    return _BY_NUMBER.get(int(next(group for group in numbered.groups() if group is not None)))


def _timed(lines: Iterable[str], began: datetime) -> Iterator[tuple[datetime, str]]:
    """Lines with a time, each with its date: where the time of day goes back by hours, a midnight has passed."""
    day, last = began.date(), began
    for line in lines:
        timed = _LINE.match(line[:LONGEST_LINE])
        if timed is None:
            continue
        hour, minute, second = (int(part) for part in timed.groups()[:3])
        if hour > 23 or minute > 59 or second > 59:
            continue
        at = datetime(day.year, day.month, day.day, hour, minute, second)
        if at < last - timedelta(hours=12):
            if day.year >= 2100:  # a log of midnights alone
                return
            day += timedelta(days=1)
            at += timedelta(days=1)
        last = at
        yield at.astimezone(), timed[4]


def _logs(folder: Path) -> list[Path]:
    """The newest ones first: their names are in the order of time."""
    names: list[str] = []
    try:
        for each in folder.iterdir():
            if _LOG_NAME.match(each.name) is not None:
                names.append(each.name)
            if len(names) == _MOST_NAMES:
                break
    except OSError:
        return []
    return [folder / name for name in sorted(names, reverse=True)[:MOST_LOGS]]


def _began(name: str) -> datetime | None:
    parts = _LOG_NAME.match(name)
    if parts is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in parts.groups())
    try:
        return datetime(year, month, day, hour, minute, second) if 2000 <= year < 2100 else None
    except ValueError:
        return None
