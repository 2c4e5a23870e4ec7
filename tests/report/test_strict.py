"""A strict profile's report keeps what its verdict needs, and neither the computer's settings nor contents."""

import msgspec

from fmsdiag.model import FilledField, Prepared, Redaction, Report
from fmsdiag.report.json import encode
from fmsdiag.report.redact import redact
from fmsdiag.report.sensitive import Identity
from fmsdiag.report.strict import STRICT, leave_out
from tests.report import samples

ASKED = Prepared(
    "Example", "0123456789abcdef", (FilledField("Contact", "jane@example.com"),), Redaction.STRICT
)


def strict() -> Report:
    return msgspec.structs.replace(samples.port_blocked(), prepared=ASKED)


def test_settings_and_contents_are_left_out_and_the_verdict_stays() -> None:
    report = redact(strict(), identity=Identity())
    assert report.environment.interfaces == ()
    assert report.environment.resolvers == ()
    assert all(o.first_in == b"" == o.first_out for a in report.attempts for o in a.observations)
    assert not any(a.transcript for a in report.attempts)
    assert report.verdict == redact(samples.port_blocked(), identity=Identity()).verdict
    assert STRICT in report.redaction


def test_twice_changes_nothing() -> None:
    once = redact(strict(), identity=Identity())
    assert encode(redact(once, identity=Identity())) == encode(once)
    assert leave_out(leave_out(strict())) == leave_out(strict())


def test_its_user_may_want_all_of_it() -> None:
    report = redact(strict(), include_sensitive=True, identity=Identity())
    assert report.environment.interfaces
    assert STRICT not in report.redaction


def test_what_was_filled_in_stays_but_for_secrets() -> None:
    """A name or an email address was typed for the one who gets the report."""
    assert redact(strict(), identity=Identity()).prepared == ASKED
    key = msgspec.structs.replace(ASKED, fields=(FilledField("Ticket", f"key {samples.STREAM_KEY}"),))
    target = msgspec.structs.replace(strict().target, stream=samples.STREAM_KEY)
    report = msgspec.structs.replace(strict(), prepared=key, target=target)
    assert samples.STREAM_KEY not in repr(redact(report, identity=Identity()).prepared)
