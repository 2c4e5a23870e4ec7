"""UDP packets that arrive changed: whose device it is told to be, and where it stands."""

import pytest

from fmsdiag.diagnosis.engine import evaluate_rules
from fmsdiag.diagnosis.rules import RULES
from fmsdiag.messages.language import ENGLISH
from fmsdiag.model import Side
from tests.diagnosis.situations import run_view

TCP = (
    "follow-up hops 1935: 1 time-exceeded 192.168.1.1, 2 time-exceeded 192.0.2.1, "
    "3 time-exceeded 198.18.0.2, 4 open 203.0.113.10"
)
ROUTERS = ("192.168.1.1", "192.0.2.1", "198.18.0.2")


@pytest.mark.parametrize(
    ("quotes", "side", "between", "headline"),
    [
        (("68", "68 1", "68 1"), Side.LOCAL, (0, 1), "A device in your network changes UDP packets"),
        (("68", "68", "68 1"), Side.TRANSIT, (1, 2), "An internet provider's device changes UDP packets"),
        # eight bytes do not show whether the twentieth was changed
        (("", "8", "68 20"), Side.UNKNOWN, (None, 2), "A device on the network path changes UDP packets"),
    ],
)
def test_the_place_is_where_the_content_changes(
    quotes: tuple[str, ...], side: Side, between: tuple[int | None, int], headline: str
) -> None:
    hops = ", ".join(
        f"{ttl} time-exceeded {router}{f' quotes {quote}' if quote else ''}"
        for ttl, router, quote in zip((1, 2, 3), ROUTERS, quotes, strict=True)
    )
    run = run_view(
        [
            "fallback rtmfp 1935: udp timed-out",
            "check rtmp 1935: tcp ok; handshake ok; connect ok",
            f"follow-up udp-hops rtmfp:1935: {hops}, 4 silent, 5 silent, 6 silent, 7 silent",
            TCP,
        ],
        url="rtmfp://fms.example.com/live",
    )
    finding = evaluate_rules(run, RULES).findings[0]
    assert ENGLISH.render(finding.headline).startswith(headline)
    assert finding.place is not None
    before, after = between
    assert finding.place.side is side
    assert finding.place.after == (None if before is None else ROUTERS[before])
    assert finding.place.before == ROUTERS[after]
