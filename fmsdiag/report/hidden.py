"""What was hidden in a report, in words: the codes of its redaction log."""

from __future__ import annotations

from fmsdiag.messages.reader import say
from fmsdiag.messages.text import Table, text
from fmsdiag.messages.visible import one_line
from fmsdiag.model import LeftOut, Report, Target
from fmsdiag.report.redact import INCLUDED, KEPT_IN_REQUEST
from fmsdiag.report.sensitive import Kind
from fmsdiag.report.strict import STRICT


class HiddenTexts(Table, of="hidden"):
    """What the log of a report says."""

    SECRET = text("stream name or key, and query string of the address")
    STREAM = text("stream name or key of the address")
    STREAM_APART = text("stream key")
    PATH_OF_ADDRESS = text("part of the address's path")
    QUERY_OF_ADDRESS = text("query string of the address")
    QUERY = text("query strings of other addresses and in what the server sent")
    CREDENTIALS = text("user names and passwords in addresses")
    SIGN_IN = text("user name and password that came with the address")
    SIGN_IN_NAME = text("user name that came with the address")
    NAMED_SECRET = text("passwords, tokens, and cookies")
    HOME = text("paths of home folders (shown as ~)")
    USER = text("this computer's user name")
    COMPUTER = text("this computer's name")
    MAC = text("hardware (MAC) addresses")
    MAIL = text("email addresses")
    PROXY = text("names of proxies and what they call themselves (shown as proxy-1, proxy-2 …)")
    LOCAL_ADDRESS = text("local addresses, except the server's own (shown as lan-1, lan-2 …)")
    CLIENT_ADDRESS = text(
        "public addresses that may be this computer's, except the server's own (cut to their network)"
    )
    PSEUDONYM = text(
        "addresses and names of this network, this computer, and its user, except the server's own, and the application "
        "(shown as address-1, host-2 …; the command “fmsdiag pseudonyms”, on the computer that made the report, lists what "
        "they stand for)"
    )
    PROXY_BUT_IN_REQUEST = text(
        "names of proxies and what they call themselves, except in the request (shown as proxy-1, proxy-2 …)"
    )
    LOCAL_ADDRESS_BUT_IN_REQUEST = text(
        "local addresses, except the server's own and those of routers and proxies in the request (shown as lan-1, lan-2 …)"
    )
    KEPT_IN_REQUEST = text("nothing of this network's routers and proxies in the request")
    STRICT = text("this computer's network settings and programs, and the contents of connections")
    INCLUDED = text("Sensitive data is included: local addresses and this computer's own address.")


_TEXTS = {kind.value: getattr(HiddenTexts, kind.name) for kind in Kind} | {
    KEPT_IN_REQUEST: HiddenTexts.KEPT_IN_REQUEST,
    STRICT: HiddenTexts.STRICT,
}


_LEFT_OUT = {LeftOut.SIGN_IN: HiddenTexts.SIGN_IN, LeftOut.USER: HiddenTexts.SIGN_IN_NAME}
_BUT_IN_REQUEST = {
    Kind.PROXY.value: HiddenTexts.PROXY_BUT_IN_REQUEST,
    Kind.LOCAL_ADDRESS.value: HiddenTexts.LOCAL_ADDRESS_BUT_IN_REQUEST,
}
"""What the request shows as it is: it goes to the person who runs this network."""


def describe_hidden(code: str) -> str:
    """An entry of the log in words; as it is written where this program does not know it."""
    known = _TEXTS.get(code)
    return say(known) if known is not None else one_line(code, 120)


def hidden_lines(report: Report) -> tuple[str, ...]:
    """What was hidden; empty where nothing was."""
    secrets = _secrets_of(report.target) if Kind.SECRET.value in report.redaction else []
    lines: list[str] = []
    kept = _BUT_IN_REQUEST if KEPT_IN_REQUEST in report.redaction else {}
    for code in report.redaction:
        if code in kept:
            lines.append(say(kept[code]))
        elif code == KEPT_IN_REQUEST and not kept.keys().isdisjoint(report.redaction):
            continue  # said with what it is an exception from
        elif code not in (Kind.SECRET.value, INCLUDED):
            lines.append(describe_hidden(code))
    came_along = [say(_LEFT_OUT[kind]) for kind in report.target.left_out if kind in _LEFT_OUT]
    return (*secrets, *came_along, *lines)


def _secrets_of(target: Target) -> list[str]:
    """What the target had of them."""
    if target.stream and target.query and not target.stream_apart:
        return [say(HiddenTexts.SECRET)]
    found = []
    if target.stream:
        found.append(say(HiddenTexts.STREAM_APART if target.stream_apart else HiddenTexts.STREAM))
    if target.query:
        in_path = target.query.startswith("/")
        found.append(say(HiddenTexts.PATH_OF_ADDRESS if in_path else HiddenTexts.QUERY_OF_ADDRESS))
    return found or [say(HiddenTexts.SECRET)]


def is_private(report: Report) -> bool:
    """Whether it was saved with sensitive data in it."""
    return INCLUDED in report.redaction
