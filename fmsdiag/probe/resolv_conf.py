"""What resolv.conf(5) says: which name servers are asked, and in which domains a short name is completed.

Read without dnspython, which reads it as well but takes longer to load than all else that a run to an address needs.
"""

from __future__ import annotations

import msgspec


class ResolverSettings(msgspec.Struct, frozen=True):
    """How this computer looks up names, as it is written there."""

    nameservers: tuple[str, ...]
    search: tuple[str, ...] = ()
    domain: str = ""


def parse_resolv_conf(text: str, own_domain: str = "") -> ResolverSettings | None:
    """The settings in the text of a resolv.conf, or none where it names no server; the last `domain` or `search` counts.

    `own_domain` is the computer's own, which holds until the file names one.
    """
    nameservers: list[str] = []
    search: tuple[str, ...] = ()
    for line in text.splitlines():
        keyword, *values = line.split() or [""]
        if not values or line[0] in "#;":
            continue
        if keyword == "nameserver":
            nameservers.append(values[0])
        elif keyword == "domain":
            own_domain, search = values[0], ()
        elif keyword == "search":
            search = tuple(values)
    return ResolverSettings(tuple(nameservers), search, own_domain) if nameservers else None
