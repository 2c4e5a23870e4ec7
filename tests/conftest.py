"""The surroundings of every test: no display, no third parties, no look at this computer, the same examples each run."""

import gc
import os
import signal
import sys
from pathlib import Path

import hypothesis
import pytest

from fmsdiag.probe.computer import SystemComputer
from fmsdiag.probe.sockets.refusals import REFUSALS
from fmsdiag.run import load_everything

# Set before Qt is imported. A test that wants an X server starts one and passes its own environment.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["FMSDIAG_CONTROL"] = "none"
os.environ["FMSDIAG_RESOLVER"] = "none"
os.environ["FMSDIAG_JOURNAL"] = "none"
os.environ["FMSDIAG_HISTORY"] = "none"
os.environ["FMSDIAG_PSEUDONYMS"] = "none"
os.environ["FMSDIAG_OBS"] = "none"
os.environ["FMSDIAG_LOG"] = "none"  # a test that wants a log names its own
if sys.platform == "win32":
    # the offscreen platform has no fonts of Windows' own
    os.environ["QT_QPA_FONTDIR"] = str(Path(__file__).resolve().parent.parent / "resources" / "fonts")
for _name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[_name]  # no test goes through a proxy that it has not started

# A runner in the background ignores these, and what it starts does as well.
signal.signal(signal.SIGINT, signal.default_int_handler)
if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Derandomized: a test fails on the commit that broke it, not some days later. To look for new examples:
# pytest --hypothesis-profile=search
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.register_profile("search", deadline=None, max_examples=5000)
hypothesis.settings.load_profile("steady")


# A worker's other threads may collect as well, and a widget that ends there kills the process: see gui/garbage.py.
gc.disable()
MOST_OBJECTS, MOST_YOUNG = 100_000, 20
"""New objects after which the young are looked at, and how often before all are: a worker has millions of old ones."""


def pytest_runtest_setup() -> None:
    """Collect in the thread of the tests, and between them."""
    new, _, young = gc.get_count()
    if new > MOST_OBJECTS:
        gc.collect(2 if young > MOST_YOUNG else 1)


@pytest.fixture(autouse=True, scope="session")
def everything_is_loaded() -> None:
    """As the window has done before its first run: what loads meanwhile would take real time from a test's."""
    load_everything()


@pytest.fixture(autouse=True)
def prompt_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal is told at once, as nearly everywhere; tests of systems that try again first say so."""
    monkeypatch.setattr(REFUSALS, "repeated", False)


@pytest.fixture(autouse=True)
def another_computer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a run that would read the computer it happens to be on; its test has forgotten its FakeComputer."""

    async def read(*_: object) -> None:
        raise AssertionError("a test reads this computer: give diagnose() a FakeComputer")

    if "this_computer" not in request.keywords:
        monkeypatch.setattr(SystemComputer, "read", read)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The real servers and clients are programs of Linux, even where Wine shows their files."""
    if sys.platform == "win32":
        for item in items:
            if "peer" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="its peer is a program of Linux"))
