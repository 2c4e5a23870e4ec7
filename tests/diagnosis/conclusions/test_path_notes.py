from __future__ import annotations

import msgspec
import pytest

from fmsdiag.diagnosis.conclusions.path_notes import path_notes
from fmsdiag.diagnosis.evidence.run import RunView
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import HopFacts, QuotedDatagram, QuotedSegment
from tests.diagnosis.situations import run_view

HOPS = "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, 3 silent, 4 time-exceeded 198.51.100.1"
USUAL = ("mss", "sack", "timestamps", "window-scale")


UDP_HOPS = HOPS.replace("hops 1935", "udp-hops 1935")


def quoting(*quotes: QuotedSegment | QuotedDatagram | None) -> RunView:
    """A path test whose routers quote so much of the SYN, or of the datagram, in their order."""
    is_udp = any(isinstance(quote, QuotedDatagram) for quote in quotes)
    run = run_view([UDP_HOPS if is_udp else HOPS])
    attempt = run.attempts[0]
    step = attempt.observations[-1]
    assert isinstance(step.facts, HopFacts)
    field = "quoted_data" if is_udp else "quoted"
    hops = tuple(
        msgspec.structs.replace(h, **{field: q}) for h, q in zip(step.facts.hops, quotes, strict=True)
    )
    step = msgspec.structs.replace(step, facts=HopFacts(1935, hops))
    attempt = msgspec.structs.replace(attempt, observations=(*attempt.observations[:-1], step))
    return RunView(run.target, run.options, run.environment, (attempt,))


def said(*quotes: QuotedSegment | QuotedDatagram | None) -> list[str]:
    return [ENGLISH.render(note.message) for note in path_notes(quoting(*quotes))]


def segment(mss: int | None = 1460, options: tuple[str, ...] = USUAL, whole: bool = True) -> QuotedSegment:
    return QuotedSegment(50000, 1935, mss, options, whole)


def test_a_smaller_segment_is_told_with_its_place() -> None:
    assert said(segment(), segment(1380), None, segment(1380)) == [
        "192.168.1.1, or a device between it and 192.0.2.1, reduces the maximum segment size (MSS) of new connections "
        "from 1,460 to 1,380 bytes."
    ]
    (beyond,) = said(segment(), segment(), None, segment(1300))
    assert beyond.startswith("192.0.2.1, or a device between it and 198.51.100.1, reduces")


def test_options_that_are_gone_are_named() -> None:
    assert said(segment(), segment(options=("mss", "sack")), None, None) == [
        "192.168.1.1, or a device between it and 192.0.2.1, removes TCP options from new connections: "
        "timestamps and window-scale."
    ]


@pytest.mark.parametrize(
    "quotes",
    [
        (segment(), segment(), None, segment()),
        (segment(1380), segment(), None, None),  # the first one is ours, a greater one nobody's loss
        (
            segment(),
            segment(None, (), whole=False),
            None,
            None,
        ),  # eight bytes are all that many routers return
        (None, None, None, None),
        (None, segment(1380), None, segment(1380)),
    ],
)
def test_nothing_is_said_where_nothing_changes(quotes: tuple[QuotedSegment | None, ...]) -> None:
    assert said(*quotes) == []


WHOLE, CUT, CHANGED = QuotedDatagram(64), QuotedDatagram(4), QuotedDatagram(64, 12)


def test_changed_data_of_udp_is_told_with_its_place() -> None:
    assert said(WHOLE, CHANGED, None, CHANGED) == [
        "192.168.1.1, or a device between it and 192.0.2.1, changes what UDP packets contain."
    ]
    # eight bytes of data do not show whether the ninth was changed already
    assert said(WHOLE, CUT, None, CHANGED) == [
        "192.168.1.1, or a device between it and 198.51.100.1, changes what UDP packets contain."
    ]


@pytest.mark.parametrize("first", [CHANGED, CUT])
def test_where_nobody_quotes_it_unchanged_the_beginning_is_open(first: QuotedDatagram) -> None:
    after = "192.168.1.1" if first is CHANGED else "192.0.2.1"
    assert said(first, CHANGED, None, None) == [
        f"UDP packets reach {after} with changed content; the device that changes them is on the way there."
    ]


def test_unchanged_data_of_udp_is_no_news() -> None:
    assert said(WHOLE, CUT, None, WHOLE) == []
