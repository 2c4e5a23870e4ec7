import sys

import pytest

from fmsdiag.probe import system_commands
from fmsdiag.probe.system_commands import told_by


def test_a_command_answers() -> None:
    assert told_by(sys.executable, "-c", "print('told')").strip() == "told"


def test_no_command_and_no_answer_are_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told_by("/nowhere/command") == ""
    monkeypatch.setattr(system_commands, "LIMIT_S", 0.05)
    assert told_by(sys.executable, "-c", "import threading; threading.Event().wait(9)") == ""
