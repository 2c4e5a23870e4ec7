"""The executable `fmsdiag` of a package: it opens the window, whatever it is started with."""

from __future__ import annotations

import os
import sys

from fmsdiag.__main__ import expect_many_objects, lacks_display, open_window


def main() -> int:
    """The window's exit code. Arguments are the window's own, such as a report to open."""
    expect_many_objects()
    if len(sys.argv) == 1 or lacks_display(sys.platform, os.environ):
        return open_window()
    from fmsdiag.gui.app import main as window

    return window(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
