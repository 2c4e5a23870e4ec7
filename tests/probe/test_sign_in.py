from __future__ import annotations

import asyncio

import pytest

from fmsdiag.probe.sign_in import SignIn
from fmsdiag.protocol.authentication import Login, parse_demand

PATIENCE_S = 5.0
CHALLENGE = parse_demand("[ authmod=adobe ] : ?reason=needauth&user=bob&salt=a&challenge=b")
REFUSAL = parse_demand("[ authmod=adobe ] : ?reason=authfailed")


def asked(*said: str) -> Login:
    """A login that sent its answer, and then heard of these."""
    login = Login("bob", "secret")
    login.answer(CHALLENGE, "live")
    login.is_sent = True
    for word in said:
        login.answer(REFUSAL if word == "refused" else None, "live")
    return login


@pytest.mark.parametrize(
    ("login", "next_may"),
    [
        (Login("bob", "secret"), True),  # nothing was sent, so nothing is known
        (asked("accepted"), True),
        (asked("refused"), False),
        (asked(), False),  # sent, and never answered
    ],
)
async def test_what_one_attempt_learns_holds_for_the_next(login: Login, next_may: bool) -> None:
    shared = SignIn()
    async with shared.turn(login, PATIENCE_S) as may:
        assert may
    async with shared.turn(Login("bob", "secret"), PATIENCE_S) as may:
        assert may is next_may


@pytest.mark.parametrize(("said", "granted"), [("refused", 0), ("accepted", 3)])
async def test_the_others_wait_for_the_one_that_asks(said: str, granted: int) -> None:
    shared, first = SignIn(), asked()
    answered: list[bool] = []

    async def other() -> None:
        async with shared.turn(Login("bob", "secret"), PATIENCE_S) as may:
            answered.append(may)

    async with asyncio.TaskGroup() as group, shared.turn(first, PATIENCE_S):
        for _ in range(3):
            group.create_task(other())
        await asyncio.sleep(0)
        assert answered == []
        first.answer(REFUSAL if said == "refused" else None, "live")
    assert answered.count(True) == granted
    assert len(answered) == 3


async def test_patience_ends() -> None:
    shared = SignIn()
    async with (
        shared.turn(Login("bob", "secret"), PATIENCE_S) as first,
        shared.turn(Login("bob", "x"), 0.0) as second,
    ):
        assert (first, second) == (True, False)
    async with shared.turn(Login("bob", "secret"), PATIENCE_S) as third:
        assert third


async def test_an_attempt_that_breaks_off_passes_the_turn_on() -> None:
    shared = SignIn()
    with pytest.raises(TimeoutError, match="of the attempt"):
        async with shared.turn(Login("bob", "secret"), PATIENCE_S):
            raise TimeoutError("of the attempt")
    async with shared.turn(Login("bob", "secret"), PATIENCE_S) as may:
        assert may
