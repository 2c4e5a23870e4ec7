"""No pattern that sees text from outside takes more than twice as long for twice as much of it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from typing import Any

import pytest

import fmsdiag
from fmsdiag.probe.proxy.auth import challenges
from fmsdiag.report.embedded import find_json
from fmsdiag.report.proxy_names import proxy_masks
from fmsdiag.report.sensitive import Identity, always, cut_secret, secret_byte_masks, secret_masks
from tests.growth import grows_too_fast
from tests.report import samples
from tests.systems import ON_WINDOWS

pytestmark = pytest.mark.skipif(ON_WINDOWS, reason="the processor's time comes in steps of 15.6 ms there")

LENGTH = 2_500
UNITS = (
    "a", "1", " ", "\t", "=", "/", "\\", '"', "-", ".", ":", ",", "@", "?", "<", "\n", "\xc0", "a=", "a@", "a.", "1.", "a:",
    "./", "?a", "://", "rtmp://", "rtmp://a/", "<script ", "<script id=", "realm= ", "\nauthorization:", "Basic ", "token",
    "password=", "-token", "sig", "a-", "01:", "::", "1:", "1.1.", "a.b@", "a@b.", "/home/", "1.2.3.4 ", "version ", "from ",
    ", 1.1", "abcdef1", '\\"', 'a="\\', "PROXY ", "www.", "<Company>", "HTTP/1.1 ",
)  # fmt: skip
BEFORE_AND_AFTER = (("", ""), ("?a", "\x00"))
# At one place each, by `match`: the one who calls goes on behind what was found.
AT_ONE_PLACE = {
    "fmsdiag.probe.proxy.auth", "fmsdiag.server.faults", "fmsdiag.server_place", "fmsdiag.target", "fmsdiag.typed_proxy",
}  # fmt: skip
# Behind a cut at 500 characters, of texts from this computer, or of arguments.
SHORT_TEXTS = ("fmsdiag.diagnosis.", "fmsdiag.cli.arguments", "fmsdiag.probe.computer", "fmsdiag.gui.")


def patterns() -> dict[str, re.Pattern[Any]]:
    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(fmsdiag.__path__, "fmsdiag."):
        if not module.name.startswith(SHORT_TEXTS) and not module.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    found[f"{module.name}:{name}"] = value
    identity = Identity("alice", "box.example", "/export/alice")
    masks = [
        *always(identity, []),
        *secret_masks(["abcdef12", "abc", "aaaaaaaa"]),
        *secret_byte_masks(["abcdef12", "abc", "aaaaaaaa"]),
        *proxy_masks(samples.port_blocked(), []),
    ]
    return found | {f"{mask.kind}:{number}": mask.pattern for number, mask in enumerate(masks)}


PATTERNS = patterns()
CALLS: dict[str, Callable[[str], object]] = {
    "challenges": lambda text: challenges([text]),
    "find_json": lambda text: find_json(text.encode("latin-1")),
    "cut_secret": lambda text: cut_secret(text, [text[: len(text) // 2] + "z"]),
}


def grows(work: Callable[[str], object], unit: str, before: str = "", after: str = "") -> bool:
    count = LENGTH // len(unit)
    once, twice = (before + unit * (count * n) + after for n in (1, 2))
    return grows_too_fast(work, once, twice)


def all_of(pattern: re.Pattern[Any], name: str) -> Callable[[str], object]:
    if name.partition(":")[0] in AT_ONE_PLACE:
        return lambda text: pattern.match(text)
    if isinstance(pattern.pattern, bytes):
        return lambda text: pattern.findall(text.encode("latin-1"))
    return lambda text: pattern.findall(text)


@pytest.mark.parametrize("name", PATTERNS)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    work = all_of(PATTERNS[name], name)
    bad = [u for u in UNITS for b, a in BEFORE_AND_AFTER if grows(work, u, b, a)]
    assert bad == []


@pytest.mark.parametrize("name", CALLS)
def test_so_does_what_is_made_of_them(name: str) -> None:
    assert [u for u in UNITS for b, a in BEFORE_AND_AFTER if grows(CALLS[name], u, b, a)] == []


@pytest.mark.parametrize(
    ("work", "unit"),
    [
        (lambda text: re.findall(r"a+b", text), "a"),
        (lambda text: re.match(r"\s*,*\s*x", text), " "),
    ],
    ids=["found again from each place", "two ways to cut"],
)
def test_a_quadratic_pattern_would_be_found(work: Callable[[str], object], unit: str) -> None:
    """In one of a few rounds: whatever slows the shorter text down hides the growth of that round."""
    assert any(grows(work, unit) for _ in range(8))
