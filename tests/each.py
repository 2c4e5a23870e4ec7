"""One test over many things: hundreds of situations make one test a check, which still names each that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

MOST_SHOWN = 20


def each_of(named: Iterable[tuple[str, object]]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """A decorator: the check is called with each thing, or with the parts of one that is a tuple.

    A test of its own for each costs more time than the check. All are tried, and those that fail are told by their names.
    """
    things = list(named)

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            __tracebackhide__ = True
            failed = []
            for name, thing in things:
                try:
                    check(*thing) if isinstance(thing, tuple) else check(thing)
                except AssertionError as error:
                    failed.append(f"{name}: {error}")
            if failed:
                more = [f"and {len(failed) - MOST_SHOWN} more"] if len(failed) > MOST_SHOWN else []
                pytest.fail("\n\n".join([*failed[:MOST_SHOWN], *more]), pytrace=False)

        assert things
        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        return test

    return decorate
