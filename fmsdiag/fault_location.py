"""Where in fmsdiag an exception comes from: the file and line that a report of a fault names."""

from __future__ import annotations

from pathlib import PurePath
from types import FrameType

_PACKAGE = "fmsdiag"


def where_raised(error: BaseException) -> str:
    """The innermost frame of `error` inside this package, as "diagnosis/engine.py:41"; "" where there is none.

    Of a group of exceptions, the first one counts. The path begins below the package, so that it names no folder of the
    computer that it comes from.
    """
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    found = ""
    trace = error.__traceback__
    while trace is not None:
        path = _path_in_package(trace.tb_frame)
        if path:
            found = f"{path}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def _path_in_package(frame: FrameType) -> str:
    """Told by the module's name: in a packed program, file names are no real paths."""
    module = str(frame.f_globals.get("__name__", ""))
    parts = PurePath(frame.f_code.co_filename).parts
    if module.partition(".")[0] != _PACKAGE or not parts:
        return ""
    depth = module.count(".") + (parts[-1] == "__init__.py")
    return "/".join(parts[-depth:]) if depth else ""
