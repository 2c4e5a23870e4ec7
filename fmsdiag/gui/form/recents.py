"""The servers that were tested last, for the form's list and File ▸ Recent: never a stream key, never a query."""

from __future__ import annotations

import re
from collections.abc import Iterable

from PySide6.QtCore import QObject, QSettings, Signal

from fmsdiag.gui.settings import texts
from fmsdiag.messages.host_names import as_typed
from fmsdiag.model import Target, Transport
from fmsdiag.stream_path import address_to_type

KEPT = 10
_KEY = "form/recents"


def recent_url(target: Target) -> str:
    """ "rtmp://host:port/application" of `target`, without what would be a secret."""
    host = f"[{target.host}]" if ":" in target.host else as_typed(target.host)
    scheme = (target.transport or Transport.RTMP).value
    port = f":{target.port}" if target.port is not None else ""
    application = re.split("[?;]", target.application, maxsplit=1)[0]
    return address_to_type(f"{scheme}://{host}{port}/{application}")


class Recents(QObject):
    """At most KEPT addresses, the last one first."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._urls: list[str] = []

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(self._urls)

    def add(self, target: Target) -> None:
        """Put a server that is tested on top."""
        self._set((recent_url(target), *self._urls))

    def clear(self) -> None:
        self._set(())

    def save(self, settings: QSettings) -> None:
        settings.setValue(_KEY, self._urls)

    def restore(self, settings: QSettings) -> None:
        self._set(texts(settings, _KEY) or ())

    def _set(self, urls: Iterable[str]) -> None:
        self._urls = list(dict.fromkeys(urls))[:KEPT]
        self.changed.emit()
