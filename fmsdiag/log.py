"""The log file: rotating, bounded, without secrets; what support reads when fmsdiag itself fails.

It is standard logging under the logger "fmsdiag". Lines are kept in memory and written where nothing is being measured, by
`Log.flush` or when a fault is recorded, each in a moment in which the file is opened and closed again: so two processes share
a file, also where an open file cannot be renamed. A file that cannot be written costs its lines and nothing else.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import logging
import logging.handlers
import re
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from fmsdiag.fault_location import where_raised
from fmsdiag.report.sensitive import (
    MASK,
    Identity,
    Kind,
    Mask,
    always,
    cut_secret,
    secret_masks,
    secret_values,
)
from fmsdiag.report.visible import one_line, visible

LOGGER = logging.getLogger("fmsdiag")
LOGGER.addHandler(logging.NullHandler())  # without a log file, nothing goes to standard error
LOGGER.propagate = False  # handlers of others know no secrets and mask nothing
VARIABLE = "FMSDIAG_LOG"
NO_LOG = "none"
FILE_NAME = "fmsdiag.log"
MAX_BYTES, OLDER_FILES = 1_000_000, 2
"""A file is followed by a new one at this size; so many older ones are kept."""
MAX_FAULT = 20_000
"""Characters of one traceback that are kept: half from its beginning, half from its end."""
_KEPT_LINES = 500
# A stream in a URL that no run has told yet, such as one that the window fails to read: all behind the application.
_STREAM_OF_URL = Mask(
    Kind.SECRET,
    re.compile(r"(?i)\brtmf?p[a-z]{0,2}://[^\s/]*/[^\s/?#\"']+/(?P<hide>[^\s?#\"']+)"),
    lambda _: MASK,
)


def log_folder() -> Path:
    """The folder that this system has for logs; it need not be there."""
    return platformdirs.user_log_path("fmsdiag", appauthor=False)


def chosen_path(chosen: str | None, environment: Mapping[str, str]) -> Path | None:
    """The log file: `chosen` (--log), else FMSDIAG_LOG, else the default one. None: no log is wanted."""
    text = chosen or environment.get(VARIABLE) or str(log_folder() / FILE_NAME)
    return None if text == NO_LOG else Path(text).absolute()


@dataclass(frozen=True)
class Fault:
    """An internal error as it may be shown: without secrets."""

    summary: str  # "KeyError: 'x' (report/page.py:41)", one line
    traceback: str
    log: Path | None  # the file that holds the traceback, or none where it could not be written

    def print_traceback(self) -> None:
        """On standard error, where there is one: a windowed program of Windows has none."""
        if sys.stderr is not None:
            sys.stderr.write(f"{self.traceback}\n")


class Log(logging.handlers.MemoryHandler):
    """The handler of one log file. Several may be open; each is closed by whoever opened it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mask = Masking()
        self._file = _SharedFile(path)
        self._file.setFormatter(_MaskingFormatter(self.mask))
        super().__init__(_KEPT_LINES, target=self._file)

    @property
    def error(self) -> str:
        """Why the last line could not be written; "" while all is well."""
        return self._file.error

    def try_out(self) -> str:
        """Why this file cannot be written, or "" if it can: found by opening it, which leaves no new file behind."""
        return self._file.try_out()

    def close(self) -> None:
        """Write what is left and forget the file, with the secrets that it was told."""
        LOGGER.removeHandler(self)
        super().close()
        self._file.close()
        self.mask.forget()


def open_log(path: Path | None) -> Log | None:
    """Let everything that fmsdiag logs go to `path` from now on; the file itself is opened with the first line."""
    if path is None:
        return None
    log = Log(path)
    LOGGER.setLevel(logging.INFO)
    LOGGER.addHandler(log)
    return log


def open_logs() -> list[Log]:
    return [handler for handler in LOGGER.handlers if isinstance(handler, Log)]


def hide_in_logs(secrets: Iterable[str | None], public_words: Iterable[str] = ()) -> None:
    """Mask these values in all that the open logs are told from now on, and in what they have not written yet."""
    values = secret_values(secrets, public_words)
    values += [quoted for value in values if (quoted := repr(value)[1:-1]) != value]  # as exceptions spell it
    for log in open_logs():
        log.mask.add(values, public_words)


def flush_logs() -> None:
    for log in open_logs():
        log.flush()


def record_fault(error: BaseException) -> Fault:
    """Write an internal error with its traceback into the log, at once."""
    LOGGER.error("a fault of fmsdiag", exc_info=error)  # a line of this level is written at once
    logs = open_logs()
    mask = logs[-1].mask if logs else Masking()
    where = where_raised(error)
    # masked before it is cut, so that no secret loses the end by which it is known
    summary = one_line(mask(f"{type(error).__name__}: {error}"), 400) + (f" ({where})" if where else "")
    written = [log.path for log in logs if not log.error]
    return Fault(summary, mask(_traceback(error)), written[-1] if written else None)


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).rstrip("\n")


class Masking:
    """Hides the secrets that it was told, and whatever looks like one."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._secrets: list[str] = []
        self._public: set[str] = set()
        self._masks: list[Mask] = always(Identity.of_this_computer(), ())

    def add(self, secrets: Iterable[str], public_words: Iterable[str]) -> None:
        known = {*self._secrets, *secrets}
        self._secrets = sorted(known, key=lambda value: (-len(value), value))
        self._public |= set(public_words)
        self._masks = secret_masks(self._secrets) + always(Identity.of_this_computer(), self._public)

    def __call__(self, text: str) -> str:
        for mask in (_STREAM_OF_URL, *self._masks):
            text = mask.hide(text)
        lines = (self._without_cut(line) for line in visible(text, keep_newlines=True).split("\n"))
        return "\n".join(lines)

    def _without_cut(self, line: str) -> str:
        start = cut_secret(line.removesuffix("…"), self._secrets)
        return line if start is None else f"{line[:start]}{MASK}"


class _MaskingFormatter(logging.Formatter):
    """A line for a record, in UTC; the lines of a traceback are set in, so that none can pass for a record."""

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03dZ"

    def __init__(self, mask: Masking) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(message)s")
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record)
        # masked as a whole and without what stands in front, whose numbers could look like something
        lines = [self._mask(record.message).replace("\n", " ")]
        if record.exc_info and record.exc_info[1] is not None:
            # masked before it is cut, as above
            lines += _bounded(self._mask(_traceback(record.exc_info[1]))).split("\n")
        record.message = "\n    ".join(lines)
        return self.formatMessage(record)


def _bounded(text: str) -> str:
    half = MAX_FAULT // 2
    return text if len(text) <= MAX_FAULT else f"{text[:half]}\n…\n{text[-half:]}"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """No other process writes or renames the file meanwhile; only Windows needs it, where appending is not one step.

    A mutex of the session (synchapi.h) with the name of the file. Whoever gets none within 10 s writes all the same.
    """
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32")
        kernel.CreateMutexW.restype = ctypes.c_void_p
        name = hashlib.sha256(str(path.absolute()).lower().encode()).hexdigest()
        mutex = ctypes.c_void_p(
            kernel.CreateMutexW(None, False, ctypes.c_wchar_p(f"Local\\fmsdiag-log-{name}"))
        )
        kernel.WaitForSingleObject(mutex, 10_000)
        try:
            yield
        finally:
            kernel.ReleaseMutex(mutex)
            kernel.CloseHandle(mutex)
    else:
        yield


class _SharedFile(logging.handlers.RotatingFileHandler):
    """A rotating file that is open only while a line is written, and whose faults are remembered, not raised."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            maxBytes=MAX_BYTES,
            backupCount=OLDER_FILES,
            encoding="utf-8",
            delay=True,
            errors="backslashreplace",
        )
        self._path = path
        self.error = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.error = ""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with _alone(self._path):
                super().emit(record)
                self._shut()
        except OSError as error:
            self._remember(error)
        finally:
            self._shut()

    def handleError(self, record: logging.LogRecord) -> None:
        self._remember(sys.exc_info()[1])

    def try_out(self) -> str:
        is_new = not self._path.exists()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab"):
                pass
            if is_new:
                self._path.unlink()
        except (OSError, ValueError) as error:  # ValueError: a null character in the path
            self._remember(error)
        return self.error

    def _remember(self, error: BaseException | None) -> None:
        self.error = str(getattr(error, "strerror", None) or error or "unknown")

    def _shut(self) -> None:
        if self.stream is not None:
            try:
                self.stream.close()
            except OSError as error:  # a full disk is told here
                self._remember(error)
            self.stream = None
