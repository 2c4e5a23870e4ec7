"""docs/verdict-code.md: the code for the telephone and the QR code, so that other programs can read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from report_format import GENERATED

from fmsdiag.messages.reader import say
from fmsdiag.report.verdict_code.layouts import Layout
from fmsdiag.report.verdict_code.numbers import (
    CAUSES,
    CHECKS,
    CONFIDENCES,
    ENDPOINTS,
    NO_CAUSE_NUMBER,
    OTHER_CAUSE_NUMBER,
    OTHER_PLAN_NUMBER,
    PLAN_ORDERS,
    PLANS,
    SET_SIZE,
    STATUSES,
    TRANSPORTS,
    CodedOutcome,
    Where,
)
from fmsdiag.report.verdict_code.packed import MOST_CHARACTERS, PackedOutcome
from fmsdiag.report.verdict_code.symbols import ALPHABET
from fmsdiag.report.verdict_code.words import OUTCOME_TEXTS

_CODE = f"""# The code for the telephone, and the QR code

{GENERATED}

Every report has a code of 14 characters, to be read aloud. `fmsdiag code FILE` prints it, and `fmsdiag code CODE` says in
words what it holds: plan, verdict, cause, confidence, and how up to eight attempts ended. It holds no name, no address, and
nothing else that is private (a port only where it was entered). The QR code on the report's page holds more.

## Characters

The symbols of [Crockford's base 32](https://www.crockford.com/base32.html), five bits each: `{ALPHABET}`. Capitals and small
letters are the same, I and L are read as 1, O as 0. Spaces and hyphens are ignored; a code is written in groups of 4, 3, 3
and 4.

Twelve symbols are data, the last two are check symbols of a Reed-Solomon code over GF(32) with the polynomial x⁵ + x² + 1. For
the symbols c₀ to c₁₃, from left to right, the sum of all cᵢ is 0, and so is the sum of all xⁱ·cᵢ (addition is XOR, and the
symbol 2 is x). So one wrong character, two, or an exchange of two always shows.

## Bits

The twelve symbols are 60 bits, the first symbol in the highest ones. The fields stand one behind the other:

| Bits | Field | Meaning |
|---:|---|---|
| 3 | version | 1. A newer version keeps this field and the next four; 0 is not used |
| 5 | plan | see Plans |
| 4 | verdict | see Verdicts |
| 9 | cause | see Causes; {NO_CAUSE_NUMBER} is none, {OTHER_CAUSE_NUMBER} one without a number |
| 2 | confidence | 0 none, {", ".join(f"{n} {c}" for n, c in CONFIDENCES.items())} |
| 1 | more | 1: something was tried that is not in the code |
| 3 | layout | how the attempts are laid out |
| 33 | attempts | see Layouts |

Numbers are never reused, changed or removed. A reader says of a number that it does not know that a newer fmsdiag knows it.

## Layouts

An outcome has 4 bits. The first attempt is in the highest bits that its layout uses; unused bits are 0, and outcome 0 means
that there is no attempt in that place.

| Layout | Bits, from the highest | What it tells |
|---|---|---|
| {Layout.PLAN.value} plan | 0, then 8 outcomes | the attempts of the plan in its order, then the checks that the plan does not have |
| {Layout.PROXIED.value} plan and proxy | 0, then 8 outcomes | the attempts of the plan, the same through the proxy, then the checks |
| {Layout.ADDRESS.value} address | 0, transport 4, port 16, then 3 outcomes | one attempt at that port, then the first of the checks that are others |
| {Layout.SET.value} set | one bit for each of the endpoints 1 to {SET_SIZE}, then 6 outcomes | those whose bit is 1, the first endpoint in the highest bit |
| {Layout.LIST.value} list | 3 times: endpoint 7, outcome 4 | any attempts; endpoint 33 and up: the port is not told |

A run of one's own ports has the layout that holds most of its attempts. What does not fit is left out, and *more* is 1.
"""  # noqa: E501  rows of a table

_QR = f"""
## QR code

The QR code holds text: `FMSDIAG:`, then base 32 (RFC 4648, without padding) of JSON that is compressed with zlib (RFC 1950).
It has at most {MOST_CHARACTERS} characters, which a QR code of version 20 holds at error correction M. The JSON has:

| Name | Meaning |
|---|---|
"""
_FIELDS: Mapping[str, str] = {
    "v": "version, 1; a newer one only adds where it can",
    "id": "the report's id",
    "at": "when the test began (RFC 3339)",
    "by": "version of fmsdiag",
    "host": "the server, as the report shows it",
    "plan": "the plan's name",
    "is": "the verdict",
    "bad": "true: it connected, but not well",
    "cause": "the cause's id; without it: none",
    "sure": "confidence",
    "tried": "the attempts, each an array: key as in the report, purpose or experiment, outcome (a status, `answered`, or why "
    "it failed), step in which it failed, milliseconds or null",
    "more": "how many attempts were left out",
}


def verdict_code_page() -> str:
    """The page as Markdown."""
    assert set(_FIELDS) == set(PackedOutcome.__struct_encode_fields__)
    plans = ((n, f"`{name}`", _order(PLAN_ORDERS.get(n, ()))) for n, name in PLANS.items())
    statuses = (
        (n, f"`{status}`" + (", but not well" if bad else "")) for n, (status, bad) in STATUSES.items()
    )
    outcomes = (
        (o.value, "no attempt" if o is CodedOutcome.NONE else say(OUTCOME_TEXTS[o])) for o in CodedOutcome
    )
    endpoints = (
        (n, f"{t.value} {'other port' if port is None else port}") for n, (t, port) in ENDPOINTS.items()
    )
    parts = [
        _CODE,
        f"The checks are {_order(CHECKS)}.\n",
        _table("Outcomes", ("Number", "Outcome"), outcomes),
        _table("Plans", ("Number", "Plan", "Attempts, in the layouts 0 and 1"), plans),
        f"\n{OTHER_PLAN_NUMBER} is a plan without a number.\n",
        _table("Verdicts", ("Number", "Verdict"), statuses),
        _table("Transports", ("Number", "Transport"), ((n, f"`{t}`") for n, t in TRANSPORTS.items())),
        _table("Endpoints", ("Number", "Endpoint"), endpoints),
        _table("Causes", ("Number", "Cause"), ((n, f"[`{c}`](causes/{c}.md)") for n, c in CAUSES.items())),
        _QR,
        "".join(f"| `{name}` | {meaning} |\n" for name, meaning in _FIELDS.items()),
    ]
    return "".join(parts)


def _order(steps: Iterable[Where]) -> str:
    return ", ".join(f"{transport.value} {port}" for transport, port in steps)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = ["", f"## {title}", "", f"| {' | '.join(head)} |", f"|---:|{'---|' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(map(str, row))} |" for row in rows]
    return "\n".join(lines) + "\n"
