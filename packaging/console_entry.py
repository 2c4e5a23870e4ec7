"""The executable `fmsdiag-cli` of a package: the command line. Without arguments it says what it can do."""

from __future__ import annotations

import sys

from fmsdiag.__main__ import draw_report, expect_many_objects
from fmsdiag.cli.main import main

if __name__ == "__main__":
    expect_many_objects()
    sys.exit(main(sys.argv[1:] or ["--help"], draw_report))
