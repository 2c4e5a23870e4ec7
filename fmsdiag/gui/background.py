"""Work in another thread, such that nothing of the window ends there.

The thread lets go of what it worked with at some time after its answer has come. Where that were the last reference to a
dialog, the dialog would be deleted in that thread, and Qt would be left with events for it, which kills the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_background(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns, worked out in another thread. Raises what it raises.

    `work` is a function that knows its arguments only, no method and no closure over `self`: a test holds that for the
    whole of gui/. What it is given, returns, and raises is kept here until the answer has come, and so ends in the thread
    of the caller; an error that is raised here knows the frames of all who wait for the answer.
    """
    given = [(work, args, kwargs)]
    returned: list[T] = []
    raised: list[BaseException] = []

    def act() -> None:
        do, with_args, with_kwargs = given[0]
        try:
            returned.append(do(*with_args, **with_kwargs))
        except BaseException as error:
            raised.append(error)
        finally:
            del do, with_args, with_kwargs

    try:
        await asyncio.get_running_loop().run_in_executor(None, act)
    finally:
        given.clear()
    if raised:
        raise raised.pop()
    return returned.pop()
