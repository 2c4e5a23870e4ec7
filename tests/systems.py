"""What a test needs of its system, beside what the program needs."""

import ctypes
import shutil
import sys

import pytest

ON_WINDOWS = sys.platform == "win32"
ON_WINE = hasattr(getattr(getattr(ctypes, "windll", None), "ntdll", None), "wine_get_version")
needs_signals = pytest.mark.skipif(
    ON_WINDOWS, reason="Windows delivers no signals from one process to another; it only ends it"
)
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git, to know which files are ours")
for_packages_of_linux = pytest.mark.skipif(
    ON_WINDOWS, reason="makes a package of another system, with its links and modes"
)
needs_devices = pytest.mark.skipif(ON_WINDOWS, reason="Windows has no /dev")
needs_posix_shell = pytest.mark.skipif(
    ON_WINDOWS or shutil.which("sh") is None, reason="needs a POSIX shell for its redirections"
)
needs_modes = pytest.mark.skipif(
    ON_WINDOWS, reason="Windows has no permission bits of owner, group and others"
)
needs_symlinks = pytest.mark.skipif(ON_WINDOWS, reason="Windows makes symbolic links for administrators only")
