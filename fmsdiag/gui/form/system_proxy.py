"""What the system itself answers when it is asked for the proxy to a server: only it runs configuration scripts (PAC).

Asked on a thread that may wait, for a script may have to be fetched first. Linux has no such answer beyond what its
environment variables say, which probe/proxy/system.py reads by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fmsdiag.model import Capability, works_here

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkProxy

IS_ASKED = works_here(Capability.PROXY_SCRIPT)


def ask_system(host: str) -> dict[str, str] | None:
    """Scheme -> URL of the proxies to `host`, perhaps with credentials; none where the system cannot be asked."""
    if not IS_ASKED:
        return None
    from PySide6.QtCore import QUrl
    from PySide6.QtNetwork import QNetworkProxyFactory, QNetworkProxyQuery

    found: dict[str, str] = {}
    for scheme in ("http", "https"):
        url = QUrl()
        url.setScheme(scheme)
        url.setHost(host)
        answer = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(url))
        found |= proxies_of(answer, scheme)
    return found


def proxies_of(answer: Sequence[QNetworkProxy], scheme: str) -> dict[str, str]:
    """The first proxy of the system's list; the list may say that there is none."""
    from PySide6.QtCore import QUrl
    from PySide6.QtNetwork import QNetworkProxy

    kinds = {
        QNetworkProxy.ProxyType.HttpProxy: ("http", scheme),
        QNetworkProxy.ProxyType.HttpCachingProxy: ("http", scheme),
        QNetworkProxy.ProxyType.Socks5Proxy: ("socks5", "socks"),
    }
    first = next(iter(answer), None)
    if first is None or first.type() not in kinds or not first.hostName():
        return {}
    url = QUrl()
    spoken, key = kinds[first.type()]
    url.setScheme(spoken)
    url.setHost(first.hostName())
    url.setPort(first.port())
    if first.user():
        url.setUserName(first.user())
        url.setPassword(first.password())
    return {key: url.toString(QUrl.ComponentFormattingOption.FullyEncoded)}
