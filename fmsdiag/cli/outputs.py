"""Where the reports go. A path is tried before the run, and a report that cannot be written is not lost."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from fmsdiag.cli.console import CliError, ConsoleTexts, Nowhere, complain, discard, is_closed_pipe
from fmsdiag.cli.support_output import Draw, support_bytes
from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.model import Report
from fmsdiag.whole_file import write_whole

Format = Literal["html", "json", "markdown"]
"""How a report is written."""
OutputFormat = Literal[Format, "support", "pcapng"]
"""What a run can write: its report, that with all its formats in one .zip, and its packets."""
STANDARD_OUTPUT = "-"

_EXTENSIONS: dict[OutputFormat, str] = {
    "html": "html",
    "json": "json",
    "markdown": "md",
    "support": "zip",
    "pcapng": "pcapng",
}


class OutputTexts(Table, of="cli.outputs"):
    """What became of a report's file."""

    ONE_STANDARD_OUTPUT = text(
        "Only one of --json, --markdown, --html, --support, and --pcapng can go to standard output."
    )
    SAME_FILE = text("{first:name} and {second:name} name the same file: {path:name}")
    WRITTEN = text("Report written: {path:name}")
    PACKETS_WRITTEN = text("Packets written: {path:name}")
    # translators: {reason} is the operating system's own
    CANNOT_WRITE = text("cannot write {path:name}: {reason:name}")
    OPTION_CANNOT_WRITE = text("{option:name}: cannot write {path:name}: {reason:name}")
    ON_STANDARD_OUTPUT = text("the report follows on standard output instead")
    RESCUED = text("the report is in {path:name} instead")
    PACKETS_RESCUED = text("the packets are in {path:name} instead")
    PACKETS_LOST = text("there is no room for the packets anywhere else; the report is not affected")


class Output(msgspec.Struct, frozen=True):
    """One report, or the packets, that were asked for."""

    format: OutputFormat
    path: str  # or "-"

    @property
    def is_standard_output(self) -> bool:
        return self.path == STANDARD_OUTPUT


def wanted_outputs(
    json_path: str | None,
    markdown_path: str | None,
    html_path: str | None,
    pcapng_path: str | None = None,
    support_path: str | None = None,
) -> list[Output]:
    """The outputs that were asked for, each tried out. Raises CliError when one cannot be written."""
    asked: list[tuple[OutputFormat, str | None]] = [
        ("json", json_path),
        ("markdown", markdown_path),
        ("html", html_path),
        ("support", support_path),
        ("pcapng", pcapng_path),  # last, for a report matters more where there is little room
    ]
    outputs = [Output(kind, path) for kind, path in asked if path is not None]
    if sum(output.is_standard_output for output in outputs) > 1:
        raise CliError(say(OutputTexts.ONE_STANDARD_OUTPUT))
    _refuse_same_files([output for output in outputs if not output.is_standard_output])
    for output in outputs:
        if not output.is_standard_output:
            _try_out(output)
    return outputs


def write_outputs(
    outputs: list[Output],
    report: Report,
    tell: Callable[[str], None],
    packets: Callable[[], bytes] | None = None,
    draw: Draw | None = None,
) -> bool:
    """Write all of them and `tell` where they are; false when one could not be written where it was wanted.

    `packets` makes the file of those, where the outputs ask for it; `draw` the PDF in the .zip for support.
    """
    done = [_write(output, report, tell, packets, draw) for output in outputs]
    return all(done)


def encode(kind: Format, report: Report) -> bytes:
    match kind:
        case "json":
            from fmsdiag.report import json

            return json.encode(report)
        case "markdown":
            from fmsdiag.report import markdown

            return markdown.render(report).encode()
        case "html":
            from fmsdiag.report import html

            return html.render(report).encode()


def _write(
    output: Output,
    report: Report,
    tell: Callable[[str], None],
    packets: Callable[[], bytes] | None,
    draw: Draw | None,
) -> bool:
    if output.format == "support":
        data = support_bytes(report, None, draw)
    elif output.format != "pcapng":
        data = encode(output.format, report)
    elif packets is not None:
        data = packets()
    else:
        raise ValueError("nothing was recorded that packets could be made from")
    try:
        if output.is_standard_output:
            to_standard_output(data)
            return True
        write_whole(Path(output.path), data)
    except CliError as error:
        complain(error.message)
        _rescue(output, report, data)
        return False
    except OSError as error:
        complain(say(OutputTexts.CANNOT_WRITE, path=output.path, reason=reason_of(error)))
        _rescue(output, report, data)
        return False
    said = OutputTexts.PACKETS_WRITTEN if output.format == "pcapng" else OutputTexts.WRITTEN
    tell(say(said, path=output.path))
    return True


def _rescue(output: Output, report: Report, data: bytes) -> None:
    """Keep a report whose path failed: in the folder for temporary files, else on standard output."""
    from fmsdiag.report.file_name import file_name

    name = file_name(report, _EXTENSIONS[output.format])
    try:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="fmsdiag-"))
        write_whole(folder / name, data)
    except OSError:
        if output.format == "pcapng":  # nobody can read it there
            complain(say(OutputTexts.PACKETS_LOST))
            return
        complain(say(OutputTexts.ON_STANDARD_OUTPUT))
        to_standard_output(data)
        return
    rescued = OutputTexts.PACKETS_RESCUED if output.format == "pcapng" else OutputTexts.RESCUED
    complain(say(rescued, path=str(folder / name)))


def deliver(option: str, path: str, data: bytes) -> None:
    """Write what was made of files, and say where it is. Raises CliError where that cannot be done: nothing is lost by it."""
    if path == STANDARD_OUTPUT:
        to_standard_output(data)
        return
    try:
        write_whole(Path(path), data)
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise cannot_write(option, path, error) from None
    print(written(path), file=sys.stderr)


def written(path: Path | str) -> str:
    """That a report is there."""
    return say(OutputTexts.WRITTEN, path=str(path))


def cannot_write(option: str, path: Path | str, error: Exception) -> CliError:
    """The error that names the option and why its path cannot be written."""
    said = OutputTexts.OPTION_CANNOT_WRITE
    return CliError(say(said, option=option, path=str(path), reason=reason_of(error)))


def reason_of(error: Exception) -> str:
    """The operating system's words for it, without the number and the path."""
    return getattr(error, "strerror", None) or str(error)


def to_standard_output(data: bytes) -> None:
    """Bytes as they are, and nothing else. Raises CliError where it is closed, or full."""
    try:
        if isinstance(sys.stdout, Nowhere):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        discard(sys.stdout)
        if is_closed_pipe(error):
            return  # the reader has what it wanted
        raise CliError(say(ConsoleTexts.CANNOT_WRITE, reason=reason_of(error))) from None


def _refuse_same_files(outputs: list[Output]) -> None:
    """Raises CliError where two outputs would end in one file. A device takes several."""
    seen: dict[str, Output] = {}
    for output in outputs:
        if os.path.exists(output.path) and not os.path.isfile(output.path):
            continue
        first = seen.setdefault(os.path.normcase(_place_of(output.path)), output)
        if first is not output:
            options = {"first": f"--{first.format}", "second": f"--{output.format}"}
            raise CliError(say(OutputTexts.SAME_FILE, path=output.path, **options))


def _place_of(path: str) -> str:
    """The file behind links; for two names of one file (hard links) the file's own number."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        pass
    else:
        if found.st_ino:
            return f"{found.st_dev}:{found.st_ino}"
    return os.path.realpath(path) if "\0" not in path else path


def _try_out(output: Output) -> None:
    """Open the path for writing without changing what is there; a file made by this goes again."""
    path = Path(output.path)
    is_new = not os.path.exists(path)
    try:
        with path.open("ab") as file:
            is_file = os.path.isfile(file.fileno()) if os.name == "posix" else path.is_file()
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise cannot_write(f"--{output.format}", output.path, error) from None
    if is_new and is_file:
        with contextlib.suppress(OSError):
            path.unlink()
