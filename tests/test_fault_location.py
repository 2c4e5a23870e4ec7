from __future__ import annotations

import inspect
import types
from collections.abc import Callable

import pytest

from fmsdiag import target
from fmsdiag.fault_location import where_raised
from fmsdiag.probe.plan import make_plan
from fmsdiag.target import parse_target
from fmsdiag.target_texts import TargetError


def caught(call: Callable[..., object], *arguments: object) -> Exception:
    with pytest.raises((ArithmeticError, AttributeError, TargetError)) as found:
        call(*arguments)
    assert isinstance(found.value, Exception)
    return found.value


def divide(number: int) -> float:
    return number / 0


def test_the_innermost_frame_of_the_package_is_named_with_its_line() -> None:
    path, line = where_raised(caught(parse_target, "")).split(":")
    assert path == "target.py"
    assert "raise TargetError" in inspect.getsource(target).splitlines()[int(line) - 1]


def test_the_path_begins_below_the_package() -> None:
    assert where_raised(caught(make_plan, None, None)).startswith("probe/plan.py:")


def test_a_package_is_named_by_its_file() -> None:
    code = divide.__code__.replace(co_filename="/somewhere/fmsdiag/report/__init__.py", co_firstlineno=7)
    moved = types.FunctionType(code, {"__name__": "fmsdiag.report"})
    assert where_raised(caught(moved, 1)) == "report/__init__.py:8"


def test_what_was_raised_elsewhere_has_no_place_here() -> None:
    assert where_raised(caught(divide, 1)) == ""
    assert where_raised(KeyError("never raised")) == ""


def test_of_a_group_the_first_exception_counts() -> None:
    group = ExceptionGroup("together", [caught(parse_target, ""), KeyError("x")])
    assert where_raised(group).startswith("target.py:")
