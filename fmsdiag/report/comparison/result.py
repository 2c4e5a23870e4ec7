"""What comes of comparing two reports, as data: `fmsdiag-comparison/1.0`. Texts are messages, as in a report."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fmsdiag.model import Confidence, Message, Tool, VerdictStatus
from fmsdiag.model.messages import Outcome, Route

COMPARISON_VERSION = "fmsdiag-comparison/1.0"


class Roles(StrEnum):
    """Whose reports they are."""

    CUSTOMER_AND_SUPPORT = "customer-and-support"  # two places at about the same time
    BEFORE_AND_AFTER = "before-and-after"  # one customer, before and after a change


class RowReading(StrEnum):
    """What one way to the server shows."""

    BOTH_CONNECT = "both-connect"
    BOTH_FAIL_ALIKE = "both-fail-alike"
    BOTH_FAIL_DIFFERENTLY = "both-fail-differently"
    ONLY_FIRST_CONNECTS = "only-first-connects"
    ONLY_SECOND_CONNECTS = "only-second-connects"
    FIRST_REJECTED = "first-rejected"  # by the server itself, which accepts the second
    SECOND_REJECTED = "second-rejected"
    ONLY_FIRST_TESTED = "only-first-tested"
    ONLY_SECOND_TESTED = "only-second-tested"
    NOT_FINISHED = "not-finished"  # in one of them, so that nothing is concluded
    NOT_COMPARABLE = "not-comparable"  # the reports are about different servers


class Reading(StrEnum):
    """What the two reports show together."""

    FIRST_FAILS = "first-fails"
    SECOND_FAILS = "second-fails"
    FIRST_FAILS_PARTLY = "first-fails-partly"  # it connects in another way
    SECOND_FAILS_PARTLY = "second-fails-partly"
    FIRST_REJECTED = "first-rejected"
    SECOND_REJECTED = "second-rejected"
    BOTH_FAIL_ALIKE = "both-fail-alike"
    BOTH_FAIL_PARTLY = "both-fail-partly"  # and both connect in another way
    BOTH_FAIL_DIFFERENTLY = "both-fail-differently"
    MIXED = "mixed"  # some ways connect only here, some only there
    BOTH_CONNECT = "both-connect"
    FIRST_IMPAIRED = "first-impaired"  # both connect, and only the first report has a finding
    SECOND_IMPAIRED = "second-impaired"
    NOTHING_COMMON = "nothing-common"
    DIFFERENT_SERVERS = "different-servers"
    SAME_REPORT = "same-report"


class NamedSide(StrEnum):
    """Whose side that points to."""

    FIRST = "first"  # the computer or network of the first report
    FIRST_OR_ALLOW_LIST = "first-or-allow-list"  # or the server does not admit its address
    SECOND = "second"
    SECOND_OR_ALLOW_LIST = "second-or-allow-list"
    EACH_OWN = "each-own"  # both, each with a cause of its own
    PROVIDER = "provider"
    SERVER = "server"
    SERVER_BY_CLIENT = "server-by-client"  # it treats the two differently, or changed in between
    OPEN = "open"


class Side(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the two reports."""

    report_id: str
    started_at: str  # RFC 3339, UTC
    host: str
    status: VerdictStatus
    headline: Message
    cause: str  # the first finding's, or "none"
    tool: Tool
    application: str = ""
    confidence: Confidence | None = None


class ComparedRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One way to the server in both reports, joined by its key."""

    key: str
    route: Route
    reading: RowReading
    first: Outcome | None = None  # none: not tested, or not finished
    second: Outcome | None = None
    is_planned: bool = True  # a player's own attempt; else a check beside the plan


class Difference(msgspec.Struct, frozen=True, omit_defaults=True):
    """A fact that is not the same in both, and what can be said of that."""

    label: Message
    first: Message
    second: Message
    remark: Message | None = None


class Comparison(msgspec.Struct, frozen=True):
    """Two reports, compared."""

    schema_version: str  # COMPARISON_VERSION
    roles: Roles
    reading: Reading
    statement: Message  # the reading as a sentence
    first: Side
    second: Side
    side: NamedSide | None = None  # none: nothing fails, or the two cannot be compared
    side_statement: Message | None = None
    rows: tuple[ComparedRow, ...] = ()
    evidence: tuple[Message, ...] = ()
    differences: tuple[Difference, ...] = ()
    cautions: tuple[Message, ...] = ()  # what makes the two hard to compare
