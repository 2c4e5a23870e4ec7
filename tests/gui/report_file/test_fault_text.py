"""What is passed on of an internal error."""

import platform

from fmsdiag import __version__
from fmsdiag.gui.report_file.fault_text import fault_text
from fmsdiag.log import Fault


def test_program_system_fault_and_traceback_are_there() -> None:
    said = fault_text(Fault("KeyError: 'x' (run.py:1)", "Traceback (most recent call last):\n  …", None))
    first, summary, *rest = said.splitlines()
    assert first.startswith(f"fmsdiag {__version__}, Python {platform.python_version()}")
    assert summary == "KeyError: 'x' (run.py:1)"
    assert rest == ["", "Traceback (most recent call last):", "  …"]
