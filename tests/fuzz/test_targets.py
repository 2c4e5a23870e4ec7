"""The fuzzers' targets themselves: every seed passes, and so do some neighbours; the fuzzer is not needed for it."""

from __future__ import annotations

import importlib
import random
import sys

import pytest

from tests.fuzz.inputs import Input, block
from tests.fuzz.run import Outcome, shares, targets

NEIGHBOURS = 3  # of each seed
SLOW_STEP = 7
"""Every seventh seed has to do, where drawing or printing one takes a tenth of a second."""


def neighbours(seed: bytes, chance: random.Random) -> bytes:
    """The seed with a few bytes changed, cut out or doubled."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(3):
            case 0:
                data[at : at + 1] = bytes((chance.randrange(256),))
            case 1:
                del data[at : at + chance.randint(1, 8)]
            case _:
                data[at:at] = data[at : at + 8]
    return bytes(data)


@pytest.mark.parametrize("name", targets())
def test_its_seeds_and_their_neighbours_pass(name: str) -> None:
    target = importlib.import_module(f"tests.fuzz.target_{name}")
    chance = random.Random(name)
    seeds = target.seeds()
    assert seeds
    slow = getattr(target, "WEIGHT", 1) > 1
    for seed in (*seeds[:: SLOW_STEP if slow else 1], b"", b"\0"):
        target.check(seed)
        for _ in range(1 if slow else NEIGHBOURS):
            target.check(neighbours(seed, chance))


def test_the_fuzzer_is_loaded_by_its_own_process_only() -> None:
    assert "atheris" not in sys.modules


def test_what_an_input_lacks_is_zero() -> None:
    given = Input(block(b"ab") + b"\1\2\3")
    assert (given.block(), given.number(2), given.byte(), bool(given)) == (b"ab", 0x0102, 3, False)
    assert (given.byte(), given.number(4), given.block(), given.rest()) == (0, 0, b"", b"")


@pytest.mark.parametrize("cut", range(8))
def test_pieces_are_the_whole(cut: int) -> None:
    data = bytes(range(256)) * 5
    assert b"".join(Input(bytes((cut,)) + data).pieces()) == data


def test_targets_share_the_time_by_their_weight() -> None:
    share = shares(["amf0", "window", "chunk"], 60, 2)
    assert share["amf0"] == share["chunk"]
    assert share["window"] > 2 * share["amf0"]
    assert sum(share.values()) <= 120


def test_every_outcome_has_its_row() -> None:
    assert Outcome("amf0", inputs=7, growth=1.94).row.split() == ["amf0", "7", "0", "0", "0", "1.9x", "none"]
    assert not Outcome("amf0").failed
    assert Outcome("amf0", grows=("growth-1",)).failed
    assert Outcome("amf0", leaks="2.0 objects an input").failed
