"""The URLs of a target: what is sent to the server, and what of it readers see. Pure."""

from __future__ import annotations

import re

import msgspec

from fmsdiag.model import Target, Transport
from fmsdiag.stream_path import longer_cut, shorter_cut

HIDDEN = "***"


def tc_url(target: Target, transport: Transport, port: int, host: str | None = None) -> str:
    """The tcUrl of a NetConnection to `target`: everything up to the application, with its query; no credentials.

    Without a zone, which means something on this computer only (RFC 6874, section 1).
    """
    host = (host or target.host).partition("%")[0]
    host = f"[{host}]" if ":" in host else host
    where = host if port == transport.default_port else f"{host}:{port}"
    return f"{transport.value}://{where}/{connect_application(target)}"


def connect_application(target: Target) -> str:
    """The value of connect's `app`: the application with the query that the URL gave it."""
    if not target.query:
        return target.application
    if not target.application and target.query.startswith("/"):  # in place of the application, and hidden
        return target.query[1:]
    mark = "" if target.query.startswith((";", "/")) else "?"
    return f"{target.application}{mark}{target.query}"


def other_cut(target: Target, *, longer: bool) -> Target | None:
    """The same path with one segment more, or only the first, as its application; none where that makes no sense."""
    if (target.query or "").startswith("/"):
        return None  # a part of the path is hidden there
    if longer and target.stream_apart:
        return None  # the stream was told apart from the path: no part of it belongs to the application
    cut = (longer_cut if longer else shorter_cut)(target.application, target.stream)
    if cut is None:
        return None
    query = (cut.query or None) if longer else target.query
    return msgspec.structs.replace(
        target, application=cut.application, stream=cut.stream or None, query=query or target.query
    )


def shown_url(target: Target, transport: Transport, port: int, host: str | None = None) -> str:
    """tc_url() for readers: the names in the query stay, their values are hidden."""
    if not target.query:
        return tc_url(target, transport, port, host)
    return tc_url(msgspec.structs.replace(target, query=_without_values(target.query)), transport, port, host)


def shown_address(url: str) -> str:
    """A URL that another party named, for readers: the names in its query stay, their values are hidden."""
    before, mark, query = url.partition("?")
    return before + mark + _without_values(query)


def query_names(query: str) -> tuple[str, ...]:
    """The names in a query, hidden or not: what tells two of them apart without their values."""
    return tuple(part.partition("=")[0] for part in re.split(r"[?&;]", query) if "=" in part)


def _without_values(query: str) -> str:
    if query.startswith("/"):  # segments of the application that may be a key
        _, mark, rest = query.partition("?")
        return f"/{HIDDEN}{mark}{_without_values(rest)}"
    return "".join(
        part if part in "?&;" else f"{part.partition('=')[0]}={HIDDEN}" if "=" in part else HIDDEN
        for part in re.split(r"([?&;])", query)
        if part
    )
