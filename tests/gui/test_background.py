"""What runs in another thread holds nothing of the window, and what it was given ends in the caller's thread."""

import ast
import asyncio
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

import fmsdiag.gui
from fmsdiag.gui.background import in_background

GUI = Path(fmsdiag.gui.__file__).parent
OWN_THREADS = {"background.py", "prober_thread.py", "loading.py"}
"""The prober's thread and the first imports; their own tests hold what they share."""


class Noted:
    """An object that notes the thread in which it ended."""

    def __init__(self, ended_in: list[str]) -> None:
        self._ended_in = ended_in

    def __del__(self) -> None:
        self._ended_in.append(threading.current_thread().name)


def named(noted: Noted) -> str:
    return threading.current_thread().name + type(noted).__name__


def failing(noted: Noted) -> str:
    raise ValueError(type(noted).__name__)


def test_what_was_given_ends_in_the_callers_thread(qtbot: QtBot, qt_loop: QEventLoop) -> None:
    ended_in: list[str] = []
    here = threading.current_thread().name

    async def ask(work: object) -> str:
        assert callable(work)
        try:
            return str(await in_background(work, Noted(ended_in)))
        except ValueError as error:
            return str(error)

    for work in [named, failing] * 100:
        task = qt_loop.create_task(ask(work))
        qtbot.waitUntil(task.done)
        assert task.result().endswith("Noted")
        assert not task.result().startswith(here)
        del task
        gc.collect()
    assert ended_in == [here] * 200


async def test_what_it_raises_comes_back() -> None:
    with pytest.raises(ValueError, match="Noted"):
        await in_background(failing, Noted([]))
    assert await asyncio.wait_for(in_background(sorted, [2, 1], reverse=False), 5) == [1, 2]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def knows_a_widget(argument: ast.expr) -> bool:
    """A closure, or the object itself; what hangs on it, such as `self._environment`, is a value."""
    if isinstance(argument, ast.Lambda):
        return True
    return isinstance(argument, ast.Name) and argument.id in {"self", "dialog", "window"}


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: str(path.relative_to(GUI)))
def test_no_part_of_the_window_is_given_to_a_thread(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for name, call in calls(tree):
        if name in {"run_in_executor", "to_thread", "Thread", "QThread"}:
            assert path.name in OWN_THREADS, ast.unparse(call)
        if name in {"in_background", "_do"}:
            work, *given = call.args
            assert not any(knows_a_widget(each) for each in call.args[:1] + given), ast.unparse(call)
            assert not ast.unparse(work).startswith("self."), f"a method: {ast.unparse(call)}"
