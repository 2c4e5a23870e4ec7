from fmsdiag.messages.platforms import LIMITS, NAMES
from fmsdiag.messages.reader import say
from tests.packaging.packaging_modules import load

PAGE = load("platforms_page").platforms_page()


def test_every_capability_has_a_row_and_every_limit_a_reason() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    reasons = [line for line in PAGE.splitlines() if line.startswith("* **") and "): " in line]
    assert len(rows) == len(NAMES) + 1
    assert len(reasons) == len(LIMITS)
    assert all(any(say(limit) in line for line in reasons) for limit in LIMITS.values())


def test_what_was_not_run_is_marked() -> None:
    (senders,) = (line for line in PAGE.splitlines() if line.startswith("| Which router"))
    assert senders.endswith("| works; run | not available; *not run* | not available; *not run* |")
