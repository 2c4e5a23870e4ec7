"""What is said of two reports: a table for a customer's and support's, one for one customer's before and after."""

from __future__ import annotations

from collections.abc import Mapping

from fmsdiag.messages.text import Table, Text, plural, text
from fmsdiag.report.comparison.result import NamedSide, Reading, Roles, RowReading


class CustomerReadings(Table, of="comparison.customer"):
    """The first report is the customer's, the second one is support's."""

    FIRST_FAILS = text("Fails for the customer, connects for support.")
    SECOND_FAILS = text("Connects for the customer, fails for support.")
    FIRST_FAILS_PARTLY = plural(
        "{routes} fails for the customer, but connects for support.",
        "{routes} fail for the customer, but connect for support.",
    )
    SECOND_FAILS_PARTLY = plural(
        "{routes} connects for the customer, but fails for support.",
        "{routes} connect for the customer, but fail for support.",
    )
    FIRST_REJECTED = text("The server rejects the customer and accepts support.")
    SECOND_REJECTED = text("The server accepts the customer and rejects support.")
    BOTH_FAIL_ALIKE = text("Fails for both in the same way.")
    BOTH_FAIL_PARTLY = plural(
        "{routes} fails for both, and both connect by another route.",
        "{routes} fail for both, and both connect by another route.",
    )
    BOTH_FAIL_DIFFERENTLY = text("Fails for both in different ways.")
    MIXED = text("Some routes connect only for the customer, others only for support.")
    BOTH_CONNECT = text("Connects for both.")
    FIRST_IMPAIRED = text(
        "Connects for both, but the customer's report has a problem that support's does not have."
    )
    SECOND_IMPAIRED = text(
        "Connects for both, but support's report has a problem that the customer's does not have."
    )
    NOTHING_COMMON = text("The reports have no finished attempt in common, so they cannot be compared.")
    DIFFERENT_SERVERS = text(
        "The reports are about different servers, {first:host} and {second:host}, so they can only be compared by facts."
    )
    SAME_REPORT = text("Both files contain the same report.")


class LaterReadings(Table, of="comparison.later"):
    """Both reports are of one customer, the first one before the second."""

    FIRST_FAILS = text("It failed last time and now connects.")
    SECOND_FAILS = text("It connected last time and now fails.")
    FIRST_FAILS_PARTLY = plural(
        "Since last time: {routes} now connects.", "Since last time: {routes} now connect."
    )
    SECOND_FAILS_PARTLY = plural(
        "Since last time: {routes} no longer connects.", "Since last time: {routes} no longer connect."
    )
    FIRST_REJECTED = text("The server rejected the connection last time and now accepts it.")
    SECOND_REJECTED = text("The server accepted the connection last time and now rejects it.")
    BOTH_FAIL_ALIKE = text("Nothing has changed since last time: it fails in the same way.")
    BOTH_FAIL_PARTLY = plural(
        "As last time, {routes} fails, and another route connects.",
        "As last time, {routes} fail, and another route connects.",
    )
    BOTH_FAIL_DIFFERENTLY = text("It still fails, but not in the same way as last time.")
    MIXED = text("Since last time, some routes connect again and others no longer do.")
    BOTH_CONNECT = text("It connects, as it did last time.")
    FIRST_IMPAIRED = text("It connects, and the problem of last time is gone.")
    SECOND_IMPAIRED = text("It connects, but there is a problem that was not there last time.")
    NOTHING_COMMON = text("The tests have no finished attempt in common, so they cannot be compared.")
    DIFFERENT_SERVERS = text(
        "The tests went to different servers, {first:host} and {second:host}, so they can only be compared by facts."
    )
    SAME_REPORT = text("Both files contain the same report.")


class CustomerSides(Table, of="comparison.customer-side"):
    """Whose side it is."""

    FIRST = text("This points to the customer's computer or network.")
    FIRST_OR_ALLOW_LIST = text("This points to the customer's network, or to an allow-list at the server.")
    SECOND = text("This points to support's own computer or network.")
    SECOND_OR_ALLOW_LIST = text("This points to support's own network, or to an allow-list at the server.")
    EACH_OWN = text("Each report points to the network that it was made in.")
    PROVIDER = text("This points to a provider on the network path to the server.")
    SERVER = text("This points to the server's side.")
    SERVER_BY_CLIENT = text(
        "This points to the server's side: it treats the two differently, or it changed between the two tests."
    )
    OPEN = text("The two reports do not show whose side the cause is on.")


class LaterSides(Table, of="comparison.later-side"):
    """Whose side it is, where both reports are of one customer."""

    FIRST = text("Last time, the cause was in the customer's computer or network.")
    FIRST_OR_ALLOW_LIST = text(
        "Last time, the cause was in the customer's network or in an allow-list at the server."
    )
    SECOND = text("This points to the customer's computer or network.")
    SECOND_OR_ALLOW_LIST = text("This points to the customer's network, or to an allow-list at the server.")
    EACH_OWN = text("This still points to the customer's computer or network.")
    PROVIDER = text("This points to a provider on the network path to the server.")
    SERVER = text("This points to the server's side.")
    SERVER_BY_CLIENT = text("The server's side has changed between the two tests.")
    OPEN = text("The two reports do not show whose side the cause is on.")


class CustomerRows(Table, of="comparison.customer-row"):
    """One row, without a full stop."""

    BOTH_CONNECT = text("connects for both")
    BOTH_FAIL_ALIKE = text("fails for both in the same way")
    BOTH_FAIL_DIFFERENTLY = text("fails for both in different ways")
    ONLY_FIRST_CONNECTS = text("connects for the customer, fails for support")
    ONLY_SECOND_CONNECTS = text("fails for the customer, connects for support")
    FIRST_REJECTED = text("the server rejects the customer and accepts support")
    SECOND_REJECTED = text("the server accepts the customer and rejects support")
    ONLY_FIRST_TESTED = text("tested only in the customer's report")
    ONLY_SECOND_TESTED = text("tested only in support's report")
    NOT_FINISHED = text("not finished in one of the reports")
    NOT_COMPARABLE = text("different servers")


class LaterRows(Table, of="comparison.later-row"):
    """One row of a customer's two tests, without a full stop."""

    BOTH_CONNECT = text("connects as before")
    BOTH_FAIL_ALIKE = text("fails as before")
    BOTH_FAIL_DIFFERENTLY = text("still fails, but differently")
    ONLY_FIRST_CONNECTS = text("no longer connects")
    ONLY_SECOND_CONNECTS = text("now connects")
    FIRST_REJECTED = text("was rejected by the server, now connects")
    SECOND_REJECTED = text("connected, is now rejected by the server")
    ONLY_FIRST_TESTED = text("not tested this time")
    ONLY_SECOND_TESTED = text("not tested last time")
    NOT_FINISHED = text("not finished in one of the tests")
    NOT_COMPARABLE = text("different servers")


class EvidenceTexts(Table, of="comparison.evidence"):
    """What a reading rests on."""

    # translators: {headline} is a sentence of the report; {cause} is an id such as port-blocked
    CUSTOMER_FOUND = text("The customer's report says: “{headline:list}” Cause: {cause:name}.")
    SUPPORT_FOUND = text("Support's report says: “{headline:list}” Cause: {cause:name}.")
    BEFORE_FOUND = text("The first report says: “{headline:list}” Cause: {cause:name}.")
    AFTER_FOUND = text("The second report says: “{headline:list}” Cause: {cause:name}.")
    CUSTOMER_AND_SUPPORT = text("{route}: {first:outcome} for the customer, {second:outcome} for support.")
    BEFORE_AND_AFTER = text("{route}: before, {first:outcome}; after, {second:outcome}.")


class DifferenceTexts(Table, of="comparison.difference"):
    """Facts that differ: what they are called, their values, and what that means."""

    CAUSE = text("Cause")
    SERVER_VERSION = text("Version that the server names (fmsVer)")
    SOFTWARE = text("Server software")
    ADDRESSES = text("Addresses of the server's name")
    # translators: {route} is such as "RTMPS on port 443"
    CERTIFICATE = text("Certificate, {route}")
    TIME = text("Time to connect, {route}")
    VALUE = text("{value:name}")
    VALUES = text("{values:names}")
    TOOK = text("{took:duration}")
    # translators: {fingerprint} is the beginning of a certificate's SHA-256
    ISSUED = text("issued by {issuer:name}, SHA-256 {fingerprint:name}")
    INTERCEPTED = text(
        "The certificates differ. If the server has only one, a device on one of the two network paths intercepts secure "
        "connections."
    )
    RENEWED = text("The certificates differ. It may have been replaced between the two tests.")
    OTHER_SERVERS = text("The two may have reached different servers.")


class CautionTexts(Table, of="comparison.caution"):
    """What makes two reports hard to compare."""

    ADDRESSES = text("DNS gave different addresses, so the two may have reached different servers.")
    APPLICATION = text("The applications differ: {first:quote} and {second:quote}.")
    NO_APPLICATION = text("Only one of the reports names an application: {application:quote}.")
    PLAN = text("The plans differ: {first:name} and {second:name}.")
    PORTS = text("The tests used different ports or transports, so some rows are in only one of the reports.")
    VERSION = text("The reports were made by different versions of fmsdiag: {first:name} and {second:name}.")
    DAY = text("The tests were made {apart:duration} apart.")
    SWAPPED = text(
        "The first report is newer than the second. If they were given in the wrong order, swap them."
    )
    DEEP = text("Only one of the tests included the deep tests.")
    PROXY = text("The tests used different proxy settings.")
    FAMILY = text("One of the tests was limited to another IP version.")
    TIMEOUT = text("The tests waited for different times: {first:duration} and {second:duration}.")
    FIRST_STOPPED = text("The first test was stopped before it ended.")
    SECOND_STOPPED = text("The second test was stopped before it ended.")
    REJUDGED = text(
        "At least one of the reports was judged again later, by other rules than those of its test."
    )
    SAME_COMPUTER = text(
        "Both reports seem to be from the same computer. If they are one customer's, compare them as before and after a change."
    )


def reading_text(roles: Roles, reading: Reading) -> Text:
    """The sentence for a reading."""
    return _member(_READINGS[roles], reading.name)


def side_text(roles: Roles, side: NamedSide) -> Text:
    """The sentence for a side."""
    return _member(_SIDES[roles], side.name)


def row_text(roles: Roles, reading: RowReading) -> Text:
    """What is said of a row."""
    return _member(_ROWS[roles], reading.name)


def found_texts(roles: Roles) -> tuple[Text, Text]:
    """How the first and the second report's finding are told."""
    if roles is Roles.BEFORE_AND_AFTER:
        return EvidenceTexts.BEFORE_FOUND, EvidenceTexts.AFTER_FOUND
    return EvidenceTexts.CUSTOMER_FOUND, EvidenceTexts.SUPPORT_FOUND


def outcome_text(roles: Roles) -> Text:
    """How a row that decides is told with both outcomes."""
    return _member(EvidenceTexts, roles.name)


def _member(table: type[Table], name: str) -> Text:
    said: Text = getattr(table, name)
    return said


_READINGS: Mapping[Roles, type[Table]] = {
    Roles.CUSTOMER_AND_SUPPORT: CustomerReadings,
    Roles.BEFORE_AND_AFTER: LaterReadings,
}
_SIDES: Mapping[Roles, type[Table]] = {
    Roles.CUSTOMER_AND_SUPPORT: CustomerSides,
    Roles.BEFORE_AND_AFTER: LaterSides,
}
_ROWS: Mapping[Roles, type[Table]] = {
    Roles.CUSTOMER_AND_SUPPORT: CustomerRows,
    Roles.BEFORE_AND_AFTER: LaterRows,
}
