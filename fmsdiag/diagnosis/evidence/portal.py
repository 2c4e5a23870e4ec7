"""By what an answer shows that someone else gave it: a hotspot's sign-in page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from fmsdiag.model import HttpFacts, TunnelFacts

SIGN_IN = 511
"""Network Authentication Required (RFC 6585): only the network in between says that."""


def is_redirect(status: int | None) -> bool:
    """Whether an HTTP status sends one elsewhere (RFC 9110, section 15.4)."""
    return status is not None and 300 <= status < 400


def is_redirection(status: int | None) -> bool:
    """Whether an HTTP status keeps one from what was asked for, as sign-in pages do: elsewhere, or to sign in first."""
    return is_redirect(status) or status == SIGN_IN


def redirected_to(facts: HttpFacts | TunnelFacts) -> str | None:
    """The host that a redirection names, in lower case; none for one that names none."""
    if not is_redirect(facts.status):
        return None
    try:
        return (urlsplit(_location(facts)).hostname or "").lower() or None
    except ValueError:
        return None


def _location(facts: HttpFacts | TunnelFacts) -> str:
    return next((value for name, value in facts.headers if name == "location"), "").strip()


def sign_in_page(facts: HttpFacts | TunnelFacts) -> str | None:
    """The web address that a redirection names; without its query, which may identify the visitor."""
    if redirected_to(facts) is None:
        return None
    location = _location(facts)
    scheme, _, path, _, _ = urlsplit(location)
    if scheme.lower() not in ("http", "https"):
        return None
    return urlunsplit((scheme.lower(), urlsplit(location).netloc.rpartition("@")[2], path or "/", "", ""))


_STOCK = re.compile(
    r"(?i)<center>|<title>\s*[45][0-9]{2}\b|<address>|apache"
    r"|\b(?:forbidden|not found|bad request|service unavailable)\b\W{0,9}\Z"
)
"""What web servers' own error pages have."""


def sends_to_tls(facts: HttpFacts | TunnelFacts, host: str) -> bool:
    """Whether a web server sends visitors to HTTPS on its own host, at the usual port: a tunnel may be there as well."""
    page = sign_in_page(facts) if redirected_to(facts) == host.lower() else None
    place, _, _ = (page or "").removeprefix("https://").partition("/")
    return page is not None and page.startswith("https://") and place.lower() in (host, f"{host}:443")


def sends_away(facts: HttpFacts | TunnelFacts, host: str) -> bool:
    """Whether an answer sends the visitor of `host` to someone else, or demands a sign-in."""
    elsewhere = redirected_to(facts)
    bare = host.lower().removeprefix("www.")
    return facts.status == SIGN_IN or (elsewhere is not None and elsewhere.removeprefix("www.") != bare)


def is_page_for_none(facts: HttpFacts) -> bool:
    """Whether a page came where an empty answer (204) was asked for."""
    return facts.status == 200 and bool(facts.body_start.strip())


def same_own_error(one: HttpFacts | TunnelFacts, other: HttpFacts | TunnelFacts) -> bool:
    """Whether two hosts give the same error in words of its own: stock pages of one program are alike everywhere."""
    is_error = (one.status or 0) >= 400 and one.status != SIGN_IN
    return is_error and same_page(one, other) and not _STOCK.search(one.body_start)


def same_page(one: HttpFacts | TunnelFacts, other: HttpFacts | TunnelFacts) -> bool:
    """Whether two hosts answer so alike that one machine speaks for both: to the same place, or with the same text."""
    if one.status != other.status:
        return False
    if is_redirect(one.status):
        return redirected_to(one) is not None and redirected_to(one) == redirected_to(other)
    return bool(one.body_start.strip()) and one.body_start[:200] == other.body_start[:200]
